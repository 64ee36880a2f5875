"""Read a spreadsheet (.xlsx or .csv): find its headings, give each column a field, and read the rows.

`read_spreadsheet` needs only its arguments, and its result can be pickled, so it can run in a process of its own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice, pairwise

from tracker.i18n import LANGUAGES, Language
from tracker.importing.symbols_and_changes import match_symbol
from tracker.importing.tables import cell_values, results
from tracker.importing.tables import raw_tables as raw
from tracker.importing.tables import vocabulary as sheet_words
from tracker.importing.tables.cell_values import (
    DATE_FIELDS,
    DAY_AND_MONTH,
    LINK,
    CellReader,
    Reference,
    ReferenceReader,
)
from tracker.importing.tables.raw_tables import CellKind, RawCell, RawTable, column_number
from tracker.importing.tables.results import CellProblem, FieldValue, Guess, ImportedRow, SheetColumn, SheetKind
from tracker.importing.tables.vocabulary import ImportVocabulary, normalize_words, own_headings, spreadsheet_words
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.localized_text import language_of_letters
from tracker.sandbox.kinds import is_zip
from tracker.sandbox.limits import TABLE, FileLimits, Stopwatch, check_file_size
from tracker.validation.state_party import country_in

MAX_REPORTED = 1_000
"""The largest number of problems, and of guesses, in a result."""
_SYMBOL_ABOVE = re.compile(r"(?<!\S)(?=\S*\d)[A-Z]{1,6}(?:\.\d\d?)?(?:/[A-Z0-9][A-Z0-9.-]*){2,5}(?<![.-])")
REFERRING_FIELDS = ("reference", "symbol", "document", "body", "paragraph", "number", "source_link")
"""The fields whose cells may name document, committee and paragraph in one text."""
_WHOSE = {*sheet_words.SOURCE_FIELDS, "organisation", "paragraph", "document_date"}
_NO_COLUMN = N_(
    "No column was recognised. The first row should name the columns: download the template and copy your rows into it."
)
MAX_MERGED_CELLS = 100_000
ESCAPED = re.compile(r"(^|[;\t\r\n])'(?=\s*[=+\-@＝＋－﹣−＠])|^'(?=[\t\r\n])")
_Reason = results.MappingReason
SEARCHED_ROWS = 30
"""The number of rows, from the top, in which the headings are searched."""
_LONGEST_HEADING = 120
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class SheetChoices:
    """What an editor corrected; what is missing is guessed.

    `fields` maps the letter of a column → its field, such as "title@ru", or "" if the column is left out.
    """

    sheet: str = ""
    heading_row: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def read_spreadsheet(
    data: bytes,
    vocabulary: ImportVocabulary,
    language: Language,
    *,
    choices: SheetChoices | None = None,
    limits: FileLimits = TABLE,
) -> results.SheetResult:
    """Return what one sheet says: the chosen one, or else the one with the most known headings.

    Raise UnusableFile if the file cannot be read, or if no heading is known and neither columns nor row are chosen.
    """
    choices = choices or SheetChoices()
    watch = Stopwatch(limits.seconds)
    check_file_size(len(data), limits)
    tables, hidden_sheets = (raw.read_workbook if is_zip(data) else raw.read_csv)(data, limits, language)
    if not (tables := [table for table in tables if table.rows]):
        raise UnusableFile(N_("There is no table in this file: all sheets that can be read are empty."))
    named = [table for table in tables if table.name == choices.sheet] if choices.sheet else tables
    headed = [(table, find_headings(table, choices.heading_row)) for table in named or tables]
    table, found = max(headed, key=lambda pair: pair[1].score)
    if found.score == 0 and not choices.fields and choices.heading_row is None:
        raise UnusableFile(_NO_COLUMN)
    columns = map_columns(table, found, vocabulary, chosen=choices.fields)
    reader = _RowReader(table, found, columns, cells=CellReader(vocabulary, language))
    for number in range(max(found.rows) + 1, len(table.rows) + 1):
        watch.check()
        reader.read_row(number)
    reader.report_rows_without_source()
    hidden = ", ".join(name[:60] for name in hidden_sheets[:10])
    guesses = [
        *([Guess(language.gettext("Hidden sheets were not read: {names}.", names=hidden))] if hidden else []),
        *table.notes,
        *reader.table_notes(),
        *_mapping_guesses(columns, language),
        *reader.guesses,
    ]
    return results.SheetResult(
        kind=found.kind,
        sheet=table.name,
        columns=columns,
        rows=tuple(reader.rows),
        problems=tuple(sorted(reader.problems, key=lambda problem: problem.row)[:MAX_REPORTED]),
        guesses=tuple(sorted(guesses, key=lambda guess: guess.row)[:MAX_REPORTED]),
        other_sheets=tuple(other.name for other in tables if other is not table),
        comments=table.comments,
        links=tuple(reader.links_left_out()) if found.kind is SheetKind.OTHER else (),
    )


@dataclass(frozen=True)
class FoundHeadings:
    """The headings of a table: their one or two rows, and a text for each column. `score` is the number of fields named."""

    kind: SheetKind
    rows: tuple[int, ...]
    texts: tuple[str, ...]
    score: int


def find_headings(table: RawTable, heading_row: int | None = None) -> FoundHeadings:
    """Return the one or two rows that name the most fields. The score is 0 if no heading is known."""
    candidates = [heading_row] if heading_row else range(1, min(len(table.rows), SEARCHED_ROWS) + 1)
    best = max(candidates, key=lambda row: (_score(_heading_texts(table, (row,))), -row), default=1)
    rows: tuple[int, ...] = (best,)
    # a double heading: the group is above ("Assessment" over "Status" and "Date")
    for pair, other, least in (((best, best + 1), best + 1, 2), ((best - 1, best), best - 1, 1)):
        cells = [cell for cell in table.rows[other - 1] if cell.text] if 1 <= other <= len(table.rows) else []
        if not cells or any(cell.kind is not CellKind.TEXT or len(cell.text) > 60 for cell in cells):
            continue
        alone, both, before = (_score(_heading_texts(table, numbers)) for numbers in ((other,), pair, rows))
        # a cell that is merged down into the second row: both rows are headings
        is_better = alone >= least and both > before
        if is_better or any(part.first_row == pair[0] and part.last_row == pair[1] for part in table.merged):
            rows = pair
            break
    texts = _heading_texts(table, rows)
    known = {normalize_words(text) for text in texts}
    ours = [own_headings()[word] for word in known if word in own_headings()]
    is_ours = "id" in ours and (len(ours) >= 4 or "version" in ours)
    kind = SheetKind.OWN_EXPORT if is_ours else SheetKind.OTHER
    return FoundHeadings(kind, rows, texts, score=_score(texts))


def _heading_texts(table: RawTable, rows: tuple[int, ...]) -> tuple[str, ...]:
    """Return the heading of each column. The texts of several rows are joined with " / "."""
    merged = {
        (row, column): table.cell(part.first_row, part.first_column).text
        for part in table.merged
        for row in rows
        if part.first_row <= row <= part.last_row
        for column in range(part.first_column, min(part.last_column, 200) + 1)
    }
    spanned = (column for (_row, column), text in merged.items() if text and len(rows) > 1)
    width = max([*(len(table.rows[row - 1]) for row in rows), *spanned], default=0)
    texts = []
    for column in range(1, width + 1):
        parts = [merged.get((row, column)) or table.cell(row, column).text for row in rows]
        texts.append(" / ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part)))
    return tuple(texts)


def _score(texts: tuple[str, ...]) -> int:
    if any(len(text) > _LONGEST_HEADING for text in texts):
        return 0
    known = {**own_headings(), **spreadsheet_words().headings}
    return len({known[word] for text in texts for word in _words_to_look_up(text) if word in known})


def _words_to_look_up(heading: str) -> list[str]:
    """Return the normalized words by which a heading may be known: first the whole heading, then its parts."""
    without_language, _language = sheet_words.split_language(heading)
    halves = [*reversed(heading.split(" / ")), *re.split(r"[/(|\n]", heading)]
    parts = [normalize_words(heading), without_language, *map(normalize_words, halves)]
    bare = (spreadsheet_words().qualifiers.sub("", part) for part in parts)
    return [part for part in dict.fromkeys([*parts, *bare]) if part]


def map_columns(
    table: RawTable, found: FoundHeadings, vocabulary: ImportVocabulary, *, chosen: Mapping[str, str]
) -> tuple[SheetColumn, ...]:
    """Return the columns that have a heading or a value, each with its field, in the order of the table.

    A column that may hold names or contacts of people never gets a field, even if the editor chose one. Of a column
    without a field, cells that name an organisation of the tracker are read: they may say whose the assessment is.
    """
    body = table.rows[max(found.rows) :]
    width = max([len(found.texts), *(len(row) for row in body[:200])], default=0)
    columns, letters = list[SheetColumn](), dict[str, str]()
    references = ReferenceReader(vocabulary)
    hidden = table.hidden_columns if found.kind is SheetKind.OTHER else ()
    named = {vocabulary.code("status", text.rpartition(" / ")[2]) for text in found.texts} - {""}
    known = {spreadsheet_words().headings.get(normalize_words(text)) for text in found.texts}
    is_upr = bool(known & {"response", "recommending_states"}) and "paragraph" not in known
    for place in range(width):
        heading = found.texts[place] if place < len(found.texts) else ""
        cells = [row[place] for row in body if place < len(row) and row[place].text]
        column = SheetColumn(raw.column_letter(place + 1), heading[:_LONGEST_HEADING], "", reason=_Reason.UNKNOWN)
        if not cells and not heading:
            continue
        if cell_values.is_private_column(heading, cells):
            columns.append(_as_names_column(replace(column, reason=_Reason.PRIVATE), cells, vocabulary))
            continue
        column = replace(column, samples=tuple(cell.text[:80] for cell in cells[:SAMPLES]))
        mapped = _with_field(column, found.kind, vocabulary, chosen=chosen, has_boxes=len(named) > 1)
        is_chosen = mapped.reason in (_Reason.CHOSEN, _Reason.LEFT_OUT)
        if word := sheet_words.speaker_of_column(heading, mapped.field, is_chosen=is_chosen):
            columns.append(replace(column, reason=_Reason(word)))
            continue
        if is_upr and mapped.field == "number" and cell_values.are_paragraphs(cells):
            mapped = replace(mapped, field="paragraph", reason=_Reason.SIMILAR)
        if mapped.reason is not _Reason.CHOSEN and found.kind is SheetKind.OTHER:
            mapped = _as_reference_column(mapped, cells, references)
        is_recorded = mapped.field.partition(":")[0] in sheet_words.RECORDED_FIELDS - _WHOSE
        if is_recorded and place + 1 in hidden and mapped.reason is not _Reason.CHOSEN:
            columns.append(replace(column, reason=_Reason.HIDDEN))
            continue
        columns.append(_as_names_column(mapped, cells, vocabulary))
        if mapped.field in sheet_words.SHEET_TEXTS:
            letters[column.letter] = language_of_letters(" ".join(cell.text[:500] for cell in cells[:50]))
    return _without_repeated_fields(columns, letters)


def _with_field(
    column: SheetColumn, kind: SheetKind, vocabulary: ImportVocabulary, *, chosen: Mapping[str, str], has_boxes: bool
) -> SheetColumn:
    """Return the column with its field, or unchanged if its heading is not known."""
    if column.letter in chosen:
        field, _at, language = chosen[column.letter].partition("@")
        reason = _Reason.CHOSEN if field else _Reason.LEFT_OUT
        return replace(column, field=field, reason=reason, language=language)
    if kind is SheetKind.OWN_EXPORT and (code := own_headings().get(normalize_words(column.heading))):
        return replace(column, field=code, reason=_Reason.EXACT)
    _rest, language = sheet_words.split_language(column.heading)
    words = spreadsheet_words()
    known = words.headings
    if code := vocabulary.code("status", column.heading.rpartition(" / ")[2]):
        samples = {sample.casefold() for sample in column.samples}
        if has_boxes or (samples and samples <= words.marks | words.no_marks):
            return replace(column, field=f"status:{code}", reason=_Reason.CHECK_BOX)
        known = {**known, normalize_words(column.heading): "status"}
    if sheet_words.mean_several(column.heading):
        return replace(column, reason=_Reason.EITHER)
    for part in _words_to_look_up(column.heading):
        if part in known and (known[part] != "state" or part == normalize_words(column.heading)):
            return replace(column, field=known[part], reason=_Reason.EXACT, language=language)
    if field := sheet_words.field_of_similar_heading(normalize_words(column.heading)):
        return replace(column, field=field, reason=_Reason.SIMILAR, language=language)
    return column


def _as_reference_column(column: SheetColumn, cells: list[RawCell], references: ReferenceReader) -> SheetColumn:
    """Give the column the field "reference" if most of its first 200 cells are clear references. Return the column."""
    if column.reason is _Reason.LEFT_OUT or column.field in sheet_words.SOURCE_FIELDS:
        return column
    by_number = column.field in ("", *sheet_words.WORDS_OF_RECORD)  # "R1" is no text of a recommendation
    known = partial(references.vocabulary.recommendation, by_number=by_number)
    found = [(references.read(cell.text), known(cell.text)) for cell in cells[:200]]
    if not found or 2 * sum(bool(id) or (one.is_complete and one.is_clear) for one, id in found) <= len(found):
        return column
    return replace(column, field="reference", reason=_Reason.SIMILAR, language="")


def _as_names_column(column: SheetColumn, cells: list[RawCell], vocabulary: ImportVocabulary) -> SheetColumn:
    """Give a column without a field, which the editor did not leave out, the field "organisation" if a cell names one."""
    is_open = not column.field and column.reason is not _Reason.LEFT_OUT
    if not is_open or not any(vocabulary.names_organisation(cell.text) for cell in cells):
        return column
    return replace(column, field="organisation", reason=_Reason.NAMES, language="")


def _without_repeated_fields(columns: list[SheetColumn], letters: Mapping[str, str]) -> tuple[SheetColumn, ...]:
    """Return the columns in their order. Of columns with the same field and language, only the surest keeps the field.

    The language is that of the heading, and that of the `letters` in the column. Of known headings, the one that stands
    first in vocabulary.yaml is the surest.
    """
    order = [_Reason.CHOSEN, _Reason.EXACT, _Reason.CHECK_BOX, _Reason.SIMILAR]
    taken, doubles = set[tuple[str, str]](), list[SheetColumn]()
    single = [c for c in columns if c.field and c.reason is not _Reason.NAMES]
    known = {word: place for place, word in enumerate(spreadsheet_words().headings)}
    places = {c.letter: known.get(normalize_words(c.heading), len(known)) for c in single}
    for column in sorted(single, key=lambda c: (order.index(c.reason), places[c.letter])):
        names = {(column.field, code) for code in (column.language, column.language or letters.get(column.letter, ""))}
        doubles += [column] if names & taken else []
        taken |= set() if names & taken else names
    return tuple(replace(c, field="", reason=_Reason.DOUBLE) if c in doubles else c for c in columns)


_GUESSES = {
    _Reason.PRIVATE: N_("Not read: the column may hold names or contacts of people."),
    _Reason.SIMILAR: N_("The heading was read as “{field}”."),
    _Reason.CHECK_BOX: N_("The column was read as a check box of the status."),
    _Reason.HIDDEN: N_("Not read: the column is hidden in Excel. Choose a field for it if it may be published."),
    _Reason.DOUBLE: N_("Not read: another column has this field already."),
    **{_Reason(code): told for code, told in sheet_words.WORDS_OF_OTHERS.items()},
    _Reason.EITHER: N_("Not read: the heading may mean several fields. Choose the one that is meant."),
    _Reason.NAMES: N_(
        "Cells here name organisations of this tracker: the assessments in their rows are taken for theirs."
    ),
    _Reason.UNKNOWN: N_("Not read: the heading is not known. Choose a field for it if it is needed."),
}


def _mapping_guesses(columns: tuple[SheetColumn, ...], language: Language) -> list[Guess]:
    """Return a guess for each column that was not read or has a guessed field. Columns that the editor left out have none."""
    labels = sheet_words.field_labels(language)
    named = ((column, labels.get(column.field.partition(":")[0], column.field)) for column in columns)
    told = ((column, _GUESSES[column.reason], name) for column, name in named if column.reason in _GUESSES)
    return [Guess(language.gettext(words, field=name), column=column.letter) for column, words, name in told]


class _RowReader:
    """Reads rows from top to bottom. A heading inside the table can give the source and the State of the rows below."""

    def __init__(
        self, table: RawTable, found: FoundHeadings, columns: Sequence[SheetColumn], cells: CellReader
    ) -> None:
        self.table, self.found, self.cells = table, found, cells
        self.vocabulary, self.language = cells.vocabulary, cells.language
        self.columns = {column_number(column.letter): column for column in columns if column.field}
        self.references, self.other_headings = ReferenceReader(self.vocabulary), 0
        self.rows: list[ImportedRow] = []
        self.has_words = False
        self.problems: list[CellProblem] = []
        self.guesses: list[Guess] = []
        self.first_rows: dict[tuple[str, ...], int] = {}
        # (row, column) of the cells below the first one of a merged range → what the first one says
        below = (
            ((row, part.first_column), table.cell(part.first_row, part.first_column))
            for part in table.merged
            for row in range(max(part.first_row, *found.rows) + 1, part.last_row + 1)
        )
        self.merged = dict(islice(below, MAX_MERGED_CELLS))
        in_one_row = [part for part in table.merged if part.first_row == part.last_row]
        self.wide_rows = {part.first_row for part in in_one_row if part.last_column > part.first_column}
        self.month_first = {number: self._is_month_first(number, column) for number, column in self.columns.items()}
        texts = {place: column for place, column in self.columns.items() if column.field in sheet_words.SHEET_TEXTS}
        self.text_languages = {n: column.language or self._guess_language(n) for n, column in texts.items()}
        above = (cell.text for row in table.rows[: min(found.rows) - 1] for cell in row)
        titles = [text[: cell_values.LONGEST_REFERENCE] for text in (table.name, *above) if text]
        titles = titles if found.kind is SheetKind.OTHER else []
        # the committee that the name of the sheet or the rows above the headings name, if it is only one
        bodies = {body: text for text in titles for body in self.references.bodies_in(text)}
        self.section = tuple(FieldValue("body", *one) for one in bodies.items()) if len(bodies) == 1 else ()
        self.state = next(filter(None, map(country_in, titles)), "")

    def _cells_below_headings(self, column: int) -> Iterator[RawCell]:
        return (self.table.cell(row, column) for row in range(max(self.found.rows) + 1, len(self.table.rows) + 1))

    def _guess_language(self, column: int) -> str:
        """Return the code of the language of the first 50 cells of a column, or ""."""
        return language_of_letters(" ".join(cell.text[:500] for cell in islice(self._cells_below_headings(column), 50)))

    def _is_month_first(self, number: int, column: SheetColumn) -> bool | None:
        """Return whether the month comes before the day in the dates of a column, None if they do not show it."""
        if column.field not in DATE_FIELDS:
            return None
        found = [match for cell in self._cells_below_headings(number) if (match := DAY_AND_MONTH.fullmatch(cell.text))]
        shown = {int(match[2]) > 12 for match in found if int(match[1]) > 12 or int(match[2]) > 12}
        return shown.pop() if len(shown) == 1 else None

    def table_notes(self) -> Iterator[Guess]:
        """Yield guesses about the heading rows, the languages of columns, and whether the day or the month comes first."""
        _ = self.language.gettext
        first = min(self.found.rows)
        if any(cell.text for row in self.table.rows[: first - 1] for cell in row):
            yield Guess(_("The headings were taken from row {row}. The rows above were not read.", row=first))
        above = " ".join([self.table.name, *(cell.text[:500] for row in self.table.rows[: first - 1] for cell in row)])
        if named := dict.fromkeys(_SYMBOL_ABOVE.findall(above)):
            told = _("Above the headings the file names {symbols}. Is this the document that you choose?")
            yield Guess(told.format(symbols=", ".join(named)))
        if len(self.found.rows) > 1:
            yield Guess(_("Two rows were read as headings: {rows}.", rows=" + ".join(map(str, self.found.rows))))
        for number, column in self.columns.items():
            language = self.text_languages.get(number, "")
            if language and not column.language and self.found.kind is not SheetKind.OWN_EXPORT:
                told = N_("The texts were taken to be in this language: {language}.")
                name = self.language.language_name(language)
                yield Guess(_(told, language=name), column=column.letter)
            if self.month_first[number] is True:
                yield Guess(_("In these dates the month was read before the day."), column=column.letter)
            elif self.month_first[number] is False:
                yield Guess(_("In these dates the day was read before the month."), column=column.letter)

    def read_row(self, number: int) -> None:
        """Add row `number` to `rows`, or a problem to `problems` if it is no recommendation. Skip an empty row."""
        _ = self.language.gettext
        cells = {place: self.table.cell(number, place) for place in self.columns}
        cells = {n: cell if cell.text else self.merged.get((number, n), cell) for n, cell in cells.items()}
        own = [cell for cell in self.table.rows[number - 1] if cell.text]
        no_marks = spreadsheet_words().no_marks
        # a check box, and a mark for "no", says nothing
        if all(cell.kind is CellKind.FLAG or cell.text.casefold() in no_marks for cell in own):
            return
        kind = next((cells[place].text for place, column in self.columns.items() if column.field == "kind"), "")
        states = [place for place, column in self.columns.items() if column.field == "state"]
        placed = enumerate(self.table.rows[number - 1], 1)
        others = [cell for place, cell in placed if cell.text and place not in states]
        heading = (others or own)[0].text if len(own) == 1 or len(others) == 1 else ""
        if left_out := self._reason_left_out(number, own, kind, heading=heading):
            named = self.references.read(heading)
            if named.symbol or named.body:
                self.section = self._values_of_source(named, heading)
            symbol = match_symbol(named.symbol)
            self.state = country_in(heading) or (symbol and symbol["country"]) or self.state
            self._refuse_row(number, own, left_out)
            return
        if number in self.table.hidden_rows:
            self.guesses.append(Guess(_("The row is hidden in Excel. It was read."), number))
        self.has_words = any(cells[n].text for n, c in self.columns.items() if c.field in sheet_words.WORDS_OF_RECORD)
        read = (self._values_of_cell(number, column, cells[place]) for place, column in self.columns.items())
        values, doubt = cell_values.without_doubtful_states(chain.from_iterable(read), self.language)
        if doubt:
            self._add_problem(number, None, doubt)
        self._ask_about_boxes(number, cells)
        if not any(value.field in ("symbol", "document", "body", "recommendation") for value in values):
            values += [value for value in self.section if value.field != "paragraph"]
        if self.state and not any(value.field == "state" for value in values):
            values.append(FieldValue("state", self.state, self.state))
        unread = {problem.column for problem in self.problems if problem.row == number and not problem.is_left_out}
        row = ImportedRow(number, tuple(values))
        row = replace(
            row,
            values=tuple(value for value in values if value.field not in ("id", "version", "number")),
            id=row.value("id"),
            version=row.value("version"),
            unread=tuple(c.field.partition(":")[0] for c in self.columns.values() if c.letter in unread),
        )
        if not row.id and not any(map(row.value, (*sheet_words.WORDS_OF_RECORD, "paragraph", "recommendation"))):
            self._refuse_row(number, own, _(sheet_words.HOW_TO_NAME))
            return
        named_by = ("symbol", "document", "paragraph", "text", "title")
        key = (row.id,) if row.id else tuple(row.value(name) for name in named_by)
        if key in self.first_rows and (row.id or any(key[3:])):
            self._add_problem(number, None, _("This row repeats row {row}.", row=self.first_rows[key]))
        self.first_rows.setdefault(key, number)
        self.rows.append(row)

    def report_rows_without_source(self) -> None:
        """Add a problem for each row without a source, if a column gives each source only once, in the first of several rows."""
        _ = self.language.gettext
        message = _("The row names no source. Write “{above}” in it if it is that of the row above.")
        sources = {*sheet_words.SOURCE_FIELDS, "recommendation"} - {"state"}
        above: dict[int, str] = {}
        for place in (place for place, column in self.columns.items() if column.field in sources):
            written = [self.table.cell(row.number, place).text for row in self.rows]
            filled = [n for n, text in enumerate(written) if text] or [0]
            is_repeated = any(a == b for a, b in pairwise(written) if a)
            is_once = not is_repeated and "" in written[filled[0] : filled[-1]]
            last = ""
            for row, text in zip(self.rows, written, strict=True) if is_once else ():
                if last and not sources & {*row.unread, *(value.field for value in row.values)}:
                    above.setdefault(row.number, last[:80])
                last = text or last
        for number, text in above.items():
            self._add_problem(number, None, message.format(above=text))

    def _reason_left_out(self, number: int, own: list[RawCell], kind: str, *, heading: str) -> str:
        """Return a sentence that says why a row is no recommendation, or "" if it may be one."""
        _ = self.language.gettext
        first = normalize_words(own[0].text)
        if sheet_words.is_concern(kind):
            return _("Left out: the row is no recommendation, but: {kind}.", kind=kind[:80])
        totals = spreadsheet_words().totals
        word = re.sub(r"[\d\s]+$", "", first)
        rest = [cell for cell in own[1:] if cell.kind not in (CellKind.NUMBER, CellKind.FORMULA)]
        if (word in totals or first.partition(" ")[0] in totals) and all(len(cell.text) < 25 for cell in rest):
            return _("Left out: the row is a total.")
        examples = (Language(code).gettext("Example: delete this row") for code in LANGUAGES)
        if first in map(normalize_words, examples):
            return _("Left out: the row is the example of the template.")
        known = spreadsheet_words().headings
        if tuple(cell.text for cell in own) == tuple(text for text in self.found.texts if text):
            self.other_headings = 0
            return _("Left out: the row repeats the headings.")
        if len(own) > 1 and all(normalize_words(cell.text) in known for cell in own):
            self.other_headings = number
        if self.other_headings:
            told = _("Left out: row {row} has other headings. Put this part of the sheet into a file of its own.")
            return told.format(row=self.other_headings)
        named = self.references.read(heading)
        is_wide = len(own) == 1 and (number in self.wide_rows or country_in(heading))
        if is_wide or named.symbol or named.body:
            return _("Left out: the row is a heading inside the table: “{text}”.", text=heading[:80])
        return ""

    def _values_of_cell(self, number: int, column: SheetColumn, cell: RawCell) -> Iterator[FieldValue]:
        """Yield the values of a cell, none for a check box of a status. Collect its problems and guesses."""
        _ = self.language.gettext
        place = column_number(column.letter)
        if not cell.text or column.field.startswith("status:"):
            return
        if column.reason is _Reason.NAMES and not self.vocabulary.names_organisation(cell.text):
            return
        if not self.table.cell(number, place).text:
            self.guesses.append(Guess(_("The value comes from a merged cell above."), number, column.letter))
        written, is_own = cell.text, self.found.kind is SheetKind.OWN_EXPORT
        if is_own and not self.table.name:  # CSV
            cell = replace(cell, text=ESCAPED.sub(r"\1", cell.text))
        if column.field == "status" and cell.kind is CellKind.FLAG:
            if cell.text != "TRUE":
                return
            cell = RawCell("yes", CellKind.TEXT)
        if not is_own and column.field in REFERRING_FIELDS and (named := self._values_of_reference(column, cell.text)):
            yield from named
            if column.field != "source_link" or not cell.link:
                return
        if column.field == "source_link" and not LINK.search(cell.text):
            cell = replace(cell, text=f"{cell.text} {cell.link}".strip())
        reading = self.cells.read(column.field, cell, month_first=self.month_first[place])
        if reading.problem:
            said = self.references.read(cell.text)
            # words in a column of links that name no document say nothing about where the row comes from
            is_out = column.field == "source_link" and not (is_own or said.symbol or said.body or said.several)
            add = partial(self._add_problem, number, column, reading.problem)
            add(value=written, choices=reading.choices, is_out=is_out)
        for word in reading.unknown:
            self._add_problem(number, column, self.cells.question_about(column.field, word), value=word)
        if reading.guess:
            self.guesses.append(Guess(reading.guess, number, column.letter))
        if reading.value:
            code, guess = self.text_languages.get(place, ""), bool(reading.guess)
            yield FieldValue(column.field, reading.value, written, column=column.letter, language=code, is_guess=guess)

    def links_left_out(self) -> Iterator[str]:
        """Yield the places of cells with a link that is not in their text and is not read, such as "B4"."""
        for number, row in enumerate(self.table.rows, 1):
            for place, cell in enumerate(row, 1):
                column = self.columns.get(place)
                is_read = column and column.field == "source_link" and not LINK.search(cell.text)
                if cell.link.rstrip("/") not in cell.text and not (is_read and number > max(self.found.rows)):
                    yield f"{raw.column_letter(place)}{number}"

    def _values_of_reference(self, column: SheetColumn, text: str) -> tuple[FieldValue, ...]:
        """Return the values in a cell that is a reference; () if the cell is to be read as a plain value of its field."""
        field = column.field
        # of a row with words, "R1" may be the number of another list
        if id := self.vocabulary.recommendation(text, by_number=not self.has_words and field != "source_link"):
            return (FieldValue("recommendation", id, text, column=column.letter),)
        if field != "reference" and (self.vocabulary.code(field, text) or match_symbol(text) or "://" in text):
            return ()
        found = self.references.read(text)
        values = self._values_of_source(found, text, letter=column.letter)
        if found.several and (field != "document" or found.several == field):
            return (*values, FieldValue("several", text, text))
        enough = {
            "paragraph": found.paragraph,
            "number": re.search(r"[^\W\d_]\W*\d|[^\W\d_]{2}|§", text) and found.paragraph,
            "source_link": found.is_complete,
        }
        return values if field == "reference" or enough.get(field, found.symbol or found.body) else ()

    def _values_of_source(self, found: Reference, text: str, letter: str = "") -> tuple[FieldValue, ...]:
        """Return the values in a reference. `letter` is the column of `text`, or "" if `text` is a heading."""
        values = {
            "symbol": self.vocabulary.code("symbol", found.symbol) or found.symbol,
            "document": "" if found.is_clear else text,
            "body": found.body,
            "paragraph": found.paragraph,
            "document_date": found.year,
        }
        return tuple(FieldValue(field, value, text, column=letter) for field, value in values.items() if value)

    def _ask_about_boxes(self, number: int, cells: Mapping[int, RawCell]) -> None:
        """Add a problem if there is a mark or a word in a check box of a status: it may say something else of the row."""
        _, words = self.language.gettext, spreadsheet_words()
        boxes = [(column, cells[place].text) for place, column in self.columns.items() if ":" in column.field]
        ticked = [(column, text) for column, text in boxes if text and text.casefold() not in words.no_marks]
        said = (c.heading if text.casefold() in words.marks else f"{c.heading}: {text[:40]}" for c, text in ticked)
        if names := ", ".join(said):
            told = N_("The box “{names}” is ticked. Is that its status, and which one?")
            told = told if len(ticked) == 1 else N_("More than one status is ticked: {names}.")
            self._add_problem(number, replace(ticked[0][0], field="status"), _(told, names=names), value=names)

    def _add_problem(
        self,
        number: int,
        column: SheetColumn | None,
        message: str,
        *,
        value: str = "",
        choices: tuple[str, ...] = (),
        is_out: bool = False,
    ) -> None:
        """Add a problem of a cell, or of the whole row if `column` is None."""
        letter, field = (column.letter, column.field) if column else ("", "")
        is_out |= bool(field) and field.partition(":")[0] not in sheet_words.RECORDED_FIELDS
        about = {"value": value[:80], "field": field}
        self.problems.append(CellProblem(number, letter, message, **about, choices=choices, is_left_out=is_out))

    def _refuse_row(self, number: int, own: list[RawCell], message: str) -> None:
        """Add a problem of the whole row, with the text of its cells as its value."""
        self._add_problem(number, None, message, value=" | ".join(cell.text for cell in own))
