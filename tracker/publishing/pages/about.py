"""The page that explains the tracker: how to read a status, who assesses, what the labels mean. And the page for developers."""

from tracker.publishing.exports import columns as export_columns
from tracker.publishing.pages.frame import RenderedPage, build_page, same_for_all
from tracker.publishing.render_context import render
from tracker.publishing.request import ViewRequest
from tracker.queries.lists.filters import MAX_SELECTED, Filters

render_about = same_for_all("/about", lambda context: render("pages/about.html", context))


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
