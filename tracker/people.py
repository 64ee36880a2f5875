"""Who is this, and what may they do: one pure table."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tracker.problems import TrackerError


class Role(StrEnum):
    """What a person is to this dashboard."""

    READER = "reader"
    EDITOR = "editor"


class Deed(StrEnum):
    """What somebody may want to do."""

    READ = "read"
    SAVE = "save"
    SEE_HEALTH = "see-health"


MAY: dict[Role, frozenset[Deed]] = {
    Role.READER: frozenset({Deed.READ}),
    Role.EDITOR: frozenset({Deed.READ, Deed.SAVE, Deed.SEE_HEALTH}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the dashboard. The handle is all that is kept of a person; a reader has none."""

    role: Role = Role.READER
    handle: str = ""

    def may(self, deed: Deed) -> bool:
        """Whether the table allows it."""
        return deed in MAY[self.role]


READER = Person()


class NotAllowed(TrackerError):
    """The person may not do this."""


HANDLE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")


def is_handle(text: str) -> bool:
    """Whether a handle has the right form: 2 to 31 small letters, digits and hyphens."""
    return HANDLE.fullmatch(text) is not None
