"""Adding and editing evidence on its page; and who has no form there."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.forms.widgets import date_in_words
from tests.pages.test_recommendation_editing import FILES as FILES
from tests.pages.test_recommendation_editing import NO_REASON
from tests.support.form_pages import CHOSEN, errors, html, press, put
from tracker.i18n import get_language
from tracker.model.permissions import READER
from tracker.model.vocabulary import EventType, EvidenceEffect

E = "edit_evidence_"


def test_evidence_is_added_with_what_it_bears_on_and_edited(opened, there):
    page = opened(what="evidence")
    typed = {"publisher": "Parliament", "published": "2026-01", "summary_en": "A law was passed.", **CHOSEN}
    put(page, f"{E}_", **typed, bears_progress=["co-3-7"])
    assert page.text_input(key=f"{E}_id").placeholder == "parliament-2026"
    put(page, f"{E}_", bears_setback=["co-3-7"], link="the law of parliament")
    assert errors(press(page, "Add the evidence")) == [
        "- For one recommendation, evidence can show only one thing: End it appears in two fields.",
        "- “the law of parliament” is not a link. Copy the address of the page, such as https\\://undocs.org/…",
    ]
    press(put(page, f"{E}_", bears_setback=["r1"], link="parliament.kg"), "Add the evidence")
    assert "The evidence is added." in html(page)
    e = there("parliament-2026")
    assert e.link == "https://parliament.kg"
    assert [(b.recommendation, b.effect.value) for b in e.relevant_to] == [("co-3-7", "progress"), ("r1", "setback")]
    assert "A law was passed." in html(opened("recommendation", id="co-3-7"))

    page = opened(what="evidence", id="parliament-2026", editing=e.version)
    assert page.multiselect(key=f"{E}parliament-2026_bears_progress").value == ["co-3-7"]
    put(page, f"{E}parliament-2026_", bears_progress=[], publisher="The parliament")
    assert errors(press(page, "Save the edit")) == [NO_REASON]
    press(put(page, f"{E}parliament-2026_", reason="It bears on nothing there."), "Save the edit")
    assert "The edit is saved." in html(page)
    assert there("parliament-2026").relevant_to[0].events[0].type is EventType.WITHDRAWN
    assert "A law was passed." not in html(opened("recommendation", id="co-3-7"))
    press(page, "Undo the last save")
    e = there("parliament-2026")
    assert (e.publisher, e.relevant_to[0].events[-1].type) == ("Parliament", EventType.RESTORED)


def test_dates_in_the_wrong_order_are_asked_about_at_the_field(opened, there):
    page = put(opened(what="evidence"), f"{E}_", publisher="Parliament", summary_en="A law was passed.", **CHOSEN)
    press(put(page, f"{E}_", happened="2025-12-01", published="2020-01-01"), "Add the evidence")
    assert "Was it published before it happened?" in "".join(errors(page)) and there("parliament-2020") is None
    page.checkbox(key=f"{E}_is_order_confirmed").check().run()
    press(page, "Add the evidence")
    assert there("parliament-2020").published == "2020-01-01"


def test_one_list_of_recommendations_is_shown_and_the_others_keep_what_was_chosen(opened, there):
    def lists(page: AppTest) -> set[str]:
        return {str(box.key).split("bears_")[1].split("_is_")[0] for box in page.checkbox if "bears_" in str(box.key)}

    page = opened(what="evidence")
    assert lists(page) == {"progress"}
    page.checkbox(key=f"{E}_bears_progress_is_co-3-7").check().run()
    (effects,) = page.get("button_group")
    assert effects.options == ["progress (1)", "setback (0)", "context (0)"]
    assert lists(effects.set_value(EvidenceEffect.SETBACK).run()) == {"setback"}
    page.checkbox(key=f"{E}_bears_setback_is_r1").check().run()
    (effects,) = page.get("button_group")
    assert (effects.options, lists(page)) == (["progress (1)", "setback (1)", "context (0)"], {"setback"})
    assert lists(effects.set_value(None).run()) == {"setback"}  # pressed once more
    put(page, f"{E}_", publisher="Parliament", summary_en="A law.", id="new", **CHOSEN)
    press(page, "Add the evidence")
    told = {b.recommendation: b.effect.value for b in there("new").relevant_to}
    assert told == {"co-3-7": "progress", "r1": "setback"}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"who": READER}, "Only editors can add and edit. You can read everything."),
        ({"as_of": "2025-01-01"}, "The page shows a past day. Go back to today to edit."),
    ],
)
def test_a_reader_and_a_past_day_have_a_sentence_and_no_form(opened, more, sentence):
    page = opened(what="evidence", **more)
    assert (sentence in html(page), list(page.text_input), list(page.button)) == (True, [], [])
    page = opened("recommendation", id="co-3-7", form="edit", editing="now", **more)
    assert (list(page.text_area), list(page.button)) == ([], [])


def test_an_id_that_is_not_there_is_said(opened):
    page = opened(what="evidence", id="<b>gone")
    assert ("nothing with the id “&lt;b&gt;gone”" in html(page), list(page.text_input)) == (True, [])


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        *(("2026", "2026"), ("2026-03", "March 2026"), ("2026-03-12", "12 March 2026"), ("2019/2024", "2019–2024")),
        *(("../2023-03", "March 2023 or before"), ("2024-09-12/2024-09-13", "12–13 September 2024")),
        *(("2025-09~", "about September 2025"), ("", ""), ("soon", "soon")),
    ],
)
def test_a_date_stands_in_words(recorded, words):
    assert date_in_words(get_language("en"), recorded) == words


def test_a_date_that_nobody_touched_stays_when_an_edit_is_saved(opened, there):
    dates = {"happened": "March 2023 or before", "published": "2026-01-31"}
    page = put(opened(what="evidence"), f"{E}_", publisher="Parliament", bears_progress=["r1"], **CHOSEN)
    put(page, f"{E}_", summary_en="A law was passed.", **dates)
    assert errors(press(page, "Add the evidence")) == []
    page = opened(what="evidence", id="parliament-2026")
    shown = [page.text_input(key=f"edit_evidence_parliament-2026_{name}").value for name in ("happened", "published")]
    assert (shown, "Understood as" in html(page)) == (["March 2023 or before", "31 January 2026"], False)
    put(page, "edit_evidence_parliament-2026_", summary_en="The law was passed.", reason="Clearer.")
    assert errors(press(page, "Save the edit")) == []
    e = there("parliament-2026")
    texts = [variant.text for variant in e.summary.values()]
    assert (e.happened, e.published, texts) == ("../2023-03", "2026-01-31", ["The law was passed."])
