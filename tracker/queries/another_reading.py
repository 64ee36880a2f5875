"""What an organisation enters or changes is "source read" by another organisation, where a tracker has several.

This is the rule of the store. Its fields are in `READ_FIELDS`. Until another organisation or the tracker's editors have
compared a statement with its source, it is not checked yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from tracker.model.dataset import Dataset, Record
from tracker.model.errors import FieldPath, SignedByOthers
from tracker.model.labels import N_
from tracker.model.localized_text import TextVariant
from tracker.model.ownership import named_in, owner_of
from tracker.model.records import Revision
from tracker.model.registers import Deadline, Document
from tracker.model.verification import READ_FIELDS, mark_of, says_the_same
from tracker.model.vocabulary import Verification
from tracker.queries.changes_by_others import before_save
from tracker.queries.quotations import saves_of

ENTERED_BY_YOUR_ORGANISATION = N_(
    "Your organisation entered or changed this. It is not checked yet until another organisation or the tracker's editors "
    "compare it with the source and set the mark “source read”."
)
COMPARED_BY_YOUR_ORGANISATION = N_(
    "Each statement here says whether it is “source read”. What is “not checked yet” stays so until another organisation or the "
    "tracker's editors compare it with the source."
)
SEEN, TO_CHECK = Verification.SEEN, Verification.TO_CHECK


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement with a mark: which `kind` of statement, with the kind of a date, what it says in READ_FIELDS, and its mark."""

    kind: str
    content: Mapping[str, Any]
    mark: Verification


def is_own_word(d: Dataset, record: Record, organisation: str) -> bool:
    """Return whether the marks of a record are an organisation's own business: it stands under its name, or is its own.

    A document is its own only under its name; otherwise, it could be the report of somebody else.
    """
    is_owned = not isinstance(record, Document) and owner_of(d, record) == organisation
    return is_owned or organisation in named_in(d, record)


def with_reading_of_another(
    old: Record | None, new: Any, organisation: str, *, main: str, is_compared: bool = False
) -> Any:
    """Return `new` with each statement not checked yet that `organisation` entered or changed.

    What it takes back is as it was. Raises SignedByOthers if it marks as read what it entered or changed itself; if
    `is_compared`, as by an import, that is not checked yet. `main` is the main language.
    """
    before = [] if old is None else list(_statements(old, main).values())
    marked: Any = new
    found = _statements(new, main)
    for where, one in found.items():
        if one.mark is TO_CHECK or (one.mark is not SEEN and old is None):
            continue
        same = [other for other in before if _is_same(other, one)]
        if any(other.mark is one.mark for other in same) or (old and _is_taken_back(old, one, organisation, main=main)):
            continue
        kept = [other for other in before if any(_is_same(other, now) for now in found.values())]
        is_added = [o.kind for o in kept].count(one.kind) == [o.kind for o in before].count(one.kind)
        if one.mark is not SEEN and (same or is_added):
            continue
        if same and old and organisation not in _changers(old, one, main):
            continue
        if same and not is_compared:
            raise SignedByOthers(ENTERED_BY_YOUR_ORGANISATION, {})
        marked = _to_check(marked, where)
    return marked


def _statements(record: Any, main: str) -> dict[FieldPath, _Statement]:
    """Return a mapping: path → each statement in the record that has a mark."""
    follow_up = getattr(record, "follow_up", None)
    found: list[tuple[FieldPath, Any]] = [((), record)]
    found += [(("deadlines", i), d) for i, d in enumerate(getattr(record, "deadlines", ()))]
    found += [(("follow_up",), follow_up)] if follow_up else []
    found += [(("follow_up", "rounds", i), one) for i, one in enumerate(follow_up.rounds)] if follow_up else []
    return {
        where: _Statement(
            "/".join([type(one).__name__, *map(str, where[2:]), *([one.kind] if isinstance(one, Deadline) else [])]),
            dict(_content(one, main)),
            mark_of(one) if isinstance(one, Deadline) else one.verification,
        )
        for where, one in found
    }


def _content(one: Any, main: str) -> Iterator[tuple[str, Any]]:
    for name in READ_FIELDS[type(one)]:
        value = getattr(one, name)
        if name == "parts":
            yield name, tuple((part.id, part.label) for part in value)
            yield from ((f"parts/{part.id}", _by_language(part.summary, main)) for part in value)
        else:
            is_text = isinstance(value, Mapping) and all(isinstance(word, TextVariant) for word in value.values())
            yield name, _by_language(value, main) if is_text else value


def _by_language(text: Mapping[str, TextVariant], main: str) -> dict[str, TextVariant]:
    return {code or main: replace(word, reviewed=False) for code, word in text.items()}


def _is_same(before: _Statement, after: _Statement) -> bool:
    """Return whether two statements say the same. Our wording in one more language is no change."""
    keys = {*before.content, *after.content}
    is_one = before.kind == after.kind
    return is_one and all(says_the_same(before.content.get(key), after.content.get(key)) for key in keys)


def _states(old: Record, main: str) -> tuple[list[list[Revision]], list[list[_Statement]]]:
    """Return (the saves, the oldest first; the statements before each of them and now)."""
    saves = saves_of(old, {change.field for change in old.history})
    states = [*(before_save(old, save) for save in saves), old]
    return saves, [list(_statements(state, main).values()) for state in states]


def _is_taken_back(old: Record, one: _Statement, organisation: str, *, main: str) -> bool:
    """Return whether this is as it was until the organisation itself changed it."""
    saves, states = _states(old, main)
    had = [i for i, state in enumerate(states[:-1]) if one in state]
    return bool(had) and saves[had[-1]][0].recorded_for == organisation


def _changers(old: Record, one: _Statement, main: str) -> set[str | None]:
    """Return the organisations that entered or changed the statements of this kind since all had the mark "source read".

    A mark that was taken away without a change does not count.
    """
    saves, states = _states(old, main)
    kinds = [[s for s in state if s.kind == one.kind] for state in states]

    def is_changed(before: Sequence[_Statement], after: Sequence[_Statement]) -> bool:
        return len(before) != len(after) or not all(any(_is_same(s, other) for other in after) for s in before)

    changed = [is_changed(*pair) for pair in pairwise(kinds)]
    read = [i for i, is_new in enumerate(changed) if is_new and kinds[i] and all(s.mark is SEEN for s in kinds[i])]
    since = read[-1] if read else 0
    creator = set[str | None]() if read or not kinds[0] else {old.recorded_for}
    later = zip(saves[since:], changed[since:], strict=True)
    return creator | {save[0].recorded_for for save, is_new in later if is_new}


def _to_check(record: Any, where: FieldPath) -> Any:
    if not where:
        return replace(record, verification=TO_CHECK)
    name, *rest = where
    value = getattr(record, str(name))
    if isinstance(value, tuple):
        index = int(rest[0])
        return replace(record, **{str(name): (*value[:index], _to_check(value[index], ()), *value[index + 1 :])})
    return replace(record, **{str(name): _to_check(value, tuple(rest))})
