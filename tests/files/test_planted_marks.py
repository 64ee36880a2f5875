"""A name that is planted in one place of a file is gone from what is kept, or it is in the text that is checked."""

import io
import zipfile
from typing import Any

import docx
import openpyxl
import pytest

from tests.support.canary_documents import VISIBLE, canary_odt, repacked
from tests.support.canary_images import CANARY
from tests.support.kept_files import everything_in
from tests.support.planted_marks import MARKS
from tracker.files.kept_file import CleanedFile, CleaningChoices
from tracker.files.process import clean_bytes, pages_of
from tracker.sandbox.limits import FileLimits

LIMITS = FileLimits()


def places(which: int) -> list[Any]:
    """(kind of file, place) of the removed or the read marks. The short run tries every third one, and what is unknown."""
    found = [(kind, place, n) for kind, marks in MARKS.items() for n, place in enumerate(marks[which])]
    return [
        pytest.param(kind, place, marks=pytest.mark.long if n % 3 and "unknown" not in place else ())
        for kind, place, n in found
    ]


GONE, READ = places(1), places(2)


def kept_with(kind: str, place: str) -> CleanedFile:
    make, gone, read = MARKS[kind]
    data = make({**gone, **read}[place])
    kept = clean_bytes(data, "", CleaningChoices(), limits=LIMITS)
    assert CANARY.encode() in everything_in(CleanedFile(data, kept.kind, "", kept.kind, ""))
    return kept


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
    assert CANARY.encode() in everything_in(kept)
    assert CANARY in text_of(kept)


def test_the_list_of_parts_of_an_odt_has_the_version_of_its_content():
    """LibreOffice does not open a file in which they differ."""
    newer = {"content.xml": lambda text: text.replace('version="1.3"', 'version="1.4"')}
    data = repacked(canary_odt(), newer, {})
    kept = clean_bytes(data, "", CleaningChoices(), limits=LIMITS)
    with zipfile.ZipFile(io.BytesIO(kept.data)) as archive:
        assert b'manifest:version="1.4"' in archive.read("META-INF/manifest.xml")
