"""What the pages of the shipped tracker say is so: who assessed, how many, and in which language."""

import re
from datetime import date
from functools import cache
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from babel.messages.pofile import read_po

from tests.support.server_process import ROOT
from tests.support.story_folder import ASKED, RECORDED, TRACKER, made
from tracker.editing.forms.values import date_errors
from tracker.i18n import Language, get_language
from tracker.model.localized_text import TextVariant
from tracker.publishing.exports.json_api import render_one
from tracker.publishing.link_preview import page_preview
from tracker.publishing.pages.activity import render_activity
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.frame import render_header
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.sheet import render_sheet
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.publishing.render_context import ViewRequest
from tracker.queries.activity_log import activity_log
from tracker.queries.lists.filters import Filters
from tracker.queries.search.site_search import search_everything
from tracker.queries.search.text_search import SearchTexts, parse_search, snippet
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.web.page_shell import render_permanent_link

GRADED = "No organisation has assessed · CCPR, July 2017: C, B, B"
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
        ("/analysis", "Not assessed · State, April 2020"),
    ],
)
def test_not_assessed_does_not_hide_what_the_committee_or_the_state_says(address, said):
    main = page(address).find(".//main")
    assert said in " ".join([words(main), *main.xpath(".//@title | .//@aria-label")])


def test_what_leaves_says_so_too():
    request = ask("/", one="ccpr-2014-15")
    for file in (render_permanent_link(request), render_brief(ask("/?body=CCPR&body=CAT")), render_snapshot(ask("/"))):
        assert GRADED in words(lxml.html.document_fromstring(file.body.decode()))
    preview = page_preview(ask("/recommendation?id=ccpr-2014-15"), "/recommendation", "")
    assert preview.description.startswith(f"{GRADED}. CCPR") and GRADED in preview.alt
    assert GRADED in render_one(request).body.decode()
    # the text to forward says it too: here it is what stands on paper
    (answer,) = lxml.html.document_fromstring(render_sheet(request).body.decode()).find_class("rt-answer")
    assert GRADED in words(answer)


def test_a_latest_entry_has_the_date_of_what_it_says_and_then_when_it_was_recorded():
    first = page("/").xpath("//*[contains(@class, 'rt-latest')]/li")[0]
    assert words(first).endswith("CCPR, July 2017: C · recorded on 2 December 2026")


