"""Make the message that people read when a folder or a database cannot be read or written."""

from collections.abc import Mapping

from tracker.model.errors import Sentence, TrackerError, WriteFailed
from tracker.model.labels import N_

NOT_WRITTEN = N_("Could not write to disk ({reason}).")
NOTHING_CHANGED = N_("Nothing was changed.")
NOTHING_SAVED = N_("Nothing was saved.")
NOTHING_REMOVED = N_("Nothing was removed.")
PARTLY_REMOVED = N_("Some of it may be removed already; do it again.")
STILL_PUBLIC = N_("It is still public, or a part of it. Do it again.")


class DatabaseUnavailable(OSError):
    """A database cannot be read or written. `shown` tells users what is wrong and what to do.

    `since` is when the database could last be read, in seconds since 1970; 0 if this is not known.
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
    """Return the error to raise for a failed save. Its message says why the save failed, and then `outcome`.

    For a folder, the message begins with `in_folder`, where the reason replaces {reason}. `kind` is the class to raise.
    """
    if isinstance(error, DatabaseUnavailable):
        # which is on another machine: "disk" and "folder" would send people to the wrong place
        return kind(*error.shown, outcome)
    return kind(in_folder, {"reason": error.strerror}, outcome)


def shown_failure(error: Exception) -> Sentence | None:
    """Return the sentence for people who use the dashboard if `error` is a DatabaseUnavailable, otherwise None."""
    return error.shown if isinstance(error, DatabaseUnavailable) else None
