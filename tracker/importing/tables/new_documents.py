"""Concluding observations that a table names by their symbols and the tracker does not have yet."""

import re
from collections.abc import Iterable
from dataclasses import replace

from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.values import free_id, text_from_input
from tracker.i18n import Language
from tracker.importing.documents.expected_state import expected_state
from tracker.importing.documents.front_matter import SYMBOL
from tracker.importing.documents.review import document_of_symbol
from tracker.importing.tables.results import ImportedRow
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification
from tracker.queries.view import View
from tracker.storage.yaml.defaults import is_symbol_of

CYCLE = re.compile(r"/CO/(\d{1,2}(?:-\d{1,2})?)")


def unlisted_documents(view: View, rows: Iterable[ImportedRow], language: Language) -> tuple[Document, ...]:
    """Return new documents for the symbols in these rows that the tracker does not have, in the order of the rows.

    A symbol counts only if it is one of concluding observations to this State by a committee of the dataset. Of the
    document nothing else is known than its symbol and the date in the row: it is marked as reported by others.
    """
    found: dict[str, Document] = {}
    codes = () if view.settings.allow_other_states else expected_state(view.dataset).codes
    for row in rows:
        symbol = "".join(row.value("symbol").split()).upper().replace("–", "-")
        match = SYMBOL.fullmatch(symbol)
        if not match or symbol in found or document_of_symbol(view, symbol):
            continue
        body = next((body for body in view.bodies.values() if is_symbol_of(body, symbol)), None)
        cycle = CYCLE.search(symbol)
        if body is None or cycle is None or (codes and match["country"] and match["country"] not in codes):
            continue
        document = Document(
            id=DocumentForm(symbol=symbol).suggest_id(view),
            body=body.id,
            kind=DocumentKind.CONCLUDING_OBSERVATIONS,
            symbol=symbol,
            title=text_from_input(language.gettext("Concluding observations {symbol}", symbol=symbol), language),
            cycle=cycle[1],
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
