"""Check that the words of a quotation are in its file, by code that did not make the quotation.

The readers of documents join lines, take page headers and footnotes out, and cut paragraphs into parts. This module
uses nothing of that: `read_plain_text` takes the text from the file in a plainer way, and `find_joints` looks for a
quotation in it, letter for letter. On both sides, spaces, bullets, soft hyphens and hyphens inside of words do not count.
Between two words there may be only the end of a page, with its header, its number and its footnotes, or the number of a
footnote. Such a place is a joint, which the review shows; so are the hyphen of a divided word, and a number in the quotation that
may be that of a footnote.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, groupby
from xml.etree.ElementTree import Element

from tracker.importing.documents.imported_document import ImportedDocument, ImportedParagraph
from tracker.model.file_kind import FileKind
from tracker.model.localized_text import one_line
from tracker.sandbox.limits import KEPT

_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe•▪●◦·‣|]+")
_RAISED = re.compile(r"[¹²³⁰⁴-⁹]+")
_RAISED_TAG = re.compile(
    rb"(?i)(<(?:sup\b|span\b[^>]*(?:super|foot-?note))[^>]*>(?:<[^>]*>|\s)*)\[?(\d{1,3})\]?(?=\s*<)"
)
"""A raised number of a web page. It stands in brackets in the plain text, so that it is no part of a number before it."""
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑]\s*(?=[^\W\d_])")
_DIVIDED = re.compile(r"([^\W\d_]+)[-‐‑](\x03?\s*(?:\x02[^\x03]*\x03|\x00[^\x01]*\x01|\s)+)(?=[^\W\d_])")
"""A word that is divided at the end of a line or page. Its beginning is put behind what stands there, and then \\x06."""
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_GLUED_YEAR = re.compile(r"^((?:19|20)\d\d)(?=\d{1,3}$)")
_LEFT_OUT = re.compile(r"\s*(?:\x00[^\x01]*\x01|\x02[^\x03]*\x03|\x04[^\x05]*\x05)\s*")
_MARKS = re.compile(r"(?:[\x00-\x05\s]|[_–—-]{4,})+")
_PAGE_LINE = re.compile(
    r"(?:(?:page|p\.|стр\.) ?)?[-–—]? ?\d{1,3}(?: ?(?:/|of|из) ?\d{1,3})?(?: ?[-–—])?|[_–—-]{4,}|\f"
    r"|(?:\d{1,3}(?:/\d{1,3})? )?(?:GE|HRI|V|N)\. ?\d\d-\d{4,6}\b.{0,16}|(?:\d{1,3} )?[A-Z]{1,6}/[\w.]{1,8}(?:/[\w.()–-]{1,12}){1,5}(?: \d{1,3})?",
    re.I,
)
"""A line at the end or at the top of a page: its number, a symbol, a job number, the rule above footnotes."""
_RULE = re.compile("[_–—-]{4,}")
_NEAR_PAGE_END, _MOST_NOTE_LINES = 4, 15
_NOTE_LINE = re.compile(r"(?:(\d{1,3})(?![\d.)])|\[(\d{1,3})\])\s*\S")
_NOTE_MARK = re.compile(
    r"(?:(?<=[^\W\d_])|(?<=[)\]”’\"»])|(?<=[^\W\d_][.,;:])|(?<=[)\]”’\"»][.,;:])|(?<=\b(?:19|20)\d\d)"
    r"|(?<=\b(?:19|20)\d\d[.,;:])|(?<=\d[.,;:])(?=(?P<after_number>\d{1,3})\b))(?:\d{1,3}|\*{1,3})(?!\w|/\w|[.,]\d)"
    r"|(?<=\S)\[\d{1,3}\]"
)
"""What may be the number of a footnote. After another number, it is one only if there is a footnote of this number."""
_NAMED = re.compile(
    r"(?:\b(?:(?i:Nos?|arts?|paras?|Add|Rev|Corr|pp?|пп?|ст|гл)|[A-ZА-Я])\.|\b[A-ZА-Я]|\b[kcdкс]?[mм])$"
)
"""The end of a text after which a number is none of a footnote: "No.", "B", "km"."""
_LABEL = re.compile(
    r"((?:^(?:\(?(?:[^\W\d_]|[ivx]{1,5}|\d{1,2})\)|(?:[^\W\d_]|\d{1,2})\.)|(?<=[:;,.]\s)\((?:[^\W\d_]|[ivx]{1,5})\))\s)"
)
"""The label of an item, which Word or a browser may have counted, so that the file does not have it."""
_ENDED = re.compile(r"[.:;!?…]\W*\d*$")
_GOES_ON = re.compile(r"(?:[,;]|\b(?:and|or|и|или|et|ou|y|o))$")
_LONGEST_LINE, _LONGEST_HEAD = 200, 100
"""Characters. If there is a longer line, each line is a whole paragraph. A longer line is not the head of a page."""
_GAP = r"(?:\x00[^\x01]*\x01|\x02[^\x03]*\x03|\x04[^\x05]*\x05|[\x02-\x05\s])*"
"""What may stand between two words: page lines, footnotes and their numbers, as `_marked_text` marks them, and spaces."""
_DIVIDED_IN_NOTE = re.compile(rf"([^\W\d_]+)\x07{_GAP}([^\W\d_]+)")
_SHOWN_WORDS = 5
_NOTE_NUMBER = re.compile(r"(?<=\D)\d{1,3}$|(?<=^(?:19|20)\d\d)\d{1,3}$")
"""The number of a footnote, glued to a word or a year."""


@dataclass(frozen=True, slots=True)
class Joint:
    """A place where a quotation joins two texts of the file: the words `before` it and `after` it, and what was left out.

    If nothing was left out, `kept` is the word of the quotation that a person checks: it has a hyphen that stands at the
    end of a line, or had one there, or it ends with a number that may be that of a footnote.
    """

    before: str
    after: str
    left_out: str
    kept: str = ""

    @property
    def may_have_note_number(self) -> bool:
        """Return whether `kept` has a number or stars, and not only a hyphen."""
        return re.search(r"[\d*]", self.kept) is not None


def read_plain_text(data: bytes, kind: FileKind) -> str:
    """Return the text of a document, as plainly as possible, with a form feed between pages. Raise UnusableFile."""
    if kind is FileKind.DOCX:
        from tracker.importing.documents.docx_reader import DocxPackage

        return "".join(_text_in(DocxPackage(data).body))
    if kind is FileKind.PDF:
        from tracker.files.cleaners.pdf_strings import pages_of_pdf

        # a hyphen at the end of a line comes without the break
        pages = pages_of_pdf(data, with_comments=False, by_columns=True)
        return "\f".join(page.text for page in pages).replace("\ufffe", "-\n")
    if kind is FileKind.HTML:
        data = _RAISED_TAG.sub(rb"\1[\2]", data)
    from tracker.files.process import pages_of

    return "\f".join(page.text for page in pages_of(data, kind, KEPT) if page.number != 0)


def _text_in(element: Element, *, is_raised: bool = False) -> Iterator[str]:
    """Yield the visible text inside an element of a .docx file, as if all tracked changes were accepted."""
    for child in element:
        if child.tag in ("del", "moveFrom", "Fallback") or child.find("rPr/vanish") is not None:
            continue
        is_page = child.tag == "lastRenderedPageBreak" or child.get("type") == "page"
        raised = child.find("rPr/vertAlign")
        raises = is_raised or (raised is not None and raised.get("val") == "superscript")
        text = child.text or ""
        printed = {
            "t": f"[{text.strip(' []')}]" if raises and re.search(r"\d", text) else text,
            "tab": " ",
            "br": "\n",
            "noBreakHyphen": "-",
            "softHyphen": "\u00ad",
        }
        yield "\n\f\n" if is_page else printed.get(child.tag, "")
        yield from _text_in(child, is_raised=raises)
        yield "\n" if child.tag == "p" else ""


def _plain(text: str) -> str:
    raised = _RAISED.sub(lambda number: f"[{number[0]}]", text.replace("\u00ad\n", "-\n"))
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", raised))


@lru_cache(maxsize=4)
def _marked_text(text: str) -> tuple[str, tuple[int, ...], dict[str, str]]:
    r"""Return the text with page lines from \x00 to \x01, footnotes from \x02 to \x03, their numbers from \x04 to \x05.

    Also return the places where a line ended with a hyphen, which is not in the text; and word → pattern for words that
    are divided after a line that may be a footnote: if it is one, the beginning of the word is in the footnote, too.
    """
    lines = [one_line(line) or line[:1] for line in re.split(r"\n|(?=\f)|(?<=\f)", _plain(text)) if line.strip(" \t\r")]
    page_lines, marked, since, above = _page_lines(lines), list[str](), 0, ""
    for is_page, numbers in groupby(range(len(lines)), page_lines.__contains__):
        group = [lines[n] for n in numbers]
        if not is_page:
            since = len(marked)
            marked += group
            continue
        # below a rule, a star, or a number alone at the end of a page are footnotes; below another number there may be
        last = range(max(since, len(marked) - _MOST_NOTE_LINES), len(marked))
        is_note = above == "rule" or (above == "number" and "\f" in group)
        if (first := next((at for at in last if is_note or marked[at][0] == "*"), None)) is not None:
            group[:0], marked[first:] = marked[first:], []
        for at in range(last.start, len(marked)):
            if _NOTE_LINE.match(marked[at]) or (above == "number" and at == since):
                marked[at] = f"\x02{marked[at]}"
        if any(line[0] == "\x02" for line in marked[since:]):
            marked[-1] += "\x03"
        end = next(filter(_PAGE_LINE.fullmatch, reversed(group)), "")
        above = "" if "\f" in group else "rule" if _RULE.match(end) else "number" if group[-1].isdecimal() else ""
        marked.append(f"\x00{one_line(' '.join(group))}\x01")
        since = len(marked)
    notes = {found[1] or found[2] for line in lines if (found := _NOTE_LINE.match(line))}

    def mark(found: re.Match[str]) -> str:
        return found[0] if found["after_number"] and found[0] not in notes else f"\x04{found[0]}\x05"

    def join(found: re.Match[str]) -> str:
        is_in_note = found.string.rfind("\x02", 0, found.start()) > found.string.rfind("\x03", 0, found.start())
        is_kept = is_in_note and found[2].strip()
        return f"{found[1]}\x07{found[2]}" if is_kept else f"{found[2]}{found[1]}\x06"

    joined = _HYPHEN.sub("", _DIVIDED.sub(join, _NOTE_MARK.sub(mark, "\n".join(marked))))
    pieces = one_line(joined).split("\x06")
    whole = "".join(pieces)
    divided = {a + b: f"(?:{a + b}|{a}\x07{_GAP}{b})" for a, b in _DIVIDED_IN_NOTE.findall(whole)}
    return whole, tuple(accumulate(map(len, pieces[:-1]))), divided


def _page_lines(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines that stand between pages: page numbers, symbols, and heads.

    A head comes again at another page, or it is short: a line inside of a text is full. Where each line is a whole
    paragraph, a head is a short one without an end that comes again, or that divides a sentence.
    """
    ends = [n for n, line in enumerate(lines) if line == "\f"]
    near = {n + d for n in (-1, *ends, len(lines)) for d in range(-_NEAR_PAGE_END, _NEAR_PAGE_END + 1)}
    # above the first paragraph stand the masthead and the title
    first = next((n for n, line in enumerate(lines) if re.match(r"1\.\s*[^\W\d]", line)), 0)
    found = {n for n in range(first, len(lines)) if _PAGE_LINE.fullmatch(lines[n])}
    found = {n for n in found if n in near or not ends or _RULE.match(lines[n])}
    often, widths = Counter(lines), sorted(map(len, lines))
    width, is_wrapped = (widths[int(0.85 * len(widths))], widths[-1] < _LONGEST_LINE) if lines else (0, False)

    def beside_text(n: int, step: int) -> str:
        return next((lines[at] for at in range(n + step, len(lines) if step > 0 else -1, step) if at not in found), ".")

    def is_short(n: int) -> bool:
        return len(lines[n]) + 1 + len(beside_text(n, 1).partition(" ")[0]) < 0.72 * width

    def divides_text(n: int) -> bool:
        before, goes_on = beside_text(n, -1), beside_text(n, 1)[:1].islower()
        if is_wrapped:
            return often[lines[n]] > 1 and goes_on and is_short(n) and not _ENDED.search(before)
        return often[lines[n]] > 1 or (not _ENDED.search(before) and (goes_on or len(before) > 60))

    for _round in range(3):
        # the first and the last line of all stand at the end of a page, too, if there are pages
        beside = {n for at in (*found, *([len(lines)] if ends else [])) for n in (at - 1, at + 1)}
        beside = {n for n in beside if first < n < len(lines)} - found
        at_edge = Counter(lines[n] for n in beside)
        heads = {n for n in beside if at_edge[lines[n]] > 1 or is_short(n) or lines[n - 1].endswith("-")}
        heads |= {n for n in range(first + 1, len(lines) - 1) if n not in found and divides_text(n)}
        found |= {n for n in heads if _may_be_head(lines[n]) and (at_edge[lines[n]] > 1 or not lines[n][0].islower())}
    return found


