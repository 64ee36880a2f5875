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
