"""What in a text may lead to a person: where it stands, why it is a danger, what would be safer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, get_args, get_type_hints

from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.fields import Handle, Id, PartialDate, Timestamp, TimeZoneName, Url
from tracker.model.localized_text import TextVariant, resolve
from tracker.model.problems import FieldPath, RuleViolation
from tracker.model.registers import Document, Publisher
from tracker.model.safety_config import Match, SafetyFile, SafetyFinding, SafetyRule, TextField
from tracker.safety.patterns import CompiledRule, compile_rules, normalize_lookalikes, unknown_word_lists

MAX_MATCHES = 100
"""Concerns told of one record."""
WORD_SEPARATORS = "\n\n|\n\n"
"""What nothing reaches across: neither a sentence nor a name."""
CODED_TYPES = (
    Id,
    PartialDate,
    Url,
    Timestamp,
    Handle,
    TimeZoneName,
    get_type_hints(Publisher, include_extras=True)["contact"],
)
"""What a field holds that nobody writes a sentence in; the contact is public on purpose. Everything else is checked."""


IsDismissed = Callable[[SafetyFinding], bool]
"""Whether a reviewer's reason settles what was found."""


def nothing_dismissed(found: SafetyFinding) -> bool:
    """Nothing is settled."""
    return False


def is_dismissed(found: SafetyFinding, theirs: SafetyFile | None) -> bool:
    """Whether the data itself says that this count may be shown."""
    text = found.text_field
    return theirs is not None and theirs.shows(text.record, text.field, found.match.words)


def scan_text(text: str, theirs: SafetyFile | None = None) -> tuple[Match, ...]:
    """What in a text may lead to a person, in the order of the text; `theirs` are the dataset's own rules."""
    same = normalize_lookalikes(text)
    found = [concern for one in compile_rules(theirs).candidate_rules(same) for concern in _of(one, same, text)]
    kept: list[Match] = []
    for concern in sorted(found, key=lambda c: (c.start, -c.end)):
        if not kept or concern.start >= kept[-1].end:  # one place is told of once, by the longest that was found
            kept.append(concern)
    return tuple(kept)


def _of(one: CompiledRule, same: str, text: str) -> Iterator[Match]:
    for match in one.pattern.finditer(same):
        start, end = match.span()
        before = same[max(0, start - 200) : start]
        if one.near and not one.near.search(_around(same, start, end, one.rule.within)):
            continue
        if one.unless and one.unless.search(match[0]):
            continue
        if one.unless_after and one.unless_after.search(before):
            continue
        if one.rule.luhn and not passes_luhn(match[0]):
            continue
        yield Match(one.rule, start, end, text[start:end])


def _around(text: str, start: int, end: int, within: int) -> str:
    """The words around a place, at most so many characters away and in the same sentence."""
    before, after = text[max(0, start - within) : start], text[end : end + within]
    ends = [at + 1 for at in range(len(before)) if _ends_sentence(before, at)]
    stops = [at for at in range(len(after)) if _ends_sentence(after, at)]
    return before[ends[-1] if ends else 0 :] + text[start:end] + after[: stops[0] if stops else None]


def _ends_sentence(text: str, at: int) -> bool:
    if text[at] == "\n":
        return text[at : at + 2] == "\n\n"
    if text[at] not in ".!?;" or not text[at + 1 : at + 2].isspace():
        return False
    # an abbreviation such as "No." or "ул." ends no sentence
    before = text[:at].rstrip(')»”"')
    return len(before) < at or (len(before) > 2 and before[-3:].isalnum())


def passes_luhn(digits: str) -> bool:
    """Whether the digits are those of a bank card: its last one is a check on the others."""
    numbers = [int(one) for one in reversed(digits) if one.isdigit()]
    return sum(n if i % 2 == 0 else sum(divmod(2 * n, 10)) for i, n in enumerate(numbers)) % 10 == 0


