"""The template for spreadsheets: a workbook with our headings, an example row and lists of the allowed values."""

import io
from datetime import datetime

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_range_abs  # type: ignore[import-untyped]

from tracker.i18n import Language
from tracker.importing.tables.vocabulary import IMPORT_FIELDS, ImportVocabulary
from tracker.model.labels import N_
from tracker.model.vocabulary import Direction, Status
from tracker.publishing.exports.xlsx_export import XLSX_MEDIA_TYPE, truncate_cell
from tracker.publishing.request import RenderedFile, ViewRequest

TEMPLATE_ROWS = 500
"""In how many rows the lists of allowed values open."""
STRICT_LISTS = ("status", "direction")
"""The fields that take one value of their list and nothing else."""
EXAMPLE_TITLE = N_("Publish the statistics every year")
EXAMPLE_SUMMARY = N_("The State should publish the statistics every year, by sex, age and region.")
EXAMPLE_REASON = N_("The statistics were published once. There is no rule that they are published every year.")
EXAMPLE_AUTHORITY = N_("Ministry of Health")


def render_template(request: ViewRequest) -> RenderedFile:
    """Return the template in the language of the request, as a download."""
    body = template_workbook(ImportVocabulary.from_view(request.view, request.language), request.language)
    return RenderedFile(body, XLSX_MEDIA_TYPE, "recommendations.xlsx")


def template_workbook(vocabulary: ImportVocabulary, language: Language) -> bytes:
    """Return the template as the bytes of an .xlsx file, in `language`. The same data always give the same bytes."""
    _ = language.gettext
    raw = io.BytesIO()
    # in memory: temporary files would leave data on the disk
    book = Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _("Template for recommendations"), "created": datetime(2000, 1, 1)})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#E8ECEF", "bottom": 1, "valign": "top", "text_wrap": True}),
        "text": book.add_format({"valign": "top", "text_wrap": True, "num_format": "@"}),
        "example": book.add_format({"valign": "top", "text_wrap": True, "italic": True, "font_color": "#5A6068"}),
    }
    sheet, lists = book.add_worksheet(_("Recommendations")[:31]), book.add_worksheet(_("Allowed values")[:31])
    fields = [field for field in IMPORT_FIELDS.values() if field.sheet.in_template]
    example = _example(vocabulary, language)
    lists_used = 0
    for x, field in enumerate(fields):
        sheet.set_column(x, x, field.sheet.width, styles["text"])
        sheet.write_string(0, x, _(field.label), styles["head"])
        sheet.write_string(1, x, truncate_cell(example.get(field.name, "")), styles["example"])
        labels = list(dict.fromkeys(vocabulary.labels.get(field.name, {}).values()))
        prompt = (
            {"input_title": _(field.label)[:32], "input_message": _(field.sheet.hint)[:255]} if field.sheet.hint else {}
        )
        if labels:
            lists.set_column(lists_used, lists_used, 40, styles["text"])
            lists.write_string(0, lists_used, _(field.label), styles["head"])
            lists.write_column(1, lists_used, map(truncate_cell, labels), styles["text"])
            source = f"='{lists.get_name().replace(chr(39), chr(39) * 2)}'!{xl_range_abs(1, lists_used, len(labels), lists_used)}"
            is_strict = field.name in STRICT_LISTS
            error = _("Choose a value from the list.")
            rule = {"validate": "list", "source": source, "show_error": is_strict, "error_message": error, **prompt}
            lists_used += 1
        else:
            rule = {"validate": "any", **prompt}
        if labels or prompt:
            sheet.data_validation(1, x, TEMPLATE_ROWS, x, rule)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    book.close()
    return raw.getvalue()


def _example(vocabulary: ImportVocabulary, language: Language) -> dict[str, str]:
    """Return code of a field → what the example row says."""
    _ = language.gettext
    first = {field: next(iter(vocabulary.labels[field].values()), "") for field in ("symbol", "themes", "groups")}
    return {
        **first,
        "number": _("Example: delete this row"),
        "paragraph": "36 (c)",
        "title": _(EXAMPLE_TITLE),
        "summary": _(EXAMPLE_SUMMARY),
        "rights": "ICESCR 12",
        "authorities": _(EXAMPLE_AUTHORITY),
        "status": vocabulary.label("status", Status.PARTIALLY.value),
        "direction": vocabulary.label("direction", Direction.FORWARD.value),
        "assessed": "2026-03-18",
        "reason": _(EXAMPLE_REASON),
        "source_link": "https://example.org/report",
    }
