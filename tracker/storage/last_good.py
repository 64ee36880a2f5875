"""What a file said before somebody broke it: readers go on with that until it is mended. In memory only."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from tracker.model.registers import Settings
from tracker.model.safety_config import SafetyFile
from tracker.storage.data_folder import FileState


@dataclass(frozen=True, slots=True)
class LastGood:
    """The records of a file that is broken now, `many` of them as they were before; `digest` is of what is shown from it."""

    records: tuple[Any, ...]
    outdated: int
    content_hash: int
    sha256: str


def record_key(record: Any) -> str:
    """What tells a record from the others of its kind."""
    return "" if isinstance(record, Settings | SafetyFile) else str(record.id)


def keep_last_good(new: FileState, old: FileState | None, before: LastGood | None) -> LastGood | None:
    """What to go on with, now that a file says something new; None where that is sound, or nothing was ever good.

    What somebody took out of a list is gone; what is still there, but broken, stays as it was.
    """
    if old is None or not new.problems:
        return None
    if new.content_hash == old.content_hash:
        return before
    were = before.records if before else old.records
    now = {record_key(record): record for record in new.records}
    kept = {
        record_key(r): r
        for r in were
        if record_key(r) not in now and (new.unreadable_ids is None or record_key(r) in new.unreadable_ids)
    }
    if not kept:
        return None
    there = {**kept, **now}
    order = dict.fromkeys([*(record_key(r) for r in were if record_key(r) in there), *there])
    # what is shown depends on what was there before as well: the same broken bytes may follow other good ones
    sign = blake2b(
        repr((new.content_hash, before.content_hash if before else old.content_hash, [*kept])).encode(), digest_size=12
    ).digest()
    digest = new.sha256 if now else before.sha256 if before else old.sha256
    return LastGood(tuple(there[one] for one in order), len(kept), int.from_bytes(sign), digest)


def effective_records(file: FileState | None, held: LastGood | None) -> tuple[Any, ...]:
    """The records that are shown from a file."""
    return held.records if held else file.records if file else ()
