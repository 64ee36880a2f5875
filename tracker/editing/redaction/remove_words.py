"""Redaction: remove words, or a whole attached file, from all folders of one dashboard, to protect people.

This module also lists the places where the words occur, and reads the log of redactions.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial
from itertools import chain
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from tracker.config import AnyPlace, Config
from tracker.editing.private.folder import file_problems, named_owners
from tracker.editing.private.notices import (
    EVERYBODY,
    LOST_DIGITS,
    NOTICES_FOLDER,
    LostFile,
    NoticeKind,
    PrivateNotice,
    PrivateNotices,
    notice_of,
)
from tracker.editing.private.owned_lists import create_private_storage
from tracker.editing.private.whole_folder import LISTS, owner_of_list
from tracker.editing.store import Store, as_failed_save
from tracker.model import errors
from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.errors import NotAllowed, RedactionRefused, WriteFailed
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.organisations import Organisation, own_organisation
from tracker.model.ownership import named_in, owner_of, recorded_for, require_own_record
from tracker.model.permissions import Permission, Person
from tracker.model.registers import Document
from tracker.queries.localized_names import FOLDERS, FileDescription, describe_file
from tracker.safety.dismissals import load_dismissals
from tracker.safety.redaction import files as file_redaction
from tracker.safety.redaction.files import RedactedFile, parsed_values
from tracker.safety.redaction.terms import REDACTED_HANDLE, RedactionTerms, replacement_text
from tracker.storage.attached_files import (
    FILES_FOLDER,
    TEXT_SUFFIX,
    digest_of_name,
    organisation_of_original,
    split_pages,
)
from tracker.storage.cache_registry import REDACTION_MARKER, note_own_redaction, redaction_marker_change
from tracker.storage.dataset_reader import clear_caches_after_redaction
from tracker.storage.failures import NOTHING_REMOVED, PARTLY_REMOVED, failed_save, shown_failure
from tracker.storage.file_cache import clear_file_caches
from tracker.storage.folder.atomic_write import TEMPORARY_NAME
from tracker.storage.folder.storage import FolderStorage, commit_steps
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import LocatedFiles, RecordStorage, StorageTransaction, display_path
from tracker.storage.timestamps import TIMESTAMP_FORMAT

RedactedFiles = tuple[RedactedFile, ...]
MASK = "[…]"
"""Stands in place of the words to remove, which are not sent to the browser."""
ATTACHED_FILE = N_("Attached file")
DELETED_WHOLE = N_("deleted whole")
CONTEXT = 120
"""The largest number of characters that are shown before and after the words."""
PLACE_LABELS = {**FIELD_LABELS, "reason": N_("Reason"), "history": N_("Earlier text")}
"""Key in a file → the label of the field, a message to translate."""
MAX_SEARCHES = 60
"""How many times an hour one person can search for words to remove."""
OWNED_ITEMS = ("assessments", "files", "deadlines")
"""The lists in a public record whose items have owners of their own."""
DOCUMENTS_FILE = "documents.yaml"
_notices = cache(PrivateNotices)
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n{2,}")


@dataclass(frozen=True, slots=True)
class RedactionPlace:
    """One place where the words stand. `field` is the label of the field, a message to translate, or "".

    `sentence` has `MASK` for the words; it is "" if they are in a comment, id or code. `page` counts from 1; 0: none.
    """

    file: FileDescription
    field: str
    sentence: str
    page: int = 0


def list_redaction_places(files: Iterable[RedactedFile], terms: RedactionTerms) -> tuple[RedactionPlace, ...]:
    """Return each place with the terms once, in the order of the files, also the entries of attached files to remove."""
    files, names = tuple(files), dict[str, str]()
    for file in files:
        values = parsed_values(file.before) if file.removed else None
        for entry in file_redaction.entries_with(values, set(file.removed)).values():
            names[entry["sha256"]] = mask_words(str(entry.get("name", "")), terms)
    return tuple(dict.fromkeys(place for file in files for place in _places_in(file, terms, names)))


def mask_words(text: str, terms: RedactionTerms) -> str:
    """Return the text with `MASK` in place of the words, or `MASK` alone if a code in the text has the words too."""
    masked = terms.redact_text(text, MASK)
    return MASK if terms.occurs_in_code(masked) else masked


def _places_in(file: RedactedFile, terms: RedactionTerms, names: Mapping[str, str]) -> Iterator[RedactionPlace]:
    """Yield the places in one file. `names` maps digest → name of the attached file, with the words masked."""
    if digest := digest_of_name(file.path.name):
        name, is_paged = FileDescription(ATTACHED_FILE, names.get(digest, "")), file.path.name.endswith(TEXT_SUFFIX)
        pages = split_pages(file.before.decode("utf-8", "replace")) if is_paged else {}
        for number in file.lines:
            page = number if max(pages, default=0) > 1 else 0
            for sentence in tuple(_masked_sentences(pages.get(number, ""), terms)) or (MASK,):
                yield RedactionPlace(name, "", sentence, page=page)
        return
    name, values, found = describe_file(file.path), parsed_values(file.before), 0
    silent = file_redaction.entries_with(values, set(file.removed))
    entries = tuple(silent)
    lines = [((), line) for line in file.text.splitlines()]
    for where, text in lines or file_redaction.texts_in(values):
        entry = next((path for path in entries if where[: len(path)] == path), None)
        for sentence in _masked_sentences(text, terms):
            found += 1
            # a note has only one text, and the label of its field is meant for recommendations
            steps = () if name.label == FOLDERS["notes"].label else reversed(where)
            field = next((PLACE_LABELS[step] for step in steps if step in PLACE_LABELS), "")
            if entry is not None:
                silent.pop(entry, None)
                field = ATTACHED_FILE
            yield RedactionPlace(name, DELETED_WHOLE if file.text else field, sentence)
    for removed in silent.values():
        yield RedactionPlace(name, ATTACHED_FILE, mask_words(str(removed.get("name", "")), terms))
    if not found and not silent:
        yield RedactionPlace(name, "", "")


def _masked_sentences(text: str, terms: RedactionTerms) -> Iterator[str]:
    if not terms.find_spans(text):
        return
    for sentence in SENTENCE_END.split(mask_words(text, terms)):
        if MASK in sentence:
            before, _, after = " ".join(sentence.split()).partition(MASK)
            start = before if len(before) <= CONTEXT else "…" + before[-CONTEXT:].partition(" ")[2]
            end = after if len(after) <= CONTEXT else after[:CONTEXT].rpartition(" ")[0] + "…"
            yield start + MASK + end


FoundInStorage = tuple[RecordStorage, RedactedFile]
"""(a storage, a file in it that has to be changed)."""
FindWords = Callable[[list[RecordStorage]], tuple[list[FoundInStorage], Set[str], Set[str]]]
"""A function that returns (the files to change in some storages, the digests of the attached files to remove, those of them
to remove from public data)."""


@dataclass(frozen=True, slots=True)
class RedactionEntry:
    """One redaction: when it was done, and who did it. The removed words are not recorded anywhere."""

    at: datetime
    by: str


def find_occurrences(store: Store, terms: RedactionTerms, at: datetime, *private: LocatedFiles) -> RedactedFiles:
    """Return the files that a redaction of the `terms` would change or delete, each file once. Change nothing.

    The public data and the files `private` are searched: for a reviewer only `PrivateFolder.readable_files`. An attached
    file with the terms would be removed whole: files that name it are returned too. Raises RedactionRefused if the
    terms cannot be removed, or if a file cannot be read.
    """
    try:
        main, day = store.reader.read_or_fail(fresh=True).settings.language, _day(store, at)
        sources = (store.storage, *private)
        removed = file_redaction.digests_with_words(sources, terms)
        files_in = _finder(terms, day, main, removed=removed)
        found = [file for source in sources for file in files_in(source)]
    except errors.NoDataset as error:
        if error.is_in_database:
            raise RedactionRefused(*error.shown, outcome=NOTHING_REMOVED) from None
        raise RedactionRefused(f"{error} Nothing was removed.") from None
    except OSError as error:
        if shown := shown_failure(error):
            raise RedactionRefused(*shown, outcome=NOTHING_REMOVED) from None
        # For example, a save that ended at this moment removed its temporary file.
        why = f"A file could not be read ({error.strerror}). Nothing was removed; try again."
        raise RedactionRefused(why) from None
    return tuple({file.path: file for file in found}.values())


def count_search(config: Config, *, by: Person, at: datetime) -> None:
    """Note that `by` searches, for all organisations to see. Raises RedactionRefused if that was too often, and WriteFailed."""
    _notices(config.private or config.state).count_search(by, at, most=MAX_SEARCHES)


def list_searches(config: Config) -> tuple[PrivateNotice, ...]:
    """Return who searched how often, an entry for each hour, the newest first. All organisations may see it."""
    return _notices(config.private or config.state).of(EVERYBODY)


def _finder(terms: RedactionTerms, day: date, main: str, *, removed: Set[str]) -> Callable[..., Iterator[RedactedFile]]:
    """Return `redacted_files` for these arguments. Notices are left out: `_stage_notices` changes them."""
    how = partial(file_redaction.redacted_files, words=terms, day=day, main=main, removed=removed)
    return partial(how, problems=file_problems, skipped=NOTICES_FOLDER)


def redact(
    store: Store,
    config: Config,
    terms: RedactionTerms,
    *,
    by: Person,
    at: datetime,
    readable: Sequence[LocatedFiles] | None = None,
) -> RedactedFiles:
    """Redact all folders of the dashboard, as `redact_folders`, and clear the cache of files on this machine.

    The state is not searched; without a private folder, it has the reasons of dismissed findings, which are changed.
    """
    log, private = _log(config), [config.private] if config.private else []
    redacted = redact_folders(store, terms, *private, by=by, day=_day(store, at), readable=readable, log=log)
    if not private:
        main = store.reader.read().settings.language
        put = replacement_text(main, _day(store, at))
        with as_failed_save(PARTLY_REMOVED):
            load_dismissals(config).redact(partial(terms.redact_text, replacement=put))
    clear_file_caches(config.cache_folder)
    return redacted


def redact_folders(
    store: Store,
    terms: RedactionTerms,
    *private: AnyPlace,
    by: Person,
    day: date,
    readable: Sequence[LocatedFiles] | None = None,
    log: RecordStorage | None = None,
) -> RedactedFiles:
    """Remove the `terms` from every file of the data folder and of the `private` storages. Return the changed files.

    This is an exception to the rule that recorded texts stay in the history. `day` is the date in the text that
    replaces the terms. An attached file with the terms is removed whole, with its original and every entry that names
    it. What cannot be changed in a private file is left, and its owner told. If only what is not `readable` to `by` says
    that an attached file goes, it stays where a readable or public record has it. Raises NotAllowed, RedactionRefused,
    LockTimeout, WriteFailed or NoDataset; nothing is changed then, unless WriteFailed says so. If the machine stops
    halfway, a second redaction finishes the work.
    """
    if not by.can(Permission.REDACT) or not by.handle:
        raise NotAllowed("Only a reviewer can remove words. Nothing was removed.")
    main = store.reader.read_or_fail(fresh=True).settings.language

    def find(storages: list[RecordStorage]) -> tuple[list[FoundInStorage], Set[str], Set[str]]:
        removed = visible = file_redaction.digests_with_words(storages, terms)
        if readable is not None:
            sources = (store.storage, *readable)
            named = {entry["sha256"] for source in sources for entry in file_redaction.entries_in(source)}
            visible = file_redaction.digests_with_words(sources, terms)
            removed -= named - visible
        found = list[FoundInStorage]()
        for storage in storages:
            is_public = storage.root == store.root
            files_in = _finder(terms, day, main, removed=visible if is_public else removed)
            found += [(storage, file) for file in files_in(storage, leaves=not is_public)]
        return found, removed, visible

    storages = list(map(open_storage, private))
    return _change_folders(store, storages, find, by=_logged(by, terms), terms=terms, log=log)


def remove_file(store: Store, config: Config, sha256: str, *, by: Person, at: datetime) -> RedactedFiles:
    """Remove the attached file `sha256` from all folders of the dashboard. Return the YAML files that named it.

    This is for files in which words cannot be found, such as a photo. The bytes, text, preview, original and all
    entries are removed, public or private. A second call finishes interrupted work. Raises NotAllowed, SignedByOthers
    if a public record with it, or its public entry, belongs to another organisation, RedactionRefused
    if a public YAML file that names it cannot be changed, LockTimeout, WriteFailed or NoDataset.
    """
    if not by.can(Permission.REDACT) or not by.handle:
        raise NotAllowed("Only a reviewer can remove a file. Nothing was removed.")
    dataset = store.reader.read_or_fail(fresh=True)
    for record in all_records(dataset):
        if sha256 in {file.sha256 for file in getattr(record, "files", ())}:
            require_own_record(dataset, record, by, digest=sha256)

    def find(storages: list[RecordStorage]) -> tuple[list[FoundInStorage], Set[str], Set[str]]:
        entries = list(chain.from_iterable(map(file_redaction.entries_in, storages)))
        removed = file_redaction.digests_with_originals({sha256}, entries)
        files_in = partial(file_redaction.files_without, removed=removed, problems=file_problems)
        found = [(one, file) for one in storages for file in files_in(one, leaves=one.root != store.root)]
        return found, removed, removed

    log = _log(config)
    removed = _change_folders(store, private_storages(config), find, by=by, at=at, log=log)
    clear_file_caches(config.cache_folder)
    return removed


def _change_folders(
    store: Store,
    private: Iterable[RecordStorage],
    find: FindWords,
    *,
    by: Person,
    at: datetime | None = None,
    terms: RedactionTerms | None = None,
    log: RecordStorage | None = None,
) -> RedactedFiles:
    """Change files, and remove attached files, in the public storage and in `private` ones. Return the changed files.

    `find` returns the files to change and the digests of files to remove; its last call is under the locks of all
    storages. `by` and `at`, by default now, are for the markers and for the notices to owners of private files. The
    marker in `log`, by default the first private storage, is always written, the public one only for public files.
    Databases are committed one by one: if the work stops halfway, the error says so, and a second call finishes it.
    Raises LockTimeout, WriteFailed, and what `find` raises.
    """
    by_path = {storage.locate(""): storage for storage in (store.storage, *private)}
    storages = [storage for storage in by_path.values() if storage.exists()]
    log = log or next(iter(storages[1:]), None)
    is_changing, moment = False, at or store.clock()
    now = moment.strftime(TIMESTAMP_FORMAT)
    try:
        # the storage that readers see is committed first, and what it names elsewhere could not be found after that
        is_changing = _remove_originals(storages, find)
        with ExitStack() as locks:
            # the public data last, as in every change that needs the locks of two storages
            opened = {one.root: one for one in (*storages, *([log] if log else []))}
            transactions = {root: locks.enter_context(one.transaction()) for root, one in reversed(opened.items())}
            found, removed, visible = find(storages)
            files = {file.path: (storage, file) for storage, file in found}
            digests = ((storage, visible if storage.root == store.root else removed) for storage in storages)
            gone = [(one, name) for one, some in digests for name in file_redaction.names_to_delete(one, some)]
            is_changing = is_changing or bool(gone)
            # Write the markers first. Otherwise, if the machine stops halfway, a running server could keep words in
            # memory that are no longer in any file.
            is_public = any(storage.root == store.root for storage, _ in (*files.values(), *gone))
            # the last valid version of a file that is not valid now may have the words
            is_dropped = is_public or store.reader.read().problems
            prefixes = {store.root: "" if is_public else "forgot "} if is_dropped else {}
            prefixes |= {log.root: ""} if log else {}
            of = recorded_for(store.reader.read().settings, by)
            of = "" if terms and terms.occurs_in_code(of) else of
            for root, prefix in prefixes.items():
                _, known = files.pop(opened[root].locate(REDACTION_MARKER), (None, None))
                old = known.after if known else None
                marker = redaction_marker_change(
                    transactions[root], prefix, now, handle=by.handle, organisation=of, redacted=old
                )
                if terms:
                    main, clean = (
                        store.reader.read().settings.language,
                        partial(file_redaction.without_words, words=terms),
                    )
                    note_own_redaction(marker[2] or b"", partial(clean, day=_day(store, moment), main=main))
                transactions[root].stage([marker])
            for storage, name in gone:
                if storage.locate(name) not in files:
                    transactions[storage.root].discard(name)
            if log:
                told = _notices_to_owners(store, files.values(), terms, by=by, at=moment)
                _stage_notices(_notices(log.root), transactions[log.root], told, terms=terms)
            # where words are is changed last: if the machine stops, a second call still finds them
            for storage, file in sorted(files.values(), key=lambda each: each[1].has_words):
                if file.after not in (None, file.before):
                    transactions[storage.root].stage([(file.name, file.before, file.after)])
            for storage, file in files.values():
                if file.after is None:
                    transactions[storage.root].discard(file.name)
            for commit in commit_steps([transactions[root] for root in opened]):
                commit()
                is_changing = True
    except errors.OutcomeUnknown as error:
        raise WriteFailed(error.message, outcome=PARTLY_REMOVED) from None
    except OSError as error:
        raise failed_save(error, PARTLY_REMOVED if is_changing else NOTHING_REMOVED) from None
    store.reader.read(fresh=True)
    if log:
        clear_caches_after_redaction(log.root)
    return tuple(file for _, file in files.values())


def _stage_notices(
    notices: PrivateNotices,
    transaction: StorageTransaction,
    told: Mapping[str, Sequence[PrivateNotice]],
    *,
    terms: RedactionTerms | None,
) -> None:
    """Stage what organisations are `told` (by id). Take handles and names with the `terms` out of earlier notices."""

    def changed(new: Sequence[PrivateNotice], known: Iterable[PrivateNotice]) -> tuple[PrivateNotice, ...]:
        return (*map(clean, known), *new)

    def has_terms(code: str | None) -> bool:
        return bool(code and terms and terms.occurs_in_code(code))

    def clean(notice: PrivateNotice) -> PrivateNotice:
        handles = {name: REDACTED_HANDLE for name in ("recorded_by", "settled_by") if has_terms(getattr(notice, name))}
        cleaned: Mapping[str, Any] = {
            **handles,
            "subjects": tuple(name for name in notice.subjects if not has_terms(name)),
            "lost": tuple(replace(one, name=mask_words(one.name, terms)) for one in notice.lost)
            if terms
            else notice.lost,
        }
        return replace(notice, **cleaned)

    for organisation in {*notices.organisations(), *told}:
        with suppress(WriteFailed):  # somebody damaged the list by hand: the removal is more important than the notice
            notices.change(transaction, organisation, partial(changed, told.get(organisation, ())))


def _notices_to_owners(
    store: Store, changed: Iterable[FoundInStorage], terms: RedactionTerms | None, *, by: Person, at: datetime
) -> dict[str, list[PrivateNotice]]:
    """Return a mapping: organisation → what it is told, because words in its entries were removed or are left.

    Of what is public, who removed the words is not told: their organisation knows.
    """
    subjects, own = dict[tuple[str, NoticeKind], list[str]](), own_organisation(by, _organisations(store))
    lost = dict[str, list[LostFile]]()
    dataset = store.reader.read()
    records = {dataset.name_of(dataset.path_of(r)): r for r in all_records(dataset) if not isinstance(r, Document)}
    for storage, file in changed:
        if storage.root == store.root:
            for owner, name in _owners_of_public(dataset, records, file):
                if (owner or _editors(store)) != own:
                    subjects.setdefault((owner or _editors(store), NoticeKind.REMOVED), []).append(name)
        elif storage.root != store.root and not TEMPORARY_NAME.match(PurePath(file.name).name):
            is_named = terms is not None and terms.occurs_in_code(file.name)
            name = PurePath(file.name).parent.as_posix() if is_named else file.name
            for owner, kind, gone in _owners_of_changes(file, terms):
                subjects.setdefault((owner or _editors(store), kind), []).append(name)
                lost.setdefault(owner or _editors(store), []).extend(gone)
    told = dict[str, list[PrivateNotice]]()
    for (owner, kind), names in subjects.items():
        told.setdefault(owner, []).append(
            notice_of(kind, by, at, subjects=names, lost=lost.get(owner, ()) if kind is NoticeKind.REMOVED else ())
        )
    return told


def _owners_of_public(dataset: Dataset, records: Mapping[str, Record], file: RedactedFile) -> Iterator[tuple[str, str]]:
    """Yield (owner, name of the record's file) for the entries in a public file from which words were removed.

    `records` maps name of a file → its record, without documents.
    """
    old, new = (file_redaction.values_in(PurePath(file.name), raw or b"") for raw in (file.before, file.after))
    if not isinstance(old, dict) or not isinstance(new, dict | None):
        return
    if file.name == DOCUMENTS_FILE:
        kept = {str(one.get("id")): one for one in (new or {}).get("documents", ())}
        pairs = [(one, kept.get(str(one.get("id")), {})) for one in old.get("documents", ())]
        changed: list[tuple[str, Any, Any, Record | None]] = [
            (f"documents/{one.get('id')}.yaml", one, other, dataset.documents.get(one.get("id")))
            for one, other in pairs
        ]
    else:
        changed = [(file.name, old, new or {}, records.get(file.name))]
    for name, one, other, record in changed:
        owners = [owner or (owner_of(dataset, record) if record else "") for owner in _owners_in(one, other)]
        # also those under whose name the entry stands
        yield from ((owner, name) for owner in {*owners, *(named_in(dataset, record) if owners and record else ())})


def _owners_in(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Return the organisations for which a record, and the items in it, were recorded in which something changed."""
    owners = set[str]()
    for key, value in old.items():
        items = value if key in OWNED_ITEMS and isinstance(value, list) else None
        gone = [one for one in items or () if one not in new.get(key, ())]
        owners |= {
            str(one.get("recorded_for") or one.get("organisation") or old.get("recorded_for", "")) for one in gone
        }
        owners |= {str(old.get("recorded_for", ""))} if items is None and value != new.get(key) else set()
    return owners


def _owners_of_changes(
    file: RedactedFile, terms: RedactionTerms | None
) -> set[tuple[str, NoticeKind, tuple[LostFile, ...]]]:
    """Return (owner, whether words were removed or left, files deleted whole) for the entries in a private file.

    The owner "" is the editors. Of a file that was not removed because of words in it, the name is left out.
    """
    if digest_of_name(file.path.name):
        # whoever has an entry of the attached file is told because of this entry
        owner = organisation_of_original(file.path.name)
        return {(owner, NoticeKind.REMOVED, ())} if owner else set()

    def entries(raw: bytes | None) -> list[Any]:
        values = file_redaction.values_in(PurePath(file.name), raw or b"")
        kind = LISTS.get(PurePath(file.name).parent.name)
        key = kind.key if kind else ""
        return values[key] if isinstance(values, dict) and isinstance(values.get(key), list) else [values]

    def owners(entry: Any) -> Set[str]:
        if not isinstance(entry, dict):
            return {owner_of_list(file.name)} - {""} or named_owners(file.before) or {""}
        private = entry.get("private")
        return {str(private.get("organisation", ""))} if isinstance(private, dict) else {""}

    def lost_with(entry: Any) -> tuple[LostFile, ...]:
        gone = file_redaction.entries_with({"files": [entry]}, set(file.removed)).values()
        names = ((one, mask_words(str(one.get("name", "")), terms) if terms else "") for one in gone)
        return tuple(LostFile(start=one["sha256"][:LOST_DIGITS], name=name) for one, name in names)

    old, new = entries(file.before), entries(file.after)
    changed = [one for one in old if one not in new or (len(old) == 1 and file.before != file.after)]
    left = [one for one in new if terms and file_redaction.has_words(one, terms)]
    told = {(owner, NoticeKind.REMOVED, lost_with(entry)) for entry in changed for owner in owners(entry)}
    if file.is_left:
        named = set[str]().union(*map(owners, left or new))
        # what is in no single entry is told to nobody who could learn of another's entry from it
        told |= {(owner, NoticeKind.LEFT, ()) for owner in (named if left or len(named) == 1 else {""})}
    return told


def _remove_originals(storages: Sequence[RecordStorage], find: FindWords) -> bool:
    """Delete attached files in other storages if only the public storage has entries for them. Return whether there were any."""
    public, *others = storages
    together = FolderStorage if isinstance(public, FolderStorage) else ()
    apart = [one for one in others if not isinstance(one, together) and one.list_files(FILES_FOLDER)]
    removed = find(list(storages))[1] if apart else frozenset[str]()
    is_changing = False
    for storage in apart:
        with storage.transaction() as transaction:
            if names := file_redaction.names_to_delete(storage, removed - find([storage])[1]):
                transaction.discard(*names)
                transaction.commit()
                is_changing = True
    return is_changing


def _logged(by: Person, terms: RedactionTerms) -> Person:
    """Return `by` as the logs and notices name this person: with REDACTED_HANDLE if the handle contains the `terms`."""
    return replace(by, handle=REDACTED_HANDLE) if terms.occurs_in_code(by.handle) else by


def list_lines(files: Sequence[RedactedFile]) -> list[str]:
    """Return the place of each line or page with the words, such as "law.yaml:3". The words themselves are left out."""
    on_no_page = ": on no page (a link, a name, or other text around the pages)"
    places = ((file.path, line, file.path.name.endswith(TEXT_SUFFIX)) for file in files for line in file.lines)
    return [
        display_path(path) + ((f": page {line}" if line else on_no_page) if is_text else f":{line}")
        for path, line, is_text in places
    ]


def redaction_log(store: Store, config: Config) -> tuple[RedactionEntry, ...]:
    """Return the redactions, the latest one last; those of a storage are left out if its marker cannot be read."""
    entries = set()
    for storage in (store.storage, open_storage(config.private or config.state)):
        with suppress(OSError):
            for line in storage.read(REDACTION_MARKER).decode("utf-8", "replace").splitlines():
                timestamp, by, *_ = [*line.split(" "), ""]
                with suppress(ValueError):
                    entries.add(RedactionEntry(datetime.fromisoformat(timestamp), by.strip()))
    return tuple(sorted(entries, key=lambda entry: entry.at))


def private_storages(config: Config) -> tuple[RecordStorage, ...]:
    """Return a tuple with the private storage, () if there is none yet."""
    storage = open_storage(config.private) if config.private else None
    return (storage,) if storage and storage.exists() else ()


def _log(config: Config) -> RecordStorage:
    """Return the storage for the marker of every redaction and for notices. Create it if missing. Raises WriteFailed."""
    storage = open_storage(config.private or config.state)
    create_private_storage(storage)
    return storage


def _organisations(store: Store) -> tuple[Organisation, ...]:
    return store.reader.read().settings.organisations


def _editors(store: Store) -> str:
    return own_organisation(Person(), _organisations(store))


def _day(store: Store, at: datetime) -> date:
    return at.astimezone(ZoneInfo(store.reader.read().settings.timezone)).date()
