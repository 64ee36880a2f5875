"""What stands in a data folder: which files, when they changed, what each of them says."""

import os
import stat
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

from tracker.model.errors import InvalidFile, NoDataset
from tracker.model.fields import is_id
from tracker.model.problems import Problem
from tracker.storage.cache_registry import REDACTION_MARKER
from tracker.storage.file_parser import RECORD_FOLDERS, REGISTER_FILES, SETTINGS_FILES, parse_file
from tracker.storage.yaml_reader import MAX_BYTES, compose, decode, to_values

FileStat = tuple[int, int, int]
"""When a file changed, how big it is, which one it is: another one of these means to read it again."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file says. `lost` are the ids of its records that cannot be read; None where nobody can say which.

    `again` where the system did not give it: it may at the next look, and nothing about the file will have changed.
    """

    stat: FileStat
    content_hash: int
    sha256: str
    records: tuple[Any, ...]
    problems: tuple[Problem, ...]
    unreadable_ids: Set[str] | None = None
    retry: bool = False


def list_data_files(root: Path) -> dict[str, FileStat]:
    """The data files of a folder by their paths as text; NoDataset when it cannot be read."""
    # by text: a look at 5,000 files makes no 5,000 paths
    found: dict[str, FileStat] = {}
    try:
        folders = [root, *(root / name for name in RECORD_FOLDERS if (root / name).is_dir())]
        for folder in folders:
            inside = str(folder / "-")[:-1]
            with os.scandir(folder) as entries:
                for entry in entries:
                    wanted = entry.name in REGISTER_FILES or entry.name in SETTINGS_FILES if folder == root else True
                    if wanted and entry.name.endswith((".yaml", ".yml")) and not entry.name.startswith("."):
                        now = stat_file(entry)
                        if now is not None:
                            found[inside + entry.name] = now
    except FileNotFoundError:
        raise NoDataset(
            f"There is no folder {display_path(root)}. Set TRACKER_DATA to the folder that holds tracker.yaml."
        ) from None
    except OSError as bad:
        raise NoDataset(
            f"The folder {display_path(root)} cannot be read ({bad.strerror}). Check who may read it."
        ) from None
    return found


def stat_file(entry: os.DirEntry[str] | str) -> FileStat | None:
    """How a file looks from outside; None where there is none."""
    try:
        found = os.stat(entry)
    except FileNotFoundError:
        # A link that leads nowhere is a file that cannot be read; anything else is gone.
        return (0, 0, 0) if os.path.islink(entry) else None
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino if stat.S_ISREG(found.st_mode) else -1)


def read_redaction_marker(root: Path) -> bytes:
    """What tells of removals for safety: another answer than the last one means that there was one."""
    path = root / REDACTION_MARKER
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError:
        return repr(stat_file(str(path))).encode()


def display_path(path: Path) -> str:
    """The path as a person at this place would type it; a name that is not UTF-8 with its bytes written out."""
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def load_file(path: Path, root: Path, seen: FileStat) -> FileState:
    """What a file says now; what cannot be read is a problem."""
    raw, digest, lost, again = b"", "", None, False
    try:
        if seen[2] == -1:
            raise InvalidFile(1, "not a file; only YAML files belong here")
        if seen[1] > MAX_BYTES:
            raise InvalidFile(1, f"the file has {seen[1]:,} bytes; at most {MAX_BYTES:,} are read")
        raw = path.read_bytes()
        digest = sha256(raw).hexdigest()
        records, wrong = parse_file(path.relative_to(root), raw)
        if wrong and path.parent == root and path.name in REGISTER_FILES:
            lost = _lost(raw, REGISTER_FILES[path.name][0], {record.id for record in records})
    except InvalidFile as bad:
        records, wrong = (), [(bad.line, bad.message)]
    except OSError as bad:
        records, wrong, again = (), [(1, f"cannot be read ({bad.strerror}); check who may read it")], True
    sign = blake2b(os.fsencode(path.name) + (raw or repr(seen).encode()), digest_size=12).digest()
    problems = tuple(Problem(display_path(path), line, what) for line, what in wrong)
    return FileState(seen, int.from_bytes(sign), digest, records, problems, lost, again)


def _lost(raw: bytes, key: str, read: Set[str]) -> Set[str] | None:
    """The ids of a list's items of which no record came; None where the list or one of these ids cannot be read."""
    values = to_values(compose(decode(raw)))
    items = values.get(key) if isinstance(values, dict) else None
    if not isinstance(items, list):
        return None
    ids = [item.get("id") if isinstance(item, dict) else None for item in items]
    known = {one for one in ids if isinstance(one, str) and is_id(one)}
    return known - read if known.issuperset(ids) else None
