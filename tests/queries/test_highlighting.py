"""The words of a search are marked where they stand, and no text becomes HTML by that."""

from datetime import date

import pytest
from markupsafe import Markup

from tests.support.small_dataset import ASKED, CONCLUDED, DOCUMENTS, SHOWN, dataset
from tracker.i18n import get_language
from tracker.publishing.render_context import RenderContext, render
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.search.highlighting import EXCERPT_LENGTH, excerpt, highlight, missing_terms
from tracker.queries.search.text_search import parse_search
from tracker.queries.view import View

TODAY = date(2026, 6, 18)
FILES = {
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
        ("<mark>x</mark>", "y", "&lt;mark&gt;x&lt;/mark&gt;"),
        ("a <b", "<b", "a &lt;<mark>b</mark>"),
        ("o декриминализации", "декриминализация", "o <mark>декриминализации</mark>"),
        ("Ещё раз", "еще", "<mark>Ещё</mark> раз"),
        ("in an inn", "in", "<mark>in</mark> an inn"),
        ("36 (c), E/C.12/KGZ/CO/4.", "(c) kgz", "36 <mark>(c)</mark>, <mark>E/C.12/KGZ/CO/4</mark>."),
        ("prison prison", "", "prison prison"),
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
    ) == (
        True,
        True,
        set(),
    )


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
    assert excerpt(text, parse_search(typed)) == shown


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
        ("сера", "ru", ['?id=ask-1">Цинк</a>', '<p class="rt-meta"><mark>Сера</mark></p>']),
        ("methadone", "en", ['<p class="rt-meta"><mark>Methadone</mark> is gone.</p>']),
        (
            "сера",
            "en",
            ['<p class="rt-meta"><span lang="ru"><mark>Сера</mark></span> <span class="rt-lang">Русский</span></p>'],
        ),
        ("plus", "en", ["<mark>Plus</mark> Centre → "]),
        ("cescr", "en", ["<mark>CESCR</mark></abbr>"]),
        ("gazette", "en", ['<p class="rt-meta"><mark>Gazette</mark></p>']),
    ],
)
def test_the_list_shows_where_the_words_stand(tmp_path, typed, lang, there):
    html = listed(View(dataset(tmp_path, FILES), TODAY), typed, lang)
    assert [piece for piece in there if piece not in html] == []


@pytest.mark.parametrize("typed", ["zinc", "CESCR", "plus centre"])
def test_the_list_does_not_show_again_what_the_row_shows(tmp_path, typed):
    html = listed(View(dataset(tmp_path, {**FILES, "r/co-1": CONCLUDED}), TODAY), typed, "en")
    one = html[html.index("ask-1") :].partition("</li>")[0]
    assert one.count('<p class="rt-meta">') == 2  # who asks, where it stands


def test_hostile_texts_are_text_in_the_list_too(tmp_path):
    files = {"r/ask-1": ASKED.replace("title: T", "title: <b>x</b>").replace("summary: S", "summary: '<i>y</i> &amp;'")}
    html = listed(View(dataset(tmp_path, files), TODAY), "b y amp", "en")
    assert "&lt;<mark>b</mark>&gt;x&lt;/<mark>b</mark>&gt;" in html
    assert "&lt;i&gt;<mark>y</mark>&lt;/i&gt; &amp;<mark>amp</mark>;" in html


def test_the_register_of_evidence_marks_too(tmp_path):
    view = View(dataset(tmp_path, FILES), TODAY)
    words = parse_search("statutes gazette signature подпись")
    html = render(
        "pages/evidence.html",
        RenderContext(view, get_language("en")),
        items=tuple(view.evidence.values()),
        words=words,
        retired=(),
    )
    assert [html.count(f"<mark>{word}</mark>") for word in ("Statute", "Gazette", "Signature", "Подпись")] == [1] * 4
