"""Turn the text of a cell into the value of a field: a code, a partial date, a text or a link.

Every guess is reported. A cell may hold a reference, such as "E/C.12/…/CO/4, para. 12 (a)". If a text is not clear,
an editor chooses a value for all cells that have it, or leaves these cells out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from tracker.editing.forms.recommendation import CYRILLIC_LOOKALIKES
from tracker.editing.forms.typed_dates import DateReading, names_season, read_date
from tracker.i18n import Language
from tracker.importing.recommending_states import state_code, states_in
from tracker.importing.symbols_and_changes import LATIN_LOOKALIKES
from tracker.importing.tables import vocabulary as sheet_words
from tracker.importing.tables.raw_tables import CellKind, RawCell
from tracker.importing.tables.results import CellProblem, FieldValue, ImportedRow, SheetResult, by_row
from tracker.importing.tables.vocabulary import IMPORT_FIELDS, ImportVocabulary, normalize_words, spreadsheet_words
from tracker.model.fields import FIELDS, FieldType
from tracker.model.labels import N_
from tracker.model.localized_text import MAX_TEXT_LENGTH, one_line
from tracker.model.partial_dates import last_day
from tracker.model.records import Recommendation
from tracker.model.vocabulary import SEPARATOR
from tracker.validation.state_party import SYMBOL

DATE_FIELDS = frozenset(f.name for f in (*FIELDS[Recommendation], *IMPORT_FIELDS.values()) if f.kind is FieldType.DATE)
DAY_AND_MONTH = re.compile(r"(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})")
BOXES = re.compile(r"[☐☑☒□◻■✓✔✅]|\[[ xхv]?\]", re.I)
LINK = re.compile(r"https?://(?:(?![,;|]+https?://)[^\s<>\"])+")
SIMILAR_ENOUGH = 88
"""The least similarity, 0 to 100, with which a misspelt word is taken for a known one."""
_QUESTIONS = {
    "groups": N_("We do not know “{word}”. Which group is it?"),
    "themes": N_("We do not know “{word}”. Which theme is it?"),
    "body": N_("We do not know “{word}”. Which committee is it?"),
}
LONGEST_REFERENCE = 200
LONGEST_TEXT = 5_000
_SUB = r"(?:,?\s*(?:sub-?para(?:graph)?s?|подпункт\w*|подп)\.?)"
_APART = r"\s[a-zа-я](?=\s*(?:$|[,;.)]|(?:and|и|жана)\s))"
"""A letter after a space, such as "17 b". Other single letters are words: "para. 9 a law", "п. 9 с 2024 года"."""
_LETTERS = rf"(?:{_SUB}?\s*\(?\s*[a-zа-я]\s*\)|[a-zа-я](?!\w)|{_APART})"
_PLAIN = rf"\d{{1,3}}(?:\s*[–-]\s*\d{{1,3}})?(?!\d)(?:{_LETTERS}(?:\s*(?:,|and|и|жана)?{_LETTERS})*)?"
_WORDS = r"paragraphs?|paras?|par|§+|пунктах|пункты|пункта|пункте|пункт|пп|п|параграф|пар"
NAMED_PARAGRAPH = re.compile(rf"(?<!\w)(?:{_WORDS})\.?\s*(?P<n>{_PLAIN}(?:\s*(?:,|;|and|и|жана)\s*{_PLAIN})*)", re.I)
LETTER_FIRST = re.compile(
    rf"{_SUB}?\s*\(?(?<!\w)(?P<letter>[a-zа-я])\)\s*(?:of )?(?P<place>(?:{_WORDS})\.?\s*\d{{1,3}})", re.I
)
NUMBERED_PARAGRAPH = re.compile(r"(?<![\w/.])(?P<n>\d{1,3})(?:\s*-\s*|\s+)(?:п\b\.?|пункт\w*)", re.IGNORECASE)
BARE_NUMBER = re.compile(rf"(?<![\w/.§])(?P<n>{_PLAIN})(?![\w/])", re.IGNORECASE)
LETTERED_NUMBER = re.compile(rf"(?=.*[a-zа-я])(?P<n>{_PLAIN})", re.IGNORECASE)
_AFTER_SLASH = re.compile(rf"(?:^|[;\s])/(?P<n>{_PLAIN})(?![\w/])", re.IGNORECASE)
"""The number behind a slash after a symbol or a year: "2021/17"."""
_ANOTHER_NUMBER = re.compile(r"\s*(?:[,/&]|(?:and|и|жана)\b)\s*\d{1,3}(?![\d/.])", re.IGNORECASE)
"""A second number right behind that of a paragraph: "17, 18" or "17/18"."""
_UNREAD_LETTER = re.compile(r"(?<=\d)[^\w;]{0,3}(?:пп\W+)?[a-zа-я]\W*(?:$|[,;)])", re.IGNORECASE)
"""A letter behind a number that was read without it, or not at all: "17/b"."""
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE = re.compile(r"\+?\d[\d\s()-]{8,17}\d")
YEAR = re.compile(r"(?<![\d/])(?:19|20)\d\d(?!\d)")
CellKey = tuple[str, str]
"""The code of a field, and the text of a cell, cut to 80 characters."""
GUESSED_FIELDS = ("status", "direction", "verification")
"""The fields whose guessed values an editor can correct."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text refers to; "" is what it does not say. `body` is an id in the dataset, or another committee's code.

    `several` is "document", "body" or "paragraph" if there are several. If `is_clear`, nothing else can be meant.
    """

    symbol: str = ""
    body: str = ""
    year: str = ""
    paragraph: str = ""
    is_clear: bool = True
    several: str = ""

    @property
    def is_complete(self) -> bool:
        """Return whether the reference has a paragraph, and also a document or a committee."""
        return bool((self.symbol or self.body) and self.paragraph)


def is_private_column(heading: str, cells: Sequence[RawCell]) -> bool:
    """Return whether a column may hold names or contacts of people."""
    if spreadsheet_words().private.search(normalize_words(heading)):
        return True
    texts = [cell.text for cell in cells[:200] if cell.kind in (CellKind.TEXT, CellKind.NUMBER)]
    short = [text for text in texts if len(text) <= 200]  # a long one is no contact, and the patterns would take long
    phones = (PHONE.fullmatch(text.strip()) and sum(letter.isdecimal() for letter in text) >= 9 for text in short)
    contacts = sum(bool(is_phone or EMAIL.search(text)) for is_phone, text in zip(phones, short, strict=True))
    return contacts * 2 > len(texts)


def plain_paragraph(text: str) -> str:
    """Return the number of a paragraph with its letters in Latin and in brackets: "38 (c)" for "№ 38 с)", with a Cyrillic с."""
    letter = re.compile(rf"(?:{_SUB}|(?<![^\W\d_]))\s*\(?\s*([a-zа-я])\s*\)|(?<=\d)(с)(?!\w)|(?<=\d)({_APART})", re.I)
    latin = letter.sub(
        lambda m: f" ({m[m.lastindex or 0].strip().lower().translate(CYRILLIC_LOOKALIKES)})",
        re.sub(r"^(?:№|#|no\.)\s*(?=\d)", "", one_line(text), flags=re.I),
    )
    return re.sub(r"^(\d+)\.\s*(?=\(|$)", r"\1 ", latin).replace("  ", " ").strip()


class ReferenceReader:
    """Reads references to documents and paragraphs. Keep one reader for many texts, because making it is slow."""

    def __init__(self, vocabulary: ImportVocabulary) -> None:
        self.vocabulary = vocabulary
        self.bodies = {**sheet_words.mechanism_words(), **vocabulary.codes.get("body", {})}
        names = sorted(self.bodies, key=len, reverse=True)  # a name may be inside a longer one
        self.names = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, names))})(?!\S)")
        self.state = {word[:5] for name in vocabulary.state for word in normalize_words(name).split()}

    def read(self, text: str) -> Reference:
        """Return what a text refers to: its first paragraph and year; its symbol and committee only if there is just one."""
        rest = LETTER_FIRST.sub(r"\g<place> (\g<letter>)", re.sub(r"\s*/\s*", "/", one_line(text)))
        found = [*SYMBOL.finditer(rest[:LONGEST_TEXT].translate(LATIN_LOOKALIKES))]
        symbols = [*dict.fromkeys(one[0].replace("–", "-") for one in found)]
        if len(text) > LONGEST_REFERENCE:
            return Reference(is_clear=False, several="document" if len(symbols) > 1 else "")
        for one in reversed(found):
            rest = rest[: one.start()] + " ; " + rest[one.end() :]
        words = normalize_words(rest)
        bodies = self.bodies_in(rest)
        paragraphs = [*NAMED_PARAGRAPH.finditer(rest)]
        named = paragraphs[0] if paragraphs else NUMBERED_PARAGRAPH.search(rest)
        if not named and (len(symbols) == 1 or len(bodies) == 1):
            plain = YEAR.sub(" ; ", rest)
            named = BARE_NUMBER.search(plain) or _AFTER_SLASH.search(plain)
        named = named or LETTERED_NUMBER.fullmatch(rest.strip(" .:;"))
        is_letter_lost = bool(_UNREAD_LETTER.search(named.string[named.end() - 1 :] if named else rest))
        others = [one[0] for one in [_ANOTHER_NUMBER.match(named.string, named.end("n"))] if one] if named else []
        written = [named["n"], *others] if named and others else [one["n"] for one in paragraphs]
        named_here = {"document": symbols, "body": bodies, "paragraph": written}
        known = spreadsheet_words().reference_words
        # two letters may be a State: РК, KZ
        left = re.findall(r"[^\W\d_]{2,}", self.names.sub(" ", words))
        left = [word for word in left if word not in known and word[:5] not in self.state]
        years = YEAR.findall(rest)
        return Reference(
            symbol=symbols[0] if len(symbols) == 1 else "",
            body=bodies[0] if len(bodies) == 1 else "",
            year=next(iter(years), ""),
            paragraph=plain_paragraph(named["n"]) if named else "",
            is_clear=not left and not is_letter_lost and all(len(set(found)) < 2 for found in (symbols, bodies, years)),
            several=next((name for name, found in named_here.items() if len(set(found)) > 1), ""),
        )

    def bodies_in(self, text: str) -> tuple[str, ...]:
        """Return the committees in a text, each once, in order: as an id of the dataset, or else as a code."""
        return tuple(dict.fromkeys(self.bodies[name] for name in self.names.findall(normalize_words(text))))


@dataclass(frozen=True, slots=True)
class CellReading:
    """The value of a cell, and what was guessed or is wrong.

    If there is a problem, `choices` are the values that may be meant. `unknown` are words for which no code is known.
    """

    value: str = ""
    guess: str = ""
    problem: str = ""
    choices: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads cells. It knows the words of a dataset, and writes problems in `language`."""

    vocabulary: ImportVocabulary
    language: Language

    def read(self, field: str, cell: RawCell, *, month_first: bool | None = None) -> CellReading:
        """Return the reading of a cell that is not empty. `month_first` is True if 03/04/2026 is 4 March, None if unknown."""
        if cell.kind is CellKind.ERROR:
            return CellReading(problem=self.language.gettext("The cell shows an error of Excel. Type the value."))
        if field in DATE_FIELDS:
            return self._read_date(cell, month_first)
        if field in sheet_words.TAG_FIELDS_IN_SHEETS:
            return self._read_codes(field, cell.text)
        if field in sheet_words.CODE_FIELDS:
            return self._read_code(field, cell)
        if field in IMPORT_FIELDS and IMPORT_FIELDS[field].kind is FieldType.NAMES:
            # "Uruguay and Chile" are two States, "Trinidad and Tobago" is one
            states = states_in(f"({cell.text})") if field == "recommending_states" else ()
            values = [*states] or [part.strip() for part in re.split(r"[;\n]", cell.text)]
            return CellReading(SEPARATOR.join(value for value in dict.fromkeys(values) if value))
        if field == "source_link":
            return self._read_link(cell.text)
        return self._read_text(field, cell)

    def _read_text(self, field: str, cell: RawCell) -> CellReading:
        """Return the text of a cell, or a problem if it is too long, or is a paragraph that Excel turned into a date."""
        _, n = self.language.gettext, len(cell.text)
        most = IMPORT_FIELDS[field].most if field in IMPORT_FIELDS else MAX_TEXT_LENGTH
        if n > most:
            return CellReading(problem=_("The text has {n} characters; at most {most} are allowed.", n=n, most=most))
        guess = ""
        if cell.kind is CellKind.FORMULA:
            guess = _("The cell holds a formula. Formulas are not calculated: its text was taken.")
        if field == "paragraph" and cell.kind is CellKind.DATE:
            return CellReading(problem=_("Excel turned the number of the paragraph into a date. Type it as text."))
        text = plain_paragraph(cell.text) if field == "paragraph" else cell.text
        return CellReading(text, guess=guess)

    def _read_link(self, text: str) -> CellReading:
        """Return the link in a cell, or a problem if it has none or several."""
        _ = self.language.gettext
        found = list(dict.fromkeys(link.rstrip(".,;)") for link in LINK.findall(text)))
        if not found and SYMBOL.fullmatch(text.strip()):
            told = N_(
                "This is the symbol of a document, not a link. If the row is from this document, name the column “Document”."
            )
            return CellReading(problem=_(told))
        if not found:
            return CellReading(problem=_("This is not a link. A link begins with https://"))
        if len(found) > 1:
            return CellReading(
                problem=_("The cell has several links. Leave one in it, and add the others as evidence of their own.")
            )
        (link,) = found
        return CellReading(
            link, guess="" if link == text else _("The link was taken from this cell; its other words name the source.")
        )

    def _read_date(self, cell: RawCell, month_first: bool | None) -> CellReading:
        """Return the date in a cell, or a problem. If it can mean two dates, `choices` has both."""
        _ = self.language.gettext
        if cell.kind is CellKind.DATE:
            return CellReading(cell.text)
        if cell.kind is CellKind.NUMBER and re.fullmatch(r"[34]\d{4}|5[0-4]\d{3}", cell.text):
            day = (date(1899, 12, 30) + timedelta(days=int(cell.text))).isoformat()
            told = _("The number was read as a date of Excel: {date}.", date=self.language.format_date(day))
            return CellReading(day, guess=told)
        found = read_date(cell.text)
        if found.date and names_season(cell.text):
            found = DateReading(choices=(found.date,))
        if found.date and 1900 <= last_day(found.date).year <= 2100:
            return CellReading(found.date)
        if found.choices and month_first is not None and DAY_AND_MONTH.fullmatch(cell.text):
            return CellReading(found.choices[month_first])  # the day comes first in the first choice
        if found.choices:
            words = " / ".join(map(self.language.format_date, found.choices))
            return CellReading(problem=_("The date can mean: {choices}.", choices=words), choices=found.choices)
        return CellReading(problem=_("This is not a date. Write it as 2026-03-18, 18.03.2026, March 2026 or 2026."))

    def _guessed_reading(self, code: str, *labels: str) -> CellReading:
        """Return a reading with this code. If there are `labels`, the code is a guess, and a sentence shows the labels."""
        return CellReading(code, self.language.gettext("Read as “{value}”.", value=", ".join(labels)) if labels else "")

    def _read_code(self, field: str, cell: RawCell) -> CellReading:
        """Return the code that a cell means, or a problem. An unknown symbol or title is taken as it is."""
        _, label = self.language.gettext, partial(self.vocabulary.label, field)
        text = _words_of_ticked_box(cell.text) if field == "status" else cell.text
        words = normalize_words(text)
        if field in GUESSED_FIELDS and re.search("[?？؟]", text):
            return CellReading(problem=_("“{word}” is a question. What is meant?", word=text[:80]))
        if code := self.vocabulary.code(field, text):
            return self._guessed_reading(code, label(code)) if text != cell.text else CellReading(code)
        if field in ("symbol", "document"):
            return CellReading(text)  # a document that the dataset does not have yet
        if field == "body":  # a similar name is another committee's
            other = sheet_words.mechanism_words().get(words, "")
            return CellReading(other) if other else CellReading(problem=self.question_about(field, text))
        if field == "status":
            return CellReading(problem=_("“{word}” is not the name of a status. Which status is it?", word=text[:80]))
        if code := _code_of_similar_word(words, self.vocabulary.codes.get(field, {})):
            return self._guessed_reading(code, label(code))
        labels = ", ".join([*self.vocabulary.labels.get(field, {}).values()][:12])
        return CellReading(problem=_("Not understood. Write one of: {labels}.", labels=labels))

    def _read_codes(self, field: str, text: str) -> CellReading:
        """Return the codes in a cell with several tags, such as "Prisons; HIV", and its unknown words."""
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
            elif code := _code_of_similar_word(word, known):
                found.append(code)
                guessed.append(self.vocabulary.label(field, code))
            else:
                unknown.append(part.strip())
        reading = self._guessed_reading(SEPARATOR.join(dict.fromkeys(found)), *guessed)
        return replace(reading, unknown=tuple(dict.fromkeys(unknown)))

    def question_about(self, field: str, written: str) -> str:
        """Return the question to the editor about a word that is not known in a field."""
        words = _QUESTIONS.get(field, N_("We do not know “{word}”. What does it stand for?"))
        return self.language.gettext(words, word=written[:80])


