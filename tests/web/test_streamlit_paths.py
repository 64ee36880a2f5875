"""What reaches Streamlit is an allow-list: its other addresses answer nobody."""

import json
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.asgi_client import answer, scope
from tests.support.http_client import fetch
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
        ("/_stcore/upload_file/a/b", 200),
        ("/static/js/index.js", 200),
        ("/_stcore/metrics", 404),
        ("/_stcore/bidi-components/x/y", 404),
        ("/media/0123456789abcdef.pdf", 404),
        ("/component/x/y", 404),
        ("/auth/login", 404),
        ("/oauth2callback", 404),
        ("/no/such/page", 404),
        ("//static/x", 404),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_our_own_routes_and_what_the_pages_need_pass(path: str, status: int, method: str) -> None:
    gate = StreamlitPathsMiddleware(streamlit, routes=[Route("/r/{id}", streamlit)])
    assert answer(gate, scope(path=path, method=method))[0] == status


def test_no_foreign_page_may_send_messages_to_ours(shared_server: Server) -> None:
    assert json.loads(fetch(shared_server, "/_stcore/host-config")[2])["allowedOrigins"] == []


def test_the_running_dashboard_has_this_gate(shared_server: Server) -> None:
    closed = (
        "/_stcore",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/bidi-components/x/y",
        "/x/_stcore/metrics",
    )
    assert [path for path in closed if fetch(shared_server, path)[0] != 404] == []
    ours = {"Origin": shared_server.url}
    for method, path in (("POST", "/_stcore/agent/mcp"), ("PUT", "/_stcore/upload_file/x/y")):
        assert fetch(shared_server, path, method, body="x", **ours)[0] == 404, path
    assert fetch(shared_server, "/_stcore/health")[0] == 200
