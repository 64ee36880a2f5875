"""The page that the dashboard shows if a snapshot would be too large for a phone: links to smaller snapshots."""

from dataclasses import replace

from tracker.publishing.card import render_page_around
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.wording import filter_value_label
from tracker.queries.filters import LIST_FILTERS, Filters, filter_options, filter_recommendations

Option = tuple[str, int, str]
"""The label of a filter value, the number of recommendations that match it, and the link to their snapshot."""


def render_snapshot_choice(request: ViewRequest) -> RenderedFile:
    """Return a page with links to smaller snapshots.

    There is one link for each value of a filter that selects only some of the recommendations in the request.
    """
    count = len(_matches(request, request.filters))
    groups = [(name, options) for name in LIST_FILTERS if (options := narrower_options(request, name, count))]
    body = render_page_around(
        request,
        "published/snapshot_choice.html",
        path="/snapshot.html",
        keep=request.filters.params(),
        count=count,
        groups=groups,
        query=request.filters.query_string(*request.sticky_params),
    )
    return RenderedFile(body)


def narrower_options(request: ViewRequest, name: str, count: int) -> list[Option]:
    """Return the values of the filter `name` that select some, but not all, of the recommendations in the request.

    `count` is the number of recommendations in the request. Empty if the request already uses this filter.
    """
    options: list[Option] = []
    for code in () if getattr(request.filters, name) else filter_options(request.view)[name]:
        narrowed = replace(request.filters, **{name: (code,)})  # type: ignore[arg-type]
        matches = len(_matches(request, narrowed))
        if 0 < matches < count:
            options.append(
                (
                    filter_value_label(request.context, name, code),
                    matches,
                    request.link("/snapshot.html", *narrowed.params()),
                )
            )
    return options


def _matches(request: ViewRequest, filters: Filters) -> tuple[object, ...]:
    return filter_recommendations(request.view, filters, request.language.code)
