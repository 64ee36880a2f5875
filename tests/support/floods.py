"""Floods: functions that send a server as much as a stranger can, for some seconds.

Each is called with the port of the server, the id of a record, and the number of seconds.
"""

import itertools
import resource
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from socket import SHUT_RDWR, SO_RCVBUF, SOL_SOCKET, create_connection
from typing import Any
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from scripts.generate_data import WORDS
from tests.support.half_requests import BINARY, CONTINUATION, HALF_BODY, HALF_HEADER, PACKED, frame, opened, packed
from tests.support.websocket_client import _asking

PATIENCE = 60.0
"""For how many seconds to wait for an answer, on a busy machine."""


def socket_of(port: int, **more: Any) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=["streamlit"],
        origin=f"http://127.0.0.1:{port}",
        max_size=None,
        proxy=None,
        open_timeout=30,
        **more,
    )


def message(kind: str) -> bytes:
    """Return a message from a browser to Streamlit that has a type, and nothing else in it."""
    made, about = BackMsg(), BackMsg.DESCRIPTOR.fields_by_name[kind]
    if about.message_type:
        getattr(made, kind).SetInParent()
    else:
        setattr(made, kind, "x" if about.type == about.TYPE_STRING else True)
    return made.SerializeToString()


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


def _drain(socket: ClientConnection) -> None:
    with suppress(OSError, ConnectionClosed):
        while True:
            socket.recv()


def one_connection_at_full_speed(port: int, _: str, seconds: float) -> None:
    until, asking = time.monotonic() + seconds, _asking(f"http://127.0.0.1:{port}/recommendations?lang=en")
    with suppress(OSError, ConnectionClosed), socket_of(port) as socket:
        threading.Thread(target=_drain, args=(socket,), daemon=True).start()
        # the server reads no faster than it allows, so sending waits as soon as the system's buffers are full
        threading.Timer(seconds, socket.socket.shutdown, args=(SHUT_RDWR,)).start()
        while time.monotonic() < until:
            socket.send(asking.SerializeToString())


def three_hundred_sockets(port: int, _: str, seconds: float) -> None:
    """Open 300 pages from another network address than that of the bystander, and run them again and again."""
    until, asking = time.monotonic() + seconds, _asking(f"http://127.0.0.1:{port}/recommendations?lang=en")
    with ExitStack() as sockets, suppress(OSError, ConnectionClosed, TimeoutError):
        opened = []
        for _number in range(300):
            wire = create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0))
            opened.append(sockets.enter_context(socket_of(port, sock=wire)))
            threading.Thread(target=_drain, args=(opened[-1],), daemon=True).start()
            opened[-1].send(asking.SerializeToString())
        while time.monotonic() < until:
            for socket in opened:
                socket.send(asking.SerializeToString())
            time.sleep(0.5)


def readers_who_take_nothing(port: int, _: str, seconds: float) -> None:
    """Ask for pages from eight browsers that never read an answer. Their small buffers are soon full."""
    until, asking = time.monotonic() + seconds, _asking(f"http://127.0.0.1:{port}/recommendations?lang=en")
    with ExitStack() as sockets, suppress(OSError, ConnectionClosed, TimeoutError):
        opened = []
        for _number in range(8):
            wire = create_connection(("127.0.0.1", port))
            wire.setsockopt(SOL_SOCKET, SO_RCVBUF, 2048)
            opened.append(sockets.enter_context(socket_of(port, sock=wire, max_queue=1, close_timeout=0.1)))
            # when the server reads nothing more from it, `send` waits
            threading.Timer(seconds, wire.shutdown, args=(SHUT_RDWR,)).start()
        while time.monotonic() < until:
            for socket in opened:
                socket.send(asking.SerializeToString())
            time.sleep(0.02)


def unfinished_messages(port: int, _: str, seconds: float) -> None:
    """Send messages without an end over twelve websockets, six of them compressed. Open closed ones again."""
    until = time.monotonic() + seconds
    piece, bomb = bytes(65_536), packed(500_000)

    def flood(number: int) -> None:
        while time.monotonic() < until:
            is_packed = number % 2 == 0
            data = bomb if is_packed else piece
            with suppress(OSError), opened(port, packed=is_packed) as wire:
                wire.sendall(frame(BINARY | PACKED * is_packed, data))
                while time.monotonic() < until:
                    wire.sendall(frame(CONTINUATION, data))

    with ThreadPoolExecutor(12) as floods:
        list(floods.map(flood, range(12)))


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


def heartbeats(port: int, _: str, seconds: float) -> None:
    """Keep 520 websockets open that only send heartbeats. Open closed ones again."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (2_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    until, beat = time.monotonic() + seconds, message("app_heartbeat")
    whole = struct.pack("!BBI", 0x82, 0x80 | len(beat), 0) + beat
    wires: list[Any] = [None] * 520
    while time.monotonic() < until:
        for at, wire in enumerate(wires):
            try:
                if wire is None:
                    wires[at] = opened(port)
                else:
                    wire.sendall(whole)
            except OSError:
                wires[at] = None
            if time.monotonic() > until:
                break
    for wire in filter(None, wires):
        wire.close()


def _changing_pages(port: int, seconds: float, addresses: Iterator[str]) -> None:
    """Open eight tabs, each of which goes to the next address as soon as the last page is shown."""
    until, lock = time.monotonic() + seconds, threading.Lock()

    def reader(_number: int) -> None:
        with suppress(OSError, ConnectionClosed, TimeoutError), socket_of(port) as socket:
            while time.monotonic() < until:
                with lock:
                    address = next(addresses)
                socket.send(_asking(f"http://127.0.0.1:{port}{address}").SerializeToString())
                while ForwardMsg.FromString(socket.recv(PATIENCE)).WhichOneof("type") != "script_finished":
                    pass

    with ThreadPoolExecutor(8) as readers:
        list(readers.map(reader, range(8)))


def searches_in_files(port: int, _: str, seconds: float) -> None:
    pairs = itertools.permutations(sorted({word.lower() for word in WORDS}), 2)
    _changing_pages(port, seconds, (f"/search?q={a}+{b}&lang=en" for a, b in itertools.cycle(pairs)))


def analysis(port: int, _: str, seconds: float) -> None:
    words = itertools.cycle(sorted({word.lower() for word in WORDS}))
    numbers = itertools.count()
    _changing_pages(port, seconds, (f"/analysis?lang=en&q={word[: 3 + next(numbers) % 4]}" for word in words))
