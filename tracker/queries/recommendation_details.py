"""Details for the pages of records: all assessments, same demands, uptake, and records that are not in the view.

A record is not in the view if it was retired, or if it is later than the time of the view.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.events import Event
from tracker.model.lifecycle import existed_at, is_unpublished
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, SameDemand, Uptake
from tracker.model.registers import Document
from tracker.model.vocabulary import Issuer, MechanismKind, Voice
from tracker.queries.activity_log import is_slip, last_removal
from tracker.queries.as_recorded import as_recorded, without_later_edits
from tracker.queries.view import View, effective_date, group_by_key, once_per_view, sort_newest_first


def assessment_history(view: View, r: Recommendation) -> tuple[Assessment, ...]:
    """Return all assessments dated and recorded by the time of the view, withdrawn ones too, the newest first."""
    recorded = (a for a in view.dataset.recommendations[r.id].assessments if existed_at(a, view.recorded))
    return sort_newest_first(a for a in recorded if partial_dates.is_known_by(a.date, view.as_of))


def withdrawn_assessments(view: View, r: Recommendation) -> tuple[tuple[Assessment, Event], ...]:
    """Return (assessment, event that withdrew it) pairs, the newest assessment first.

    There is a pair for each organisation and part whose latest assessment was withdrawn. Slips, which were withdrawn soon
    after they were recorded, are left out (see `is_slip`).
    """
    found: dict[tuple[str, str | None], Assessment] = {}
    for a in assessment_history(view, r):
        if a.voice is Voice.CIVIL_SOCIETY and not is_slip(a, view.recorded):
            found.setdefault((view.organisation_of(a).id, a.part), a)
    removals = ((a, last_removal(a, view.recorded)) for a in found.values())
    return tuple((a, event) for a, event in removals if event)


@once_per_view
def unpublished_evidence(view: View) -> Mapping[str, tuple[Evidence, ...]]:
    """Return a mapping: id of a recommendation → what is left of its evidence that is no longer public."""
    gone = (e for e in view.dataset.evidence.values() if is_unpublished(e))
    return group_by_key((link.recommendation, e) for e in gone for link in e.relevant_to)


def same_demand_links(view: View, r: Recommendation) -> tuple[tuple[Recommendation, SameDemand], ...]:
    """Return (other recommendation, link to it) for each recommendation that asks for the same thing as `r`.

    If both files have the link, the extent and the note are those in the file of `r` or, if missing, in the other. It is
    the judgement of an organisation alone (`recorded_for`) if all links are its own.
    """

    def link(other: Recommendation) -> SameDemand:
        links = [same for same in r.same_demand if same.recommendation == other.id]
        links += [same for same in other.same_demand if same.recommendation == r.id]
        extent, note = (next((v for same in links if (v := getattr(same, n))), None) for n in ("extent", "note"))
        hands = {same.recorded_for for same in links}
        return SameDemand(
            recommendation=other.id, extent=extent, note=note, recorded_for=hands.pop() if len(hands) == 1 else None
        )

    return tuple((other, link(other)) for other in view.same_demand(r))


def judge_of(view: View, link: SameDemand | Uptake | EvidenceLink, of: Record | None = None) -> str:
    """Return the organisation that alone judged so; "" for the tracker's editors, and for the owner if it is evidence `of` its own."""
    by = link.recorded_for or ""
    is_own = by == view.editors.id or (isinstance(of, Evidence) and by == of.recorded_for)
    return by if by in view.organisations and not is_own else ""


def judges_of(view: View, r: Recommendation) -> dict[str, str]:
    """Return a mapping: id of a linked recommendation or evidence → its `judge_of`, if there is one."""
    links: list[tuple[Recommendation | Evidence, SameDemand | Uptake | EvidenceLink]] = [*same_demand_links(view, r)]
    links += [*view.uptake_of(r), *uptake_by(view, r), *view.evidence_for(r)]
    return {other.id: by for other, link in links if (by := judge_of(view, link, other))}


