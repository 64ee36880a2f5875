"""Replace several files together, or a whole folder. If one cannot be written, none is changed; no file is ever half-written."""

import ctypes
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path

TEMPORARY_NAME = re.compile(r"^\.(.+)\.new\Z")
"""Matches the name of a temporary file of an interrupted save. Group 1 is the name of the file to replace."""
_AT_CURRENT_FOLDER, _EXCHANGE = -100, 2
Replacement = tuple[Path, bytes | None, bytes | None]
"""The path of a file, its current bytes (None if it does not exist yet), and its new bytes (None to delete it)."""


def replace_all(changes: list[Replacement]) -> None:
    """Write the new contents of all files in `changes`, then replace or delete the old files in the order of `changes`.

    Each replacement is on the disk before the next one, so after a power cut the first files are new, the others old.
    Raises OSError; then all files have their old contents again, except deleted files whose current bytes are None.
    """
    done: list[Replacement] = []
    try:
        for path, _, raw in changes:
            if raw is not None:
                _make_folder(path.parent)
                with _temporary_file(path) as file:
                    file.write(raw)
        for change in changes:
            if change[2] is None:
                change[0].unlink(missing_ok=True)
            else:
                os.replace(_temporary_path(change[0]), change[0])
            done.append(change)
            _sync_folder(change[0].parent)
    except OSError:
        for path, before, _ in done:
            if before is None:
                path.unlink(missing_ok=True)
            else:
                with _temporary_file(path, is_synced=False) as file:
                    file.write(before)
                os.replace(_temporary_path(path), path)
        raise
    finally:
        for path, _, raw in changes:
            if raw is not None:
                _temporary_path(path).unlink(missing_ok=True)


@contextmanager
def replace_when_complete(path: Path) -> Iterator[BufferedWriter]:
    """Give a temporary file that replaces `path` at the end of the `with` block, if no error occurs. Raises OSError."""
    try:
        with _temporary_file(path) as file:
            yield file
        os.replace(_temporary_path(path), path)
        _sync_folder(path.parent)
    finally:
        _temporary_path(path).unlink(missing_ok=True)


def _temporary_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def make_folders_above_parent(root: Path, path: Path) -> None:
    """Make missing folders between `root` and the folder of the file `path`. `replace_all` makes the folder of the file."""
    for folder in reversed(path.parent.parents):
        if folder != root and folder.is_relative_to(root) and not folder.is_dir():
            _make_folder(folder)


def _make_folder(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=folder.parent.stat().st_mode & 0o777)  # as open to others as the folder around it
        # after a power cut, files in a new folder exist only if the folder itself was synced too
        _sync_folder(folder.parent)


@contextmanager
def _temporary_file(path: Path, *, is_synced: bool = True) -> Iterator[BufferedWriter]:
    with open(_temporary_path(path), "wb") as file:
        if path.exists():
            # keep the permissions that the owner gave the file
            shutil.copymode(path, _temporary_path(path))
        elif not path.parent.stat().st_mode & 0o077:
            _temporary_path(path).chmod(0o600)  # in a folder that is closed to others, the file is too
        yield file
        file.flush()
        if is_synced:
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_place(work: Path, folder: Path) -> None:
    """Put the folder `work` in the place of `folder`. The old one, if there was one, is then at `work`."""
    if not folder.exists():
        work.rename(folder)
        return
    shutil.copymode(folder, work)
    names = os.fsencode(work), os.fsencode(folder)
    exchange = getattr(ctypes.CDLL(None), "renameat2", None)
    if exchange and not exchange(_AT_CURRENT_FOLDER, names[0], _AT_CURRENT_FOLDER, names[1], _EXCHANGE):
        return
    old = work.with_suffix(".old")
    folder.rename(old)
    try:
        work.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    old.rename(work)
