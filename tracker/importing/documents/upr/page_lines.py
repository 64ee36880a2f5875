"""Bring the text of a document of the Universal Periodic Review into lines without page headers, footers and footnotes.

In a PDF, the raised numbers of footnotes are found by the place of the letters on the page, so that no real number is
taken for one. In a plain text, a number is a footnote's if the end of the page has a note with this number.
"""

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from tracker.importing.documents.imported_document import SourceText, clean_text
from tracker.importing.documents.structure import JOB_NUMBER
from tracker.sandbox.kinds import refuse_damaged

NOTE = "‡"
"""The sign before the number of a footnote, or its stars, at the beginning of the note."""
_MARK_SIGN = "\ue000"
"""The sign around the raised number of a footnote inside a text."""
UNITED_NATIONS = r"(?:(?:United Nations|Nations Unies|Naciones Unidas)\s+)?"
"""What may stand before the symbol at the edge of a page."""
_MARGIN = re.compile(
    r"(?:(?:page|p\.|p[áa]gina|стр\.|страница)\s*)?\d{1,3}"
    rf"|(?:\d{{1,3}}\s+)?{UNITED_NATIONS}A\s?/\s?HRC/[\w./,-]+\*{{0,2}}(?:\s+\d{{1,3}})?"
    rf"|{JOB_NUMBER}[\s*\d]*"
    r"|(?:page|p[áa]gina|стр\.)\s+\d{1,3}\s+A/HRC/\S+"
    r"|A/HRC/\S+\s+(?:page|p[áa]gina|стр\.|страница)\s+\d{1,3}|[-–—_]{3,}|\*\d{6,9}\*|Please recycle.*",
    re.I,
)
"""A whole line in the margin of a page: page number, symbol, job number."""
_STARS_NOTE = re.compile(
    r"([*∗]{1,3})\s*(?=(?:The|Conclusions?|Previously|Re-?issued|Late|As|This|Le|Les|La|El|Los|Прил|Нас)\b|$)"
)
_PLAIN_NOTE = re.compile(r"(\d{1,2})(?:\s+(?=[^\W\d_a-zа-я]|[“\"«]|A/)|$)")
_RAISED_PLACE = re.compile(r"\d{1,3}|[*∗]{1,3}")
_LONGEST_REST = 4
"""Lines. At most so many lines of a footnote stand on the next page."""
_LONGEST_NOTE = 12
"""Lines. A plain number at the beginning of a line starts a footnote only if the page ends at most so many lines below."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of the document, and the number of its page, or 0 if the file has no pages."""

    text: str
    page: int = 0

    @property
    def place(self) -> str:
        """Return where the line is, in English, for a message about it."""
        return f"page {self.page}" if self.page else f"“{self.text[:40]}”"


def pages_of_report(data: bytes) -> list[str]:
    """Return the text of each page of a PDF, in which NOTE stands before footnotes. Raise UnusableFile for a damaged file."""
    with refuse_damaged(), pypdfium2.PdfDocument(data) as document:
        return [_text_of_page(document, number) for number in range(len(document))]


def lines_of_pages(pages: Sequence[str]) -> list[ReportLine]:
    """Return the lines of pages, without what stands in the margins. One page may be a text without pages."""
    lines: list[ReportLine] = []
    is_open = False
    for number, page in enumerate(pages, 1):
        texts = [clean_text(line).strip() for line in re.split(r"\r?\n", page)]
        kept, notes = _without_margins(texts, is_open=is_open)
        is_open = bool(notes) and not re.search(r"[.;”\"»)]$", notes[-1])
        lines += [ReportLine(line, number if len(pages) > 1 else 0) for line in kept]
    return lines


def lines_of_source(source: SourceText) -> list[ReportLine]:
    """Return the blocks of a .docx file or a web page as lines, each with its automatic number before it."""
    texts = (f"{block.label} {block.text}".strip() for block in source.blocks)
    return [ReportLine(line) for text in texts for line in text.split("\n") if not _MARGIN.fullmatch(line)]


