"""Find all problems in a data folder, each with its file and line."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain, groupby
from operator import attrgetter

from tracker.config import AnyPlace
from tracker.model.dataset import Dataset, all_records
from tracker.model.errors import InvalidFile, Problem, RuleViolation
from tracker.safety import scanner
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.open_storage import open_storage
from tracker.storage.yaml.reader import compose, decode, find_line
from tracker.validation import rules
from tracker.validation.file_check import check_attached_files, unnamed_file_problems


def check_folder(
    root: AnyPlace, is_dismissed: scanner.IsDismissed = scanner.nothing_dismissed, *, now: datetime | None = None
) -> list[Problem]:
    """Return all problems of the data folder `root`, sorted by file and line.

    `is_dismissed` returns whether a safety finding was dismissed. Dismissed findings are left out. `now` is the current
    time; if it is None, dates in the future are no problems. Attached files are read whole, and those that no record
    names are problems too. Raises NoDataset if the folder cannot be read.
    """
    dataset = DatasetReader(root).read()
    problems = find_problems(dataset, is_dismissed, now=now, with_digests=True)
    if not dataset.problems:  # a file that cannot be read may name them
        named = (file for record in all_records(dataset) for file in getattr(record, "files", ()))
        problems += unnamed_file_problems(dataset.root, named)
    return sorted(problems)


def find_problems(
    dataset: Dataset,
    is_dismissed: scanner.IsDismissed = scanner.nothing_dismissed,
    *,
    now: datetime | None = None,
    with_digests: bool = False,
) -> list[Problem]:
    """Return all problems of a dataset, sorted by file and line.

    A problem is an error in a file, a broken rule, a passage that may identify a person, or an attached file that is
    missing or was changed. Passages for which `is_dismissed` returns True are left out. `now` is as in `check_folder`.
    With `with_digests`, attached files are read whole; without it, only their sizes are compared.
    """
    broken, unsafe = rules.check_dataset(dataset, now), scanner.scan_dataset(dataset, is_dismissed)
    violations = chain(broken, unsafe, check_attached_files(dataset, with_digests=with_digests))
    return sorted([*dataset.problems, *locate_violations(violations, dataset), *scanner.scan_files(dataset)])


def locate_violations(violations: Iterable[RuleViolation], dataset: Dataset) -> Iterator[Problem]:
    """Yield a problem for each violation in a file of `dataset`, with the present line of its field.

    Problems are sorted by file.
    """
    files = open_storage(dataset.root)
    for path, group in groupby(sorted(violations, key=lambda one: str(one.path)), key=attrgetter("path")):
        node = None
        with suppress(InvalidFile, OSError):
            node = compose(decode(files.read(dataset.name_of(path))))
        yield from (Problem(display_path(path), find_line(node, one.field_path), one.message) for one in group)
