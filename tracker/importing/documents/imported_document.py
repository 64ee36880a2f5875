"""The values that reading a document returns. A person reviews them before anything is saved."""

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
    """What the format of a block hints at. The text decides in the end whether the block is a heading.

    HEADING: its style is that of a heading. BOLD: all of it is bold, or it is centred. TABLE: a cell of a table of
    data.
    """

    BODY = "body"
    HEADING = "heading"
    BOLD = "bold"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph of the file.

    `text` has one line, or several where the author broke the line inside the paragraph. `label` is the automatic
    number or letter as Word or the browser shows it, such as "12." or "(a)"; a typed number or letter stays at the
    start of `text`. `level` is the level of the heading, or of the list of the label, from 0.
    """

    text: str
    label: str = ""
    level: int = 0
    role: BlockRole = BlockRole.BODY


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a document.

    `blocks` are its paragraphs, `margins` the texts in the headers of its pages (and of a PDF or pasted text its page
    numbers, of a web page its title), `notes` its footnotes and endnotes.
    """

    blocks: tuple[TextBlock, ...]
    margins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def clean_text(text: str) -> str:
    """Return `text` without invisible characters. All kinds of spaces become " ", non-breaking hyphens become "-".

    Line breaks stay, also those written as a form feed or a line separator, without spaces around them. Several spaces
    become one, and empty lines are removed.
    """
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").translate(_REPLACED)
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)


def ends_sentence(text: str) -> bool:
    """Return whether `text` ends like a sentence or an item of a list: with ".", "!", "?", ":", ";" or "…".

    Quotation marks, brackets, asterisks and numbers of footnotes may follow the mark.
    """
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
    """What a paragraph of concluding observations is. The import proposes to save only recommendations.

    PROCEDURE: introduction, follow-up, next report, core document, Parliament. OTHER: the kind was not recognized.
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

    `text` is the exact text without the letter. Nested items, (i) and so on, are lines of `text`.
    """

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportedParagraph:
    """A numbered paragraph.

    `number` is without a dot. `headings` are the headings above it, from section to topic. `text` is the exact text
    before the parts, without the number. `tail` is the text after the parts. In a recommendation, `text` starts
    with the sentence that recommends. Then `concern` has the text before this sentence, and later text that only
    notes facts.

    `phrase` is the words that decided the `kind`, or the heading that did; "" if there are none. `is_usual` is
    False if a recommendation is not worded as this committee usually words them, so that a person should look at
    it.
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
    def is_recommendation(self) -> bool:
        """Return whether the paragraph is a recommendation of this committee to the State party."""
        return self.kind is ParagraphKind.RECOMMENDATION


@dataclass(frozen=True, slots=True)
class StatedDeadline:
    """A date or a period that the committee set.

    `date` is a partial date; None if it is not known. `computed` says that we computed `date` from `period`: then it is
    not the committee's own date. `period` is the committee's words, such as "within 24 months"; "" if there is none.
    `sentence` is the sentence that says so, `paragraph` the number of the paragraph in which it stands.
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
    """Something that the person who imports should know. `message` is English and can be translated with gettext.

    `values` are (name, value) pairs for the placeholders in `message`. `str` gives the English sentence with the
    values.
    """

    message: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.message.format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class ImportedGrade:
    """A grade without its brackets and in Latin letters, such as "B2", or the words that a letter uses in place of one.

    `scope` names the parts of the paragraph that the grade is for, as written, such as "(a) and (e)"; None if the
    report names none. `evaluation` is the Committee's own text; "" if there is none.
    """

    grade: str
    scope: str | None
    evaluation: str


@dataclass(frozen=True, slots=True)
class GradedParagraph:
    """What a report on follow-up says of one paragraph. A text that the report does not have is "".

    `number` may name a part, such as "21 (a)". `recommendation` is the text of the paragraph, `reply` what the State
    replied. `grades` are without those of earlier rounds.
    """

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
    """The section of a report on follow-up about one State, or a letter of a rapporteur. Dates are partial dates.

    `symbol` is that of the report, None for a letter. `concluding_observations` is the symbol of the concluding
    observations, `adopted` the date on which they were adopted. `session` and `session_dates` are of the session that
    adopted the report; for a letter, `session_dates` is the date of the letter. `follow_up_paragraphs` are the
    selected paragraphs, such as "12" or "19 (a)". `next_report` is when the next periodic report is due. What the
    report does not say is None, "" or empty.
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
    """Concluding observations, or a report on follow-up, as read from a file. What the file does not say is None or "".

    `language` and `original_language` are codes; the second is what the file itself names. `body` is the id of the
    committee, such as "cescr". `state` is the State party as the title writes it, `country` the code in the symbol.
    `considered`, `adopted`, `session_dates` and `list_of_issues` are partial dates, such as "2024-09-12/2024-09-13".
    `adopted` is None if the document gives only the dates of the session. `list_of_issues` is when the committee
    will send its list of issues for the next report. `notes` are the footnotes.

    `follow_up_reports` has a section for each State if the file is a report on follow-up. Then there are no
    `paragraphs`.
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

    @property
    def recommendations(self) -> tuple[ImportedParagraph, ...]:
        """Return the paragraphs that are recommendations."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.is_recommendation)

    def paragraph(self, number: str) -> ImportedParagraph | None:
        """Return the paragraph with this number, or None."""
        return next((paragraph for paragraph in self.paragraphs if paragraph.number == number), None)


def compare_language_versions(first: ImportedDocument, second: ImportedDocument) -> tuple[ImportNotice, ...]:
    """Return notices about what differs between two language versions of a document. Paragraphs are matched by number.

    The first notice says if the symbols differ. The others list paragraphs that are in one language only, that have
    other parts, or that are recommendations in one language only.
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


def fill_missing_facts(first: ImportedDocument, second: ImportedDocument) -> ImportedDocument:
    """Return the first document with the facts that only the second version gives.

    These are the symbol, the body, the dates, the follow-up and what is due. The texts stay as they are.
    """
    names = ("symbol", "body", "session_dates", "considered", "adopted", "follow_up", "next_report", "list_of_issues")
    missing = {name: getattr(second, name) for name in names if getattr(first, name) is None}
    return replace(first, **missing)


def add_state_notice(document: ImportedDocument, expected: ExpectedState) -> ImportedDocument:
    """Return the document. If it is about another State party than the dataset, its first notice says so."""
    if not is_about_other_state(document, expected):
        return document
    notice = ImportNotice(_OTHER_STATE, (("found", document.state or document.country), ("expected", expected.name)))
    return replace(document, notices=(notice, *document.notices))


def is_about_other_state(document: ImportedDocument, expected: ExpectedState) -> bool:
    """Return whether the document is about another State party than `expected`. False if one of them names no State.

    The code in the symbol decides; only if there is none, the name in the title.
    """
    if document.country and expected.codes:
        return document.country not in expected.codes
    return bool(document.state and expected.names) and not is_name_of(document.state, expected)


def refuse_other_state(document: ImportedDocument, dataset: Dataset, confirmed: str) -> None:
    """Raise ImportRefused if the document is about another State than the dataset.

    Do not raise it if the settings of the dataset allow other States and the editor confirmed this one. `confirmed`
    is the name of the State that the editor confirmed, "" for none.
    """
    expected, found = expected_state(dataset), document.state or document.country
    if is_about_other_state(document, expected) and not (dataset.settings.allow_other_states and confirmed == found):
        message = _UNCONFIRMED if dataset.settings.allow_other_states else _REFUSED
        raise ImportRefused(message, {"found": found, "expected": expected.name})
