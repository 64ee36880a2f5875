"""What a reader types is found in every text of a record, in any form of the word, and marked where it stands."""

from datetime import date

import pytest
from markupsafe import Markup

from tests.small import ASKED, BODIES, CONCLUDED, DOCUMENTS, SHOWN, TRACKER, dataset
from tracker.evidence import Wanted, wanted_evidence
from tracker.html import Shown, render
from tracker.language import speaking
from tracker.query import Query, matching
from tracker.search import EXCERPT, Index, excerpt, fold, forget, marked, missing, sought
from tracker.view import View

TODAY = date(2026, 6, 18)


def finds(typed: str, text: str) -> bool:
    """Whether a search finds a record that says nothing but this."""
    return bool(Index({"r": (text,)}).find(sought(typed)))


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
    assert fold(text) == folded


def test_a_short_i_is_not_an_i():
    assert fold("йод") != fold("иод")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("декриминализации", "Декриминализация хранения"),
        ("декриминализация", "о декриминализацией"),
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
    "treaty_bodies": BODIES.replace("name: Committee on Rights", "name: {en: Committee on Rights, ru: Комитет по правам}"),
    "documents": DOCUMENTS.replace("title: Report,", "title: A shadow of it, authors: Plus Centre,"),
    "r/ask-1": ASKED.replace("title: T", "title: {en: Zinc, ru: Цинк}").replace("summary: S", "summary: {en: Sulphur, ru: Сера}")
    + "text: {en: Quotation}\nparts: [{id: a, summary: Bismuth}, {id: b, summary: {ru: Медь}}]\n"
    "tags: [{by: ours, themes: [drug-policy], groups: [detainees], rights: ['CAT:2'], sdg: ['3.3'], authorities: [{name: Ministry}]}]\n"
    "same_demand: [{recommendation: ask-2, note: Alike}]\n"
    "assessments:\n"
    "  - {voice: civil-society, assessor: Observers, status: not-implemented, date: 2026-01-01, reason: Methadone is gone.}\n"
    "  - {voice: civil-society, status: not-implemented, date: 2026-05-01, reason: Buprenorphine came.,"
    " source: {publisher: Daily, note: Overheard}}\n"
    "  - {voice: civil-society, status: not-implemented, date: 2025-05-01, reason: Mistaken., recorded: 2025-05-01T00:00:00.000000Z,"
    " recorded_by: a-b, afterwards: [{what: withdrawn, recorded: 2025-05-02T00:00:00.000000Z, recorded_by: a-b}]}\n",
    "r/ask-2": ASKED,
    "r/co-1": CONCLUDED,
    "e/law": SHOWN.replace("A paper", "Gazette").replace("summary: S", "summary: {en: Signature, ru: Подпись}")
    + "title: Statute\nidentifier: No. 69\nbears_on: [{recommendation: ask-1, direction: progress}]\n",
}  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "zinc", "цинк", "sulphur", "сере", "quotations", "bismuth", "медью", "methadone", "observer", "buprenorphine", "daily",
        "overheard", "alike", "наркополитике", "detainee", "заключенных", "CAT:2", "3.3", "ministries", "ask-1",
        "statute", "signatures", "подписи", "gazette", "zinc gazette methadone",
    ],
)  # fmt: skip
def test_every_text_of_a_recommendation_is_searched(tmp_path, typed):
    view = View(dataset(tmp_path, FILES), TODAY)
    assert [r.id for r in matching(view, Query(q=typed), "en")] == ["ask-1"]


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
    assert [r.id for r in matching(view, Query(q=typed), "en")] == ids


def test_words_of_what_came_later_are_not_found_on_an_earlier_day(tmp_path):
    files = dataset(tmp_path, FILES)
    found = {
        day: matching(View(files, TODAY, day), Query(q="buprenorphine"), "en") for day in (date(2026, 2, 1), TODAY)
    }
    assert [len(those) for those in found.values()] == [0, 1]


@pytest.mark.parametrize("typed", ["statutes", "подписью", "gazette", "no. 69", "law"])
def test_every_text_of_evidence_is_searched(tmp_path, typed):
    view = View(dataset(tmp_path, FILES), TODAY)
    found = [wanted_evidence(view, Wanted(q=words)) for words in (typed, typed + " xyz")]
    assert [[e.id for e in items] for items in found] == [["law"], []]


