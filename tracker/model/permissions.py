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
    """Dismiss a finding of the safety check, with a reason."""
    PUBLISH = "publish"
    """Publish private evidence, or make it private again."""
    REDACT = "redact"
    """Remove words that endanger someone from every stored version."""
    CONFIRM = "confirm"
    """Confirm or decline, as the second reader, what someone else recorded."""


_READER_PERMISSIONS = frozenset({Permission.READ})
_EDITOR_PERMISSIONS = _READER_PERMISSIONS | {Permission.SAVE, Permission.SEE_HEALTH, Permission.SEE_PRIVATE}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER_PERMISSIONS,
    Role.EDITOR: _EDITOR_PERMISSIONS,
    Role.REVIEWER: _EDITOR_PERMISSIONS
    | {Permission.DISMISS_FINDING, Permission.PUBLISH, Permission.REDACT, Permission.CONFIRM},
}
"""What each role may do. It is checked when the action is done: the role may have changed since the page was opened."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who uses the tracker. Records name a person only by the handle. The handle of a reader is empty."""

    role: Role = Role.READER
    handle: str = ""

    def can(self, permission: Permission) -> bool:
        """Return whether the person's role has a permission."""
        return permission in PERMISSIONS[self.role]


READER = Person()

HANDLE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")


def is_handle(text: str) -> bool:
    """Return whether a text can be a handle: 2 to 31 lower-case letters a-z, digits and hyphens; no hyphen at the start."""
    return HANDLE.fullmatch(text) is not None
