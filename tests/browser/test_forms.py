"""Forms in a real browser: dates and links as people type them, and two editors in one form."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.support.browser_forms import is_settled
from tests.support.server_process import Server

pytestmark = pytest.mark.browser
ADDRESS = "/recommendation?id=ngo-2024-r8&lang=en"


@pytest.mark.long
def test_an_ambiguous_date_is_asked_back_and_a_pause_in_typing_narrows_a_list(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    app, editor = shared_server, shared_server.signed_in(page())

    def types(label: str, text: str) -> None:
        editor.get_by_label(label, exact=True).fill(text)
        editor.get_by_label(label, exact=True).blur()
        is_settled(editor)

    editor.goto(app.url + "/edit?what=evidence&lang=en")
    types("When it was published", "12.03.2026")
    expect(editor.get_by_text("Understood as: 12 March 2026")).to_be_visible()
    types("When it happened", "03/04/2025")
    expect(editor.get_by_text("Is it 3 April 2025 or 4 March 2025?")).to_be_visible()
    editor.get_by_role("button", name="3 April 2025").click()
    expect(editor.get_by_label("When it happened", exact=True)).to_have_value("2025-04-03")
    # the calendar opens at the date that is typed, and fills the field
    editor.locator('[class*="st-key-rt_calendar"]').last.get_by_role("button").last.click()
    editor.get_by_role("gridcell").get_by_text("18", exact=True).click()
    expect(editor.get_by_label("When it was published", exact=True)).to_have_value("2026-03-18")
    # a pause in typing narrows the list, and the field keeps its focus
    find = editor.get_by_role("textbox", name="Relevant to: progress")
    find.press_sequentially("stigma", delay=30)
    found = editor.locator('[class*="st-key-rt_choose"]').get_by_role("checkbox")
    expect(found).to_have_count(1)
    expect(find).to_be_focused()
    found.press("Space")
    expect(editor.get_by_text("progress (1)")).to_be_visible()
    is_settled(editor)
    editor.get_by_text("setback (0)").click()
    expect(editor.get_by_role("textbox", name="Relevant to: setback")).to_be_visible()
    expect(find).to_have_count(0)


def test_a_text_in_the_field_under_the_cursor_survives_a_link_and_a_reload_and_a_refusal_leads_to_its_field(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server()
    editor = app.signed_in(page())
    sockets: list[WebSocket] = []
    editor.on("websocket", lambda opened: sockets.append(opened))
    editor.goto(app.url + ADDRESS)
    editor.get_by_role("link", name="Record an assessment").click()
    reasons = editor.get_by_label("Reasons")
    reasons.press_sequentially("Nothing was")
    # a press that leaves the focus in the field, as on an iPhone
    editor.evaluate("""document.querySelector('nav a[href^="/evidence"]').click()""")
    expect(editor.locator("h1").first).to_have_text("Evidence")
    editor.goto(app.url + ADDRESS)
    editor.get_by_role("link", name="Continue").click()
    expect(reasons).to_have_value("Nothing was")

    # a text that is sent in a pause is there after a reload
    with sockets[-1].expect_event("framesent", lambda frame: b"Nothing was done." in bytes(frame)):
        reasons.press("End")
        reasons.press_sequentially(" done.")
    is_settled(editor)
    expect(reasons).to_be_focused()
    editor.reload()
    expect(reasons).to_have_value("Nothing was done.")
    # what is refused then: the first wrong field has the focus
    editor.get_by_role("button", name="Record", exact=True).click()
    expect(editor.get_by_role("combobox", name="Status", exact=True)).to_be_focused()


def test_a_list_stays_open_when_the_page_is_drawn_again_after_the_field_before(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    editor = shared_server.signed_in(page(viewport={"width": 1280, "height": 600}))
    editor.goto(shared_server.url + "/edit?what=evidence&lang=en")
    kinds, options = editor.get_by_role("combobox", name="Kind of source", exact=True), editor.get_by_role("option")
    date = editor.get_by_label("When it happened", exact=True)
    is_settled(editor)
    kinds.scroll_into_view_if_needed()
    date.press("Control+a")  # on the shared server another test may have left a draft of this form
    date.press_sequentially("12 March 2026")
    expect(date).to_have_value("12 March 2026")
    box = kinds.bounding_box()
    assert box is not None
    editor.mouse.move(box["x"] + 40, box["y"] + 10)
    editor.mouse.down()
    # as long as it takes until the page is drawn again, which would move the list away from under the pointer
    editor.wait_for_timeout(700)
    editor.mouse.up()
    expect(editor.get_by_text("Understood as: 12 March 2026")).to_be_visible()
    expect(options.first).to_be_visible()
    # what appears above the part of the page in view makes a browser scroll, and a list closes when the page scrolls
    editor.evaluate("document.querySelector('.rt-requirednote').style.paddingTop = '90px'")
    editor.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    options.filter(has_text="report").first.click()
    expect(kinds).to_have_value("report")


def test_what_is_missing_in_a_submission_leads_to_its_box_and_opens_it(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server()
    editor = app.signed_in(page())
    editor.goto(app.url + "/submission?of=alternative-report&id=cescr&to=en&lang=en")
    is_settled(editor)
    box = editor.locator('[class*="st-key-open_"][class*="ngo-2024-r7"] details')
    expect(box).not_to_have_attribute("open", "")
    editor.get_by_text("What is missing").click()
    editor.locator('.rt-missing a[href$="ngo-2024-r7"]').first.click()
    expect(box.get_by_label("Current situation, in your own words")).to_be_visible()
    expect(box.locator("summary").first).to_be_in_viewport()
