"""The pages that a reader sees: the path of each, the function that makes its HTML, and its URL parameters.

The short ones are here; each of the others has a module of its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from tracker.i18n import native_name
from tracker.model import partial_dates
from tracker.model.vocabulary import Issuer
from tracker.publishing.change_summaries import change_details, change_sentence
from tracker.publishing.exports import csv_export
from tracker.publishing.pages.filter_form import build_filter_form
from tracker.publishing.pages.follow import changed_at, follow_panel, visit_notice
from tracker.publishing.pages.frame import PageRenderer, RenderedPage, build_page, page_name
from tracker.publishing.pages.mistake_report import draft_mistake_report
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.pages.recommendations import render_recommendations
from tracker.publishing.render_context import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import text_label
from tracker.queries import activity_log, deadlines, follow_up, overview_summary
from tracker.queries.activity_log import Activity, ActivityEntry, ActivityFilters
from tracker.queries.lists import filters as lists
from tracker.queries.lists.url_filters import SEARCH_ROW, OptionCounts, UrlFilters, paginate
from tracker.queries.recommendation_details import list_retired
from tracker.queries.search.file_search import look_at_texts
from tracker.queries.search.site_search import correct_list_search, search_everything
from tracker.queries.translations import register_of, translation_queue
from tracker.queries.view import View

_MAX_ROWS = 12
"""The largest number of rows in a table of the overview. All rows are on the list page."""
_MAX_RECORDS = 100
"""The largest number of records that wait for a translation and are listed, for each language."""
LONGEST_LABEL = 36
"""On a wide screen, longer labels are cut."""
LETTER_WIDTH = 0.85
"""About how wide a letter is, in percent of the timeline on a wide screen."""


def render_overview(request: ViewRequest) -> RenderedPage:
    """Return where civil society's recommendations stand, what committees said, the next dates, the latest entries."""

    def content(context: RenderContext) -> str:
        view, matrix = context.view, overview_summary.demand_matrix(context.view)
        return render(
            "pages/overview.html",
            context,
            ours=overview_summary.summarize(view, Issuer.CIVIL_SOCIETY),
            committees=overview_summary.summarize(view, Issuer.COMMITTEE),
            gaps=sum(bool(voices.gap) for voices in overview_summary.summarize_voices(view)),
            matrix=matrix,
            unchecked=overview_summary.uptake_not_checked(view, matrix),
            late=deadlines.overdue(view),
            ahead=deadlines.upcoming(view),
            silent=deadlines.bodies_without_date(view),
            visit=visit_notice(context, activity_log.list_activity(view, ActivityFilters())),
            changes=activity_log.latest_assessments_and_evidence(view, 3),
            year=lists.document_year,
            MOST=_MAX_ROWS,
        )

    return build_page(request, "/", content)


def corrected_filters(view: View, asked: lists.EvidenceFilters) -> lists.EvidenceFilters:
    """Return the filters with words in which a typo is corrected, if the words as typed find nothing."""
    return replace(asked, q=correct_list_search(view, asked.q, view.searchable_evidence)) if asked.q else asked


def render_evidence(request: ViewRequest) -> RenderedPage:
    """Return the register of evidence. Each item is shown with the recommendations for which it is relevant."""
    view, path = request.view, "/evidence"
    asked = lists.EvidenceFilters.from_params(view, request.params)
    unknown = lists.EvidenceFilters.unknown_values(view, request.params)

    def content(context: RenderContext) -> str:
        used = corrected_filters(view, asked)
        return render(
            "pages/evidence.html",
            context,
            form=build_filter_form(request, path, asked, counts=lists.count_evidence_options(view, used)),
            searched=asked.q,
            used=used.q,
            items=lists.filter_evidence(view, used),
            words=view.search_terms(used.q),
            visit=visit_notice(context),
            changed_at=changed_at,
            retired=() if asked.in_use() else list_retired(view, view.dataset.evidence.values()),
        )

    return build_page(request, path, content, params=asked.params(), searched=asked.q, key=unknown)


