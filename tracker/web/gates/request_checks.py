"""Decide which requests are answered, and set the security headers: content security policy, referrer policy, HSTS.

Requests from a page of another site are refused, and only our own routes and the few addresses that our pages need
reach Streamlit. The network address is removed from every request.
"""

import base64
import hashlib
import ipaddress
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.routing import Match, Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tracker.config import is_loopback
from tracker.web.gates.streamlit_gate import ALLOWED_PATHS
from tracker.web.gates.upload_gate import UPLOAD_PATH

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
Origin = tuple[str, str, int]
"""The scheme, host and port of an address."""


def origin_of(url: str) -> Origin | None:
    """Return the origin of a URL, with the default port of its scheme if it has none; None if it has no origin."""
    try:
        parts = urlsplit(url.lower())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port and "@" not in parts.netloc else None


def is_same_origin(origin: str, host: str, public_url: str) -> bool:
    """Return whether a request with the headers `origin` and `host` comes from a page of this dashboard.

    The page must be at `public_url`, or at the requested `host` if that means this machine, such as localhost.
    """
    if (page_origin := origin_of(origin)) is None:
        return False
    is_here = page_origin == origin_of(f"http://{host}") and is_loopback(page_origin[1])
    return is_here or bool(public_url and page_origin == origin_of(public_url))


NETWORK_SECRET = secrets.token_bytes(16)
"""The secret key of the hashes of `network_hash`. It is in memory only; each start makes a new one."""


def network_hash(client: tuple[str, int] | None) -> bytes:
    """Return a hash of the network of `client` (IPv4 address, or 64 bits of IPv6). Nobody can get the address back from it."""
    address = (client or ("",))[0].encode()
    with suppress(ValueError):
        parsed = ipaddress.ip_address(address.decode())
        address = parsed.packed[:8] if parsed.version == 6 else parsed.packed
    return hashlib.blake2b(address, key=NETWORK_SECRET, digest_size=8).digest()


PASSED_HEADERS = frozenset(
    b"accept accept-encoding accept-language connection content-length content-type cookie host if-modified-since "
    b"if-none-match if-range range sec-websocket-extensions sec-websocket-key sec-websocket-protocol "
    b"sec-websocket-version transfer-encoding upgrade user-agent x-xsrftoken".split()
)
"""The headers of a request that the app gets. What a proxy or a client says of an address is not among them.

Nor is Origin: Streamlit would compare it with Host, which a proxy may have changed, and look up its own address.
"""


def ignore_forwarding_headers() -> None:
    """Let uvicorn ignore X-Forwarded-For and X-Forwarded-Proto, however it was started.

    From this machine it believes them, before any middleware: who is behind a proxy could be a new network each time.
    """
    ProxyHeadersMiddleware.__call__ = lambda self, *asgi: self.app(*asgi)  # type: ignore[method-assign]


class OriginCheckMiddleware:
    """ASGI middleware that removes the client's address, and refuses requests from pages of other sites.

    It also removes all headers but PASSED_HEADERS, and puts the `network_hash` into `scope["network"]`. It must run
    before everything that reads the address. GET, HEAD and OPTIONS are never refused: they change nothing.
    """

    def __init__(self, app: Any, *, public_url: str) -> None:
        self.app, self.public_url = app, public_url

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, or refuse it: with status 403, or with code 1008 (policy violation) for a websocket."""
        if scope["type"] in ("http", "websocket"):
            # Change the scope itself, not a copy: the server logs the address from this object.
            scope["network"] = network_hash(scope.get("client"))
            scope["client"] = None
            if not self._is_allowed(scope):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 1008})
                else:
                    message = "This request does not come from a page of this dashboard. Open the dashboard at its own address."
                    await PlainTextResponse(message, 403)(scope, receive, send)
                return
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() in PASSED_HEADERS]
        await self.app(scope, receive, send)

    def _is_allowed(self, scope: dict[str, Any]) -> bool:
        headers, is_websocket = Headers(scope=scope), scope["type"] == "websocket"
        if not is_websocket and scope["method"] in SAFE_METHODS:
            return True
        if not is_websocket and headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        return is_same_origin(headers.get("origin", ""), headers.get("host", ""), self.public_url)


STATIC_PATH = "/static/"
"""The start of the addresses of Streamlit's own scripts, fonts and pictures."""
ICON_PATH = "/favicon.png"


