"""Lists in the private folder: a YAML file with one list, for each record to which something private belongs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from tracker.model.errors import InvalidFile, WriteFailed
from tracker.model.problems import Problem
from tracker.storage.atomic_write import Replacement
from tracker.storage.dataset_reader import display_path
from tracker.storage.guarded_read import read_file
from tracker.storage.record_builder import build_record
from tracker.storage.yaml_format import record_values
from tracker.storage.yaml_merge import merge_values
from tracker.storage.yaml_patch import patch_file
from tracker.storage.yaml_reader import MAX_BYTES, compose, decode, find_line, to_values

T = TypeVar("T")
FileSignature = tuple[int, ...]
"""(modification time, size, inode) of a file. If the file changes, at least one of these numbers changes."""
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
    """The parsed lists of one folder. A file that has not changed is not parsed again."""

    def __init__(self, kind: ListKind[T]) -> None:
        self._kind, self._parsed = kind, dict[Path, tuple[FileSignature, ParsedList[T]]]()

    def read_one(self, path: Path) -> tuple[tuple[T, ...], list[Problem]]:
        """Return the items of the file `path` and the problems in it. Without a file there are none."""
        if not path.exists():
            self._parsed.pop(path, None)
            return (), []
        name = display_path(path)
        try:
            stat = path.stat()
            signature = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            known = self._parsed.get(path)
            if known is None or known[0] != signature:
                known = self._parsed[path] = (signature, _parse(path, stat.st_size, self._kind))
        except OSError as error:
            return (), [Problem(name, 1, f"cannot be read ({error.strerror}); check its permissions")]
        items, wrong = known[1]
        return items, [Problem(name, line, message) for line, message in wrong]

    def keep_only(self, paths: list[Path]) -> None:
        """Forget all other files: after a redaction, no old contents of a file may stay in memory."""
        self._parsed = {path: self._parsed[path] for path in paths if path in self._parsed}


def change_list(
    path: Path, change: Callable[[tuple[T, ...]], tuple[T, ...]], kind: ListKind[T]
) -> tuple[tuple[T, ...], Replacement]:
    """Return the items of the file `path` after `change`, and what has to be written. Nothing is written.

    The rest of the file stays the same. Raises WriteFailed if the file cannot be read, or if its new contents do not
    parse to the new items.
    """
    raw = read_file(path) if path.exists() else None
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
            return items, (path, raw, new)
    except (InvalidFile, AttributeError, TypeError):
        pass
    raise WriteFailed(f"{path.name} cannot be read: correct it first. Nothing was saved.")


def _parse(path: Path, size: int, kind: ListKind[T]) -> ParsedList[T]:
    if size > MAX_BYTES:
        return (), ((1, f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read"),)
    try:
        node = compose(decode(read_file(path)))
    except InvalidFile as error:
        return (), ((error.line, error.message),)
    except OSError as error:
        return (), ((1, f"cannot be read ({error.strerror}); check its permissions"),)
    file, errors = build_record(kind.record, to_values(node))
    problems = tuple((find_line(node, where), message) for where, message in errors)
    return kind.items_of(file) if file else (), problems
