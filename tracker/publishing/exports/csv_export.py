"""The CSV export: one row for each recommendation, for every program that reads tables.

Column names and coded values are the same codes in every language. So a program that reads the columns by name keeps
working in another language, and after the wording of a label was changed. The URL parameter `lang` chooses the language
of the texts. The XLSX export has labels instead of codes.

The file is UTF-8 with a byte order mark, so that Excel shows Cyrillic. Rows end in CRLF.

A spreadsheet reads a cell that begins with = + - @ as a formula, which can send data away or start a program. An
apostrophe is put in front of these signs and of their full-width forms, also if spaces or invisible characters come
before them. A cell that begins with a tab or a line break gets an apostrophe too. The same is done after a semicolon, a
tab or a line break inside a text, because Excel with Russian settings splits cells there, even inside quotation marks.
Numbers and dates are not changed.

The column `version` is there for edits made in Excel: with the version of the recommendation and a checksum of each value
that may be edited, they are told apart from changes in the dashboard field by field. An example:
"en 3f2a9c id:1a2b3c4d title:5e6f7a8b".
"""

import csv
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.model.fields import FIELDS, ValueKind
from tracker.model.records import Recommendation
from tracker.publishing.exports.columns import DEFAULT_COLUMNS, Column, in_words, select_columns
from tracker.publishing.request import RenderedFile, ViewRequest, download_name
from tracker.queries.lists.filters import filter_recommendations
from tracker.queries.tables.values import Columns, TableValues

LEADING_SPACE = r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]*"
FORMULA_PATTERN = re.compile(rf"(^|[;\t\r\n])({LEADING_SPACE}[=+\-@＝＋－﹣−＠])|^(?=[\t\r\n])")
NUMBER_PATTERN = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
HARMLESS_PATTERN = re.compile(r"(?:\w[^;\t\r\n]*)?")
"""Matches a text that needs no apostrophe: it begins with a letter or a digit, and nothing in it splits a cell."""
ADDED_COLUMNS = ("status_label", "permalink", "version")
"""The columns that `TableValues` does not have."""
FREE_TEXT_KINDS = (ValueKind.CODE, ValueKind.TEXT, ValueKind.LONG, ValueKind.LINK)
"""The kinds of columns whose cells may hold text that somebody typed."""


def render_csv(request: ViewRequest) -> RenderedFile:
    """Return the recommendations that match the filters as CSV. The URL parameter `columns` chooses the columns."""
    columns = select_columns(request.params, DEFAULT_COLUMNS)
    table = recommendation_table(request, columns)
    cells = [[_cell(column, value) for value in table[column.code]] for column in columns]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.code for column in columns)
    writer.writerows(zip(*cells, strict=True))
    return RenderedFile(
        text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8; header=present", f"{download_name(request)}.csv"
    )


def recommendation_table(request: ViewRequest, columns: Sequence[Column]) -> Columns:
    """Return the values of these columns, for the recommendations that match the filters of a request.

    Besides the columns of `TableValues`, `status_label`, `permalink` and `version` are possible.
    """
    context = request.context
    matches = filter_recommendations(request.view, request.filters, request.language.code)
    codes = [column.code for column in columns]
    values = TableValues(request.view, request.language, matches).recommendation_columns
    table = {code: values[code]() for code in dict.fromkeys((*codes, "id")) if code not in ADDED_COLUMNS}
    if "version" in codes:
        table["version"] = row_versions(request, table)
    if "status_label" in codes:
        (status,) = select_columns({}, ["status"])
        table["status_label"] = [in_words(context, status, code) for code in values["status"]()]
    if "permalink" in codes:
        before, after = context.link("/r/\0").split("\0")
        table["permalink"] = [before + id + after for id in table["id"]]
    return table


def _cell(column: Column, value: Any) -> Any:
    if column.kind is ValueKind.FLAG and value is not None:
        return "yes" if value else "no"
    return escape_formula(value) if column.kind in FREE_TEXT_KINDS and isinstance(value, str) else value


def escape_formula(text: str) -> str:
    """Return the text with an apostrophe before everything that a spreadsheet would read as a formula."""
    if HARMLESS_PATTERN.fullmatch(text) or NUMBER_PATTERN.fullmatch(text):
        return text
    return FORMULA_PATTERN.sub(lambda match: f"{match[1] or ''}'{match[2] or ''}", text)


EDITABLE_COLUMNS = tuple(f.name for f in FIELDS[Recommendation] if f.sheet.is_recorded and f.sheet.is_edited)
"""The codes of the columns whose edits an import brings back. Others are worked out from other records."""


@dataclass(frozen=True, slots=True)
class RowVersion:
    """The version of an exported row. `checksums` maps code of a column → checksum of its value, for "id" too."""

    language: str
    version: str
    checksums: Mapping[str, str]

    def is_value(self, column: str, value: str) -> bool | None:
        """Return whether the row had this value when it was exported, or None if this is not known."""
        return checksum(value) == self.checksums[column] if column in self.checksums else None


def checksum(value: str) -> str:
    """Return a short checksum of a value, in which spaces and line breaks count alike."""
    return f"{zlib.crc32(' '.join(value.split()).encode()):08x}"


def row_versions(request: ViewRequest, table: Columns) -> list[str]:
    """Return the version of each row of an exported table. It has the column `id` and any of `EDITABLE_COLUMNS`.

    The versions are "" if the view is of a past date: from such an export nothing can be brought back.
    """
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
    """Return the version that an exported row has, or None if `text` is not one."""
    language, _, rest = text.strip().partition(" ")
    version, _, pairs = rest.partition(" ")
    checksums = dict(pair.split(":", 1) for pair in pairs.split() if ":" in pair)
    if not language.isalpha() or not version or "id" not in checksums:
        return None
    return RowVersion(language, version, checksums)
