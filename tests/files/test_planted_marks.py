"""A name that is planted in one place of a file is gone from what is kept, or it is in the text that is checked."""

import io
import zipfile
from typing import Any, Literal

import docx
import openpyxl
import pytest

from tests.support.canary_documents import VISIBLE, canary_odt, repacked
from tests.support.canary_images import CANARY
from tests.support.kept_files import everything_in
from tests.support.planted_marks import MARKS, body, docx_with, with_words
from tracker.files.kept_file import CleanedFile, CleaningChoices
from tracker.files.process import clean_bytes, pages_of
from tracker.safety.scanner import scan_text
from tracker.sandbox.limits import FileLimits

LIMITS = FileLimits()


def places(which: Literal[1, 2]) -> list[Any]:
    """(kind of file, place) of the removed or the read marks. The short run tries every third one, and what is unknown."""
    found = [(kind, place, n) for kind, marks in MARKS.items() for n, place in enumerate(marks[which])]
    return [
        pytest.param(kind, place, marks=pytest.mark.long if n % 3 and "unknown" not in place else ())
        for kind, place, n in found
    ]


GONE, READ = places(1), places(2)


def kept_with(kind: str, place: str, words: str = CANARY) -> CleanedFile:
    make, gone, read = MARKS[kind]
    data = make(with_words({**gone, **read}[place], words))
    kept = clean_bytes(data, "", CleaningChoices(), limits=LIMITS)
    assert words in written_in(CleanedFile(data, kept.kind, "", kept.kind, ""))
    return kept


def written_in(file: CleanedFile) -> str:
    return everything_in(file).decode("utf-8", "replace").replace("\\", "")


def text_of(kept: CleanedFile) -> str:
    return "\n".join(page.text for page in pages_of(kept.data, kept.kind, LIMITS))


@pytest.mark.parametrize(("kind", "place"), GONE)
def test_a_mark_that_links_a_file_to_its_draft_is_gone(kind, place):
    kept = kept_with(kind, place)
    assert CANARY.encode() not in everything_in(kept)
    assert VISIBLE in text_of(kept)
    if kind == "docx":
        assert VISIBLE in [paragraph.text for paragraph in docx.Document(io.BytesIO(kept.data)).paragraphs]
    if kind == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(kept.data))["Demands"]["A1"].value == VISIBLE


@pytest.mark.parametrize(("kind", "place"), READ)
def test_what_stays_is_in_the_text_that_is_checked(kind, place):
    kept = kept_with(kind, place)
    assert CANARY in written_in(kept)
    assert CANARY in text_of(kept)


@pytest.mark.parametrize("words", ["Aidana Zintal", "+996 555 123 456"])
@pytest.mark.parametrize(("kind", "place"), READ)
def test_a_person_in_what_stays_is_found(kind, place, words):
    """Codes of the format, and words from other places, do not run into a name."""
    found = [match.words for match in scan_text(text_of(kept_with(kind, place, words)))]
    assert [one for one in found if words in one], found


def test_words_that_were_deleted_and_those_around_them_are_read_each_as_a_text():
    part = '<w:{0} w:id="1" w:author="x"><w:r><w:{1}>{2}</w:{1}></w:r></w:{0}>'
    deleted, inserted = part.format("del", "delText", "{}"), part.format("ins", "t", "{}")
    first = f"<w:p><w:r><w:t>Aida</w:t></w:r>{deleted.format('n')}<w:r><w:t>na Zintal</w:t></w:r></w:p>"
    second = f"<w:p><w:r><w:t>Aidana </w:t></w:r>{deleted.format('Vortul')}{inserted.format('Z.')}</w:p>"
    kept = clean_bytes(docx_with(body(first + second)), "", CleaningChoices(), limits=LIMITS)
    lines = text_of(kept).splitlines()
    assert {"Aidana Zintal", "Aidana Z.", "Aidana Vortul Z."} <= {*lines}


def test_the_list_of_parts_of_an_odt_has_the_version_of_its_content():
    """LibreOffice does not open a file in which they differ."""
    newer = {"content.xml": lambda text: text.replace('version="1.3"', 'version="1.4"')}
    data = repacked(canary_odt(), newer, {})
    kept = clean_bytes(data, "", CleaningChoices(), limits=LIMITS)
    with zipfile.ZipFile(io.BytesIO(kept.data)) as archive:
        assert b'manifest:version="1.4"' in archive.read("META-INF/manifest.xml")
