"""Floods: functions that send a server as much as a stranger can, for some seconds.

Each is called with the port of the server, an editor's cookie, and the number of seconds.
"""

import itertools
import resource
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from socket import SHUT_RDWR, create_connection
from typing import Any
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from scripts.generate_data import WORDS
from tests.support.websocket_client import _asking

HALF_HEADER = b"GET /r/x HTTP/1.1\r\nHost: x\r\n"
HALF_BODY = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"
PATIENCE = 60.0
"""For how many seconds to wait for an answer, on a busy machine."""


def socket_of(port: int, **more: Any) -> ClientConnection:
    socket: ClientConnection = connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(f"http://127.0.0.1:{port}"),
        max_size=None,
        proxy=None,
        open_timeout=30,
        **more,
    )
    return socket


def message(kind: str) -> bytes:
    """Return a message from a browser to Streamlit that has a type, and nothing else in it."""
    made, about = BackMsg(), BackMsg.DESCRIPTOR.fields_by_name[kind]
    if about.message_type:
        getattr(made, kind).SetInParent()
    else:
        setattr(made, kind, "x" if about.type == about.TYPE_STRING else True)
    return bytes(made.SerializeToString())


def uncached_file(port: int, _: str, seconds: float) -> None:
    """Ask 40 times at once for a file that nobody asked for before, then for the next such file."""
    until = time.monotonic() + seconds

    def get(address: str) -> None:
        with suppress(OSError):
            urlopen(f"http://127.0.0.1:{port}{address}", timeout=60).read()

    with ThreadPoolExecutor(40) as clients:
        for number in range(1_000):
            for path in ("/export.xlsx", "/snapshot.html", "/api/recommendations.json"):
                list(clients.map(get, [f"{path}?lang=ru&sort=title&columns=id,title&q=&id=&n={number}"] * 40))
            if time.monotonic() > until:
                return


def drain(socket: ClientConnection) -> None:
    """Read what comes until the connection ends."""
    with suppress(OSError, ConnectionClosed):
        while True:
            socket.recv()


def one_connection_at_full_speed(port: int, cookie: str, seconds: float) -> None:
    """Run a page from an editor's open tab as fast as the server lets it."""
    until, asking = time.monotonic() + seconds, _asking(f"http://127.0.0.1:{port}/recommendations?lang=en")
    with suppress(OSError, ConnectionClosed), socket_of(port, additional_headers={"Cookie": cookie}) as socket:
        threading.Thread(target=drain, args=(socket,), daemon=True).start()
        # the server reads no faster than it allows, so sending waits as soon as the system's buffers are full
        threading.Timer(seconds, socket.socket.shutdown, args=(SHUT_RDWR,)).start()
        while time.monotonic() < until:
            socket.send(asking.SerializeToString())


def half_requests(port: int, _: str, seconds: float) -> None:
    _connections(port, seconds, itertools.cycle((HALF_HEADER, HALF_BODY)))


def whole_requests(port: int, _: str, seconds: float) -> None:
    _connections(port, seconds, itertools.repeat(HALF_HEADER + b"\r\n"), "127.0.0.2")


def _connections(port: int, seconds: float, requests: Iterator[bytes], network: str = "") -> None:
    """Open 1,100 connections that each send the next request and take no answer. Open new ones after that."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (2_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    until, wires = time.monotonic() + seconds, deque[Any]()
    while time.monotonic() < until:
        with suppress(OSError):
            wires.append(create_connection(("127.0.0.1", port), 5, (network, 0)))
            wires[-1].sendall(next(requests))
        if len(wires) > 1_100:
            wires.popleft().close()
    for wire in wires:
        wire.close()


def _changing_pages(port: int, seconds: float, addresses: Iterator[str]) -> None:
    """Ask from eight browsers for the next page as soon as the last one has come."""
    until, lock = time.monotonic() + seconds, threading.Lock()

    def reader(_number: int) -> None:
        while time.monotonic() < until:
            with lock:
                address = next(addresses)
            with suppress(OSError):
                urlopen(f"http://127.0.0.1:{port}{address}", timeout=PATIENCE).read()

    with ThreadPoolExecutor(8) as readers:
        list(readers.map(reader, range(8)))


def searches_in_files(port: int, _: str, seconds: float) -> None:
    pairs = itertools.permutations(sorted({word.lower() for word in WORDS}), 2)
    _changing_pages(port, seconds, (f"/search?q={a}+{b}&lang=en" for a, b in itertools.cycle(pairs)))


def analysis(port: int, _: str, seconds: float) -> None:
    words = itertools.cycle(sorted({word.lower() for word in WORDS}))
    numbers = itertools.count()
    _changing_pages(port, seconds, (f"/analysis?lang=en&q={word[: 3 + next(numbers) % 4]}" for word in words))
