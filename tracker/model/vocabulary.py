"""The codes used in files and URLs, such as statuses, voices and kinds of documents. Their labels are in `labels`."""

from enum import StrEnum


class Status(StrEnum):
    """How far a recommendation has been implemented.

    No assessment has the statuses NOT_ASSESSED and DIFFER: they follow from the assessments of all organisations.
    """

    NOT_ASSESSED = "not-assessed"
    NO_INFORMATION = "not-enough-information"
    DIFFER = "assessments-differ"
    NOT_IMPLEMENTED = "not-implemented"
    PARTIALLY = "partially-implemented"
    IMPLEMENTED = "implemented"

    @property
    def rank(self) -> int | None:
        """Return 0 (not implemented) to 2 (implemented), or None if the status says nothing about implementation."""
        return {"not-implemented": 0, "partially-implemented": 1, "implemented": 2}.get(self.value)


class Direction(StrEnum):
    """Which way the situation is moving, independently of the status."""

    FORWARD = "forward"
    UNCHANGED = "unchanged"
    BACKWARD = "backward"


class Voice(StrEnum):
    """Who makes an assessment. The three voices are shown side by side, never merged.

    `civil-society` stands for every organisation that is neither the State nor a committee, and for the tracker's
    editors. Which organisation it is, stands in the assessment.
    """

    CIVIL_SOCIETY = "civil-society"
    STATE = "state"
    COMMITTEE = "committee"


class OrganisationKind(StrEnum):
    """The kind of an organisation that assesses recommendations."""

    CIVIL_SOCIETY = "civil-society"
    NATIONAL_INSTITUTION = "national-institution"
    ACADEMIC = "academic"
    EDITORS = "editors"


class Issuer(StrEnum):
    """Who issued a recommendation. Recommendations of the two issuers are never counted together."""

    CIVIL_SOCIETY = "civil-society"
    COMMITTEE = "committee"


class Verification(StrEnum):
    """How a text was checked: read in the document, reported by a third party, or not yet checked."""

    SEEN = "seen"
    REPORTED = "reported"
    TO_CHECK = "to-check"


class TextOrigin(StrEnum):
    """Who worded a text: the document, its official translation, the tracker's editors, or a machine translation."""

    OFFICIAL = "official"
    OFFICIAL_TRANSLATION = "official-translation"
    OWN = "own"
    OWN_TRANSLATION = "own-translation"
    MACHINE = "machine"


QUOTED_ORIGINS = (TextOrigin.OFFICIAL, TextOrigin.OFFICIAL_TRANSLATION)
"""The origins of a wording that was published with the document."""


class TagSource(StrEnum):
    """Who assigned a set of tags."""

    DOCUMENT = "document"
    UHRI = "uhri"
    OURS = "ours"


class DemandExtent(StrEnum):
    """How far two recommendations ask for the same thing."""

    WHOLE = "whole"
    PART = "part"


class UptakeResult(StrEnum):
    """Whether a committee's later recommendation takes up a recommendation that civil society addressed to it."""

    TAKEN_UP = "taken-up"
    PARTLY = "partly"
    NOT_ADDRESSED = "not-addressed"
    TO_CHECK = "to-check"


class EvidenceEffect(StrEnum):
    """What an item of evidence suggests about the implementation of a recommendation."""

    PROGRESS = "progress"
    SETBACK = "setback"
    CONTEXT = "context"


class EvidenceDimension(StrEnum):
    """What an item of evidence is about: the law, what officials do, or the outcome for people."""

    LAW = "law"
    PRACTICE = "practice"
    OUTCOME = "outcome"


class AuthorityRole(StrEnum):
    """The role of an authority in implementing a recommendation."""

    LEAD = "lead"
    CONTRIBUTING = "contributing"


