"""A reader looks at an earlier day: what is dated up to it, and what the page said on it."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.server_process import Server

pytestmark = pytest.mark.browser

PAGE = "/recommendation?id=ngo-2024-r7&body=cescr&lang=en"
TITLE = "Expand harm reduction with sustained State funding"


def test_a_reader_chooses_a_day_and_the_page_says_only_what_is_true_of_it(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    app, reader = shared_server, page()

    def heading(text: str) -> Locator:
        found = reader.locator("h1", has_text=text)
        expect(found).to_have_count(1)
        return found

    def show(field: str, day: str) -> None:
        summary = reader.locator(".rt-day summary")
        expect(summary).to_have_count(1)
        summary.click()
        box = reader.locator("form", has=reader.get_by_label(field))
        box.get_by_label(field).fill(day)
        box.get_by_role("button", name="Show").click()

    reader.goto(app.url + PAGE)
    heading(TITLE)

    # the facts up to a day: the recommendation is later, and today's page is a click away
    show("Facts dated up to", "2024-01-01")
    expect(reader).to_have_url(re.compile(r"id=ngo-2024-r7&.*as_of=2024-01-01"))
    heading("Not there yet on this date")
    main = reader.get_by_test_id("stMain")
    expect(main).to_contain_text("This recommendation dates from 2024.")
    expect(main).not_to_contain_text("cut off")
    reader.locator("h1 + p").get_by_role("link", name="See today's page").click()
    heading(TITLE)
    expect(reader).not_to_have_url(re.compile("as_of"))

    # the page as published on the first day: it has one assessment by civil society, and says which day it is
    expect(reader.locator(".rt-timeline li")).to_have_count(3)
    show("This page as published on", "2026-11-24")
    expect(reader).to_have_url(re.compile(r"id=ngo-2024-r7&body=cescr.*recorded=2026-11-24"))
    expect(reader.locator(".rt-banner")).to_contain_text("Showing this page as it was published on 24 November 2026.")
    heading(TITLE)
    expect(reader.locator(".rt-timeline li")).to_have_count(2)

    # a link to something that is later leads to it on today's page
    reader.goto(f"{app.url}/evidence?lang=en&as_of=2024-01-01#e-24kg-2025-hiv-programme")
    expect(reader.locator(".rt-absent")).to_be_visible()
    reader.locator(".rt-absent").get_by_role("link", name="See today's page").click()
    expect(reader.locator("#e-24kg-2025-hiv-programme")).to_be_in_viewport()

    # nothing was recorded the day before; what cannot be read is refused
    reader.goto(f"{app.url}{PAGE}&recorded=2026-11-23")
    expect(reader.get_by_role("alert")).to_have_text("Nothing was recorded here before 24 November 2026.")
    reader.get_by_role("link", name="See the first day").click()
    heading(TITLE)
    reader.goto(f"{app.url}{PAGE}&recorded=yesterday")
    expect(reader.get_by_role("alert")).to_have_text("This date cannot be read: yesterday. Write it as 2026-11-25.")
    expect(reader.get_by_role("heading", name=TITLE)).to_have_count(0)
    for path in ("/export.csv", "/api/recommendations.json"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{app.url}{path}?lang=en&recorded=yesterday")
        assert (refused.value.code, b"This date cannot be read" in refused.value.read()) == (400, True)
