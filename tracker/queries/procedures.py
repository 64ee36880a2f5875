"""Where civil society can still write to a committee: which stages of its reporting cycles are open, and which are over."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tracker.model import partial_dates
from tracker.model.registers import Document, FollowUp, TreatyBody
from tracker.model.vocabulary import (
    DeadlineKind,
    DeadlineState,
    DocumentKind,
    MechanismKind,
    SubmissionStage,
    Verification,
)
from tracker.queries.deadlines import AgendaItem, list_agenda
from tracker.queries.follow_up import group_by_cycle, known_steps
from tracker.queries.view import View, effective_date

ISSUE_LISTS = (DocumentKind.LIST_OF_ISSUES, DocumentKind.LOIPR)
_ENDED = re.compile(
    r"\b(?:discontinu|clos|end(?:s|ed)?\b|suspend|прекра|заверш|закры|токтот|clôtur|mett\w+ fin|cerr|pon\w+ fin)", re.I
)
"""Words with which a committee, in what it decided, ends a follow-up."""


class Procedure(NamedTuple):
    """A stage of a reporting cycle at which civil society can write to a committee about `document`.

    `is_open` is None if the data do not say it. `date` is the day by which it is expected, if that is announced; of what
    is over, the day on which it ended, with the document `by` that shows it. `is_said`: the committee itself ended it.
    """

    stage: SubmissionStage
    document: Document
    is_open: bool | None
    date: str | None = None
    by: Document | None = None
    is_said: bool = True


def list_procedures(view: View, body: TreatyBody) -> tuple[Procedure, ...]:
    """Return a treaty body's procedures, the latest first, and then those of the next review if none is running.

    Return () for another mechanism.
    """
    if body.kind is not MechanismKind.TREATY_BODY:
        return ()
    concluded, found = None, list[Procedure]()
    for _cycle, documents in group_by_cycle(view, body):
        by_kind = {d.kind: d for d in reversed(documents)}
        if observations := by_kind.get(DocumentKind.CONCLUDING_OBSERVATIONS):
            found.append(_follow_up(view, observations, concluded))
            concluded = concluded or observations
        elif concluded is None:
            found += _review(view, by_kind)
    is_running = any(p.stage is not SubmissionStage.FOLLOW_UP for p in found)
    if concluded and not is_running:
        # no document of the next review is known yet: its list of issues comes first
        prior = any(d.kind is DocumentKind.LOIPR for d in view.documents.values() if d.body == body.id)
        stage = SubmissionStage.LIST_OF_ISSUES_PRIOR if prior else SubmissionStage.LIST_OF_ISSUES
        day = _next_date(view, body, DeadlineKind.LIST_OF_ISSUES)
        found.append(Procedure(stage, concluded, is_open=True, date=day))
        day = effective_date(concluded)
        found.append(Procedure(SubmissionStage.ALTERNATIVE_REPORT, concluded, is_open=False, date=day, by=concluded))
    return tuple(found)


def _follow_up(view: View, observations: Document, later: Document | None) -> Procedure:
    """Return the follow-up to concluding observations. `later` are those of a later review, which end it, or None."""
    stage, follow_up = SubmissionStage.FOLLOW_UP, observations.follow_up or FollowUp(verification=Verification.TO_CHECK)
    reports = [turn for turn in follow_up.rounds if turn.report in view.documents]
    if reports and follow_up.rounds[-1] is reports[-1] and not _awaits_reply(view, observations):
        by, action = view.documents[reports[-1].report or ""], reports[-1].action or {}
        is_said = any(_ENDED.search(one.text) for one in action.values())
        return Procedure(stage, observations, is_open=False, date=effective_date(by), by=by, is_said=is_said)
    if later:
        return Procedure(stage, observations, is_open=False, date=effective_date(later), by=later, is_said=False)
    is_open = True if follow_up.paragraphs else False if follow_up.verification is Verification.SEEN else None
    day = next((item.date for item in _deadlines(view, observations, DeadlineKind.REPLY)), None)
    return Procedure(stage, observations, is_open=is_open, date=day)


def _review(view: View, by_kind: dict[DocumentKind, Document]) -> Iterator[Procedure]:
    """Yield the stages of a review that is not concluded yet."""
    asked = next((by_kind[kind] for kind in ISSUE_LISTS if kind in by_kind), None)
    stage = SubmissionStage.LIST_OF_ISSUES_PRIOR if DocumentKind.LOIPR in by_kind else SubmissionStage.LIST_OF_ISSUES
    report = by_kind.get(DocumentKind.STATE_REPORT)
    if asked:
        items = [i for d in by_kind.values() for i in _deadlines(view, d, DeadlineKind.ALTERNATIVE_REPORTS)]
        states = {item.state(view.local_date) for item in items}
        day = max((item.date for item in items), key=partial_dates.last_day, default=None)
        is_open = not states or DeadlineState.NEXT in states
        yield Procedure(SubmissionStage.ALTERNATIVE_REPORT, asked, is_open=is_open, date=day, is_said=False)
        yield Procedure(stage, asked, is_open=False, date=effective_date(asked), by=asked)
    elif report:
        day = next((item.date for item in _deadlines(view, report, DeadlineKind.LIST_OF_ISSUES)), None)
        yield Procedure(stage, report, is_open=True, date=day)


def _deadlines(view: View, d: Document, kind: DeadlineKind) -> list[AgendaItem]:
    return [i for i in list_agenda(view) if i.document.id == d.id and i.deadline and i.deadline.kind is kind]


def _awaits_reply(view: View, d: Document) -> bool:
    return any(item.met is None for item in _deadlines(view, d, DeadlineKind.REPLY))


def _next_date(view: View, body: TreatyBody, kind: DeadlineKind) -> str | None:
    """Return the next date of this kind that a committee announced, or None."""
    own = (i for i in list_agenda(view) if i.document.body == body.id and i.deadline and i.deadline.kind is kind)
    return next((item.date for item in own if item.state(view.local_date) is DeadlineState.NEXT), None)


def propose_procedure(view: View, *bodies: TreatyBody) -> Procedure | None:
    """Return the procedure in which something can be said now, or None: a follow-up, else a review, else a list of issues.

    A follow-up in which the State replied and the committee answered comes after a review that the same committee has begun.
    """
    found = [p for body in bodies for p in list_procedures(view, body) if p.is_open]
    lists = (SubmissionStage.LIST_OF_ISSUES, SubmissionStage.LIST_OF_ISSUES_PRIOR)
    in_review = {p.document.body for p in found if p.stage is SubmissionStage.ALTERNATIVE_REPORT}

    def place(p: Procedure) -> tuple[bool, bool, bool]:
        is_follow_up = p.stage is SubmissionStage.FOLLOW_UP
        is_late = is_follow_up and p.document.body in in_review and _was_answered(view, p.document)
        return p.stage in lists, is_late, not is_follow_up

    return min(found, key=place, default=None)


def _was_answered(view: View, d: Document) -> bool:
    """Return whether a report or at least two steps (reply and letter) of a follow-up are out, and no reply is awaited."""
    rounds = d.follow_up.rounds if d.follow_up else ()
    is_told = len(known_steps(view, d)) > 1 or any(turn.report in view.documents for turn in rounds)
    return is_told and not _awaits_reply(view, d)


def closed_procedure(view: View, body: TreatyBody, stage: SubmissionStage) -> Procedure | None:
    """Return the latest procedure of this stage that is over, if none of this stage is open; otherwise None."""
    found = [p for p in list_procedures(view, body) if p.stage is stage]
    is_open = any(p.is_open for p in found)
    return None if is_open else next((p for p in found if p.is_open is False and p.date), None)
