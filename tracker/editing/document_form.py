"""Adding and editing a document of a reporting cycle: what was typed, as a record."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tracker.editing.assessment_form import URL_PATTERN, date_errors
from tracker.editing.form_values import (
    TextByLanguage,
    free_id,
    id_errors,
    is_too_long,
    text_by_language,
    text_in,
    update_one_language,
    update_text,
)
from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant, clean_input
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification
from tracker.queries.view import View

DOCUMENT_DATES: Mapping[str, str] = {
    "due": N_("Due"), "received": N_("Received"), "considered": N_("Considered"), "adopted": N_("Adopted"), "issued": N_("Issued"),
}  # fmt: skip
"""The dates of a document, in their order, and what their fields are called."""


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """The fields of the form: texts by language, dates by the field of the document that they go into."""

    body: str | None = None
    kind: DocumentKind = DocumentKind.CONCLUDING_OBSERVATIONS
    symbol: str = ""
    title: TextByLanguage = field(default_factory=dict)
    authors: str = ""
    cycle: str = ""
    dates: TextByLanguage = field(default_factory=dict)
    verification: Verification = Verification.TO_CHECK
    parts_read: str = ""
    link: str = ""
    note: TextByLanguage = field(default_factory=dict)


def document_form_from_record(view: View, d: Document | None, language: Language) -> DocumentForm:
    """What the form starts with; `d` is the whole record as its file has it, None for a new one."""
    codes, main = view.settings.languages, view.settings.language
    if d is None:
        empty = dict.fromkeys(codes, "")
        return DocumentForm(title=empty, dates=dict.fromkeys(DOCUMENT_DATES, ""), note=empty)
    return DocumentForm(
        d.body, d.kind, d.symbol or "", text_by_language(d.title, codes, main), d.authors or "", d.cycle,
        {name: getattr(d, name) or "" for name in DOCUMENT_DATES}, d.verification, text_in(d.parts_read, language), d.link or "", text_by_language(d.note, codes, main),
    )  # fmt: skip


def validate_document_form(
    view: View, d: Document | None, said: DocumentForm, name: str, language: Language
) -> list[str]:
    """What stands in the way of saving, as sentences. `name` is the id of a new document."""
    _ = language.gettext
    found = []
    if said.body is None:
        found.append(_("Choose the treaty body."))
    if not clean_input(said.title.get(view.settings.language, "")):
        found.append(_("The title is needed in the dataset's main language."))
    if is_too_long(said.title, 300):
        found.append(_("A title has at most 300 characters."))
    if not clean_input(said.cycle):
        found.append(_("The reporting cycle is needed: the number of the periodic report, such as 4 or 2-3."))
    wrong = [
        sentence
        for key, known in said.dates.items()
        for sentence in date_errors(known, _(DOCUMENT_DATES[key]), language)
    ]
    adopted, issued = clean_input(said.dates.get("adopted", "")), clean_input(said.dates.get("issued", ""))
    if not wrong and adopted and issued and partial_dates.last_day(issued) < partial_dates.last_day(adopted):
        wrong.append(_("It was issued before it was adopted: check both dates."))
    found += wrong
    if clean_input(said.link) and not URL_PATTERN.fullmatch(clean_input(said.link)):
        found.append(_("The link does not look like a web address: it starts with https:// or http://."))
    symbols = {_plain(o.symbol): o for o in view.documents.values() if o.symbol and (d is None or o.id != d.id)}
    if other := symbols.get(_plain(said.symbol)):
        found.append(_("Another document has this symbol: {title}.", title=language.resolve(other.title).text))
    if d is None:
        found += id_errors(name, view.dataset.documents, language)
    return found


def _plain(symbol: str) -> str:
    """A symbol as it is compared: without blanks, in small letters."""
    return "".join(symbol.split()).casefold()


def apply_document_form(view: View, d: Document, said: DocumentForm, language: Language) -> Document:
    """The document with what was typed."""
    main = view.settings.language
    when: dict[str, Any] = {name: clean_input(known) or None for name, known in said.dates.items()}
    return replace(
        d,
        body=said.body or d.body,
        kind=said.kind,
        symbol=clean_input(said.symbol) or None,
        title=update_text(d.title, said.title, main),
        authors=clean_input(said.authors) or None,
        cycle=clean_input(said.cycle),
        **when,
        verification=said.verification,
        parts_read=update_one_language(d.parts_read, said.parts_read, language),
        link=clean_input(said.link) or None,
        note=update_text(d.note, said.note, main) or None,
    )


def create_document(view: View, name: str, said: DocumentForm, language: Language) -> Document:
    """The new document of a form in which nothing is missing."""
    blank = {DEFAULT_LANGUAGE: TextVariant(text="-")}
    d = Document(
        id=name,
        body=said.body or "",
        kind=said.kind,
        title=blank,
        cycle=clean_input(said.cycle),
        verification=said.verification,
    )
    return replace(
        apply_document_form(view, d, said, language), title=update_text({}, said.title, view.settings.language)
    )


def suggest_document_id(said: DocumentForm, taken: Collection[str]) -> str:
    """A free id: the symbol in small letters with hyphens; without a symbol from the committee, the kind and the year."""
    # the dot of E/C.12 belongs to the committee's name
    symbol = re.sub(r"\b([a-z])\.(?=\d)", r"\1", said.symbol.casefold())
    if re.search("[a-z0-9]", symbol):
        return free_id(symbol, taken)
    if said.body is None:
        return ""
    if said.kind is DocumentKind.ALTERNATIVE_REPORT:
        return free_id(f"ngo-{document_year(said)}", taken)
    return free_id(f"{said.body}-{said.kind}-{document_year(said)}", taken)


def document_year(said: DocumentForm) -> str:
    """The year of a document, the last that its dates name; empty without one."""
    known = (said.dates.get(name, "") for name in ("issued", "adopted", "considered", "received", "due"))
    return next((years[-1] for text in known if (years := re.findall(r"(?<!\d)\d{4}(?!\d)", text))), "")
