"""The common form of all documents that are read: blocks of text in their order, before anything is understood."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_INVISIBLE_RANGES = (
    *((0x00, 0x09), (0x0E, 0x20), (0x7F, 0x80), (0xAD, 0xAE), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070)),
    *((0xFEFF, 0xFF00), (0xFFFE, 0x10000)),
)
_INVISIBLE = {code: "" for start, end in _INVISIBLE_RANGES for code in range(start, end)}
_PLAIN = {0x2010: "-", 0x2011: "-", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x0A: "\n"}
_REPLACED = str.maketrans({**_INVISIBLE, **_PLAIN})
_END = re.compile(r"[.!?:;…][\"'”’»)\]*\d]*$")


class BlockRole(StrEnum):
    """What the file says about a block, as a hint.

    HEADING: its style is that of a heading. BOLD: all of it is bold, or it is centred. TABLE: a cell of a table of data.
    """

    BODY = "body"
    HEADING = "heading"
    BOLD = "bold"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph of the file.

    `text` has one line, or several where the author broke the line inside the paragraph. `label` is the automatic number
    or letter as shown, such as "12." or "(a)"; a typed one is still at the start of `text`. `level` counts from 0: the
    level of the list, or of the heading.
    """

    text: str
    label: str = ""
    level: int = 0
    role: BlockRole = BlockRole.BODY


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a document: its blocks, what stands in the margins of its pages, and its footnotes."""

    blocks: tuple[TextBlock, ...]
    margins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def clean_text(text: str) -> str:
    """Return `text` without invisible characters. Spaces and hyphens of all kinds become ordinary ones.

    Line breaks stay; spaces around them and empty lines go.
    """
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").translate(_REPLACED)
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)


def ends_sentence(text: str) -> bool:
    """Return whether `text` ends as a sentence or an item of a list does: with a full stop, a colon or a semicolon."""
    return bool(_END.search(text.rstrip()[-40:]))
