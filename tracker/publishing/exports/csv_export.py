"""The columns of the exported tables, and the CSV export: one row for each recommendation.

Column names and coded values are the same codes in every language. So a program that reads the columns by name keeps
working in another language, and after the wording of a label was changed. The URL parameter `lang` chooses the
language of the texts. The XLSX export has labels instead of codes.

The file is UTF-8 with a byte order mark, so that Excel shows Cyrillic. Rows end in CRLF.

A spreadsheet reads a cell that begins with = + - @ as a formula, which can send data away or start a program. An
apostrophe is put in front of these signs and of their full-width forms, also if spaces or invisible characters come
before them. A cell that begins with a tab or a line break gets an apostrophe too. The same is done after a semicolon,
a tab or a line break inside a text, because Excel with Russian settings splits cells there, even inside quotation
marks. Numbers and dates are not changed.

The column `version` is for people who edit the file in Excel and import it. It has the language of the texts, the
version of the recommendation, and a checksum of the id and of each editable value. From these, the import sees
field by field what was edited in Excel and what was changed in the dashboard. An example:
"en 3f2a9c id:1a2b3c4d title:5e6f7a8b".
"""

import csv
import io
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.model.attached_files import AttachedFile
from tracker.model.fields import FIELDS, Field, FieldType, Use, ValueKind
from tracker.model.organisations import Organisation
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, SameDemand, Uptake
from tracker.model.registers import Deadline, Document, TaxonomyTerm, TreatyBody
from tracker.model.states import State
from tracker.model.vocabulary import NOT_SELECTED, SEPARATOR, EvidenceEffect, UptakeResult
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import RenderedFile, download_name
from tracker.publishing.sentences import file_sentence, full_name
from tracker.queries.lists.filters import filter_recommendations
from tracker.queries.public_files import files_by_name
from tracker.queries.tables.values import Columns, TableValues
from tracker.queries.view import View

Words = Callable[[ViewRequest, str], str]
"""A function that returns the words for one value, such as the label of a code or the title of a recommendation."""


def _named(find: Callable[[View], Callable[[str], Any]], words: Callable[[ViewRequest, Any], str]) -> Words:
    """Return a function that turns the id of a record into words. If the view has no such record, it returns the id."""
    return lambda context, id: words(context, found) if (found := find(context.view)(id)) else id


_recommendation_title = _named(
    lambda view: view.recommendations.get, lambda context, r: context.language.resolve(r.title).text
)


def _title_and(vocabulary: type[StrEnum]) -> Words:
    """Return the function that turns a value such as "r1: setback" into the title of "r1" and the label of the code."""

    def words(context: ViewRequest, value: str) -> str:
        recommendation_id, _, code = value.partition(": ")
        return f"{_recommendation_title(context, recommendation_id)}: {context.label(vocabulary(code))}"

    return words


def _judged(words: Words) -> Words:
    """Return the function for links such as "r1 (ehra)", which say the organisation that alone judged so."""

    def of_link(context: ViewRequest, value: str) -> str:
        link, _, by = value.removesuffix(")").partition(" (")
        return f"{words(context, link)} ({context.organisation_name(by)})" if by else words(context, link)

    return of_link


WORDS: Mapping[Any, Words] = {
    TreatyBody: _named(lambda view: view.bodies.get, ViewRequest.label),
    Document: _named(lambda view: view.document, lambda context, d: d.symbol or context.language.resolve(d.title).text),
    Organisation: _named(lambda view: view.organisations.get, lambda context, o: full_name(context.language, o)),
    Recommendation: _recommendation_title,
    SameDemand: _judged(_recommendation_title),
    Evidence: _named(
        lambda view: view.evidence.get, lambda context, e: context.language.resolve(e.title or e.summary).text
    ),
    # a file that was withdrawn since has only its digest
    AttachedFile: _named(
        lambda view: files_by_name(view).get, lambda context, file: file_sentence(context.language, file)
    ),
    State: _named(lambda view: {state.id: state for state in view.states}.get, ViewRequest.label),
    TaxonomyTerm: ViewRequest.term_label,
    Uptake: _judged(_title_and(UptakeResult)),
    EvidenceLink: _judged(_title_and(EvidenceEffect)),
    "publisher": ViewRequest.name,
    "rights": ViewRequest.right,
    "grade": lambda context, code: (
        context.language.gettext("not selected for follow-up") if code == NOT_SELECTED else code
    ),
}
"""Name of a field, or the type of records that it refers to → the function that returns the words for its values."""


