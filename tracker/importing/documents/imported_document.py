"""What comes back from reading concluding observations: the values that a person reviews before anything is saved."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.importing.documents.follow_up_reports import FollowUpReport


class ParagraphKind(StrEnum):
    """What a paragraph of concluding observations is. Only recommendations are ticked for the import.

    PROCEDURE: introduction, follow-up, next report, core document, Parliament. OTHER: none of these was recognized.
    """

    RECOMMENDATION = "recommendation"
    CONCERN = "concern"
    POSITIVE = "positive"
    PROCEDURE = "procedure"
    DISSEMINATION = "dissemination"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ImportedPart:
    """A lettered part of a paragraph. `id` is a small Latin letter, also if the document has a Cyrillic one.

    `text` is the exact text without the letter. Nested items, (i) and so on, are lines in it.
    """

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A reference to paragraphs, such as "reiterates its previous recommendation (E/C.12/…/CO/3, para. 12)".

    `paragraphs` are numbers with letters, such as "12" or "14 (a)". `symbol` is the document's symbol; None means this
    document, or, if `is_earlier`, the committee's concluding observations of an earlier cycle. `is_repeat` says that the
    committee repeats the recommendation. `words` is the passage.
    """

    paragraphs: tuple[str, ...]
    symbol: str | None
    is_earlier: bool
    is_repeat: bool
    words: str


@dataclass(frozen=True, slots=True)
class ImportedParagraph:
    """A numbered paragraph.

    `number` is without a dot. `headings` are the headings above it, from the section to the topic. `text` is the exact
    text without the number and the parts; of a recommendation, it starts with the sentence that recommends, and what
    stands before this sentence is `concern`, and so is a text after it that only notes facts. Text after the parts that belongs to all of them is `tail`, not in `text`.

    `phrase` is the words that decided the `kind`; "" if nothing did. `is_usual` is false if a recommendation is not worded
    as this committee usually does, so that it deserves a look. `concern_paragraphs` are the numbers of the paragraphs of
    concern that lead to a recommendation; empty if there are none or the concern is in the same paragraph.
    """

    number: str
    headings: tuple[str, ...]
    kind: ParagraphKind
    text: str
    parts: tuple[ImportedPart, ...] = ()
    tail: str = ""
    concern: str = ""
    phrase: str = ""
    is_usual: bool = True
    concern_paragraphs: tuple[str, ...] = ()
    references: tuple[CrossReference, ...] = ()

    @property
    def heading(self) -> str:
        """Return the nearest heading above the paragraph, or ""."""
        return self.headings[-1] if self.headings else ""

    @property
    def full_text(self) -> str:
        """Return the chapeau, then the text after the parts, on a line of its own."""
        return "\n".join(filter(None, (self.text, self.tail)))

    @property
    def is_recommendation(self) -> bool:
        """Return whether the paragraph is a recommendation of this committee to the State party."""
        return self.kind is ParagraphKind.RECOMMENDATION


@dataclass(frozen=True, slots=True)
class StatedDeadline:
    """A date that the committee set, or a period.

    `date` is a partial date; None if it is not known. `computed` says that we worked it out from `period`, so that it is
    not the committee's own date. `period` is the committee's words, such as "within 24 months"; "" if there is none.
    `sentence` is the source, in paragraph `paragraph`.
    """

    date: str | None
    computed: bool
    period: str
    sentence: str
    paragraph: str

    @property
    def stated(self) -> str | None:
        """Return the date if the committee itself states it, otherwise None."""
        return None if self.computed else self.date


@dataclass(frozen=True, slots=True)
class ImportedFollowUp:
    """The paragraphs that the committee selected for follow-up, such as "12" or "19 (a)", and when the reply is due."""

    paragraphs: tuple[str, ...]
    reply: StatedDeadline


@dataclass(frozen=True, slots=True)
class ImportNotice:
    """Something that the person who imports should know. `message` is English and can be translated with gettext.

    `values` are (name, value) pairs for the placeholders in it.
    """

    message: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.message.format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """Concluding observations as read from a file.

    What is not in the file is None or "". `language` is the code of the language of the text. `body` is the committee's
    id, such as "cescr". `considered`, `adopted` and `session_dates` are partial dates, such as "2024-09-12/2024-09-13".
    `adopted` is None if the document gives only the dates of the session. `state` is the State party as the title writes it,
    `country` its code in the symbol. `session` is in the committee's words. `list_of_issues` is when the committee will
    send its list of issues for the next report. `original_language` is the code of the language that the file names as that
    of the original. `notes` are the footnotes. `follow_up_reports` are what a report on follow-up says, State by State:
    a document that has them has no paragraphs.
    """

    language: str
    symbol: str | None = None
    body: str | None = None
    title: str = ""
    state: str = ""
    country: str = ""
    session: str = ""
    session_dates: str | None = None
    considered: str | None = None
    adopted: str | None = None
    original_language: str | None = None
    paragraphs: tuple[ImportedParagraph, ...] = ()
    follow_up: ImportedFollowUp | None = None
    next_report: StatedDeadline | None = None
    list_of_issues: str | None = None
    notes: tuple[str, ...] = ()
    notices: tuple[ImportNotice, ...] = ()
    follow_up_reports: tuple[FollowUpReport, ...] = ()

    @property
    def recommendations(self) -> tuple[ImportedParagraph, ...]:
        """Return the paragraphs that are recommendations."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.is_recommendation)

    def paragraph(self, number: str) -> ImportedParagraph | None:
        """Return the paragraph with this number, or None."""
        return next((paragraph for paragraph in self.paragraphs if paragraph.number == number), None)
