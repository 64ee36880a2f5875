"""Recognise a document of the Universal Periodic Review by its front, and read it: `read_upr` is called for every upload."""

import re
from collections import Counter
from collections.abc import Sequence

from tracker.importing.documents.docx_reader import read_docx_tables
from tracker.importing.documents.imported_document import SourceText, UprDocument
from tracker.importing.documents.upr.answers import read_addendum
from tracker.importing.documents.upr.page_lines import (
    UNITED_NATIONS,
    ReportLine,
    lines_of_pages,
    lines_of_source,
    pages_of_report,
)
from tracker.importing.documents.upr.phrases import phrase
from tracker.importing.documents.upr.report_reader import read_report
from tracker.importing.documents.upr.thematic_list import read_thematic_list
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_

_SYMBOL_LINE = re.compile(rf"{UNITED_NATIONS}(A/HRC/(?:WG\.6/)?\d[\w./]*)\W*\d{{0,3}}", re.I)
_FRONT = 90
"""Lines. The title and the symbol of a document stand at most so far from its beginning."""
MOST_PAGES = 150
_OTHER_PAPER = N_(
    "This is another paper of the Human Rights Council: it has no recommendations of the Universal Periodic Review. Bring "
    "in the report of the Working Group, the addendum with the State's answers, or the thematic list of OHCHR."
)
_TOO_MANY_PAGES = N_(
    "The file has {pages} pages; a report of the Working Group has 15 to 60. Save the pages of this report alone, and "
    "bring in that file."
)
_TWO_COVERS = N_("The file has more than one document: {names}. Save each as a file of its own, and bring in one.")


def read_upr(data: bytes, kind: FileKind, text: str, source: SourceText | None) -> UprDocument | None:
    """Return a document of the Universal Periodic Review; None for other documents. Raise UnusableFile if it cannot be used.

    `text` is the text of a PDF or of pasted text, with a form feed between pages; `source` has that of other files.
    """
    if kind is FileKind.DOCX and source and (found := read_thematic_list(data, source)):
        return found
    lines = (
        lines_of_source(source) if source else [ReportLine(line.strip()) for line in text.split("\n") if line.strip()]
    )
    margins = list(source.margins) if source else []
    front = [*(line.text for line in lines[:_FRONT]), *margins]
    symbols = [symbol[1] for one in front if (symbol := _SYMBOL_LINE.fullmatch(one))]
    title = phrase("kinds.report").search(" ".join(line.text for line in lines[:_FRONT]))
    if not title and not symbols:
        return None
    if any("WG.6" in one and "/L." not in one for one in symbols) or not title:
        raise UnusableFile(_OTHER_PAPER)
    pages = text.count("\f") + 1 if source is None else 1
    if pages > MOST_PAGES:
        raise UnusableFile(_TOO_MANY_PAGES, {"pages": pages})
    _refuse_two_covers(lines, [*margins, *(text.split("\n") if source is None else ())])
    whole = text
    if kind is FileKind.PDF:
        printed = pages_of_report(data)
        lines, whole = lines_of_pages(printed), "\n".join(printed)
    elif source is None:
        lines = lines_of_pages(text.split("\f"))
    else:
        whole = "\n".join([*margins, *(block.text for block in source.blocks)])  # `lines` has no line of a symbol alone
    is_addendum = any(re.fullmatch(r"(?i)addendum|additif|adición|добавление", one.strip(" *")) for one in front)
    if is_addendum or any("/Add." in symbol for symbol in symbols):
        tables = read_docx_tables(data) if kind is FileKind.DOCX else ()
        return read_addendum(lines, whole, tables)
    return read_report(lines, whole)


def _refuse_two_covers(lines: Sequence[ReportLine], margins: Sequence[str]) -> None:
    found = Counter(symbol[1] for one in margins if (symbol := _SYMBOL_LINE.fullmatch(one.strip())))
    base = {re.sub(r"/(?:Rev|Corr)\.\d+$", "", symbol) for symbol, count in found.items() if count > 1}
    names = sorted(symbol for symbol in base if "WG.6" not in symbol)
    if len(names) < 2:
        titles = [
            at
            for at, line in enumerate(lines)
            if phrase("kinds.report").match(" ".join(x.text for x in lines[at : at + 2]))
        ]
        below = (" ".join(line.text for line in lines[at : at + 6]) for at in titles)
        names = list(dict.fromkeys(re.sub(r"(?i).*review\W*", "", one)[:40].strip() for one in below))
    if len(names) > 1:
        raise UnusableFile(_TWO_COVERS, {"names": ", ".join(names[:4])})
