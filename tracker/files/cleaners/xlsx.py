"""Clean a workbook: remove names, dates, hidden copies of data, and links and formulas that fetch data."""

import re
from typing import Any

from tracker.files import findings
from tracker.files.cleaners import office_package as office
from tracker.files.findings import FoundItems
from tracker.files.kept_file import CleaningChoices
from tracker.sandbox.limits import FileLimits

_MAIN = "xl/workbook.xml"
_KEPT = re.compile(
    r"xl/(?:workbook|styles|sharedStrings|comments\w*|comments/\w+|theme/theme\d*|worksheets/\w+|chartsheets/\w+"
    r"|drawings/\w+|charts/chart\w*|tables/\w+|diagrams/\w+)\.xml"
)
_FORMULAS = ("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula")
_FETCHES = re.compile(
    r"\[\d+\]|\[[^\]]*\.xl|\|\s*'|\b(?:WEBSERVICE|FILTERXML|RTD|CALL|REGISTER(?:\.ID)?|EXEC|SQL\.REQUEST|IMAGE|STOCKHISTORY)\s*\(",
    re.I,
)
_FILE_LINK = re.compile(r"HYPERLINK\s*\(\s*\"(?!https?:|mailto:|#)", re.I)


def clean_xlsx(data: bytes, choices: CleaningChoices, limits: FileLimits, *, found: FoundItems) -> bytes:
    """Return the workbook without metadata. `found` counts what was removed or must be checked. Raises UnusableFile."""
    package = office.load_package(data, _MAIN, _KEPT, needed="sheets", limits=limits, found=found)
    _clean_workbook(package.parts[_MAIN], found)
    _clean_comments_of_sheets(package, choices, found)
    for path, root in package.parts.items():
        _clean_formulas(root, found)
        if path.startswith("xl/worksheets/"):
            marks = [element.get("hidden") for element in office.elements_of(root, "row", "col")]
            found.add(findings.HIDDEN_TEXT, sum(mark in ("1", "true") for mark in marks))
    return office.write_package(package, ("sheet", "drawing"), found=found)


def _clean_workbook(root: Any, found: FoundItems) -> None:
    for element in list(root):
        if office.local_name(element.tag) not in {"workbookPr", "bookViews", "sheets", "definedNames", "calcPr"}:
            office.drop(element)
    for element in office.elements_of(root, "definedName"):
        if _FETCHES.search(element.text or "") or element.get("function") or element.get("xlm"):
            office.drop(element)
            found.add(findings.FETCHING_FIELDS)
    states = [sheet.get("state", "visible") for sheet in office.elements_of(root, "sheet")]
    found.add(findings.HIDDEN_TEXT, sum(state != "visible" for state in states))


def _clean_comments_of_sheets(package: office.OfficePackage, choices: CleaningChoices, found: FoundItems) -> None:
    for path in [path for path in package.parts if path.startswith("xl/comments")]:
        root = package.parts[path]
        comments = office.elements_of(root, "comment")
        found.add_comments(len(comments), are_removed=choices.remove_comments)
        if choices.remove_comments:
            office.remove_part(package, path)
        for author in office.elements_of(root, "author"):
            author.text = "Author"
        for comment in comments:
            _drop_author_line(comment)


def _drop_author_line(comment: Any) -> None:
    """Remove the name with which Excel begins a comment: a bold run of text that ends with a colon."""
    runs = office.elements_of(comment, "r")
    if len(runs) > 1 and office.elements_of(runs[0], "b"):
        text = "".join(element.text or "" for element in office.elements_of(runs[0], "t"))
        if text.strip().endswith(":"):
            office.drop(runs[0])


def _clean_formulas(root: Any, found: FoundItems) -> None:
    """Remove formulas that fetch data or open a file. The last result stays in the cell."""
    for element in office.elements_of(root, *_FORMULAS):
        if "spreadsheetml" not in office.namespace(element.tag):
            continue
        if _FETCHES.search(element.text or "") or _FILE_LINK.search(element.text or ""):
            office.drop(element)
            found.add(findings.FETCHING_FIELDS)