def insistence(view: View, r: Recommendation) -> list[tuple[MechanismKind, int, int]]:
    """Return (kind of mechanism, number of its recommendations that ask for the same as `r`, of its reporting cycles).

    Committees are one kind, the Universal Periodic Review another: their cycles are never added up.
    """
    found: dict[MechanismKind, list[tuple[str, str]]] = defaultdict(list)
    for other in view.same_demand(r):
        document, body = view.document(other.document), view.body_of(other)
        if other.issued_by is Issuer.COMMITTEE and document and body:
            found[body.kind].append((body.id, document.cycle))
    return [(kind, len(found[kind]), len(set(found[kind]))) for kind in MechanismKind if found[kind]]


def uptake_by(view: View, r: Recommendation) -> tuple[tuple[Recommendation, Uptake], ...]:
    """Return (civil-society recommendation, its uptake in the committee's `r`) pairs, for recommendations in the view."""
    known = view.recommendations
    return tuple((known[uptake.recommendation], uptake) for uptake in r.uptake if uptake.recommendation in known)


RetiredType = TypeVar("RetiredType", Evidence, Document)
MAX_RETIRED = 200
"""The largest number of retired records that are shown."""


def list_retired(view: View, records: Iterable[RetiredType]) -> tuple[tuple[RetiredType, Event], ...]:
    """Return up to MAX_RETIRED (retired record, event that retired it) pairs at the recorded time of the view, newest first."""
    known = ((r, last_removal(r, view.recorded)) for r in records if r.events and existed_at(r, view.recorded))
    found = [(view.labelled(without_later_edits(r, view.recorded)), removal) for r, removal in known if removal]
    found.sort(key=lambda pair: pair[1].recorded or "", reverse=True)
    return tuple(found[:MAX_RETIRED])


class AbsenceReason(NamedTuple):
    """Why a record is not in a view of the past: it is later.

    `dated` is when it begins to count, `recorded` when it or its document was recorded. At most one is set: the reason.
    """

    dated: str = ""
    recorded: str = ""


def find_absence_reason(view: View, recommendation_id: str) -> AbsenceReason | None:
    """Return why an existing recommendation is missing from a past view. None: it is there, or was retired by then."""
    r = view.dataset.recommendations.get(recommendation_id)
    if r is None or not view.is_past or recommendation_id in view.recommendations or view.is_retired(r.id):
        return None
    if not existed_at(r, view.recorded):
        return AbsenceReason(recorded=r.recorded or "")
    document = view.dataset.documents.get(r.document)
    if document and existed_at(document, view.recorded):
        return AbsenceReason(dated=effective_date(document) or "")
    return AbsenceReason(recorded=(document and document.recorded) or "")


def named_in_place(view: View, removal: Event | None) -> Recommendation | None:
    """Return the recommendation that `removal` names as replacing an archived one, or None."""
    id = (removal and removal.into) or ""
    if (there := view.recommendations.get(id)) or not view.is_retired(id):
        return there
    return without_later_edits(view.dataset.recommendations[id], view.recorded)


class EarlierRecords(NamedTuple):
    """What a view has about a recommendation that is later than the view. `assessments` and `evidence` are newest first."""

    assessments: tuple[Assessment, ...] = ()
    evidence: tuple[tuple[Evidence, EvidenceLink], ...] = ()
    same: tuple[Recommendation, ...] = ()


def earlier_records(view: View, r: Recommendation) -> EarlierRecords:
    """Return what the view has about a recommendation `r` that is later than the view (see `find_absence_reason`)."""
    then = as_recorded(r, view.recorded)
    named = {same.recommendation for same in then.same_demand} if then else set()
    said = (a for a in (then.assessments if then else ()) if partial_dates.is_known_by(a.date, view.as_of))
    others = ((other, (same.recommendation for same in other.same_demand)) for other in view.recommendations.values())
    same = tuple(other for other, links in others if other.id in named or r.id in links)
    return EarlierRecords(sort_newest_first(said), view.evidence_for(r), same)
