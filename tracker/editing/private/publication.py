"""Publish private evidence and files, and make them private again.

Evidence that is made private again leaves a stub in the public folder. The stub has no text of the evidence; it says on
which day the evidence was made private. No module for readers may import this one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from itertools import count
from pathlib import PurePath
from typing import Any

from pydantic import TypeAdapter

from tracker.editing.private.owned_lists import create_private_storage
from tracker.editing.private.whole_folder import Everything
from tracker.editing.store import FILE_GONE, Store, as_failed_save, current_record, prepare_file, saving, with_records
from tracker.i18n import LANGUAGES, get_language
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, FileRecord, all_records
from tracker.model.errors import (
    Conflict,
    NotAllowed,
    RuleViolation,
    SafetyFindings,
    TrackerError,
    ValidationFailed,
)
from tracker.model.events import Event
from tracker.model.labels import N_
from tracker.model.lifecycle import UNKNOWN_PUBLISHER, active_files, is_unpublished, is_withdrawn
from tracker.model.localized_text import NO_LANGUAGE_CODE, LocalizedText, TextVariant
from tracker.model.organisations import ALL, Privacy, can_publish, can_read, can_retract, is_for_all
from tracker.model.ownership import owner_of, require_own_record
from tracker.model.permissions import READER, Permission, Person, Role
from tracker.model.records import Evidence, EvidenceLink
from tracker.model.registers import Settings
from tracker.model.vocabulary import EventType, EvidenceEffect
from tracker.safety.scanner import PublicationCheck
from tracker.storage.attached_files import active_digests, changes_that_copy, list_kept, remove_kept
from tracker.storage.cache_registry import redaction_marker_change
from tracker.storage.failures import STILL_PUBLIC
from tracker.storage.record_storage import StorageTransaction
from tracker.storage.timestamps import TIMESTAMP_FORMAT, TimestampIssuer, next_timestamp

UNPUBLISHING = "unpublishing.txt"
"""The private file that notes what is being made private, so that the next start can finish interrupted work.