def _may_be_head(line: str) -> bool:
    """Return whether a line is short, and has no label and no end."""
    has_end = _ENDED.search(line) or _GOES_ON.search(line)
    return len(line) < _LONGEST_HEAD and not has_end and not _LABEL.match(line)


@lru_cache(maxsize=10_000)
def find_joints(quotation: str, text: str) -> tuple[Joint, ...] | None:
    """Return the joints of a quotation, or None if its words are not in `text`, which `read_plain_text` returned."""
    (marked, breaks, divided), lines = _marked_text(text), _HYPHEN.sub("", _plain(quotation)).split("\n")
    if not any(map(str.strip, lines)) or (len(lines) > 1 and any(map(_may_be_head, lines))):
        return None
    flat = re.escape(one_line(" ".join(lines)))
    pattern = _GAP.join(
        f"(?:{_words(piece, divided)}{_GAP})?" if _LABEL.fullmatch(piece) else _words(piece, divided)
        for line in lines
        for piece in _LABEL.split(line)
        if piece.strip()
    )
    ways = (re.search(rf"(?<![^\W\d_]){way}\x05?(?![^\W\d_])", marked) for way in (flat, pattern))
    if not (there := next(filter(None, ways), None)):
        return None
    inside = [place - there.start() for place in breaks if there.start() < place < there.end()]
    return tuple(_joints_in(there[0], one_line(_plain(quotation)), inside))


