"""The structure of a document, from blocks of text: numbered paragraphs, the headings above them, and their lettered parts.

Parts may stand on lines of their own, or run in the text of a paragraph.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tracker.importing.documents import paragraph_labels as labels
from tracker.importing.documents.imported_document import BlockRole, TextBlock, ends_sentence
from tracker.importing.documents.paragraph_labels import capital_label, is_letter_at, list_label
from tracker.importing.documents.phrases import Phrases, split_sentences
from tracker.model.localized_text import one_line

_LABEL = re.compile(r"(?:(?<=\s)|(?<=[:;,])|^)\(?(?P<letter>[a-zа-яё])\)\s*(?=[^\W\d_]|[“\"«‘(])")
_REFERENCE_BEFORE = re.compile(
    r"(?:\d|\b(?:[a-zа-яё]|[ivx]{1,4}|\d{1,3})\)|\b(?:paragraphe?s?|párrafos?|alinéas?|artículos?|apartados?|paras?\.?|sub-?paragraphs?|subparas?\.?|articles?|arts?\.|sections?|rules?|items?|letters?|"
    r"пункт\w*|подпункт\w*|пп?\.|стать\w+|ст\.|правил\w*|lit\.))(?:\s*(?:,|and|or|et|ou|y|o|и|или|–|-))?\s*$",
    re.I,
)
_NOT_TEXT = re.compile(
    r"(?:and|or|above|below|of the|et|ou|y|o|и|или|выше|настоящ\w+|статьи|пункта)\b|to (?=\(?\w{1,3}\))", re.I
)
SECTIONS_WITHOUT_DEMANDS = ("positive_heading", "introduction_heading")
LONGEST_HEADING = 300
"""Characters. A longer block is not a heading, whatever its style."""
_LOOK_AHEAD = 6
_FOOTNOTE_MARK = re.compile(r"\s*(?:\*+|\[\d+\])+$")
_STARRED = re.compile(r"\*{1,3}\s*[^\W\d_]")
"""The footnote to the title, which stands in the text: "* Adopted by the Committee at its seventy-sixth session …"."""
_TYPED_NUMBER = re.compile(r"\d{1,3}\.\s*[^\W\d]")


@dataclass(frozen=True, slots=True)
class ParagraphLine:
    """A piece of a paragraph: a lettered part (`letter` is Latin), or text without a letter (`letter` is "").

    `printed` is the letter as the document has it, which may be Cyrillic.
    """

    letter: str
    text: str
    printed: str = ""


def split_run_in(text: str, phrases: Phrases) -> list[ParagraphLine]:
    """Return the lines of the text: the chapeau, the parts, and what follows the last part.

    References to letters, such as "article 2 (a)", are not parts. There must be at least two parts.
    """
    found: list[re.Match[str]] = []
    for label in _LABEL.finditer(text):
        before = text[max(0, label.start() - 60) : label.start()]
        after = text[label.end() : label.end() + 40]
        if not is_letter_at(label["letter"].lower(), len(found)):
            continue
        if _REFERENCE_BEFORE.search(before) or _NOT_TEXT.match(after):
            continue
        if not found and before.strip() and not re.search(r"(?:[:;,–—]|\b\w+)\s*$", before):
            continue
        found.append(label)
    if len(found) < 2:
        return [ParagraphLine("", text)]
    lines = [ParagraphLine("", text[: found[0].start()].strip())]
    ends = [label.start() for label in found[1:]] + [len(text)]
    for place, (label, end) in enumerate(zip(found, ends, strict=True)):
        letter = chr(ord("a") + place)
        lines.append(ParagraphLine(letter, text[label.end() : end].strip(), label["letter"].lower()))
    first, *others = split_sentences(lines[-1].text, phrases)
    if others and all(len(split_sentences(line.text, phrases)) == 1 for line in lines[1:-1]):
        lines[-1] = replace(lines[-1], text=first.strip())
        lines.append(ParagraphLine("", "".join(others).strip()))
    return lines


def split_tail(lines: Sequence[ParagraphLine], phrases: Phrases) -> list[ParagraphLine]:
    """Return the lines, where sentences to the State party that follow the last part are a line of their own.

    "(c) Train judges. The State party should also publish data." If other parts have such sentences too, they stay.
    """
    at = max((index for index, line in enumerate(lines) if line.letter), default=-1)
    parts = [line for line in lines[: at + 1] if line.letter]
    if len(parts) < 2:
        return list(lines)
    first, *others = split_sentences(parts[-1].text, phrases)
    before = [first, *(sentence for part in parts[:-1] for sentence in split_sentences(part.text, phrases))]
    start = next((place for place, sentence in enumerate(others) if phrases.has("tail", sentence)), -1)
    if start < 0 or any(phrases.has("tail", sentence) for sentence in before):
        return list(lines)
    part = replace(parts[-1], text="".join([first, *others[:start]]).strip())
    return [*lines[:at], part, ParagraphLine("", "".join(others[start:]).strip()), *lines[at + 1 :]]


@dataclass(frozen=True, slots=True)
class _Heading:
    rank: int
    text: str
    role: BlockRole
    level: int


@dataclass(slots=True)
class HeadingStack:
    """The headings that are in force. `is_open` says that headings came in after the last paragraph."""

    phrases: Phrases
    is_open: bool = False
    _stack: list[_Heading] = field(default_factory=list)
    _run: int = 0

    def add(self, block: TextBlock) -> None:
        """Add a heading. It continues the one before if this one goes on over several lines."""
        start = capital_label(block.text, block.label)
        text = _FOOTNOTE_MARK.sub("", one_line(block.text)[max(start, 0) :])
        if not text:
            return
        last = self._stack[-1] if self._stack else None
        if self.is_open and last and start < 0 and self._goes_on(last, block, text):
            joint = "" if last.text.endswith("-") else " "
            self._stack[-1] = replace(last, text=last.text + joint + text)
            return
        is_section = start >= 0 or self.phrases.has("section_heading", text)
        if block.role is BlockRole.HEADING:
            rank = 10 * block.level
        else:
            rank = 5 if is_section else 15 + 10 * (self._run if self.is_open else 0)
        while self._stack and (self._stack[-1].rank >= rank or self._is_over(self._stack[-1], rank)):
            self._stack.pop()
        self._run = 0 if is_section else (self._run + 1 if self.is_open else 1)
        self._stack.append(_Heading(rank, text, block.role, level=block.level))
        self.is_open = True

    def _is_over(self, section: _Heading, rank: int) -> bool:
        """Return whether a section ends with the next heading, because it has no headings of its own: "Introduction".

        Without this, it would cover the rest of a document whose sections look like its topics.
        """
        has_levels = section.role is BlockRole.HEADING and rank > section.rank
        return not self.is_open and not has_levels and self.phrases.has_any(SECTIONS_WITHOUT_DEMANDS, section.text)

    def _goes_on(self, last: _Heading, block: TextBlock, text: str) -> bool:
        if block.role is BlockRole.HEADING and (block.role, block.level) != (last.role, last.level):
            return False
        return text[0].islower() or last.text.endswith((",", "-", "–")) or self.phrases.ends_unfinished(last.text)

    def close(self) -> tuple[str, ...]:
        """Return the headings above the paragraph that begins here."""
        self.is_open, self._run = False, 0
        return tuple(heading.text for heading in self._stack)


def is_heading(
    blocks: Sequence[TextBlock], index: int, numbers: Container[int], *, unfinished: bool, goes_on: bool
) -> bool:
    """Return whether the block at `index` is a heading.

    `numbers` are the places of the numbered paragraphs. `unfinished` says that the text before ends inside a sentence,
    `goes_on` that the block before is a heading too.
    """
    block = blocks[index]
    text = one_line(block.text)
    if not text or len(text) > LONGEST_HEADING or block.role is BlockRole.TABLE:
        return False
    is_sentence = ends_sentence(_FOOTNOTE_MARK.sub("", text)) and not text.endswith("?")
    if block.role is BlockRole.HEADING:
        return not (is_sentence and len(text) > 120)
    if capital_label(text, block.label) >= 0 and not is_sentence:
        return True
    if is_sentence or block.label or not (goes_on or _starts_like_heading(text)):
        return False
    if block.role is BlockRole.BOLD:
        return True
    return not unfinished and _paragraph_follows(blocks, index, numbers)


def _starts_like_heading(text: str) -> bool:
    return text[0].isupper() or text[0].isdigit() or text[0] in '“"«‘('


def _paragraph_follows(blocks: Sequence[TextBlock], index: int, numbers: Container[int]) -> bool:
    for later in range(index + 1, min(index + 1 + _LOOK_AHEAD, len(blocks))):
        if later in numbers:
            return True
        text = one_line(blocks[later].text)
        if ends_sentence(text) or len(text) > LONGEST_HEADING or list_label(text, blocks[later].label):
            return False
    return False


@dataclass(frozen=True, slots=True)
class NumberedParagraph:
    """A numbered paragraph: its number, the headings above it from section to topic, and its lines."""

    number: str
    headings: tuple[str, ...]
    lines: tuple[ParagraphLine, ...]

    @property
    def text(self) -> str:
        """Return all text of the paragraph, without letters."""
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class DocumentStructure:
    """What stands before the first numbered paragraph, the numbered paragraphs, and footnotes between them."""

    front: tuple[TextBlock, ...]
    paragraphs: tuple[NumberedParagraph, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _OpenParagraph:
    """A paragraph that is being read: its lines, the letters so far, and the nested numbers of the last part."""

    number: str
    headings: tuple[str, ...]
    lines: list[ParagraphLine] = field(default_factory=list)
    letters: int = 0
    nested: int = 0
    list_level: int = -1

    def add_text(self, text: str) -> None:
        """Add text without a letter. It continues the line before if that one is unfinished."""
        last = self.lines[-1] if self.lines else None
        if last and last.text and not ends_sentence(last.text) and (text[:1].islower() or text[:1].isdigit()):
            self.lines[-1] = replace(last, text=f"{last.text} {text}")
        else:
            self.lines.append(ParagraphLine("", text))
            self.nested = 0

    def add_nested(self, label: str, text: str) -> None:
        """Add a nested item to the line before."""
        item = f"{label} {text}".strip()
        if self.lines:
            self.lines[-1] = replace(self.lines[-1], text=f"{self.lines[-1].text}\n{item}".strip())
        else:
            self.lines.append(ParagraphLine("", item))

    def add_labelled(self, label: labels.ListLabel, block: TextBlock) -> None:
        """Add a block that begins with a letter or a Roman number: a part, a nested item, or mere text."""
        text = one_line(block.text)[label.end :]
        shown = one_line(block.text)[: label.end].strip() or block.label
        restarts = bool(self.letters and self.lines and not self.lines[-1].letter)
        position = 0 if restarts and labels.is_letter_at(label.letter, 0) else self.letters
        is_part = self._is_part(label, position)
        deeper = bool(block.label) and self.list_level >= 0 and block.level > self.list_level
        is_nested_roman = label.is_roman and labels.is_next_roman(label.letter, self.nested)
        if is_part and not deeper and not (is_nested_roman and self.nested):
            self._add_part(label, position, text)
            self.list_level = block.level if block.label else self.list_level
        elif is_nested_roman:
            self.nested += 1
            self.add_nested(shown, text)
        else:
            self.add_nested(shown, text)

    def _is_part(self, label: labels.ListLabel, position: int) -> bool:
        if len(label.letter) != 1:
            return False
        if labels.is_letter_at(label.letter, position):
            return True
        # one or two letters are missing, or repeated by mistake
        later = [place for place in (position + 1, position + 2) if labels.is_letter_at(label.letter, place)]
        return bool(later) and not label.is_roman and position > 0

    def _add_part(self, label: labels.ListLabel, position: int, text: str) -> None:
        place = next(at for at in range(position, position + 3) if labels.is_letter_at(label.letter, at))
        letter = chr(ord("a") + place) if place < 26 else labels.latin_letter(label.letter)
        self.lines.append(ParagraphLine(letter, text, label.letter))
        self.letters, self.nested = place + 1, 0

    def closed(self, phrases: Phrases) -> NumberedParagraph:
        """Return the paragraph as it is now, with parts that run in the text as lines of their own."""
        lines = tuple(self.lines)
        if not any(line.letter for line in lines):
            split = (piece for line in lines for piece in split_run_in(line.text, phrases))
            lines = tuple(piece for piece in split if piece.text or piece.letter)
        return NumberedParagraph(self.number, self.headings, tuple(split_tail(lines, phrases)))


def read_structure(blocks: Sequence[TextBlock], phrases: Phrases) -> DocumentStructure:
    """Return the numbered paragraphs of a document, with headings and parts. There are none if nothing is numbered."""
    blocks = list(_split_soft_breaks(_join_lonely_labels(blocks)))
    numbers = labels.choose_numbers(list(number_candidates(blocks, phrases)))
    first = min(numbers, default=len(blocks))
    stack = HeadingStack(phrases)
    for block in _headings_of_front(blocks[:first], phrases):
        stack.add(block)
    paragraphs: list[NumberedParagraph] = []
    notes: list[str] = []
    current: _OpenParagraph | None = None
    for index in range(first, len(blocks)):
        block = blocks[index]
        if index in numbers:
            if current:
                paragraphs.append(current.closed(phrases))
            current = _OpenParagraph(str(numbers[index].number), stack.close())
            text = one_line(block.text)[numbers[index].end :]
            if label := labels.list_label(text):
                current.add_labelled(label, replace(block, text=text, label=""))
            elif text:
                current.add_text(text)
            continue
        if current is None or block.role is BlockRole.TABLE:
            continue
        if _STARRED.match(block.text):
            notes.append(one_line(block.text).lstrip("* "))
            continue
        unfinished = bool(current.lines) and not ends_sentence(current.lines[-1].text)
        label = labels.list_label(one_line(block.text), block.label)
        if label and block.role is not BlockRole.HEADING:
            current.add_labelled(label, block)
        elif is_heading(blocks, index, numbers, unfinished=unfinished and not stack.is_open, goes_on=stack.is_open):
            stack.add(block)
        elif block.label and labels.capital_label(block.text, block.label) < 0:
            current.add_nested(block.label, one_line(block.text))
        else:
            current.add_text(one_line(block.text))
    if current:
        paragraphs.append(current.closed(phrases))
    return DocumentStructure(tuple(blocks[:first]), tuple(paragraphs), tuple(notes))


def letters_of_lists(paragraphs: Iterable[NumberedParagraph]) -> labels.ListLetters:
    """Return the letters that the lists of these paragraphs have."""
    lists: dict[str, dict[str, str]] = {}
    for paragraph in paragraphs:
        for line in paragraph.lines:
            if line.printed:
                lists.setdefault(paragraph.number, {}).setdefault(line.printed, line.letter)
    second = [printed for letters in lists.values() for printed, letter in letters.items() if letter == "b"]
    return labels.ListLetters(lists, is_russian=2 * second.count("б") > len(second))


def number_candidates(blocks: Sequence[TextBlock], phrases: Phrases) -> Iterator[labels.NumberCandidate]:
    """Yield the blocks that may begin a numbered paragraph."""
    before = ""
    for index, block in enumerate(blocks):
        is_heading_style = block.role is BlockRole.HEADING
        if block.label:
            found = labels.automatic_number(index, block.label, weaker=is_heading_style or block.level > 1)
        else:
            found = labels.typed_number(
                index, one_line(block.text), weaker=is_heading_style or _is_cut(before, phrases)
            )
        if found and block.role is not BlockRole.TABLE:
            yield found
        before = block.text


def _is_cut(before: str, phrases: Phrases) -> bool:
    """Return whether a text ends where a number must follow, such as "in paragraph" or "articles 2 and"."""
    return phrases.ends_unfinished(before) or bool(
        re.search(r"(?:\bparas?\.?|paragraphs?|\barts?\.?|articles?|\bNos?\.|пункт\w*|\bпп?\.|стать\w+|№)$", before)
    )


def _join_lonely_labels(blocks: Sequence[TextBlock]) -> Iterator[TextBlock]:
    """Yield the blocks. A block that is only a number or a letter, as in a table of two columns, joins the next."""
    pending = ""
    for block in blocks:
        is_cell = block.role is BlockRole.TABLE
        if not (is_cell or block.label) and re.fullmatch(
            r"\(?(?:\d{1,3}\.?|[a-zа-я]\)|\d{1,3}\)|[ivx]{1,5}\))", block.text
        ):
            pending = block.text if not pending else f"{pending} {block.text}"
            continue
        if pending and not is_cell:
            block = replace(block, text=f"{pending} {block.text}")
            pending = ""
        yield block


def _split_soft_breaks(blocks: Iterator[TextBlock]) -> Iterator[TextBlock]:
    """Yield the blocks. Lines inside a block that begin with the letter of a part become blocks of their own."""
    for block in blocks:
        lines = block.text.split("\n")
        if len(lines) == 1 or block.role is BlockRole.HEADING:
            yield replace(block, text=one_line(block.text))
            continue
        if not block.label and sum(bool(_TYPED_NUMBER.match(line)) for line in lines) > 1:
            # a page that separates its paragraphs only by line breaks
            yield from (replace(block, text=line, role=BlockRole.BODY) for line in lines)
            continue
        kept: list[str] = []
        label, level = block.label, block.level
        for line in lines:
            if kept and labels.list_label(line):
                yield replace(block, text=one_line(" ".join(kept)), label=label, level=level)
                kept, label, level = [], "", 0
            kept.append(line)
        yield replace(block, text=one_line(" ".join(kept)), label=label, level=level)


def _headings_of_front(front: Sequence[TextBlock], phrases: Phrases) -> Iterator[TextBlock]:
    """Yield the headings directly before the first paragraph, such as "A. Introduction", without the title."""
    found: list[TextBlock] = []
    for block in reversed(front[-4:]):
        start = labels.capital_label(block.text, block.label)
        plain = one_line(block.text)[max(start, 0) :]
        if (start < 0 and not phrases.has("section_heading", plain)) or len(plain) > 200:
            break
        found.append(block)
    yield from reversed(found)
