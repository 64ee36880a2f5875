"""The pages that a reader sees: the path of each, the function that makes its HTML, and the URL parameters that it reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.publishing.pages.about import render_about, render_developers
from tracker.publishing.pages.activity import render_activity
from tracker.publishing.pages.deadlines import render_deadlines
from tracker.publishing.pages.evidence import render_evidence
from tracker.publishing.pages.frame import PageRenderer, RenderedPage
from tracker.publishing.pages.overview import render_overview
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.pages.recommendations import render_recommendations
from tracker.publishing.pages.search import render_search
from tracker.publishing.pages.translations import render_translations
from tracker.publishing.pages.treaty_bodies import render_treaty_bodies
from tracker.publishing.request import ViewRequest
from tracker.queries.activity_log import ActivityFilters
from tracker.queries.lists.filters import EvidenceFilters, Filters, Selection
from tracker.queries.lists.url_filters import UrlFilters


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """The function that makes the HTML of a page, and its URL parameters.

    The language, the past dates and `mistake` are parameters of every page, so they are not in `params`.
    """

    render: PageRenderer
    params: tuple[str, ...] = ()


def _render_analysis(request: ViewRequest) -> RenderedPage:
    # pandas and Plotly take a second to import, and 80 MB
    from tracker.publishing.pages.analysis import render_analysis

    return render_analysis(request)


def _names(*kinds: type[UrlFilters]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.name for kind in kinds for row in kind.rows()))


READER_PAGES: Mapping[str, ReaderPage] = {
    "/": ReaderPage(render_overview),
    "/recommendations": ReaderPage(render_recommendations, _names(Filters, Selection)),
    "/recommendation": ReaderPage(render_recommendation, _names(Filters)),
    "/evidence": ReaderPage(render_evidence, _names(EvidenceFilters)),
    "/analysis": ReaderPage(_render_analysis, (*_names(Filters), "demand")),
    "/treaty-bodies": ReaderPage(render_treaty_bodies),
    "/deadlines": ReaderPage(render_deadlines),
    "/activity": ReaderPage(render_activity, _names(ActivityFilters)),
    "/about": ReaderPage(render_about),
    "/developers": ReaderPage(render_developers),
    "/translations": ReaderPage(render_translations),
    "/search": ReaderPage(render_search, ("q", "exactly")),
}
"""Path → page."""
