"""The page Search: what the search box in the header finds."""

from urllib.parse import urlencode

from tracker.publishing.pages.frame import RenderedPage, build_page, page_name
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries.lists.url_filters import SEARCH_ROW
from tracker.queries.search.file_search import prepare_file_search
from tracker.queries.search.site_search import search_everything


def searchable_texts_key(request: ViewRequest) -> tuple[str, ...]:
    """Return a part of a cache key that changes when more texts of files can be searched; () if the request has no texts."""
    if request.texts is None:
        return ()
    found = prepare_file_search(request.view, request.texts)
    return (f"texts {found.generation}, {found.reading}, {found.left_out}",)


def render_search(request: ViewRequest) -> RenderedPage:
    """Return the page with what the search box finds: recommendations, evidence, documents and attached files."""
    typed = str(SEARCH_ROW.parse(request.view, request.params.get("q", ())))
    exactly = "exactly" in request.params
    params = [*([("q", typed)] if typed else []), *([("exactly", "yes")] if exactly else [])]

    def content(context: ViewRequest) -> str:
        return render(
            "pages/search.html",
            context,
            found=search_everything(request.view, typed, exactly=exactly, texts=request.texts),
            lists=[(path, page_name(context, path)) for path in ("/recommendations", "/evidence", "/treaty-bodies")],
            today="/search?" + urlencode([*params, ("lang", request.language.code)]),
        )

    return build_page(request, "/search", content, params=params, searched=typed)
