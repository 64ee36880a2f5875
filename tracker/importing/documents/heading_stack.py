"""The headings above a paragraph, from the section to the topic."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from tracker.importing.documents.paragraph_labels import capital_label, list_label
from tracker.importing.documents.phrases import Phrases
from tracker.importing.readers.text_blocks import BlockRole, TextBlock, ends_sentence, one_line

SECTIONS_WITHOUT_DEMANDS = ("positive_heading", "introduction_heading")
LONGEST_HEADING = 300
"""Characters. A longer block is not a heading, whatever its style."""
_LOOK_AHEAD = 6
_FOOTNOTE_MARK = re.compile(r"\s*(?:\*+|\[\d+\])+$")


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
