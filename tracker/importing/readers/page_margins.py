"""What stands in the margins of the pages of a PDF, between the lines of pasted text: headers, page numbers, footnotes."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.importing.readers.text_blocks import ends_sentence
from tracker.storage.yaml.defaults import symbol_starts

_SYMBOL_LINE = re.compile(
    rf"(?:\d{{1,3}}\s+)?(?:Advance unedited version\s*)?(?:{symbol_starts()})[\w./–-]*\w(?:\s+\d{{1,3}})?$", re.I
)
_JOB_NUMBER = re.compile(
    r"(?:\d{1,3}\s+)?(?:GE|HRI|V|N)\.\s?\d{2}-\d{4,6}(?:\s*\([A-Z]\))?(?:\s+\d{6})?(?:\s+\d{1,3})?$"
)
_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:(?:page|p\.|стр\.|страница)\s*)?\d{1,3}(?:\s*(?:/|of|из)\s*\d{1,3})?(?:\s*[-–—])?$", re.I
)
_PRINTER = re.compile(r"(?:\*\d{6,9}\*|Please recycle.*|Просьба отправить на вторичную переработку.*|@+)$", re.I)
_STATUS = re.compile(
    r"[\[(*\s]*(?:(?:advance )?unedited (?:advance )?(?:version|copy|text)|advance (?:unedited )?(?:version|copy)|"
    r"(?:предварительн\w+ )?неотредактированн\w+ (?:вариант|версия|текст)|предварительн\w+ (?:вариант|версия)|"
    r"version (?:préliminaire|avancée)(?: non éditée)?|version non éditée|"
    r"versión (?:preliminar|anticipada|avanzada)(?: sin editar)?|versión sin editar)[\])*\s]*$",
    re.I,
)
"""What stands on each page of a text that is not edited yet."""
_RULE = re.compile(r"[_–—-]{4,}$|_{3,}")
_NOTE_START = re.compile(
    r"(?P<mark>\d{1,2}|\*{1,3})\s*(?P<text>(?:See|Ibid|Cf\.|Adopted|The present document|Official Records|General comment|"
    r"General recommendation|Resolution|Law No|Available|См\.|Там же|Принят|Настоящий документ|Официальные отчеты|"
    r"(?:[AE]|ST|[A-Z]{3,5})/|HRC|https?:|www\.).*)$",
)
_MOST_NOTE_LINES = 4


@dataclass(frozen=True, slots=True)
class PageMargins:
    """The lines that are text, and what was removed: the headers and page numbers, and the footnotes."""

    lines: tuple[str, ...]
    removed: tuple[str, ...]
    notes: tuple[str, ...]


def find_margins(lines: Sequence[str]) -> PageMargins:
    """Return the lines without what belongs to the pages. A form feed ends a page. Numbers of footnotes go as well."""
    repeated = _repeated(lines)
    kept: list[str] = []
    removed: list[str] = []
    notes: list[str] = []
    marks: list[tuple[str, int]] = []
    in_notes = 0
    for index, line in enumerate(lines):
        if line == "\f":
            in_notes = 0
            kept.append(line)
        elif not line:
            kept.append(line)
        elif _is_margin(line, repeated) and not _is_number_of_paragraph(lines, index):
            removed.append(line)
            in_notes = 0
            _drop_gap(kept)
        elif _RULE.fullmatch(line):
            in_notes = 2
            _drop_gap(kept)
        elif found := _note(line, in_notes, marks) or _note_below(lines, index, marks, kept=kept, repeated=repeated):
            notes.append(found[1])
            marks.append((found[0], len(kept)))
            in_notes = 1 if ends_sentence(line) else 3
            _drop_gap(kept)
        elif (
            in_notes == 3 and not re.match(r"\d{1,3}\.\s|\([a-z]\)\s", line) and len(notes[-1]) < 120 * _MOST_NOTE_LINES
        ):
            notes[-1] = f"{notes[-1]} {line}"
            in_notes = 1 if ends_sentence(line) else 3
        else:
            in_notes = 0 if in_notes != 2 else 2
            kept.append(line)
    return PageMargins(tuple(_without_marks(kept, marks)), tuple(removed), tuple(notes))


def _drop_gap(kept: list[str]) -> None:
    """Remove the empty lines at the end, which belong to the margin."""
    while kept and kept[-1] == "":
        kept.pop()


def _repeated(lines: Sequence[str]) -> set[str]:
    """Return the lines, with their digits as 0, that stand on several pages."""
    shapes = Counter(_shape(line) for line in lines if 3 < len(line) < 100 and line != "\f")
    return {
        shape
        for shape, count in shapes.items()
        if count >= 3 and not ends_sentence(shape) and not re.match(r"\(?\w{1,3}[.)]", shape) and "0" in shape
    }


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _is_margin(line: str, repeated: set[str]) -> bool:
    return (
        any(pattern.match(line) for pattern in (_SYMBOL_LINE, _JOB_NUMBER, _PAGE_NUMBER, _PRINTER, _STATUS))
        or _shape(line) in repeated
    )


def _is_number_of_paragraph(lines: Sequence[str], index: int) -> bool:
    """Return whether a line with a number alone is that of the paragraph in the next line: "12." and then its text."""
    return bool(re.fullmatch(r"\d{1,3}\.", lines[index]))


def _note(line: str, in_notes: int, marks: Sequence[tuple[str, int]]) -> tuple[str, str] | None:
    """Return the mark and the text if the line begins a footnote, otherwise None."""
    if found := _NOTE_START.match(line):
        if found["mark"].isdecimal() and not _is_next(found["mark"], marks):
            return None
        return found["mark"], found["text"]
    if (
        in_notes in (1, 2)
        and (plain := re.match(r"(\d{1,2}|\*{1,3})\s+(\S.*)$", line))
        and not line[:4].rstrip().endswith(".")
    ):
        return (plain[1], plain[2]) if not plain[1].isdecimal() or _is_next(plain[1], marks) else None
    return None


def _note_below(
    lines: Sequence[str], index: int, marks: Sequence[tuple[str, int]], *, kept: Sequence[str], repeated: set[str]
) -> tuple[str, str] | None:
    """Return the mark and the text of a footnote of any wording: at the end of a page whose text has this mark."""
    found = re.match(r"(\d{1,2})\s+(\S.*)$", lines[index])
    if not found or not _is_next(found[1], marks):
        return None
    below = lines[index + 1 : index + 1 + _MOST_NOTE_LINES]
    is_last = any(line == "\f" or _is_margin(line, repeated) for line in below)
    mark = _mark_pattern(found[1])
    return (found[1], found[2]) if is_last and any(mark.search(line) for line in kept[-80:]) else None


def _mark_pattern(mark: str) -> re.Pattern[str]:
    """Return the pattern of a number that refers to a footnote: glued to a word, a bracket, or a mark of punctuation."""
    return re.compile(
        rf"(?<=[^\W\d_][.,;:)”’\"])({mark})(?=\s|$|[.,;])|(?<=[^\W\d_])({mark})(?=[\s.,;:)]|$)|"
        rf"(?<=\)[.,;])({mark})(?=\s|$)|(?<=\))({mark})(?=[.,;]?(?:\s|$))"
    )


def _is_next(mark: str, marks: Sequence[tuple[str, int]]) -> bool:
    numbers = [int(known) for known, _place in marks if known.isdecimal()]
    return int(mark) in range(1, 4) if not numbers else int(mark) in (1, numbers[-1] + 1, numbers[-1] + 2)


def _without_marks(kept: Sequence[str], marks: Sequence[tuple[str, int]]) -> list[str]:
    """Return the lines without the numbers that refer to the footnotes, which are glued to a word before them."""
    lines = list(kept)
    for mark, place in marks:
        if not mark.isdecimal():
            continue
        pattern = _mark_pattern(mark)
        for index in range(place - 1, max(-1, place - 90), -1):
            if not re.match(r"\d{1,2}\s", lines[index]) and (found := pattern.search(lines[index])):
                lines[index] = lines[index][: found.start()] + lines[index][found.end() :]
                break
    return lines