class StreamlitPathsMiddleware:
    """ASGI middleware that passes on requests for our `routes` and for what our pages need. It answers 404 to all others.

    Streamlit would answer more: files in memory for anybody (`/media/…`), files of the app, its own sign-in. This is
    the last middleware: other middleware has answered downloads and checked uploads and websockets before.
    """

    def __init__(self, app: Any, *, routes: Sequence[Route]) -> None:
        self.app, self._routes = app, routes
        self._whole = {route.path for route in routes if "{" not in route.path}  # to match each route takes longer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, or answer 404 if its path is not known."""
        if scope["type"] == "http" and not self._is_known(scope):
            await PlainTextResponse("not found", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_known(self, scope: Any) -> bool:
        path = scope["path"]
        is_ours = path in self._whole or any(route.matches(scope)[0] is not Match.NONE for route in self._routes)
        return is_ours or path in ALLOWED_PATHS or path.startswith((STATIC_PATH, UPLOAD_PATH))


YEAR_SECONDS = 31_536_000
FILES_PATH = "/files/"
"""The start of the addresses of files that editors uploaded."""
EMBED_PATH = "/embed/"
"""The start of the addresses that sites may frame which the settings of the dataset name."""
FILES_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The content security policy of what an editor uploaded: a browser that shows it runs and loads nothing."""


def inline_scripts(html: str) -> list[str]:
    """Return the text of each inline script in the HTML of a page. Scripts whose tag has attributes are left out."""
    return re.findall(r"<script>(.*?)</script>", html, re.S)


def content_security_policy(scripts: Iterable[str], public_url: str = "") -> str:
    """Return the content security policy: a page loads only from its own origin; of inline scripts, it runs only `scripts`.

    With `public_url`, the page may also open websockets there, for old browsers.
    """
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]
    # For browsers before 2022, 'self' does not include websockets.
    socket = [re.sub("^http", "ws", public_url)] if public_url else []
    rules = (
        "default-src 'self'",
        " ".join(["script-src 'self'", *hashes]),
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:",
        " ".join(["connect-src 'self'", *socket]),
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    )
    return "; ".join(rules)


def security_headers(scripts: Iterable[str], public_url: str = "") -> dict[str, str]:
    """Return the security headers of every response (HSTS only with https). Pages may run the inline `scripts`."""
    headers = {
        "Content-Security-Policy": content_security_policy(scripts, public_url),
        "X-Content-Type-Options": "nosniff",
        # With no-referrer, Chromium sends "Origin: null" with our own forms, and the origin check refuses them.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    hsts = {"Strict-Transport-Security": f"max-age={YEAR_SECONDS}"} if public_url.startswith("https://") else {}
    return headers | hsts


STREAMLIT_COOKIE = "_streamlit_xsrf"


class SecurityHeadersMiddleware:
    """ASGI middleware that sets `headers` on every HTTP response. Below FILES_PATH, the policy is FILES_POLICY instead.

    Only below EMBED_PATH, an answer may have a policy of its own, and 304 leaves that of the answer before.

    A browser with the sign-in cookie (named `cookie`) keeps no page, not even for the button Back. If `is_over` says that
    its sign-in has ended, the page deletes this cookie, which names a person, and the one of Streamlit.
    """

    def __init__(
        self,
        app: Any,
        *,
        headers: dict[str, str],
        cookie: str = "",
        is_over: Callable[[Mapping[str, str]], bool] = lambda _cookies: False,
    ) -> None:
        self.app, self.headers, self.cookie, self._is_over = app, headers, cookie, is_over
        self._attributes = "Max-Age=0; Path=/; SameSite=lax" + "; Secure" * ("Strict-Transport-Security" in headers)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, and set the headers when the response starts."""
        path = scope.get("path", "")
        is_file, may_be_framed = path.startswith(FILES_PATH), path.startswith(EMBED_PATH)
        headers = self.headers | ({"Content-Security-Policy": FILES_POLICY} if is_file else {})

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                own = answer.get("content-security-policy")
                answer.update(headers)
                if may_be_framed and own:
                    answer["Content-Security-Policy"] = own
                elif may_be_framed and message["status"] == 304:
                    del answer["Content-Security-Policy"]
                is_page = answer.get("content-type", "text/html").startswith("text/html")  # status 304 has no type
                if is_page and self.cookie in (cookies := HTTPConnection(scope).cookies):
                    answer["Cache-Control"] = "no-store"
                    given = {value.partition("=")[0] for value in answer.getlist("set-cookie")}
                    for name in (
                        {self.cookie, STREAMLIT_COOKIE} & cookies.keys() - given if self._is_over(cookies) else ()
                    ):
                        only = "; HttpOnly" if name == self.cookie else ""
                        answer.append("set-cookie", f'{name}=""; {self._attributes}{only}')
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
