"""Compare two versions of a record: list the changed fields and texts, and mark changed words in HTML."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from rapidfuzz.distance import Postfix, Prefix

from tracker.model.dataset import Record
from tracker.model.fields import FIELDS, LOCALIZED, RECORD_TYPES, UNVERSIONED_FIELDS, FieldType, fields_of
from tracker.model.labels import N_
from tracker.model.vocabulary import Code
from tracker.queries.as_recorded import parse_history
from tracker.storage.cache_registry import cached_until_redaction
from tracker.storage.yaml.format import record_values, to_block

MAX_DIFF_WORDS = 1500
"""A longer changed passage is not compared word by word, because it would take too long: it is replaced as a whole."""
MAX_UNCHANGED_WORDS, CONTEXT_WORDS = 40, 12
"""An unchanged passage of more than MAX_UNCHANGED_WORDS is shortened to CONTEXT_WORDS beside each change."""
TEXT_FIELDS = frozenset(f.name for kind in RECORD_TYPES for f in fields_of(kind, *LOCALIZED))
"""The fields of a record that hold a text in several languages."""
LANGUAGE_PATTERN = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A changed text inside a field. `old` is "" if the text was added, and `new` is "" if it was deleted.

    `field` is the path of the text inside the field: languages, keys and positions from 1, or () if there are none.
    """

    field: tuple[str, ...]
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A change of a field, or of a text of an item (`field` is its path). `old` and `new` are YAML, or None if it was missing."""

    field: str
    old: str | None
    new: str | None


def diff_records(old: Record, new: Record) -> tuple[FieldChange, ...]:
    """Return the fields in which two versions of a record differ, without UNVERSIONED_FIELDS such as assessments."""
    before, after = (record_values(record, without=UNVERSIONED_FIELDS) for record in (old, new))
    fields = [f for f in {**before, **after} if before.get(f) != after.get(f)]
    return tuple(FieldChange(f, to_yaml(before.get(f)), to_yaml(after.get(f))) for f in fields)


def to_yaml(value: Any) -> str | None:
    """Return a value as YAML, as it is written in the history. Return None for None."""
    return None if value is None else to_block(value).removesuffix("\n")


def list_differences(field: str, old: str | None, new: str | None, main: str) -> tuple[FieldDiff, ...]:
    """Return the changed texts of a field, in the order of `new`, deleted ones last. Texts without a language are in `main`."""
    before, after = (_value_of(field, text, main) for text in (old, new))
    if all(isinstance(value, list) and all(isinstance(one, dict) for one in value) for value in (before, after)):
        before = _in_places_of(after, before)
    before, after = (dict(_walk_leaves(value)) if value is not None else {} for value in (before, after))
    places = [*after, *(place for place in before if place not in after)]
    places = [place for place in places if place[-1:] != ("recorded_for",)]  # whose a deadline is stands with it
    pairs = ((place, before.get(place, ""), after.get(place, "")) for place in places)
    return tuple(FieldDiff(*pair) for pair in pairs if pair[1] != pair[2])


def _in_places_of(items: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the items of `before` at the places of what they became: the same, or else the most alike of their kind."""
    placed = {place: one for place, one in enumerate(items) if one in before}
    left = [old for old in before if old not in items]

    def likeness(pair: tuple[int, dict[str, Any]]) -> int:
        return sum(items[pair[0]].get(name) == value for name, value in pair[1].items())

    kinds = [one.get("id", one.get("kind")) for one in items]
    pairs = [(place, old) for place, kind in enumerate(kinds) for old in left if old.get("id", old.get("kind")) == kind]
    for place, old in sorted(pairs, key=likeness, reverse=True):
        if place not in placed and old in left:
            placed[place] = old
            left.remove(old)
    return [*(placed.get(place, {}) for place in range(len(items))), *left]


def _value_of(field: str, text: str | None, main: str) -> Any:
    if text is None:
        return None
    value = parse_history(text)
    if (field in TEXT_FIELDS or "/" in field) and (isinstance(value, str) or "text" in value):
        return {main: value}
    return value


def _walk_leaves(value: Any, where: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (path, text) for every text in `value`, whose own path is `where`."""
    if isinstance(value, dict):
        for key, item in value.items():
            is_long_form = key == "text" and bool(where) and LANGUAGE_PATTERN.fullmatch(where[-1])
            yield from _walk_leaves(item, where if is_long_form else (*where, key))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value, 1):
            yield from _walk_leaves(item, (*where, str(number)))
    else:
        yield where, ", ".join(value) if isinstance(value, list) else value


class _Flag(Code):
    """The values of a FLAG in the history."""

    YES = "true", N_("Yes")
    NO = "false", N_("No")


def code_of(where: tuple[str, ...], text: str) -> StrEnum | None:
    """Return the code that `text` stands for. Return None if there is none, or if the path `where` is not that of a code."""
    named = [f for fields in FIELDS.values() for f in fields if f.name == where[-1]]
    coded = [_Flag if f.kind is FieldType.FLAG else f.of for f in named if f.kind in (FieldType.CODE, FieldType.FLAG)]
    return next((kind(text) for kind in coded if kind and text in kind.__members__.values()), None)


def is_date(where: tuple[str, ...]) -> bool:
    """Return whether the path `where` ends in the name of a field with a partial date."""
    return any(f.name == where[-1] and f.kind is FieldType.DATE for fields in FIELDS.values() for f in fields)


@cached_until_redaction(maxsize=1000)
def diff_html(old: str, new: str) -> Markup:
    """Return `new` as escaped HTML: added words in <ins>, deleted words in <del>, and long unchanged passages shortened."""
    before, after = old.split(), new.split()
    pieces = [Markup("<{0}>{1}</{0}>").format(tag, words) if tag else words for tag, words in _pieces(before, after)]
    return Markup(" ").join(pieces)


def _pieces(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (tag, words) in the order of the text. The tag is "del", "ins", or "" for unchanged words."""
    # equal words at both ends are found first: to compare the rest takes longer
    start = Prefix.similarity(before, after)
    end = Postfix.similarity(before[start:], after[start:])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    yield from _unchanged(after[:start], first=True, last=not (old or new or end))
    is_long, whole = max(len(old), len(new)) > MAX_DIFF_WORDS, ("replace", 0, len(old), 0, len(new))
    for step, i, j, k, m in [whole] if is_long else difflib.SequenceMatcher(None, old, new).get_opcodes():
        if step == "equal":
            yield from _unchanged(new[k:m])
        else:
            yield from (("del", " ".join(old[i:j])),) if j > i else ()
            yield from (("ins", " ".join(new[k:m])),) if m > k else ()
    yield from _unchanged(after[len(after) - end :], last=True)


def _unchanged(words: list[str], *, first: bool = False, last: bool = False) -> Iterator[tuple[str, str]]:
    """Yield an unchanged passage as ("", words), shortened if it is long. Yield nothing if it is empty."""
    if len(words) > MAX_UNCHANGED_WORDS:
        words = [*([] if first else words[:CONTEXT_WORDS]), "…", *([] if last else words[-CONTEXT_WORDS:])]
    if words:
        yield "", " ".join(words)
