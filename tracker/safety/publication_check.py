"""Check a whole evidence item before it is published: its texts, its links and its id, and every pair of words that may be a name."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from tracker.model.dataset import Dataset
from tracker.model.records import Evidence
from tracker.model.safety_config import WORD_PATTERN, SafetyFinding, TextField
from tracker.safety.known_words import known_words
from tracker.safety.metadata_scanner import LINK_FIELDS, scan_code
from tracker.safety.patterns import NAME_RULE
from tracker.safety.scanner import IsDismissed, name_candidates, record_name, scan_text, scan_texts, text_fields
from tracker.safety.word_kinds import ANY_NAME, word_kind


@dataclass(frozen=True, slots=True)
class PublicationCheck:
    """What a reviewer has to settle before an item is published.

    `findings` are passages that a rule found: each is reworded, or dismissed with a reason. `candidates` are other
    pairs of capitalised words: each is reworded, or confirmed not to be the name of a person.
    """

    findings: tuple[SafetyFinding, ...] = ()
    candidates: tuple[SafetyFinding, ...] = ()


def check_publication(e: Evidence, dataset: Dataset, is_dismissed: IsDismissed) -> PublicationCheck:
    """Return what has to be settled before `e`, as readers would see it, is published in `dataset`.

    A candidate is recorded like a dismissed finding when it is confirmed. What `is_dismissed` covers is left out.
    """
    texts, known = tuple(text_fields(e)), known_words(dataset)
    findings = [*scan_texts(texts, dataset, is_dismissed), *_code_findings(e, dataset)]
    candidates = [SafetyFinding(one, match) for one in texts for match in name_candidates(one.text, known)]
    candidates += _names_in_codes(e, known)
    open_findings, open_candidates = (
        tuple(finding for finding in found if not is_dismissed(finding)) for found in (findings, candidates)
    )
    return PublicationCheck(open_findings, open_candidates)


def _codes(e: Evidence) -> Iterator[tuple[str, str]]:
    """Yield (field, value) for the id of `e` and for its links."""
    yield from ((field, unquote(value)) for field in ("id", *LINK_FIELDS) if (value := getattr(e, field)))


def _code_findings(e: Evidence, dataset: Dataset) -> Iterator[SafetyFinding]:
    for field, code in _codes(e):
        text, matches = scan_code(code, dataset.safety, is_link=field != "id")
        yield from (SafetyFinding(TextField(record_name(e), field, (field,), text=text), match) for match in matches)


def _names_in_codes(e: Evidence, known: Set[str]) -> Iterator[SafetyFinding]:
    """Yield the full names in the id and the links of `e`. There they are in small letters, such as "ivan-petrov"."""
    for field, code in _codes(e):
        words = [word.title() for word in WORD_PATTERN.findall(code.partition("://")[2] or code)]
        pairs = (pair for pair in pairwise(words) if all(word_kind(word) & ANY_NAME for word in pair))
        for pair in map(" ".join, pairs):
            found = [match for match in scan_text(pair, None, known) if match.rule.id == NAME_RULE]
            if any(match.words == pair for match in found):
                yield SafetyFinding(TextField(record_name(e), field, (field,), text=pair), found[0])