def _words(text: str, divided: Mapping[str, str]) -> str:
    return _GAP.join(divided.get(word) or _GLUED_YEAR.sub("\\1\x04?", re.escape(word)) for word in _WORD.findall(text))


def _joints_in(there: str, quotation: str, breaks: Sequence[int]) -> Iterator[Joint]:
    """Yield the joints of a quotation. `there` is its place in the marked text: the quotation may have what is marked.

    `breaks` are the places in `there` where a line ended with a hyphen.
    """
    places = [*(found.start() for found in re.finditer(r"[^\W_]", quotation)), len(quotation)]
    letters, at, done, gaps = re.sub(r"[\W_]", "", quotation), 0, 0, list[tuple[int, str, str]]()
    for start, end in sorted([*(gap.span() for gap in _LEFT_OUT.finditer(there)), *((n, n) for n in breaks)]):
        inside, between = (re.sub(r"[\W_]", "", words) for words in (there[start:end], there[done:start]))
        at, is_beside, done = at + len(between), done == start > 0, end
        is_kept = bool(inside) and letters.startswith(inside, at)
        at += len(inside) * is_kept
        if start == end or (is_kept and there[start] == "\x04" and not _NAMED.search(there[:start])):
            cut = places[at - 1] + 1
            gaps.append((at, "", quotation[:cut].split()[-1] + re.split(r"[^\w-]", quotation[cut:])[0]))
        elif not is_kept:
            merged = gaps.pop() if is_beside and gaps and gaps[-1][1] else (at, "", "")
            gaps.append((merged[0], merged[1] + there[start:end], ""))
    for at, left_out, word in gaps:
        before, after = quotation[: places[at]].split(), quotation[places[at] :].split()
        shown = " ".join(_MARKS.sub(" ", left_out).split()).strip("[]")
        yield Joint(" ".join(before[-_SHOWN_WORDS:]), " ".join(after[:_SHOWN_WORDS]), shown, kept=word)


def without_note_numbers(imported: ImportedDocument, numbers: Collection[str]) -> ImportedDocument:
    """Return the document. In the paragraphs `numbers`, what may be the numbers of footnotes at the ends of words is gone."""

    def cut(text: str) -> str:
        for joint in find_joints(text, imported.file_text) or () if text else ():
            word = _NOTE_NUMBER.sub("", joint.kept)
            text = re.sub(rf"(?<!\w){re.escape(joint.kept)}(?!\w)", word, text) if joint.kept != word else text
        return text

    def without(p: ImportedParagraph) -> ImportedParagraph:
        return replace(
            p, text=cut(p.text), tail=cut(p.tail), parts=tuple(replace(one, text=cut(one.text)) for one in p.parts)
        )

    return replace(imported, paragraphs=tuple(without(p) if p.number in numbers else p for p in imported.paragraphs))
