"""A reader finds things: one search box on every page, a short head on a phone, and panels that close."""

import re
from collections.abc import Callable
from itertools import product
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from tests.support.accessibility import PHONE, WIDE, faults
from tests.support.browser_forms import is_settled
from tests.support.server_process import Server
from tracker.i18n import LANGUAGES, get_language
from tracker.model.permissions import Role

pytestmark = pytest.mark.browser

ON_OPIOID_THERAPY = (
    "ghes-2024-oat-barriers",
    "ghes-2024-oat-progress",
    "alternative-report-2024-ost-clients",
    "ehra-country-baseline",
)
MAX_HEAD = 120
"""How many pixels of a phone the head of a page may take."""


def search(page: Page, typed: str) -> None:
    is_settled(page)  # the head is drawn anew with the page, and what was typed before would be gone
    box = page.get_by_role("search").get_by_role("searchbox")
    expect(box).to_have_count(1)
    box.fill(typed)
    box.press("Enter")
    page.wait_for_url(f"**/search?**q={quote_plus(typed)}*")
    is_settled(page)


def test_a_reader_finds_opioid_therapy_by_any_of_its_names(shared_server: Server, page: Callable[..., Page]) -> None:
    reader = page(viewport=PHONE)
    for typed, heading in (
        ("methadone", "Search: methadone"),
        ("ЗТМ", "Search: ЗТМ"),
        ("metadone", "Search: methadone"),
    ):
        reader.goto(f"{shared_server.url}/?lang=en")
        search(reader, typed)
        expect(reader.locator("h1")).to_have_text(heading)
        for name in ON_OPIOID_THERAPY:
            expect(reader.locator(f'.rt-title[href="/evidence?lang=en#e-{name}"]')).to_have_count(1)
        expect(reader.locator('.rt-title[href="/recommendation?id=ngo-2024-r7&lang=en"]')).to_have_count(1)
        expect(reader.locator('.rt-title[href="/treaty-bodies?lang=en#e-ngo-2024"]')).to_have_count(1)
    expect(reader.locator(".rt-banner")).to_contain_text(
        "Nothing found for “metadone”. Showing results for “methadone”."
    )
    assert faults(reader) == []

    reader.get_by_role("link", name="Search for “metadone” only").click()
    expect(reader.locator(".rt-banner")).to_have_text("Nothing found for “metadone”.")
    search(reader, "e/c.12/kgz/co/4")
    reader.get_by_role("link", name="Concluding observations on the fourth periodic report").click()
    expect(reader.locator("#e-e-c12-kgz-co-4")).to_be_in_viewport()


def test_the_head_of_a_page_is_short_on_a_phone(shared_server: Server, page: Callable[..., Page]) -> None:
    editor = shared_server.signed_in(page(viewport=PHONE), "reviewer-x1", Role.REVIEWER)
    for path, lang in product(("/", "/recommendations"), LANGUAGES):
        editor.goto(f"{shared_server.url}{path}?lang={lang}")
        expect(editor.locator(".rt-foot")).to_have_count(1)
        box = editor.locator(".rt-head").bounding_box()
        assert box and box["y"] + box["height"] <= MAX_HEAD, (path, lang)
        # the title is read once: in the head, or on the front page as the heading
        title = editor.title().split(" · ")[-1]
        expect(editor.get_by_text(title, exact=True)).to_have_count(1)


def test_one_panel_is_open_at_a_time(shared_server: Server, page: Callable[..., Page]) -> None:
    say = get_language("en").gettext
    reader = page(viewport=PHONE)
    reader.goto(f"{shared_server.url}/recommendations?lang=en")
    is_settled(reader)
    menu, share, day = (
        reader.get_by_role("button", name="Menu"),
        *(reader.locator(f".rt-share{kind}") for kind in (":not(.rt-day)", ".rt-day")),
    )
    expect(reader.get_by_role("link", name="Evidence", exact=True)).to_have_count(0)
    menu.click()
    share.locator("summary").click()
    expect(share).to_have_attribute("open", "")
    day.locator("summary").click()
    expect(day).to_have_attribute("open", "")
    expect(share).not_to_have_attribute("open", re.compile(".*"))
    reader.keyboard.press("Escape")
    expect(day).not_to_have_attribute("open", re.compile(".*"))
    reader.keyboard.press("Escape")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_focused()

    # the filters close with a button, and when the menu is opened
    expect(reader.get_by_role("button", name=say("Order"))).to_be_in_viewport()
    filters = reader.get_by_role("button", name=say("Filters"))
    filters.click()
    reader.get_by_role("button", name=say("Show results")).click()
    expect(reader.get_by_text(say("Show results"))).to_have_count(0)
    filters.click()
    expect(reader.get_by_text(say("Show results"))).to_be_in_viewport()
    menu.click()
    expect(reader.get_by_text(say("Show results"))).to_have_count(0)
    reader.get_by_role("link", name="Evidence", exact=True).click()
    expect(reader.locator("h1")).to_have_text("Evidence")
    expect(menu).to_have_attribute("aria-expanded", "false")


def test_a_wrong_address_says_so_and_offers_a_search(shared_server: Server, page: Callable[..., Page]) -> None:
    reader = page(viewport=WIDE)
    reader.goto(f"{shared_server.url}/recomendations?lang=ru")
    expect(reader.locator("h1")).to_have_text("Такой страницы нет")
    expect(reader.get_by_role("dialog")).to_have_count(0)
    box = reader.get_by_role("searchbox").last
    box.fill("полиция")
    box.press("Enter")
    expect(reader.locator("h1")).to_have_text("Поиск: полиция")
