"""What a reader types is found in every text of a record, in any form of the word."""

import json
import re
from datetime import date
from itertools import permutations

import pytest
from markupsafe import Markup

from tests.support.examples import examples
from tests.support.small_dataset import ASKED, BODIES, CONCLUDED, DOCUMENTS, SHOWN, TRACKER, dataset
from tracker.i18n import get_language
from tracker.model.vocabulary import Issuer
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries.lists.filters import EvidenceFilters, Filters, filter_evidence, filter_recommendations
from tracker.queries.search.text_search import (
    EXCERPT_LENGTH,
    SearchIndex,
    Synonyms,
    excerpt,
    highlight,
    missing_terms,
    parse_search,
)
from tracker.queries.search.word_forms import normalize
from tracker.queries.view import View

EXAMPLES = examples(__file__)

TODAY = date(2026, 6, 18)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Ёлка", "елка"), ("Өлкө Үй Жаңы", "олко уй жаны"), ("и\u0306од", "йод"), ("Café STRASSE ß", "cafe strasse ss")],
)
def test_letters_that_people_type_alike_are_alike(text, folded):
    assert normalize(text) == folded


YES, NO = True, False


@pytest.mark.parametrize(
    ("is_found", "typed", "text"),
    [
        # in other forms of the word
        (YES, "декриминализации", "Декриминализация хранения"),
        (YES, "декриминализации", "Декриминализовать хранение"),
        (YES, "дискриминация", "дискриминационные нормы"),
        (YES, "prisons", "in prison"),
        (YES, "women's", "health of women, women's rights"),
        (YES, "decriminalise", "Decriminalization of use"),
        (YES, "репрессивный", "РЕПРЕССИВНЫЕ элементы"),
        (YES, "еще лечение", "Ещё лечения нет"),
        (YES, "пыток", "Предотвращать пытки"),
        (YES, "пытки", "Защита от пыток"),
        (NO, "сроки", "сорок дней"),
        *((YES, one, of) for one, of in permutations(("тюрем", "тюрьмы", "в тюрьмах"), 2)),
        *((YES, one, f"Охрана: {of}") for one, of in permutations(("систем", "система", "системой"), 2)),
        (NO, "тюрем", "тюрк"),
        (YES, "кийноо", "Кыйноо жана кийнөө"),
        # while it is typed
        *((YES, typed, "Harm-reduction in prisons") for typed in ("h", "harm r", "reduction harm", "harm-reduction")),
        # symbols, paragraphs and articles
        (YES, "E/C.12/KGZ/CO/4", "see E/C.12/KGZ/CO/4, para. 50"),
        (YES, "kgz/co/4", "E/C.12/KGZ/CO/4"),
        (YES, "36(c)", "para. 36 (c)"),
        (YES, "36 (c", "para. 36 (c)"),
        (YES, "ст. 149", "(статья 149 Уголовного кодекса)"),
        (YES, "prison/police", "police in a prison"),
        (NO, "parties", "in particular"),
        (NO, "police", "drug policies"),
        (NO, "организация", "организм"),
        (NO, "йод", "иод"),
        (NO, "E/C.12/KGZ/CO/4", "E/C.12/KGZ/CO/3"),
        (NO, "(c)", "see (a), clinics"),
        (NO, "\x00", "a\x00b"),
    ],
)
def test_a_word_is_found_in_its_other_forms_and_another_word_is_not(is_found, typed, text):
    assert bool(SearchIndex({"r": (text,)}).find(parse_search(typed))) == is_found


