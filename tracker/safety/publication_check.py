"""Check a whole evidence item, or a file, before it is published.

Checked are texts, links, the id and the names of files, and every pair of words that may be a name.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from tracker.model.dataset import Dataset
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.model.safety_config import WORD_PATTERN, SafetyFinding, TextField
from tracker.safety.names.finder import ANY_NAME, word_kind
from tracker.safety.patterns import NAME_RULE
from tracker.safety.scanner import (
    LINK_FIELDS,
    IsDismissed,
    known_words,
    name_candidates,
    record_name,
    scan_code,
    scan_text,
    scan_texts,
    text_fields,
)


@dataclass(frozen=True, slots=True)
class PublicationCheck:
    """What a reviewer has to settle before an item is published.

    `findings` are passages that a rule found: each is reworded, or dismissed with a reason. `candidates` are other
    pairs of capitalised words: each is reworded, or confirmed not to be the name of a person.
    """

    findings: tuple[SafetyFinding, ...] = ()
    candidates: tuple[SafetyFinding, ...] = ()

    def __add__(self, other: "PublicationCheck") -> "PublicationCheck":
        """Return what has to be settled of both."""
        return PublicationCheck((*self.findings, *other.findings), (*self.candidates, *other.candidates))

    @property
    def is_settled(self) -> bool:
        """Return whether there is nothing left to settle."""
        return not self.findings and not self.candidates


def check_publication(e: Evidence, dataset: Dataset, is_dismissed: IsDismissed) -> PublicationCheck:
    """Return what has to be settled before `e`, as readers would see it, is published in `dataset`.

    The names and captions of its files are checked, their texts are not. A candidate is recorded like a dismissed
    finding when it is confirmed. What `is_dismissed` covers is left out.
    """
    codes = [(field, unquote(value)) for field in ("id", *LINK_FIELDS) if (value := getattr(e, field))]
    return _check(e, tuple(text_fields(e)), [*codes, *_file_names(e)], dataset=dataset, is_dismissed=is_dismissed)


def check_entries(record: Evidence | Document, dataset: Dataset, is_dismissed: IsDismissed) -> PublicationCheck:
    """Return what has to be settled before the files of `record` are published: in their names and captions."""
    texts = tuple(text_fields(record, {"files"}))
    return _check(record, texts, list(_file_names(record)), dataset=dataset, is_dismissed=is_dismissed)


def check_texts(texts: Iterable[TextField], dataset: Dataset, is_dismissed: IsDismissed) -> PublicationCheck:
    """Return what has to be settled in `texts` before they are published."""
    texts, known = tuple(texts), known_words(dataset)
    candidates = (SafetyFinding(one, match) for one in texts for match in name_candidates(one.text, known))
    return PublicationCheck(
        scan_texts(texts, dataset, is_dismissed), tuple(found for found in candidates if not is_dismissed(found))
    )


def _check(
    record: Evidence | Document,
    texts: tuple[TextField, ...],
    codes: Sequence[tuple[str, str]],
    *,
    dataset: Dataset,
    is_dismissed: IsDismissed,
) -> PublicationCheck:
    """Return what has to be settled in the texts and codes of a record. `codes` are (field, value) pairs."""
    name, known = record_name(record), known_words(dataset)
    findings, candidates = (
        tuple(finding for finding in found if not is_dismissed(finding))
        for found in (_code_findings(name, codes, dataset), _names_in_codes(name, codes, known))
    )
    return check_texts(texts, dataset, is_dismissed) + PublicationCheck(findings, candidates)


def _file_names(record: Evidence | Document) -> Iterator[tuple[str, str]]:
    yield from (("files", file.name) for file in record.files)


def _code_findings(name: str, codes: Iterable[tuple[str, str]], dataset: Dataset) -> Iterator[SafetyFinding]:
    for field, code in codes:
        text, matches = scan_code(code, dataset.safety, is_link=field in LINK_FIELDS)
        yield from (SafetyFinding(TextField(name, field, (field,), text=text), match) for match in matches)


def _names_in_codes(name: str, codes: Iterable[tuple[str, str]], known: Set[str]) -> Iterator[SafetyFinding]:
    """Yield the full names in ids, links and names of files. There they are in small letters, such as "ivan-petrov"."""
    for field, code in codes:
        words = [word.title() for word in WORD_PATTERN.findall(code.partition("://")[2] or code)]
        pairs = (pair for pair in pairwise(words) if all(word_kind(word) & ANY_NAME for word in pair))
        for pair in map(" ".join, pairs):
            found = [match for match in scan_text(pair, None, known) if match.rule.id == NAME_RULE]
            if any(match.words == pair for match in found):
                yield SafetyFinding(TextField(name, field, (field,), text=pair), found[0])
