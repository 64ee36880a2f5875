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


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_our_own_routes_and_what_the_pages_need_pass(method: str) -> None:
    gate = StreamlitPathsMiddleware(streamlit, routes=[Route("/r/{id}", streamlit)])
    open_ = "/r/ngo-2024-r7 /_stcore/health /_stcore/upload_file/a/b /static/js/index.js"
    closed = "/_stcore/metrics /_stcore/bidi-components/x/y /media/0123456789abcdef.pdf /component/x/y /auth/login"
    for paths, status in ((open_, 200), (f"{closed} /oauth2callback /no/such/page //static/x", 404)):
        for path in paths.split():
            assert answer(gate, scope(path=path, method=method))[0] == status, path


def test_the_running_dashboard_has_this_gate(shared_server: Server) -> None:
    closed = "/_stcore /_stcore/metrics /_stcore/agent/openapi.json /_stcore/bidi-components/x/y /x/_stcore/metrics"
    assert [path for path in closed.split() if fetch(shared_server, path)[0] != 404] == []
    # no foreign page may send messages to ours
    assert json.loads(fetch(shared_server, "/_stcore/host-config")[2])["allowedOrigins"] == []
    ours = {"Origin": shared_server.url}
    for method, path in (("POST", "/_stcore/agent/mcp"), ("PUT", "/_stcore/upload_file/x/y")):
        assert fetch(shared_server, path, method, body="x", **ours)[0] == 404, path
    assert fetch(shared_server, "/_stcore/health")[0] == 200
