"""Two people at the same recommendation, in real browsers: the second is told, sees both, loses nothing."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from tests.support.browser_forms import choose, is_settled
from tests.support.server_process import Server

pytestmark = pytest.mark.browser
ADDRESS = "/recommendation?id=ngo-2024-r8&lang=en"
MINE = "One campaign was run, without money for a second."


@pytest.fixture
def app(server: Callable[..., Server]) -> Server:
    return server()


@pytest.fixture
def page(app: Server, page: Callable[..., Page]) -> Callable[..., Page]:
    """The page of an editor who has signed in."""
    return lambda: app.signed_in(page())


def file_of(app: Server) -> str:
    return (app.data / "recommendations" / "ngo-2024-r8.yaml").read_text("utf-8")


def opens_the_form(app: Server, page: Page) -> Page:
    page.goto(app.url + ADDRESS)
    page.get_by_role("link", name="Record an assessment").click()
    choose(page, "Status", "Partially implemented")
    is_settled(page)
    page.get_by_label("Reasons").fill(MINE)
    page.get_by_label("Reasons").blur()
    is_settled(page)
    return page


def saves_until_told(page: Page) -> None:
    """Tries to save until the page says that there is a newer version: it finds the server, or the file, after a while."""
    told = page.locator(".rt-conflict")
    for _ in range(12):
        # the button goes when the page finds the newer version by itself
        with suppress(Error):
            if not told.is_visible():
                page.get_by_role("button", name="Record", exact=True).click(timeout=1000)
        with suppress(AssertionError):
            expect(told).to_be_visible(timeout=3000)
            break
    expect(told).to_be_visible()


def test_the_second_of_two_is_told_and_loses_nothing(app: Server, page: Callable[..., Page]) -> None:
    mine, theirs = opens_the_form(app, page()), page()
    theirs.goto(app.url + ADDRESS)
    theirs.get_by_role("link", name="Record an assessment").click()
    choose(theirs, "Status", "Not implemented")
    theirs.get_by_label("Reasons").fill("The campaign never started.")
    theirs.get_by_role("button", name="Record", exact=True).click()
    expect(theirs.locator(".rt-saved")).to_contain_text("Not assessed → Not implemented")

    saves_until_told(mine)
    for words in ("The campaign never started.", MINE):
        expect(mine.locator(".rt-conflict")).to_contain_text(words)
    expect(mine.get_by_label("Reasons")).to_have_value(MINE)
    assert MINE not in file_of(app)
    mine.get_by_role("button", name="Save mine as well").click()
    expect(mine.locator(".rt-saved")).to_contain_text("Not implemented → Partially implemented")
    written = file_of(app)
    assert written.index("The campaign never started.") < written.index(MINE)
