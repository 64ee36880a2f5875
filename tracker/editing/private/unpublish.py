"""Make public evidence private again, and leave a stub in its place.

The stub says on which day the evidence was made private. It contains no text of the evidence.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from tracker.editing.store import FILE_GONE, Store, current_record, prepare_file, with_records
from tracker.editing.undo import UNDO_PERIOD
from tracker.i18n import get_language
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, all_records
from tracker.model.errors import Conflict, NotAllowed, RuleViolation, ValidationFailed
from tracker.model.events import Event
from tracker.model.lifecycle import UNKNOWN_PUBLISHER, is_unpublished, is_withdrawn
from tracker.model.localized_text import NO_LANGUAGE_CODE, LocalizedText, TextVariant
from tracker.model.permissions import Permission, Person
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.model.registers import Document, Settings
from tracker.model.vocabulary import EventType, EvidenceEffect
from tracker.storage.attached_files import active_digests, remove_kept
from tracker.storage.cache_registry import redaction_marker
from tracker.storage.failures import STILL_PUBLIC, failed_save
from tracker.storage.record_storage import FileChange, StorageTransaction
from tracker.storage.timestamps import TIMESTAMP_FORMAT, TimestampIssuer, next_timestamp

UNPUBLISHED_TEXT = {"en": "no longer public", "ru": "больше не опубликовано", "ky": "мындан ары ачык эмес"}
"""Language code → the text that the stub has as title and as summary."""


def unpublish(store: Store, e: Evidence, keep: Callable[[bytes], None], *, by: Person, day: date) -> Evidence:
    """Replace the evidence `e` in the public folder with a stub, and return the stub.

    `keep` is called with the contents of the evidence file and must store them. The file is replaced only after `keep`
    returns. Like a redaction, this is an exception to the rule that a record may only be added to. On an error the
    public folder is not changed.

    Raises NotAllowed, Conflict if the evidence changed since `e` was read, ValidationFailed if the evidence is already
    a stub, LockTimeout, WriteFailed, NoDataset, and what `keep` raises.
    """
    with _public_record(store, e, by) as (transaction, dataset, raw, current):
        path = dataset.path_of(e)
        assert isinstance(current, Evidence)
        if is_unpublished(current):
            raise ValidationFailed((RuleViolation(path, (), "this evidence is no longer public"),))
        first = next_timestamp(store.clock(), dataset, [current], last_time=transaction.last_time)
        stamps = TimestampIssuer(first, by.handle, by.organisation)
        stub = unpublished_stub(current, day, dataset.settings)
        stub = replace(stub, version="", events=stamps.stamp_new_events(stub.events, ()))
        # Write it as a new file, so that no YAML comment of the old file stays.
        new = prepare_file(store.root, path, None, changes=[(None, stub)])
        keep(raw)
        _stage(store, transaction, (dataset.name_of(path), raw, new.after), handle=by.handle, last_time=stamps.last)
    assert isinstance(new.records[0], Evidence)
    return new.records[0]


def take_back_file(
    store: Store,
    record: Evidence | Document,
    sha256: str,
    *,
    keep: Callable[[tuple[AttachedFile, ...]], object],
    by: Person,
) -> Evidence | Document:
    """Remove a file from a public record as if it had never been there, and return the saved record.

    `keep` is called with the entries that the record has of this file, and must store them and the file itself. After
    that the entries are removed from the record with their translations, and the file is deleted, unless another public
    record has it too. Like a redaction, this is an exception to the rule that a record may only be added to. If the
    machine stops before the file is deleted, `remove_public_bytes` deletes it.

    Raises NotAllowed, Conflict if the record changed since it was read, ValidationFailed if it has no such file,
    LockTimeout, WriteFailed, NoDataset, and what `keep` raises.
    """
    with _public_record(store, record, by) as (transaction, dataset, raw, current):
        path = dataset.path_of(record)
        taken = tuple(file for file in current.files if file.sha256 == sha256)
        if not active_digests(taken):
            raise ValidationFailed((RuleViolation(path, ("files",), FILE_GONE),))
        after = _without_files(current, taken)
        new = prepare_file(store.root, path, raw, changes=[(current, after)])
        keep(taken)
        _stage(store, transaction, (dataset.name_of(path), raw, new.after), handle=by.handle)
        _stage_removal(store, transaction, [sha256], dataset=with_records(dataset, [after]))
    (saved,) = new.records
    assert isinstance(saved, Evidence | Document)
    return saved


@contextmanager
def _public_record(
    store: Store, record: Evidence | Document, by: Person
) -> Iterator[tuple[StorageTransaction, Dataset, bytes, Evidence | Document]]:
    """Give (transaction, dataset, file, record as it is now). What is staged in the `with` block is committed at its end."""
    if not by.can(Permission.PUBLISH) or not by.handle:
        raise NotAllowed("Only a reviewer can make it private again. It stays public.")
    try:
        with store.storage.transaction() as transaction:
            dataset = store.reader.read_or_fail(fresh=True)
            raw = transaction.read(dataset.name_of(dataset.path_of(record)))
            current, version = current_record(dataset, record, raw)
            if not isinstance(current, type(record)) or version != record.version or raw is None:
                raise Conflict(record, current)
            yield transaction, dataset, raw, current
            transaction.commit()
    except OSError as error:
        raise failed_save(error, STILL_PUBLIC) from None
    store.reader.read(fresh=True)


def _stage(
    store: Store, transaction: StorageTransaction, change: FileChange, *, handle: str, last_time: str = ""
) -> None:
    """Stage a change of the public storage, and before it the marker by which running servers forget the old contents."""
    at = store.clock().strftime(TIMESTAMP_FORMAT)
    transaction.stage([redaction_marker(transaction, "unpublished ", at, handle=handle), change], last_time=last_time)


def remove_public_bytes(store: Store, digests: Iterable[str]) -> None:
    """Delete the public files with these digests, with their texts and previews, that no public record has any more.

    A record that has a file only in a withdrawn entry does not count. Raises OSError, LockTimeout or NoDataset.
    """
    with store.storage.transaction() as transaction:
        _stage_removal(store, transaction, digests, dataset=store.reader.read_or_fail(fresh=True))
        transaction.commit()


def _stage_removal(store: Store, transaction: StorageTransaction, digests: Iterable[str], *, dataset: Dataset) -> None:
    named = active_digests(file for record in all_records(dataset) for file in getattr(record, "files", ()))
    remove_kept(store.storage, transaction, (digest for digest in digests if digest not in named))


def _without_files(record: Evidence | Document, taken: tuple[AttachedFile, ...]) -> Evidence | Document:
    prefixes = tuple(f"files/{file.recorded}/" for file in taken if file.recorded)
    left = tuple(file for file in record.files if file not in taken)
    return replace(record, files=left, history=tuple(r for r in record.history if not r.field.startswith(prefixes)))


def unpublished_stub(e: Evidence, day: date, settings: Settings) -> Evidence:
    """Return the stub that replaces the evidence `e`. It keeps id, codes and active links, for views of the past.

    All links get the effect "context", because a stub must not suggest progress or a setback. Its event has no recorded
    time yet.
    """
    kept = ("id", "version", "kind", "dimension", "verification", "recorded", "recorded_by", "recorded_for")
    text, context = _unpublished_text(day, settings), EvidenceEffect.CONTEXT
    links = {link.recommendation: link.recorded for link in e.relevant_to if not is_withdrawn(link.events)}
    return Evidence(
        **{name: getattr(e, name) for name in kept},
        publisher=UNKNOWN_PUBLISHER,
        title=text,
        summary=text,
        relevant_to=tuple(EvidenceLink(recommendation=i, effect=context, recorded=at) for i, at in links.items()),
        events=(Event(type=EventType.RETIRED, reason=text),),
    )


def can_undo_publication(e: Evidence, now: datetime) -> bool:
    """Return whether `e` is public and was recorded less than a day before `now`. `now` has a time zone.

    The data does not say whether evidence was private before, and the session does not remember: unpublishing clears all.
    """
    recorded = e.recorded
    return not is_withdrawn(e.events) and recorded is not None and now - datetime.fromisoformat(recorded) < UNDO_PERIOD


def dependants_of(d: Dataset, evidence_id: str) -> tuple[tuple[Recommendation, tuple[Assessment, ...]], ...]:
    """Return (recommendation, its assessments that cite the evidence) for each that is linked to it or cites it."""
    e = d.evidence.get(evidence_id)
    linked = {link.recommendation for link in (e.relevant_to if e else ()) if not is_withdrawn(link.events)}
    citing = ((r, tuple(a for a in r.assessments if evidence_id in a.evidence)) for r in d.recommendations.values())
    return tuple((r, assessments) for r, assessments in citing if assessments or r.id in linked)


def _unpublished_text(day: date, settings: Settings) -> LocalizedText:
    def text_in(lang: str) -> TextVariant:
        return TextVariant(text=f"{UNPUBLISHED_TEXT[lang]} ({get_language(lang).format_day(day)})")

    text = {lang: text_in(lang) for lang in settings.languages if lang in UNPUBLISHED_TEXT}
    # The dataset may use none of the languages in UNPUBLISHED_TEXT.
    return text or {NO_LANGUAGE_CODE: text_in("en")}
