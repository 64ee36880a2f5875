"""If a file becomes invalid, keep its last valid records in memory and show them until the file is corrected."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from tracker.model.registers import Settings
from tracker.model.safety_config import SafetyFile
from tracker.storage.data_folder import FileState


@dataclass(frozen=True, slots=True)
class LastGood:
    """The records that are shown for an invalid file.

    `outdated` says how many of them are from an earlier version of the file.

    `content_hash` is a hash of the current file and of the version before. `sha256` is the checksum of the current file
    if at least one of its records is valid. Otherwise it is the checksum of the earlier version.
    """

    records: tuple[Any, ...]
    outdated: int
    content_hash: int
    sha256: str


def record_key(record: Any) -> str:
    """Return the id of `record`.

    For settings and safety rules, return "": there is only one record of each of these types.
    """
    return "" if isinstance(record, Settings | SafetyFile) else str(record.id)


def keep_last_good(new: FileState, old: FileState | None, before: LastGood | None) -> LastGood | None:
    """Return the records to show after a file changed from `old` to `new`.

    Return None if no earlier records are needed.

    `before` is the earlier result of this function for `old`. In a list file, the earlier version of an item is kept if
    the item is invalid now. It is not kept if the item was deleted. `old` is None for a new file.
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
    # The hash of the earlier version is included: the same invalid file may follow different valid versions.
    content_hash = blake2b(
        repr((new.content_hash, before.content_hash if before else old.content_hash, [*kept])).encode(), digest_size=12
    ).digest()
    digest = new.sha256 if valid else before.sha256 if before else old.sha256
    return LastGood(tuple(shown[key] for key in order), len(kept), int.from_bytes(content_hash), sha256=digest)


def effective_records(file: FileState | None, last_good: LastGood | None) -> tuple[Any, ...]:
    """Return the records to show for a file: those in `last_good`, or those in `file` if `last_good` is None.

    Return an empty tuple if both are None.
    """
    return last_good.records if last_good else file.records if file else ()
