"""The filters of the lists of recommendations and of evidence, the order of the list, and counts by status."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import compress, islice
from typing import Any, Self

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.localized_text import alphabetical_key, resolve
from tracker.model.records import Authority, Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.states import State
from tracker.model.vocabulary import (
    AssessedBy,
    Direction,
    EvidenceDimension,
    EvidenceEffect,
    EvidenceKind,
    Issuer,
    SortOrder,
    StateResponse,
    Status,
    Verification,
    YesNo,
)
from tracker.queries.follow_up import is_selected_for_follow_up
from tracker.queries.lists.url_filters import (
    BODY_ROW,
    ISSUER_ROW,
    PAGE_ROW,
    SEARCH_ROW,
    STATE_ROW,
    FilterRow,
    IdsByCode,
    OptionCounts,
    UrlFilters,
    codes_of_states,
    enum_options,
    filter_field,
    find_ids_by_code,
    ids_row,
    match_and_count,
)
from tracker.queries.view import View, effective_date, group_by_key, once_per_view


def document_year(view: View, r: Recommendation) -> str:
    """Return the year of the document of a recommendation, or "" if it has no date."""
    return partial_dates.last_year(_document_date(view, r) or "")


def _document_date(view: View, r: Recommendation) -> str | None:
    document = view.document(r.document)
    return effective_date(document) if document else None


@once_per_view
def document_years(view: View) -> Mapping[str, str]:
    """Return a mapping: year → the same year, for the years of documents that have recommendations, the latest first."""
    return {year: year for year in sorted(ids_of_recommendations(view).get("year", ()), reverse=True)}


@once_per_view
def documents_in_use(view: View) -> Mapping[str, Document]:
    """Return id → document for the documents that have recommendations, in the order of the data."""
    used = ids_of_recommendations(view).get("document", ())
    return {id: d for id, d in view.documents.items() if id in used}


@once_per_view
def rights_in_use(view: View) -> Mapping[str, str]:
    """Return a mapping: code → right, for the rights in the tags of recommendations, in alphabetical order of the rights."""
    found = {right for r in view.recommendations.values() for tagging in r.tags for right in tagging.rights}
    return {code_of_name(right): right for right in sorted(found)}


@once_per_view
def authorities_in_use(view: View) -> Mapping[str, Authority]:
    """Return a mapping: code → authority, for the responsible authorities of recommendations, sorted by code."""
    found = (a for r in view.recommendations.values() for tagging in r.tags for a in tagging.authorities)
    return dict(sorted({authority_code(view, authority): authority for authority in found}.items()))


@once_per_view
def recommending_states_in_use(view: View) -> Mapping[str, str]:
    """Return a mapping: code → name, for the States that made recommendations, in alphabetical order of the names."""
    found = {state for r in view.recommendations.values() for state in r.recommending_states}
    return {code_of_name(state): state for state in sorted(found)}


def authority_code(view: View, authority: Authority) -> str:
    """Return the code of an authority, made from its name in the dataset's main language."""
    return code_of_name(resolve(authority.name, view.settings.language, view.settings.language).text)


