"""How long a browser may take for a request, and who goes if there are too many connections."""

import asyncio
import os
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed

from tests.support.floods import HALF_BODY, HALF_HEADER, socket_of
from tests.support.http_client import fetch
from tests.support.server_process import Server, free_port
from tests.support.waiting import wait_until
from tracker.web.gates import connection_limits
from tracker.web.gates.connection_limits import MAX_MESSAGE_BYTES, LimitedHTTP, limit_connections

SLOW = HALF_HEADER.replace(b"/r/x", b"/slow") + b"\r\n"


def is_closed(wire: socket.socket) -> bool:
    """Whether the server ends the connection."""
    with suppress(ConnectionError):
        while wire.recv(65536):
            pass
    return True


@pytest.mark.parametrize("plain", [False, True], ids=["streamlit run", "uvicorn"])
def test_a_message_ends_at_one_megabyte(tmp_path, running_server: Server, plain: bool) -> None:
    server = Server(tmp_path, plain=plain, forked=not plain)
    server.data = running_server.data
    with server, socket_of(server.port, additional_headers={"Cookie": "=".join(server.cookie())}) as editor:
        with pytest.raises(ConnectionClosed) as closed:
            editor.send(os.urandom(MAX_MESSAGE_BYTES + 1))
            editor.recv(20)
        assert closed.value.rcvd and closed.value.rcvd.code == 1009  # too big


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`limits(NAME=number)` sets limits of a connection."""

    def set_limits(**limits: float) -> None:
        for name, number in limits.items():
            monkeypatch.setattr(connection_limits, name, number)

    return set_limits


@pytest.fixture
def small_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with room for five connections, whose app says ok. It reads the body of a PUT, and never answers /slow."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        while scope["method"] == "PUT" and (await receive()).get("more_body"):
            pass
        if scope["path"] == "/slow":
            await receive(), await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    monkeypatch.setattr(uvicorn.Server, "startup", uvicorn.Server.startup)  # and back
    limit_connections()
    monkeypatch.setattr(LimitedHTTP, "most", 5)
    port = free_port()
    config = uvicorn.Config(app, port=port, log_config=None, timeout_keep_alive=60, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    running = threading.Thread(target=asyncio.run, args=(server.serve(),))
    running.start()
    wait_until(lambda: server.started)
    yield port
    server.should_exit = True
    running.join()


def opened(port: int, request: bytes) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", port), 30)
    wire.sendall(request)
    return wire


def test_half_a_request_is_ended(small_server: int, limits: Callable[..., None]) -> None:
    limits(HEADER_SECONDS=0.1, BODY_SECONDS=0.1)
    for half in (HALF_HEADER, HALF_BODY, HALF_BODY.replace(b"POST", b"PUT"), b""):
        with opened(small_server, half) as wire:
            assert is_closed(wire)


def test_one_connection_more_ends_the_oldest_half_request_and_none_that_is_being_answered(small_server: int) -> None:
    slow = opened(small_server, SLOW)
    wait_until(lambda: len(LimitedHTTP.answered) == 1)
    halves = [opened(small_server, HALF_HEADER) for _ in range(9)]
    assert all(is_closed(wire) for wire in halves[:5])
    halves[-1].sendall(b"\r\n")
    assert halves[-1].recv(100).startswith(b"HTTP/1.1 200")
    slow.settimeout(0.1)
    with pytest.raises(TimeoutError):
        slow.recv(1)


def test_if_all_are_being_answered_the_oldest_goes(small_server: int) -> None:
    slow = [opened(small_server, SLOW) for _ in range(5)]
    wait_until(lambda: len(LimitedHTTP.answered) == 5)
    with opened(small_server, HALF_HEADER + b"\r\n") as wire:
        assert (is_closed(slow[0]), wire.recv(100)[:12]) == (True, b"HTTP/1.1 200")


def test_with_few_open_files_half_requests_keep_nobody_waiting(tmp_path, running_server: Server, monkeypatch) -> None:
    """Without room for new connections, asyncio stopped taking any for half a minute."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    server = Server(tmp_path, {"TRACKER_PRIVATE": ""})
    server.data = running_server.data
    monkeypatch.setattr(Server, "command_prefix", ("sh", "-c", 'ulimit -Hn 1024; exec "$@"', "sh"))
    with server:
        halves = [opened(server.port, HALF_HEADER) for _ in range(1_107)]
        began = time.monotonic()
        assert (fetch(server, "/livez")[0], time.monotonic() - began < 25) == (200, True)
        for wire in halves:
            wire.close()
