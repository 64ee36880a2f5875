"""What the codes of the interface are called. The words for statuses, themes and groups are data."""

from tracker.model.vocabulary import (
    Issuer,
    Bearing,
    Dimension,
    Direction,
    DocumentKind,
    EvidenceKind,
    Mark,
    Origin,
    Share,
    Tagger,
    Taken,
    Voice,
    What,
)


def N_(message: str) -> str:
    """Marks a message for translation; it is translated where it is shown."""
    return message


LABELS: dict[type, dict[str, str]] = {
    Direction: {
        Direction.FORWARD: N_("moving forward"),
        Direction.UNCHANGED: N_("unchanged"),
        Direction.BACKWARD: N_("moving backward"),
    },
    Voice: {
        Voice.CIVIL_SOCIETY: N_("Civil society"),
        Voice.STATE: N_("The State"),
        Voice.COMMITTEE: N_("The committee"),
    },
    Issuer: {
        Issuer.CIVIL_SOCIETY: N_("Civil society"),
        Issuer.COMMITTEE: N_("Committees"),
    },
    Mark: {
        Mark.SEEN: N_("seen"),
        Mark.REPORTED: N_("reported"),
        Mark.TO_CHECK: N_("to be checked"),
    },
    Origin: {
        Origin.OFFICIAL: N_("official wording"),
        Origin.OWN: N_("our wording"),
        Origin.MACHINE: N_("machine translation"),
    },
    Tagger: {
        Tagger.DOCUMENT: N_("tagged by the document"),
        Tagger.UHRI: N_("tagged by UHRI"),
        Tagger.OURS: N_("our tagging"),
    },
    Taken: {
        Taken.TAKEN_UP: N_("taken up"),
        Taken.PARTLY: N_("partly taken up"),
        Taken.NOT_ADDRESSED: N_("not addressed"),
        Taken.TO_CHECK: N_("to be checked"),
    },
    Bearing: {
        Bearing.PROGRESS: N_("progress"),
        Bearing.SETBACK: N_("setback"),
        Bearing.CONTEXT: N_("context"),
    },
    Dimension: {
        Dimension.LAW: N_("law"),
        Dimension.PRACTICE: N_("practice"),
        Dimension.OUTCOME: N_("outcome"),
    },
    What: {
        What.WITHDRAWN: N_("withdrawn"),
        What.RETIRED: N_("retired"),
        What.RESTORED: N_("restored"),
        What.CHECKED: N_("checked: still so"),
        What.UNCHECKED: N_("check taken back"),
        What.CONFIRMED: N_("confirmed by a second reader"),
        What.UNCONFIRMED: N_("confirmation taken back"),
    },
    Share: {
        Share.LEAD: N_("lead"),
        Share.CONTRIBUTING: N_("contributing"),
    },
    DocumentKind: {
        DocumentKind.STATE_REPORT: N_("State report"),
        DocumentKind.LIST_OF_ISSUES: N_("List of issues"),
        DocumentKind.LIST_PRIOR: N_("List of issues prior to reporting"),
        DocumentKind.REPLIES: N_("Replies to the list of issues"),
        DocumentKind.CONCLUDING_OBSERVATIONS: N_("Concluding observations"),
        DocumentKind.FOLLOW_UP_REPORT: N_("Follow-up report"),
        DocumentKind.RAPPORTEURS_LETTER: N_("Rapporteur's letter"),
        DocumentKind.ALTERNATIVE_REPORT: N_("Alternative report"),
        DocumentKind.GENERAL_COMMENT: N_("General comment"),
    },
    EvidenceKind: {
        EvidenceKind.REPORT: N_("report"),
        EvidenceKind.NEWS: N_("news"),
        EvidenceKind.LAW: N_("text of a law"),
        EvidenceKind.STUDY: N_("study"),
        EvidenceKind.STATEMENT: N_("statement"),
        EvidenceKind.MEETING_RECORD: N_("meeting record"),
        EvidenceKind.PROJECT: N_("project report"),
    },
}

MARK_MEANS: dict[str, str] = {
    Mark.SEEN: N_("The document itself, or its own official page, was read."),
    Mark.REPORTED: N_("A named third party reports it; the document itself was not read for this."),
    Mark.TO_CHECK: N_("Known to exist; its text or paragraph has not been read yet."),
}

SORT_LABELS: dict[str, str] = {
    "order": N_("In the order of the documents"),
    "changed": N_("Last changed first"),
    "status": N_("Least implemented first"),
    "newest": N_("Newest document first"),
    "title": N_("By title"),
}
