"""An editor enters when a reply is due: the front page and the calendar say so, until a document has met it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled
from tests.support.server_process import Server

pytestmark = pytest.mark.browser

SUMMARY = "CCPR · State's reply due · Concluding observations on the third periodic report"


def day(days: int) -> str:
    return (datetime.now(ZoneInfo("Asia/Bishkek")) + timedelta(days=days)).date().isoformat()


def fill(editor: Page, label: str, text: str) -> None:
    field = editor.get_by_role("textbox", name=label, exact=True).last
    field.fill(text)
    field.blur()
    is_settled(editor)


def save(editor: Page) -> None:
    fill(editor, "Why is it edited?", "From the document.")
    editor.get_by_role("button", name="Save the edit").click()
    expect(editor.locator(".rt-saved")).to_be_visible()


def event(app: Server) -> Event:
    with urlopen(f"{app.url}/calendar.ics?lang=en") as answer:
        events = Calendar.from_ical(answer.read()).walk("VEVENT")
    return next(found for found in events if str(found["SUMMARY"]) == SUMMARY)


@pytest.mark.long
def test_a_reply_is_due_then_overdue_then_done(server: Callable[..., Server], page: Callable[..., Page]) -> None:
    app, reader = server(), page()
    editor = app.signed_in(page(), "editor-k1")
    editor.goto(f"{app.url}/deadlines?lang=en")
    row = editor.get_by_role("listitem").filter(has_text="CCPR/C/KGZ/CO/3").filter(has_text="State's reply due")
    expect(row).to_have_count(1)
    row.get_by_role("link", name="Enter the date").click()
    expect(editor.get_by_role("combobox", name="What is due", exact=True)).to_have_value("State's reply due")
    fill(editor, "Date", day(20))
    save(editor)

    reader.goto(f"{app.url}/?lang=en")
    expect(reader.locator("#rt-next ~ ul li")).to_contain_text("in 20 days · CCPR: State's reply due")
    assert len(event(app).walk("VALARM")) == 2

    file = app.data / "documents.yaml"
    file.write_text(file.read_text("utf-8").replace(f"date: {day(20)}", f"date: {day(-12)}"), "utf-8")
    until = time.monotonic() + 60
    while event(app)["DTSTART"].dt.isoformat() != day(-12) and time.monotonic() < until:
        reader.wait_for_timeout(200)  # the files are looked at once a second
    reader.goto(f"{app.url}/?lang=en")
    expect(reader.locator("#rt-next ~ ul li")).to_contain_text("overdue by 12 days")

    editor.goto(f"{app.url}/edit?what=document&id=ccpr-c-kgz-co-3&lang=en")
    editor.locator("summary").filter(has_text="State's reply due").click()
    choose(editor, "Done by which document", "CCPR/C/KGZ/3 · Third periodic report of the State")
    fill(editor, "Done on", day(-1))
    save(editor)
    reader.goto(f"{app.url}/?lang=en")
    expect(reader.locator("#rt-next")).to_be_visible()
    expect(reader.get_by_text("overdue by")).to_have_count(0)
    reader.goto(f"{app.url}/deadlines?lang=en")
    done = reader.get_by_role("listitem").filter(has_text="State's reply due").filter(has_text="done on")
    expect(done).to_contain_text("see CCPR/C/KGZ/3")
    assert (event(app).walk("VALARM"), "see CCPR/C/KGZ/3" in str(event(app)["DESCRIPTION"])) == ([], True)
