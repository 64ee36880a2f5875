"""A quotation is in its file, letter for letter: what is, what is not, and where it joins two texts."""

import re
from pathlib import Path

import pytest

from tests.support.observations_corpus import load_corpus, plain
from tests.support.observations_files import HEADS, DocxWriter, as_docx_with_heads, as_html, as_pages_with_heads
from tests.support.observations_files import as_pasted_text as as_text
from tracker.importing.documents.quotation_check import Joint, find_joints
from tracker.importing.documents.reader import read_document

CORPUS = {document.name: document for document in load_corpus()}
REPORTS = sorted(path for path in (Path(__file__).parent / "follow_up").iterdir() if path.suffix != ".json")
GLUED = "The Committee notes the Code, but asks how often access was refused in 2012 and 2013."


def quotations(document):
    """Everything that an import of the document would quote."""
    for paragraph in document.paragraphs:
        yield from filter(None, paragraph.texts)
    for section in document.follow_up_reports:
        for paragraph in section.paragraphs:
            texts = (paragraph.recommendation, paragraph.reply, *(grade.evaluation for grade in paragraph.grades))
            yield from filter(None, texts)


def letters(text):
    return re.sub(r"[\s\u00ad-]", "", text)


def wrong_and_refused(document, data):
    """What is quoted but is not in the text of the document, and the share of what is refused."""
    read = read_document(data)
    printed = letters(" ".join(f"{block.shown} {plain(block.text)}" for block in document.blocks))
    found = [(text, find_joints(text, read.file_text) is not None) for text in quotations(read)]
    quoted = [text for text, is_there in found if is_there]
    wrong = [text for text in quoted if any(letters(line) not in printed for line in text.split("\n"))]
    return wrong, 1 - len(quoted) / len(found)


@pytest.mark.parametrize("name", CORPUS)
def test_every_quotation_of_a_document_is_in_its_file(name):
    document = CORPUS[name]
    ways = [DocxWriter(document, way).write() for way in ("typed", "automatic", "revised")]
    ways += [as_html(document, "lists"), as_text(document, "close"), as_text(document, "double")]
    assert [wrong_and_refused(document, data) for data in ways] == [([], 0)] * 6


def test_every_quotation_of_a_report_is_in_its_file_except_one_into_which_a_page_end_is_glued():
    read = [read_document(path.read_bytes()) for path in REPORTS]
    assert [text for one in read for text in quotations(one) if find_joints(text, one.file_text) is None] == [GLUED]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("name", ["cat-en", "ccpr-ru"])
def test_no_head_of_a_page_comes_into_a_quotation(name, head):
    document = CORPUS[name]
    for at_top in (True, False):
        for ends in ("form feed", "number", "symbol"):
            wrong, refused = wrong_and_refused(document, as_pages_with_heads(document, head, at_top=at_top, ends=ends))
            assert (wrong, refused < 0.08) == ([], True), (at_top, ends, refused)
    # a Word file that was made of a PDF: what cannot be told from a head is refused
    assert [wrong_and_refused(document, as_docx_with_heads(document, head, words=n))[0] for n in (150, 333)] == [[], []]


FILE = """CCPR/C/KGZ/CO/9
1. The Committee considered the report.
12. The State party should strengthen its efforts to
investigate all complaints of torture,1 ensure that follow-
up is prompt, and provide compen-
____________
1 See CCPR/C/KGZ/CO/8.
3
\fKyrgyzstan
sation to victims within 12 months. It should not\x20
delay:
(a) The law on the police;
"""
WHOLE = (
    "The State party should strengthen its efforts to investigate all complaints of torture, ensure that follow-up is "
    "prompt, and provide compensation to victims within 12 months. It should not delay:"
)


def test_a_joint_says_what_stands_before_it_after_it_and_between():
    assert find_joints(WHOLE, FILE) == (
        Joint("investigate all complaints of torture,", "ensure that followup is prompt,", "1"),
        Joint(
            "followup is prompt, and provide",
            "compensation to victims within 12",
            "1 See CCPR/C/KGZ/CO/8. 3 Kyrgyzstan",
        ),
    )
    assert find_joints("It should not delay:\n(a) The law on the police;", FILE) == ()


@pytest.mark.parametrize(
    "altered",
    [
        WHOLE.replace("should strengthen", "must strengthen"),
        WHOLE.replace("all complaints", "complaints"),
        WHOLE.replace("12 months", "months"),
        WHOLE.replace("should not delay", "should delay"),
        WHOLE.replace("compensation", "Kyrgyzstan compensation"),
        "It should not delay: The State party should strengthen its efforts",
        "The law on the police; investigate all complaints",
        "trengthen its efforts",
        "",
    ],
)
def test_words_that_are_altered_moved_or_cut_are_not_in_the_file(altered):
    assert find_joints(altered, FILE) is None


def test_a_footnote_below_a_number_that_stands_alone_is_not_in_the_sentence_that_goes_on_at_the_next_page():
    pages = (
        "A/HRC/15/2\n5\n20. Algeria welcomed the presentation of the report and expressed hope for the rapid restoration\n"
        "of constitutional order, the restoration of stability and respect for human rights. Norway\n1\nBhutan and Morocco.",
        "A/HRC/15/2\n6\nexpressed concern about the vulnerable situation of human rights defenders, journalists and\n"
        "lawyers. Norway made recommendations.",
    )
    glued = "respect for human rights. Norway Bhutan and Morocco. expressed concern about the vulnerable situation"
    assert find_joints(glued, "\f".join(pages)) is None