def _words_of(column: Field) -> Words | None:
    """Return the function that puts a value of a column into words, or None if people read the value as it is."""
    of = column.of
    if column.kind is FieldType.CODE and of:
        return lambda context, code: context.label(of(code))
    return WORDS.get(of or column.name)


def _columns(kind: type[Any]) -> tuple[Field, ...]:
    """Return the exported fields of the record type `kind`. Each becomes a column, with the name of the field."""
    return tuple(field for field in FIELDS[kind] if Use.EXPORTED in field.use)


RECOMMENDATION_COLUMNS = _columns(Recommendation)
DEFAULT_COLUMNS = tuple(column.name for column in RECOMMENDATION_COLUMNS if Use.BY_DEFAULT in column.use)
"""The names of the columns that an export has if the request does not choose any."""
ASSESSMENT_COLUMNS, EVIDENCE_COLUMNS, DOCUMENT_COLUMNS, DEADLINE_COLUMNS = map(
    _columns, (Assessment, Evidence, Document, Deadline)
)


def columns_in(view: View, columns: Iterable[Field]) -> tuple[Field, ...]:
    """Return the columns that the tables of a view offer: the State only if there are several, the original if it is elsewhere."""
    is_offered = {"state_party": view.has_several_states, "original": bool(view.settings.gathered)}
    return tuple(column for column in columns if is_offered.get(column.name, True))


def default_columns(view: View) -> tuple[str, ...]:
    """Return the names of the columns of an export of which nobody chose any: DEFAULT_COLUMNS, and which of several States."""
    names = ("state_party", "original", *DEFAULT_COLUMNS)
    return tuple(c.name for c in columns_in(view, RECOMMENDATION_COLUMNS) if c.name in names)


def select_columns(params: Mapping[str, Iterable[str]], default: Iterable[str]) -> tuple[Field, ...]:
    """Return the known columns of the URL parameter `columns`, in the order given there, each once. If none, return `default`."""
    names = [name.strip() for value in params.get("columns", ()) for name in value.split(",")]
    known = {column.name: column for column in RECOMMENDATION_COLUMNS}
    chosen = [name for name in dict.fromkeys(names) if name in known]
    return tuple(known[name] for name in chosen or default)


def in_words(context: ViewRequest, column: Field, values: Sequence[Any]) -> list[Any]:
    """Return values in words (None stays None). Several in one value are joined by SEPARATOR, in long texts by line breaks."""
    kind, words = column.value_kind, _words_of(column)

    def put(value: Any) -> Any:
        if kind is ValueKind.FLAG:
            return context.language.gettext("Yes") if value else context.language.gettext("No")
        if words is None:
            return value
        separator = "\n" if kind is ValueKind.LONG else SEPARATOR
        return separator.join(words(context, one) for one in value.split(SEPARATOR))

    # a value that occurs often is put into words once
    known = {value: put(value) for value in {*values} - {None}}
    return list(map(known.get, values))


LEADING_SPACE = r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]*"
FORMULA_PATTERN = re.compile(rf"(^|[;\t\r\n])({LEADING_SPACE}[=+\-@＝＋－﹣−＠])|^(?=[\t\r\n])")
NUMBER_PATTERN = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
HARMLESS_PATTERN = re.compile(r"(?:\w[^;\t\r\n]*)?")
"""Matches a text that needs no apostrophe: it is empty, or begins with a letter, digit or _, and nothing in it splits a cell."""
ADDED_COLUMNS = ("status_label", "permalink", "version")
"""The columns that `TableValues` does not have. `recommendation_table` adds them."""
FREE_TEXT_KINDS = (ValueKind.CODE, ValueKind.TEXT, ValueKind.LONG, ValueKind.LINK)
"""The kinds of columns whose cells may hold text that somebody typed."""


