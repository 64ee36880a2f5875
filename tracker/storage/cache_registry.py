"""What is kept in memory beside the data, and must go when words were removed for safety."""

import gc
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakMethod

REDACTION_MARKER = ".redacted"
"""The file of a data folder that tells running servers: a line for each removal, without the words."""
REPEAT_AFTER_SECONDS = (5.0, 60.0)
"""Seconds after which everything is forgotten once more: an answer that was under way may have kept old words."""

_deeds: list[Callable[[], Callable[[], object] | None]] = []


def append_redaction_marker(root: Path, what: str, at: str, handle: str) -> tuple[Path, bytes | None, bytes]:
    """The sign of a data folder, its bytes before, and with the line that tells running servers to forget."""
    path = root / REDACTION_MARKER
    was = path.read_bytes() if path.exists() else None
    return path, was, (was or b"") + f"{what}{at} {handle}\n".encode()


def register_cache(deed: Callable[[], object]) -> None:
    """Has this done whenever words were removed; a method for as long as its object is there."""
    if hasattr(deed, "__self__") and not isinstance(deed.__self__, type) and hasattr(deed, "__func__"):
        _deeds.append(WeakMethod(deed))
    else:
        _deeds.append(lambda: deed)


def clear_caches() -> None:
    """Forgets everything that is kept in memory beside the data itself."""
    for known in list(_deeds):
        deed: Any = known()
        if deed is None:
            _deeds.remove(known)
        else:
            deed()
    re.purge()
    gc.collect()


def clear_caches_repeatedly() -> None:
    """Forgets everything, also what is being answered at this moment."""
    clear_caches()
    for seconds in REPEAT_AFTER_SECONDS:
        later = threading.Timer(seconds, clear_caches)
        later.daemon = True
        later.start()
