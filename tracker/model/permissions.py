"""Who is this, and what may they do: one pure table."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is to this dashboard."""

    READER = "reader"
    EDITOR = "editor"
    REVIEWER = "reviewer"


class Permission(StrEnum):
    """What somebody may want to do."""

    READ = "read"
    SAVE = "save"
    SEE_HEALTH = "see-health"
    SEE_PRIVATE = "see-private"
    """See private evidence and notes, and add to them."""
    DISMISS_FINDING = "settle"
    """Say with a reason that a finding of the safety check is no danger."""
    PUBLISH = "publish"
    """Make public what was private, or take it back."""
    REDACT = "redact"
    """Remove words for safety."""
    CONFIRM = "confirm"
    """Confirm or decline, as the second reader, what somebody else recorded."""


_READS = frozenset({Permission.READ})
_EDITS = _READS | {Permission.SAVE, Permission.SEE_HEALTH, Permission.SEE_PRIVATE}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READS,
    Role.EDITOR: _EDITS,
    Role.REVIEWER: _EDITS | {Permission.DISMISS_FINDING, Permission.PUBLISH, Permission.REDACT, Permission.CONFIRM},
}
"""Who may do what. It is asked where it happens, as of that moment."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the dashboard. The handle is all that is kept of a person; a reader has none."""

    role: Role = Role.READER
    handle: str = ""

    def can(self, deed: Permission) -> bool:
        """Whether the table allows it."""
        return deed in PERMISSIONS[self.role]


READER = Person()


HANDLE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")


def is_handle(text: str) -> bool:
    """Whether a handle has the right form: 2 to 31 small letters, digits and hyphens."""
    return HANDLE.fullmatch(text) is not None
