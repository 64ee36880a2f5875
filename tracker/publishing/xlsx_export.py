"""The data as a workbook: recommendations, assessments, evidence, each a sheet, in the reader's language.

What is a text in the data is a text in the workbook: nothing is taken for a formula, a number or a link. The same data give
the same bytes.
"""

import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tracker.model import partial_dates
from tracker.model.dataset import all_records
from tracker.model.lifecycle import timestamps_of
from tracker.model.records import Evidence, Recommendation
from tracker.publishing import export_tables
from tracker.publishing.export_columns import Column, ValueKind, display_value, select_columns
from tracker.publishing.provenance import download_name, file_notice
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.queries.filters import filter_recommendations

R = TypeVar("R")
CELL_FORMATS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMN_WIDTHS = {
    ValueKind.CODE: 17,
    ValueKind.TEXT: 32,
    ValueKind.LONG: 60,
    ValueKind.DATE: 13,
    ValueKind.NUMBER: 14,
    ValueKind.LINK: 34,
}
DEFAULT_WIDTH = tuple(code for code in export_tables.DEFAULT_COLUMNS if code != "status_label")
"""As in the CSV, but for the column that says in words what is a code there: here all are words."""
MAX_LINKS = 65_530
"""Links that Excel takes on one sheet."""
MAX_LINK_LENGTH = 2_079
MAX_CELL_LENGTH = 32_767
"""UTF-16 units that a cell holds; Excel "repairs" a file with more."""


def render_xlsx(ask: ViewRequest) -> RenderedFile:
    """The recommendations that the filters let through, with their assessments and evidence; `columns=` for the first sheet."""
    view, language = ask.view, ask.language
    _ = language.gettext
    found = filter_recommendations(view, ask.filters, language.code)
    raw = io.BytesIO()
    # in memory: temporary files would leave the data on the disk, and carry the time of day
    book = Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _describe(book, ask)
    sheet = _Sheets(book, ask).add
    sheet(_("Recommendations"), select_columns(export_tables.RECOMMENDATION_COLUMNS, ask.params, DEFAULT_WIDTH), found)
    sheet(_("Assessments"), export_tables.ASSESSMENT_COLUMNS, [(r, a) for r in found for a in view.assessments[r.id]])
    sheet(_("Evidence"), export_tables.EVIDENCE_COLUMNS, _evidence(ask, found))
    _say(book, file_notice(ask, "/export.xlsx"), _("About this file"))
    book.close()
    return RenderedFile(raw.getvalue(), CELL_FORMATS, f"{download_name(ask)}.xlsx")


def _evidence(ask: ViewRequest, found: tuple[Recommendation, ...]) -> Iterable[Evidence]:
    """The evidence on these recommendations; all of it, also what bears on nothing yet, when nothing is filtered."""
    if len(found) == len(ask.view.recommendations):
        return ask.view.evidence.values()
    there = {e.id for r in found for e, _ in ask.view.evidence_for(r)}
    return [e for e in ask.view.evidence.values() if e.id in there]


def _describe(book: Any, ask: ViewRequest) -> None:
    """Whose data this is, in the properties of the file. It was made when the last of it was recorded."""
    title, *more = file_notice(ask, "/export.xlsx")
    known = [moment for record in all_records(ask.view.dataset) for moment in timestamps_of(record)]
    told = [moment for moment in known if ask.view.recorded is None or moment <= ask.view.recorded]
    made = datetime.fromisoformat(max(told, default="") or "2000-01-01").replace(tzinfo=None)
    author = ask.language.resolve(ask.view.settings.publisher.name).text
    book.set_properties({"title": title, "author": author, "comments": "\n".join(more), "created": made})


def _say(book: Any, lines: list[str], title: str) -> None:
    """A last sheet that says what this is."""
    sheet, text = book.add_worksheet(title[:31]), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 100)
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, text)


class _Sheets:
    """Adds sheets that all look the same."""

    def __init__(self, book: Any, ask: ViewRequest) -> None:
        self.book, self.ask = book, ask
        body = {"valign": "top", "text_wrap": True}
        self.head = book.add_format({**body, "bold": True, "bg_color": "#E8ECEF", "bottom": 1})
        self.text, self.number = book.add_format(body), book.add_format({"valign": "top"})
        self.date = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.link = book.add_format({**body, "font_color": "#0B57A4", "underline": 1})

    def add(self, title: str, wanted: tuple[Column[R], ...], rows: Iterable[R]) -> None:
        """A sheet with a frozen header, a filter and wrapped texts. A day goes in as a date; a date that is less
        than a day goes as text into a column of its own."""
        sheet, language = self.book.add_worksheet(title[:31]), self.ask.language
        _ = language.gettext
        known = _("{date}, as well as it is known")
        headings = [
            h for c in wanted for h in ([_(c.heading)] + [known.format(date=_(c.heading))] * (c.kind is ValueKind.DATE))
        ]
        widths = [COLUMN_WIDTHS[c.kind] for c in wanted for _time in range(1 + (c.kind is ValueKind.DATE))]
        for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, heading, self.head)
        number = 0
        for number, row in enumerate(rows, 1):
            place = 0
            for column in wanted:
                place += self._write(sheet, number, place, column, display_value(self.ask.context, column, row))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, number, len(headings) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0)

    def _write(self, sheet: Any, row: int, place: int, column: Column[R], value: str | int | None) -> int:
        """Writes a cell; gives the number of places that it takes."""
        if value is None:
            pass
        elif isinstance(value, int):
            sheet.write_number(row, place, value, self.number)
        elif column.kind is ValueKind.DATE:
            if day := _day(value):
                sheet.write_datetime(row, place, day, self.date)
            else:
                sheet.write_string(row, place + 1, value, self.text)
        elif column.kind is ValueKind.LINK and _is_link(value) and sheet.hlink_count < MAX_LINKS:
            sheet.write_url(row, place, value, self.link)
        else:
            sheet.write_string(row, place, truncate_cell(value), self.text)
        return 1 + (column.kind is ValueKind.DATE)


def _is_link(text: str) -> bool:
    escaped = re.sub(r'[%" <>\[\]^`{}]', "%00", text)
    return text.startswith(("http://", "https://")) and len(escaped.encode("utf-16-le")) <= 2 * MAX_LINK_LENGTH


def _day(known: str) -> date | None:
    """The day of a date that is known to the day; a workbook knows none before 1900."""
    first, last = partial_dates.date_range(known)
    return last if first == last and len(known) == 10 and last.year >= 1900 else None


def truncate_cell(text: str) -> str:
    """The text, cut where a cell ends."""
    raw = text.encode("utf-16-le")
    return (
        text if len(raw) <= 2 * MAX_CELL_LENGTH else raw[: 2 * MAX_CELL_LENGTH - 2].decode("utf-16-le", "ignore") + "…"
    )
