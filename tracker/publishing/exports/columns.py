"""The columns of the exported tables: their codes, headings, and how values are shown to people.

The values come from `tracker.queries.tables.frames`. A code is the name of a column there, and in the CSV export.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.model.labels import N_
from tracker.model.vocabulary import (
    NOT_SELECTED,
    SEPARATOR,
    DeadlineState,
    Direction,
    DocumentKind,
    EvidenceDimension,
    EvidenceEffect,
    EvidenceKind,
    Issuer,
    Status,
    UptakeResult,
    Verification,
    Voice,
)
from tracker.publishing.assessment_wording import full_name
from tracker.publishing.file_lines import file_sentence
from tracker.publishing.render_context import RenderContext
from tracker.queries.public_files import files_by_name

Words = Callable[[RenderContext, str], str]
"""A function that returns the words for one value, such as the label of a code or the title of a recommendation."""


class ValueKind(StrEnum):
    """The kind of the values in a column: it decides the width, and whether cells are links, numbers, dates or times."""

    CODE = "code"
    TEXT = "text"
    LONG = "long"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    FLAG = "flag"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `code` is its name for programs, `heading` its name for people.

    `words` returns what people read in place of a value. If it is None, people read the value itself. `is_default` is
    True if an export has the column also when the request does not choose any.
    """

    code: str
    heading: str
    kind: ValueKind = ValueKind.CODE
    words: Words | None = None
    is_default: bool = False


def _label(vocabulary: type[StrEnum]) -> Words:
    return lambda context, code: context.label(vocabulary(code))


def _term(context: RenderContext, code: str) -> str:
    return context.term_label(code)


def _body_abbreviation(context: RenderContext, body_id: str) -> str:
    body = context.view.bodies.get(body_id)
    return context.label(body) if body else body_id


def _organisation_name(context: RenderContext, organisation_id: str) -> str:
    organisation = context.view.organisations.get(organisation_id)
    return full_name(context.language, organisation) if organisation else organisation_id


def _document_name(context: RenderContext, document_id: str) -> str:
    """Return the symbol of a document, or its title if it has no symbol."""
    document = context.view.document(document_id)
    return (document.symbol or context.language.resolve(document.title).text) if document else document_id


def _recommendation_title(context: RenderContext, recommendation_id: str) -> str:
    r = context.view.recommendations.get(recommendation_id)
    return context.language.resolve(r.title).text if r else recommendation_id


def _evidence_title(context: RenderContext, evidence_id: str) -> str:
    e = context.view.evidence.get(evidence_id)
    return context.language.resolve(e.title or e.summary).text if e else evidence_id


def _file_sentence(context: RenderContext, file_name: str) -> str:
    """Return the name, size and digest of a file. A file that was withdrawn since has only its digest."""
    file = files_by_name(context.view).get(file_name)
    return file_sentence(context.language, file) if file else file_name


def _title_and(vocabulary: type[StrEnum]) -> Words:
    """Return the words for a value such as "r1: setback": the title of the recommendation, and the label of the code."""

    def words(context: RenderContext, value: str) -> str:
        recommendation_id, _, code = value.partition(": ")
        return f"{_recommendation_title(context, recommendation_id)}: {context.label(vocabulary(code))}"

    return words


def _grade(context: RenderContext, grade: str) -> str:
    return context.language.gettext("not selected for follow-up") if grade == NOT_SELECTED else grade


