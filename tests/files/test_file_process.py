"""Files are cleaned in a process of their own, with limits, and nothing of them stays."""

from typing import Any

import pytest

from tests.support.canary_documents import VISIBLE, canary_pdf
from tests.support.canary_images import CANARY, canary_jpeg
from tracker.files.kept_file import CleanedFile, CleaningChoices
from tracker.files.process import clean_bytes, prepare_upload, text_of_file
from tracker.i18n import get_language
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.limits import FileLimits


def clean_file(data: bytes, name: str = "", **options: Any) -> CleanedFile:
    return prepare_upload(data, name, **options).cleaned


def test_the_process_returns_the_cleaned_file():
    data = canary_pdf(0)
    kept = clean_file(data, "Report.pdf", choices=CleaningChoices(remove_comments=True))
    assert kept == clean_bytes(data, "Report.pdf", CleaningChoices(remove_comments=True), limits=FileLimits())
    assert [page.text for page in text_of_file(kept.data, kept.kind)] == [f"{VISIBLE}\nBishkek", "Part one"]
    assert prepare_upload(data).preview.width == 800
    assert prepare_upload(b"A text.").preview is None


def test_a_file_of_the_full_size_arrives():
    text = ("Закон принят. " * 700_000).encode()
    assert clean_file(text, "law.txt").data == text


def test_an_empty_or_too_large_file_is_refused_without_a_process(monkeypatch):
    monkeypatch.setattr("tracker.files.process.run_job", None)
    with pytest.raises(UnusableFile, match="The file is empty"):
        clean_file(b"")
    with pytest.raises(UnusableFile, match=r"Up to 0\.001 MB"):
        clean_file(b"a" * 2_000, limits=FileLimits(file_bytes=1_000))


def test_an_image_that_became_larger_than_an_upload_may_be_is_still_read():
    data = b"A text. " * 150
    limits = FileLimits(file_bytes=1_000)
    assert [page.text for page in text_of_file(data, FileKind.TEXT, limits=limits)] == [data.decode()]
    with pytest.raises(UnusableFile, match=r"Up to 0\.001 MB"):
        clean_file(data, limits=limits)


def test_a_sentence_can_be_translated():
    with pytest.raises(UnusableFile) as refused:
        clean_file(b"<svg/>")
    _ = get_language("ru").gettext
    assert _(refused.value.message, **refused.value.values).startswith("Это рисунок в формате SVG")
    finding = clean_file(canary_jpeg(0)).removed[0]
    assert _(finding.message, **dict(finding.values)) == "Описание или комментарий"


def test_too_much_memory_ends_the_process_and_not_the_server():
    with pytest.raises(UnusableFile, match="too much memory"):
        clean_file(b"A text.\n" * 1_000_000, limits=FileLimits(memory=50_000_000))


def test_too_much_time_ends_the_process():
    with pytest.raises(UnusableFile, match="took too long"):
        clean_file(b"A text.\n" * 2_000_000, limits=FileLimits(seconds=0.01))


def test_a_person_can_cancel():
    with pytest.raises(UnusableFile, match="was cancelled"):
        clean_file(b"A text.\n" * 2_000_000, is_cancelled=lambda: True)


def test_the_errors_do_not_repeat_what_is_in_the_file():
    with pytest.raises(UnusableFile) as refused:
        clean_file(f"<svg>{CANARY}</svg>".encode(), f"{CANARY}.svg")
    assert CANARY not in str(refused.value)
