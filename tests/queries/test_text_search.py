"""What a reader types is found in every text of a record, in any form of the word."""

from datetime import date

import pytest
from markupsafe import Markup

from tests.support.small_dataset import ASKED, BODIES, CONCLUDED, DOCUMENTS, SHOWN, TRACKER, dataset
from tracker.i18n import get_language
from tracker.publishing.render_context import RenderContext, render
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

TODAY = date(2026, 6, 18)


def finds(typed: str, text: str) -> bool:
    """Whether a search finds a record that says nothing but this."""
    return bool(SearchIndex({"r": (text,)}).find(parse_search(typed)))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ёлка", "елка"),
        ("Өлкө Үй Жаңы", "олко уй жаны"),
        ("и\u0306од", "йод"),
        ("Café STRASSE ß", "cafe strasse ss"),
    ],
)
def test_letters_that_people_type_alike_are_alike(text, folded):
    assert normalize(text) == folded


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("декриминализации", "Декриминализация хранения"),
        ("декриминализации", "Декриминализовать хранение"),
        ("дискриминация", "дискриминационные нормы"),
        ("prisons", "in prison"),
        ("women's", "health of women, women's rights"),
        ("decriminalise", "Decriminalization of use"),
        ("репрессивный", "РЕПРЕССИВНЫЕ элементы"),
        ("еще лечение", "Ещё лечения нет"),
        ("кийноо", "Кыйноо жана кийнөө"),
    ],
)
def test_a_word_is_found_in_its_other_forms(typed, text):
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("parties", "in particular"),
        ("police", "drug policies"),
        ("организация", "организм"),
        ("йод", "иод"),
        ("E/C.12/KGZ/CO/4", "E/C.12/KGZ/CO/3"),
        ("(c)", "see (a), clinics"),
        ("\x00", "a\x00b"),
    ],
)
def test_another_word_is_not_found(typed, text):
    assert not finds(typed, text)


@pytest.mark.parametrize("typed", ["h", "harm r", "reduction harm", "harm-reduction"])
def test_it_is_found_while_it_is_typed(typed):
    assert finds(typed, "Harm-reduction in prisons")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("E/C.12/KGZ/CO/4", "see E/C.12/KGZ/CO/4, para. 50"),
        ("kgz/co/4", "E/C.12/KGZ/CO/4"),
        ("36(c)", "para. 36 (c)"),
        ("36 (c", "para. 36 (c)"),
        ("ст. 149", "(статья 149 Уголовного кодекса)"),
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
        "zinc", "цинк", "sulphur", "сере", "quotations", "footnote", "bismuth", "медью", "methadone", "observer",
        "buprenorphine", "daily", "overheard", "alike", "наркополитике", "detainee", "заключенных", "CAT:2", "3.3",
        "ministries", "ask-1", "statute", "signatures", "подписи", "gazette", "zinc gazette methadone",
        "(b) bismuth",
    ],
)  # fmt: skip
def test_every_text_of_a_recommendation_is_searched(tmp_path, typed):
    view = View(dataset(tmp_path, FILES), TODAY)
    assert [r.id for r in filter_recommendations(view, Filters(q=typed), "en")] == ["ask-1"]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("shadow", ["ask-1", "ask-2"]),
        ("plus centre", ["ask-1", "ask-2"]),
        ("комитета", ["ask-1", "ask-2", "co-1"]),
        ("covenants", ["ask-1", "ask-2", "co-1"]),
        ("E/C.12/RUR/CO/4", ["co-1"]),
        ("mistaken", []),  # withdrawn
    ],
)
def test_so_is_what_stands_beside_it(tmp_path, typed, ids):
    view = View(dataset(tmp_path, FILES), TODAY)
    assert [r.id for r in filter_recommendations(view, Filters(q=typed), "en")] == ids


@pytest.mark.parametrize("typed", ["statutes", "подписью", "gazette", "no. 69", "law"])
def test_every_text_of_evidence_is_searched(tmp_path, typed):
    view = View(dataset(tmp_path, FILES), TODAY)
    found = [filter_evidence(view, EvidenceFilters(q=words)) for words in (typed, typed + " xyz")]
    assert [[e.id for e in items] for items in found] == [["law"], []]


# Words that mean the same find the same records, in every form and language, and are marked as a whole.

SAME = Synonyms(
    [
        ["methadone", "OST", "opioid substitution therapy", "ЗТМ", "заместительная терапия", "метадон"],
        ["possession", "personal use", "хранение без цели сбыта"],
        ["HIV", "AIDS"],
    ]
)


