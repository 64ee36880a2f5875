"""The person who started the dashboard on their own machine: one handle, given once, kept in the state folder."""

import os
import secrets
from pathlib import Path

from tracker.people import Person, Role, is_handle
from tracker.problems import TrackerError

NAME = "handle"


class NoHandle(TrackerError):
    """The handle was not kept."""


def local_person(state: Path) -> Person:
    """The editor at this machine, with the handle given before; without one yet when none was given."""
    try:
        handle = (state / NAME).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        handle = ""
    return Person(Role.EDITOR, handle if is_handle(handle) else "")


def keep_handle(state: Path, handle: str) -> Person:
    """Keeps the handle and gives the editor; NoHandle says what is wrong."""
    if not is_handle(handle):
        raise NoHandle("A handle has 2 to 31 characters: small letters a-z, digits and hyphens.")
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = state / f".{NAME}.new"
        new.write_text(handle + "\n", encoding="utf-8")
        os.replace(new, state / NAME)
    except OSError as bad:
        raise NoHandle(
            f"The handle could not be kept in {state} ({bad.strerror}). Set TRACKER_STATE to a folder of yours."
        ) from None
    return Person(Role.EDITOR, handle)


def proposal() -> str:
    """A handle that tells nothing about the person."""
    return f"editor-{secrets.choice('bcdfghjkmnpqrstvwxz')}{secrets.randbelow(900) + 100}"
