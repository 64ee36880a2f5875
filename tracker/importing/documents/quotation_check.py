"""Check that the words of a quotation are in its file, by code that did not make the quotation.

The readers of documents join lines, take page headers and footnotes out, and cut paragraphs into parts. This module
uses nothing of that: `read_plain_text` takes the text from the file in a plainer way, and `find_joints` looks for a
quotation in it, letter for letter. On both sides, spaces, bullets, soft hyphens and hyphens inside of words do not count.

Between two words of a quotation there may be only the end of a page, with its header, its number and its footnotes, or
the number of a footnote. Such a place is a joint, which the review shows.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, product
from xml.etree.ElementTree import Element

from tracker.model.file_kind import FileKind
from tracker.model.localized_text import one_line
from tracker.sandbox.limits import KEPT

_UNCOUNTED = re.compile(
    r"[\s\x00-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe•▪●◦·‣|]+|(?<=[^\W\d_])[-‐‑]\s*(?=[^\W\d_])"
)
"""What does not count when a quotation is compared with a file."""
_SUPERSCRIPT = re.compile("[¹²³⁰⁴-⁹]+")
_PAGE_LINE = re.compile(
    r"(?:(?:page|p\.|стр\.) ?)?[-–—]? ?\d{1,3}(?: ?(?:/|of|из) ?\d{1,3})?(?: ?[-–—])?|[_–—-]{4,}|\f"
    r"|(?:\d{1,3} )?(?:GE|HRI|V|N)\. ?\d\d-\d{4,6}\b.{0,16}|(?:\d{1,3} )?[A-Z]{1,6}/[\w.]{1,8}(?:/[\w.()–-]{1,12}){1,5}(?: \d{1,3})?",
    re.I,
)
"""A line at the end or at the top of a page: its number, a symbol, a job number, the rule above footnotes."""
_NEAR_PAGE_END = 4
_NOTE_LINE = re.compile(r"(?:\d{1,3}|\*{1,3})(?![\d.)])\s*\S")
_NOTE_MARK = re.compile(r"\[?\d{1,3}\]?(?!\d)|\*{1,3}")
_MOST_NOTE_LINES = 15
_LABEL = re.compile(r"\(?(?:[^\W\d_]|[ivx]{1,5}|\d{1,2})[.)]\)?\s")
"""The label of an item, which Word or a browser may have counted, so that the file does not have it."""
_ENDED = re.compile(r"[.:;!?…]\W*\d*$")
_RULE = re.compile("[_–—-]{4,}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d$")
_LONGEST_LINE, _LONGEST_HEAD, _LONGEST_LABELLED = 200, 100, 60
"""Characters. If there is a longer line, each line is a whole paragraph. A longer line is not the head of a page."""
_GOES_ON = re.compile(r"(?:[,;]|\b(?:and|or|и|или|et|ou|y|o))$")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Joint:
    """A place where a quotation joins two texts of the file: the words `before` it and `after` it, and what was left out."""

    before: str
    after: str
    left_out: str


def read_plain_text(data: bytes, kind: FileKind) -> str:
    """Return the text of a document, as plainly as possible, with a form feed between pages. Raise UnusableFile."""
    if kind is FileKind.DOCX:
        from tracker.importing.documents.docx_reader import DocxPackage

        return "".join(_text_in(DocxPackage(data).body))
    from tracker.files.process import pages_of

    return "\f".join(page.text for page in pages_of(data, kind, KEPT) if page.number != 0)


def _text_in(element: Element) -> Iterator[str]:
    """Yield the visible text inside an element of a .docx file, as if all tracked changes were accepted."""
    for child in element:
        if child.tag in ("del", "moveFrom", "instrText", "Fallback") or child.find("rPr/vanish") is not None:
            continue
        is_page = child.tag == "lastRenderedPageBreak" or child.get("type") == "page"
        yield child.text or "" if child.tag == "t" else "\n\f\n" if is_page else _PRINTED.get(child.tag, "")
        yield from _text_in(child)
        yield "\n" if child.tag == "p" else ""


_PRINTED = {"tab": " ", "br": "\n", "noBreakHyphen": "-"}


@dataclass(frozen=True, slots=True)
class _PlainText:
    """A text without its page lines. `letters` are those that count, `places` are their places in `text`.

    `starts` has the index of the first letter of each line. `breaks` maps the index of the first letter after page
    lines → these lines. `skips` maps the index of the first letter of footnotes → that of the first letter after them.
    """

    text: str
    letters: str
    places: list[int]
    starts: frozenset[int]
    breaks: dict[int, str]
    skips: dict[int, int]


def _normalize(text: str) -> str:
    return unicodedata.normalize("NFKC", _SUPERSCRIPT.sub("", text))


def _letters(text: str) -> tuple[str, list[int]]:
    """Return (the letters of `text` that count, their places in it)."""
    places: list[int] = []
    start = 0
    for gap in _UNCOUNTED.finditer(text):
        places += range(start, gap.start())
        start = gap.end()
    places += range(start, len(text))
    return "".join(text[place] for place in places), places


@lru_cache(maxsize=4)
def _without_page_lines(text: str) -> _PlainText:
    lines = [
        one_line(line) or line[:1] for line in re.split(r"\n|(?=\f)|(?<=\f)", _normalize(text)) if line.strip(" \t\r")
    ]
    page_lines = _page_lines(lines)
    kept: list[str] = []
    removed: dict[int, list[str]] = {}  # number of a kept line → the page lines before it
    for n, line in enumerate(lines):
        if n in page_lines:
            removed.setdefault(len(kept), []).append(line)
        else:
            kept.append(line)
    plain = "\n".join(kept)
    letters, places = _letters(plain)
    ends = [0, *accumulate(len(line) + 1 for line in kept)]
    index = [bisect_left(places, end) for end in ends]
    skips: dict[int, int] = {}
    for end in removed:
        for start in range(max(0, end - _MOST_NOTE_LINES), end):
            above = removed.get(start, ["\f"])
            is_below_mark = "\f" not in above and ("\f" in lines or any(map(_RULE.match, above)))
            if is_below_mark or _NOTE_LINE.match(kept[start]):
                skips.setdefault(index[start], index[end])
    breaks = {index[n]: one_line(" ".join(gone)) for n, gone in removed.items()}
    return _PlainText(plain, letters, places, frozenset(index), breaks, skips)


def _page_lines(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines that stand between pages: page numbers, symbols, and heads.

    A head comes again at another page, or it is short: a line inside of a text is full.
    """
    ends = [n for n, line in enumerate(lines) if line == "\f"]
    near = {n + d for n in (-1, *ends, len(lines)) for d in range(-_NEAR_PAGE_END, _NEAR_PAGE_END + 1)}
    # above the first paragraph stand the masthead and the title
    first = next((n for n, line in enumerate(lines) if re.match(r"1\.\s*[^\W\d]", line)), 0)
    found = {n for n in range(first, len(lines)) if _PAGE_LINE.fullmatch(lines[n])}
    found = {n for n in found if n in near or not ends or _RULE.match(lines[n])}
    shapes = [re.sub(r"\d+", "0", line) for line in lines]
    often, widths = Counter(shapes), sorted(map(len, lines))
    width, is_wrapped = (widths[int(0.85 * len(widths))], widths[-1] < _LONGEST_LINE) if lines else (0, False)

    def beside_text(n: int, step: int) -> str:
        return next((lines[at] for at in range(n + step, len(lines) if step > 0 else -1, step) if at not in found), ".")

    def is_short(n: int) -> bool:
        return len(lines[n]) + 1 + len(beside_text(n, 1).partition(" ")[0]) < 0.72 * width

    def divides_text(n: int) -> bool:
        """Return whether the line stands between two lines of a sentence."""
        before, goes_on = beside_text(n, -1), beside_text(n, 1)[:1].islower()
        if is_wrapped:
            return often[shapes[n]] > 1 and goes_on and is_short(n) and not _ENDED.search(before)
        return often[shapes[n]] > 1 or (not _ENDED.search(before) and (goes_on or len(before) > _LONGEST_LABELLED))

    for _round in range(3):
        # the first and the last line of all stand at the end of a page, too, if there are pages
        beside = {n for at in (*found, *([-1, len(lines)] if ends else [])) for n in (at - 1, at + 1)}
        beside = {n for n in beside if first < n < len(lines)} - found
        at_edge = Counter(shapes[n] for n in beside)
        heads = {n for n in beside if at_edge[shapes[n]] > 1 or (is_short(n) and not _GOES_ON.search(lines[n]))}
        heads |= {n for n in beside if n and lines[n - 1].endswith("-")}
        heads |= {n for n in range(first + 1, len(lines) - 1) if n not in found and divides_text(n)}
        heads = {n for n in heads if at_edge[shapes[n]] > 1 or not lines[n][0].islower()}
        found |= {
            n
            for n in heads
            if len(lines[n]) < _LONGEST_HEAD and not (_ENDED.search(lines[n]) or _LABEL.match(lines[n]))
        }
    return found


