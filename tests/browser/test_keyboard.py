"""An assessment with new evidence from the list in under a minute, by keyboard alone; every step is counted."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.long import LONG
from tests.support.server_process import Server

pytestmark = pytest.mark.browser

KEYS_A_SECOND = 5
"""What a person types who types neither fast nor slowly: 60 words a minute."""
FAR = 40
"""Presses of Tab after which a person gives up."""


class Hands:
    """A person at the keyboard. An interaction is going to a control and giving it its value; each key counts as well."""

    def __init__(self, page: Page) -> None:
        self.page, self.interactions, self.keys = page, 0, 0
        self.tabs: list[int] = []

    def go(self, control: Locator) -> None:
        """Presses Tab until the control has the focus."""
        self.interactions += 1
        for presses in range(FAR):
            if control.count() and control.first.evaluate("e => e === document.activeElement"):
                self.tabs.append(presses)
                return
            self.press("Tab")
        pytest.fail(f"{control} is more than {FAR} presses of Tab away")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, control: Locator, text: str, then: str = "") -> None:
        self.go(control)
        self.page.keyboard.type(text)
        self.keys += len(text)
        if then:
            self.press(then)

    def press_on(self, control: Locator, key: str = "Enter") -> None:
        self.go(control)
        self.press(key)


def is_drawn(page: Page, last: Locator) -> None:
    """A person looks before they go on: the last thing is there, and nothing is still being loaded."""
    expect(last).to_be_attached()
    expect(page.locator("#rt-served")).to_have_count(0)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


@pytest.mark.long
def test_an_assessment_with_new_evidence_takes_under_a_minute_by_keyboard(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server()
    editor = app.signed_in(page())
    editor.goto(f"{app.url}/recommendations?lang=en")
    is_drawn(editor, editor.locator(".rt-row").first)
    start, hands = time.monotonic(), Hands(editor)

    hands.press_on(editor.locator(".rt-title").first)
    expect(editor.get_by_role("heading", level=1)).to_be_focused()
    is_drawn(editor, editor.locator(".rt-foot"))
    hands.press_on(editor.get_by_role("link", name="Record an assessment"))
    expect(editor.get_by_role("heading", name="Record an assessment")).to_be_focused()
    is_drawn(editor, editor.get_by_role("button", name="Record", exact=True))
    hands.type(editor.get_by_role("combobox", name="Status"), "Partially", "Enter")
    hands.type(editor.get_by_role("combobox", name="Direction"), "worse", "Enter")
    hands.type(editor.get_by_label("Reasons"), "Fines came back in January.")
    hands.press_on(editor.get_by_label("Add new evidence"), "Space")
    is_drawn(editor, editor.get_by_role("radio", name="context", exact=True))
    hands.type(editor.get_by_label("Summary in your own words"), "The gazette prints the new fines.")
    hands.type(editor.get_by_label("Publisher (who says it)"), "Gazette")
    hands.type(editor.get_by_label("Link", exact=True), "https://example.org/2")
    hands.type(editor.get_by_label("When it was published"), "2026-01")
    # nothing is chosen beforehand
    hands.type(editor.get_by_role("combobox", name="Kind of source"), "news", "Enter")
    hands.press_on(editor.get_by_role("radio", name="law", exact=True), "Space")
    hands.press_on(editor.get_by_role("radio", name="source read", exact=True), "ArrowRight")
    hands.press_on(editor.get_by_role("radio", name="progress", exact=True), "ArrowRight")
    hands.press_on(editor.get_by_role("button", name="Record", exact=True))
    expect(editor.locator(".rt-saved")).to_contain_text("1 new evidence item")
    waiting = time.monotonic() - start

    print(f"{hands.interactions} interactions, Tab {hands.tabs}, {hands.keys} keys, {waiting:.1f} s of waiting")
    assert hands.interactions <= 15
    assert hands.keys <= 60 * KEYS_A_SECOND
    assert not LONG or waiting + hands.keys / KEYS_A_SECOND < 60
    # a row is near, the form is nearer
    assert hands.tabs[0] <= 26
    assert hands.tabs[1] <= 6

    written = (app.data / "recommendations" / "ngo-2024-r1.yaml").read_text("utf-8")
    assert "    status: partially-implemented\n    direction: backward\n" in written
    assert (app.data / "evidence" / "gazette-2026.yaml").exists()
