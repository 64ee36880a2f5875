"""Putting new bytes where old ones were: of several files all or none, and never half of one."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

Replacement = tuple[Path, bytes | None, bytes]
"""A file, its bytes before (None where there is none yet) and after."""


def replace_all(changes: list[Replacement]) -> None:
    """Writes every file beside the old one, then replaces them in their order; OSError when nothing was changed.

    The disk keeps them in that order too: a power cut never leaves a file without one that came before it.
    """
    done: list[Replacement] = []
    try:
        for path, _, raw in changes:
            _make(path.parent)
            _write(path, raw)
        for change in changes:
            os.replace(_new(change[0]), change[0])
            done.append(change)
            _sync(change[0].parent)
    except OSError:
        for path, was, _ in done:
            _put_back(path, was)
        raise
    finally:
        for path, _, _ in changes:
            _new(path).unlink(missing_ok=True)


def _new(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _make(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir()
        # what is kept in a folder that is not kept itself is lost
        _sync(folder.parent)


def _write(path: Path, raw: bytes) -> None:
    with open(_new(path), "wb") as file:
        if path.exists():
            # who may read and write a file is for its owner to say
            shutil.copymode(path, _new(path))
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _put_back(path: Path, was: bytes | None) -> None:
    if was is None:
        path.unlink(missing_ok=True)
        return
    _new(path).write_bytes(was)
    shutil.copymode(path, _new(path))
    os.replace(_new(path), path)


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
