"""What a browser may ask of Streamlit itself: an allow-list of messages and addresses, and limits on how often and how many."""

import asyncio
import heapq
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection

ALLOWED_MESSAGES = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
"""Run the page, stop it, keep the connection alive. Streamlit's other messages run git, clear caches or serve debuggers."""
ALLOWED_PATHS = frozenset({"/_stcore/health", "/_stcore/host-config", "/_stcore/stream"})
"""The addresses of Streamlit that our pages use. Others tell strangers who is connected, or store files from anybody."""
MAX_MESSAGE_BYTES = 1024 * 1024
"""The largest message. One with all fields of the longest form has about 100 KB."""
MAX_CONNECTIONS = 500
"""Open pages of the whole process. If there are more, the page that was silent for longest is closed."""
BURST = 40
"""Page runs that one connection may ask for at once."""
MAX_RUNNING = 4
"""Page runs at the same time, of all connections. More would not be faster: Python runs one thread at a time."""
HALF_LIFE_SECONDS = 30.0
"""How long a page run counts against the next ones of the same connection."""
MAX_RUN_SECONDS = 30.0
"""After this time a page run no longer counts as running, so that a save that waits for a lock does not stop other pages."""
POLICY_VIOLATION, TOO_BIG, TRY_AGAIN_LATER = 1008, 1009, 1013  # close codes of RFC 6455

MAX_SESSIONS = 2_000
"""How many sessions are remembered with the cookie of the browser that opened them."""
MAX_ANNOUNCEMENT_BYTES = 20_000
"""A larger message does not announce a session."""


@dataclass(frozen=True, slots=True)
class StreamlitMessages:
    """How to read Streamlit's messages.

    `type_of` returns the type of a message from the browser, or None if it is not one of Streamlit's. `is_run_finished`
    returns whether a message to the browser says that a page run has ended. `session_id` returns the id of the session
    that a message to the browser announces, or None.
    """

    type_of: Callable[[bytes], str | None]
    is_run_finished: Callable[[bytes], bool]
    session_id: Callable[[bytes], str | None]


