"""What this is, how to read a status, who assesses, what the marks mean."""

from pages.shared.layout import footer, header, open_page
from tracker.publishing import export_tables
from tracker.queries.filters import MOST_PICKED, codes

page = open_page("/about")
header(page, ())
page.show(
    "pages/about.html",
    codes=codes(page.view),
    columns=export_tables.RECOMMENDATIONS,
    default=export_tables.DEFAULT,
    most_picked=MOST_PICKED,
)
footer(page)
