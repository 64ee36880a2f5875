"""The corpus: how much of it the importer finds."""

from collections import Counter
from typing import Any

import pytest

from tests.support.observations_corpus import load_corpus
from tests.support.observations_files import DOCX_WAYS, HTML_WAYS, TEXT_WAYS, DocxWriter, as_html, as_pasted_text
from tests.support.small_observations import SMALL_OBSERVATIONS, small_docx
from tracker.importing.documents.reader import read_document
from tracker.importing.dry_run import describe_document
from tracker.importing.symbols_and_changes import propose_cycle

CORPUS = load_corpus()
WAYS = [
    *((way, lambda document, way: DocxWriter(document, way).write()) for way in DOCX_WAYS),
    *((way, as_html) for way in HTML_WAYS),
    *((way, as_pasted_text) for way in TEXT_WAYS),
]
QUICK = {"automatic", "table", "lists", "close"}
LEAST = {"facts": 1, "recall": 0.98, "precision": 0.95, "texts": 0.98, "headings": 0.95, "parts": 0.95}
"""What is compared → the smallest share of it that has to be right in the whole corpus."""


def facts_in(document: dict[str, Any]) -> dict[str, object]:
    follow_up = {name: document["follow_up"][name] for name in ("paragraphs", "due", "period")}
    named = {name: document[name] for name in ("symbol", "adopted", "considered")}
    return named | follow_up | {"next report": document["next_report"]["due"]}


def texts_in(recommendation: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return (kind of text, letter of the part or "") → text."""
    found = {("texts", ""): recommendation["text"], ("headings", ""): recommendation["heading"] or ""}
    found |= {("parts", part["id"]): part["text"] for part in recommendation["parts"]}
    return {place: text if place[0] == "headings" else " ".join(text.split()) for place, text in found.items()}


@pytest.mark.parametrize(
    ("way", "write"), [pytest.param(*one, id=one[0], marks=() if one[0] in QUICK else pytest.mark.long) for one in WAYS]
)
def test_all_documents_of_the_corpus_are_understood(way, write):
    right, all_of, wrong = Counter[str](), Counter[str](), list[object]()

    def compare(kind: str, place: object, wanted: object, found: object) -> None:
        all_of[kind] += 1
        right[kind] += wanted == found
        wrong.extend([] if wanted == found else [(kind, place, wanted, found)])

    for document in CORPUS:
        got = describe_document(read_document(write(document, way)))
        wanted, found = facts_in(document.expected), facts_in(got["document"])
        for name in wanted:
            compare("facts", (document.name, name), wanted[name], found[name])
        asked = {one["paragraph"]: one for one in document.expected["recommendations"]}
        there = {one["paragraph"]: one for one in got["recommendations"]}
        for number in asked.keys() | there.keys():
            for kind in (["recall"] if number in asked else []) + (["precision"] if number in there else []):
                compare(kind, (document.name, number), number in asked, number in there)
        for number in asked.keys() & there.keys():
            wanted, found = texts_in(asked[number]), texts_in(there[number])
            for place in wanted.keys() | found.keys():
                compare(place[0], (document.name, number, place), wanted.get(place), found.get(place))
    assert all_of["recall"] >= 60
    assert [kind for kind, least in LEAST.items() if right[kind] < least * all_of[kind]] == [], wrong


@pytest.mark.parametrize("make", [str.encode, small_docx])
@pytest.mark.parametrize(
    "words",
    [
        "ADVANCE UNEDITED VERSION",
        "Предварительный неотредактированный вариант",
        "VERSION NON ÉDITÉE",
        "Versión avanzada sin editar",
    ],
)
def test_a_text_that_is_not_edited_yet_says_so_in_the_review(make, words):
    assert not read_document(make(SMALL_OBSERVATIONS)).notices
    (notice,) = read_document(make(f"{words}\n{SMALL_OBSERVATIONS}")).notices
    assert f"not edited yet: “{words}”" in str(notice)


@pytest.mark.parametrize(
    ("symbol", "title", "cycle"),
    [
        ("E/C.12/RUR/CO/44", "Concluding observations on the fourth periodic report of Ruritania", ""),
        ("E/C.12/RUR/CO/4", "Concluding observations on the fourth periodic report of Ruritania", "4"),
        ("E/C.12/RUR/CO/4-6", "Concluding observations on the combined fourth to sixth periodic reports", "4-6"),
        ("E/C.12/RUR/CO/1", "Заключительные замечания по первоначальному докладу", "1"),
        ("E/C.12/RUR/CO/15", "Заключительные замечания по пятнадцатому периодическому докладу", "15"),
        ("E/C.12/RUR/CO/24", "Concluding observations on the twenty-fourth periodic report", "24"),
        ("E/C.12/RUR/CO/3", "Observations finales concernant le quatrième rapport périodique", ""),
        ("E/C.12/RUR/CO/24", "Заключительные замечания по двадцать четвертому докладу", "24"),
        ("E/C.12/RUR/CO/14", "Observaciones finales sobre el décimo cuarto informe periódico", "14"),
        ("E/C.12/RUR/CO/14", "Observaciones finales sobre el decimocuarto informe periódico", "14"),
    ],
)
def test_a_cycle_in_the_symbol_that_contradicts_the_title_is_left_empty(symbol, title, cycle):
    assert propose_cycle(symbol, title) == cycle


@pytest.mark.parametrize(("head", "before"), [
    ("CCPR/C/RUR/CO/4|Ruritania", "from the outset of|detention;"),
    ("Ruritania|CCPR/C/RUR/CO/4", "from the outset of detention;"),
])  # fmt: skip
def test_the_head_of_a_page_is_in_no_quotation(head, before):
    first, *rest = before.split("|")
    lines = [
        "CCPR/C/RUR/CO/4", "Human Rights Committee", "Concluding observations on the fourth report of Ruritania",
        "1. The Committee considered the report of Ruritania.", "2. The State party should:",
        f"(a) Give treatment {first}", *head.split("|"), *rest, "(b) Train the police of", "Ruritania", "as well.",
        "CCPR/C/RUR/CO/4", "Human rights", "3. The State party should act.",
    ]  # fmt: skip
    page = "".join(f"<p>{line}</p>" for line in lines)
    _, asked, last = read_document(f"<html><body>{page}</body></html>".encode()).paragraphs
    # a line of its own elsewhere is text, and a heading at the top of a page is one
    assert [part.text for part in asked.parts] == [
        "Give treatment from the outset of detention;", "Train the police of",
    ]  # fmt: skip
    assert (asked.tail, last.headings) == ("Ruritania as well.", ("Human rights",))
