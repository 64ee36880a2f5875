"""Whose assessment it is: the tracker's editors are never called civil society, and organisations may disagree."""

import json
import re
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled
from tests.support.server_process import Server

pytestmark = pytest.mark.browser

ADDRESS = "/recommendation?id=ngo-2024-r7&lang=en"
BY_EDITORS = "Assessed by the tracker's editors; not reviewed by HIV Legal Network and EHRA."


def test_the_editors_assessment_is_called_so_wherever_a_reader_meets_it(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    app, reader = shared_server, page()
    seen = []
    for path, place in ((ADDRESS, ".rt-answer"), ("/r/ngo-2024-r7?lang=en", ".rt-answer")):
        reader.goto(app.url + path)
        expect(reader.locator(place)).to_contain_text(BY_EDITORS)
        preview = reader.locator("meta[property='og:description']").get_attribute("content")
        assert preview is not None and BY_EDITORS in preview
        seen.append(reader.locator("body").inner_text() + preview)
    reader.goto(f"{app.url}/recommendations?lang=en&status=partially-implemented")
    expect(reader.locator(".rt-standing")).to_have_count(1)
    expect(reader.locator(".rt-standing")).to_contain_text("by the tracker's editors")
    seen.append(reader.locator("body").inner_text())
    assert [text for text in seen if re.search("civil.society.s assessment", text, re.I)] == []


def records(app: Server, page: Page, status: str, *, day: str, reason: str) -> None:
    page.goto(app.url + ADDRESS)
    page.get_by_role("link", name="Record an assessment").click()
    choose(page, "Status", status)
    page.get_by_label("Reasons").fill(reason)
    types_date(page, day)
    page.get_by_role("button", name="Record", exact=True).click()


def types_date(page: Page, day: str) -> None:
    page.get_by_role("textbox", name="Date (as precise as you know it)").fill(day)
    page.get_by_role("textbox", name="Date (as precise as you know it)").blur()
    is_settled(page)


@pytest.mark.long
def test_two_organisations_disagree_and_both_are_heard(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server()
    one = app.signed_in(page(), "editor-k1", organisation="ehra")
    two = app.signed_in(page(), "editor-k2", organisation="hiv-legal-network")
    records(app, one, "Not implemented", day="2026-01-15", reason="Donors pay.")
    expect(one.locator(".rt-saved")).to_contain_text("Recorded: EHRA. Status: Partially implemented → Not implemented.")
    expect(one.locator(".rt-saved")).to_be_in_viewport()  # the button was far down, in a form that is closed now
    expect(one.locator(".rt-answer")).to_contain_text("Civil society's assessment: EHRA.")

    # a date in the future is refused where the button is
    records(app, two, "Partially implemented", day="2099-05-01", reason="Services grew.")
    refusal = two.get_by_role("listitem").get_by_text(
        "Date: 1 May 2099 is in the future. Enter a planned date as a deadline."
    )
    expect(refusal).to_be_visible()
    expect(two.locator(".rt-fielderror")).to_have_text(
        "Date: 1 May 2099 is in the future. Enter a planned date as a deadline."
    )
    expect(two.locator(".rt-fielderror")).to_be_in_viewport()
    button = two.get_by_role("button", name="Record", exact=True)
    distance = (refusal.bounding_box() or {})["y"] - (button.bounding_box() or {})["y"]
    assert 0 < distance < 150
    types_date(two, "2026-02-01")
    button.click()
    expect(two.locator(".rt-saved")).to_contain_text("Status: Not implemented → Assessments differ.")

    # the page, the list, the bar and the data say so, with both
    reader = page()
    reader.goto(app.url + ADDRESS)
    answer = reader.locator(".rt-answer")
    expect(answer).to_contain_text("Assessments differ")
    for said in (
        "HIV Legal Network",
        "Partially implemented",
        "Eurasian Harm Reduction Association",
        "Not implemented",
    ):
        expect(answer.locator(".rt-assessments")).to_contain_text(said)
    reader.goto(f"{app.url}/recommendations?lang=en&status=assessments-differ")
    expect(reader.locator(".rt-row")).to_have_count(1)
    expect(reader.locator(".rt-standing .rt-assessments li")).to_have_count(2)
    reader.goto(f"{app.url}/?lang=en")
    legend = reader.get_by_role("link", name="Assessments differ 1").first
    expect(legend).to_be_visible()
    assert "status=assessments-differ" in (legend.get_attribute("href") or "")
    with urlopen(f"{app.url}/api/recommendations/ngo-2024-r7.json") as answered:
        r = json.load(answered)
    assert (r["status"], r["voices"]["civil-society"], r["claim_gap"]) == ("assessments-differ", None, 0)
    assert [(a["organisation"], a["status"]) for a in r["latest_by_organisation"]] == [
        ("hiv-legal-network", "partially-implemented"),
        ("ehra", "not-implemented"),
    ]
