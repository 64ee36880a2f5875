"""Where it is kept who may sign in: one file in the state folder, for its owner's eyes alone."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from tracker.accounts.accounts import Accounts
from tracker.config import Config
from tracker.model.errors import StateUnavailable
from tracker.storage.atomic_write import replace_all
from tracker.storage.cache_registry import register_cache
from tracker.storage.file_lock import lock_file

ACCOUNTS_FILE_NAME = "sign-in.json"
_JSON = TypeAdapter(Accounts)
T = TypeVar("T")


class AccountsFile:
    """The people in one state folder. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / ACCOUNTS_FILE_NAME

    def read(self) -> Accounts:
        """The people as of now; nobody where there is no file yet. NoState when it cannot be read."""
        try:
            seen = self.path.stat()
            # each change makes another file: what is kept in memory is never older than the file
            return _parsed(self.path, seen.st_ino, seen.st_mtime_ns, seen.st_size)
        except FileNotFoundError:
            return Accounts()
        except (OSError, ValidationError):
            raise StateUnavailable(
                f"{self.path} cannot be read: nobody can sign in. Move it away to start anew."
            ) from None

    def update(self, deed: Callable[[Accounts], tuple[Accounts, T]]) -> T:
        """Changes the people under a lock, and gives what the deed gives beside them. NoState when it cannot be kept."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
            (self.folder / ".lock").touch(mode=0o600)
            with lock_file(self.folder / ".lock"):
                before = self.read()
                keyed = before if before.key else replace(before, key=secrets.token_hex(32))
                after, given = deed(keyed)
                if after != before:
                    # replacing keeps who may read a file: nobody else from the start
                    self.path.touch(mode=0o600)
                    replace_all([(self.path, self.path.read_bytes(), _JSON.dump_json(after, indent=1))])
        except OSError as bad:
            raise StateUnavailable(
                f"{self.folder} cannot keep who may sign in ({bad.strerror}). Set TRACKER_STATE to a folder of yours."
            ) from None
        return given


@lru_cache(maxsize=8)
def _parsed(path: Path, *_seen: int) -> Accounts:
    raw = path.read_bytes()
    return _JSON.validate_json(raw) if raw else Accounts()


register_cache(_parsed.cache_clear)


def accounts_file(places: Config) -> AccountsFile:
    """The people file of these places; NoState when it would lie among the data, which may become public."""
    if places.state.resolve().is_relative_to(places.data.resolve()):
        raise StateUnavailable(f"TRACKER_STATE ({places.state}) lies inside the data folder. Name one outside.")
    return AccountsFile(places.state)
