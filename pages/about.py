"""What this is, how to read a status, who assesses, what the marks mean."""

from pages.frame import footer, header, open_page
from tracker import columns
from tracker.query import MOST_PICKED, codes

page = open_page("/about")
header(page, ())
page.show(
    "about.html",
    codes=codes(page.view),
    columns=columns.RECOMMENDATIONS,
    default=columns.DEFAULT,
    most_picked=MOST_PICKED,
)
footer(page)
