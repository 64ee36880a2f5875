"""Correct what a machine can correct in the attached files: remove what no record names, make texts and previews again."""

import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from pathlib import Path, PurePath

from tracker.files.new_file import NewFile
from tracker.files.process import preview_of_file, text_of_file
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import all_records
from tracker.model.errors import UnusableFile
from tracker.model.lifecycle import active_files
from tracker.sandbox.limits import FileLimits
from tracker.storage.attached_files import (
    FILES_FOLDER,
    MAX_KEPT_BYTES,
    PREVIEW_SUFFIX,
    TEXT_SUFFIX,
    digest_of_name,
    is_kept,
    kept_name,
    names_beside,
    read_kept,
)
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.open_storage import open_storage
from tracker.validation.file_check import content_fault, is_old_text, unnamed_files

UNNAMED_FOR = timedelta(days=7)
"""How long a file that no record names is kept: a person may still be about to save the record."""
NamedFiles = tuple[tuple[AttachedFile, ...], frozenset[str]]
"""The files that records name, and the digests of the files whose originals are kept."""


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
    root: PurePath, read_named: Callable[[], NamedFiles | None], *, now: datetime
) -> tuple[FixedAttachment, ...]:
    """Remove the attached files in `root` that no record has named for a week, and return what was done.

    `read_named` returns what is named; it is called under the lock of the storage. If it returns None, it is not known,
    and nothing is removed. Files that the tracker did not write are never removed. Raises LockTimeout or OSError.
    """
    storage = open_storage(root)
    if not storage.list_files(FILES_FOLDER):
        return ()
    with storage.transaction() as transaction:
        if (named := read_named()) is None:
            return ()
        files, originals = named
        unnamed = unnamed_files(root, files, originals=originals)
        outdated = [name for name in unnamed if digest_of_name(PurePath(name).name) and _is_old(root, name, now)]
        transaction.discard(*outdated)
        transaction.commit()
    return tuple(FixedAttachment(display_path(root / name), "removed; no record names it") for name in outdated)


def _is_old(root: PurePath, name: str, now: datetime) -> bool:
    """Return whether a file was written more than a week ago. A link is one too, a folder is not."""
    if isinstance(root, Path):
        found = (root / name).lstat()
        written = found.st_mtime if stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode) else inf
    else:
        there = open_storage(root).stat(name)
        written = there[0] / 1e9 if there else inf
    return written <= (now - UNNAMED_FOR).timestamp()


def restore_texts_and_previews(root: PurePath, files: Iterable[AttachedFile]) -> tuple[FixedAttachment, ...]:
    """Make the texts and previews of attached files again that are missing or of an older version. Return what was done.

    A file that is missing or was changed is left alone. Raises LockTimeout or OSError.
    """
    done, storage = [], open_storage(root)
    for file in {file.sha256: file for file in files}.values():
        missing = [
            name
            for name in map(kept_name, names_beside(file))
            if not is_kept(storage, name) or is_old_text(root, file, name)
        ]
        if missing and not content_fault(root, file, {}):
            path = display_path(root / kept_name(file.file_name))
            done.append(FixedAttachment(path, _restore(root, file, missing)))
    return tuple(done)


def _restore(root: PurePath, file: AttachedFile, missing: list[str]) -> str:
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
    storage = open_storage(root)
    with storage.transaction() as transaction:
        wanted = {name: raw for name, raw in new.contents(with_original=False) if name in missing}
        # meanwhile the file may have been removed for somebody's safety: then nothing of it is written
        if is_kept(storage, kept_name(file.file_name)):
            old = {name: storage.read(name, None) if is_kept(storage, name) else None for name in wanted}
            transaction.stage([(name, old[name], raw) for name, raw in wanted.items()])
            transaction.commit()
    words = ["its text" if name.endswith(TEXT_SUFFIX) else "its preview" for name in missing if name in wanted]
    return f"made {' and '.join(words)} again" if words else "its text and preview could not be made again"