FILES = {
    "tracker": TRACKER.replace("label: Drug policy", "label: {en: Drug policy, ru: Наркополитика}")
    + "groups: [{id: detainees, label: {en: Detainees, ru: Заключённые}}]\n",
    "treaty_bodies": BODIES.replace(
        "name: Committee on Rights", "name: {en: Committee on Rights, ru: Комитет по правам}"
    ),
    "documents": DOCUMENTS.replace("title: Report,", "title: A shadow of it, authors: Plus Centre,"),
    "r/ask-1": ASKED.replace("title: T", "title: {en: Zinc, ru: Цинк}").replace(
        "summary: S", "summary: {en: Sulphur, ru: Сера}"
    )
    + "text: {en: Quotation}\nparts_read: Footnotes\nparts: [{id: a, summary: Bismuth}, {id: b, summary: {ru: Медь}}]\n"
    "tags: [{tagged_by: ours, themes: [drug-policy], groups: [detainees], rights: ['CAT:2'], sdg: ['3.3'], authorities: [{name: Ministry}]}]\n"
    "same_demand: [{recommendation: ask-2, note: Alike}]\n"
    "assessments:\n"
    "  - {voice: civil-society, assessor: Observers, status: not-implemented, date: 2026-01-01, reason: Methadone is gone.}\n"
    "  - {voice: civil-society, status: not-implemented, date: 2026-05-01, reason: Buprenorphine came.,"
    " source: {publisher: Daily, note: Overheard}}\n"
    "  - {voice: civil-society, status: not-implemented, date: 2025-05-01, reason: Mistaken., recorded: 2025-05-01T00:00:00.000000Z,"
    " recorded_by: a-b, events: [{type: withdrawn, recorded: 2025-05-02T00:00:00.000000Z, recorded_by: a-b}]}\n",
    "r/ask-2": ASKED,
    "r/co-1": CONCLUDED,
    "e/law": SHOWN.replace("A paper", "Gazette").replace("summary: S", "summary: {en: Signature, ru: Подпись}")
    + "title: Statute\nidentifier: No. 69\nrelevant_to: [{recommendation: ask-1, effect: progress}]\n",
}


def test_every_text_of_a_recommendation_is_searched_and_what_stands_beside_it(tmp_path):
    view = View(dataset(tmp_path, FILES), TODAY)
    for typed, ids in {
        **dict.fromkeys(EXAMPLES["own words"], "ask-1"),
        **dict.fromkeys(("shadow", "plus centre"), "ask-1 ask-2"),
        **dict.fromkeys(("комитета", "covenants"), "ask-1 ask-2 co-1"),
        "E/C.12/RUR/CO/4": "co-1",
        "mistaken": "",  # withdrawn
    }.items():
        assert " ".join(r.id for r in filter_recommendations(view, Filters(q=typed), "en")) == ids, typed


def test_every_text_of_evidence_is_searched(tmp_path):
    view = View(dataset(tmp_path, FILES), TODAY)
    for typed in ("statutes", "подписью", "gazette", "no. 69", "law"):
        assert [e.id for e in filter_evidence(view, EvidenceFilters(q=typed))] == ["law"], typed
        assert filter_evidence(view, EvidenceFilters(q=typed + " xyz")) == ()


# Words that mean the same find the same records, in every form and language, and are marked as a whole.

SAME = Synonyms(
    [
        ["methadone", "OST", "opioid substitution therapy", "ЗТМ", "заместительная терапия", "метадон"],
        ["possession", "personal use", "хранение без цели сбыта"],
        ["HIV", "AIDS"],
    ]
)


@pytest.mark.parametrize(
    ("is_found", "typed", "text"),
    [
        (YES, "methadone", "Clients of opioid substitution therapy"),
        (YES, "ЗТМ", "возле пунктов заместительной терапии"),
        (YES, "заместительная терапия", "about methadone"),
        (YES, "methadone prison", "OST in prisons"),
        (YES, "хранения без цели сбыта", "Punishment for personal use"),
        (YES, "how many methadone sites are there in the city", "31 OST sites of a city, many"),
        (NO, "methadone", "therapy, and a substitution of opioid drugs"),  # the words, but not the phrase
        (NO, "methadone", "ostensibly"),
        (NO, "AIDS", "in aid of it"),
        (NO, "methadone prison", "OST"),
    ],
)
def test_a_search_finds_other_words_for_the_same_and_not_parts_of_a_phrase(is_found, typed, text):
    assert bool(SearchIndex({"r": (text,)}, SAME).find(parse_search(typed, SAME))) == is_found


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("methadone", "Sites for <mark>opioid substitution therapy</mark> <mark>(OST)</mark>"),
        ("опиоид", "Sites for opioid substitution therapy (OST)"),
        ("substitution therapy", "Sites for opioid <mark>substitution</mark> <mark>therapy</mark> (OST)"),
    ],
)
def test_what_was_found_is_marked(typed, html):
    text = "Sites for opioid substitution therapy (OST)"
    assert highlight(text, parse_search(typed, SAME)) == html
    assert bool(missing_terms(text, parse_search(typed, SAME))) == ("<mark>" not in html)


