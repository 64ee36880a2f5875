"""Refuse requests that another site's page makes, and drop the network address of every request."""

from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from tracker.config import is_loopback

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


Origin = tuple[str, str, int]
"""Scheme, host and port."""


def origin_of(url: str) -> Origin | None:
    """Return the origin of a URL, with the default port of its scheme, or None if it has no origin."""
    try:
        parts = urlsplit(url.lower())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port and "@" not in parts.netloc else None


def is_same_origin(origin: str, host: str, public_url: str, *, anywhere: bool = False) -> bool:
    """Return whether a request comes from a page of this dashboard, by its Origin and Host headers.

    The page must be at the public URL, or at the requested host if that is this machine. `anywhere` accepts any
    requested host: for a dashboard that other machines read without a public URL.
    """
    page_origin = origin_of(origin)
    if page_origin is None:
        return False
    if public_url and page_origin == origin_of(public_url):
        return True
    return page_origin == origin_of(f"http://{host}") and (is_loopback(page_origin[1]) or anywhere)


class OriginCheckMiddleware:
    """ASGI middleware that drops the client's network address and refuses state changes from other sites' pages.

    It runs before everything that reads the address. `read_anywhere` accepts websockets at any requested host.
    """

    def __init__(self, app: Any, *, public_url: str, read_anywhere: bool) -> None:
        self.app, self.public_url, self.read_anywhere = app, public_url, read_anywhere

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, or refuse it: 403, or close code 1008 (policy violation) for a websocket."""
        if scope["type"] in ("http", "websocket"):
            # Change the scope itself, not a copy: the server logs the address from this object.
            scope["client"] = None
            if not self._is_allowed(scope):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 1008})
                else:
                    message = "This request does not come from a page of this dashboard. Open the dashboard at its own address."
                    await PlainTextResponse(message, 403)(scope, receive, send)
                return
            # Streamlit would compare Origin with Host, which a proxy may have changed, and look up its own address on the network.
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"origin"]
        await self.app(scope, receive, send)

    def _is_allowed(self, scope: dict[str, Any]) -> bool:
        headers = Headers(scope=scope)
        is_websocket = scope["type"] == "websocket"
        if not is_websocket and scope["method"] in SAFE_METHODS:
            return True
        if not is_websocket and headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        anywhere = is_websocket and self.read_anywhere
        return is_same_origin(headers.get("origin", ""), headers.get("host", ""), self.public_url, anywhere=anywhere)
