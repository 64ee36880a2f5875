"""The Excel workbook: recommendations, assessments, evidence, documents and deadlines, in the reader's language.

A text is never turned into a formula or a number. The same data always give the same bytes.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from tracker.model import partial_dates
from tracker.model.dataset import all_records
from tracker.model.fields import Field, ValueKind
from tracker.model.lifecycle import timestamps_of
from tracker.publishing.exports import csv_export as export_columns
from tracker.publishing.exports.csv_export import in_words, recommendation_table, select_columns
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import RenderedFile, download_name, file_notice
from tracker.publishing.sentences import notes_on_editors
from tracker.publishing.wording import filter_labels
from tracker.queries.lists.filters import filter_recommendations
from tracker.queries.tables.values import Columns, TableValues

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMN_WIDTHS = {
    ValueKind.CODE: 17,
    ValueKind.TEXT: 32,
    ValueKind.LONG: 60,
    ValueKind.DATE: 13,
    ValueKind.TIME: 17,
    ValueKind.NUMBER: 14,
    ValueKind.FLAG: 14,
    ValueKind.LINK: 34,
}
_UNUSED = ("status_label", "permalink")
"""The default columns of the CSV export, except two: in a sheet, `status` is a label already, and `title` is a link."""
MAX_LINKS = 65_530
"""The largest number of links that Excel allows on one sheet."""
MAX_LINK_LENGTH = 2_079
MAX_CELL_LENGTH = 32_767
"""The largest number of UTF-16 code units in a cell. If a cell has more, Excel reports the file as damaged."""


def render_xlsx(request: ViewRequest) -> RenderedFile:
    """Return a workbook of the recommendations that match the filters, with a sheet for each kind of related record."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # here, as it takes 3 MB

    view, _ = request.view, request.language.gettext
    tables = TableValues(view, request.language, filter_recommendations(view, request.filters, request.language.code))
    default = (name for name in export_columns.default_columns(request.view) if name not in _UNUSED)
    columns, raw = select_columns(request.params, default), io.BytesIO()
    # in memory: temporary files would leave data on the disk, and their time would get into the workbook
    book = Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    writer = _SheetWriter(book, request)
    writer.add_notice(_("About this file"), _about(book, request, tables))
    assessments, evidence, documents = tables.assessment_columns(), tables.evidence_columns(), tables.document_columns()
    links = {r.id: request.link(f"/r/{r.id}") for r in tables.recommendations}
    of_assessments = {"recommendation": [links[id] for id in assessments["recommendation"]]}
    table = recommendation_table(request, columns)
    writer.add_sheet(_("Recommendations"), columns, table, {"title": list(links.values())})
    offered = partial(export_columns.columns_in, request.view)
    writer.add_sheet(_("Assessments"), offered(export_columns.ASSESSMENT_COLUMNS), assessments, of_assessments)
    writer.add_sheet(_("Evidence"), offered(export_columns.EVIDENCE_COLUMNS), evidence, {"title": evidence["link"]})
    writer.add_sheet(_("Documents"), offered(export_columns.DOCUMENT_COLUMNS), documents, {"title": documents["link"]})
    writer.add_sheet(_("Deadlines"), offered(export_columns.DEADLINE_COLUMNS), tables.deadline_columns(), {})
    book.close()
    return RenderedFile(raw.getvalue(), XLSX_MEDIA_TYPE, f"{download_name(request)}.xlsx")


def _about(book: Any, request: ViewRequest, tables: TableValues) -> list[str]:
    """Return the lines of the first sheet, and set the properties of the workbook."""
    view, language = request.view, request.language
    _, settings = language.gettext, view.settings
    title, *more = file_notice(request, "/export.xlsx")
    moments = [moment for record in all_records(view.dataset) for moment in timestamps_of(record)]
    shown = [moment for moment in moments if view.recorded is None or moment <= view.recorded]
    created = datetime.fromisoformat(max(shown, default="") or "2000-01-01").replace(tzinfo=None)
    author = language.resolve(settings.publisher.name).text
    book.set_properties({"title": title, "author": author, "comments": "\n".join(more), "created": created})
    filters = filter_labels(request, request.filters)
    return [
        title,
        *([language.resolve(settings.subtitle).text] if settings.subtitle else []),
        _("As of {day}", day=language.format_day(view.local_date)),
        f"{_('Filters')}: {'; '.join(filters)}" if filters else _("All recommendations, without filters"),
        language.ngettext("{n} recommendation", "{n} recommendations", len(tables.recommendations)),
        *notes_on_editors(view, language, tables.recommendations),
        *more,
    ]


