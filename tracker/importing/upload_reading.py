"""What the imports of documents and of tables share: an upload is read in a process of its own, within limits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.host import IsCancelled, JobLimits, never, run_job
from tracker.sandbox.limits import UPLOAD, FileLimits
from tracker.sandbox.sentences import READING

_TOO_LARGE = N_("The file has {size} MB. Up to {most} MB can be uploaded. Remove pictures from it, or paste the text.")
_UNREADABLE_FILE = N_("The file {name} cannot be opened. Check its name and whether you may read it.")


def run_reading_job(
    function: str,
    data: bytes,
    values: Mapping[str, Any],
    *,
    limits: FileLimits = UPLOAD,
    is_cancelled: IsCancelled = never,
) -> bytes:
    """Return what `function` reads from an upload, as JSON. `values` are what it needs besides the file (see `run_job`).

    Raises UnusableFile if the file cannot be read or is beyond the limits, and ProcessCancelled.
    """
    if len(data) > limits.file_bytes:
        raise _too_large(len(data), limits)
    allowed = JobLimits(limits.seconds, limits.memory)
    return run_job(function, values, data, limits=allowed, told=READING, is_cancelled=is_cancelled)[1]


def _too_large(size: int, limits: FileLimits) -> UnusableFile:
    values = {"size": f"{size / 1e6:.1f}", "most": f"{limits.file_bytes / 1e6:g}"}
    return UnusableFile(_TOO_LARGE, values)


def read_upload(path: Path, limits: FileLimits, name: str) -> bytes:
    """Return the content of a file on the disk. Raise UnusableFile if it cannot be opened or is too large."""
    from tracker.storage.folder.guarded_read import read_file

    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise _too_large(size, limits)
        return read_file(path, most=limits.file_bytes)
    except OSError:
        raise UnusableFile(_UNREADABLE_FILE, {"name": name}) from None
