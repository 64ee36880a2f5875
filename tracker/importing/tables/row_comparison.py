"""Compare the rows of a file with what the tracker has: new, same, changed, or changed on both sides.

A row of our own export is compared field by field with the values that were exported. Other rows are compared with the
recommendation of the same paragraph or the same words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.i18n import Language, get_language
from tracker.importing.entry import ImportedChange, RowState, wording_in
from tracker.importing.tables.results import ImportedRow, SheetColumn
from tracker.importing.tables.vocabulary import SETS, SHEET_TEXTS, TEXTS_OF_RECORD, normalize_words
from tracker.model.records import Recommendation
from tracker.model.vocabulary import SEPARATOR, Status
from tracker.publishing.exports.csv_export import EDITABLE_COLUMNS, checksum, parse_row_version
from tracker.queries.localized_names import recorded_right
from tracker.queries.tables.values import TableValues
from tracker.queries.view import View

WORDS_OF_RECORD = ("title", "summary", "text")
"""The texts by which a recommendation is known again."""
Values = Mapping[str, Mapping[str, str]]
"""Id of a recommendation → code of a column → its value now, as an export would have it."""


_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class RowComparison:
    """A row with its state. `recommendation` is the id of the recommendation that it is about, "" for a new one.

    `version` is the version of this recommendation now: a save must be made against it. `note` is a sentence for the
    editor, or "". `overlaps` are the ids of recommendations that are parts of the paragraph of a new row, or the whole.
    """

    row: ImportedRow
    state: RowState
    recommendation: str = ""
    version: str = ""
    changes: tuple[ImportedChange, ...] = ()
    note: str = ""
    overlaps: tuple[str, ...] = ()


def compare_export_rows(
    view: View, rows: Sequence[ImportedRow], columns: Iterable[SheetColumn], *, language: Language
) -> tuple[RowComparison, ...]:
    """Compare the rows of our own export, after edits in Excel, with the tracker. Notes are in `language`.

    An empty cell is an edit, too; a column that is no longer in the file is not. Only `EDITABLE_COLUMNS` are compared.
    """
    fields = [field for field in EDITABLE_COLUMNS if any(column.field == field for column in columns)]
    values: dict[str, Values] = {}
    found = []
    for row in rows:
        version = parse_row_version(row.version)
        code = version.language if version else language.code
        if code not in values:
            ids = [r.id for r in rows if r.id]
            values[code] = _current_values(view, ids, get_language(code, view.settings))
        found.append(_compare_export_row(view, row, fields, values=values[code], code=code, language=language))
    return tuple(found)


def _compare_export_row(
    view: View, row: ImportedRow, fields: Sequence[str], *, values: Values, code: str, language: Language
) -> RowComparison:
    _ = language.gettext
    if not row.id:
        return RowComparison(row, RowState.NEW)
    r = view.recommendations.get(row.id)
    if r is None:
        note = _("There is no recommendation with the id “{id}”. It may be archived.", id=row.id[:80])
        return RowComparison(row, RowState.REFUSED, note=note)
    version = parse_row_version(row.version)
    if version and version.is_value("id", row.id) is False:
        note = _("The hidden column “Version” belongs to another row. Sort whole rows only, or export again.")
        return RowComparison(row, RowState.REFUSED, r.id, version=r.version, note=note)
    changes: list[ImportedChange] = []
    for field in (field for field in fields if field not in row.unread):
        old, new = values[r.id].get(field, ""), row.value(field)
        if field == "status":
            new = new or Status.NOT_ASSESSED.value
        if field == "rights":  # a workbook has them in words
            rights = (recorded_right(one, view.bodies.values(), view.settings.language) for one in new.split(SEPARATOR))
            new = SEPARATOR.join(rights)
        if _is_same(field, old, new) or (version and version.is_value(field, new)):
            continue  # as it is here, or as it was exported: nobody edited it in the file
        is_conflict = bool(version and version.version != r.version and not version.is_value(field, old))
        of_text = code if field in SHEET_TEXTS else ""
        changes.append(ImportedChange(field, old, new, language=of_text, is_conflict=is_conflict))
    note = ""
    if changes and not version:
        note = _("The file does not say which version was exported: changes made here since are not known.")
    found = RowComparison(row, state_of_changes(changes), r.id, version=r.version, changes=tuple(changes))
    return replace(found, note=note)


def state_of_changes(changes: Sequence[ImportedChange]) -> RowState:
    """Return the state of a row that would make these changes of a recommendation."""
    if any(change.is_conflict for change in changes):
        return RowState.CONFLICT
    return RowState.CHANGED if changes else RowState.SAME


def _is_same(field: str, old: str, new: str) -> bool:
    if field in SETS:
        return set(old.split(SEPARATOR)) == set(new.split(SEPARATOR))
    return checksum(old) == checksum(new)


def _current_values(view: View, ids: Iterable[str], language: Language) -> Values:
    """Return the values of the editable columns now, with texts in `language`."""
    chosen = [view.recommendations[i] for i in dict.fromkeys(ids) if i in view.recommendations]
    columns = TableValues(view, language, chosen).recommendation_columns
    values = zip(*(columns[field]() for field in EDITABLE_COLUMNS), strict=True)
    rows = (dict(zip(EDITABLE_COLUMNS, row, strict=True)) for row in values)
    return {r.id: {field: value or "" for field, value in row.items()} for r, row in zip(chosen, rows, strict=True)}


def compare_other_rows(
    view: View, rows: Sequence[ImportedRow], documents: Mapping[int, str | None], language: Language
) -> tuple[RowComparison, ...]:
    """Compare rows of any spreadsheet, or of UHRI, with the tracker. An empty cell is no edit.

    A row is about a recommendation that has the same paragraph of the same document, or the same words. So bringing in
    the same file again makes nothing twice. `documents` maps number of a row → id of its document, "" if it is not
    known, None if the row is about nothing in the tracker.
    """
    index = _RecommendationIndex(view)
    places = {row.number: documents.get(row.number) for row in rows}
    matches = {row.number: index.find(row, place) for row in rows if (place := places[row.number]) is not None}
    ids = [match.id for match in matches.values() if match]
    values = _current_values(view, ids, get_language(language.code, view.settings)) if ids else {}
    found = []
    for row in rows:
        r = matches.get(row.number)
        if r is None:
            found.append(RowComparison(row, RowState.NEW, overlaps=index.overlaps(row, places[row.number] or "")))
            continue
        changes = tuple(_other_changes(view, row, r, values=values[r.id]))
        found.append(RowComparison(row, state_of_changes(changes), r.id, version=r.version, changes=changes))
    return tuple(found)


def _other_changes(
    view: View, row: ImportedRow, r: Recommendation, values: Mapping[str, str]
) -> Iterable[ImportedChange]:
    main = view.settings.language
    for value in row.values:
        if value.field not in EDITABLE_COLUMNS or value.field in row.unread:
            continue
        old = values.get(value.field, "")
        if value.field in TEXTS_OF_RECORD:  # an assessment has the other texts
            old = wording_in(getattr(r, value.field), value.language, main)
        if value.field == "text" and not old:
            # nobody read it in the document, so it became the summary
            summary = wording_in(r.summary, value.language, main)
            old = value.value if _is_same("text", summary, value.value) else old
        if not _is_same(value.field, old, value.value):
            yield ImportedChange(value.field, old, value.value, language=value.language)


class _RecommendationIndex:
    """Finds the recommendation that a row is about."""

    def __init__(self, view: View) -> None:
        self.by_paragraph: dict[tuple[str, str], list[Recommendation]] = {}
        self.by_words: dict[str, list[Recommendation]] = {}
        self.bodies = {document.id: document.body for document in view.documents.values()}
        for r in view.recommendations.values():
            if r.paragraph:
                self.by_paragraph.setdefault((r.document, _plain_paragraph(r.paragraph)), []).append(r)
            for field in WORDS_OF_RECORD:
                for variant in (getattr(r, field) or {}).values():
                    self.by_words.setdefault(_words_key(field, variant.text), []).append(r)

    def find(self, row: ImportedRow, document: str) -> Recommendation | None:
        """Return the recommendation with the same words, otherwise the only one of the same paragraph, or None.

        `document` is the id of the document of the row, or "".
        """
        body = row.value("body")
        for field in WORDS_OF_RECORD:
            words = [_words_key(field, value.value) for value in row.values if value.field == field]
            known = {r.id: r for word in words for r in self.by_words.get(word, ())}
            places = {i: r.document if document else self.bodies.get(r.document) for i, r in known.items()}
            same = [r for i, r in known.items() if places[i] == (document or body or places[i])]
            if len(same) == 1:
                return same[0]
        paragraph = row.value("paragraph")
        found = self.by_paragraph.get((document, _plain_paragraph(paragraph)), []) if paragraph and document else []
        return found[0] if len(found) == 1 else None

    def overlaps(self, row: ImportedRow, document: str) -> tuple[str, ...]:
        """Return the recommendations of the document that have the whole paragraph of a row, or parts of it."""
        number = _NUMBER.match(row.value("paragraph"))
        if not number or not document:
            return ()
        whole = _plain_paragraph(row.value("paragraph")) == number[0]
        return tuple(
            r.id
            for (of, paragraph), found in self.by_paragraph.items()
            if of == document and (found_number := _NUMBER.match(paragraph)) and found_number[0] == number[0]
            if whole or paragraph == number[0]
            for r in found
        )


def _words_key(field: str, text: str) -> str:
    # a text that nobody read in the document is recorded as the summary
    return f"{'title' if field == 'title' else 'text'} {normalize_words(text)}"


def _plain_paragraph(paragraph: str) -> str:
    return "".join(paragraph.split()).casefold().strip(".()").replace("(", "").replace(")", "")
