"""The view that an address asks for.

The URL parameters `as_of` and `recorded` choose it. The views that were used last are kept for all sessions.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from pathlib import Path, PurePath
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tracker.config import AnyPlace
from tracker.model import partial_dates
from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.errors import PastDateRefused, RefusedDate
from tracker.model.lifecycle import timestamps_of
from tracker.queries.view import View, effective_date, reuse_unchanged
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.timestamps import TIMESTAMP_FORMAT

DAY = r"(?P<day>[12][0-9]{3}-[0-9]{2}-[0-9]{2})"
DAY_PATTERN = re.compile(DAY)
MOMENT_PATTERN = re.compile(
    DAY + r"(?:[T ](?P<minute>[0-9]{2}:[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?",
    re.IGNORECASE,
)
MAX_SHOWN = 40
"""If a value cannot be read, the message repeats at most this many of its characters."""
NOT_SHOWN = re.compile(r"[^\w .:+/-]")
"""Matches characters that the message replaces with a space, because anybody can put any text into a link."""


class PastDates(NamedTuple):
    """The past state that an address asks for: as of a day, and as recorded at a time. None means now."""

    as_of: date | None = None
    recorded: str | None = None


def parse_past(params: Mapping[str, str], dataset: Dataset, today: date) -> PastDates:
    """Parse the URL parameters `as_of` (a day) and `recorded` (a day or time).

    A missing or empty parameter becomes None, and so does `as_of` if it is `today`. `recorded` means the end of its
    day, or of its minute if it has no seconds. If it names no time zone, that of the dataset is used.
    Raises PastDateRefused if a value cannot be read, if it is in the future, or if nothing was recorded by then.
    """
    as_of, recorded = (params.get(name, "").strip() for name in ("as_of", "recorded"))
    day = _parse_as_of(as_of, today) if as_of else None
    return PastDates(day, _parse_recorded(recorded, dataset, today) if recorded else None)


def _parse_as_of(value: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(value) if DAY_PATTERN.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        raise PastDateRefused("as_of", RefusedDate.UNREADABLE, _shown(value))
    if day > today:
        raise PastDateRefused("as_of", RefusedDate.FUTURE, day.isoformat())
    return day if day < today else None


def _shown(value: str) -> str:
    return " ".join(NOT_SHOWN.sub(" ", value[:MAX_SHOWN]).split()) or "?"


def _parse_recorded(value: str, dataset: Dataset, today: date) -> str:
    """Return the end of the day or time that `value` names, as a recorded time. Raises PastDateRefused."""
    zone = ZoneInfo(dataset.settings.timezone)
    try:
        moment = _end_of_moment(value, zone)
    except (ValueError, OverflowError):
        raise PastDateRefused("recorded", RefusedDate.UNREADABLE, _shown(value)) from None
    recorded, day = moment.strftime(TIMESTAMP_FORMAT), moment.astimezone(zone).date()
    first, latest = recorded_bounds(dataset)
    # what was recorded while the clock of the server was wrong has a link too
    if day > today and recorded > latest:
        raise PastDateRefused("recorded", RefusedDate.FUTURE, day.isoformat())
    if not first:
        raise PastDateRefused("recorded", RefusedDate.NEVER_RECORDED, day.isoformat())
    if recorded < first:
        first_day = recorded_day(first, dataset)
        raise PastDateRefused("recorded", RefusedDate.BEFORE_FIRST, day.isoformat(), first=first_day)
    return recorded


def _end_of_moment(value: str, zone: tzinfo) -> datetime:
    if not (found := MOMENT_PATTERN.fullmatch(value)):
        raise ValueError(value)
    day = date.fromisoformat(found["day"])
    if not found["minute"]:
        return datetime.combine(day, datetime.max.time(), zone).astimezone(UTC)
    last = f"{found['minute']}:{found['second'] or '59'}.{(found['fraction'] or '').ljust(6, '9')}"
    given = (found["zone"] or "").upper().replace("Z", "+00:00")
    moment = datetime.fromisoformat(f"{day.isoformat()}T{last}{given}")
    return (moment if given else moment.replace(tzinfo=zone)).astimezone(UTC)


_bounds: dict[PurePath, tuple[str, str, str]] = {}
"""Data folder → (signature of its dataset, first recorded time, latest recorded time), kept because finding them is slow."""


def recorded_bounds(dataset: Dataset) -> tuple[str, str]:
    """Return (first, latest) recorded time in the dataset. Both are "" if there is none."""

    def first_and_latest(record: Record) -> tuple[str, str]:
        times = [recorded for recorded in timestamps_of(record) if recorded]
        return min(times, default=""), max(times, default="")

    signature, first, latest = _bounds.get(dataset.root, ("", "", ""))
    if not signature or signature != dataset.signature:
        records = {f"{type(record).__name__} {record.id}": record for record in all_records(dataset)}
        times = reuse_unchanged((dataset.root, "recorded times"), records, first_and_latest).values()
        first = min((earliest for earliest, _ in times if earliest), default="")
        latest = max((newest for _, newest in times), default="")
        _bounds[dataset.root] = (dataset.signature, first, latest)
    return first, latest


def recorded_day(timestamp: str, dataset: Dataset) -> date:
    """Return the day of a recorded time, in the time zone of the dataset."""
    return datetime.fromisoformat(timestamp).astimezone(ZoneInfo(dataset.settings.timezone)).date()


class DayChoice(NamedTuple):
    """The days from which a reader can choose one, and the day that is chosen now."""

    first: date
    last: date
    chosen: date


def as_of_choice(view: View) -> DayChoice:
    """Return the days that a reader can choose for `as_of`: from the date of the earliest document until today."""

    def first_day() -> date:
        dates = map(effective_date, view.dataset.documents.values())
        return min([view.today, *(partial_dates.last_day(day) for day in dates if day)])

    first = view.cached("first document", (), first_day)
    return DayChoice(first, view.today, view.as_of or view.today)


def recorded_choice(view: View) -> DayChoice | None:
    """Return the days to choose for `recorded`, from the first recorded day to today, or None if nothing has a recorded time."""
    first, _latest = recorded_bounds(view.dataset)
    if not first:
        return None
    first_day = recorded_day(first, view.dataset)
    last = max(first_day, view.today)
    return DayChoice(first_day, last, recorded_day(view.recorded, view.dataset) if view.recorded else last)


MAX_VIEWS = 8

_views: OrderedDict[tuple[AnyPlace, str, date, PastDates], View] = OrderedDict()
_lock = threading.Lock()


@cache
def reader_of(root: AnyPlace) -> DatasetReader:
    """Return the dataset reader of a data folder or database. The same place always gives the same reader."""
    return DatasetReader(root)


def current_view(root: AnyPlace, params: Mapping[str, str]) -> View:
    """Return the view of the stored data that `params` ask for. Raises NoDataset or PastDateRefused."""
    dataset = reader_of(root).read()
    today = datetime.now(ZoneInfo(dataset.settings.timezone)).date()
    past = parse_past(params, dataset, today)
    key = (root, dataset.signature, today, past)
    with _lock:
        if key not in _views:
            # nobody asks for views of earlier data any more, and one of 5,000 recommendations takes 20 MB
            for outdated in [one for one in _views if one[0] == root and one[1] != dataset.signature]:
                del _views[outdated]
        view = _views.setdefault(key, View(dataset, today, past.as_of, recorded=past.recorded))
        _views.move_to_end(key)
        while len(_views) > MAX_VIEWS:
            _views.popitem(last=False)
    return view


SHOWN_SECONDS = 5.0
"""How long readers of a large tracker may see a page without what was added: a save would have each page made anew."""
LARGE = 2_000
"""A tracker with at least so many recommendations is large."""
_shown_views: dict[AnyPlace, tuple[View, float, float]] = {}
"""Place → (view of what readers see, when they saw it first, until when they may); times as of time.monotonic()."""
_asked = set[AnyPlace]()


def shown_view(root: AnyPlace, params: Mapping[str, str]) -> View:
    """Return the view that readers of pages see: `current_view`, or one that lacks what was added in the last SHOWN_SECONDS.

    What was changed, withdrawn, archived or removed since then is never shown (see `Dataset.takes_back`).
    """
    _asked.add(root)
    view, _, until = _shown_views.get(root, (None, 0.0, 0.0))
    if not view or time.monotonic() > until or any(params.get(name) for name in PastDates._fields):
        return current_view(root, params)
    return view if reader_of(root).read().takes_back == view.dataset.takes_back else current_view(root, params)


def renew_shown_view(root: AnyPlace, prepare: Callable[[View], object]) -> None:
    """Look for saves, as soon as readers asked since the last call. `prepare` a new view before readers see it.

    So they need not wait while 5,000 files are looked at, and what lists need is made anew. Raises NoDataset.
    """
    if root not in _asked:
        return
    _asked.discard(root)
    if isinstance(root, Path):
        reader_of(root).read(fresh=True)
    view, now = current_view(root, {}), time.monotonic()
    shown, since, _ = _shown_views.get(root, (view, 0.0, 0.0))
    if len(view.recommendations) >= LARGE and (view is shown or now - since > SHOWN_SECONDS):
        prepare(view)
        _shown_views[root] = view, since if view is shown else now, now + SHOWN_SECONDS


def clear_views() -> None:
    """Drop every cached view, for example after a redaction."""
    with _lock:
        _views.clear()
        _shown_views.clear()


register_cache(clear_views)