def text_fields(record: Record) -> Iterator[TextField]:
    """Every text of a record that somebody wrote, its history included."""
    for where, text in _texts(record):
        # what a field said before is that field's still
        was = where[0] == "history" and where[-1] == "old" and isinstance(where[1], int)
        yield TextField(record_name(record), record.history[int(where[1])].field if was else str(where[0]), where, text)


def record_name(record: Record) -> str:
    """What a record is called among all the others: its kind and its id."""
    return f"{type(record).__name__.lower()} {record.id}"


def changed_texts(before: Record | None, after: Record, reason: str) -> tuple[TextField, ...]:
    """The texts of a record that it did not have before, and the reason of the save, which its history is to keep."""
    known = {one.text for one in text_fields(before)} if before else set()
    texts = (*text_fields(after), TextField(record_name(after), "history", ("history", "reason"), reason))
    return tuple(one for one in texts if one.text not in known)


def scan_texts(
    texts: Iterable[TextField], theirs: SafetyFile | None = None, settled: IsDismissed = nothing_dismissed
) -> tuple[SafetyFinding, ...]:
    """What is found in some texts and not settled."""
    every_one = (SafetyFinding(one, concern) for one in texts for concern in scan_text(one.text, theirs))
    return tuple(found for found in every_one if not settled(found) and not is_dismissed(found, theirs))


def scan_dataset(dataset: Dataset, settled: IsDismissed = nothing_dismissed) -> Iterator[RuleViolation]:
    """What may lead to a person anywhere in a dataset and is not settled. The words themselves are not repeated."""
    theirs = dataset.safety
    if theirs:
        yield from (
            RuleViolation(dataset.root / "safety.yaml", where, what) for where, what in unknown_word_lists(theirs)
        )
    for path, at, texts in _places(dataset):
        # one look at all the texts of a record: nearly always there is nothing
        if scan_text(WORD_SEPARATORS.join(one.text for one in texts), theirs):
            yield from (
                RuleViolation(path, (*at, *found.text_field.field_path), describe_finding(found.match.rule))
                for found in islice(scan_texts(texts, theirs, settled), MAX_MATCHES)
            )


def describe_finding(rule: SafetyRule) -> str:
    """A concern as `check` prints it."""
    why, instead = (resolve(text, "en", "en").text for text in (rule.why, rule.instead))
    return f"{why[:1].lower()}{why[1:].rstrip('.')}; {instead[:1].lower()}{instead[1:].rstrip('.')} ({rule.id})"


def _places(dataset: Dataset) -> Iterator[tuple[Path, FieldPath, tuple[TextField, ...]]]:
    """(file, place in it, texts) of everything in a dataset that has texts."""
    settings = tuple(TextField("settings", str(where[0]), where, text) for where, text in _texts(dataset.settings))
    yield dataset.root / "tracker.yaml", (), settings
    for body in dataset.bodies.values():
        name = f"treaty body {body.id}"
        texts = tuple(TextField(name, str(where[0]), where, text) for where, text in _texts(body))
        yield dataset.root / "treaty_bodies.yaml", ("treaty_bodies", body.id), texts
    for record in all_records(dataset):
        at: FieldPath = ("documents", record.id) if isinstance(record, Document) else ()
        yield dataset.path_of(record), at, tuple(text_fields(record))


def _texts(value: Any, where: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(value, TextVariant):
        yield where, value.text
    elif type(value) is str:  # a code is a kind of text too, and nobody writes it
        yield where, value
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _texts(item, (*where, i))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*where, str(key)))
    elif is_dataclass(value):
        kind: Any = type(value)
        for name in _free(kind):
            if inside := getattr(value, name):
                yield from _texts(inside, (*where, name))


@cache
def _free(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of record in which somebody may write what they like."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(f.name for f in fields(kind) if f.name != "version" and not _is_coded(hints[f.name]))


def _is_coded(hint: Any) -> bool:
    return any(one in CODED_TYPES for one in (hint, *get_args(hint)))
