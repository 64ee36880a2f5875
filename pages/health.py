"""What is wrong or unfinished in the data, for editors."""

from pages.frame import footer, header, open_page

page = open_page("/health")
header(page, ())
footer(page)
