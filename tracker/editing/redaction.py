"""Redaction: remove words from all folders of one dashboard, to protect people.

This module also lists the places where the words occur, and reads the log of redactions.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tracker.config import AnyPlace, Config
from tracker.editing.store import Store
from tracker.model.errors import NoDataset, NotAllowed, RedactionRefused, WriteFailed
from tracker.model.permissions import Permission, Person
from tracker.safety.file_redaction import RedactedFile, redacted_files
from tracker.safety.redaction_terms import REDACTED_HANDLE, RedactionTerms
from tracker.storage.cache_registry import REDACTION_MARKER, redaction_marker
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.file_cache import clear_file_caches
from tracker.storage.folder_storage import commit_together
from tracker.storage.open_storage import open_storage
from tracker.storage.timestamps import TIMESTAMP_FORMAT


@dataclass(frozen=True, slots=True)
class RedactionEntry:
    """One redaction: when it was done, and who did it. The removed words are not recorded anywhere."""

    at: datetime
    by: str


def find_occurrences(store: Store, config: Config, terms: RedactionTerms, at: datetime) -> tuple[RedactedFile, ...]:
    """Return the files that contain the `terms`, each file once. Changes nothing.

    Raises RedactionRefused if the terms cannot be removed, or if a file cannot be read.
    """
    try:
        main, day = store.reader.read_or_fail(fresh=True).settings.language, _day(store, at)
        files = [
            file
            for root in (store.root, *_other_folders(config))
            for file in redacted_files(root, terms, day, main=main)
        ]
    except NoDataset as error:
        raise RedactionRefused(f"{error} Nothing was removed.") from None
    except OSError as error:
        # For example, a save that ended at this moment removed its temporary file.
        raise RedactionRefused(
            f"A file could not be read ({error.strerror}). Nothing was removed; try again."
        ) from None
    return tuple({file.path: file for file in files}.values())


def redact(
    store: Store, config: Config, terms: RedactionTerms, *, by: Person, at: datetime
) -> tuple[RedactedFile, ...]:
    """Remove the `terms` from all folders of the dashboard, and return the changed files. On an error change no folder.

    Returns and raises the same as `redact_folders`.
    """
    redacted = redact_folders(store, terms, *_other_folders(config), by=by, day=_day(store, at))
    clear_file_caches(config.cache_folder)
    return redacted


def redact_folders(
    store: Store, terms: RedactionTerms, *others: AnyPlace, by: Person, day: date
) -> tuple[RedactedFile, ...]:
    """Remove the `terms` from every file of the data folder and of the `others`, and return the changed files.

    This is an exception to the rule that recorded texts stay in the history. `day` is the date in the text that
    replaces the terms. On an error nothing is changed. Raises NotAllowed, RedactionRefused, LockTimeout, WriteFailed or
    NoDataset.

    If the machine stops halfway, each file is still complete: some files have the terms, others have them removed. A
    second redaction finishes the work.
    """
    if not by.can(Permission.REDACT) or not by.handle:
        raise NotAllowed("Only a reviewer can remove words. Nothing was removed.")
    main = store.reader.read_or_fail(fresh=True).settings.language
    storages = {storage.locate(""): storage for storage in (store.storage, *map(open_storage, others))}
    try:
        with ExitStack() as locks:
            roots = [storage.root for storage in storages.values() if storage.exists()]
            transactions = {root: locks.enter_context(open_storage(root).transaction()) for root in roots}
            files = {file.path: (root, file) for root in roots for file in redacted_files(root, terms, day, main=main)}
            if files:
                # Write the marker first. Otherwise, if the machine stops halfway, a running server could keep words in
                # memory that are no longer in any file.
                at, main_transaction = store.clock().strftime(TIMESTAMP_FORMAT), transactions[store.root]
                marker = redaction_marker(main_transaction, "", at, handle=_handle(by, terms))
                main_transaction.stage([marker])
                # An unfinished file is deleted last: until then a new file may have its name for a moment.
                for root, file in sorted(files.values(), key=lambda each: each[1].after is None):
                    transactions[root].stage([(file.name, file.before, file.after)])
                commit_together(list(transactions.values()))
    except OSError as error:
        raise WriteFailed(f"Could not write to disk ({error.strerror}). Nothing was removed.") from None
    store.reader.read(fresh=True)
    return tuple(file for _, file in files.values())


def drop_last_good(store: Store, config: Config, terms: RedactionTerms, *, by: Person, at: datetime) -> bool:
    """If a file cannot be read now, tell running servers to forget its last valid contents.

    These contents may hold the words to redact. Return whether there was such a file. `terms` is used only to check
    that the handle of `by` does not contain the words. Raises NoDataset, LockTimeout or OSError.
    """
    if not (store.reader.read_or_fail(fresh=True).problems or any(map(_has_problems, _other_folders(config)))):
        return False
    with store.storage.transaction() as transaction:
        timestamp = at.strftime(TIMESTAMP_FORMAT)
        transaction.stage([redaction_marker(transaction, "forgot ", timestamp, handle=_handle(by, terms))])
        transaction.commit()
    store.reader.read(fresh=True)
    return True


def _handle(by: Person, terms: RedactionTerms) -> str:
    """Return the handle of `by` for the marker file, or REDACTED_HANDLE if the handle contains the `terms`."""
    return REDACTED_HANDLE if terms.occurs_in_code(by.handle) else by.handle


def _has_problems(folder: AnyPlace) -> bool:
    # The other folders need no settings file: do not count it as a problem that it is missing.
    reader = DatasetReader(folder)
    settings = display_path(reader.root / "tracker.yaml")
    return any(problem.path != settings for problem in reader.read().problems)


def list_lines(files: Sequence[RedactedFile]) -> list[str]:
    """Return the places where the words occur, as "file:line". The words themselves are not returned."""
    return [f"{display_path(file.path)}:{line}" for file in files for line in file.lines]


def redaction_log(root: AnyPlace) -> tuple[RedactionEntry, ...]:
    """Return the redactions of the storage `root`, the latest one last."""
    try:
        lines = open_storage(root).read(REDACTION_MARKER).decode("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return tuple(entry for line in lines if (entry := _parse_entry(line)) is not None)


def _parse_entry(line: str) -> RedactionEntry | None:
    """Return the redaction in a line of the marker file, or None if the line is of another kind.

    A line of another kind starts with a word.
    """
    timestamp, _, by = line.partition(" ")
    try:
        return RedactionEntry(datetime.fromisoformat(timestamp), by.strip())
    except ValueError:
        return None


def _other_folders(config: Config) -> list[AnyPlace]:
    return [folder for folder in (config.private, config.state) if folder and open_storage(folder).exists()]


def _day(store: Store, at: datetime) -> date:
    """Return the date at the time `at` in the dataset's time zone."""
    return at.astimezone(ZoneInfo(store.reader.read().settings.timezone)).date()
