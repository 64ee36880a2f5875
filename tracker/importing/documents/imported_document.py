"""What comes back from reading concluding observations: the values that a person reviews before anything is saved.

First it is blocks of text in their order, before anything is understood: all readers return them. A document may be about another State than the dataset, and two files may be the same document in two languages.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.model.dataset import Dataset
from tracker.model.errors import ImportRefused
from tracker.model.labels import N_
from tracker.validation.state_party import ExpectedState, expected_state, is_name_of

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


_OTHER_STATE = N_(
    "This document is about {found}, but this dataset is about {expected}. Check that it is the right file."
)
_REFUSED = N_(
    "These are recommendations to {found}. This tracker is about {expected}, so they cannot be added: "
    "its settings do not allow other States."
)
_UNCONFIRMED = N_("These are recommendations to {found}. Confirm that they belong to the tracker on {expected}.")
_OTHER_DOCUMENT = N_("The files are not the same document: one is {first}, the other {second}.")
_ONLY_IN_ONE = N_("These paragraphs are in one language only: {numbers}.")
_OTHER_PARTS = N_("The parts of these paragraphs differ between the languages: {numbers}.")
_OTHER_KIND = N_("These paragraphs are recommendations in one language only: {numbers}. Check them.")


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
class ImportedParagraph:
    """A numbered paragraph.

    `number` is without a dot. `headings` are the headings above it, from the section to the topic. `text` is the exact
    text without the number and the parts; of a recommendation, it starts with the sentence that recommends, and what
    stands before this sentence is `concern`, and so is a text after it that only notes facts. Text after the parts that belongs to all of them is `tail`, not in `text`.

    `phrase` is the words that decided the `kind`; "" if nothing did. `is_usual` is false if a recommendation is not worded
    as this committee usually does, so that it deserves a look.
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
class ImportedGrade:
    """A grade as printed, without brackets, or the words that stand for it. `scope` is as written, such as "(a) and (e)".

    `scope` is None if the report names no part. `evaluation` is the Committee's own text; "" if there is none.
    """

    grade: str
    scope: str | None
    evaluation: str


@dataclass(frozen=True, slots=True)
class GradedParagraph:
    """A paragraph under follow-up. A text that the report does not have is "". Grades of earlier rounds are left out."""

    number: str
    title: str = ""
    recommendation: str = ""
    reply: str = ""
    ngo_information: str = ""
    grades: tuple[ImportedGrade, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedReply:
    """A reply of the State: its symbol and the date as printed beside it. One of them may be None."""

    symbol: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class FollowUpReport:
    """The section of a report on follow-up that is about one State. Dates are partial dates.

    `adopted` is the date of the concluding observations, `session_dates` are those of the session of the report itself.
    """

    symbol: str | None = None
    state: str | None = None
    concluding_observations: str | None = None
    adopted: str | None = None
    session: str = ""
    session_dates: str | None = None
    follow_up_paragraphs: tuple[str, ...] = ()
    replies: tuple[ImportedReply, ...] = ()
    ngo_information: str = ""
    paragraphs: tuple[GradedParagraph, ...] = ()
    recommended_action: str = ""
    next_report: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """Concluding observations as read from a file.

    What is not in the file is None or "". `language` is the code of the language of the text. `body` is the committee's
    id, such as "cescr". `considered`, `adopted` and `session_dates` are partial dates, such as "2024-09-12/2024-09-13".
    `adopted` is None if the document gives only the dates of the session. `state` is the State party as the title writes it,
    `country` its code in the symbol. `list_of_issues` is when the committee will
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


def match_languages(first: ImportedDocument, second: ImportedDocument) -> tuple[ImportNotice, ...]:
    """Return what does not fit together in one document in two languages, matched by number and letter.

    The notices name paragraphs in one language only, with other parts, or recommendations in one language only.
    """
    numbers = {paragraph.number for document in (first, second) for paragraph in document.paragraphs}
    found: dict[str, list[str]] = {_ONLY_IN_ONE: [], _OTHER_PARTS: [], _OTHER_KIND: []}
    for number in sorted(numbers, key=int):
        one, two = first.paragraph(number), second.paragraph(number)
        if one is None or two is None:
            found[_ONLY_IN_ONE].append(number)
        elif one.is_recommendation != two.is_recommendation:
            found[_OTHER_KIND].append(number)
        elif one.is_recommendation and [part.id for part in one.parts] != [part.id for part in two.parts]:
            found[_OTHER_PARTS].append(number)
    notices = [ImportNotice(message, (("numbers", ", ".join(ones)),)) for message, ones in found.items() if ones]
    if first.symbol and second.symbol and first.symbol != second.symbol:
        notices.insert(0, ImportNotice(_OTHER_DOCUMENT, (("first", first.symbol), ("second", second.symbol))))
    return tuple(notices)


def fill_facts(first: ImportedDocument, second: ImportedDocument) -> ImportedDocument:
    """Return the first document with the facts that only the second version gives, such as the date of adoption."""
    names = ("symbol", "body", "session_dates", "considered", "adopted", "follow_up", "next_report", "list_of_issues")
    missing = {name: getattr(second, name) for name in names if getattr(first, name) is None}
    return replace(first, **missing)


def check_state(document: ImportedDocument, expected: ExpectedState) -> ImportedDocument:
    """Return the document, with a notice if it is about another State party than the dataset."""
    if not is_other_state(document, expected):
        return document
    notice = ImportNotice(_OTHER_STATE, (("found", document.state or document.country), ("expected", expected.name)))
    return replace(document, notices=(notice, *document.notices))


def is_other_state(document: ImportedDocument, expected: ExpectedState) -> bool:
    """Return whether the document is about another State party. False if the document does not say."""
    if document.country and expected.codes:
        return document.country not in expected.codes
    return bool(document.state and expected.names) and not is_name_of(document.state, expected)


def refuse_other_state(document: ImportedDocument, dataset: Dataset, confirmed: str) -> None:
    """Raise ImportRefused if the document is about another State, unless the settings allow it and it was confirmed.

    `confirmed` is the name of the State that the editor confirmed, "" for none.
    """
    expected, found = expected_state(dataset), document.state or document.country
    if is_other_state(document, expected) and not (dataset.settings.allow_other_states and confirmed == found):
        message = _UNCONFIRMED if dataset.settings.allow_other_states else _REFUSED
        raise ImportRefused(message, {"found": found, "expected": expected.name})
