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
"""

import csv
import io
import re

from tracker.model.records import Recommendation
from tracker.publishing import export_tables
from tracker.publishing.export_columns import Column, ValueKind, machine_value, select_columns
from tracker.publishing.provenance import download_name
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.queries.filters import filter_recommendations

LEADING_SPACE = r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]*"
FORMULA_PATTERN = re.compile(rf"(^|[;\t\r\n])({LEADING_SPACE}[=+\-@＝＋－﹣−＠])|^(?=[\t\r\n])")
NUMBER_PATTERN = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
FREE_TEXT_KINDS = (ValueKind.CODE, ValueKind.TEXT, ValueKind.LONG, ValueKind.LINK)
"""The kinds of columns whose cells may hold text that somebody typed."""


def render_csv(request: ViewRequest) -> RenderedFile:
    """Return the recommendations that match the filters as CSV. The URL parameter `columns` chooses the columns."""
    columns = select_columns(export_tables.RECOMMENDATION_COLUMNS, request.params, export_tables.DEFAULT_COLUMNS)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.code for column in columns)
    for r in filter_recommendations(request.view, request.filters, request.language.code):
        writer.writerow(_cell(column, machine_value(request.context, column, r)) for column in columns)
    return RenderedFile(
        text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8; header=present", f"{download_name(request)}.csv"
    )


def _cell(column: Column[Recommendation], value: str | int | None) -> str | int | None:
    return escape_formula(value) if isinstance(value, str) and column.kind in FREE_TEXT_KINDS else value


def escape_formula(text: str) -> str:
    """Return the text with an apostrophe before everything that a spreadsheet would read as a formula."""
    return text if NUMBER_PATTERN.fullmatch(text) else FORMULA_PATTERN.sub(_with_apostrophe, text)


def _with_apostrophe(match: re.Match[str]) -> str:
    return f"{match[1] or ''}'{match[2] or ''}"
