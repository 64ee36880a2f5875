"""What every request passes: is it from an own page, is its address ours; and what every answer tells the browser to refuse."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from playwright.sync_api import Page, expect
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.asgi_client import Behind, answer, scope, sent
from tests.support.content_policy import listen_to_refusals, refusals
from tests.support.http_client import fetch
from tests.support.server_process import ROOT, Server
from tracker.accounts.accounts_file import cookie_name
from tracker.config import is_loopback
from tracker.web.gates import request_checks
from tracker.web.gates.request_checks import (
    OriginCheckMiddleware,
    SecurityHeadersMiddleware,
    StreamlitPathsMiddleware,
    inline_scripts,
    is_same_origin,
    network_hash,
    origin_of,
    security_headers,
)

PUBLIC = "https://tracker.example.org"


@pytest.mark.parametrize(
    ("host", "ours"),
    [("localhost", True), ("127.0.0.1", True), ("[::1]", True), ("0.0.0.0", False), ("localhost.evil.example", False)],
)
def test_only_a_loopback_address_is_this_machine(host, ours):
    assert is_loopback(host) is ours


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://X.example", ("https", "x.example", 443)),
        ("http://[::1]:8501", ("http", "::1", 8501)),
        ("null", None),
        ("x.example", None),
        ("https://a@x.example", None),
        ("http://[::1", None),
    ],
)
def test_an_origin_is_scheme_host_and_port(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("origin", "host", "public", "own"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", "", True),
        ("http://localhost:8501", "127.0.0.1:8501", "", False),
        ("http://127.0.0.1:9000", "127.0.0.1:8501", "", False),
        ("http://evil.example:8501", "evil.example:8501", "", False),  # a name that was bent to this machine
        ("null", "127.0.0.1:8501", "", False),
        ("", "127.0.0.1:8501", "", False),
        (PUBLIC, "127.0.0.1:8501", PUBLIC, True),  # a proxy may put its own Host
        ("http://tracker.example.org", "tracker.example.org", PUBLIC, False),
        ("https://evil.example", "tracker.example.org", PUBLIC, False),
        ("http://127.0.0.1:8501", "127.0.0.1:8501", PUBLIC, True),
        ("http://192.0.2.1:8501", "192.0.2.1:8501", "", False),
    ],
)
def test_a_page_is_the_dashboards_own_at_the_public_address_or_on_this_machine(origin, host, public, own):
    assert is_same_origin(origin, host, public) is own


OURS = [(b"host", b"127.0.0.1:8501"), (b"origin", b"http://127.0.0.1:8501")]


def through(asked: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the app behind the door was asked, and what is answered."""
    behind = Behind()
    return behind.asked, sent(OriginCheckMiddleware(behind, public_url=""), asked)


@pytest.mark.parametrize(
    ("headers", "about", "comes_in"),
    [
        ([], {"method": "GET"}, True),
        (OURS, {"method": "POST"}, True),
        (OURS, {"kind": "websocket"}, True),
        ([*OURS, (b"sec-fetch-site", b"same-origin")], {"method": "POST"}, True),
        ([*OURS, (b"sec-fetch-site", b"cross-site")], {"method": "POST"}, False),
        (OURS[:1], {"method": "POST"}, False),
        (OURS[:1], {"kind": "websocket"}, False),
        ([OURS[0], (b"origin", b"https://evil.example")], {"method": "PUT"}, False),
        ([OURS[0], (b"origin", b"https://evil.example")], {"kind": "websocket"}, False),
    ],
)
def test_the_door_lets_in_what_is_only_read_and_what_comes_from_an_own_page(headers, about, comes_in):
    asked, messages = through(scope(headers, **about))
    assert len(asked) == comes_in
    if not comes_in:
        closed = {"type": "websocket.close", "code": 1008}
        assert messages == [closed] if about.get("kind") == "websocket" else messages[0]["status"] == 403


