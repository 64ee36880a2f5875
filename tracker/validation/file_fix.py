"""Correct what a machine can correct in the attached files: remove what no record names, make texts and previews again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tracker.files.file_process import preview_of_file, text_of_file
from tracker.files.kept_file import FileLimits, UnusableFile
from tracker.files.new_file import NewFile
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import all_records
from tracker.model.lifecycle import active_files
from tracker.storage.atomic_write import replace_all
from tracker.storage.attached_files import (
    FILES_FOLDER,
    MAX_KEPT_BYTES,
    PREVIEW_SUFFIX,
    TEXT_SUFFIX,
    digest_of_name,
    names_beside,
    read_kept,
)
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.file_lock import lock_file
from tracker.validation.file_check import content_fault, unnamed_files

UNNAMED_FOR = timedelta(days=7)
"""How long a file that no record names is kept: a person may still be about to save the record."""
NamedFiles = tuple[tuple[AttachedFile, ...], frozenset[str]]
"""The files that records name, and the digests of the originals that are kept."""


@dataclass(frozen=True, slots=True)
class FixedAttachment:
    """What was done about an attached file. `path` is the file, `done` says what was done with it."""

    path: str
    done: str

    def __str__(self) -> str:
        return f"{self.path}: {self.done}"


def fix_attached_files(reader: DatasetReader, *, now: datetime) -> tuple[FixedAttachment, ...]:
    """Remove files that no record of the data folder has named for a week, and make missing texts and previews again.

    Return what was done. While a data file cannot be read nothing is removed: it may name the files. Raises NoDataset,
    LockTimeout or OSError.
    """
    dataset = reader.read(fresh=True)
    made = restore_texts_and_previews(reader.root, [file for r in all_records(dataset) for file in active_files(r)])

    def named() -> NamedFiles | None:
        current = reader.read(fresh=True)
        files = tuple(file for record in all_records(current) for file in getattr(record, "files", ()))
        return None if current.problems else (files, frozenset())

    return (*made, *remove_unnamed_files(reader.root, named, now=now))


def remove_unnamed_files(
    root: Path, read_named: Callable[[], NamedFiles | None], *, now: datetime
) -> tuple[FixedAttachment, ...]:
    """Remove the attached files in `root` that no record has named for a week, and return what was done.

    `read_named` returns what is named; it is called under the lock of the folder. If it returns None, it is not known,
    and nothing is removed. Files that the tracker did not write are never removed. Raises LockTimeout or OSError.
    """
    if not (root / FILES_FOLDER).is_dir():
        return ()
    with lock_file(root / ".lock"):
        if (named := read_named()) is None:
            return ()
        files, originals = named
        return tuple(_removed(unnamed_files(root, files, originals=originals), now))


def _removed(paths: Iterable[Path], now: datetime) -> Iterator[FixedAttachment]:
    oldest = (now - UNNAMED_FOR).timestamp()
    for path in paths:
        if digest_of_name(path.name) and (path.is_symlink() or path.is_file()) and path.lstat().st_mtime <= oldest:
            path.unlink()
            yield FixedAttachment(display_path(path), "removed; no record names it")


def restore_texts_and_previews(root: Path, files: Iterable[AttachedFile]) -> tuple[FixedAttachment, ...]:
    """Make the missing texts and previews of attached files again, and return what was done.

    A file that is missing or was changed is left alone. Raises LockTimeout or OSError.
    """
    done = []
    for file in {file.sha256: file for file in files}.values():
        missing = [name for name in names_beside(file) if not (root / FILES_FOLDER / name).is_file()]
        if missing and not content_fault(root, file, {}):
            done.append(
                FixedAttachment(display_path(root / FILES_FOLDER / file.file_name), _restore(root, file, missing))
            )
    return tuple(done)


def _restore(root: Path, file: AttachedFile, missing: list[str]) -> str:
    """Make the files `missing` again, and return what was done in words."""
    limits = FileLimits(file_bytes=MAX_KEPT_BYTES)
    needs_text = any(name.endswith(TEXT_SUFFIX) for name in missing)
    needs_preview = any(name.endswith(PREVIEW_SUFFIX) for name in missing)
    try:
        data = read_kept(root, file)
        pages = text_of_file(data, file.kind, limits=limits) if needs_text else ()
        preview = preview_of_file(data, limits=limits) if needs_preview else None
    except UnusableFile as error:
        return f"its text and preview could not be made again ({error})"
    new = NewFile(file, data, pages, preview=preview.data if preview else None)
    with lock_file(root / ".lock"):
        wanted = [(path, None, raw) for path, raw in new.contents(root, with_original=False) if path.name in missing]
        # meanwhile the file may have been removed for somebody's safety: then nothing of it is written
        if (root / FILES_FOLDER / file.file_name).is_file():
            replace_all([one for one in wanted if not one[0].is_file()])
    made = {path.name for path, _, _ in wanted}
    words = ["its text" if name.endswith(TEXT_SUFFIX) else "its preview" for name in missing if name in made]
    return f"made {' and '.join(words)} again" if words else "its text and preview could not be made again"
