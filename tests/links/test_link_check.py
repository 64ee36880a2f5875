"""Asking other servers about links: what is gone, moved or silent, politely, with limits, and never at home."""

import socket
import ssl
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.support.link_server import REDIRECTS, LinkServer, link_server
from tracker.links import web_request
from tracker.links.link_check import LinkLimits, LinkResult, LinkState, check_links
from tracker.links.web_request import is_public_address

AT_HOME = LinkLimits(timeout=20, pause=0, allow_local=True)
QUICK = LinkLimits(timeout=0.4, pause=0, allow_local=True)


@pytest.fixture(scope="module")
def shared() -> Iterator[LinkServer]:
    with link_server() as server:
        yield server


@pytest.fixture
def server() -> Iterator[LinkServer]:
    with link_server() as server:
        yield server


def found(url: str, limits: LinkLimits = AT_HOME) -> tuple[LinkState, str]:
    result = check_links([url], limits)[url]
    return result.state, result.detail


@pytest.mark.parametrize(
    ("path", "state", "detail"),
    [
        ("/ok", LinkState.WORKS, ""),
        ("/ok?a=1&b=закон#part", LinkState.WORKS, ""),
        ("/закон", LinkState.WORKS, ""),
        ("/only-get", LinkState.WORKS, ""),
        ("/not-on-head", LinkState.WORKS, ""),
        ("/closes-on-head", LinkState.WORKS, ""),
        ("/for-now", LinkState.WORKS, ""),
        ("/for-now-then", LinkState.WORKS, ""),
        ("/gone", LinkState.GONE, "the server answers 404"),
        ("/gone-for-good", LinkState.GONE, "the server answers 410"),
        ("/moved-away", LinkState.GONE, "the server answers 404"),
        ("/moved", LinkState.MOVED, "{server}/ok"),
        ("/moved-twice", LinkState.MOVED, "{server}/ok"),
        ("/then-for-now", LinkState.MOVED, "{server}/for-now"),
        ("/cyrillic", LinkState.MOVED, "{server}/закон"),
        ("/to-front", LinkState.MOVED, "{server}/ (the front page: the page itself may be gone)"),
        ("/broken", LinkState.UNREACHABLE, "the server answers 500; open it in a browser"),
        ("/forbidden", LinkState.UNREACHABLE, "the server answers 403; open it in a browser"),
        ("/circle", LinkState.UNREACHABLE, "it redirects in a circle"),
        ("/to-nonsense", LinkState.UNREACHABLE, "it redirects to an address that cannot be read"),
        ("/far-0", LinkState.UNREACHABLE, "more than 10 redirects"),
        (
            "/to-file",
            LinkState.UNREACHABLE,
            "only links that begin with http:// or https:// are checked, at file:///etc/passwd",
        ),
    ],
)
def test_what_becomes_of_a_link(shared, path, state, detail):
    assert found(shared.url(path)) == (state, detail.format(server=shared.url("")))


def test_only_the_status_is_asked_for_if_that_is_enough(server):
    found(server.url("/ok"))
    found(server.url("/only-get"))
    assert server.asked == [("HEAD", "/ok"), ("HEAD", "/only-get"), ("GET", "/only-get")]
    assert server.headers[0] == {
        "Host": f"127.0.0.1:{server.port}",
        "User-Agent": "Mozilla/5.0 (compatible; link check)",
        "Accept": "*/*",
        "Connection": "close",
    }


@pytest.mark.parametrize("path", ["/silent", "/drip"])
def test_a_server_that_does_not_answer_or_only_drop_by_drop_is_left(server, path):
    assert found(server.url(path), QUICK) == (LinkState.UNREACHABLE, "no answer within 0.4 seconds")


def test_an_endless_page_is_not_read_to_the_end(server):
    assert found(server.url("/endless")) == (LinkState.WORKS, "")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_port_where_nobody_listens_cannot_be_reached():
    assert found(f"http://127.0.0.1:{free_port()}/") == (LinkState.UNREACHABLE, "connection refused")


def test_a_server_without_tls_cannot_be_reached_over_https(shared):
    assert found(shared.url("/ok", "https")) == (LinkState.UNREACHABLE, "no secure connection is possible")


def test_a_wrong_certificate_is_told_apart(shared, monkeypatch):
    class Context:
        def wrap_socket(self, *_: object, **__: object) -> ssl.SSLSocket:
            error = ssl.SSLCertVerificationError("x")
            error.verify_message = "certificate has expired"
            raise error

    monkeypatch.setattr(web_request, "_tls", Context)
    detail = "its certificate is not valid (certificate has expired)"
    assert found(shared.url("/ok", "https")) == (LinkState.UNREACHABLE, detail)


