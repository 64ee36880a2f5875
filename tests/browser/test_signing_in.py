"""Signing in with a one-time link, in a real browser: the link, the button, the page it was for, and the end of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled
from tests.support.command_line import run_command
from tests.support.server_process import Server
from tracker.i18n import get_language

pytestmark = pytest.mark.browser
PAGE = "/recommendation?id=ngo-2024-r8&lang={}"
MINE = "One campaign was run, without money for a second."


def tracker(app: Server, *arguments: str) -> str:
    """What the command line prints beside the running dashboard."""
    settings = {"TRACKER_DATA": str(app.data), "TRACKER_STATE": str(app.state), "HOST": "", "PORT": str(app.port)}
    code, out, _err = run_command(*arguments, settings=settings)
    assert code == 0
    return out


def signs_in(app: Server, page: Page, handle: str, to: str, *more: str, lang: str = "en") -> Page:
    page.goto(tracker(app, "invite", handle, "--organisation", "editors", "--to", to, *more).splitlines()[0])
    page.get_by_role("button", name=get_language(lang).gettext("Sign in")).click()
    return page


def file_of(app: Server) -> str:
    return (app.data / "recommendations" / "ngo-2024-r8.yaml").read_text("utf-8")


@pytest.mark.parametrize(("lang", "locale"), [("en", "en-GB"), pytest.param("ru", "ru-RU", marks=pytest.mark.long)])
def test_a_link_leads_to_its_page_and_there_one_may_save(
    server: Callable[..., Server], page: Callable[..., Page], lang: str, locale: str
) -> None:
    app, editor, say = server(), page(locale=locale), get_language(lang).gettext
    signs_in(app, editor, "editor-k1", PAGE.format(lang), lang=lang)
    expect(editor).to_have_url(app.url + PAGE.format(lang))
    expect(editor.locator(".rt-me")).to_contain_text("editor-k1")
    editor.get_by_role("link", name=say("Record an assessment")).click()
    choose(editor, say("Status"), {"en": "Partially implemented", "ru": "Выполнена частично"}[lang])
    editor.get_by_label(say("Reasons")).fill(MINE)
    editor.get_by_role("button", name=say("Record"), exact=True).click()
    expect(editor.locator(".rt-saved")).to_be_visible()
    assert f"reason: {MINE}\n" in file_of(app) or f"ru: {MINE}\n" in file_of(app)
    assert "    recorded_by: editor-k1\n" in file_of(app)

    # the cookie is out of reach of scripts, and goes to nobody else
    (cookie,) = [c for c in editor.context.cookies() if c["name"].startswith("tracker-")]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")

    # what somebody else opens, they read
    colleague = page(locale=locale)
    colleague.goto(app.url + PAGE.format(lang))
    expect(colleague.locator(".rt-answer")).to_be_visible()
    expect(colleague.locator(".rt-me")).to_have_count(0)


def test_who_is_revoked_with_a_form_open_saves_nothing_and_loses_nothing(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app, editor = server(), page()
    signs_in(app, editor, "editor-k1", PAGE.format("en"))
    editor.get_by_role("link", name="Record an assessment").click()
    choose(editor, "Status", "Partially implemented")
    reason = editor.get_by_label("Reasons")
    reason.fill(MINE)
    reason.blur()
    is_settled(editor)  # what is typed after the sign-in ended is in this tab only
    before = file_of(app)
    tracker(app, "revoke", "editor-k1")
    editor.get_by_role("button", name="Record", exact=True).click()
    expect(editor.get_by_role("alert")).to_contain_text("You are no longer signed in. Nothing was recorded")
    expect(editor.locator(".rt-banner")).to_contain_text("You have been signed out")
    expect(reason).to_have_value(MINE)
    expect(editor.locator(".rt-me")).to_have_count(0)
    editor.get_by_role("button", name="Record", exact=True).click()
    expect(reason).to_have_value(MINE)
    assert file_of(app) == before

    # back with a new link: the page, loaded again, has what was typed
    address = editor.url.removeprefix(app.url)
    editor.reload()
    expect(editor.locator(".rt-foot")).to_be_visible()
    expect(editor.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    signs_in(app, editor, "editor-k1", address, "--again", "--lift-revocation")
    expect(reason).to_have_value(MINE)
    editor.get_by_role("button", name="Record", exact=True).click()
    expect(editor.locator(".rt-saved")).to_contain_text("Not assessed → Partially implemented")
    assert MINE in file_of(app)


@pytest.mark.long
def test_the_terminals_link_works_at_another_name_of_this_machine(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app, owner = server(), page()
    link = tracker(app, "invite", "--here").splitlines()[1]
    owner.goto(link.replace("127.0.0.1", "localhost"))
    owner.get_by_role("button", name="Sign in").click()
    expect(owner).to_have_url(f"http://localhost:{app.port}/")
    expect(owner.locator(".rt-me")).to_contain_text("editor-")
    expect(owner.get_by_role("link", name="To do", exact=True)).to_be_visible()
