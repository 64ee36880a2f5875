"""The codes used in files and URLs, such as statuses, voices and kinds of documents, each with its label.

Labels of statuses, themes and groups are not here: they are in tracker.yaml.
"""

from enum import StrEnum
from typing import Self

from tracker.model.labels import N_


class Code(StrEnum):
    """A code in files and URLs, with its label in English. Pages translate the label."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Create the member with this code and label."""
        member = str.__new__(cls, code)
        member._value_, member.label = code, label
        return member


class Status(StrEnum):
    """How far a recommendation has been implemented.

    NOT_ASSESSED and DIFFER are never the status of one assessment. They are computed from all assessments.
    """

    NOT_ASSESSED = "not-assessed"
    NO_INFORMATION = "not-enough-information"
    DIFFER = "assessments-differ"
    NOT_IMPLEMENTED = "not-implemented"
    PARTIALLY = "partially-implemented"
    IMPLEMENTED = "implemented"

    @property
    def rank(self) -> int | None:
        """Return 0 (not implemented), 1 (partially) or 2 (implemented), or None for every other status."""
        return {"not-implemented": 0, "partially-implemented": 1, "implemented": 2}.get(self.value)


class Direction(Code):
    """Which way the situation is moving, independently of the status."""

    FORWARD = "forward", N_("getting better")
    UNCHANGED = "unchanged", N_("unchanged")
    BACKWARD = "backward", N_("getting worse")


class Voice(Code):
    """Who makes an assessment. The three voices are shown side by side, never merged.

    CIVIL_SOCIETY is every organisation that is neither the State nor a committee, and the tracker's editors. The
    assessment names the organisation.
    """

    CIVIL_SOCIETY = "civil-society", N_("An organisation")
    STATE = "state", N_("The State")
    COMMITTEE = "committee", N_("The committee")


class OrganisationKind(Code):
    """The kind of an organisation that assesses recommendations."""

    CIVIL_SOCIETY = "civil-society", N_("civil-society organisation")
    NATIONAL_INSTITUTION = "national-institution", N_("national institution")
    ACADEMIC = "academic", N_("academic institution")
    EDITORS = "editors", N_("the tracker's editors")


class Issuer(Code):
    """Who issued a recommendation. Recommendations of the two issuers are never counted together."""

    CIVIL_SOCIETY = "civil-society", N_("Civil society")
    COMMITTEE = "committee", N_("Committees")


class Verification(Code):
    """How a text was checked: read in the document, reported by a third party, or not yet checked."""

    SEEN = "seen", N_("source read")
    REPORTED = "reported", N_("reported by others")
    TO_CHECK = "to-check", N_("not checked yet")


VERIFICATION_MEANINGS: dict[str, str] = {
    Verification.SEEN: N_("The document itself, or its official page, was read."),
    Verification.REPORTED: N_("A named third party reports it; we have not read the document itself."),
    Verification.TO_CHECK: N_("Nobody has confirmed yet that it stands in the source as it is here, or where."),
}


class TextOrigin(Code):
    """Who worded a text: the document, its official translation, the tracker's editors, or a machine translation."""

    OFFICIAL = "official", N_("official wording")
    OFFICIAL_TRANSLATION = "official-translation", N_("official translation")
    OWN = "own", N_("our wording")
    OWN_TRANSLATION = "own-translation", N_("our own translation")
    MACHINE = "machine", N_("machine translation")


QUOTED_ORIGINS = (TextOrigin.OFFICIAL, TextOrigin.OFFICIAL_TRANSLATION)
"""The origins of a wording that was published with the document."""


class TagSource(Code):
    """Who assigned a set of tags."""

    DOCUMENT = "document", N_("tagged by the document")
    UHRI = "uhri", N_("tagged by UHRI")
    OURS = "ours", N_("our tagging")


class DemandExtent(Code):
    """How far two recommendations ask for the same thing."""

    WHOLE = "whole", N_("in whole")
    PART = "part", N_("in part")


class UptakeResult(Code):
    """Whether a committee's later recommendation takes up a recommendation that civil society addressed to it."""

    TAKEN_UP = "taken-up", N_("taken up")
    PARTLY = "partly", N_("partly taken up")
    NOT_ADDRESSED = "not-addressed", N_("not taken up")
    TO_CHECK = "to-check", N_("not checked yet")


class EvidenceEffect(Code):
    """What an item of evidence suggests about the implementation of a recommendation."""

    PROGRESS = "progress", N_("progress")
    SETBACK = "setback", N_("setback")
    CONTEXT = "context", N_("context")


class EvidenceDimension(Code):
    """What an item of evidence is about: the law, what officials do, or the outcome for people."""

    LAW = "law", N_("law")
    PRACTICE = "practice", N_("practice")
    OUTCOME = "outcome", N_("outcome")


class AuthorityRole(Code):
    """The role of an authority in implementing a recommendation."""

    LEAD = "lead", N_("lead")
    CONTRIBUTING = "contributing", N_("contributing")


