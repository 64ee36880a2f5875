"""Everything that is wrong in a data folder, in one run, with file and line."""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path

from tracker.model.dataset import Dataset
from tracker.model.errors import InvalidFile
from tracker.model.problems import Problem, RuleViolation
from tracker.safety import metadata_scanner, scanner
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.yaml_reader import compose, decode, find_line
from tracker.validation import rules


def check_folder(root: Path, settled: scanner.IsDismissed = scanner.nothing_dismissed) -> list[Problem]:
    """All problems of a data folder, by file and line; NoDataset when the folder cannot be read."""
    return find_problems(DatasetReader(root).read(), settled)


def find_problems(dataset: Dataset, settled: scanner.IsDismissed = scanner.nothing_dismissed) -> list[Problem]:
    """All problems of a dataset: what its files say wrongly, what does not fit together, and what may lead to a person."""
    found = chain(rules.check_dataset(dataset), scanner.scan_dataset(dataset, settled))
    return sorted([*dataset.problems, *locate_violations(found), *metadata_scanner.scan_files(dataset)])


def locate_violations(findings: Iterable[RuleViolation]) -> Iterator[Problem]:
    """Findings with the line in the file as it is now."""
    for path, group in groupby(
        sorted(findings, key=lambda finding: str(finding.path)), key=lambda finding: finding.path
    ):
        try:
            node = compose(decode(path.read_bytes()))
        except (InvalidFile, OSError):
            node = None
        yield from (
            Problem(display_path(path), find_line(node, finding.field_path), finding.message) for finding in group
        )
