"""The HTML of a page: a reader gets the whole page, and who is signed in the shell that loads Streamlit. Also static files.

Static files are sent compressed, which halves the bytes of a first visit. Each is compressed only once.
"""

import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
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
from tracker.i18n import Language
from tracker.model.errors import NoDataset, PastDateRefused
from tracker.model.labels import N_
from tracker.publishing.pages.frame import (
    EDITORS_PAGES,
    PAGE_NAMES,
    RenderedPage,
    render_document,
    render_editors_only,
    render_no_page,
    render_refused,
)
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.search import searchable_texts_key
from tracker.publishing.render_context import ASSETS, PLOTLY, ViewRequest, standalone_css
from tracker.publishing.request import RenderedFile
from tracker.publishing.wording import outage_sentence, page_title, site_name
from tracker.web.responses import (
    NO_STORE,
    UNAVAILABLE,
    CachedResponder,
    PublicRoute,
    language_of,
    nothing_else,
    without_past,
)

ICON_FONT = ASSETS / "fonts" / "icons.woff2"
ONE_DAY = "public, max-age=86400"
IMMUTABLE = "public, max-age=31536000, immutable"
COMPRESSIBLE_TYPES = {".js", ".css", ".svg", ".json", ".txt"}
STYLESHEETS = {"app.css": ("bars.css", "app.css"), "paper.css": ("paper.css",)}
"""Name of a style sheet → the files that it is made of, beside signs.css."""
_WORDS = {
    "choose-file": N_("Choose a file"),
    "not-arrived": N_("A file did not arrive. Remove it, and add it again. If there are many, add fewer at once."),
    "too-large": N_("A file is too large, so it was not sent. Make it smaller, or split it."),
    "failed": N_(
        "This page has a problem, or lost its connection. What you typed is kept: leave the page open for a minute. If nothing changes, copy your text and load the page again."
    ),
    "too-much": N_(
        "This is more text than one page can send, so it was not pasted. Paste a part of it, or choose the file."
    ),
    "choose-files": N_("Choose files"),
}
"""What app.css and live.js say on the page of who is signed in."""
_STREAMLIT_WORDS = (
    *(N_("Skip to main content"), N_("Open"), N_("Remove"), N_("Clear all"), N_("Close")),
    *(N_("Add files"), N_("Copy to clipboard")),
)
"""What Streamlit says in English to readers of the screen and the keyboard; live.js puts other words in their place."""


@cache
def asset_url(name: str) -> str:
    """Return the URL path of an asset. It has a hash of the content, so browsers may keep the asset for ever."""
    return f"/assets/{hashlib.blake2b(asset_bytes(name), digest_size=5).hexdigest()}/{name}"


@cache
def asset_bytes(name: str) -> bytes:
    """Return the content of an asset."""
    if parts := STYLESHEETS.get(name):
        return standalone_css(*parts).encode()
    return (PLOTLY if name == PLOTLY.name else ASSETS / name).read_bytes()


def asset_names() -> list[str]:
    """Return the names of all assets that have an address."""
    return [*(path.name for path in ASSETS.iterdir() if path.is_file()), PLOTLY.name]


def render_page(request: ViewRequest, page: RenderedPage) -> bytes:
    """Return the whole HTML of a reader's page. It needs nothing else than our assets."""
    scripts = {asset_url(name): "" for name in ("app.js", "last_visit.js")}
    if "data-spec" in page.content:
        scripts[asset_url("charts.js")] = asset_url(PLOTLY.name)
    own = {"icon": asset_url("favicon.svg"), "style": asset_url("app.css"), "scripts": scripts}
    no_script = asset_bytes("no_script.css").decode()
    return render_document(request, page, **own, no_script=no_script, is_live=page.status == 200).encode()


def refuse_date(request: ViewRequest, refused: PastDateRefused, path: str) -> RenderedFile:
    """Return the page that says why a past date cannot be shown. `request` is for the present."""
    return _reader_file(request, render_refused(request, refused, path))


