"""The page that the dashboard shows if a snapshot would be too large for a phone: links to smaller snapshots."""

from dataclasses import replace

from tracker.publishing.pages.card import render_page_around
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.lists.url_filters import FilterRow

Option = tuple[str, int, str]
"""The label of a filter value, the number of recommendations that match it, and the link to their snapshot."""


def render_snapshot_choice(request: ViewRequest) -> RenderedFile:
    """Return a page with links to smaller snapshots.

    There is one link for each value of a filter that selects only some of the recommendations in the request.
    """
    count = len(_matches(request, request.filters))
    groups = [
        (row.title(request.view, request.language), options)
        for row in Filters.rows()
        if row.options and row.is_list and (options := narrower_options(request, row, count))
    ]
    body = render_page_around(
        request,
        "published/snapshot_choice.html",
        path="/snapshot.html",
        keep=request.filters.params(),
        count=count,
        groups=groups,
    )
    return RenderedFile(body)


def narrower_options(request: ViewRequest, row: FilterRow, count: int) -> list[Option]:
    """Return the values of a filter that select some, but not all, of the recommendations in the request.

    `count` is the number of recommendations in the request. Empty if the request already uses this filter.
    """
    if row.options is None or getattr(request.filters, row.attribute):
        return []
    options: list[Option] = []
    for code, option in row.options(request.view).items():
        narrowed = replace(request.filters, **{row.attribute: (code,)})  # type: ignore[arg-type]
        matches = len(_matches(request, narrowed))
        if 0 < matches < count:
            link = request.link("/snapshot.html", *narrowed.params())
            options.append((request.context.label(option), matches, link))
    return options


def _matches(request: ViewRequest, filters: Filters) -> tuple[object, ...]:
    return filter_recommendations(request.view, filters, request.language.code)
