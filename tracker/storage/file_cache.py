"""A cache on disk, limited in size, for files from a database.

It is emptied when words or files are removed from the data.
"""

import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from tracker.storage.cache_registry import register_cache

CACHE_FOLDER = "cache"
"""The name of the cache in `Config.cache_folder`. In it, each process has a subfolder, whose name is the process id."""
MAX_CACHED_BYTES = 256 * 1024 * 1024
"""The maximum number of bytes on disk for one process. Above it, the least recently used files are deleted."""


def process_folder(state: Path) -> Path:
    """Return the folder, possibly missing, for cached files of this process. `state` is `Config.cache_folder`."""
    return state.absolute() / CACHE_FOLDER / str(os.getpid())


class FileCache:
    """Files on disk, each with a key, for several threads. A redaction deletes all.

    If the files have over `most` bytes in all, the least recently used are deleted. `state` is `Config.cache_folder`.
    """

    def __init__(self, state: Path, *, most: int = MAX_CACHED_BYTES) -> None:
        self._folder, self._most = process_folder(state), most
        # key → (path, size in bytes), the least recently used first
        self._files: OrderedDict[str, tuple[Path, int]] = OrderedDict()
        self._lock = threading.Lock()
        remove_caches_of_ended_processes(state)
        register_cache(self.clear)

    def get(self, key: str) -> Path | None:
        """Return the path of the file with this key, or None if it is not in the cache. The file counts as used now."""
        with self._lock:
            if key not in self._files:
                return None
            self._files.move_to_end(key)
            return self._files[key][0]

    def put(self, key: str, body: bytes, *, modified: int) -> Path:
        """Write `body` to a new file for `key`, delete the old file, and return the new path. Raises OSError.

        `modified` is its modification time in nanoseconds. If there are too many bytes, only older files are deleted.
        """
        return self.make(key, lambda path: path.write_bytes(body), modified=modified)

    def make(self, key: str, write: Callable[[Path], object], *, modified: int) -> Path:
        """Like `put`, for a file that is too large to be in memory: `write` writes it to the path that it is given."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / uuid4().hex
        try:
            write(path)
            os.utime(path, ns=(modified, modified))
            size = path.stat().st_size
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        with self._lock:
            removed = [self._files.pop(key)] if key in self._files else []
            self._files[key] = path, size
            while len(self._files) > 1 and sum(size for _, size in self._files.values()) > self._most:
                removed.append(self._files.popitem(last=False)[1])
        for old, _ in removed:
            old.unlink(missing_ok=True)
        return path

    def clear(self) -> None:
        """Delete every cached file of this process, including files that are being written."""
        with self._lock:
            self._files.clear()
        shutil.rmtree(self._folder, ignore_errors=True)


def clear_file_caches(state: Path) -> None:
    """Delete the cached files of all processes that use the folder `state`. They are written again when needed."""
    shutil.rmtree(state / CACHE_FOLDER, ignore_errors=True)


def remove_caches_of_ended_processes(state: Path) -> None:
    """Delete the cached files of processes that have ended, and of this one. Ignore errors."""
    with suppress(OSError):
        for path in (state / CACHE_FOLDER).iterdir():
            if not (path.name.isdigit() and _is_running(int(path.name))) or path.name == str(os.getpid()):
                shutil.rmtree(path, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True
