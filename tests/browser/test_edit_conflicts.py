"""Two people edit the same record, in real browsers: nothing that somebody did not touch goes back to what it was."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from tests.support.server_process import Server

pytestmark = pytest.mark.browser
ADDRESS = "/recommendation?id=ngo-2024-r8&lang=en"
TITLE, SUMMARY = "Title · English", "Summary · English"
THEIRS, MINE = "Campaign against stigma", "Campaigns should reach every police station."


@pytest.fixture
def app(server: Callable[..., Server]) -> Server:
    return server()


@pytest.fixture
def page(app: Server, page: Callable[..., Page]) -> Callable[..., Page]:
    """The page of an editor who has signed in."""
    return lambda: app.signed_in(page())


def file_of(app: Server, name: str = "recommendations/ngo-2024-r8") -> str:
    return (app.data / f"{name}.yaml").read_text("utf-8")


def opens_the_form(app: Server, page: Page) -> Page:
    page.goto(app.url + ADDRESS)
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_label(TITLE)).to_have_value("Run campaigns against stigma and discrimination")
    return page


def types(page: Page, **fields: str) -> None:
    """Types into fields and leaves each; names are labels with their language, or what follows."""
    for label, text in fields.items():
        page.get_by_label(label).fill(text)
        page.get_by_label(label).blur()


def saves(page: Page) -> None:
    page.get_by_role("button", name="Save the edit").click()


def is_told(page: Page) -> None:
    """Goes on until the page says that there is a newer version: it finds the server, or the file, after a while."""
    told, button = page.locator(".rt-conflict"), page.get_by_role("button", name="Save the edit")
    for _ in range(12):
        # the button goes when the page finds the newer version by itself
        with suppress(Error):
            if not told.is_visible():
                button.click(timeout=1000)
        with suppress(AssertionError):
            expect(told).to_be_visible(timeout=3000)
            break
    expect(told).to_be_visible()


def test_one_edits_the_title_the_other_the_summary(app: Server, page: Callable[..., Page]) -> None:
    mine, theirs = opens_the_form(app, page()), opens_the_form(app, page())
    types(mine, **{SUMMARY: MINE})
    types(theirs, **{TITLE: THEIRS, "Why is it edited?": "Shorter."})
    saves(theirs)
    expect(theirs.locator(".rt-saved")).to_contain_text("The earlier text stays in the history.")

    is_told(mine)
    types(mine, **{"Why is it edited?": "It is about the police."})
    differs = mine.locator(".rt-conflict .rt-diff")
    expect(differs.locator("dt")).to_have_text(["Summary · English"])
    expect(differs.locator("ins")).to_have_text(["Campaigns", "every police station."])
    expect(mine.get_by_label(TITLE)).to_have_value(THEIRS)  # nobody touched it here
    expect(mine.get_by_label(SUMMARY)).to_have_value(MINE)
    assert (THEIRS in file_of(app), MINE in file_of(app)) == (True, False)
    mine.get_by_role("button", name="Replace with mine").click()
    expect(mine.locator(".rt-saved")).to_contain_text("The earlier text stays in the history.")
    assert (f"  en: {THEIRS}\n" in file_of(app), MINE in file_of(app)) == (True, True)


@pytest.mark.long
def test_after_a_restart_the_conflict_shows_every_field_that_differs(app: Server, page: Callable[..., Page]) -> None:
    mine = opens_the_form(app, page())
    types(mine, **{SUMMARY: MINE, "Why is it edited?": "It is about the police."})
    app.stop()
    path = app.data / "recommendations" / "ngo-2024-r8.yaml"
    path.write_text(path.read_text("utf-8").replace("Run campaigns against stigma and discrimination", THEIRS), "utf-8")
    app.start()
    is_told(mine)
    expect(mine.get_by_label(SUMMARY)).to_have_value(MINE)
    expect(mine.get_by_label("Why is it edited?")).to_have_value("It is about the police.")
    # the new server does not know that the title was not touched: it shows that saving would bring the old one back
    expect(mine.locator(".rt-conflict dt")).to_have_text(["Title · English", "Summary · English"])
    assert MINE not in file_of(app)
    types(mine, **{TITLE: THEIRS})
    expect(mine.locator(".rt-conflict dt")).to_have_text(["Summary · English"])
    mine.get_by_role("button", name="Replace with mine").click()
    expect(mine.locator(".rt-saved")).to_contain_text("The earlier text stays in the history.")
    # the form below it has closed, and the button was far down
    expect(mine.locator(".rt-saved")).to_be_in_viewport(ratio=1)
    expect(mine.locator(".rt-saved")).to_be_focused()
    assert (f"  en: {THEIRS}\n" in file_of(app), MINE in file_of(app)) == (True, True)
