"""Rewrite the files of a data folder by rule, for the migrations of `check --fix`: all files or none."""

from collections.abc import Callable, Iterable
from pathlib import Path

from tracker.model.errors import InvalidFile
from tracker.storage.atomic_write import Replacement, replace_all
from tracker.storage.data_folder import display_path
from tracker.storage.file_lock import lock_file
from tracker.storage.yaml_patch import BOM
from tracker.storage.yaml_reader import decode


def rewrite_files(
    root: Path, files: Iterable[Path], change: Callable[[Path, str], tuple[str, int]]
) -> tuple[tuple[str, int], ...]:
    """Replace each file by its changed text. Return (path, number of changes) for each file that was changed.

    `change` gets the path and the text of a file, and returns the new text and the number of changes. A file that is not
    valid YAML is not changed. Raises LockTimeout or OSError; then no file was changed.
    """
    done: list[tuple[str, int]] = []
    replacements: list[Replacement] = []
    with lock_file(root / ".lock"):
        for path in files:
            raw = path.read_bytes()
            try:
                text, count = change(path, decode(raw))
            except InvalidFile:
                continue
            if count:
                done.append((display_path(path), count))
                replacements.append((path, raw, (BOM if raw.startswith(BOM) else b"") + text.encode()))
        if replacements:
            replace_all(replacements)
    return tuple(done)
