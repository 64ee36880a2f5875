"""The pages that a reader sees: the path of each, the function that makes its HTML, and the URL parameters that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.publishing.pages.about import render_about
from tracker.publishing.pages.activity import render_activity
from tracker.publishing.pages.deadlines import render_deadlines
from tracker.publishing.pages.evidence import render_evidence
from tracker.publishing.pages.frame import PAGE_NAMES, PageRenderer, RenderedPage
from tracker.publishing.pages.overview import render_overview
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.pages.recommendations import render_recommendations
from tracker.publishing.pages.search import render_search
from tracker.publishing.pages.treaty_bodies import render_treaty_bodies
from tracker.publishing.request import ViewRequest
from tracker.queries.activity_log import ActivityFilters
from tracker.queries.lists.filters import EvidenceFilters, Filters
from tracker.queries.lists.selection import Selection
from tracker.queries.lists.url_filters import UrlFilters


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """A page: its path, its name in English, the function that makes its HTML, and its URL parameters.

    The language and the past dates are parameters of every page, so they are not in `params`.
    """

    path: str
    name: str
    render: PageRenderer
    params: tuple[str, ...] = ()


def _render_analysis(request: ViewRequest) -> RenderedPage:
    # pandas and Plotly take a second to import, and 80 MB
    from tracker.publishing.pages.analysis import render_analysis

    return render_analysis(request)


def _names(*kinds: type[UrlFilters]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.name for kind in kinds for row in kind.rows()))


_RENDERERS: tuple[tuple[str, PageRenderer, tuple[str, ...]], ...] = (
    ("/", render_overview, ()),
    ("/recommendations", render_recommendations, _names(Filters, Selection)),
    ("/recommendation", render_recommendation, _names(Filters)),
    ("/evidence", render_evidence, _names(EvidenceFilters)),
    ("/analysis", _render_analysis, (*_names(Filters), "demand")),
    ("/treaty-bodies", render_treaty_bodies, ()),
    ("/deadlines", render_deadlines, ()),
    ("/activity", render_activity, _names(ActivityFilters)),
    ("/about", render_about, ()),
    ("/search", render_search, ("q", "exactly")),
)
READER_PAGES: Mapping[str, ReaderPage] = {
    path: ReaderPage(path, PAGE_NAMES[path], render, params=(*params, "mistake")) for path, render, params in _RENDERERS
}
"""Path → page."""
