"""The pages that a reader sees: the path of each, the function that renders it, and its URL parameters.

Each page has a module of its name; those for developers and translators are in `about`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.publishing.pages.about import render_about, render_developers, render_translations
from tracker.publishing.pages.activity import render_activity
from tracker.publishing.pages.analysis import render_analysis
from tracker.publishing.pages.deadlines import render_deadlines
from tracker.publishing.pages.evidence import render_evidence
from tracker.publishing.pages.frame import PageRenderer
from tracker.publishing.pages.overview import render_overview
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.pages.recommendations import render_recommendations
from tracker.publishing.pages.search import render_search
from tracker.publishing.pages.treaty_bodies import render_treaty_bodies
from tracker.queries.activity_log import ActivityFilters
from tracker.queries.lists import filters as lists
from tracker.queries.lists.url_filters import UrlFilters


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """The function that renders a page, and the names of its own URL parameters, besides those of every page."""

    render: PageRenderer
    params: tuple[str, ...] = ()


def _parameter_names(*kinds: type[UrlFilters]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.name for kind in kinds for row in kind.rows()))


READER_PAGES: Mapping[str, ReaderPage] = {
    "/": ReaderPage(render_overview),
    "/recommendations": ReaderPage(render_recommendations, _parameter_names(lists.Filters, lists.Selection)),
    "/recommendation": ReaderPage(render_recommendation, _parameter_names(lists.Filters)),
    "/evidence": ReaderPage(render_evidence, ("id", *_parameter_names(lists.EvidenceFilters))),
    "/analysis": ReaderPage(render_analysis, (*_parameter_names(lists.Filters), "demand")),
    "/treaty-bodies": ReaderPage(render_treaty_bodies),
    "/deadlines": ReaderPage(render_deadlines),
    "/activity": ReaderPage(render_activity, _parameter_names(ActivityFilters)),
    "/about": ReaderPage(render_about),
    "/developers": ReaderPage(render_developers),
    "/translations": ReaderPage(render_translations),
    "/search": ReaderPage(render_search, ("q", "exactly")),
}
"""Path → page. The pages that only editors use are not here."""
