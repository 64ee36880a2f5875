"""Two people edit the same record, in real browsers: nothing that somebody did not touch goes back to what it was."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from tests.support.browser_forms import tick
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


# test_conflicts.py reloads the form of an assessment, which keeps what was typed in the same way
@pytest.mark.long
def test_a_reload_keeps_what_was_typed(app: Server, page: Callable[..., Page]) -> None:
    mine = opens_the_form(app, page())
    types(mine, **{SUMMARY: MINE})
    saves(mine)
    expect(mine.get_by_role("alert")).to_contain_text("Please say in a sentence why you changed it")
    mine.reload()
    expect(mine.get_by_label(SUMMARY)).to_have_value(MINE)
    # a colleague's newer title comes in beside it
    path = app.data / "recommendations" / "ngo-2024-r8.yaml"
    path.write_text(path.read_text("utf-8").replace("Run campaigns against stigma and discrimination", THEIRS), "utf-8")
    # the files are looked at once a second
    until = time.monotonic() + 60
    while THEIRS not in mine.request.get(f"{app.url}/api/recommendations/ngo-2024-r8.json").text():
        assert time.monotonic() < until
    mine.reload()
    expect(mine.locator(".rt-conflict")).to_be_visible()
    expect(mine.get_by_label(TITLE)).to_have_value(THEIRS)
    expect(mine.get_by_label(SUMMARY)).to_have_value(MINE)


@pytest.mark.long
def test_what_was_typed_is_there_after_a_look_at_another_page(app: Server, page: Callable[..., Page]) -> None:
    mine = opens_the_form(app, page())
    types(mine, **{SUMMARY: MINE})
    saves(mine)
    expect(mine.get_by_role("alert")).to_contain_text("Please say in a sentence why you changed it")
    mine.get_by_role("link", name="Treaty bodies", exact=True).click()
    expect(mine.locator("h1")).to_have_text("Treaty bodies")
    mine.go_back()
    expect(mine.get_by_label(SUMMARY)).to_have_value(MINE)
    mine.get_by_role("button", name="Discard and close").click()
    mine.get_by_role("button", name="Discard it").click()
    mine.get_by_role("link", name="Edit", exact=True).click()
    expect(mine.get_by_label(SUMMARY)).not_to_have_value(MINE)
    expect(mine.get_by_label(TITLE)).to_have_value("Run campaigns against stigma and discrimination")


@pytest.mark.long
def test_two_edit_the_same_evidence(app: Server, page: Callable[..., Page]) -> None:
    mine, theirs = page(), page()
    for one in (mine, theirs):
        one.goto(f"{app.url}/evidence?lang=en")
        one.get_by_role("link", name="Edit: President signs the law on narcotic drugs").click()
        expect(one.get_by_label("Publisher (who says it)")).to_have_value("24.kg")
    types(mine, **{"When it happened": "2024-03-07"})
    types(theirs, **{"Publisher (who says it)": "24.kg news agency", "Why is it edited?": "Its whole name."})
    tick(theirs, "source read")
    saves(theirs)
    expect(theirs.locator(".rt-saved")).to_contain_text("The earlier text stays in the history.")
    expect(theirs.get_by_role("link", name="Open it")).to_be_visible()
    is_told(mine)
    expect(mine.get_by_label("Publisher (who says it)")).to_have_value("24.kg news agency")
    expect(mine.get_by_role("radio", name="source read", exact=True)).to_be_checked()
    expect(mine.locator(".rt-conflict dt")).to_have_text(["When it happened"])
    types(mine, **{"Why is it edited?": "The day of the signature."})
    mine.get_by_role("button", name="Replace with mine").click()
    expect(mine.locator(".rt-saved")).to_contain_text("The earlier text stays in the history.")
    written = file_of(app, "evidence/24kg-2024-law-signed")
    assert "publisher: 24.kg news agency\n" in written
    assert "\nhappened: 2024-03-07\npublished: 2024-03-09\n" in written
    assert "\nverification: seen\n" in written
