"""A field in which several options are chosen: what it shows of a long list, and that no choice is lost."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.forms.widgets import MAX_BOXES, SHOWN_AT_FIRST


def _page() -> None:
    import streamlit as st

    from pages.forms.widgets import show_several_choices

    count = int(st.query_params["count"])
    names = {f"r{n}": f"CESCR · {n} · Ёлка, the demand of number {n}" for n in range(1, count + 1)}
    chosen = show_several_choices(
        "Same demand as",
        names,
        at=st.container(),
        key="same",
        start=(start := ["r4000"] if count == 5000 else []),
        value=st.session_state.get("same", start),
        accept_new="new" in st.query_params,
    )
    st.text("; ".join(chosen))


@pytest.fixture
def long_list() -> AppTest:
    page = AppTest.from_function(_page)
    page.query_params["count"] = "5000"
    return page.run()


def _boxes(page: AppTest) -> list[str]:
    return [str(box.key).removeprefix("same_is_") for box in page.checkbox]


def _chosen(page: AppTest) -> list[str]:
    assert page.exception == []
    ticked = [str(box.key).removeprefix("same_is_") for box in page.checkbox if box.value]
    (text,) = page.text
    assert set(ticked) == set(text.value.split("; "))
    return str(text.value).split("; ")


def test_a_long_list_shows_what_is_chosen_and_the_first_others(long_list):
    assert _boxes(long_list) == ["r4000", "r1", "r2", "r3", "r4", "r5"]
    assert _chosen(long_list) == ["r4000"]
    assert "4,994 more. Type a word to find others." in long_list.get("html")[0].proto.body


def test_all_words_narrow_the_list_in_any_script_and_the_chosen_ones_stay_on_top(long_list):
    page = long_list
    page.text_input(key="same_find").set_value("  ёЛКА 499 ").run()
    told = _boxes(page)
    assert told == ["r4000", "r499", *(f"r{n}" for n in range(1499, 5000, 1000)), *(f"r499{n}" for n in range(10))]
    page.checkbox(key="same_is_r3499").check().run()
    assert _boxes(page)[:3] == ["r4000", "r499", "r1499"]  # nothing moves while somebody ticks
    page.text_input(key="same_find").set_value("numbers 7 demanded").run()
    assert (_boxes(page)[:3], len(_boxes(page))) == (["r4000", "r3499", "r7"], MAX_BOXES)
    page.text_input(key="same_find").set_value("nowhere").run()
    assert _boxes(page) == ["r4000", "r3499"]
    assert "Nothing matches. Try another word." in page.get("html")[0].proto.body
    page.checkbox(key="same_is_r4000").uncheck().run()
    assert _chosen(page) == ["r3499"]
    page.text_input(key="same_find").set_value("").run()
    assert _chosen(page) == ["r3499"]


def test_of_very_many_chosen_ones_those_that_match_come_first_and_none_is_lost(long_list):
    page = long_list
    page.multiselect(key="same").set_value([f"r{n}" for n in range(100, 200)]).run()
    assert len(_boxes(page)) == MAX_BOXES + SHOWN_AT_FIRST
    page.text_input(key="same_find").set_value("number 199").run()
    assert _boxes(page)[0] == "r199"
    page.checkbox(key="same_is_r199").uncheck().run()
    (text,) = page.text
    assert text.value.split("; ") == [f"r{n}" for n in range(100, 199)]


def test_a_short_list_is_all_there_and_new_words_can_be_added():
    page = AppTest.from_function(_page)
    page.query_params["count"] = "2"
    assert (_boxes(page.run()), list(page.text_input)) == (["r1", "r2"], [])
    assert page.checkbox[0].label == "CESCR · 1 · Ёлка, the demand of number 1"
    page.query_params["new"] = ""
    page.run().text_input(key="same_find").set_value("1. *Court*").run()
    (button,) = page.button
    assert button.label == "Add “1. \\*Court\\*”"
    button.click().run()
    assert page.text_input(key="same_find").value == ""
    assert _chosen(page) == ["1. *Court*"]
    assert page.checkbox[0].label == "1\\. \\*Court\\*"
