"""Find the document of a row, and compare the row with what the tracker has.

The document in the row itself has priority over what the editor chose. A row of our own export is compared with the
recommendation that has its id, any other row with the recommendation that has the same words or the same paragraph.
`unlisted_documents` makes new concluding observations for the symbols in a table that the tracker does not have yet.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.recommendation import CYRILLIC_LOOKALIKES
from tracker.editing.forms.values import free_id, text_from_input
from tracker.i18n import Language, get_language
from tracker.importing.symbols_and_changes import (
    ImportedChange,
    RowState,
    match_symbol,
    observations_of_symbol,
    propose_cycle,
    wording_in,
)
from tracker.importing.tables import vocabulary
from tracker.importing.tables.results import ImportedRow, SheetColumn
from tracker.importing.tables.vocabulary import SETS, SHEET_TEXTS, TEXTS_OF_RECORD, WORDS_OF_RECORD, normalize_words
from tracker.model.partial_dates import last_year
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import SEPARATOR, DocumentKind, EvidenceDimension, EvidenceKind, Status, Verification
from tracker.publishing.exports.csv_export import EDITABLE_COLUMNS, checksum, parse_row_version
from tracker.queries.localized_names import normalize_right
from tracker.queries.tables.values import TableValues
from tracker.queries.view import View
from tracker.storage.yaml.defaults import is_symbol_of
from tracker.validation.state_party import COUNTRY, ExpectedState, expected_state, is_name_of, is_state_itself, state_in

STATE = "+state"
"""What `institution_of_row` returns for the State. No committee has this id."""
CurrentValues = Mapping[str, Mapping[str, str]]
"""A mapping: id of a recommendation → code of a column → current value, written as in an export."""
_NUMBER = re.compile(r"\d+")
_SEVERAL = re.compile(r"\d[^\d;,&–—-]*(?:[;,&–—-]|\b(?:and|to|и|по|жана)\b)\W*\d{1,3}(?!\d)")
"""Two numbers in the cell of a paragraph: "14; 15", "14 (a) and 15", "14–16"."""
_SINGLE = ("status", "direction", "assessed", "response")
"""The fields of which a row has one value: nobody knows which of several is meant."""


@dataclass(frozen=True, slots=True)
class RowDefaults:
    """What an editor chose for all rows. `document` is for rows that name none.

    `verification` says whether new texts were read in the document. `organisation` is the editor's own: others sign for
    themselves. `ours` has the `organisation_key` of the rows whose assessments are its own; of other rows, no assessment
    is saved. `assessed` and `reason` are for assessments without a date or a reason. With `skips_incomplete`, a row is
    saved without its incomplete assessment. Links become evidence of `link_kind` and `link_dimension`; `publishers` has
    (`host_of_link`, who published it). `documents` are new and saved with their rows. `chosen` has (`source_key`, id of
    a document). With `other_states`, rows about other States are accepted if the settings allow these.
    """

    document: str = ""
    verification: Verification = Verification.TO_CHECK
    organisation: str = ""
    ours: tuple[str, ...] = ()
    assessed: str = ""
    reason: str = ""
    skips_incomplete: bool = False
    link_kind: EvidenceKind | None = None
    link_dimension: EvidenceDimension | None = None
    publishers: tuple[tuple[str, str], ...] = ()
    documents: tuple[Document, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    other_states: bool = False

    @property
    def keeps_links(self) -> bool:
        """Return whether it is said what kind of evidence the links become."""
        return bool(self.link_kind and self.link_dimension)


def host_of_link(link: str) -> str:
    """Return the site of a link, without "www."."""
    return (urlsplit(link).hostname or link).removeprefix("www.")


def comparable_link(link: str) -> tuple[str, str, str]:
    """Return the same for links that differ only in their scheme, in "www.", in a slash at the end or in a fragment."""
    parts = urlsplit(link)
    return host_of_link(link), parts.path.rstrip("/"), parts.query


def named_document(view: View, row: ImportedRow) -> Document | None:
    """Find the document of a row by its symbol, id or title, then by its recommendation, then by body and year."""
    names, r = _document_names(row), view.recommendations.get(row.value("recommendation"))
    if listed := next(filter(None, (_find_document(view, name) for name in names)), None):
        return listed
    if r and not names:
        return view.documents.get(r.document)
    body, year = row.value("body"), row.value("document_date")[:4]
    if names or not body or not year:
        return None
    found = [d for d in view.documents.values() if d.body == body and d.kind is DocumentKind.CONCLUDING_OBSERVATIONS]
    found = [d for d in found if year in _possible_years(d)]
    return found[0] if len(found) == 1 else None


def suggested_document(view: View, row: ImportedRow) -> str:
    """Return the id of the only concluding observations of the row's committee and year, or "": a suggestion."""
    plain = replace(row, values=tuple(v for v in row.values if v.field not in ("symbol", "document")))
    found = named_document(view, plain)
    return found.id if found else ""


