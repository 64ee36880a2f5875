"""List the data files of a storage, and read and parse one of them."""

import os
from collections.abc import Set
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from pathlib import PurePath
from typing import Any

from tracker.model.errors import InvalidFile
from tracker.model.problems import Problem
from tracker.storage.cache_registry import REDACTION_MARKER
from tracker.storage.folder.storage import LEADS_OUT, NOT_A_FILE
from tracker.storage.record_storage import FileSource, FileStat, display_path
from tracker.storage.yaml.file_parser import RECORD_FOLDERS, REGISTER_FILES, SETTINGS_FILES, ParsedFile, parse_file
from tracker.storage.yaml.reader import MAX_BYTES

TOP_FILES = {*REGISTER_FILES, *SETTINGS_FILES}
"""The data files that are in no subfolder."""
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


def list_data_files(files: FileSource, names: Set[str] | None = None) -> dict[str, FileStat]:
    """List the data files of a storage, or those of them that are among `names`. Return name → FileStat.

    Raises OSError if the storage cannot be listed.
    """
    if names is not None:
        stats = ((name, files.stat(name)) for name in names if is_data_file(name))
        return {name: file_stat for name, file_stat in stats if file_stat is not None}
    listed = files.list_files("", *RECORD_FOLDERS)
    return {name: file_stat for name, file_stat in listed.items() if is_data_file(name)}


def is_data_file(name: str) -> bool:
    """Return whether a file with this name has records or settings."""
    folder, _, rest = name.rpartition("/")
    if not folder:
        return name in TOP_FILES
    return folder in RECORD_FOLDERS and name.endswith((".yaml", ".yml")) and not rest.startswith(".")


def read_redaction_marker(files: FileSource) -> bytes:
    """Return the bytes of the file REDACTION_MARKER, or b"" if there is none.

    They change with each redaction.

    If the file cannot be read, return its FileStat as text instead.
    """
    try:
        return files.read(REDACTION_MARKER)
    except FileNotFoundError:
        return b""
    except OSError:
        return repr(files.stat(REDACTION_MARKER)).encode()


def load_file(
    files: FileSource, path: PurePath, name: str, *, file_stat: FileStat, parsed: tuple[bytes, ParsedFile] | None = None
) -> FileState:
    """Read and parse the file `name`. Return its contents and its problems, which name it as `path`.

    A file that cannot be read raises no error: the result contains a problem. `parsed` is (bytes, what these bytes
    contain), or None. If the file has exactly these bytes, it is not parsed again.
    """
    raw, digest, read_stat, relative = b"", "", file_stat, PurePath(name)
    records: tuple[Any, ...] = ()
    try:
        if file_stat == LEADS_OUT:
            raise InvalidFile(1, "a link that leads out of the data folder; put the file itself here")
        if file_stat[2] == NOT_A_FILE:
            raise InvalidFile(1, "not a file; keep only YAML files here")
        if file_stat[1] > MAX_BYTES:
            raise InvalidFile(1, f"the file has {file_stat[1]:,} bytes; the limit is {MAX_BYTES:,}")
        raw = files.read(name, None)
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
