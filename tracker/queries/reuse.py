"""Reuse what was made for the view before: after a save, nearly every record is the same object as before."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any, TypeVar

from tracker.storage.cache_registry import register_cache

T = TypeVar("T")
R = TypeVar("R")

_latest: dict[tuple[PurePath, str], dict[str, tuple[Any, Any]]] = {}
"""(data folder, kind of results) → id → (source, result)."""
register_cache(_latest.clear)


def reuse_unchanged(key: tuple[PurePath, str], sources: Mapping[str, T], make: Callable[[T], R]) -> dict[str, R]:
    """Return id → `make(source)` for `sources`, which is id → source.

    If the source of an id is the same object as in the last call with this `key`, the result of that call is used again.
    `make` may depend on nothing but the source.
    """
    known = _latest.get(key, {})
    missing = (None, None)
    made = {}
    for id, source in sources.items():
        before = known.get(id, missing)
        made[id] = before if before[0] is source else (source, make(source))
    _latest[key] = made
    return {id: result for id, (_, result) in made.items()}