class _SheetWriter:
    """A writer that adds sheets with the same look to one workbook."""

    def __init__(self, book: Any, request: ViewRequest) -> None:
        self.book, self.request = book, request
        self.zone = ZoneInfo(request.language.timezone)
        body = {"valign": "top", "text_wrap": True}
        self.head = book.add_format({**body, "bold": True, "bg_color": "#E8ECEF", "bottom": 1})
        self.text, self.number = book.add_format(body), book.add_format({"valign": "top"})
        self.date = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.time = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.link = book.add_format({**body, "font_color": "#0B57A4", "underline": 1})
        self.title = book.add_format({**body, "bold": True, "font_size": 14})

    def add_notice(self, title: str, lines: Sequence[str]) -> None:
        """Add a sheet with one of `lines` in each row. The first line has the format of a heading."""
        sheet = self.book.add_worksheet(title[:31])
        sheet.set_column(0, 0, 100)
        for number, line in enumerate(lines):
            sheet.write_string(number, 0, line, self.text if number else self.title)

    def add_sheet(
        self, title: str, columns: Sequence[Field], table: Columns, links: Mapping[str, Sequence[Any]]
    ) -> None:
        """Add a sheet with headings, one row for each row of `table`, and a filter. The column `version` is hidden."""
        sheet, _ = self.book.add_worksheet(title[:31]), self.request.language.gettext
        for x, column in enumerate(columns):
            options = {"hidden": True} if column.name == "version" else None
            kind, values = column.value_kind, table[column.name]
            sheet.set_column(x, x, COLUMN_WIDTHS[kind], None, options)
            sheet.write_string(0, x, _(column.label), self.head)
            own_links = values if kind is ValueKind.LINK else links.get(column.name, [None] * len(values))
            self._write_column(sheet, x, kind, in_words(self.request, column, values), own_links)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table[columns[0].name]), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0)

    def _write_column(self, sheet: Any, x: int, kind: ValueKind, values: Iterable[Any], links: Sequence[Any]) -> None:
        """Write the values of column number `x` below its heading. For None, the cell stays empty."""
        for y, (value, link) in enumerate(zip(values, links, strict=True), 1):
            if value is None:
                continue
            if link is not None and _is_link(link) and sheet.hlink_count < MAX_LINKS:
                sheet.write_url(y, x, link, self.link, truncate_cell(value))
            elif kind is ValueKind.NUMBER:
                sheet.write_number(y, x, value, self.number)
            elif kind is ValueKind.DATE and (day := _exact_day(value)):
                sheet.write_datetime(y, x, day, self.date)
            elif kind is ValueKind.TIME:
                local = datetime.fromisoformat(value).astimezone(self.zone)
                sheet.write_datetime(y, x, local.replace(tzinfo=None), self.time)
            else:
                sheet.write_string(y, x, truncate_cell(value), self.text)


def _is_link(text: str) -> bool:
    escaped = re.sub(r'[%" <>\[\]^`{}]', "%00", text)
    return text.startswith(("http://", "https://")) and len(escaped.encode("utf-16-le")) <= 2 * MAX_LINK_LENGTH


def _exact_day(value: str) -> date | None:
    """Return a partial date as a day. Return None if it is not one exact day, or a day before 1900 (Excel has none)."""
    first, last = partial_dates.date_range(value)
    return last if first == last and len(value) == 10 and last.year >= 1900 else None


def truncate_cell(text: str) -> str:
    """Return a text that fits into a cell of Excel. A text longer than MAX_CELL_LENGTH is cut, and ends with "…"."""
    most = 2 * MAX_CELL_LENGTH
    raw = text.encode("utf-16-le") if len(text) > MAX_CELL_LENGTH // 2 else b""
    return text if len(raw) <= most else raw[: most - 2].decode("utf-16-le", "ignore") + "…"