def without_doubtful_states(values: Iterable[FieldValue], language: Language) -> tuple[list[FieldValue], str]:
    """Return the values of a row without recommending States that its text contradicts, and a sentence about these."""
    kept = list(values)
    named = {value.field: value for value in kept if value.field in ("text", "recommending_states")}
    if len(named) < 2:
        return kept, ""
    in_text, column = tuple(states_in(named["text"].written)), named["recommending_states"]
    if not in_text or {*map(state_code, in_text)} == {*map(state_code, column.value.split(SEPARATOR))}:
        return kept, ""
    told = N_(
        "The text names “{in_text}”, the column “{in_column}”. No recommending State is read: enter it after the import."
    )
    said = language.gettext(told, in_text=", ".join(in_text), in_column=column.written)
    return [value for value in kept if value is not column], said


def are_paragraphs(cells: Sequence[RawCell]) -> bool:
    """Return whether all cells are numbers such as "45.1". The number 45.1 of Excel may be 45.10, unless they all go up."""
    parts = [[*map(int, cell.text.split("."))] for cell in cells if re.fullmatch(r"\d{1,3}\.\d{1,3}", cell.text)]
    is_text = all(cell.kind is CellKind.TEXT for cell in cells)
    goes_up = all(a < b for a, b in pairwise(parts)) and all(part[1] < 10 for part in parts)
    return 0 < len(parts) == len(cells) and (is_text or goes_up)