def synonym_finds(typed: str, text: str) -> bool:
    return bool(SearchIndex({"r": (text,)}, SAME).find(parse_search(typed, SAME)))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("methadone", "Clients of opioid substitution therapy"),
        ("ЗТМ", "возле пунктов заместительной терапии"),
        ("заместительная терапия", "about methadone"),
        ("methadone prison", "OST in prisons"),
        ("хранения без цели сбыта", "Punishment for personal use"),
        ("how many methadone sites are there in the city", "31 OST sites of a city, many"),
    ],
)
def test_a_search_finds_other_words_for_the_same(typed, text):
    assert synonym_finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("methadone", "therapy, and a substitution of opioid drugs"),  # the words, but not the phrase
        ("methadone", "ostensibly"),
        ("AIDS", "in aid of it"),
        ("methadone prison", "OST"),
    ],
)
def test_parts_of_a_phrase_are_not_the_phrase(typed, text):
    assert not synonym_finds(typed, text)


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
    files = {
        "tracker": TRACKER + "synonyms:\n  - [zinc, OST, 'цинк']\n",
        "r/ask-1": ASKED.replace("title: T", "title: OST"),
    }
    for tracker, found in ((files["tracker"], ["ask-1"]), (TRACKER, [])):
        view = View(dataset(tmp_path, {**files, "tracker": tracker}), date(2026, 6, 18))
        assert [r.id for r in filter_recommendations(view, Filters(q="цинк"), "en")] == found


# The words of a search are marked where they stand, and no text becomes HTML by that.

MARKED_FILES = {
    "documents": DOCUMENTS.replace("title: Report,", "title: Report, authors: Plus Centre,"),
    "r/ask-1": ASKED.replace("title: T", "title: {en: Zinc, ru: Цинк}").replace(
        "summary: S", "summary: {en: Sulphur, ru: Сера}"
    )
    + "assessments: [{voice: civil-society, status: not-implemented, date: 2026-01-01, reason: Methadone is gone.}]\n",
    "e/law": SHOWN.replace("A paper", "Gazette").replace("summary: S", "summary: {en: Signature, ru: Подпись}")
    + "title: Statute\nrelevant_to: [{recommendation: ask-1, effect: progress}]\n",
}


@pytest.mark.parametrize(
    ("text", "typed", "html"),
    [
        ("Prisons & police", "prison", "<mark>Prisons</mark> &amp; police"),
        ("<script>alert(1)</script>", "script", "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"),
        ("&amp; &lt;b&gt;", "amp b", "&amp;<mark>amp</mark>; &amp;lt;<mark>b</mark>&amp;gt;"),
        ('" onload="x', "onload", "&#34; <mark>onload</mark>=&#34;x"),
        ("o декриминализации", "декриминализация", "o <mark>декриминализации</mark>"),
        ("Ещё раз", "еще", "<mark>Ещё</mark> раз"),
        ("in an inn", "in", "<mark>in</mark> an inn"),
        ("36 (c), E/C.12/KGZ/CO/4.", "(c) kgz", "36 <mark>(c)</mark>, <mark>E/C.12/KGZ/CO/4</mark>."),
        ("", "x", ""),
    ],
)
def test_found_words_are_marked_and_everything_is_escaped(text, typed, html):
    assert (highlight(text, parse_search(typed)), type(highlight(text, ()))) == (Markup(html), Markup)


def test_what_a_text_does_not_show_is_known():
    assert [one.word for one in missing_terms("Prisons of E/C.12/KGZ", parse_search("prison police (c)"))] == [
        "police",
        "(c)",
    ]


def test_an_excerpt_stands_around_the_word_and_is_cut_between_words():
    text = "word " * 30 + "the needle is here " + "more " * 30
    assert excerpt(text, parse_search("needles")) == (
        "… word word word word word word word the needle is here"
        " more more more more more more more more more more more more more …"
    )


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_an_excerpt_shows_its_word_wherever_it_stands(at):
    found = excerpt("ab cdefg " * at + "needle " + "ab\n cdefg " * (60 - at), parse_search("needle"))
    assert (
        "needle" in found,
        len(found) <= EXCERPT_LENGTH + 4,
        set(found.split()) - {"…", "ab", "cdefg", "needle"},
    ) == (True, True, set())


def listed(view: View, typed: str, lang: str) -> str:
    rows = filter_recommendations(view, Filters(q=typed), lang)
    shown = RenderContext(view, get_language(lang, view.settings))
    groups = [(rows[0].issued_by, rows, len(rows))]
    return render(
        "pages/list.html", shown, groups=groups, carry=[], page=1, pages=1, turn=("", ""), words=parse_search(typed)
    )


@pytest.mark.parametrize(
    ("typed", "lang", "there"),
    [
        ("zinc", "en", ['?id=ask-1"><mark>Zinc</mark></a>']),
        ("methadone", "en", ['<p class="rt-meta"><mark>Methadone</mark> is gone.</p>']),
        ("сера", "en", ['<p class="rt-meta"><span lang="ru"><mark>Сера</mark></span> <span class="rt-lang">Русский</span></p>']),
        ("cescr", "en", ["<mark>CESCR</mark></abbr>"]),
        ("gazette", "en", ['<p class="rt-meta"><mark>Gazette</mark></p>']),
    ],
)  # fmt: skip
def test_the_list_shows_where_the_words_stand(tmp_path, typed, lang, there):
    html = listed(View(dataset(tmp_path, MARKED_FILES), TODAY), typed, lang)
    assert [piece for piece in there if piece not in html] == []


def test_a_search_after_a_save_leaves_everything_to_the_next_one():
    before = SearchIndex({"one": ("pear",), "two": ("plum",)})
    index = before.updated({}, {"three": ("plum",)})

    assert index.find(parse_search("pear")) == {"one"}
    assert index.find(parse_search("plum")) == {"two", "three"}
