"""What this is, how to read a status, who assesses, what the marks mean."""

from pages.frame import footer, header, open_page

page = open_page("/about")
header(page, ())
page.show("about.html")
footer(page)
