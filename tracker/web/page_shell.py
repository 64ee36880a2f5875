"""The page shell: the HTML page that shows what a reader sees and then loads Streamlit, with our stylesheet and script."""

import hashlib
import re
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tracker.config import StoragePlace
from tracker.i18n import get_language
from tracker.model.errors import NoDataset, PastDateRefused
from tracker.publishing.pages.frame import EDITORS_PAGES, PAGE_NAMES, RenderedPage, render_no_page
from tracker.publishing.pages.reader_pages import READER_PAGES, files_read
from tracker.publishing.pages.refused_date import render_refused
from tracker.publishing.render_context import ASSETS
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.wording import outage_sentence, page_title, site_name
from tracker.web.responses import NO_STORE, UNAVAILABLE, CachedResponder, PublicRoute, language_of, without_past

ICON_FONT = ASSETS / "fonts" / "icons.woff2"
STYLESHEETS = {"app.css", "paper.css"}
FRAMEWORK = re.compile(
    r'<script type="module".*?</script>|<link rel="(?:modulepreload|stylesheet)" crossorigin.*?>', re.S
)
"""Matches the tags of Streamlit's index.html that load its files."""


@cache
def asset_url(name: str) -> str:
    """Return the URL of the asset with this file name.

    The URL contains a hash of the content. So a changed asset has another URL, and browsers may keep each one for ever.
    """
    return f"/assets/{hashlib.blake2b(asset_bytes(name), digest_size=5).hexdigest()}/{name}"


@cache
def asset_bytes(name: str) -> bytes:
    """Return the content of the asset with this file name.

    The content of app.css and paper.css starts with that of signs.css (colours and icons). In app.css, bars.css
    follows.
    """
    shared = asset_bytes("signs.css") if name in STYLESHEETS else b""
    if name == "app.css":
        shared += asset_bytes("bars.css")
    return shared + (ASSETS / name).read_bytes()


def asset_files() -> dict[str, bytes]:
    """Return URL → content for every asset."""
    return {asset_url(path.name): asset_bytes(path.name) for path in ASSETS.iterdir() if path.is_file()}


def render_shell(
    index: str,
    lang: str,
    title: str,
    *,
    tags: str = "",
    body: str = "",
    noscript: str = "",
    is_whole: bool = False,
) -> str:
    """Return the page shell: Streamlit's HTML page `index` with a language, a title and our assets.

    `tags` are the <head> tags to add, such as those of the link preview. `body` is the page that a reader sees: it is
    shown until Streamlit shows the same, and app.js loads Streamlit after it. Without `body`, Streamlit is loaded at once.
    `noscript` is a sentence for a browser without JavaScript. If the body `is_whole`, Streamlit is never loaded.
    """
    scripts = "".join(f'<script defer src="{asset_url(name)}"></script>' for name in ("app.js", "since.js"))
    head = f'<link rel="stylesheet" href="{asset_url("app.css")}">{scripts}'
    head += f"<noscript><style>{asset_bytes('no_script.css').decode()}</style></noscript>"
    html = re.sub(r'<html lang="[^"]*">', f'<html lang="{escape(lang)}">', index, count=1)
    html = re.sub(r"<noscript>.*?</noscript>|<!--.*?-->|<link\s+rel=\"preload\".*?>", "", html, flags=re.S)
    html = html.replace("./favicon.png", asset_url("favicon.svg"))
    # Streamlit's URLs are relative: they would break under a nested path.
    html = html.replace('"./', '"/')
    later = offer = ""
    if body:
        framework = FRAMEWORK.findall(html)
        html = FRAMEWORK.sub("", html)
        if not is_whole:
            load = escape(get_language(lang).gettext("Live updates and charts: load"))
            offer = f'<p hidden id="rt-load"><button type="button" class="rt-copy">{load}</button></p>'
            later = f'<template id="rt-framework">{"".join(framework)}</template>'
    html = html.replace("</head>", head + "</head>", 1)
    shown = f'<div id="rt-served">{body}{offer}</div>' if body else ""
    shown += f"<noscript><p>{escape(noscript)}</p></noscript>" if noscript else ""
    html = re.sub(r"<body>", lambda _: f"<body>{shown}{later}", html, count=1)
    # Last, so that no replacement above can match text from the data.
    return re.sub(r"<title>[^<]*</title>", lambda _: f"<title>{escape(title)}</title>\n{tags}", html, count=1)


class PageShells:
    """Answers the address of a page with the page shell, and in it what a reader sees. `index` is Streamlit's HTML file."""

    def __init__(self, index: Path, root: StoragePlace, responder: CachedResponder) -> None:
        self._index, self._root, self._responder = index.read_text(encoding="utf-8"), root, responder

    def routes(self) -> list[Route]:
        """Return the routes of all pages, and last the one of an address where there is no page."""
        known = {path: self._public_route(path, name) for path, name in (PAGE_NAMES | EDITORS_PAGES).items()}
        below = [Route(f"{path}/{{rest:path}}", partial(_to_page, path)) for path in known if path != "/"]
        return [*self._responder.routes(known), *below, Route("/{page}", self._no_page)]

    def _public_route(self, path: str, name: str) -> PublicRoute:
        """Return how the address of a page is answered. A page that only editors have is shown by Streamlit alone."""
        page = READER_PAGES.get(path)

        def render(request: ViewRequest) -> RenderedFile:
            if page:
                return self._file(request, page.render(request))
            _ = request.language.gettext
            title = f"{_(name)} · {site_name(request.context)}"
            noscript = _("Editing needs JavaScript. Please switch it on for this address.")
            return RenderedFile(render_shell(self._index, request.language.code, title, noscript=noscript).encode())

        def refuse(request: ViewRequest, refused: PastDateRefused, path: str) -> RenderedFile:
            return self._file(request, render_refused(request, refused, path))

        def without_data(request: Request, error: NoDataset) -> Response:
            language = language_of(request)
            title = page_title(self._root, name if path != "/" else "", language.code)
            html = render_shell(self._index, language.code, title, noscript=outage_sentence(language, error))
            return HTMLResponse(html, 503, UNAVAILABLE)

        return PublicRoute(
            render,
            (*page.params, "mistake") if page else (),
            refuse=refuse,
            depends_on=files_read if path == "/search" else lambda _: (),
            without_data=without_data,
        )

    def _file(self, request: ViewRequest, page: RenderedPage, *, is_whole: bool = False) -> RenderedFile:
        lang = request.language.code
        html = render_shell(self._index, lang, page.title, tags=page.head, body=page.body, is_whole=is_whole)
        return RenderedFile(html.encode(), status=page.status)

    def _no_page(self, request: Request) -> Response:
        """Say that there is no page at an address, with status 404."""
        try:
            asked = self._responder.view_request(without_past(request), ())
            page = render_no_page(asked, quote(request.scope["path"]))
            html = self._file(asked, page, is_whole=True).body
        except NoDataset:
            lang = language_of(request).code
            html = render_shell(self._index, lang, page_title(self._root, "", lang)).encode()
        return HTMLResponse(html, 404, NO_STORE | {"Vary": "Accept-Language"})


def _to_page(page: str, request: Request) -> Response:
    """Answer an address such as /recommendation/ID with the address of the record. Streamlit would show a blank page."""
    rest, query = str(request.path_params["rest"]).strip("/"), request.scope["query_string"].decode("latin-1")
    there = page + (f"?id={quote(rest, safe='')}" if rest else "")
    return RedirectResponse(f"{there}{'&' if rest else '?'}{query}" if query else there, 307)
