"""Problems in files and broken rules, which functions return, and the errors that functions raise.

A TrackerError says that a request cannot be carried out. Its text is a sentence for the user. A function that raises it
has changed nothing, unless the docstring of the function or of the error says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

from tracker.model.labels import N_
from tracker.model.vocabulary import Code

if TYPE_CHECKING:
    from tracker.model.dataset import Record
    from tracker.model.safety_config import SafetyFinding

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem in a file. `line` counts from 1. `message` says what is wrong and what to write instead."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class RuleViolation:
    """A broken rule. In `field_path`, ids of documents and committees stand in place of positions in their list."""

    path: PurePath
    field_path: FieldPath
    message: str


class Said(str):
    """A sentence in English whose parts pages translate and name: `message` with placeholders, and their `values`."""

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, **values: object) -> Self:
        """Return the sentence with its values."""
        said = super().__new__(cls, message.format(**values))
        said.message, said.values = message, values
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str]]:
        """Return what makes a copy: the finished sentence. The attributes are copied after it."""
        return ("{said}",), {"said": str(self)}


Sentence = tuple[str, Mapping[str, object]]
"""A sentence in English, which pages translate, and the values of its placeholders."""
FOLDER_UNREADABLE = N_("The data folder cannot be read now.")
OUTCOME_UNKNOWN = N_(
    "The database went away in the middle of the save, so it is not known yet whether it was saved. "
    "Look again when the database is back; what you typed is still here."
)
STILL_SAVING = N_("Another save is still in progress. Nothing was saved; try again in a minute.")


class TrackerError(Exception):
    """A request cannot be carried out. The text is a sentence for the user.

    `message` is in English, and pages translate it. `outcome` is a sentence that says what was not done, or "".
    """

    def __init__(self, message: str = "", values: Mapping[str, object] | None = None, outcome: str = "") -> None:
        self.message, self.values, self.outcome = message, dict(values or {}), outcome
        text = message.format(**self.values) if values is not None else message
        super().__init__(f"{text} {outcome}" if outcome else text)


class NoDataset(TrackerError):
    """The data cannot be read. `shown` is a sentence for readers, which does not name the folder or database."""

    def __init__(self, message: str, shown: Sentence | None = None) -> None:
        super().__init__(message)
        self.shown = shown or (FOLDER_UNREADABLE, {})
        self.is_in_database = shown is not None


class RefusedDate(Code):
    """Why a past state cannot be shown. The label is the sentence for the reader."""

    UNREADABLE = "unreadable", N_("This date cannot be read: {value}. Write it as 2026-11-25.")
    FUTURE = "future", N_("This date is in the future: {value}. Choose today or an earlier day.")
    BEFORE_FIRST = "before-first", N_("Nothing was recorded here before {first}.")
    NEVER_RECORDED = "never-recorded", N_("Nothing here has a recorded time, so no earlier version can be shown.")


class PastDateRefused(TrackerError):
    """An address asks for a past state that cannot be shown.

    `parameter` is the URL parameter: `as_of` or `recorded`. `value` is the requested day, or the text in the address
    if this is no date. `first` is the first day on which something was recorded, only if `why` is BEFORE_FIRST.
    """

    def __init__(self, parameter: str, why: RefusedDate, value: str, *, first: date | None = None) -> None:
        super().__init__(why.label.format(value=value, first=first))
        self.parameter, self.why, self.value, self.first = parameter, why, value, first


class NotAllowed(TrackerError):
    """The person does not have the permission for the request."""


class SignedByOthers(NotAllowed):
    """What belongs to another organisation may not be changed by this person. `values` are ids of organisations."""

    def __init__(self, message: str, values: Mapping[str, object]) -> None:
        super().__init__(message, values, N_("Nothing was saved."))


class NobodyChosen(TrackerError):
    """A private entry is to be shared with chosen organisations, and none is chosen."""

    def __init__(self) -> None:
        super().__init__(
            N_("“Chosen organisations”: none is chosen. Choose one, or that only yours can read it."),
            {},
            N_("Nothing was saved."),
        )


class Conflict(TrackerError):
    """The record changed after it was opened. `current` is the record now, or None if it is gone, invalid or not for the user."""

    def __init__(self, mine: "Record", current: "Record | None") -> None:
        super().__init__(f"{mine.id} changed after you opened it. Nothing was saved, and nothing was overwritten.")
        self.mine, self.current = mine, current


class ValidationFailed(TrackerError):
    """The change breaks rules of the data. `violations` are the broken rules."""

    def __init__(self, violations: tuple[RuleViolation, ...]) -> None:
        super().__init__("Nothing was saved: " + "; ".join(violation.message for violation in violations))
        self.violations = violations


class SafetyFindings(TrackerError):
    """Some passages may identify a person. A reviewer can dismiss a harmless finding, with a reason."""

    def __init__(self, findings: "tuple[SafetyFinding, ...]") -> None:
        super().__init__("Nothing was saved: some passages could identify someone. Reword them.")
        self.findings = findings


class WriteFailed(TrackerError):
    """The changes could not be written to the data folder or database."""


class OutcomeUnknown(WriteFailed):
    """It is not known whether the changes were saved, because the database was lost during the commit."""

    def __init__(self) -> None:
        super().__init__(OUTCOME_UNKNOWN)


class LockTimeout(TrackerError):
    """Another save is still in progress, and did not end in time."""


class NoteChanged(TrackerError):
    """A private note changed after it was opened."""


class DismissalFailed(TrackerError):
    """A safety finding (a passage that may identify a person) could not be dismissed."""


class RedactionRefused(TrackerError):
    """The words or the file cannot be redacted, and nothing is removed. The text says why, without the words."""


class UnusableFile(TrackerError):
    """An uploaded file cannot be read or kept. The text says what was found and what to do."""


class ImportRefused(TrackerError):
    """An imported file or row belongs to another State, committee or document. Nothing is saved."""


class StateUnavailable(TrackerError):
    """The storage of accounts and keys cannot be used. The text says why."""


class RejectReason(Code):
    """Why a sign-in link does not work. The label is the sentence for the person."""

    UNKNOWN = "unknown", N_("This link is not known. It may have been cut off, or replaced by a newer one.")
    USED = "used", N_("This link was used already. Each link works once.")
    OLD = "old", N_("This link is too old.")
    REVOKED = "revoked", N_("This link was cancelled.")


class InviteRejected(TrackerError):
    """A sign-in link does not work. `why` is the reason, as a code. Pages show a translated sentence for this code."""

    def __init__(self, why: RejectReason) -> None:
        super().__init__(why.label)
        self.why = why


class InvalidInvite(TrackerError):
    """An invitation or a revocation is not possible as requested. The text says what to do instead."""


class InvalidFile(Exception):
    """A file is not valid YAML, or is YAML that the tracker does not accept. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message
