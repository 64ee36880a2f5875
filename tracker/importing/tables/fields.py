"""The fields that a spreadsheet can bring in, with their names for people, in the order of the template."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.i18n import Language
from tracker.model.labels import N_
from tracker.publishing.exports.columns import RECOMMENDATION_COLUMNS
from tracker.publishing.exports.row_versions import EDITABLE_COLUMNS


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field of a spreadsheet: its code, its heading in the template, and a hint below the heading.

    The codes and headings are those of the export where it has the same field. `width` is in characters. A field that
    is not `in_template` is recognised in other spreadsheets only. A field that is not `is_recorded` is recognised, but a
    recommendation has no place for it.
    """

    code: str
    heading: str
    hint: str = ""
    width: int = 18
    in_template: bool = True
    is_recorded: bool = True


IMPORT_FIELDS = (
    ImportField("number", N_("No."), width=12, is_recorded=False),
    ImportField("symbol", N_("Symbol"), N_("The UN symbol of the document, or its title if it has none")),
    ImportField("paragraph", N_("Paragraph"), N_("As in the document, such as 36 (c)"), width=12),
    ImportField("title", N_("Title"), N_("A few words that name the recommendation"), width=32),
    ImportField("summary", N_("Summary"), N_("What is asked for, in your own words"), width=50),
    ImportField("text", N_("Text as quoted"), N_("The exact words of the document, if you read it"), width=60),
    ImportField("themes", N_("Themes"), N_("From the list; several with a semicolon between them"), width=30),
    ImportField("groups", N_("Groups"), N_("From the list; several with a semicolon between them"), width=30),
    ImportField("rights", N_("Rights"), N_("Treaty and article, such as ICCPR 7")),
    ImportField("authorities", N_("Responsible authorities"), N_("Institutions, no names of people"), width=28),
    ImportField("status", N_("Status"), N_("From the list"), width=24),
    ImportField("direction", N_("Direction"), N_("From the list")),
    ImportField("assessed", N_("Assessed"), N_("Date, as precise as you know it"), width=14),
    ImportField(
        "reason", N_("Reason for the assessment"), N_("Why this status: what was done, what is missing"), width=50
    ),
    ImportField("source_link", N_("Link to the source"), N_("Begins with https://"), width=32),
    ImportField("verification", N_("How it was checked"), in_template=False),
    ImportField("document", N_("Document"), in_template=False),
    ImportField("body", N_("Committee"), in_template=False, is_recorded=False),
    ImportField("document_date", N_("Date of the document"), in_template=False, is_recorded=False),
    ImportField("concern", N_("Concern"), in_template=False, is_recorded=False),
    ImportField("deadline", N_("Deadline"), in_template=False, is_recorded=False),
    ImportField("sdg", N_("SDG targets"), in_template=False),
    ImportField("publisher", N_("Publisher"), in_template=False),
)


RECORDED_FIELDS = frozenset(field.code for field in IMPORT_FIELDS if field.is_recorded) | frozenset(EDITABLE_COLUMNS)
"""The fields that a save records, or by which a row finds its document."""


def field_labels(language: Language) -> Mapping[str, str]:
    """Return code of a field → its name for people, for all fields of imports and of our own export."""
    _ = language.gettext
    return {
        **{column.code: _(column.heading) for column in RECOMMENDATION_COLUMNS},
        **{field.code: _(field.heading) for field in IMPORT_FIELDS},
    }