def _document_names(row: ImportedRow) -> list[str]:
    """Return the names of documents in a row: first the symbols, then the titles or ids."""
    return [v.value for field in ("symbol", "document") for v in row.values if v.field == field]


def _find_document(view: View, name: str) -> Document | None:
    """Return the document with this id, symbol or title. None if there is none, or if several have the title."""
    if found := view.documents.get(name) or observations_of_symbol(view, name):
        return found if found.id in view.documents else None
    words = normalize_words(name)
    titled = [d for d in view.documents.values() if words in {normalize_words(t.text) for t in d.title.values()}]
    return titled[0] if len(titled) == 1 else None


def _possible_years(document: Document) -> set[str]:
    """Return the years that a row may give for a document, such as {"2023", "2024"}."""
    dates = (document.considered, document.adopted, document.issued)
    years = {last_year(date) for date in dates if date}
    if years and not document.issued:
        years.add(str(int(max(years)) + 1))
    return years


def source_key(row: ImportedRow) -> str:
    """Return the key of a row in `RowDefaults.chosen`: its document's title, normalized, or else its body; "" for a symbol."""
    name = next(iter(_document_names(row)), "")
    return "" if match_symbol(name) else normalize_words(name) or row.value("body")


def organisation_key(row: ImportedRow) -> str:
    """Return the key of a row in `RowDefaults.ours`: the organisation that it names, normalized; "" if it names none."""
    return "" if row.id else normalize_words(row.value("organisation"))


def institution_of_row(view: View, row: ImportedRow, state: ExpectedState) -> str:
    """Return the id of the committee that a row names as the one who assessed, STATE for the State, otherwise ""."""
    written = row.value("organisation")
    if not written or row.id or vocabulary.organisation_in(written, view.organisations.values()):
        return ""
    is_state = is_state_itself(written, state, vocabulary.spreadsheet_words().government)
    return vocabulary.mechanism_in(written) or (STATE if is_state else "")


def document_of_row(view: View, row: ImportedRow, defaults: RowDefaults) -> str:
    """Return the id of the document for a row, or "": the named one, or else the one chosen for its `source_key`.

    The document that was chosen for all rows is taken only if the row names none.
    """
    if found := named_document(view, row):
        return found.id
    chosen = dict(defaults.chosen).get(source_key(row), "")
    return chosen if chosen or _document_names(row) else defaults.document


