"""List the files of a data folder, and read and parse one of them."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

from tracker.model.errors import InvalidFile, NoDataset
from tracker.model.problems import Problem
from tracker.storage.cache_registry import REDACTION_MARKER
from tracker.storage.file_parser import RECORD_FOLDERS, REGISTER_FILES, SETTINGS_FILES, ParsedFile, parse_file
from tracker.storage.guarded_read import read_file
from tracker.storage.yaml_reader import MAX_BYTES

FileStat = tuple[int, int, int]
"""(modification time in nanoseconds, size, inode) of a file. If one of them changes, the file is read again."""

LEADS_OUT: FileStat = (0, 0, -2)
"""The FileStat of a symbolic link to a file outside the data folder.

That file is never read: it could be secret, or reading it could block.
"""


UNREAD: FileStat = (0, 0, -3)
"""The FileStat in the state of a file that the operating system could not read, or that does not exist.

No file has it, so the next check reads the file again.
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """The contents of a file when it was last read.

    `stat` is the file's FileStat, or UNREAD. `content_hash` and `sha256` are hashes of its bytes. `last_good` is an
    earlier version of the file. Its records are shown while this version has problems. It is None if no earlier version
    is shown.
    """

    stat: FileStat = UNREAD
    content_hash: int = 0
    sha256: str = ""
    records: tuple[Any, ...] = ()
    problems: tuple[Problem, ...] = ()
    last_good: "FileState | None" = None

    @property
    def shown(self) -> "FileState":
        """Return the version of the file whose records are shown."""
        return self.last_good or self

    @property
    def signature(self) -> int:
        """Return a hash of the contents and of what is shown: a broken file may follow different good versions."""
        return self.content_hash ^ (self.last_good.content_hash if self.last_good else 0)


NO_FILE = FileState()
"""The state of a file that does not exist."""


def keep_last_good(new: FileState, old: FileState) -> FileState:
    """Return the state `new` of a file, with the version to show if `new` has problems. `old` is the state before.

    The last version without problems is shown as a whole. If the file never was without problems, the valid records of
    `new` are shown. If there are none, those of the last version that had some are shown.
    """
    good = old.shown
    if not new.problems or not good.records or (good.problems and new.records):
        return new
    return replace(new, last_good=good)


def list_data_files(root: Path) -> dict[str, FileStat]:
    """List the data files in the folder `root`. Return path → FileStat.

    Raises NoDataset if the folder cannot be read.
    """
    # Paths are strings here, because making 5,000 Path objects on each check is slow.
    stats: dict[str, FileStat] = {}
    try:
        folders = [
            root,
            *(folder for name in RECORD_FOLDERS if (folder := root / name).is_dir() and is_inside(folder, root)),
        ]
        for folder in folders:
            prefix = str(folder / "-")[:-1]
            with os.scandir(folder) as entries:
                for entry in entries:
                    is_data_file = (
                        entry.name in REGISTER_FILES or entry.name in SETTINGS_FILES if folder == root else True
                    )
                    if is_data_file and entry.name.endswith((".yaml", ".yml")) and not entry.name.startswith("."):
                        leads_out = entry.is_symlink() and not is_inside(Path(entry.path), root)
                        file_stat = LEADS_OUT if leads_out else stat_file(entry)
                        if file_stat is not None:
                            stats[prefix + entry.name] = file_stat
    except FileNotFoundError:
        raise NoDataset(
            f"There is no folder {display_path(root)}. Set TRACKER_DATA to the folder that holds tracker.yaml."
        ) from None
    except OSError as bad:
        raise NoDataset(
            f"The folder {display_path(root)} cannot be read ({bad.strerror}). Check its permissions."
        ) from None
    return stats


def is_inside(path: Path, root: Path) -> bool:
    """Return whether `path` is inside the folder `root`, after all symbolic links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def stat_file(entry: os.DirEntry[str] | str) -> FileStat | None:
    """Return (modification time in ns, size, inode), or None if nothing is at the path.

    (0, 0, 0): the path is unreadable or a broken symbolic link. Inode -1: the path is not a regular file.
    """
    try:
        result = os.stat(entry)
    except FileNotFoundError:
        # A broken symbolic link counts as a file that cannot be read. Any other file was deleted.
        return (0, 0, 0) if os.path.islink(entry) else None
    except OSError:
        return (0, 0, 0)
    return (result.st_mtime_ns, result.st_size, result.st_ino if stat.S_ISREG(result.st_mode) else -1)


def read_redaction_marker(root: Path) -> bytes:
    """Return the bytes of the file REDACTION_MARKER in `root`, or b"" if there is none.

    They change with each redaction.

    If the file cannot be read, return its FileStat as text instead.
    """
    path = root / REDACTION_MARKER
    try:
        return read_file(path)
    except FileNotFoundError:
        return b""
    except OSError:
        return repr(stat_file(str(path))).encode()


def display_path(path: Path) -> str:
    """Return `path` as a text for messages. A path inside the working directory is relative to it.

    Control characters, and bytes that are not UTF-8, are escaped. So a file name cannot add a line to the output.
    """
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def load_file(path: Path, root: Path, file_stat: FileStat, parsed: tuple[bytes, ParsedFile] | None = None) -> FileState:
    """Read and parse the file `path` in the data folder `root`. Return its contents and its problems.

    A file that cannot be read raises no error: the result contains a problem. `parsed` is (bytes, what these bytes
    contain), or None. If the file has exactly these bytes, it is not parsed again.
    """
    raw, digest, read_stat, relative = b"", "", file_stat, path.relative_to(root)
    records: tuple[Any, ...] = ()
    try:
        if file_stat == LEADS_OUT:
            raise InvalidFile(1, "a link that leads out of the data folder; put the file itself here")
        if file_stat[2] == -1:
            raise InvalidFile(1, "not a file; keep only YAML files here")
        if file_stat[1] > MAX_BYTES:
            raise InvalidFile(1, f"the file has {file_stat[1]:,} bytes; the limit is {MAX_BYTES:,}")
        raw = path.read_bytes()
        digest = sha256(raw).hexdigest()
        records, wrong = parsed[1] if parsed and parsed[0] == raw else parse_file(relative, raw)
    except InvalidFile as bad:
        wrong = [(bad.line, bad.message)]
    except OSError as bad:
        read_stat, wrong = UNREAD, [(1, f"cannot be read ({bad.strerror}); check its permissions")]
    content_hash = blake2b(os.fsencode(relative) + (raw or repr(file_stat).encode()), digest_size=12).digest()
    return FileState(
        read_stat,
        int.from_bytes(content_hash),
        digest,
        records=records,
        problems=tuple(Problem(display_path(path), line, message) for line, message in wrong),
    )
