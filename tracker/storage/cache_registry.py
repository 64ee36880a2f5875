"""Register caches in memory, and clear them after a redaction: they may contain the removed words.

A redaction adds a line to the file REDACTION_MARKER of the private folder (without one, of the state) and, if public files
were changed, of the data folder. So other running servers notice it, too.
"""

import gc
import re
import threading
from collections.abc import Callable
from functools import lru_cache
from inspect import ismethod
from typing import Any, TypeVar, cast
from weakref import WeakMethod

from tracker.storage.record_storage import FileChange, StorageTransaction

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
REDACTION_MARKER = ".redacted"
"""A file that gets a line at each redaction, and when evidence is made private again. Running servers watch the file."""
REPEAT_AFTER_SECONDS = (5.0, 60.0)
"""How many seconds after a redaction the caches are cleared again: they may have been filled with removed words."""
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")

_clearers: list[Callable[[], Callable[[], object] | None]] = []
"""References to the registered functions. A reference returns None if the object of its method was deleted."""


def redaction_marker_change(
    transaction: StorageTransaction,
    prefix: str,
    at: str,
    handle: str,
    organisation: str = "",
    redacted: bytes | None = None,
) -> FileChange:
    """Return the change that adds a line to REDACTION_MARKER, so that running servers clear their caches.

    `prefix` is "" if words were removed; any other prefix ends in a space. `organisation` is the id of the one of
    the person with this `handle`, "" if it is not told. `redacted` are the bytes of the file without the words, if it
    had them.
    """
    before = transaction.read(REDACTION_MARKER)
    return (
        REDACTION_MARKER,
        before,
        (redacted or before or b"") + f"{prefix}{at} {handle} {organisation}".rstrip().encode() + b"\n",
    )


def read_redactions(marker: bytes) -> tuple[tuple[str, str], ...]:
    """Return (time, organisation whose person did it or "") of redactions in public files, oldest first.

    `marker` is the content of REDACTION_MARKER.
    """
    lines = (line.split(" ") for line in marker.decode("utf-8", "replace").splitlines())
    return tuple((line[0], line[2] if len(line) > 2 else "") for line in lines if _TIME.fullmatch(line[0]))


def register_cache(clear: Callable[[], object]) -> None:
    """Register a function to be called after each redaction. For a method, only a weak reference is kept."""
    is_of_object = ismethod(clear) and not isinstance(clear.__self__, type)
    _clearers.append(WeakMethod(clear) if is_of_object else lambda: clear)


def cached_until_redaction(maxsize: int) -> Callable[[AnyFunction], AnyFunction]:
    """Return a decorator like `functools.lru_cache`. After each redaction, the cache is cleared."""

    def decorate(function: AnyFunction) -> AnyFunction:
        kept = lru_cache(maxsize)(function)
        register_cache(kept.cache_clear)
        return cast(AnyFunction, kept)

    return decorate


def clear_caches() -> None:
    """Clear all registered caches and Python's cache of regular expressions, then raise the first error, if any."""
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
