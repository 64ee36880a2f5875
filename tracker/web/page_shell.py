"""The page that the browser loads first: the right language, a title, the dashboard's own style and script."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import escape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tracker.i18n import get_language, request_language
from tracker.model.errors import NoDataset

ASSETS = Path(__file__).parent.parent / "assets"
ICON_FONT = ASSETS / "fonts" / "icons.woff2"
STYLESHEETS = {"app.css", "paper.css"}
OTHER_ASSETS = frozenset({"/livez", "/metrics", "/sign-in", "/sign-out", "/favicon.png"})
"""Addresses that look like a page's, and are answered by others."""
HeadBuilder = Callable[[Request], tuple[str, str]]
"""(title, tags) of the page that a request asks for; NoDataset when there is no data."""


@cache
def asset_url(name: str) -> str:
    """The address of an asset, which changes with its content."""
    return f"/assets/{hashlib.blake2b(asset_bytes(name), digest_size=5).hexdigest()}/{name}"


@cache
def asset_bytes(name: str) -> bytes:
    """What an asset holds: colours and signs come before the dashboard's own style."""
    before = asset_bytes("signs.css") if name in STYLESHEETS else b""
    if name == "app.css":
        before += asset_bytes("bars.css")
    return before + (ASSETS / name).read_bytes()


def asset_files() -> dict[str, bytes]:
    """What every asset holds, by its address."""
    return {asset_url(path.name): asset_bytes(path.name) for path in ASSETS.iterdir() if path.is_file()}


def render_shell(index: str, lang: str, title: str, tags: str = "") -> str:
    """Streamlit's index.html for one language, with a title, the tags of a preview and the dashboard's assets."""
    head = f'<link rel="stylesheet" href="{asset_url("app.css")}"><script defer src="{asset_url("app.js")}"></script>'
    found = re.sub(r'<html lang="[^"]*">', f'<html lang="{escape(lang)}">', index, count=1)
    needs = f"<noscript><p>{escape(get_language(lang).gettext('This dashboard needs JavaScript. Please switch it on for this address.'))}</p></noscript>"
    found = re.sub(r"<noscript>.*?</noscript>", lambda _: needs, found, count=1, flags=re.S)
    found = found.replace("./favicon.png", asset_url("favicon.svg"))
    # addresses of the shell are relative: under a nested path they would lead nowhere
    found = found.replace('"./', '"/')
    found = found.replace("</head>", head + "</head>", 1)
    # last, so that nothing in the words of the data is taken for the shell's own
    return re.sub(r"<title>[^<]*</title>", lambda _: f"<title>{escape(title)}</title>\n{tags}", found, count=1)


class PageShellMiddleware:
    """ASGI middleware: answers every page address with the shell; an unknown address is a 404 that still shows the dashboard."""

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
        self.app, self.pages, self.title, self.head, self.others = app, pages, title, head, OTHER_ASSETS | others
        self.index = index.read_text(encoding="utf-8")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answers for pages; hands everything else on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not self._is_page(scope["path"]):
            await self.app(scope, receive, send)
            return
        headers = {
            "Cache-Control": "no-cache",
            "Vary": "Accept-Language",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        status = 200 if scope["path"] in self.pages else 404
        # in a thread: the data may have to be read first
        html = await run_in_threadpool(self._html, Request(scope))
        await HTMLResponse(html, status, headers)(scope, receive, send)

    def _html(self, request: Request) -> str:
        path, lang = request.scope["path"], request_language(request.query_params, request.headers)
        try:
            title, tags = self.head(request) if path in self.pages else (self.title(path, lang), "")
        except NoDataset:
            title, tags = self.title(path, lang), ""
        return render_shell(self.index, lang, title, tags)

    def _is_page(self, path: str) -> bool:
        # Streamlit would answer with a page that is none, and call it found
        return path in self.pages or (path.count("/") == 1 and path not in self.others)
