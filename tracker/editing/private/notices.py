"""Notices: what an organisation is told privately, such as that somebody removed words from its files.

Each organisation has one list, which no other organisation can read. A notice never has the words that were removed.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath

from pydantic.dataclasses import dataclass as record_type

from tracker.config import AnyPlace
from tracker.editing.private.owned_lists import ListFiles, ListKind, saving_privately
from tracker.model.errors import RedactionRefused
from tracker.model.field_types import Handle, Id, Timestamp
from tracker.model.labels import N_
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS
from tracker.model.permissions import Person
from tracker.model.vocabulary import Code
from tracker.storage.failures import NOTHING_REMOVED
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import StorageTransaction, list_files_in
from tracker.storage.timestamps import TIMESTAMP_FORMAT, utc_now

NOTICES_FOLDER = "notices"
EVERYBODY = "_all"
"""Stands in place of the id of an organisation for what all organisations can see. No organisation has this id."""
MAX_NOTICES, MAX_SUBJECTS = 200, 50
"""The largest numbers of notices of one organisation, of which the oldest are dropped, and of subjects of one notice."""
LOST_DIGITS = 16
"""Enough of a SHA-256 to know the file by its address, and too few to keep the whole digest of what was removed."""


class NoticeKind(Code):
    """What happened. The label is the sentence for the organisation; `person` is who did it."""

    REMOVED = "removed", N_("{person} removed words or a file for safety from what belongs to your organisation.")
    LEFT = (
        "left",
        N_(
            "{person} removed words for safety. Some of them are in an id, a date, a file name or a damaged file of your "
            "organisation, and are still there. Ask this person in private which words are meant, and change it."
        ),
    )
    SEARCHED = "searched", N_("{person} searched for words to remove")


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class LostFile:
    """An attached file that was deleted whole: the start of its SHA-256 (LOST_DIGITS), and its name without the words."""

    start: str
    name: str = ""


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PrivateNotice:
    """One notice: who (`recorded_by`, of the organisation `recorded_for`) did what, and when.

    `subjects` are the names of files, such as notes/r1.yaml, at most MAX_SUBJECTS; `count` says how many there were, or
    how many searches within an hour. `lost` are the attached files that were deleted whole.
    """

    kind: NoticeKind
    recorded: Timestamp
    recorded_by: Handle
    recorded_for: Id | None = None
    subjects: tuple[str, ...] = ()
    count: int = 1
    lost: tuple[LostFile, ...] = ()
    settled: Timestamp | None = None
    settled_by: Handle | None = None


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class NoticesFile:
    """The contents of notices/<organisation>.yaml, the newest notice last."""

    notices: tuple[PrivateNotice, ...]


Notices = tuple[PrivateNotice, ...]
_KIND = ListKind(NoticesFile, "notices", "Notices: only this organisation sees them.")
TOO_OFTEN = N_(
    "You have searched {n} times within an hour. Nothing was removed. Try again later, and write all forms of all words at once."
)


class PrivateNotices:
    """The notices in the storage at `place`. Threads and processes may share them. Pages use `PrivateFolder.notices`."""

    def __init__(self, place: AnyPlace) -> None:
        self._storage = open_storage(place)
        self._lists = ListFiles[PrivateNotice](_KIND, self._storage)

    def of(self, organisation: str) -> Notices:
        """Return the notices of an organisation that are not settled, the newest first; () if they cannot be read."""
        kept = self._lists.read_one(_name_of(organisation))[0]
        return tuple(notice for notice in reversed(kept) if not notice.settled)

    def removal_of(self, organisation: str, sha256: str) -> PrivateNotice | None:
        """Return what an organisation was told about the removal of this file of its own, also if that is settled."""
        kept, start = self._lists.read_one(_name_of(organisation))[0], sha256[:LOST_DIGITS]
        return next((one for one in reversed(kept) if any(file.start == start for file in one.lost)), None)

    def add(
        self, organisation: str, *, kind: NoticeKind, by: Person, at: datetime, subjects: Iterable[str] = ()
    ) -> None:
        """Tell an organisation that `by` did something to its `subjects` (names of files). Raises WriteFailed or LockTimeout."""
        notice = notice_of(kind, by, at, subjects=subjects)
        with saving_privately(self._storage) as transaction:
            self.change(transaction, organisation, lambda known: (*known, notice))

    def count_search(self, by: Person, at: datetime, most: int) -> None:
        """Note for all that `by` searches for words to remove; which words is not noted. Raises WriteFailed or LockTimeout.

        Raises RedactionRefused after `most` searches within an hour.
        """
        hour_ago = (at - timedelta(hours=1)).strftime(TIMESTAMP_FORMAT)

        def counted(known: Notices) -> Notices:
            last = next((n for n in reversed(known) if n.recorded_by == by.handle and n.recorded > hour_ago), None)
            if last is None:
                return (*known, notice_of(NoticeKind.SEARCHED, by, at))
            if last.count >= most:
                raise RedactionRefused(TOO_OFTEN, {"n": most})
            return tuple(replace(one, count=one.count + 1) if one is last else one for one in known)

        with saving_privately(self._storage, NOTHING_REMOVED) as transaction:
            self.change(transaction, EVERYBODY, counted)

    def settle(self, organisation: str, notice: PrivateNotice, *, by: Person) -> None:
        """Note that the organisation has dealt with `notice`. Raises WriteFailed or LockTimeout."""
        done = replace(notice, settled=utc_now().strftime(TIMESTAMP_FORMAT), settled_by=by.handle)

        def settled(known: Notices) -> Notices:
            return tuple(done if one == notice else one for one in known)

        with saving_privately(self._storage) as transaction:
            self.change(transaction, organisation, settled)

    def change(self, transaction: StorageTransaction, organisation: str, change: Callable[[Notices], Notices]) -> None:
        """Stage a change of the notices of an organisation. Raises WriteFailed if they cannot be read."""
        _, changed = self._lists.change(transaction, _name_of(organisation), lambda known: change(known)[-MAX_NOTICES:])
        if changed[1] != changed[2]:
            transaction.stage([changed])

    def organisations(self) -> tuple[str, ...]:
        """Return the ids of the organisations that have notices. Raises OSError."""
        return tuple(PurePath(name).stem for name in list_files_in(self._storage, NOTICES_FOLDER, ".yaml"))


def notice_of(
    kind: NoticeKind, by: Person, at: datetime, *, subjects: Iterable[str] = (), lost: Iterable[LostFile] = ()
) -> PrivateNotice:
    """Return a new notice. Of more than MAX_SUBJECTS subjects, it has only the number."""
    named = tuple(dict.fromkeys(subjects))
    return PrivateNotice(
        kind=kind,
        recorded=at.strftime(TIMESTAMP_FORMAT),
        recorded_by=by.handle,
        recorded_for=by.organisation or None,
        subjects=named[:MAX_SUBJECTS],
        count=max(1, len(named)),
        lost=tuple(dict.fromkeys(lost)),
    )


def _name_of(organisation: str) -> str:
    return f"{NOTICES_FOLDER}/{organisation}.yaml"
