"""Hostile words in every field, in a real browser: nothing runs, nothing is asked of another host, no dialog opens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.support.hostile_records import EVERYTHING, SHORT, lay, saying
from tests.support.server_process import Server

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


@pytest.fixture
def app(server: Callable[..., Server], tmp_path: Path) -> Server:
    return server(data=lay(tmp_path / "hostile", saying(EVERYTHING, SHORT)))


def watched(app: Server, page: Page) -> list[str]:
    """What must not happen: dialogs, and requests to anywhere else."""
    seen: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        seen.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
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
