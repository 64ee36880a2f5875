"""The columns of the exported tables, from the table of fields, and how values are shown to people.

The values come from `tracker.queries.tables.values`. A code is the name of a column there, and in the CSV export.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.model.attached_files import AttachedFile
from tracker.model.fields import FIELDS, FieldType, Use, ValueKind
from tracker.model.organisations import Organisation
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, SameDemand, Uptake
from tracker.model.registers import Deadline, Document, TaxonomyTerm, TreatyBody
from tracker.model.vocabulary import NOT_SELECTED, SEPARATOR, EvidenceEffect, UptakeResult
from tracker.publishing.render_context import RenderContext
from tracker.publishing.sentences import file_sentence, full_name
from tracker.queries.public_files import files_by_name

Words = Callable[[RenderContext, str], str]
"""A function that returns the words for one value, such as the label of a code or the title of a recommendation."""


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


def _named(find: Callable[[RenderContext, str], Any], words: Callable[[RenderContext, Any], str]) -> Words:
    """Return the words for the id of a record, or the id itself if the view has no such record."""
    return lambda context, id: words(context, found) if (found := find(context, id)) else id


_recommendation_title = _named(
    lambda context, id: context.view.recommendations.get(id), lambda context, r: context.language.resolve(r.title).text
)


def _title_and(vocabulary: type[StrEnum]) -> Words:
    """Return the words for a value such as "r1: setback": the title of the recommendation, and the label of the code."""

    def words(context: RenderContext, value: str) -> str:
        recommendation_id, _, code = value.partition(": ")
        return f"{_recommendation_title(context, recommendation_id)}: {context.label(vocabulary(code))}"

    return words


WORDS: Mapping[Any, Words] = {
    TreatyBody: _named(lambda context, id: context.view.bodies.get(id), RenderContext.label),
    Document: _named(
        lambda context, id: context.view.document(id),
        lambda context, d: d.symbol or context.language.resolve(d.title).text,
    ),
    Organisation: _named(
        lambda context, id: context.view.organisations.get(id), lambda context, o: full_name(context.language, o)
    ),
    Recommendation: _recommendation_title,
    SameDemand: _recommendation_title,
    Evidence: _named(
        lambda context, id: context.view.evidence.get(id),
        lambda context, e: context.language.resolve(e.title or e.summary).text,
    ),
    # a file that was withdrawn since has only its digest
    AttachedFile: _named(
        lambda context, name: files_by_name(context.view).get(name),
        lambda context, file: file_sentence(context.language, file),
    ),
    TaxonomyTerm: RenderContext.term_label,
    Uptake: _title_and(UptakeResult),
    EvidenceLink: _title_and(EvidenceEffect),
    "publisher": RenderContext.name,
    "rights": RenderContext.right,
    "grade": lambda context, code: (
        context.language.gettext("not selected for follow-up") if code == NOT_SELECTED else code
    ),
}
"""Name of a field, or the type of what it refers to → the words for its values, if these are not the values."""


def _columns(kind: type[Any]) -> tuple[Column, ...]:
    """Return the columns of the table with one row for each record of the type `kind`."""
    return tuple(
        Column(
            field.name,
            field.label,
            field.value_kind,
            words=_label(field.of) if field.kind is FieldType.CODE and field.of else WORDS.get(field.of or field.name),
            is_default=Use.BY_DEFAULT in field.use,
        )
        for field in FIELDS[kind]
        if Use.EXPORTED in field.use
    )


RECOMMENDATION_COLUMNS = _columns(Recommendation)
DEFAULT_COLUMNS = tuple(column.code for column in RECOMMENDATION_COLUMNS if column.is_default)
"""The codes of the columns that an export has if the request does not choose any."""
ASSESSMENT_COLUMNS, EVIDENCE_COLUMNS, DOCUMENT_COLUMNS, DEADLINE_COLUMNS = map(
    _columns, (Assessment, Evidence, Document, Deadline)
)


def select_columns(params: Mapping[str, Iterable[str]], default: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of the recommendations table whose codes are in the URL parameter `columns`, in its order.

    The parameter may be repeated, or contain several codes with commas between them. Unknown codes are ignored. If no
    code is left, return the columns with the codes in `default`.
    """
    names = [name.strip() for value in params.get("columns", ()) for name in value.split(",")]
    known = {column.code: column for column in RECOMMENDATION_COLUMNS}
    return tuple(known[code] for code in dict.fromkeys(names) if code in known) or tuple(
        known[code] for code in default
    )


def in_words(context: RenderContext, column: Column, value: Any) -> Any:
    """Return the value of a cell for a person, in words of the reader's language. Several values have a line each."""
    if column.kind is ValueKind.FLAG:
        return context.language.gettext("Yes") if value else context.language.gettext("No")
    if column.words is None:
        return value
    separator = "\n" if column.kind is ValueKind.LONG else SEPARATOR
    return separator.join(column.words(context, one) for one in value.split(SEPARATOR))
