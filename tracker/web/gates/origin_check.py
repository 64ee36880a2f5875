"""Refuse requests that come from a page of another site. Remove the network address from every request."""

import hashlib
import ipaddress
import secrets
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from tracker.config import is_loopback

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


Origin = tuple[str, str, int]
"""The scheme, host and port of an address."""


def origin_of(url: str) -> Origin | None:
    """Return the origin of a URL, or None if the URL has no origin.

    If the URL has no port, the default port of its scheme is returned.
    """
    try:
        parts = urlsplit(url.lower())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port and "@" not in parts.netloc else None


def is_same_origin(origin: str, host: str, public_url: str, *, anywhere: bool = False) -> bool:
    """Return whether a request comes from a page of this dashboard.

    `origin` and `host` are the Origin and Host headers of the request. The page must be at `public_url`, or at the
    requested host if this host is this machine. With `anywhere`, the page may be at any requested host. This is for a
    dashboard that other machines read although it has no public URL.
    """
    page_origin = origin_of(origin)
    if page_origin is None:
        return False
    if public_url and page_origin == origin_of(public_url):
        return True
    return page_origin == origin_of(f"http://{host}") and (is_loopback(page_origin[1]) or anywhere)


SECRET = secrets.token_bytes(16)


def crowd_of(client: tuple[str, int] | None) -> bytes:
    """Return what requests from one network have in common: a hash that nobody can turn back into the address.

    The key of the hash is random, in memory only, and another one after each start. A network of IPv6 is its first 64 bits.
    """
    address = (client or ("",))[0].encode()
    with suppress(ValueError):
        parsed = ipaddress.ip_address(address.decode())
        address = parsed.packed[:8] if parsed.version == 6 else parsed.packed
    return hashlib.blake2b(address, key=SECRET, digest_size=8).digest()


class OriginCheckMiddleware:
    """ASGI middleware that removes the client's network address, and refuses requests from pages of other sites.

    In place of the address, `scope["crowd"]` holds the hash of `crowd_of`, so that one network cannot take every turn.

    GET, HEAD and OPTIONS are never refused, because they change nothing. With `read_anywhere`, a websocket may come
    from a page at any requested host. This middleware must run before everything that reads the address.
    """

    def __init__(self, app: Any, *, public_url: str, read_anywhere: bool) -> None:
        self.app, self.public_url, self.read_anywhere = app, public_url, read_anywhere

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, or refuse it: with status 403, or with code 1008 (policy violation) for a websocket."""
        if scope["type"] in ("http", "websocket"):
            # Change the scope itself, not a copy: the server logs the address from this object.
            scope["crowd"] = crowd_of(scope.get("client"))
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
