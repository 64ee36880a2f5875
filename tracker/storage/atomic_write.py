"""Replace files atomically: all of several files or none, and never a half-written one."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

Replacement = tuple[Path, bytes | None, bytes]
"""A path, the bytes of the file now (None if it does not exist yet), and its new bytes."""


def replace_all(changes: list[Replacement]) -> None:
    """Write every new file beside the old one, then replace the old ones in the given order.

    Each replacement is synced before the next, so a power cut never leaves a later file without an earlier one.

    Raises OSError if a file cannot be written; then all files are restored.
    """
    done: list[Replacement] = []
    try:
        for path, _, raw in changes:
            _make_folder(path.parent)
            _write_temporary(path, raw)
        for change in changes:
            os.replace(_temporary_path(change[0]), change[0])
            done.append(change)
            _sync_folder(change[0].parent)
    except OSError:
        for path, before, _ in done:
            _restore(path, before)
        raise
    finally:
        for path, _, _ in changes:
            _temporary_path(path).unlink(missing_ok=True)


def _temporary_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _make_folder(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir()
        # a file survives a power cut only if its folder's own entry was synced too
        _sync_folder(folder.parent)


def _write_temporary(path: Path, raw: bytes) -> None:
    with open(_temporary_path(path), "wb") as file:
        if path.exists():
            # keep the permissions that the owner gave the file
            shutil.copymode(path, _temporary_path(path))
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
        return
    _temporary_path(path).write_bytes(before)
    shutil.copymode(path, _temporary_path(path))
    os.replace(_temporary_path(path), path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