def _words_of_ticked_box(text: str) -> str:
    """Return the words after the ticked box of a cell such as "☐ Yes ☑ No"; the whole text if none or several are ticked."""
    boxes, marks = list(BOXES.finditer(text)), spreadsheet_words().marks
    ends = [*(box.start() for box in boxes[1:]), len(text)]
    ticked = [(box.end(), end) for box, end in zip(boxes, ends, strict=False) if box[0].casefold() in marks]
    return text[slice(*ticked[0])].strip(" ;,\n") if len(ticked) == 1 else text


def _code_of_similar_word(word: str, known: Mapping[str, str]) -> str:
    """Return the code of the known word that is most similar to a misspelt word; "" if none or several may be meant."""
    if len(word) < 5 or not known or len(word) > 200:
        return ""
    from rapidfuzz import fuzz, process  # imported here: most cells need no guess

    # words that are nearly the same in letters may say the opposite: "implemented" and "not implemented"
    near = process.extract(word, list(known), scorer=fuzz.ratio, score_cutoff=SIMILAR_ENOUGH, limit=3)
    found = [(name, score) for name, score, _index in near if _is_negated(name) == _is_negated(word)]
    codes = {known[name] for name, score in found if score >= found[0][1] - 2}
    return codes.pop() if len(codes) == 1 else ""


