"""Telling the person at this machine from everybody else, before Streamlit sees the request."""

import ipaddress
import secrets
from typing import Any

HEADER = b"x-tracker-local"
TOKEN = secrets.token_hex(16)
"""Set on a request from this machine. New at every start; nobody outside the process knows it."""
FORWARDED = (b"forwarded", b"x-forwarded-", b"x-real-ip", b"via")
"""How the names of the headers begin that a proxy adds."""


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own."""
    name = (host or "").strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _host(value: bytes) -> str:
    text = value.decode("latin-1").rpartition("://")[2].split("/")[0]
    name, _, port = text.rpartition(":")
    return name if port.isdecimal() else text


def is_local(scope: dict[str, Any]) -> bool:
    """Whether a request was made on this machine, for this machine's own name, and not handed on by a proxy."""
    headers = dict(scope["headers"])
    if any(name.startswith(FORWARDED) for name in headers):
        return False
    names = [_host(headers[name]) for name in (b"host", b"origin") if name in headers]
    ends = [end[0] for end in (scope.get("client"), scope.get("server")) if end]
    return len(ends) == 2 and b"host" in headers and all(map(is_loopback, (*names, *ends)))


class LocalPerson:
    """ASGI middleware: marks requests of the person at this machine, and drops such a mark that came from outside."""

    def __init__(self, app: Any, *, enabled: bool) -> None:
        self.app, self.enabled = app, enabled

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Hands the request on with the mark that it deserves."""
        if scope["type"] in ("http", "websocket"):
            headers = [pair for pair in scope["headers"] if pair[0].lower() != HEADER]
            if self.enabled and is_local(scope):
                headers.append((HEADER, TOKEN.encode()))
            scope = {**scope, "headers": headers}
        await self.app(scope, receive, send)
