"""The accounts file: one file in the state folder. Only the operating-system user who owns the file can read it."""

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
from tracker.storage.guarded_read import read_file

ACCOUNTS_FILE_NAME = "sign-in.json"
MAX_ACCOUNTS_BYTES = 16 * 1024 * 1024
"""The largest accounts file that is read: enough for 50,000 people."""
_JSON = TypeAdapter(Accounts)
T = TypeVar("T")


class AccountsFile:
    """The accounts file of a state folder. Several threads and processes can use the file at the same time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / ACCOUNTS_FILE_NAME

    def read(self) -> Accounts:
        """Return the current accounts. There are none if the file does not exist yet.

        Raises StateUnavailable if the file cannot be read.
        """
        try:
            stat = self.path.stat()
            # each change replaces the file, so the cache is never older than the file
            return _parse_file(self.path, (stat.st_ino, stat.st_mtime_ns, stat.st_size))
        except FileNotFoundError:
            return Accounts()
        except (OSError, ValidationError):
            raise StateUnavailable(
                f"{self.path} cannot be read, so no one can sign in. Move it elsewhere to start with no accounts."
            ) from None

    def update(self, change: Callable[[Accounts], tuple[Accounts, T]]) -> T:
        """Change the accounts while the state folder is locked. Return the result of the change.

        `change` is a function that takes the accounts and returns (new accounts, result). Raises StateUnavailable if
        the accounts cannot be stored, and LockTimeout if another save takes too long.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
            (self.folder / ".lock").touch(mode=0o600)
            with lock_file(self.folder / ".lock"):
                before = self.read()
                keyed = before if before.key else replace(before, key=secrets.token_hex(32))
                after, result = change(keyed)
                if after != before:
                    # replace_all keeps the permissions of the old file, so create it readable by the owner only
                    self.path.touch(mode=0o600)
                    replace_all([(self.path, self.path.read_bytes(), _JSON.dump_json(after, indent=1))])
        except OSError as bad:
            raise StateUnavailable(
                f"Accounts cannot be stored in {self.folder} ({bad.strerror}). Set TRACKER_STATE to a folder that you own."
            ) from None
        return result


@lru_cache(maxsize=8)
def _parse_file(path: Path, _stat: tuple[int, int, int]) -> Accounts:
    raw = read_file(path, most=MAX_ACCOUNTS_BYTES)
    return _JSON.validate_json(raw) if raw else Accounts()


register_cache(_parse_file.cache_clear)


def accounts_file(config: Config) -> AccountsFile:
    """Return the accounts file of the state folder.

    Raises StateUnavailable if the state folder is inside the data folder, which may become public.
    """
    if config.state.resolve().is_relative_to(config.data.resolve()):
        raise StateUnavailable(f"TRACKER_STATE ({config.state}) is inside the data folder. Set it to a folder outside.")
    return AccountsFile(config.state)
