"""The order of assessments and of evidence, latest first."""

from collections.abc import Iterable
from datetime import date

from tracker.model import partial_dates
from tracker.model.records import Assessment, Evidence
from tracker.model.vocabulary import Voice


def latest_of_each_voice(newest_first: tuple[Assessment, ...]) -> dict[Voice, Assessment]:
    """Return voice → its latest assessment of the whole recommendation."""
    found: dict[Voice, Assessment] = {}
    for a in newest_first:
        if a.part is None:
            found.setdefault(a.voice, a)
    return found


def evidence_order(e: Evidence) -> tuple[int, bool]:
    """Return the sort key of evidence. What has neither a date nor a recorded time was just written, so it comes first."""
    dated = e.published or e.happened
    day = dated or (e.recorded[:10] if e.recorded else None)
    return -(partial_dates.last_day(day) if day else date.max).toordinal(), dated is not None


def sort_newest_first(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """Return the assessments sorted by date, then by recorded time, then by position in the file, each latest first.

    An assessment without a recorded time is sorted as if it was recorded right after those above it in the file.
    """
    keyed, latest = [], ""
    for position, a in enumerate(assessments):
        keyed.append(((partial_dates.last_day(a.date), a.recorded or latest, position), a))
        latest = max(latest, a.recorded or "")
    return tuple(a for _, a in sorted(keyed, key=lambda pair: pair[0], reverse=True))