SPOOFED = b"192.0.2.7"
NETWORKS = """
import asyncio, uvicorn
config = uvicorn.Config("app:app", log_level="critical", forwarded_allow_ips="*")
config.load()
from tracker.web.gates import request_checks
request_checks.network_hash = print
headers = [(b"x-forwarded-for", b"192.0.2.7"), (b"x-real-ip", b"192.0.2.7")]
scope = {"type": "http", "method": "GET", "path": "/livez", "headers": headers, "client": ("127.0.0.1", 4)}
async def nothing(*_): ...
asyncio.run(config.loaded_app(scope | {"query_string": b""}, nothing, nothing))
"""


def test_no_forwarding_header_is_believed_however_the_server_is_started(tmp_path):
    """A stranger behind a proxy on this machine must not be a new network with each request."""
    settings = os.environ | {"TRACKER_DATA": str(tmp_path), "TRACKER_STATE": str(tmp_path / "state")}
    told = subprocess.run([sys.executable, "-c", NETWORKS], check=True, stdout=subprocess.PIPE, cwd=ROOT, env=settings)
    assert told.stdout == b"('127.0.0.1', 4)\n"


def test_what_a_proxy_or_a_client_says_of_itself_does_not_reach_the_app():
    names = "X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host Forwarded X-Real-IP True-Client-IP CF-Connecting-IP Via"
    told = [(name.lower().encode(), SPOOFED) for name in names.split()]
    (asked,), _messages = through(scope([*OURS, *told, (b"cookie", b"a=b"), (b"range", b"bytes=0-1")], method="POST"))
    assert asked["headers"] == [OURS[0], (b"cookie", b"a=b"), (b"range", b"bytes=0-1")]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_door_forgets_the_address_for_the_servers_log_too(kind):
    asked, refused = scope(OURS, kind=kind), scope([], kind="websocket")
    (behind,), _messages = through(asked)
    through(refused)
    assert (asked["client"], behind["client"], refused["client"]) == (None, None, None)
    assert asked["network"] == network_hash(("192.0.2.77", 1)), (
        "the gate of Streamlit cannot tell one network from another"
    )


def test_what_stays_of_the_address_says_only_who_comes_from_the_same_network():
    one, same, other = (network_hash((address, 1)) for address in ("2001:db8::1", "2001:db8::ffff", "2001:db9::1"))
    assert one == same, "addresses of one IPv6 network, with the same 64 bits, are one network"
    assert one != other
    unkeyed = hashlib.blake2b(bytes([192, 0, 2, 1]), digest_size=8).digest()
    assert network_hash(("192.0.2.1", 1)) != unkeyed, "without a secret, trying all addresses finds the right one"
    assert network_hash(("192.0.2.1", 1)) != network_hash(("192.0.2.2", 1))
    assert b"192" not in network_hash(("192.0.2.1", 1)) and network_hash(None) == network_hash(None)


def test_what_is_not_a_request_passes_untouched():
    assert through({"type": "lifespan"})[0] == [{"type": "lifespan"}]


def test_behind_https_no_neighbour_can_put_a_cookie_there():
    names = cookie_name(PUBLIC, 8501), cookie_name("", 8501), cookie_name("", 9000)
    assert names == ("__Host-tracker", "tracker-8501", "tracker-9000")


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
    streamlits = "/_stcore/health /_stcore/host-config /_stcore/metrics /_stcore/agent/openapi.json /static/js/index.js"
    assert [path for path in streamlits.split() if fetch(shared_server, path)[0] != 403] == []
    editors = {"Cookie": "=".join(shared_server.cookie())}
    closed = "/_stcore /_stcore/metrics /_stcore/agent/openapi.json /_stcore/bidi-components/x/y /x/_stcore/metrics"
    assert [path for path in closed.split() if fetch(shared_server, path, **editors)[0] != 404] == []
    # no foreign page may send messages to ours
    assert json.loads(fetch(shared_server, "/_stcore/host-config", **editors)[2])["allowedOrigins"] == []
    ours = {"Origin": shared_server.url}
    for method, path in (("POST", "/_stcore/agent/mcp"), ("PUT", "/_stcore/upload_file/x/y")):
        answers = [fetch(shared_server, path, method, body="x", **ours, **who)[0] for who in ({}, editors)]
        assert answers == [403, 404], path