@pytest.mark.parametrize(
    ("number", "state", "detail"),
    [
        (socket.EAI_NONAME, LinkState.GONE, "there is no server with this name"),
        (socket.EAI_AGAIN, LinkState.UNREACHABLE, "the name of the server could not be looked up"),
    ],
)
def test_a_name_that_does_not_exist_is_gone_and_one_that_cannot_be_looked_up_is_not(monkeypatch, number, state, detail):
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "x")

    monkeypatch.setattr(web_request.socket, "getaddrinfo", look_up)
    assert check_links(["http://law.example/"], QUICK)["http://law.example/"] == LinkResult(
        "http://law.example/", state, detail, is_name_unknown=True
    )


@pytest.mark.parametrize("url", ["http://[::1/", "http://a..b/", "http://x:99999/", "http:///x", "ftp://x/"])
def test_an_address_that_cannot_be_read_is_no_error(url):
    assert found(url)[0] is LinkState.UNREACHABLE


NOT_ASKED = "it leads to this machine or the local network, so it was not asked"


def test_this_machine_is_not_asked(server):
    limits = LinkLimits(timeout=20, pause=0)
    for name in (
        f"127.0.0.1:{server.port}",
        f"localhost:{server.port}",
        f"127.1:{server.port}",
        f"[::1]:{server.port}",
    ):
        assert found(f"http://{name}/ok", limits) == (LinkState.UNREACHABLE, NOT_ASKED)
    assert server.asked == []


def test_a_redirect_does_not_lead_to_this_machine(server, monkeypatch):
    answers = iter([True, False])
    monkeypatch.setattr(web_request, "is_public_address", lambda _: next(answers))
    limits = LinkLimits(timeout=20, pause=0)
    assert found(server.url("/moved"), limits) == (LinkState.UNREACHABLE, f"{NOT_ASKED}, at {server.url('/ok')}")
    assert server.asked == [("HEAD", "/moved")]


def test_a_name_is_looked_up_once_for_a_request_so_that_it_cannot_change_its_meaning(server, monkeypatch):
    real, calls = socket.getaddrinfo, []

    def look_up(*given: object, **named: object) -> object:
        calls.append(given)
        return real("127.0.0.1", server.port, **named)

    monkeypatch.setattr(web_request.socket, "getaddrinfo", look_up)
    assert found(f"http://law.example:{server.port}/ok")[0] is LinkState.WORKS
    assert calls == [("law.example", server.port)]
    assert server.headers[0]["Host"] == f"law.example:{server.port}"


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("64:ff9b::5db8:d70e", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("no address", False),
    ],
)
def test_which_addresses_are_public(address, is_public):
    assert is_public_address(address) is is_public


def test_one_server_is_asked_once_at_a_time_with_a_pause(server):
    urls = [server.url(f"/ok?{number}") for number in range(4)]
    results = check_links([*urls, urls[0]], LinkLimits(timeout=20, pause=0.15, allow_local=True))
    assert [results[url].state for url in urls] == [LinkState.WORKS] * 4
    assert (len(server.asked), server.most_at_once) == (4, 1)
    begins = sorted(begin for begin, _ in server.spans)
    assert min(later - before for before, later in pairwise(begins)) > 0.1


def test_redirects_from_other_servers_wait_for_their_turn_too(server, monkeypatch):
    with link_server() as first, link_server() as second:
        slow = LinkLimits(timeout=20, pause=0.15, allow_local=True)
        target = server.url("/ok")
        monkeypatch.setitem(REDIRECTS, "/other", (302, target))
        check_links([first.url("/other"), second.url("/other"), target], slow)
    begins = sorted(begin for begin, _ in server.spans)
    assert (len(begins), server.most_at_once) == (3, 1)
    assert min(later - before for before, later in pairwise(begins)) > 0.1


def test_two_servers_are_asked_at_the_same_time():
    with link_server() as first, link_server() as second:
        results = check_links([first.url("/meet"), second.url("/meet")], AT_HOME)
    assert [result.state for result in results.values()] == [LinkState.WORKS] * 2


def test_after_an_interruption_nothing_more_is_asked(server):
    urls = [server.url(f"/ok?{number}") for number in range(50)]

    def interrupt(result: LinkResult) -> None:
        raise KeyboardInterrupt

    with link_server() as other, pytest.raises(KeyboardInterrupt):
        limits = LinkLimits(timeout=20, pause=0.2, allow_local=True)
        check_links([*urls, other.url("/ok")], limits, on_result=interrupt)
    assert len(server.asked) < 50
