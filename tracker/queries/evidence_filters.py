"""The register of evidence: finding items by what they suggest, what they are about, and words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.model.records import Evidence
from tracker.model.vocabulary import Dimension, EvidenceEffect, EvidenceKind
from tracker.queries.filters import MAX_SEARCH_LENGTH
from tracker.queries.text_search import parse_search
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class EvidenceFilters:
    """The filters of the register, as the address says them."""

    direction: tuple[str, ...] = ()
    dimension: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    q: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, Iterable[str]]) -> "EvidenceFilters":
        """The filters of address parameters; unknown values are left out."""
        lists = {
            name: tuple(code.value for code in codes if code.value in params.get(name, ()))
            for name, codes in (("direction", EvidenceEffect), ("dimension", Dimension), ("kind", EvidenceKind))
        }
        words = " ".join("".join(list(params.get("q", ()))[:1]).split())[:MAX_SEARCH_LENGTH]
        return cls(**lists, q=words)

    def params(self) -> list[tuple[str, str]]:
        """The filters as address parameters."""
        found = [(name, value) for name in ("direction", "dimension", "kind") for value in getattr(self, name)]
        return [*found, ("q", self.q)] if self.q else found


def kinds_in_use(view: View) -> tuple[EvidenceKind, ...]:
    """The kinds of source that the register holds."""
    there = {item.kind for item in view.evidence.values()}
    return tuple(kind for kind in EvidenceKind if kind in there)


def filter_evidence(view: View, wanted: EvidenceFilters) -> tuple[Evidence, ...]:
    """The items that fit, newest first."""
    said = view.searchable_evidence.index.find(parse_search(wanted.q)) if wanted.q else view.evidence.keys()
    return tuple(e for e in view.evidence.values() if e.id in said and _fits(e, wanted))


def _fits(e: Evidence, wanted: EvidenceFilters) -> bool:
    if wanted.dimension and e.dimension not in wanted.dimension:
        return False
    if wanted.kind and e.kind not in wanted.kind:
        return False
    return not wanted.direction or any(b.effect in wanted.direction for b in e.relevant_to)
