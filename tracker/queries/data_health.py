"""What is unfinished in the data, as tasks for editors, and the three first steps in an empty tracker."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.labels import N_
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import Issuer, UptakeResult, Verification
from tracker.queries.public_files import files_of
from tracker.queries.view import View

TASK_LABELS: dict[str, str] = {
    "verification": N_("the text itself"),
    "paragraph": N_("the number of the paragraph"),
    "follow_up": N_("what was selected for follow-up"),
    "assessments": N_("an assessment"),
    "uptake": N_("taken up by a committee"),
}
"""Key that `Task.what` can contain → label of this part of a record."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task for editors: a record that needs work.

    `what` names the parts of the record that need work, as keys of TASK_LABELS. It is empty if no single part is meant.
    `citations` counts what refers to the record, where this decides the order of the tasks.
    """

    record: Record
    what: tuple[str, ...] = ()
    citations: int = 0


def stale_recommendations(view: View) -> tuple[Recommendation, ...]:
    """Return the recommendations whose assessment is out of date, the one that was checked longest ago first."""
    found = [r for r in view.recommendations.values() if view.is_stale(r)]
    return tuple(sorted(found, key=lambda r: partial_dates.last_day(view.last_checked(r) or "")))


def awaiting_second_reader(view: View) -> tuple[Recommendation, ...]:
    """Return the recommendations of which an assessment that counts awaits a second reader, the longest wait first."""
    found = []
    for r in view.recommendations.values():
        counting = view.counting_assessments(r)
        if times := [a.recorded or "" for a in counting if view.awaits_second_reader(a)]:
            found.append((min(times), r.id))
    return tuple(view.recommendations[name] for _, name in sorted(found))


def without_archived_copy(view: View) -> tuple[Task, ...]:
    """Return a task for each item of evidence that has a link but no archived copy and no saved copy, most cited first.

    What cites an item are the assessments that name it, and the recommendations that it is relevant to.
    """
    cited = Counter(name for found in view.assessments.values() for a in found for name in set(a.evidence))
    cited.update(name for r in view.recommendations.values() for name in {e.id for e, _ in view.evidence_for(r)})
    tasks = [Task(e, citations=cited[e.id]) for e in view.evidence.values() if e.link and not has_copy(view, e)]
    return tuple(sorted(tasks, key=lambda task: -task.citations))


def has_copy(view: View, e: Evidence) -> bool:
    """Return whether there is a copy of the page behind the link of an item of evidence, in an archive or attached."""
    return bool(e.archived) or any(file.is_copy_of_link for file in files_of(view, e))


def unverified(view: View) -> tuple[Task, ...]:
    """Return a task for each document, recommendation and evidence in which something still has to be checked."""
    found = (Task(r, what=tuple(_to_check(r))) for r in view.records)
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
        if record.issued_by is Issuer.COMMITTEE and not record.paragraph:
            yield "paragraph"
        if any(a.verification is Verification.TO_CHECK for a in record.assessments):
            yield "assessments"
        if any(u.result is UptakeResult.TO_CHECK for u in record.uptake):
            yield "uptake"


def without_timestamp(view: View) -> tuple[Task, ...]:
    """Return a task for each recommendation with an assessment without a recorded time: it was written by hand."""
    return tuple(Task(r) for r in view.recommendations.values() if any(a.recorded is None for a in r.assessments))


PAGES_OF_STEPS = ("/edit", "/import")
"""The pages on which the steps themselves are done."""


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which of the first steps are done: concluding observations, own demands, colleagues."""

    observations: bool
    demands: bool
    colleagues: bool


def first_steps(view: View, path: str, *, can_save: bool, people: Callable[[], int]) -> FirstSteps | None:
    """Return the steps that the page at `path` shows, or None. `people` returns the number of accounts.

    As long as there is no recommendation, every page shows them; after that only the overview, to editors, until both
    committees and civil society ask for something.
    """
    asked = {r.issued_by for r in view.dataset.recommendations.values()}
    is_over = len(asked) > 1 or (asked and not (can_save and path == "/"))
    if is_over or view.is_past or path in PAGES_OF_STEPS:
        return None
    return FirstSteps(Issuer.COMMITTEE in asked, Issuer.CIVIL_SOCIETY in asked, people() > 1)
