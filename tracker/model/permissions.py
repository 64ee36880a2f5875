"""The roles of people, and what each role may do."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The role of a person."""

    READER = "reader"
    EDITOR = "editor"
    REVIEWER = "reviewer"


class Permission(StrEnum):
    """An action that only some roles may do."""

    READ = "read"
    SAVE = "save"
    SEE_HEALTH = "see-health"
    SEE_PRIVATE = "see-private"
    """Read and add private evidence and private notes."""
    DISMISS_FINDING = "settle"
    """Dismiss a finding of the safety check (a text that may identify a person), with a reason."""
    PUBLISH = "publish"
    """Publish private evidence, or make it private again."""
    REDACT = "redact"
    """Redact: remove words that endanger someone from every stored version of the files."""
    CONFIRM = "confirm"
    """Confirm an assessment that another person recorded (second review), or contest what belongs to another organisation."""


_READER_PERMISSIONS = frozenset({Permission.READ})
_EDITOR_PERMISSIONS = _READER_PERMISSIONS | {Permission.SAVE, Permission.SEE_HEALTH, Permission.SEE_PRIVATE}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER_PERMISSIONS,
    Role.EDITOR: _EDITOR_PERMISSIONS,
    Role.REVIEWER: _EDITOR_PERMISSIONS
    | {Permission.DISMISS_FINDING, Permission.PUBLISH, Permission.REDACT, Permission.CONFIRM},
}
"""Role → its permissions. They are checked at every action, because a role may change while a page is open."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who uses the tracker. `handle` is the name in records, "" for readers. `organisation` may be "", too."""

    role: Role = Role.READER
    handle: str = ""
    organisation: str = ""

    def can(self, permission: Permission) -> bool:
        """Return whether the role of this person has `permission`."""
        return permission in PERMISSIONS[self.role]


READER = Person()
SEED_HANDLE = "seed"
"""The handle in records that were in the data folder from the start. No person has it."""
HANDLE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")


def is_handle(text: str) -> bool:
    """Return whether `text` can be a handle: 2 to 31 characters a-z, 0-9 and hyphens, no hyphen at the start."""
    return HANDLE.fullmatch(text) is not None