def _render_analysis(request: ViewRequest) -> RenderedPage:
    # pandas and Plotly take a second to import, and 80 MB
    from tracker.publishing.pages.analysis import render_analysis

    return render_analysis(request)


def render_treaty_bodies(request: ViewRequest) -> RenderedPage:
    """Return the treaty bodies with their grading scales, documents by reporting cycle, and upcoming dates."""

    def content(context: RenderContext) -> str:
        view, ahead = context.view, deadlines.upcoming(context.view)
        cycles, asked_by = partial(follow_up.group_by_cycle, view), partial(follow_up.recommendations_of_body, view)
        return render(
            "pages/treaty_bodies.html",
            context,
            name=page_name(context, "/treaty-bodies"),
            bodies=[(body, cycles(body), asked_by(body)) for body in view.bodies.values()],
            coming={body: [item for item in ahead if item.document.body == body] for body in view.bodies},
            scales=partial(follow_up.known_scales, view),
            steps_of=partial(follow_up.known_steps, view),
            retired=list_retired(view, view.dataset.documents.values()),
        )

    return build_page(request, "/treaty-bodies", content)


def render_deadlines(request: ViewRequest) -> RenderedPage:
    """Return the deadlines of each committee: overdue, next, not known and done, and the timeline of their cycles."""

    def content(context: RenderContext) -> str:
        values = {"bodies": deadlines.deadlines_by_body(context.view), "line": deadlines.build_timeline(context.view)}
        silent = deadlines.bodies_without_date(context.view)
        return render("pages/deadlines.html", context, **values, silent=silent, label_dots=partial(label_dots, context))

    return build_page(request, "/deadlines", content)


def label_dots(
    context: RenderContext, dots: Sequence[deadlines.TimelineItem]
) -> list[tuple[deadlines.TimelineItem, str, str, int]]:
    """Return (dot, year, what, row) for the label of each dot of one committee, in the order of the dots on the line.

    Row 0 is next to the line. A label begins at its dot. It goes below all labels whose dots it would reach, so that
    neither these labels nor the lines from their dots cross it. It says in few words what happened: the step of the
    follow-up, or the kind of document and what is to come.
    """
    labels: list[tuple[deadlines.TimelineItem, str, str, int]] = []
    for dot in sorted(dots, key=lambda dot: dot.at, reverse=True):
        item, said = dot.item, dot.item.label(context.language)
        kind = "" if item.step or item.deadline else context.label(item.document.kind)
        what = ", ".join(filter(None, [kind, said if not kind or item.place in ("due", "considered") else ""]))
        year = partial_dates.last_year(item.date)
        end = dot.at + min(len(year) + 1 + len(what), LONGEST_LABEL) * LETTER_WIDTH
        row = max((row + 1 for other, _year, _what, row in labels if other.at < end), default=0)
        labels.append((dot, year, what, row))
    return labels[::-1]


def render_activity(request: ViewRequest) -> RenderedPage:
    """Return the page that lists everything that was recorded, newest first."""
    view, path = request.view, "/activity"
    asked = ActivityFilters.from_params(view, request.params)
    every_page = replace(asked, page=1)

    def find() -> tuple[Sequence[Activity], OptionCounts, Sequence[ActivityEntry]]:
        """Return (entries on all pages, how many each option of a filter would leave, corrected entries)."""
        standing, corrected = activity_log.split_activity(view)
        counts = activity_log.count_activity_options(view, standing, every_page)
        found = activity_log.filter_activity(view, corrected, every_page)
        return activity_log.list_activity(view, every_page), counts, found

    def content(context: RenderContext) -> str:
        entries, counts, corrected = view.cached("activity", every_page, find, most=10)
        shown, number, pages = paginate(entries, asked.page, per_page=activity_log.ENTRIES_PER_PAGE)
        found = activity_log.corrected_on_page(corrected, entries, number)
        return render(
            "pages/activity.html",
            context,
            form=build_filter_form(request, path, asked, counts=counts),
            searched="",
            corrected=activity_log.group_by_save(found),
            days=activity_log.group_by_day(shown, view.settings.timezone),
            total=len(entries),
            page=number,
            pages=pages,
            turn=[context.link(path, *replace(asked, page=number + step).params()) for step in (-1, 1)],
            visit=visit_notice(context, entries, offers=True),
            follow=follow_panel(request, context, every_page.params()),
            sentence=partial(change_sentence, context),
            details=partial(change_details, context),
            filtered=bool(asked.in_use()),
        )

    unknown = ActivityFilters.unknown_values(view, request.params)
    return build_page(request, path, content, params=asked.params(), key=unknown)


