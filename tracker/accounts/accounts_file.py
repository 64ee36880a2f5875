"""The accounts file in the state folder, which only the owner of the folder can read.

This module also says which person sends a request, and which person runs the dashboard on this machine.
"""

import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from tracker.accounts.accounts import Accounts, accounts_with, person_from_cookie, suggest_handle, without_values
from tracker.config import AnyPlace, Config
from tracker.model.dataset import RECORDED_LISTS, all_records
from tracker.model.errors import NoDataset, StateUnavailable
from tracker.model.permissions import READER, Person, is_handle
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.failures import DatabaseUnavailable, shown_failure
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileStat, RecordStorage

OWNER_FILE_NAME = "handle"
ACCOUNTS_FILE_NAME = "sign-in.json"
MAX_ACCOUNTS_BYTES = 16 * 1024 * 1024
"""The largest accounts file that is read: enough for 50,000 people."""
TRUSTED_SECONDS = 60.0
"""The longest time that sign-ins are accepted while the database is away: another copy may have revoked an account."""
_JSON = TypeAdapter(Accounts)
T = TypeVar("T")


class AccountsFile:
    """The accounts file of the state folder. Several threads and processes can use the file at the same time."""

    def __init__(self, folder: AnyPlace) -> None:
        self._storage = open_storage(folder)
        self.folder = self._storage.root
        self.path = self.folder / ACCOUNTS_FILE_NAME

    def read(self) -> Accounts:
        """Return the accounts. Raises StateUnavailable, also if the database has been away for TRUSTED_SECONDS or longer."""
        try:
            self._storage.require_current(TRUSTED_SECONDS)
            # each change replaces the file, so the cache is never older than the file
            stat = self._storage.stat(ACCOUNTS_FILE_NAME)
            return _parse_file(self._storage, stat) if stat else Accounts()
        except FileNotFoundError:
            return Accounts()
        except DatabaseUnavailable as bad:
            raise StateUnavailable(*bad.shown) from None
        except OSError as bad:
            raise StateUnavailable(f"{self.path} cannot be read ({bad.strerror}), so no one can sign in.") from None
        except ValidationError:
            raise StateUnavailable(
                f"{self.path} is damaged, so no one can sign in. Restore it, or delete it to start with no accounts."
            ) from None

    def update(self, change: Callable[[Accounts], tuple[Accounts, T]]) -> T:
        """Change and store the accounts under a lock. `change` returns (new accounts, result); return the result.

        A missing state folder or key is created. Raises StateUnavailable, LockTimeout, and what `change` raises.
        """
        try:
            self._storage.create()
            with self._storage.transaction() as transaction:
                before = self.read()
                keyed = before if before.key else replace(before, key=secrets.token_hex(32))
                after, result = change(keyed)
                if after != before:
                    old = transaction.read(ACCOUNTS_FILE_NAME, MAX_ACCOUNTS_BYTES)
                    transaction.stage([(ACCOUNTS_FILE_NAME, old, _JSON.dump_json(after, indent=1))])
                    transaction.commit()
        except OSError as bad:
            raise _state_unavailable(self.folder, bad) from None
        return result


def _state_unavailable(folder: PurePath, error: OSError) -> StateUnavailable:
    if shown := shown_failure(error):
        return StateUnavailable(*shown)
    return StateUnavailable(
        f"Accounts cannot be stored in {folder} ({error.strerror}). TRACKER_STATE says where they belong: check it."
    )


@lru_cache(maxsize=8)
def _parse_file(storage: RecordStorage, _stat: FileStat) -> Accounts:
    raw = storage.read(ACCOUNTS_FILE_NAME, MAX_ACCOUNTS_BYTES)
    return _JSON.validate_json(raw) if raw else Accounts()


register_cache(_parse_file.cache_clear)


def accounts_file(config: Config) -> AccountsFile:
    """Return the accounts file. Raises StateUnavailable if the state folder is inside the data folder."""
    state, data = config.state, config.data
    if isinstance(state, Path) and isinstance(data, Path) and state.resolve().is_relative_to(data.resolve()):
        raise StateUnavailable(f"TRACKER_STATE ({config.state}) is inside the data folder. Set it to a folder outside.")
    return AccountsFile(config.state)


