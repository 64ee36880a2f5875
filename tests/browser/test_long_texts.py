"""A text that is longer than its field takes, in a real browser: it stays, it is counted, and it is saved when it fits."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import is_settled
from tests.support.server_process import Server

pytestmark = pytest.mark.browser
WORDS = "The law was read. "


def pasted(editor: Page, label: str, length: int) -> str:
    """Paste a text of this length into a field of the phone, and leave the field. Return the text."""
    text = (WORDS * (length // len(WORDS) + 1))[:length].strip().ljust(length, "x")
    field = editor.get_by_label(label, exact=True)
    field.tap()
    field.select_text()
    editor.keyboard.insert_text(text)
    field.blur()
    is_settled(editor)
    return text


def test_a_pasted_text_that_is_too_long_is_saved_when_it_fits_and_what_no_message_can_hold_is_not_pasted(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server()
    editor = app.signed_in(page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))
    editor.goto(app.url + "/edit?what=recommendation&id=ngo-2024-r8&lang=en")
    title = pasted(editor, "Title · English", 301)
    expect(editor.get_by_text("is too long: 301 of 300 characters. Shorten it by 1.")).to_be_visible()
    editor.get_by_role("button", name="Save the edit").tap()
    expect(editor.get_by_label("Title · English", exact=True)).to_be_focused()
    for label, typed in (("Title · English", title[:-1]), ("Why is it edited?", "A slip.")):
        editor.get_by_label(label, exact=True).fill(typed)
    editor.get_by_label("Why is it edited?", exact=True).blur()
    is_settled(editor)
    expect(editor.get_by_text("is too long")).to_have_count(0)
    # what no message can hold is not pasted at all, and said
    editor.get_by_label("Summary · English", exact=True).tap()
    editor.keyboard.insert_text("слово " * 90_000)
    expect(editor.locator("[data-too-much]")).to_have_count(1)
    expect(editor.get_by_label("Summary · English", exact=True)).to_have_value(re.compile("^Broad public campaigns"))
    editor.keyboard.type("!")
    expect(editor.locator("[data-too-much]")).to_have_count(0)
    editor.get_by_role("button", name="Save the edit").tap()
    expect(editor.locator(".rt-saved")).to_be_visible()
    assert WORDS in (app.data / "recommendations" / "ngo-2024-r8.yaml").read_text("utf-8")