NAMES = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")


def test_nothing_comes_from_elsewhere_and_no_inline_script_runs_but_those_named():
    allowed = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    assert request_checks.content_security_policy(["let a = 1"], "https://x.example") == (
        f"default-src 'self'; script-src 'self' 'sha256-{allowed}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self' wss://x.example; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    assert "connect-src 'self';" in request_checks.content_security_policy([])


def test_the_shell_of_streamlit_has_one_inline_script():
    index = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    assert [script.strip() for script in inline_scripts(index)] == ["window.prerenderReady = false"]


@pytest.mark.parametrize(("public", "strict"), [("https://x.example", True), ("http://x.example", False), ("", False)])
def test_only_https_is_asked_to_stay_https(public, strict):
    assert ("Strict-Transport-Security" in security_headers([], public)) is strict


def test_a_header_of_the_app_is_not_sent_twice():
    behind = Behind((b"referrer-policy", b"unsafe-url"), (b"x-more", b"1"))
    _status, got, body = answer(SecurityHeadersMiddleware(behind, headers=security_headers([])), scope())
    assert (got[b"referrer-policy"], got[b"x-content-type-options"]) == (b"same-origin", b"nosniff")
    assert (got[b"x-more"], body) == (b"1", b"behind")
    (start, _end) = sent(SecurityHeadersMiddleware(behind, headers=security_headers([])), scope())
    assert len(start["headers"]) == 5


def test_every_answer_has_them_streamlits_too_and_the_refusals(shared_server: Server) -> None:
    addresses = (
        "/ /no-such-page /no/such/page /livez /readyz /r/ngo-2024-r7 /r/none /api/none /snapshot.html /export.csv "
        "/files/none.pdf /preview.png /embed/recommendations /embed/r/ngo-2024-r7 /oembed.json /sign-in /sign-out /_stcore/health /_stcore/host-config /media/none "
        "/component/none /static/none.js /favicon.png /feed.xml //x /_stcore/stream"
    )
    others = (("POST", "/sign-in"), ("OPTIONS", "/"), ("PUT", "/_stcore/upload_file/a/b"))
    for method, address in (*(("GET", one) for one in addresses.split()), *others):
        _status, headers, _body = fetch(shared_server, address, method)
        assert [name for name in NAMES if len(headers.get_all(name, [])) != 1] == [], (method, address)
        assert headers["Referrer-Policy"] == "same-origin", address


@pytest.mark.browser
def test_a_script_that_was_put_into_a_page_does_not_run(shared_server: Server, page: Callable[..., Page]) -> None:
    reader = page()
    said = listen_to_refusals(reader)
    reader.goto(shared_server.url)
    expect(reader.locator(".rt-foot")).to_be_visible()
    assert refusals(reader) == []
    reader.evaluate(
        """() => {
        const inline = document.createElement("script"); inline.textContent = "window.ran = 1"; document.head.append(inline);
        const far = document.createElement("script"); far.src = "https://evil.example/x.js"; document.head.append(far);
        const button = document.createElement("div"); button.innerHTML = '<img src="x" onerror="window.ran = 2">'; document.body.append(button);
        const picture = new Image(); picture.src = "https://evil.example/x.png"; document.body.append(picture);
        fetch("https://evil.example/").catch(() => 0);
        const frame = document.createElement("iframe"); frame.src = "https://evil.example/"; document.body.append(frame);
        }"""
    )
    reader.wait_for_function("() => window.refused.length >= 6")  # as a text it would be refused itself
    assert reader.evaluate("window.ran") is None
    kinds = {re.split(" ", found)[0] for found in refusals(reader)}
    assert kinds == {"script-src-elem", "script-src-attr", "img-src", "connect-src", "frame-src"}
    assert len(said) >= 6
