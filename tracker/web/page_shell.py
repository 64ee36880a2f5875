"""The page shell: the HTML page that loads Streamlit, with its language, its title, and our stylesheet and script."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from tracker.i18n import get_language, request_language
from tracker.model.errors import NoDataset, PastDateRefused
from tracker.publishing.pages.refused_date import REFUSED_DATE_STATUS
from tracker.publishing.render_context import ASSETS

ICON_FONT = ASSETS / "fonts" / "icons.woff2"
STYLESHEETS = {"app.css", "paper.css"}
OTHER_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/sign-in", "/sign-out", "/favicon.png"})
"""Paths that look like the path of a page, but are answered by something else."""
MAX_SHELL_THREADS = 4
"""How many page shells are made at the same time. Other requests wait."""
HeadBuilder = Callable[[Request], tuple[str, str]]
"""Takes the request for a page and returns its (title, HTML of <head> tags). Raises NoDataset if there is no data."""


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


def render_shell(index: str, lang: str, title: str, tags: str = "") -> str:
    """Return the page shell: Streamlit's HTML page `index` with a language, a title and our assets.

    `tags` are the <head> tags to add, such as those of the link preview.
    """
    head = f'<link rel="stylesheet" href="{asset_url("app.css")}"><script defer src="{asset_url("app.js")}"></script>'
    html = re.sub(r'<html lang="[^"]*">', f'<html lang="{escape(lang)}">', index, count=1)
    noscript = f"<noscript><p>{escape(get_language(lang).gettext('This dashboard needs JavaScript. Please switch it on for this address.'))}</p></noscript>"
    html = re.sub(r"<noscript>.*?</noscript>", lambda _: noscript, html, count=1, flags=re.S)
    html = html.replace("./favicon.png", asset_url("favicon.svg"))
    # Streamlit's URLs are relative: they would break under a nested path.
    html = html.replace('"./', '"/')
    html = html.replace("</head>", head + "</head>", 1)
    # Last, so that no replacement above can match text from the data.
    return re.sub(r"<title>[^<]*</title>", lambda _: f"<title>{escape(title)}</title>\n{tags}", html, count=1)


class PageShellMiddleware:
    """ASGI middleware that answers the path of a page with the page shell. An unknown path gets it with status 404.

    `index` is Streamlit's HTML file. `pages` are the paths of pages. `title` takes (path, language code) and returns a
    title; it is used for unknown paths and without data. `head` takes a request and returns (title, <head> tags).
    `others` are paths that are passed on, because other routes answer them.
    """

    def __init__(
        self,
        app: Any,
        *,
        index: Path,
        pages: frozenset[str],
        title: Callable[[str, str], str],
        head: HeadBuilder,
        others: frozenset[str] = frozenset(),
    ) -> None:
        self.app, self.pages, self.title, self.head, self.others = app, pages, title, head, OTHER_PATHS | others
        self.index = index.read_text(encoding="utf-8")
        self._limiter = CapacityLimiter(MAX_SHELL_THREADS)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer GET and HEAD requests for pages. Pass every other request on."""
        if (
            scope["type"] == "http"
            and scope["method"] in ("GET", "HEAD")
            and (there := self._page_above(scope["path"]))
        ):
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"{there}&{query}" if query else there, 307)(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not self._is_page(scope["path"]):
            await self.app(scope, receive, send)
            return
        headers = {
            "Cache-Control": "no-cache",
            "Vary": "Accept-Language",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        # In a thread: the data may have to be read first.
        html, status = await to_thread.run_sync(self._answer, Request(scope), limiter=self._limiter)
        await HTMLResponse(html, status, headers)(scope, receive, send)

    def _answer(self, request: Request) -> tuple[str, int]:
        """Return the page shell and its HTTP status. The preview of a refused past date never shows today's data."""
        path, lang = request.scope["path"], request_language(request.query_params, request.headers)
        title, tags, status = "", "", 200 if path in self.pages else 404
        try:
            if path in self.pages:
                title, tags = self.head(request)
        except PastDateRefused as refused:
            status = REFUSED_DATE_STATUS[refused.why]
        except NoDataset:
            pass
        return render_shell(self.index, lang, title or self.title(path, lang), tags=tags), status

    def _page_above(self, path: str) -> str:
        """Return the address of a record for an address such as /recommendation/ID, otherwise "".

        Streamlit would show a blank page there.
        """
        page, _, rest = path.removeprefix("/").partition("/")
        is_below = rest.strip("/") and f"/{page}" in self.pages
        return f"/{page}?id={quote(rest.strip('/'), safe='')}" if is_below else ""

    def _is_page(self, path: str) -> bool:
        # An unknown path counts too: Streamlit would answer it with status 200.
        return path in self.pages or (path.count("/") == 1 and path not in self.others)