def test_the_list_uses_the_synonyms_of_the_dataset_and_forgets_those_that_are_removed(tmp_path):
    for synonyms, found in (("synonyms:\n  - [zinc, OST, 'цинк']\n", ["ask-1"]), ("", [])):
        files = {"tracker": TRACKER + synonyms, "r/ask-1": ASKED.replace("title: T", "title: OST")}
        view = View(dataset(tmp_path, files), TODAY)
        assert [r.id for r in filter_recommendations(view, Filters(q="цинк"), "en")] == found


# The words of a search are marked where they stand, and no text becomes HTML by that.


@pytest.mark.parametrize(("text", "typed", "html"), EXAMPLES["found words are marked and everything is escaped"])
def test_found_words_are_marked_and_everything_is_escaped(text, typed, html):
    assert (highlight(text, parse_search(typed)), type(highlight(text, ()))) == (Markup(html), Markup)


def test_what_a_text_does_not_show_is_known():
    missing = missing_terms("Prisons of E/C.12/KGZ", parse_search("prison police (c)"))
    assert [one.word for one in missing] == ["police", "(c)"]


def test_an_excerpt_stands_around_the_word_and_is_cut_between_words():
    text = "word " * 30 + "the needle is here " + "more " * 30
    assert excerpt(text, parse_search("needles")) == (
        "… word word word word word word word the needle is here"
        " more more more more more more more more more more more more more …"
    )


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_an_excerpt_shows_its_word_wherever_it_stands(at):
    found = excerpt("ab cdefg " * at + "needle " + "ab\n cdefg " * (60 - at), parse_search("needle"))
    assert "needle" in found and len(found) <= EXCERPT_LENGTH + 4
    assert set(found.split()) <= {"…", "ab", "cdefg", "needle"}


TITLES = ASKED.replace("title: T", "title: {en: Zinc, ru: Цинк}")
MARKED = f"""{TITLES.replace("summary: S", "summary: {en: Sulphur, ru: Сера}")}assessments:
  - {{voice: civil-society, status: not-implemented, date: 2026-01-01, reason: Methadone is gone.}}
"""


def listed(view: View, typed: str) -> str:
    rows = filter_recommendations(view, Filters(q=typed), "en")
    shown, groups = (
        ViewRequest(view, get_language("en", view.settings), is_page=True),
        [(rows[0].issued_by, None, rows, len(rows))],
    )
    words = parse_search(typed)
    return render("pages/list.html", shown, groups=groups, carry=[], page=1, pages=1, turn=("", ""), words=words)


@pytest.mark.parametrize(("typed", "there"), EXAMPLES["the list shows where the words stand"])
def test_the_list_shows_where_the_words_stand(tmp_path, typed, there):
    html = listed(View(dataset(tmp_path, {**FILES, "r/ask-1": MARKED}), TODAY), typed)
    assert there in html


AWKWARD = (
    """Women's <b>clinics</b> & "prisons" &amp; &#39;amp&#39;""",
    "Ёлки, ели и ёлка; өкмөт",
    "E/C.12/KGZ/CO/4 (c) café — cafe\u0301s/clinics",
    "<w>clinic</w> <way>id=<rest> <more> <seen> quot lt",
)
TYPED = (
    "",
    "clinic",
    "women b prison",
    "amp 39",
    "елка",
    "өкмөт",
    "E/C.12/KGZ/CO/4",
    "(c) cafe",
    "w way seen lt more id",
)


@pytest.mark.parametrize("title", AWKWARD)
def test_words_marked_in_a_finished_entry_are_those_marked_in_its_text(tmp_path, title):
    entry = TITLES.replace("{en: Zinc, ru: Цинк}", json.dumps(title))
    view = View(dataset(tmp_path, {**FILES, "r/ask-1": entry}), TODAY)
    rows, shown = [view.recommendations["ask-1"]], ViewRequest(view, get_language("en", view.settings), is_page=True)
    for typed in TYPED:
        words, one = parse_search(typed), [(Issuer.CIVIL_SOCIETY, None, rows, 1)]
        html = render("pages/list.html", shown, groups=one, carry=[], page=1, pages=1, turn=("", ""), words=words)
        assert f'<a class="rt-title" href="/recommendation?id=ask-1">{highlight(title, words)}</a>' in html
        assert not re.search("<(?:/?w|way|rest|more|seen)>", html)


def test_a_search_after_a_save_leaves_everything_to_the_next_one():
    before = SearchIndex({"one": ("pear",), "two": ("plum",)})
    index = before.updated({}, {"three": ("plum",)})

    assert index.find(parse_search("pear")) == {"one"}
    assert index.find(parse_search("plum")) == {"two", "three"}
