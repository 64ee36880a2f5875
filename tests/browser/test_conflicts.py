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


def saves_until_told(page: Page, button: str) -> None:
    """Tries to save until the page says that there is a newer version: it finds the server, or the file, after a while."""
    told = page.locator(".rt-conflict")
    for _ in range(12):
        # the button goes when the page finds the newer version by itself
        with suppress(Error):
            if not told.is_visible():
                page.get_by_role("button", name=button, exact=True).click(timeout=1000)
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
    expect(theirs.locator(".rt-saved")).to_contain_text("shows “Not implemented” now; before, it showed “Not assessed”")

    saves_until_told(mine, "Record")
    for words in ("The campaign never started.", MINE):
        expect(mine.locator(".rt-conflict")).to_contain_text(words)
    expect(mine.get_by_label("Reasons")).to_have_value(MINE)
    assert MINE not in file_of(app)
    mine.get_by_role("button", name="Save mine as well").click()
    expect(mine.locator(".rt-saved")).to_contain_text(
        "shows “Partially implemented” now; before, it showed “Not implemented”"
    )
    written = file_of(app)
    assert written.index("The campaign never started.") < written.index(MINE)


TITLE, SUMMARY = "Title · English", "Summary · English"
OLD, THEIRS = "Run campaigns against stigma and discrimination", "Campaign against stigma"


@pytest.mark.long
def test_after_a_restart_the_conflict_shows_every_field_that_differs(app: Server, page: Callable[..., Page]) -> None:
    mine = page()
    mine.goto(app.url + ADDRESS)
    mine.get_by_role("link", name="Edit", exact=True).click()
    expect(mine.get_by_label(TITLE)).to_have_value(OLD)
    for label, text in ((SUMMARY, MINE), ("Why is it edited?", "It is about the police.")):
        mine.get_by_label(label).fill(text)
        mine.get_by_label(label).blur()
    app.stop()
    path = app.data / "recommendations" / "ngo-2024-r8.yaml"
    path.write_text(path.read_text("utf-8").replace(OLD, THEIRS), "utf-8")
    app.start()
    saves_until_told(mine, "Save the edit")
    expect(mine.get_by_label(SUMMARY)).to_have_value(MINE)
    expect(mine.get_by_label("Why is it edited?")).to_have_value("It is about the police.")
    # the new server does not know that the title was not touched: it shows that saving would bring the old one back
    expect(mine.locator(".rt-conflict dt")).to_have_text(["Title · English", "Summary · English"])
    assert MINE not in file_of(app)
    mine.get_by_label(TITLE).fill(THEIRS)
    mine.get_by_label(TITLE).blur()
    expect(mine.locator(".rt-conflict dt")).to_have_text(["Summary · English"])
    mine.get_by_role("button", name="Replace with mine").click()
    expect(mine.locator(".rt-saved")).to_contain_text("The earlier text stays in the history.")
    # the form below it has closed, and the button was far down
    expect(mine.locator(".rt-saved")).to_be_in_viewport(ratio=1)
    expect(mine.locator(".rt-saved")).to_be_focused()
    assert (f"  en: {THEIRS}\n" in file_of(app), MINE in file_of(app)) == (True, True)
