"""What every answer tells the browser to refuse; and that every page works with it."""

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Page, expect

from tests.support.asgi_client import Behind, answer, scope, sent
from tests.support.content_policy import listen_to_refusals, refusals
from tests.support.http_client import fetch
from tests.support.server_process import Server
from tracker.web.gates.request_checks import (
    SecurityHeadersMiddleware,
    content_security_policy,
    inline_scripts,
    security_headers,
)

NAMES = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")


def test_nothing_comes_from_elsewhere_and_no_inline_script_runs_but_those_named():
    allowed = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    assert content_security_policy(["let a = 1"], "https://x.example") == (
        f"default-src 'self'; script-src 'self' 'sha256-{allowed}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self' wss://x.example; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    assert "connect-src 'self';" in content_security_policy([])


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
        "/files/none.pdf /preview.png /sign-in /sign-out /_stcore/health /_stcore/host-config /media/none "
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