Each line has five words: "evidence" or "documents", the id, the SHA-256 of a file (or WHOLE_RECORD), handle, day.
"""
WHOLE_RECORD = "-"
"""Stands in UNPUBLISHING if a whole record is made private, and not one of its files."""
SHARING = "sharing.json"
"""The private file that says with whom something was shared before it was published: key (see `_unpublishing_key`) → Privacy."""
_SHARING = TypeAdapter(dict[str, Privacy])
PRIVATE_ENDING = "(-[0-9a-f]{6}|-[0-9]+)?"
"""What stands after the id of evidence that was made private again: a hash, in older data a number or nothing."""
STAYS_PRIVATE = N_("It stays private.")
NOT_TO_PUBLISH = (
    "Only a reviewer of its organisation, or of one that may also publish it, can publish it. It stays private."
)
PRIVATE_NOT_WRITTEN = N_("The private folder cannot be written ({reason}).")
IS_PUBLIC_NOW = N_("It is public now. The private copy is still there: do it again to delete it.")
COPY_IS_LEFT = N_("It is public now. The private copy is still there ({reason}): delete it.")


class Publication(Everything):
    """Publishes private entries, and makes public ones private again: with the same rules for everybody, by who does it."""

    def check_publication(self, e: Evidence, public: Store) -> PublicationCheck:
        """Return what a reviewer has to settle before the private evidence `e` is published with its files.

        Raises ValidationFailed if a file is missing or has changed, UnusableFile if it has no usable text, and OSError.
        """
        published = to_public(e)
        return public.check_publication(published, self._ready_to_publish(published.files))

    def publish(self, e: Evidence, public: Store, *, by: Person) -> str:
        """Make the private evidence `e` public with its files, and return its id.

        The evidence is saved in the store `public`, with every check. Then the private copies are deleted, except
        untouched originals and files that other private entries need. A second call finishes interrupted work. Raises
        NotAllowed, Conflict, SafetyFindings (also for words that may be a name and were not confirmed), and what
        `Store.save` raises. After an error the evidence is still only private, unless WriteFailed says that only the
        deletion failed.
        """
        own, name = self._eyes.organisation(by), _name_of(e.id)
        with saving(self._storage, STAYS_PRIVATE, in_folder=PRIVATE_NOT_WRITTEN) as transaction:
            current = self._dataset(fresh=True).evidence.get(e.id)
            # it is public already, with the same content, if the machine stopped while it was published
            there = self.public.read(fresh=True).evidence.get(e.id)
            is_published = there is not None and to_public(there) == to_public(current or e)
            if current is not None and not can_read(current.private, own):
                raise Conflict(e, None)
            if (current is None and not is_published) or (current is not None and current.version != e.version):
                raise Conflict(e, current)
            private = current.private if current else None
            if not by.can(Permission.PUBLISH) or not can_publish(private, own):
                raise NotAllowed(NOT_TO_PUBLISH)
            if not is_published:
                self._require_not_public(e)
                published = to_public(e)
                ready = self._ready_to_publish(published.files)
                _require_settled(public.check_publication(published, ready))
                owner = private.organisation if private else self._eyes.organisation(READER)
                public.save(published, by=by, reason="Made public.", new_files=ready, owner=owner)
            with as_failed_save(IS_PUBLIC_NOW, in_folder=COPY_IS_LEFT):
                if (raw := transaction.read(name)) is not None:
                    transaction.stage([(name, raw, None)])
                    _stage_sharing(_unpublishing_key(e), private, transaction)
                self._remove_unneeded({f.sha256 for f in e.files}, transaction, without=e.id)
                transaction.commit()
        self._dataset(fresh=True)
        return e.id

    def publish_file(self, record: FileRecord, sha256: str, public: Store, *, by: Person) -> FileRecord:
        """Make a private file of a public record public, and return the saved record.

        The record is saved in the store `public`, with every check. Then the private file is deleted; its untouched
        original stays. A second call finishes interrupted work. Raises NotAllowed, Conflict, ValidationFailed for a
        file that is missing or damaged, or that `by` may not read, SafetyFindings, and what `Store.save` raises. After
        an error the file is still only private, unless WriteFailed says that only the deletion failed.
        """
        own = self._eyes.organisation(by)
        with saving(self._storage, STAYS_PRIVATE, in_folder=PRIVATE_NOT_WRITTEN) as transaction:
            known = [file for file in self._files_of(record) if file.sha256 == sha256 and can_read(file.private, own)]
            entries = [file for file in known if can_publish(file.private, own)]
            if not by.can(Permission.PUBLISH) or (known and not entries):
                raise NotAllowed(NOT_TO_PUBLISH)
            saved = self._find_public(record)
            if saved is None or sha256 not in active_digests(saved.files):
                if not entries:
                    raise ValidationFailed((RuleViolation(self.root, (), FILE_GONE),))
                (new,) = self._ready_to_publish(entries[-1:])
                _require_settled(public.check_file_publication(record, new))
                changed = replace(record, files=(*record.files, new.entry))
                private, reason = entries[-1].private, "A file was made public."
                owner = private.organisation if private else self._eyes.organisation(READER)
                how: dict[str, Any] = {"owner": owner, "agreed": (owner,) if private else ()}
                (result,) = public.save(changed, by=by, reason=reason, new_files=[new], **how)
                assert isinstance(result, FileRecord)
                saved = result
            with as_failed_save(IS_PUBLIC_NOW, in_folder=COPY_IS_LEFT):
                if entries:
                    self._take_out(record, entries, transaction)
                    _stage_sharing(_unpublishing_key(record, sha256), entries[-1].private, transaction)
                self._remove_unneeded([sha256], transaction, removed=((type(record), record.id), entries))
                transaction.commit()
        return saved

    def unpublish(
        self, e: Evidence, public: Store, *, by: Person, day: date, reason: LocalizedText | None = None
    ) -> str:
        """Make public evidence private again, and return its private id. A stub with `day` and the `reason` stays public.

        First the evidence is copied with its history, its files, and those of its private files that are shared in the
        same way. The copy belongs to its owner again (see `privacy_again`). Then the public files are deleted, unless
        other public records have them too. A second call or the next start finishes interrupted work. Raises NotAllowed
        also for evidence of another organisation, SafetyFindings if the reason may identify a person, Conflict, ValidationFailed if the evidence is a stub already,
        LockTimeout, WriteFailed or NoDataset. After an error the evidence, or a part of its files, is still public.
        """
        _require_reviewer(by)
        create_private_storage(self._storage)
        with as_failed_save(STILL_PUBLIC), self._drop_note_when_done(_unpublishing_key(e), e):
            with self._storage.transaction() as transaction:
                if not (name := self._find_half_unpublished(e.id, public)):
                    name = self._replace_with_stub(e, public, transaction, by=by, day=day, reason=reason)
            # the private evidence has the public files now, and files from the list of private files
            moved = self._dataset(fresh=True).evidence[name].files
            remove_public_bytes(public, {file.sha256 for file in moved})
            if self._files_of(e, active=False):
                with self._storage.transaction() as transaction:
                    self._take_out(e, moved, transaction)
                    transaction.commit()
        self._dataset(fresh=True)
        return name

    def unpublish_file(self, record: FileRecord, sha256: str, public: Store, *, by: Person) -> FileRecord:
        """Make one file of a public record private again, and return the saved record.

        The public record loses the entry with its translations: an exception to the rule that nothing recorded is
        removed. The public file is deleted, unless public records still have it. A second call or the next start
        finishes the work. Raises NotAllowed also for a file of another organisation, Conflict, ValidationFailed if there
        is no such file, LockTimeout, WriteFailed or NoDataset. After an error the file is still public.
        """
        _require_reviewer(by)
        create_private_storage(self._storage)
        key = _unpublishing_key(record, sha256)
        with self._drop_note_when_done(key, record), saving(self._storage, STILL_PUBLIC) as transaction:
            saved = self._find_public(record)
            is_taken_back = saved is not None and all(file.sha256 != sha256 for file in saved.files)
            theirs = (file for file in self._files_of(record) if can_read(file.private, self._eyes.organisation(by)))
            if saved and is_taken_back and sha256 in active_digests(theirs):
                remove_public_bytes(public, [sha256])
                return saved

            with _public_record(public, record, by, digest=sha256) as (public_transaction, dataset, raw, current):
                path = dataset.path_of(record)
                taken = tuple(file for file in current.files if file.sha256 == sha256)
                if not active_digests(taken):
                    raise ValidationFailed((RuleViolation(path, ("files",), FILE_GONE),))
                private = self.privacy_again(current, sha256, by)
                prefixes = tuple(f"files/{file.recorded}/" for file in taken if file.recorded)
                left = tuple(file for file in current.files if file not in taken)
                history = tuple(r for r in current.history if not r.field.startswith(prefixes))
                after = replace(current, files=left, history=history)
                new = prepare_file(public.root, path, raw, changes=[(current, after)])
                ours = [replace(file, private=private) for file in taken]
                self._stage_copies(taken, public, transaction, note=f"{key}{by.handle} {date.min}")
                self._change_files(record, transaction, lambda files: (*files, *(f for f in ours if f not in files)))
                transaction.commit()
                public_transaction.stage([(dataset.name_of(path), raw, new.after)])
                _stage_removal(public, public_transaction, [sha256], dataset=with_records(dataset, [after]))
            assert isinstance(new.records[0], FileRecord)
            return new.records[0]

    def _replace_with_stub(
        self,
        e: Evidence,
        public: Store,
        transaction: StorageTransaction,
        *,
        by: Person,
        day: date,
        reason: LocalizedText | None,
    ) -> str:
        """Move the evidence `e` to the private folder, and return its id there. A stub for the date `day` stays public.

        This is an exception to the rule that nothing recorded is removed. On an error the public folder is not changed.
        """
        with _public_record(public, e, by) as (public_transaction, dataset, raw, current):
            path = dataset.path_of(e)
            assert isinstance(current, Evidence)
            if is_unpublished(current):
                raise ValidationFailed((RuleViolation(path, (), "this evidence is no longer public"),))
            private = self.privacy_again(current, by=by)
            first = next_timestamp(public.clock(), dataset, [current], last_time=public_transaction.last_time)
            stamps = TimestampIssuer(first, by.handle, by.organisation)
            stub = unpublished_stub(current, day, dataset.settings, reason=reason)
            if reason and (found := public.check_publication(stub).findings):
                raise SafetyFindings(found)
            stub = replace(stub, version="", events=stamps.stamp_new_events(stub.events, ()))
            # Write it as a new file, so that no YAML comment of the old file stays.
            new = prepare_file(public.root, path, None, changes=[(None, stub)])
            self._stage_copies(e.files, public, transaction, note=f"{_unpublishing_key(e)}{by.handle} {day}")
            # other private files stay in the list: they are another organisation's, or others may read them
            along = (
                f
                for f in self._files_of(e, active=False)
                if f.private == private or (not f.private and is_for_all(private))
            )
            kept_here = replace(e, files=(*e.files, *along), private=private)
            copy = prepare_file(PurePath(), PurePath(_name_of(e.id)), raw, changes=[(e, kept_here)]).after
            # The same contents get the same id: a second call after an interruption makes no second copy. No id says
            # that another organisation has one like it.
            stem, taken = _private_stem(e.id), self.public.read(fresh=True).evidence
            hashes = (blake2b(b"%d %b" % (n, copy), digest_size=3).hexdigest() for n in count())
            ids = (i for i in (f"{stem}-{one}" for one in hashes) if i not in taken)
            name = next(i for i in ids if transaction.read(_name_of(i)) in (None, copy))
            transaction.stage([(_name_of(name), transaction.read(_name_of(name)), copy)])
            # it has to be on the disk before the public file is replaced
            transaction.commit()
            public_transaction.stage([(dataset.name_of(path), raw, new.after)], last_time=stamps.last)
        return name

    def finish_unpublishing(self, public: Store) -> None:
        """Finish work noted in UNPUBLISHING. Raises as `unpublish` and `unpublish_file`, except ValidationFailed."""
        self._eyes.require_host()
        try:
            noted = self._storage.read(UNPUBLISHING).decode().splitlines()
        except FileNotFoundError:
            return
        for line in noted:
            register, record_id, sha256, handle, day = line.split()
            dataset = self.public.read(fresh=True)
            records = dataset.evidence if register == "evidence" else dataset.documents
            with suppress(ValidationFailed):  # nothing is left to do
                if record := records.get(record_id):
                    # it was begun by who may
                    owners = (owner_of(dataset, record), *(f.recorded_for for f in record.files if f.sha256 == sha256))
                    by = Person(Role.REVIEWER, handle, next(filter(None, owners), ""))
                    if sha256 != WHOLE_RECORD:
                        self.unpublish_file(record, sha256, public, by=by)
                    elif isinstance(record, Evidence):
                        self.unpublish(record, public, by=by, day=date.fromisoformat(day))
            self._forget_unpublishing(f"{register} {record_id} {sha256} ")

    def _stage_copies(
        self, files: Iterable[AttachedFile], public: Store, transaction: StorageTransaction, *, note: str
    ) -> None:
        """Stage first a new line (`note`) in UNPUBLISHING, and then copies of the public files."""
        before = transaction.read(UNPUBLISHING)
        transaction.stage([(UNPUBLISHING, before, (before or b"") + f"{note}\n".encode())])
        for file in {file.sha256: file for file in files}.values():
            transaction.stage(changes_that_copy(public.storage, self._storage, file))

    def _take_out(self, record: FileRecord, removed: Sequence[AttachedFile], transaction: StorageTransaction) -> None:
        """Stage a change that removes the entries `removed` from the list of private files of a record."""
        self._change_files(record, transaction, lambda files: tuple(f for f in files if f not in removed))

    def _forget_unpublishing(self, key: str) -> None:
        with self._storage.transaction() as transaction:
            before = transaction.read(UNPUBLISHING)
            left = [line for line in (before or b"").splitlines(keepends=True) if not line.startswith(key.encode())]
            if before and (after := b"".join(left)) != before:
                transaction.stage([(UNPUBLISHING, before, after or None)])
                transaction.commit()

    @contextmanager
    def _drop_note_when_done(self, key: str, record: FileRecord) -> Iterator[None]:
        """After the `with` block, remove the lines with `key` from UNPUBLISHING, unless the work failed halfway."""
        is_done = True
        try:
            yield
        except (TrackerError, OSError):
            # the person is told that it is still public: if that is so, nothing has to be finished later
            is_done = self._find_public(record) == record
            raise
        finally:
            # if the process is killed, the note stays: that does no harm if nothing is left to do
            if is_done:
                with suppress(TrackerError, OSError):
                    self._forget_unpublishing(key)

    def _copies_of(self, public_id: str) -> tuple[str, ...]:
        """Return the ids of all private evidence whose id shows that it was made from the public evidence `public_id`."""
        pattern = _private_stem(public_id) + PRIVATE_ENDING
        return tuple(i for i in self._read_all(fresh=True).evidence if re.fullmatch(pattern, i))

    def privacy_again(self, record: FileRecord, sha256: str = WHOLE_RECORD, by: Person | None = None) -> Privacy:
        """Return whose evidence (or its file `sha256`) is when it is made private again: its owner's, shared as before.

        If that is not known, only the owner can read it. What belongs to the editors, or to nobody, all can read. Raises
        NotAllowed if it is not for the organisation of `by` to make it private.
        """
        editors = self._eyes.organisation(READER)
        owner = _owner_of(record, sha256) or editors
        if by and not can_retract(owner, self._eyes.organisation(by), self.public.read().settings.organisations):
            raise NotAllowed("Only its organisation can make it private again. It stays public.")
        with suppress(OSError, TrackerError):
            known = _parse_sharing(self._storage.read(SHARING)).get(_unpublishing_key(record, sha256))
            if known and known.organisation == owner:
                return known
        return Privacy(organisation=owner, shared_with=ALL if owner == editors else ())

    def _find_half_unpublished(self, public_id: str, public: Store) -> str:
        """Return the private id of evidence if `unpublish` was interrupted after the stub was written, otherwise ""."""
        stub = self.public.read(fresh=True).evidence.get(public_id)
        if stub is None or not is_unpublished(stub):
            return ""
        evidence, listed = self._dataset(fresh=True).evidence, self._files_of(stub, active=False)
        left, copies = list_kept(public.storage), self._copies_of(public_id)
        return next((i for i in copies if any(f in listed or f.sha256 in left for f in evidence[i].files)), "")

    def _require_not_public(self, e: Evidence) -> None:
        if e.id in self.public.read(fresh=True).evidence:
            message = f"public evidence has the id {e.id!r}: choose another one"
            raise ValidationFailed((RuleViolation(self.root, ("id",), message),))


def _unpublishing_key(record: FileRecord, sha256: str = WHOLE_RECORD) -> str:
    return f"{'evidence' if isinstance(record, Evidence) else 'documents'} {record.id} {sha256} "


def _owner_of(record: FileRecord, sha256: str) -> str | None:
    """Return the id of the organisation to which a public record, or its file `sha256`, belongs; None if nothing says it."""
    of_file = (file.recorded_for for file in record.files if file.sha256 == sha256)
    return next(filter(None, of_file), record.recorded_for)


def _stage_sharing(key: str, private: Privacy | None, transaction: StorageTransaction) -> None:
    """Stage a change of SHARING that remembers the Privacy of what is published. It is forgotten if it is None."""
    before = transaction.read(SHARING)
    after = {k: v for k, v in {**_parse_sharing(before), key: private}.items() if v}
    transaction.stage([(SHARING, before, _SHARING.dump_json(after))])


def _parse_sharing(raw: bytes | None) -> dict[str, Privacy]:
    with suppress(ValueError):
        return _SHARING.validate_json(raw or b"{}")
    return {}  # then what is made private again is its owner's alone


def _name_of(evidence_id: str) -> str:
    return f"evidence/{evidence_id}.yaml"


def _require_settled(check: PublicationCheck) -> None:
    if unsettled := (*check.findings, *check.candidates):
        raise SafetyFindings(unsettled)


def _private_stem(public_id: str) -> str:
    """Return the id that public evidence gets in the private folder, without the hash that is added to it."""
    return f"{re.sub(f'-private{PRIVATE_ENDING}$', '', public_id)[:65].rstrip('-')}-private"


def to_public(e: Evidence) -> Evidence:
    """Return `e` as a new public record: without owner, handles, times and history, and without withdrawn links and files."""
    links = tuple(
        replace(link, recorded=None, recorded_by=None, recorded_for=None, events=())
        for link in e.relevant_to
        if not is_withdrawn(link.events)
    )
    new: dict[str, Any] = {"recorded": None, "recorded_by": None, "recorded_for": None, "events": (), "private": None}
    files = tuple(replace(file, **new) for file in active_files(e))
    return replace(e, **new, version="", history=(), relevant_to=links, files=files)


def _require_reviewer(by: Person) -> None:
    if not by.can(Permission.PUBLISH) or not by.handle:
        raise NotAllowed("Only a reviewer can make it private again. It stays public.")


@contextmanager
def _public_record(
    store: Store, record: FileRecord, by: Person, *, digest: str = ""
) -> Iterator[tuple[StorageTransaction, Dataset, bytes, FileRecord]]:
    """Begin a change of a public record, and give (transaction, dataset, bytes of its file, the record as it is now).

    The end of the `with` block commits; running servers then forget the old contents. Raises NotAllowed, also if the
    record or its file with this `digest` belongs to another organisation, Conflict, LockTimeout, WriteFailed or
    NoDataset.
    """
    _require_reviewer(by)
    with saving(store.storage, STILL_PUBLIC) as transaction:
        dataset = store.reader.read_or_fail(fresh=True)
        raw = transaction.read(dataset.name_of(dataset.path_of(record)))
        current, version = current_record(dataset, record, raw)
        if not isinstance(current, type(record)) or version != record.version or raw is None:
            raise Conflict(record, current)
        require_own_record(dataset, current, by, digest=digest)
        at = store.clock().strftime(TIMESTAMP_FORMAT)
        transaction.stage([redaction_marker_change(transaction, "unpublished ", at, handle=by.handle)])
        yield transaction, dataset, raw, current
    store.reader.read(fresh=True)


def remove_public_bytes(store: Store, digests: Iterable[str]) -> None:
    """Delete the public files with these digests, except files of a public record. Raises OSError, LockTimeout or NoDataset."""
    with store.storage.transaction() as transaction:
        _stage_removal(store, transaction, digests, dataset=store.reader.read_or_fail(fresh=True))
        transaction.commit()


def _stage_removal(store: Store, transaction: StorageTransaction, digests: Iterable[str], *, dataset: Dataset) -> None:
    named = active_digests(file for record in all_records(dataset) for file in getattr(record, "files", ()))
    remove_kept(store.storage, transaction, (digest for digest in digests if digest not in named))


def unpublished_stub(e: Evidence, day: date, settings: Settings, reason: LocalizedText | None = None) -> Evidence:
    """Return the retired stub that replaces `e`. Its text says "no longer public", with the date `day`.

    Without a `reason`, that is the reason too. The id, codes, recorded time and handle stay. Active links get the effect "context", which suggests no progress.
    """
    kept = ("id", "version", "kind", "dimension", "verification", "recorded", "recorded_by", "recorded_for")
    # the dataset may use none of our languages
    codes = {lang: lang for lang in settings.languages if lang in LANGUAGES} or {NO_LANGUAGE_CODE: "en"}
    languages = {code: get_language(lang) for code, lang in codes.items()}
    text = {
        code: TextVariant(text=f"{one.gettext('no longer public')} ({one.format_day(day)})")
        for code, one in languages.items()
    }
    context = EvidenceEffect.CONTEXT
    links = {link.recommendation: link.recorded for link in e.relevant_to if not is_withdrawn(link.events)}
    return Evidence(
        **{name: getattr(e, name) for name in kept},
        publisher=UNKNOWN_PUBLISHER,
        title=text,
        summary=text,
        relevant_to=tuple(EvidenceLink(recommendation=i, effect=context, recorded=at) for i, at in links.items()),
        events=(Event(type=EventType.RETIRED, reason=reason or text),),
    )
