"""Call an ASGI app or middleware without a server."""

from typing import Any

from tests.support.event_loop import run_async

GOOD = [(b"host", b"localhost:8501")]


def scope(headers: Any = GOOD, *, kind: str = "http", path: str = "/", method: str = "GET") -> dict[str, Any]:
    """Return the ASGI scope of a request, as a server passes it to an app."""
    client, server = ("192.0.2.77", 50000), ("127.0.0.1", 8501)
    return {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": list(headers),
        "client": client,
        "server": server,
    }


def sent(app: Any, scope: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages that an app sends as its answer."""
    found: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        found.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    run_async(app(scope, receive, send))
    return found


def answer(app: Any, scope: dict[str, Any]) -> tuple[int, dict[bytes, bytes], bytes]:
    """Return (status, headers, body) of the answer of an app."""
    start, *rest = sent(app, scope)
    return start["status"], dict(start["headers"]), b"".join(m.get("body", b"") for m in rest)


class Behind:
    """An app to put behind a middleware. `asked` has the scopes of all requests that reached it. It answers 299."""

    def __init__(self, *headers: tuple[bytes, bytes]) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers = list(headers)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.asked.append(scope)
        await send({"type": "http.response.start", "status": 299, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": b"behind"})
