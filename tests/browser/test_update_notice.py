"""The line that says that something was saved since the page was drawn."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

import pages.shared.layout
from tests.support.server_process import Server
from tests.support.small_dataset import ANNA
from tests.support.story_folder import made
from tracker.queries.current_view import reader_of

SAVED = "New entries have been saved since you opened this page."


@pytest.mark.long
@pytest.mark.browser
def test_a_change_on_the_disk_is_offered_and_moves_nothing(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app, reader = server(), page()
    reader.goto(f"{app.url}/activity?lang=en")
    title = reader.get_by_role("link", name="Expand harm reduction with sustained State funding").first
    expect(reader.locator("#rt-served")).to_have_count(0)  # what comes after this page has been drawn is new
    expect(title).to_be_visible()
    expect(reader.get_by_text(SAVED)).to_have_count(0)
    place = title.bounding_box()

    file = app.data / "recommendations" / "ngo-2024-r7.yaml"
    file.write_text(file.read_text("utf-8").replace("Expand harm reduction with", "Grow harm reduction with"), "utf-8")
    expect(reader.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    assert title.bounding_box() == place
    expect(title).to_be_visible()

    reader.get_by_role("button", name="Show it").click()
    expect(reader.get_by_role("link", name="Grow harm reduction with sustained State funding").first).to_be_visible()
    expect(reader.get_by_text(SAVED)).to_have_count(0)


def saving() -> None:
    """A page that saves as the form does: the save, then the page anew."""
    import streamlit as st

    from pages.shared.layout import open_page, store
    from tests.support.small_dataset import ANNA
    from tracker.editing.undo import reversal_of

    page = open_page("/")
    law = page.view.evidence.get("law")
    if st.button("Save") and law:
        store().save(reversal_of(None, law, law.summary), by=ANNA, reason="-")
        st.rerun()
    st.html(f"<p>{len(page.view.evidence)} items</p>")
    page.show_end("")


def test_who_saves_is_not_told_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATA", str(data := made(tmp_path / "data")))
    mine = AppTest.from_function(saving).run()
    mine.button[0].click().run()
    # app.js tells of another version than this
    (items, line), version = (element.proto.body for element in mine.get("html")), reader_of(data).read().signature
    assert items == "<p>0 items</p>" and f' role="status" data-version="{version}" ' in line


def test_what_the_buttons_of_a_page_would_be_called_with_is_let_go_when_it_is_left(tmp_path, monkeypatch):
    made(tmp_path / "data")
    monkeypatch.setenv("TRACKER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRACKER_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(pages.shared.layout, "current_person", lambda: ANNA)
    tab = AppTest.from_file(str(Path(__file__).parent.parent.parent / "app.py"), default_timeout=60).run()

    def known() -> set[str]:
        return set(tab.session_state._state._state._new_widget_state.widget_metadata)

    tab.switch_page("pages/edit.py").run()
    of_the_form = known()
    assert len(of_the_form) > 5
    tab.run()
    assert known() >= of_the_form  # the page is still there
    # with the first step away the browser still sends what stood in their fields
    tab.switch_page("pages/evidence.py").run()
    tab.switch_page("pages/about.py").run()
    assert not known() & of_the_form