class EventType(StrEnum):
    """What can happen to an item after it was recorded.

    Items are not deleted. Instead, an event records that the item no longer counts, or that it counts again.
    """

    WITHDRAWN = "withdrawn"
    RETIRED = "retired"
    RESTORED = "restored"
    CHECKED = "checked"
    CHECK_UNDONE = "unchecked"
    CONFIRMED = "confirmed"
    CONFIRMATION_UNDONE = "unconfirmed"
    CONTESTED = "contested"
    """A reviewer of another organisation disagrees with an assessment. It counts as before."""
    CONTEST_UNDONE = "uncontested"


class DocumentKind(StrEnum):
    """The kind of a document in a committee's reporting cycle."""

    STATE_REPORT = "state-report"
    LIST_OF_ISSUES = "list-of-issues"
    LOIPR = "list-of-issues-prior-to-reporting"
    REPLIES = "replies"
    CONCLUDING_OBSERVATIONS = "concluding-observations"
    FOLLOW_UP_REPORT = "follow-up-report"
    RAPPORTEURS_LETTER = "rapporteurs-letter"
    ALTERNATIVE_REPORT = "alternative-report"
    GENERAL_COMMENT = "general-comment"


class DeadlineKind(StrEnum):
    """What is to happen by a date that stands in a document, or that the editors of the tracker set themselves."""

    REPLY = "reply"
    NEXT_REPORT = "next-report"
    LIST_OF_ISSUES = "list-of-issues"
    SESSION = "session"
    ALTERNATIVE_REPORTS = "alternative-reports"
    SUBMISSION = "submission"


class DateSetBy(StrEnum):
    """Whose date a deadline is. COMPUTED: we worked it out from a period, such as "within two years"."""

    COMMITTEE = "committee"
    OURS = "ours"
    COMPUTED = "computed"


class DeadlineState(StrEnum):
    """Where a deadline stands on a day. PASSED: its date is over, and nobody is late, as after a session."""

    NEXT = "next"
    OVERDUE = "overdue"
    DONE = "done"
    PASSED = "passed"


class EvidenceKind(StrEnum):
    """The kind of source of an item of evidence."""

    REPORT = "report"
    NEWS = "news"
    LAW = "law"
    STUDY = "study"
    STATEMENT = "statement"
    MEETING_RECORD = "meeting-record"
    PROJECT = "project"
    MONITORING = "monitoring"


class ActivityKind(StrEnum):
    """The kinds of activity in the activity log."""

    ASSESSMENT = "assessment"
    EVIDENCE = "evidence"
    WITHDRAWAL = "withdrawal"
    CHECK = "check"
    READING = "second-reading"
    CONTEST = "contest"
    EDIT = "edit"
    RECOMMENDATION = "recommendation"
    LINK = "connection"
    DOCUMENT = "document"
    FILE = "file"


class Since(StrEnum):
    """Times before the present day, from which on changes are listed."""

    WEEK = "week"
    MONTH = "month"


class SortOrder(StrEnum):
    """The orders of the list of recommendations."""

    DOCUMENT = "order"
    CHANGED = "changed"
    STATUS = "status"
    NEWEST = "newest"
    TITLE = "title"


class YesNo(StrEnum):
    """The values of a filter by a yes-no question."""

    YES = "yes"
    NO = "no"


COMPUTED_STATUSES = frozenset({Status.NOT_ASSESSED, Status.DIFFER})
"""The statuses that no assessment can have."""


class AssessedBy(StrEnum):
    """Who assessed a recommendation or claimed something about it.

    CIVIL_SOCIETY is the voice of this name: an organisation of any kind, or the tracker's editors. NOBODY: neither they
    nor the State.
    """

    CIVIL_SOCIETY = "civil-society"
    STATE = "state"
    NOBODY = "nobody"


SEPARATOR = "; "
"""What stands between several values in one cell of a table."""
NOT_SELECTED = "not-selected"
"""The code that is recorded instead of a grade. It means: the committee did not select the paragraph for follow-up."""
