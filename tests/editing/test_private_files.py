"""Private files: of private evidence, and of public records until they are published, taken back or removed."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.editing.test_private_evidence import LETTER, REVIEWER
from tests.support.small_dataset import ANNA
from tests.support.story_folder import made
from tracker.editing.private_evidence import PrivateFolder
from tracker.editing.store import Store
from tracker.files.kept_file import CleanedFile, FilePage, FilePreview
from tracker.files.new_file import NewFile, new_file
from tracker.model.attached_files import AttachedFile, FileKind
from tracker.model.errors import NotAllowed, SafetyFindings, ValidationFailed
from tracker.model.localized_text import TextVariant
from tracker.model.permissions import READER
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

ORIGINAL = b"%PDF-1.7 by its author"


def a_file(
    data: bytes = b"%PDF-1.7 cleaned",
    *,
    name: str = "report.pdf",
    text: str = "The law was read.",
    caption: str = "",
    received: bytes = ORIGINAL,
    with_original: bool = False,
) -> NewFile:
    """A PDF of one page that is ready to be kept."""
    return new_file(
        CleanedFile(data, FileKind.PDF, name, FileKind.PDF, hashlib.sha256(received).hexdigest()),
        pages=(FilePage(1, text),),
        preview=FilePreview(b"webp of " + data, "image/webp", 8, 11),
        caption={"": TextVariant(text=caption)} if caption else None,
        original=received if with_original else None,
    )


REPORT, OTHER = a_file(with_original=True), a_file(b"%PDF-1.7 other", name="other.pdf", received=b"other")
DIGEST, RECEIVED = REPORT.entry.sha256, REPORT.entry.received_sha256


@pytest.fixture
def folder(tmp_path: Path) -> PrivateFolder:
    return PrivateFolder(tmp_path / "private", DatasetReader(made(tmp_path / "data"), look_every=0.0))


def law(folder: PrivateFolder) -> Evidence:
    return folder.public.read(fresh=True).evidence["law"]


def document(folder: PrivateFolder) -> Document:
    return folder.public.read(fresh=True).documents["co-4"]


def kept(root: Path) -> list[str]:
    """The names of the files that are kept in a folder, with short names for the digests."""
    short = {DIGEST: "report", RECEIVED: "original", OTHER.entry.sha256: "other"}
    files = root / "files"
    return sorted(
        ".".join([short.get(path.name[:64], "?"), path.name[65:]]) for path in files.glob("*") if files.is_dir()
    )


WHOLE = ["original.pdf", "report.pages.txt", "report.pdf", "report.preview.webp"]
PUBLISHED = WHOLE[1:]


def nothing_is_wrong(folder: PrivateFolder) -> bool:
    return (check_folder(folder.public.root), folder.check()) == ([], [])


def test_private_evidence_keeps_its_files_for_its_owner_alone(folder, tmp_path):
    saved = folder.save(replace(LETTER, files=(REPORT.entry,)), by=ANNA, reason="It came.", new_files=[REPORT])
    (entry,) = saved.files
    assert (entry.recorded_by, kept(tmp_path / "private"), kept(tmp_path / "data")) == ("editor-anna", WHOLE, [])
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "private" / "files").iterdir()}
    assert (modes, (tmp_path / "private" / "files").stat().st_mode & 0o777) == ({0o600}, 0o700)
    assert (folder.read_file(entry), folder.read_preview(entry), folder.read_pages(entry)) == (
        REPORT.data,
        REPORT.preview,
        ("The law was read.",),
    )
    assert folder.read_original(entry) == (FileKind.PDF, ORIGINAL)
    assert nothing_is_wrong(folder)


@pytest.mark.parametrize("owner", [law, document])
def test_a_new_file_of_a_public_record_is_private(folder, tmp_path, owner):
    record = owner(folder)
    (entry,) = folder.files.add(record, [REPORT], by=ANNA)
    assert (entry.recorded_by, replace(entry, recorded=None, recorded_by=None)) == ("editor-anna", REPORT.entry)
    assert folder.files.of(record) == (entry,)
    assert (kept(tmp_path / "private"), kept(tmp_path / "data"), owner(folder)) == (WHOLE, [], record)
    assert nothing_is_wrong(folder)
