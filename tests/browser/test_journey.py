"""The main job in a real browser: find, read, record, share, open again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled, tick
from tests.support.server_process import Server
from tracker.i18n import get_language

pytestmark = pytest.mark.browser

REASON = "Обучение провели один раз и больше не проводили."


def test_an_advocate_finds_records_and_shares_in_russian(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    say, app = get_language("ru").gettext, server()
    file = app.data / "recommendations" / "cedaw-2021-36c.yaml"
    file.write_text(
        file.read_text("utf-8").replace("verification: reported", "verification: reported  # a person's comment"),
        "utf-8",
    )
    comments = [line for line in file.read_text("utf-8").splitlines() if "#" in line]

    editor = app.signed_in(page(locale="ru-RU", permissions=["clipboard-read", "clipboard-write"]))
    editor.goto(app.url)
    expect(editor.locator("html")).to_have_attribute("lang", "ru")
    editor.get_by_role("link", name=say("See the recommendations")).click()

    # filter; a tick that is made while Streamlit still takes the page over is not kept
    is_settled(editor)
    editor.get_by_text(say("Filters"), exact=True).click()
    editor.get_by_role("group", name=say("Mechanism")).get_by_label("КЛДЖ").check()
    expect(editor).to_have_url(re.compile("body=cedaw"))
    expect(editor.locator(".rt-row")).to_have_count(4)
    editor.keyboard.press("Escape")

    # open, and record with new evidence
    editor.locator(".rt-title").first.click()
    editor.get_by_role("link", name=say("Record an assessment")).click()
    choose(editor, say("Status"), "Выполнена частично")
    choose(editor, say("Direction"), "ухудшение")
    editor.get_by_label(say("Reasons")).fill(REASON)
    editor.get_by_text(say("Add new evidence")).click()
    editor.get_by_label(say("Title"), exact=True).fill("Training stopped")
    editor.get_by_label(say("Summary in your own words")).fill("The newsletter says that it was not repeated.")
    editor.get_by_label(say("Publisher (who says it)")).fill("Clinic newsletter")
    editor.get_by_label(say("Link"), exact=True).fill("https://example.org/news")
    editor.get_by_label(say("When it was published")).fill("2026-10")
    choose(editor, say("Kind of source"), say("news"))
    tick(editor, say("practice"), say("reported by others"), say("setback"))
    editor.get_by_role("button", name=say("Record"), exact=True).click()
    expect(editor.locator(".rt-saved")).to_have_text(
        "Записано: Редакция трекера. Теперь на странице «Выполнена частично»; прежде было «Оценки нет». "
        "Направление: ухудшение. 1 новое доказательство."
    )

    # the file says so, and what a person wrote is still there
    written = file.read_text("utf-8")
    assert [line for line in written.splitlines() if "#" in line] == comments
    assert "    status: partially-implemented\n    direction: backward\n" in written
    assert f"    reason:\n      ru: {REASON}\n" in written
    assert "      - clinic-newsletter-2026\n" in written
    assert (app.data / "evidence" / "clinic-newsletter-2026.yaml").exists()

    # share
    is_settled(editor)
    editor.get_by_text(say("Share"), exact=True).click()
    editor.get_by_role("button", name=say("Copy the link")).click()
    link = editor.evaluate("navigator.clipboard.readText()")
    assert link == f"{app.url}/recommendation?id=cedaw-2021-36c&body=cedaw&lang=ru"

    # a second, fresh browser
    colleague = page(locale="en-GB")
    colleague.goto(link)
    expect(colleague.locator("html")).to_have_attribute("lang", "ru")
    expect(colleague.locator(".rt-answer")).to_contain_text("Выполнена частично")
    expect(colleague.locator(".rt-answer")).to_contain_text("ухудшение")
    expect(colleague.locator("#e-clinic-newsletter-2026")).to_be_visible()
    colleague.goto(link.replace("/recommendation?id=cedaw-2021-36c&", "/recommendations?"))
    expect(colleague.locator(".rt-row")).to_have_count(4)
    expect(colleague.locator(".rt-row").first).to_contain_text("Выполнена частично")
