"""The page that explains the tracker: how to read a status, who assesses, what the labels mean, how to use the data."""

from pages.shared.layout import open_page, show_footer, show_header
from tracker.publishing.exports import columns as export_columns
from tracker.queries.lists.filters import MAX_SELECTED, Filters

page = open_page("/about")
show_header(page, ())
page.show(
    "pages/about.html",
    filters=[row for row in Filters.rows() if row.options or row.help],
    columns=export_columns.RECOMMENDATION_COLUMNS,
    default=export_columns.DEFAULT_COLUMNS,
    most_picked=MAX_SELECTED,
)
show_footer(page)
