"""What reaches Streamlit is an allow-list: its other addresses answer nobody."""

import json
import urllib.request
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.asgi_client import answer, scope
from tests.support.server_process import Server
from tracker.web.gates.request_checks import StreamlitPathsMiddleware


async def streamlit(asked: Any, receive: Any, send: Any) -> None:
    """Answers everything, as if each address were one of its own."""
    await PlainTextResponse("streamlit")(asked, receive, send)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/r/ngo-2024-r7", 200),
        ("/_stcore/health", 200),
        ("/_stcore/host-config", 200),
        ("/_stcore/upload_file/a/b", 200),
        ("/static/js/index.js", 200),
        ("/favicon.png", 200),
        ("/_stcore/metrics", 404),
        ("/_stcore/script-health-check", 404),
        ("/_stcore/bidi-components/x/y", 404),
        ("/media/0123456789abcdef.pdf", 404),
        ("/component/x/y", 404),
        ("/app/static/x", 404),
        ("/auth/login", 404),
        ("/auth/logout", 404),
        ("/oauth2callback", 404),
        ("/metrics", 404),
        ("/no/such/page", 404),
        ("//static/x", 404),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_only_our_own_routes_and_what_the_pages_need_pass(path: str, status: int, method: str) -> None:
    gate = StreamlitPathsMiddleware(streamlit, routes=[Route("/r/{id}", streamlit)])
    assert answer(gate, scope(path=path, method=method))[0] == status


def test_no_foreign_page_may_send_messages_to_ours(shared_server: Server) -> None:
    with urllib.request.urlopen(f"{shared_server.url}/_stcore/host-config", timeout=20) as got:
        assert json.load(got)["allowedOrigins"] == []
