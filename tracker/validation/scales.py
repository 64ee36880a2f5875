"""The scale of grades that a committee used in a document or on a day."""

from tracker.model import partial_dates
from tracker.model.dataset import Dataset
from tracker.model.registers import Scale


def grades_in_use(d: Dataset, body: str, day: str | None, *, report: str | None = None) -> tuple[str, ...]:
    """Return the grades of the committee's scale (see `scale_on`), in their order, or () if not known."""
    scale = scale_on(d, body, day, report=report)
    return tuple(grade.grade for grade in scale.grades) if scale else ()


def scale_on(d: Dataset, body: str, day: str | None, *, report: str | None = None) -> Scale | None:
    """Return the scale of the document `report` (an id), else the committee's first in use on `day`, a partial date, or None.

    The last day of `day` counts. Without `day`, return the first scale. A scale without a date was in use on every day.
    """
    if (document := d.documents.get(report or "")) and document.scale:
        return document.scale
    for scale in d.bodies[body].scales if body in d.bodies else ():
        known = scale.period or scale.since
        if day is None or known is None:
            return scale
        (first, last), on = partial_dates.date_range(known), partial_dates.last_day(day)
        if (first is None or first <= on) and (scale.period is None or on <= last):
            return scale
    return None
