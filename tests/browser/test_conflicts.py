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


@pytest.mark.long
def test_mine_can_be_discarded(app: Server, page: Callable[..., Page]) -> None:
    mine = opens_the_form(app, page())
    edits_by_hand(app)
    records_until_told(mine)
    sees_both(mine, "What is there now")
    before = file_of(app)
    mine.get_by_role("button", name="Discard and close").click()
    mine.get_by_role("button", name="Discard it").click()
    expect(mine.get_by_role("link", name="Record an assessment")).to_be_visible()
    assert file_of(app) == before
    mine.get_by_role("link", name="Record an assessment").click()
    expect(mine.get_by_label("Reasons")).to_have_value("")


def edits_by_hand(app: Server) -> None:
    path = app.data / "recommendations" / "ngo-2024-r8.yaml"
    path.write_text(path.read_text("utf-8").replace("Run campaigns against", "Run three campaigns against"), "utf-8")


@pytest.mark.long
def test_a_hand_edit_in_between_is_a_conflict_too(app: Server, page: Callable[..., Page]) -> None:
    mine = opens_the_form(app, page())
    edits_by_hand(app)
    records_until_told(mine)
    sees_both(mine, "Run three campaigns against")
    mine.get_by_role("button", name="Save mine as well").click()
    expect(mine.locator(".rt-saved")).to_contain_text("Not assessed → Partially implemented")
    assert ("Run three campaigns against" in file_of(app), MINE in file_of(app)) == (True, True)


# test_edit_conflicts.py has the harder case, in which fields were not touched
@pytest.mark.long
def test_a_server_restart_while_the_form_is_open(app: Server, page: Callable[..., Page]) -> None:
    mine = opens_the_form(app, page())
    app.stop()
    edits_by_hand(app)
    app.start()
    # the browser finds the server again by itself, after a while, and sends back what was typed
    records_until_told(mine)
    sees_both(mine, "What is there now")
    before = file_of(app)
    mine.get_by_role("button", name="Save mine as well").click()
    expect(mine.locator(".rt-saved")).to_contain_text("Not assessed → Partially implemented")
    assert (MINE in before, MINE in file_of(app)) == (False, True)


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


# tests/editing/test_assessment_diffs.py does all this on the same page without a browser
@pytest.mark.long
def test_undo_withdraw_and_still_so(app: Server, page: Callable[..., Page]) -> None:
    editor = opens_the_form(app, page())
    records(editor)
    expect(editor.locator(".rt-saved")).to_contain_text("Not assessed → Partially implemented")
    editor.get_by_role("button", name="Undo the last save").click()
    expect(editor.locator(".rt-saved")).to_contain_text("Undone. It stays in the history but no longer counts.")
    expect(editor.locator(".rt-answer")).to_contain_text("Not assessed")
    assert "      - type: withdrawn\n" in file_of(app)

    editor.goto(app.url + "/recommendation?id=ngo-2024-r7&lang=en")
    expect(editor.locator(".rt-answer")).to_contain_text("not updated since")
    editor.get_by_role("button", name="Reviewed today: no change").click()
    expect(editor.locator(".rt-saved")).to_contain_text("no change")
    expect(editor.locator(".rt-answer")).to_contain_text("reviewed on")

    editor.get_by_role("link", name="Withdraw").first.click()
    editor.get_by_label("Why is it withdrawn?").fill("It was entered by mistake.")
    editor.get_by_role("button", name="Withdraw", exact=True).click()
    expect(editor.locator(".rt-saved")).to_contain_text("Withdrawn.")
    expect(editor.locator(".rt-gone", has_text="It was entered by mistake.")).to_be_visible()
    expect(editor.locator(".rt-answer")).to_contain_text("Not assessed")


@pytest.mark.long
def test_on_a_past_day_nothing_is_recorded(app: Server, page: Callable[..., Page]) -> None:
    reader = page()
    reader.goto(app.url + "/recommendation?id=ngo-2024-r7&lang=en")
    reader.get_by_text("View a past date").click()
    reader.get_by_label("Facts dated up to").fill("2024-03-01")
    reader.get_by_role("button", name="Show", exact=True).first.click()
    expect(reader.locator(".rt-banner")).to_contain_text("Showing only what is dated on or before 1 March 2024")
    expect(reader.locator("h1")).to_have_text("Not there yet on this date")
    reader.goto(app.url + "/recommendation?id=ccpr-2014-15&lang=en&as_of=2024-03-01")
    expect(reader.locator(".rt-banner")).to_be_visible()
    expect(reader.get_by_role("link", name="Record an assessment")).to_have_count(0)
    reader.locator(".rt-banner").get_by_role("link", name="See today's page").click()
    expect(reader.get_by_role("link", name="Record an assessment")).to_be_visible()


# tests/editing/test_edit_diffs.py does all this on the same page without a browser
@pytest.mark.long
def test_texts_are_edited_and_a_duplicate_is_retired(app: Server, page: Callable[..., Page]) -> None:
    editor = page()
    editor.goto(app.url + ADDRESS)
    editor.get_by_role("link", name="Edit", exact=True).click()
    editor.get_by_label("Title · English").fill("Campaign against stigma")
    editor.get_by_label("Why is it edited?").fill("Shorter.")
    editor.get_by_role("button", name="Save the edit").click()
    expect(editor.locator(".rt-saved")).to_contain_text("The earlier text stays in the history.")
    expect(editor.locator("h1")).to_have_text("Campaign against stigma")
    written = file_of(app)
    assert "  en: Campaign against stigma\n  ru: " in written
    assert "    reason: Shorter.\n    field: title\n" in written
    editor.get_by_role("button", name="Undo the last save").click()
    expect(editor.locator("h1")).to_have_text("Run campaigns against stigma and discrimination")

    # until the run ends, the page may show a link of the run before as well
    expect(editor.get_by_role("link", name="Archive", exact=True)).to_have_count(1)
    editor.get_by_role("link", name="Archive", exact=True).click()
    editor.get_by_role("combobox", name="Redirect its links to").fill("training")
    editor.get_by_role("option", name="Civil society · 9 · Make human rights training mandatory").click()
    editor.get_by_label("Why is it archived?").fill("It says the same.")
    editor.get_by_role("button", name="Archive", exact=True).click()
    expect(editor.get_by_text("This recommendation is archived")).to_be_visible()
    editor.get_by_role("link", name="Make human rights training mandatory").click()
    expect(editor.locator("h1")).to_have_text("Make human rights training mandatory for law enforcement")
