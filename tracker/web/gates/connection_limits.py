"""Limit the time for a request, the bytes of a websocket message, and how many connections are open.

uvicorn waits without end for the rest of a request or of a websocket message, and Streamlit tells it to
take messages of 200 MB. `limit_connections` replaces uvicorn's two protocol classes by those of this
module, however the server was started.
"""

import asyncio
import gc
import logging
import re
import resource
import socket
import sys
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import h11
from uvicorn import Server
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tracker.web.gates.upload_gate import UPLOAD_PATH

MAX_OPEN = 1_000
"""The largest number of open connections in the process. If one more comes, another is closed (see `_close_oldest`)."""
NEW_SECONDS, LOOK_EVERY_SECONDS = 1.0, 0.1
"""For how many seconds a new connection is not closed to make room; seconds between two searches for some to close."""
MAX_WAITING_CONNECTIONS = 512
"""At most so many connections wait in the operating system. With uvicorn's 2,048, requests wait a second in a flood."""
MAX_LINE, MAX_LATE = 256, 256
"""The largest number of connections that wait in a `_Line`, and of late connections, which it keeps separately."""
SERVED_AT_ONCE = 16
"""How many connections of a `_Line` are served in one turn. This takes 2 ms. Then new connections are taken."""
SWITCH_SECONDS = 0.0005
"""How long a thread may run while others wait. With Python's 5 ms, connections are taken too slowly in a flood."""
PEEKED_BYTES = 8_192
"""At most so many bytes of a request are looked at to see whether it is complete."""
OTHER_FILES = 512
"""The number of file descriptors that are reserved for everything except connections that are served or late."""
MAX_FILES = 8_192
"""The number of file descriptors that the process asks the operating system for."""
HEADER_SECONDS = 10.0
"""How long a browser may take for the header of a request."""
BODY_SECONDS = 30.0
"""How long a browser may take for the body of a request. `UploadGate` has limits of its own for files."""
MESSAGE_SECONDS = 60.0
"""How long a browser may take for a message on a websocket."""
CLOSE_SECONDS = 1.0
"""How long a browser may take to confirm that a websocket is closed."""
MAX_MESSAGE_BYTES = 1024 * 1024
"""The largest message that a browser may send, unpacked. A message with all fields of the longest form has about 100 KB."""
MAX_FRAGMENTS = 1_000
"""The largest number of parts of a message. Browsers send parts of 64 KB or more; an attacker could send empty ones."""
MAX_HELD_BYTES = 64 * 1024 * 1024
"""At most so many bytes may be held by all websockets together that each hold more than MANY_BYTES (see `held`)."""
MANY_BYTES = 64 * 1024
"""Websockets that hold more than this count for MAX_HELD_BYTES. If their sum is above it, the oldest such one is closed."""
PIECE_BYTES = 2_048
"""How many bytes from a websocket are unpacked at once. Unpacking can make them a thousand times larger."""

logger = logging.getLogger(__name__)


