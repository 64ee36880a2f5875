"""Choosing several recommendations in the list, and adding something to all of them: the pages."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import pages.shared.layout
from tests.editing.test_bulk_edit import ALL
from tests.editing.test_bulk_edit import FILES as FILES
from tests.support.form_pages import html, press
from tests.support.small_dataset import ANNA
from tracker.model.permissions import READER


@pytest.fixture
def lists(opened: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """`lists(choosing="add", pick=["r1"])` is the list with these ticked, as an editor sees it."""
    return lambda who=ANNA, **params: opened("recommendations", who, **params)


def ticked(page: str) -> list[str]:
    """The ids of the recommendations that are ticked."""
    return re.findall(r'name="pick" form="rt-picks" value="([^"]+)" data-pick [^>]* checked>', page)


def test_everybody_can_choose_several_and_who_may_not_save_adds_nothing(lists):
    assert "Choose some to print or save" in html(lists())
    chosen = html(lists(choosing="list", pick=["r1"]))
    assert ("1 selected" in chosen, chosen.count("data-pick "), len(ticked(chosen))) == (True, 3, 1)
    assert "Select 2 more that match the filters" in chosen
    two = html(lists(READER, choosing="list", pick=["r1", "co-4-12"], q="no such word"))
    for path, name in (("/export.xlsx", "Excel"), ("/export.csv", "CSV")):
        assert f'href="{path}?id=r1&amp;id=co-4-12&amp;lang=en" download>Save as {name}</a>' in two
    for step in ("list", "add"):
        page = lists(READER, choosing=step, pick=["r1"])
        assert [word in html(page) for word in ("1 selected", "/brief.html?id=r1", "Show only these")] == [True] * 3
        assert ([word in html(page) for word in ("Add evidence", "/edit")], list(page.button)) == ([False] * 2, [])


def add(page: AppTest) -> AppTest:
    return next(b for b in page.button if str(b.key).startswith("bulk_add_")).click().run()


def tagging(lists: Callable[..., AppTest]) -> AppTest:
    """The list in which a tag is chosen for all, without a reason."""
    page = lists(choosing="add", pick=list(ALL))
    page.radio(key="bulk_kind").set_value("tag").run()
    return page.selectbox(key="bulk_tag").select("themes:policing").run()


def test_a_reason_is_asked_and_then_all_are_saved_and_undone_at_once(lists, there, tmp_path):
    files = {path: path.read_text() for path in (tmp_path / "data" / "recommendations").iterdir()}
    page = tagging(lists)
    add(page)
    assert [e.value for e in page.error] == ["Say in a sentence why you add it. The reason stays in the history."]
    assert {path: path.read_text() for path in files} == files
    page.text_input(key="bulk_reason").input("It is about the police.").run()
    add(page)
    assert "“Policing” was added to 2 recommendations." in html(page)
    assert ("choosing" in page.query_params, "data-pick" in html(page)) == (False, False)
    assert [there(name).tags[-1].themes for name in ALL] == [("policing",)] * 3
    assert "Undone." in html(press(page, "Undo the last save"))
    assert [tuple(t.themes for t in there(name).tags) for name in ALL] == [(("policing",), ()), (("policing",),), ()]


def test_what_a_colleague_changed_is_named_and_nothing_is_saved(lists, tmp_path):
    page = tagging(lists)
    page.text_input(key="bulk_reason").input("It is about the police.").run()
    file = tmp_path / "data" / "recommendations" / "r1.yaml"
    file.write_text(file.read_text() + "# A colleague was here.\n")
    before = {path: path.read_text() for path in tmp_path.rglob("*.yaml")}
    add(page)
    told = "Changed in the meantime: Repeal the punishments. Nothing was saved; this page shows the new state."
    assert told in html(page)
    assert {path: path.read_text() for path in tmp_path.rglob("*.yaml")} == before
    # it stays said until somebody saves what they see now
    assert told in html(page.run())
    add(page)
    assert "was added to 2 recommendations." in html(page)
    assert file.read_text().count("# A colleague was here.") == 1


def test_a_change_within_the_second_between_two_looks_is_told_too(lists, tmp_path, monkeypatch):
    page = lists(choosing="add", pick=list(ALL))
    page.selectbox(key="bulk_evidence").select("law").run()
    page.radio(key="bulk_suggests").set_value("context").run()
    page.text_input(key="bulk_reason").input("It is a law.").run()
    reader = pages.shared.layout._store(tmp_path / "data").reader
    monkeypatch.setattr(reader, "_check_interval", 10_000)
    file = tmp_path / "data" / "evidence" / "law.yaml"
    file.write_text(file.read_text() + "# A colleague was here.\n")
    before = file.read_text()
    add(page)
    assert "Changed in the meantime: law. Nothing was saved; this page shows the new state." in html(page)
    assert (file.read_text(), page.exception) == (before, [])
