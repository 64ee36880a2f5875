"""Say why a storage cannot be read or written. Every save that fails gets its sentence here, for folders and for databases."""

from collections.abc import Mapping

from tracker.model.errors import Sentence, TrackerError, WriteFailed
from tracker.model.labels import N_

NOT_WRITTEN = N_("Could not write to disk ({reason}).")
NOTHING_CHANGED = N_("Nothing was changed.")
NOTHING_SAVED = N_("Nothing was saved.")
NOTHING_REMOVED = N_("Nothing was removed.")
PARTLY_REMOVED = N_("Some of it may be removed already; do it again.")
STILL_PUBLIC = N_("It is still public.")


class DatabaseUnavailable(OSError):
    """A database cannot be read or written. `strerror` says why, as a part of a sentence.

    `shown` tells people why, and what to do. `since` is when it could be read last, in seconds since 1970; 0: unknown.
    """

    since = 0.0

    def __init__(self, number: int, reason: str, message: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(number, reason)
        self.shown: Sentence = (message, dict(values or {}))


def failed_save(
    error: OSError,
    outcome: str = NOTHING_SAVED,
    *,
    in_folder: str = NOT_WRITTEN,
    kind: type[TrackerError] = WriteFailed,
) -> TrackerError:
    """Return the error for a failed save. `outcome` says what stays; `in_folder` is for a folder, with {reason}."""
    if isinstance(error, DatabaseUnavailable):
        # which is on another machine: "disk" and "folder" would send people to the wrong place
        return kind(*error.shown, outcome)
    return kind(in_folder, {"reason": error.strerror}, outcome)


def shown_failure(error: Exception) -> Sentence | None:
    """Return the sentence for people who use the dashboard if `error` is about a database, otherwise None."""
    return error.shown if isinstance(error, DatabaseUnavailable) else None