class LimitedHTTP(H11Protocol):
    """A connection that is closed if its request does not come in time, or if there are too many connections."""

    most = MAX_OPEN
    """The largest number of open connections."""
    most_files = MAX_FILES - OTHER_FILES
    """The number of connections for which the process has file descriptors."""
    looked = 0.0
    """When the process last looked for connections to close."""
    is_ended = False
    """Whether `_close_oldest` has closed this connection."""
    _phase: tuple[object, ...] = ()
    _timer: asyncio.TimerHandle | None = None
    since = 0.0
    """When the connection began to wait for what comes next: a header, a body or an answer."""

    def connection_made(self, transport: Any) -> None:
        """Start the timer for the first header. If there are too many connections, close another one or this one."""
        super().connection_made(transport)
        # asyncio does this only for sockets that were bound with TCP given as the protocol, and Streamlit's is not;
        # without it, each small answer comes 44 ms later
        wire = transport.get_extra_info("socket")
        if wire.family in (socket.AF_INET, socket.AF_INET6):
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._note_phase()
        now = self.loop.time()
        if len(self.connections) > self.most_files:
            transport.abort()
        elif len(self.connections) > self.most and now - LimitedHTTP.looked >= LOOK_EVERY_SECONDS:
            LimitedHTTP.looked = now
            _close_oldest([one for one in self.connections if one is not self], self.most - 1, now)

    def data_received(self, data: bytes) -> None:
        """Read data from the network, and note what the connection waits for now."""
        super().data_received(data)
        self._note_phase()

    def on_response_complete(self) -> None:
        """Note that the connection waits for the next request, or for the rest of the body."""
        super().on_response_complete()
        self._note_phase()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer, because the connection is closed."""
        super().connection_lost(exc)
        self._stop_timer()

    def _note_phase(self) -> None:
        """If the connection waits for something else than before, start the timer for it."""
        is_answered = bool(self.cycle and self.cycle.response_complete)
        is_websocket = self.transport.get_protocol() is not self
        phase = (self.conn.their_state, id(self.cycle), is_answered, is_websocket)
        if phase == self._phase:
            return
        self._phase, self.since = phase, self.loop.time()
        self._stop_timer()
        if is_websocket:
            return
        if self.conn.their_state is h11.IDLE:
            self._timer = self.loop.call_later(HEADER_SECONDS, self.transport.abort)
        elif self.conn.their_state is h11.SEND_BODY and (is_answered or not self.scope["path"].startswith(UPLOAD_PATH)):
            self._timer = self.loop.call_later(BODY_SECONDS, self.transport.abort)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


class LimitedWebSocket(WebSocketsSansIOProtocol):
    """A websocket that is closed if a message has too many bytes or parts, or does not come in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_SECONDS
        self.is_ended = False
        self._rest = memoryview(b"")
        self._handled = self._queued = 0
        self._timer: asyncio.TimerHandle | None = None
        self.since = 0.0
        """The time since which the websocket has held more than MANY_BYTES; 0.0 if it holds less."""

    @property
    def held(self) -> int:
        """Return the number of bytes of the messages that are unfinished or not yet handled."""
        return len(self.conn.reader.buffer) + sum(map(len, self.frames)) + self._queued + self._handled

    def data_received(self, data: bytes) -> None:
        """Read data from the network in pieces of PIECE_BYTES. Pause while the app has not handled earlier messages."""
        self._rest = memoryview(bytes(self._rest) + data) if self._rest else memoryview(data)
        self._read()

    def _read(self) -> None:
        while self._rest and not self.read_paused and not self.transport.is_closing():
            piece, self._rest = self._rest[:PIECE_BYTES], self._rest[PIECE_BYTES:]
            super().data_received(bytes(piece))
            if len(self.frames) > MAX_FRAGMENTS:
                self.transport.abort()
        self._check_limits()

    def send_receive_event_to_app(self) -> None:
        """Give a complete message to the app, and count its bytes until the app has handled it."""
        if not self.close_sent:
            self._queued += sum(map(len, self.frames))
        super().send_receive_event_to_app()

    async def receive(self) -> Any:
        """Return the next message to the app. That the app asks for it means that the app has handled the message before."""
        self._handled = 0
        message: dict[str, Any] = dict(await super().receive())
        if message["type"] == "websocket.receive":
            self._handled = len(message.get("bytes") or b"")
            self._queued -= self._handled
        self._read()
        return message

    def handle_ping(self) -> None:
        """Answer a ping. If the browser does not take answers, drop the answer instead of keeping it in memory."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer, because the websocket is closed."""
        super().connection_lost(exc)
        if self._timer:
            self._timer.cancel()

    def _check_limits(self) -> None:
        """Start the timer for an unfinished message, or stop it. If websockets together hold too many bytes, close one."""
        is_unfinished = bool(self.conn.reader.buffer or self.frames)
        if is_unfinished and not self._timer:
            self._timer = self.loop.call_later(MESSAGE_SECONDS, self._end_unfinished)
        elif not is_unfinished and self._timer:
            self._timer.cancel()
            self._timer = None
        self.since = (self.since or self.loop.time()) if self.held > MANY_BYTES else 0.0
        if not self.since:
            return
        many = [one for one in self.connections if isinstance(one, LimitedWebSocket) and one.since]
        if sum(one.held for one in many) > MAX_HELD_BYTES:
            min(many, key=lambda one: one.since).transport.abort()

    def _end_unfinished(self) -> None:
        """Close the websocket, because a message did not come in time. While reading is paused, start the timer again instead."""
        self._timer = None
        if self.read_paused:
            self._check_limits()
        else:
            self.transport.abort()


