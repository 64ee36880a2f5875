"""Everything that is wrong in a data folder, in one run, with file and line."""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path

from tracker import rules, safety, safety_elsewhere
from tracker.dataset import Dataset, Reader, shown
from tracker.files import Broken, compose, decode, line_of
from tracker.problems import Finding, Problem


def check(root: Path, settled: safety.Covers = safety.none_settled) -> list[Problem]:
    """All problems of a data folder, by file and line; NoDataset when the folder cannot be read."""
    return problems(Reader(root).read(), settled)


def problems(dataset: Dataset, settled: safety.Covers = safety.none_settled) -> list[Problem]:
    """All problems of a dataset: what its files say wrongly, what does not fit together, and what may lead to a person."""
    found = chain(rules.of_dataset(dataset), safety.of_dataset(dataset, settled))
    return sorted([*dataset.problems, *located(found), *safety_elsewhere.of_files(dataset)])


def located(findings: Iterable[Finding]) -> Iterator[Problem]:
    """Findings with the line in the file as it is now."""
    for path, group in groupby(
        sorted(findings, key=lambda finding: str(finding.path)), key=lambda finding: finding.path
    ):
        try:
            node = compose(decode(path.read_bytes()))
        except (Broken, OSError):
            node = None
        yield from (Problem(shown(path), line_of(node, finding.where), finding.what) for finding in group)
