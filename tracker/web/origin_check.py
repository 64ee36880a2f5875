"""Refuse requests that another site's page makes, and drop the network address of every request."""

from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from tracker.config import is_loopback

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


Origin = tuple[str, str, int]
"""Scheme, host and port."""


def origin_of(address: str) -> Origin | None:
    """The origin of an address; None where it has none."""
    try:
        parts = urlsplit(address.lower())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port and "@" not in parts.netloc else None


def is_same_origin(origin: str, host: str, public_url: str, *, anywhere: bool = False) -> bool:
    """Whether the page that asks is the dashboard's own: at the public address, or at this machine's own name.

    `anywhere`: at whatever name it was asked for, where it may be read from other machines without a public address.
    """
    asking, here = origin_of(origin), origin_of(f"http://{host}")
    if asking is None:
        return False
    if public_url and asking == origin_of(public_url):
        return True
    return asking == here and (is_loopback(asking[1]) or anywhere)


class OriginCheckMiddleware:
    """ASGI middleware before all others: forgets the network address, and refuses what another site's page asks to be done."""

    def __init__(self, app: Any, *, public_url: str, read_anywhere: bool) -> None:
        self.app, self.public_url, self.read_anywhere = app, public_url, read_anywhere

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Hands the request on, or refuses it with 403."""
        if scope["type"] in ("http", "websocket"):
            # in place: the server writes this very scope's address to its log
            scope["client"] = None
            if not self._may_come_in(scope):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 1008})
                else:
                    words = "This request does not come from a page of this dashboard. Open the dashboard at its own address."
                    await PlainTextResponse(words, 403)(scope, receive, send)
                return
            # Streamlit would compare it with Host, which a proxy may have changed, and ask the network who it is itself.
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"origin"]
        await self.app(scope, receive, send)

    def _may_come_in(self, scope: dict[str, Any]) -> bool:
        headers = Headers(scope=scope)
        is_read = scope["type"] == "websocket"
        if not is_read and scope["method"] in SAFE_METHODS:
            return True
        if not is_read and headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        anywhere = is_read and self.read_anywhere
        return is_same_origin(headers.get("origin", ""), headers.get("host", ""), self.public_url, anywhere=anywhere)
