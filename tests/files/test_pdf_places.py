"""A value in each place of a PDF is gone from what is kept, or the text that is checked has it."""

import io
from dataclasses import replace

import pypdf
import pypdfium2
import pytest
from pikepdf import Dictionary, Name

from tests.support.canary_documents import VISIBLE, pdf_with_text, saved
from tests.support.canary_images import CANARY
from tests.support.kept_files import everything_in
from tests.support.pdf_places import GONE, READ, annotated, layered, pdf_with_canary, with_identifier
from tracker.files.cleaners.pdf_strings import read_pdf_strings
from tracker.files.kept_file import CleaningChoices
from tracker.files.process import clean_bytes, pages_of
from tracker.sandbox.limits import FileLimits

LIMITS = FileLimits()
HIDDEN_SENTENCE = "The document has hidden text, layers, sheets, rows or columns: 1."


def cleaned(data):
    kept = clean_bytes(data, "", CleaningChoices(), limits=LIMITS)
    assert VISIBLE in pages_of(kept.data, kept.kind, LIMITS)[0].text
    assert drawn_page(kept.data) == drawn_page(data)
    return kept


def drawn_page(data):
    with pypdfium2.PdfDocument(data) as document:
        return document[0].render().to_numpy().tobytes()


def is_in(text, kept):
    inside = everything_in(kept)
    coded = text.encode(), text.encode("utf-16-be"), text.encode().hex().encode()
    return any(one in inside for one in coded)


@pytest.mark.parametrize("place", GONE)
def test_a_value_that_no_reader_needs_is_gone(place):
    data = pdf_with_canary(GONE[place])
    kept = cleaned(data)
    assert is_in(CANARY, replace(kept, data=data))
    assert not is_in(CANARY, kept)


@pytest.mark.parametrize("place", READ)
def test_a_value_that_a_reader_needs_is_in_the_texts(place):
    kept = cleaned(pdf_with_canary(READ[place]))
    assert is_in(CANARY, kept)
    assert any(CANARY in text for text in read_pdf_strings(kept.data))


def test_the_texts_of_a_plain_page_are_no_words_of_the_format():
    assert read_pdf_strings(cleaned(saved(pdf_with_text())).data) == ()


def test_the_texts_are_cut_at_the_limit():
    kept = cleaned(pdf_with_canary(READ["title of the outline"]))
    assert read_pdf_strings(kept.data, FileLimits(characters=3)) == (CANARY[:3],)


def test_two_drafts_of_a_file_have_no_identifier_in_common():
    mark = b"0123456789abcdef"
    first, second = (cleaned(with_identifier(saved(pdf_with_text(f"{VISIBLE} {end}")), mark)) for end in "ab")
    made = {
        half.original_bytes
        for kept in (first, second)
        for half in pypdf.PdfReader(io.BytesIO(kept.data)).trailer["/ID"]
    }
    assert len(made) == 2
    assert mark not in made


HIDDEN = {
    "all layers are off": {"BaseState": Name.OFF},
    "off by its number": {"OFF": layered},
    "off on screens": {"layer": Dictionary(Type=Name.OCG, Usage=Dictionary(View=Dictionary(ViewState=Name.OFF)))},
    "shown if others are off": {"layer": Dictionary(Type=Name.OCMD, P=Name.AllOff)},
}


@pytest.mark.parametrize("why", HIDDEN)
def test_the_editor_is_told_of_a_hidden_layer(why):
    contents = b"BT /F1 9 Tf 9 9 Td (Hidden words.) Tj ET"
    kept = cleaned(pdf_with_canary(lambda pdf, page: layered(pdf, page, contents=contents, **HIDDEN[why])))
    assert [str(finding) for finding in kept.warnings] == [HIDDEN_SENTENCE]
    assert "Hidden words." in pages_of(kept.data, kept.kind, LIMITS)[0].text


def test_the_editor_is_told_of_a_hidden_comment():
    kept = cleaned(pdf_with_canary(lambda pdf, page: annotated(pdf, page, F=2, Contents="Hidden words.")))
    assert HIDDEN_SENTENCE in [str(finding) for finding in kept.warnings]


def test_a_layer_that_is_shown_is_no_finding():
    shown = {"BaseState": Name.OFF, "ON": layered}
    assert cleaned(pdf_with_canary(lambda pdf, page: layered(pdf, page, **shown))).findings == ()