PAGES = [path for path in READER_PAGES if path != "/recommendation"] + [
    "/recommendation?id=ccpr-2014-15", "/recommendation?id=ngo-2024-r1", "/recommendation?id=cat-2021-13",
    "/recommendations?stale=yes", "/activity?change=evidence", "/search?q=defenders", "/search?q=methadone",
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


def test_no_sign_says_its_words_twice():
    said = [sign.get("aria-label") for sign in page("/").xpath("//*[@role='img'][@aria-label]")]
    halves = ((one, one.rstrip(".").partition(". ")) for one in said)
    assert said and [one for one, (first, _, second) in halves if first == second] == []


def test_the_activity_says_how_many_single_changes_its_entries_have():
    heads = {
        a: words(page(a).xpath("//*[@class='rt-count' and @role='status']")[0])
        for a in ("/activity", "/activity?by=committee")
    }
    assert heads["/activity"] == "14 entries (104 single changes)"
    assert len(page("/activity").xpath("//section/ol[@class='rt-changes']/li")) == 14
    (option,) = page("/activity").xpath("//form//label[input[@name='by'][@value='committee']]")
    assert heads["/activity?by=committee"].endswith(f"({words(option).split()[-1]} single changes)")
    saved = page("/activity").xpath("//details/ol[@class='rt-changes']")
    assert [words(one.getprevious()) for one in saved] == [f"Show the single changes {len(one)}" for one in saved]


def test_who_has_assessed_adds_up_and_a_committee_counts_too():
    (form,) = page("/recommendations").xpath("//form[.//input[@name='assessed']]")
    found = {one[0].get("value"): words(one) for one in form.xpath(".//label[input[@name='assessed']]")}
    assert found["nobody"] == "Nothing recorded here: no assessment, no grade, no claim of the State 28"
    assert found["committee"] == "A committee (its grades) 2"


_LATIN = """
HIV Legal Network EHRA UNODC OHCHR INPUD IDPC OMCT CPJ CIS Legislation Global Health Economics and Sustainability
UPR Info kaktus media kg Equalize doi c-fam org CC BY KY RU
WhatsApp QR- UTC Android Feeder NetNewsWire iPhone Thunderbird Excel LibreOffice CSV PNG SVG SHA UTF JSON Schema ics
A B C D E a b c d e substantive steps partially implemented torture defenders methadone
"""
LATIN = frozenset(_LATIN.split())
"""Latin words that stay as they are in Russian and Kyrgyz: names, programs, formats, letters of grades and paragraphs, the
words of a committee's scale, and what was searched for."""
NOT_TEXT = re.compile(r"https?://\S+|/\S+|\S+@\S+|\b[A-Z]+(?:/[A-Z0-9.-]+)+\S*")


def foreign(html: lxml.html.HtmlElement, lang: str) -> set[str]:
    """Latin words and raw dates in texts that say of no other language that they are in it."""
    found = set()
    for text in html.xpath(
        "//body//text() | //body//@title | //body//@aria-label | //body//@placeholder | //body//@alt"
    ):
        at = text.getparent()
        if at.xpath("ancestor-or-self::code") or at.xpath("(ancestor-or-self::*[@lang])[last()]/@lang") not in (
            [],
            [lang],
        ):
            continue
        said = NOT_TEXT.sub("", str(text))
        found |= {word for word in re.findall(r"[A-Za-z][A-Za-z'-]*", said) if word not in LATIN}
        found |= set(re.findall(r"\b\d{4}-\d\d(?:-\d\d)?\b", said))
    return found


@pytest.mark.parametrize("lang", ["ru", "ky"])
@pytest.mark.parametrize("address", [each for each in PAGES if each != "/developers"])
def test_no_english_and_no_raw_date_is_on_a_page_in_another_language(address, lang):
    assert foreign(page(address, lang), lang) == set()


@pytest.mark.parametrize("lang", ["ru", "ky"])
def test_no_message_is_english_in_another_language(lang):
    with open(ROOT / "tracker" / "locale" / lang / "LC_MESSAGES" / "tracker.po", "rb") as file:
        for message in (one for one in read_po(file) if one.id):
            english, own = (
                " ".join([text] if isinstance(text, str) else text) for text in (message.id, message.string)
            )
            assert not re.search(
                r"(?:\b[a-z]{3,} ){3}", re.sub(r"\{\w+\}|`[^`]*`|python -m [\w ]+|make run", "", own)
            ), own
            if lang == "ky" and re.search("assess", english, re.I) and not re.search("grade|rating|rated", english):
                assert not re.search(r"\bбаа(?!л|р)\w*", own.casefold()), (english, own)


@pytest.mark.parametrize(
    ("typed", "used", "count"),
    [
        ("ЛЖВ", "ЛЖВ", 3),
        ("PLHIV", "PLHIV", 3),
        ("vtnfljy", "метадон", 8),
        ("naloxon", "naloxone", 0),
        ("nalaxone", "naloxone", 0),
        ("naloxone", "naloxone", 0),
    ],
)
def test_a_word_with_a_meaning_is_not_taken_for_another_keyboard(typed, used, count):
    found = search_everything(shipped(), typed)
    assert (found.used, found.count) == (used, count)
    corrected = f"“{typed}”, nor about " if typed != used else ""
    nothing = f"Nothing is recorded here about {corrected}“{used}”."
    shown = words(page(f"/search?q={typed}"))
    assert (nothing in shown) == (count == 0) and f"Search: {used if count else typed}" in shown


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "All 4 assessments are older than 12 months"), ("ru", "Все 4 оценки старше 12 месяцев")]
)
def test_where_all_assessments_are_old_no_number_is_out_of_itself(lang, said):
    assert said in words(page("/", lang))


def test_all_spellings_of_drugs_find_the_same():
    assert len({search_everything(shipped(), typed).count for typed in ("баңгизат", "баңги зат", "наркотики")}) == 1


@pytest.mark.parametrize(
    ("lang", "start"), [("en", "Drugs are named"), ("ru", "Наркотики названы"), ("ky", "Drugs are named")]
)
def test_an_excerpt_is_in_the_readers_language_if_the_text_is(lang, start):
    text = {
        "en": TextVariant(text="Drugs are named in zebra words."),
        "ru": TextVariant(text="Наркотики названы иначе."),
    }
    found = snippet(SearchTexts((text,), ()), parse_search("zebra"), Language(lang))
    assert found is not None and found[0].text.startswith(start)


