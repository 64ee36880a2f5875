"""The errors that this package raises, in one tree.

    TrackerError                a request that cannot be met; the text is a sentence for the person who asked
      NoDataset                 the data folder is missing or unreadable
      NotAllowed                the person lacks the permission
      Conflict                  the record changed after it was opened
      ValidationFailed          the change breaks rules of the data
      SafetyFindings            the text may identify a person, and nobody has confirmed that it may be published
      WriteFailed               the files could not be written to disk
      LockTimeout               another save holds the lock
      NoteChanged               a private note changed after it was opened
      DismissalFailed           a safety finding could not be dismissed
      RedactionRefused          the words cannot be removed
      StateUnavailable          the state folder cannot be read or written
      InviteRejected            a sign-in link does not work
      InvalidInvite             an invitation cannot be made as asked
    InvalidFile                 a file that is not one plain YAML document; it becomes a Problem of its file

An error means that nothing was changed, unless its docstring says otherwise.
"""

from enum import StrEnum

from tracker.model.dataset import Record
from tracker.model.labels import N_
from tracker.model.problems import RuleViolation
from tracker.model.safety_config import SafetyFinding


class TrackerError(Exception):
    """A request that cannot be met. The text is a sentence for the person who asked."""


class NoDataset(TrackerError):
    """The data folder is missing or cannot be read."""


class NotAllowed(TrackerError):
    """The person does not have the permission."""


class Conflict(TrackerError):
    """The record changed after `mine` was opened; `current` is what the file says now, None if it is gone or invalid."""

    def __init__(self, mine: Record, current: Record | None) -> None:
        super().__init__(f"{mine.id} changed after you opened it. Nothing was saved, and nothing was overwritten.")
        self.mine, self.current = mine, current


class ValidationFailed(TrackerError):
    """The change breaks rules of the data; `violations` says which rules, and where."""

    def __init__(self, violations: tuple[RuleViolation, ...]) -> None:
        super().__init__("Nothing was saved: " + "; ".join(violation.message for violation in violations))
        self.violations = violations


class SafetyFindings(TrackerError):
    """Passages may identify a person. Nothing was saved; a reviewer can dismiss `findings` with a reason."""

    def __init__(self, findings: tuple[SafetyFinding, ...]) -> None:
        super().__init__("Nothing was saved: some passages could identify someone. Reword them.")
        self.findings = findings


class WriteFailed(TrackerError):
    """The files could not be written to disk."""


class LockTimeout(TrackerError):
    """Another save is still in progress."""


class NoteChanged(TrackerError):
    """A private note changed after it was opened."""


class DismissalFailed(TrackerError):
    """A safety finding could not be dismissed."""


class RedactionRefused(TrackerError):
    """The words cannot be removed. The text says where they are, without repeating them, and what to do instead."""


class StateUnavailable(TrackerError):
    """The state folder, which holds accounts and keys, cannot be read or written."""


class RejectReason(StrEnum):
    """Why a sign-in link does not work."""

    UNKNOWN = "unknown"
    USED = "used"
    OLD = "old"
    REVOKED = "revoked"


REJECT_MESSAGES = {
    RejectReason.UNKNOWN: N_("This link is not known here. It may have been cut off, or a newer one took its place."),
    RejectReason.USED: N_("This link was used already. Each link works once."),
    RejectReason.OLD: N_("This link is too old."),
    RejectReason.REVOKED: N_("This link was taken back."),
}


class InviteRejected(TrackerError):
    """A sign-in link does not work; `why` is the reason as a code, which pages translate."""

    def __init__(self, why: RejectReason) -> None:
        super().__init__(REJECT_MESSAGES[why])
        self.why = why


class InvalidInvite(TrackerError):
    """An invitation cannot be made as asked; the text says what to do instead."""


class InvalidFile(Exception):
    """A file that is not one plain YAML document. `line` counts from 1; `message` says what is wrong."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message
