"""Security headers for every response: content security policy, referrer policy, HSTS."""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import MutableHeaders

INLINE_SCRIPT_PATTERN = re.compile(r"<script>(.*?)</script>", re.S)
YEAR_SECONDS = 31_536_000
FILES_PATH = "/files/"
"""The start of the addresses of files that editors uploaded."""
FILES_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The content security policy of what an editor uploaded: a browser that shows it runs and loads nothing."""


def inline_scripts(html: str) -> list[str]:
    """Return the text of each inline script in a page."""
    return INLINE_SCRIPT_PATTERN.findall(html)


def content_security_policy(scripts: Iterable[str], public_url: str = "") -> str:
    """Return the Content-Security-Policy: a page may load only from its own origin.

    `scripts` are the texts of the inline scripts that may run; the policy contains their hashes. `public_url` is "" if
    the dashboard has no public URL.
    """
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]
    # For browsers before 2022, 'self' does not include websockets.
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
    """Return the security headers of every response, header name → value.

    The arguments are those of `content_security_policy`. HSTS is included only if the public URL uses https.
    """
    headers = {
        "Content-Security-Policy": content_security_policy(scripts, public_url),
        "X-Content-Type-Options": "nosniff",
        # With no-referrer, Chromium sends "Origin: null" with our own forms, and the origin check refuses them.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return headers | (
        {"Strict-Transport-Security": f"max-age={YEAR_SECONDS}"} if public_url.startswith("https://") else {}
    )


class SecurityHeadersMiddleware:
    """ASGI middleware that sets `headers` on every HTTP response, also on those of Streamlit.

    Below FILES_PATH the policy is FILES_POLICY, also for what cannot be served.
    """

    def __init__(self, app: Any, *, headers: dict[str, str]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, and set the headers when the response starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        is_file = scope["path"].startswith(FILES_PATH)
        headers = self.headers | ({"Content-Security-Policy": FILES_POLICY} if is_file else {})

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)
