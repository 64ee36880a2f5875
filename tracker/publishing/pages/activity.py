"""The page Activity: everything that was recorded."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from tracker.publishing.change_summaries import change_details, change_sentence
from tracker.publishing.pages.filter_form import build_filter_form
from tracker.publishing.pages.frame import RenderedPage, build_page, follow_panel, visit_notice
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries import activity_log
from tracker.queries.activity_log import Activity, ActivityEntry, ActivityFilters
from tracker.queries.lists.url_filters import OptionCounts, paginate


def render_activity(request: ViewRequest) -> RenderedPage:
    """Return the page that lists everything that was recorded, newest first. Changes undone within minutes are listed apart."""
    view, path = request.view, "/activity"
    asked = ActivityFilters.from_params(view, request.params)
    every_page = replace(asked, page=1)

    def find() -> tuple[Sequence[Activity], OptionCounts, Sequence[ActivityEntry]]:
        """Return (entries that match, how many entries each option of a filter would leave, matching slips)."""
        standing, corrected = activity_log.split_activity(view)
        counts = activity_log.count_activity_options(view, standing, every_page)
        found = activity_log.filter_activity(view, corrected, every_page)
        return activity_log.list_activity(view, every_page), counts, found

    def content(context: ViewRequest) -> str:
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
            singles=sum(max(len(activity_log.entries_of(entry)), 1) for entry in entries),
            page=number,
            pages=pages,
            turn=[context.link(path, *replace(asked, page=number + step).params()) for step in (-1, 1)],
            visit=visit_notice(context, entries, offers=True),
            follow=follow_panel(request, context, every_page.params()),
            sentence=partial(change_sentence, context),
            details=partial(change_details, context),
            filtered=bool(asked.in_use()),
        )

    return build_page(request, path, content, params=asked.params())
