"""Drafts that editors have not saved yet: reviews of imported files, and submissions.

With a private folder, each draft is a JSON file in it and survives a restart. A draft that is very large, or that
holds an uploaded file, is kept in memory only; so are all drafts if there is no private folder. No draft is in the
data folder.

A review belongs to one editor, who can offer it to a colleague. A submission belongs to an organisation, which has
one draft for each kind of document, committee and language. Those with whom it is shared write in it together, field
by field. An organisation that is asked to sign it can only read it, and signs the text to which it agreed, no other.
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
from tracker.editing.private.owned_lists import saving_privately
from tracker.model.labels import N_
from tracker.model.organisations import Privacy, SharedWith, can_change, can_read, privacy_as_chosen
from tracker.model.vocabulary import Code
from tracker.storage.cache_registry import TakeOut, register_drafts
from tracker.storage.failures import NOTHING_CHANGED, DatabaseUnavailable
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileSource, FileStat, StorageTransaction, list_files_in
from tracker.storage.timestamps import TIMESTAMP_FORMAT, utc_now

DRAFT_FOLDER = "import-drafts"
"""The folder of the drafts of reviews in the private folder."""
MAX_KEPT_DRAFTS = 40
"""The largest number of drafts of one organisation. If it has one more, the one that it changed longest ago is dropped."""
MAX_DRAFT_BYTES = 8_000_000
"""The largest draft that is written to the private folder. A larger one is kept in memory only."""
MAX_LARGE_DRAFTS = 8
"""The largest number of drafts of one organisation in memory that are too large for a file or not allowed in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDraft:
    """A review that is not saved yet, or a submission. `private` says to which organisation it belongs.

    `kind` says what is reviewed, such as "document"; `content` is what was read, as plain JSON values. `choices` maps
    widget key → value. `owner` is the editor of the draft, `offered_to` a colleague who has not answered the offer yet,
    `declined_by` the colleague who declined last; each is a handle or "". `for_organisation` is the id of an organisation
    to all of whose people it is offered, or "". A draft with `in_memory` is never written to
    disk: it has an uploaded file that a redaction cannot search, so a redaction forgets that file. In a submission,
    `kind` is SUBMISSION_KIND, `choices` maps field → value, and `content` has "address" (kind, committee, language),
    APART, and "by", the handle of the person who wrote last.
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
    for_organisation: str = ""

    @property
    def organisation(self) -> str:
        """Return the id of the organisation to which the draft belongs, or "" for none."""
        return self.private.organisation if self.private else ""

    def can_be_opened_by(self, handle: str, organisation: str) -> bool:
        """Return whether `handle` owns the draft or was offered it, and their `organisation` may read it."""
        is_theirs = handle in (self.owner, self.offered_to) or self.for_organisation == organisation
        return is_theirs and bool(handle) and can_read(self.private, organisation)

    def shown_to(self, organisation: str) -> dict[str, Any]:
        """Return the values that the page of a reader in an organisation shows.

        Whoever is only asked to sign a submission sees the document: the session, and the texts on what is chosen.
        """
        if can_read(self.private, organisation):
            return asdict(self)
        parts = [("text", about) for about in ("", *self.choices.get("ids", ()))]
        shown = {name: text for name, text in self.choices.items() if (*name.split("_"), "")[:2] in parts}
        return {**shown, "session": self.choices.get("session", "")}

    def signing_of(self, organisation: str, choices: Mapping[str, Any]) -> "Signing":
        """Return whether an organisation signs the submission with the values `choices` (field → value)."""
        if self.private and organisation == self.private.organisation:
            return Signing.OWN
        answer = self.content.get(CONSENTS, {}).get(organisation)
        if answer is None or organisation not in choices.get(SIGNATORIES, ()):
            return Signing.UNASKED
        known = {"": Signing.ASKED, REFUSED: Signing.REFUSED, text_digest(choices): Signing.AGREED}
        return known.get(answer, Signing.CHANGED)

    def signatories(self, choices: Mapping[str, Any], own: str) -> tuple[str, ...]:
        """Return who signs it if `own` makes the file, of those chosen in `choices`: who agreed to exactly these values.

        If `own` is the owner, it signs too. Others who may write in the draft cannot sign for the owner.
        """
        signing = self._signing(choices)
        return tuple(id for id, s in signing.items() if s is Signing.AGREED or (s is Signing.OWN and id == own))

    def _signing(self, choices: Mapping[str, Any]) -> dict[str, "Signing"]:
        """Return a mapping: id of each chosen organisation → whether it signs, the owner first."""
        found = {id: self.signing_of(id, choices) for id in choices.get(SIGNATORIES, ())}
        return dict(sorted(found.items(), key=lambda pair: pair[1] is not Signing.OWN))

    def previewed(self, choices: Mapping[str, Any], own: str) -> tuple[str, ...]:
        """Return who signs the text that `own` is asked to sign, if it agrees: the owner, who agreed already, and itself.

        What others assess is not shown before they have agreed to it.
        """
        signing = self._signing(choices)
        return tuple(id for id, s in signing.items() if id == own or s in (Signing.OWN, Signing.AGREED))


_JSON = TypeAdapter(ImportDraft)


class ImportDrafts:
    """Keeps drafts in `folder` at `place`; in memory if that is None, or if a draft does not fit a file. Thread-safe.

    An organisation can have `most` drafts, so that none pushes out a draft of another one.
    """

    def __init__(self, place: AnyPlace | None, folder: str = DRAFT_FOLDER, most: int | None = None) -> None:
        self._storage, self._folder, self._most = open_storage(place) if place else None, folder, most
        self._in_memory: dict[str, ImportDraft] = {}
        self._large: set[str] = set()  # ids of the drafts in memory that are too large, or not allowed, for a file
        self._parsed: dict[str, tuple[FileStat, ImportDraft | None]] = {}
        self._lock = Lock()
        register_drafts(self.forget)

    def forget(self, take_out: TakeOut | None = None) -> None:
        """Forget what was read from files: a redaction has changed them.

        From drafts that are only in memory, `take_out` takes words, and the uploaded file goes. If it is None, they go.
        """
        self._in_memory = {i: _without_words(d, take_out) for i, d in self._in_memory.items()} if take_out else {}
        self._large &= self._in_memory.keys()
        self._parsed = {}

    def list_all(self) -> tuple[ImportDraft, ...]:
        """Return all drafts, the draft that was changed last at the end. A file that cannot be read is left out."""
        found = [*self._in_memory.values(), *self._read_files()]
        return tuple(sorted(found, key=lambda draft: (draft.changed, draft.id)))

    def find(self, draft_id: str) -> ImportDraft | None:
        """Return the draft with this id, or None."""
        return next((draft for draft in self.list_all() if draft.id == draft_id), None)

    def start(self, draft: ImportDraft) -> ImportDraft:
        """Store a new draft, and return it with its time. If its id is taken, return the existing draft instead.

        If its organisation has too many, those with the oldest changes are removed. Raises WriteFailed or LockTimeout.
        """
        draft = replace(draft, changed=utc_now().strftime(TIMESTAMP_FORMAT))
        with self._locked(N_("The draft is not kept.")) as transaction:
            drafts = [one for one in self.list_all() if one.organisation == draft.organisation]
            if known := self._current(draft.id, transaction):
                return known
            for oldest in drafts[: max(0, len(drafts) + 1 - (self._most or MAX_KEPT_DRAFTS))]:
                self._remove(oldest.id, transaction)
            self._write(draft, transaction)
        return draft

    def change(self, draft_id: str, change: Callable[[ImportDraft], ImportDraft | None]) -> ImportDraft | None:
        """Replace a draft with what `change` returns, or remove it if that is None. Return the new draft, or None.

        Return None also if there is no such draft. Raises WriteFailed or LockTimeout, and what `change` raises.
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
        """Remove a draft, if there is one with this id. Raises WriteFailed or LockTimeout."""
        self.change(draft_id, lambda _draft: None)

    @contextmanager
    def _locked(self, outcome: str) -> Iterator[StorageTransaction | None]:
        """Lock the private storage and give a transaction. Without such a storage, lock the drafts and give None."""
        if self._storage:
            with saving_privately(self._storage, outcome) as transaction:
                yield transaction
        else:
            with self._lock:
                yield None

    def _current(self, draft_id: str, transaction: StorageTransaction | None) -> ImportDraft | None:
        """Return the draft with this id as it is under the lock, or None. What was listed before may be older."""
        if transaction and (raw := transaction.read(self._name_of(draft_id), MAX_DRAFT_BYTES)) is not None:
            return parse_draft(raw, draft_id)
        return self._in_memory.get(draft_id)

    def _name_of(self, draft_id: str) -> str:
        return f"{self._folder}/{draft_id}.json"

    def _read_files(self) -> list[ImportDraft]:
        """Return the drafts in the private storage. Files that cannot be read, or are not valid, are left out."""
        parsed: dict[str, tuple[FileStat, ImportDraft | None]] = {}
        try:
            files: FileSource | None = self._storage.snapshot() if self._storage else None
            listed = list_files_in(files, self._folder, ".json") if files else {}
        except (FileNotFoundError, DatabaseUnavailable):
            listed = {}  # the private folder is missing until something is saved in it
        for name, stat in listed.items():
            try:
                assert files
                known = self._parsed.get(name)
                if known is None or known[0] != stat:
                    known = stat, parse_draft(files.read(name, MAX_DRAFT_BYTES), PurePath(name).stem)
                parsed[name] = known
            except OSError:
                continue  # a colleague saved or discarded it at this moment
        # Replaced, not updated: after a redaction, no old contents of a file may stay in memory.
        self._parsed = parsed
        return [draft for _, draft in parsed.values() if draft]

    def _write(self, draft: ImportDraft, transaction: StorageTransaction | None) -> None:
        """Stage the file of a draft. A draft that is too large or `in_memory`, or has no storage, is kept in memory instead."""
        raw = json.dumps(asdict(draft), ensure_ascii=False, indent=1).encode()
        is_large = draft.in_memory or len(raw) > MAX_DRAFT_BYTES
        if transaction and not is_large:
            self._in_memory.pop(draft.id, None)
            name = self._name_of(draft.id)
            transaction.stage([(name, transaction.read(name, MAX_DRAFT_BYTES), raw)])
            return
        self._remove(draft.id, transaction)
        if is_large:
            kept = (self._in_memory[i] for i in self._large if i in self._in_memory)
            large = sorted((d for d in kept if d.organisation == draft.organisation), key=lambda d: d.changed)
            for oldest in large[: max(0, len(large) + 1 - MAX_LARGE_DRAFTS)]:
                self._remove(oldest.id, transaction)
            self._large = {*(self._large & self._in_memory.keys()), draft.id}
        self._in_memory[draft.id] = draft

    def _remove(self, draft_id: str, transaction: StorageTransaction | None) -> None:
        self._in_memory.pop(draft_id, None)
        name = self._name_of(draft_id)
        if transaction and (before := transaction.read(name, MAX_DRAFT_BYTES)) is not None:
            transaction.stage([(name, before, None)])


