"""The overview: where civil society's recommendations stand, what committees said, the next dates, the latest entries."""

from tracker.model.vocabulary import Issuer
from tracker.publishing.pages.follow import visit_notice
from tracker.publishing.pages.frame import same_for_all
from tracker.publishing.render_context import RenderContext, render
from tracker.queries import overview_summary
from tracker.queries.activity_log import ActivityFilters, latest_assessments_and_evidence, list_activity
from tracker.queries.deadlines import bodies_without_date, overdue, upcoming
from tracker.queries.lists.filters import document_year
from tracker.queries.overview_summary import demand_matrix, uptake_not_checked

_MAX_ROWS = 12
"""The largest number of rows in a table of the overview. All rows are on the list page."""


def _content(context: RenderContext) -> str:
    view = context.view
    matrix = demand_matrix(view)
    return render(
        "pages/overview.html",
        context,
        ours=overview_summary.summarize(view, Issuer.CIVIL_SOCIETY),
        committees=overview_summary.summarize(view, Issuer.COMMITTEE),
        gaps=sum(bool(voices.gap) for voices in overview_summary.summarize_voices(view)),
        matrix=matrix,
        unchecked=uptake_not_checked(view, matrix),
        late=overdue(view),
        ahead=upcoming(view),
        silent=bodies_without_date(view),
        visit=visit_notice(context, list_activity(view, ActivityFilters())),
        changes=latest_assessments_and_evidence(view, 3),
        year=document_year,
        MOST=_MAX_ROWS,
    )


render_overview = same_for_all("/", _content)
