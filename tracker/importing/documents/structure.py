"""Find the structure of a document in blocks of text: numbered paragraphs, their headings, their lettered parts.

The first functions find the numbers and letters at the start of blocks. Parts may stand on lines of their own, or
inside the text of a paragraph. Start reading with `read_structure`.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from string import ascii_lowercase

from tracker.importing.documents.imported_document import BlockRole, TextBlock, ends_sentence
from tracker.importing.documents.phrases import Phrases, months_in_all_languages, split_sentences
from tracker.model.localized_text import one_line

MAX_CANDIDATES = 4_000
"""At most this many blocks that begin like a numbered paragraph are compared."""
MAX_NUMBER = 400
"""No concluding observations have more paragraphs."""
_AUTOMATIC = re.compile(r"\(?(?P<body>\w{1,8})[.)]{0,2}")
_NUMBER = re.compile(r"(?P<open>\(?)(?P<number>\d{1,3})(?P<close>\.(?!\d)|\))?(?P<space>\s*)(?=\S)")
_LETTER = re.compile(r"(?:\((?P<a>[a-zа-яё])\)|(?P<b>[a-zа-яё])\))\s*(?=\S)")
_DOTTED_LETTER = re.compile(r"(?P<a>[a-zа-яё])\.\s+(?=[A-ZА-ЯЁ“«\"])")
_ROMAN = re.compile(r"\(?(?P<roman>[ivx]{1,5})\)\s*(?=\S)")
_CAPITAL = re.compile(r"(?P<label>[A-HА-ЖС]|[IVX]{1,4})\.\s*(?=[A-ZА-ЯЁ\d«“\"])")
_REFERENCE_GOES_ON = re.compile(
    r"(?:(?:and|or|above|below|of|и|или|выше|настоящ\w+|статьи|пункта)\b|to (?=\(?\w{1,3}\))|[,;.)–(-])"
)
"""What follows a letter in a reference: "(a) and (b)", "(a) to (c)". But a part may begin with "To" or "to ensure"."""
_LOOKALIKES = dict(zip("абвсеорхуід", "abbceopxyid", strict=True))
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
_BY_ORDER = dict(zip(_CYRILLIC, ascii_lowercase, strict=False))
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
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
"""The phrases that match the headings of sections in which nothing is recommended."""
LONGEST_HEADING = 300
"""Characters. A longer block is not a heading, whatever its style."""
MAX_WORDS_OF_HEAD = 6
"""A line at the edge of a page with more words is text."""
_LOOK_AHEAD = 6
"""At most this many blocks below a possible heading are searched for a numbered paragraph."""
_FOOTNOTE_MARK = re.compile(r"\s*(?:\*+|\[\d+\])+$")
_STARRED = re.compile(r"\*{1,3}\s*[^\W\d_]")
"""The footnote to the title, which stands in the text: "* Adopted by the Committee at its seventy-sixth session …"."""
_TYPED_NUMBER = re.compile(r"\d{1,3}\.\s*[^\W\d]")
_OPENING = re.compile(
    r"(?:The (?:Human Rights )?Committee|The State party|In|While|Комитет|Государств\w+-участник\w*|В|С|Le Comité|L[’']État partie|"
    r"El Comité|El Estado parte)\b"
)
"""The first words of a paragraph."""
_NUMBERED_TEXT = re.compile(
    r"\b(?:act|law|decree|order|resolution|decision|general (?:comment|recommendation)|закон(?:а|е|у|ом)?|указ\w?|резолюци[яюией]|решени[еяию]|"
    r"замечани(?:е|ю|ем)|рекомендаци(?:я|ю|ей)|loi|ley|résolution|resolución)$",
    re.I,
)
"""The end of a line that a number of a text may follow: "in its resolution"."""
_NUMBER_FOLLOWS = re.compile(r"(?:\bparas?\.?|paragraphs?|\barts?\.?|articles?|\bNos?\.|пункт\w*|\bпп?\.|стать\w+|№)$")
"""The end of a text, such as "in paragraph", after which a number is a reference and does not begin a paragraph."""

JOB_NUMBER = r"(?:\d{1,3} )?GE\. ?\d\d-\d{4,6}(?: ?\([A-Z]\))?(?: \d{1,3})?"
"""The number of a print job at the edge of a page, perhaps with the number of the page."""
_PAGE_LINE = re.compile(
    rf"(?:\d{{1,3}}/\d{{1,3}} )?{JOB_NUMBER}|[_–—-]{{4,}}"
    r"|(?:\d{1,3} )?[A-Z]{1,6}/C/[\w.]{1,8}(?:/[\w.()–-]{1,12}){1,5}(?: \d{1,3})?"
)
"""A line at the top or the end of a page: a job number, a symbol, perhaps with the number of the page, the rule above footnotes."""


@dataclass(frozen=True, slots=True)
class NumberCandidate:
    """A block that begins like a numbered paragraph. `end` is where the words begin; `strength` below 0 is unlikely.

    If it `opens`, it begins a paragraph after a jump, too: it stands after a heading, or has the words of a beginning.
    """

    index: int
    number: int
    end: int
    strength: float
    opens: bool = False


@dataclass(frozen=True, slots=True)
class ListLabel:
    """A letter or small Roman number before the words, which begin at `end`. "i", "v" and "x" count as Roman."""

    letter: str
    is_roman: bool
    end: int


@dataclass(frozen=True, slots=True)
class ListLetters:
    """`lists` maps number of a paragraph → printed letter → Latin letter. If `is_russian`, "в" is the third letter."""

    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_russian: bool = False

    def to_latin(self, letter: str, number: str) -> str:
        """Return the Latin letter of the part that `letter` means in a reference to paragraph `number`; "" for none."""
        if known := self.lists.get(number, {}).get(letter):
            return known
        return (_BY_ORDER.get(letter) if self.is_russian else "") or latin_letter(letter)


def typed_number(index: int, text: str, *, weaker: bool = False, above: Sequence[str] = ()) -> NumberCandidate | None:
    """Return the number (up to three digits) with which `text` begins, or None. `weaker` lowers its strength.

    `above` has the two texts above, the nearest one last.
    """
    found = _NUMBER.match(text)
    if not found or bool(found["open"]) != (found["close"] == ")") or not 0 < int(found["number"]) <= MAX_NUMBER:
        return None
    first, word = text[found.end()], re.match(r"[^\W\d_]+", text[found.end() :])
    begins = first.isupper() or first in "“«"
    if (word and word[0].lower() in months_in_all_languages()) or not (begins or found["close"]):
        return None
    strength = 0.6 if not found["close"] else 1.0 if begins or first in '"([' else 0.4
    sure = strength == 1.0 and begins and not weaker and len(above) == 2 and found["close"] == "."
    sure = sure and not _NUMBERED_TEXT.search(above[1])
    is_below_heading = sure and above[1][:1].isupper() and not ends_sentence(above[1]) and ends_sentence(above[0])
    opens = is_below_heading or bool(sure and ends_sentence(above[1]) and _OPENING.match(text[found.end() :]))
    number = int(found["number"])
    return NumberCandidate(index, number, found.end(), strength=strength - (0.7 if weaker else 0), opens=opens)


def choose_numbers(candidates: Sequence[NumberCandidate]) -> dict[int, NumberCandidate]:
    """Return a mapping: index of a block → its candidate, for the best rising sequence of numbers. The last block comes first."""
    candidates = candidates[:MAX_CANDIDATES]
    best: list[tuple[float, int]] = []
    for i, candidate in enumerate(candidates):
        score, before = candidate.strength - 0.02 * candidate.number, -1
        for j in range(max(0, i - MAX_NUMBER), i):
            gap = candidate.number - candidates[j].number
            total = (
                best[j][0]
                + candidate.strength
                + (1.0 if gap == 1 else -min(0.5 if candidate.opens else 3.0, 0.3 * gap))
            )
            if total > score and gap > 0 and candidates[j].index != candidate.index:
                score, before = total, j
        best.append((score, before))
    chosen: dict[int, NumberCandidate] = {}
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        chosen[candidates[at].index] = candidates[at]
        at = best[at][1]
    return chosen


def list_label(text: str, automatic: str = "") -> ListLabel | None:
    """Return the letter or Roman number of a block, or None. It is read from `automatic` if given, else from `text`."""
    if automatic:
        found = _AUTOMATIC.fullmatch(automatic.strip())
        body = found["body"] if found else ""
        is_label = (len(body) == 1 or body in _ROMANS) and body == body.lower() and not body.isdecimal()
        return ListLabel(body, body in _ROMANS, 0) if is_label else None
    typed = _ROMAN.match(text)
    if typed and typed["roman"] in _ROMANS and not _REFERENCE_GOES_ON.match(text[typed.end() :]):
        return ListLabel(typed["roman"], True, typed.end())
    typed = _LETTER.match(text) or _DOTTED_LETTER.match(text)
    if not typed or _REFERENCE_GOES_ON.match(text[typed.end() :]):
        return None
    return ListLabel(typed["a"] or typed.groupdict().get("b") or "", False, typed.end())


def heading_label_length(text: str, automatic: str = "") -> int:
    """Return how long the label of a heading, such as "A. ", is in `text`; 0 for an automatic label, -1 if there is no label."""
    if automatic:
        return 0 if re.fullmatch(r"\(?[A-ZА-Я]{1,4}[.)]?", automatic.strip()) else -1
    found = _CAPITAL.match(text)
    return found.end() if found else -1


def is_letter_at(letter: str, position: int) -> bool:
    """Return whether `letter`, Latin or Cyrillic, may be the letter of the part at `position` (from 0)."""
    latin = ascii_lowercase[position : position + 1]
    return latin in (letter, _LOOKALIKES.get(letter)) or letter == _CYRILLIC[position : position + 1]


def latin_letter(letter: str) -> str:
    """Return the letter of a part in Latin: a Cyrillic one by its look, or else by its place in the alphabet, or ""."""
    return letter if letter.isascii() else _LOOKALIKES.get(letter) or _BY_ORDER.get(letter, "")


@dataclass(frozen=True, slots=True)
class ParagraphLine:
    """The text of a lettered part, or text without a letter. `letter` is Latin, `printed` and `label` are as in the document."""

    letter: str
    text: str
    printed: str = ""
    label: str = ""


def split_inline_parts(text: str, phrases: Phrases) -> list[ParagraphLine]:
    """Return lines: the text before the parts (may be ""), the parts, any text after. Fewer than two parts: one line."""
    found: list[re.Match[str]] = []
    for label in _LABEL.finditer(text):
        before, after = text[max(0, label.start() - 60) : label.start()], text[label.end() : label.end() + 40]
        is_next = is_letter_at(label["letter"].lower(), len(found))
        if not is_next or _REFERENCE_BEFORE.search(before) or _NOT_TEXT.match(after):
            continue
        if found or not before.strip() or re.search(r"(?:[:;,–—]|\b\w+)\s*$", before):
            found.append(label)
    if len(found) < 2:
        return [ParagraphLine("", text)]
    lines = [ParagraphLine("", text[: found[0].start()].strip())]
    ends = [label.start() for label in found[1:]] + [len(text)]
    for place, (label, end) in enumerate(zip(found, ends, strict=True)):
        letter = chr(ord("a") + place)
        shown = text[label.start() : label.end()].strip()
        lines.append(ParagraphLine(letter, text[label.end() : end].strip(), label["letter"].lower(), label=shown))
    first, *others = split_sentences(lines[-1].text, phrases)
    if others and all(len(split_sentences(line.text, phrases)) == 1 for line in lines[1:-1]):
        lines[-1] = replace(lines[-1], text=first.strip())
        lines.append(ParagraphLine("", "".join(others).strip()))
    return lines


def split_tail(lines: Sequence[ParagraphLine], phrases: Phrases) -> list[ParagraphLine]:
    """Return the lines. If only the last part ends with sentences to the State party, they get a line of their own."""
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


@dataclass(slots=True)
class HeadingStack:
    """The headings above the place being read. `is_open`: no paragraph has begun since the last heading was added.

    `_stack` has (rank, heading): a lower rank is a higher heading.
    """

    phrases: Phrases
    is_open: bool = False
    _stack: list[tuple[int, TextBlock]] = field(default_factory=list)
    _run: int = 0

    def add(self, block: TextBlock) -> None:
        """Add a heading, and remove those that it ends. If the last heading goes on in this block, join both."""
        start = heading_label_length(block.text, block.label)
        text = _FOOTNOTE_MARK.sub("", one_line(block.text)[max(start, 0) :])
        if not text:
            return
        rank, last = self._stack[-1] if self.is_open and self._stack and start < 0 else (0, None)
        if last and (block.role is not BlockRole.HEADING or (block.role, block.level) == (last.role, last.level)):
            is_unfinished = last.text.endswith((",", "-", "–")) or self.phrases.is_unfinished(last.text)
            if is_unfinished or text[0].islower():
                joint = "" if last.text.endswith("-") else " "
                self._stack[-1] = rank, replace(last, text=last.text + joint + text)
                return
        is_section = start >= 0 or self.phrases.has("section_heading", text)
        rank = 5 if is_section else 15 + 10 * (self._run if self.is_open else 0)
        rank = 10 * block.level if block.role is BlockRole.HEADING else rank
        while self._stack and (self._stack[-1][0] >= rank or self._is_over(self._stack[-1][1])):
            self._stack.pop()
        self._run = 0 if is_section else (self._run + 1 if self.is_open else 1)
        self._stack.append((rank, replace(block, text=text)))
        self.is_open = True

    def _is_over(self, section: TextBlock) -> bool:
        """Return whether any heading ends `section`, also a lower one: it has paragraphs, no demands and no heading style."""
        has_style = section.role is BlockRole.HEADING
        return not self.is_open and not has_style and self.phrases.has_any(SECTIONS_WITHOUT_DEMANDS, section.text)

    def begin_paragraph(self) -> tuple[str, ...]:
        """Begin a paragraph, and return the headings above it. The next heading begins a new group."""
        self.is_open, self._run = False, 0
        return tuple(heading.text for _rank, heading in self._stack)


def is_heading(
    blocks: Sequence[TextBlock], index: int, numbers: Container[int], *, unfinished: bool, goes_on: bool
) -> bool:
    """Return whether the block at `index` is a heading. `numbers` are the places of blocks that begin a paragraph.

    `unfinished`: the text before ends inside a sentence. `goes_on`: the block before is a heading too.
    """
    block = blocks[index]
    text = one_line(block.text)
    if not text or len(text) > LONGEST_HEADING or block.role is BlockRole.TABLE:
        return False
    is_sentence = ends_sentence(_FOOTNOTE_MARK.sub("", text)) and not text.endswith("?")
    if block.role is BlockRole.HEADING:
        return not (is_sentence and len(text) > 120)
    if heading_label_length(text, block.label) >= 0 and not is_sentence:
        return True
    starts_like_one = text[0].isupper() or text[0].isdigit() or text[0] in '“"«‘('
    if is_sentence or block.label or not (goes_on or starts_like_one):
        return False
    return block.role is BlockRole.BOLD or (not unfinished and _paragraph_follows(blocks, index, numbers))


def _paragraph_follows(blocks: Sequence[TextBlock], index: int, numbers: Container[int]) -> bool:
    for later, block in enumerate(blocks[index + 1 : index + 1 + _LOOK_AHEAD], index + 1):
        text = one_line(block.text)
        is_text = ends_sentence(text) or len(text) > LONGEST_HEADING or list_label(text, block.label)
        if later in numbers or is_text:
            return later in numbers
    return False


@dataclass(frozen=True, slots=True)
class NumberedParagraph:
    """A numbered paragraph: its number, the headings above it from section to topic, and its lines."""

    number: str
    headings: tuple[str, ...]
    lines: tuple[ParagraphLine, ...]

    @property
    def heading(self) -> str:
        """Return the nearest heading above the paragraph, or ""."""
        return self.headings[-1] if self.headings else ""

    @property
    def text(self) -> str:
        """Return all text of the paragraph in one line, without the letters of its parts."""
        return " ".join(line.text for line in self.lines)


@dataclass(slots=True)
class _OpenParagraph:
    """A paragraph being read. `letters` counts its lettered parts, `nested` the Roman numbers in the last part."""

    number: str
    headings: tuple[str, ...]
    lines: list[ParagraphLine] = field(default_factory=list)
    letters: int = 0
    nested: int = 0
    list_level: int = -1

    def add_text(self, text: str) -> None:
        """Add text without a letter: to the last line if that ends inside a sentence, otherwise as a new line."""
        last = self.lines[-1] if self.lines else None
        if last and last.text and not ends_sentence(last.text) and (text[:1].islower() or text[:1].isdigit()):
            self.lines[-1] = replace(last, text=f"{last.text} {text}")
        else:
            self.lines.append(ParagraphLine("", text))
            self.nested = 0

    def add_nested(self, label: str, text: str) -> None:
        """Add a nested item, such as (i), to the end of the last line, after a line break."""
        last = self.lines.pop() if self.lines else ParagraphLine("", "")
        self.lines.append(replace(last, text="\n".join([last.text, f"{label} {text}".strip()]).strip()))

    def add_labelled(self, label: ListLabel, block: TextBlock) -> None:
        """Add a block that begins with `label`: as a part if its letter is the next one, otherwise as a nested item."""
        text = one_line(block.text)[label.end :]
        shown = one_line(block.text)[: label.end].strip() or block.label
        restarts = bool(self.letters and self.lines and not self.lines[-1].letter)
        position = 0 if restarts and is_letter_at(label.letter, 0) else self.letters
        # one or two letters may be missing, or repeated by mistake
        places = range(position, position + (3 if position and not label.is_roman else 1))
        place = next((at for at in places if len(label.letter) == 1 and is_letter_at(label.letter, at)), -1)
        deeper = bool(block.label) and self.list_level >= 0 and block.level > self.list_level
        is_nested_roman = label.is_roman and label.letter in _ROMANS[self.nested : self.nested + 1]
        if place < 0 or deeper or (is_nested_roman and self.nested):
            self.nested += is_nested_roman
            self.add_nested(shown, text)
            return
        letter = chr(ord("a") + place) if place < 26 else latin_letter(label.letter)
        self.lines.append(ParagraphLine(letter, text, label.letter, label=shown))
        self.letters, self.nested = place + 1, 0
        self.list_level = block.level if block.label else self.list_level

    def finish(self, phrases: Phrases) -> NumberedParagraph:
        """Return the whole paragraph. Parts that do not stand on lines of their own become lines."""
        lines = tuple(self.lines)
        if not any(line.letter for line in lines):
            split = (piece for line in lines for piece in split_inline_parts(line.text, phrases))
            lines = tuple(piece for piece in split if piece.text or piece.letter)
        return NumberedParagraph(self.number, self.headings, tuple(split_tail(lines, phrases)))


def read_structure(
    blocks: Sequence[TextBlock], phrases: Phrases
) -> tuple[list[TextBlock], list[NumberedParagraph], list[str]]:
    """Return (blocks before the first numbered paragraph, paragraphs with headings and parts, footnotes to the title).

    If no block is numbered, all blocks are in the first value. Paragraphs are without tables of data.
    """
    blocks = list(_split_soft_breaks(_join_lonely_labels(blocks, phrases)))
    numbers = choose_numbers(list(number_candidates(blocks, phrases)))
    first = min(numbers, default=len(blocks))
    stack = HeadingStack(phrases)
    for block in _headings_of_front(blocks[:first], phrases):
        stack.add(block)
    opened: list[_OpenParagraph] = []
    notes: list[str] = []
    for index, block in enumerate(blocks[first:], first):
        if number := numbers.get(index):
            opened.append(_OpenParagraph(str(number.number), stack.begin_paragraph()))
            text = one_line(block.text)[number.end :]
            if label := list_label(text):
                opened[-1].add_labelled(label, replace(block, text=text, label=""))
            elif text:
                opened[-1].add_text(text)
            continue
        if block.role is BlockRole.TABLE or is_page_line(block) or _is_page_head(blocks, index, first):
            continue
        if _STARRED.match(block.text):
            notes.append(one_line(block.text).lstrip("* "))
            continue
        current = opened[-1]
        unfinished = bool(current.lines) and not ends_sentence(current.lines[-1].text)
        label = list_label(one_line(block.text), block.label)
        if label and block.role is not BlockRole.HEADING:
            current.add_labelled(label, block)
        elif is_heading(blocks, index, numbers, unfinished=unfinished and not stack.is_open, goes_on=stack.is_open):
            stack.add(block)
        elif block.label and heading_label_length(block.text, block.label) < 0:
            current.add_nested(block.label, one_line(block.text))
        else:
            current.add_text(one_line(block.text))
    return blocks[:first], [paragraph.finish(phrases) for paragraph in opened], notes


def letters_of_lists(paragraphs: Iterable[NumberedParagraph]) -> ListLetters:
    """Return which letters the lists of these paragraphs have, and whether most of them count in Russian (а, б, в)."""
    lists: dict[str, dict[str, str]] = {}
    for paragraph in paragraphs:
        for line in paragraph.lines:
            if line.printed:
                lists.setdefault(paragraph.number, {}).setdefault(line.printed, line.letter)
    second = [printed for letters in lists.values() for printed, letter in letters.items() if letter == "b"]
    return ListLetters(lists, is_russian=2 * second.count("б") > len(second))


def number_candidates(blocks: Sequence[TextBlock], phrases: Phrases) -> Iterator[NumberCandidate]:
    """Yield the automatic and typed numbers that may begin a numbered paragraph, in order. Tables of data have none."""
    above, before = "", ""
    for index, block in enumerate(blocks):
        is_heading_style = block.role is BlockRole.HEADING
        found = None
        if block.label:
            plain = _AUTOMATIC.fullmatch(block.label.strip())
            number = int(plain["body"]) if plain and plain["body"].isdecimal() else 0
            if 0 < number <= MAX_NUMBER:
                found = NumberCandidate(index, number, 0, strength=0.2 if is_heading_style or block.level > 1 else 1.5)
        else:
            text, weaker = one_line(block.text), is_heading_style or _needs_number(before, phrases)
            found = typed_number(index, text, weaker=weaker, above=(above, before))
        if found and block.role is not BlockRole.TABLE:
            yield found
        if not is_page_line(block):
            above, before = before, block.text


def is_page_line(block: TextBlock) -> bool:
    """Return whether a block is no text of the document: it stands between two pages, or above the footnotes."""
    return block.role is not BlockRole.TABLE and _PAGE_LINE.fullmatch(one_line(block.text)) is not None


def _is_page_head(blocks: Sequence[TextBlock], index: int, first: int) -> bool:
    """Return whether a block is the rest of a head: next to a page line, and what a line of the front matter ends with.

    This is the name of the State, also in another case of its language. `first` is the index of the first paragraph.
    """
    text = one_line(blocks[index].text)
    is_between = any(is_page_line(block) for block in blocks[max(first, index - 1) : index + 2])
    if not is_between or blocks[index].role is not BlockRole.BODY or len(text.split()) > MAX_WORDS_OF_HEAD:
        return False
    named = re.compile(rf"\b{re.escape(text)}\w{{0,3}}\W*$")
    return text[:1].isupper() and any(named.search(one_line(block.text)) for block in blocks[:first])


def _needs_number(before: str, phrases: Phrases) -> bool:
    """Return whether the text `before` can go on with a number, as "in paragraphs 5 and" can."""
    return phrases.is_unfinished(before) or _NUMBER_FOLLOWS.search(before) is not None


def _join_lonely_labels(blocks: Sequence[TextBlock], phrases: Phrases) -> Iterator[TextBlock]:
    """Yield the blocks. A block that is only a number or a letter is joined to the next one, if it ends no sentence."""
    pending, before = "", ""
    for block in blocks:
        is_cell = block.role is BlockRole.TABLE
        above, before = before, before if is_cell or is_page_line(block) else block.text
        is_end = block.text.endswith(".") and _needs_number(above, phrases)
        if not (is_cell or block.label or is_end) and re.fullmatch(
            r"\(?(?:\d{1,3}\.?|[a-zа-я]\)|\d{1,3}\)|[ivx]{1,5}\))", block.text
        ):
            pending = f"{pending} {block.text}".strip()
            continue
        if pending and not is_cell:
            block, pending = replace(block, text=f"{pending} {block.text}"), ""
        yield block


def _split_soft_breaks(blocks: Iterator[TextBlock]) -> Iterator[TextBlock]:
    """Yield the blocks, each in one line. Lines that begin with the letter of a part become blocks of their own."""
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
            if kept and list_label(line):
                yield replace(block, text=one_line(" ".join(kept)), label=label, level=level)
                kept, label, level = [], "", 0
            kept.append(line)
        yield replace(block, text=one_line(" ".join(kept)), label=label, level=level)


def _headings_of_front(front: Sequence[TextBlock], phrases: Phrases) -> list[TextBlock]:
    """Return the headings of sections at the end of `front`, such as "A. Introduction", at most four, in order."""

    def is_section_heading(block: TextBlock) -> bool:
        start = heading_label_length(block.text, block.label)
        plain = one_line(block.text)[max(start, 0) :]
        return (start >= 0 or phrases.has("section_heading", plain)) and len(plain) <= 200

    return list(takewhile(is_section_heading, front[:-5:-1]))[::-1]