def _without_words(draft: ImportDraft, take_out: TakeOut) -> ImportDraft:
    content = take_out(draft.content)
    if draft.in_memory:
        content = {**content, "imported": {**content["imported"], "content": ""}}
    return replace(draft, content=content, name=take_out(draft.name), choices=take_out(draft.choices))


def parse_draft(raw: bytes, draft_id: str) -> ImportDraft | None:
    """Return the draft in the bytes of a file, or None if it is not valid or has another id."""
    with suppress(ValidationError):
        if (draft := _JSON.validate_json(raw)).id == draft_id:
            return draft
    return None


SUBMISSION_FOLDER = "submission-drafts"
"""The folder of the drafts of submissions in the private folder."""
MAX_SUBMISSIONS = 1_000
"""The largest number of drafts of submissions of one organisation."""
APART = "apart"
"""A key in `content`: [field, handle, text] for each text that was kept out of its field, which a colleague had changed."""
SUBMISSION_KIND = "submission"
SIGNATORIES = "organisations"
"""The field of a submission with the ids of the organisations that are to sign it."""
CONSENTS = "consents"
"""A key in `content`: id of an organisation that is asked to sign → "", REFUSED, or the `text_digest` to which it agreed."""
REFUSED = "refused"
_NOT_IN_THE_TEXT = (SIGNATORIES, "recorded", "sent_", "demand_")
"""The beginnings of the names of fields that are not in the document: who signs, and what records it after it was sent."""


