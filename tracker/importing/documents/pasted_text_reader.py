"""Read text that was pasted, or taken from a PDF, into blocks.

Lines are joined to paragraphs. Page headers, page numbers and footnotes are taken out.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile, pairwise

from tracker.importing.documents import structure
from tracker.importing.documents.imported_document import BlockRole, SourceText, TextBlock, clean_text, ends_sentence
from tracker.importing.documents.phrases import Phrases
from tracker.queries.search.word_forms import stem_word
from tracker.storage.yaml.defaults import symbol_prefix_pattern

_SYMBOL_LINE = re.compile(
    rf"(?:\d{{1,3}}\s+)?(?:Advance unedited version\s*)?(?:{symbol_prefix_pattern()})[\w./–-]*\w(?:\s+\d{{1,3}})?$",
    re.I,
)
_JOB_NUMBER = re.compile(
    r"(?:\d{1,3}\s+)?(?:GE|HRI|V|N)\.\s?\d{2}-\d{4,6}(?:\s*\([A-Z]\))?(?:\s+\d{6})?(?:\s+\d{1,3})?$"
)
_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:(?:page|p\.|стр\.|страница)\s*)?\d{1,3}(?:\s*(?:/|of|из)\s*\d{1,3})?(?:\s*[-–—])?$", re.I
)
_PRINTER = re.compile(r"(?:\*\d{6,9}\*|Please recycle.*|Просьба отправить на вторичную переработку.*|@+)$", re.I)
UNEDITED = (
    r"(?:(?:advance )?unedited (?:advance )?(?:version|copy|text)|advance (?:unedited )?(?:version|copy)|"
    r"(?:предварительн\w+ )?неотредактированн\w+ (?:вариант|версия|текст)|предварительн\w+ (?:вариант|версия)|"
    r"version (?:préliminaire|avancée)(?: non éditée)?|version non éditée|"
    r"versión (?:preliminar|anticipada|avanzada)(?: sin editar)?|versión sin editar)"
)
_STATUS = re.compile(rf"[\[(*\s]*{UNEDITED}[\])*\s]*$", re.I)
"""A note on each page of a text that is not edited yet, such as "Advance unedited version"."""
_RULE = re.compile(r"[_–—-]{4,}$|_{3,}")
_NOTE_START = re.compile(
    r"(?P<mark>\d{1,3}|\[\d{1,3}\]|\*{1,3})\s*(?P<text>(?:See|Ibid|Cf\.|Adopted|The present document|Official Records|General comment|"
    r"General recommendation|Resolution|Law No|Available|См\.|Там же|Принят|Настоящий документ|Официальные отчеты|"
    r"(?:[AE]|ST|[A-Z]{3,5})/|HRC|https?:|www\.).*)$"
)
_BEFORE_MARK = re.compile(
    r"(?:(?<![^\W\d_])(?![A-ZА-Я]+$)(?![kcdкс]?[mм]$)(?!(?i:Nos?|arts?|paras?|Add|Rev|Corr|pp?|пп?|ст|гл)\.$)(?![A-ZА-Я]\.$)[^\W\d_]+"
    r"|[)\]”’\"»]|\b(?P<year>(?:19|20)\d\d))[.,;:]?[)\]”’\"»]*$"
)
_GLUED = re.compile(
    r"(?<=[^\W\d_A-ZА-Я]{3})[1-9]\d?(?=[\s.,;:)\]”]|$)|(?<=[^\W\d_A-ZА-Я]{3}[,;.”])[1-9]\d?(?=\s+[^\W\d_]|$)"
    r"|(?<=[\]):])[1-9]\d?(?=[\s:.,;]|$)|(?<=[^\W\d_] (?:19|20)\d\d)[1-9]\d?(?=[.,;:)\]]|$)(?![.,]\d)"
    r"|(?<=\b[Ii]n (?:19|20)\d\d)[1-9]\d?(?=\s)"
)
"""What may be the number of a footnote, where the footnotes are not known."""
_AMOUNT = re.compile(r"\s*(?:%|million|billion|per ?cent|млн|млрд|тыс|процент|сом)", re.I)
_LONELY_MARK = re.compile(r"\d{1,3}|\*{1,3}")
_MOST_NOTE_LINES = 4
MAX_LINES = 60_000
ONE_LINE_EACH = 160
"""Characters. If lines are wider than this, each line is a whole paragraph."""
_WORD_END = re.compile(r"([^\W\d_]+)-$")
_WORD_START = re.compile(r"([^\W\d_]+)")
_UNFINISHED = re.compile(r"(?:[,(–—-]|\b(?:art|arts|para|paras|No|Nos|п|пп|ст|см|г)\.)$", re.I)
_GOES_ON = re.compile(r"(?:,|\b(?:and|or|of|the|in|for|to|with|on|и|или|в|на|с|для|от|по|к|о))$", re.I)
_BEFORE_NUMBER = re.compile(r"\b(?:paras?|paragraphs?|arts?|articles?|Nos?|пункт\w*|стать\w+)$", re.I)


def separate_margins(
    lines: Sequence[str], *, is_repeated_text: Callable[[str], bool] = lambda line: False
) -> tuple[list[str], list[str], list[str]]:
    """Return (lines of text, page headers and page numbers, footnotes). The text is without the numbers of footnotes.

    Form feeds stay in the text. `is_repeated_text` returns True for a line that repeats, but is not a page header.
    """
    labelled = {at for at, line in enumerate(lines) if is_repeated_text(line)}
    repeated = _repeated_shapes([line for at, line in enumerate(lines) if not {at, at - 1} & labelled])
    heads = _running_heads(lines, labelled, repeated)
    kept, removed, notes = list[str](), list[str](), list[str]()
    marks, in_notes, joined_at = list[tuple[str, int]](), 0, -1
    for index, line in enumerate(lines):
        if index == joined_at:
            continue
        lonely = _lonely_note(lines, index, in_notes, marks=marks, kept=kept, repeated=repeated)
        if lonely:
            line, joined_at = lonely[1], index + 1
            notes.append(line)
            marks.append((lonely[0], len(kept)))
            in_notes = 1 if ends_sentence(line) else 3
            _drop_gap(kept)
        elif line in ("", "\f"):
            in_notes = 0 if line else in_notes
            kept.append(line)
        # a number alone with a full stop is that of the paragraph in the next line
        elif index in heads or (
            _is_margin(line, set() if {index, index - 1} & labelled else repeated)
            and not re.fullmatch(r"\d{1,3}\.", line)
        ):
            removed.append(line)
            in_notes = 0
            _drop_gap(kept)
        elif _RULE.fullmatch(line):
            in_notes = 2
            _drop_gap(kept)
        elif found := _footnote_start(line, in_notes, marks) or _footnote_at_page_end(
            lines, index, marks, kept=kept, repeated=repeated
        ):
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
            in_notes = 2 if in_notes == 2 else 0
            kept.append(line)
    return _without_marks(kept, marks), removed, notes


def _drop_gap(kept: list[str]) -> None:
    """Remove the empty lines at the end of `kept`: they belong to the margin that follows."""
    while kept and kept[-1] == "":
        kept.pop()


def _repeated_shapes(lines: Sequence[str]) -> set[str]:
    """Return lines that have a number and occur at least three times, such as page headers. Each number is written as 0."""
    shapes = Counter(_shape(line) for line in lines if 3 < len(line) < 100 and line != "\f")
    often = [shape for shape, count in shapes.items() if count >= 3 and "0" in shape]
    return {shape for shape in often if not ends_sentence(shape) and not re.match(r"\(?\w{1,3}[.)]", shape)}


def _running_heads(lines: Sequence[str], labelled: set[int], repeated: set[str]) -> set[int]:
    """Return the numbers of the lines without a number that come again beside the end of another page, such as a title."""
    filled = [n for n, line in enumerate(lines) if line]
    ends = {at for at, n in enumerate(filled) if lines[n] == "\f" or _is_margin(lines[n], repeated)}
    may_be = [
        n not in labelled and not ends_sentence(lines[n]) and not re.match(r"\(?\w{1,3}[.)]", lines[n]) for n in filled
    ]
    heads = set[int]()
    for _line_of_head in range(2):
        beside = {at for end in ends | heads for at in (end - 1, end + 1) if 0 <= at < len(filled)} - ends - heads
        again = Counter(lines[filled[at]] for at in beside)
        heads |= {at for at in beside if may_be[at] and again[lines[filled[at]]] > 1}
    return {filled[at] for at in heads}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _is_margin(line: str, repeated: set[str]) -> bool:
    patterns = (_SYMBOL_LINE, _JOB_NUMBER, _PAGE_NUMBER, _PRINTER, _STATUS)
    return any(pattern.match(line) for pattern in patterns) or _shape(line) in repeated


def _footnote_start(line: str, in_notes: int, marks: Sequence[tuple[str, int]]) -> tuple[str, str] | None:
    """Return (mark, text) if the line begins a footnote, otherwise None."""
    found = _NOTE_START.match(line)
    if not found and in_notes in (1, 2) and not line[:4].rstrip().endswith("."):
        found = re.match(r"(?P<mark>\d{1,3}|\[\d{1,3}\]|\*{1,3})\s+(?P<text>\S.*)$", line)
    if not found or (found["mark"][0] != "*" and not _is_next_mark(found["mark"].strip("[]"), marks)):
        return None
    return found["mark"].strip("[]"), found["text"]


def _footnote_at_page_end(
    lines: Sequence[str], index: int, marks: Sequence[tuple[str, int]], *, kept: Sequence[str], repeated: set[str]
) -> tuple[str, str] | None:
    """Return (mark, text) if the line at `index` begins a footnote at the end of a page, otherwise None."""
    found = re.match(r"(?:\[(?=\d+\]))?(\d{1,3}|\*{1,3})\]?\s+(\S.*)$", lines[index])
    if not found or not (found[1][0] == "*" or _is_next_mark(found[1], marks)):
        return None
    below = lines[index + 1 : index + 1 + _MOST_NOTE_LINES]
    known = [*marks, (found[1], 0)]
    # the end of the page is below, or another footnote at its end
    is_last = any(line == "\f" or _is_margin(line, repeated) for line in below) or any(
        _footnote_at_page_end(lines, index + n, known, kept=kept, repeated=repeated) for n in range(1, len(below) + 1)
    )
    return (found[1], found[2]) if is_last and any(_find_mark(found[1], line) for line in kept[-80:]) else None


def _lonely_note(
    lines: Sequence[str],
    index: int,
    in_notes: int,
    *,
    marks: Sequence[tuple[str, int]],
    kept: Sequence[str],
    repeated: set[str],
) -> tuple[str, str] | None:
    """Return (mark, text) if the line at `index` is only the raised mark of the footnote that begins in the next line."""
    if not _LONELY_MARK.fullmatch(lines[index]):
        return None
    joined = list[str]()
    for line in lines[index : index + 8 * _MOST_NOTE_LINES]:
        is_text = line not in ("", "\f") and not _is_margin(line, repeated)
        if joined and is_text and _LONELY_MARK.fullmatch(joined[-1]):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return _footnote_start(joined[0], in_notes, marks) or _footnote_at_page_end(
        joined, 0, marks, kept=kept, repeated=repeated
    )


def _find_mark(mark: str, line: str) -> re.Match[str] | None:
    """Return where `line` refers to a footnote: a number right after a word, a year, a bracket or their punctuation; stars.

    A number that may be a real one is not found: "No.3", "CO2", "16.3", "1999,4 million".
    """
    if mark[0] == "*":
        return re.search(rf"(?<=[^*\s]){re.escape(mark)}(?!\*)", line)
    marks = re.finditer(rf"\[{mark}\]|{mark}(?=[\s.,;:)\]”’\"»]|$)(?![.,]\d)", line)
    return next((found for found in marks if _is_mark(found)), None)


def _is_mark(found: re.Match[str]) -> bool:
    """Return whether a number stands where that of a footnote stands, and where no real one does."""
    before = _BEFORE_MARK.search(found.string[: found.start()])
    is_amount = before and before["year"] and _AMOUNT.match(found.string, found.end())
    return bool((found[0][0] == "[" and found.start()) or (before and not is_amount))


def _is_next_mark(mark: str, marks: Sequence[tuple[str, int]]) -> bool:
    """Return whether the number of a footnote follows the last one, with at most one missing, or begins again at 1."""
    numbers = [int(known) for known, _place in marks if known.isdecimal()]
    return int(mark) in range(1, 4) if not numbers else int(mark) in (1, numbers[-1] + 1, numbers[-1] + 2)


def _without_marks(kept: Sequence[str], marks: Sequence[tuple[str, int]]) -> list[str]:
    """Return the lines without the numbers that refer to footnotes."""
    lines = list(kept)
    for mark, place in marks:
        if not mark.isdecimal():
            continue
        place = min(place, len(lines))  # the gaps before a footnote at the end are gone
        for index in range(place - 1, max(-1, place - 90), -1):
            if found := _find_mark(mark, lines[index]):
                lines[index] = lines[index][: found.start()] + lines[index][found.end() :]
                break
    return lines


def without_glued_numbers(line: str) -> str:
    """Return the line without numbers of footnotes right after a word or a year: "201812" becomes "2018"."""
    return _GLUED.sub(lambda found: "" if _is_mark(found) else found[0], line)


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of the text. `gap`: an empty line stands before this line, so that a new paragraph may begin here."""

    text: str
    gap: bool