def contradictions(
    view: View, row: ImportedRow, document: Document | None, *, language: Language, expected: ExpectedState
) -> Iterator[str]:
    """Yield a sentence for each reason why a row cannot belong to a document or, if this is None, to the dataset."""
    _ = language.gettext
    if other := other_state_of(row, expected):
        yield _("The row is about {found}, but this tracker is about {expected}.", found=other, expected=expected.name)
    labels = vocabulary.field_labels(language)
    if unread := [labels[field] for field in vocabulary.SOURCE_FIELDS if field in row.unread]:
        yield _("It is not clear from which document the row comes: {fields}.", fields=", ".join(unread))
    written = [value.value for value in row.values if value.field == "paragraph"]
    known = sorted({v.value for v in row.values if v.field == "recommendation" and v.value in view.recommendations})
    several = row.value("several") or ", ".join(known[1:] and known)
    if text := several or next((one for one in written if not row.id and _SEVERAL.search(one)), ""):
        yield _("The row names several documents or paragraphs: “{text}”. Give each a row of its own.", text=text[:80])
        return
    for field in _SINGLE:
        said = [value for value in row.values if value.field == field]
        if len({value.value for value in said}) > 1:
            told = _("Cells of the row differ in “{field}”: {values}. Leave only what is meant in the table.")
            yield told.format(field=labels[field], values=", ".join(f"“{value.written[:80]}”" for value in said))
    bodies = [value.value for value in row.values if value.field == "body"]
    if unlisted := [body for body in bodies if body not in view.bodies]:
        yield _("“{name}” is not a treaty body of this tracker, so the row is left out.", name=unlisted[0][:80])
        return
    paragraphs = {"".join(re.findall(r"^\D*(\d+)", paragraph)) for paragraph in written}
    if len(paragraphs) > 1:
        yield _("The row names several paragraphs: {numbers}.", numbers=", ".join(sorted(paragraphs)))
    if document is None:
        return
    chosen = document.symbol or language.resolve(document.title).text
    own = view.state_of(document) if view.has_several_states else None
    if own and not other and (other := other_state_of(row, expected_state(view.dataset, language.code, own))):
        of_state = f"{chosen} ({language.resolve(own.name).text})"
        yield _("The row names {found}, but the document is {chosen}.", found=other, chosen=of_state)
    others = [d for name in _document_names(row) if (d := _find_document(view, name)) and d.id != document.id]
    found = [d.symbol or language.resolve(d.title).text for d in others]
    symbols = [symbol[0] for name in _document_names(row) if (symbol := match_symbol(name))]
    found += [name for name in known if view.recommendations[name].document != document.id]
    found += [symbol for symbol in symbols if document.symbol and not _find_document(view, symbol)]
    named = named_document(view, row) == document
    # a committee's row is no demand of civil society, unless it is the row of our own export that says so
    is_committees = named or row.id or document.kind is DocumentKind.CONCLUDING_OBSERVATIONS
    found += [view.bodies[body].code for body in bodies if body != document.body or not is_committees]
    year, years = row.value("document_date")[:4], _possible_years(document)
    if year and years and not named and year not in years:
        found.append(year)
    for name in dict.fromkeys(found):
        yield _("The row names {found}, but the document is {chosen}.", found=name, chosen=chosen)


def other_state_of(row: ImportedRow, expected: ExpectedState) -> str:
    """Return the other State in a row: its name, cut to 80 characters, or the code in its symbol; "" if none."""
    written = [name for value in row.values if value.field == "state" for name in value.value.split(SEPARATOR)]
    if expected.names and written and not any(is_name_of(name, expected) for name in written):
        return SEPARATOR.join(written)[:80]
    for value in row.values:
        symbol = COUNTRY.match("".join(value.value.split()).upper()) if value.field in ("symbol", "document") else None
        if symbol and expected.codes and symbol[1] not in expected.codes:
            return symbol[1]
    return ""


def unlisted_documents(view: View, rows: Iterable[ImportedRow], language: Language) -> tuple[Document, ...]:
    """Return new concluding observations for the symbols that the tracker does not have, in the order of the rows.

    Other committees, and States that are not allowed, are left out. Documents are marked as reported by others.
    """
    found: dict[str, Document] = {}
    codes = () if view.settings.allow_other_states else expected_state(view.dataset).codes
    for row in rows:
        match = match_symbol(row.value("symbol"))
        if not match or match[0] in found or observations_of_symbol(view, match[0]):
            continue
        symbol, cycle = match[0], propose_cycle(match[0])
        body = next((body for body in view.bodies.values() if is_symbol_of(body, symbol)), None)
        if body is None or not cycle or (codes and match["country"] and match["country"] not in codes):
            continue
        document = Document(
            id=DocumentForm(symbol=symbol).suggest_id(view),
            body=body.id,
            state=state_in(view.dataset, symbol, row.value("state")),
            kind=DocumentKind.CONCLUDING_OBSERVATIONS,
            symbol=symbol,
            title=text_from_input(language.gettext("Concluding observations {symbol}", symbol=symbol), language),
            cycle=cycle,
            issued=row.value("document_date") or None,
            verification=Verification.REPORTED,
        )
        taken = {*view.dataset.documents, *(one.id for one in found.values())}
        found[symbol] = replace(document, id=free_id(document.id, taken))
    return tuple(found.values())


def with_documents(view: View, documents: Iterable[Document]) -> View:
    """Return a view in which these documents are added; the same view if there are none."""
    if not (added := {document.id: document for document in documents}):
        return view
    dataset = replace(view.dataset, documents={**view.dataset.documents, **added})
    return View(dataset, view.today, view.as_of, recorded=view.recorded)


