"""Who changed the words of a quotation by hand, and who may say afterwards that they were compared with the source."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tracker.model.dataset import Record
from tracker.model.errors import SignedByOthers
from tracker.model.labels import N_
from tracker.model.records import Recommendation, Revision
from tracker.model.registers import Document
from tracker.model.verification import quotations_in
from tracker.model.vocabulary import Verification
from tracker.queries.as_recorded import without_later_edits
from tracker.storage.timestamps import TIMESTAMP_FORMAT

AnyRecord = TypeVar("AnyRecord", bound=Record)
QUOTING_FIELDS = frozenset({"text", "parts", "closing", "verification", "deadlines"})
"""The fields of a record that have quoted words, or say whether these were compared."""
ONE_SAVE = timedelta(milliseconds=1)
"""The recorded times of one save are closer together than this."""
SEEN = Verification.SEEN
COMPARED_BY_ANOTHER = N_(
    "You changed these quoted words yourself. Another person compares them with the source and sets the mark “source "
    "read”, or the document is imported again."
)


QUOTATION_CHANGED = N_(
    "The quoted words were changed by hand, so the mark “source read” is taken away. Another person compares them with "
    "the source and sets it again, or the document is imported again."
)


def _saves(record: Record) -> list[list[Revision]]:
    """Return the changes of quotations and their marks in the history, as one list for each save, the oldest first."""
    saves: list[list[Revision]] = []
    for change in sorted((c for c in record.history if c.field in QUOTING_FIELDS), key=lambda c: c.recorded):
        last = saves[-1] if saves else []
        is_same = last and last[-1].recorded_by == change.recorded_by and change.field not in {c.field for c in last}
        if is_same and _earlier(change.recorded, ONE_SAVE) < last[-1].recorded:
            last.append(change)
        else:
            saves.append([change])
    return saves


def _earlier(recorded: str, by: timedelta = timedelta(microseconds=1)) -> str:
    return (datetime.fromisoformat(recorded) - by).strftime(TIMESTAMP_FORMAT)


def _before(record: Any, save: Sequence[Revision]) -> Any:
    return without_later_edits(record, _earlier(save[0].recorded))


def _marked(state: object) -> set[tuple[str, Any]]:
    """Return (what it is, words) for each quotation with the mark "source read"."""
    return {(what, words) for what, words, mark in quotations_in(state).values() if mark is SEEN}


def _worded(state: object) -> set[tuple[str, Any]]:
    return {(what, words) for what, words, _mark in quotations_in(state).values()}


def with_compared_marks(old: Record | None, new: AnyRecord, by: str) -> AnyRecord:
    """Return `new` with each quotation that was changed by hand marked as not checked yet. `by` is who saves it.

    What has the words with which it had the mark before, as after an undo, keeps the mark. Raises SignedByOthers if
    `by` says of words that they were compared, and changed them since they had the mark.
    """
    is_quoting = isinstance(new, Recommendation | Document) and type(old) is type(new)
    read = [(where, what, words) for where, (what, words, mark) in quotations_in(new).items() if mark is SEEN]
    unsettled = [one for one in read if one[1:] not in _marked(old)] if is_quoting and old else []
    if not unsettled or not old:
        return new
    saves = _saves(old)
    states = [*(_before(old, save) for save in saves), old]
    marked_once, worded_once = ({pair for state in states for pair in of(state)} for of in (_marked, _worded))
    changed: Any = new
    for where, what, words in unsettled:
        if (what, words) in marked_once or (what and what not in {one for one, _ in worded_once}):
            continue
        if (what, words) not in _worded(old):
            changed = _unmarked(changed, where)
        elif by in _changers(states, saves, what):
            raise SignedByOthers(COMPARED_BY_ANOTHER, {})
    return changed  # type: ignore[no-any-return]


def _changers(states: Sequence[object], saves: Sequence[Sequence[Revision]], what: str) -> set[str | None]:
    """Return the handles of those who changed the quoted words of `what` since all of them had the mark."""
    words = [{pair for pair in _worded(state) if pair[0] == what} for state in states]
    marked = [i for i, state in enumerate(states) if words[i] and words[i] <= _marked(state)]
    since = marked[-1] if marked else 0
    pairs = zip(saves[since:], words[since:-1], words[since + 1 :], strict=True)
    return {save[0].recorded_by for save, before, after in pairs if before != after}


def _unmarked(record: Any, where: Any) -> Any:
    if not where:
        return replace(record, verification=Verification.TO_CHECK)
    name, index = where
    items = list(getattr(record, name))
    items[index] = replace(items[index], verification=Verification.TO_CHECK)
    return replace(record, **{name: tuple(items)})


def is_lowered_now(r: Recommendation) -> bool:
    """Return whether the last save of `r` took the mark "source read" away, because its quotation was changed by hand."""
    changed, last = changed_by_hand(r), max((one.recorded for one in r.history), default="")
    is_last = changed is not None and _earlier(last, ONE_SAVE) < changed
    return is_last and any(c.field == "verification" and _earlier(last, ONE_SAVE) < c.recorded for c in r.history)


def changed_by_hand(r: Recommendation) -> str | None:
    """Return when the quoted words that had the mark "source read" were changed by hand, if they do not have it again."""
    if r.verification is SEEN or not r.history:
        return None
    saves = _saves(r)
    last = [i for i, save in enumerate(saves) if any((c.field, c.old) == ("verification", SEEN) for c in save)]
    if not last or _worded(_before(r, saves[last[-1]])) == _worded(r):
        return None
    changed = [c.recorded for save in saves[last[-1] :] for c in save if c.field != "verification"]
    return changed[-1] if changed else None
