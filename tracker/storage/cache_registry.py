"""Register caches in memory, and clear them after a redaction: they may contain the removed words.

A redaction adds a line to the file REDACTION_MARKER of the private folder (without one, of the state) and, if public files
were changed, of the data folder. So other running servers notice it, too.
"""

import gc
import re
import threading
from collections.abc import Callable
from functools import lru_cache, reduce
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
TakeOut = Callable[[Any], Any]
"""A function that returns a plain value without the words that a redaction removed."""
_draft_clearers: list[Callable[[], Callable[[TakeOut | None], object] | None]] = []
_own_lines: dict[bytes, TakeOut] = {}
"""Line of the marker of a redaction by this process → what takes its words out, as long as caches may still get them."""


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
    _clearers.append(_reference(clear))


def register_drafts(clear: Callable[[TakeOut | None], object]) -> None:
    """Register a function, as `register_cache`, for what people typed and did not save. It gets what takes the words out.

    It gets None if the words are unknown, because another process removed them: then it has to drop everything.
    """
    _draft_clearers.append(_reference(clear))


def _reference(clear: Callable[..., object]) -> Callable[[], Any]:
    is_of_object = ismethod(clear) and not isinstance(clear.__self__, type)
    return WeakMethod(clear) if is_of_object else lambda: clear


def note_own_redaction(marker: bytes, take_out: TakeOut) -> None:
    """Note what takes out the words of the redaction in the last line of `marker`, before it is written.

    The words are forgotten when the caches were cleared for the last time.
    """
    line = marker.splitlines()[-1]
    _own_lines[line] = take_out
    timer = threading.Timer(
        max(REPEAT_AFTER_SECONDS, default=0.0) + 10, _own_lines.update, [{line: lambda value: value}]
    )
    timer.daemon = True
    timer.start()


def take_out_since(before: bytes, marker: bytes) -> TakeOut | None:
    """Return what takes out the words of all redactions in `marker` since `before`, None if another process did one."""
    known = set(before.splitlines())
    steps = [_own_lines.get(line) for line in marker.splitlines() if line not in known]
    own = [step for step in steps if step]
    return (lambda value: reduce(lambda kept, step: step(kept), own, value)) if own == steps and own else None


def cached_until_redaction(maxsize: int) -> Callable[[AnyFunction], AnyFunction]:
    """Return a decorator like `functools.lru_cache`. After each redaction, the cache is cleared."""

    def decorate(function: AnyFunction) -> AnyFunction:
        kept = lru_cache(maxsize)(function)
        register_cache(kept.cache_clear)
        return cast(AnyFunction, kept)

    return decorate


def clear_caches(take_out: TakeOut | None = None) -> None:
    """Clear all registered caches and Python's cache of regular expressions, then raise the first error, if any.

    Drafts lose only what `take_out` takes out, without it everything.
    """
    errors: list[Exception] = []
    # the drafts first: a page that runs again reads them
    registered: list[tuple[list[Any], Any, tuple[Any, ...]]] = [
        (_draft_clearers, r, (take_out,)) for r in _draft_clearers
    ]
    for references, reference, arguments in [*registered, *((_clearers, r, ()) for r in _clearers)]:
        clear: Any = reference()
        try:
            if clear is not None:
                clear(*arguments)
            elif reference in references:
                references.remove(reference)
        except Exception as error:
            errors.append(error)
    re.purge()
    gc.collect()
    if errors:
        raise errors[0]


def clear_caches_repeatedly(take_out: TakeOut | None = None) -> None:
    """Clear all caches now and after REPEAT_AFTER_SECONDS: requests in progress may still store old data in them."""
    clear_caches(take_out)
    for seconds in REPEAT_AFTER_SECONDS:
        timer = threading.Timer(seconds, clear_caches, [take_out])
        timer.daemon = True
        timer.start()