RECOMMENDATION_COLUMNS = (
    Column("id", N_("Id in the tracker"), is_default=True),
    Column("issued_by", N_("Who asks"), words=_label(Issuer), is_default=True),
    Column("issuer", N_("Asked by"), ValueKind.TEXT),
    Column("body", N_("Committee"), words=_body_abbreviation, is_default=True),
    Column("document", N_("Document"), words=_document_name),
    Column("symbol", N_("Symbol"), is_default=True),
    Column("paragraph", N_("Paragraph"), is_default=True),
    Column("document_date", N_("Date of the document"), ValueKind.DATE, is_default=True),
    Column("title", N_("Title"), ValueKind.TEXT, is_default=True),
    Column("summary", N_("Summary"), ValueKind.LONG, is_default=True),
    Column("text", N_("Text as quoted"), ValueKind.LONG),
    Column("parts", N_("Its parts"), ValueKind.LONG),
    Column("verification", N_("How it was checked"), words=_label(Verification)),
    Column("status", N_("Status"), words=_label(Status), is_default=True),
    Column("status_label", N_("Status in words"), is_default=True),
    Column("direction", N_("Direction"), words=_label(Direction), is_default=True),
    Column("assessed", N_("Assessed"), ValueKind.DATE, is_default=True),
    Column("checked", N_("Last reviewed"), ValueKind.DATE),
    Column("stale", N_("Assessment out of date"), ValueKind.FLAG, is_default=True),
    Column("second_reader", N_("Awaiting a second review"), ValueKind.FLAG),
    Column("organisation", N_("Assessed by"), words=_organisation_name, is_default=True),
    Column("reason", N_("Reason for the assessment"), ValueKind.LONG, is_default=True),
    Column("state_status", N_("The State's claim (our classification)"), words=_label(Status), is_default=True),
    Column("state_reason", N_("What the State says"), ValueKind.LONG, is_default=True),
    Column("state_date", N_("Date of the State's statement"), ValueKind.DATE),
    Column("grade", N_("The committee's grade"), words=_grade, is_default=True),
    Column("grade_date", N_("Date of the grade"), ValueKind.DATE),
    Column("claim_gap", N_("Gap to the State's claim, in steps"), ValueKind.NUMBER, is_default=True),
    Column("themes", N_("Themes"), words=_term, is_default=True),
    Column("groups", N_("Groups"), words=_term),
    Column("rights", N_("Rights"), words=RenderContext.right),
    Column("sdg", N_("SDG targets")),
    Column("authorities", N_("Responsible authorities"), ValueKind.TEXT),
    Column("same_demand", N_("Same demand"), ValueKind.LONG, words=_recommendation_title),
    Column("uptake", N_("Taken up by the committee"), ValueKind.LONG, words=_title_and(UptakeResult)),
    Column("evidence", N_("Evidence"), ValueKind.LONG, words=_evidence_title),
    Column("files", N_("Files of the evidence"), ValueKind.LONG, words=_file_sentence),
    Column("evidence_count", N_("Number of evidence items"), ValueKind.NUMBER, is_default=True),
    Column("setbacks", N_("Evidence of setbacks"), ValueKind.NUMBER),
    Column("progress", N_("Evidence of progress"), ValueKind.NUMBER),
    Column("recorded", N_("Recorded"), ValueKind.TIME),
    Column("source_link", N_("Link to the source"), ValueKind.LINK),
    Column("permalink", N_("Permanent link"), ValueKind.LINK, is_default=True),
    Column("version", N_("Version (needed to import edits; do not change)"), is_default=True),
)
"""All columns of the recommendations table, in the order of a table that has all of them."""

DEFAULT_COLUMNS = tuple(column.code for column in RECOMMENDATION_COLUMNS if column.is_default)
"""The codes of the columns that an export has if the request does not choose any."""

ASSESSMENT_COLUMNS = (
    Column("recommendation", N_("Recommendation"), ValueKind.TEXT, words=_recommendation_title),
    Column("body", N_("Committee"), words=_body_abbreviation),
    Column("part", N_("Part")),
    Column("voice", N_("Voice"), words=_label(Voice)),
    Column("organisation", N_("Assessed by"), ValueKind.TEXT, words=_organisation_name),
    Column("assessor", N_("Speaker of the State or the committee"), ValueKind.TEXT),
    Column("status", N_("Status"), words=_label(Status)),
    Column("grade", N_("The committee's grade"), words=_grade),
    Column("direction", N_("Direction"), words=_label(Direction)),
    Column("date", N_("Date"), ValueKind.DATE),
    Column("reason", N_("Reason for the assessment"), ValueKind.LONG),
    Column("verification", N_("How it was checked"), words=_label(Verification)),
    Column("second_reader", N_("Awaiting a second review"), ValueKind.FLAG),
    Column("source", N_("Source"), ValueKind.TEXT),
    Column("source_link", N_("Link to the source"), ValueKind.LINK),
    Column("evidence", N_("Evidence"), ValueKind.LONG, words=_evidence_title),
    Column("recorded", N_("Recorded"), ValueKind.TIME),
)

