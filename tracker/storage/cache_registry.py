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
"""The name of a file in the data folder. It has one line for each redaction, without the removed words.

Running servers read the file again and again, to notice a redaction.
"""
REPEAT_AFTER_SECONDS = (5.0, 60.0)
"""How many seconds after a redaction all caches are cleared again.

Requests in progress may have stored removed words in them.
"""

ELSEWHERE = "elsewhere "
"""How a line begins if nothing was removed from the public files: readers are not told that there was something private."""
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")

_clearers: list[Callable[[], Callable[[], object] | None]] = []


def redaction_marker(transaction: StorageTransaction, prefix: str, at: str, handle: str) -> FileChange:
    """Return the change that adds a line to the file REDACTION_MARKER. Nothing is written.

    The line has `prefix`, the time `at` and the `handle` of the person. As soon as the caller commits the change, running
    servers clear their caches.
    """
    before = transaction.read(REDACTION_MARKER)
    return REDACTION_MARKER, before, (before or b"") + f"{prefix}{at} {handle}\n".encode()


def redaction_times(marker: bytes) -> tuple[str, ...]:
    """Return the times in the file REDACTION_MARKER at which words or files were removed from the public files.

    A line of another kind begins with a word.
    """
    times = (line.partition(" ")[0] for line in marker.decode("utf-8", "replace").splitlines())
    return tuple(time for time in times if _TIME.fullmatch(time))


def register_cache(clear: Callable[[], object]) -> None:
    """Register `clear`, a function that clears a cache. It is called after each redaction.

    A bound method is stored as a weak reference, so that the object of the method can still be deleted from memory.
    """
    is_of_object = ismethod(clear) and not isinstance(clear.__self__, type)
    _clearers.append(WeakMethod(clear) if is_of_object else lambda: clear)


def clear_caches() -> None:
    """Call all registered functions, and clear Python's cache of regular expressions.

    It may contain the removed words too.

    If a function raises an error, the others are called all the same. At the end, the first error is raised.
    """
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
    """Clear all caches now, and again after each number of seconds in REPEAT_AFTER_SECONDS.

    Requests in progress may still store old data in the caches after they are cleared the first time.
    """
    clear_caches()
    for seconds in REPEAT_AFTER_SECONDS:
        timer = threading.Timer(seconds, clear_caches)
        timer.daemon = True
        timer.start()
