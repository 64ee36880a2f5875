"""The fields that a spreadsheet can bring in, in the order of the template: from the table of fields."""

from collections.abc import Mapping

from tracker.i18n import Language
from tracker.model.fields import FIELDS, LOCALIZED, NOT_IN_SHEET, Field, FieldType, InSheet
from tracker.model.labels import N_
from tracker.model.records import Recommendation, Source
from tracker.publishing.exports.columns import RECOMMENDATION_COLUMNS

ONLY_KNOWN = InSheet(in_template=False, is_recorded=False)
TEMPLATE_END = ("status", "direction", "assessed", "reason", "source_link")
"""The fields that the template has last: the assessment, and where it is published."""
SOURCE_FIELDS = ("state", "body", "symbol", "document", "reference")
"""The fields by which a row names its source. A cell of them that is not understood cannot be left out."""
_FIELDS = (
    Field("number", N_("No."), most=120, sheet=InSheet(width=12, is_recorded=False)),
    *(field for kind in (Recommendation, Source) for field in FIELDS[kind] if field.sheet is not NOT_IN_SHEET),
    Field("reference", N_("Reference"), sheet=InSheet(in_template=False)),
    Field("state", N_("State"), sheet=InSheet(in_template=False)),
    Field("concern", N_("Concern"), FieldType.TEXT, sheet=ONLY_KNOWN),
    Field("deadline", N_("Deadline"), FieldType.DATE, sheet=ONLY_KNOWN),
)
IMPORT_FIELDS: Mapping[str, Field] = {
    field.name: field for field in sorted(_FIELDS, key=lambda field: field.name in TEMPLATE_END)
}
"""Code of a field → the field. The codes and headings are those of the export where it has the same field."""
SHEET_TEXTS = frozenset(name for name, field in IMPORT_FIELDS.items() if field.kind in LOCALIZED)
"""The fields with a text in one language."""
RECORDED_FIELDS = frozenset(name for name, field in IMPORT_FIELDS.items() if field.sheet.is_recorded)
"""The fields that a save records, or by which a row finds its document."""
SETS = tuple(name for name, field in IMPORT_FIELDS.items() if field.kind in (FieldType.TERMS, FieldType.NAMES))
"""The fields with several values, whose order does not matter."""
TEXTS_OF_RECORD = tuple(
    name for name in IMPORT_FIELDS if name in SHEET_TEXTS and name in Recommendation.__dataclass_fields__
)


def field_labels(language: Language) -> Mapping[str, str]:
    """Return code of a field → its name for people, for all fields of imports and of our own export."""
    _ = language.gettext
    return {column.code: _(column.heading) for column in RECOMMENDATION_COLUMNS} | {
        name: _(field.label) for name, field in IMPORT_FIELDS.items()
    }