class _Line:
    """A queue of connections that were taken from the operating system. They are served in order, a few at a time.

    asyncio alone would immediately serve all that it takes. In a flood, the operating system would meanwhile ignore new
    connections, and browsers would try again a second later. If more than SERVED_AT_ONCE wait, a connection without a
    whole request when its turn comes is late: browsers send theirs at once. In each turn, one late connection is
    served. If too many are late, the oldest are closed. Looking for a whole request costs a quarter of serving it.
    """

    most_late = MAX_LATE
    """The largest number of late connections."""

    def __init__(self, server: Server, listening: socket.socket) -> None:
        self.server, self.listening = server, listening
        self.loop = asyncio.get_running_loop()
        self.waiting, self.late = deque[socket.socket](), deque[socket.socket]()
        self.turn: asyncio.Handle | None = None
        self._listen()

    def _listen(self) -> None:
        if self.listening.fileno() >= 0:
            self.loop.add_reader(self.listening, self._take)

    def _take(self) -> None:
        """Take the connections that wait in the operating system, until the line is full."""
        try:
            while len(self.waiting) < MAX_LINE:
                self.waiting.append(self.listening.accept()[0])
                self.waiting[-1].setblocking(False)
        except (BlockingIOError, ConnectionAbortedError):
            pass
        except OSError as error:
            logger.warning("No connections are taken for a second: %s", error)
            self.loop.remove_reader(self.listening)
            self.loop.call_later(1.0, self._listen)
        self.turn = self.turn or self.loop.call_soon(self._serve)

    def _serve(self) -> None:
        """Serve the first connections of the line; if it is long, only those with a whole request. Then serve one late one."""
        self.turn = None
        if self.listening.fileno() < 0:  # the server stops, and would not tell new connections
            for wire in (*self.waiting, *self.late):
                wire.close()
            return
        for _ in range(SERVED_AT_ONCE):
            while len(self.waiting) > SERVED_AT_ONCE and not _has_request(self.waiting[0]):
                self.late.append(self.waiting.popleft())
            if self.waiting:
                self._make_connection(self.waiting.popleft())
        # only one: more would become thousands of open connections
        if self.late:
            self._make_connection(self.late.popleft())
        while len(self.late) > self.most_late:
            oldest = self.late.popleft()
            if _has_request(oldest):
                self._make_connection(oldest)
            else:
                oldest.close()
        if self.waiting or self.late:
            self.turn = self.loop.call_soon(self._serve)

    def _make_connection(self, wire: socket.socket) -> None:
        self.loop.create_task(self.loop.connect_accepted_socket(self._protocol, wire))

    def _protocol(self) -> LimitedHTTP:
        state = self.server.lifespan.state
        return LimitedHTTP(config=self.server.config, server_state=self.server.server_state, app_state=state)


def _has_request(wire: socket.socket) -> bool:
    """Return whether a whole request has come, or PEEKED_BYTES of it."""
    try:
        peeked = wire.recv(PEEKED_BYTES, socket.MSG_PEEK)
    except OSError:
        return False
    header, end, body = peeked.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d{1,9})", header)
    return len(peeked) == PEEKED_BYTES or (bool(end) and len(body) >= int(length[1] if length else 0))


async def _run_with_lines(server: Server, main_loop: Callable[[], Awaitable[None]]) -> None:
    """Run the main loop of a server that has started. Its connections wait in lines, unless TLS or uvloop is in use."""
    servers: list[Any] = [] if server.config.is_ssl else server.servers
    for listening in [listening for one in servers for listening in getattr(one, "_sockets", ())]:
        _Line(server, listening)
    await main_loop()


def _close_oldest(connections: list[Any], most: int, now: float) -> None:
    """Close the oldest connections until `most` are open: no new ones, no open websockets, those with a whole request last."""

    def rank(one: Any) -> tuple[int, float]:
        if one.transport.is_closing() or getattr(one, "close_sent", False):
            return 0, one.since
        # last those whose whole request is here, and the answer is not yet complete
        return 1 if one.conn.their_state in (h11.IDLE, h11.SEND_BODY) else 2, one.since

    left = [one for one in connections if not one.is_ended]
    old = (one for one in left if isinstance(one, LimitedHTTP) and now - one.since >= NEW_SECONDS)
    ends = [*old, *(one for one in left if getattr(one, "close_sent", False))]
    for one in sorted(ends, key=rank)[: max(0, len(left) - most)]:
        one.is_ended = True
        one.transport.abort()


def limit_connections() -> None:
    """Apply the limits of this module to the uvicorn server that is starting. If it is not uvicorn, log a warning."""
    # each call of the system, such as for the next connection, lets another thread run
    sys.setswitchinterval(SWITCH_SECONDS)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    _Line.most_late = min(MAX_LATE, max(soft, wanted) // 4)
    LimitedHTTP.most_files = max(64, max(soft, wanted) - OTHER_FILES - _Line.most_late)
    LimitedHTTP.most = min(MAX_OPEN, LimitedHTTP.most_files)
    # neither Streamlit nor uvicorn hands out the server, so search for it
    servers = [item for item in gc.get_objects() if issubclass(type(item), Server) and not item.started]
    if not servers:
        logger.warning("The server is not uvicorn: connections have no limits. See docs/hosting.md.")
    for server in servers:
        config = server.config
        config.http_protocol_class, config.ws_protocol_class = LimitedHTTP, LimitedWebSocket
        config.ws_max_size, config.backlog = MAX_MESSAGE_BYTES, MAX_WAITING_CONNECTIONS
        server.main_loop = partial(_run_with_lines, server, server.main_loop)