def render_about(request: ViewRequest) -> RenderedPage:
    """Return what explains the tracker: how to read a status, who assesses, what the labels mean."""
    return build_page(request, "/about", lambda context: render("pages/about.html", context))


def render_developers(request: ViewRequest) -> RenderedPage:
    """Return the page for those who use the data in other programs: addresses, filters, columns."""

    def content(context: RenderContext) -> str:
        return render(
            "pages/developers.html",
            context,
            filters=[row for row in lists.Filters.rows() if row.options or row.help],
            columns=csv_export.RECOMMENDATION_COLUMNS,
            default=csv_export.DEFAULT_COLUMNS,
            most_picked=lists.MAX_SELECTED,
        )

    return build_page(request, "/developers", content, of="/about")


def render_translations(request: ViewRequest) -> RenderedPage:
    """Return the page that lists for each language which texts of the view lack it, that of the reader first."""

    def content(context: RenderContext) -> str:
        queue = translation_queue(request.view).items()
        return render(
            "pages/translations.html",
            context,
            queue=sorted(queue, key=lambda tasks: tasks[0] != request.language.code),
            most=_MAX_RECORDS,
            report=draft_mistake_report(request, ""),
            text_label=partial(text_label, context),
            register_of=register_of,
            native_name=native_name,
        )

    return build_page(request, "/translations", content, of="/about")


def files_read(request: ViewRequest) -> tuple[str, ...]:
    """Return what says which texts of attached files can be searched now."""
    if request.texts is None:
        return ()
    found = look_at_texts(request.view, request.texts)
    return (f"texts {found.generation}, {found.reading}, {found.left_out}",)


def render_search(request: ViewRequest) -> RenderedPage:
    """Return what the search box in the header finds: recommendations, evidence, documents and files together."""
    typed = str(SEARCH_ROW.parse(request.view, request.params.get("q", ())))
    exactly = "exactly" in request.params
    params = [*([("q", typed)] if typed else []), *([("exactly", "yes")] if exactly else [])]
    read = files_read(request)

    def content(context: RenderContext) -> str:
        return render(
            "pages/search.html",
            context,
            found=search_everything(request.view, typed, exactly=exactly, texts=request.texts),
            lists=[(path, page_name(context, path)) for path in ("/recommendations", "/evidence", "/treaty-bodies")],
            today="/search?" + urlencode([*params, ("lang", request.language.code)]),
        )

    return build_page(request, "/search", content, params=params, searched=typed, depends_on=read)


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """The function that makes a page, and its URL parameters besides those of all: language, past dates, `mistake`."""

    render: PageRenderer
    params: tuple[str, ...] = ()


def _names(*kinds: type[UrlFilters]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.name for kind in kinds for row in kind.rows()))


READER_PAGES: Mapping[str, ReaderPage] = {
    "/": ReaderPage(render_overview),
    "/recommendations": ReaderPage(render_recommendations, _names(lists.Filters, lists.Selection)),
    "/recommendation": ReaderPage(render_recommendation, _names(lists.Filters)),
    "/evidence": ReaderPage(render_evidence, _names(lists.EvidenceFilters)),
    "/analysis": ReaderPage(_render_analysis, (*_names(lists.Filters), "demand")),
    "/treaty-bodies": ReaderPage(render_treaty_bodies),
    "/deadlines": ReaderPage(render_deadlines),
    "/activity": ReaderPage(render_activity, _names(ActivityFilters)),
    "/about": ReaderPage(render_about),
    "/developers": ReaderPage(render_developers),
    "/translations": ReaderPage(render_translations),
    "/search": ReaderPage(render_search, ("q", "exactly")),
}
"""Path → page."""
