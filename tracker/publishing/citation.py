"""Cite a recommendation: the text of the citation, and a link that keeps showing the version that was cited."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.model.dataset import Record
from tracker.model.lifecycle import existed_at, timestamps_of
from tracker.model.localized_text import one_line
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.publishing.render_context import ViewRequest
from tracker.queries.as_recorded import as_recorded
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation: `words` has the publisher, the title and the dates; `link` is the permanent link."""

    words: str
    link: str

    @property
    def text(self) -> str:
        """Return `words` and `link` in one text, ready to copy."""
        return f"{self.words} {self.link}"


def build_citation(request: ViewRequest, r: Recommendation) -> Citation:
    """Return the citation of `r`, with a link to this version. If no link can keep this version, the words have today's date."""
    view, language, _ = request.view, request.language, request.language.gettext
    moment = view.moment
    dates = [_("As of {day}", day=language.format_day(view.as_of))] if view.as_of else []
    if is_kept := _is_recorded(view, r, moment):
        dates.append(_("As recorded on {day}", day=language.format_moment(moment)))
    else:
        dates.append(_("As shown on {day}", day=language.format_day(view.today)))
    link = request.link(f"/r/{r.id}", *([("recorded", moment)] if is_kept else []))
    about = filter(None, (request.of_state(r), language.resolve(r.title).text))
    parts = (language.resolve(view.settings.publisher.name).text, *about, *dates)
    return Citation(" ".join(one_line(part).rstrip(".") + "." for part in parts), link)


def permanent_timestamp(view: View, rs: Iterable[Recommendation]) -> str:
    """Return the timestamp for a link that keeps showing `rs` as this view does; "" if that is not possible."""
    moment = view.moment
    return moment if all(_is_recorded(view, r, moment) for r in rs) else ""


def entry_link(request: ViewRequest, entry: Evidence | Document) -> str:
    """Return the link to an entry in its list: to this version or, if no recorded time shows this version, to the current one."""
    view, moment = request.view, request.view.moment
    if isinstance(entry, Evidence):
        path, is_kept = "/evidence", as_recorded(view.dataset.evidence[entry.id], moment) == entry
    else:
        path, is_kept = "/treaty-bodies", existed_at(entry, moment)
    return request.link(path, *([("recorded", moment)] if is_kept else [])) + f"#e-{entry.id}"


def last_changed(view: View, r: Recommendation) -> str:
    """Return the latest timestamp in `r` and its evidence, not after the recorded time of the view; "" if none."""
    evidence = (view.dataset.evidence[e.id] for e, _ in view.evidence_for(r))
    records: tuple[Record, ...] = (view.dataset.recommendations[r.id], *evidence)
    timestamps = (moment for record in records for moment in timestamps_of(record))
    return max((moment for moment in timestamps if view.recorded is None or moment <= view.recorded), default="")


def _is_recorded(view: View, r: Recommendation, moment: str) -> bool:
    """Return whether a view as recorded at `moment` shows the recommendation and its evidence as `view` does."""
    # the records of the view say which wordings are translations; those of the dataset do not
    stored, evidence = view.dataset.recommendations[r.id], view.dataset.evidence
    return as_recorded(stored, moment) == as_recorded(stored, view.recorded) and all(
        as_recorded(evidence[e.id], moment) == as_recorded(evidence[e.id], view.recorded)
        for e, _ in view.evidence_for(r)
    )
