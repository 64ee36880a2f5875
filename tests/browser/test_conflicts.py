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


def records(page: Page) -> None:
    page.get_by_role("button", name="Record", exact=True).click()


def records_until_told(page: Page) -> None:
    """Tries to record until the page says that there is a newer version: it finds the server, or the file, after a while."""
    told = page.locator(".rt-conflict")
    for _ in range(12):
        # the button goes when the page finds the newer version by itself
        with suppress(Error):
            if not told.is_visible():
                page.get_by_role("button", name="Record", exact=True).click(timeout=1000)
        with suppress(AssertionError):
            expect(told).to_be_visible(timeout=3000)
            break


def sees_both(page: Page, theirs: str) -> None:
    both = page.locator(".rt-conflict")
    expect(both).to_contain_text(theirs)
    expect(both).to_contain_text(MINE)
    expect(page.get_by_label("Reasons")).to_have_value(MINE)


def test_the_second_of_two_is_told_and_loses_nothing(app: Server, page: Callable[..., Page]) -> None:
    mine, theirs = opens_the_form(app, page()), page()
    theirs.goto(app.url + ADDRESS)
    theirs.get_by_role("link", name="Record an assessment").click()
    choose(theirs, "Status", "Not implemented")
    theirs.get_by_label("Reasons").fill("The campaign never started.")
    records(theirs)
    expect(theirs.locator(".rt-saved")).to_contain_text("Not assessed → Not implemented")

    records_until_told(mine)
    sees_both(mine, "The campaign never started.")
    assert MINE not in file_of(app)
    mine.get_by_role("button", name="Save mine as well").click()
    expect(mine.locator(".rt-saved")).to_contain_text("Not implemented → Partially implemented")
    written = file_of(app)
    assert written.index("The campaign never started.") < written.index(MINE)


def edits_by_hand(app: Server) -> None:
    path = app.data / "recommendations" / "ngo-2024-r8.yaml"
    path.write_text(path.read_text("utf-8").replace("Run campaigns against", "Run three campaigns against"), "utf-8")


@pytest.mark.long
def test_a_reload_keeps_the_version_and_what_was_typed(app: Server, page: Callable[..., Page]) -> None:
    mine = opens_the_form(app, page())
    expect(mine.get_by_role("combobox", name="Status", exact=True)).to_have_value("Partially implemented")
    expect(mine.get_by_label("Reasons")).to_have_value(MINE)
    edits_by_hand(app)
    mine.reload()
    expect(mine.get_by_label("Reasons")).to_have_value(MINE)
    records_until_told(mine)
    sees_both(mine, "What is there now")
    assert MINE not in file_of(app)
    mine.get_by_role("button", name="Save mine as well").click()
    expect(mine.locator(".rt-saved")).to_contain_text("Not assessed → Partially implemented")
    assert MINE in file_of(app)