def read_pasted_text(text: str, phrases: Phrases) -> SourceText:
    """Return the blocks, margins and footnotes of a pasted text. Lines after MAX_LINES are ignored."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad\n", "-\n")
    raw = re.sub(r"[\x0b\x85\u2028]", "\n", raw)
    pages = [[clean_text(line) for line in page.split("\n")] for page in raw.split("\f")]
    lines = [line for page in pages for line in [*page, "\f"]][:MAX_LINES]
    kept, removed, notes = separate_margins(lines)
    texts = [line for line in kept if line != "\f"]
    pairs = [PageLine(line, not before) for before, line in pairwise([".", *texts]) if line]
    inside = [now for before, now in pairwise(pairs) if not ends_sentence(before.text) and now.text[0].islower()]
    # empty lines inside sentences say nothing: they stand after nearly every line
    means_nothing = sum(line.gap for line in inside) > 0.5 * len(inside)
    printed = [PageLine(line.text, line.gap and not means_nothing) for line in pairs]
    return SourceText(tuple(_blocks(printed, phrases)), tuple(removed), tuple(notes))


def _blocks(lines: Sequence[PageLine], phrases: Phrases) -> list[TextBlock]:
    """Return the lines joined to blocks, in order. Headings have the role BOLD, because their levels are not known."""
    widths = sorted(len(line.text) for line in lines)
    width = widths[int(0.85 * len(widths))] if widths else 0
    numbers = structure.choose_numbers(list(_candidates(lines, phrases)))
    first = min(numbers, default=len(lines))
    headings = _heading_lines(lines, numbers, first)
    words = count_words(line.text for line in lines)

    def begins_block(index: int) -> bool:
        text = lines[index].text
        if index <= first or index in numbers or (index in headings) != (index - 1 in headings):
            return True
        before = lines[index - 1].text
        if index in headings:
            return not _heading_goes_on(before, text, width, phrases=phrases)
        is_ended = ends_sentence(before) and not _UNFINISHED.search(before)
        if structure.list_label(text) and (is_ended or re.search(r"(?:[,;]|\b(?:and|or|и|или))$", before)):
            return True
        # a short line that ends a sentence ends its paragraph; so does every line if each paragraph is on one line
        is_last_line = width > ONE_LINE_EACH or (width > 40 and len(before) < 0.6 * width)
        return is_ended and (lines[index].gap or is_last_line) and _can_start_heading(text)

    groups: list[tuple[list[str], BlockRole]] = []
    for index, line in enumerate(lines):
        if begins_block(index):
            # without levels of headings: the structure finds them by order
            groups.append(([line.text], BlockRole.BOLD if index in headings else BlockRole.BODY))
        else:
            groups[-1][0].append(line.text)
    return [TextBlock(join_lines(group, words, phrases), role=role) for group, role in groups]


def _candidates(lines: Sequence[PageLine], phrases: Phrases) -> list[structure.NumberCandidate]:
    found = []
    above, before = "", ""
    for index, line in enumerate(lines):
        text = line.text
        if re.fullmatch(r"\d{1,3}\.", text) and index + 1 < len(lines):
            text = f"{text} {lines[index + 1].text}"  # the number alone on its line
        is_open = re.search(r"[,\w–(-]$", before) and not ends_sentence(before)
        goes_on = len(before) > 55 or _BEFORE_NUMBER.search(before) or phrases.is_unfinished(before)
        weaker = bool((is_open and goes_on) or _UNFINISHED.search(before))
        if candidate := structure.typed_number(index, text, weaker=weaker, above=(above, before)):
            found.append(candidate)
        above, before = before, line.text
    return found


def _heading_lines(lines: Sequence[PageLine], numbers: dict[int, structure.NumberCandidate], first: int) -> set[int]:
    """Return the indexes of the lines that are headings. `first` is the index of the first numbered paragraph."""
    found: set[int] = set()
    for number in numbers:
        at = number - 1
        candidates: list[int] = []
        while at > first and number - at <= 8 and at not in numbers:
            text = lines[at].text
            if ends_sentence(text) and not structure.heading_label_length(text) >= 0:
                break
            if structure.list_label(text):
                candidates = []
                break
            candidates.insert(0, at)
            at -= 1
        else:
            if number - at > 8 or (at in numbers and not ends_sentence(lines[at].text)):
                candidates = []  # the paragraph before has no end
                for later in range(at + 1, number):
                    if lines[later].gap or structure.heading_label_length(lines[later].text) >= 0:
                        candidates = list(range(later, number))
                        break
        found |= set(dropwhile(lambda at: not _can_start_heading(lines[at].text), candidates))
    # lines before the first paragraph: "A. Introduction"
    if first and first < len(lines) and structure.heading_label_length(lines[first - 1].text) >= 0:
        found.add(first - 1)
    return found


def _can_start_heading(text: str) -> bool:
    return text[0].isupper() or text[0].isdigit() or text[0] in '“"«‘'


def _heading_goes_on(before: str, text: str, width: int, *, phrases: Phrases) -> bool:
    """Return whether the heading in line `before` goes on in the next line, `text`."""
    is_whole_section = structure.heading_label_length(before) >= 0 and phrases.has("section_end", before)
    if structure.heading_label_length(text) >= 0 or is_whole_section:
        return False
    is_full = len(before) + len(text.split()[0]) + 1 > 0.72 * width
    return is_full or not _can_start_heading(text) or bool(_GOES_ON.search(before))


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word occurs in the texts, in small letters. A word may have hyphens."""
    return Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(texts).lower()))


