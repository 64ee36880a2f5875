"""The filters and the search of the evidence page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.model.records import Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind
from tracker.queries.filters import MAX_SEARCH_LENGTH
from tracker.queries.text_search import parse_search
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class EvidenceFilters:
    """The filters of the evidence page, named as in its URL. `direction` is the effect of the evidence."""

    direction: tuple[str, ...] = ()
    dimension: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    q: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, Iterable[str]]) -> "EvidenceFilters":
        """Return the filters in some URL parameters. Unknown values are dropped."""
        lists = {
            name: tuple(code.value for code in codes if code.value in params.get(name, ()))
            for name, codes in (("direction", EvidenceEffect), ("dimension", EvidenceDimension), ("kind", EvidenceKind))
        }
        words = " ".join("".join(list(params.get("q", ()))[:1]).split())[:MAX_SEARCH_LENGTH]
        return cls(**lists, q=words)

    def params(self) -> list[tuple[str, str]]:
        """Return the filters as URL parameters, without those at their default."""
        found = [(name, value) for name in ("direction", "dimension", "kind") for value in getattr(self, name)]
        return [*found, ("q", self.q)] if self.q else found


def kinds_in_use(view: View) -> tuple[EvidenceKind, ...]:
    """Return the kinds of source that occur in the evidence of a view, in the order of the vocabulary."""
    used = {item.kind for item in view.evidence.values()}
    return tuple(kind for kind in EvidenceKind if kind in used)


def filter_evidence(view: View, filters: EvidenceFilters) -> tuple[Evidence, ...]:
    """Return the evidence that matches, newest first."""
    found = view.searchable_evidence.index.find(parse_search(filters.q)) if filters.q else view.evidence.keys()
    return tuple(e for e in view.evidence.values() if e.id in found and _matches(e, filters))


def _matches(e: Evidence, filters: EvidenceFilters) -> bool:
    if filters.dimension and e.dimension not in filters.dimension:
        return False
    if filters.kind and e.kind not in filters.kind:
        return False
    return not filters.direction or any(link.effect in filters.direction for link in e.relevant_to)
