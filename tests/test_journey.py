"""The main job in a real browser: find, read, record, share, open again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Server

pytestmark = pytest.mark.browser

ENGLISH = {
    "locale": "en-GB", "lang": "en", "see": "See the recommendations", "filters": "Filters and order", "committee": "Committee",
    "record_link": "Record an assessment", "use": "Use this handle", "status": "Status", "partially": "Partially implemented",
    "direction": "Direction", "backward": "moving backward", "reason": "Reason: what does it rest on?", "add": "Add new evidence",
    "title": "Title", "summary": "Summary in your own words", "publisher": "Publisher: who says it?", "link": "Link",
    "published": "When it was published", "setback": "setback", "record": "Record", "share": "Share", "copy": "Copy the link",
    "recorded": "Status: Not assessed → Partially implemented.", "assessed": "moving backward",
}  # fmt: skip
RUSSIAN = {
    "locale": "ru-RU", "lang": "ru", "see": "Смотреть рекомендации", "filters": "", "committee": "",
}  # fmt: skip


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


@pytest.mark.parametrize("words", [ENGLISH], ids=["en"])
def test_an_advocate_finds_records_and_shares(
    server: Callable[..., Server], page: Callable[..., Page], words: dict[str, str]
) -> None:
    app = server()
    file = app.data / "recommendations" / "cedaw-2021-36c.yaml"
    file.write_text(file.read_text("utf-8").replace("mark: reported", "mark: reported  # a person's comment"), "utf-8")
    comments = [line for line in file.read_text("utf-8").splitlines() if "#" in line]

    editor = page(locale=words["locale"], permissions=["clipboard-read", "clipboard-write"])
    editor.goto(app.url)
    expect(editor.locator("html")).to_have_attribute("lang", words["lang"])
    editor.get_by_role("link", name=words["see"]).click()

    editor.get_by_role("button", name=words["filters"]).click()
    choose(editor, words["committee"], "CEDAW")
    expect(editor).to_have_url(re.compile("body=cedaw"))
    expect(editor.locator(".rt-row")).to_have_count(4)
    editor.keyboard.press("Escape")
    editor.keyboard.press("Escape")

    editor.locator(".rt-title").first.click()
    editor.get_by_role("link", name=words["record_link"]).click()
    editor.get_by_role("button", name=words["use"]).click()
    choose(editor, words["status"], words["partially"])
    choose(editor, words["direction"], words["backward"])
    editor.get_by_label(words["reason"]).fill("Training was given once and then stopped.")
    editor.get_by_text(words["add"]).click()
    editor.get_by_label(words["title"], exact=True).fill("Training stopped")
    editor.get_by_label(words["summary"]).fill("The clinic's newsletter says that the training was not repeated.")
    editor.get_by_label(words["publisher"]).fill("Clinic newsletter")
    editor.get_by_label(words["link"], exact=True).fill("https://example.org/news")
    editor.get_by_label(words["published"]).fill("2026-10")
    editor.get_by_text(words["setback"], exact=True).click()
    editor.get_by_role("button", name=words["record"], exact=True).click()
    expect(editor.locator(".rt-saved")).to_contain_text(words["recorded"])

    written = file.read_text("utf-8")
    assert [line for line in written.splitlines() if "#" in line] == comments
    assert "    status: partially-implemented\n    direction: backward\n" in written
    assert "      - clinic-newsletter-2026\n" in written
    assert (app.data / "evidence" / "clinic-newsletter-2026.yaml").exists()

    editor.get_by_text(words["share"], exact=True).click()
    editor.get_by_role("button", name=words["copy"]).click()
    link = editor.evaluate("navigator.clipboard.readText()")
    assert link == f"{app.url}/recommendation?id=cedaw-2021-36c&body=cedaw&lang={words['lang']}"

    colleague = page(locale="en-GB")
    colleague.goto(link)
    expect(colleague.locator(".rt-answer")).to_contain_text(words["partially"])
    expect(colleague.locator(".rt-answer")).to_contain_text(words["assessed"])
    expect(colleague.locator("#e-clinic-newsletter-2026")).to_be_visible()
    colleague.goto(link.replace("/recommendation?id=cedaw-2021-36c&", "/recommendations?"))
    expect(colleague.locator(".rt-row")).to_have_count(4)
    expect(colleague.locator(".rt-row").first).to_contain_text(words["partially"])