EVIDENCE_COLUMNS = (
    Column("title", N_("Title"), ValueKind.TEXT),
    Column("kind", N_("Kind of source"), words=_label(EvidenceKind)),
    Column("publisher", N_("Publisher"), ValueKind.TEXT, words=RenderContext.name),
    Column("happened", N_("Happened"), ValueKind.DATE),
    Column("published", N_("Published"), ValueKind.DATE),
    Column("summary", N_("Summary"), ValueKind.LONG),
    Column("dimension", N_("Dimension"), words=_label(EvidenceDimension)),
    Column("verification", N_("How it was checked"), words=_label(Verification)),
    Column("relevant_to", N_("Relevant to"), ValueKind.LONG, words=_title_and(EvidenceEffect)),
    Column("document", N_("Document"), words=_document_name),
    Column("identifier", N_("Identifier")),
    Column("themes", N_("Themes"), words=_term),
    Column("link", N_("Link"), ValueKind.LINK),
    Column("archived", N_("Archived copy"), ValueKind.LINK),
    Column("files", N_("Files"), ValueKind.LONG, words=_file_sentence),
    Column("id", N_("Id in the tracker")),
    Column("recorded", N_("Recorded"), ValueKind.TIME),
)

DOCUMENT_COLUMNS = (
    Column("title", N_("Title"), ValueKind.TEXT),
    Column("symbol", N_("Symbol")),
    Column("body", N_("Committee"), words=_body_abbreviation),
    Column("kind", N_("Kind of document"), words=_label(DocumentKind)),
    Column("authors", N_("Authors"), ValueKind.TEXT),
    Column("cycle", N_("Reporting cycle")),
    Column("date", N_("Date of the document"), ValueKind.DATE),
    Column("due", N_("Due"), ValueKind.DATE),
    Column("verification", N_("How it was checked"), words=_label(Verification)),
    Column("recommendations", N_("Number of recommendations"), ValueKind.NUMBER),
    Column("citations", N_("How often it is cited here"), ValueKind.NUMBER),
    Column("note", N_("Note"), ValueKind.LONG),
    Column("link", N_("Link"), ValueKind.LINK),
    Column("files", N_("Files"), ValueKind.LONG, words=_file_sentence),
    Column("id", N_("Id in the tracker")),
)

DEADLINE_COLUMNS = (
    Column("body", N_("Committee"), words=_body_abbreviation),
    Column("what", N_("What is due"), ValueKind.TEXT),
    Column("date", N_("Date"), ValueKind.DATE),
    Column("state", N_("Where it stands"), words=_label(DeadlineState)),
    Column("done", N_("Done on"), ValueKind.DATE),
    Column("met_by", N_("Done by which document"), words=_document_name),
    Column("document", N_("Document"), words=_document_name),
    Column("source", N_("Source"), words=_document_name),
    Column("paragraph", N_("Paragraph")),
    Column("sentence", N_("The committee's sentence"), ValueKind.LONG),
    Column("verification", N_("How it was checked"), words=_label(Verification)),
)

OLD_CODES = {
    "by": "issued_by",
    "asker": "issuer",
    "mark": "verification",
    "made": "document_date",
    "assessor": "organisation",
}
"""Code of a column in older versions → its code now. Links with the old codes still work."""


def select_columns(params: Mapping[str, Iterable[str]], default: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of the recommendations table whose codes are in the URL parameter `columns`, in its order.

    The parameter may be repeated, or contain several codes with commas between them. Unknown codes are ignored. If no
    code is left, return the columns with the codes in `default`.
    """
    names = [name.strip() for value in params.get("columns", ()) for name in value.split(",")]
    known = {column.code: column for column in RECOMMENDATION_COLUMNS}
    codes = dict.fromkeys(OLD_CODES.get(name, name) for name in names)
    return tuple(known[code] for code in codes if code in known) or tuple(known[code] for code in default)


def in_words(context: RenderContext, column: Column, value: Any) -> Any:
    """Return the value of a cell for a person, in words of the reader's language. Several values have a line each."""
    if column.kind is ValueKind.FLAG:
        return context.language.gettext("Yes") if value else context.language.gettext("No")
    if column.words is None:
        return value
    separator = "\n" if column.kind is ValueKind.LONG else SEPARATOR
    return separator.join(column.words(context, one) for one in value.split(SEPARATOR))
