"""Bring the lines of a report on follow-up into one form: each label begins a line, and its value follows in this line.

A label is a printed name such as "Concluding observations:". A report may come without its line breaks, in narrow
columns, as a table, with tabs, or with labels above their values. The words of the labels are in `phrases.yaml`.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, takewhile

from tracker.importing.documents.imported_document import clean_text, ends_sentence
from tracker.importing.documents.phrases import follow_up_labels
from tracker.importing.documents.structure import JOB_NUMBER
from tracker.importing.symbols_and_changes import LATIN_LOOKALIKES
from tracker.model.localized_text import one_line

LABELS = follow_up_labels()
"""A mapping: kind of a label, such as "reply" → its regular expression, as text. See `follow_up_labels` in `phrases.yaml`."""
ONE_LETTER = r"(?:\([a-zа-я]{1,4}\)|(?<![\w(])[a-zа-я]\))"
"""The pattern of the letter of a part: "(a)" or "a)"."""
LETTERS = rf"{ONE_LETTER}(?:(?:\s|,|;|–|-|&|\band\b|\bto\b|\bи\b)*{ONE_LETTER})*"
"""The pattern of one letter or several: "(a)", "(a), (b) and (c)"."""
GRADE = r"(?-i:\[\s*[A-EВСАЕ]\s?[12]?\s*(?:/[A-EВСАЕ][12]?)*\]|\([A-E][12]\))"
"""The pattern of a grade in brackets, with Latin or Cyrillic letters: "[B2]", "(B2)", or two on one point: "[B2/C1]"."""
REPORT_SYMBOL = re.compile(r"[A-Z]{3,5}/C/\d{1,3}/(?:R\.)?\d+(?:/Add\.\d+)?(?:/Rev\.\d+)?(?![\w/])")
"""The symbol of a document such as a report on follow-up, but not that of concluding observations."""
PARAGRAPH_LINE = re.compile(
    rf"(?:Follow-up )?(?:Paragraphs?|PARAGRAPHS?|Para\.|Recommendation|Пункты?|ПУНКТЫ?)\s+(?P<number>\d{{1,3}}(?:\s*{LETTERS})?(?:(?:,| and| и)\s+\d{{1,3}})*)"
    r"(?:\s*\((?P<title>[^()]{5,120})\))?(?:\s*[:.–—-]\s*|\s+(?=[\[“\"A-ZА-Я])|\s*$)"
)
"""The beginning of a line about a paragraph: "Paragraph 12 (a): ". Its groups are `number`, and `title` in brackets."""
_ROW = re.compile(rf"(?P<number>\d{{1,3}})\s*(?P<own>{LETTERS})?\s*[|:.–-]?\s*(?P<grade>{GRADE}.*)?")
"""A row of a table of grades: "14 (b) | [C] not satisfactory", or its first cell alone."""
_LONGEST_LINE = 300
"""Characters. A line this long or longer may have lost line breaks: labels are looked for anywhere in it."""
_LONGEST_LABEL_LINE = 70
"""Characters. A longer line is not the first part of a label that a narrow column has divided."""
_BEGINNINGS = {
    "observations": re.compile(r"[A-Z]{3,6}/C/\S+/CO"),
    "selected": re.compile(rf"\d{{1,3}}(?:\s*{LETTERS})?\s*(?:[,;–]|and\b|и\b|$)"),
    "reply": re.compile(r"[A-Z]{3,6}/\S+(?:Add\.|FCO)|\d{1,2} [^\W\d]+ (?:19|20)\d\d|No\b|None\b|Нет\b"),
    "evaluation": re.compile(rf"Additional|Paragraph|{GRADE}|\d{{1,3}}\s*(?:{LETTERS}\s*)?\["),
    "ngo": re.compile(r"[A-ZА-Я]"),
    "next": re.compile(r"\d"),
}
"""A mapping: kind of a label → how its value begins. It is needed for values that stand below their labels."""
_ANY_VALUE = re.compile(r"[\[A-ZА-Я\d]")
_WITH_COLON = ("state", "recommendation")
"""Kinds of labels that can also begin an ordinary sentence. They are labels only before a colon or alone in a line."""
_APOSTROPHES = str.maketrans("’‘ʼ´`", "'" * 5)
_UNNAMED = "|".join(LABELS.values())
_AFTER_LABEL = (
    rf"(?=\s*(?:[:\[(–—]|$)|\s+[A-Z]+/|\s+{LETTERS}\s*\[|\.\s+(?-i:[A-ZА-Я])"
    r"|\s+(?:\d|in \d|A letter|Additional info)|(?<=NGO information)\s+(?-i:[A-Z]))"
)
_LABEL = re.compile(
    rf"(?:[A-Z]\.\s+|\d\.\s+)?(?=(?-i:[A-ZА-Я]))(?:{'|'.join(f'(?P<{kind}>{pattern})' for kind, pattern in LABELS.items())})"
    rf"{_AFTER_LABEL}(?:\s*(?P<note>\([^)]{{5,}}\)))?\s*[:.–—]?\s*",
    re.I,
)
_FULL_LABEL = re.compile(rf"(?=(?-i:[A-ZА-Я])(?:\S+ ){{1,9}}?(?-i:[A-ZА-Я]))(?:{_UNNAMED})(?=\s+(?-i:[A-ZА-Я]))", re.I)
"""A label of several words, followed by a text without a punctuation mark between label and text."""
_NUMBERED = r"(?:follow-up )?(?:paragraphs?|para\.|пункты?) \d{1,3}"
_INLINE = re.compile(rf"(?<=[.;)\]”\"\d])\s+(?=(?-i:[A-ZА-Я]))(?=(?:{_UNNAMED}|{_NUMBERED})\s*[:\[])", re.I)
"""The space before a label or number inside a line, after the end of a sentence, where a line break was lost."""
_LOST_BREAK = re.compile(
    rf"\s+(?=(?-i:[A-ZА-Я]))(?=(?:{_UNNAMED}){_AFTER_LABEL}|{_NUMBERED}(?:\s*{LETTERS})?\s*[:.–—]\s"
    rf"|(?<=[.!?\]] )(?:{_UNNAMED}|{_NUMBERED}(?:\s*{LETTERS})?)\s+(?-i:[A-ZА-Я\[])|{LABELS['summary']}\s+(?-i:[A-ZА-Я(]))",
    re.I,
)
"""The space before a label or number, after any text. Only for a text that has lost all its line breaks."""
_STATE_BEFORE = re.compile(
    r"(?:(?<=[.)\d*] )|(?<=[a-zа-я] )|(?<=Committee ))((?:[A-ZА-Я][\w’'-]*(?: \([^()]*\))?(?: (?:of|and)(?: the)?)? ?){1,6})$"
)
"""The name of a State as a heading, for texts in which the header of its section follows in the same line."""
_NUMBER_ALONE = re.compile(r"\d{1,3}\W*")
_AFTER_TITLE = re.compile(r"(?<=[^\W\d_])\s+(?=The State|The Committee|States parties|Государств\w+-участник|Комитет)")


def label_of(line: str) -> tuple[str, re.Match[str]] | None:
    """Return (kind, match) for the label that begins the line, or None. The match ends where the value begins."""
    found = _LABEL.match(line.translate(_APOSTROPHES))
    kind = next(kind for kind in LABELS if found[kind]) if found else ""
    if not found or (kind in _WITH_COLON and not re.match(r"\s*(?::|$)", line[found.end(kind) :])):
        return None
    return kind, found


def begins_labelled_text(line: str) -> bool:
    """Return whether a line begins with a label, or with the word "Paragraph" and a number."""
    return bool(label_of(line) or PARAGRAPH_LINE.match(line))


def clean_lines(texts: Sequence[str]) -> list[str]:
    """Return the texts as plain lines. A tab after a label becomes a colon, a labelled cell gets a line. Form feeds stay."""
    return [
        plain_line(line)
        for text in texts
        for written in (["\f"] if text == "\f" else clean_text(_with_colon(text)).split("\n"))
        for line in re.split(r"(?<=\S)\s+\|\s+(?=[^|:]+:)", written)
    ]


def join_labelled_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines divided and joined so that each label begins a line, with its value after it in this line."""
    pieces = [piece for line in lines for piece in _split_at_labels(line)]
    return _with_values(_rows_as_labels(_with_rows_of_labels(_join_divided_labels(pieces))))


