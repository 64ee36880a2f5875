"""Remember which editors have a form open on which record, as long as the form is open.

Open forms are kept in memory. If several copies of the dashboard run on one database, each writes its open forms into a
file of the state, and reads the files of the others.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Set
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from time import time

from pydantic import TypeAdapter, ValidationError

from tracker.model.errors import LockTimeout, WriteFailed
from tracker.storage.record_storage import FileStat, RecordStorage

FORMS_FOLDER = "open-forms"
PAUSE_SECONDS = 2.0
"""The shortest time between two writes of one copy of the dashboard. When its last form is closed, a copy writes at once."""
REPEAT_SECONDS = 10.0
"""A copy with open forms writes its file again after this time, so that the others know that it still runs."""
FORGET_COPY_SECONDS = 30.0
"""If the file of a copy was not written for so long, its forms count as closed."""
DELETE_COPY_SECONDS = 600.0
"""If the file of a copy was not written for so long, another copy deletes it."""
MAX_FORMS_BYTES = 100_000
RecordAndHandle = tuple[str, str]
"""(type and id of a record, handle of the editor who has a form on it open)."""
_JSON = TypeAdapter(list[RecordAndHandle])


@dataclass(frozen=True, slots=True)
class _OtherCopy:
    """The open forms of another copy. `written_at` is when its file was written, by the clock of this copy."""

    stat: FileStat
    forms: frozenset[RecordAndHandle]
    written_at: float


class FormsOfCopies:
    """Exchanges the open forms of this copy of the dashboard with its other copies, through files in `storage`.

    `clock` returns seconds and never goes back. Threads may share this object. Errors of the storage are not raised.
    """

    def __init__(self, storage: RecordStorage, clock: Callable[[], float]) -> None:
        self._storage, self._clock, self._lock = storage, clock, Lock()
        self._name = f"{FORMS_FOLDER}/{secrets.token_hex(8)}.json"
        self._written: frozenset[RecordAndHandle] = frozenset()
        self._written_at = float("-inf")
        self._others: dict[str, _OtherCopy] = {}

    def exchange(self, own: Iterable[RecordAndHandle]) -> Set[RecordAndHandle]:
        """Return the forms that are open in other copies. Write `own` into the file of this copy, if that is due."""
        now, mine = self._clock(), frozenset(own)
        others, pause = self._read_others(now), REPEAT_SECONDS if mine == self._written else PAUSE_SECONDS
        is_due = bool(mine or self._written) and (not mine or now - self._written_at >= pause)
        if is_due and self._lock.acquire(blocking=False):
            try:
                self._written_at = now  # even if writing fails: the next attempt has to wait as well
                ended = [name for name, one in others.items() if now - one.written_at >= DELETE_COPY_SECONDS]
                with suppress(OSError, LockTimeout, WriteFailed):
                    self._write(mine, ended)
                    self._written = mine
            finally:
                self._lock.release()
        return {form for one in others.values() if now - one.written_at < FORGET_COPY_SECONDS for form in one.forms}

    def _read_others(self, now: float) -> dict[str, _OtherCopy]:
        """Return a mapping: file name of each other copy → its open forms; {} if the files cannot be listed."""
        found: dict[str, _OtherCopy] = {}
        with suppress(OSError):
            for name, stat in self._storage.list_files(FORMS_FOLDER).items():
                known = self._others.get(name)
                if name == self._name:
                    continue
                if known is None or known.stat != stat:
                    # a file that was there before this copy may be the rest of one that has ended
                    age = max(0.0, time() - stat[0] / 1e9) if known is None else 0.0
                    known = _OtherCopy(stat, self._read(name), now - age)
                found[name] = known
        self._others = found
        return found

    def _read(self, name: str) -> frozenset[RecordAndHandle]:
        try:
            return frozenset(_JSON.validate_json(self._storage.read(name, MAX_FORMS_BYTES)))
        except (OSError, ValidationError):
            return frozenset()

    def _write(self, mine: frozenset[RecordAndHandle], ended: list[str]) -> None:
        raw = json.dumps(sorted(mine)).encode() if mine else None
        # who has a form open does not wait for a long save of others
        with self._storage.transaction(patience=0.5) as transaction:
            changes = [(self._name, transaction.read(self._name), raw)]
            changes += [(name, transaction.read(name), None) for name in ended]
            transaction.stage([change for change in changes if change[1] is not None or change[2] is not None])
            transaction.commit()


FORGET_AFTER_SECONDS = 30.0
"""A form that was not registered again for this long counts as closed: the browser may have lost its connection."""
MAX_OPEN_FORMS = 500
"""The largest number of forms remembered. If there is one more, the form registered longest ago is forgotten."""


class OpenForms:
    """The open forms of all editors. `copies`, if given, shares them. `clock` returns seconds and never goes back."""

    def __init__(self, clock: Callable[[], float], copies: FormsOfCopies | None = None) -> None:
        self._clock, self._copies, self._lock = clock, copies, Lock()
        self._by_tab: dict[str, tuple[RecordAndHandle, float]] = {}
        """Browser tab → (the form that it has open, the time at which it was last registered)."""

    def register(self, tab: str, record: str, handle: str) -> tuple[str, ...]:
        """Remember that `handle` has a form on `record` open in `tab`. Return the others with a form on it, sorted.

        `record` is its type and id. Call this again at least once in `FORGET_AFTER_SECONDS` while the form is open.
        """
        now = self._clock()
        with self._lock:
            self._by_tab.pop(tab, None)
            recent = [(t, known) for t, known in self._by_tab.items() if now - known[1] < FORGET_AFTER_SECONDS]
            self._by_tab = dict([*recent[-(MAX_OPEN_FORMS - 1) :], (tab, ((record, handle), now))])
            own = self._own_forms()
        elsewhere = self._copies.exchange(own) if self._copies else set()
        others = {each for of, each in {*own, *elsewhere} if of == record}
        return tuple(sorted(others - {handle}))

    def unregister(self, tab: str) -> None:
        """Forget the form that the browser tab `tab` had open, if any: it was closed."""
        with self._lock:
            closed = self._by_tab.pop(tab, None)
            own = self._own_forms()
        if closed and self._copies and not own:
            # no form of this copy will exchange anything soon
            self._copies.exchange(own)

    def _own_forms(self) -> set[RecordAndHandle]:
        """Return the forms that are open in this copy. The caller holds the lock."""
        return {form for form, _seen in self._by_tab.values()}
