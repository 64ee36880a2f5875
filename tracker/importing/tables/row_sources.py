"""From which document, committee and State a row of a table comes, by its own words. What the row names always wins.

`unlisted_documents` makes the concluding observations that a table names and the tracker does not have yet.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.values import free_id, text_from_input
from tracker.i18n import Language
from tracker.importing.entry import document_of_symbol, propose_cycle, symbol_in
from tracker.importing.tables.results import ImportedRow
from tracker.importing.tables.vocabulary import NEVER_LEFT_OUT, field_labels, normalize_words
from tracker.model.partial_dates import last_year
from tracker.model.registers import Document
from tracker.model.vocabulary import SEPARATOR, DocumentKind, Verification
from tracker.queries.view import View
from tracker.storage.yaml.defaults import is_symbol_of
from tracker.validation.state_party import COUNTRY, ExpectedState, expected_state, is_name_of


@dataclass(frozen=True, slots=True)
class RowDefaults:
    """What an editor chose for all rows.

    `document` is for rows that name no document, `chosen` has pairs of the words by which rows name their document, or
    the id of their committee (see `source_key`), and the id of the document that is meant. `assessed` and `reason` are
    for assessments without date or reason. `verification` says whether the texts of new recommendations were read in the document. `organisation` is the
    id of the organisation that signs the assessments. If `skips_incomplete`, an assessment that cannot be recorded is
    left out, and the rest of its row is brought in. `documents` are new documents that are added for rows that name
    them. `other_states` says that the editor confirmed rows about other States; the settings must allow it, too.
    """

    document: str = ""
    verification: Verification = Verification.TO_CHECK
    organisation: str = ""
    assessed: str = ""
    reason: str = ""
    skips_incomplete: bool = False
    documents: tuple[Document, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    other_states: bool = False


def named_document(view: View, row: ImportedRow) -> Document | None:
    """Return the document of the tracker that a row names: by its symbol or title, or by its committee and its year."""
    names = _names_of_documents(row)
    if listed := next(filter(None, (_listed(view, name) for name in names)), None):
        return listed
    body, year = row.value("body"), row.value("document_date")[:4]
    if names or not body or not year:
        return None
    found = [d for d in view.documents.values() if d.body == body and d.kind is DocumentKind.CONCLUDING_OBSERVATIONS]
    found = [d for d in found if year in _years(d)]
    return found[0] if len(found) == 1 else None


def suggested_document(view: View, row: ImportedRow) -> str:
    """Return the id of the document of the committee and the year in a name that nobody here knows, or "".

    It is only suggested: what else the name says may be about another State.
    """
    plain = replace(row, values=tuple(v for v in row.values if v.field not in ("symbol", "document")))
    found = named_document(view, plain)
    return found.id if found else ""


def _names_of_documents(row: ImportedRow) -> list[str]:
    return [v.value for field in ("symbol", "document") for v in row.values if v.field == field]


def _listed(view: View, name: str) -> Document | None:
    if found := view.documents.get(name) or document_of_symbol(view, name):
        return found if found.id in view.documents else None
    words = normalize_words(name)
    titled = [d for d in view.documents.values() if words in {normalize_words(t.text) for t in d.title.values()}]
    return titled[0] if len(titled) == 1 else None


def _years(document: Document) -> set[str]:
    """Return the years in which a document may be said to be from. One that was adopted in winter is published later."""
    dates = (document.considered, document.adopted, document.issued)
    years = {last_year(date) for date in dates if date}
    if years and not document.issued:
        years.add(str(int(max(years)) + 1))
    return years


def source_key(row: ImportedRow) -> str:
    """Return the words under which an editor chooses the document of a row: a title, the id of a committee, or "".

    A symbol is no such word: it stands for one document, which is listed or not.
    """
    name = next(iter(_names_of_documents(row)), "")
    return "" if symbol_in(name) else normalize_words(name) or row.value("body")


def document_of_row(view: View, row: ImportedRow, defaults: RowDefaults) -> str:
    """Return the id of the document that a row names, otherwise the one that was chosen for rows like it, or ""."""
    if found := named_document(view, row):
        return found.id
    chosen = dict(defaults.chosen).get(source_key(row), "")
    return chosen if chosen or _names_of_documents(row) else defaults.document


def contradictions(
    view: View, row: ImportedRow, document: Document | None, *, language: Language, expected: ExpectedState
) -> Iterator[str]:
    """Yield a sentence for each reason why a row cannot belong to a document, or to this dataset if it is None.

    `expected` is the State of the dataset; its names are empty if other States are accepted.
    """
    _ = language.gettext
    if other := other_state_of(row, expected):
        yield _("The row is about {found}, but this tracker is about {expected}.", found=other, expected=expected.name)
    labels = field_labels(language)
    if unread := [labels[field] for field in NEVER_LEFT_OUT if field in row.unread]:
        yield _("It is not clear from which document the row comes: {fields}.", fields=", ".join(unread))
    if several := row.value("several"):
        yield _(
            "The row names several documents or paragraphs: “{text}”. Give each a row of its own.", text=several[:80]
        )
        return
    bodies = [value.value for value in row.values if value.field == "body"]
    if unlisted := [body for body in bodies if body not in view.bodies]:
        yield _("“{name}” is not a treaty body of this tracker, so the row is left out.", name=unlisted[0][:80])
        return
    written = [value.value for value in row.values if value.field == "paragraph"]
    paragraphs = {"".join(re.findall(r"^\D*(\d+)", paragraph)) for paragraph in written}
    if len(paragraphs) > 1:
        yield _("The row names several paragraphs: {numbers}.", numbers=", ".join(sorted(paragraphs)))
    if document is None:
        return
    chosen = document.symbol or language.resolve(document.title).text
    others = [d for name in _names_of_documents(row) if (d := _listed(view, name)) and d.id != document.id]
    found = [d.symbol or language.resolve(d.title).text for d in others]
    symbols = [symbol[0] for name in _names_of_documents(row) if (symbol := symbol_in(name))]
    found += [symbol for symbol in symbols if document.symbol and not _listed(view, symbol)]
    named = named_document(view, row) == document
    # a committee's row is no demand of civil society, unless it is the row of our own export that says so
    is_committees = named or row.id or document.kind is DocumentKind.CONCLUDING_OBSERVATIONS
    found += [view.bodies[body].code for body in bodies if body != document.body or not is_committees]
    year, years = row.value("document_date")[:4], _years(document)
    if year and years and not named and year not in years:
        found.append(year)
    for name in dict.fromkeys(found):
        yield _("The row names {found}, but the document is {chosen}.", found=name, chosen=chosen)


def other_state_of(row: ImportedRow, expected: ExpectedState) -> str:
    """Return the other State that a row is about, by the State that it names or by its symbol; otherwise ""."""
    written = [name for value in row.values if value.field == "state" for name in value.value.split(SEPARATOR)]
    if expected.names and written and not any(is_name_of(name, expected) for name in written):
        return SEPARATOR.join(written)[:80]
    for value in row.values:
        symbol = COUNTRY.match("".join(value.value.split()).upper()) if value.field in ("symbol", "document") else None
        if symbol and expected.codes and symbol[1] not in expected.codes:
            return symbol[1]
    return ""


def unlisted_documents(view: View, rows: Iterable[ImportedRow], language: Language) -> tuple[Document, ...]:
    """Return new documents for the symbols in these rows that the tracker does not have, in the order of the rows.

    A symbol counts only if it is one of concluding observations to this State by a committee of the dataset. Of the
    document nothing else is known than its symbol and the date in the row: it is marked as reported by others.
    """
    found: dict[str, Document] = {}
    codes = () if view.settings.allow_other_states else expected_state(view.dataset).codes
    for row in rows:
        match = symbol_in(row.value("symbol"))
        if not match or match[0] in found or document_of_symbol(view, match[0]):
            continue
        symbol, cycle = match[0], propose_cycle(match[0])
        body = next((body for body in view.bodies.values() if is_symbol_of(body, symbol)), None)
        if body is None or not cycle or (codes and match["country"] and match["country"] not in codes):
            continue
        document = Document(
            id=DocumentForm(symbol=symbol).suggest_id(view),
            body=body.id,
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
    """Return the view as it would be with these documents."""
    if not (added := {document.id: document for document in documents}):
        return view
    dataset = replace(view.dataset, documents={**view.dataset.documents, **added})
    return View(dataset, view.today, view.as_of, recorded=view.recorded)
