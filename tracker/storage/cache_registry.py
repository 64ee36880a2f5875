"""Caches that must be cleared after a redaction, so that removed words do not stay in memory."""

import gc
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakMethod

from tracker.storage.guarded_read import read_file

REDACTION_MARKER = ".redacted"
"""A file in the data folder with one line for each redaction, without the words. Running servers watch it."""
REPEAT_AFTER_SECONDS = (5.0, 60.0)
"""The caches are cleared again after this many seconds: requests in progress may have put old words into them."""

_clearers: list[Callable[[], Callable[[], object] | None]] = []


def append_redaction_marker(root: Path, prefix: str, at: str, handle: str) -> tuple[Path, bytes | None, bytes]:
    """Return the replacement that adds a line to the redaction marker of a data folder: path, old bytes, new bytes.

    The line has `prefix`, the time `at` and the handle of the person. When it is written, running servers clear their caches.
    """
    path = root / REDACTION_MARKER
    before = read_file(path) if path.exists() else None
    return path, before, (before or b"") + f"{prefix}{at} {handle}\n".encode()


def register_cache(clear: Callable[[], object]) -> None:
    """Register a function that clears a cache after a redaction.

    For a bound method, only a weak reference is stored, so that its object can still be deleted.
    """
    if hasattr(clear, "__self__") and not isinstance(clear.__self__, type) and hasattr(clear, "__func__"):
        _clearers.append(WeakMethod(clear))
    else:
        _clearers.append(lambda: clear)


def clear_caches() -> None:
    """Clear all registered caches, and Python's cache of regular expressions, which may also contain the removed words.

    If one cannot be cleared, the others are cleared all the same; then the first error is raised.
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
    """Clear all caches now and some seconds later, because requests in progress may still put old data into them."""
    clear_caches()
    for seconds in REPEAT_AFTER_SECONDS:
        timer = threading.Timer(seconds, clear_caches)
        timer.daemon = True
        timer.start()
