"""Labels of the codes in `vocabulary`. Labels of statuses, themes and groups are not here: they are in tracker.yaml."""

from tracker.model.vocabulary import (
    ActivityKind,
    AssessedBy,
    AuthorityRole,
    DateSetBy,
    DeadlineKind,
    DeadlineState,
    DemandExtent,
    Direction,
    DocumentKind,
    EventType,
    EvidenceDimension,
    EvidenceEffect,
    EvidenceKind,
    Issuer,
    OrganisationKind,
    Since,
    SortOrder,
    TagSource,
    TextOrigin,
    UptakeResult,
    Verification,
    Voice,
    YesNo,
)


def N_(message: str) -> str:
    """Return `message` unchanged. A call of N_ marks the message as a text to translate.

    The pages that show it translate it.
    """
    return message


LABELS: dict[type, dict[str, str]] = {
    Direction: {
        Direction.FORWARD: N_("getting better"),
        Direction.UNCHANGED: N_("unchanged"),
        Direction.BACKWARD: N_("getting worse"),
    },
    Voice: {
        Voice.CIVIL_SOCIETY: N_("An organisation"),
        Voice.STATE: N_("The State"),
        Voice.COMMITTEE: N_("The committee"),
    },
    OrganisationKind: {
        OrganisationKind.CIVIL_SOCIETY: N_("civil-society organisation"),
        OrganisationKind.NATIONAL_INSTITUTION: N_("national institution"),
        OrganisationKind.ACADEMIC: N_("academic institution"),
        OrganisationKind.EDITORS: N_("the tracker's editors"),
    },
    Issuer: {
        Issuer.CIVIL_SOCIETY: N_("Civil society"),
        Issuer.COMMITTEE: N_("Committees"),
    },
    Verification: {
        Verification.SEEN: N_("source read"),
        Verification.REPORTED: N_("reported by others"),
        Verification.TO_CHECK: N_("not checked yet"),
    },
    TextOrigin: {
        TextOrigin.OFFICIAL: N_("official wording"),
        TextOrigin.OFFICIAL_TRANSLATION: N_("official translation"),
        TextOrigin.OWN: N_("our wording"),
        TextOrigin.OWN_TRANSLATION: N_("our own translation"),
        TextOrigin.MACHINE: N_("machine translation"),
    },
    TagSource: {
        TagSource.DOCUMENT: N_("tagged by the document"),
        TagSource.UHRI: N_("tagged by UHRI"),
        TagSource.OURS: N_("our tagging"),
    },
    DemandExtent: {
        DemandExtent.WHOLE: N_("in whole"),
        DemandExtent.PART: N_("in part"),
    },
    UptakeResult: {
        UptakeResult.TAKEN_UP: N_("taken up"),
        UptakeResult.PARTLY: N_("partly taken up"),
        UptakeResult.NOT_ADDRESSED: N_("not taken up"),
        UptakeResult.TO_CHECK: N_("not checked yet"),
    },
    EvidenceEffect: {
        EvidenceEffect.PROGRESS: N_("progress"),
        EvidenceEffect.SETBACK: N_("setback"),
        EvidenceEffect.CONTEXT: N_("context"),
    },
    EvidenceDimension: {
        EvidenceDimension.LAW: N_("law"),
        EvidenceDimension.PRACTICE: N_("practice"),
        EvidenceDimension.OUTCOME: N_("outcome"),
    },
    EventType: {
        EventType.WITHDRAWN: N_("withdrawn"),
        EventType.RETIRED: N_("archived"),
        EventType.RESTORED: N_("restored"),
        EventType.CHECKED: N_("reviewed: no change"),
        EventType.CHECK_UNDONE: N_("check withdrawn"),
        EventType.CONFIRMED: N_("confirmed in a second review"),
        EventType.CONFIRMATION_UNDONE: N_("confirmation withdrawn"),
        EventType.CONTESTED: N_("contested"),
        EventType.CONTEST_UNDONE: N_("objection withdrawn"),
    },
    AuthorityRole: {
        AuthorityRole.LEAD: N_("lead"),
        AuthorityRole.CONTRIBUTING: N_("contributing"),
    },
    DocumentKind: {
        DocumentKind.STATE_REPORT: N_("State report"),
        DocumentKind.LIST_OF_ISSUES: N_("List of issues"),
        DocumentKind.LOIPR: N_("List of issues prior to reporting"),
        DocumentKind.REPLIES: N_("Replies to the list of issues"),
        DocumentKind.CONCLUDING_OBSERVATIONS: N_("Concluding observations"),
        DocumentKind.FOLLOW_UP_REPORT: N_("Follow-up report"),
        DocumentKind.RAPPORTEURS_LETTER: N_("Rapporteur's letter"),
        DocumentKind.ALTERNATIVE_REPORT: N_("Alternative report"),
        DocumentKind.GENERAL_COMMENT: N_("General comment"),
    },
    DeadlineKind: {
        DeadlineKind.REPLY: N_("State's reply due"),
        DeadlineKind.NEXT_REPORT: N_("next State report due"),
        DeadlineKind.LIST_OF_ISSUES: N_("list of issues expected"),
        DeadlineKind.SESSION: N_("session of the committee"),
        DeadlineKind.ALTERNATIVE_REPORTS: N_("deadline for alternative reports"),
        DeadlineKind.SUBMISSION: N_("our own submission"),
    },
    DeadlineState: {
        DeadlineState.NEXT: N_("to come"),
        DeadlineState.OVERDUE: N_("overdue"),
        DeadlineState.DONE: N_("done"),
        DeadlineState.PASSED: N_("passed"),
    },
    DateSetBy: {
        DateSetBy.COMMITTEE: N_("set by the committee"),
        DateSetBy.OURS: N_("set by us"),
        DateSetBy.COMPUTED: N_("calculated by us"),
    },
    EvidenceKind: {
        EvidenceKind.REPORT: N_("report"),
        EvidenceKind.NEWS: N_("news"),
        EvidenceKind.LAW: N_("text of a law"),
        EvidenceKind.STUDY: N_("study"),
        EvidenceKind.STATEMENT: N_("statement"),
        EvidenceKind.MEETING_RECORD: N_("meeting record"),
        EvidenceKind.PROJECT: N_("project report"),
        EvidenceKind.MONITORING: N_("own monitoring"),
    },
    ActivityKind: {
        ActivityKind.ASSESSMENT: N_("Assessment"),
        ActivityKind.EVIDENCE: N_("Evidence"),
        ActivityKind.WITHDRAWAL: N_("Withdrawn or restored"),
        ActivityKind.CHECK: N_("Review: no change"),
        ActivityKind.READING: N_("Second review"),
        ActivityKind.CONTEST: N_("Objection to an assessment"),
        ActivityKind.EDIT: N_("Edit"),
        ActivityKind.RECOMMENDATION: N_("New recommendation"),
        ActivityKind.LINK: N_("Taken up or same demand"),
        ActivityKind.DOCUMENT: N_("New document"),
        ActivityKind.FILE: N_("New file"),
    },
    Since: {
        Since.WEEK: N_("the last seven days"),
        Since.MONTH: N_("the last thirty days"),
    },
    SortOrder: {
        SortOrder.DOCUMENT: N_("In the order of the documents"),
        SortOrder.CHANGED: N_("Last changed first"),
        SortOrder.STATUS: N_("Least implemented first"),
        SortOrder.NEWEST: N_("Newest document first"),
        SortOrder.TITLE: N_("By title"),
    },
    AssessedBy: {
        AssessedBy.CIVIL_SOCIETY: N_("An organisation or the tracker's editors"),
        AssessedBy.STATE: N_("The State (its own claims)"),
        AssessedBy.NOBODY: N_("Nobody, and the State claims nothing"),
    },
    YesNo: {
        YesNo.YES: N_("Yes"),
        YesNo.NO: N_("No"),
    },
}

VERIFICATION_MEANINGS: dict[str, str] = {
    Verification.SEEN: N_("The document itself, or its official page, was read."),
    Verification.REPORTED: N_("A named third party reports it; we have not read the document itself."),
    Verification.TO_CHECK: N_("Nobody has read it in the source yet, or said where it stands there."),
}
