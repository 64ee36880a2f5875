"""What a file said before somebody broke it: readers go on with that until it is mended. In memory only."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from tracker.model.registers import Settings
from tracker.safety.patterns import SafetyFile
from tracker.storage.data_folder import File


@dataclass(frozen=True, slots=True)
class Held:
    """The records of a file that is broken now, `many` of them as they were before; `digest` is of what is shown from it."""

    records: tuple[Any, ...]
    many: int
    sign: int
    digest: str


def key(record: Any) -> str:
    """What tells a record from the others of its kind."""
    return "" if isinstance(record, Settings | SafetyFile) else str(record.id)


def held(new: File, old: File | None, before: Held | None) -> Held | None:
    """What to go on with, now that a file says something new; None where that is sound, or nothing was ever good.

    What somebody took out of a list is gone; what is still there, but broken, stays as it was.
    """
    if old is None or not new.problems:
        return None
    if new.sign == old.sign:
        return before
    were = before.records if before else old.records
    now = {key(record): record for record in new.records}
    kept = {key(r): r for r in were if key(r) not in now and (new.lost is None or key(r) in new.lost)}
    if not kept:
        return None
    there = {**kept, **now}
    order = dict.fromkeys([*(key(r) for r in were if key(r) in there), *there])
    # what is shown depends on what was there before as well: the same broken bytes may follow other good ones
    sign = blake2b(repr((new.sign, before.sign if before else old.sign, [*kept])).encode(), digest_size=12).digest()
    digest = new.digest if now else before.digest if before else old.digest
    return Held(tuple(there[one] for one in order), len(kept), int.from_bytes(sign), digest)


def shown_from(file: File | None, held: Held | None) -> tuple[Any, ...]:
    """The records that are shown from a file."""
    return held.records if held else file.records if file else ()
