"""Read the bytes of a file in a process of its own, within limits of size, time and memory."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.host import IsCancelled, JobLimits, run_job
from tracker.sandbox.limits import READING, FileLimits

_TOO_LARGE = N_("The file has {size} MB. Up to {most} MB can be uploaded. Remove pictures from it, or paste the text.")
_UNREADABLE_FILE = N_("The file {name} cannot be opened. Check its name and whether you may read it.")


def run_reading_job(
    function: str, data: bytes, values: Mapping[str, Any], *, limits: FileLimits, is_cancelled: IsCancelled
) -> bytes:
    """Run `function` (a dotted name) on `data` and `values` in a process of its own, and return its answer as JSON.

    Raise UnusableFile if the file is too large or cannot be read, ProcessCancelled if `is_cancelled` returns True.
    """
    _refuse_too_large(len(data), limits)
    allowed = JobLimits(limits.seconds, limits.memory)
    return run_job(function, values, data, limits=allowed, sentences=READING, is_cancelled=is_cancelled)[1]


def _refuse_too_large(size: int, limits: FileLimits) -> None:
    if size > limits.file_bytes:
        raise UnusableFile(_TOO_LARGE, {"size": f"{size / 1e6:.1f}", "most": f"{limits.file_bytes / 1e6:g}"})


def read_file_to_import(path: Path, limits: FileLimits, name: str) -> bytes:
    """Return the bytes of a file. Raise UnusableFile if it is too large or cannot be opened. `name` is for the message."""
    from tracker.storage.folder.storage import read_file

    try:
        _refuse_too_large(path.stat().st_size, limits)
        return read_file(path, most=limits.file_bytes)
    except OSError:
        raise UnusableFile(_UNREADABLE_FILE, {"name": name}) from None
