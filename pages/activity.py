"""What was recorded, newest first, with filters."""

from pages.frame import footer, header, open_page

page = open_page("/activity")
header(page, ())
footer(page)