class TokenBucket:
    """A limit on how often something happens: `rate` a second in the long run, `burst` at once."""

    def __init__(self, rate: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, float(burst), clock
        self._tokens, self._last = float(burst), clock()

    def take(self) -> float:
        """Take one token. Return how many seconds to wait before using it: 0.0 while the limit is not reached."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._last) * self._rate) - 1
        self._last = now
        return max(0.0, -self._tokens / self._rate)


class RunQueue:
    """Lets at most `most` page runs go on at the same time.

    Of those that wait, the one that ran least lately goes first: a flood makes itself wait, not the person who opens one
    page.
    """

    def __init__(self, most: int) -> None:
        self._free, self._serial = most, 0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []

    async def acquire(self, runs: float) -> None:
        """Wait for a place. `runs` says how often the connection ran lately: the less, the sooner it is its turn."""
        if self._free > 0:
            self._free -= 1
            return
        self._serial += 1
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (round(runs), self._serial, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()
            raise

    def release(self) -> None:
        """Give a place back; the next one in the queue gets it."""
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


@dataclass(eq=False)
class Connection:
    """One open page: its limit, whose it is, the place that it holds in the queue, and how to close it."""

    bucket: TokenBucket
    owner: str
    """The value of the sign-in cookie, "" for a reader."""
    runs: float = 0.0
    """How often the page ran lately; half as much with every HALF_LIFE that passes."""
    last_run: float = 0.0
    session: str = ""
    close: asyncio.Event = field(default_factory=asyncio.Event)
    timer: asyncio.TimerHandle | None = None
    """The timer that ends the current run for the queue; None while the page does not run."""

    def count_run(self, now: float) -> float:
        """Count one more run, and return how many there were lately before it."""
        before = self.runs * math.exp2((self.last_run - now) / HALF_LIFE_SECONDS)
        self.runs, self.last_run = before + 1, now
        return before


class StreamlitGateMiddleware:
    """ASGI middleware in front of Streamlit.

    Closes a websocket that sends anything but the allowed messages, makes one wait that asks for too many page runs,
    limits the page runs at the same time and the number of connections, and answers 404 for Streamlit's other addresses.

    For two minutes Streamlit gives a session to whoever knows its id. Here only the browser gets it that opened it, as
    its sign-in cookie tells; `cookie` is the name of that.
    """

    def __init__(
        self,
        app: Any,
        *,
        messages: StreamlitMessages,
        cookie: str,
        runs_per_second: float,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self.app, self._messages, self._cookie = app, messages, cookie
        self._runs_per_second, self._max_connections = runs_per_second, max_connections
        self._connections: OrderedDict[Connection, None] = OrderedDict()  # the longest silent first
        self._queue = RunQueue(MAX_RUNNING)
        self._owners: OrderedDict[str, str] = OrderedDict()  # session id → value of the cookie

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http" and is_closed(scope["path"]):
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"not found"})
        else:
            await self.app(scope, receive, send)

    async def _websocket(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["path"] not in ALLOWED_PATHS:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        if len(self._connections) >= self._max_connections:
            next(iter(self._connections)).close.set()
        owner = HTTPConnection(scope).cookies.get(self._cookie, "")
        connection = Connection(TokenBucket(self._runs_per_second, BURST), owner)
        self._drop_session_of_others(scope, owner)
        self._connections[connection] = None

        async def close(code: int) -> dict[str, Any]:
            await send({"type": "websocket.close", "code": code})
            return {"type": "websocket.disconnect", "code": code}

        async def checked_receive() -> Any:
            message = await _first(receive(), connection.close.wait())
            if message is True:
                return await close(TRY_AGAIN_LATER)
            if message["type"] != "websocket.receive":
                return message
            raw = message.get("bytes") or b""
            if len(raw) > MAX_MESSAGE_BYTES:
                return await close(TOO_BIG)
            kind = self._messages.type_of(raw)
            if kind not in ALLOWED_MESSAGES:
                return await close(POLICY_VIOLATION)
            if connection in self._connections:
                self._connections.move_to_end(connection)
            if kind == "rerun_script":
                await self._wait_for_turn(connection)
            return message

        async def watched_send(message: dict[str, Any]) -> None:
            await send(message)
            raw = message.get("bytes") if message["type"] == "websocket.send" else None
            if raw and connection.timer and self._messages.is_run_finished(raw):
                self._end_run(connection)
            elif raw and not connection.session and len(raw) <= MAX_ANNOUNCEMENT_BYTES:
                self._remember_session(connection, self._messages.session_id(raw))

        try:
            await self.app(scope, checked_receive, watched_send)
        finally:
            del self._connections[connection]
            self._end_run(connection)

    def _remember_session(self, connection: Connection, session: str | None) -> None:
        if session:
            connection.session = session
            self._owners[session] = connection.owner
            self._owners.move_to_end(session)
            while len(self._owners) > MAX_SESSIONS:
                self._owners.popitem(last=False)

    def _drop_session_of_others(self, scope: dict[str, Any], owner: str) -> None:
        """Remove the id of a session from a request, unless this browser opened the session.

        The id is the third of the subprotocols. Without it, Streamlit makes a new session.
        """
        headers = []
        for name, value in scope["headers"]:
            parts = [part.strip() for part in value.decode("latin-1").split(",")]
            is_foreign = len(parts) > 2 and self._owners.get(parts[2]) != owner
            if name.lower() == b"sec-websocket-protocol" and is_foreign:
                value = ", ".join(parts[:2]).encode("latin-1")
                scope["subprotocols"] = parts[:2]
            headers.append((name, value))
        scope["headers"] = headers

    async def _wait_for_turn(self, connection: Connection) -> None:
        """Wait until the connection may run its page. Meanwhile nothing more is read from it, so its sender waits too."""
        if seconds := connection.bucket.take():
            await asyncio.sleep(seconds)
        if connection.timer is None:
            loop = asyncio.get_running_loop()
            await self._queue.acquire(connection.count_run(loop.time()))
            connection.timer = loop.call_later(MAX_RUN_SECONDS, self._end_run, connection)

    def _end_run(self, connection: Connection) -> None:
        if connection.timer:
            connection.timer.cancel()
            connection.timer = None
            self._queue.release()


async def _first(*awaitables: Any) -> Any:
    """Return the result of whichever ends first, and cancel the others."""
    tasks = [asyncio.ensure_future(one) for one in awaitables]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task in done).result()
    finally:
        for task in tasks:
            task.cancel()


def is_closed(path: str) -> bool:
    """Return whether an address belongs to Streamlit and no page needs it."""
    return "/_stcore/" in f"{path}/" and path not in ALLOWED_PATHS