@lru_cache(maxsize=10_000)
def find_joints(quotation: str, text: str) -> tuple[Joint, ...] | None:
    """Return the joints of a quotation, or None if its words are not in `text`, which `read_plain_text` returned."""
    wanted, plain = _normalize(quotation), _without_page_lines(text)
    if "\n" in wanted and any(map(_looks_like_head, wanted.split("\n"))):
        return None
    letters, places = _letters(wanted)
    label = _LABEL.match(wanted)
    # the number of a footnote may stand behind the first word
    for length, first in product((12, 4), (0, bisect_left(places, label.end())) if label else (0,)):
        beginning = letters[first : first + length]
        at = plain.letters.find(beginning) if beginning else -1
        while at >= 0:
            if (joints := _follow(wanted, letters, places, first, plain=plain, start=at)) is not None:
                return joints
            at = plain.letters.find(beginning, at + 1)
    return None


def _looks_like_head(line: str) -> bool:
    """Return whether a paragraph of a quotation is so short, without label and end, that it may be the head of a page."""
    return len(line) < _LONGEST_HEAD and not (_ENDED.search(line) or _LABEL.match(line) or _GOES_ON.search(line))


def _follow(
    wanted: str, letters: str, places: Sequence[int], first: int, *, plain: _PlainText, start: int
) -> tuple[Joint, ...] | None:
    """Return the joints if the letters of `wanted` from the index `first` are those of `plain` from `start`, else None."""
    waiting: list[tuple[int, int, tuple[tuple[int, int], ...]]] = [(first, start, ())]
    while waiting:
        at, there, left_out = waiting.pop()
        while at < len(letters):
            if there > start and (after := plain.skips.get(there)):
                waiting.append((at, after, (*left_out, (there, after))))
            if plain.letters[there : there + 1] == letters[at]:
                at, there = at + 1, there + 1
            elif after := _end_of_mark(plain, there):
                left_out, there = (*left_out, (there, after)), after
            elif plain.letters[there : there + 1] == "-" and there + 1 in plain.starts and letters[at].islower():
                there += 1  # it divides a word at the end of a page
            elif there in plain.starts and (label := _LABEL.match(wanted, places[at])):
                at = bisect_left(places, label.end())
            else:
                break
        else:
            if _is_whole(plain, start, there):
                ends = [(n, n) for n in plain.breaks if start < n < there and not any(a <= n <= b for a, b in left_out)]
                return tuple(_joint(plain, *gap) for gap in sorted([*left_out, *ends]))
    return None


