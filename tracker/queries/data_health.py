"""Lists for the data health page: what is unfinished in the data, as tasks for editors."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.labels import N_
from tracker.model.localized_text import LocalizedText
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import UptakeResult, Verification, Voice
from tracker.queries.view import View

TASK_LABELS: dict[str, str] = {
    "verification": N_("the text itself"),
    "follow_up": N_("what was selected for follow-up"),
    "assessments": N_("an assessment"),
    "uptake": N_("its uptake"),
    "title": N_("title"),
    "summary": N_("summary"),
}
"""Key that `Task.what` can contain → label of this part of a record."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task for editors: a record that needs work.

    `what` names the parts of the record that need work, as keys of TASK_LABELS. It is empty if no single part is meant.
    """

    record: Record
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslationCoverage:
    """How many titles and summaries have a text in the language `lang`.

    `translated` is the number of titles and summaries with such a text, and `total` the number of all titles and
    summaries. `missing` has a task for each record whose title or summary has no such text.
    """

    lang: str
    translated: int
    total: int
    missing: tuple[Task, ...]


def stale_recommendations(view: View) -> tuple[Recommendation, ...]:
    """Return the recommendations whose assessment is out of date (see `View.is_stale`).

    The recommendation that was checked longest ago comes first.
    """
    found = [r for r in view.recommendations.values() if view.is_stale(r)]
    return tuple(sorted(found, key=lambda r: partial_dates.last_day(view.last_checked(r) or "")))


def awaiting_second_reader(view: View) -> tuple[Recommendation, ...]:
    """Return the recommendations that have an assessment that awaits a second reader.

    Only civil society's latest assessment of the whole recommendation, and the latest one of each part, are considered.
    The recommendation that has waited longest comes first.
    """
    found = []
    for r in view.recommendations.values():
        latest = (view.latest(r, Voice.CIVIL_SOCIETY), *view.latest_assessment_by_part(r).values())
        if times := [a.recorded or "" for a in latest if a and view.awaits_second_reader(a)]:
            found.append((min(times), r.id))
    return tuple(view.recommendations[name] for _, name in sorted(found))


def without_archived_copy(view: View) -> tuple[Task, ...]:
    """Return a task for each item of evidence that has a link but no archived copy."""
    found = (e for e in view.evidence.values() if e.link and not e.archived)
    return tuple(Task(e) for e in found)


def unverified(view: View) -> tuple[Task, ...]:
    """Return a task for each record in which something still has to be checked.

    Documents come first, then recommendations, then evidence.
    """
    records: list[Record] = [
        *view.documents.values(),
        *view.recommendations.values(),
        *view.evidence.values(),
    ]
    found = (Task(r, what=tuple(_to_check(r))) for r in records)
    return tuple(task for task in found if task.what)


def _to_check(record: Record) -> Iterator[str]:
    """Yield a key of TASK_LABELS for each part of a record that still has to be checked.

    The key "verification" means the record itself. Every other key is the name of a field of the record.
    """
    if record.verification is Verification.TO_CHECK:
        yield "verification"
    if isinstance(record, Document) and record.follow_up and record.follow_up.verification is Verification.TO_CHECK:
        yield "follow_up"
    if isinstance(record, Recommendation):
        if any(a.verification is Verification.TO_CHECK for a in record.assessments):
            yield "assessments"
        if any(u.result is UptakeResult.TO_CHECK for u in record.uptake):
            yield "uptake"


def translation_coverage(view: View) -> tuple[TranslationCoverage, ...]:
    """Return one `TranslationCoverage` for each language of the dataset: how many titles and summaries have a text in it.

    The titles and summaries of recommendations and of evidence are counted.
    """
    records: list[Recommendation | Evidence] = [*view.recommendations.values(), *view.evidence.values()]
    texts = [(r, _languages_by_field(r, view.settings.language)) for r in records]
    total = sum(len(fields) for _, fields in texts)
    coverage = []
    for lang in view.settings.languages:
        lacking = [(r, tuple(field for field, langs in fields if lang not in langs)) for r, fields in texts]
        missing = tuple(Task(r, what=what) for r, what in lacking if what)
        translated = total - sum(len(task.what) for task in missing)
        coverage.append(TranslationCoverage(lang, translated, total, missing=missing))
    return tuple(coverage)


def _languages_by_field(r: Recommendation | Evidence, main: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return (field, languages) pairs: one for the title and one for the summary of a record.

    The languages are those in which the field has a text. A text that names no language is in the language `main`. A
    field without any text is left out, for example the title of some evidence.
    """
    texts: list[tuple[str, LocalizedText | None]] = [("title", r.title), ("summary", r.summary)]
    return tuple((field, frozenset(lang or main for lang in text)) for field, text in texts if text)


def without_timestamp(view: View) -> tuple[Task, ...]:
    """Return a task for each recommendation with an assessment that has no recorded time.

    Such an assessment was written into the file by hand.
    """
    return tuple(Task(r) for r in view.recommendations.values() if any(a.recorded is None for a in r.assessments))