def cookie_name(public_url: str, port: int) -> str:
    """Return the name of the session cookie. Without https it has the port, because all ports of a host share cookies."""
    # browsers accept __Host- only over https and from the host itself, so no other subdomain can set it
    return "__Host-tracker" if public_url.startswith("https://") else f"tracker-{port}"


def find_person(cookies: Mapping[str, str], name: str, config: Config) -> Person | None:
    """Return the person of the session cookie `name`, READER if it is not valid, None while the accounts cannot be read."""
    if not (token := cookies.get(name)):
        return READER
    with suppress(StateUnavailable):
        return person_from_cookie(accounts_file(config).read(), token, datetime.now(UTC))
    return None


def person_from_cookies(cookies: Mapping[str, str], name: str, config: Config) -> Person:
    """Return the person of the session cookie `name`. If it is not valid or the accounts cannot be read, return READER."""
    return find_person(cookies, name, config) or READER


def sign_in_mark(cookies: Mapping[str, str], name: str, config: Config) -> str | None:
    """Return a text that differs for each sign-in, role and organisation; "" for a reader, None as in `find_person`.

    As soon as it is another one, a page that was shown to the sign-in before must go.
    """
    person = find_person(cookies, name, config)
    if person is None or person == READER:
        return None if person is None else ""
    return blake2b(f"{person} {cookies[name]}".encode(), digest_size=16).hexdigest()


def read_owner_handle(state: AnyPlace) -> str:
    """Return the handle of the person who runs the dashboard on this machine, or "" if no valid handle is stored."""
    with suppress(OSError):
        return _handle_in(open_storage(state).read(OWNER_FILE_NAME))
    return ""


def choose_owner_handle(config: Config, taken: Collection[str]) -> str:
    """Return the handle of the person who runs the dashboard on this machine. The first time, choose and store one.

    A new handle is random, belongs to no account, and is not in `taken`. Raises StateUnavailable or LockTimeout.
    """
    people, storage = accounts_file(config).read(), open_storage(config.state)
    try:
        storage.create()
        with storage.transaction() as transaction:
            before = transaction.read(OWNER_FILE_NAME)
            if not (handle := _handle_in(before or b"")):
                handle = next(new for new in iter(suggest_handle, "") if not people.find(new) and new not in taken)
                transaction.stage([(OWNER_FILE_NAME, before, f"{handle}\n".encode())])
                transaction.commit()
        return handle
    except OSError as error:
        raise _state_unavailable(storage.root, error) from None


def forget_in_accounts(config: Config, is_value: Callable[[str], bool]) -> None:
    """Take handles and mail addresses that are a value out of the accounts, as `without_values`.

    Forget such a handle of the person who runs the dashboard, too. Raises StateUnavailable or LockTimeout.
    """
    if accounts_with((file := accounts_file(config)).read(), is_value):
        taken = handles_in_data(config)
        file.update(lambda people: (without_values(people, is_value, taken), None))
    if is_value(read_owner_handle(config.state)):
        with open_storage(config.state).transaction() as transaction:
            transaction.stage([(OWNER_FILE_NAME, transaction.read(OWNER_FILE_NAME), None)])
            transaction.commit()


def handles_in_data(config: Config) -> frozenset[str]:
    """Return all handles in `recorded_by` of records, items, edits and events; none if the data cannot be read."""
    try:
        dataset = DatasetReader(config.data).read()
    except NoDataset:
        return frozenset()
    signed: list[object] = []
    for record in all_records(dataset):
        items = [record, *(item for name in RECORDED_LISTS for item in getattr(record, name, ()))]
        signed += [*items, *record.history, *(event for item in items for event in item.events)]
    return frozenset(handle for item in signed if (handle := getattr(item, "recorded_by", None)))


def _handle_in(raw: bytes) -> str:
    handle = raw.decode("utf-8", "replace").strip()
    return handle if is_handle(handle) else ""