def render_permanent_link(request: ViewRequest) -> RenderedFile:
    """Return the page of the recommendation with the id in the path, /r/<id>."""
    id = request.id
    asked = replace(request, params={**request.params, "id": [id]}, filters=replace(request.filters, id=(id,)))
    return _reader_file(asked, READER_PAGES["/recommendation"].render(asked))


def _reader_file(request: ViewRequest, page: RenderedPage) -> RenderedFile:
    return RenderedFile(render_page(request, page), status=page.status)


def _render_outage(lang: str, title: str, sentence: str) -> bytes:
    """Return a page that says why there is no data. It loads itself again after a while."""
    head = f'<meta http-equiv="refresh" content="10"><title>{escape(title)}</title>'
    style = f'<link rel="stylesheet" href="{asset_url("app.css")}"><meta name="viewport" content="width=device-width">'
    body = f'<main class="stHtml"><p class="rt-banner" role="status">{escape(sentence)}</p></main>'
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">{head}{style}<body class="rt-page">{body}'.encode()
    )


def _words(language: Language) -> str:
    """Return the words that the style sheet and live.js need, as HTML for the head of a page."""
    said = {name: json.dumps(language.gettext(word), ensure_ascii=False) for name, word in _WORDS.items()}
    style = "".join(f"--rt-{name}: {word};" for name, word in said.items())
    others = {word: language.gettext(word) for word in _STREAMLIT_WORDS if language.gettext(word) != word}
    return f"<style>html {{ {style} }}</style><meta name='rt-words' content='{escape(json.dumps(others))}'>"


def render_shell(index: str, language: Language, title: str, *, body: str = "", noscript: str = "") -> str:
    """Return the page of who is signed in: Streamlit's HTML page `index` with a language, a title and our assets.

    `body` is the reader's page, which is shown until Streamlit has drawn its own. `noscript` is a sentence for a browser
    without JavaScript.
    """
    # live.js tells Streamlit where its server is, so it comes before Streamlit's script
    links = "".join(
        f'<script defer src="{asset_url(name)}"></script>' for name in ("app.js", "last_visit.js", "live.js")
    )
    links += f'<script defer src="{asset_url("charts.js")}" data-plotly="{asset_url(PLOTLY.name)}"></script>'
    head = f'<link rel="stylesheet" href="{asset_url("app.css")}">' + _words(language)
    head += f"<noscript><style>{asset_bytes('no_script.css').decode()}</style></noscript>"
    html = re.sub(r'<html lang="[^"]*">', f'<html lang="{language.code}">', index, count=1)
    html = re.sub(r"<noscript>.*?</noscript>|<!--.*?-->|<link\s+rel=\"preload\".*?>", "", html, flags=re.S)
    html = html.replace("./favicon.png", asset_url("favicon.svg"))
    # Streamlit's URLs are relative: they would break under a nested path.
    html = html.replace('"./', '"/')
    html = html.replace("<head>", "<head>" + links, 1).replace("</head>", head + "</head>", 1)
    shown = f'<div id="rt-served">{body}</div>' if body else ""
    shown += f"<noscript><p>{escape(noscript)}</p></noscript>" if noscript else ""
    html = re.sub(r"<body>", lambda _: f"<body>{shown}", html, count=1)
    # Last, so that no replacement above can match text from the data.
    return re.sub(r"<title>[^<]*</title>", lambda _: f"<title>{escape(title)}</title>", html, count=1)


