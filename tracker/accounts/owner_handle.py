"""The handle of the person who runs the dashboard on their own machine, stored in the state folder."""

from pathlib import Path

from tracker.model.permissions import is_handle
from tracker.storage.atomic_write import replace_all

OWNER_FILE_NAME = "handle"


def read_owner_handle(state: Path) -> str:
    """Return the handle of the person who runs the dashboard on this machine, or "" if no valid handle is stored."""
    try:
        handle = (state / OWNER_FILE_NAME).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return handle if is_handle(handle) else ""


def store_owner_handle(state: Path, handle: str) -> None:
    """Store the handle of the person who runs the dashboard on this machine. The folder `state` must exist.

    Raises OSError if the file cannot be written.
    """
    path = state / OWNER_FILE_NAME
    path.touch(mode=0o600)
    replace_all([(path, path.read_bytes(), f"{handle}\n".encode())])