def test_the_page_to_read_offline_has_every_language_and_the_front_page_leads_to_it():
    html = lxml.html.document_fromstring(render_snapshot(ask("/", "ky")).body.decode())
    assert html.xpath("//fieldset[@class='rt-langs']//label/@lang") == ["ky", "en", "ru"]
    assert page("/", "ky").xpath("//main//a[starts-with(@href, '/snapshot.html')][@download]/@href") == [
        "/snapshot.html?lang=ky"
    ]


def test_the_front_page_names_the_part_before_its_grade():
    said = [
        " ".join(one.text_content().split()) for one in page("/", "en").xpath("//ul[contains(@class, 'rt-latest')]/li")
    ]
    assert any("CCPR, July 2017, part 2: B" in one for one in said), said


def test_a_reason_is_in_the_language_in_which_it_was_typed(tmp_path):
    edit = f"history:\n  - {{field: summary, old: Use., reason: Уточнено по тексту доклада, {RECORDED}, recorded_by: editor-anna}}\n"
    view = View(DatasetReader(made(tmp_path, {"recommendations/r1.yaml": ASKED + edit})).read(), date(2026, 12, 1))
    (entry,) = (entry for entry in activity_log(view) if entry.edits)
    assert [*entry.reason] == ["ru"]
    shown = render_activity(ViewRequest(view, get_language("en", view.settings), Filters(), "")).content
    assert '<span lang="ru">Уточнено по тексту доклада</span> <span class="rt-lang">Russian</span>' in shown


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("2027-02-01", "2027-жылдын 1-февралы"),
        ("2017-07-03/2017-07-28", "2017-жылдын 3–28-июлу"),
        ("2025-09", "2025-жылдын сентябры"),
    ],
)
def test_a_kyrgyz_date_is_said_as_people_write_it(known, said):
    assert Language("ky").format_date(known) == said


def test_the_header_offers_the_languages_of_the_tracker(tmp_path):
    def offered(number: int, languages: str) -> list[str]:
        text = TRACKER + (f"languages: [{languages}]\n" if languages else "")
        view = View(DatasetReader(made(tmp_path / str(number), {"tracker.yaml": text})).read(), date(2026, 12, 1))
        header = render_header(ViewRequest(view, get_language("en", view.settings), Filters(), ""), "/", ())
        return lxml.html.fromstring(f"<div>{header}</div>").xpath("//nav[@class='rt-langs']/a/@lang")

    assert [offered(*each) for each in enumerate(("", "en, ru", "ru, ky, en"))] == [
        ["en", "ru", "ky"],
        ["en", "ru"],
        ["en", "ru", "ky"],
    ]


def test_how_much_is_new_leads_to_it():
    (said,) = page("/").xpath("//*[contains(@class, 'rt-said')]")
    assert (said.tag, said.get("href")) == ("a", "/activity")


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_a_citation_on_a_past_page_names_its_own_day_and_says_as_of_once(lang):
    language, recorded = get_language(lang, shipped().settings), "2026-11-28T12:00:00.000000Z"
    view = View(shipped().dataset, date(2026, 12, 1), date(2024, 1, 1), recorded)
    request = ViewRequest(view, language, Filters(), "https://tracker.example", "", {"id": ["ccpr-2014-15"]})
    html = lxml.html.document_fromstring(READER_PAGES["/recommendation"].render(request).body)
    cited = html.get_element_by_id("rt-cite")
    day = language.format_timestamp(recorded)
    assert words(cited).count(day) == 3 and language.format_day(date(2026, 12, 1)) not in words(cited)
    starts = {"en": "As of", "ru": "По состоянию на", "ky": "күнүнө карата"}
    assert words(cited).count(starts[lang]) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31 February 2026", "day 31 in this month: February 2026."),
        ("30.02.2026", "day 30 in this month: February 2026."),
    ],
)
def test_a_day_that_a_month_does_not_have_is_said(typed, said):
    assert list(date_errors(typed, "Date", get_language("en"))) == [f"Date: there is no {said}"]