class EventType(Code):
    """What can happen to an item after it was recorded.

    Items are not deleted. Instead, an event records that the item no longer counts, or that it counts again.
    """

    WITHDRAWN = "withdrawn", N_("withdrawn")
    RETIRED = "retired", N_("archived")
    RESTORED = "restored", N_("restored")
    CHECKED = "checked", N_("reviewed: no change")
    CHECK_UNDONE = "unchecked", N_("check withdrawn")
    CONFIRMED = "confirmed", N_("confirmed in a second review")
    CONFIRMATION_UNDONE = "unconfirmed", N_("confirmation withdrawn")
    CONTESTED = "contested", N_("contested")
    """A reviewer of another organisation disagrees with an assessment or a record, which still counts."""
    CONTEST_UNDONE = "uncontested", N_("objection withdrawn")


class DocumentKind(Code):
    """The kind of a document in a committee's reporting cycle."""

    STATE_REPORT = "state-report", N_("State report")
    LIST_OF_ISSUES = "list-of-issues", N_("List of issues")
    LOIPR = "list-of-issues-prior-to-reporting", N_("List of issues prior to reporting")
    REPLIES = "replies", N_("Replies to the list of issues")
    CONCLUDING_OBSERVATIONS = "concluding-observations", N_("Concluding observations")
    FOLLOW_UP_REPORT = "follow-up-report", N_("Follow-up report")
    FOLLOW_UP_ASSESSMENT = "follow-up-assessment", N_("Committee's report on follow-up")
    """The committee's own report on follow-up, with its grades. FOLLOW_UP_REPORT is the State's reply."""
    RAPPORTEURS_LETTER = "rapporteurs-letter", N_("Rapporteur's letter")
    ALTERNATIVE_REPORT = "alternative-report", N_("Alternative report")
    FOLLOW_UP_SUBMISSION = "follow-up-submission", N_("Follow-up submission")
    ISSUES_SUBMISSION = "list-of-issues-submission", N_("Submission for the list of issues")
    LOIPR_SUBMISSION = (
        "list-of-issues-prior-to-reporting-submission",
        N_("Submission for the list of issues prior to reporting"),
    )
    UPR_SUBMISSION = "upr-submission", N_("Submission for the Universal Periodic Review")
    GENERAL_COMMENT = "general-comment", N_("General comment")

    @property
    def is_civil_societys(self) -> bool:
        """Return whether civil society writes documents of this kind."""
        return self is DocumentKind.ALTERNATIVE_REPORT or self.endswith("-submission")


OF_THE_STATE = frozenset({DocumentKind.STATE_REPORT, DocumentKind.REPLIES, DocumentKind.FOLLOW_UP_REPORT})
"""The kinds of documents that the State writes: only these have its words, all others cite them."""
WITH_GRADES = frozenset(
    {DocumentKind.FOLLOW_UP_ASSESSMENT, DocumentKind.RAPPORTEURS_LETTER, DocumentKind.CONCLUDING_OBSERVATIONS}
)
"""The kinds of documents in which a committee says how far its earlier recommendations are implemented."""


class GatheringOutcome(Code):
    """How it went when the package of a tracker was last gathered."""

    FRESH = "fresh", N_("new since the time before")
    UNCHANGED = "unchanged", N_("unchanged")
    UNREACHABLE = "unreachable", N_("could not be reached")
    REFUSED = "refused", N_("refused")


class GatheringFault(Code):
    """Why the package of a tracker was not gathered. What exactly is wrong follows it, in English."""

    NOT_WHOLE = "not-whole", N_("The package is not whole")
    TOO_LARGE = "too-large", N_("It is larger than what is taken")
    MISSING_FILE = "missing-file", N_("It lacks a file; perhaps an earlier version of the program made it")
    OTHER_SCHEMA = "other-schema", N_("Its data have another version of the schema")
    WRONG_DATA = "wrong-data", N_("Its data are not of the known schema")
    OTHER_STATE = "other-state", N_("It is about another State than agreed")
    CLASHING_ID = "clashing-id", N_("An id in it could be that of another tracker")
    PRIVATE_ENTRY = "private-entry", N_("It has a private entry")
    CODE = "code", N_("A text in it is code, not words")
    MOVED = "moved", N_("The server sends to another address than the agreed one")
    NO_ANSWER = "no-answer", N_("The package cannot be had")
    TOO_SLOW = "too-slow", N_("The download takes too long")


class MechanismKind(Code):
    """The kind of a mechanism that makes recommendations to States."""

    TREATY_BODY = "treaty-body", N_("UN treaty body")
    UPR = "upr", N_("Universal Periodic Review")
    SPECIAL_PROCEDURE = "special-procedure", N_("UN special procedures")
    REGIONAL = "regional", N_("Regional mechanism")


