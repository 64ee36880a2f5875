"""The filters and the search of the evidence page."""

from dataclasses import dataclass

from tracker.model.labels import N_
from tracker.model.records import Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind
from tracker.queries.lists.url_filters import SEARCH_ROW, FilterRow, UrlFilters, enum_options
from tracker.queries.view import View


@dataclass(frozen=True)
class EvidenceFilters(UrlFilters):
    """The filters and the search words of the evidence page.

    `effect`, `dimension` and `kind` hold codes of the vocabulary. `q` holds the search words.
    """

    effect: tuple[str, ...] = FilterRow(
        name="direction", heading=N_("Shows"), options=enum_options(EvidenceEffect)
    ).field()
    dimension: tuple[str, ...] = FilterRow(
        heading=N_("What is it about?"), options=enum_options(EvidenceDimension)
    ).field()
    kind: tuple[str, ...] = FilterRow(heading=N_("Kind of source"), options=enum_options(EvidenceKind)).field()
    q: str = SEARCH_ROW.field()


def filter_evidence(view: View, filters: EvidenceFilters) -> tuple[Evidence, ...]:
    """Return the evidence that matches the filters and the search words, newest first."""
    found = view.searchable_evidence.index.find(view.search_terms(filters.q)) if filters.q else view.evidence.keys()
    return tuple(e for e in view.evidence.values() if e.id in found and _matches(e, filters))


def _matches(e: Evidence, filters: EvidenceFilters) -> bool:
    if filters.dimension and e.dimension not in filters.dimension:
        return False
    if filters.kind and e.kind not in filters.kind:
        return False
    return not filters.effect or any(link.effect in filters.effect for link in e.relevant_to)
