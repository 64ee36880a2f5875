"""The parts of a document to submit (headings, paragraphs, tables, pictures, footnotes), and how long it is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the words about the source, and its links. If a link leads to the register, it is the last one."""

    words: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A text and the footnote after it. `style` is "Strong", "Emphasis", "ToWrite" for a placeholder, or ""."""

    text: str
    style: str = ""
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `style` is a paragraph style of the Word file, such as "Heading1", "Numbered" or "Bullet"."""

    runs: tuple[Run, ...]
    style: str = "BodyText"
    new_page: bool = False

    @property
    def text(self) -> str:
        """Return the text without footnotes."""
        return "".join(run.text for run in self.runs)


Cell = tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `widths` are shares of the width of the page. If `head` is only one cell, it spans all columns."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DocumentPicture:
    """A picture (PNG) with its text for people who cannot see it, and its caption. `size` is in pixels."""

    png: bytes
    alt: str
    caption: str
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents, which the word processor fills in."""

    title: str


Block = Paragraph | Table | DocumentPicture | Contents


@dataclass(frozen=True, slots=True)
class Submission:
    """A document to submit. The words of its `annex` are not counted (see `measure`).

    `header` is the line at the top of every page. `notes`, about what is missing, are for the author and not in the
    document.
    """

    title: str
    organisations: tuple[str, ...]
    day: date
    lang: str
    header: str
    blocks: tuple[Block, ...]
    annex: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()
    is_confidential: bool = False


def paragraphs_of(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Yield all paragraphs in order. Those in cells, the headings of tables, and all captions are among them."""
    for block in blocks:
        match block:
            case Paragraph():
                yield block
            case Table():
                yield Paragraph((Run(block.caption),))
                yield from (Paragraph((Run(text),)) for text in block.head)
                yield from (paragraph for row in block.rows for cell in row for paragraph in cell)
            case DocumentPicture():
                yield Paragraph((Run(block.caption),))


def notes_of(blocks: Iterable[Block]) -> Iterator[Note]:
    """Return an iterator over the footnotes, in the order of the text."""
    return (run.note for paragraph in paragraphs_of(blocks) for run in paragraph.runs if run.note)


def measure(submission: Submission) -> tuple[int, int]:
    """Return how many words are in the text, and in its footnotes. The annex and links in footnotes are not counted."""
    text = " ".join(paragraph.text for paragraph in paragraphs_of(submission.blocks))
    notes = " ".join(note.words for note in notes_of(submission.blocks))
    return len(_WORD.findall(text)), len(_WORD.findall(notes))
