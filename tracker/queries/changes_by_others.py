"""Who, other than its owner, changed what stands in a record; and texts that say so wherever they are shown."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tracker.model.dataset import Record
from tracker.model.fields import record_texts, with_text
from tracker.model.localized_text import LocalizedText, changed_variant
from tracker.model.records import Revision
from tracker.model.vocabulary import QUOTED_ORIGINS, Verification
from tracker.queries.as_recorded import without_later_edits
from tracker.storage.timestamps import TIMESTAMP_FORMAT

RecordToShow = TypeVar("RecordToShow", bound=Record)
LABELLED = ("title", "summary", "parts", "note", "expected_action", "parts_read")
"""The fields of a record whose texts say that another changed them. Of a quotation, `Marks` says it."""


def before_save(record: Any, save: Sequence[Revision]) -> Any:
    """Return the record as it was before a save in its history."""
    moment = datetime.fromisoformat(save[0].recorded) - timedelta(microseconds=1)
    return without_later_edits(record, moment.strftime(TIMESTAMP_FORMAT))


def earlier_values(record: Any, field: str) -> list[tuple[Revision, Any]]:
    """Return (change, the record before it) for each change of a field, the oldest first; None if that cannot be read."""
    changes = sorted((c for c in record.history if c.field == field), key=lambda c: c.recorded)
    states = (before_save(record, [c]) for c in changes)
    return [(c, None if before is record else before) for c, before in zip(changes, states, strict=True)]


def change_by_others(
    record: Any, earlier: Sequence[tuple[Revision, Any]], said: Callable[[Any], Any], *, owner: str | None, editors: str
) -> Revision | None:
    """Return the change by which what is `said` of a record became what it is, if it was for another than the `owner`.

    `earlier` are the `earlier_values` of the field. What stood there before any other changed the field, or was set back
    to that, is the owner's. What was recorded for no organisation is of the `editors`.
    """
    theirs = [pair for pair in earlier if (pair[0].recorded_for or editors) != (owner or editors)]
    now = said(record)
    others = [c for c, before in earlier if before is None or said(before) != now]
    if not theirs or not others or (theirs[0][1] is not None and said(theirs[0][1]) == now):
        return None
    change = others[-1]
    return change if (change.recorded_for or editors) != (owner or editors) else None


def with_changed_texts(record: RecordToShow, names: Mapping[str, LocalizedText], *, editors: str) -> RecordToShow:
    """Return a copy of the record for readers, in which each wording that another than its owner changed says by whom.

    `names` maps id of an organisation → its name. A wording says nothing once another organisation than the one that
    changed it, or the tracker's editors, have read the source since. Never save the copy.
    """
    shown: Any = record
    marked = max((c for c in record.history if c.field == "verification"), key=lambda c: c.recorded, default=None)
    for field in LABELLED if len(names) > 1 else ():
        hands = {c.recorded_for or editors for c in record.history if c.field == field}
        if hands <= {record.recorded_for or editors}:
            continue
        earlier = earlier_values(record, field)
        for path, text in [pair for pair in record_texts(record) if pair[0].partition("/")[0] == field]:
            changes = {}
            for code, wording in text.items():

                def said(state: Record, path: str = path, code: str = code) -> str:
                    words = dict(record_texts(state)).get(path, {})
                    one = words.get(code) or words.get("")  # before another language was added, it had no code
                    return one.text if one else ""

                change = change_by_others(record, earlier, said, owner=record.recorded_for, editors=editors)
                if not change or wording.origin in QUOTED_ORIGINS or (change.recorded_for or editors) not in names:
                    continue
                is_read = record.verification is Verification.SEEN and marked and marked.recorded > change.recorded
                if not (is_read and marked and marked.recorded_for != change.recorded_for):
                    changes[code] = changed_variant(wording, names[change.recorded_for or editors])
            shown = with_text(shown, path, {**text, **changes}) if changes else shown
    return shown  # type: ignore[no-any-return]
