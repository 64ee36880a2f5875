"""A document in two languages."""

from tests.support.examples import examples
from tracker.importing.documents.imported_document import compare_language_versions, fill_missing_facts
from tracker.importing.documents.reader import read_document

EXAMPLES = examples(__file__)

ENGLISH = b"""CAT/C/RUR/CO/3
1. The Committee is concerned.
2. The State party should:
(a) Adopt a law;
(b) Train judges.
3. The State party should act.
"""
RUSSIAN = EXAMPLES["russian"]


def test_paragraphs_and_parts_are_matched_by_number_and_letter():
    assert compare_language_versions(read_document(ENGLISH), read_document(RUSSIAN.encode())) == ()


def test_what_does_not_fit_together_is_named():
    russian = RUSSIAN.replace("CO/3", "CO/4").replace("b) обучать судей.\n", "")
    russian = russian.replace("следует принять меры.", "посвящен этот пункт.") + "4. Государству-участнику следует.\n"
    notices = compare_language_versions(read_document(ENGLISH), read_document(russian.encode()))
    assert [str(notice) for notice in notices] == [
        "The files are not the same document: one is CAT/C/RUR/CO/3, the other CAT/C/RUR/CO/4.",
        "These paragraphs are in one language only: 4.",
        "The parts of these paragraphs differ between the languages: 2.",
        "These paragraphs are recommendations in one language only: 3. Check them.",
    ]


def test_the_other_version_fills_in_what_the_first_does_not_say():
    english = read_document(ENGLISH.replace(b"CAT/C/RUR/CO/3\n", b""))
    assert (english.symbol, fill_missing_facts(english, read_document(RUSSIAN.encode())).symbol) == (
        None,
        "CAT/C/RUR/CO/3",
    )