class Signing(Code):
    """Whether an organisation signs a submission."""

    OWN = "own", N_("it is its own submission")
    AGREED = "agreed", N_("agreed to this text")
    CHANGED = "changed", N_("agreed to an earlier text and is asked again")
    ASKED = "asked", N_("is asked, no answer yet")
    REFUSED = REFUSED, N_("does not sign")
    UNASKED = "unasked", N_("is not asked yet")


def text_digest(choices: Mapping[str, Any]) -> str:
    """Return a hash of the values of a submission that are in the document. Another text has another hash."""
    text = {name: value for name, value in choices.items() if value and not name.startswith(_NOT_IN_THE_TEXT)}
    return blake2b(json.dumps(text, sort_keys=True).encode(), digest_size=16).hexdigest()


def _may_see(draft: ImportDraft, own: str) -> bool:
    """Return whether an organisation may read a submission: it may write in it, or it is asked to sign it."""
    return can_read(draft.private, own) or draft.signing_of(own, draft.choices) is not Signing.UNASKED


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """An edit of one field by one person: the value `before` that they saw, and the value `after` that they typed."""

    name: str
    before: Any
    after: Any


class SubmissionDrafts:
    """Keeps drafts of submissions at `place`, or in memory if that is None. In methods, `own` is the organisation of who asks."""

    def __init__(self, place: AnyPlace | None) -> None:
        self._kept = ImportDrafts(place, SUBMISSION_FOLDER, MAX_SUBMISSIONS)

    def list_readable(self, own: str) -> list[ImportDraft]:
        """Return the drafts that an organisation may read: also those that it is asked to sign. The latest change is first."""
        kept = (draft for draft in reversed(self._kept.list_all()) if draft.kind == SUBMISSION_KIND)
        return [draft for draft in kept if _may_see(draft, own)]

    def find(self, address: Sequence[str], own: str, *, owner: str = "") -> ImportDraft | None:
        """Return the draft of `owner` (default: `own`) for (kind, committee, language). Return None if `own` may not read it."""
        draft = self._kept.find(_draft_id(address, owner or own))
        return draft if draft and _may_see(draft, own) else None

    def write(
        self, address: Sequence[str], edits: Iterable[FieldEdit], *, by: str, own: str, owner: str = "", name: str
    ) -> ImportDraft | None:
        """Write the edits of the person `by` into a draft, and return it; `address` and `owner` are as in `find`.

        A missing draft that would belong to `own` is created with the `name`. If a colleague has
        meanwhile changed a field, it keeps their text, and the new text goes under APART; lists are merged. Return None
        if there is no such draft any more, or if `own` may not write in it. Raises WriteFailed or LockTimeout.
        """
        edits, draft_id = list(edits), _draft_id(address, owner or own)

        def written(draft: ImportDraft) -> ImportDraft:
            if not can_read(draft.private, own):
                return draft
            values, apart = dict(draft.choices), list(draft.content.get(APART, ()))
            for edit in edits:
                there = values.get(edit.name, edit.before)
                if isinstance(edit.after, list):
                    values[edit.name] = _merge_list(there or [], edit)
                elif there in (edit.before, edit.after) or not edit.after:
                    # nothing that a colleague wrote is emptied
                    values[edit.name] = edit.after if there == edit.before else there
                else:
                    apart.append([edit.name, by, edit.after])
            return replace(draft, choices=values, content={**draft.content, APART: apart, "by": by})

        if (owner or own) == own and self._kept.find(draft_id) is None:
            content, private = {"address": list(address)}, Privacy(organisation=own)
            kept = ImportDraft(id=draft_id, kind=SUBMISSION_KIND, owner=by, name=name, content=content, private=private)
            self._kept.start(kept)
        draft = self._kept.change(draft_id, written)
        return draft if draft and can_read(draft.private, own) else None

    def settle(self, draft: ImportDraft, apart: Sequence[str], *, by: str, own: str, is_added: bool) -> None:
        """Remove an entry (`apart`) from APART of a draft. With `is_added`, add its text below that in the field.

        If the entry is gone, or `own` may not read the draft, nothing changes. Raises WriteFailed or LockTimeout.
        """

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
        """Share a draft of `own` with `shared_with` and no one else. Raises NobodyChosen, WriteFailed or LockTimeout."""
        new = privacy_as_chosen(own, shared_with)
        self._kept.change(draft.id, lambda kept: replace(kept, private=new) if can_change(kept.private, own) else kept)

    def ask(self, draft: ImportDraft, organisations: Iterable[str], ids: Sequence[str], *, own: str) -> None:
        """Ask only these organisations to sign a draft of `own`, with the recommendations `ids`. An agreement stays.

        Raises WriteFailed or LockTimeout.
        """

        def asked(kept: ImportDraft) -> ImportDraft:
            before = {id: answer for id, answer in kept.content.get(CONSENTS, {}).items() if answer != REFUSED}
            content = {**kept.content, CONSENTS: {id: before.get(id, "") for id in organisations}}
            # what is proposed later does not come into the text to which they agree
            new = replace(kept, content=content, choices={**kept.choices, "ids": list(ids)})
            return new if can_change(kept.private, own) else kept

        self._kept.change(draft.id, asked)

    def answer(self, draft: ImportDraft, text: Mapping[str, Any] | None, *, own: str) -> None:
        """Keep that `own` agrees to sign the values `text`, which it read, or refuses (None), if it is asked. Raises as `ask`."""

        def answered(kept: ImportDraft) -> ImportDraft:
            answers = {**kept.content.get(CONSENTS, {}), own: text_digest(text) if text is not None else REFUSED}
            is_asked = own in kept.content.get(CONSENTS, {})
            return replace(kept, content={**kept.content, CONSENTS: answers}) if is_asked else kept

        self._kept.change(draft.id, answered)

    def discard(self, draft: ImportDraft, *, own: str) -> None:
        """Remove a draft. If it does not belong to `own`, it stays. Raises WriteFailed or LockTimeout."""
        self._kept.change(draft.id, lambda kept: None if can_change(kept.private, own) else kept)


def _draft_id(address: Sequence[str], owner: str) -> str:
    """Return the id of the draft of the organisation `owner` for `address`. The same arguments give the same id."""
    return blake2b("\0".join([*address, owner]).encode(), digest_size=8).hexdigest()


def _merge_list(there: Sequence[str], edit: FieldEdit) -> list[str]:
    """Return the list `there`, without the values that the edit removed, and then the values that the edit added."""
    kept = [value for value in there if value in edit.after or value not in (edit.before or ())]
    return [*kept, *(value for value in edit.after if value not in kept and value not in (edit.before or ()))]
