"""Turn what a cell says into the value of a field: codes, partial dates, texts, links. Nothing is guessed silently."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.editing.forms.typed_dates import read_date
from tracker.i18n import Language
from tracker.importing.tables.fields import IMPORT_FIELDS
from tracker.importing.tables.raw_tables import CellKind, RawCell
from tracker.importing.tables.spreadsheet_words import mechanism_words, normalize_words, spreadsheet_words
from tracker.importing.vocabulary import CODE_FIELDS, TAG_FIELDS_IN_SHEETS, ImportVocabulary
from tracker.model.fields import FIELDS, FieldType
from tracker.model.labels import N_
from tracker.model.localized_text import MAX_TEXT_LENGTH
from tracker.model.partial_dates import last_day
from tracker.model.records import Recommendation
from tracker.model.vocabulary import SEPARATOR

DATE_FIELDS = frozenset(f.name for f in (*FIELDS[Recommendation], *IMPORT_FIELDS.values()) if f.kind is FieldType.DATE)
DAY_AND_MONTH = re.compile(r"(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})")
BOXES = re.compile(r"[☐☑☒□◻■✓✔✅]|\[[ xхv]?\]", re.I)
LINK = re.compile(r"https?://[^\s<>\"]+")
SIMILAR_ENOUGH = 88
"""The least similarity, 0 to 100, with which a misspelt word is taken for a known one."""


_QUESTIONS = {
    "groups": N_("We do not know “{word}”. Which group is it?"),
    "themes": N_("We do not know “{word}”. Which theme is it?"),
    "body": N_("We do not know “{word}”. Which committee is it?"),
}


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell says: the value, and a sentence about what was guessed or what is wrong; "" for none.

    If there is a problem, `choices` are the values that may be meant. `unknown` are words in it that nobody knows.
    """

    value: str = ""
    guess: str = ""
    problem: str = ""
    choices: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads cells with the words of a dataset. Sentences are in `language`."""

    vocabulary: ImportVocabulary
    language: Language

    def read(self, field: str, cell: RawCell, *, month_first: bool | None = None) -> CellReading:
        """Return the value of a cell in the column of `field`.

        `month_first` says whether the other dates of the column show that the month comes before the day, or None if
        they do not show it.
        """
        _ = self.language.gettext
        if cell.kind is CellKind.ERROR:
            return CellReading(problem=_("The cell shows an error of Excel. Type the value."))
        if field in DATE_FIELDS:
            return self._date(cell, month_first)
        if field in TAG_FIELDS_IN_SHEETS:
            return self._codes(field, cell.text)
        if field in CODE_FIELDS:
            return self._code(field, cell)
        if field in IMPORT_FIELDS and IMPORT_FIELDS[field].kind is FieldType.NAMES:
            values = [part.strip() for part in re.split(r"[;\n]", cell.text)]
            return CellReading(SEPARATOR.join(value for value in dict.fromkeys(values) if value))
        if field == "source_link":
            return self._link(cell.text)
        return self._text(field, cell)

    def _text(self, field: str, cell: RawCell) -> CellReading:
        _ = self.language.gettext
        most = IMPORT_FIELDS[field].most if field in IMPORT_FIELDS else MAX_TEXT_LENGTH
        if len(cell.text) > most:
            return CellReading(
                problem=_("The text has {n} characters; at most {most} are allowed.", n=len(cell.text), most=most)
            )
        guess = ""
        if cell.kind is CellKind.FORMULA:
            guess = _("The cell holds a formula. Formulas are not calculated: its text was taken.")
        if field == "paragraph" and cell.kind is CellKind.DATE:
            return CellReading(problem=_("Excel turned the number of the paragraph into a date. Type it as text."))
        return CellReading(cell.text, guess=guess)

    def _link(self, text: str) -> CellReading:
        _ = self.language.gettext
        found = LINK.search(text)
        if not found:
            return CellReading(problem=_("This is not a link. A link begins with https://"))
        link = found[0].rstrip(".,;)")
        return CellReading(link, guess="" if link == text else _("Only the link was taken from this cell."))

    def _date(self, cell: RawCell, month_first: bool | None) -> CellReading:
        _ = self.language.gettext
        if cell.kind is CellKind.DATE:
            return CellReading(cell.text)
        if cell.kind is CellKind.NUMBER and re.fullmatch(r"[34]\d{4}|5[0-4]\d{3}", cell.text):
            day = (date(1899, 12, 30) + timedelta(days=int(cell.text))).isoformat()
            return CellReading(day, guess=_("The number was read as a date of Excel: {date}.", date=self._words(day)))
        found = read_date(cell.text)
        if found.date and _is_likely_year(found.date):
            return CellReading(found.date)
        if found.choices and month_first is not None and DAY_AND_MONTH.fullmatch(cell.text):
            return CellReading(found.choices[month_first])  # the day comes first in the first choice
        if found.choices:
            words = " / ".join(map(self._words, found.choices))
            return CellReading(problem=_("The date can mean: {choices}.", choices=words), choices=found.choices)
        return CellReading(problem=_("This is not a date. Write it as 2026-03-18, 18.03.2026, March 2026 or 2026."))

    def _words(self, partial_date: str) -> str:
        return self.language.format_date(partial_date)

    def _read_as(self, value: str) -> str:
        return self.language.gettext("Read as “{value}”.", value=value)

    def _code(self, field: str, cell: RawCell) -> CellReading:
        text = _ticked(cell.text) if field == "status" else cell.text
        if code := self.vocabulary.code(field, text):
            return CellReading(
                code, guess=self._read_as(self.vocabulary.label(field, code)) if text != cell.text else ""
            )
        if field in ("symbol", "document"):
            return CellReading(text)  # a document that the dataset does not have yet
        if field == "body":  # a similar name is another committee's
            other = mechanism_words().get(normalize_words(text), "")
            return CellReading(other) if other else CellReading(problem=self.which(field, text))
        known = dict(self.vocabulary.codes.get(field, {}))
        if field == "status" and (likely := spreadsheet_words().likely_statuses.get(normalize_words(text))):
            return CellReading(likely, guess=self._read_as(self.vocabulary.label(field, likely)))
        if code := _similar(normalize_words(text), known):
            return CellReading(code, guess=self._read_as(self.vocabulary.label(field, code)))
        return CellReading(problem=self._not_known(field))

    def _codes(self, field: str, text: str) -> CellReading:
        known = self.vocabulary.codes.get(field, {})
        whole = known.get(normalize_words(text))
        parts = [text] if whole else [part.strip() for part in re.split(r"[;\n•]", text)]
        found, guessed, unknown = [], [], []
        for part in filter(str.strip, parts):
            word = normalize_words(part)
            several = [one.strip() for one in re.split(r"[,/]", part) if one.strip()]
            if code := known.get(word):
                found.append(code)
            elif any(known.get(normalize_words(one)) for one in several):
                found += [code for one in several if (code := known.get(normalize_words(one)))]
                unknown += [one for one in several if not known.get(normalize_words(one))]
            elif code := _similar(word, known):
                found.append(code)
                guessed.append(self.vocabulary.label(field, code))
            else:
                unknown.append(part.strip())
        guess = self._read_as(", ".join(guessed)) if guessed else ""
        return CellReading(SEPARATOR.join(dict.fromkeys(found)), guess=guess, unknown=tuple(dict.fromkeys(unknown)))

    def which(self, field: str, written: str) -> str:
        """Return the question that is asked once about a word that nobody here knows."""
        _ = self.language.gettext
        words = _QUESTIONS.get(field, N_("We do not know “{word}”. What does it stand for?"))
        return _(words, word=written[:80])

    def _not_known(self, field: str) -> str:
        _ = self.language.gettext
        labels = list(self.vocabulary.labels.get(field, {}).values())
        return _("Not understood. Write one of: {labels}.", labels=", ".join(labels[:12]))


def _is_likely_year(partial_date: str) -> bool:
    return 1900 <= last_day(partial_date).year <= 2100


def _ticked(text: str) -> str:
    """Return the words after the one ticked box of a cell such as "☐ Yes ☑ No"; without boxes, the text itself."""
    boxes = list(BOXES.finditer(text))
    if not boxes:
        return text
    ends = [*(box.start() for box in boxes[1:]), len(text)]
    marks = spreadsheet_words().marks
    choices = [
        text[box.end() : end].strip(" ;,\n") for box, end in zip(boxes, ends, strict=True) if box[0].casefold() in marks
    ]
    return choices[0] if len(choices) == 1 else text


def _similar(word: str, known: Mapping[str, str]) -> str:
    """Return the code of the known word that is nearest to a misspelt word, or "" if none is near enough."""
    if len(word) < 5 or not known or len(word) > 200:
        return ""
    from rapidfuzz import fuzz, process  # imported here: most cells need no guess

    # words that are nearly the same in letters may say the opposite: "implemented" and "not implemented"
    near = process.extract(word, list(known), scorer=fuzz.ratio, score_cutoff=SIMILAR_ENOUGH, limit=3)
    found = [(name, score) for name, score, _index in near if _negated(name) == _negated(word)]
    codes = {known[name] for name, score in found if score >= found[0][1] - 2}
    return codes.pop() if len(codes) == 1 else ""


def _negated(words: str) -> bool:
    return re.search(r"(?<!\w)(?:not|no|un|не|нет|жок|эмес)|(?:бады|баган|беген|веген)", words) is not None
