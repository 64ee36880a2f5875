"""The names of records in the fields of a form in which they are chosen."""

from collections.abc import Iterable

from pages.shared.layout import Page
from tracker.model.localized_text import strip_bidi_controls
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import Issuer


def recommendation_names(page: Page, among: Iterable[Recommendation]) -> dict[str, str]:
    """Return recommendation id → its name in a choice field, for each recommendation of `among`."""
    # made once for a view: with 5,000 recommendations this takes longer than the rest of a form
    known: dict[str, str] = page.view.cached("names of recommendations", page.context.language, dict)
    return {r.id: known.get(r.id) or known.setdefault(r.id, _recommendation_name(page, r)) for r in among}


def _recommendation_name(page: Page, r: Recommendation) -> str:
    """Return the name of a recommendation in a choice field: its issuer, paragraph and title."""
    language, body = page.context.language, page.view.body_of(r)
    if r.issued_by is Issuer.CIVIL_SOCIETY:
        issuer = page.context.label(Issuer.CIVIL_SOCIETY)
    else:
        issuer = page.context.label(body) if body else ""
    return strip_bidi_controls(" · ".join(filter(None, [issuer, r.paragraph, language.resolve(r.title).text])))


def document_names(page: Page) -> dict[str, str]:
    """Return document id → the name shown in a choice field, "symbol · title"."""
    language = page.context.language
    labels = {
        d.id: " · ".join(filter(None, [d.symbol, language.resolve(d.title).text])) for d in page.view.documents.values()
    }
    return {name: strip_bidi_controls(label) for name, label in labels.items()}


def evidence_name(page: Page, e: Evidence) -> str:
    """Return the name of an item of evidence in a choice field: its title or summary, its publisher and its date."""
    language = page.context.language
    title = language.resolve(e.title or e.summary).text[:120]
    date = e.published and language.format_date(e.published)
    return strip_bidi_controls(" · ".join(filter(None, [title, page.context.name(e.publisher), date])))
