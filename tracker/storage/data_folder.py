"""What stands in a data folder: which files, when they changed, what each of them says."""

import os
import stat
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

from tracker.model.fields import is_id
from tracker.model.problems import NoDataset, Problem
from tracker.storage.cache_registry import SIGN
from tracker.storage.file_parser import LISTS, RECORDS, SINGLE, parse
from tracker.storage.yaml_reader import BIGGEST, Broken, compose, decode, plain

Seen = tuple[int, int, int]
"""When a file changed, how big it is, which one it is: another one of these means to read it again."""


@dataclass(frozen=True, slots=True)
class File:
    """What a file says. `lost` are the ids of its records that cannot be read; None where nobody can say which.

    `again` where the system did not give it: it may at the next look, and nothing about the file will have changed.
    """

    seen: Seen
    sign: int
    digest: str
    records: tuple[Any, ...]
    problems: tuple[Problem, ...]
    lost: Set[str] | None = None
    again: bool = False


def listing(root: Path) -> dict[str, Seen]:
    """The data files of a folder by their paths as text; NoDataset when it cannot be read."""
    # by text: a look at 5,000 files makes no 5,000 paths
    found: dict[str, Seen] = {}
    try:
        folders = [root, *(root / name for name in RECORDS if (root / name).is_dir())]
        for folder in folders:
            inside = str(folder / "-")[:-1]
            with os.scandir(folder) as entries:
                for entry in entries:
                    wanted = entry.name in LISTS or entry.name in SINGLE if folder == root else True
                    if wanted and entry.name.endswith((".yaml", ".yml")) and not entry.name.startswith("."):
                        now = seen(entry)
                        if now is not None:
                            found[inside + entry.name] = now
    except FileNotFoundError:
        raise NoDataset(
            f"There is no folder {shown(root)}. Set TRACKER_DATA to the folder that holds tracker.yaml."
        ) from None
    except OSError as bad:
        raise NoDataset(f"The folder {shown(root)} cannot be read ({bad.strerror}). Check who may read it.") from None
    return found


def seen(entry: os.DirEntry[str] | str) -> Seen | None:
    """How a file looks from outside; None where there is none."""
    try:
        found = os.stat(entry)
    except FileNotFoundError:
        # A link that leads nowhere is a file that cannot be read; anything else is gone.
        return (0, 0, 0) if os.path.islink(entry) else None
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino if stat.S_ISREG(found.st_mode) else -1)


def sign_of(root: Path) -> bytes:
    """What tells of removals for safety: another answer than the last one means that there was one."""
    path = root / SIGN
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError:
        return repr(seen(str(path))).encode()


def shown(path: Path) -> str:
    """The path as a person at this place would type it; a name that is not UTF-8 with its bytes written out."""
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read_file(path: Path, root: Path, seen: Seen) -> File:
    """What a file says now; what cannot be read is a problem."""
    raw, digest, lost, again = b"", "", None, False
    try:
        if seen[2] == -1:
            raise Broken(1, "not a file; only YAML files belong here")
        if seen[1] > BIGGEST:
            raise Broken(1, f"the file has {seen[1]:,} bytes; at most {BIGGEST:,} are read")
        raw = path.read_bytes()
        digest = sha256(raw).hexdigest()
        records, wrong = parse(path.relative_to(root), raw)
        if wrong and path.parent == root and path.name in LISTS:
            lost = _lost(raw, LISTS[path.name][0], {record.id for record in records})
    except Broken as bad:
        records, wrong = (), [(bad.line, bad.what)]
    except OSError as bad:
        records, wrong, again = (), [(1, f"cannot be read ({bad.strerror}); check who may read it")], True
    sign = blake2b(os.fsencode(path.name) + (raw or repr(seen).encode()), digest_size=12).digest()
    problems = tuple(Problem(shown(path), line, what) for line, what in wrong)
    return File(seen, int.from_bytes(sign), digest, records, problems, lost, again)


def _lost(raw: bytes, key: str, read: Set[str]) -> Set[str] | None:
    """The ids of a list's items of which no record came; None where the list or one of these ids cannot be read."""
    values = plain(compose(decode(raw)))
    items = values.get(key) if isinstance(values, dict) else None
    if not isinstance(items, list):
        return None
    ids = [item.get("id") if isinstance(item, dict) else None for item in items]
    known = {one for one in ids if isinstance(one, str) and is_id(one)}
    return known - read if known.issuperset(ids) else None
