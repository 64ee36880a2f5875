"""The current view of a data folder, for pages and routes. Views are cached and shared by all sessions."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from tracker.config import AnyPlace
from tracker.queries.past_dates import PastDates, parse_past
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import DatasetReader

MAX_VIEWS = 8

_views: OrderedDict[tuple[AnyPlace, str, date, PastDates], View] = OrderedDict()
_lock = threading.Lock()


@cache
def reader_of(root: AnyPlace) -> DatasetReader:
    """Return the dataset reader of a data folder. This process has only one reader for each folder."""
    return DatasetReader(root)


def current_view(root: AnyPlace, params: Mapping[str, str]) -> View:
    """Return the view for the URL parameters `as_of` and `recorded`.

    `params` is URL parameter → value. Raises NoDataset if the folder cannot be read now and was never read before.
    Raises PastDateRefused if the past state that `params` ask for cannot be shown.
    """
    dataset = reader_of(root).read()
    today = datetime.now(ZoneInfo(dataset.settings.timezone)).date()
    past = parse_past(params, dataset, today)
    key = (root, dataset.signature, today, past)
    with _lock:
        if key in _views:
            _views.move_to_end(key)
            return _views[key]
    view = View(dataset, today, past.as_of, recorded=past.recorded)
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
