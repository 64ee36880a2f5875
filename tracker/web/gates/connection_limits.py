"""Limit how many connections are open, and how long a browser may take for a header and a body. uvicorn has no such limits.

What more a proxy can do, it does better: see docs/nginx.conf.
"""

import asyncio
import resource
import socket
from collections import OrderedDict
from typing import Any, ClassVar

import h11
from uvicorn import Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from tracker.web.gates.upload_gate import UPLOAD_PATH

MAX_OPEN = 1_000
"""The largest number of open connections, not counting websockets. If one more comes, the one that waits longest is closed."""
MAX_WAITING_CONNECTIONS = 128
"""At most so many connections wait in the operating system, and are taken from it in one turn of the event loop."""
OTHER_FILES = 256 + 3 * MAX_WAITING_CONNECTIONS
"""The number of file descriptors that are reserved: for everything except connections, and for those that were just taken.

A closed connection has its descriptor for three turns. Without one for a new connection, asyncio stops for a second or more.
"""
MAX_FILES = 8_192
"""The number of file descriptors that the process asks the operating system for."""
HEADER_SECONDS, BODY_SECONDS = 5.0, 30.0
"""How long a browser may take for the header of a request, and for its body. `UploadGate` has limits of its own for files."""

MAX_MESSAGE_BYTES = 1024 * 1024
"""The largest message that a browser may send, unpacked. A message with all fields of the longest form has about 100 KB."""


class LimitedHTTP(H11Protocol):
    """A connection that is closed if its request does not come in time, or if there are too many connections."""

    most = MAX_OPEN
    """The largest number of open connections."""
    asking: ClassVar[OrderedDict["LimitedHTTP", None]] = OrderedDict()
    """The connections that wait for a header or a body. The first one waits longest."""
    answered: ClassVar[OrderedDict["LimitedHTTP", None]] = OrderedDict()
    """The connections whose answer is not yet complete. The first one is the oldest."""
    _timer: asyncio.TimerHandle | None = None
    _waits_for: object = None

    def connection_made(self, transport: Any) -> None:
        """Start the timer for the first header. If there are too many connections, close the one that waits longest."""
        super().connection_made(transport)
        # asyncio does this only for sockets that were bound with TCP given as the protocol, and Streamlit's is not;
        # without it, each small answer comes 44 ms later
        wire = transport.get_extra_info("socket")
        if wire.family in (socket.AF_INET, socket.AF_INET6):
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._note_phase()
        if len(self.asking) + len(self.answered) > self.most:
            oldest = next(iter(self.asking if len(self.asking) > 1 else self.answered))
            oldest._wait_for(None)
            oldest.transport.abort()

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
        self._wait_for(None)

    def _note_phase(self) -> None:
        """If the connection waits for something else than before, start the timer for it."""
        state, is_upload = self.conn.their_state, bool(self.cycle) and self.scope["path"].startswith(UPLOAD_PATH)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._wait_for(None)  # closed, or a websocket
        elif state is h11.IDLE:
            self._wait_for((state, id(self.cycle)), HEADER_SECONDS)
        elif state is h11.SEND_BODY and (not is_upload or self.cycle.response_complete):
            self._wait_for((state, id(self.cycle)), BODY_SECONDS)
        else:
            self._wait_for(self.cycle)

    def _wait_for(self, what: object, seconds: float = 0.0) -> None:
        """Note what the connection waits for, None if it is closed or a websocket. Close it after so many `seconds`, if given."""
        if what == self._waits_for:
            return
        self._waits_for = what
        for line in (self.asking, self.answered):
            line.pop(self, None)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if what:
            (self.asking if seconds else self.answered)[self] = None
        if seconds:
            self._timer = self.loop.call_later(seconds, self.transport.abort)


def limit_connections() -> None:
    """Give these limits to the uvicorn server that starts next in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    LimitedHTTP.most = min(MAX_OPEN, max(soft, wanted) - OTHER_FILES)
    start = Server.startup

    async def start_with_limits(server: Server, sockets: list[socket.socket] | None = None) -> None:
        server.config.http_protocol_class, server.config.backlog = LimitedHTTP, MAX_WAITING_CONNECTIONS
        server.config.ws_max_size = MAX_MESSAGE_BYTES
        await start(server, sockets)

    # Streamlit makes the server, takes no options for it, and has done so before it imports us
    Server.startup = start_with_limits  # type: ignore[assignment]
