"""Update the links between records: add, withdraw and restore links. No link is ever deleted."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from tracker.model.events import Event
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import TextVariant
from tracker.model.partial_dates import date_range, last_day
from tracker.model.records import EvidenceLink, Recommendation, SameDemand, Uptake
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, EventType, EvidenceEffect, Issuer, UptakeResult
from tracker.queries.view import View

TextOfLink = Mapping[str, TextVariant]
AnyLink = TypeVar("AnyLink", bound=EvidenceLink | SameDemand | Uptake)


def update_links(
    links: tuple[AnyLink, ...],
    chosen: Iterable[AnyLink],
    key: Callable[[AnyLink], Hashable],
    reason: TextOfLink,
) -> tuple[AnyLink, ...]:
    """Return the `links` with events added, so that exactly the `chosen` links are active.

    Two links are the same link if `key` returns the same value for both. Links that are not chosen are withdrawn.
    Chosen links that were withdrawn are restored. New links come at the end. `reason` is recorded in the added events.
    """
    chosen_by_key = {key(link): link for link in chosen}
    active = {key(link) for link in links if not is_withdrawn(link.events)}
    # If several withdrawn links have the same key, only the last one is restored.
    to_restore = {key(link): place for place, link in enumerate(links) if key(link) in chosen_by_key.keys() - active}
    updated: list[AnyLink] = []
    for place, link in enumerate(links):
        if not is_withdrawn(link.events) and key(link) not in chosen_by_key:
            link = _with_event(link, EventType.WITHDRAWN, reason)
        elif to_restore.get(key(link)) == place:
            link = _with_event(link, EventType.RESTORED, reason)
        updated.append(link)
    return (*updated, *(link for k, link in chosen_by_key.items() if k not in active and k not in to_restore))


def _with_event(link: Any, event_type: EventType, reason: TextOfLink) -> Any:
    return replace(link, events=(*link.events, Event(type=event_type, reason=reason)))


def linked_ids(links: Iterable[EvidenceLink | Uptake]) -> tuple[str, ...]:
    """Return the ids of the recommendations in the active `links`: each id once, in the order of the links."""
    return tuple(dict.fromkeys(link.recommendation for link in links if not is_withdrawn(link.events)))


def update_evidence_links(
    links: tuple[EvidenceLink, ...], by_effect: Mapping[EvidenceEffect, Iterable[str]], reason: TextOfLink
) -> tuple[EvidenceLink, ...]:
    """Return the evidence `links`, updated to what was chosen in the form.

    `by_effect` maps effect → ids of the chosen recommendations. If the effect on a recommendation changes, the new link
    is for the same part of the recommendation as the old link. `reason` is recorded with each change.
    """
    parts = {link.recommendation: link.part for link in links if not is_withdrawn(link.events)}
    chosen = [
        EvidenceLink(recommendation=i, part=parts.get(i), effect=effect)
        for effect, ids in by_effect.items()
        for i in ids
    ]
    return update_links(links, chosen, lambda link: (link.recommendation, link.effect), reason=reason)


def update_uptake(
    links: tuple[Uptake, ...], by_result: Mapping[UptakeResult, Iterable[str]], reason: TextOfLink
) -> tuple[Uptake, ...]:
    """Return the uptake links of a committee's recommendation, updated to what was chosen in the form.

    `by_result` maps result → ids of the civil-society recommendations that were chosen. `reason` is recorded with each
    change.
    """
    chosen = [Uptake(recommendation=i, result=result) for result, ids in by_result.items() for i in ids]
    return update_links(links, chosen, lambda link: (link.recommendation, link.result), reason=reason)


def update_same_demand(
    view: View, r: Recommendation, ids: Iterable[str], reason: TextOfLink
) -> tuple[Recommendation, ...]:
    """Return `r` with same-demand links to exactly `ids`, then the other recommendations that change.

    A link is recorded in only one of its two recommendations, but counts for both. If a link is recorded in the other
    recommendation, the other recommendation changes.
    """
    chosen, before = dict.fromkeys(ids), [other.id for other in view.same_demand(r)]
    changed = []
    for i in dict.fromkeys([*before, *chosen]):
        original = other = view.dataset.recommendations[i]
        if i not in chosen:
            r = _set_same_demand(r, i, linked=False, reason=reason)
            other = _set_same_demand(other, r.id, linked=False, reason=reason)
        elif i not in before and r.id in _same_demand_ids(other) and i not in _same_demand_ids(r):
            other = _set_same_demand(other, r.id, linked=True, reason=reason)
        elif i not in before:
            r = _set_same_demand(r, i, linked=True, reason=reason)
        changed += [other] if other != original else []
    return (r, *changed)


def _same_demand_ids(r: Recommendation) -> set[str]:
    """Return the ids of the recommendations that the same-demand links of `r` lead to, including withdrawn links."""
    return {link.recommendation for link in r.same_demand}


def _set_same_demand(r: Recommendation, other_id: str, *, linked: bool, reason: TextOfLink) -> Recommendation:
    """Return `r` with its same-demand link to `other_id` active if `linked` is True, otherwise withdrawn."""
    ids = [link.recommendation for link in r.same_demand if not is_withdrawn(link.events)]
    chosen = [SameDemand(recommendation=i) for i in ids if i != other_id]
    chosen += [SameDemand(recommendation=other_id)] if linked else []
    return replace(r, same_demand=update_links(r.same_demand, chosen, lambda link: link.recommendation, reason=reason))


def can_be_taken_up(view: View, document: Document | None) -> tuple[Recommendation, ...]:
    """Return the civil-society recommendations that the committee may have taken up in `document`.

    These recommendations are from reports to the same committee that were not issued after `document`. The result is
    empty if `document` is None or is an alternative report.
    """
    if document is None or document.kind is DocumentKind.ALTERNATIVE_REPORT:
        return ()
    return tuple(
        r
        for r in view.by_issuer(Issuer.CIVIL_SOCIETY)
        if (report := view.document(r.document)) and _can_take_up(document, report)
    )


def _can_take_up(document: Document, report: Document) -> bool:
    """Return whether `document` and `report` belong to one committee and `report` may have been issued first.

    If one of the two has no date of issue, only the committees are compared.
    """
    if document.issued is None or report.issued is None:
        return document.body == report.body
    first, last = date_range(report.issued)
    return document.body == report.body and last_day(document.issued) >= (first or last)
