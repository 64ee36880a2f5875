"""The page that the browser loads first: the right language, a title, the dashboard's own style and script."""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tracker.language import LANGUAGES, preferred, speaking

ASSETS = Path(__file__).parent.parent / "assets"


@cache
def asset(name: str) -> str:
    """The address of an asset, which changes with its content."""
    return f"/assets/{hashlib.blake2b((ASSETS / name).read_bytes(), digest_size=5).hexdigest()}/{name}"


def asset_files() -> dict[str, Path]:
    """Every asset by its address."""
    return {asset(path.name): path for path in ASSETS.iterdir() if path.is_file()}


def language_of(params: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """The language asked for in the address, else the browser's first guess."""
    asked = params.get("lang", "")
    return asked if asked in LANGUAGES else preferred(headers.get("accept-language", ""))


def shell(index: str, lang: str, title: str) -> str:
    """Streamlit's index.html for one language, with a title and the dashboard's assets."""
    head = f'<link rel="stylesheet" href="{asset("app.css")}"><script defer src="{asset("app.js")}"></script>'
    found = re.sub(r'<html lang="[^"]*">', f'<html lang="{escape(lang)}">', index, count=1)
    found = re.sub(r"<title>[^<]*</title>", lambda _: f"<title>{escape(title)}</title>", found, count=1)
    needs = f"<noscript><p>{escape(speaking(lang)('This dashboard needs JavaScript. Please switch it on for this address.'))}</p></noscript>"
    found = re.sub(r"<noscript>.*?</noscript>", lambda _: needs, found, count=1, flags=re.S)
    found = found.replace("./favicon.png", asset("favicon.svg"))
    # addresses of the shell are relative: under a nested path they would lead nowhere
    found = found.replace('"./', '"/')
    return found.replace("</head>", head + "</head>", 1)


class Shell:
    """ASGI middleware: answers every page address with the shell; an unknown address is a 404 that still shows the dashboard."""

    def __init__(self, app: Any, *, index: Path, pages: frozenset[str], title: Callable[[str, str], str]) -> None:
        self.app, self.pages, self.title = app, pages, title
        self.index = index.read_text(encoding="utf-8")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answers for pages; hands everything else on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not self._is_page(scope["path"]):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        lang = language_of(request.query_params, request.headers)
        status = 200 if scope["path"] in self.pages else 404
        headers = {
            "Cache-Control": "no-cache",
            "Vary": "Accept-Language",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        await HTMLResponse(shell(self.index, lang, self.title(scope["path"], lang)), status, headers)(
            scope, receive, send
        )

    def _is_page(self, path: str) -> bool:
        return path in self.pages or ("." not in path and path.count("/") == 1 and path not in ("/livez", "/metrics"))
