"""The current view of a data folder, for pages and routes. Views are cached and shared by all sessions."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from tracker.model.fields import Timestamp
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import DatasetReader

MAX_VIEWS = 8

_views: OrderedDict[tuple[Path, str, str, str, str], View] = OrderedDict()
_lock = threading.Lock()


@cache
def reader_of(root: Path) -> DatasetReader:
    """Return the dataset reader of a data folder. This process has only one reader for each folder."""
    return DatasetReader(root)


def current_view(root: Path, params: Mapping[str, str]) -> View:
    """Return the view for the URL parameters `as_of` and `recorded`.

    `params` is URL parameter → value. Raises NoDataset if the folder cannot be read now and was never read before.
    """
    dataset = reader_of(root).read()
    today = datetime.now(ZoneInfo(dataset.settings.timezone)).date()
    as_of, recorded = parse_past(params, today)
    key = (root, dataset.signature, today.isoformat(), as_of, recorded)
    with _lock:
        if key in _views:
            _views.move_to_end(key)
            return _views[key]
    day = date.fromisoformat(as_of) if as_of else None
    view = View(dataset, today, day, recorded=recorded or None)
    with _lock:
        shared = _views.setdefault(key, view)
        while len(_views) > MAX_VIEWS:
            _views.popitem(last=False)
    return shared


def clear_views() -> None:
    """Drop every cached view, for example after a redaction."""
    with _lock:
        _views.clear()


register_cache(clear_views)


_TIMESTAMP: TypeAdapter[str] = TypeAdapter(Timestamp)


def parse_past(params: Mapping[str, str], today: date) -> tuple[str, str]:
    """Parse the URL parameters `as_of` and `recorded`. Return them as two texts: (day, timestamp).

    Each text is empty if its parameter is missing or invalid. The day is also empty if it is not before `today`.
    """
    try:
        day = date.fromisoformat(params.get("as_of", "")[:10])
        as_of = day.isoformat() if day < today else ""
    except ValueError:
        as_of = ""
    try:
        recorded = _TIMESTAMP.validate_python(params.get("recorded", ""))
    except ValidationError:
        recorded = ""
    return as_of, recorded