def _end_of_mark(plain: _PlainText, there: int) -> int | None:
    """Return the index after the number of a footnote, which stands right behind a word, a sentence or a year; else None."""
    if not 0 < there < len(plain.letters):
        return None
    place = plain.places[there]
    mark, before = _NOTE_MARK.match(plain.text, place), plain.text[max(0, place - 5) : place]
    if not mark or not before or before[-1].isspace() or (before[-1].isdigit() and not _YEAR.search(before)):
        return None
    return bisect_left(plain.places, mark.end())


def _is_whole(plain: _PlainText, start: int, end: int) -> bool:
    """Return whether no word of the text is cut at the letters `start` and `end`."""
    first, last = plain.places[start], plain.places[end - 1]
    before, after = plain.text[max(0, first - 1) : first], plain.text[last + 1 : last + 2]
    return not (before.isalpha() and plain.text[first].isalpha()) and not (
        after.isalpha() and plain.text[last].isalpha()
    )


def _joint(plain: _PlainText, start: int, end: int) -> Joint:
    """Return the joint where the letters from `start` to `end` of the text were left out, and page lines beside them."""
    first, last = plain.places[start - 1] + 1, plain.places[end] if end < len(plain.places) else len(plain.text)
    between = [plain.breaks.get(start, ""), plain.text[first:last], plain.breaks.get(end, "") if end > start else ""]
    before, after = one_line(plain.text[max(0, first - _SHOWN) : first]), one_line(plain.text[last : last + _SHOWN])
    return Joint(before.partition(" ")[2] or before, after.rpartition(" ")[0] or after, one_line(" ".join(between)))
