"""What one connection may hold: half requests, half messages, and messages that grow when they are unpacked."""

import asyncio
import os
import resource
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn

from tests.support.event_loop import async_test
from tests.support.half_requests import (
    BINARY,
    CONTINUATION,
    HALF_BODY,
    HALF_HEADER,
    PACKED,
    PING,
    PONG,
    frame,
    opened,
    packed,
)
from tests.support.server_process import Server, free_port
from tracker.web.gates import connection_limits
from tracker.web.gates.connection_limits import HEADER_SECONDS, MAX_LATE, LimitedHTTP, _Line, limit_connections


def is_closed(wire: socket.socket) -> bool:
    """Whether the server ends the connection."""
    with suppress(ConnectionError):
        while wire.recv(65536):
            pass
    return True


def send_until_closed(wire: socket.socket, frames: Iterator[bytes]) -> int:
    """Send frames until the server ends the connection. Return how many bytes went out."""
    sent = 0
    with suppress(ConnectionError):
        for data in frames:
            wire.sendall(data)
            sent += len(data)
        wire.settimeout(20)
        assert is_closed(wire)
    return sent


def unfinished(kind: int, data: bytes, count: int) -> Iterator[bytes]:
    yield frame(kind, data)
    for _ in range(count):
        yield frame(CONTINUATION, data)


@pytest.mark.parametrize("plain", [False, True], ids=["streamlit run", "uvicorn"])
def test_a_message_ends_at_one_megabyte_however_it_comes(tmp_path_factory, running_server: Server, plain: bool) -> None:
    server = running_server
    if plain:
        server = Server(tmp_path_factory.mktemp("plain"), plain=True)
        server.data = running_server.data
        server.start()
    try:
        quarter, bomb = os.urandom(262_144), packed(500_000)
        assert len(bomb) < 2_000
        for name, wire, frames in (
            ("fragments", opened(server.port), unfinished(BINARY, quarter, 80)),
            ("one frame", opened(server.port), iter([frame(BINARY, quarter * 80)])),
            ("packed", opened(server.port, packed=True), unfinished(BINARY | PACKED, bomb, 80)),
            ("empty", opened(server.port), unfinished(BINARY, b"", 50_000)),
        ):
            assert send_until_closed(wire, frames) < 20_000_000, name
    finally:
        if plain:
            server.stop()


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`limits(NAME=number)` sets limits of a connection."""
    return lambda **limits: [monkeypatch.setattr(connection_limits, *one) for one in limits.items()]


@pytest.fixture
def small_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with room for five connections, whose app says ok. It reads the body of a PUT, and of a websocket one message."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            limit_connections()
            monkeypatch.setattr(LimitedHTTP, "most", 5)
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            await receive()
            await receive()
            await asyncio.Event().wait()
        else:
            while scope["method"] == "PUT" and (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})

    port = free_port()
    times = {"timeout_keep_alive": 60, "timeout_graceful_shutdown": 1, "ws_ping_interval": None}
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, **times))
    running = threading.Thread(target=asyncio.run, args=(server.serve(),))
    running.start()
    while not server.started:
        assert running.is_alive()
    yield port
    server.should_exit = True
    running.join()


def test_half_a_request_and_half_a_message_are_ended(small_server: int, limits: Callable[..., None]) -> None:
    limits(HEADER_SECONDS=0.1, BODY_SECONDS=0.1)
    for half in (HALF_HEADER, HALF_BODY, HALF_BODY.replace(b"POST", b"PUT"), b""):
        with socket.create_connection(("127.0.0.1", small_server), 30) as wire:
            wire.sendall(half)
            assert is_closed(wire)
    with opened(small_server) as wire:
        limits(MESSAGE_SECONDS=0.1)
        wire.sendall(frame(BINARY, b"abc"))
        assert is_closed(wire)


def test_one_connection_more_ends_the_oldest_half_request_and_no_websocket(small_server, limits):
    limits(NEW_SECONDS=0.0, LOOK_EVERY_SECONDS=0.0)
    websocket = opened(small_server)
    halves = []
    for _ in range(9):
        halves.append(socket.create_connection(("127.0.0.1", small_server), 30))
        halves[-1].sendall(HALF_HEADER)
    assert all(is_closed(wire) for wire in halves[:5])
    halves[-1].sendall(b"\r\n")
    assert halves[-1].recv(100).startswith(b"HTTP/1.1 200")
    websocket.sendall(frame(BINARY, b"abc"))
    websocket.settimeout(0.1)
    with pytest.raises(TimeoutError):
        websocket.recv(1)


def test_in_a_long_line_whole_requests_are_answered_and_of_too_many_half_ones_the_oldest_closed(
    shared_server: Server,
) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (2_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    requests = ([HALF_HEADER, HALF_BODY, b""] * MAX_LATE)[: MAX_LATE + 200] + [HALF_HEADER + b"\r\n"] * 20
    shared_server.process.send_signal(signal.SIGSTOP)  # it takes none of them
    wires = [socket.create_connection(("127.0.0.1", shared_server.port), HEADER_SECONDS - 1) for _ in requests]
    for wire, request in zip(wires, requests, strict=True):
        wire.sendall(request)
    shared_server.process.send_signal(signal.SIGCONT)
    assert [wire.recv(12) for wire in wires[-20:]] == [b"HTTP/1.1 404"] * 20
    looks = select.poll()
    for wire in wires:
        looks.register(wire, select.POLLIN)
    assert 80 <= sum(bool(events & select.POLLHUP) for _, events in looks.poll(0)) <= 200
    for wire in wires:
        wire.close()


@async_test
async def test_when_the_server_stops_those_in_its_line_are_closed() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    with socket.create_connection(listening.getsockname(), 30) as wire:
        line = _Line(Mock(), listening)
        line._take()
        line.loop.remove_reader(listening)
        listening.close()
        await asyncio.sleep(0)  # the turn of the line
        assert is_closed(wire)


def test_messages_that_wait_are_counted_together(small_server: int, limits: Callable[..., None]) -> None:
    limits(MAX_HELD_BYTES=600_000)
    first, second = opened(small_server), opened(small_server)
    first.sendall(frame(BINARY, bytes(400_000)) + frame(PING, b""))
    # the answer to the ping says that the server holds the first message
    assert first.recv(2) == PONG
    second.sendall(frame(BINARY, bytes(400_000)))
    assert is_closed(first)
