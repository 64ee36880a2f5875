"""The Excel workbook: one sheet each for recommendations, assessments and evidence, in the reader's language.

A text is never turned into a formula or a number. Only columns of links contain links. The same data always give the
same bytes.
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
XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMN_WIDTHS = {
    ValueKind.CODE: 17,
    ValueKind.TEXT: 32,
    ValueKind.LONG: 60,
    ValueKind.DATE: 13,
    ValueKind.NUMBER: 14,
    ValueKind.LINK: 34,
}
DEFAULT_SHEET_COLUMNS = tuple(code for code in export_tables.DEFAULT_COLUMNS if code != "status_label")
"""The default columns of the CSV export, without `status_label`: in the workbook, `status` is a label already."""
MAX_LINKS = 65_530
"""The largest number of links that Excel allows on one sheet."""
MAX_LINK_LENGTH = 2_079
MAX_CELL_LENGTH = 32_767
"""The largest number of UTF-16 code units in a cell. If a cell has more, Excel reports the file as damaged."""


def render_xlsx(request: ViewRequest) -> RenderedFile:
    """Return a workbook with the recommendations that match the filters, and their assessments and evidence.

    The URL parameter `columns` chooses the columns of the first sheet.
    """
    view, language = request.view, request.language
    _ = language.gettext
    matches = filter_recommendations(view, request.filters, language.code)
    raw = io.BytesIO()
    # in memory: temporary files would leave data on the disk, and their time would get into the workbook
    book = Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _set_properties(book, request)
    add_sheet = _SheetWriter(book, request).add_sheet
    add_sheet(
        _("Recommendations"),
        select_columns(export_tables.RECOMMENDATION_COLUMNS, request.params, DEFAULT_SHEET_COLUMNS),
        matches,
    )
    add_sheet(
        _("Assessments"), export_tables.ASSESSMENT_COLUMNS, [(r, a) for r in matches for a in view.assessments[r.id]]
    )
    add_sheet(_("Evidence"), export_tables.EVIDENCE_COLUMNS, _evidence(request, matches))
    _add_notice_sheet(book, file_notice(request, "/export.xlsx"), _("About this file"))
    book.close()
    return RenderedFile(raw.getvalue(), XLSX_MEDIA_TYPE, f"{download_name(request)}.xlsx")


def _evidence(request: ViewRequest, shown: tuple[Recommendation, ...]) -> Iterable[Evidence]:
    """Return the evidence that is linked to the recommendations `shown`.

    If `shown` has all recommendations of the view, return all evidence, linked or not.
    """
    if len(shown) == len(request.view.recommendations):
        return request.view.evidence.values()
    ids = {e.id for r in shown for e, _ in request.view.evidence_for(r)}
    return [e for e in request.view.evidence.values() if e.id in ids]


def _set_properties(book: Any, request: ViewRequest) -> None:
    """Set the title, author, comments and time of creation in the workbook.

    The time of creation is the latest timestamp in the data, so that the same data always give the same bytes.
    """
    title, *more = file_notice(request, "/export.xlsx")
    moments = [moment for record in all_records(request.view.dataset) for moment in timestamps_of(record)]
    shown = [moment for moment in moments if request.view.recorded is None or moment <= request.view.recorded]
    created = datetime.fromisoformat(max(shown, default="") or "2000-01-01").replace(tzinfo=None)
    author = request.language.resolve(request.view.settings.publisher.name).text
    book.set_properties({"title": title, "author": author, "comments": "\n".join(more), "created": created})


def _add_notice_sheet(book: Any, lines: list[str], title: str) -> None:
    """Add a sheet that says what this file is, with one of `lines` in each row."""
    sheet, text = book.add_worksheet(title[:31]), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 100)
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, text)


class _SheetWriter:
    """Adds sheets to a workbook. All of them look the same."""

    def __init__(self, book: Any, request: ViewRequest) -> None:
        self.book, self.request = book, request
        body = {"valign": "top", "text_wrap": True}
        self.head = book.add_format({**body, "bold": True, "bg_color": "#E8ECEF", "bottom": 1})
        self.text, self.number = book.add_format(body), book.add_format({"valign": "top"})
        self.date = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.link = book.add_format({**body, "font_color": "#0B57A4", "underline": 1})

    def add_sheet(self, title: str, columns: tuple[Column[R], ...], rows: Iterable[R]) -> None:
        """Add a sheet with one row for each of `rows`, a frozen header and a filter.

        A column of dates takes two columns of the sheet. The first has the dates of which the exact day is known; the
        second has all other dates, as text.
        """
        sheet, language = self.book.add_worksheet(title[:31]), self.request.language
        _ = language.gettext
        as_known = _("{date}, as precise as it is known")
        headings: list[tuple[str, int]] = []
        for column in columns:
            heading, width = _(column.heading), COLUMN_WIDTHS[column.kind]
            headings.append((heading, width))
            if column.kind is ValueKind.DATE:
                headings.append((as_known.format(date=heading), width))
        for x, (heading, width) in enumerate(headings):
            sheet.set_column(x, x, width)
            sheet.write_string(0, x, heading, self.head)
        y = 0
        for y, row in enumerate(rows, 1):
            x = 0
            for column in columns:
                value = display_value(self.request.context, column, row)
                x += self._write_cell(sheet, y, x, column=column, value=value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, y, len(headings) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0)

    def _write_cell(self, sheet: Any, y: int, x: int, column: Column[R], value: str | int | None) -> int:
        """Write one value, and return how many columns of the sheet the value takes: 2 for a date, otherwise 1."""
        if value is None:
            pass
        elif isinstance(value, int):
            sheet.write_number(y, x, value, self.number)
        elif column.kind is ValueKind.DATE:
            if day := _exact_day(value):
                sheet.write_datetime(y, x, day, self.date)
            else:
                sheet.write_string(y, x + 1, value, self.text)
        elif column.kind is ValueKind.LINK and _is_link(value) and sheet.hlink_count < MAX_LINKS:
            sheet.write_url(y, x, value, self.link)
        else:
            sheet.write_string(y, x, truncate_cell(value), self.text)
        return 1 + (column.kind is ValueKind.DATE)


def _is_link(text: str) -> bool:
    escaped = re.sub(r'[%" <>\[\]^`{}]', "%00", text)
    return text.startswith(("http://", "https://")) and len(escaped.encode("utf-16-le")) <= 2 * MAX_LINK_LENGTH


def _exact_day(value: str) -> date | None:
    """Return a date as a day, or None if the exact day is not known.

    Also return None for a day before 1900, because Excel has no such dates.
    """
    first, last = partial_dates.date_range(value)
    return last if first == last and len(value) == 10 and last.year >= 1900 else None


def truncate_cell(text: str) -> str:
    """Return a text of at most the length that Excel allows in a cell. If the text is cut, it ends with "…"."""
    raw = text.encode("utf-16-le")
    return (
        text if len(raw) <= 2 * MAX_CELL_LENGTH else raw[: 2 * MAX_CELL_LENGTH - 2].decode("utf-16-le", "ignore") + "…"
    )
