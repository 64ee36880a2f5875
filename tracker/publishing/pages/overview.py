"""The front page: the status of civil society's recommendations, what committees said, the next dates."""

from typing import Any

from tracker.model.vocabulary import Issuer
from tracker.publishing.pages.frame import RenderedPage, build_page, visit_notice
from tracker.publishing.pictures.analysis import ANSWERS, answers_in_words
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries import activity_log, deadlines, overview_summary
from tracker.queries.activity_log import ActivityFilters
from tracker.queries.lists import filters as lists
from tracker.queries.overview_summary import summarize
from tracker.queries.tables.analysis import answer, links_of
from tracker.queries.view import View, once_per_view

_MAX_ROWS = 12
"""The largest number of rows in a table of the overview. All rows are on the list page."""


def render_overview(request: ViewRequest) -> RenderedPage:
    """Return the front page: counts by status, what committees said, the next dates, the latest entries."""

    def content(context: ViewRequest) -> str:
        figures = _figures(context.view)
        return render(
            "pages/overview.html",
            context,
            **figures,
            answer=answer,
            links_of=links_of,
            answers=answers_in_words(context),
            shapes=ANSWERS,
            visit=visit_notice(context, figures["saved"]),
            year=lists.document_year,
            MOST=_MAX_ROWS,
        )

    return build_page(request, "/", content)


@once_per_view
def _figures(view: View) -> dict[str, Any]:
    """Return the values, by name, that are the same in every language."""
    matrix = overview_summary.demand_matrix(view)
    return {
        "states": [(state, *(summarize(view, issuer, state) for issuer in Issuer)) for state in view.states],
        "gaps": sum(bool(voices.gap) for voices in overview_summary.summarize_voices(view)),
        "matrix": matrix,
        "unchecked": overview_summary.uptake_not_checked(view, matrix),
        "late": deadlines.list_overdue(view),
        "ahead": deadlines.list_upcoming(view),
        "unknown": deadlines.list_unknown(view),
        "silent": deadlines.bodies_without_date(view),
        "saved": activity_log.list_activity(view, ActivityFilters()),
        "changes": activity_log.latest_assessments_and_evidence(view, 3),
    }
