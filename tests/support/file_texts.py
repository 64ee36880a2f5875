"""Attach files to the records of a small folder, and search in their texts."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.small_dataset import SHOWN
from tracker.model.file_kind import FileKind
from tracker.queries.search.file_search import FileTextIndex, FoundInFiles, prepare_file_search
from tracker.queries.search.site_search import search_everything
from tracker.queries.view import View
from tracker.storage.attached_files import text_name

RECORDED = "2026-01-01T10:00:00.000000Z"


def digest_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def entry(name: str, *, events: str = "") -> str:
    """Return the line with which the YAML of a record names an attached file."""
    digest, kind = digest_of(name), name.rpartition(".")[2]
    assert kind in set(FileKind)
    return (
        f"  - {{sha256: {digest}, kind: {kind}, name: {name}, size: 9, "
        f"recorded: {RECORDED}, recorded_by: editor-anna{events}}}\n"
    )


def evidence_with(*names: str, **more: str) -> str:
    return f"{SHOWN}recorded: {RECORDED}\nrecorded_by: editor-anna\nfiles:\n" + "".join(
        entry(name, **more) for name in names
    )


def write_text(root: Path, name: str, *pages: str) -> Path:
    path = root / text_name(digest_of(name))
    path.parent.mkdir(exist_ok=True)
    path.write_text("\f".join(pages), "utf-8")
    return path


def read_all(view: View, texts: FileTextIndex) -> None:
    """Wait until the texts of all files are read, at most 60 seconds."""
    prepare_file_search(view, texts)
    assert texts.wait(60)


def search_in(view: View, texts: FileTextIndex, typed: str) -> FoundInFiles:
    read_all(view, texts)
    return search_everything(view, typed, exactly=True, texts=texts).in_files


def places(found: FoundInFiles) -> list[tuple[str, Sequence[int | None]]]:
    """Return (name of the file, numbers of the pages) for each file that was found."""
    return [(one.file.name, [place.page for place in one.places]) for one in found.files]


@contextmanager
def index_of_texts(root: Path, state: Path) -> Iterator[FileTextIndex]:
    """Give an index that looks into the folder at each search. At the end of the block, it is deleted."""
    texts = FileTextIndex(root, state, look_every=0)
    try:
        yield texts
    finally:
        texts.clear()
