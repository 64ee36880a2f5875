"""Signing in with a one-time link, in a real browser: the link, the button, the page it was for, and the end of it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.support.browser_forms import choose, is_settled
from tests.support.canary_folder import ASKED, CANARY, EVIDENCE, NOTES, lay
from tests.support.command_line import run_command
from tests.support.long import LONG
from tests.support.server_process import Server
from tests.support.waiting import wait_until
from tracker.editing.private.drafts import FieldEdit, SubmissionDrafts

pytestmark = pytest.mark.browser
PAGE = "/recommendation?id=ngo-2024-r8&lang=en"
MINE = "One campaign was run, without money for a second."


def tracker(app: Server, *arguments: str) -> str:
    """What the command line prints beside the running dashboard."""
    settings = {"TRACKER_DATA": str(app.data), "TRACKER_STATE": str(app.state), "HOST": "", "PORT": str(app.port)}
    code, out, _err = run_command(*arguments, settings=settings)
    assert code == 0
    return out


def signs_in(app: Server, page: Page, handle: str, to: str, *more: str) -> Page:
    page.goto(tracker(app, "invite", handle, "--organisation", "editors", "--to", to, *more).splitlines()[0])
    page.get_by_role("button", name="Sign in").click()
    return page


def file_of(app: Server) -> str:
    return (app.data / "recommendations" / "ngo-2024-r8.yaml").read_text("utf-8")


def test_a_link_leads_to_its_page_and_there_one_may_save(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app, editor = server(), page()
    signs_in(app, editor, "editor-k1", PAGE)
    expect(editor).to_have_url(app.url + PAGE)
    expect(editor.locator(".rt-me")).to_contain_text("editor-k1")
    editor.get_by_role("link", name="Record an assessment").click()
    choose(editor, "Status", "Partially implemented")
    editor.get_by_label("Reasons").fill(MINE)
    editor.get_by_role("button", name="Record", exact=True).click()
    expect(editor.locator(".rt-saved")).to_be_visible()
    assert f"reason: {MINE}\n" in file_of(app)
    assert "    recorded_by: editor-k1\n" in file_of(app)

    # the cookie is out of reach of scripts, and goes to nobody else
    (cookie,) = [c for c in editor.context.cookies() if c["name"].startswith("tracker-")]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")

    # what somebody else opens, they read
    colleague = page()
    colleague.goto(app.url + PAGE)
    expect(colleague.locator(".rt-answer")).to_be_visible()
    expect(colleague.locator(".rt-me")).to_have_count(0)


# After an arrest: what only the person signed in may see is gone from every open page within five seconds, if no other
# test takes the cores.

MOST_SECONDS = 5.0 if LONG else 20.0
WAYS = ("/evidence?lang=en", f"/recommendation?id={ASKED}&lang=en", "/submission?of=brief&id=cescr&to=en&lang=en")


@pytest.fixture
def app(server: Callable[..., Server], tmp_path: Path) -> Server:
    """Its private folder has the canary in evidence, in a note and in a draft of a submission."""
    private = tmp_path / "private"
    lay(private, {"evidence/letter.yaml": EVIDENCE, f"notes/{ASKED}.yaml": NOTES})
    edit = FieldEdit("session", "", f"{CANARY} of the draft")
    SubmissionDrafts(private).write(("brief", "cescr", "en"), [edit], by="editor-x2", own="editors", name="brief")
    return server(TRACKER_PRIVATE=str(private))


def holds(tab: Page) -> bool:
    fields = "[...document.querySelectorAll('input, textarea')].map(({ value }) => value).join()"
    return CANARY in tab.content() + str(tab.evaluate(fields))


def shows(tab: Page, address: str) -> Page:
    tab.goto(address)
    is_settled(tab)
    wait_until(lambda: holds(tab))
    return tab


def is_gone(tab: Page, since: float) -> None:
    """Wait until the private words are gone, and see that it did not take too long."""
    while True:
        try:
            if not holds(tab):
                break
        except Error:  # the page is being loaded again
            pass
        assert time.monotonic() - since < MOST_SECONDS, tab.url
        tab.wait_for_timeout(50)
    expect(tab.locator("h1").first).to_be_visible()
    assert (holds(tab), tab.locator(".rt-me").count()) == (False, 0)


def test_after_a_revocation_every_open_page_is_a_readers_within_seconds(app: Server, page: Callable[..., Page]) -> None:
    tabs = [shows(app.signed_in(page()), app.url + way) for way in WAYS]
    asleep, away = (shows(app.signed_in(page()), app.url + WAYS[0]) for _ in range(2))
    devtools = asleep.context.new_cdp_session(asleep)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    away.context.set_offline(True)
    tracker(app, "revoke", "editor-x1")
    now = time.monotonic()
    for tab in tabs:
        is_gone(tab, now)
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    away.context.set_offline(False)
    for tab in (asleep, away):
        is_gone(tab, time.monotonic())


IS_COVERED = "getComputedStyle(document.documentElement, '::after').content.startsWith('\"Checking')"


def sees(tab: Page, *, hidden: bool) -> None:
    """Tell the page that it is hidden or in sight: a browser without windows shows all its pages."""
    tab.evaluate(f"Object.defineProperty(document, 'hidden', {{configurable: true, get: () => {str(hidden).lower()}}})")
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_page_that_was_hidden_is_covered_until_the_server_has_answered(
    app: Server, page: Callable[..., Page]
) -> None:
    tab = shows(app.signed_in(page()), app.url + WAYS[0])
    sees(tab, hidden=True)
    assert tab.evaluate(IS_COVERED)
    sees(tab, hidden=False)
    tab.wait_for_function(f"() => !{IS_COVERED}")
    tab.clock.install()
    sees(tab, hidden=True)
    tab.context.set_offline(True)
    tab.clock.run_for(10_000)
    sees(tab, hidden=False)
    assert (tab.evaluate(IS_COVERED), holds(tab)) == (True, True)
    tab.context.set_offline(False)
    tab.wait_for_function(f"() => !{IS_COVERED}")
    # in sight, without a connection: half a minute
    tab.context.set_offline(True)
    tab.clock.run_for(20_000)
    assert not tab.evaluate(IS_COVERED)
    tab.clock.run_for(20_000)
    tab.wait_for_function(f"() => {IS_COVERED}")


HELD = "() => { answers = []; kept = fetch; fetch = () => new Promise((answer) => answers.push(answer)); }"
ANSWER = """(n) => answers.slice(0, n).forEach((answer) =>
  answer({ headers: new Headers({ "Sign-In": document.querySelector("[data-sign-in]").dataset.signIn }) }))"""


def test_an_answer_from_before_a_page_was_hidden_does_not_uncover_it(app: Server, page: Callable[..., Page]) -> None:
    tab = shows(app.signed_in(page()), app.url + WAYS[0])
    tab.evaluate(HELD)
    sees(tab, hidden=False)
    asked = tab.evaluate("answers.length")
    tab.clock.install()
    sees(tab, hidden=True)
    tab.clock.run_for(10_000)
    sees(tab, hidden=False)
    tab.evaluate(ANSWER, asked)
    assert (asked > 0, tab.evaluate(IS_COVERED), holds(tab)) == (True, True, True)
    tab.evaluate("() => { fetch = kept; }")
    tab.wait_for_function(f"() => !{IS_COVERED}")


def test_signing_out_clears_the_other_pages_and_the_way_back_and_what_was_typed_waits(
    app: Server, page: Callable[..., Page]
) -> None:
    form = shows(app.signed_in(page()), app.url + WAYS[1])
    form.get_by_role("link", name="Record an assessment").click()
    form.get_by_label("Reasons").fill(MINE)
    form.get_by_label("Reasons").blur()
    is_settled(form)
    other = form.context.new_page()
    shows(other, app.url + WAYS[0]).get_by_role("link", name="Sign out").click()
    other.get_by_role("button", name="Sign out everywhere").click()
    now = time.monotonic()
    expect(other.get_by_text("You are signed out")).to_be_visible()
    is_gone(form, now)
    assert MINE not in form.content()
    for _ in range(2):
        other.go_back()
        is_gone(other, time.monotonic())
    address = form.url
    signs_in(app, form, "editor-x1", address.removeprefix(app.url), "--again")
    expect(form.get_by_label("Reasons")).to_have_value(MINE)


def test_a_page_follows_a_change_of_the_role(app: Server, page: Callable[..., Page]) -> None:
    tab = shows(app.signed_in(page()), app.url + WAYS[0])
    expect(tab.get_by_role("link", name="Publish:")).to_have_count(0)
    tracker(app, "invite", "editor-x1", "--again", "--role", "reviewer")
    expect(tab.get_by_role("link", name="Publish:")).to_be_visible()
    assert holds(tab)
