"""The recommendations as CSV: a row each, for every program that reads tables.

The first row holds the stable codes of the columns and coded cells hold codes, whatever the language: a program that reads the
file by name goes on working in another language and after a label is reworded. `lang` chooses the texts. Labels are in the workbook.

UTF-8 with a byte order mark, so that Excel shows Cyrillic; rows end in CRLF.

A spreadsheet takes a cell that begins with = + - @ for a formula, which can send data away or start a program. Such a cell gets
an apostrophe in front, also where spaces or invisible characters come first, and so does one that begins with a tab or a line
break. The same is done to the wide forms of these signs, and behind a semicolon, a tab or a line break inside a text: Excel in a
Russian setting splits there, whatever the quotation marks say. Numbers and dates stay as they are.
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
"""The kinds of columns whose cells hold what somebody typed."""


def render_csv(ask: ViewRequest) -> RenderedFile:
    """The recommendations that the filters let through; `columns=` names the columns."""
    wanted = select_columns(export_tables.RECOMMENDATION_COLUMNS, ask.params, export_tables.DEFAULT_COLUMNS)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.code for column in wanted)
    for r in filter_recommendations(ask.view, ask.filters, ask.language.code):
        writer.writerow(_cell(column, machine_value(ask.context, column, r)) for column in wanted)
    return RenderedFile(
        text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8; header=present", f"{download_name(ask)}.csv"
    )


def _cell(column: Column[Recommendation], value: str | int | None) -> str | int | None:
    return escape_formula(value) if isinstance(value, str) and column.kind in FREE_TEXT_KINDS else value


def escape_formula(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would take for a formula."""
    return text if NUMBER_PATTERN.fullmatch(text) else FORMULA_PATTERN.sub(_quoted, text)


def _quoted(found: re.Match[str]) -> str:
    return f"{found[1] or ''}'{found[2] or ''}"
