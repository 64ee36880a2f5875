"""What every answer tells the browser to refuse: scripts and requests from elsewhere, frames, guesses about kinds."""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import MutableHeaders

INLINE_SCRIPT_PATTERN = re.compile(r"<script>(.*?)</script>", re.S)
YEAR_SECONDS = 31_536_000


def inline_scripts(html: str) -> list[str]:
    """The scripts that stand in a page itself."""
    return INLINE_SCRIPT_PATTERN.findall(html)


def content_security_policy(scripts: Iterable[str], public_url: str = "") -> str:
    """The Content-Security-Policy: nothing from elsewhere; of inline scripts those alone, by their hashes."""
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]
    # browsers before 2022 do not take a websocket for the same origin
    socket = [re.sub("^http", "ws", public_url)] if public_url else []
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", *socket],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def security_headers(scripts: Iterable[str], public_url: str = "") -> dict[str, str]:
    """The headers of every answer."""
    found = {
        "Content-Security-Policy": content_security_policy(scripts, public_url),
        "X-Content-Type-Options": "nosniff",
        # with no-referrer, browsers would send "Origin: null" with our own forms
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return found | (
        {"Strict-Transport-Security": f"max-age={YEAR_SECONDS}"} if public_url.startswith("https://") else {}
    )


class SecurityHeadersMiddleware:
    """ASGI middleware: puts the headers on every answer, Streamlit's too."""

    def __init__(self, app: Any, *, headers: dict[str, str]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Hands the request on, and adds to what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, sending)
