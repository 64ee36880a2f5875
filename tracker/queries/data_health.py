"""What is unfinished in the data, as lists of tasks for editors."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from tracker.model import partial_dates
from tracker.model.dataset import Record, all_records
from tracker.model.events import Event
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active, is_withdrawn
from tracker.model.ownership import named_in, owner_of
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Issuer, StateResponse, UptakeResult, Verification, Voice
from tracker.queries.activity_log import ActivityEntry, last_removal, split_activity
from tracker.queries.as_recorded import parse_history
from tracker.queries.current_view import recorded_day
from tracker.queries.follow_up import paragraph_number
from tracker.queries.public_files import files_of
from tracker.queries.view import View, group_by_key

TASK_LABELS: dict[str, str] = {
    "verification": N_("the text itself"),
    "paragraph": N_("the number of the paragraph"),
    "follow_up": N_("what was selected for follow-up"),
    "assessments": N_("an assessment"),
    "uptake": N_("taken up by a committee"),
}
"""Part of a record that can need work (a value in `Task.what`) → its label."""


class Task(NamedTuple):
    """A record that needs work. `what` are the parts that need work (keys of TASK_LABELS), or () for the whole record.

    `citations` is how many assessments cite the evidence, plus how many recommendations it is relevant to.
    """

    record: Record
    what: tuple[str, ...] = ()
    citations: int = 0


def stale_recommendations(view: View) -> tuple[Recommendation, ...]:
    """Return the recommendations whose assessment is out of date, the one that was checked longest ago first."""
    found = [r for r in view.recommendations.values() if view.is_stale(r)]
    return tuple(sorted(found, key=lambda r: partial_dates.last_day(view.last_checked(r) or "")))


MONTHS_WITHOUT_EVIDENCE = 6
"""After how many months an assessment without newer evidence is on the list of the week."""


def list_without_new_evidence(view: View, organisation: str) -> tuple[tuple[Recommendation, str], ...]:
    """Return (recommendation that an organisation assessed, date of its newest evidence or ""), the oldest first.

    Only those without evidence in the last MONTHS_WITHOUT_EVIDENCE are listed. Evidence without a date counts from the
    day on which it was recorded.
    """
    since = view.local_date - timedelta(days=round(MONTHS_WITHOUT_EVIDENCE * 365.2425 / 12))
    found = []
    for r in view.recommendations.values():
        if organisation in {view.organisation_of(a).id for a in view.headline(r).assessments}:
            dates = [
                day for e, _ in view.evidence_for(r) if (day := e.happened or e.published or (e.recorded or "")[:10])
            ]
            newest = max(dates, key=partial_dates.last_day, default="")
            if not newest or partial_dates.last_day(newest) < since:
                found.append((r, newest))
    return tuple(sorted(found, key=lambda pair: partial_dates.last_day(pair[1]).toordinal() if pair[1] else 0))


def list_awaiting_second_reader(view: View) -> tuple[Recommendation, ...]:
    """Return the recommendations with a deciding assessment that still needs a second person, the longest wait first."""
    counting = ((r.id, a) for r in view.recommendations.values() for a in view.counting_assessments(r))
    times = group_by_key((id, a.recorded or "") for id, a in counting if view.awaits_second_reader(a))
    return tuple(view.recommendations[id] for id in sorted(times, key=lambda id: (min(times[id]), id)))


def list_without_archived_copy(view: View) -> tuple[Task, ...]:
    """Return a task for each item of evidence with a link, if neither the archive nor a file has a copy, the most cited first."""
    cited = Counter(name for found in view.assessments.values() for a in found for name in set(a.evidence))
    cited.update(name for r in view.recommendations.values() for name in {e.id for e, _ in view.evidence_for(r)})
    linked = (e for e in view.evidence.values() if e.link and not e.archived)
    tasks = (Task(e, citations=cited[e.id]) for e in linked if not any(f.is_copy_of_link for f in files_of(view, e)))
    return tuple(sorted(tasks, key=lambda task: -task.citations))


def list_unverified(view: View) -> tuple[Task, ...]:
    """Return a task for each record in which something is not checked yet, or in which the paragraph is missing."""
    return tuple(Task(r, what=what) for r in view.records if (what := tuple(_to_check(r))))


READING_LABELS: dict[str, str] = {
    "document": N_("Not read whole: bring in the file, and tick what matters"),
    "follow_up": N_("Which paragraphs were selected for follow-up, and the dates"),
    "answers": N_("What the State answered: bring in the addendum"),
    "no-record": N_("selected for follow-up, not in the tracker yet"),
    "words": N_("copy its words"),
}
"""What somebody has to read (a value in `Reading.what`) → its label."""


class Reading(NamedTuple):
    """Something to read in a document and to enter. `record` is what it completes, None if there is no record yet."""

    what: str
    paragraph: str = ""
    record: Recommendation | None = None


def list_readings(view: View) -> tuple[tuple[Document, tuple[Reading, ...]], ...]:
    """Return (document, what to read in it) for each document that makes recommendations and was not read to the end.

    All follows from the marks in the data. Documents of which the most is missing come first.
    """
    listed = group_by_key((r.document, r) for r in view.by_issuer(Issuer.COMMITTEE))
    found = []
    for d in view.documents.values():
        if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS:
            found.append((d, tuple(_readings(d, listed.get(d.id, ())))))
    return tuple(sorted((pair for pair in found if pair[1]), key=lambda pair: -len(pair[1])))


def _readings(d: Document, listed: Sequence[Recommendation]) -> Iterator[Reading]:
    numbers = {paragraph_number(r.paragraph) for r in listed if r.paragraph}
    if d.verification is not Verification.SEEN or d.parts_read:
        yield Reading("document")
    if d.follow_up and d.follow_up.verification is Verification.TO_CHECK:
        yield Reading("follow_up")
    if d.follow_up and not any(turn.report for turn in d.follow_up.rounds):
        # what the committee has graded is over
        for number in d.follow_up.paragraphs:
            if paragraph_number(number) not in numbers:
                yield Reading("no-record", number)
    if any(r.response is StateResponse.TO_BE_EXAMINED for r in listed):
        yield Reading("answers")
    for r in listed:
        if not r.text:
            yield Reading("words", r.paragraph or "", r)


def _to_check(record: Record) -> Iterator[str]:
    """Yield a key of TASK_LABELS for each part of a record that is not checked yet or missing."""
    to_check = Verification.TO_CHECK
    if record.verification is to_check:
        yield "verification"
    if isinstance(record, Document) and record.follow_up and record.follow_up.verification is to_check:
        yield "follow_up"
    if isinstance(record, Recommendation):
        if record.issued_by is Issuer.COMMITTEE and not record.paragraph:
            yield "paragraph"
        if any(a.verification is to_check for a in record.assessments):
            yield "assessments"
        if any(u.result is UptakeResult.TO_CHECK for u in record.uptake):
            yield "uptake"


def list_without_timestamp(view: View) -> tuple[Task, ...]:
    """Return a task for each recommendation with an assessment that was written by hand and has no recorded time."""
    return tuple(Task(r) for r in view.recommendations.values() if any(a.recorded is None for a in r.assessments))


TOLD_FOR = timedelta(days=30)
"""For how long an organisation is told what others did to its word."""


def affected_by_others(view: View, organisation: str, strangers: Set[str]) -> tuple[ActivityEntry, ...]:
    """Return what others (`strangers`, by handle) did within TOLD_FOR to an organisation's word, the newest first.

    Its word is what it recorded or changed, what names it as author, publisher or signer, the evidence for its
    assessments, the documents of its recommendations and assessments, and grades and claims where it has assessed.
    """
    known = view.dataset.recommendations.values()
    found = ((r, a) for r in known for a in r.assessments if a.voice is Voice.CIVIL_SOCIETY and is_active(a, None))
    pairs = [(r, a) for r, a in found if view.organisation_of(a).id == organisation]
    signed, assessed = [a for _r, a in pairs], {r.id for r, _a in pairs}
    graded = {r.id for r in known for a in r.assessments if a.recorded_for == organisation}
    cited = {id for a in signed for id in a.evidence}
    of_documents = {r.document for r in known if r.id in assessed or r.recorded_for == organisation}

    def is_theirs(entry: ActivityEntry) -> bool:
        owner = (entry.file and entry.file.recorded_for) or owner_of(view.dataset, entry.record)
        named = {owner, entry.record.recorded_for, *named_in(view.dataset, entry.record)}
        for edit in (one for one in entry.edits if one.old and one.field in ("publisher", "authors")):
            before: dict[str, Any] = {edit.field: parse_history(edit.old or "")}  # the name may be taken away
            named |= {*named_in(view.dataset, replace(entry.record, **before))}
        changed = {edit.field for edit in entry.edits}
        named |= {c.recorded_for for c in entry.record.history if c.field in changed and c.recorded < entry.recorded}
        if entry.event and (entry.item is None or entry.file) and not owner:
            named.add(view.editors.id)
        a = entry.assessment
        is_said = a is not None and a.voice is not Voice.CIVIL_SOCIETY and entry.record.id in (assessed | graded)
        named |= {a.recorded_for} if a and entry.event else set()
        if d := entry.document:
            named |= {d.recorded_for or view.editors.id, *(one.recorded_for for one in d.deadlines)}
        is_cited = entry.evidence is not None and entry.record.id in cited
        is_of_document = entry.document is not None and entry.record.id in of_documents
        return organisation in named or is_cited or is_said or is_of_document or entry.assessment in signed

    def is_by_others(entry: ActivityEntry) -> bool:
        return entry.organisation not in (None, organisation) or entry.by in strangers

    since = view.today - TOLD_FOR
    recent = (c for c in split_activity(view)[0] if recorded_day(c.recorded, view.dataset) >= since)
    return tuple(entry for entry in recent if is_by_others(entry) and is_theirs(entry))


def owner_of_entry(view: View, entry: ActivityEntry) -> str:
    """Return the id of the organisation whose entry was changed: of the one that made the assessment, or else of the record.

    What is everybody's counts as the tracker's editors'.
    """
    if entry.assessment and entry.assessment.voice is Voice.CIVIL_SOCIETY:
        return view.organisation_of(entry.assessment).id
    return (entry.file and entry.file.recorded_for) or owner_of(view.dataset, entry.record) or view.editors.id


def list_archived_by(view: View, organisation: str) -> tuple[tuple[Record, Event], ...]:
    """Return (record, its archiving) for what an organisation archived or lost to the archive, the newest first."""
    found = ((r, last_removal(r, view.recorded)) for r in all_records(view.dataset) if is_withdrawn(r.events))
    theirs = [
        (r, event)
        for r, event in found
        if event and organisation in (event.recorded_for or view.editors.id, owner_of(view.dataset, r))
    ]
    return tuple(sorted(theirs, key=lambda pair: pair[1].recorded or "", reverse=True))
