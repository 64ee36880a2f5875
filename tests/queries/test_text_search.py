"""What a reader types is found in every text of a record, in any form of the word."""

from datetime import date

import pytest

from tests.support.small_dataset import ASKED, BODIES, CONCLUDED, DOCUMENTS, SHOWN, TRACKER, dataset
from tracker.queries.lists.evidence_filters import EvidenceFilters, filter_evidence
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.search.text_search import SearchIndex, clear_search_caches, parse_search
from tracker.queries.search.word_forms import normalize
from tracker.queries.view import View

TODAY = date(2026, 6, 18)


def finds(typed: str, text: str) -> bool:
    """Whether a search finds a record that says nothing but this."""
    return bool(SearchIndex({"r": (text,)}).find(parse_search(typed)))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ёлка", "елка"),
        ("Өлкө Үй Жаңы", "олко уй жаны"),
        ("Йод и йога", "йод и йога"),
        ("и\u0306од", "йод"),
        ("Café STRASSE ß", "cafe strasse ss"),
    ],
)
def test_letters_that_people_type_alike_are_alike(text, folded):
    assert normalize(text) == folded


def test_a_short_i_is_not_an_i():
    assert normalize("йод") != normalize("иод")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("декриминализации", "Декриминализация хранения"),
        ("декриминализация", "о декриминализацией"),
        ("декриминализации", "Декриминализовать хранение"),
        ("декриминализации", "не декриминализировано, декриминализированное"),
        ("декриминализировать", "декриминализация"),
        ("тюрьмы", "в тюрьмах"),
        ("дискриминация", "дискриминационные нормы"),
        ("подпись", "после подписи"),
        ("записи", "эту запись"),
        ("prisons", "in prison"),
        ("punishing", "was punished"),
        ("women's", "health of women, women's rights"),
        ("decriminalise", "Decriminalization of use"),
        ("decriminalization", "to decriminalise use"),
        ("репрессивный", "РЕПРЕССИВНЫЕ элементы"),
        ("еще лечение", "Ещё лечения нет"),
        ("женщин", "же\u0301нщины"),  # with its stress
        ("кийноо", "Кыйноо жана кийнөө"),
        ("ункур", "үңкүр"),
    ],
)
def test_a_word_is_found_in_its_other_forms(typed, text):
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("parties", "in particular"),
        ("права", "правительство"),
        ("police", "drug policies"),
        ("организация", "организм"),
        ("reduction", "production"),
        ("йод", "иод"),
        ("health prison", "health"),
        ("149", "1 49"),
        ("E/C.12/KGZ/CO/4", "E/C.12/KGZ/CO/3"),
        ("(c)", "see (a), clinics"),
        ("—", "a — b"),
        ("\x00", "a\x00b"),
    ],
)
def test_another_word_is_not_found(typed, text):
    assert not finds(typed, text)


@pytest.mark.parametrize("typed", ["h", "harm r", "harm red", "reduction harm", "HARM reduct", "harm-reduction"])
def test_it_is_found_while_it_is_typed(typed):
    assert finds(typed, "Harm-reduction in prisons")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("E/C.12/KGZ/CO/4", "see E/C.12/KGZ/CO/4, para. 50"),
        ("e/c.12/kgz", "E/C.12/KGZ/CO/4."),
        ("kgz/co/4", "E/C.12/KGZ/CO/4"),
        ("KGZ", "E/C.12/KGZ/CO/4"),
        ("36 (c)", "para. 36 (c)"),
        ("36(c)", "para. 36 (c)"),
        ("36 (c", "para. 36 (c)"),
        ("art. 149", "article 149 of the Code"),
        ("ст. 149", "(статья 149 Уголовного кодекса)"),
        ("24.kg", "24.kg"),
        ("№ 69", "закон № 69"),
        ("prison/police", "police in a prison"),
    ],
)
def test_symbols_paragraphs_and_articles_are_found(typed, text):
    assert finds(typed, text)


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


@pytest.mark.parametrize(
    "typed",
    [
        "zinc",
        "цинк",
        "sulphur",
        "сере",
        "quotations",
        "footnote",
        "bismuth",
        "медью",
        "methadone",
        "observer",
        "buprenorphine",
        "daily",
        "overheard",
        "alike",
        "наркополитике",
        "detainee",
        "заключенных",
        "CAT:2",
        "3.3",
        "ministries",
        "ask-1",
        "statute",
        "signatures",
        "подписи",
        "gazette",
        "zinc gazette methadone",
        "(b) bismuth",
    ],
)
def test_every_text_of_a_recommendation_is_searched(tmp_path, typed):
    view = View(dataset(tmp_path, FILES), TODAY)
    assert [r.id for r in filter_recommendations(view, Filters(q=typed), "en")] == ["ask-1"]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("shadow", ["ask-1", "ask-2"]),
        ("plus centre", ["ask-1", "ask-2"]),
        ("комитета", ["ask-1", "ask-2", "co-1"]),
        ("CESCR", ["ask-1", "ask-2", "co-1"]),
        ("covenants", ["ask-1", "ask-2", "co-1"]),
        ("E/C.12/RUR/CO/4", ["co-1"]),
        ("mistaken", []),  # withdrawn
    ],
)
def test_so_is_what_stands_beside_it(tmp_path, typed, ids):
    view = View(dataset(tmp_path, FILES), TODAY)
    assert [r.id for r in filter_recommendations(view, Filters(q=typed), "en")] == ids


def test_words_of_what_came_later_are_not_found_on_an_earlier_day(tmp_path):
    files = dataset(tmp_path, FILES)
    found = {
        day: filter_recommendations(View(files, TODAY, day), Filters(q="buprenorphine"), "en")
        for day in (date(2026, 2, 1), TODAY)
    }
    assert [len(those) for those in found.values()] == [0, 1]


@pytest.mark.parametrize("typed", ["statutes", "подписью", "gazette", "no. 69", "law"])
def test_every_text_of_evidence_is_searched(tmp_path, typed):
    view = View(dataset(tmp_path, FILES), TODAY)
    found = [filter_evidence(view, EvidenceFilters(q=words)) for words in (typed, typed + " xyz")]
    assert [[e.id for e in items] for items in found] == [["law"], []]


def test_what_is_kept_in_memory_can_be_dropped():
    assert finds("secret", "a secret")
    clear_search_caches()
    assert finds("secret", "a secret")
