"""The document form: validate what was typed, and turn it into a document of a reporting cycle."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tracker.editing.assessment_form import URL_PATTERN, date_errors
from tracker.editing.form_values import (
    TextByLanguage,
    free_id,
    id_errors,
    initial_text_by_language,
    is_too_long,
    text_in,
    update_one_language,
    update_text,
)
from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant, clean_input
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification
from tracker.queries.view import View

DOCUMENT_DATES: Mapping[str, str] = {
    "due": N_("Due"),
    "received": N_("Received"),
    "considered": N_("Considered"),
    "adopted": N_("Adopted"),
    "issued": N_("Issued"),
}
"""Date field of a document → label of the field, in the order of the form."""


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """What is typed in the document form.

    `title` and `note` map language code → text. `dates` maps date field (see DOCUMENT_DATES) → typed date.
    """

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
    """Return the initial values of the form. `d` is the document as recorded now, None for a new document."""
    codes, main = view.settings.languages, view.settings.language
    if d is None:
        empty = dict.fromkeys(codes, "")
        return DocumentForm(title=empty, dates=dict.fromkeys(DOCUMENT_DATES, ""), note=empty)
    return DocumentForm(
        body=d.body,
        kind=d.kind,
        symbol=d.symbol or "",
        title=initial_text_by_language(d.title, codes, main),
        authors=d.authors or "",
        cycle=d.cycle,
        dates={field_name: getattr(d, field_name) or "" for field_name in DOCUMENT_DATES},
        verification=d.verification,
        parts_read=text_in(d.parts_read, language),
        link=d.link or "",
        note=initial_text_by_language(d.note, codes, main),
    )


def validate_document_form(
    view: View, d: Document | None, form: DocumentForm, name: str, language: Language
) -> list[str]:
    """Return what is missing or wrong, as translated sentences; empty if the form can be saved.

    `d` is the document as recorded now, None for a new document. `name` is the id that was typed for a new document.
    """
    _ = language.gettext
    errors = []
    if form.body is None:
        errors.append(_("Choose the treaty body."))
    if not clean_input(form.title.get(view.settings.language, "")):
        errors.append(_("The title is needed in the dataset's main language."))
    if is_too_long(form.title, 300):
        errors.append(_("A title has at most 300 characters."))
    if not clean_input(form.cycle):
        errors.append(_("The reporting cycle is needed: the number of the periodic report, such as 4 or 2-3."))
    wrong_dates = [
        error
        for field_name, typed in form.dates.items()
        for error in date_errors(typed, _(DOCUMENT_DATES[field_name]), language)
    ]
    adopted, issued = clean_input(form.dates.get("adopted", "")), clean_input(form.dates.get("issued", ""))
    if not wrong_dates and adopted and issued and partial_dates.last_day(issued) < partial_dates.last_day(adopted):
        wrong_dates.append(_("It was issued before it was adopted: check both dates."))
    errors += wrong_dates
    if clean_input(form.link) and not URL_PATTERN.fullmatch(clean_input(form.link)):
        errors.append(_("The link does not look like a web address: it starts with https:// or http://."))
    by_symbol = {
        _normalize_symbol(other.symbol): other
        for other in view.documents.values()
        if other.symbol and (d is None or other.id != d.id)
    }
    if other := by_symbol.get(_normalize_symbol(form.symbol)):
        errors.append(_("Another document has this symbol: {title}.", title=language.resolve(other.title).text))
    if d is None:
        errors += id_errors(name, view.dataset.documents, language)
    return errors


def _normalize_symbol(symbol: str) -> str:
    """Return `symbol` in lower case and without spaces, so that two symbols can be compared."""
    return "".join(symbol.split()).casefold()


def apply_document_form(view: View, d: Document, form: DocumentForm, language: Language) -> Document:
    """Return the document `d` with the values of the form. Texts that the editor did not change stay as they are."""
    main = view.settings.language
    dates: dict[str, Any] = {field_name: clean_input(typed) or None for field_name, typed in form.dates.items()}
    return replace(
        d,
        body=form.body or d.body,
        kind=form.kind,
        symbol=clean_input(form.symbol) or None,
        title=update_text(d.title, form.title, main),
        authors=clean_input(form.authors) or None,
        cycle=clean_input(form.cycle),
        **dates,
        verification=form.verification,
        parts_read=update_one_language(d.parts_read, form.parts_read, language),
        link=clean_input(form.link) or None,
        note=update_text(d.note, form.note, main) or None,
    )


def create_document(view: View, name: str, form: DocumentForm, language: Language) -> Document:
    """Return the new document that a valid form describes. Its id is `name`."""
    # A document must have a title: start with a placeholder, which is replaced below.
    placeholder = {NO_LANGUAGE_CODE: TextVariant(text="-")}
    d = Document(
        id=name,
        body=form.body or "",
        kind=form.kind,
        title=placeholder,
        cycle=clean_input(form.cycle),
        verification=form.verification,
    )
    return replace(
        apply_document_form(view, d, form, language=language), title=update_text({}, form.title, view.settings.language)
    )


def suggest_document_id(form: DocumentForm, taken: Collection[str]) -> str:
    """Return a document id that is not in `taken`, made from the typed symbol.

    If no symbol is typed, the id is made from the committee, the kind and the year. For an alternative report without a
    symbol, the id is made from "ngo" and the year. Return "" if neither the symbol nor the committee is typed.
    """
    # The dot of E/C.12 is part of the committee's name: do not make it a hyphen.
    symbol = re.sub(r"\b([a-z])\.(?=\d)", r"\1", form.symbol.casefold())
    if re.search("[a-z0-9]", symbol):
        return free_id(symbol, taken)
    if form.body is None:
        return ""
    if form.kind is DocumentKind.ALTERNATIVE_REPORT:
        return free_id(f"ngo-{document_year(form)}", taken)
    return free_id(f"{form.body}-{form.kind}-{document_year(form)}", taken)


def document_year(form: DocumentForm) -> str:
    """Return the year of the document, or "" if none of its dates has a year.

    The dates are tried in this order: issued, adopted, considered, received, due. If a date is a period, the last year
    of the period is returned.
    """
    dates = (form.dates.get(field_name, "") for field_name in ("issued", "adopted", "considered", "received", "due"))
    return next(filter(None, map(partial_dates.last_year, dates)), "")
