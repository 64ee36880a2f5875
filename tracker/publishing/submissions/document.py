"""The model of a document to submit: headings, paragraphs, tables, pictures and footnotes, and how long it is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

WORDS_PER_PAGE = 400
"""How many words of a submission fit on a page of A4, roughly. Only for the number of pages that is shown."""
_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the words about the source, and its links. The last link leads to the register."""

    words: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph, before its footnote. `style` is a character style: "Strong", "Emphasis" or "ToWrite"."""

    text: str
    style: str = ""
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with a paragraph style of the writer, such as "Heading1", "Numbered", "Bullet" or "Quote"."""

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
    """A table with a caption and a row of headings that is repeated on each page.

    `widths` are the shares of the columns. If `head` has one cell and there are more columns, it spans all of them.
    """

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
    """A document to submit. `annex` has the blocks that a committee may not count.

    `header` stands on every page. `notes` are sentences for whoever prepares the document: what is missing. They are not
    in the document.
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


@dataclass(frozen=True, slots=True)
class Length:
    """How many words a document has: in its text, in its footnotes and in its annex."""

    words: int
    in_notes: int
    in_annex: int

    @property
    def pages(self) -> int:
        """Return roughly how many pages text and footnotes take."""
        return max(1, ceil((self.words + self.in_notes) / WORDS_PER_PAGE))


def paragraphs_of(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Yield every paragraph with its footnotes, also those in cells of tables; headings and captions too."""
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
    """Yield the footnotes in the order of the text."""
    return (run.note for paragraph in paragraphs_of(blocks) for run in paragraph.runs if run.note)


def measure(submission: Submission) -> Length:
    """Return how long a document is. Links in footnotes do not count."""
    text = " ".join(paragraph.text for paragraph in paragraphs_of(submission.blocks))
    notes = " ".join(note.words for note in notes_of(submission.blocks))
    annex = " ".join(paragraph.text for paragraph in paragraphs_of(submission.annex))
    return Length(*(len(_WORD.findall(part)) for part in (text, notes, annex)))
