"""Lists in the private folder, such as notes, as YAML files: each organisation has a file for its part of a list.

Each list is named after the record to which it belongs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import merge
from itertools import chain
from operator import attrgetter
from pathlib import PurePath
from typing import Any, Generic, TypeVar, cast

from tracker.editing.store import as_failed_save, saving
from tracker.model import errors
from tracker.model.dataset import Dataset
from tracker.model.errors import Problem, WriteFailed
from tracker.model.labels import N_
from tracker.model.organisations import Privacy
from tracker.storage import record_storage
from tracker.storage.cache_registry import register_cache
from tracker.storage.failures import NOTHING_SAVED
from tracker.storage.folder.storage import LEADS_OUT
from tracker.storage.record_storage import FileSource, FileStat, RecordStorage, StorageTransaction, display_path
from tracker.storage.yaml.format import record_values
from tracker.storage.yaml.patch import merge_values, patch_file
from tracker.storage.yaml.reader import MAX_BYTES, compose, decode, find_line, to_values
from tracker.storage.yaml.record_builder import build_record

T = TypeVar("T")
ParsedList = tuple[tuple[T, ...], tuple[tuple[int, str], ...]]
"""(items of a file, problems in this file). Each problem is (line number, message)."""


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of list: the type of the contents of its files, `key` (their only field: the list), and how a new file starts.

    `subjects` maps folder of such lists → (what a list belongs to, in words; the fields of the dataset that have these).
    """

    record: type[Any]
    key: str
    comment: str
    subjects: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


class ListFiles(Generic[T]):
    """The YAML files of one kind in a storage, each with one list. Files that did not change are parsed once."""

    def __init__(self, kind: ListKind, storage: RecordStorage) -> None:
        self.kind, self.storage = kind, storage
        self._items_of: Callable[[Any], tuple[T, ...]] = attrgetter(kind.key)
        self._parsed: dict[str, tuple[FileStat, ParsedList[T]]] = {}
        register_cache(self.forget)

    def forget(self) -> None:
        """Forget the contents of all files that were read: after a redaction, they may have the removed words."""
        self._parsed = {}

    def read_one(
        self, name: str, stat: FileStat | None = None, *, files: FileSource | None = None
    ) -> tuple[tuple[T, ...], list[Problem]]:
        """Return (items of the file `name`, problems in it). An unreadable file has one problem and no items."""
        files = files or self.storage
        if (stat := stat or files.stat(name)) is None:
            self._parsed.pop(name, None)
            return (), []
        path = display_path(self.storage.root / name)
        try:
            known = self._parsed.get(name)
            if known is None or known[0] != stat:
                known = self._parsed[name] = (stat, self._parse(files, name, stat))
        except OSError as error:
            return (), [Problem(path, 1, f"cannot be read ({error.strerror}); check its permissions")]
        items, wrong = known[1]
        return items, [Problem(path, line, message) for line, message in wrong]

    def change(
        self, transaction: StorageTransaction, name: str, change: Callable[[tuple[T, ...]], tuple[T, ...]]
    ) -> tuple[tuple[T, ...], record_storage.FileChange]:
        """Return (items of the file `name` after a change, the FileChange that writes them). Nothing is staged yet.

        `change` gets the items and returns the new ones. Raises WriteFailed if the old or new contents are not valid.
        """
        raw = transaction.read(name)
        try:
            written = to_values(compose(decode(raw))) if raw is not None else {self.kind.key: []}
            before, _ = build_record(self.kind.record, written)
            if before is not None:
                old = self._items_of(before)
                items = change(old)
                old_values, new_values = ([record_values(item) for item in some] for some in (old, items))
                values = {**written, self.kind.key: merge_values(written[self.kind.key], old_values, new_values)}

                def read_back(new: bytes) -> Any:
                    file, _ = build_record(self.kind.record, to_values(compose(decode(new))))
                    return file if file is not None and self._items_of(file) == items else None

                new, _ = patch_file(
                    raw, values, read_back=read_back, header=f"# {self.kind.comment}\n{self.kind.key}:\n"
                )
                return items, (name, raw, new)
        except (errors.InvalidFile, AttributeError, TypeError):
            pass
        raise WriteFailed(f"{PurePath(name).name} cannot be read: correct it first. Nothing was saved.")

    def _parse(self, files: FileSource, name: str, stat: FileStat) -> ParsedList[T]:
        if stat == LEADS_OUT:
            return (), ((1, "a link that leads out of the folder; put the file itself here"),)
        if stat[1] > MAX_BYTES:
            return (), ((1, f"the file has {stat[1]:,} bytes; at most {MAX_BYTES:,} are read"),)
        try:
            node = compose(decode(files.read(name)))
        except errors.InvalidFile as error:
            return (), ((error.line, error.message),)
        file, wrong = build_record(self.kind.record, to_values(node))
        problems = tuple((find_line(node, where), message) for where, message in wrong)
        return self._items_of(file) if file else (), problems


