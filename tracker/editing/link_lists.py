"""The lists of links between records: what a person chose, as items added, withdrawn and brought back. Nothing is deleted."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import TextVariant
from tracker.model.partial_dates import date_range, last_day
from tracker.model.records import Event, EvidenceLink, Recommendation, SameDemand, Uptake
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, EventType, EvidenceEffect, Issuer, UptakeResult
from tracker.queries.view import View

TextOfLink = Mapping[str, TextVariant]
AnyLink = TypeVar("AnyLink", bound=EvidenceLink | SameDemand | Uptake)


def update_links(
    items: tuple[AnyLink, ...], wanted: Iterable[AnyLink], key: Callable[[AnyLink], Hashable], reason: TextOfLink
) -> tuple[AnyLink, ...]:
    """The items with those withdrawn that are not wanted, those brought back that are again, and new ones at the end."""
    want = {key(item): item for item in wanted}
    there = {key(item) for item in items if not is_withdrawn(item.events)}
    back = {key(item): place for place, item in enumerate(items) if key(item) in want.keys() - there}
    found: list[AnyLink] = []
    for place, item in enumerate(items):
        if not is_withdrawn(item.events) and key(item) not in want:
            item = _with(item, EventType.WITHDRAWN, reason)
        elif back.get(key(item)) == place:
            item = _with(item, EventType.RESTORED, reason)
        found.append(item)
    return (*found, *(item for name, item in want.items() if name not in there and name not in back))


def _with(item: Any, what: EventType, reason: TextOfLink) -> Any:
    return replace(item, events=(*item.events, Event(type=what, reason=reason)))


def linked_ids(items: Iterable[EvidenceLink | Uptake]) -> tuple[str, ...]:
    """The recommendations of the items that count, each once."""
    return tuple(dict.fromkeys(item.recommendation for item in items if not is_withdrawn(item.events)))


def update_evidence_links(
    items: tuple[EvidenceLink, ...], by: Mapping[EvidenceEffect, Iterable[str]], reason: TextOfLink
) -> tuple[EvidenceLink, ...]:
    """What evidence bears on, as chosen: recommendations by what it suggests for them. Parts that were named stay."""
    parts = {b.recommendation: b.part for b in items if not is_withdrawn(b.events)}
    wanted = [
        EvidenceLink(recommendation=name, part=parts.get(name), effect=way)
        for way, names in by.items()
        for name in names
    ]
    return update_links(items, wanted, lambda b: (b.recommendation, b.effect), reason)


def update_uptake(
    items: tuple[Uptake, ...], by: Mapping[UptakeResult, Iterable[str]], reason: TextOfLink
) -> tuple[Uptake, ...]:
    """What a committee's recommendation takes up, as chosen: civil society's recommendations by the result."""
    wanted = [Uptake(recommendation=name, result=result) for result, names in by.items() for name in names]
    return update_links(items, wanted, lambda u: (u.recommendation, u.result), reason)


def update_same_demand(
    view: View, r: Recommendation, names: Iterable[str], reason: TextOfLink
) -> tuple[Recommendation, ...]:
    """The recommendation with the same demands chosen, and the others at whose end such a link was taken out or brought back."""
    names, before = dict.fromkeys(names), [other.id for other in view.same_demand(r)]
    others = []
    for name in dict.fromkeys([*before, *names]):
        was = other = view.dataset.unmasked.recommendations[name]
        if name not in names:
            r, other = _linked(r, name, False, reason), _linked(other, r.id, False, reason)
        elif name not in before and r.id in _noted(other) and name not in _noted(r):
            other = _linked(other, r.id, True, reason)
        elif name not in before:
            r = _linked(r, name, True, reason)
        others += [other] if other != was else []
    return (r, *others)


def _noted(r: Recommendation) -> set[str]:
    return {s.recommendation for s in r.same_demand}


def _linked(r: Recommendation, name: str, wanted: bool, reason: TextOfLink) -> Recommendation:
    names = [s.recommendation for s in r.same_demand if not is_withdrawn(s.events) and s.recommendation != name]
    links = [SameDemand(recommendation=n) for n in [*names, *([name] if wanted else [])]]
    return replace(r, same_demand=update_links(r.same_demand, links, lambda s: s.recommendation, reason))


def can_be_taken_up(view: View, document: Document | None) -> tuple[Recommendation, ...]:
    """Civil society's recommendations that a document may take up: addressed to its committee, and not later than it."""
    if document is None or document.kind is DocumentKind.ALTERNATIVE_REPORT:
        return ()
    return tuple(
        r for r in view.by_issuer(Issuer.CIVIL_SOCIETY) if (d := view.document(r.document)) and _may(document, d)
    )


def _may(later: Document, earlier: Document) -> bool:
    if later.issued is None or earlier.issued is None:
        return later.body == earlier.body
    first, last = date_range(earlier.issued)
    return later.body == earlier.body and last_day(later.issued) >= (first or last)