@dataclass(frozen=True, slots=True)
class RowComparison:
    """A row, and how it differs from its recommendation. `recommendation` is "" for a new row.

    `overlaps` are ids of recommendations that a new row overlaps with. `part` is the id of the part that the row is about,
    or "": then only an assessment of this part is compared.
    """

    row: ImportedRow
    state: RowState
    recommendation: str = ""
    changes: tuple[ImportedChange, ...] = ()
    note: str = ""
    overlaps: tuple[str, ...] = ()
    part: str = ""


def compare_export_rows(
    view: View, rows: Sequence[ImportedRow], columns: Iterable[SheetColumn], *, language: Language
) -> tuple[RowComparison, ...]:
    """Compare the rows of our own export, after edits in Excel, with the tracker, in the order of the rows.

    An empty cell is an edit, a missing column is not. A row without id is new, a row with an unknown id is refused.
    """
    fields = [field for field in EDITABLE_COLUMNS if any(column.field == field for column in columns)]
    values: dict[str, CurrentValues] = {}
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
    view: View, row: ImportedRow, fields: Sequence[str], *, values: CurrentValues, code: str, language: Language
) -> RowComparison:
    """Return the comparison of a row of our own export."""
    _ = language.gettext
    if not row.id:
        return RowComparison(row, RowState.NEW)
    r = view.recommendations.get(row.id)
    if r is None:
        note = _("There is no recommendation with the id “{id}”. It may be archived.", id=row.id[:80])
        return RowComparison(row, RowState.REFUSED, note=note)
    version = parse_row_version(row.version)
    if version and version.is_unchanged("id", row.id) is False:
        note = _("The hidden column “Version” belongs to another row. Sort whole rows only, or export again.")
        return RowComparison(row, RowState.REFUSED, r.id, note=note)
    changes: list[ImportedChange] = []
    for field in (field for field in fields if field not in row.unread):
        old, new = values[r.id].get(field, ""), row.value(field)
        if field == "status":
            new = new or Status.NOT_ASSESSED.value
        if field == "rights":  # a workbook has them in words
            bodies, main = view.bodies.values(), view.settings.language
            new = SEPARATOR.join(normalize_right(one, bodies, main) for one in new.split(SEPARATOR))
        if _is_same_value(field, old, new) or (version and version.is_unchanged(field, new)):
            continue  # as it is here, or as it was exported: nobody edited it in the file
        is_conflict = bool(version and version.version != r.version and not version.is_unchanged(field, old))
        of_text = code if field in SHEET_TEXTS else ""
        changes.append(ImportedChange(field, old, new, language=of_text, is_conflict=is_conflict))
    note = ""
    if changes and not version:
        note = _("The file does not say which version was exported: changes made here since are not known.")
    return RowComparison(row, state_of_changes(changes), r.id, changes=tuple(changes), note=note)


def state_of_changes(changes: Sequence[ImportedChange]) -> RowState:
    """Return SAME if there are no changes, CONFLICT if one of them is a conflict, otherwise CHANGED."""
    if any(change.is_conflict for change in changes):
        return RowState.CONFLICT
    return RowState.CHANGED if changes else RowState.SAME


def _is_same_value(field: str, old: str, new: str) -> bool:
    """Return whether two values are the same. The order of a set and the spaces of a text make no difference."""
    if field in SETS:
        return set(old.split(SEPARATOR)) == set(new.split(SEPARATOR))
    return checksum(old) == checksum(new)


def _current_values(view: View, ids: Iterable[str], language: Language) -> CurrentValues:
    """Return the current values of the editable columns, with texts in `language`. Unknown `ids` are left out."""
    chosen = [view.recommendations[i] for i in dict.fromkeys(ids) if i in view.recommendations]
    columns = TableValues(view, language, chosen).recommendation_columns
    values = zip(*(columns[field]() for field in EDITABLE_COLUMNS), strict=True)
    rows = (dict(zip(EDITABLE_COLUMNS, row, strict=True)) for row in values)
    return {r.id: {field: value or "" for field, value in row.items()} for r, row in zip(chosen, rows, strict=True)}


