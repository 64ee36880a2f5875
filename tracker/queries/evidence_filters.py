"""The filters and the search of the evidence page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.model.records import Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind
from tracker.queries.filters import MAX_SEARCH_LENGTH
from tracker.queries.text_search import parse_search
from tracker.queries.view import View

URL_PARAMETERS = {"effect": "direction", "dimension": "dimension", "kind": "kind"}
"""Attribute of EvidenceFilters → URL parameter of this filter. Links contain the URL parameters: do not change them."""


@dataclass(frozen=True, slots=True)
class EvidenceFilters:
    """The filters and the search words of the evidence page.

    `effect`, `dimension` and `kind` hold codes of the vocabulary. `q` holds the search words. URL_PARAMETERS gives the
    URL parameters of `effect`, `dimension` and `kind`. The URL parameter of `q` has the same name.
    """

    effect: tuple[str, ...] = ()
    dimension: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    q: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, Iterable[str]]) -> "EvidenceFilters":
        """Return the filters given in `params` (URL parameter → values). Unknown values are ignored."""
        lists = {
            name: tuple(code.value for code in codes if code.value in params.get(URL_PARAMETERS[name], ()))
            for name, codes in (("effect", EvidenceEffect), ("dimension", EvidenceDimension), ("kind", EvidenceKind))
        }
        words = " ".join("".join(list(params.get("q", ()))[:1]).split())[:MAX_SEARCH_LENGTH]
        return cls(**lists, q=words)

    def params(self) -> list[tuple[str, str]]:
        """Return the filters as (name, value) pairs for a URL. Filters that are not set are left out."""
        found = [(parameter, value) for name, parameter in URL_PARAMETERS.items() for value in getattr(self, name)]
        return [*found, ("q", self.q)] if self.q else found


def kinds_in_use(view: View) -> tuple[EvidenceKind, ...]:
    """Return the kinds of source that occur in the evidence of a view, in the order of the vocabulary."""
    used = {item.kind for item in view.evidence.values()}
    return tuple(kind for kind in EvidenceKind if kind in used)


def filter_evidence(view: View, filters: EvidenceFilters) -> tuple[Evidence, ...]:
    """Return the evidence that matches the filters and the search words, newest first."""
    found = view.searchable_evidence.index.find(parse_search(filters.q)) if filters.q else view.evidence.keys()
    return tuple(e for e in view.evidence.values() if e.id in found and _matches(e, filters))


def _matches(e: Evidence, filters: EvidenceFilters) -> bool:
    if filters.dimension and e.dimension not in filters.dimension:
        return False
    if filters.kind and e.kind not in filters.kind:
        return False
    return not filters.effect or any(link.effect in filters.effect for link in e.relevant_to)