def _text_of_page(document: pypdfium2.PdfDocument, number: int) -> str:
    """Return the text of a page, with NOTE before the number where a footnote begins, and _MARK_SIGN around its mark."""
    page = document[number]
    text_page = page.get_textpage()
    signs = [chr(raw.FPDFText_GetUnicode(text_page, n)) for n in range(text_page.count_chars())]
    text = "".join(sign if len(sign) == 1 and sign != NOTE else " " for sign in signs)
    baselines = _Baselines(text_page, text)
    pieces, end = [], 0
    for found in _RAISED_PLACE.finditer(text):
        before, after = baselines.gap_before(found.start()), baselines.gap_after(found.end() - 1)
        is_mark = before is not None and 1.2 < before < 8
        # the number of a note stands higher than its text, and on another line than what is before it
        is_note = not is_mark and (before is None or abs(before) > 4) and after is not None and -8 < after < -1.2
        if is_mark or is_note:
            pieces += [
                text[end : found.start()],
                f"\n{NOTE}{found[0]} " if is_note else f"{_MARK_SIGN}{found[0]}{_MARK_SIGN}",
            ]
            end = found.end()
    text = "".join([*pieces, text[end:]])
    text_page.close()
    page.close()
    # a hyphen at the end of a line comes without the break
    return text.replace("\x02", "-\n").replace("\ufffe", "-\n")


class _Baselines:
    """Tells how much higher a letter of a page stands than its neighbours, in points."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, text: str) -> None:
        self._page, self._text = text_page, text

    def gap_before(self, index: int) -> float | None:
        """Return how much higher the letter at `index` stands than the last letter before it; None if there is none."""
        other = next((n for n in range(index - 1, max(-1, index - 5), -1) if not self._text[n].isspace()), None)
        return None if other is None else self._height(index) - self._height(other)

    def gap_after(self, index: int) -> float | None:
        """Return how much higher the next letter stands than the letter at `index`; None if there is none."""
        near = range(index + 1, min(len(self._text), index + 6))
        other = next((n for n in near if not self._text[n].isspace()), None)
        return None if other is None else self._height(other) - self._height(index)

    def _height(self, index: int) -> float:
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self._page, index, x, y)
        return y.value


def _without_margins(lines: Sequence[str], *, is_open: bool) -> tuple[list[str], list[str]]:
    """Return (lines with text, footnotes) of a page, without page numbers and headers.

    With `is_open`, the last footnote of the page before goes on at the end of this page, above its own footnotes.
    """
    filled = [line for line in lines if line]
    ends = {*range(3), *range(len(filled) - 3, len(filled))}
    margins = {at for at, line in enumerate(filled) if _MARGIN.fullmatch(line)}
    numbers = {at for at in margins if re.fullmatch(r"\d{1,3}", filled[at])}
    # a number inside the page is one of its text, unless a symbol stands beside it, as in a text without pages
    inside = {at for at in numbers - ends if not {at - 1, at + 1} & (margins - numbers)}
    kept = [line for at, line in enumerate(filled) if at not in margins or at in inside]
    first = next((at for at in range(len(kept)) if _begins_note(kept, at)), len(kept))
    for at in range(max(1, first - _LONGEST_REST), first) if is_open else ():
        rest = kept[at:first]
        if re.search(r"[;.:]$", kept[at - 1]) and not any(re.match(r"\(?\d{1,3}[.)]", line) for line in rest):
            first = at
            break
    marks = {number[1] for line in kept[first:] if (number := re.match(rf"{NOTE}?(\d{{1,2}})(?!\d)", line))}
    raised = re.compile(rf"{_MARK_SIGN}[^{_MARK_SIGN}]*{_MARK_SIGN}")
    return [text for line in kept[:first] if (text := raised.sub("", _without_marks(line, marks)).strip())], kept[
        first:
    ]


def _begins_note(lines: Sequence[str], at: int) -> bool:
    """Return whether the footnotes of a page begin at this line."""
    line = lines[at]
    if line.startswith(NOTE) or (_STARS_NOTE.match(line) and len(lines) - at <= _LONGEST_NOTE):
        return True
    plain = _PLAIN_NOTE.match(line)
    if not plain or len(lines) - at > _LONGEST_NOTE or at == 0:
        return False
    return any(_mark(plain[1]).search(above) for above in lines[:at])


def _mark(number: str) -> re.Pattern[str]:
    """Return the pattern of the mark of a footnote in a text: the number right after a word, a bracket or a full stop."""
    return re.compile(
        rf"{_MARK_SIGN}{number}{_MARK_SIGN}|(?:(?<=[^\W\d_A-Z]{{3}})|(?<=[)”;:,]))(?<!\bNo\.){number}(?=[\s.,;:)]|$)"
    )


def _without_marks(line: str, marks: set[str]) -> str:
    for number in marks:
        line = _mark(number).sub("", line, count=1)
    return line
