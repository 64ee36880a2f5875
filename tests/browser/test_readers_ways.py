"""A reader finds things: one search box on every page, a short head on a phone, and panels that close."""

import json
import re
from collections.abc import Callable
from itertools import product
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.accessibility import PHONE, faults
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
    expect(reader.locator(".rt-banner")).to_have_text("Nothing is recorded here about “metadone”.")
    search(reader, "e/c.12/kgz/co/4")
    reader.get_by_role("link", name="Concluding observations on the fourth periodic report").click()
    expect(reader.locator("#e-e-c12-kgz-co-4")).to_be_in_viewport()


@pytest.mark.long
def test_the_head_of_a_page_is_short_on_a_phone(shared_server: Server, page: Callable[..., Page]) -> None:
    editor = shared_server.signed_in(page(viewport=PHONE), "reviewer-x1", Role.REVIEWER)
    for path, lang in product(("/", "/recommendations"), LANGUAGES):
        editor.goto(f"{shared_server.url}{path}?lang={lang}")
        expect(editor.locator("#rt-served")).to_have_count(0)
        box = editor.locator(".rt-head").bounding_box()
        assert box and box["y"] + box["height"] <= MAX_HEAD, (path, lang)
        # the title is read once: in the head, or on the front page as the heading
        title = editor.title().split(" · ")[-1]
        expect(editor.get_by_text(title, exact=True)).to_have_count(1)


