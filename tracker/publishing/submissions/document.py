"""The contents of a document to submit (paragraphs and footnotes), and how long it is."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracker.model.labels import N_

_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the words about the source, and its links. If a link leads to the register, it is the last one.

    `archived` is that of the links which leads to an archived copy, or "". `files` are lines about public files.
    """

    words: str
    links: tuple[str, ...] = ()
    archived: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A text and the footnote after it. `style` is "Strong", "Emphasis", "ToWrite" for a placeholder, or ""."""

    text: str
    style: str = ""
    note: Note | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The text of a paragraph without footnotes, and its style in the Word file, such as "Heading1" or "Numbered".

    `shown` is the text with the numbers of its footnotes in square brackets, and its links.
    """

    style: str
    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A document to submit. `write` returns the bytes of the .docx file in the usual form.

    `paragraphs` are all that have text, also those in tables, and the captions; the words of the `annex` are not counted
    (see `measure`). `letter` are those of the cover letter. `header` is the line at the top of every page. Three lists of sentences are for the author, not in the
    document: what is `to_fill` in, what is `left_out` and why, and the `limits` of what is recorded.
    """

    title: str
    organisations: tuple[str, ...]
    lang: str
    header: str
    write: Callable[[], bytes]
    paragraphs: tuple[Paragraph, ...]
    annex: tuple[Paragraph, ...]
    letter: tuple[Paragraph, ...]
    footnotes: tuple[Note, ...]
    to_fill: tuple[str, ...]
    left_out: tuple[str, ...]
    limits: tuple[str, ...]
    is_confidential: bool

    @property
    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return (heading in English, sentences) for each of the three lists."""
        return (
            (N_("For you to fill in"), self.to_fill),
            (N_("Left out of the document, and why"), self.left_out),
            (N_("Known limits of what is recorded here"), self.limits),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Return all that is missing."""
        return (*self.to_fill, *self.left_out, *self.limits)


def in_one(lines: Iterable[Runs]) -> Runs:
    """Return the lines as one, with spaces between them."""
    return tuple(run for n, line in enumerate(lines) for run in (*([Run(" ")] if n else []), *line))


def plain_text(line: Runs) -> str:
    """Return a line as plain text, and after it each source in square brackets with at most one link."""
    sources = [f"{run.note.words} {' '.join(run.note.links[:1])}".strip() for run in line if run.note]
    return " ".join(filter(None, ["".join(run.text for run in line), *(f"[{source}]" for source in sources)]))


def measure(submission: Submission) -> tuple[int, int]:
    """Return how many words are in the text, and in its footnotes. The annex and links in footnotes are not counted."""
    text = " ".join(paragraph.text for paragraph in submission.paragraphs)
    notes = " ".join(note.words for note in submission.footnotes)
    return len(_WORD.findall(text)), len(_WORD.findall(notes))
