"""The handle of the person who runs the dashboard on their own machine, stored in the state folder."""

from collections.abc import Callable

from tracker.config import AnyPlace
from tracker.model.permissions import is_handle
from tracker.storage.open_storage import open_storage

OWNER_FILE_NAME = "handle"


def read_owner_handle(state: AnyPlace) -> str:
    """Return the handle of the person who runs the dashboard on this machine, or "" if no valid handle is stored."""
    try:
        return _parse(open_storage(state).read(OWNER_FILE_NAME))
    except OSError:
        return ""


def choose_owner_handle(state: AnyPlace, choose: Callable[[], str]) -> str:
    """Return the handle of the person who runs the dashboard on this machine. If none is stored, store that of `choose`.

    Raises OSError if it cannot be stored, and LockTimeout.
    """
    storage = open_storage(state)
    storage.create()
    with storage.transaction() as transaction:
        before = transaction.read(OWNER_FILE_NAME)
        handle = _parse(before or b"")
        if not handle:
            handle = choose()
            transaction.stage([(OWNER_FILE_NAME, before, f"{handle}\n".encode())])
            transaction.commit()
    return handle


def _parse(raw: bytes) -> str:
    handle = raw.decode("utf-8", "replace").strip()
    return handle if is_handle(handle) else ""
