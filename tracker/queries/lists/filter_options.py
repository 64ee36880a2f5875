"""The options of filters that depend on the records: years, documents, rights and authorities."""

import re
from collections.abc import Mapping

from tracker.model import partial_dates
from tracker.model.localized_text import resolve
from tracker.model.records import Authority, Recommendation
from tracker.model.registers import Document
from tracker.queries.view import View, effective_date


def document_year(view: View, r: Recommendation) -> str | None:
    """Return the year of the document of a recommendation, or None if it has no date."""
    document = view.document(r.document)
    date = effective_date(document) if document else None
    return str(partial_dates.last_year(date)) if date else None


def document_years(view: View) -> Mapping[str, str]:
    """Return the years of the documents that have recommendations, the latest first. Each is its own code."""

    def years() -> Mapping[str, str]:
        found = {document_year(view, r) for r in view.recommendations.values()}
        return {year: year for year in sorted(filter(None, found), reverse=True)}

    return view.cached("years", (), years)


def documents_in_use(view: View) -> Mapping[str, Document]:
    """Return id → document for the documents that have recommendations, in the order of the register."""

    def documents() -> Mapping[str, Document]:
        used = {r.document for r in view.recommendations.values()}
        return {id: d for id, d in view.documents.items() if id in used}

    return view.cached("documents in use", (), documents)


def is_selected_for_follow_up(view: View, r: Recommendation) -> bool | None:
    """Return whether the committee selected the paragraph of a recommendation, or a part of it, for follow-up.

    Return None if this is not known.
    """
    document = view.document(r.document)
    if document is None or document.follow_up is None or not document.follow_up.paragraphs or not r.paragraph:
        return None
    selected = {_paragraph_number(paragraph) for paragraph in document.follow_up.paragraphs}
    return _paragraph_number(r.paragraph) in selected


def _paragraph_number(paragraph: str) -> str:
    """Return "12" for the paragraphs "12" and "12 (a)"."""
    return paragraph.split(maxsplit=1)[0].partition("(")[0]


def rights_in_use(view: View) -> Mapping[str, str]:
    """Return code → right for the rights with which recommendations are tagged, in alphabetical order."""

    def rights() -> Mapping[str, str]:
        tags = (tagging for r in view.recommendations.values() for tagging in r.tags)
        return {code_of_name(right): right for right in sorted({right for tagging in tags for right in tagging.rights})}

    return view.cached("rights in use", (), rights)


def authorities_in_use(view: View) -> Mapping[str, Authority]:
    """Return code → authority for the responsible authorities of recommendations, in alphabetical order."""

    def authorities() -> Mapping[str, Authority]:
        tags = (tagging for r in view.recommendations.values() for tagging in r.tags)
        found = {authority_code(view, authority): authority for tagging in tags for authority in tagging.authorities}
        return dict(sorted(found.items()))

    return view.cached("authorities in use", (), authorities)


def authority_code(view: View, authority: Authority) -> str:
    """Return the code of an authority, made from its name in the dataset's main language."""
    return code_of_name(resolve(authority.name, view.settings.language, view.settings.language).text)


def code_of_name(name: str) -> str:
    """Return a name as a code: in lower case, and with hyphens between its words. "AB:2" becomes "ab-2"."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
