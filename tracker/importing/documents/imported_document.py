"""The values that reading a document returns. A person reviews them before anything is saved.

The reader of each kind of file returns a `SourceText`: blocks of text in their order. An `ImportedDocument` is made of
these blocks. It may be about another State than the dataset. Two files may be the same document in two languages.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.model.dataset import Dataset
from tracker.model.errors import ImportRefused
from tracker.model.labels import N_
from tracker.model.states import State
from tracker.model.vocabulary import StateResponse
from tracker.validation.state_party import ExpectedState, expected_state, is_name_of

_INVISIBLE_RANGES = (
    *((0x00, 0x09), (0x0E, 0x20), (0x7F, 0x80), (0xAD, 0xAE), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070)),
    *((0xFEFF, 0xFF00), (0xFFFE, 0x10000)),
)
_INVISIBLE = {code: "" for start, end in _INVISIBLE_RANGES for code in range(start, end)}
_PLAIN = {0x2010: "-", 0x2011: "-", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x0A: "\n"}
_REPLACED = str.maketrans({**_INVISIBLE, **_PLAIN})
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED_NUMBER = re.compile(rf"(\b[kcdкс]?[mм])?[{RAISED}]+")
IS_UNIT = re.compile(r"\b[kcdкс]?[mм]$")
"""The end of a text after which a raised number is no footnote: "5 km²"."""
_END = re.compile(r"[.!?:;…][\"'”’»)\]*\d]*$")


class BlockRole(StrEnum):
    """What a block seems to be, by its format. BOLD: all of it is bold or centred. TABLE: a cell of a table of data."""

    BODY = "body"
    HEADING = "heading"
    BOLD = "bold"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph of the file. `text` has several lines if the author broke the line.

    `label` is the automatic number or letter; a typed one stays in `text`. `level`, from 0: of the heading or the list.
    """

    text: str
    label: str = ""
    level: int = 0
    role: BlockRole = BlockRole.BODY


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a document: its paragraphs, the texts in its margins, such as page headers, and its notes."""

    blocks: tuple[TextBlock, ...]
    margins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def raised(text: str) -> str:
    """Return a number of 1 to 3 digits, perhaps in [ ], as raised digits alone. Return other text unchanged."""
    number = text.strip(" []")
    return number.translate(str.maketrans("0123456789", RAISED)) if re.fullmatch(r"[0-9]{1,3}", number) else text


def clean_text(text: str) -> str:
    """Return `text` with plain spaces and hyphens, without invisible characters and empty lines. Line breaks stay.

    The raised numbers of footnotes are removed, too, except at the beginning of a line, where they become plain numbers.
    """
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("\u00ad\n", "-\n").translate(_REPLACED)
    plain = re.sub(rf"(?m)^\s*[{RAISED}]+", lambda number: f"{unicodedata.normalize('NFKC', number[0])} ", plain)
    plain = _RAISED_NUMBER.sub(lambda number: number[0] if number[1] else "", plain)
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)


def ends_sentence(text: str) -> bool:
    """Return whether `text` ends with . ! ? : ; or …, perhaps before quotation marks, brackets or footnote marks."""
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


_MAY_BEGIN_PARAGRAPH = re.compile(
    r"(?:^|\n|[^\W\d]{4,}[.!?][”»)]?\s)([1-9]\d{0,2})\.\s+(?=[A-ZА-ЯЁ“«])"
    r"|(?:^|\n|[^\W\d]{4,}[.!?]?\s)([1-9]\d{0,2})\s+(?=The Committee|The State party|Комитет |Государств)"
)


class Author(StrEnum):
    """Who wrote a document, by the signs in it. `label` says what is no committee's text seems to be, and what to do."""

    COMMITTEE = "committee"
    STATE = "state"
    CIVIL_SOCIETY = "civil-society"
    OTHER_PAPER = "other-paper"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Return a sentence about the document, in English."""
        return _LABELS[self]


_LABELS = {
    Author.COMMITTEE: N_("The committee wrote this."),
    Author.STATE: N_(
        "This seems to be what the State wrote, so it cannot become the committee's words. Enter what it says at the "
        "recommendation that it is about: as the State's assessment, or as evidence."
    ),
    Author.CIVIL_SOCIETY: N_(
        "This seems to be a report of civil society, so it cannot become the committee's words. Enter what it says at "
        "the recommendation that it is about: as your assessment, or as evidence."
    ),
    Author.OTHER_PAPER: N_(
        "This seems to be a list of issues, which has no recommendations, so it cannot be imported. Add it to the "
        "documents by hand."
    ),
    Author.UNKNOWN: N_(
        "Nothing in this file shows that the committee wrote it, so it cannot become the committee's words. If it is the "
        "committee's, bring it whole: with its title, and with what it says of its adoption. If somebody else "
        "wrote it, add it as evidence."
    ),
}


class ParagraphKind(StrEnum):
    """What a paragraph is. PROCEDURE: introduction, follow-up, next report and the like. OTHER: not recognized."""

    RECOMMENDATION = "recommendation"
    CONCERN = "concern"
    POSITIVE = "positive"
    PROCEDURE = "procedure"
    DISSEMINATION = "dissemination"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ImportedPart:
    """A lettered part. `id` is a small Latin letter, `text` is without the letter; nested items are lines of `text`."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportedParagraph:
    """A numbered paragraph. `text` is the exact text before the parts, `tail` the text after them.

    In a recommendation, `text` starts with the sentence that recommends; `concern` has the text before this sentence,
    and later text that only notes facts. `headings` are above the paragraph, from section to topic. `phrase` has the
    words or the heading that decided the `kind`, or "". `is_usual` is False if a person should look at the wording.
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
        """Return the text before the parts, then the text after them on a line of its own. The parts are left out."""
        return "\n".join(filter(None, (self.text, self.tail)))

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the texts that become quotations, in order: before the parts, the parts, after them. Some may be ""."""
        return self.text, *(part.text for part in self.parts), self.tail

    @property
    def swallowed(self) -> str:
        """Return the first number in the texts that is above this one's and may begin another paragraph; or ""."""
        texts = (*self.texts, self.concern) if self.number.isdecimal() else ()
        found = (number[1] or number[2] for text in texts for number in _MAY_BEGIN_PARAGRAPH.finditer(text))
        return next((number for number in found if int(number) > int(self.number)), "")

    @property
    def is_recommendation(self) -> bool:
        """Return whether the paragraph is a recommendation of this committee to the State party."""
        return self.kind is ParagraphKind.RECOMMENDATION