def without_rows(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return (lines, rows with grades that are not about the paragraph above them). Rows about its parts become one line each."""
    kept, rows, label, number = list[str](), list[str](), "", ""
    rest = [*reversed(lines)]
    while rest:
        line = rest.pop()
        if paragraph := PARAGRAPH_LINE.match(line):
            label, number = "paragraph", paragraph["number"]
        elif found := label_of(line):
            label, number = found[0], "" if found[0] in ("next", "action") else number
        row = _ROW.fullmatch(line) if number or label in ("next", "action") else None
        is_own = row is not None and row["number"] in re.findall(r"\d+", number)
        if row and (row["own"] or not is_own) and (row["grade"] or (rest and re.match(GRADE, rest[-1]))):
            whole = line if row["grade"] else f"{line} {rest.pop()}"
            (kept if is_own else rows).append(whole.replace(" | ", " "))
        else:
            kept.append(line)
    return kept, rows


def without_brackets(grade: str) -> str:
    """Return the grade in Latin letters, without brackets and spaces."""
    return re.sub(r"[^\w/]", "", grade).translate(LATIN_LOOKALIKES)


def lost_grades(lines: Sequence[str], read: Collection[str]) -> list[str]:
    """Return the grades in brackets in the lines that are not among those that were `read`, without quoted ones."""
    written = re.findall(rf"(?<![“\"«]){GRADE}", " ".join(lines))
    return [*dict.fromkeys(grade for grade in written if without_brackets(grade) not in read)]


def bare_grades(lines: Sequence[str]) -> list[str]:
    """Return the lines that are cells of a table with a grade alone, perhaps with the number of a note before it: "2 D"."""
    return [line for line in lines if re.fullmatch(r"(?:\d\s)?[A-E][12]?", line)]


def closing_of_parts(texts: Sequence[Sequence[str]]) -> list[str]:
    """Return what follows the text of the last part, and may be about all parts: its second paragraph and those after it.

    `texts` are the lines about each part. Return [] if another part has a second paragraph, too.
    """
    seconds = [list(_starts_of_paragraphs(text)) for text in texts]
    is_closing = len(texts) > 1 and seconds[-1] and not any(seconds[:-1])
    return list(texts[-1][seconds[-1][0] :]) if is_closing else []


def _starts_of_paragraphs(lines: Sequence[str]) -> Iterator[int]:
    """Yield the place of each line after the first one that begins a paragraph about what somebody did."""
    for at, (before, line) in enumerate(pairwise(lines), 1):
        if ends_sentence(before) and re.match(r"The (?:Committee|State party)\b|It |Комитет\b|Он |Государств", line):
            yield at


def plain_line(line: str) -> str:
    """Return the line without bullet or table bars. "[B2, C1]" becomes "[B2/C1]", "Grade: B2" at the start "[B2]"."""
    line = one_line(line.replace("|", " ")) if line.startswith("|") else line
    line = re.sub(r"^[•▪●◦·‣]\s*", "", line)
    line = re.sub(r"(?<=[^\W\d]|\)):(?=[^\W\d]|\[|\d{4}|\d{1,3}(?:,| [^\W\d]{3,} ))", ": ", line)
    line = re.sub(r"\[\s*([A-EАВСЕ])\s?([12]?)\s*\]", r"[\1\2]", line)
    line = re.sub(r"^Grade:?\s+\[?([A-E][12]?)\]?(?=\s*[:.–(]|$)", r"[\1]", line)
    return re.sub(r"\[([A-EАВСЕ][12]?)\s*(?:[/,]|and|и)\s*([A-EАВСЕ][12]?)\]", r"[\1/\2]", line)


def _with_colon(line: str) -> str:
    """Return the line with a colon in place of the tab after its label. A line without such a tab stays."""
    written, tab, value = line.strip().partition("\t")
    if not tab or not (label := label_of(f"{written.strip()}:")):
        return line
    value = value.replace("\t", ": ") if label[0] == "evaluation" else value
    return f"{written.rstrip(' :')}: {value.strip()}"


def _split_at_labels(line: str) -> Iterator[str]:
    """Yield the pieces of a line, divided before the labels in it."""
    line = re.sub(rf"^{REPORT_SYMBOL.pattern}(?: {JOB_NUMBER})?(?: \d{{1,2}})? (?=[a-zа-я])", "", line)
    plain = line.translate(_APOSTROPHES)
    gaps = list(_INLINE.finditer(plain))
    lost = dict(_lost_breaks(plain)) if len(line) >= _LONGEST_LINE else {}
    kinds = {*lost.values()}
    if kinds >= {"observations", "selected"} or kinds & {"summary", "evaluation"}:
        gaps = list(lost)
    symbol = REPORT_SYMBOL.search(line)
    for start, end in pairwise([0, *(gap.end() for gap in gaps), len(line)]):
        piece = line[start:end]
        if len(line) >= _LONGEST_LINE and gaps:
            again = rf"|{re.escape(symbol[0])}(?: \d{{1,2}})?" if symbol and start else ""
            piece = re.sub(rf"\s+(?:{JOB_NUMBER}{again})(?=\s)", "", piece)
            paragraph = PARAGRAPH_LINE.match(piece)
            follows = label_of(plain[end : end + _LONGEST_LINE])
            state = _STATE_BEFORE.search(piece.rstrip()[-120:]) if follows and follows[0] == "observations" else None
            if state and "Committee" not in state[1] and "Комитет" not in state[1]:
                yield piece.rstrip().removesuffix(state[1])
                piece = state[1]
            elif paragraph and (text := _AFTER_TITLE.search(piece, paragraph.end())):
                yield piece[: text.start()]
                piece = piece[text.end() :]
            elif not label_of(piece) and (whole := _FULL_LABEL.match(piece.translate(_APOSTROPHES))):
                yield piece[: whole.end()]
                piece = piece[whole.end() :]
        yield piece.strip()


def _lost_breaks(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield (match of the space, kind of the label after it) for each place in `text` where a line break was lost."""
    end = 0
    for gap in _LOST_BREAK.finditer(text):
        rest = text[gap.end() : gap.end() + _LONGEST_LINE]
        kind, label = label_of(rest) or ("", PARAGRAPH_LINE.match(rest) or _FULL_LABEL.match(rest))
        if label and gap.start() >= end:
            end = gap.end() + label.end()
            yield gap, kind


def _with_rows_of_labels(lines: Sequence[str]) -> list[str]:
    """Return the lines. Two labels or more in one line, above their values in the next, become lines "label: value"."""
    found: list[str] = []
    rest = list(reversed(lines))
    while rest:
        line = rest.pop()
        labels = _labels_of_row(line)
        kinds = [label[0] for one in labels if (label := label_of(f"{one}:"))]
        below = next((at for at in range(len(rest) - 1, -1, -1) if rest[at]), None)
        values = _values_of_row(kinds, rest[below]) if below is not None and len(kinds) == len(labels) > 1 else None
        if values:
            del rest[below:]
        found += [f"{one}: {value}" for one, value in zip(labels, values, strict=True)] if values else [line]
    return found


def _labels_of_row(line: str) -> list[str]:
    """Return the labels in a line that has nothing else; [] for other lines."""
    labels = [cell.strip(" :") for cell in line.split("|")] if "|" in line else []
    if labels and all(label_of(f"{one}:") for one in labels):
        return labels
    labels = []
    while line:
        label = label_of(line)
        found = label[1] if label else _FULL_LABEL.match(line.translate(_APOSTROPHES))
        if not found:
            return []
        labels.append(line[: found.end()].strip(" :|"))
        line = line[found.end() :].lstrip(" :|")
    return labels


def _values_of_row(kinds: Sequence[str], text: str) -> list[str] | None:
    """Return the text as one value for each kind of label, in order; None if it cannot be divided so."""
    begins = _BEGINNINGS.get(kinds[0]) or _ANY_VALUE
    if len(kinds) == 1:
        return [text] if begins.match(text) else None
    gaps = (gap for gap in re.finditer(r"[\s|]+", text) if begins.match(text[: gap.start()]))
    divided = ([text[: gap.start()], *rest] for gap in gaps if (rest := _values_of_row(kinds[1:], text[gap.end() :])))
    return next(divided, None)


def _rows_as_labels(lines: Sequence[str]) -> list[str]:
    """Return the lines. A row of a table becomes several lines: "Paragraph 12:", then "label: cell" for each cell."""
    found: list[str] = []
    heads: list[str] = []
    rest = list(reversed(lines))
    while rest:
        line = rest.pop()
        number = re.fullmatch(rf"(\d{{1,3}}(?:\s*{LETTERS})?)\.?", line) if heads else None
        if re.fullmatch(r"Paragraphs?|Para\.|No\.|Пункты?|№", line):
            heads = list(takewhile(lambda head: ":" not in head and label_of(f"{head}:"), rest[:-6:-1]))
            if len(heads) > 1:
                del rest[-len(heads) :]
                continue
            found.append(line)
        elif number:
            cells = list(takewhile(lambda cell: not _NUMBER_ALONE.fullmatch(cell) and not label_of(cell), rest[::-1]))
            found.append(f"Paragraph {number[1]}:")
            if len(cells) == len(heads):
                del rest[-len(cells) :]
                found += [f"{head}: {cell}" for head, cell in zip(heads, cells, strict=True)]
        else:
            heads = []
            found.append(line)
    return found


def _join_divided_labels(lines: Sequence[str]) -> list[str]:
    """Return the lines, and join labels and lists of numbers that a narrow column divided into several lines."""
    found: list[str] = []
    for line in lines:
        before = found[-1] if found else ""
        if before.endswith("-") and not label_of(before) and label_of(before[:-1] + line):
            line = found.pop()[:-1] + line
        elif _is_rest_of_label(before, line) or (
            re.fullmatch(r"\d{1,3}", line) and re.search(r"[\d)](?:,| and| и)$", before)
        ):
            line = f"{found.pop()}{'' if before.endswith('-') else ' '}{line}"
        elif len(found) > 1 and _is_rest_of_label(f"{found[-2]} {before}", line):
            line = f"{found.pop(-2)} {found.pop()} {line}"
        elif whole := _label_of_two_lines(before, line):
            found[-1:], line = [], whole
        found.append(line)
    return found


def _is_rest_of_label(before: str, line: str) -> bool:
    """Return whether a label, or the bracket after it, begins in the line `before` and ends in the next one, `line`."""
    if not before or len(before) > _LONGEST_LABEL_LINE or PARAGRAPH_LINE.match(line) or before.endswith(":"):
        return False
    if re.match(r"[^()]+\([^)]*$", before) and label_of(before):
        return ")" in line[:40]
    label = label_of(f"{before}{'' if before.endswith('-') else ' '}{line}")
    return label is not None and label[1].end(label[0]) > len(before) and not label_of(line)


def _label_of_two_lines(before: str, line: str) -> str | None:
    """Return "label: value" if `before` is half of a label and a value, and `line` begins with the other half; else None."""
    rest = re.match(r"([\w'’-]+(?: [\w'’-]+){0,2}\)?):(?= |$)", line)
    if not rest or label_of(line):
        return None
    words = before.split()
    for end in range(min(len(words) - 1, 8), 1, -1):
        whole = f"{' '.join(words[:end])} {rest[1]}:"
        if (label := label_of(whole)) and label[1].end() == len(whole):
            return f"{whole} {' '.join(words[end:])}{line[rest.end() :]}"
    return None


def _with_values(lines: Sequence[str]) -> list[str]:
    """Return the lines. A value that stands below its label is joined to the label: "label: value"."""
    joined: list[str] = []
    at = 0
    while at < len(lines):
        first = at
        while first < len(lines) and (found := label_of(lines[first])) and found[1].end() == len(lines[first]):
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
    """Return the lines of each value, in the order of `labels`; [] if a label has no value."""
    kinds = [label[0] for line in labels if (label := label_of(f"{line}:"))]
    values: list[list[str]] = []
    for line in filter(None, lines[first : first + 4 * len(kinds)]):
        if line == "\f" or label_of(line) or PARAGRAPH_LINE.match(line) or (len(values) == len(kinds) == 1):
            break
        if len(values) < len(kinds) and (_BEGINNINGS.get(kinds[len(values)]) or _LABEL).match(line):
            values.append([line])
        elif values:
            values[-1].append(line)
        elif not re.match(r"(?:\d+ )?GE\.|[A-Z]+/C/\d+/\d", line):
            break
    return values if len(values) == len(kinds) else []
