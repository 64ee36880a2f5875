"""Read reports on follow-up to concluding observations: what was selected, what the State replied, how it was graded.

A committee prints a section for each State, from 2013 to today in many layouts: a header with labels, then
for each paragraph the recommendation, the State's reply and the Committee's evaluation with its grades. What a report does
not say stays None: nothing is worked out, and a part without a letter gets none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from tracker.importing.documents.imported_document import (
    FollowUpReport,
    GradedParagraph,
    ImportedGrade,
    ImportedReply,
    clean_text,
    ends_sentence,
)
from tracker.importing.documents.pasted_text_reader import MAX_LINES, find_margins, join_lines, without_glued_numbers
from tracker.importing.documents.phrases import Phrases, follow_up_labels, guess_language, load_phrases
from tracker.importing.documents.reporting_dates import find_dates
from tracker.importing.entry import LATIN_LOOKALIKES
from tracker.model.localized_text import one_line

LONGEST_HEADER = 4_000
"""Characters of one value in the header of a State that are read. They have at most a few hundred."""
_LABELS = follow_up_labels()
_ONE_LETTER = r"(?:\([a-zа-я]{1,4}\)|(?<![\w(])[a-zа-я]\))"
_LETTERS = rf"{_ONE_LETTER}(?:(?:\s|,|;|–|-|&|\band\b|\bto\b|\bи\b)*{_ONE_LETTER})*"
_GRADE = r"(?-i:\[\s*[A-EВСАЕ]\s?[12]?\s*\]|\([A-E][12]\))"
_LONGEST_LABEL_LINE = 70
"""Characters of a line of a narrow column in which a label begins and does not end."""
_AFTER_TITLE = re.compile(
    r"(?<=[^\W\d_])\s+(?=(?:The State|The Committee|States parties|Государств\w+-участник|Комитет))"
)
_BEGINNINGS = {
    "observations": re.compile(r"[A-Z]{3,6}/C/\S+/CO/"),
    "selected": re.compile(rf"\d{{1,3}}(?:\s*{_LETTERS})?\s*(?:[,;–]|and\b|и\b|$)"),
    "reply": re.compile(r"[A-Z]{3,6}/\S+(?:Add\.|FCO)|\d{1,2} [^\W\d]+ (?:19|20)\d\d|No\b|None\b|Нет\b"),
    "evaluation": re.compile(rf"Additional|Paragraph|{_GRADE}|\d{{1,3}}\s*(?:{_LETTERS}\s*)?\["),
    "ngo": re.compile(r"[A-ZА-Я]"),
    "next": re.compile(r"\d"),
}
"""Kind of a label → how its value begins, where it stands below the label."""
_APOSTROPHES = str.maketrans("’‘ʼ´`", "'" * 5)
_NAMED = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _LABELS.items())
_UNNAMED = "|".join(_LABELS.values())
_AFTER_LABEL = (
    rf"(?=\s*(?:[:\[(–—]|$)|\s+[A-Z]+/|\s+{_LETTERS}\s*\[|\.\s+(?-i:[A-ZА-Я])"
    r"|\s+(?:\d|in \d|A letter|Additional info)|(?<=NGO information)\s+(?-i:[A-Z]))"
)
_LABEL = re.compile(
    rf"(?:[A-Z]\.\s+|\d\.\s+)?(?=(?-i:[A-ZА-Я]))(?:{_NAMED}){_AFTER_LABEL}"
    r"(?:\s*(?P<note>\([^)]{5,}\)))?\s*[:.–—]?\s*",
    re.I,
)
_FULL_LABEL = re.compile(rf"(?=(?-i:[A-ZА-Я])(?:\S+ ){{1,9}}?(?-i:[A-ZА-Я]))(?:{_UNNAMED})(?=\s+(?-i:[A-ZА-Я]))", re.I)
"""A label of several words before a text, without a mark between them."""
_WITH_COLON = ("state", "recommendation")
"""Kinds of labels whose words begin sentences too: they are labels only before a colon, or alone."""
_NUMBERED = r"(?:follow-up )?(?:paragraphs?|para\.|пункты?) \d{1,3}"
_INLINE = re.compile(rf"(?<=[.;)\]”\"\d])\s+(?=(?-i:[A-ZА-Я]))(?=(?:{_UNNAMED}|{_NUMBERED})\s*[:\[])", re.I)
_LOST_BREAK = re.compile(
    rf"\s+(?=(?-i:[A-ZА-Я]))(?=(?:{_UNNAMED}){_AFTER_LABEL}|{_NUMBERED}(?:\s*{_LETTERS})?\s*[:.–—]\s|(?<=[.!?\]] )(?:{_UNNAMED})\s+(?-i:[A-ZА-Я]))",
    re.I,
)
"""Where a line ended, in a text that came without its lines: before a label, whatever stands before it."""
_PARAGRAPH = re.compile(
    rf"(?:Follow-up )?(?:Paragraphs?|Para\.|Recommendation|Пункты?)\s+(?P<number>\d{{1,3}}(?:\s*{_LETTERS})?(?:(?:,| and| и)\s+\d{{1,3}})*)"
    r"(?:\s*\((?P<title>[^()]{5,120})\))?(?:\s*[:.–—-]\s*|\s+(?=[\[“\"A-ZА-Я])|\s*$)"
)
_HEADER_GRADES = re.compile(
    rf"(?P<numbers>(?<![\w/.-])\d{{1,3}}(?:\s*{_LETTERS})?(?:(?:\s*,\s*|\s+)(?:(?:and|и)\s+)?\d{{1,3}}(?:\s*{_LETTERS})?)*)"
    rf"\s*[:–-]?\s*(?P<grades>{_GRADE}(?:(?:,|;|/|and\b|и\b|\s)*(?:{_LETTERS}\s*)?{_GRADE}|\s*{_LETTERS})*)"
)
_GRADES_FIRST = re.compile(
    rf"(?P<grade>{_GRADE})\s*(?:for|on|:)?\s*(?:paragraphs? )?(?P<numbers>\d{{1,3}}(?:(?:, | and )+\d{{1,3}})*)"
)
_NUMBER = re.compile(rf"(?<![\w/.(])(\d{{1,3}}(?:\s*{_LETTERS})?)(?![\w/])")
_HEAD = re.compile(
    rf"(?:(?i:(?:sub)?para(?:graph)?s?\.?)\s+)?(?P<before>(?:\d{{1,3}}\s*)?{_LETTERS})?\s*[:–-]?\s*(?P<grade>{_GRADE})"
    rf"(?:\s*[:–-]?\s*(?:(?i:on|for|in respect of|as regards|with regard to|regarding|concerning|(?:sub)?para(?:graph)?s?\.?|parts?|items?)\s+){{0,2}}(?P<after>(?:\d{{1,3}}\s*)?{_LETTERS}))?"
)
_PLAIN_HEAD = re.compile(
    rf"(?:(?P<before>{_LETTERS})\s*:?\s*)?(?P<grade>[A-EАВСЕ][12]?)"
    rf"(?:(?=\s*:?\s*{_LETTERS}\s*(?:[:–—]|$))\s*:?\s*(?P<after>{_LETTERS})|\s*[:–—]\s+|$)"
)
_NEXT_GRADE = re.compile(rf"(?<=[.;:?])\s+(?=(?:{_LETTERS}\s*)?{_GRADE}\s*(?:[:(]|{_LETTERS}|[A-Z]))")
REFERENCE_SYMBOL = re.compile(r"(?<![\w/])(?:INT|E(?=/C)|[A-Z]{3,6})/[A-Z][\w.-]*(?:/[\w.-]*\w)+")
_REPORT_SYMBOL = re.compile(r"[A-Z]{3,5}/C/\d{1,3}/(?:R\.)?\d+(?:/Add\.\d+)?(?:/Rev\.\d+)?(?![\w/])")
_NOT_SENT = re.compile(
    r"\b(?:remind\w*|due|deadline|expected|requested|extension|overdue|published|issued|напоминани\w*|срок\w*)\b"
    r"(?:(?!\breceived|\bполучен)[^;,])*$",
    re.I,
)
_NOTHING = re.compile(
    r"\W*(?:none\b.*|no\b.*|see (?:above|below)\b.*|not (?:available|applicable|received)\b.*|n/a|nil|нет\b.*|отсутству\w+.*|не (?:получен|поступ).*|[-–—]*)\W*$",
    re.I,
)
_NOT_REPRODUCED = re.compile(r"\bnot (?:been )?reproduced\b|\bomitted\b|\bword limits?\b|не воспроизв", re.I)
_NO_STATE = re.compile(
    r"(?:\W*\w+(?:[- ]\w+)? session\b.*|assessment .*|adopted .*|.*\bfollow-up\b.*|.*[.:;]|table\b.*|annex\b.*|part \w+)$",
    re.I,
)
_STATE_OF_TITLE = re.compile(
    r"(?:concluding observations(?: on|:)|заключительными замечаниями:|\bsession \([^)]+\)) (?:the )?([A-ZА-Я][\w’' ().,-]*?)\s*\**\d*$"
)
_MAY_BE_REPORT = re.compile(r"\bfollow-up|\bCOBs?\b|последующ", re.I)
_ADOPTED_AT = re.compile(r"adopted by the Committee at its ([\w-]+(?: [\w-]+){0,3} session) \(([^)]+)\)", re.I)
_FIRST_OF_TEXT = re.compile(
    r"[\[“\"«]|\([a-zа-я]\)|(?:The|It|In|While|As|Bearing|With|States?|Measures|Recalling|Furthermore|Ensure|Take|Государств\w+|Комитет\w*)\b"
)


def read_follow_up_reports(lines: Sequence[str], *, is_paged: bool = False) -> tuple[FollowUpReport, ...]:
    """Return what a report says of each State, in order; empty if it is no report on follow-up.

    `lines` are lines or paragraphs of its text, also those in the margins. `is_paged` says that they come from pages:
    then page headers, page numbers and footnotes stand between them, and a form feed ends a page.
    """
    cleaned = [
        _plain(line)
        for text in lines
        for line in (["\f"] if text == "\f" else clean_text(_with_colon(text)).split("\n"))
    ]
    if not any(_MAY_BE_REPORT.search(line) for line in cleaned[:MAX_LINES]):
        return ()
    unfolded = [piece for line in cleaned[:MAX_LINES] for piece in _unfold(line)]
    pieces = [piece for line in _whole_labels(unfolded) for piece in _split_at_labels(line)]
    paired = _with_values(_rows_as_labels(pieces))
    margins = find_margins(paired, is_repeated_text=_begins_text) if is_paged else None
    kept = [without_glued_numbers(line) for line in (margins[0] if margins else paired) if line.strip()]
    starts = [at for at in range(len(kept)) if _is_start(kept, at)]
    if not starts:
        return ()
    adopted = _ADOPTED_AT.search(" ".join([*kept, *(margins[2] if margins else ())]))
    reader = _Reader(kept)
    headings = [_state_above(kept, start) for start in starts]
    ends = [*(first for _state, first in headings[1:]), len(kept)]
    return tuple(
        replace(
            reader.read_section(kept[start:end]),
            symbol=_report_symbol(cleaned, " ".join(kept[: starts[0]])),
            state=state or (_state_of_title(kept[: starts[0]]) if len(starts) == 1 else None),
            session=adopted[1] if adopted else "",
            session_dates=next((found.text for found in find_dates(adopted[2])), None) if adopted else None,
        )
        for start, end, (state, _first) in zip(starts, ends, headings, strict=True)
    )


def read_graded_paragraphs(lines: Sequence[str], selected: str) -> tuple[GradedParagraph, ...]:
    """Return the paragraphs in the lines of a letter that prints grades in brackets; none if it has only words.

    `selected` are the numbers of the paragraphs under follow-up, as written.
    """
    cleaned = [_plain(line) for line in lines]
    if not any(re.search(_GRADE, line) for line in cleaned):
        return ()
    return _Reader(cleaned).read_section([f"Follow-up paragraphs: {selected}", *cleaned]).paragraphs


def _plain(line: str) -> str:
    """Return the line without a bullet or bars of a table, a grade as it is usually printed: "Grade B" and "[B2/C1]" too."""
    line = one_line(line.replace("|", " ")) if line.startswith("|") else line
    line = re.sub(r"^[•▪●◦·‣]\s*", "", line)
    line = re.sub(r"(?<=[^\W\d]|\)):(?=[^\W\d]|\[|\d{4}|\d{1,3}(?:,| [^\W\d]{3,} ))", ": ", line)
    line = re.sub(r"\[\s*([A-EАВСЕ])\s?([12]?)\s*\]", r"[\1\2]", line)
    line = re.sub(r"^Grade:?\s+\[?([A-E][12]?)\]?(?=\s*[:.–(]|$)", r"[\1]", line)
    return re.sub(r"\[([A-E][12]?)\s*(?:[/,]|and)\s*([A-E][12]?)\]", r"[\1][\2]", line)


def _label_of(line: str) -> tuple[str, re.Match[str]] | None:
    found = _LABEL.match(line.translate(_APOSTROPHES))
    kind = next(kind for kind in _LABELS if found[kind]) if found else ""
    if not found or (kind in _WITH_COLON and not re.match(r"\s*(?::|$)", line[found.end(kind) :])):
        return None
    return kind, found


def _begins_text(line: str) -> bool:
    return bool(_label_of(line) or _PARAGRAPH.match(line))


def _with_colon(line: str) -> str:
    """Return the line with a colon in place of the tab after a label."""
    written, tab, value = line.strip().partition("\t")
    label = _label_of(f"{written.strip()}:") if tab else None
    if not label:
        return line
    return (
        f"{written.rstrip(' :')}: {value.strip().replace(chr(9), ': ') if label[0] == 'evaluation' else value.strip()}"
    )


def _unfold(line: str) -> Iterator[str]:
    """Yield the lines of a text that lost its line breaks, told by several labels in one line; else the line itself."""
    if len(line) < 300:
        yield line
        return
    line = re.sub(rf"^{_REPORT_SYMBOL.pattern}(?: GE\.\S+)?(?: \d{{1,2}})? (?=[a-zа-я])", "", line)
    gaps = [gap for gap in _LOST_BREAK.finditer(line.translate(_APOSTROPHES)) if _is_lost_break(line[gap.end() :])]
    kinds = {label[0] for gap in gaps if (label := _label_of(line[gap.end() :]))}
    if not kinds >= {"observations", "selected"} and not kinds & {"summary", "evaluation"}:
        yield line
        return
    symbol = _REPORT_SYMBOL.search(line)
    for start, end in pairwise([0, *(gap.end() for gap in gaps), len(line)]):
        piece = re.sub(r"\s+(?:\d{1,2} )?GE\.\d\d-\d{5}(?: ?\([A-Z]\))?(?: \d{1,2})?(?=\s)", "", line[start:end])
        if symbol and start:
            piece = re.sub(rf"\s+{re.escape(symbol[0])}(?: \d{{1,2}})?(?=\s)", "", piece)
        if (paragraph := _PARAGRAPH.match(piece)) and (text := _AFTER_TITLE.search(piece, paragraph.end())):
            yield piece[: text.start()]
            piece = piece[text.end() :]
        if not _label_of(piece) and (whole := _FULL_LABEL.match(piece.translate(_APOSTROPHES))):
            yield piece[: whole.end()]
            piece = piece[whole.end() :]
        yield piece.strip()


def _is_lost_break(rest: str) -> bool:
    """Return whether a line begins here: at a number, at a label with its mark, or at one of several words."""
    return bool(_PARAGRAPH.match(rest) or _label_of(rest) or _FULL_LABEL.match(rest.translate(_APOSTROPHES)))


def _rows_as_labels(lines: Sequence[str]) -> list[str]:
    """Return the lines with the cells of a table as labelled lines, where labels are the heads of its columns.

    The first column has the numbers of paragraphs. A row that has more or fewer cells stays as it is.
    """
    found: list[str] = []
    heads: list[str] = []
    at = 0
    while at < len(lines):
        if re.fullmatch(r"Paragraphs?|Para\.|No\.|Пункты?|№", lines[at]):
            heads = list(
                takewhile(lambda line: bool(_label_of(f"{line}:")) and ":" not in line, lines[at + 1 : at + 6])
            )
            if len(heads) > 1:
                at += len(heads) + 1
                continue
        number = re.fullmatch(rf"\d{{1,3}}(?:\s*{_LETTERS})?\.?", lines[at]) if heads else None
        cells = list(
            takewhile(lambda line: not re.fullmatch(r"\d{1,3}\W*", line) and not _label_of(line), lines[at + 1 :])
        )
        if number and len(cells) == len(heads):
            found += [f"Paragraph {number[0]}:", *(f"{head}: {cell}" for head, cell in zip(heads, cells, strict=True))]
            at += len(cells) + 1
            continue
        heads = heads if number else []
        found.append(f"Paragraph {number[0]}:" if number else lines[at])
        at += 1
    return found


def _whole_labels(lines: Sequence[str]) -> list[str]:
    """Return the lines with those joined that a narrow column divided: a label, or a list of numbers."""
    found: list[str] = []
    for line in lines:
        before = found[-1] if found else ""
        if before.endswith("-") and not _label_of(before) and _label_of(before[:-1] + line):
            line = found.pop()[:-1] + line
        elif _is_rest_of_label(before, line) or (
            re.fullmatch(r"\d{1,3}", line) and re.search(r"(?:,|\band|\bи)$", before)
        ):
            line = f"{found.pop()}{'' if before.endswith('-') else ' '}{line}"
        elif len(found) > 1 and _is_rest_of_label(f"{found[-2]} {before}", line):
            line = f"{found.pop(-2)} {found.pop()} {line}"
        elif whole := _label_of_two_lines(before, line):
            found.pop()
            line = whole
        found.append(line)
    return found


def _is_rest_of_label(before: str, line: str) -> bool:
    """Return whether a label, or the bracket after it, begins in `before` and ends in the next line."""
    if not before or len(before) > _LONGEST_LABEL_LINE or _PARAGRAPH.match(line) or before.endswith(":"):
        return False
    if re.match(r"[^()]+\([^)]*$", before) and _label_of(before):
        return ")" in line[:40]
    glue = "" if before.endswith("-") else " "
    label = _label_of(f"{before}{glue}{line}")
    return label is not None and label[1].end(label[0]) > len(before) and not _label_of(line)


def _label_of_two_lines(before: str, line: str) -> str | None:
    """Return a label and its value in order, where the value stood beside the first half of the label; None if not so."""
    rest = re.match(r"([\w'’-]+(?: [\w'’-]+){0,2}\)?):(?= |$)", line)
    if not rest or _label_of(line):
        return None
    words = before.split()
    for end in range(min(len(words) - 1, 8), 1, -1):
        whole = f"{' '.join(words[:end])} {rest[1]}:"
        if (label := _label_of(whole)) and label[1].end() == len(whole):
            return f"{whole} {' '.join(words[end:])}{line[rest.end() :]}"
    return None


def _split_at_labels(line: str) -> Iterator[str]:
    """Yield the line, divided before a label that follows the end of a sentence: an evaluation and an action on one line."""
    start = 0
    for gap in _INLINE.finditer(line.translate(_APOSTROPHES)):
        yield line[start : gap.start()]
        start = gap.end()
    yield line[start:]


def _with_values(lines: Sequence[str]) -> list[str]:
    """Return the lines with labels joined to their values, where labels stand alone and their values below them.

    A value that is only a symbol or a number would otherwise be taken for what stands in the margin of a page.
    """
    joined: list[str] = []
    at = 0
    while at < len(lines):
        first = at
        while first < len(lines) and (found := _label_of(lines[first])) and found[1].end() == len(lines[first]):
            first += 1
        labels = [line.rstrip(": ") for line in lines[at:first]]
        if values := _values_below(lines, first, labels):
            joined += [f"{label}: {' '.join(value)}" for label, value in zip(labels, values, strict=True)]
            at = lines.index(values[-1][-1], first) + 1
        else:
            joined.append(lines[at])
            at += 1
    return joined


def _values_below(lines: Sequence[str], first: int, labels: Sequence[str]) -> list[list[str]]:
    """Return the lines of each value below labels that stand alone, told by how they begin; none if one has no value.

    Of a label alone only the first line is returned: the others follow it.
    """
    kinds = [label[0] for line in labels if (label := _label_of(f"{line}:"))]
    values: list[list[str]] = []
    for line in filter(None, lines[first : first + 4 * len(kinds)]):
        if line == "\f" or _label_of(line) or _PARAGRAPH.match(line) or (len(values) == len(kinds) == 1):
            break
        if len(values) < len(kinds) and (_BEGINNINGS.get(kinds[len(values)]) or _LABEL).match(line):
            values.append([line])
        elif values:
            values[-1].append(line)
        elif not re.match(r"(?:\d+ )?GE\.|[A-Z]+/C/\d+/\d", line):
            break
    return values if len(values) == len(kinds) else []


def _is_start(lines: Sequence[str], at: int) -> bool:
    """Return whether the header of a State begins here: its concluding observations, and other labels soon after."""
    if not (found := _label_of(lines[at])) or found[0] != "observations":
        return False
    after = [label[0] for line in lines[at + 1 : at + 25] if (label := _label_of(line))]
    own = after[: after.index("observations")] if "observations" in after else after
    return "selected" in own[:6] or "evaluation" in own[:6]


def _report_symbol(lines: Sequence[str], front: str) -> str | None:
    """Return the symbol of the report: the one that stands alone in a line most often, or the first that is no reference."""
    alone = [found[0] for line in lines if (found := _REPORT_SYMBOL.search(line)) and len(line) - len(found[0]) < 25]
    if alone:
        return Counter(alone).most_common(1)[0][0]
    is_reference = re.compile(r"\b(?:see|in|document)\W+$", re.I)
    others = (m for m in _REPORT_SYMBOL.finditer(front) if not is_reference.search(front[: m.start()]))
    return next((found[0] for found in others), None)


def _state_above(lines: Sequence[str], start: int) -> tuple[str | None, int]:
    """Return the name of the State in the heading above a header, or None, and the place where this heading begins."""
    first = start
    above = range(start - 1, max(-1, start - 4), -1)
    for at in range(start - 1, max(-1, start - 7), -1):
        if (label := _label_of(lines[at])) and label[0] == "state" and label[1].end() < len(lines[at]):
            return lines[at][label[1].end() :].strip(" *."), at
    for at in above:
        name = re.sub(r"^(?:[A-Z]|\d{1,2}|[IVX]+)\.\s+|\*+$|(?<=\))\d{1,2}$", "", lines[at]).strip()
        if re.match(r"\W*[\w-]+(?: [\w-]+)? session\b", name, re.I) or (
            re.match(r"[A-Z][\w ]+:\s", name) and not _label_of(name)  # "Report: third periodic"
        ):
            first = at
            continue
        is_name = (
            name and name[0].isupper() and len(name) < 70 and not _NO_STATE.fullmatch(name) and not _label_of(name)
        )
        if not is_name:
            break
        before = re.match(r"\W*[\w-]+(?: [\w-]+)? session\b", lines[at - 1], re.I) if at else None
        return name, at - 1 if before else at
    return None, first


def _state_of_title(front: Sequence[str]) -> str | None:
    found = (_STATE_OF_TITLE.search(line) for line in (*reversed(front), " ".join(front[-40:])))
    return next((title[1] for title in found if title), None)


@dataclass(slots=True)
class _Entry:
    """A labelled text of a section. `number` is that of its paragraph; "" in the header."""

    label: str
    number: str
    lines: list[str]
    note: str


class _Reader:
    """Reads the sections of one report; the words of the whole report tell which hyphens at line ends are true ones."""

    def __init__(self, lines: Sequence[str]) -> None:
        text = " ".join(lines)
        self._phrases: Phrases = load_phrases(guess_language(text))
        self._words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.lower()))

    def _join(self, lines: Sequence[str]) -> str:
        kept = [line for line in lines if line]
        return join_lines(kept, self._words, self._phrases).strip() if kept else ""

    def read_section(self, lines: Sequence[str]) -> FollowUpReport:
        """Return what the section of one State says, without the State and the symbol of the report."""
        entries = self._entries(lines)
        header = [entry for entry in entries if not entry.number]
        texts = {label: [self._join(entry.lines) for entry in header if entry.label == label] for label in _LABELS}
        everything = " ".join(self._join(entry.lines) for entry in header)
        inside = [entry.note for entry in header if entry.label == "observations" and "/CO/" in entry.note]
        observations, adopted = _observations(" ".join([*texts["observations"], *inside]) or everything)
        selected = _selected(header)
        graded = _header_grades([text[:LONGEST_HEADER] for text in texts["evaluation"][-1:]], selected)
        numbers = list(dict.fromkeys(entry.number for entry in entries if entry.number))
        missing = [number for number in selected if number not in numbers and number in graded]
        paragraphs = [
            self._paragraph([e for e in entries if e.number == n], graded.get(n) or graded.get(n.split()[0]) or ())
            for n in numbers
        ]
        paragraphs += [GradedParagraph(number, grades=tuple(graded[number])) for number in missing]
        order = {name: place for place, number in enumerate(selected) for name in (number, number.split()[0])}
        paragraphs.sort(key=lambda paragraph: order.get(paragraph.number, len(order)))
        actions = [e for e in entries if e.label == "action" and not _NOTHING.fullmatch(" ".join(e.lines))]
        next_report = self._join([line for entry in entries if entry.label == "next" for line in entry.lines[:2]])
        return FollowUpReport(
            concluding_observations=observations,
            adopted=adopted,
            follow_up_paragraphs=selected,
            replies=tuple(reply for text in texts["reply"] for reply in _replies(text[:LONGEST_HEADER])),
            ngo_information=" ".join(text for text in texts["ngo"] if not _NOTHING.match(text)),
            paragraphs=tuple(paragraphs),
            recommended_action=self._join([x for e in actions for x in e.lines]),
            next_report=next((found.text for found in find_dates(next_report)), None),
        )

    def _entries(self, lines: Sequence[str]) -> list[_Entry]:
        """Return the labelled texts of a section, in order."""
        entries: list[_Entry] = []
        number = ""
        selected: tuple[str, ...] = ()
        for line in lines:
            paragraph, label = _PARAGRAPH.match(line), _label_of(line)
            if paragraph and (not selected or paragraph["number"].split()[0].strip(",") in " ".join(selected).split()):
                rest = line[paragraph.end() :]
                if not number and entries and _is_line_of_header(entries[-1], rest):
                    entries[-1].lines.append(f"{paragraph['number']} {rest},")
                    continue
                number, base = one_line(paragraph["number"]), paragraph["number"].split()[0].strip(",")
                several = len(_NUMBER.findall(number)) > 1 and set(_NUMBER.findall(number)) <= set(selected)
                number = base if base in selected and number not in selected and not several else number
                entries.append(_Entry("paragraph", number, [rest], note=paragraph["title"] or ""))
            elif label:
                kind, found = label
                number = "" if kind in ("next", "action") else number
                entries.append(_Entry(kind, number, [line[found.end() :]], note=found["note"] or ""))
                selected = _selected(entries[-1:]) if kind == "selected" else selected
            elif entries:
                entries[-1].lines.append(line)
        return [replace(e, number=n, lines=[*e.lines]) for e in entries for n in _NUMBER.findall(e.number) or [""]]

    def _paragraph(self, entries: Sequence[_Entry], known: Sequence[ImportedGrade]) -> GradedParagraph:
        """Return a paragraph from its labelled texts. `known` are the grades that the header of the section gives it."""

        def lines(*labels: str) -> list[str]:
            return [line for label in labels for entry in entries if entry.label == label for line in entry.lines]

        opening = [entry for entry in entries if entry.label in ("paragraph", "recommendation")]
        if own := re.match(rf"((?:\s*{_GRADE}(?:\s*{_LETTERS})?)+)\s*[:.–-]?\s*", opening[0].lines[0]):
            opening[0].lines[0] = opening[0].lines[0][own.end() :]
            known = _sequence("", own[1])
            words = self._join(opening[0].lines)
            if len({each.label for each in entries}) == 1 and (
                not _recommends(self._phrases, words) or words.startswith(("The Committee", "Комитет"))
            ):
                entries = [replace(entry, label="evaluation") for entry in opening]  # nothing but grade and words
                opening = []
        title, recommendation = self._recommendation(opening)
        former = re.compile(r"first|previous|former|[A-Z]{3,5}/C/\d")
        latest = [each for each in entries if each.label == "evaluation" and not former.search(each.note)]
        evaluation = [line for entry in latest for line in entry.lines] if latest else lines("evaluation")
        reply = lines("summary", "reply")
        graded = next((at for at, line in enumerate(reply) if re.match(_GRADE, line)), len(reply))
        reply, evaluation = reply[:graded], evaluation or reply[graded:]  # an evaluation may have no label
        ngos = self._join(lines("ngo"))
        return GradedParagraph(
            number=entries[0].number,
            title=title,
            recommendation=recommendation,
            question=self._join(lines("question")),
            reply=self._join(reply),
            ngo_information="" if _NOTHING.fullmatch(ngos) else ngos,
            grades=tuple(self._grades(evaluation, known)),
        )

    def _recommendation(self, opening: Sequence[_Entry]) -> tuple[str, str]:
        """Return the title after "Paragraph 15", and the recommendation; each is "" if the report does not have it."""
        lines = [line for entry in opening for line in entry.lines if line]
        title = next((entry.note for entry in opening if entry.note), "")
        if labelled := [line for entry in opening if entry.label == "recommendation" for line in entry.lines]:
            above = self._join([line for entry in opening if entry.label == "paragraph" for line in entry.lines])
            return title or above.strip(" .:"), self._join(labelled)
        if not title and lines:
            width = max(map(len, lines))
            end = 1
            while end < len(lines) and not _ends_title(lines[end - 1], lines[end], width):
                end += 1
            first = self._join(lines[:end])
            is_text = first.endswith((".", ";")) and (len(first) > 80 or _FIRST_OF_TEXT.match(first))
            if (
                not is_text
                and not _recommends(self._phrases, first)
                and len(first) < 250
                and not re.match(r"[“\"«(]", first)
            ):
                title, lines = first.rstrip(" .:"), lines[end:]
        text = re.sub(r"^\W*(?:\.\.\.|…)\W*\s", "", self._join(lines))
        inside = re.match(rf"([A-ZА-Я][^.:;()]{{3,90}})[.:]\s+(?={_FIRST_OF_TEXT.pattern})", text)
        if not title and inside and not _recommends(self._phrases, inside[1]):
            title, text = inside[1], text[inside.end() :]
        if _NOT_REPRODUCED.search(title):
            title = ""
        return title, "" if len(text) < 300 and _NOT_REPRODUCED.search(text) else text

    def _grades(self, lines: Sequence[str], known: Sequence[ImportedGrade]) -> list[ImportedGrade]:
        """Return the grades of an evaluation, in order. `known` are those that the header gives for its paragraph."""
        split: list[str] = []
        for piece in (piece for line in lines if line for piece in _NEXT_GRADE.split(line)):
            before = split[-1] if split else ""
            if before.endswith(";") and not _heads(before, _HEAD)[1].strip(" ;"):
                piece = f"{split.pop()} {piece}"  # several grades for one text
            split.append(piece)
        head = _HEAD if any(_HEAD.match(line) for line in split) else _PLAIN_HEAD
        loose: list[str] = []
        groups: list[tuple[list[ImportedGrade], list[str]]] = []
        for line in split:
            grades, rest = _heads(line, head)
            if grades:
                above = groups[-1][1] if groups else loose
                if above and re.fullmatch(rf"{_LETTERS}\W*", above[-1]) and not grades[0].scope:
                    grades[0] = replace(grades[0], scope=one_line(above.pop().rstrip(" :")))
                groups.append((grades, [rest]))
            else:
                (groups[-1][1] if groups else loose).append(line)
        if not groups:
            return self._without_heads(loose, known)
        texts = [_scope_below(*group) for group in groups]
        evaluations = [self._join(rest) for _grades, rest in texts]
        if loose and not evaluations[-1] and len(self._join(loose)) > 60:
            evaluations = [self._join(loose), *evaluations[:-1]]  # each grade stands below its text
        return [
            replace(grade, evaluation=text)
            for (grades, _rest), text in zip(texts, evaluations, strict=True)
            for grade in grades
        ]

    def _without_heads(self, lines: Sequence[str], known: Sequence[ImportedGrade]) -> list[ImportedGrade]:
        """Return the grades that stand at the end of their texts, or those of the header with their texts."""
        text = self._join(lines)
        pieces = re.split(rf"(?<=[.;])\s*({_GRADE})\.?(?:\s+(?=[A-ZА-Я(])|$)", text)
        if len(pieces) > 1 and not pieces[-1]:  # each text has its grade at its end
            parts = [re.match(rf"(?:({_LETTERS})\s*)?(.*)", words) for words in pieces[:-1:2]]
            return [ImportedGrade(_bare(mark), *m.groups()) for mark, m in zip(pieces[1::2], parts, strict=True) if m]
        if len(known) == 1:
            return [replace(known[0], evaluation=text or known[0].evaluation)]
        written = [line for line in lines if line]
        if len(written) != len(known) or not all(map(ends_sentence, written)):
            return list(known)  # nobody says which text belongs to which grade
        return [replace(grade, evaluation=part) for grade, part in zip(known, written, strict=True)]


def _is_line_of_header(entry: _Entry, rest: str) -> bool:
    """Return whether what follows "Paragraph 15" is only grades, in a header that has a line for each paragraph."""
    is_open = entry.label == "evaluation" and not re.search(r"[a-z]{5}", " ".join(entry.lines))
    return is_open and bool(re.fullmatch(rf"\s*{_GRADE}(?:\s|[,;.]|and|\d|{_GRADE}|{_ONE_LETTER})*", rest))


def _bare(grade: str) -> str:
    return re.sub(r"\W", "", grade).translate(LATIN_LOOKALIKES)


def _recommends(phrases: Phrases, text: str) -> bool:
    return any(pattern.search(text) for pattern in phrases.recommends.values())


def _ends_title(before: str, line: str, width: int) -> bool:
    """Return whether a title ends before this line: the line begins a text, or the line before was not full."""
    is_short = line[0].isupper() and len(before) + len(line.split()[0]) + 1 < 0.72 * width
    return is_short or ends_sentence(before) or bool(_FIRST_OF_TEXT.match(line))


def _heads(line: str, head: re.Pattern[str]) -> tuple[list[ImportedGrade], str]:
    """Return the grades with which a line begins, each with its scope before or after it, and the rest of the line."""
    found: list[ImportedGrade] = []
    rest = line
    while match := head.match(rest):
        scope = re.sub(r"^\d+\s*", "", match["before"] or match["after"] or "")  # "15 (a)" under paragraph 15
        found.append(ImportedGrade(_bare(match["grade"]), one_line(scope) if scope else None, ""))
        end = match.end("grade") if match["before"] and match["after"] else match.end()
        rest = re.sub(r"^\s*[,;/]?\s*(?:and\s+)?(?=[\[(])|^\s*[:.–—-]?\s*", "", rest[end:], count=1)
    return found, rest.lstrip(" :.,;–—-") if found else rest


def _scope_below(grades: list[ImportedGrade], lines: list[str]) -> tuple[list[ImportedGrade], list[str]]:
    """Return the grades and their text, with the scope of a grade taken from the line below it.

    If several letters follow in the text of one grade, the grade is for all of it: then no letter is its scope.
    """
    last = grades[-1]
    others = [line for line in lines if re.match(rf"{_LETTERS}\s+\w", line)]
    if last.scope == "(a)" and lines[0] and others:
        return [*grades[:-1], replace(last, scope=None)], [f"{last.scope} {lines[0]}", *lines[1:]]
    if last.scope or lines[0] or len(lines) < 2:
        return grades, lines
    below = re.match(rf"({_LETTERS})\s*[:.–-]?\s*", lines[1])
    if not below or len(others) > 1:
        return grades, lines
    return [*grades[:-1], replace(last, scope=one_line(below[1]))], [lines[1][below.end() :], *lines[2:]]


def _sequence(before: str, text: str) -> list[ImportedGrade]:
    """Return the grades in a text such as "[B] (a), [C] (b)". `before` is the scope that stands before the first one."""
    tokens = re.findall(rf"{_GRADE}|{_LETTERS}", f"{before} {text}")
    is_before = bool(tokens) and not re.fullmatch(_GRADE, tokens[0])
    found: list[ImportedGrade] = []
    pending: str | None = None
    for token in tokens:
        if re.fullmatch(_GRADE, token):
            found.append(ImportedGrade(_bare(token), pending, ""))
            pending = None
        elif is_before:
            pending = one_line(token)
        elif found:
            found[-1] = replace(found[-1], scope=one_line(token))
    return found


def _header_grades(texts: Sequence[str], selected: Sequence[str]) -> dict[str, list[ImportedGrade]]:
    """Return number of a paragraph → the grades that the header of the section gives it.

    A grade without a number is for all paragraphs that were selected: no reply came.
    """
    found: dict[str, list[ImportedGrade]] = {}
    for text in texts:
        for match in _HEADER_GRADES.finditer(text):
            for written in _NUMBER.findall(match["numbers"]):
                number = one_line(written)
                plain = number if number in selected else number.split()[0].split("(")[0]
                found.setdefault(plain, []).extend(_sequence(number[len(plain) :].strip(), match["grades"]))
        for match in _GRADES_FIRST.finditer(text) if re.match(rf"\W*{_GRADE}\D{{0,20}}\d", text) else ():
            for number in _NUMBER.findall(match["numbers"]):
                found.setdefault(number, []).extend(_sequence("", match["grade"]))
        if not found and (
            alone := re.search(rf"{_GRADE}|(?<=^Grade )[A-E][12]?\b|^[A-E][12]?(?=\s*(?:[:.–-]|$))", text)
        ):
            words = re.sub(r"^\W*(?:(?:for|on) all (?:the )?paragraphs)?\W*", "", text[alone.end() :])
            found = {number: [ImportedGrade(_bare(alone[0]), None, words)] for number in selected}
    return found


def _observations(text: str) -> tuple[str | None, str | None]:
    """Return the symbol of the concluding observations, and when they were adopted."""
    found = [m for m in REFERENCE_SYMBOL.finditer(text) if "/CO/" in m[0]]
    # those of some territories are themselves an addendum
    symbol = next((m for m in found if "Add." not in m[0]), found[0] if found and not found[0].start() else None)
    if not symbol:
        return None, None
    dates = find_dates(REFERENCE_SYMBOL.split(text[symbol.end() :])[0]) or find_dates(text[: symbol.start()])
    return symbol[0], max((date.text for date in dates), key=lambda text: len(text) == len("2014-03-25"), default=None)


def _selected(entries: Sequence[_Entry]) -> tuple[str, ...]:
    numbers: list[str] = []
    for entry in (entry for entry in entries if entry.label == "selected"):
        lines = [entry.lines[0] or (entry.lines[1] if len(entry.lines) > 1 else "")]
        lines += [line for line in entry.lines[1:] if re.fullmatch(r"[\d\s,;()a-z–&-]+\.?", line)]
        text = re.sub(r"\([^()]{5,}\)", " ", " ".join(dict.fromkeys(lines)))
        text = re.sub(
            r"\b(\d{1,3})\s*(?:–|-|to)\s*(\d{1,3})\b",
            lambda m: ", ".join(map(str, range(int(m[1]), int(m[2]) + 1))),
            text,
        )
        numbers += [one_line(number) for number in _NUMBER.findall(text)]
    return tuple(dict.fromkeys(numbers))


def _replies(text: str) -> list[ImportedReply]:
    """Return the replies in the value of a label. What is due, a reminder or a publication is no reply."""
    if _NOTHING.match(text):
        return []
    found: list[ImportedReply] = []
    symbols = list(REFERENCE_SYMBOL.finditer(text))
    without = REFERENCE_SYMBOL.sub(lambda symbol: "#" * len(symbol[0]), text)  # no date begins inside a symbol
    marks = [(m.start(), m.end(), m[0], "") for m in symbols]
    for d in find_dates(without):
        days = d.text.split("/") if re.search(r"\d{4}.*(?:and|,).*\d{4}", without[d.start : d.end]) else [d.text]
        marks += [(d.start, d.end, "", day) for day in days]  # two dates written in full are two replies
    ended = 0
    for place, end, symbol, date in sorted(marks):
        last = found[-1] if found else None
        if symbol and last and not last.symbol and not re.search(r";|\band\b|\bи\b", text[ended:place]):
            found[-1] = replace(last, symbol=symbol)
        elif symbol:
            found.append(ImportedReply(symbol, None))
        elif not _NOT_SENT.search(text[:place]):
            known = found.pop().symbol if last and not last.date else None
            found.append(ImportedReply(known, date))
        ended = end
    return found
