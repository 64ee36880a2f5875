"""Follow-up: reporting cycles, what was selected, the chain of a recommendation, and where civil society is silent.

The chain of a recommendation lists what happened to it in the follow-up: who asked for the same thing, what the State
replied, how the committee graded it, and what is next.

Civil society is silent (`list_unheard`) where a committee would hear it now, but nothing from it is recorded: no
submission on a follow-up, no report to a session, or no assessment since a reply of the State. A follow-up is listed
from the day on which the State's reply was received or is due, until the committee has reported on it, a submission is
recorded, or the editors have recorded why none will be sent.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tracker.model import partial_dates
from tracker.model.localized_text import LocalizedText, natural_key
from tracker.model.records import Assessment, Recommendation, SameDemand
from tracker.model.registers import Document, FollowUpRound, FollowUpStep, Scale, TreatyBody
from tracker.model.states import State
from tracker.model.vocabulary import (
    NOT_SELECTED,
    DeadlineKind,
    DeadlineState,
    Issuer,
    MechanismKind,
    StateResponse,
    Verification,
    Voice,
)
from tracker.queries.deadlines import DATE_LABELS, AgendaItem, list_agenda, list_overdue, list_upcoming
from tracker.queries.recommendation_details import same_demand_links
from tracker.queries.view import View, effective_date, group_by_key
from tracker.validation.scales import scale_on


class FollowUpStatus(StrEnum):
    """Whether a committee selected a paragraph of its concluding observations for follow-up."""

    SELECTED = "selected"
    NOT_SELECTED = "not-selected"
    TO_CHECK = "to-check"


def recommendations_of_body(view: View, body: TreatyBody) -> list[tuple[State, tuple[Recommendation, ...]]]:
    """Return (State, what a committee recommended to it) pairs. What civil society addressed to the committee is left out."""
    own = group_by_key((view.state_of(r), r) for r in view.by_issuer(Issuer.COMMITTEE) if view.body_of(r) is body)
    return [(state, own.get(state, ())) for state in view.states]


def group_by_cycle(view: View, body: TreatyBody) -> list[tuple[str, tuple[Document, ...]]]:
    """Return (cycle, its documents) for each reporting cycle of a committee, the latest cycle and document first, State by State."""
    own = (d for d in view.documents.values() if d.body == body.id)
    newest_first = sorted(own, key=lambda d: partial_dates.descending_key(effective_date(d)))
    of_states = group_by_key((view.state_of(d), d) for d in newest_first)
    found = [
        sorted(
            group_by_key((d.cycle, d) for d in of_states.get(state, ())).items(),
            key=lambda item: natural_key(item[0].rpartition("-")[2]),
            reverse=True,
        )
        for state in (*view.states, None)
    ]
    return [cycle for cycles in found for cycle in cycles]


def positions_of(view: View, document: Document) -> dict[StateResponse, int]:
    """Return position of the State → number of recommendations of a document with it, without zeros."""
    said = Counter(r.response for r in view.recommendations.values() if r.document == document.id)
    return {code: said[code] for code in StateResponse if said[code]}


def known_scales(view: View, body: TreatyBody) -> tuple[Scale, ...]:
    """Return the grading scales of a committee. In a view as of a past day, these are the scales begun by that day."""
    starts = ((s, partial_dates.date_range(s.since or s.period or "../9999")[0] or date.min) for s in body.scales)
    return tuple(scale for scale, first in starts if view.as_of is None or first <= view.as_of)


def known_steps(view: View, document: Document) -> tuple[FollowUpStep, ...]:
    """Return the steps of the follow-up to a document. In a view as of a past day, later steps are left out."""
    steps = document.follow_up.steps if document.follow_up else ()
    return tuple(step for step in steps if partial_dates.is_known_by(step.date, view.as_of))


def reply_dates(view: View, document: Document) -> list[str]:
    """Return the day of each reply of the State in the follow-up to concluding observations."""
    rounds = document.follow_up.rounds if document.follow_up else ()
    replies = [reply for turn in rounds if (reply := view.documents.get(turn.reply or ""))]
    return [day for one in replies if (day := one.received or effective_date(one))]


def is_by_states(view: View, r: Recommendation) -> bool:
    """Return whether States made the recommendation, in the Universal Periodic Review, or the State has answered them."""
    body = view.body_of(r)
    is_of_review = r.issued_by is Issuer.COMMITTEE and body is not None and body.kind is MechanismKind.UPR
    return is_of_review or bool(r.recommending_states or r.response)


def follow_up_status(view: View, r: Recommendation) -> FollowUpStatus | None:
    """Return whether `r` was selected, or TO_CHECK. None: civil society or States issued `r`, or its document is not known."""
    document = view.document(r.document)
    if document is None or r.issued_by is not Issuer.COMMITTEE or is_by_states(view, r):
        return None
    graded = view.latest(r, Voice.COMMITTEE)
    if graded and graded.grade and graded.grade != NOT_SELECTED:
        return FollowUpStatus.SELECTED  # a committee grades only what it selected
    is_selected = is_selected_for_follow_up(view, r)
    if is_selected is None or not document.follow_up or document.follow_up.verification is Verification.TO_CHECK:
        return FollowUpStatus.TO_CHECK
    if not is_selected and r.verification is Verification.TO_CHECK:
        return FollowUpStatus.TO_CHECK  # nobody knows whether this is its paragraph
    return FollowUpStatus.SELECTED if is_selected else FollowUpStatus.NOT_SELECTED


def is_selected_for_follow_up(view: View, r: Recommendation) -> bool | None:
    """Return whether the paragraph of `r`, or a part of it, was selected. None: no paragraph or no selection is recorded."""
    document = view.document(r.document)
    if document is None or document.follow_up is None or not document.follow_up.paragraphs or not r.paragraph:
        return None
    selected = {paragraph_number(paragraph) for paragraph in document.follow_up.paragraphs}
    return paragraph_number(r.paragraph) in selected


def unrecorded_paragraphs(view: View, document: Document) -> tuple[str, ...]:
    """Return the paragraphs that the committee selected for follow-up, but that no recommendation of the view has."""
    own = (r.paragraph for r in view.recommendations.values() if r.document == document.id)
    known = {paragraph_number(paragraph) for paragraph in own if paragraph}
    selected = document.follow_up.paragraphs if document.follow_up else ()
    return tuple(paragraph for paragraph in selected if paragraph_number(paragraph) not in known)


def next_dates(view: View, r: Recommendation) -> tuple[AgendaItem, ...]:
    """Return the latest overdue deadline and the next date of the committee of `r`; () if none is known.

    A reply to a follow-up is due on the paragraphs that were selected, so it is no date of the other ones.
    """
    if not (document := view.document(r.document)):
        return ()
    own, is_selected = (document.body, view.state_of(document)), is_selected_for_follow_up(view, r)

    def is_of_it(i: AgendaItem) -> bool:
        is_reply = i.deadline is not None and i.deadline.kind is DeadlineKind.REPLY
        is_asked = not is_reply or (i.document is document and is_selected is not False)
        return is_asked and (i.document.body, view.state_of(i.document)) == own

    late, ahead = (list(filter(is_of_it, of(view))) for of in (list_overdue, list_upcoming))
    return (*late[-1:], *ahead[:1])


def paragraph_number(paragraph: str) -> str:
    """Return the number of a paragraph without the letter of its part: "12" for "12" and for "12 (a)"."""
    return paragraph.split(maxsplit=1)[0].partition("(")[0]


class GradedRound(NamedTuple):
    """The grades that one report gives a recommendation, and their date. `report` is None if they name no report."""

    report: Document | None
    date: str
    grades: tuple[Assessment, ...]


class Chain(NamedTuple):
    """The chain of a recommendation under follow-up: what happened to it, and what is next.

    `heard` are the public reports of civil society in it.
    `asked_by` are (civil-society recommendation that asks for the same thing, link to it) pairs. `replies` are the
    assessments by the State and `rounds` the committee's grades, both earliest first. `steps` are those of
    `known_steps`, and `latest` is the latest round of the document. `is_assessed_since_reply` is False if the State
    has replied, and civil society has assessed nothing on the day of the last reply or later. `next` are (deadline
    for the State's reply or next report, its state) pairs.
    """

    asked_by: tuple[tuple[Recommendation, SameDemand], ...]
    replies: tuple[Assessment, ...]
    steps: tuple[FollowUpStep, ...]
    rounds: tuple[GradedRound, ...]
    latest: FollowUpRound | None
    heard: tuple[Document, ...]
    note: LocalizedText | None
    is_assessed_since_reply: bool
    next: tuple[tuple[AgendaItem, DeadlineState], ...]


def build_chain(view: View, r: Recommendation) -> Chain | None:
    """Return the chain of a recommendation. Return None if it was not selected for follow-up and has no grade."""
    rounds, document, day = _graded_rounds(view, r), view.document(r.document), partial_dates.last_day
    if follow_up_status(view, r) is not FollowUpStatus.SELECTED and not rounds:
        return None
    follow_up = document.follow_up if document else None
    turns = [t for t in follow_up.rounds if t.report is None or t.report in view.documents] if follow_up else []
    replies = tuple(a for a in reversed(view.assessments[r.id]) if a.voice is Voice.STATE)
    own = [a for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY]
    kinds = (DeadlineKind.REPLY, DeadlineKind.NEXT_REPORT)
    due = (item for item in list_agenda(view) if item.deadline and item.deadline.kind in kinds)
    return Chain(
        asked_by=tuple(pair for pair in same_demand_links(view, r) if pair[0].issued_by is Issuer.CIVIL_SOCIETY),
        replies=replies,
        steps=known_steps(view, document) if document else (),
        rounds=rounds,
        latest=turns[-1] if turns else None,
        heard=heard_from(view, document) if document else (),
        note=follow_up.note if follow_up else None,
        is_assessed_since_reply=not replies or any(day(a.date) >= day(replies[-1].date) for a in own),
        next=tuple((item, item.state(view.local_date)) for item in due if item.document.id == r.document),
    )


def heard_from(view: View, observations: Document) -> tuple[Document, ...]:
    """Return the reports of civil society to the committee in this cycle since its concluding observations, earliest first."""
    own = _reports_beside(view, observations)
    since, day = effective_date(observations), partial_dates.last_day
    later = [
        (day(sent), d)
        for d in own
        if d.cycle == observations.cycle and since and (sent := effective_date(d)) and day(sent) > day(since)
    ]
    return tuple(d for _day, d in sorted(later, key=lambda pair: (pair[0], pair[1].id)))


def printed_grades(view: View, r: Recommendation) -> tuple[Assessment, ...]:
    """Return the grades of the latest round, for the recommendation or its parts, earliest recorded first, or () if none."""
    rounds = _graded_rounds(view, r)
    return rounds[-1].grades if rounds else ()


def graded_paragraphs(view: View, d: Document) -> tuple[tuple[str, tuple[GradedRound, ...]], ...]:
    """Return (paragraph, its rounds with grades) for each paragraph that a committee selected for follow-up in a document."""
    own = (r for r in view.recommendations.values() if r.document == d.id and r.paragraph)
    parts = group_by_key((paragraph_number(r.paragraph or ""), r) for r in own)
    numbers = d.follow_up.paragraphs if d.follow_up else ()
    return tuple((number, _graded_rounds(view, *parts.get(paragraph_number(number), ()))) for number in numbers)


def grade_meaning(view: View, r: Recommendation, a: Assessment) -> LocalizedText | None:
    """Return the meaning of the grade `a` in the scale that the committee used then, or None if it is not known."""
    document = view.document(r.document)
    report = a.source.document if a.source else None
    scale = scale_on(view.dataset, document.body, a.date, report=report) if document else None
    return next((g.meaning for g in scale.grades if g.grade == a.grade), None) if scale else None


def _graded_rounds(view: View, *rs: Recommendation) -> tuple[GradedRound, ...]:
    """Return the rounds in which the committee graded `rs`, earliest first. The grades of several have the letters of their parts."""
    said = ((r, a) for r in rs for a in reversed(view.assessments[r.id]) if a.voice is Voice.COMMITTEE)
    grades = [(r, a) for r, a in said if a.grade not in (None, NOT_SELECTED)]
    if len(rs) > 1:
        # "(a)" of "36 (a)"
        letters = {r.id: (r.paragraph or "").lstrip("0123456789 ") or None for r in rs}
        grades = [(r, replace(a, scope=a.scope or letters[r.id])) for r, a in grades]
    if len(rs) == 1 and all(a.part for _, a in grades):
        # what replaces a grade is recorded later, but stays in the place of its part
        places = {part.id: place for place, part in enumerate(rs[0].parts)}
        grades.sort(key=lambda pair: places.get(pair[1].part or "", 0))
    found = group_by_key(((a.source.document if a.source else None, a.date), a) for _, a in grades)
    rounds = (GradedRound(view.document(report), date, own) for (report, date), own in found.items())
    return tuple(sorted(rounds, key=lambda turn: partial_dates.last_day(turn.date)))


class Silence(StrEnum):
    """What is missing from civil society: a submission on a FOLLOW_UP, a report to a SESSION, or an assessment since a reply."""

    FOLLOW_UP = "follow-up"
    SESSION = "session"
    NOT_ASSESSED = "not-assessed"


class Unheard(NamedTuple):
    """Something that civil society has not sent or recorded. `recommendation` is set only for NOT_ASSESSED.

    `since` is the date on which the State's reply came or is due. For SESSION, it is the coming deadline for reports.
    `dated` is what says this date, with its mark.
    """

    kind: Silence
    document: Document
    since: str
    dated: AgendaItem | Assessment
    recommendation: Recommendation | None = None


def list_unheard(view: View, *, with_coming: bool = False) -> tuple[Unheard, ...]:
    """Return what civil society has not sent, earliest first. `with_coming` adds follow-ups with a reply due later."""
    reports = DeadlineKind.ALTERNATIVE_REPORTS
    coming = (item for item in list_upcoming(view) if item.deadline and item.deadline.kind is reports)
    sessions = (Unheard(Silence.SESSION, item.document, item.date, dated=item) for item in coming)
    found = [*_follow_ups(view, with_coming), *sessions, *_replies(view)]
    return tuple(sorted(found, key=lambda item: (partial_dates.last_day(item.since), item.document.id)))


def _follow_ups(view: View, with_coming: bool) -> Iterator[Unheard]:
    """Yield the follow-ups on which civil society has sent nothing, as far as the data say."""
    for d in view.documents.values():
        follow_up = d.follow_up
        if not follow_up or not follow_up.paragraphs or follow_up.no_submission:
            continue
        # in a view of the past, what came later is not known
        named = [({turn.reply, turn.report} - {None}, turn) for turn in follow_up.rounds]
        latest = next((t for ids, t in reversed(named) if not ids or ids & view.documents.keys()), None)
        if latest and (latest.report in view.documents or (latest.lists_ngos and not latest.report)):
            continue
        item = _reply_date(view, d)
        is_open = item and (with_coming or not partial_dates.is_after(item.date, view.local_date))
        if item and is_open and not _has_submission(view, d, item.date):
            yield Unheard(Silence.FOLLOW_UP, d, item.date, dated=item)


def _reply_date(view: View, d: Document) -> AgendaItem | None:
    """Return the date of the State's last reply, or else of the first step, or else of the deadline for the reply."""
    rounds = d.follow_up.rounds if d.follow_up else ()
    replies = [reply for turn in rounds if turn.reply and (reply := view.documents.get(turn.reply))]
    days = [(reply.id, day) for reply in replies if (day := reply.received or effective_date(reply))][-1:]
    agenda, steps = list_agenda(view), known_steps(view, d)[:1]
    received = [i for i in agenda if (i.document.id, i.date) in days and i.place in DATE_LABELS]
    own = [i for i in agenda if i.document is d]
    due = [i for i in own if i.deadline and i.deadline.kind is DeadlineKind.REPLY]
    return next(iter([*received, *(i for i in own if i.step in steps), *due]), None)


def _reports_beside(view: View, observations: Document) -> list[Document]:
    """Return the alternative reports to the same committee on the same State."""
    reports = (d for d in view.documents.values() if d.kind.is_civil_societys)
    return [d for d in reports if d.body == observations.body and view.state_of(d) == view.state_of(observations)]


def _has_submission(view: View, observations: Document, since: str) -> bool:
    """Return whether an alternative report to the same committee on the same State is dated on the day `since` or later."""
    days = [day for d in _reports_beside(view, observations) if (day := effective_date(d))]
    return any(partial_dates.last_day(day) >= partial_dates.last_day(since) for day in days)


def _replies(view: View) -> Iterator[Unheard]:
    for r in view.recommendations.values():
        chain, document = build_chain(view, r), view.document(r.document)
        if chain and document and not chain.is_assessed_since_reply:
            yield Unheard(
                Silence.NOT_ASSESSED, document, chain.replies[-1].date, dated=chain.replies[-1], recommendation=r
            )
