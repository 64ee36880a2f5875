"""Keep showing the last valid records of a file that became invalid, until it is corrected. In memory only."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from tracker.model.registers import Settings
from tracker.model.safety_config import SafetyFile
from tracker.storage.data_folder import FileState


@dataclass(frozen=True, slots=True)
class LastGood:
    """The records shown from an invalid file; `outdated` of them are from before it became invalid.

    `content_hash` depends on the file now and on what was shown before; `sha256` is that of the file the records come from.
    """

    records: tuple[Any, ...]
    outdated: int
    content_hash: int
    sha256: str


def record_key(record: Any) -> str:
    """Return the key of a record among the records of its kind: its id, or "" if there is only one such record."""
    return "" if isinstance(record, Settings | SafetyFile) else str(record.id)


def keep_last_good(new: FileState, old: FileState | None, before: LastGood | None) -> LastGood | None:
    """Return the records to show after a file changed, or None if it is valid or there are no earlier records to keep.

    `before` is the result for the previous state of the file. List items that were deleted are gone; items that are still
    there but invalid stay as they were.
    """
    if old is None or not new.problems:
        return None
    if new.content_hash == old.content_hash:
        return before
    previous = before.records if before else old.records
    valid = {record_key(record): record for record in new.records}
    kept = {
        record_key(r): r
        for r in previous
        if record_key(r) not in valid and (new.unreadable_ids is None or record_key(r) in new.unreadable_ids)
    }
    if not kept:
        return None
    shown = {**kept, **valid}
    order = dict.fromkeys([*(record_key(r) for r in previous if record_key(r) in shown), *shown])
    # the earlier hash is part of it: the same invalid bytes may follow different valid ones, and then other records are shown
    content_hash = blake2b(
        repr((new.content_hash, before.content_hash if before else old.content_hash, [*kept])).encode(), digest_size=12
    ).digest()
    digest = new.sha256 if valid else before.sha256 if before else old.sha256
    return LastGood(tuple(shown[key] for key in order), len(kept), int.from_bytes(content_hash), sha256=digest)


def effective_records(file: FileState | None, held: LastGood | None) -> tuple[Any, ...]:
    """Return the records to show from a file: the last good ones if there are any, else its own."""
    return held.records if held else file.records if file else ()
