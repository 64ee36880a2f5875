"""The page shell: an HTML page that has its content at once, and loads Streamlit after that. Also static files.

Static files are sent compressed, which halves the bytes of a first visit. Each is compressed only once.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tracker.config import StoragePlace
from tracker.i18n import get_language
from tracker.model.errors import NoDataset, PastDateRefused
from tracker.publishing.pages.frame import EDITORS_PAGES, PAGE_NAMES, RenderedPage, render_head, render_no_page
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.refused_date import render_refused
from tracker.publishing.pages.search import searchable_texts_key
from tracker.publishing.render_context import ASSETS
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.wording import outage_sentence, page_title, site_name
from tracker.web.responses import NO_STORE, UNAVAILABLE, CachedResponder, PublicRoute, language_of, without_past

ICON_FONT = ASSETS / "fonts" / "icons.woff2"
ONE_DAY = "public, max-age=86400"
IMMUTABLE = "public, max-age=31536000, immutable"
COMPRESSIBLE_TYPES = {".js", ".css", ".svg", ".json", ".txt"}
STYLESHEETS = {"app.css", "paper.css"}
FRAMEWORK = re.compile(
    r'<script type="module".*?</script>|<link rel="(?:modulepreload|stylesheet)" crossorigin.*?>', re.S
)
"""Matches the tags of Streamlit's index.html that load its files."""
LIVE_SCRIPT = "live.js"
"""The script that only Streamlit's page needs."""
LOADED_ON_USE = ("Html.*.js", "purify.es.*.js")
"""Patterns of the scripts that every page needs, but that Streamlit itself loads only when it shows the page."""
LOADED_FOR_CHARTS = ("PlotlyChart.*.js",)
"""Patterns of the scripts that a page with charts needs in addition."""


@cache
def asset_url(name: str) -> str:
    """Return the URL path of an asset. It has a hash of the content, so browsers may keep the asset for ever."""
    return f"/assets/{hashlib.blake2b(asset_bytes(name), digest_size=5).hexdigest()}/{name}"


@cache
def asset_bytes(name: str) -> bytes:
    """Return the content of an asset. STYLESHEETS begin with signs.css, and app.css also with bars.css."""
    shared = asset_bytes("signs.css") if name in STYLESHEETS else b""
    if name == "app.css":
        shared += asset_bytes("bars.css")
    return shared + (ASSETS / name).read_bytes()


def _script(name: str) -> str:
    return f'<script defer src="{asset_url(name)}"></script>'


def render_shell(
    index: str, lang: str, title: str, *, tags: str = "", body: str = "", noscript: str = "", is_whole: bool = False
) -> str:
    """Return the page shell: Streamlit's HTML page `index` with a language, a title and our assets.

    `tags` are added to <head>. `body` is what a reader sees until app.js has loaded Streamlit, which shows the same;
    with `is_whole`, Streamlit is never loaded. `noscript` is a sentence for a browser without JavaScript.
    """
    scripts = "".join(map(_script, ("app.js", "since.js") if body else ("app.js", "since.js", LIVE_SCRIPT)))
    head = f'<link rel="stylesheet" href="{asset_url("app.css")}">'
    head += f"<noscript><style>{asset_bytes('no_script.css').decode()}</style></noscript>"
    html = re.sub(r'<html lang="[^"]*">', f'<html lang="{escape(lang)}">', index, count=1)
    html = re.sub(r"<noscript>.*?</noscript>|<!--.*?-->|<link\s+rel=\"preload\".*?>", "", html, flags=re.S)
    html = html.replace("./favicon.png", asset_url("favicon.svg"))
    # Streamlit's URLs are relative: they would break under a nested path.
    html = html.replace('"./', '"/')
    shown = later = offer = ""
    if body:
        if not is_whole:
            load = escape(get_language(lang).gettext("Live updates and charts: load"))
            offer = f'<p hidden id="rt-load"><button type="button" class="rt-copy">{load}</button></p>'
            framework = "".join([_script(LIVE_SCRIPT), *FRAMEWORK.findall(html)])
            later = f'<template id="rt-framework">{framework}</template>'
        html, shown = FRAMEWORK.sub("", html), f'<div id="rt-served">{body}{offer}</div>'
    # app.js tells Streamlit where its server is, so it comes before Streamlit's script
    html = html.replace("<head>", "<head>" + scripts, 1).replace("</head>", head + "</head>", 1)
    shown += f"<noscript><p>{escape(noscript)}</p></noscript>" if noscript else ""
    html = re.sub(r"<body>", lambda _: f"<body>{shown}{later}", html, count=1)
    # Last, so that no replacement above can match text from the data.
    return re.sub(r"<title>[^<]*</title>", lambda _: f"<title>{escape(title)}</title>\n{tags}", html, count=1)


def _index_with(index: Path, patterns: Iterable[str]) -> str:
    """Return Streamlit's index.html with added links, which load the scripts that match `patterns` at once."""
    names = (path.name for pattern in patterns for path in (index.parent / "static" / "js").glob(pattern))
    links = "".join(
        f'<link rel="modulepreload" crossorigin fetchpriority="low" href="./static/js/{name}">' for name in names
    )
    return index.read_text("utf-8").replace("</head>", f"{links}</head>", 1)


