"""Find the rows with the headings of a table, and which field each column has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.i18n import Language
from tracker.importing.tables import vocabulary as sheet_words
from tracker.importing.tables.cell_values import ReferenceReader
from tracker.importing.tables.raw_tables import CellKind, RawCell, RawTable, column_letter
from tracker.importing.tables.results import Guess, MappingReason, SheetColumn, SheetKind, guess_about
from tracker.importing.tables.vocabulary import ImportVocabulary, normalize_words, own_headings, spreadsheet_words
from tracker.model.labels import N_

SEARCHED_ROWS = 30
"""In how many rows from the top the headings are looked for."""
_LONGEST_HEADING = 120
SIMILAR_HEADING = 85
SAMPLES = 3
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE = re.compile(r"\+?\d[\d\s()-]{8,17}\d")


@dataclass(frozen=True)
class FoundHeadings:
    """The headings of a table. `rows` are the numbers of their rows; `texts` has one text for each column."""

    kind: SheetKind
    rows: tuple[int, ...]
    texts: tuple[str, ...]
    score: int


def find_headings(table: RawTable, heading_row: int | None = None) -> FoundHeadings:
    """Return the headings of a table: the row with the most known ones, and the row below if it has more.

    `heading_row` is the row that the editor chose. The score is 0 if no heading is known.
    """
    candidates = [heading_row] if heading_row else range(1, min(len(table.rows), SEARCHED_ROWS) + 1)
    best = max(candidates, key=lambda row: (_score(_texts(table, (row,))), -row), default=1)
    rows: tuple[int, ...] = (best,)
    # a double heading: the group is above ("Assessment" over "Status" and "Date")
    for pair, other, least in (((best, best + 1), best + 1, 2), ((best - 1, best), best - 1, 1)):
        cells = [cell for cell in table.rows[other - 1] if cell.text] if 1 <= other <= len(table.rows) else []
        if not cells or any(cell.kind is not CellKind.TEXT or len(cell.text) > 60 for cell in cells):
            continue
        more = _score(_texts(table, (other,))) >= least and _score(_texts(table, pair)) > _score(_texts(table, rows))
        # a cell that is merged down into the second row: both rows are headings
        if more or any(part.first_row == pair[0] and part.last_row == pair[1] for part in table.merged):
            rows = pair
            break
    texts = _texts(table, rows)
    known = {normalize_words(text) for text in texts}
    ours = [own_headings()[word] for word in known if word in own_headings()]
    is_ours = "id" in ours and (len(ours) >= 4 or "version" in ours)
    kind = SheetKind.OWN_EXPORT if is_ours else SheetKind.OTHER
    return FoundHeadings(kind, rows, texts, score=_score(texts))


def _texts(table: RawTable, rows: tuple[int, ...]) -> tuple[str, ...]:
    """Return the heading of each column. Of a double heading, both are joined with " / "."""
    merged = {
        (row, column): table.cell(part.first_row, part.first_column).text
        for part in table.merged
        if any(part.first_row <= row <= part.last_row for row in rows)
        for row in range(part.first_row, part.last_row + 1)
        if row in rows
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
    return len({known[word] for text in texts for word in _parts(text) if word in known})


def _parts(heading: str) -> list[str]:
    """Return the words by which a heading may be known: all of it, then each half of a double heading, the lower first."""
    without_language, _language = _split_language(heading)
    halves = [half for half in heading.split(" / ") if half]
    parts = [normalize_words(heading), without_language, *(normalize_words(half) for half in reversed(halves))]
    parts += [normalize_words(half) for half in re.split(r"[/(|\n]", heading)]
    return [part for part in dict.fromkeys(parts) if part]


def map_columns(
    table: RawTable, found: FoundHeadings, vocabulary: ImportVocabulary, *, chosen: Mapping[str, str]
) -> tuple[SheetColumn, ...]:
    """Return the columns with their fields.

    `chosen` maps letter of a column → the field that the editor chose, "" for none. A column that may hold contacts of
    people has no field, also if the editor chose one.
    """
    body = table.rows[max(found.rows) :]
    width = max([len(found.texts), *(len(row) for row in body[:200])], default=0)
    columns: list[SheetColumn] = []
    references = ReferenceReader(vocabulary)
    named = {vocabulary.code("status", text.rpartition(" / ")[2]) for text in found.texts} - {""}
    for place in range(width):
        heading = found.texts[place] if place < len(found.texts) else ""
        cells = [row[place] for row in body if place < len(row) and row[place].text]
        column = SheetColumn(column_letter(place + 1), heading[:_LONGEST_HEADING], "", reason=MappingReason.UNKNOWN)
        if not cells and not heading:
            continue
        if _is_private(heading, cells):
            columns.append(replace(column, reason=MappingReason.PRIVATE))
            continue
        column = replace(column, samples=tuple(cell.text[:80] for cell in cells[:SAMPLES]))
        mapped = _with_field(column, found.kind, vocabulary, chosen=chosen, has_boxes=len(named) > 1)
        if mapped.reason is not MappingReason.CHOSEN and found.kind is SheetKind.OTHER:
            mapped = _as_reference(mapped, cells, references)
        columns.append(mapped)
    return _without_doubles(columns)


def _with_field(
    column: SheetColumn, kind: SheetKind, vocabulary: ImportVocabulary, *, chosen: Mapping[str, str], has_boxes: bool
) -> SheetColumn:
    """Return the column with its field. If several headings are statuses (`has_boxes`), they stand above check boxes."""
    if column.letter in chosen:
        field, _at, language = chosen[column.letter].partition("@")
        reason = MappingReason.CHOSEN if field else MappingReason.LEFT_OUT
        return replace(column, field=field, reason=reason, language=language)
    if kind is SheetKind.OWN_EXPORT and (code := own_headings().get(normalize_words(column.heading))):
        return replace(column, field=code, reason=MappingReason.EXACT)
    _rest, language = _split_language(column.heading)
    words = spreadsheet_words()
    known = words.headings
    if code := vocabulary.code("status", column.heading.rpartition(" / ")[2]):
        samples = {sample.casefold() for sample in column.samples}
        if has_boxes or (samples and samples <= words.marks | words.no_marks):
            return replace(column, field=f"status:{code}", reason=MappingReason.CHECK_BOX)
        known = {**known, normalize_words(column.heading): "status"}
    for part in _parts(column.heading):
        if part in known and (known[part] != "state" or part == normalize_words(column.heading)):
            return replace(column, field=known[part], reason=MappingReason.EXACT, language=language)
    if field := _similar_heading(normalize_words(column.heading)):
        return replace(column, field=field, reason=MappingReason.SIMILAR, language=language)
    return column


def _as_reference(column: SheetColumn, cells: list[RawCell], references: ReferenceReader) -> SheetColumn:
    """Return the column as one of references if most of its cells are such, however it is headed."""
    if column.reason is MappingReason.LEFT_OUT or column.field in sheet_words.SOURCE_FIELDS:
        return column
    found = [references.read(cell.text) for cell in cells[:200]]
    if not found or 2 * sum(one.is_complete and one.is_clear for one in found) <= len(found):
        return column
    return replace(column, field="reference", reason=MappingReason.SIMILAR, language="")


def _similar_heading(words: str) -> str:
    """Return the field whose heading is contained in `words` or is misspelt there, or "". The longest heading wins."""
    if re.search(r"\b(?:id|ид)\b", words):
        return ""  # "Recommendation ID" has no words of a recommendation
    # a heading in which "State" is one word of several is seldom the name of a State
    known = {word: field for word, field in spreadsheet_words().headings.items() if field != "state"}
    inside = [word for word in known if len(word) >= 4 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", words)]
    if inside:
        return known[max(inside, key=len)]
    if len(words) < 5:
        return ""
    from rapidfuzz import fuzz, process

    found = process.extractOne(words, list(known), scorer=fuzz.ratio, score_cutoff=SIMILAR_HEADING)
    return known[found[0]] if found else ""


def _split_language(heading: str) -> tuple[str, str]:
    """Return a normalized heading without the language that it names, and the code of this language, "" if none."""
    words = normalize_words(heading)
    for word, code in sorted(spreadsheet_words().languages.items(), key=lambda item: -len(item[0])):
        for affix, is_there in ((f" {word}", words.endswith), (f"{word} ", words.startswith)):
            if is_there(affix):
                return words.replace(affix, "", 1).strip(), code
    return words, ""


def _is_private(heading: str, cells: list[RawCell]) -> bool:
    """Return whether a column may hold names or contacts of people, by its heading or by its cells."""
    if spreadsheet_words().private.search(normalize_words(heading)):
        return True
    texts = [cell.text for cell in cells[:200] if cell.kind in (CellKind.TEXT, CellKind.NUMBER)]
    short = [text for text in texts if len(text) <= 200]  # a long one is no contact, and the patterns would take long
    phones = (PHONE.fullmatch(text.strip()) and sum(letter.isdecimal() for letter in text) >= 9 for text in short)
    contacts = sum(bool(is_phone or EMAIL.search(text)) for is_phone, text in zip(phones, short, strict=True))
    return contacts * 2 > len(texts)


def _without_doubles(columns: list[SheetColumn]) -> tuple[SheetColumn, ...]:
    """Return the columns so that each field, in each language, is in one column: chosen, then exact, then similar."""
    order = [MappingReason.CHOSEN, MappingReason.EXACT, MappingReason.CHECK_BOX, MappingReason.SIMILAR]
    taken: dict[tuple[str, str], str] = {}
    for column in sorted((c for c in columns if c.field), key=lambda c: order.index(c.reason)):
        taken.setdefault((column.field, column.language), column.letter)
    return tuple(
        replace(c, field="", reason=MappingReason.DOUBLE) if c.field and taken[c.field, c.language] != c.letter else c
        for c in columns
    )


_GUESSES = {
    MappingReason.PRIVATE: N_("Not read: the column may hold names or contacts of people."),
    MappingReason.SIMILAR: N_("The heading was read as “{field}”."),
    MappingReason.CHECK_BOX: N_("The column was read as a check box of the status."),
    MappingReason.DOUBLE: N_("Not read: another column has this field already."),
    MappingReason.UNKNOWN: N_("Not read: the heading is not known. Choose a field for it if it is needed."),
}


def mapping_guesses(columns: tuple[SheetColumn, ...], labels: Mapping[str, str], language: Language) -> list[Guess]:
    """Return what was guessed about the columns, as sentences. `labels` maps code of a field → its name for people."""
    named = ((column, labels.get(column.field.partition(":")[0], column.field)) for column in columns)
    told = ((column, _GUESSES[column.reason], name) for column, name in named if column.reason in _GUESSES)
    return [guess_about(language.gettext(words, field=name), column=column) for column, words, name in told]
