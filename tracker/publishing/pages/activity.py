"""The page that lists everything that was recorded, newest first."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from tracker.publishing.change_summaries import change_details, change_sentence
from tracker.publishing.pages.filter_form import build_filter_form
from tracker.publishing.pages.follow import follow_panel, visit_notice
from tracker.publishing.pages.frame import RenderedPage, build_page
from tracker.publishing.render_context import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.queries.activity_log import (
    ENTRIES_PER_PAGE,
    Activity,
    ActivityEntry,
    ActivityFilters,
    corrected_on_page,
    count_activity_options,
    filter_activity,
    group_by_day,
    group_by_save,
    list_activity,
    split_activity,
)
from tracker.queries.lists.url_filters import OptionCounts, paginate
from tracker.queries.view import View

_PATH = "/activity"


def render_activity(request: ViewRequest) -> RenderedPage:
    """Return the page that lists everything that was recorded."""
    view = request.view
    asked = ActivityFilters.from_params(view, request.params)
    every_page = replace(asked, page=1)

    def content(context: RenderContext) -> str:
        entries, counts, corrected = view.cached("activity", every_page, lambda: _find(view, every_page), most=10)
        shown, number, pages = paginate(entries, asked.page, per_page=ENTRIES_PER_PAGE)
        found = corrected_on_page(corrected, entries, number)
        return render(
            "pages/activity.html",
            context,
            form=build_filter_form(request, _PATH, asked, counts=counts),
            searched="",
            corrected=group_by_save(found),
            days=group_by_day(shown, view.settings.timezone),
            total=len(entries),
            page=number,
            pages=pages,
            turn=[context.link(_PATH, *replace(asked, page=number + step).params()) for step in (-1, 1)],
            visit=visit_notice(context, entries, offers=True),
            follow=follow_panel(request, context, every_page.params()),
            sentence=partial(change_sentence, context),
            details=partial(change_details, context),
            filtered=bool(asked.in_use()),
        )

    unknown = ActivityFilters.unknown_values(view, request.params)
    return build_page(request, _PATH, content, params=asked.params(), key=unknown)


def _find(view: View, asked: ActivityFilters) -> tuple[Sequence[Activity], OptionCounts, Sequence[ActivityEntry]]:
    """Return (entries on all pages, how many each option of a filter would leave, corrected entries)."""
    standing, corrected = split_activity(view)
    return (
        list_activity(view, asked),
        count_activity_options(view, standing, asked),
        filter_activity(view, corrected, asked),
    )
