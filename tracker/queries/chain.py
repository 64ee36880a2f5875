"""The chain of a recommendation under follow-up: who asked for it, what was said, replied, assessed, graded, what is next."""

from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.model.localized_text import LocalizedText
from tracker.model.records import Assessment, Recommendation, SameDemand
from tracker.model.registers import Document, FollowUpRound, FollowUpStep
from tracker.model.vocabulary import NOT_SELECTED, DeadlineKind, DeadlineState, Issuer, Voice
from tracker.queries.deadlines import AgendaItem, list_agenda
from tracker.queries.documents_by_cycle import FollowUpStatus, follow_up_status, known_steps, paragraph_number
from tracker.queries.recommendation_details import same_demand_links
from tracker.queries.view import View
from tracker.validation.references import scale_on


@dataclass(frozen=True, slots=True)
class GradedRound:
    """The grades that one report of a committee gives a recommendation. `report` is None if no report is named."""

    report: Document | None
    date: str
    grades: tuple[Assessment, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """What each link of the chain has; a link that has nothing is empty, never left out.

    `asked_by` are the demands of civil society for the same, and how far they are the same. `replies` and `rounds` have
    the earliest first. `steps` are the dated steps of the follow-up, `note` is the note on it. `latest` is the latest
    round of the document, None if none is recorded. `since_reply` is False if the State replied and nobody assessed
    since. `next` are the dates of the reply and of the next report, and where they stand.
    """

    asked_by: tuple[tuple[Recommendation, SameDemand], ...]
    replies: tuple[Assessment, ...]
    steps: tuple[FollowUpStep, ...]
    rounds: tuple[GradedRound, ...]
    latest: FollowUpRound | None
    note: LocalizedText | None
    since_reply: bool
    next: tuple[tuple[AgendaItem, DeadlineState], ...]


def build_chain(view: View, r: Recommendation) -> Chain | None:
    """Return the chain of a recommendation, or None if there is no follow-up: not selected, and no grade."""
    said, grades = _earliest_first(view, r), _grades(view, r)
    if follow_up_status(view, r) is not FollowUpStatus.SELECTED and not grades:
        return None
    document = view.document(r.document)
    rounds = document.follow_up.rounds if document and document.follow_up else ()
    shown = [turn for turn in rounds if turn.report is None or turn.report in view.documents]
    replies = tuple(a for a in said if a.voice is Voice.STATE)
    own = [a for a in said if a.voice is Voice.CIVIL_SOCIETY]
    return Chain(
        asked_by=tuple(pair for pair in same_demand_links(view, r) if pair[0].issued_by is Issuer.CIVIL_SOCIETY),
        replies=replies,
        steps=known_steps(view, document) if document else (),
        rounds=_by_report(view, grades),
        latest=shown[-1] if shown else None,
        note=document.follow_up.note if document and document.follow_up else None,
        since_reply=not replies
        or any(partial_dates.last_day(a.date) >= partial_dates.last_day(replies[-1].date) for a in own),
        next=tuple((item, item.state(view.local_date)) for item in list_agenda(view) if _is_next(item, r)),
    )


def printed_grades(view: View, r: Recommendation) -> tuple[Assessment, ...]:
    """Return the grades of the latest round, in their order: of the whole recommendation, or of its parts."""
    rounds = _by_report(view, _grades(view, r))
    return rounds[-1].grades if rounds else ()


def graded_paragraphs(view: View, d: Document) -> tuple[tuple[str, tuple[GradedRound, ...]], ...]:
    """Return (number, its rounds with grades) for each paragraph of a document that was selected for follow-up."""
    rounds = {
        paragraph_number(r.paragraph): _by_report(view, _grades(view, r))
        for r in view.recommendations.values()
        if r.document == d.id and r.paragraph
    }
    return (
        tuple((number, rounds.get(paragraph_number(number), ())) for number in d.follow_up.paragraphs)
        if d.follow_up
        else ()
    )


def grade_meaning(view: View, r: Recommendation, a: Assessment) -> LocalizedText | None:
    """Return the meaning of a committee's grade in the scale that it used then, None if it is not known."""
    document = view.document(r.document)
    scale = scale_on(view.dataset, document.body, a.date) if document else None
    return next((g.meaning for g in scale.grades if g.grade == a.grade), None) if scale else None


def _earliest_first(view: View, r: Recommendation) -> list[Assessment]:
    return list(reversed(view.assessments[r.id]))


def _grades(view: View, r: Recommendation) -> list[Assessment]:
    said = _earliest_first(view, r)
    return [a for a in said if a.voice is Voice.COMMITTEE and a.grade not in (None, NOT_SELECTED)]


def _by_report(view: View, grades: list[Assessment]) -> tuple[GradedRound, ...]:
    found: dict[tuple[str, str], list[Assessment]] = {}
    for a in grades:
        found.setdefault((a.source.document or "" if a.source else "", a.date), []).append(a)
    return tuple(GradedRound(view.document(report), date, tuple(own)) for (report, date), own in found.items())


def _is_next(item: AgendaItem, r: Recommendation) -> bool:
    kinds = (DeadlineKind.REPLY, DeadlineKind.NEXT_REPORT)
    return item.document.id == r.document and item.deadline is not None and item.deadline.kind in kinds