class StateResponse(Code):
    """What the State said about a recommendation of the Universal Periodic Review. We do not assess it."""

    SUPPORTED = "supported", N_("supported")
    IN_PROGRESS = "supported-in-progress", N_("supported; the State says: being implemented")
    IMPLEMENTED = "supported-implemented", N_("supported; the State says: already implemented")
    PARTLY = "partly-supported", N_("supported in part")
    TO_BE_EXAMINED = "to-be-examined", N_("to be examined by the State")
    NOTED = "noted", N_("noted")
    NOT_SUPPORTED = "not-supported", N_("not supported")


class DeadlineKind(Code):
    """What is to happen by the date of a deadline."""

    REPLY = "reply", N_("State's reply due")
    NEXT_REPORT = "next-report", N_("next State report due")
    LIST_OF_ISSUES = "list-of-issues", N_("list of issues expected")
    SESSION = "session", N_("session of the committee")
    ALTERNATIVE_REPORTS = "alternative-reports", N_("deadline for alternative reports")
    SUBMISSION = "submission", N_("our own submission")


class DateSetBy(Code):
    """Who set the date of a deadline. COMPUTED: we calculated it from a period, such as "within two years"."""

    COMMITTEE = "committee", N_("set by the committee")
    OURS = "ours", N_("set by us")
    COMPUTED = "computed", N_("calculated by us")


class DeadlineState(Code):
    """The state of a deadline on a day. PASSED: the date is over, but nobody is late, as after a session."""

    NEXT = "next", N_("to come")
    OVERDUE = "overdue", N_("overdue")
    DONE = "done", N_("done")
    PASSED = "passed", N_("passed")


class SubmissionStage(Code):
    """The kinds of submissions to a committee, by the stage of its procedure. BRIEF: two pages for a meeting."""

    LIST_OF_ISSUES = "list-of-issues", N_("Submission for the list of issues")
    LIST_OF_ISSUES_PRIOR = (
        "list-of-issues-prior-to-reporting",
        N_("Submission for the list of issues prior to reporting"),
    )
    ALTERNATIVE_REPORT = "alternative-report", N_("Alternative report")
    FOLLOW_UP = "follow-up", N_("Follow-up submission")
    UPR = "upr", N_("Submission for the Universal Periodic Review")
    BRIEF = "brief", N_("Brief for a meeting")

    @property
    def document_kind(self) -> DocumentKind:
        """Return the kind of the document that records such a submission. Raises ValueError for a brief."""
        return DocumentKind(self if self is SubmissionStage.ALTERNATIVE_REPORT else f"{self}-submission")


class EvidenceKind(Code):
    """The kind of source of an item of evidence."""

    REPORT = "report", N_("report")
    NEWS = "news", N_("news")
    LAW = "law", N_("text of a law")
    STUDY = "study", N_("study")
    STATEMENT = "statement", N_("statement")
    MEETING_RECORD = "meeting-record", N_("meeting record")
    PROJECT = "project", N_("project report")
    MONITORING = "monitoring", N_("own monitoring")


class ActivityKind(Code):
    """The kinds of activity in the activity log."""

    ASSESSMENT = "assessment", N_("Assessment")
    EVIDENCE = "evidence", N_("Evidence")
    WITHDRAWAL = "withdrawal", N_("Withdrawn or restored")
    CHECK = "check", N_("Review: no change")
    READING = "second-reading", N_("Second review")
    CONTEST = "contest", N_("Objection")
    EDIT = "edit", N_("Edit")
    RECOMMENDATION = "recommendation", N_("New recommendation")
    LINK = "connection", N_("Taken up or same demand")
    DOCUMENT = "document", N_("New document")
    FILE = "file", N_("New file")


class Since(Code):
    """The periods, up to today, for which changes can be listed."""

    WEEK = "week", N_("the last seven days")
    MONTH = "month", N_("the last thirty days")


class SortOrder(Code):
    """The orders of the list of recommendations."""

    DOCUMENT = "order", N_("In the order of the documents")
    CHANGED = "changed", N_("Last changed first")
    STATUS = "status", N_("Least implemented first")
    NEWEST = "newest", N_("Newest document first")
    TITLE = "title", N_("By title")


class YesNo(Code):
    """The values of a filter by a yes-no question."""

    YES = "yes", N_("Yes")
    NO = "no", N_("No")


COMPUTED_STATUSES = frozenset({Status.NOT_ASSESSED, Status.DIFFER})
"""The statuses that no assessment can have."""


class AssessedBy(Code):
    """Who has assessed a recommendation, as a filter of the list. NOBODY: none of the others."""

    CIVIL_SOCIETY = "civil-society", N_("An organisation or the tracker's editors")
    STATE = "state", N_("The State (its own claims)")
    COMMITTEE = "committee", N_("A committee (its grades)")
    NOBODY = "nobody", N_("Nothing recorded here: no assessment, no grade, no claim of the State")


SEPARATOR = "; "
"""The text between two values in one cell of a table."""
NOT_SELECTED = "not-selected"
"""The value of `grade` that means: the committee did not select the paragraph for follow-up."""