def join_lines(lines: Sequence[str], words: Counter[str], phrases: Phrases) -> str:
    """Join lines (at least one) into one text. `words` counts the words of the document: they show which hyphens to keep."""
    pieces = [lines[0]]
    for line in lines[1:]:
        before = pieces[-1]
        end, start = _WORD_END.search(before[-60:]), _WORD_START.match(line)
        if not end or not start:
            is_glued = before.endswith(("/", "–")) or (before.endswith("-") and line[:1].isalnum())
            is_glued |= bool(phrases.patterns["glued_marks"].match(line))  # it followed the raised number of a footnote
            pieces.append(line if is_glued else f" {line}")
            continue
        if not _is_true_hyphen(end[1], start[1], words, phrases=phrases):
            pieces[-1] = before[:-1]
        pieces.append(line)
    return "".join(pieces)


def _is_true_hyphen(before: str, after: str, words: Counter[str], *, phrases: Phrases) -> bool:
    """Return True if the hyphen between `before` and `after` belongs to the word ("follow-up"), False if it divides it."""
    left, right = before.lower(), after.lower()
    if after[0].isupper():
        return True
    together, apart = words[left + right], words[f"{left}-{right}"]
    if together or apart:
        return apart > together
    stems = _stems(tuple(words))
    if stem_word(left + right) in stems:
        return False
    if phrases.patterns["hyphen_before"].fullmatch(right):
        return True
    if not phrases.patterns["joined_by_hyphen"].fullmatch(left):
        return False
    if not phrases.patterns["begins_words_too"].fullmatch(left):
        return True
    # "re-" and "co-" begin many words: the rest must be a word of the text, and no word of it begin alike
    alike = (left + right)[: max(len(left) + 3, 6)]
    is_word = right in words or stem_word(right) in stems
    return is_word and not any(word.startswith(alike) for word in words)


@lru_cache(maxsize=1)
def _stems(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(stem_word, words))
