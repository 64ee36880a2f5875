"""`check --fix` in the private folder: what no record names goes after a week, and originals stay with their files."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.editing.test_private_files import DIGEST, OTHER, RECEIVED, REPORT
from tests.support.canary_folder import lay
from tests.support.command_line import run_command
from tests.support.small_dataset import ANNA, REVIEWER
from tests.support.story_folder import made
from tracker.__main__ import NO_CONTACT
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.store import Store
from tracker.files.kept_file import CleanedFile, FilePage
from tracker.files.new_file import new_file
from tracker.model.file_kind import FileKind
from tracker.storage.dataset_reader import DatasetReader

NOW = datetime(2036, 1, 1, tzinfo=UTC)
"""Long after every file was written."""
ORPHAN = "ab" * 32
OF_OTHER = ("pages.txt", "pdf", "preview.webp", f"{OTHER.received}.received")
STAYS = sorted([f"{DIGEST}.{RECEIVED}.pdf", *(f"{OTHER.entry.sha256}.{end}" for end in OF_OTHER)])


@pytest.fixture
def folder(tmp_path: Path) -> PrivateFolder:
    """A private folder in which the public evidence `law` has a published file with its original, and a private one."""
    folder = PrivateFolder(tmp_path / "private", DatasetReader(made(tmp_path / "data"), look_every=0.0), THE_HOST)
    record = folder.public.read().evidence["law"]
    folder.add_files(record, [REPORT, OTHER], by=ANNA)
    folder.publish_file(record, DIGEST, Store(folder.public), by=REVIEWER)
    lay(folder.root, {f"files/{ORPHAN}.pdf": "x", f"files/{ORPHAN}.preview.webp": "x"})
    return folder


def fixed(folder: PrivateFolder, now: datetime = NOW) -> list[str]:
    return [str(one).replace(f"{folder.root}/", "") for one in folder.fix_files(now=now)]


def kept(folder: PrivateFolder) -> list[str]:
    return sorted(path.name for path in Path(folder.root, "files").iterdir())


def test_what_no_record_names_goes_and_the_original_of_a_public_file_stays(folder):
    assert fixed(folder, datetime.now(UTC)) == []
    gone = "removed; no record names it"
    assert fixed(folder) == [f"files/{ORPHAN}.pdf: {gone}", f"files/{ORPHAN}.preview.webp: {gone}"]
    assert (kept(folder), folder.check()) == (STAYS, [])


@pytest.mark.parametrize(
    "broken", ["private/evidence/x.yaml", "private/evidence_files/law.yaml", "data/evidence/law.yaml"]
)
def test_while_a_file_of_either_folder_cannot_be_read_nothing_goes(folder, broken):
    before = kept(folder)
    path = folder.root.parent / broken
    path.parent.mkdir(exist_ok=True)
    path.write_text("files: [")
    assert fixed(folder) == []
    assert kept(folder) == before


def test_a_missing_text_is_made_again_for_its_owner_alone(folder):
    data = b"What the letter says."
    cleaned = CleanedFile(data, FileKind.TEXT, "letter.txt", FileKind.TEXT, "cd" * 32)
    letter = new_file(cleaned, pages=[FilePage(None, data.decode())])
    folder.add_files(folder.public.read().documents["co-4"], [letter], by=ANNA)
    text = folder.root / "files" / f"{letter.entry.sha256}.pages.txt"
    text.unlink()
    assert f"files/{letter.entry.sha256}.txt: made its text again" in fixed(folder)
    assert (text.read_bytes(), text.stat().st_mode & 0o777) == (data + b"\f\x1e2\n", 0o600)


def test_the_command_does_it_too(folder, tmp_path):
    for path in Path(folder.root, "files").iterdir():
        os.utime(path, (0, 0))
    settings = {f"TRACKER_{area.upper()}": str(tmp_path / area) for area in ("data", "private", "state")}
    code, out, err = run_command("check", settings=settings)
    assert (code, out.count("no record names this file; check --fix removes it"), err) == (1, 2, f"{NO_CONTACT}\n")
    code, out, err = run_command("check", "--fix", settings=settings)
    assert (code, f"files/{ORPHAN}.pdf: removed; no record names it\n" in out, err) == (0, True, f"{NO_CONTACT}\n")
    assert kept(folder) == STAYS
