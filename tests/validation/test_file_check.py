"""Attached files in `check` and `check --fix`: missing, changed, without text or preview, and named by no record."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.small_dataset import ANNA, SHOWN, Clock, folder
from tracker.editing.store import Store
from tracker.files.kept_file import CleanedFile, FilePage, FilePreview
from tracker.files.new_file import NewFile, new_file
from tracker.model.events import Event
from tracker.model.file_kind import FileKind
from tracker.model.vocabulary import EventType
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder, find_problems, fix_attached_files

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WORDS = b"The law was read once."
LAW = hashlib.sha256(WORDS).hexdigest()
OTHER = "0" * 64


def picture() -> NewFile:
    cleaned = CleanedFile(b"\x89PNG\r\n\x1a\ncut off", FileKind.PNG, "photo.png", FileKind.PNG, OTHER)
    return new_file(cleaned, preview=FilePreview(b"webp", 8, 8))


@pytest.fixture
def root(tmp_path) -> Path:
    """A data folder in which evidence x has a text file and a picture, and the document co-2024 the same text file."""
    store = Store(DatasetReader(folder(tmp_path / "data", {"e/x": SHOWN}), look_every=0), clock=Clock())
    law = CleanedFile(WORDS, FileKind.TEXT, "law.txt", FileKind.TEXT, OTHER)
    files = [new_file(law, pages=[FilePage(None, WORDS.decode())]), picture()]
    dataset = store.reader.read()
    e, document = dataset.evidence["x"], dataset.documents["co-2024"]
    store.save(replace(e, files=tuple(f.entry for f in files)), by=ANNA, reason="The files.", new_files=files)
    store.save(replace(document, files=(files[0].entry,)), by=ANNA, reason="The files.", new_files=files[:1])
    return Path(store.root)


def kept(root: Path, ending: str) -> Path:
    (found,) = (root / "files").glob(f"*{ending}")
    return found


def law_of(root: Path) -> Path:
    return root / "files" / f"{LAW}.txt"


def shown(root: Path, lines: Iterable[object]) -> list[str]:
    return [str(line).replace(f"{root}/", "").replace(LAW, "LAW") for line in lines]


def problems(root: Path) -> list[str]:
    return shown(root, check_folder(root))


def fix(root: Path, days: int = 0) -> list[str]:
    return shown(root, fix_attached_files(DatasetReader(root), now=NOW + timedelta(days=days)))


def written(path: Path, data: bytes = b"old", *, at: datetime = NOW) -> Path:
    path.write_bytes(data)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_a_missing_file_is_a_problem_of_each_record_that_names_it(root):
    law_of(root).unlink()
    missing = "the file law.txt is missing; restore it from a backup, or withdraw it from the record"
    assert [one.split(": ", 1)[1] for one in problems(root)] == [missing] * 2
    assert {one.split(":")[0] for one in problems(root)} == {"documents.yaml", "evidence/x.yaml"}
    assert fix(root) == []


def test_a_file_of_another_size_and_one_with_other_bytes_are_problems_and_only_the_command_reads_whole_files(root):
    law_of(root).write_bytes(WORDS + b"!")
    assert "was changed: it has 23 bytes, and 22 when it was attached;" in problems(root)[0]
    law_of(root).write_bytes(WORDS.swapcase())
    assert "was changed: it has other bytes than when it was attached;" in problems(root)[0]
    assert find_problems(DatasetReader(root).read()) == []
    assert len(find_problems(DatasetReader(root).read(), with_digests=True)) == 2


def test_a_link_in_place_of_a_file_is_a_problem_even_if_it_leads_to_the_same_bytes(root, tmp_path):
    law_of(root).rename(tmp_path / "elsewhere.txt")
    law_of(root).symlink_to(tmp_path / "elsewhere.txt")
    assert "the file law.txt is a link or a folder, not a file;" in problems(root)[0]


def test_a_missing_text_is_a_problem_and_made_again(root):
    kept(root, ".pages.txt").unlink()
    assert "the text of the file law.txt is missing, so a search finds nothing in it; make it" in problems(root)[0]
    assert fix(root) == ["files/LAW.txt: made its text again"]
    assert kept(root, ".pages.txt").read_text() == f"{WORDS.decode()}\f\x1e2\n"
    assert problems(root) == []


def test_a_preview_that_cannot_be_made_again_stays_a_problem_and_is_explained(root):
    kept(root, ".preview.webp").unlink()
    (done,) = fix(root)
    assert ".png: its text and preview could not be made again (The file is damaged or cut off." in done
    (problem,) = problems(root)
    missing = "the preview of the file photo.png is missing; make it again on the server"
    assert problem.endswith(f": {missing} with: python -m tracker check --fix")


def test_a_file_that_no_record_names_is_listed_and_removed_after_a_week(root):
    names = ("pdf", "pages.txt", "preview.webp")
    for name in names:
        written(root / "files" / f"{'a' * 64}.{name}")
    unnamed = "1: no record names this file; check --fix removes it a week after it was written"
    assert [one.split(":", 1)[1] for one in problems(root)] == [unnamed] * 3
    assert find_problems(DatasetReader(root).read()) == []
    assert fix(root, days=6) == []
    assert fix(root, days=7) == [f"files/{'a' * 64}.{name}: removed; no record names it" for name in sorted(names)]
    assert problems(root) == []


def test_a_withdrawn_file_is_kept_but_not_missed(root):
    store = Store(DatasetReader(root), clock=Clock())
    e = store.reader.read().evidence["x"]
    gone = replace(e.files[1], events=(Event(type=EventType.WITHDRAWN),))
    store.save(replace(e, files=(e.files[0], gone)), by=ANNA, reason="The wrong photo.")
    os.utime(kept(root, ".png"), (0, 0))
    assert fix(root, days=99) == []
    kept(root, ".png").unlink()
    assert problems(root) == []


def test_while_a_data_file_cannot_be_read_nothing_is_removed_or_called_unnamed(root):
    for path in (root / "files").iterdir():
        os.utime(path, (0, 0))
    (root / "evidence" / "x.yaml").write_text("kind: [")
    (root / "documents.yaml").write_text("documents: [")
    before = sorted(root.rglob("files/*"))
    assert fix(root, days=99) == []
    assert sorted(root.rglob("files/*")) == before
    assert [one for one in problems(root) if "no record names" in one] == []


def test_what_the_tracker_did_not_write_is_listed_and_never_removed(root):
    written(root / "files" / "Notes.docx")
    written(root / "files" / ".gitkeep")
    assert problems(root) == ["files/Notes.docx:1: this is no attached file; move it to another folder"]
    assert fix(root, days=99) == []
    assert (root / "files" / "Notes.docx").exists()


@pytest.mark.folder_only
def test_a_text_that_an_older_version_made_is_a_problem_and_made_again(root):
    text = kept(root, ".pages.txt")
    now = text.read_bytes()
    written(text, WORDS)
    assert [one for one in problems(root) if "made by an older version" in one] != []
    assert fix(root) == ["files/LAW.txt: made its text again"]
    assert (text.read_bytes(), problems(root)) == (now, [])
