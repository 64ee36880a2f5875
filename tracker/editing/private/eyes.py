"""Who looks at the private folder, and what they may see and do there."""

from tracker.model.errors import NotAllowed
from tracker.model.permissions import Permission, Person


def is_editor(by: Person) -> bool:
    """Return whether the person `by` may read and add private entries: an editor or reviewer with a handle."""
    return by.can(Permission.SEE_PRIVATE) and bool(by.handle)


def require_editor(by: Person) -> None:
    """Raise NotAllowed unless `by` is an editor or reviewer with a handle."""
    if not is_editor(by):
        raise NotAllowed("Only an editor can add or withdraw a private note or file. Nothing was saved.")