def code_of_name(name: str) -> str:
    """Return a name as a code for URLs: lower case, with hyphens between its words. "AB:2" becomes "ab-2"."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


RECOMMENDATIONS_PER_PAGE = 100
STATUS_ORDER = (
    *(Status.IMPLEMENTED, Status.PARTIALLY, Status.NOT_IMPLEMENTED),
    *(Status.DIFFER, Status.NO_INFORMATION, Status.NOT_ASSESSED),
)
"""The order of the statuses in bars and legends: from implemented to not implemented, then those without a rank."""
MAX_SELECTED = 200
"""The largest number of recommendations that can be selected by id. Some programs cut off longer URLs."""


def _stale_heading(view: View, language: Language) -> str:
    months = view.settings.stale_after_months
    return language.ngettext("Assessed more than {n} month ago", "Assessed more than {n} months ago", months)


_SELECTED = ids_row(MAX_SELECTED, heading=N_("Selected"), help=N_("selected recommendations, up to {n}"))


@dataclass(frozen=True)
class Filters(UrlFilters):
    """The filters, search words, sort order and page of the list, named like their URL parameters.

    An empty list is no filter. `id`, `body`, `theme`, `group` and `document` have ids. `by`, `status`, `assessed` and
    `verification` have codes of Issuer, Status, AssessedBy and Verification. `right` and `authority` have codes made
    from names (see `code_of_name`). `direction` is that of the status, `shows` the effect of the evidence. `evidence`,
    `stale`, `gap` and `follow_up` are "yes", "no", or "" for no filter.
    """

    id: tuple[str, ...] = _SELECTED.field()
    by: tuple[str, ...] = ISSUER_ROW.field()
    state: tuple[str, ...] = STATE_ROW.field()
    body: tuple[str, ...] = BODY_ROW.field()
    status: tuple[str, ...] = filter_field(N_("Status"), enum_options(Status))
    theme: tuple[str, ...] = filter_field(N_("Theme"), lambda view: {theme.id: theme for theme in view.settings.themes})
    evidence: str = filter_field(N_("Has evidence"), enum_options(YesNo), default="")
    stale: str = filter_field(_stale_heading, enum_options(YesNo), default="")
    assessed: tuple[str, ...] = filter_field(N_("Assessed by"), enum_options(AssessedBy))
    group: tuple[str, ...] = filter_field(
        N_("Group of people"), lambda view: {group.id: group for group in view.settings.groups}, rare=True
    )
    verification: tuple[str, ...] = filter_field(N_("Was the source read?"), enum_options(Verification), rare=True)
    year: tuple[str, ...] = filter_field(N_("Year of the document"), document_years, rare=True)
    document: tuple[str, ...] = filter_field(N_("Document"), documents_in_use, rare=True)
    right: tuple[str, ...] = filter_field(N_("Right"), rights_in_use, rare=True)
    authority: tuple[str, ...] = filter_field(N_("Responsible authority"), authorities_in_use, rare=True)
    position: tuple[str, ...] = filter_field(N_("Position of the State"), enum_options(StateResponse), rare=True)
    recommending_state: tuple[str, ...] = filter_field(N_("Recommending State"), recommending_states_in_use, rare=True)
    direction: tuple[str, ...] = filter_field(N_("Which way it moves"), enum_options(Direction), rare=True)
    shows: tuple[str, ...] = filter_field(N_("Evidence of"), enum_options(EvidenceEffect), rare=True)
    gap: str = filter_field(N_("The State claims more"), enum_options(YesNo), default="", rare=True)
    follow_up: str = filter_field(N_("Selected for follow-up"), enum_options(YesNo), default="", rare=True)
    q: str = SEARCH_ROW.field()
    sort: str = filter_field(N_("Order"), enum_options(SortOrder), default=SortOrder.DOCUMENT.value, narrows=False)
    page: int = PAGE_ROW.field()


def is_by_register(filters: Filters) -> bool:
    """Return whether only committees and States are chosen, or nothing: then documents without recommendations match too."""
    return filters.only_filters() == Filters(body=filters.body, state=filters.state)


def is_of_register(view: View, filters: Filters, document: Document) -> bool:
    """Return whether a document is of the committees and of the States that the filters choose."""
    states = codes_of_states(view, (view.state_of(document),))
    return (not filters.body or document.body in filters.body) and (
        not filters.state or bool({*states} & {*filters.state})
    )


def filter_recommendations(view: View, filters: Filters, lang: str) -> tuple[Recommendation, ...]:
    """Return the matches from all pages of the list, in the chosen order. `lang` is for an order by title."""
    all_pages = replace(filters, page=1)
    return view.cached("matching", (all_pages, lang), lambda: _matching(view, all_pages, lang))


def count_options(view: View, filters: Filters) -> OptionCounts:
    """Return a mapping: name of a filter → code → number of recommendations that match this code and all other filters."""
    return match_and_count(filters, _ids_searched(view, filters), ids_of_recommendations(view))[1]


def _ids_searched(view: View, filters: Filters) -> int:
    """Return the recommendations that match the search words and the selected ids of the filters, as a set of `IdsByCode`."""
    ids = ids_of_recommendations(view)
    # without a search the index is not needed, and not built
    found = ids.bits_of(view.searchable.index.find(view.search_terms(filters.q))) if filters.q else ids.every
    return found & ids.bits_of(view.recommendations.keys() & {*filters.id}) if filters.id else found


def _matching(view: View, filters: Filters, lang: str) -> tuple[Recommendation, ...]:
    ids = ids_of_recommendations(view)
    found, _counts = match_and_count(filters, _ids_searched(view, filters), ids, count=False)
    ordered = view.cached("order", (filters.sort, lang), lambda: _sorted(view, filters.sort, lang))
    matching = (
        tuple(compress(ordered.values(), ids.flags(found, ordered))) if found != ids.every else (*ordered.values(),)
    )
    if not filters.q or filters.sort != SortOrder.DOCUMENT:
        return matching
    # The best matches have all search words in their title, text and summary. For the others, some search words are only
    # found elsewhere, for example in the evidence.
    best = view.searchable.main_index.find(view.search_terms(filters.q))
    return tuple(sorted(matching, key=lambda r: (r.issued_by is not Issuer.CIVIL_SOCIETY, r.id not in best)))


@once_per_view
def ids_of_recommendations(view: View) -> IdsByCode:
    """Return a mapping: name of a filter → code → ids of the recommendations that have this code."""
    names = [row.name for row in Filters.rows() if row.options and row.narrows]
    pairs: dict[tuple[str, str], tuple[str, str]] = {}  # each in memory once

    def codes_of(source: tuple[Any, ...]) -> tuple[tuple[str, str], ...]:
        found = ((name, str(code)) for name in names for code in CODES[name](view, source[0]))
        return tuple(pairs.setdefault(pair, pair) for pair in found)

    return find_ids_by_code(view, "recommendations", view.reused("codes", view.row_sources, codes_of))


def _yes_or_no(value: bool | None) -> tuple[str, ...]:
    return () if value is None else (YesNo.YES if value else YesNo.NO,)


CODES: Mapping[str, Callable[[View, Recommendation], Iterable[str]]] = {
    "by": lambda view, r: (r.issued_by,),
    "state": lambda view, r: codes_of_states(view, (view.state_of(r),)),
    "body": lambda view, r: (body.id,) if (body := view.body_of(r)) else (),
    "status": lambda view, r: (view.status(r),),
    "theme": lambda view, r: (theme for tagging in r.tags for theme in tagging.themes),
    "assessed": lambda view, r: {a.voice for a in view.assessments[r.id]} or (AssessedBy.NOBODY,),
    "group": lambda view, r: (group for tagging in r.tags for group in tagging.groups),
    "verification": lambda view, r: (r.verification,),
    "year": lambda view, r: filter(None, (document_year(view, r),)),
    "document": lambda view, r: (r.document,),
    "right": lambda view, r: (code_of_name(right) for tagging in r.tags for right in tagging.rights),
    "authority": lambda view, r: (authority_code(view, a) for tagging in r.tags for a in tagging.authorities),
    "position": lambda view, r: filter(None, (r.response,)),
    "recommending_state": lambda view, r: map(code_of_name, r.recommending_states),
    "direction": lambda view, r: view.headline(r).directions,
    "shows": lambda view, r: (link.effect for _, link in view.evidence_for(r)),
    "gap": lambda view, r: _yes_or_no(bool(view.claim_gap(r))),
    "follow_up": lambda view, r: _yes_or_no(is_selected_for_follow_up(view, r)),
    "evidence": lambda view, r: _yes_or_no(bool(view.evidence_for(r))),
    "stale": lambda view, r: _yes_or_no(view.is_stale(r)),
}
"""Name of a filter → a function that returns the codes of a recommendation for this filter."""


def _sorted(view: View, sort: str, lang: str) -> dict[str, Recommendation]:
    """Return id → recommendation, for all of them in this order."""
    main, fallback = view.settings.language, view.settings.fallback_for(lang)
    found = list(view.recommendations.values())
    match sort:
        case SortOrder.CHANGED:
            found.sort(key=lambda r: max((a.recorded or "" for a in view.assessments[r.id]), default=""), reverse=True)
        case SortOrder.STATUS:
            # assessments that differ have no rank: they follow after those that have one
            order = (Status.NOT_IMPLEMENTED, Status.PARTIALLY, Status.IMPLEMENTED, Status.DIFFER, Status.NO_INFORMATION)
            ranks = {status: rank for rank, status in enumerate(order)}
            found.sort(key=lambda r: ranks.get(view.status(r), len(ranks)))
        case SortOrder.NEWEST:
            found.sort(key=lambda r: partial_dates.descending_key(_document_date(view, r)))
        case SortOrder.TITLE:
            found.sort(key=lambda r: alphabetical_key(resolve(r.title, lang, main, fallback=fallback).text))
        case SortOrder.DOCUMENT if view.has_several_states:
            places: dict[State | None, int] = {state: place for place, state in enumerate(view.states)}
            found.sort(key=lambda r: places.get(view.state_of(r), len(places)))
    return {r.id: r for r in sorted(found, key=lambda r: r.issued_by is not Issuer.CIVIL_SOCIETY)}


def find_neighbours(
    view: View, filters: Filters, r: Recommendation, lang: str
) -> tuple[Recommendation | None, int, int, Recommendation | None]:
    """Return (previous recommendation, position of `r` from 1, length, next recommendation) in a list.

    The list has the recommendations that match `filters` and have the same issuer as `r`. At the ends of the list,
    previous or next is None. If `r` is not in the list, the position is 0.
    """

    def places() -> tuple[tuple[Recommendation | None, ...], dict[str, int]]:
        listed = [one for one in filter_recommendations(view, filters, lang) if one.issued_by is r.issued_by]
        return (None, *listed, None), {one.id: index for index, one in enumerate(listed, 1)}

    found, positions = view.cached("places", (replace(filters, page=1), lang, r.issued_by), places)
    at = positions.get(r.id, 0)
    return (found[at - 1], at, len(positions), found[at + 1]) if at else (None, 0, len(positions), None)


def group_by_issuer(rs: Iterable[Recommendation]) -> list[tuple[Issuer, tuple[Recommendation, ...]]]:
    """Return (issuer, its recommendations) for each issuer that has any, in the order of Issuer."""
    rs = tuple(rs)
    return [(issuer, own) for issuer in Issuer if (own := tuple(r for r in rs if r.issued_by is issuer))]


def group_for_list(
    view: View, filters: Filters, rs: Iterable[Recommendation]
) -> dict[tuple[Issuer, State | None], tuple[Recommendation, ...]]:
    """Return a mapping: (issuer, State) → recommendations of the list. The State is None if the list is not ordered by it."""
    if view.has_several_states and filters.sort == SortOrder.DOCUMENT and not filters.q:
        groups = _issuers_and_states(view)
        return group_by_key((groups[r.id], r) for r in rs)
    return {(issuer, None): own for issuer, own in group_by_key((r.issued_by, r) for r in rs).items()}


@once_per_view
def _issuers_and_states(view: View) -> Mapping[str, tuple[Issuer, State | None]]:
    return {r.id: (r.issued_by, view.state_of(r)) for r in view.recommendations.values()}


def count_by_status(view: View, recommendations: Iterable[Recommendation]) -> dict[Status, int]:
    """Return a mapping: status → number of recommendations, in the order of STATUS_ORDER. Statuses with none are left out."""
    found = ids_of_recommendations(view)
    bits, by_status = found.bits_of(r.id for r in recommendations), found.get("status", {})
    return {status: count for status in STATUS_ORDER if (count := (bits & by_status.get(status, 0)).bit_count())}


@dataclass(frozen=True)
class EvidenceFilters(UrlFilters):
    """The filters of the evidence page, whose values are codes, and the search words (`q`). URLs call `effect` "direction"."""

    state: tuple[str, ...] = STATE_ROW.field()
    effect: tuple[str, ...] = filter_field(N_("Shows"), enum_options(EvidenceEffect), name="direction")
    dimension: tuple[str, ...] = filter_field(N_("What is it about?"), enum_options(EvidenceDimension))
    kind: tuple[str, ...] = filter_field(N_("Kind of source"), enum_options(EvidenceKind))
    q: str = SEARCH_ROW.field()


def filter_evidence(view: View, filters: EvidenceFilters) -> tuple[Evidence, ...]:
    """Return the evidence that matches the filters and the search words, newest first."""
    ids = ids_of_evidence(view)
    found, _counts = match_and_count(filters, _ids_with_words(view, filters), ids, count=False)
    return tuple(compress(view.evidence.values(), ids.flags(found, view.evidence)))


def count_evidence_options(view: View, filters: EvidenceFilters) -> OptionCounts:
    """Return a mapping: name of a filter → code → number of items of evidence that match this code and all other filters."""
    return match_and_count(filters, _ids_with_words(view, filters), ids_of_evidence(view))[1]


def _ids_with_words(view: View, filters: EvidenceFilters) -> int:
    """Return the evidence that matches the search words, as a set of `IdsByCode`."""
    words, ids = view.search_terms(filters.q), ids_of_evidence(view)
    return ids.bits_of(view.searchable_evidence.index.find(words)) if filters.q else ids.every


@once_per_view
def ids_of_evidence(view: View) -> IdsByCode:
    """Return a mapping: name of a filter → code → ids of the evidence that has this code."""

    def codes_of(e: Evidence) -> tuple[tuple[str, str], ...]:
        effects = (("direction", str(link.effect)) for link in e.relevant_to)
        return (*effects, ("dimension", str(e.dimension)), ("kind", str(e.kind)))

    codes = view.reused("codes of evidence", view.evidence, codes_of)
    if view.has_several_states:  # they follow from other records, so nothing is reused
        states = {e.id: codes_of_states(view, view.states_of(e)) for e in view.evidence.values()}
        codes = {id: (*own, *(("state", code) for code in states[id])) for id, own in codes.items()}
    return find_ids_by_code(view, "evidence", codes)


MAX_BULK_SELECTION = 100
"""The largest number of recommendations in one bulk edit: as many as a person can check in the preview."""
BULK_STEPS = ("list", "add")
"""The steps of a bulk edit: pick recommendations in the list, then add something to all of them."""


@dataclass(frozen=True)
class Selection(UrlFilters):
    """The recommendations that are picked for a bulk edit. `step` is one of BULK_STEPS, or "" without a bulk edit."""

    step: str = FilterRow(name="choosing", default="", options=enum_options(BULK_STEPS)).field()
    ids: tuple[str, ...] = ids_row(MAX_BULK_SELECTION, name="pick").field()

    @classmethod
    def from_params(cls, view: View, params: Mapping[str, Iterable[str]]) -> Self:
        """Return the selection: the known ones of the first MAX_BULK_SELECTION ids. A bulk edit without ids is at step "list"."""
        given = super().from_params(view, params)
        ids = tuple(i for i in given.ids if i in view.recommendations) if given.step else ()
        return cls("list" if given.step and not ids else given.step, ids)

    def with_all(self, found: Iterable[Recommendation]) -> "Selection":
        """Return the selection with the recommendations `found` added, up to MAX_BULK_SELECTION ids."""
        ids = dict.fromkeys([*self.ids, *(r.id for r in islice(found, MAX_BULK_SELECTION))])
        return replace(self, ids=tuple(ids)[:MAX_BULK_SELECTION])
