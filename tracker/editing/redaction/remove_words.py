"""Redaction: remove words, or a whole attached file, from all folders of one dashboard, to protect people.

This module also lists the places where the words occur, and reads the log of redactions.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from zoneinfo import ZoneInfo

from tracker.config import AnyPlace, Config
from tracker.editing.store import Store
from tracker.model import errors
from tracker.model.dataset import all_records
from tracker.model.errors import NotAllowed, RedactionRefused, WriteFailed
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.permissions import Permission, Person
from tracker.model.signing import require_own_record
from tracker.queries.localized_names import FOLDERS, FileDescription, describe_file
from tracker.safety.redaction import files as file_redaction
from tracker.safety.redaction.files import REDACTED_HANDLE, RedactedFile, RedactionTerms, parsed_values
from tracker.storage.attached_files import FILES_FOLDER, TEXT_SUFFIX, digest_of_name, split_pages
from tracker.storage.cache_registry import ELSEWHERE, REDACTION_MARKER, redaction_marker_change
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.failures import NOTHING_REMOVED, PARTLY_REMOVED, failed_save, shown_failure
from tracker.storage.file_cache import clear_file_caches
from tracker.storage.folder.storage import FolderStorage, commit_steps
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import RecordStorage, display_path
from tracker.storage.timestamps import TIMESTAMP_FORMAT

RedactedFiles = tuple[RedactedFile, ...]
MASK = "[…]"
"""Stands in place of the words to remove, which are not sent to the browser."""
ATTACHED_FILE = N_("Attached file")
CONTEXT = 120
"""The largest number of characters that are shown before and after the words."""
PLACE_LABELS = {**FIELD_LABELS, "reason": N_("Reason"), "history": N_("Earlier text")}
"""Key in a file → the label of the field, a message to translate."""
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
    for where, text in file_redaction.texts_in(values):
        entry = next((path for path in entries if where[: len(path)] == path), None)
        for sentence in _masked_sentences(text, terms):
            found += 1
            # a note has only one text, and the label of its field is meant for recommendations
            steps = () if name.label == FOLDERS["notes"].label else reversed(where)
            field = next((PLACE_LABELS[step] for step in steps if step in PLACE_LABELS), "")
            if entry is not None:
                silent.pop(entry, None)
                field = ATTACHED_FILE
            yield RedactionPlace(name, field, sentence)
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
FindWords = Callable[[list[RecordStorage]], tuple[list[FoundInStorage], Set[str]]]
"""A function that returns (the files to change in some storages, the digests of the attached files to remove)."""


@dataclass(frozen=True, slots=True)
class RedactionEntry:
    """One redaction: when it was done, and who did it. The removed words are not recorded anywhere."""

    at: datetime
    by: str


def find_occurrences(store: Store, config: Config, terms: RedactionTerms, at: datetime) -> RedactedFiles:
    """Return the files that a redaction of the `terms` would change or delete, each file once. Change nothing.

    An attached file with the terms would be removed whole: files that name it are returned too. Raises
    RedactionRefused if the terms cannot be removed, or if a file cannot be read.
    """
    try:
        main, day = store.reader.read_or_fail(fresh=True).settings.language, _day(store, at)
        storages = [open_storage(place) for place in (store.root, *other_folders(config))]
        found, _ = _find_words(storages, terms, day=day, main=main)
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
    return tuple({file.path: file for _, file in found}.values())


def _find_words(
    storages: list[RecordStorage], terms: RedactionTerms, *, day: date, main: str
) -> tuple[list[FoundInStorage], Set[str]]:
    """Return (the files that a redaction of the `terms` changes, the digests of the attached files that it removes)."""
    removed = file_redaction.digests_with_words(storages, terms)
    files_in = partial(file_redaction.redacted_files, words=terms, day=day, main=main, removed=removed)
    return [(storage, file) for storage in storages for file in files_in(storage)], removed


def redact(store: Store, config: Config, terms: RedactionTerms, *, by: Person, at: datetime) -> RedactedFiles:
    """Redact all folders of the dashboard, as `redact_folders`, and clear the cache of files on this machine."""
    redacted = redact_folders(store, terms, *other_folders(config), by=by, day=_day(store, at))
    clear_file_caches(config.cache_folder)
    return redacted


def redact_folders(store: Store, terms: RedactionTerms, *others: AnyPlace, by: Person, day: date) -> RedactedFiles:
    """Remove the `terms` from every file of the data folder and of the `others`, and return the changed files.

    This is an exception to the rule that recorded texts stay in the history. `day` is the date in the text that
    replaces the terms. An attached file with the terms is removed whole, with its original and every entry that names
    it. Raises NotAllowed, RedactionRefused, LockTimeout, WriteFailed or NoDataset; nothing is changed then, unless
    WriteFailed says so. If the machine stops halfway, a second redaction finishes the work.
    """
    if not by.can(Permission.REDACT) or not by.handle:
        raise NotAllowed("Only a reviewer can remove words. Nothing was removed.")
    main = store.reader.read_or_fail(fresh=True).settings.language

    find = partial(_find_words, terms=terms, day=day, main=main)
    return change_folders(store, others, find, handle=_logged_handle(by, terms))


def remove_file(store: Store, config: Config, sha256: str, *, by: Person, at: datetime) -> RedactedFiles:
    """Remove the attached file `sha256` from all folders of the dashboard. Return the YAML files that named it.

    This is for files in which words cannot be found, such as a photo. The bytes, text, preview, original and all
    entries are removed, public or private. A second call finishes interrupted work. Raises NotAllowed, SignedByOthers
    if a public record with it, or its public entry, belongs to another organisation, RedactionRefused
    if a YAML file that names it cannot be changed, LockTimeout, WriteFailed or NoDataset.
    """
    if not by.can(Permission.REDACT) or not by.handle:
        raise NotAllowed("Only a reviewer can remove a file. Nothing was removed.")
    dataset = store.reader.read_or_fail(fresh=True)
    for record in all_records(dataset):
        if sha256 in {file.sha256 for file in getattr(record, "files", ())}:
            require_own_record(dataset, record, by, digest=sha256)

    def find(storages: list[RecordStorage]) -> tuple[list[FoundInStorage], Set[str]]:
        entries = list(chain.from_iterable(map(file_redaction.entries_in, storages)))
        removed = file_redaction.digests_with_originals({sha256}, entries)
        return [(one, file) for one in storages for file in file_redaction.files_without(one, removed)], removed

    removed = change_folders(store, other_folders(config), find, handle=by.handle, at=at)
    clear_file_caches(config.cache_folder)
    return removed


def change_folders(
    store: Store, others: Iterable[AnyPlace], find: FindWords, *, handle: str, at: datetime | None = None
) -> RedactedFiles:
    """Change files, and remove attached files, in the public storage and in the `others`. Return the changed files.

    `find` returns the files to change and the digests of files to remove; its last call is under the locks of all
    storages. `handle` and `at`, by default now, are for the log of redactions. Databases are committed one by one: if
    the work stops halfway, the error says so, and a second call finishes it. Raises LockTimeout, WriteFailed, and what
    `find` raises.
    """
    by_path = {storage.locate(""): storage for storage in (store.storage, *map(open_storage, others))}
    storages = [storage for storage in by_path.values() if storage.exists()]
    is_changing = False
    try:
        # the storage that readers see is committed first, and what it names elsewhere could not be found after that
        is_changing = _remove_originals(storages, find)
        with ExitStack() as locks:
            # the public data last, as in every change that needs the locks of two storages
            transactions = {one.root: locks.enter_context(one.transaction()) for one in reversed(storages)}
            found, removed = find(storages)
            files = {file.path: (storage, file) for storage, file in found}
            named = ((one, file_redaction.names_to_delete(one, removed)) for one in storages)
            gone = [(storage, name) for storage, names in named for name in names]
            if files or gone:
                is_changing = bool(gone)
                # Write the marker first. Otherwise, if the machine stops halfway, a running server could keep words in
                # memory that are no longer in any file.
                now, main = (at or store.clock()).strftime(TIMESTAMP_FORMAT), transactions[store.root]
                is_public = any(storage.root == store.root for storage, _ in (*files.values(), *gone))
                main.stage([redaction_marker_change(main, "" if is_public else ELSEWHERE, now, handle=handle)])
                for storage, name in gone:
                    if storage.locate(name) not in files:
                        transactions[storage.root].discard(name)
                # where words are is changed last: if the machine stops, a second call still finds them
                for storage, file in sorted(files.values(), key=lambda each: each[1].has_words):
                    if file.after is not None:
                        transactions[storage.root].stage([(file.name, file.before, file.after)])
                for storage, file in files.values():
                    if file.after is None:
                        transactions[storage.root].discard(file.name)
                for commit in commit_steps([transactions[storage.root] for storage in storages]):
                    commit()
                    is_changing = True
    except errors.OutcomeUnknown as error:
        raise WriteFailed(error.message, outcome=PARTLY_REMOVED) from None
    except OSError as error:
        raise failed_save(error, PARTLY_REMOVED if is_changing else NOTHING_REMOVED) from None
    store.reader.read(fresh=True)
    return tuple(file for _, file in files.values())


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


def drop_last_good(store: Store, config: Config, terms: RedactionTerms, *, by: Person, at: datetime) -> bool:
    """If a file is not valid now, tell servers to forget its last valid contents, which may have the words.

    Return whether there is such a file. `terms` are never logged. Raises NoDataset, LockTimeout, WriteFailed or
    OSError.
    """
    readers = map(DatasetReader, other_folders(config))
    # The other folders need no settings file: do not count it as a problem that it is missing.
    others = [p for one in readers for p in one.read().problems if p.path != display_path(one.root / "tracker.yaml")]
    if not (store.reader.read_or_fail(fresh=True).problems or others):
        return False
    with store.storage.transaction() as transaction:
        timestamp = at.strftime(TIMESTAMP_FORMAT)
        marker = redaction_marker_change(transaction, "forgot ", timestamp, handle=_logged_handle(by, terms))
        transaction.stage([marker])
        transaction.commit()
    store.reader.read(fresh=True)
    return True


def _logged_handle(by: Person, terms: RedactionTerms) -> str:
    """Return the handle of `by` for the log of redactions, or REDACTED_HANDLE if the handle contains the `terms`."""
    return REDACTED_HANDLE if terms.occurs_in_code(by.handle) else by.handle


def list_lines(files: Sequence[RedactedFile]) -> list[str]:
    """Return the place of each line or page with the words, such as "law.yaml:3". The words themselves are left out."""
    on_no_page = ": on no page (a link, a name, or other text around the pages)"
    places = ((file.path, line, file.path.name.endswith(TEXT_SUFFIX)) for file in files for line in file.lines)
    return [
        display_path(path) + ((f": page {line}" if line else on_no_page) if is_text else f":{line}")
        for path, line, is_text in places
    ]


def redaction_log(root: AnyPlace) -> tuple[RedactionEntry, ...]:
    """Return the redactions in the log of the storage `root`, the latest one last; none if the log cannot be read."""
    try:
        lines = open_storage(root).read(REDACTION_MARKER).decode("utf-8", "replace").splitlines()
    except OSError:
        return ()
    entries = []
    for line in lines:
        timestamp, _, by = line.removeprefix(ELSEWHERE).partition(" ")
        with suppress(ValueError):
            entries.append(RedactionEntry(datetime.fromisoformat(timestamp), by.strip()))
    return tuple(entries)


def other_folders(config: Config) -> list[AnyPlace]:
    """Return the place of the private data and the place of the state, each only if it is set and exists."""
    return [folder for folder in (config.private, config.state) if folder and open_storage(folder).exists()]


def _day(store: Store, at: datetime) -> date:
    return at.astimezone(ZoneInfo(store.reader.read().settings.timezone)).date()
