"""Rewrite the files of a data folder by rule, for the migrations of `check --fix`: all files or none."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from tracker.config import AnyPlace
from tracker.model.errors import InvalidFile
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileChange, display_path
from tracker.storage.yaml.patch import BOM
from tracker.storage.yaml.reader import decode

T = TypeVar("T")


def rewrite_files(
    root: AnyPlace, files: Mapping[str, T], change: Callable[[T, str], tuple[str, int]]
) -> tuple[tuple[str, int], ...]:
    """Replace each file by its changed text. Return (path, number of changes) for each file that was changed.

    `files` maps the name of a file → what `change` needs to know about it. `change` gets this and the text of the file,
    and returns the new text and the number of changes. A file that is not valid YAML is not changed. Raises LockTimeout
    or OSError; then no file was changed.
    """
    done: list[tuple[str, int]] = []
    changes: list[FileChange] = []
    storage = open_storage(root)
    with storage.transaction() as transaction:
        for name, about in files.items():
            raw = transaction.read(name, None) or b""
            try:
                text, count = change(about, decode(raw))
            except InvalidFile:
                continue
            if count:
                done.append((display_path(storage.root / name), count))
                changes.append((name, raw, (BOM if raw.startswith(BOM) else b"") + text.encode()))
        if changes:
            transaction.stage(changes)
            transaction.commit()
    return tuple(done)
