"""Choosing several recommendations in the list, and adding something to all of them: the pages, and a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

import pages.shared.layout
import tracker.storage.dataset_reader
from tests.editing.test_bulk_edit import ALL, FILES, lines_changed
from tests.support.browser_forms import choose
from tests.support.server_process import ROOT, Server
from tests.support.small_dataset import ANNA
from tests.support.story_folder import made
from tracker.model.permissions import READER, Person
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens the list on the small folder, as an editor unless somebody else is named."""
    made(tmp_path / "data", FILES)
    monkeypatch.setattr(tracker.storage.dataset_reader, "CHECK_INTERVAL", 0.0)
    monkeypatch.setenv("TRACKER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRACKER_STATE", str(tmp_path / "state"))

    def open_(who: Person = ANNA, path: str = "recommendations", **params: str | list[str]) -> AppTest:
        monkeypatch.setattr(pages.shared.layout, "current_person", lambda: who)
        monkeypatch.setattr("pages.shared.saving.current_person", lambda: who)
        page = AppTest.from_file(str(ROOT / "pages" / f"{path}.py"), default_timeout=60)
        for name, value in params.items():
            page.query_params[name] = value
        return page.run()

    return open_


def html(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def ticked(page: str) -> list[str]:
    """The ids of the recommendations that are ticked."""
    return re.findall(r'name="pick" form="rt-picks" value="([^"]+)" data-pick [^>]* checked>', page)


def test_everybody_can_choose_several_and_who_may_not_save_adds_nothing(opened):
    assert "Choose some to print or save" in html(opened())
    chosen = html(opened(choosing="list", pick=["r1"]))
    assert ("1 selected" in chosen, chosen.count("data-pick "), len(ticked(chosen))) == (True, 3, 1)
    assert "Select 2 more that match the filters" in chosen
    two = html(opened(READER, choosing="list", pick=["r1", "co-4-12"], q="no such word"))
    for path, name in (("/export.xlsx", "Excel"), ("/export.csv", "CSV")):
        assert f'href="{path}?id=r1&amp;id=co-4-12" download>Save as {name}</a>' in two
    for step in ("list", "add"):
        page = opened(READER, choosing=step, pick=["r1"])
        assert [word in html(page) for word in ("1 selected", "/brief.html?id=r1", "Show only these")] == [True] * 3
        assert ([word in html(page) for word in ("Add evidence", "/edit")], list(page.button)) == ([False] * 2, [])


def test_when_it_is_full_no_further_box_can_be_ticked(opened, monkeypatch):
    monkeypatch.setattr("tracker.publishing.pages.recommendations.MAX_BULK_SELECTION", 2)
    chosen = html(opened(choosing="list", pick=list(ALL[:2])))
    assert (len(ticked(chosen)), chosen.count(" disabled>"), "at most 2 at a time" in chosen) == (2, 1, True)


def test_on_a_past_day_nothing_is_added(opened):
    page = opened(choosing="add", pick=["r1"], as_of="2025-01-01")
    assert ([word in html(page) for word in ("1 selected", "Add evidence", "/edit")], list(page.button)) == (
        [True, False, False],
        [],
    )


def test_there_is_no_widget_for_each_recommendation(opened):
    one, all_ = opened(choosing="list", pick=["r1"]), opened(choosing="list", pick=list(ALL))
    assert (len(one.checkbox), len(one.main.children)) == (0, len(all_.main.children))


def add_button(page: AppTest) -> Any:
    return next(b for b in page.button if str(b.key).startswith("bulk_add_"))


def tags_of(data: Path) -> dict[str, object]:
    return {r.id: r.tags for r in DatasetReader(data).read().recommendations.values()}


def test_a_preview_shows_each_and_what_stays_as_it_is(opened):
    page = opened(choosing="add", pick=list(ALL))
    page.selectbox(key="bulk_evidence").select("law").run()
    page.radio(key="bulk_suggests").set_value("context").run()
    assert "will be added to 2 of 3. Nothing is saved yet." in html(page)
    assert "unchanged: already linked (" in html(page)
    assert add_button(page).label == "Add to 2 recommendations"
    page.radio(key="bulk_kind").set_value("tag").run()
    page.selectbox(key="bulk_tag").select("groups:women").run()
    assert "“Women” will be added to 2 of 3." in html(page)
    assert page.exception == [] and "rt-conflict" not in html(page)


def test_a_reason_is_asked_and_then_all_are_saved_and_undone_at_once(opened, tmp_path):
    files = {path: path.read_text() for path in (tmp_path / "data" / "recommendations").iterdir()}
    page = opened(choosing="add", pick=list(ALL))
    page.radio(key="bulk_kind").set_value("tag").run()
    page.selectbox(key="bulk_tag").select("themes:policing").run()
    add_button(page).click().run()
    assert [e.value for e in page.error] == ["Say in a sentence why you add it. The reason stays in the history."]
    assert {path: path.read_text() for path in files} == files
    page.text_input(key="bulk_reason").input("It is about the police.").run()
    add_button(page).click().run()
    assert "“Policing” was added to 2 recommendations." in html(page)
    assert ("choosing" in page.query_params, "data-pick" in html(page)) == (False, False)
    tags = [r.tags[-1].themes for r in DatasetReader(tmp_path / "data").read().recommendations.values()]
    assert tags == [("policing",)] * 3
    next(b for b in page.button if b.label == "Undo the last save").click().run()
    assert "Undone." in html(page)
    now = DatasetReader(tmp_path / "data").read().recommendations
    assert [tuple(t.themes for t in now[name].tags) for name in ALL] == [(("policing",), ()), (("policing",),), ()]
    assert page.exception == []


def test_what_can_be_undone_is_named_by_the_number_that_it_has_elsewhere(opened, tmp_path):
    for name, number in (("r1", "7"), ("hrc-3-20", "20")):
        file = tmp_path / "data" / "recommendations" / f"{name}.yaml"
        file.write_text(file.read_text("utf-8") + f"paragraph: '{number}'\n", "utf-8")
    page = opened(choosing="add", pick=list(ALL))
    page.radio(key="bulk_kind").set_value("tag").run()
    page.selectbox(key="bulk_tag").select("themes:policing").run()
    page.text_input(key="bulk_reason").input("It is about the police.").run()
    add_button(page).click().run()
    (recorded,) = set(re.findall('what=undo&amp;id=([^&"]+)', html(opened(path="activity"))))
    listed = html(opened(path="edit", what="undo", id=unquote(recorded)))
    assert re.findall("<li>(.*?) ·", listed) == ["para. 20", "no. 7"]


def test_what_a_colleague_changed_is_named_and_nothing_is_saved(opened, tmp_path):
    page = opened(choosing="add", pick=list(ALL))
    page.radio(key="bulk_kind").set_value("tag").run()
    page.selectbox(key="bulk_tag").select("themes:policing").run()
    page.text_input(key="bulk_reason").input("It is about the police.").run()
    file = tmp_path / "data" / "recommendations" / "r1.yaml"
    file.write_text(file.read_text() + "# A colleague was here.\n")
    before = {path: path.read_text() for path in tmp_path.rglob("*.yaml")}
    add_button(page).click().run()
    told = "Changed in the meantime: Repeal the punishments. Nothing was saved; this page shows the new state."
    assert told in html(page)
    assert {path: path.read_text() for path in tmp_path.rglob("*.yaml")} == before
    # it stays said until somebody saves what they see now
    assert told in html(page.run())
    add_button(page).click().run()
    assert "was added to 2 recommendations." in html(page)
    assert file.read_text().count("# A colleague was here.") == 1


def test_a_change_within_the_second_between_two_looks_is_told_too(opened, tmp_path, monkeypatch):
    page = opened(choosing="add", pick=list(ALL))
    page.selectbox(key="bulk_evidence").select("law").run()
    page.radio(key="bulk_suggests").set_value("context").run()
    page.text_input(key="bulk_reason").input("It is a law.").run()
    reader = pages.shared.layout._store(tmp_path / "data").reader
    monkeypatch.setattr(reader, "_check_interval", 10_000)
    file = tmp_path / "data" / "evidence" / "law.yaml"
    file.write_text(file.read_text() + "# A colleague was here.\n")
    before = file.read_text()
    add_button(page).click().run()
    assert "Changed in the meantime: law. Nothing was saved; this page shows the new state." in html(page)
    assert (file.read_text(), page.exception) == (before, [])


@pytest.mark.browser
@pytest.mark.long
def test_three_are_ticked_by_keyboard_tagged_and_undone(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server()
    editor = app.signed_in(page())
    files = {path: path.read_text("utf-8") for path in (app.data / "recommendations").iterdir()}
    tags = tags_of(app.data)
    editor.goto(f"{app.url}/recommendations?lang=en&by=civil-society")
    editor.get_by_role("link", name="Choose some to print or save").click()
    expect(editor.locator("[data-testid=stMain] .rt-choosing")).to_be_visible()
    box = editor.get_by_role("checkbox", name="Select: Distinguish trafficking from social sharing in law")
    box.focus()
    editor.keyboard.press("Space")
    expect(editor.locator(".rt-choosing")).to_contain_text("1 selected")
    expect(box).to_be_focused()  # the list was drawn anew
    # as fast as a hand can, without waiting for the page
    for name in ("r3", "r4", "r6"):
        editor.evaluate("name => document.getElementById(`rt-tick-ngo-2024-${name}`).click()", name)
    expect(editor.locator(".rt-choosing")).to_contain_text("4 selected")
    editor.locator("#rt-tick-ngo-2024-r6").uncheck()
    expect(editor.locator(".rt-choosing")).to_contain_text("3 selected")
    editor.reload()
    expect(editor.locator(".rt-choosing")).to_contain_text("3 selected")
    editor.get_by_role("link", name="Add evidence or a tag").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text("Add to 3 selected recommendations")
    editor.get_by_text("Theme or group", exact=True).click()
    choose(editor, "Theme or group (our tagging)", "Theme: Public funding")
    editor.get_by_label("Why are you adding it?").fill("Each of them costs money.")

    # a hand edit in between: nothing is saved, and the page says of which
    file = app.data / "recommendations" / "ngo-2024-r3.yaml"
    theirs = files[file] + "# a colleague was here\n"
    file.write_text(theirs, "utf-8")
    add = editor.get_by_role("button", name="Add to 3 recommendations")
    # until the run ends, the page may show the button of the run before as well
    expect(add).to_have_count(1)
    add.click()
    expect(editor.get_by_role("alert")).to_contain_text(
        "Changed in the meantime: Use threshold quantities only to decide whether police may intervene."
    )
    assert {path: path.read_text("utf-8") for path in files} == {**files, file: theirs}

    expect(add).to_have_count(1)
    add.click()
    expect(editor.locator(".rt-saved")).to_have_text("“Public funding” was added to 3 recommendations.")
    expect(editor.locator(".rt-choosing")).to_have_count(0)
    for path, was in {**files, file: theirs}.items():
        tagged = path.stem in ("ngo-2024-r2", "ngo-2024-r3", "ngo-2024-r4")
        changed = lines_changed(was, path.read_text("utf-8"))
        assert changed[:1] == (["+      - public-funding"] if tagged else []), path.stem
        assert [line for line in changed if line.startswith("-")] == []
    editor.get_by_role("button", name="Undo the last save").click()
    expect(editor.locator(".rt-saved")).to_contain_text("Undone.")
    assert tags_of(app.data) == tags
