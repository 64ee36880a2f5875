"""The filters and the search of the evidence page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from tracker.model.labels import N_
from tracker.model.records import Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind
from tracker.queries.lists.url_filters import (
    SEARCH_ROW,
    FilterRow,
    OptionCounts,
    UrlFilters,
    enum_options,
    ids_by_code,
    match_options,
)
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
    found, _counts = match_options(filters, _with_words(view, filters), partial(ids_by_option, view), count=False)
    return tuple(e for e in view.evidence.values() if e.id in found)


def count_evidence_options(view: View, filters: EvidenceFilters) -> OptionCounts:
    """Return for each filter: code → how many items of evidence match if it is chosen, besides the other filters."""
    return match_options(filters, _with_words(view, filters), partial(ids_by_option, view))[1]


def _with_words(view: View, filters: EvidenceFilters) -> frozenset[str]:
    words = view.search_terms(filters.q)
    return frozenset(view.searchable_evidence.index.find(words) if filters.q else view.evidence)


def ids_by_option(view: View, name: str) -> Mapping[str, frozenset[str]]:
    """Return code → ids of the evidence that matches this value of the filter `name`."""

    def codes_of(e: Evidence) -> Iterable[str]:
        return (link.effect for link in e.relevant_to) if name == "direction" else (getattr(e, name),)

    return view.cached(
        "evidence by code", name, lambda: ids_by_code((e.id, codes_of(e)) for e in view.evidence.values())
    )
