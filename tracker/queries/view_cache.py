"""What follows from a view and is asked for again and again: worked out once, and forgotten with the view."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from tracker.queries.view import View

T = TypeVar("T")


def once(view: View, about: str, key: Hashable, answer: Callable[[], T], most: int = 100) -> T:
    """The answer to a question about a view; the key names all that it depends on beside the view. At most so many are kept."""
    # where cached_property keeps its own: another view, or the same one for another audience, has its own answers
    kept: dict[Hashable, T] = view.__dict__.setdefault(f"once {about}", {})
    found = kept.get(key)
    if found is None:
        found = answer()
        if len(kept) >= most:
            kept.clear()
        kept[key] = found
    return found