@pytest.mark.parametrize(
    ("text", "typed", "html"),
    [
        ("Prisons & police", "prison", "<mark>Prisons</mark> &amp; police"),
        ("<script>alert(1)</script>", "script", "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"),
        ("&amp; &lt;b&gt;", "amp b", "&amp;<mark>amp</mark>; &amp;lt;<mark>b</mark>&amp;gt;"),
        ('" onload="x', "onload", "&#34; <mark>onload</mark>=&#34;x"),
        ("<mark>x</mark>", "y", "&lt;mark&gt;x&lt;/mark&gt;"),
        ("a <b", "<b", "a &lt;<mark>b</mark>"),
        ("o декриминализации", "декриминализация", "o <mark>декриминализации</mark>"),
        ("Ещё раз", "еще", "<mark>Ещё</mark> раз"),
        ("in an inn", "in", "<mark>in</mark> an inn"),
        ("36 (c), E/C.12/KGZ/CO/4.", "(c) kgz", "36 <mark>(c)</mark>, <mark>E/C.12/KGZ/CO/4</mark>."),
        ("prison prison", "", "prison prison"),
        ("", "x", ""),
    ],
)  # fmt: skip
def test_found_words_are_marked_and_everything_is_escaped(text, typed, html):
    assert (marked(text, sought(typed)), type(marked(text, ()))) == (Markup(html), Markup)


def test_what_a_text_does_not_show_is_known():
    assert [one.word for one in missing("Prisons of E/C.12/KGZ", sought("prison police (c)"))] == ["police", "(c)"]


def test_an_excerpt_stands_around_the_word_and_is_cut_between_words():
    text = "word " * 30 + "the needle is here " + "more " * 30
    assert excerpt(text, sought("needles")) == (
        "… word word word word word word word the needle is here"
        " more more more more more more more more more more more more more …"
    )


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_an_excerpt_shows_its_word_wherever_it_stands(at):
    found = excerpt("ab cdefg " * at + "needle " + "ab\n cdefg " * (60 - at), sought("needle"))
    assert ("needle" in found, len(found) <= EXCERPT + 4, set(found.split()) - {"…", "ab", "cdefg", "needle"}) == (
        True, True, set(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "typed", "shown"),
    [
        ("Short and\nwith the needle.", "needle", "Short and with the needle."),
        ("nothing", "needle", ""),
        ("needle" * 100, "needle", "needle" * 100),
        ("", "needle", ""),
    ],
)
def test_an_excerpt_of_an_odd_text(text, typed, shown):
    assert excerpt(text, sought(typed)) == shown


def listed(view: View, typed: str, lang: str) -> str:
    rows = matching(view, Query(q=typed), lang)
    shown = Shown(view, speaking(lang, view.settings.language))
    groups = [(rows[0].by, rows, len(rows))]
    return render("list.html", shown, groups=groups, carry=[], page=1, pages=1, turn=("", ""), words=sought(typed))


@pytest.mark.parametrize(
    ("typed", "lang", "there"),
    [
        ("zinc", "en", ['?id=ask-1"><mark>Zinc</mark></a>']),
        ("сера", "ru", ['?id=ask-1">Цинк</a>', '<p class="rt-meta"><mark>Сера</mark></p>']),
        ("methadone", "en", ['<p class="rt-meta"><mark>Methadone</mark> is gone.</p>']),
        ("сера", "en", ['<p class="rt-meta"><span lang="ru"><mark>Сера</mark></span> <span class="rt-lang">Русский</span></p>']),
        ("gazette", "en", ['<p class="rt-meta"><mark>Gazette</mark></p>']),
    ],
)  # fmt: skip
def test_the_list_shows_where_the_words_stand(tmp_path, typed, lang, there):
    html = listed(View(dataset(tmp_path, FILES), TODAY), typed, lang)
    assert [piece for piece in there if piece not in html] == []


@pytest.mark.parametrize("typed", ["zinc", "CESCR", "plus centre"])
def test_the_list_does_not_show_again_what_the_row_shows(tmp_path, typed):
    html = listed(View(dataset(tmp_path, {**FILES, "r/ask-2": CONCLUDED}), TODAY), typed, "en")
    one = html[html.index("ask-1") :].partition("</li>")[0]
    assert one.count('<p class="rt-meta">') == 2  # who asks, where it stands


def test_hostile_texts_are_text_in_the_list_too(tmp_path):
    files = {"r/ask-1": ASKED.replace("title: T", "title: <b>x</b>").replace("summary: S", "summary: '<i>y</i> &amp;'")}
    html = listed(View(dataset(tmp_path, files), TODAY), "b y amp", "en")
    assert "&lt;<mark>b</mark>&gt;x&lt;/<mark>b</mark>&gt;" in html
    assert "&lt;i&gt;<mark>y</mark>&lt;/i&gt; &amp;<mark>amp</mark>;" in html


def test_the_register_of_evidence_marks_too(tmp_path):
    view = View(dataset(tmp_path, FILES), TODAY)
    words = sought("statute gazette подпись")
    html = render("evidence.html", Shown(view, speaking("en")), items=tuple(view.evidence.values()), words=words)
    assert [html.count(f"<mark>{word}</mark>") for word in ("Statute", "Gazette", "Подпись")] == [1, 1, 1]


def test_what_is_kept_in_memory_can_be_dropped():
    assert finds("secret", "a secret")
    forget()
    assert finds("secret", "a secret")
