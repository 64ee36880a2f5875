"""Drafts: reviews of files that editors have not saved yet, which a colleague can take over, and submissions.

With a private folder, each draft is a JSON file in it and survives a restart, unless it is very large or holds an uploaded file. Otherwise drafts are
kept in memory. They never lie in the data folder.

There is one draft of a submission for a kind of document, a committee and a language. The editors of an organisation write
it together, field by field; everyone who may read it may write in it. Its `choices` map field → value; its `content` has
the address, what is APART, and the handle of who wrote last.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from hashlib import blake2b
from pathlib import PurePath
from secrets import token_hex
from threading import Lock
from typing import Annotated, Any

from pydantic import StringConstraints, TypeAdapter, ValidationError

from tracker.config import AnyPlace
from tracker.editing.private.lists import saving
from tracker.model.labels import N_
from tracker.model.organisations import Privacy, SharedWith, can_change, can_read
from tracker.storage.cache_registry import register_cache
from tracker.storage.failures import NOTHING_CHANGED, DatabaseUnavailable
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileSource, FileStat, StorageTransaction, list_files_in
from tracker.storage.timestamps import TIMESTAMP_FORMAT, utc_now

DRAFT_FOLDER = "import-drafts"
"""The folder of the drafts in the private folder."""
MAX_KEPT_DRAFTS = 40
"""The largest number of drafts. If there is one more, the draft that nobody changed for the longest time is dropped."""
MAX_DRAFT_BYTES = 8_000_000
"""The largest draft that is written to the private folder. A larger one is kept in memory only."""
MAX_LARGE_DRAFTS = 8
"""The largest number of drafts that are in memory only. If there is one more, the oldest of them is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDraft:
    """A review that is not saved yet. A submission is kept in the same form (see `SubmissionDrafts`).

    `kind` says what is reviewed, such as "document"; `content` is what was read, as plain JSON values. `choices` maps
    widget key → value. `owner` is the handle of the editor who works on it, `name` what the file is called. `offered_to`
    is the handle of a colleague who has not answered yet, or "". `declined_by` is the handle of the one who declined
    last, or "". `changed` is the time of the last change. `in_memory` says that it is never written to disk: a redaction
    cannot find words in the file that it holds, so it has to be forgotten then. `private` says whose it is.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] = field(default_factory=partial(token_hex, 8))
    kind: str
    owner: str
    name: str
    content: Any
    choices: Mapping[str, Any] = field(default_factory=dict)
    offered_to: str = ""
    declined_by: str = ""
    changed: str = ""
    in_memory: bool = False
    private: Privacy | None = None

    def is_reachable(self, handle: str, organisation: str) -> bool:
        """Return whether an editor of an organisation may open or answer the draft: it is theirs, or offered to them."""
        return handle in (self.owner, self.offered_to) and bool(handle) and can_read(self.private, organisation)


_JSON = TypeAdapter(ImportDraft)


class ImportDrafts:
    """The drafts in the private storage at `place`, in its folder `folder`, or in memory if `place` is None.

    Several threads and processes may use it at once. At most `most` drafts are kept; if None, MAX_KEPT_DRAFTS.
    """

    def __init__(self, place: AnyPlace | None, folder: str = DRAFT_FOLDER, most: int | None = None) -> None:
        self._storage, self._folder, self._most = open_storage(place) if place else None, folder, most
        self._in_memory: dict[str, ImportDraft] = {}
        self._large: set[str] = set()  # the ids of the large ones among them
        self._parsed: dict[str, tuple[FileStat, ImportDraft | None]] = {}
        self._lock = Lock()
        register_cache(self.forget)

    def forget(self) -> None:
        """Forget what is in memory, after a redaction. Drafts in the private folder are read again."""
        self._in_memory, self._large = {}, set()
        self._parsed = {}

    def list_all(self) -> tuple[ImportDraft, ...]:
        """Return all drafts, the one that was changed last comes last. A file that cannot be read is left out."""
        found = [*self._in_memory.values(), *self._read()]
        return tuple(sorted(found, key=lambda draft: (draft.changed, draft.id)))

    def find(self, draft_id: str) -> ImportDraft | None:
        """Return the draft with this id, or None."""
        return next((draft for draft in self.list_all() if draft.id == draft_id), None)

    def start(self, draft: ImportDraft) -> ImportDraft:
        """Keep a new draft, and return it with its time. If there is a draft with this id, return that one unchanged.

        Raises WriteFailed or LockTimeout if it cannot be kept.
        """
        draft = replace(draft, changed=utc_now().strftime(TIMESTAMP_FORMAT))
        with self._locked(N_("The draft is not kept.")) as transaction:
            drafts = self.list_all()
            if known := self._current(draft.id, transaction):
                return known
            for oldest in drafts[: max(0, len(drafts) + 1 - (self._most or MAX_KEPT_DRAFTS))]:
                self._remove(oldest.id, transaction)
            self._write(draft, transaction)
        return draft

    def change(self, draft_id: str, change: Callable[[ImportDraft], ImportDraft | None]) -> ImportDraft | None:
        """Replace a draft by what the function `change` returns for it, and return it. None removes the draft.

        Return None if there is no such draft any more. Raises WriteFailed or LockTimeout.
        """
        with self._locked(NOTHING_CHANGED) as transaction:
            before = self._current(draft_id, transaction)
            after = change(before) if before else None
            if before and after is None:
                self._remove(draft_id, transaction)
            if after and after != before:
                after = replace(after, changed=utc_now().strftime(TIMESTAMP_FORMAT))
                self._write(after, transaction)
        return after

    def remove(self, draft_id: str) -> None:
        """Remove a draft, after the save or when an editor discards it. Raises WriteFailed or LockTimeout."""
        self.change(draft_id, lambda _draft: None)

    @contextmanager
    def _locked(self, outcome: str) -> Iterator[StorageTransaction | None]:
        """Hold the lock of the private storage, or of the drafts in memory. A private folder that is missing is made.

        What was staged in the block is committed at its end. `outcome` says what is so if this fails.
        """
        if self._storage is None:
            with self._lock:
                yield None
            return
        with saving(self._storage, outcome) as transaction:
            yield transaction

    def _current(self, draft_id: str, transaction: StorageTransaction | None) -> ImportDraft | None:
        """Return a draft as it is under the lock: what was listed before may be older."""
        if transaction and (raw := transaction.read(self._name_of(draft_id), MAX_DRAFT_BYTES)) is not None:
            return _parse_draft(raw, draft_id)
        return self._in_memory.get(draft_id)

    def _name_of(self, draft_id: str) -> str:
        return f"{self._folder}/{draft_id}.json"

    def _read(self) -> list[ImportDraft]:
        parsed: dict[str, tuple[FileStat, ImportDraft | None]] = {}
        try:
            files: FileSource | None = self._storage.snapshot() if self._storage else None
            listed = list_files_in(files, self._folder, ".json") if files else {}
        except (FileNotFoundError, DatabaseUnavailable):
            listed = {}  # the private folder is missing until something is saved in it
        for name, stat in list(listed.items())[: 2 * (self._most or MAX_KEPT_DRAFTS)]:
            try:
                assert files
                known = self._parsed.get(name)
                if known is None or known[0] != stat:
                    known = stat, _parse_draft(files.read(name, MAX_DRAFT_BYTES), PurePath(name).stem)
                parsed[name] = known
            except OSError:
                continue  # a colleague saved or discarded it at this moment
        # Replaced, not updated: after a redaction, no old contents of a file may stay in memory.
        self._parsed = parsed
        return [draft for _, draft in parsed.values() if draft]

    def _write(self, draft: ImportDraft, transaction: StorageTransaction | None) -> None:
        raw = json.dumps(asdict(draft), ensure_ascii=False, indent=1).encode()
        is_large = draft.in_memory or len(raw) > MAX_DRAFT_BYTES
        if transaction and not is_large:
            self._in_memory.pop(draft.id, None)
            name = self._name_of(draft.id)
            transaction.stage([(name, transaction.read(name, MAX_DRAFT_BYTES), raw)])
            return
        self._remove(draft.id, transaction)
        if is_large:
            large = sorted(self._large & self._in_memory.keys(), key=lambda i: self._in_memory[i].changed)
            for oldest in large[: max(0, len(large) + 1 - MAX_LARGE_DRAFTS)]:
                self._remove(oldest, transaction)
            self._large = {*large[-MAX_LARGE_DRAFTS:], draft.id}
        self._in_memory[draft.id] = draft

    def _remove(self, draft_id: str, transaction: StorageTransaction | None) -> None:
        self._in_memory.pop(draft_id, None)
        name = self._name_of(draft_id)
        if transaction and (before := transaction.read(name, MAX_DRAFT_BYTES)) is not None:
            transaction.stage([(name, before, None)])


def _parse_draft(raw: bytes, draft_id: str) -> ImportDraft | None:
    with suppress(ValidationError):
        if (draft := _JSON.validate_json(raw)).id == draft_id:
            return draft
    return None


SUBMISSION_FOLDER = "submission-drafts"
"""The folder of these drafts in the private folder."""
MAX_SUBMISSIONS = 1_000
"""The largest number of these drafts in one tracker."""
APART = "apart"
"""Where the content of a draft has the texts that could not be put into their fields: [field, handle, text] of each."""
KIND = "submission"


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """What one person did in a field: the value that they saw before, and the value that it has now."""

    name: str
    before: Any
    after: Any


class SubmissionDrafts:
    """The drafts in the private storage at `place`, or in memory if `place` is None.

    `own` is always the organisation of the person who asks.
    """

    def __init__(self, place: AnyPlace | None) -> None:
        self._kept = ImportDrafts(place, SUBMISSION_FOLDER, MAX_SUBMISSIONS)

    def readable(self, own: str) -> list[ImportDraft]:
        """Return the drafts that the people of an organisation may read and write in, the one changed last first."""
        kept = (draft for draft in reversed(self._kept.list_all()) if draft.kind == KIND)
        return [draft for draft in kept if can_read(draft.private, own)]

    def find(self, address: Sequence[str], own: str, *, owner: str = "") -> ImportDraft | None:
        """Return the draft of the document at `address`: kind, committee, language. None if there is none to read.

        `owner` is the organisation whose draft it is, by default `own`.
        """
        draft = self._kept.find(_draft_id(address, owner or own))
        return draft if draft and can_read(draft.private, own) else None

    def write(
        self, address: Sequence[str], edits: Iterable[FieldEdit], *, by: str, own: str, owner: str = "", name: str
    ) -> ImportDraft | None:
        """Write the edits into the draft, and return it. It is started if it is not there and belongs to `own`.

        A field that a colleague changed since keeps the colleague's text, and the other text is kept beside it. In a list,
        what was added is added and what was taken out is taken out. Return None if the draft is not there any more
        or may not be read. Raises WriteFailed or LockTimeout.
        """
        edits, draft_id = list(edits), _draft_id(address, owner or own)

        def written(draft: ImportDraft) -> ImportDraft:
            if not can_read(draft.private, own):
                return draft
            values, apart = dict(draft.choices), list(draft.content.get(APART, ()))
            for edit in edits:
                there = values.get(edit.name, edit.before)
                if isinstance(edit.after, list):
                    values[edit.name] = _merged(there or [], edit)
                elif there in (edit.before, edit.after) or not edit.after:
                    # nothing that a colleague wrote is emptied
                    values[edit.name] = edit.after if there == edit.before else there
                else:
                    apart.append([edit.name, by, edit.after])
            return replace(draft, choices=values, content={**draft.content, APART: apart, "by": by})

        if (owner or own) == own and self._kept.find(draft_id) is None:
            content, private = {"address": list(address)}, Privacy(organisation=own)
            kept = ImportDraft(id=draft_id, kind=KIND, owner=by, name=name, content=content, private=private)
            self._kept.start(kept)
        draft = self._kept.change(draft_id, written)
        return draft if draft and can_read(draft.private, own) else None

    def settle(self, draft: ImportDraft, apart: Sequence[str], *, by: str, own: str, is_added: bool) -> None:
        """Take a text away that was kept beside its field; with `is_added`, put it below the text in the field."""

        def settled(kept: ImportDraft) -> ImportDraft:
            found = list(kept.content.get(APART, ()))
            if not can_read(kept.private, own) or list(apart) not in found:
                return kept
            found.remove(list(apart))
            name, _by, text = apart
            added = "\n\n".join(filter(None, [kept.choices.get(name, ""), text]))
            values = {**kept.choices, **({name: added} if is_added else {})}
            return replace(kept, choices=values, content={**kept.content, APART: found, "by": by})

        self._kept.change(draft.id, settled)

    def share(self, draft: ImportDraft, shared_with: SharedWith, *, own: str) -> None:
        """Share a draft anew. Only the organisation to which it belongs can. Raises WriteFailed or LockTimeout."""

        def shared(kept: ImportDraft) -> ImportDraft:
            if not can_change(kept.private, own):
                return kept
            return replace(kept, private=Privacy(organisation=own, shared_with=shared_with))

        self._kept.change(draft.id, shared)

    def discard(self, draft: ImportDraft, *, own: str) -> None:
        """Remove a draft. Only the organisation to which it belongs can. Raises WriteFailed or LockTimeout."""
        self._kept.change(draft.id, lambda kept: None if can_change(kept.private, own) else kept)


def _draft_id(address: Sequence[str], owner: str) -> str:
    """Return the id of a draft. Two people who begin the same document write in the same draft."""
    return blake2b("\0".join([*address, owner]).encode(), digest_size=8).hexdigest()


def _merged(there: Sequence[str], edit: FieldEdit) -> list[str]:
    kept = [value for value in there if value in edit.after or value not in (edit.before or ())]
    return [*kept, *(value for value in edit.after if value not in kept and value not in (edit.before or ()))]
