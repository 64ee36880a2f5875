"""Saving files together with the record that names them: all or none, and the same bytes once."""

import hashlib
from dataclasses import replace

import pytest

from tests.support.small_dataset import ANNA, SHOWN
from tracker.files.kept_file import CleanedFile, FilePage, FilePreview
from tracker.files.new_file import new_file, read_new_file
from tracker.files.scan import place_in_file
from tracker.model.attached_files import AttachedFile
from tracker.model.errors import Conflict, SafetyFindings, ValidationFailed
from tracker.model.file_kind import FileKind
from tracker.storage.attached_files import list_kept, read_kept, read_text_pages
from tracker.storage.dataset_reader import DatasetReader

DATA = b"%PDF-1.7 cleaned"
DIGEST = hashlib.sha256(DATA).hexdigest()
RECEIVED = "ab" * 32
CLEANED = CleanedFile(DATA, FileKind.PDF, "report.pdf", FileKind.PDF, RECEIVED)
PAGES = (FilePage(1, "The law was read once."), FilePage(3, "Methadone was stopped."))
REPORT = new_file(CLEANED, pages=PAGES, preview=FilePreview(b"webp", 8, 11), where="p. 3")
FILES = {"e/x": SHOWN, "e/y": SHOWN}
NAMES = [f"{DIGEST}.pages.txt", f"{DIGEST}.pdf", f"{DIGEST}.preview.webp"]


def attach(store, name="x", file=REPORT):
    e = store.reader.read().evidence[name]
    with_file = replace(e, files=(*e.files, file.entry))
    return store.save(with_file, by=ANNA, reason="The report itself.", new_files=[file])[0]


def kept(store):
    return sorted(name.removeprefix("files/") for names in list_kept(store.storage).values() for name in names)


def test_a_file_is_saved_with_who_when_and_both_digests(store):
    file = AttachedFile(sha256=DIGEST, kind=FileKind.PDF, name="report.pdf", size=len(DATA), pages="p. 3")
    recorded = replace(file, recorded="2026-01-31T12:00:01.000000Z", recorded_by="editor-anna")
    assert attach(store).files == (recorded,)
    assert DatasetReader(store.root).read() == store.reader.read(fresh=True)


def test_the_text_and_the_preview_stand_beside_the_file(store):
    (entry,) = attach(store).files
    assert kept(store) == NAMES
    assert read_kept(store.root, entry) == DATA
    told = read_text_pages(store.root, DIGEST)
    assert told == {1: "The law was read once.", 2: "", 3: "Methadone was stopped.", 0: ""}
    again = read_new_file(store.root, entry)
    assert (again.entry, again.data, again.preview) == (REPORT.entry, DATA, b"webp")
    assert again.pages == (PAGES[0], FilePage(2, ""), PAGES[1])


def test_the_same_bytes_are_kept_once(store):
    attach(store)
    before = (store.root / "files" / f"{DIGEST}.pdf").stat().st_ino
    attach(store, "y")
    assert kept(store) == NAMES
    assert (store.root / "files" / f"{DIGEST}.pdf").stat().st_ino == before


def test_the_untouched_original_is_never_kept_in_the_public_folder(store):
    attach(store, file=replace(REPORT, original=(FileKind.PDF, b"with the author's name")))
    assert kept(store) == NAMES


def test_a_refused_save_keeps_no_file(store):
    e = store.reader.read().evidence["x"]
    with pytest.raises(Conflict):
        store.save(replace(e, version="old", files=(REPORT.entry,)), by=ANNA, reason="?", new_files=[REPORT])
    assert kept(store) == []


def test_a_file_that_nobody_gave_is_refused(store):
    e = store.reader.read().evidence["x"]
    with pytest.raises(ValidationFailed, match=r"the file report\.pdf is not there any more; attach it again"):
        store.save(replace(e, files=(REPORT.entry,)), by=ANNA, reason="?")


def test_the_text_of_a_file_is_checked_like_typed_text(store):
    unsafe = replace(REPORT, pages=(FilePage(1, "All is well."), FilePage(2, "Call +996 555 000 111.")))
    with pytest.raises(SafetyFindings) as refused:
        attach(store, file=unsafe)
    (finding,) = refused.value.findings
    assert (place_in_file(finding), finding.match.words) == (("report.pdf", (2,)), "+996 555 000 111")
    assert kept(store) == []


def test_a_recorded_file_is_never_overwritten(store):
    saved = attach(store)
    with pytest.raises(ValidationFailed, match="items of 'files' are added, never overwritten"):
        store.save(replace(saved, files=(replace(saved.files[0], name="other.pdf"),)), by=ANNA, reason="?")
