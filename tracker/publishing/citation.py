"""How a recommendation is cited: a link that goes on showing what was said then, and the words beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.model.dataset import Record
from tracker.model.lifecycle import timestamps_of
from tracker.model.records import Recommendation
from tracker.publishing.request import ViewRequest
from tracker.queries.as_recorded import as_recorded
from tracker.queries.view import View
from tracker.storage.timestamps import latest_timestamp


@dataclass(frozen=True, slots=True)
class Citation:
    """Publisher, title and day as words, and the link that stands behind them."""

    words: str
    link: str

    @property
    def text(self) -> str:
        """The whole citation, ready to be copied."""
        return f"{self.words} {self.link}"


def build_citation(ask: ViewRequest, r: Recommendation) -> Citation:
    """How to cite a recommendation as this view shows it."""
    view, language = ask.view, ask.language
    _ = language.gettext
    moment = _moment(view)
    days = [_("As of {day}", day=language.format_day(view.as_of))] if view.as_of else []
    if _is_recorded(view, r, moment):
        days.append(_("As recorded on {day}", day=language.format_timestamp(moment)))
        link = ask.link(f"/r/{r.id}", ("recorded", moment))
    else:
        days.append(_("As shown on {day}", day=language.format_day(view.today)))
        link = ask.link(f"/r/{r.id}")
    parts = (language.resolve(view.settings.publisher.name).text, language.resolve(r.title).text, *days)
    return Citation(" ".join(" ".join(part.split()).rstrip(".") + "." for part in parts), link)


def permanent_timestamp(view: View, rs: Iterable[Recommendation]) -> str:
    """The moment whose recorded view goes on showing these as they are now; empty where there is none."""
    moment = _moment(view)
    return moment if moment and all(_is_recorded(view, r, moment) for r in rs) else ""


def last_changed(view: View, r: Recommendation) -> str:
    """When the last thing was recorded of a recommendation or of the evidence on it; empty where nobody knows."""
    records: tuple[Record, ...] = (
        view.dataset.recommendations[r.id],
        *(view.dataset.evidence[e.id] for e, _ in view.evidence_for(r)),
    )
    known = (moment for record in records for moment in timestamps_of(record))
    return max((moment for moment in known if view.recorded is None or moment <= view.recorded), default="")


def _moment(view: View) -> str:
    """The last moment at which the dataset was what the view shows."""
    newest = view.cached("latest", (), lambda: latest_timestamp(view.dataset))
    # a moment that is still to come would let later changes into the citation
    return min(view.recorded or newest, newest)


def _is_recorded(view: View, r: Recommendation, moment: str) -> bool:
    """Whether a recorded view shows the same. What somebody wrote into a file without a time is in none."""
    evidence = view.evidence_for(r)
    return as_recorded(view.dataset.recommendations[r.id], moment) == r and all(
        as_recorded(view.dataset.evidence[e.id], moment) == e for e, _ in evidence
    )