@pytest.mark.long
def test_one_panel_is_open_at_a_time(shared_server: Server, page: Callable[..., Page]) -> None:
    say = get_language("en").gettext
    reader = page(viewport=PHONE)
    reader.goto(f"{shared_server.url}/recommendations?lang=en")
    is_settled(reader)
    menu, share, day = (
        reader.get_by_role("button", name="Menu"),
        *(reader.locator(f".rt-head .rt-share{kind}") for kind in (":not(.rt-day)", ".rt-day")),
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
    expect(reader.get_by_label(say("Order"))).to_be_in_viewport()
    filters, show = reader.locator("#rt-filters > summary"), reader.locator(".rt-apply button")
    filters.click()
    show.click()
    expect(show).to_be_hidden()
    is_settled(reader)
    filters.click()
    expect(show).to_be_in_viewport()
    menu.click()
    expect(show).to_be_hidden()
    reader.get_by_role("link", name="Evidence", exact=True).click()
    expect(reader.locator("h1")).to_have_text("Evidence")
    expect(menu).to_have_attribute("aria-expanded", "false")


# The front page is short: two screens on a laptop and four on a phone, in every language.


@pytest.mark.long
def test_the_front_page_is_short_and_says_what_a_visitor_asks(shared_server: Server, page: Callable[..., Page]) -> None:
    reader = page()
    for language, (width, height, screens) in product(LANGUAGES, ((1280, 900, 2), (390, 844, 4))):
        reader.set_viewport_size({"width": width, "height": height})
        reader.goto(f"{shared_server.url}/?lang={language}")
        expect(reader.locator(".rt-foot")).to_be_visible()
        length = reader.evaluate("document.documentElement.scrollHeight")
        assert length <= screens * height, f"{length} px in {language} at {width} px"
        # what it is and who runs it, where demands stand, who recommends the same, next dates, latest entries
        for heading in ("#rt-stand", "#rt-demands", "#rt-next", "#rt-latest"):
            expect(reader.locator(heading)).to_be_visible()
        expect(reader.locator(".rt-lead")).to_contain_text("HIV Legal Network")
        expect(reader.locator(".rt-latest > li")).to_have_count(3)


# On a laptop, what one looks for stands beside the text, and the front page answers without scrolling.


def bottoms(reader: Page, *selectors: str) -> list[float]:
    return [reader.locator(one).first.evaluate("it => it.getBoundingClientRect().bottom") for one in selectors]


def test_the_front_page_answers_on_a_laptop_without_scrolling(shared_server: Server, page: Callable[..., Page]) -> None:
    reader, rows = page(viewport={"width": 1280, "height": 800}), ".rt-demands tbody tr"
    for language in LANGUAGES:
        reader.goto(f"{shared_server.url}/?lang={language}")
        last = f"{rows}:nth-child({1 if language == 'ky' else 2})"
        places = ("#rt-stand ~ .rt-bar", ".rt-short", "#rt-next", ".rt-latest > li:last-child", last)
        assert max(bottoms(reader, *places)) <= 800, (language, bottoms(reader, *places))
        heights = reader.locator(rows).evaluate_all("them => them.map(it => it.getBoundingClientRect().height)")
        # a title that is longer than its column has a second line, because it is not cut
        longer = {"en": 1, "ru": 3, "ky": 7}[language]
        assert len(heights) == 9 and max(heights) < 60 and sum(height > 40 for height in heights) <= longer, language
        cut = reader.locator(f"{rows} th").evaluate_all(
            "them => them.filter(it => it.scrollWidth > it.clientWidth).length"
        )
        assert cut == 0, language
    signs = reader.locator(f"{rows} .rt-sign")
    assert signs.count() > 18
    assert (
        signs.evaluate_all(
            "them => them.filter(it => !it.closest('[aria-label]') || getComputedStyle(it).maskImage == 'none').length"
        )
        == 0
    )


def test_status_dates_follow_and_cite_stand_beside_the_text_of_a_recommendation(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    reader, sides = page(viewport={"width": 1280, "height": 800}), (".rt-answer", ".rt-dates", ".rt-follow", ".rt-cite")
    for id in ("ngo-2024-r7", "ccpr-2014-24"):
        reader.goto(f"{shared_server.url}/recommendation?id={id}&lang=en")
        text, left = reader.locator(".rt-asked").bounding_box(), "it => it.getBoundingClientRect().left"
        assert text is not None
        lefts = [reader.locator(one).first.evaluate(left) for one in sides]
        assert min(lefts) >= text["x"] + text["width"], id
        assert max(bottoms(reader, *sides[:3])) <= 700, id
    reader.set_viewport_size({"width": 390, "height": 844})
    expect(reader.locator(".rt-cite")).to_be_hidden()
    reader.locator("#rt-cite > summary").click()
    expect(reader.locator(".rt-cite")).to_contain_text("As recorded on")


def test_the_list_shows_the_first_line_of_what_is_asked(shared_server: Server, page: Callable[..., Page]) -> None:
    reader = page()
    reader.goto(f"{shared_server.url}/recommendations?lang=en&id=ngo-2024-r2")
    line = reader.locator(".rt-row .rt-line-of")
    expect(line).to_contain_text("Amend criminal laws with the legal definition of drug trafficking")
    assert line.evaluate("it => it.getBoundingClientRect().height") < 30


def test_the_menu_of_an_editor_takes_one_line_on_a_laptop(shared_server: Server, page: Callable[..., Page]) -> None:
    editor = page(viewport={"width": 1280, "height": 800})
    shared_server.signed_in(editor, "reviewer-x1", Role.REVIEWER)
    for language, word in (("en", "Import"), ("ru", "Импорт"), ("ky", "Импорт")):
        editor.goto(f"{shared_server.url}/recommendations?lang={language}")
        menu = editor.locator(".stApp:not(#rt-served *) .rt-nav")
        expect(menu.get_by_role("link", name=word, exact=True)).to_be_visible()
        tops = menu.locator("a").evaluate_all("them => them.map(it => it.getBoundingClientRect().top)")
        assert (len(tops), len(set(tops))) == (11, 1), language
        assert (
            editor.locator(".stApp:not(#rt-served *) .rt-me").evaluate("it => it.getBoundingClientRect().top") < tops[0]
        )


# A reader looks at an earlier day: what is dated up to it, and what the page said on it.

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
    show("What had happened by", "2024-01-01")
    expect(reader).to_have_url(re.compile(r"id=ngo-2024-r7&.*as_of=2024-01-01"))
    heading("Not there yet on this date")
    main = reader.get_by_role("main")
    expect(main).to_contain_text("This recommendation dates from 2024.")
    expect(main).not_to_contain_text("cut off")
    reader.locator("h1 + p").get_by_role("link", name="See today's page").click()
    heading(TITLE)
    expect(reader).not_to_have_url(re.compile("as_of"))

    # the page as published on the first day: it has one assessment by civil society, and says which day it is
    expect(reader.locator(".rt-timeline li")).to_have_count(3)
    show("What this site said on", "2026-11-24")
    expect(reader).to_have_url(re.compile(r"id=ngo-2024-r7&body=cescr.*recorded=2026-11-24"))
    expect(reader.locator(".rt-banner")).to_contain_text("Showing this page as it was published on 24 November 2026.")
    heading(TITLE)
    expect(reader.locator(".rt-timeline li")).to_have_count(2)

    # a link to something that is later leads to it on today's page
    reader.goto(f"{app.url}/evidence?lang=en&as_of=2024-01-01#e-24kg-2025-hiv-programme")
    expect(reader.locator("#rt-served")).to_have_count(0)
    expect(reader.locator(".rt-absent")).to_be_visible()
    reader.locator(".rt-absent").get_by_role("link", name="See today's page").click()
    expect(reader.locator("#e-24kg-2025-hiv-programme")).to_be_in_viewport()


def test_a_reader_sees_what_is_new_since_the_last_visit_and_nothing_is_sent(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    reader = page(viewport=PHONE)
    reader.goto(f"{shared_server.url}/activity?lang=en")
    is_settled(reader)
    offer = reader.locator('[data-visit="remember"]:visible')
    expect(offer).to_have_count(1)
    assert reader.evaluate("localStorage.getItem('rt-visit')") is None
    sent: list[str] = []
    reader.on("request", lambda request: sent.append(request.url))
    offer.click()
    said = reader.locator(".rt-said:visible")
    expect(said).to_contain_text(": 0")
    # the last visit was before the seven newest changes
    older = reader.evaluate("document.querySelector('.rt-since').dataset.times.split(' ')[7]")
    visit = {"from": older, "seen": older, "day": "2026-11-20T20:00:00Z", "at": "2026-11-21T10:00:00Z"}
    reader.evaluate(
        "visit => { localStorage.setItem('rt-visit', JSON.stringify(visit)); sessionStorage.removeItem('rt-visit') }",
        visit,
    )
    assert (sent, reader.context.cookies()) == ([], [])
    reader.goto(f"{shared_server.url}/?lang=en")
    is_settled(reader)
    expect(said).to_have_text("Changes since your last visit on 21 November 2026: 7")
    # on lists, the mark is a word too; they show a part, so they are no visit and leave the rest new
    for path in ("/recommendations", "/evidence"):
        reader.goto(f"{shared_server.url}{path}?lang=en")
        is_settled(reader)
        marked = reader.locator("[data-recorded].rt-new:visible")
        expect(said).to_contain_text("New or changed on this page")
        # while the live page takes over, the marks and their number may be of two moments
        reader.wait_for_function("""() => {
            const visible = (css) => [...document.querySelectorAll(css)].filter((one) => one.checkVisibility())
            const marked = visible("[data-recorded].rt-new").length
            return marked && visible(".rt-said").every((one) => one.textContent.endsWith(`: ${marked}`))
        }""")
        times = marked.evaluate_all("rows => rows.map((row) => row.dataset.recorded)")
        assert times and min(times) > older
        expect(marked.first.locator(".rt-newmark")).to_have_text("new or changed")
        expect(said).to_have_text(re.compile(f"^New or changed on this page since .*21.*: {len(times)}$"))
        assert reader.locator("[data-recorded]:not(.rt-new)").count() > 0
        # parts of a page that come later are marked and counted too
        reader.evaluate("const one = document.querySelector('[data-recorded].rt-new'); one.after(one.cloneNode(true))")
        expect(said).to_have_text(re.compile(f": {len(times) + 1}$"))
    reader.goto(f"{shared_server.url}/activity?lang=en")
    is_settled(reader)
    assert reader.locator(".rt-new:visible").count() > 0
    reader.locator('[data-visit="read"]:visible').click()
    expect(said).to_contain_text(": 0")
    expect(reader.locator(".rt-new:visible")).to_have_count(0)
    reader.locator('[data-visit="forget"]:visible').click()
    expect(offer).to_have_count(1)
    assert reader.evaluate("[localStorage.getItem('rt-visit'), sessionStorage.getItem('rt-visit')]") == [None, None]


KEPT = """async () => JSON.stringify([localStorage, sessionStorage, history.state, await caches.keys(),
    (await indexedDB.databases()).map(({ name }) => name)])"""


def test_the_browser_keeps_nothing_of_which_pages_a_reader_opened(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    reader, kept = page(viewport=PHONE), list[str]()
    reader.goto(f"{shared_server.url}/activity?lang=en")
    reader.locator('[data-visit="remember"]:visible').click()
    reader.evaluate("localStorage['stActiveTheme-/evidence-v2'] = '{}'")  # an earlier version of the dashboard
    of_the_whole = reader.locator(".rt-since").first.get_attribute("data-newest")
    addresses = (
        "evidence?lang=en&q=methadone",
        "recommendation?id=ngo-2024-r7&lang=en",
        "recommendations?theme=x&lang=en",
    )
    for address in addresses:
        reader.goto(f"{shared_server.url}/{address}")
        is_settled(reader)
        reader.mouse.wheel(0, 500)
        reader.locator("h2, .rt-title").last.scroll_into_view_if_needed()
        if reader.locator('[data-visit="read"]:visible').count():
            reader.locator('[data-visit="read"]:visible').click()
    reader.locator(".rt-title").first.click()
    is_settled(reader)
    kept.append(reader.evaluate(KEPT))
    reader.go_back()
    is_settled(reader)
    kept.append(reader.evaluate(KEPT))
    for local, session, *others in map(json.loads, kept):
        assert (local.keys(), session, others) == ({"rt-visit"}, {"rt-visit": "1"}, [None, [], []])
        visit = json.loads(local["rt-visit"])
        assert (visit.keys(), visit["seen"]) == ({"from", "seen", "day", "at"}, of_the_whole)


@pytest.mark.long
def test_the_filters_take_the_focus_and_a_picture_after_the_fourth_opens_by_its_name(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    reader = page(viewport=PHONE)
    reader.goto(f"{shared_server.url}/recommendations?lang=en")
    is_settled(reader)
    reader.locator("#rt-filters > summary").focus()
    reader.keyboard.press("Enter")
    expect(reader.locator(".rt-filterbox input").first).to_be_focused()
    reader.goto(f"{shared_server.url}/analysis?lang=en")
    is_settled(reader)
    expect(reader.locator("[data-spec]:visible")).to_have_count(4)
    reader.locator("#rt-later-statuses > summary").click()
    expect(reader.locator("[data-spec=statuses] svg.main-svg").first).to_be_visible()
    assert faults(reader) == []
    # a saved picture names its address, which opens it
    reader.goto(f"{shared_server.url}/deadlines?lang=en")
    reader.goto(f"{shared_server.url}/analysis?lang=en#rt-dates")
    expect(reader.locator("[data-spec=dates]")).to_be_visible()


def test_a_statement_that_is_folded_on_the_analysis_is_printed(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    reader = page()
    reader.goto(f"{shared_server.url}/analysis?lang=en")
    statement, words = (
        reader.locator(".rt-printed").first,
        re.compile("requires more specific information on the measures"),
    )
    expect(statement).not_to_have_text(words, use_inner_text=True)
    reader.emulate_media(media="print")
    expect(statement).to_have_text(words, use_inner_text=True)
