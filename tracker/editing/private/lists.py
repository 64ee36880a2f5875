"""Lists in the private folder: a YAML file with one list, for each record to which something private belongs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Generic, TypeVar

from tracker.model.errors import InvalidFile, Problem, WriteFailed
from tracker.model.labels import N_
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import display_path
from tracker.storage.failures import NOTHING_SAVED, failed_save
from tracker.storage.folder.storage import LEADS_OUT
from tracker.storage.record_storage import (
    FileChange,
    FileSource,
    FileStat,
    RecordStorage,
    StorageTransaction,
    list_files_in,
)
from tracker.storage.yaml.format import record_values
from tracker.storage.yaml.patch import merge_values, patch_file
from tracker.storage.yaml.reader import MAX_BYTES, compose, decode, find_line, to_values
from tracker.storage.yaml.record_builder import build_record

T = TypeVar("T")
ParsedList = tuple[tuple[T, ...], tuple[tuple[int, str], ...]]
"""(items of a file, problems in this file). Each problem is (line number, message)."""


@dataclass(frozen=True, slots=True)
class ListKind(Generic[T]):
    """A kind of list. `record` is the type of a whole file, `key` its only field. A new file starts with `header`."""

    record: type[Any]
    key: str
    header: str

    def items_of(self, file: Any) -> tuple[T, ...]:
        """Return the items of a file that was read."""
        items: tuple[T, ...] = getattr(file, self.key)
        return items


class ListCache(Generic[T]):
    """The parsed lists of one storage. A file that has not changed is not parsed again."""

    def __init__(self, kind: ListKind[T], root: PurePath) -> None:
        self._kind, self._root, self._parsed = kind, root, dict[str, tuple[FileStat, ParsedList[T]]]()
        register_cache(self.forget)

    def forget(self) -> None:
        """Forget all files, after a redaction."""
        self._parsed = {}

    def read_one(
        self, files: FileSource, name: str, stat: FileStat | None = None
    ) -> tuple[tuple[T, ...], list[Problem]]:
        """Return the items of the file `name` and the problems in it. Without a file there are none.

        `stat` is its FileStat in a list of the files, if it was listed.
        """
        if (stat := stat or files.stat(name)) is None:
            self._parsed.pop(name, None)
            return (), []
        path = display_path(self._root / name)
        try:
            known = self._parsed.get(name)
            if known is None or known[0] != stat:
                known = self._parsed[name] = (stat, _parse(files, name, stat, kind=self._kind))
        except OSError as error:
            return (), [Problem(path, 1, f"cannot be read ({error.strerror}); check its permissions")]
        items, wrong = known[1]
        return items, [Problem(path, line, message) for line, message in wrong]

    def read_all(self, storage: RecordStorage, *folders: str) -> list[tuple[PurePath, tuple[T, ...], list[Problem]]]:
        """Return (name, items, problems) of each file in these folders of the storage. A file is parsed again if it changed.

        Nothing is returned if the private folder is missing: it is until something is saved in it.
        """
        try:
            files = storage.snapshot()
            listed = {name: stat for folder in folders for name, stat in list_files_in(files, folder, ".yaml").items()}
        except FileNotFoundError:
            return []
        # after a redaction, no old contents of a file may stay in memory
        self._parsed = {name: self._parsed[name] for name in listed if name in self._parsed}
        return [(PurePath(name), *self.read_one(files, name, stat)) for name, stat in listed.items()]


@contextmanager
def saving(storage: RecordStorage, outcome: str = NOTHING_SAVED) -> Iterator[StorageTransaction]:
    """Begin a save in the private storage. What was staged in the `with` block is committed at its end.

    `outcome` says what is so if this fails. Raises WriteFailed or LockTimeout.
    """
    create_private_storage(storage)
    try:
        with storage.transaction() as transaction:
            yield transaction
            transaction.commit()
    except OSError as error:
        raise failed_save(error, outcome) from None


def create_private_storage(storage: RecordStorage) -> None:
    """Create the private storage if it does not exist. Raises WriteFailed if it cannot be created."""
    try:
        # No other user of this machine may read it.
        storage.create()
    except OSError as error:
        raise failed_save(error, in_folder=N_("The private folder cannot be created ({reason}).")) from None


def change_list(
    transaction: StorageTransaction,
    name: str,
    change: Callable[[tuple[T, ...]], tuple[T, ...]],
    *,
    kind: ListKind[T],
) -> tuple[tuple[T, ...], FileChange]:
    """Return the items of the file `name` after `change`, and what has to be written. Nothing is staged.

    The rest of the file stays the same. Raises WriteFailed if the file cannot be read, or if its new contents do not
    parse to the new items.
    """
    raw = transaction.read(name)
    try:
        written = to_values(compose(decode(raw))) if raw is not None else {kind.key: []}
        before, _ = build_record(kind.record, written)
        if before is not None:
            old = kind.items_of(before)
            items = change(old)
            old_values, new_values = ([record_values(item) for item in some] for some in (old, items))
            values = {**written, kind.key: merge_values(written[kind.key], old_values, new_values)}

            def read_back(new: bytes) -> Any:
                file, _ = build_record(kind.record, to_values(compose(decode(new))))
                return file if file is not None and kind.items_of(file) == items else None

            new, _ = patch_file(raw, values, read_back=read_back, header=kind.header)
            return items, (name, raw, new)
    except (InvalidFile, AttributeError, TypeError):
        pass
    raise WriteFailed(f"{PurePath(name).name} cannot be read: correct it first. Nothing was saved.")


def _parse(files: FileSource, name: str, stat: FileStat, *, kind: ListKind[T]) -> ParsedList[T]:
    if stat == LEADS_OUT:
        return (), ((1, "a link that leads out of the folder; put the file itself here"),)
    if stat[1] > MAX_BYTES:
        return (), ((1, f"the file has {stat[1]:,} bytes; at most {MAX_BYTES:,} are read"),)
    try:
        node = compose(decode(files.read(name)))
    except InvalidFile as error:
        return (), ((error.line, error.message),)
    except OSError as error:
        return (), ((1, f"cannot be read ({error.strerror}); check its permissions"),)
    file, errors = build_record(kind.record, to_values(node))
    problems = tuple((find_line(node, where), message) for where, message in errors)
    return kind.items_of(file) if file else (), problems
