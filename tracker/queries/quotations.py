"""Who changed the words of a quotation by hand, and who may say afterwards that they were compared with the source."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from tracker.model.dataset import Record
from tracker.model.errors import SignedByOthers
from tracker.model.labels import N_
from tracker.model.ownership import named_in
from tracker.model.records import Recommendation, Revision
from tracker.model.registers import Deadline, Document, FollowUp, FollowUpRound
from tracker.model.verification import DOCUMENT_FIELDS, READ_FIELDS, mark_of, quotations_in, says_the_same, with_marks
from tracker.model.vocabulary import Verification
from tracker.queries.activity_log import is_same_save, runs
from tracker.queries.changes_by_others import before_save, change_by_others, earlier_values
from tracker.queries.deadlines import AgendaItem
from tracker.queries.view import View

SavedRecord = TypeVar("SavedRecord", bound=Record)
QUOTING_FIELDS = frozenset({"text", "parts", "closing", "verification", "deadlines"}) | {*DOCUMENT_FIELDS, "follow_up"}
"""The fields of a record that have quoted words, or say whether these were compared."""
SEEN = Verification.SEEN
COMPARED_BY_ANOTHER = N_(
    "You changed these quoted words yourself. Another person compares them with the source and sets the mark “source "
    "read”, or the document is imported again."
)
ENTERED_BY_YOURSELF = N_(
    "You entered this yourself. Another person compares it with the source and sets the mark “source read”, or the document "
    "is imported from its file."
)
QUOTATION_CHANGED = N_(
    "The quoted words were changed by hand, so the mark “source read” is taken away. Another person compares them with "
    "the source and sets it again, where there are several organisations one of another, or the document is imported again."
)


def saves_of(record: Record, fields: Collection[str] = QUOTING_FIELDS) -> list[list[Revision]]:
    """Return the changes of these fields in the history, as one list for each save, the oldest first."""
    changes = sorted((c for c in record.history if c.field in fields), key=lambda c: c.recorded)
    return runs(changes, lambda run, c: is_same_save(run[-1], c) and run[-1].recorded_by == c.recorded_by)


def _worded(
    state: object, marks: Collection[Verification] = tuple(Verification), *, is_owned: bool = True
) -> set[tuple[str, Any]]:
    """Return (what it is, words) for each quotation with one of these marks."""
    found = quotations_in(state, is_owned=is_owned).values()
    return {(what, words) for what, words, mark in found if mark in marks}


def with_compared_marks(old: Record | None, new: SavedRecord, by: str, *, is_owned: bool = True) -> SavedRecord:
    """Return `new` with each quotation that was changed by hand marked as not checked yet. `by` is who saves it.

    `is_owned` says whether the record belongs to an organisation, whose own words are its own business.

    What has the words with which it had the mark before, as after an undo, keeps the mark. Raises SignedByOthers if
    `by` says of words that they were compared, and changed them since they had the mark.
    """
    worded = partial(_worded, is_owned=is_owned)
    read = [
        (where, what, words)
        for where, (what, words, mark) in quotations_in(new, is_owned=is_owned).items()
        if mark is SEEN
    ]
    unsettled = [one for one in read if one[1:] not in worded(old, [SEEN])]
    if not unsettled or old is None:
        return new
    saves = saves_of(old)
    states = [*(before_save(old, save) for save in saves), old]
    marked_once = {pair for state in states for pair in worded(state, [SEEN])}
    known = {what for state in states for what, _words in worded(state)}
    is_all_there = isinstance(new, Document) and worded(old) <= worded(new)
    changed: Any = new
    for where, what, words in unsettled:
        # the first date of its kind is no change of another one
        if (what, words) in marked_once or (is_all_there and what not in known):
            continue
        if (what, words) not in worded(old):
            changed = _unmarked(changed, where)
        elif by in _changers(states, saves, what, worded=worded):
            raise SignedByOthers(COMPARED_BY_ANOTHER, {})
    return changed  # type: ignore[no-any-return]


def with_mark_of_another(old: Record | None, new: SavedRecord, *, by: str, organisation: str) -> SavedRecord:
    """Return a recommendation or document that `by` typed in for an organisation: not checked yet, if it is new.

    What this organisation changes loses the mark of another one. Raises SignedByOthers if `by`, who entered it, says that
    it was read before another person has said so of the same content.
    """
    if not isinstance(new, Recommendation | Document) or new.verification is not SEEN:
        return new
    if old is None:
        return replace(new, verification=Verification.TO_CHECK)

    def is_unchanged(before: Any) -> bool:
        return all(says_the_same(getattr(before, name), getattr(new, name)) for name in READ_FIELDS[type(new)])

    if old.verification is SEEN:
        is_anothers = old.recorded_for == organisation != reading_of(old) and not is_unchanged(old)
        return replace(new, verification=Verification.TO_CHECK) if is_anothers else new
    marked = [c for c in old.history if (c.field, c.old) == ("verification", SEEN)]
    is_lowered_by_another = bool(marked) and marked[-1].recorded_by != by
    if old.recorded_by == by and not is_lowered_by_another:
        save = sorted((c for c in old.history if marked and is_same_save(c, marked[-1])), key=lambda c: c.recorded)
        before = before_save(old, save) if save else None
        if before and (reading_of(before) == organisation or is_unchanged(before)):
            return new  # its own mark, as of an import, or an undo
        raise SignedByOthers(ENTERED_BY_YOURSELF, {})
    return new


def _changers(
    states: Sequence[object],
    saves: Sequence[Sequence[Revision]],
    what: str,
    *,
    worded: Callable[..., set[tuple[str, Any]]],
) -> set[str | None]:
    """Return the handles of those who changed the quoted words of `what` since all of them had the mark."""
    words = [{pair for pair in worded(state) if pair[0] == what} for state in states]
    marked = [i for i, state in enumerate(states) if words[i] and words[i] <= worded(state, [SEEN])]
    since = marked[-1] if marked else 0
    pairs = zip(saves[since:], words[since:-1], words[since + 1 :], strict=True)
    return {save[0].recorded_by for save, before, after in pairs if before != after}


def _unmarked(record: Any, where: Any) -> Any:
    if not where:
        return replace(record, verification=Verification.TO_CHECK)
    if where == ("follow_up",):
        return replace(record, follow_up=replace(record.follow_up, verification=Verification.TO_CHECK))
    name, index = where
    items = list(getattr(record, name))
    items[index] = replace(items[index], verification=Verification.TO_CHECK)
    return replace(record, **{name: tuple(items)})


def changed_by_hand(r: Record) -> Revision | None:
    """Return the last change by hand of quoted words that had the mark "source read", if they do not have it again."""
    return None if r.verification is SEEN else change_and_comparison(r)[0]


def change_and_comparison(r: Record) -> tuple[Revision | None, Revision | None]:
    """Return the last change by hand of quoted words that had the mark "source read", and who compared them since.

    Both are None if the words are as they were, or if the document was imported again.
    """
    saves = saves_of(r) if r.history and isinstance(r, Recommendation) else []
    last = [i for i, save in enumerate(saves) if any((c.field, c.old) == ("verification", SEEN) for c in save)]
    if not last or _worded(before_save(r, saves[last[-1]])) == _worded(r):
        return None, None
    marked = [c for save in saves[last[-1] + 1 :] for c in save if c.field == "verification"]
    compared = marked[-1] if marked and r.verification is SEEN else None
    edits = [c for save in saves[last[-1] :] for c in save if c.field != "verification"]
    changed = [c for c in edits if not compared or c.recorded < compared.recorded]
    if not changed or (compared and is_same_save(compared, changed[-1])):
        return None, None
    return changed[-1], compared


def reading_of(item: Any, of: Any = None) -> str | None:
    """Return the id of the organisation whose reading the mark "source read" of a record or statement is.

    A date, a follow-up and a round of it have marks of their own; `of` is the document of the last two.
    """
    if isinstance(item, AgendaItem):
        step = item.document.follow_up if item.step else None
        return reading_of(item.deadline or step or item.document, item.document)
    if isinstance(item, Deadline | FollowUp | FollowUpRound | Document):
        return _first_reader(item, item if isinstance(item, Document) else of)
    return _last_reader(item)


def _last_reader(record: Any) -> str | None:
    """Return who marked a record as read last. An undo of a change that took the mark away is no reading, a doubt is."""
    creator: str | None = getattr(record, "recorded_for", None)
    marks = [c for c in getattr(record, "history", ()) if c.field == "verification"]
    if not any(c.old == SEEN for c in marks):  # the mark was given once, or never
        return max(marks, key=lambda c: c.recorded).recorded_for if marks and record.verification is SEEN else creator
    names = READ_FIELDS.get(type(record), ())
    saves = saves_of(record, {*names, "verification"})
    states = [*(before_save(record, save) for save in saves), record]
    lost: tuple[Any, str | None] = (None, None)  # the state that a change took the mark from, and its reader
    reader = creator
    for save, before, after in zip(saves, states[:-1], states[1:], strict=True):
        if before.verification is SEEN and after.verification is not SEEN:
            is_doubt = all(says_the_same(getattr(before, name), getattr(after, name)) for name in names)
            lost = (None if is_doubt else before, reader)
        elif before.verification is not SEEN and after.verification is SEEN:
            read, by = lost
            is_back = read is not None and all(getattr(read, name) == getattr(after, name) for name in names)
            reader = by if is_back else save[0].recorded_for
    return reader


def _first_reader(item: Any, document: Document) -> str | None:
    """Return who first marked what a statement of a document says as read, since nobody doubted these words.

    A change of other words of the document is no reading of these, nor is it one to set them back.
    """
    field = {Deadline: {"deadlines"}, Document: {*READ_FIELDS[Document]}}.get(type(item), {"follow_up"})
    saves = saves_of(document, field | {"verification"})
    earlier = (before_save(document, save) for save in saves)
    states = [*(None if one is document else one for one in earlier), document]  # None: it cannot be read
    creator = getattr(item, "recorded_for", None) or document.recorded_for
    readers: list[str | None] = []
    for state, by in zip(states, (creator, *(save[0].recorded_for for save in saves)), strict=True):
        if state is None or _mark_in(state, item) not in (None, SEEN):
            readers = []
        elif _mark_in(with_marks(state), item) is SEEN:
            readers.append(by)
    return readers[0] if readers else creator


def _mark_in(document: Document, item: Any) -> Verification | None:
    """Return the mark that a document has for what the statement `item` says; None if it says something else."""
    follow_up, names = document.follow_up, READ_FIELDS[type(item)]
    among: dict[type, Sequence[Any]] = {
        Document: [document],
        Deadline: document.deadlines,
        FollowUp: [follow_up] if follow_up else [],
        FollowUpRound: follow_up.rounds if follow_up else [],
    }
    same = (one for one in among[type(item)] if all(says_the_same(getattr(one, n), getattr(item, n)) for n in names))
    return next((one.verification if isinstance(one, FollowUpRound) else mark_of(one) for one in same), None)


def whose_word(view: View, item: Any) -> dict[str, Any]:
    """Return whose word a record or a date is, for those who take it away: ids of organisations.

    `entered_by` entered it (None: the tracker's editors), `changed_by` are all others that changed its content by hand
    as it is now, and the mark "source read" is the reading of `read_by` (None: of the editors, or it has no such mark).
    """
    editors, record = view.editors.id, item.document if isinstance(item, AgendaItem) else item
    entered = getattr(getattr(item, "deadline", None), "recorded_for", None) or record.recorded_for
    fields = {item.field} if item is not record else {c.field for c in record.history} - {"verification"}
    found = (_change(record, name, item, owner=entered, editors=editors) for name in fields)
    hands = (c.recorded_for or editors for c in sorted(filter(None, found), key=lambda c: c.recorded))

    def other(id: str | None) -> str | None:
        return id if id in view.organisations and id != editors else None

    return {
        "entered_by": other(entered),
        "changed_by": [id for id in dict.fromkeys(hands) if id != (entered or editors) and id in view.organisations],
        "read_by": other(reading_of(item)) if item.verification is SEEN else None,
    }


def word_of_others(view: View, record: Any, name: str, *, own: Collection[str]) -> Revision | Record | None:
    """Return the change, or the record itself, by which an organisation outside of `own` alone says what is in a field.

    Return None if one of `own` said it last, or read the source of the record since, or if the words stand under the name
    of who says them: its own report, or evidence that it published. What several published, one of them cannot say alone.
    """
    editors, named = view.editors.id, named_in(view.dataset, record)
    known = {*own, *(named if len(named) == 1 else ())}
    said: Any = _change(record, name, record, owner=record.recorded_for, editors=editors) or record
    marked = max((c.recorded for c in record.history if c.field == "verification"), default="")
    is_later = marked > ("" if said is record else said.recorded)
    is_read = is_later and record.verification is SEEN and (reading_of(record) or editors) in known
    return None if is_read or (said.recorded_for or editors) in known or getattr(record, "private", None) else said


def _change(record: Any, name: str, item: Any, *, owner: str | None, editors: str) -> Revision | None:
    """Return the `change_by_others` of a field; of a date (`item`), that by which this date came to be what it is."""

    def said(state: Any) -> Any:
        if isinstance(item, AgendaItem) and item.deadline:
            return _deadline_words(item.deadline) in map(_deadline_words, state.deadlines)
        if isinstance(item, AgendaItem) and item.step:
            return state.follow_up is not None and item.step in state.follow_up.steps
        return getattr(state, name, None)  # an event of a hand-written file may name any field

    return change_by_others(record, earlier_values(record, name), said, owner=owner, editors=editors)


def _deadline_words(one: Deadline) -> tuple[Any, ...]:
    return one.kind, one.date, one.set_by, one.sentence
