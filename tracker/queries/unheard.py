"""What civil society has not said yet although a committee may hear it now: follow-ups, sessions, replies nobody assessed.

A follow-up counts from the day on which the State's reply is due or was received, and until the committee has reported on
it, a submission is recorded, or somebody said why none will be sent.
"""

from dataclasses import dataclass
from enum import StrEnum

from tracker.model import partial_dates
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import DeadlineKind, DeadlineState, DocumentKind
from tracker.queries.chain import build_chain
from tracker.queries.deadlines import list_agenda
from tracker.queries.documents_by_cycle import known_steps
from tracker.queries.view import View, effective_date


class Silence(StrEnum):
    """What is missing: a submission on a follow-up, a report to a session, or an assessment since the State replied."""

    FOLLOW_UP = "follow-up"
    SESSION = "session"
    NOT_ASSESSED = "not-assessed"


@dataclass(frozen=True, slots=True)
class Unheard:
    """Something on which nobody of civil society is recorded. `since` is the partial date from which this is true.

    For SESSION, `since` is the committee's date for alternative reports, which is still to come.
    """

    kind: Silence
    document: Document
    since: str
    recommendation: Recommendation | None = None


def list_unheard(view: View, *, with_coming: bool = False) -> tuple[Unheard, ...]:
    """Return what nobody has said to a committee yet, the oldest first.

    `with_coming` adds the follow-ups on which a reply is due later: from then on the committee may hear civil society.
    """
    found = [*_follow_ups(view, with_coming), *_sessions(view), *_replies(view)]
    return tuple(sorted(found, key=lambda item: (partial_dates.last_day(item.since), item.document.id)))


def _follow_ups(view: View, with_coming: bool) -> list[Unheard]:
    found = []
    for d in view.documents.values():
        follow_up = d.follow_up
        if not follow_up or not follow_up.paragraphs or follow_up.no_submission:
            continue
        latest = follow_up.rounds[-1] if follow_up.rounds else None
        if latest and (latest.lists_ngos or (latest.report in view.documents)):
            continue
        since = _reply_date(view, d)
        is_open = since and (with_coming or not partial_dates.is_after(since, view.local_date))
        if since and is_open and not _has_submission(view, d, since):
            found.append(Unheard(Silence.FOLLOW_UP, d, since))
    return found


def _reply_date(view: View, d: Document) -> str | None:
    """Return when the State's reply was received, or else when it is due; None if neither is known."""
    rounds = d.follow_up.rounds if d.follow_up else ()
    replies = [reply for turn in rounds if turn.reply and (reply := view.documents.get(turn.reply))]
    received = [day for reply in replies if (day := reply.received or effective_date(reply))]
    steps = [step.date for step in known_steps(view, d)]
    due = [
        item.date
        for item in list_agenda(view)
        if item.document is d and item.deadline and item.deadline.kind is DeadlineKind.REPLY
    ]
    return next(iter([*received[-1:], *steps[:1], *due]), None)


def _has_submission(view: View, observations: Document, since: str) -> bool:
    """Return whether an alternative report to the same committee is from the day of the reply or later."""
    own = (d for d in view.documents.values() if d.kind is DocumentKind.ALTERNATIVE_REPORT)
    days = [day for d in own if d.body == observations.body and (day := effective_date(d))]
    return any(partial_dates.last_day(day) >= partial_dates.last_day(since) for day in days)


def _sessions(view: View) -> list[Unheard]:
    return [
        Unheard(Silence.SESSION, item.document, item.date)
        for item in list_agenda(view)
        if item.deadline
        and item.deadline.kind is DeadlineKind.ALTERNATIVE_REPORTS
        and item.state(view.local_date) is DeadlineState.NEXT
    ]


def _replies(view: View) -> list[Unheard]:
    found = []
    for r in view.recommendations.values():
        chain, document = build_chain(view, r), view.document(r.document)
        if chain and document and not chain.since_reply:
            found.append(Unheard(Silence.NOT_ASSESSED, document, chain.replies[-1].date, recommendation=r))
    return found