@dataclass(frozen=True, slots=True)
class StatedDeadline:
    """A date or a period that the committee set. `sentence` is where it is written. `date` is None if it is not known.

    `paragraph` is "" if the numbers of the paragraphs around it are not certain.

    If `computed`, we computed `date` from `period`, such as "within 24 months": the committee gave no date.
    """

    date: str | None
    computed: bool
    period: str
    sentence: str
    paragraph: str

    @property
    def stated(self) -> str | None:
        """Return the date if it is the committee's own; None if we computed it, or if there is none."""
        return None if self.computed else self.date


@dataclass(frozen=True, slots=True)
class ImportedFollowUp:
    """The paragraphs that the committee selected for follow-up, such as "12" or "19 (a)", and when the reply is due."""

    paragraphs: tuple[str, ...]
    reply: StatedDeadline


@dataclass(frozen=True, slots=True)
class ImportNotice:
    """A notice for the person who imports. `message` is English, `values` are (name, value) for its placeholders."""

    message: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.message.format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class ImportedGrade:
    """A grade, such as "B2", or words in its place. `scope` is the parts that it is for, as written: "(a) and (e)"."""

    grade: str
    scope: str | None
    evaluation: str


@dataclass(frozen=True, slots=True)
class GradedParagraph:
    """What a report says of a paragraph or part, such as "21 (a)". Grades of earlier rounds are left out."""

    number: str
    title: str = ""
    recommendation: str = ""
    reply: str = ""
    ngo_information: str = ""
    grades: tuple[ImportedGrade, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedReply:
    """A reply of the State: its symbol and, as a partial date, the date printed beside it. One of them may be None."""

    symbol: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class FollowUpSection:
    """What a report on follow-up, or a rapporteur's letter, says of one State. What is not said is None, "" or ().

    `symbol` is None for a letter. `adopted` is the date of the concluding observations. `session_dates` is the date of
    the session that adopted the report; for a letter, it is the date of the letter. `follow_up_paragraphs` are as
    written, such as "19 (a)". `unread` are rows with a grade that stand where no paragraph is told of.
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
    has_ngo_heading: bool = False
    paragraphs: tuple[GradedParagraph, ...] = ()
    recommended_action: str = ""
    next_report: str | None = None
    unread: tuple[str, ...] = ()

    @property
    def silent_paragraphs(self) -> tuple[str, ...]:
        """Return the paragraphs that were selected and of which nothing else is read."""
        read = {paragraph.number.split()[0] for paragraph in self.paragraphs}
        return tuple(number for number in self.follow_up_paragraphs if number.split()[0] not in read)

    @property
    def lists_ngos(self) -> bool | None:
        """Return whether it lists information of NGOs, or None if it has no heading for it."""
        is_listed = bool(self.ngo_information or any(p.ngo_information for p in self.paragraphs))
        return is_listed or (False if self.has_ngo_heading else None)


@dataclass(frozen=True, slots=True)
class UprRecommendation:
    """A recommendation of the Universal Periodic Review, or a State's answer to one, in which case `text` may be "".

    `number` is as printed: "76.53", or "5." in a list under the paragraph `paragraph`. `recommenders` are as printed.
    `position` is what the State said in `position_words`, the words of the document; None if it is not understood.
    """

    number: str
    paragraph: str = ""
    text: str = ""
    recommenders: tuple[str, ...] = ()
    position: StateResponse | None = None
    position_words: str = ""
    themes: tuple[str, ...] = ()
    affected_persons: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the paragraph and the number in it, such as "76.53": a name within the document."""
        item = re.sub(r"^.*?(\w+)\W*$", r"\1", self.number)
        return f"{self.paragraph}.{item}" if self.paragraph else self.number.rstrip(".")


@dataclass(frozen=True, slots=True)
class UprDocument:
    """A document of the Universal Periodic Review. `kind` is "report", "addendum" or "thematic-list".

    `reviewed` and `adopted` are partial dates, `answers_due` says in the report's words until when the State answers.
    `problems` are about what is missing or unclear, each with its place.
    """

    kind: str
    symbol: str | None = None
    state: str = ""
    reviewed: str | None = None
    adopted: str | None = None
    session: str = ""
    answers_due: str = ""
    language: str = "en"
    recommendations: tuple[UprRecommendation, ...] = ()
    problems: tuple[ImportNotice, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """Concluding observations, or a report on follow-up, as read from a file. What the file does not say is None or "".

    `original_language` is the one that the file names. `body` is an id, `state` the name in the title, `country` the
    code in the symbol. `adopted` is None if only the session has dates. `list_of_issues` is the date on which
    the committee will send its list. A report on follow-up has `follow_up_reports` in place of `paragraphs`.
    `author` is who wrote it: only the text of a committee can be saved.
    `file_text` is the plain text of the file, in which `quotation_check` looks for each quotation.
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
    follow_up_reports: tuple[FollowUpSection, ...] = ()
    file_text: str = ""
    author: Author = Author.UNKNOWN
    upr: UprDocument | None = None

    @property
    def recommendations(self) -> tuple[ImportedParagraph, ...]:
        """Return the paragraphs that are recommendations."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.is_recommendation)

    def paragraph(self, number: str) -> ImportedParagraph | None:
        """Return the paragraph with this number, or None."""
        return next((paragraph for paragraph in self.paragraphs if paragraph.number == number), None)


def compare_language_versions(first: ImportedDocument, second: ImportedDocument) -> tuple[ImportNotice, ...]:
    """Return notices about what differs between two language versions. Paragraphs are matched by number."""
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


def fill_missing_facts(first: ImportedDocument, second: ImportedDocument) -> ImportedDocument:
    """Return the first document. Facts that only the second has, such as symbol and dates, are added; texts stay."""
    names = ("symbol", "body", "session_dates", "considered", "adopted", "follow_up", "next_report", "list_of_issues")
    missing = {name: getattr(second, name) for name in names if getattr(first, name) is None}
    return replace(first, **missing)


def add_state_notice(document: ImportedDocument, expected: ExpectedState, is_allowed: bool = True) -> ImportedDocument:
    """Return the document. If it is about another State, its first notice says so, and whether such a State `is_allowed`."""
    if not is_about_other_state(document, expected):
        return document
    values = (("found", document.state or document.country), ("expected", expected.name))
    notice = ImportNotice(_OTHER_STATE if is_allowed else _REFUSED, values)
    return replace(document, notices=(notice, *document.notices))


def is_about_other_state(document: ImportedDocument, expected: ExpectedState) -> bool:
    """Return whether the State in the symbol, or else in the title, is not `expected`; False if no State is found."""
    if document.country and expected.codes:
        return document.country not in expected.codes
    return bool(document.state and expected.names) and not is_name_of(document.state, expected)


def refuse_other_author(document: ImportedDocument) -> None:
    """Raise ImportRefused if the signs in the document do not show that a committee wrote it."""
    if document.author is not Author.COMMITTEE:
        raise ImportRefused(document.author.label)


def refuse_other_state(document: ImportedDocument, dataset: Dataset, confirmed: str, of: State | None = None) -> None:
    """Raise ImportRefused if the document is about another State, except if settings allow it and `confirmed` is its name.

    In a dataset of several States, `of` is the one of the document under which it would be saved.
    """
    own = of if dataset.settings.states else None
    expected, found = expected_state(dataset, state=own), document.state or document.country
    if is_about_other_state(document, expected) and not (dataset.settings.allow_other_states and confirmed == found):
        message = _UNCONFIRMED if dataset.settings.allow_other_states else _REFUSED
        raise ImportRefused(message, {"found": found, "expected": expected.name})
