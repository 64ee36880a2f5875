"""Scan texts for passages that may identify a person. A passage is reported with the reason and a safer wording."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import islice
from pathlib import PurePath
from typing import Any, get_args, get_type_hints

from tracker.model.attached_files import Digest
from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.errors import FieldPath, RuleViolation
from tracker.model.field_types import Handle, Id, PartialDate, Timestamp, TimeZoneName, Url
from tracker.model.localized_text import TextVariant, resolve
from tracker.model.registers import Document, Publisher
from tracker.model.safety_config import Match, SafetyFile, SafetyFinding, SafetyRule, TextField
from tracker.safety.names.known_words import known_words
from tracker.safety.patterns import CompiledRule, compile_rules, normalize_lookalikes, unknown_word_list_problems

MAX_MATCHES = 100
"""At most this many findings are reported for one record."""
WORD_SEPARATORS = "\n\n|\n\n"
"""The separator between texts that are joined and scanned together. No pattern matches across this separator."""
CODED_TYPES = (
    Id,
    Digest,
    PartialDate,
    Url,
    Timestamp,
    Handle,
    TimeZoneName,
    get_type_hints(Publisher, include_extras=True)["contact"],
)
"""The types of fields that are not scanned, because they contain no free text. The contact is public on purpose."""


IsDismissed = Callable[[SafetyFinding], bool]
"""A function that is called with a finding and returns whether a reviewer dismissed this finding."""


def nothing_dismissed(finding: SafetyFinding) -> bool:
    """Return False: no finding is dismissed."""
    return False


def scan_text(text: str, dataset_rules: SafetyFile | None = None, known: Set[str] = frozenset()) -> tuple[Match, ...]:
    """Return the passages of a text that may identify a person, in the order of the text, without overlaps.

    The default rules are used and, if `dataset_rules` is not None, also the rules of the dataset. `known` are words
    that are not names of persons (see `known_words`).
    """
    normalized = normalize_lookalikes(text)
    compiled = compile_rules(dataset_rules)
    found = [match for rule in compiled.candidate_rules(normalized) for match in _matches_of(rule, normalized, text)]
    found += [
        Match(compiled.name_rule, start, end, words=text[start:end])
        for start, end in compiled.names.find_names(normalized, known)
    ]
    kept: list[Match] = []
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        if not kept or match.start >= kept[-1].end:  # report each passage once, by its longest match
            kept.append(match)
    return tuple(kept)


def name_candidates(text: str, known: Set[str]) -> tuple[Match, ...]:
    """Return the other passages of a text that may be names: two or more capitalised words, in the order of the text.

    Names that `scan_text` finds, single words, words of the default word lists, and passages whose words are all in
    `known` (see `known_words`) are left out. A candidate does not stop a save.
    """
    normalized = normalize_lookalikes(text)
    compiled = compile_rules(None)
    return tuple(
        Match(compiled.name_rule, start, end, words=text[start:end])
        for start, end in compiled.names.find_candidates(normalized, known)
    )


def _matches_of(compiled: CompiledRule, normalized: str, text: str) -> Iterator[Match]:
    for match in compiled.pattern.finditer(normalized):
        start, end = match.span()
        before = normalized[max(0, start - 200) : start]
        if compiled.near and not compiled.near.search(
            _sentence_around(normalized, start, end, within=compiled.rule.within)
        ):
            continue
        if compiled.unless and compiled.unless.search(match[0]):
            continue
        if compiled.unless_after and compiled.unless_after.search(before):
            continue
        if compiled.rule.luhn and not passes_luhn(match[0]):
            continue
        yield Match(compiled.rule, start, end, words=text[start:end])


def _sentence_around(text: str, start: int, end: int, *, within: int) -> str:
    """Return the sentence around the passage from `start` to `end`.

    At most `within` characters before the passage and `within` characters after the passage are returned.
    """
    before, after = text[max(0, start - within) : start], text[end : end + within]
    starts = [at + 1 for at in range(len(before)) if _ends_sentence(before, at)]
    ends = [at for at in range(len(after)) if _ends_sentence(after, at)]
    return before[starts[-1] if starts else 0 :] + text[start:end] + after[: ends[0] if ends else None]


def _ends_sentence(text: str, at: int) -> bool:
    if text[at] == "\n":
        return text[at : at + 2] == "\n\n"
    if text[at] not in ".!?;" or not text[at + 1 : at + 2].isspace():
        return False
    # an abbreviation such as "No." or "ул." does not end a sentence
    before = text[:at].rstrip(')»”"')
    return len(before) < at or (len(before) > 2 and before[-3:].isalnum())


def passes_luhn(digits: str) -> bool:
    """Return whether `digits` pass the Luhn checksum, as the digits of a bank card number do."""
    numbers = [int(one) for one in reversed(digits) if one.isdigit()]
    return sum(n if i % 2 == 0 else sum(divmod(2 * n, 10)) for i, n in enumerate(numbers)) % 10 == 0


def text_fields(record: Record, names: Set[str] | None = None) -> Iterator[TextField]:
    """Yield every free text of a record, including the old texts in its history.

    If `names` is not None, yield only the texts in the fields with these names.
    """
    kind: Any = type(record)
    every = _free_text_fields(kind)
    fields_to_scan = every if names is None else [name for name in every if name in names]
    for where, text in ((w, t) for name in fields_to_scan for w, t in _texts(getattr(record, name), (name,))):
        # an old value in the history belongs to the field that it was in
        field = record.history[int(where[1])].field if _is_old_value(where) else str(where[0])
        yield TextField(record_name(record), field, where, text=text)


def _is_old_value(where: Sequence[str | int]) -> bool:
    """Return whether the path `where` leads to an old value in the history of a record."""
    return where[0] == "history" and where[-1] == "old" and isinstance(where[1], int)


def record_name(record: Record) -> str:
    """Return the type and id of a record, such as "recommendation r1". No other record of the dataset has this name."""
    return f"{type(record).__name__.lower()} {record.id}"


def changed_texts(before: Record | None, after: Record, reason: str) -> tuple[TextField, ...]:
    """Return the texts of `after` that are not in `before`, and then `reason`.

    `before` and `after` are two versions of a record. `before` is None if the record is new. `reason` is the reason
    for the change. It is included because it is stored in the history of the record.
    """
    if before is None:
        texts, known = list(text_fields(after)), set[str]()
    else:
        # fields that were not touched are the same objects: only the others can have new texts
        kind: Any = type(after)
        touched = frozenset(
            name for name in _free_text_fields(kind) if getattr(before, name) is not getattr(after, name)
        )
        texts = list(text_fields(after, touched))
        known = {one.text for one in text_fields(before)} if texts else set()
        # an old value that a save adds to the history is a text of `before`, perhaps written with its language
        texts = [one for one in texts if not _is_old_value(one.field_path)]
    texts.append(TextField(record_name(after), "history", ("history", "reason"), text=reason))
    return tuple(one for one in texts if one.text not in known)


def scan_texts(
    texts: Iterable[TextField], dataset: Dataset, is_dismissed: IsDismissed = nothing_dismissed
) -> tuple[SafetyFinding, ...]:
    """Return the findings in `texts`, by the rules of `dataset`. Dismissed findings are left out."""
    rules = dataset.safety
    # the known words are collected only if there is a match: that takes longer than the scan
    findings = (
        SafetyFinding(one, match)
        for one in texts
        if scan_text(one.text, rules)
        for match in scan_text(one.text, rules, known_words(dataset))
    )
    return tuple(one for one in findings if not is_dismissed(one))


def scan_dataset(
    dataset: Dataset, is_dismissed: IsDismissed = nothing_dismissed, *, within: PurePath | None = None
) -> Iterator[RuleViolation]:
    """Yield a violation for each reference to a missing word list in safety.yaml, then for each finding in the dataset.

    At most MAX_MATCHES findings for one record. Dismissed findings are left out. The messages do not repeat the words
    that were found. With `within`, only the file with this path is scanned.
    """
    rules = dataset.safety
    if rules and within in (None, dataset.root / "safety.yaml"):
        yield from (
            RuleViolation(dataset.root / "safety.yaml", where, message)
            for where, message in unknown_word_list_problems(rules)
        )
    for path, at, texts in _text_fields_by_file(dataset, within):
        # scan all the texts of a record at once: nearly always there is no match
        if scan_text(WORD_SEPARATORS.join(one.text for one in texts), rules):
            yield from (
                RuleViolation(path, (*at, *finding.text_field.field_path), describe_finding(finding.match.rule))
                for finding in islice(scan_texts(texts, dataset, is_dismissed), MAX_MATCHES)
            )


def describe_finding(rule: SafetyRule) -> str:
    """Return the message of a finding as one line in English, for the command `check`.

    The message says why the rule reports a passage, what to write instead, and the id of the rule.
    """
    why, instead = (resolve(text, "en", "en").text for text in (rule.why, rule.instead))
    return f"{why[:1].lower()}{why[1:].rstrip('.')}; {instead[:1].lower()}{instead[1:].rstrip('.')} ({rule.id})"


def _text_fields_by_file(
    dataset: Dataset, within: PurePath | None
) -> Iterator[tuple[PurePath, FieldPath, tuple[TextField, ...]]]:
    """Yield (path of file, field path in this file, texts) for the settings, each treaty body and each record.

    With `within`, records in other files are left out.
    """
    settings = tuple(TextField("settings", str(where[0]), where, text=text) for where, text in _texts(dataset.settings))
    if within in (None, dataset.root / "tracker.yaml"):
        yield dataset.root / "tracker.yaml", (), settings
    for body in dataset.bodies.values() if within in (None, dataset.root / "treaty_bodies.yaml") else ():
        name = f"treaty body {body.id}"
        texts = tuple(TextField(name, str(where[0]), where, text=text) for where, text in _texts(body))
        yield dataset.root / "treaty_bodies.yaml", ("treaty_bodies", body.id), texts
    for record in all_records(dataset):
        if within not in (None, dataset.path_of(record)):
            continue
        at: FieldPath = ("documents", record.id) if isinstance(record, Document) else ()
        yield dataset.path_of(record), at, tuple(text_fields(record))


def _texts(value: Any, where: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(value, TextVariant):
        yield where, value.text
    elif type(value) is str:  # not isinstance: a code is a StrEnum, and is no free text
        yield where, value
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _texts(item, (*where, i))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*where, str(key)))
    elif is_dataclass(value):
        kind: Any = type(value)
        for name in _free_text_fields(kind):
            if inside := getattr(value, name):
                yield from _texts(inside, (*where, name))


@cache
def _free_text_fields(kind: Any) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass that may hold free text."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(f.name for f in fields(kind) if f.name != "version" and not _is_coded(hints[f.name]))


def _is_coded(hint: Any) -> bool:
    return any(one in CODED_TYPES for one in (hint, *get_args(hint)))
