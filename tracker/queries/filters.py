"""The filters of the recommendation list: parse them from URL parameters, apply them, sort, and count by status.

URL parameters are stable codes, never labels, so that a link works in every language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode

from tracker.model import partial_dates
from tracker.model.fields import is_id
from tracker.model.localized_text import resolve
from tracker.model.records import Recommendation
from tracker.model.sorting import alphabetical_key
from tracker.model.vocabulary import Issuer, Status, Voice
from tracker.queries.text_search import SearchTerm, parse_search
from tracker.queries.view import View, effective_date

RECOMMENDATIONS_PER_PAGE = 100
SORT_ORDERS = ("order", "changed", "status", "newest", "title")
LIST_FILTERS = ("by", "body", "status", "theme")
YES_NO_FILTERS = {"evidence": ("yes", "no"), "stale": ("yes", "no")}
MAX_SEARCH_LENGTH = 200
MAX_SELECTED = 200
"""The largest number of recommendations that can be selected by id. With more ids, some programs cut off the URL."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters, search words, sort order and page of the list. Each attribute is named like its URL parameter.

    `id` holds the ids of selected recommendations, `by` issuers, `body` the ids of committees, `status` statuses, and
    `theme` the ids of themes. `evidence` and `stale` are "yes", "no", or "" for no filter. `q` holds the search words.
    """

    id: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    evidence: str = ""
    stale: str = ""
    q: str = ""
    sort: str = SORT_ORDERS[0]
    page: int = 1

    def params(self) -> list[tuple[str, str]]:
        """Return the filters as (name, value) pairs for a URL. Filters that have their default value are left out."""
        found = [(name, value) for name in ("id", *LIST_FILTERS) for value in getattr(self, name)]
        found += [(name, getattr(self, name)) for name in (*YES_NO_FILTERS, "q") if getattr(self, name)]
        if self.sort != SORT_ORDERS[0]:
            found.append(("sort", self.sort))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    def query_string(self, *more: tuple[str, str], without: Iterable[str] = ()) -> str:
        """Return a URL query string that begins with "?" and contains the pairs `more` and these filters.

        `more` are (name, value) pairs. Filters that are named in `without` are left out. Return "" if nothing is left.
        """
        pairs = [*more, *(pair for pair in self.params() if pair[0] not in without)]
        return "?" + urlencode(pairs) if pairs else ""


def filter_options(view: View) -> dict[str, tuple[str, ...]]:
    """Return, for this view, name of a list filter → codes that this filter accepts, in the order shown to users."""
    return {
        "by": tuple(issuer.value for issuer in Issuer),
        "body": tuple(view.bodies),
        "status": tuple(status.value for status in Status),
        "theme": tuple(theme.id for theme in view.settings.themes),
    }


def parse_filters(view: View, params: Mapping[str, Iterable[str]]) -> Filters:
    """Return the filters given in `params` (URL parameter → values). Unknown values, as in old links, are ignored."""
    known = filter_options(view)
    given = {name: list(params.get(name, ())) for name in (*LIST_FILTERS, *YES_NO_FILTERS, "q", "sort", "page")}
    for name in (*LIST_FILTERS, *YES_NO_FILTERS, "sort"):
        # codes are lower case, but people write CAT
        given[name] = [value.lower() for value in given[name]]
    lists = {name: tuple(code for code in known[name] if code in given[name]) for name in LIST_FILTERS}
    switches = {name: next((v for v in given[name] if v in YES_NO_FILTERS[name]), "") for name in YES_NO_FILTERS}
    page = next((int(p) for p in given["page"] if p.isascii() and p.isdigit() and 0 < len(p) < 6), 1)
    sort = next((s for s in given["sort"] if s in SORT_ORDERS), SORT_ORDERS[0])
    words = " ".join("".join(given["q"][:1]).split())[:MAX_SEARCH_LENGTH]
    # ids that do not exist are kept: a link to retired recommendations gives an empty list, never the whole list
    selected = tuple(name for name in dict.fromkeys(map(str.lower, params.get("id", ()))) if is_id(name))[:MAX_SELECTED]
    return Filters(id=selected, **lists, **switches, q=words, sort=sort, page=max(1, page))  # type: ignore[arg-type]


def unknown_values(view: View, params: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str], ...]:
    """Return the (parameter, value) pairs that `parse_filters` ignores because the filter has no such value.

    At most five pairs are returned, and each value is cut to 60 characters, because a URL can contain any text.
    """
    known: dict[str, tuple[str, ...]] = {**filter_options(view), **YES_NO_FILTERS, "sort": SORT_ORDERS}
    pairs = ((name, value) for name in known for value in dict.fromkeys(params.get(name, ())))
    unknown = ((name, value) for name, value in pairs if value and value.lower() not in known[name])
    return tuple((name, " ".join(value.split())[:60]) for name, value in islice(unknown, 5))


def filter_recommendations(view: View, filters: Filters, lang: str) -> tuple[Recommendation, ...]:
    """Return the recommendations that match the filters, from all pages of the list, in the chosen sort order.

    If the list is sorted by title, the titles in the language `lang` are used.
    """
    all_pages = replace(filters, page=1)
    return view.cached("matching", (all_pages, lang), lambda: _matching(view, all_pages, lang))


def _matching(view: View, filters: Filters, lang: str) -> tuple[Recommendation, ...]:
    # without a search the index is not needed, and not built
    found = view.searchable.index.find(parse_search(filters.q)) if filters.q else view.recommendations.keys()
    if filters.id:
        found = found & frozenset(filters.id)
    for name in (*LIST_FILTERS, *YES_NO_FILTERS):
        if value := getattr(filters, name):
            codes = (value,) if isinstance(value, str) else value
            found = found & frozenset().union(*(_ids_with(view, name, code) for code in codes))
    ordered = view.cached("order", (filters.sort, lang), lambda: _sorted(view, filters.sort, lang))
    matching = ordered if len(found) == len(ordered) else tuple(r for r in ordered if r.id in found)
    return (
        _best_first(view, matching, parse_search(filters.q))
        if filters.q and filters.sort == SORT_ORDERS[0]
        else matching
    )


def _best_first(
    view: View, found: tuple[Recommendation, ...], words: tuple[SearchTerm, ...]
) -> tuple[Recommendation, ...]:
    """Sort the found recommendations: those of civil society first, and for each issuer the best matches first.

    A recommendation is a best match if its title, text and summary together contain all search words. For the other
    recommendations, some search words are only found elsewhere, for example in the evidence.
    """
    best = view.searchable.main_index.find(words)
    return tuple(sorted(found, key=lambda r: (r.issued_by is not Issuer.CIVIL_SOCIETY, r.id not in best)))


def _ids_with(view: View, name: str, code: str) -> frozenset[str]:
    """Return the ids of the recommendations that match the value `code` of the filter `name`."""
    recommendations = view.recommendations.values()
    return view.cached(
        "having",
        (name, code),
        lambda: frozenset(r.id for r in recommendations if _matches_value(view, r, name, code=code)),
    )


def _matches_value(view: View, r: Recommendation, name: str, *, code: str) -> bool:
    match name:
        case "by":
            return r.issued_by == code
        case "body":
            return (body := view.body_of(r)) is not None and body.id == code
        case "status":
            return view.status(r) == code
        case "theme":
            return any(code in tagging.themes for tagging in r.tags)
        case "evidence":
            return (code == "yes") == bool(view.evidence_for(r))
        case _:
            return (code == "yes") == view.is_stale(r)


def _sorted(view: View, sort: str, lang: str) -> tuple[Recommendation, ...]:
    """Return all recommendations in the order `sort`, one of SORT_ORDERS.

    In every order, civil society's recommendations come before those of committees.
    """
    main, found = view.settings.language, list(view.recommendations.values())
    match sort:
        case "changed":
            found.sort(key=lambda r: max((a.recorded or "" for a in view.assessments[r.id]), default=""), reverse=True)
        case "status":
            ranks = {Status.NOT_IMPLEMENTED: 0, Status.PARTIALLY: 1, Status.IMPLEMENTED: 2, Status.NO_INFORMATION: 3}
            found.sort(key=lambda r: ranks.get(view.status(r), 4))
        case "newest":
            found.sort(key=lambda r: partial_dates.descending_key(_document_date(view, r)))
        case "title":
            found.sort(key=lambda r: alphabetical_key(resolve(r.title, lang, main).text))
    return tuple(sorted(found, key=lambda r: r.issued_by is not Issuer.CIVIL_SOCIETY))


def _document_date(view: View, r: Recommendation) -> str | None:
    document = view.dataset.documents.get(r.document)
    return effective_date(document) if document else None


def find_neighbours(
    view: View, filters: Filters, r: Recommendation, lang: str
) -> tuple[Recommendation | None, int, int, Recommendation | None]:
    """Return (previous, position, count, next) for the recommendation `r` in the filtered list.

    `previous` and `next` are the recommendations before and after `r`, or None. `position` starts at 1, and is 0 if
    `r` is not in the list. `count` is the length of the list. Only recommendations of the same issuer as `r` are
    considered.
    """
    all_pages = replace(filters, page=1)
    found, positions = view.cached(
        "places", (all_pages, lang, r.issued_by), lambda: _places(view, all_pages, r.issued_by, lang=lang)
    )
    if r.id not in positions:
        return None, 0, len(found), None
    at = positions[r.id]
    return (found[at - 1] if at else None), at + 1, len(found), (found[at + 1] if at + 1 < len(found) else None)


def _places(
    view: View, filters: Filters, issuer: Issuer, *, lang: str
) -> tuple[tuple[Recommendation, ...], dict[str, int]]:
    """Return the filtered list of one issuer's recommendations, and id → index in this list."""
    found = tuple(r for r in filter_recommendations(view, filters, lang) if r.issued_by is issuer)
    return found, {r.id: index for index, r in enumerate(found)}


def count_by_status(view: View, recommendations: Iterable[Recommendation]) -> dict[Status, int]:
    """Return status → number of recommendations with this status, in the order from implemented to not assessed.

    A status that no recommendation has is left out.
    """
    order = (Status.IMPLEMENTED, Status.PARTIALLY, Status.NOT_IMPLEMENTED, Status.NO_INFORMATION, Status.NOT_ASSESSED)
    counts = dict.fromkeys(order, 0)
    for r in recommendations:
        counts[view.status(r)] += 1
    return {status: count for status, count in counts.items() if count}


def last_assessed(view: View, r: Recommendation) -> str | None:
    """Return the date of civil society's latest assessment of the whole recommendation, or None if there is none."""
    latest = view.latest(r, Voice.CIVIL_SOCIETY)
    return latest.date if latest else None
