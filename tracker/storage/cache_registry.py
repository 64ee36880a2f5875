"""Caches in memory that must be cleared after a redaction: they may contain the removed words."""

import gc
import re
import threading
from collections.abc import Callable
from inspect import ismethod
from typing import Any
from weakref import WeakMethod

from tracker.storage.record_storage import FileChange, StorageTransaction

REDACTION_MARKER = ".redacted"
"""A file in the data folder with a line for each redaction. Running servers read it again and again."""
REPEAT_AFTER_SECONDS = (5.0, 60.0)
"""Seconds after a redaction when caches are cleared again: requests in progress may have stored removed words."""

ELSEWHERE = "elsewhere "
"""How a line begins if nothing was removed from the public files: readers are not told that there was something private."""
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")

_clearers: list[Callable[[], Callable[[], object] | None]] = []


def redaction_marker(transaction: StorageTransaction, prefix: str, at: str, handle: str) -> FileChange:
    """Return the change that adds a line to REDACTION_MARKER. Once it is saved, running servers clear their caches."""
    before = transaction.read(REDACTION_MARKER)
    return REDACTION_MARKER, before, (before or b"") + f"{prefix}{at} {handle}\n".encode()


def redaction_times(marker: bytes) -> tuple[str, ...]:
    """Return the times of redactions in REDACTION_MARKER. Lines that begin with a word are of another kind."""
    times = (line.partition(" ")[0] for line in marker.decode("utf-8", "replace").splitlines())
    return tuple(time for time in times if _TIME.fullmatch(time))


def register_cache(clear: Callable[[], object]) -> None:
    """Register a function to call after each redaction. The object of a bound method can still be deleted."""
    is_of_object = ismethod(clear) and not isinstance(clear.__self__, type)
    _clearers.append(WeakMethod(clear) if is_of_object else lambda: clear)


def clear_caches() -> None:
    """Clear all caches, also Python's cache of regular expressions. At the end, raise the first error, if any."""
    errors: list[Exception] = []
    for reference in list(_clearers):
        clear: Any = reference()
        try:
            if clear is not None:
                clear()
            elif reference in _clearers:
                _clearers.remove(reference)
        except Exception as error:
            errors.append(error)
    re.purge()
    gc.collect()
    if errors:
        raise errors[0]


def clear_caches_repeatedly() -> None:
    """Clear all caches now and after REPEAT_AFTER_SECONDS: requests in progress may still store old data in them."""
    clear_caches()
    for seconds in REPEAT_AFTER_SECONDS:
        timer = threading.Timer(seconds, clear_caches)
        timer.daemon = True
        timer.start()