class PageShells:
    """Answers requests for pages: with the reader's page, or with Streamlit's page for whoever `is_signed_in` says.

    `index` is Streamlit's index.html.
    """

    def __init__(
        self,
        index: Path,
        root: StoragePlace,
        responder: CachedResponder,
        is_signed_in: Callable[[Mapping[str, str]], bool] = lambda _cookies: False,
    ) -> None:
        self._index, self._root, self._responder = index.read_text("utf-8"), root, responder
        self._is_signed_in = is_signed_in

    def routes(self) -> list[Route]:
        """Return the routes of all pages, then of addresses below a page."""
        known = PAGE_NAMES | EDITORS_PAGES
        pages = [Route(path, partial(self._answer, *self._public_routes(path, name))) for path, name in known.items()]
        below = [Route(f"{path}/{{rest:path}}", partial(_redirect_to_page, path)) for path in known if path != "/"]
        return [*pages, *below]

    async def answer_permanent_link(self, reader: PublicRoute, request: Request) -> Response:
        """Answer /r/<id> with the route `reader`, or lead who is signed in to the page with the forms."""
        if self._is_signed_in(request.cookies):
            response = _redirect_to_page("/recommendation", request, 302)
        else:
            response = await self._responder(request, reader)
        response.headers.add_vary_header("Cookie")
        return response

    async def _answer(self, reader: PublicRoute, editor: PublicRoute, request: Request) -> Response:
        if not self._is_signed_in(request.cookies):
            return await self._responder(request, reader)
        response = await self._responder(request, editor)
        response.headers["Vary"] = "Cookie"
        return response

    def _public_routes(self, path: str, name: str) -> tuple[PublicRoute, PublicRoute]:
        """Return the routes of the page at `path` for readers and for who is signed in. `name` is its title, to be translated."""
        page = READER_PAGES.get(path)

        def made(request: ViewRequest) -> RenderedPage:
            return page.render(request) if page else render_editors_only(request, path)

        def render(request: ViewRequest) -> RenderedFile:
            return _reader_file(request, made(request))

        def render_for_editor(request: ViewRequest) -> RenderedFile:
            shown, _ = made(request) if page else None, request.language.gettext
            title = shown.title if shown else f"{_(name)} · {site_name(request)}"
            noscript = _("Editing needs JavaScript. Please switch it on for this address.")
            body = shown.body if shown else ""
            html = render_shell(self._index, request.language, title, body=body, noscript=noscript)
            return RenderedFile(html.encode())

        def without_data(request: Request, error: NoDataset) -> Response:
            language = language_of(request)
            title = page_title(self._root, name if path != "/" else "", language.code)
            html = _render_outage(language.code, title, outage_sentence(language, error))
            return HTMLResponse(html, 503, UNAVAILABLE)

        params = (*page.params, "mistake") if page else ()
        depends_on = searchable_texts_key if path == "/search" else nothing_else
        reader = PublicRoute(
            render, params, refuse=refuse_date, depends_on=depends_on, without_data=without_data, is_page=True
        )
        return reader, replace(reader, render=render_for_editor, is_for_editors=True)

    def no_page(self, request: Request) -> Response:
        """Return a page that says that there is no page at this address, with status 404."""
        try:
            asked = self._responder.view_request(without_past(request), ())
            html = render_page(asked, render_no_page(asked, quote(request.scope["path"])))
        except NoDataset as error:
            language = language_of(request)
            html = _render_outage(language.code, page_title(self._root, "", "en"), outage_sentence(language, error))
        return HTMLResponse(html, 404, NO_STORE | {"Vary": "Accept-Language"})


def _redirect_to_page(page: str, request: Request, status: int = 307) -> Response:
    """Redirect an address such as /recommendation/ID to /recommendation?id=ID. Streamlit would show a blank page."""
    rest, query = (
        "".join(map(str, request.path_params.values())).strip("/"),
        request.scope["query_string"].decode("latin-1"),
    )
    there = page + (f"?id={quote(rest, safe='')}" if rest else "")
    return RedirectResponse(f"{there}{'&' if rest else '?'}{query}" if query else there, status)


@lru_cache(maxsize=512)
def _content(source: bytes | Path, is_compressed: bool) -> bytes:
    raw = source.read_bytes() if isinstance(source, Path) else source
    return gzip.compress(raw, 9, mtime=0) if is_compressed else raw


def file_response(name: str, source: bytes | Path, request: Request, cache_control: str = IMMUTABLE) -> Response:
    """Return a response with a content or a file, compressed if possible. By default, browsers may keep it for a year."""
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    is_compressed = Path(name).suffix in COMPRESSIBLE_TYPES and "gzip" in request.headers.get("accept-encoding", "")
    if is_compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(_content(source, is_compressed), media_type=media_type, headers=headers)


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
            # the first time, compressing a large file takes a fifth of a second
            app = await to_thread.run_sync(file_response, path.name, path, Request(scope), cache_control)
        await app(scope, receive, send)
