"""The corpus: how much of it the importer finds, and what it says about files that it cannot read."""

import pytest

from tests.support.import_measures import Measures
from tests.support.observations_corpus import load_corpus
from tests.support.observations_files import DOCX_WAYS, HTML_WAYS, TEXT_WAYS, DocxWriter, as_html, as_pasted_text
from tests.support.small_observations import SMALL_OBSERVATIONS, small_docx
from tracker.importing.documents.reader import read_document
from tracker.importing.dry_run import describe_document
from tracker.importing.entry import propose_cycle

CORPUS = load_corpus()
WAYS = [
    *((DOCX_WAYS[n], lambda document, way: DocxWriter(document, way).write()) for n in range(len(DOCX_WAYS))),
    *((way, as_html) for way in HTML_WAYS),
    *((way, as_pasted_text) for way in TEXT_WAYS),
]


QUICK = {"automatic", "table", "lists", "close"}


@pytest.mark.parametrize(
    ("way", "write"), [pytest.param(*one, id=one[0], marks=() if one[0] in QUICK else pytest.mark.long) for one in WAYS]
)
def test_all_documents_of_the_corpus_are_understood(way, write):
    measures = Measures()
    for document in CORPUS:
        found = describe_document(read_document(write(document, way)))
        measures.add(f"{document.name} {way}", document.expected, found)
    shares = measures.shares()
    assert measures.expected >= 60
    least = {"recall": 0.98, "precision": 0.95, "parts": 0.95, "texts exact": 0.98, "headings": 0.95, "facts": 1}
    assert [name for name, share in least.items() if shares[name] < share] == [], measures.wrong


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
