"""The corpus: how much of it the importer finds, and what it says about files that it cannot read."""

import pytest

from tests.support.import_measures import Measures
from tests.support.observations_corpus import load_corpus
from tests.support.observations_files import DOCX_WAYS, HTML_WAYS, TEXT_WAYS, DocxWriter, as_html, as_pasted_text
from tracker.importing.documents.reader import read_document
from tracker.importing.dry_run import describe_document

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
