"""Read OHCHR's thematic list of recommendations, a table in a .docx file: a row for each recommendation, with its themes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.importing.documents.docx_reader import read_docx_tables
from tracker.importing.documents.imported_document import (
    ImportNotice,
    SourceText,
    UprDocument,
    UprRecommendation,
    clean_text,
)
from tracker.importing.documents.upr.phrases import position_in
from tracker.importing.documents.upr.report_reader import own_words
from tracker.importing.recommending_states import state_code, states_in
from tracker.model.labels import N_
from tracker.model.localized_text import one_line

_NUMBER = re.compile(r"(?:Recommendation\s+)?(\d{1,3}\.\d{1,3}|\d{1,3}\s?\(\d{1,3}\)|\d{1,3}\.)\s*[.)]?\s+(?=\S)", re.I)
_DOTTED = re.compile(r"(\d{1,3}\.\d{1,3})\s*[.)]?\s+(?=\S)")
_SOURCE = re.compile(r"\s*Source of (?:the )?position\s*:?\s*([\s\S]*)$", re.I)
_HEAD = re.compile(r"UPR of (?:the )?(.+?)\s*\(\w+ Cycle\s*[–—-]\s*(\w+) session", re.I)
_PERSONS = re.compile(r"(?:affected persons|groups of persons)\s*:?\s*$", re.I)
_OTHER_HEAD = re.compile(r"sdgs?\s*:?\s*$", re.I)
_NO_NUMBER = N_("Row {row} has no number, so it was left out: “{words}…”")
_NO_STATE = N_("Row {row}, {number}: no recommending State is read.")
_OTHER_STATES = N_(
    "Row {row}, {number}: the text names “{in_text}”, the column “{in_column}”. No recommending State is read: enter it after "
    "the import."
)
_OUTSIDE = N_(
    "Only the table is read. Numbered text outside of it is not: {numbers}. Bring it in from a file without the table."
)
_NO_POSITION = N_("Row {row}, {number}: it has no position.")
_UNKNOWN_POSITION = N_("Row {row}, {number}: the position “{words}” is not understood.")
_DIFFERS = N_("The number {number} stands in several rows with different words (row {row}).")


def read_thematic_list(data: bytes, source: SourceText) -> UprDocument | None:
    """Return the list, or None if the file is another one."""
    for table in read_docx_tables(data):
        columns = _columns(table[0]) if table else {}
        texts = (
            [row[columns["text"]] for row in table[1:] if columns and len(row) > columns["text"] and len({*row}) > 1]
            if "text" in columns
            else []
        )
        is_numbered = 2 * sum(bool(_NUMBER.match(one_line(text))) for text in texts) > len(texts)
        if is_numbered and "position" in columns:
            found = _read_table(table[1:], columns, " ".join([*source.margins, *(b.text for b in source.blocks[:5])]))
            return replace(found, problems=(*_outside(table, source), *found.problems))
    return None


def _outside(table: Sequence[Sequence[str]], source: SourceText) -> list[ImportNotice]:
    """Return a notice if the file has numbered recommendations that are not in its table."""
    in_table = {number[1] for row in table for cell in row if (number := _DOTTED.match(one_line(cell)))}
    lines = (one_line(f"{block.label} {block.text}") for block in source.blocks)
    numbers = (_DOTTED.match(line) for line in lines if tuple(states_in(line)))
    outside = [number[1] for number in numbers if number and number[1] not in in_table]
    return [ImportNotice(_OUTSIDE, (("numbers", ", ".join(outside[:60])),))] if outside else []


def _columns(heads: Sequence[str]) -> dict[str, int]:
    names = {
        "text": r"recommendation\b(?!.*theme)",
        "states": r"recommending (?:states?|country)|(?:states?|country)$",
        "position": r"position",
        "themes": r"(?:full list of |human rights )?themes",
    }
    return {
        name: at
        for name, pattern in names.items()
        for at, head in reversed(list(enumerate(heads)))
        if re.match(pattern, one_line(head), re.I)
    }


def _read_table(rows: Sequence[Sequence[str]], columns: dict[str, int], front: str) -> UprDocument:
    found: dict[str, UprRecommendation] = {}
    problems: list[ImportNotice] = []
    sources: list[str] = []
    for row, cells in enumerate(rows, 2):
        if len(cells) <= max(columns["text"], columns["position"]) or len({*cells}) == 1:
            continue  # the title of a theme
        text = clean_text(cells[columns["text"]])
        said_of_it = one_line(cells[columns["position"]])
        if said := _SOURCE.search(text):
            sources.append(said[1])
        words = one_line(_SOURCE.sub("", text))
        number = _NUMBER.match(words)
        if not number:
            problems += [ImportNotice(_NO_NUMBER, (("row", str(row)), ("words", words[:60])))] if words else []
            continue
        own = own_words(words[number.end() :])
        in_text, in_column = tuple(states_in(own)), _states_of_cell(cells, columns)
        differ = bool(in_text and in_column) and {*map(state_code, in_text)} != {*map(state_code, in_column)}
        states = () if differ else in_text or in_column
        themes, persons = _themes(cells[columns["themes"]]) if "themes" in columns else ((), ())
        position = position_in(said_of_it)
        told = {
            _NO_STATE: not (states or differ),
            _OTHER_STATES: differ,
            _UNKNOWN_POSITION if said_of_it else _NO_POSITION: not position,
        }
        values = (
            *(("row", str(row)), ("number", number[1]), ("words", said_of_it)),
            *(("in_text", ", ".join(in_text)), ("in_column", ", ".join(in_column))),
        )
        problems += [ImportNotice(message, values) for message, is_so in told.items() if is_so]
        one = UprRecommendation(
            re.sub(r"\s+", " ", number[1]),
            number[1].partition(".")[0].partition("(")[0].strip(),
            own,
            recommenders=states,
            position=position,
            position_words=said_of_it,
            themes=themes,
            affected_persons=persons,
        )
        before = found.setdefault(one.key, one)
        if (before.text, before.position_words) != (one.text, one.position_words):
            problems.append(ImportNotice(_DIFFERS, (("number", number[1]), ("row", str(row)))))
    head = _HEAD.search(one_line(front))
    symbol = next((s[0] for one in sources if (s := re.search(r"A/HRC/\d+/\d+", one))), None)
    state, session = (head[1], head[2]) if head else ("", "")
    return UprDocument(
        "thematic-list", symbol, state, session=session, recommendations=tuple(found.values()), problems=tuple(problems)
    )


def _states_of_cell(cells: Sequence[str], columns: dict[str, int]) -> tuple[str, ...]:
    place = columns.get("states", len(cells))
    return tuple(states_in(f"({cells[place]})")) if place < len(cells) and place != columns["text"] else ()


def _themes(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (themes, affected persons) of a cell: the persons stand below their heading, the SDGs are left out."""
    lists: dict[str, list[str]] = {"themes": [], "persons": [], "other": []}
    now = "themes"
    for line in filter(None, map(str.strip, clean_text(cell).split("\n"))):
        if _PERSONS.search(line) or _OTHER_HEAD.search(line):
            now = "persons" if _PERSONS.search(line) else "other"
        else:
            lists[now].append(re.sub(r"^[-–•]\s*", "", line))
    return tuple(lists["themes"]), tuple(lists["persons"])
