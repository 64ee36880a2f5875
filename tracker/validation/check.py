"""Everything that is wrong in a data folder, in one run, with file and line."""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path

from tracker.model.problems import Problem, RuleViolation
from tracker.safety import metadata_scanner, scanner
from tracker.storage.dataset_reader import Dataset, Reader, shown
from tracker.storage.yaml_reader import Broken, compose, decode, line_of
from tracker.validation import rules


def check(root: Path, settled: scanner.Covers = scanner.none_settled) -> list[Problem]:
    """All problems of a data folder, by file and line; NoDataset when the folder cannot be read."""
    return problems(Reader(root).read(), settled)


def problems(dataset: Dataset, settled: scanner.Covers = scanner.none_settled) -> list[Problem]:
    """All problems of a dataset: what its files say wrongly, what does not fit together, and what may lead to a person."""
    found = chain(rules.of_dataset(dataset), scanner.of_dataset(dataset, settled))
    return sorted([*dataset.problems, *located(found), *metadata_scanner.of_files(dataset)])


def located(findings: Iterable[RuleViolation]) -> Iterator[Problem]:
    """Findings with the line in the file as it is now."""
    for path, group in groupby(
        sorted(findings, key=lambda finding: str(finding.path)), key=lambda finding: finding.path
    ):
        try:
            node = compose(decode(path.read_bytes()))
        except (Broken, OSError):
            node = None
        yield from (Problem(shown(path), line_of(node, finding.field_path), finding.message) for finding in group)
