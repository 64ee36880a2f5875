"""The results of the search box in the header: recommendations, evidence and documents together."""

from urllib.parse import urlencode

from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.url_state import url_params
from tracker.queries.site_search import search_everything
from tracker.queries.url_filters import SEARCH_ROW

page = open_page("/search")
given = url_params()
typed = str(SEARCH_ROW.parse(page.view, given.get("q", [])))
exactly = "exactly" in given
own_params = [("q", typed)] * bool(typed) + [("exactly", "yes")] * exactly
show_header(page, own_params, searched=typed)
today = "/search?" + urlencode([*own_params, ("lang", page.context.language.code)])
page.show_shared(
    "pages/search.html",
    lambda: {"found": search_everything(page.view, typed, exactly=exactly), "today": today},
    typed,
    exactly,
)
if typed and page.context.person.handle:
    page.show("private/not_searched.html", typed=typed)
show_footer(page, own_params)