class OwnedLists(ListFiles[T]):
    """Lists in which organisations have entries: each in a file of its own, named <id>.<organisation>.yaml.

    So no organisation can fill another one's file. The list is named <id>.yaml: the file with this name has entries
    without an owner, and older ones, which move to their owner's file when they change.
    """

    def read_list(self, name: str) -> tuple[T, ...]:
        """Return the items of the list `name`, without those in unreadable files; none if there is no folder. Raises OSError."""
        with suppress(FileNotFoundError):
            return _in_order(self._parts(self.storage, name).values())
        return ()

    def read_all(self, dataset: Dataset) -> tuple[dict[PurePath, tuple[T, ...]], list[Problem]]:
        """Return (mapping: name of a list → items, problems). A list whose subject is not in the dataset is a problem."""
        found, problems = dict[PurePath, tuple[T, ...]](), list[Problem]()
        try:
            files = self.storage.snapshot()
            in_folders = [record_storage.list_files_in(files, folder, ".yaml").items() for folder in self.kind.subjects]
            listed = dict(chain.from_iterable(in_folders))
        except FileNotFoundError:
            return found, problems
        # after a redaction, no old contents of a file may stay in memory
        self._parsed = {name: self._parsed[name] for name in listed if name in self._parsed}
        for name, stat in listed.items():
            items, wrong = self.read_one(name, stat, files=files)
            listed_as = PurePath(_list_of(name))
            found[listed_as] = _in_order([found.get(listed_as, ()), items])
            subject, registers = self.kind.subjects[listed_as.parent.name]
            if not any(listed_as.stem in getattr(dataset, register) for register in registers):
                message = f"there is no {subject} with this id; correct the file's name"
                problems.append(Problem(display_path(self.storage.root / name), 1, message))
            problems += wrong
        return found, problems

    def change_list(
        self, transaction: StorageTransaction, name: str, change: Callable[[tuple[T, ...]], tuple[T, ...]]
    ) -> tuple[tuple[T, ...], list[record_storage.FileChange]]:
        """Return (items of the list `name` after `change`, the FileChanges that write them).

        Only files whose items change are written. A new or changed item goes to the file of its owner.
        """
        before = self._parts(self.storage.snapshot(fresh=True), name)
        items = change(_in_order(before.values()))

        def file_of(item: T) -> str:
            kept_in = (part for part, known in before.items() if item in known)
            return next(kept_in, file_of_owner(name, item))

        after: dict[str, tuple[T, ...]] = dict.fromkeys(before, ())
        for item in items:
            after[file_of(item)] = (*after.get(file_of(item), ()), item)
        changed = [part for part, some in after.items() if some != before.get(part, ())]
        # entries are written to the file of their owner before they are taken out of the old file
        changed.sort(key=name.__eq__)
        return items, [self.change(transaction, part, partial(_other, after[part]))[1] for part in changed]

    def set_privacy(self, name: str, chosen: Callable[[T], Privacy | None]) -> None:
        """Give each item of the list `name` the Privacy that `chosen` returns. The caller checks the rights.

        Raises LockTimeout or WriteFailed.
        """

        def change(items: tuple[T, ...]) -> tuple[T, ...]:
            return tuple(replace(item, private=chosen(item)) for item in cast("tuple[Any, ...]", items))

        with saving_privately(self.storage) as transaction:
            transaction.stage(self.change_list(transaction, name, change)[1])

    def _parts(self, files: FileSource, name: str) -> dict[str, tuple[T, ...]]:
        """Return a mapping: file of the list `name` → its items."""
        listed = record_storage.list_files_in(files, PurePath(name).parent.name, ".yaml")
        return {
            part: self.read_one(part, stat, files=files)[0] for part, stat in listed.items() if _list_of(part) == name
        }


def file_of_owner(name: str, item: Any) -> str:
    """Return the name of the file for an item of the list `name`."""
    base = _list_of(name)
    return f"{base.removesuffix('.yaml')}.{item.private.organisation}.yaml" if item.private else base


def _list_of(name: str) -> str:
    path = PurePath(name)
    return str(path.with_name(f"{path.stem.partition('.')[0]}.yaml"))


def _other(items: tuple[T, ...], _known: tuple[T, ...]) -> tuple[T, ...]:
    return items


def _in_order(parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """Return the items of the files of one list in recorded order; the order in each file stays."""
    return tuple(merge(*parts, key=lambda item: getattr(item, "recorded", None) or ""))


@contextmanager
def saving_privately(storage: RecordStorage, outcome: str = NOTHING_SAVED) -> Iterator[StorageTransaction]:
    """Begin a save in the private storage, as `saving`. Create the storage if it does not exist."""
    create_private_storage(storage)
    with saving(storage, outcome) as transaction:
        yield transaction


def create_private_storage(storage: RecordStorage) -> None:
    """Create the private storage if it does not exist. Raises WriteFailed if it cannot be created."""
    with as_failed_save(in_folder=N_("The private folder cannot be created ({reason}).")):
        storage.create()  # no other user of this machine may read it
