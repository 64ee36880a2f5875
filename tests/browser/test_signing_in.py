"""Signing in with a one-time link, in a real browser: the link, the button, the page it was for, and the end of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose
from tests.support.command_line import run_command
from tests.support.server_process import Server

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