def _is_negated(words: str) -> bool:
    """Return whether words have a negation, in one of the languages of the vocabulary."""
    return re.search(r"(?<!\w)(?:not|no|un|не|нет|жок|эмес)|(?:бады|баган|беген|веген)", words) is not None


@dataclass(frozen=True, slots=True)
class UnclearCell:
    """A text in cells. `guess` is the guessed value, "" if it was not understood. Without `choices`, any value may be typed."""

    field: str
    written: str
    rows: tuple[int, ...]
    message: str
    choices: tuple[str, ...] = ()
    guess: str = ""

    @property
    def key(self) -> CellKey:
        """Return the key of these cells in the choices of the editor."""
        return (self.field, self.written)


def unclear_cells(result: SheetResult, vocabulary: ImportVocabulary) -> tuple[UnclearCell, ...]:
    """Return each unclear text once: first those not understood, then guesses of GUESSED_FIELDS, both by row."""
    cells = [
        UnclearCell(one.field, one.value, (one.row,), message=one.message, choices=one.choices)
        for one in result.problems
        if one.field in sheet_words.RECORDED_FIELDS and not one.is_left_out
    ]
    cells += [
        UnclearCell(value.field, value.written[:80], (row.number,), message="", guess=value.value)
        for row in result.rows
        for value in row.values
        if value.is_guess and value.field in GUESSED_FIELDS
    ]
    found: dict[CellKey, UnclearCell] = {}
    coded = {*sheet_words.CODE_FIELDS, *sheet_words.TAG_FIELDS_IN_SHEETS} - DATE_FIELDS
    for cell in cells:
        choices = cell.choices or (tuple(vocabulary.labels.get(cell.field, {})) if cell.field in coded else ())
        first = found.get(cell.key, replace(cell, rows=()))
        found[cell.key] = replace(first, rows=(*first.rows, *cell.rows), choices=choices)
    return tuple(found.values())