def render_csv(request: ViewRequest) -> RenderedFile:
    """Return the recommendations that match the filters as CSV. The URL parameter `columns` chooses the columns."""
    columns = select_columns(request.params, default_columns(request.view))
    table, text = recommendation_table(request, columns), io.StringIO(newline="")
    cells = [safe_cells(column.value_kind, table[column.name]) for column in columns]
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in columns)
    writer.writerows(zip(*cells, strict=True))
    raw, kind = text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8; header=present"
    return RenderedFile(raw, kind, f"{download_name(request)}.csv")


def recommendation_table(request: ViewRequest, columns: Sequence[Field]) -> Columns:
    """Return a mapping: name of a column → its values, one for each matching recommendation. It always has the column `id`."""
    matches = filter_recommendations(request.view, request.filters, request.language.code)
    codes = [column.name for column in columns]
    values = TableValues(request.view, request.language, matches).recommendation_columns
    table = {code: values[code]() for code in dict.fromkeys((*codes, "id")) if code not in ADDED_COLUMNS}
    if "version" in codes:
        table["version"] = row_versions(request, table)
    if "status_label" in codes:
        (status,) = select_columns({}, ["status"])
        table["status_label"] = in_words(request, status, values["status"]())
    if "permalink" in codes:
        before, after = request.link("/r/\0").split("\0")
        table["permalink"] = [before + id + after for id in table["id"]]
    return table


def safe_cells(kind: ValueKind, values: Sequence[Any]) -> Sequence[Any]:
    """Return the cells for the `values` of a column: yes and no for flags, and no text that a spreadsheet reads as a formula."""
    if kind is ValueKind.FLAG:
        return [value if value is None else "yes" if value else "no" for value in values]
    is_free = kind in FREE_TEXT_KINDS
    return [escape_formula(value) if is_free and isinstance(value, str) else value for value in values]


def escape_formula(text: str) -> str:
    """Return the text with an apostrophe before each place where a spreadsheet would read a formula."""
    if HARMLESS_PATTERN.fullmatch(text) or NUMBER_PATTERN.fullmatch(text):
        return text
    return FORMULA_PATTERN.sub(lambda match: f"{match[1] or ''}'{match[2] or ''}", text)


EDITABLE_COLUMNS = tuple(f.name for f in FIELDS[Recommendation] if f.sheet.is_recorded and f.sheet.is_edited)
"""The names of the columns whose edits an import reads back."""


@dataclass(frozen=True, slots=True)
class RowVersion:
    """The parsed column `version` of a row. If there was no version, `version` is "-". `checksums` is column → checksum."""

    language: str
    version: str
    checksums: Mapping[str, str]

    def is_unchanged(self, column: str, value: str) -> bool | None:
        """Return whether `value` is what the column had when it was exported, or None if it has no checksum."""
        return checksum(value) == self.checksums[column] if column in self.checksums else None


def checksum(value: str) -> str:
    """Return a checksum of a text: eight hexadecimal digits. Spaces and line breaks together count as one space."""
    return f"{zlib.crc32(' '.join(value.split()).encode()):08x}"


def row_versions(request: ViewRequest, table: Columns) -> list[str]:
    """Return the column `version`: a text for each row of `table`, or "" in a past view. `table` must have the column `id`."""
    if request.view.is_past:
        return [""] * len(table["id"])
    lang, recommendations = request.language.code, request.view.recommendations
    sums = [
        [f"{code}:{checksum(value if isinstance(value, str) else '')}" for value in table[code]]
        for code in ("id", *(code for code in EDITABLE_COLUMNS if code in table))
    ]
    versions = [recommendations[id].version or "-" for id in table["id"]]
    return [" ".join((lang, version, *row)) for version, *row in zip(versions, *sums, strict=True)]


def parse_row_version(text: str) -> RowVersion | None:
    """Parse a text of the column `version`. Return None if it is not such a text."""
    language, _, rest = text.strip().partition(" ")
    version, _, pairs = rest.partition(" ")
    checksums = dict(pair.split(":", 1) for pair in pairs.split() if ":" in pair)
    if not language.isalpha() or not version or "id" not in checksums:
        return None
    return RowVersion(language, version, checksums)
