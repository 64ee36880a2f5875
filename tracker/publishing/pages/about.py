"""The pages About, For developers, and Help to translate."""

from functools import partial

from tracker.publishing.exports import csv_export
from tracker.publishing.pages.frame import RenderedPage, build_page, draft_mistake_report
from tracker.publishing.render_context import ViewRequest, render
from tracker.publishing.wording import text_label
from tracker.queries.lists import filters as lists
from tracker.queries.lists.url_filters import STATE_ROW
from tracker.queries.translations import register_of, translation_queue

_MAX_RECORDS = 100
"""The largest number of records that the page of the translations lists for each language."""


def render_about(request: ViewRequest) -> RenderedPage:
    """Return the page that explains the tracker: how to read a status, who assesses, what the labels mean."""
    return build_page(request, "/about", lambda context: render("pages/about.html", context))


def render_developers(request: ViewRequest) -> RenderedPage:
    """Return the page for people who use the data in other programs: addresses, filters, columns."""

    def content(context: ViewRequest) -> str:
        return render(
            "pages/developers.html",
            context,
            filters=[
                row
                for row in lists.Filters.rows()
                if (row.options or row.help)
                and (row.options is not STATE_ROW.options or context.view.has_several_states)
            ],
            columns=csv_export.columns_in(context.view, csv_export.RECOMMENDATION_COLUMNS),
            default=csv_export.default_columns(context.view),
            most_picked=lists.MAX_SELECTED,
        )

    return build_page(request, "/developers", content, menu_path="/about")


def render_translations(request: ViewRequest) -> RenderedPage:
    """Return the page of missing and outdated translations by language, the reader's language first."""

    def content(context: ViewRequest) -> str:
        queue = translation_queue(request.view).items()
        return render(
            "pages/translations.html",
            context,
            queue=sorted(queue, key=lambda tasks: tasks[0] != request.language.code),
            most=_MAX_RECORDS,
            report=draft_mistake_report(request, ""),
            text_label=partial(text_label, context),
            register_of=register_of,
        )

    return build_page(request, "/translations", content, menu_path="/about")
