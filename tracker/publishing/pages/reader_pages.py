"""The pages that a reader sees: the path of each, the function that makes its HTML, and the URL parameters that it reads.

The short ones are here, the others in modules of their names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from tracker.i18n import native_name
from tracker.model.vocabulary import Issuer
from tracker.publishing.exports import columns as export_columns
from tracker.publishing.pages.activity import render_activity
from tracker.publishing.pages.deadlines import render_deadlines
from tracker.publishing.pages.filter_form import build_filter_form
from tracker.publishing.pages.follow import changed_at, visit_notice
from tracker.publishing.pages.frame import PageRenderer, RenderedPage, build_page, page_name, same_for_all
from tracker.publishing.pages.mistake_report import draft_mistake_report
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.pages.recommendations import render_recommendations
from tracker.publishing.pages.search import render_search
from tracker.publishing.render_context import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import text_label
from tracker.queries import overview_summary
from tracker.queries.activity_log import ActivityFilters, latest_assessments_and_evidence, list_activity
from tracker.queries.deadlines import bodies_without_date, overdue, upcoming
from tracker.queries.documents_by_cycle import group_by_cycle, known_scales, known_steps, recommendations_of_body
from tracker.queries.later_records import list_retired
from tracker.queries.lists.filters import (
    MAX_SELECTED,
    EvidenceFilters,
    Filters,
    count_evidence_options,
    document_year,
    filter_evidence,
)
from tracker.queries.lists.selection import Selection
from tracker.queries.lists.url_filters import UrlFilters
from tracker.queries.overview_summary import demand_matrix, uptake_not_checked
from tracker.queries.search.site_search import correct_list_search
from tracker.queries.translations import register_of, translation_queue
from tracker.queries.view import View


def corrected_filters(view: View, asked: EvidenceFilters) -> EvidenceFilters:
    """Return the filters with words in which a typo is corrected, if the words as typed find nothing."""
    return replace(asked, q=correct_list_search(view, asked.q, view.searchable_evidence)) if asked.q else asked


def render_evidence(request: ViewRequest) -> RenderedPage:
    """Return the register of evidence."""
    view = request.view
    asked = EvidenceFilters.from_params(view, request.params)
    unknown = EvidenceFilters.unknown_values(view, request.params)

    def content(context: RenderContext) -> str:
        used = corrected_filters(view, asked)
        items = filter_evidence(view, used)
        return render(
            "pages/evidence.html",
            context,
            form=build_filter_form(request, "/evidence", asked, counts=count_evidence_options(view, used)),
            searched=asked.q,
            used=used.q,
            items=items,
            words=view.search_terms(used.q),
            visit=visit_notice(context),
            changed_at=changed_at,
            retired=() if asked.in_use() else list_retired(view, view.dataset.evidence.values()),
        )

    return build_page(request, "/evidence", content, params=asked.params(), searched=asked.q, key=unknown)


_MAX_RECORDS = 100
"""The largest number of records that are listed for each language."""


def render_translations(request: ViewRequest) -> RenderedPage:
    """Return the page that lists for each language which texts of the view lack it, that of the reader first."""
    own = request.language.code

    def content(context: RenderContext) -> str:
        return render(
            "pages/translations.html",
            context,
            queue=sorted(translation_queue(request.view).items(), key=lambda tasks: tasks[0] != own),
            most=_MAX_RECORDS,
            report=draft_mistake_report(request, ""),
            text_label=partial(text_label, context),
            register_of=register_of,
            native_name=native_name,
        )

    return build_page(request, "/translations", content, of="/about")


def _treaty_bodies(context: RenderContext) -> str:
    view = context.view
    ahead = upcoming(view)
    return render(
        "pages/treaty_bodies.html",
        context,
        name=page_name(context, "/treaty-bodies"),
        bodies=[
            (body, group_by_cycle(view, body), recommendations_of_body(view, body)) for body in view.bodies.values()
        ],
        coming={body: [item for item in ahead if item.document.body == body] for body in view.bodies},
        scales=partial(known_scales, view),
        steps_of=partial(known_steps, view),
        retired=list_retired(view, view.dataset.documents.values()),
    )


render_treaty_bodies = same_for_all("/treaty-bodies", _treaty_bodies)


_MAX_ROWS = 12
"""The largest number of rows in a table of the overview. All rows are on the list page."""


def _overview(context: RenderContext) -> str:
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


render_overview = same_for_all("/", _overview)


def render_about(request: ViewRequest) -> RenderedPage:
    """Return the page that explains the tracker."""
    return build_page(request, "/about", lambda context: render("pages/about.html", context))


def render_developers(request: ViewRequest) -> RenderedPage:
    """Return the page for those who use the data in other programs: addresses, filters, columns."""
    return build_page(
        request,
        "/developers",
        lambda context: render(
            "pages/developers.html",
            context,
            filters=[row for row in Filters.rows() if row.options or row.help],
            columns=export_columns.RECOMMENDATION_COLUMNS,
            default=export_columns.DEFAULT_COLUMNS,
            most_picked=MAX_SELECTED,
        ),
        of="/about",
    )


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
