"""Find all problems in a data folder, each with its file and line."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, groupby
from zoneinfo import ZoneInfo

from tracker.config import AnyPlace
from tracker.model.dataset import Dataset
from tracker.model.errors import InvalidFile
from tracker.model.problems import Problem, RuleViolation
from tracker.safety import metadata_scanner, scanner
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.open_storage import open_storage
from tracker.storage.yaml_reader import compose, decode, find_line
from tracker.validation import rules
from tracker.validation.assessment_rules import dates_in_the_future
from tracker.validation.deadline_rules import deadlines_done_in_the_future


def check_folder(
    root: AnyPlace, is_dismissed: scanner.IsDismissed = scanner.nothing_dismissed, *, now: datetime | None = None
) -> list[Problem]:
    """Return all problems of the data folder `root`, sorted by file and line.

    `is_dismissed` returns whether a safety finding was dismissed. Dismissed findings are left out. `now` is the current
    time; if it is None, dates in the future are no problems. Raises NoDataset if the folder cannot be read.
    """
    return find_problems(DatasetReader(root).read(), is_dismissed, now=now)


def find_problems(
    dataset: Dataset,
    is_dismissed: scanner.IsDismissed = scanner.nothing_dismissed,
    *,
    now: datetime | None = None,
) -> list[Problem]:
    """Return all problems of a dataset, sorted by file and line.

    A problem is an error in a file, a broken rule, or a passage that may identify a person. Passages for which
    `is_dismissed` returns True are left out. `now` is as in `check_folder`.
    """
    later: Iterable[RuleViolation] = ()
    if now:
        today = now.astimezone(ZoneInfo(dataset.settings.timezone)).date()
        later = (*dates_in_the_future(dataset, today), *deadlines_done_in_the_future(dataset, today))
    violations = chain(rules.check_dataset(dataset), later, scanner.scan_dataset(dataset, is_dismissed))
    return sorted([*dataset.problems, *locate_violations(violations, dataset), *metadata_scanner.scan_files(dataset)])


def locate_violations(violations: Iterable[RuleViolation], dataset: Dataset) -> Iterator[Problem]:
    """Yield a problem for each violation in a file of `dataset`, with the present line of its field.

    Problems are sorted by file.
    """
    files = open_storage(dataset.root)
    for path, group in groupby(
        sorted(violations, key=lambda violation: str(violation.path)), key=lambda violation: violation.path
    ):
        try:
            node = compose(decode(files.read(dataset.name_of(path))))
        except (InvalidFile, OSError):
            node = None
        yield from (
            Problem(display_path(path), find_line(node, violation.field_path), violation.message) for violation in group
        )