def compare_other_rows(
    view: View, rows: Sequence[ImportedRow], documents: Mapping[int, str | None], language: Language
) -> tuple[RowComparison, ...]:
    """Compare rows of any spreadsheet, or of UHRI, with the tracker, in order. An empty cell is no edit.

    A row is about the recommendation with the same words, or else the same paragraph of a document. `documents` maps
    number of a row → id of its document, "" if unknown. None: the row contradicts its document, and becomes NEW.
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
        part = _part_of(row, r)
        changes = tuple(_changes_of_other_row(view, row, r, values=values[r.id], part=part))
        found.append(RowComparison(row, state_of_changes(changes), r.id, changes=changes, part=part))
    return tuple(found)


def _part_of(row: ImportedRow, r: Recommendation) -> str:
    """Return the id of the part of `r` that the row is about, or "": of a row "38 (c)" and a recommendation "38", "c"."""
    whole, letter = _plain_paragraph(r.paragraph or ""), _plain_paragraph(row.value("paragraph"))
    return next((part.id for part in r.parts if letter == f"{whole}{part.id.casefold()}"), "")


def _changes_of_other_row(
    view: View, row: ImportedRow, r: Recommendation, *, values: Mapping[str, str], part: str
) -> Iterable[ImportedChange]:
    """Yield a change for each value of a row that differs from the current value. An empty cell changes nothing.

    A link is never that of the recommendation's own source. Of a row about a `part`, only an assessment and a link count.
    """
    main = view.settings.language
    if part:
        known = view.headline(r, part).only
        values = {"status": known.status or "", "assessed": known.date} if known else {}
    for value in row.values:
        if value.field not in (*EDITABLE_COLUMNS, "response") or value.field in row.unread:
            continue
        if part and value.field not in ("status", "direction", "assessed", "source_link"):
            continue
        old = values.get(value.field, "") if value.field != "response" else r.response or ""
        if value.field == "source_link":
            links = {e.link for e, _link in view.evidence_for(r)}
            old = value.value if value.value in {r.source.link, *links} else ""
        if value.field in TEXTS_OF_RECORD:  # an assessment has the other texts
            old = wording_in(getattr(r, value.field), value.language, main)
        if value.field == "text" and not old:
            # nobody read it in the document, so it became the summary
            summary = wording_in(r.summary, value.language, main)
            old = value.value if _is_same_value("text", summary, value.value) else old
        if not _is_same_value(value.field, old, value.value):
            yield ImportedChange(value.field, old, value.value, language=value.language)


class _RecommendationIndex:
    """Finds recommendations by document and paragraph, or by words."""

    def __init__(self, view: View) -> None:
        self.by_paragraph: dict[tuple[str, str], list[Recommendation]] = {}
        self.by_words: dict[str, list[Recommendation]] = {}
        self.by_id = view.recommendations
        self.bodies = {document.id: document.body for document in view.documents.values()}
        for r in view.recommendations.values():
            if r.paragraph:
                self.by_paragraph.setdefault((r.document, _plain_paragraph(r.paragraph)), []).append(r)
            for field in WORDS_OF_RECORD:
                for variant in (getattr(r, field) or {}).values():
                    self.by_words.setdefault(_words_key(field, variant.text), []).append(r)

    def find(self, row: ImportedRow, document: str) -> Recommendation | None:
        """Return the recommendation with the words of a row, or else with its paragraph; None if not exactly one fits."""
        body, named = row.value("body"), self.by_id.get(row.value("recommendation"))
        if named and named.document == document:
            return named
        for field in WORDS_OF_RECORD:
            words = [_words_key(field, value.value) for value in row.values if value.field == field]
            known = {r.id: r for word in words for r in self.by_words.get(word, ())}
            places = {i: r.document if document else self.bodies.get(r.document) for i, r in known.items()}
            same = [r for i, r in known.items() if places[i] == (document or body or places[i])]
            if len(same) == 1:
                return same[0]
        paragraph = row.value("paragraph")
        plain = _plain_paragraph(paragraph)
        found = self.by_paragraph.get((document, plain), []) if paragraph and document else []
        number = _NUMBER.match(plain)
        if number and not found:  # a part of a recommendation
            found = [r for r in self.by_paragraph.get((document, number[0]), []) if _part_of(row, r)]
        return found[0] if len(found) == 1 else None

    def overlaps(self, row: ImportedRow, document: str) -> tuple[str, ...]:
        """Return the ids of recommendations of the document that overlap with a row: 12 with 12 and 12 (a), 12 (a) with 12."""
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
    plain = "".join(paragraph.split()).casefold().strip(".()").replace("(", "").replace(")", "")
    return plain.translate(CYRILLIC_LOOKALIKES)
