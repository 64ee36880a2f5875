"""What is unfinished in the data: work for editors, each piece with the file that it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.labels import N_
from tracker.model.localized_text import LocalizedText
from tracker.model.problems import RuleViolation
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import UptakeResult, Verification, Voice
from tracker.queries.view import View
from tracker.storage.dataset_reader import display_path
from tracker.validation.check import locate_violations

TASK_LABELS: dict[str, str] = {
    "verification": N_("the text itself"),
    "follow_up": N_("what was selected for follow-up"),
    "assessments": N_("an assessment"),
    "uptake": N_("its uptake"),
    "title": N_("title"),
    "summary": N_("summary"),
}
"""What is to be done on a record, in words."""


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work: the record, its file and line, and what is to be done as places inside the record."""

    record: Record
    path: str
    line: int = 0
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many titles and summaries there are in a language, out of how many, and the records where one is missing."""

    lang: str
    there: int
    of: int
    missing: tuple[Task, ...]


def stale_recommendations(view: View) -> tuple[Recommendation, ...]:
    """The recommendations whose assessment is older than the dataset's limit, the oldest first."""
    found = [r for r in view.recommendations.values() if view.is_stale(r)]
    return tuple(sorted(found, key=lambda r: partial_dates.last_day(view.last_checked(r) or "")))


def awaiting_second_reader(view: View) -> tuple[Recommendation, ...]:
    """The recommendations whose status, or that of a part, awaits a second reader, the oldest first."""
    found = []
    for r in view.recommendations.values():
        standing = (view.latest(r, Voice.CIVIL_SOCIETY), *view.latest_by_part(r).values())
        if times := [a.recorded or "" for a in standing if a and view.awaits_second_reader(a)]:
            found.append((min(times), r.id))
    return tuple(view.recommendations[name] for _, name in sorted(found))


def without_archived_copy(view: View) -> tuple[Task, ...]:
    """The evidence that can vanish: it has a link, and no archived copy."""
    found = (e for e in view.evidence.values() if e.link and not e.archived)
    return tuple(Task(e, record_path(view, e)) for e in found)


def unverified(view: View) -> tuple[Task, ...]:
    """What is marked to be checked: documents, then recommendations, then evidence."""
    records: list[Record] = [
        *view.documents.values(),
        *view.recommendations.values(),
        *view.evidence.values(),
    ]
    found = (Task(r, record_path(view, r), what=tuple(_to_check(r))) for r in records)
    return tuple(piece for piece in found if piece.what)


def _to_check(record: Record) -> Iterator[str]:
    """What of a record is to be checked: "verification" for the record itself, else the name of the field."""
    if record.verification is Verification.TO_CHECK:
        yield "verification"
    if isinstance(record, Document) and record.follow_up and record.follow_up.verification is Verification.TO_CHECK:
        yield "follow_up"
    if isinstance(record, Recommendation):
        if any(a.verification is Verification.TO_CHECK for a in record.assessments):
            yield "assessments"
        if any(u.result is UptakeResult.TO_CHECK for u in record.uptake):
            yield "uptake"


def translation_coverage(view: View) -> tuple[Coverage, ...]:
    """For each language of the dataset: how much of the recommendations and the evidence has a title and a summary in it."""
    records: list[Recommendation | Evidence] = [*view.recommendations.values(), *view.evidence.values()]
    texts = [(r, _texts(r, view.settings.language)) for r in records]
    of = sum(len(fields) for _, fields in texts)
    found = []
    for lang in view.settings.languages:
        lacking = [(r, tuple(field for field, langs in fields if lang not in langs)) for r, fields in texts]
        missing = tuple(Task(r, record_path(view, r), what=what) for r, what in lacking if what)
        found.append(Coverage(lang, of - sum(len(piece.what) for piece in missing), of, missing))
    return tuple(found)


def _texts(r: Recommendation | Evidence, main: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """(field, languages) of a record's title and summary. Evidence may have no title at all."""
    texts: list[tuple[str, LocalizedText | None]] = [("title", r.title), ("summary", r.summary)]
    return tuple((field, frozenset(lang or main for lang in text)) for field, text in texts if text)


def without_timestamp(view: View) -> tuple[Task, ...]:
    """The assessments written by hand that have no recorded time, each with its line."""
    return tuple(
        Task(r, problem.path, problem.line)
        for r in view.recommendations.values()
        for problem in locate_violations(
            RuleViolation(view.dataset.path_of(r), ("assessments", i), "no recorded time")
            for i, a in enumerate(view.dataset.recommendations[r.id].assessments)
            if a in r.assessments and a.recorded is None
        )
    )


def record_path(view: View, record: Record) -> str:
    """The file of a record, as a person at this place would type it."""
    return display_path(view.dataset.path_of(record))


def own_name(lang: str) -> str:
    """What a language calls itself; its code where that is not known."""
    try:
        name = Locale.parse(lang).get_language_name(lang)
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else lang
