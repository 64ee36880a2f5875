"""Hostile words in every field, in a real browser: nothing runs, nothing is asked of another host, no dialog opens."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from pages.shared.layout import PAGES
from pages.shared.messages import escape_markdown
from tests.publishing.test_escaping import FORMS
from tests.support.hostile_records import EVERYTHING, PAYLOADS, SHORT, lay, saying
from tests.support.server_process import Server
from tracker.model.permissions import Role

pytestmark = pytest.mark.browser
READS = [
    "/",
    "/recommendations?q=words",
    "/recommendation?id=r1",
    "/recommendation?id=co-1",
    "/evidence",
    "/analysis",
    "/treaty-bodies",
    "/activity",
    "/about",
]
ALONE = ["/r/r1", "/r/gone", "/snapshot.html", "/brief.html"]
ADDRESS = {file: path for path, (file, _name) in PAGES.items()}


@pytest.fixture
def app(server: Callable[..., Server], tmp_path: Path) -> Server:
    return server(data=lay(tmp_path / "hostile", saying(EVERYTHING, SHORT)))


def watched(app: Server, page: Page) -> list[str]:
    """What must not happen: dialogs, and requests to anywhere else."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on(
        "request", lambda asked: None if asked.url.startswith((app.url, "data:", "blob:")) else seen.append(asked.url)
    )
    return seen


def is_calm(page: Page, seen: list[str]) -> None:
    links = page.eval_on_selector_all("[href]", "all => all.map(one => one.getAttribute('href'))")
    assert (page.evaluate("window.hacked"), seen) == (None, []), page.url
    assert [link for link in links if not link.startswith(("http", "mailto:", "/", "#", "?", ".", "data:image/"))] == []
    assert page.locator("[onerror], [onload], img[src=x], .katex").count() == 0, page.url


def test_a_reader_is_shown_text(app: Server, page: Callable[..., Page]) -> None:
    reader = page()
    seen = watched(app, reader)
    for address in READS:
        reader.goto(app.url + address)
        expect(reader.locator(".rt-foot")).to_be_visible()
        is_calm(reader, seen)
    for address in ALONE:
        reader.goto(app.url + address)
        is_calm(reader, seen)


@pytest.mark.long
def test_an_editor_is_shown_text_in_forms_and_choices_too(app: Server, page: Callable[..., Page]) -> None:
    editor = app.signed_in(page(), role=Role.REVIEWER)
    seen = watched(app, editor)
    for file, params in [("data_health", {}), *FORMS[:10]]:
        editor.goto(f"{app.url}{ADDRESS[file]}?{urlencode({'lang': 'en', **params})}")
        expect(editor.locator(".rt-foot")).to_be_visible()
        if editor.get_by_role("combobox").count():
            editor.get_by_role("combobox").first.click()
        is_calm(editor, seen)
    # what stands in the way of a save names titles of the data
    editor.goto(f"{app.url}/edit?lang=en&what=recommendation&id=r1")
    editor.get_by_role("button", name="Save the edit").click()
    expect(editor.get_by_role("alert").first).to_be_visible()
    is_calm(editor, seen)


@pytest.mark.long
def test_an_alert_shows_every_sign_as_it_is(
    tmp_path: Path, server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    script = tmp_path / "alert.py"
    words = [*PAYLOADS[:4], ":red[x] $$x$$ **bold** <https://elsewhere.invalid> # `code` | ~~x~~ _y_ &lt;"]
    script.write_text(
        f"import streamlit as st\nfor words in {[escape_markdown(one) for one in words]!r}:\n    st.error(words)\n",
        "utf-8",
    )
    app = Server(tmp_path, script=script, forked=True)
    app.start()
    try:
        reader = page()
        seen = watched(app, reader)
        reader.goto(app.url)
        expect(reader.get_by_role("alert")).to_have_count(len(words))
        assert [one.strip() for one in reader.get_by_role("alert").all_inner_texts()] == words
        is_calm(reader, seen)
        assert reader.locator("[role=alert] :is(img, code, strong, em, h1, del)").count() == 0
    finally:
        app.stop()
