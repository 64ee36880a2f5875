"""How to cite a recommendation: the text of the citation, and a link that always shows what was cited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from tracker.model.dataset import Record
from tracker.model.lifecycle import existed_at, timestamps_of
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.publishing.request import ViewRequest
from tracker.queries.as_recorded import as_recorded
from tracker.queries.view import View
from tracker.storage.timestamps import TIMESTAMP_FORMAT, latest_timestamp


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation: `words` has the publisher, the title and the dates; `link` leads to what is cited."""

    words: str
    link: str

    @property
    def text(self) -> str:
        """Return `words` and `link` in one text, ready to copy."""
        return f"{self.words} {self.link}"


def build_citation(request: ViewRequest, r: Recommendation) -> Citation:
    """Return the citation of a recommendation as this view shows it."""
    view, language, _ = request.view, request.language, request.language.gettext
    moment = _citable_timestamp(view)
    dates = [_("As of {day}", day=language.format_day(view.as_of))] if view.as_of else []
    if is_kept := _is_recorded(view, r, moment):
        dates.append(_("As recorded on {day}", day=language.format_timestamp(moment)))
    else:
        dates.append(_("As shown on {day}", day=language.format_day(view.today)))
    link = request.link(f"/r/{r.id}", *([("recorded", moment)] if is_kept else []))
    parts = (language.resolve(view.settings.publisher.name).text, language.resolve(r.title).text, *dates)
    return Citation(" ".join(" ".join(part.split()).rstrip(".") + "." for part in parts), link)


def permanent_timestamp(view: View, rs: Iterable[Recommendation]) -> str:
    """Return a timestamp for a link that always shows these recommendations as this view does; "" if there is none."""
    moment = _citable_timestamp(view)
    return moment if moment and all(_is_recorded(view, r, moment) for r in rs) else ""


def entry_link(request: ViewRequest, entry: Evidence | Document) -> str:
    """Return a permanent link to an entry as this view shows it, or as it is today if it was written by hand."""
    view, moment = request.view, _citable_timestamp(request.view)
    if isinstance(entry, Evidence):
        path, is_kept = "/evidence", as_recorded(view.dataset.evidence[entry.id], moment) == entry
    else:
        path, is_kept = "/treaty-bodies", existed_at(entry, moment)
    return request.link(path, *([("recorded", moment)] if is_kept else [])) + f"#e-{entry.id}"


def last_changed(view: View, r: Recommendation) -> str:
    """Return the latest timestamp in a recommendation and its evidence until the recorded time of the view, or ""."""
    evidence = (view.dataset.evidence[e.id] for e, _ in view.evidence_for(r))
    records: tuple[Record, ...] = (view.dataset.recommendations[r.id], *evidence)
    timestamps = (moment for record in records for moment in timestamps_of(record))
    return max((moment for moment in timestamps if view.recorded is None or moment <= view.recorded), default="")


def _citable_timestamp(view: View) -> str:
    """Return the recorded time of the view, or the start of today. If something was recorded today, return its time.

    So the link goes on showing today as the day of the view: what is out of date or still to come stays the same too. If
    the recorded time of the view is later than that, it is not returned.
    """
    newest = view.cached("latest", (), lambda: latest_timestamp(view.dataset))
    start = datetime.combine(view.today, time.min, ZoneInfo(view.settings.timezone)).astimezone(UTC)
    present = max(newest, start.strftime(TIMESTAMP_FORMAT))
    # with a time in the future, the link would also show later changes
    return min(view.recorded or present, present)


def _is_recorded(view: View, r: Recommendation, moment: str) -> bool:
    """Return whether a view as recorded at `moment` shows the recommendation and its evidence as `view` does.

    The result is False if somebody wrote a part of them into a file by hand. Such a part has no timestamp, so a view of
    a recorded time does not show it.
    """
    return as_recorded(view.dataset.recommendations[r.id], moment) == r and all(
        as_recorded(view.dataset.evidence[e.id], moment) == e for e, _ in view.evidence_for(r)
    )
