"""What the pages of the shipped tracker say is so: who assessed, how many, and in which language."""

import re
from datetime import date
from functools import cache
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest

from tests.support.server_process import ROOT
from tracker.i18n import get_language
from tracker.publishing.exports.json_api import render_one
from tracker.publishing.link_preview import page_preview
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.card import render_card
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.publishing.request import ViewRequest
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

GRADED = "No organisation has assessed · Committee, July 2017: C, B, B"
CLAIMED = "No organisation has assessed · State, April 2020: Partially implemented (our classification)"


@cache
def shipped() -> View:
    return View(DatasetReader(ROOT / "data").read(), date(2026, 12, 1), None, None)


def ask(address: str, lang: str = "en", one: str = "") -> ViewRequest:
    view, params = shipped(), parse_qs(urlsplit(address).query)
    language = get_language(lang, view.settings)
    return ViewRequest(view, language, Filters.from_params(view, params), "https://tracker.example", one, params)


@cache
def page(address: str, lang: str = "en") -> lxml.html.HtmlElement:
    html = lxml.html.document_fromstring(READER_PAGES[urlsplit(address).path].render(ask(address, lang)).body)
    for one in html.xpath("//script | //style"):
        one.drop_tree()
    return html


def words(html: lxml.html.HtmlElement) -> str:
    return " ".join(html.text_content().split())


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/", CLAIMED),
        ("/recommendations", GRADED),
        ("/recommendations", CLAIMED),
        ("/recommendation?id=ccpr-2014-15", GRADED),
        ("/recommendation?id=ngo-2024-r6", CLAIMED),
        ("/search?q=torture", GRADED),
        ("/analysis", CLAIMED),
    ],
)
def test_not_assessed_does_not_hide_what_the_committee_or_the_state_says(address, said):
    assert said in words(page(address).find(".//main"))


def test_what_leaves_says_so_too():
    request = ask("/", one="ccpr-2014-15")
    for made in (render_card(request), render_brief(ask("/?body=CCPR&body=CAT")), render_snapshot(ask("/"))):
        assert GRADED in words(lxml.html.document_fromstring(made.body.decode()))
    preview = page_preview(ask("/recommendation?id=ccpr-2014-15"), "/recommendation", "")
    assert preview.description.startswith(f"{GRADED}. CCPR") and GRADED in preview.alt
    assert GRADED in render_one(request).body.decode()


def test_a_latest_entry_has_the_date_of_what_it_says_and_then_when_it_was_recorded():
    first = page("/").xpath("//*[contains(@class, 'rt-latest')]/li")[0]
    assert words(first).endswith("Committee, July 2017: C · recorded on 28 November 2026")


PAGES = [path for path in READER_PAGES if path != "/recommendation"] + [
    "/recommendation?id=ccpr-2014-15", "/recommendation?id=ngo-2024-r1", "/recommendation?id=cat-2021-13",
    "/recommendations?stale=yes", "/activity?change=evidence", "/search?q=torture", "/search?q=methadone",
    "/evidence?id=law-69-2024",
]  # fmt: skip
NOT_ROWS = {
    "texts to translate": "counts the missing texts, of which an entry has several: it says so",
    "Assessed more than": "the months of a filter that is in use",
    "12 months ago: Yes": "the months of a filter that is in use",
}
"""Words of a number that does not count rows → why."""
ROWS = ".//li[contains(@class, 'rt-row')] | .//article[contains(@class, 'rt-evidence')]"


def first_number(text: str) -> int | None:
    found = re.search(r"\d+", text)
    return int(found[0]) if found and not any(words in text for words in NOT_ROWS) else None


def rows_of(at: lxml.html.HtmlElement) -> list[int]:
    """The lengths of the lists in a section, the first first; a list inside a list counts for itself."""
    lists = at.xpath(".//ol | .//ul | .//dl | .//tbody") or [at]
    return [sum(one.tag in ("li", "tr", "article", "div") for one in each) for each in lists]


def rows_at(address: str) -> list[int]:
    path, _, place = address.partition("#")
    html = page(path)
    if place:
        (at,) = html.xpath(f"//*[@id='{place}']")
        section = at.xpath("ancestor-or-self::section[1]")[0]
        return [len(section.xpath(".//article"))] if section.xpath(".//article") else rows_of(section)[:1]
    return [len(html.xpath(ROWS))]


@pytest.mark.parametrize("address", PAGES)
def test_a_number_in_a_link_leads_to_exactly_that_many_rows(address):
    for link in page(address).xpath("//main//a[@href]"):
        href, text = link.get("href"), words(link)
        is_of_one = re.search(r"[?&]id=|#e-", href) and "#rt-evidence" not in href
        if href.startswith(("/", "#")) and not is_of_one and (number := first_number(text)) is not None:
            assert rows_at(href if href.startswith("/") else address + href) == [number], (text, href)


@pytest.mark.parametrize("address", PAGES)
def test_a_number_beside_a_heading_is_that_of_the_rows_below_it(address):
    for head in page(address).xpath("//main//*[self::h2 or self::h3 or self::summary][.//*[@class='rt-count']]"):
        for count in head.xpath(".//*[@class='rt-count']"):
            if count.tag == "a" or (number := first_number(words(count))) is None:
                continue
            at = head.getparent()
            found = [len(at.xpath(".//article"))] if at.xpath(".//article") else rows_of(at)
            following = head.xpath("following-sibling::*[self::ul or self::ol][1]")
            assert number in (found[0], *(len(one) for one in following)), (words(head), found)


def test_the_activity_says_how_many_single_changes_its_entries_have():
    heads = {
        a: words(page(a).xpath("//*[@class='rt-count' and @role='status']")[0])
        for a in ("/activity", "/activity?by=committee")
    }
    assert heads["/activity"] == "11 entries (80 single changes)"
    assert len(page("/activity").xpath("//section/ol[@class='rt-changes']/li")) == 11
    (option,) = page("/activity").xpath("//form//label[input[@name='by'][@value='committee']]")
    assert heads["/activity?by=committee"].endswith(f"({words(option).split()[-1]} single changes)")
    saved = page("/activity").xpath("//details/ol[@class='rt-changes']")
    assert [words(one.getprevious()) for one in saved] == [f"Show the single changes {len(one)}" for one in saved]


def test_who_has_assessed_adds_up_and_a_committee_counts_too():
    (form,) = page("/recommendations").xpath("//form[.//input[@name='assessed']]")
    found = {one[0].get("value"): words(one) for one in form.xpath(".//label[input[@name='assessed']]")}
    assert found["nobody"] == "Nobody: no organisation, no committee, no claim of the State 14"
    assert found["committee"] == "A committee (its grades) 2"
