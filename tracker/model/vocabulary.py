"""The codes of the field: statuses, directions, voices, marks and kinds. Labels are data or translations, never code."""

from enum import StrEnum


class Status(StrEnum):
    """How far a recommendation has been carried out. The first two have no rank."""

    NOT_ASSESSED = "not-assessed"
    NO_INFORMATION = "not-enough-information"
    NOT_IMPLEMENTED = "not-implemented"
    PARTIALLY = "partially-implemented"
    IMPLEMENTED = "implemented"

    @property
    def rank(self) -> int | None:
        """0 to 2, or None where "further along" means nothing."""
        return {"not-implemented": 0, "partially-implemented": 1, "implemented": 2}.get(self.value)


class Direction(StrEnum):
    """Which way things move. Something half done can move backward."""

    FORWARD = "forward"
    UNCHANGED = "unchanged"
    BACKWARD = "backward"


class Voice(StrEnum):
    """Who says where a recommendation stands. Three voices, never merged."""

    CIVIL_SOCIETY = "civil-society"
    STATE = "state"
    COMMITTEE = "committee"


class Issuer(StrEnum):
    """Who asks the State for something. The two are never counted together."""

    CIVIL_SOCIETY = "civil-society"
    COMMITTEE = "committee"


class Verification(StrEnum):
    """How sure we are of a text: the document was read, a third party reports it, or it is still to be read."""

    SEEN = "seen"
    REPORTED = "reported"
    TO_CHECK = "to-check"


class TextOrigin(StrEnum):
    """Who made a wording: the author of the document, the tracker's editors, or a machine."""

    OFFICIAL = "official"
    OWN = "own"
    MACHINE = "machine"


class TagSource(StrEnum):
    """Whose tagging it is."""

    DOCUMENT = "document"
    UHRI = "uhri"
    OURS = "ours"


class UptakeResult(StrEnum):
    """What became of a civil-society recommendation in a later document of the committee that it was addressed to."""

    TAKEN_UP = "taken-up"
    PARTLY = "partly"
    NOT_ADDRESSED = "not-addressed"
    TO_CHECK = "to-check"


class EvidenceEffect(StrEnum):
    """What a piece of evidence suggests for a recommendation."""

    PROGRESS = "progress"
    SETBACK = "setback"
    CONTEXT = "context"


class Dimension(StrEnum):
    """What a piece of evidence is about: the law, what officials do, or what comes of it."""

    LAW = "law"
    PRACTICE = "practice"
    OUTCOME = "outcome"


class AuthorityRole(StrEnum):
    """The part an authority has in carrying a recommendation out."""

    LEAD = "lead"
    CONTRIBUTING = "contributing"


class EventType(StrEnum):
    """What became of something after it was recorded. Nothing recorded is deleted: it stops counting, or counts again."""

    WITHDRAWN = "withdrawn"
    RETIRED = "retired"
    RESTORED = "restored"
    CHECKED = "checked"
    CHECK_UNDONE = "unchecked"
    CONFIRMED = "confirmed"
    CONFIRMATION_UNDONE = "unconfirmed"


class DocumentKind(StrEnum):
    """What a document is in a committee's reporting cycle."""

    STATE_REPORT = "state-report"
    LIST_OF_ISSUES = "list-of-issues"
    LOIPR = "list-of-issues-prior-to-reporting"
    REPLIES = "replies"
    CONCLUDING_OBSERVATIONS = "concluding-observations"
    FOLLOW_UP_REPORT = "follow-up-report"
    RAPPORTEURS_LETTER = "rapporteurs-letter"
    ALTERNATIVE_REPORT = "alternative-report"
    GENERAL_COMMENT = "general-comment"


class EvidenceKind(StrEnum):
    """What sort of source a piece of evidence is."""

    REPORT = "report"
    NEWS = "news"
    LAW = "law"
    STUDY = "study"
    STATEMENT = "statement"
    MEETING_RECORD = "meeting-record"
    PROJECT = "project"


NOT_SELECTED = "not-selected"
"""Recorded in place of a grade where a committee did not select the paragraph for follow-up."""
