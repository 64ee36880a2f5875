"""Where a request comes from: this machine, the dashboard's own pages, another site's."""

import hashlib
from typing import Any

import pytest

from tests.support.asgi_client import Behind, scope, sent
from tracker.accounts.accounts_file import cookie_name
from tracker.config import is_loopback
from tracker.web.gates.request_checks import OriginCheckMiddleware, crowd_of, is_same_origin, origin_of

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


def test_without_a_public_address_it_may_be_read_from_other_machines_if_it_listens_there():
    assert is_same_origin("http://192.0.2.1:8501", "192.0.2.1:8501", "", anywhere=True)
    assert not is_same_origin("https://evil.example", "192.0.2.1:8501", "", anywhere=True)


OURS = [(b"host", b"127.0.0.1:8501"), (b"origin", b"http://127.0.0.1:8501")]


def through(asked: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the app behind the door was asked, and what is answered."""
    behind = Behind()
    return behind.asked, sent(OriginCheckMiddleware(behind, public_url="", read_anywhere=False), asked)


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


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_door_forgets_the_address_for_the_servers_log_too(kind):
    asked, refused = scope(OURS, kind=kind), scope([], kind="websocket")
    (behind,), _messages = through(asked)
    through(refused)
    assert (asked["client"], behind["client"], refused["client"]) == (None, None, None)
    assert asked["crowd"] == crowd_of(("192.0.2.77", 1)), "the gate of Streamlit cannot tell one network from another"


def test_what_stays_of_the_address_says_only_who_comes_from_the_same_network():
    one, same, other = (crowd_of((address, 1)) for address in ("2001:db8::1", "2001:db8::ffff", "2001:db9::1"))
    assert one == same, "addresses of one IPv6 network, with the same 64 bits, are one network"
    assert one != other
    unkeyed = hashlib.blake2b(bytes([192, 0, 2, 1]), digest_size=8).digest()
    assert crowd_of(("192.0.2.1", 1)) != unkeyed, "without a secret, trying all addresses finds the right one"
    assert crowd_of(("192.0.2.1", 1)) != crowd_of(("192.0.2.2", 1))
    assert b"192" not in crowd_of(("192.0.2.1", 1)) and crowd_of(None) == crowd_of(None)


def test_what_is_not_a_request_passes_untouched():
    assert through({"type": "lifespan"})[0] == [{"type": "lifespan"}]


def test_behind_https_no_neighbour_can_put_a_cookie_there():
    names = cookie_name(PUBLIC, 8501), cookie_name("", 8501), cookie_name("", 9000)
    assert names == ("__Host-tracker", "tracker-8501", "tracker-9000")