def settle_cells(result: SheetResult, chosen: Mapping[CellKey, str]) -> SheetResult:
    """Return the result with chosen values for unclear cells. "" leaves a cell out, but no field in SOURCE_FIELDS."""
    # without its committee or document a row would come under the one that was chosen for all
    chosen = {key: value for key, value in chosen.items() if value or key[0] not in sheet_words.SOURCE_FIELDS}
    if not chosen:
        return result
    problems = by_row(result.problems)
    rows = tuple(_settle_row(row, problems.get(row.number, ()), chosen) for row in result.rows)
    asked = ((p, chosen.get((p.field, p.value)) == "") for p in result.problems)
    # what an editor left out asks for nothing any more
    left = [replace(p, is_left_out=True, message="") if is_out else p for p, is_out in asked]
    left = [p for p in left if p.is_left_out or (p.field, p.value) not in chosen]
    left += [
        CellProblem(row.number, value.column, "", value=value.written[:80], field=value.field, is_left_out=True)
        for row in result.rows
        for value in row.values
        if value.is_guess and value.field in GUESSED_FIELDS and chosen.get((value.field, value.written[:80])) == ""
    ]
    return replace(result, rows=rows, problems=tuple(sorted(left, key=lambda problem: problem.row)))


def _settle_row(row: ImportedRow, problems: Iterable[CellProblem], chosen: Mapping[CellKey, str]) -> ImportedRow:
    """Return a row with the values that an editor chose for its unclear cells."""
    values = list(row.values)
    for place, value in enumerate(values):
        key = (value.field, value.written[:80])
        if value.is_guess and value.field in GUESSED_FIELDS and key in chosen:
            values[place] = replace(value, value=chosen[key], is_guess=False)
    unread = list(row.unread)
    for problem in problems:
        new = chosen.get((problem.field, problem.value))
        if new is None:
            continue
        is_tag = problem.field in sheet_words.TAG_FIELDS_IN_SHEETS
        # in our own export an empty cell is an edit, and tags that are known do not replace all of them
        if (new or not (row.id or is_tag)) and problem.field in unread:
            unread.remove(problem.field)
        known = [place for place, value in enumerate(values) if is_tag and value.column == problem.column]
        if new and known:  # the known tags of the cell
            codes = dict.fromkeys([*values[known[0]].value.split(SEPARATOR), new])
            values[known[0]] = replace(values[known[0]], value=SEPARATOR.join(codes))
        elif new:
            values.append(FieldValue(problem.field, new, problem.value, column=problem.column))
    values = [value for value in values if value.value]
    return replace(row, values=tuple(values), unread=tuple(unread))
