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
from tracker.publishing.export_columns import Column, Kind, chosen, coded
from tracker.publishing.provenance import file_name
from tracker.queries.filters import matching
from tracker.web.responses import Answer, Ask

SPACE = r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]*"
FORMULA = re.compile(rf"(^|[;\t\r\n])({SPACE}[=+\-@＝＋－﹣−＠])|^(?=[\t\r\n])")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
FREE = (Kind.CODE, Kind.TEXT, Kind.LONG, Kind.LINK)
"""The kinds of columns whose cells hold what somebody typed."""


def csv_file(ask: Ask) -> Answer:
    """The recommendations that the filters let through; `columns=` names the columns."""
    wanted = chosen(export_tables.RECOMMENDATIONS, ask.params, export_tables.DEFAULT)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.code for column in wanted)
    for r in matching(ask.view, ask.query, ask.language.code):
        writer.writerow(_cell(column, coded(ask.shown, column, r)) for column in wanted)
    return Answer(
        text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8; header=present", f"{file_name(ask)}.csv"
    )


def _cell(column: Column[Recommendation], value: str | int | None) -> str | int | None:
    return harmless(value) if isinstance(value, str) and column.kind in FREE else value


def harmless(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would take for a formula."""
    return text if NUMBER.fullmatch(text) else FORMULA.sub(_quoted, text)


def _quoted(found: re.Match[str]) -> str:
    return f"{found[1] or ''}'{found[2] or ''}"