class PageShells:
    """Answers requests for pages with the page shell and what a reader sees. `index` is Streamlit's index.html."""

    def __init__(self, index: Path, root: StoragePlace, responder: CachedResponder) -> None:
        self._index, self._root, self._responder = _index_with(index, LOADED_ON_USE), root, responder
        self._index_with_charts = _index_with(index, (*LOADED_ON_USE, *LOADED_FOR_CHARTS))
        self._folder = index.parent

    def compress_framework(self) -> None:
        """Compress the files that a page with charts loads, so that the first reader does not wait for it."""
        for name in re.findall(r'(?:src|href)="\./(static/[^"]+)"', self._index_with_charts):
            if (path := self._folder / name).suffix in COMPRESSIBLE_TYPES:
                _compressed_file(path)

    def routes(self) -> list[Route]:
        """Return the routes of all pages, of addresses below a page, and last of addresses without a page."""
        known = {path: self._public_route(path, name) for path, name in (PAGE_NAMES | EDITORS_PAGES).items()}
        below = [Route(f"{path}/{{rest:path}}", partial(_redirect_to_page, path)) for path in known if path != "/"]
        return [*self._responder.routes(known), *below, Route("/{page}", self._no_page)]

    def _public_route(self, path: str, name: str) -> PublicRoute:
        """Return the route that answers requests for the page at `path`. `name` is its title, to be translated."""
        page = READER_PAGES.get(path)

        def render(request: ViewRequest) -> RenderedFile:
            if page:
                return self._file(request, page.render(request), has_charts=path == "/analysis")
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

        params = (*page.params, "mistake") if page else ()
        depends_on = searchable_texts_key if path == "/search" else lambda _: ()
        return PublicRoute(
            render, params, refuse=refuse, depends_on=depends_on, without_data=without_data, is_page=True
        )

    def _file(
        self, request: ViewRequest, page: RenderedPage, *, is_whole: bool = False, has_charts: bool = False
    ) -> RenderedFile:
        """Return the page shell with a page in it. `is_whole` is as in `render_shell`."""
        index, lang = self._index_with_charts if has_charts else self._index, request.language.code
        html = render_shell(index, lang, page.title, tags=render_head(request, page), body=page.body, is_whole=is_whole)
        return RenderedFile(html.encode(), status=page.status)

    def _no_page(self, request: Request) -> Response:
        """Return a page that says that there is no page at this address, with status 404."""
        try:
            asked = self._responder.view_request(without_past(request), ())
            page = render_no_page(asked, quote(request.scope["path"]))
            html = self._file(asked, page, is_whole=True).body
        except NoDataset:
            lang = language_of(request).code
            html = render_shell(self._index, lang, page_title(self._root, "", lang)).encode()
        return HTMLResponse(html, 404, NO_STORE | {"Vary": "Accept-Language"})


def _redirect_to_page(page: str, request: Request) -> Response:
    """Redirect an address such as /recommendation/ID to /recommendation?id=ID. Streamlit would show a blank page."""
    rest, query = str(request.path_params["rest"]).strip("/"), request.scope["query_string"].decode("latin-1")
    there = page + (f"?id={quote(rest, safe='')}" if rest else "")
    return RedirectResponse(f"{there}{'&' if rest else '?'}{query}" if query else there, 307)


_compressed = partial(gzip.compress, compresslevel=9, mtime=0)
_compressed_asset, _read = lru_cache(maxsize=64)(_compressed), lru_cache(maxsize=512)(Path.read_bytes)
_compressed_files: dict[Path, bytes] = {}
"""Path of each static file that was compressed → its compressed content."""


def _compressed_file(path: Path) -> bytes:
    if path not in _compressed_files:
        _compressed_files[path] = _compressed(path.read_bytes())
    return _compressed_files[path]


def file_response(name: str, raw: bytes, request: Request, cache_control: str = IMMUTABLE) -> Response:
    """Return a response with the content `raw`, compressed if possible. By default, browsers may keep it for a year."""
    return _response(name, request, cache_control, plain=lambda: raw, compressed=partial(_compressed_asset, raw))


def _static_response(path: Path, request: Request, cache_control: str) -> Response:
    """Return a response with a static file. The file is read and compressed only once."""
    compressed = partial(_compressed_file, path)
    return _response(path.name, request, cache_control, plain=partial(_read, path), compressed=compressed)


def _response(
    name: str, request: Request, cache_control: str, *, plain: Callable[[], bytes], compressed: Callable[[], bytes]
) -> Response:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if Path(name).suffix in COMPRESSIBLE_TYPES and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], plain = "gzip", compressed
    return Response(plain(), media_type=media_type, headers=headers)


class StaticFilesMiddleware:
    """ASGI middleware that answers requests below `prefix` for the text files (COMPRESSIBLE_TYPES) in `folder`.

    `instead` maps a glob pattern to our own file. This is sent in place of each matching file, of any type.
    """

    def __init__(self, app: Any, *, prefix: str, folder: Path, instead: Mapping[str, Path] | None = None) -> None:
        self.app = app
        # Listed once at the start: the path of a request never reaches the file system.
        self.files = {
            prefix + path.relative_to(folder).as_posix(): (path, IMMUTABLE)
            for path in folder.rglob("*")
            if path.suffix in COMPRESSIBLE_TYPES and path.is_file()
        }
        for pattern, ours in (instead or {}).items():
            for path in folder.glob(pattern):
                # For one day only: the name is Streamlit's and does not change with our content.
                self.files[prefix + path.relative_to(folder).as_posix()] = ours, ONE_DAY

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer a GET request for a known file, and pass every other request on."""
        app = self.app
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in self.files:
            path, cache_control = self.files[scope["path"]]
            respond = partial(_static_response, path, Request(scope), cache_control)
            # the first time, compressing a large file takes a fifth of a second; later, a thread takes longer than the rest
            app = respond() if path in _compressed_files else await to_thread.run_sync(respond)
        await app(scope, receive, send)
