"""Limit what a browser may request from Streamlit itself: only some messages and addresses, and not too often."""

import asyncio
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse

from tracker.web.gates.upload_gate import ASKS_FOR_UPLOAD, UPLOAD_PATH, UploadGate

ALLOWED_MESSAGES = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
"""The types of messages that a browser may always send: run the page, stop it, keep the connection alive.

Others run git, install programs, clear caches or serve debuggers. Our pages have no download buttons, because
Streamlit gives such a file to anybody who knows its address.
"""
ALLOWED_PATHS = frozenset({"/_stcore/health", "/_stcore/host-config", "/_stcore/stream"})
"""Streamlit's internal paths that our pages use, besides UPLOAD_PATH. Others tell, for example, who is connected."""
LOOK_AT_SIGN_INS_SECONDS = 0.5
"""How often the gate looks whether the sign-in of an open page has ended."""
MAX_CONNECTIONS = 500
"""The largest number of open pages in the process. If one more is opened, another is closed (see `_make_room`)."""
BURST = 40
"""How many messages (heartbeats are not counted) one connection may send at once."""
HEARTBEATS_PER_SECOND, HEARTBEAT_BURST = 0.2, 5
"""How often a connection may say that it is alive. Streamlit answers each time; a browser says it twice a minute."""
MAX_RUNNING = 2
"""The largest number of page runs at the same time. More would not be faster: Python runs one thread at a time."""
HEAD_START = 400
"""So many runs are not counted for the page of a signed-in person. So it runs before the pages of readers."""
HALF_LIFE_SECONDS = 30.0
"""Every this many seconds, an earlier page run counts half as much in `Connection.runs`."""
SLOW_SECONDS = 0.2
"""A page whose runs take longer than this is slow. Slow pages never take the last of the MAX_RUNNING places."""
MAX_PAGES = 200
"""The largest number of pages for which the gate remembers how long a run takes."""
MAX_RUN_SECONDS = 3.0
"""After so many seconds, a page run no longer counts as running: while a save waits for a lock, other pages must run."""
MAX_SEND_SECONDS = 0.05
"""If a browser takes no message for this long during a page run, the run stops counting when its script has ended.

Otherwise such browsers would stop all other pages. The page can run again only when the browser takes messages again.
"""
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013  # close codes of RFC 6455

MAX_SESSIONS = 2_000
"""The gate remembers the owner of at most this many sessions: the sign-in cookie of the browser that opened the session."""
MAX_ANNOUNCEMENT_BYTES = 20_000
"""The largest message that may announce the id of a new session. Larger messages are not searched for an id."""


@dataclass(frozen=True, slots=True)
class StreamlitMessages:
    """Functions that read Streamlit's messages, and functions that look at its sessions or end them.

    Messages from the browser: `type_of` returns the type (None: unknown), `page_asked_for` the page of a "rerun_script",
    `count_files_asked_for` the number of files (ASKS_FOR_UPLOAD). Messages to the browser: `is_run_finished` returns
    whether a page run has ended, `session_id` the id of a new session, or None. Sessions: `kept_uploads` returns a
    mapping, session id → bytes in memory; `is_running` returns whether a session runs; `end_session` ends a session.
    """

    type_of: Callable[[bytes], str | None]
    is_run_finished: Callable[[bytes], bool]
    session_id: Callable[[bytes], str | None]
    page_asked_for: Callable[[bytes], str] = lambda _raw: ""
    count_files_asked_for: Callable[[bytes], int] = lambda _raw: 1
    kept_uploads: Callable[[], Mapping[str, int]] = dict
    end_session: Callable[[str], None] = lambda _session: None
    is_running: Callable[[str], bool] = lambda _session: False


class TokenBucket:
    """A limit on how often something may happen: `burst` times at once, and `rate` times a second in the long run."""

    def __init__(self, rate: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, float(burst), clock
        self._tokens, self._last = float(burst), clock()

    def take(self) -> float:
        """Count one use. Return how many seconds the caller must wait before this use, 0.0 for none."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._last) * self._rate) - 1
        self._last = now
        return max(0.0, -self._tokens / self._rate)


@dataclass(eq=False, slots=True)
class Turn:
    """A page run that waits in a RunQueue. The future `comes` is done when the run may start.

    `runs` and `network_pages` are as in `RunQueue.acquire`.
    """

    runs: int
    network_pages: Callable[[], int]
    is_slow: bool
    comes: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class RunQueue:
    """Lets at most `most` pages run at the same time, and at most `most` - 1 slow pages. Further page runs wait.

    First comes the connection with the fewest recent runs, so that floods wait. Among equals, the network with the
    fewest open pages comes first. Among these, the newest run comes first, so that a new visitor is answered soon
    even if hundreds wait; but every fourth time, the oldest.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: Counter[bool] = Counter()  # whether they are slow → number
        self._waiting: list[Turn] = []  # the oldest first
        self._turns = 0

    async def acquire(
        self, runs: float, *, is_slow: bool = False, network_pages: Callable[[], int] = lambda: 1
    ) -> None:
        """Wait until a page run may start. When it ends, the caller calls `release` with the same `is_slow`.

        `runs`: recent runs of the connection, less any HEAD_START. `network_pages` counts the open pages of its network.
        """
        if self._has_room(is_slow):
            self._running[is_slow] += 1
            return
        turn = Turn(round(runs), network_pages, is_slow=is_slow)
        self._waiting.append(turn)
        try:
            await turn.comes
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                self.release(is_slow=is_slow)
            raise

    def release(self, *, is_slow: bool = False) -> None:
        """End a page run, and let as many waiting runs start as there is room for."""
        self._running[is_slow] -= 1
        while ready := [turn for turn in self._waiting if self._has_room(turn.is_slow)]:
            self._turns += 1
            # of equals, the first is taken
            in_order = reversed(ready) if self._turns % 4 else ready
            turn = min(in_order, key=lambda turn: (turn.runs, turn.network_pages()))
            self._waiting.remove(turn)
            self._running[turn.is_slow] += 1
            turn.comes.set_result(None)

    def _has_room(self, is_slow: bool) -> bool:
        has_room = self._running.total() < self._most
        return has_room and (not is_slow or self._running[True] < max(1, self._most - 1))


@dataclass(eq=False)
class Connection:
    """The websocket of an open page. `heartbeats` limits how often it sends heartbeats, `bucket` all other messages."""

    bucket: TokenBucket
    heartbeats: TokenBucket
    owner: str
    """The value of the sign-in cookie. It is "" if the person has not signed in."""
    sign_in: str | None
    """The first mark of the sign-in that `sign_in_of` could tell: "" for a reader, None until it can."""
    has_run: bool = False
    """Whether the browser has asked for a page run."""
    active: float = 0.0
    """When the page was opened or last sent something. A message that only keeps the connection alive does not count."""
    runs: float = 0.0
    """The number of recent page runs at the time `last_run`. Since then, it is halved every HALF_LIFE_SECONDS."""
    last_run: float = 0.0
    session: str = ""
    """The id of its Streamlit session, "" until Streamlit has announced it."""
    network: bytes = b""
    """A hash of the client's network. It is the same for all clients behind a proxy that does not say who they are."""
    close: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to close the connection."""
    takes_messages: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while the browser takes what is sent to it."""
    page: str = ""
    """The page of the current run, as `page_asked_for` names it."""
    started: float = 0.0
    """When the current run started."""
    is_slow: bool = False
    """Whether the page of the current run is slow."""
    blocked: float = 0.0
    """How many seconds of the current run the gate has waited for the browser to take messages."""
    timer: asyncio.TimerHandle | None = None
    """When this timer ends, the current page run no longer counts as running. None if no run of this page counts."""

    def count_run(self, now: float) -> float:
        """Add one page run to `runs`. Return the number of recent runs before this one, as of the time `now`."""
        before = self.runs * math.exp2((self.last_run - now) / HALF_LIFE_SECONDS)
        self.runs, self.last_run = before + 1, now
        return before


class StreamlitGateMiddleware:
    """ASGI middleware that limits what a browser may ask of Streamlit.

    - It closes a websocket that sends a message not in ALLOWED_MESSAGES; editors may also ask for upload addresses.
    - It delays a websocket that sends too much, and limits how many pages run and how many are open at the same time.
    - It answers 404 for uploads that `UploadGate` does not admit, and for internal paths not in ALLOWED_PATHS.
    - Streamlit keeps a session for two minutes after its page closed. Only a browser with the same sign-in cookie gets it.
    - As soon as a sign-in has ended or changed, its websockets are closed, and nothing is left of their sessions.

    `cookie` is the name of the sign-in cookie. `may_upload` and `sign_in_of` take the cookies of a request. The first
    returns whether an editor is signed in, the second what accounts_file.sign_in_mark does. `largest_upload` is in bytes.
    """

    def __init__(
        self,
        app: Any,
        *,
        messages: StreamlitMessages,
        cookie: str,
        runs_per_second: float,
        may_upload: Callable[[Mapping[str, str]], bool] = lambda _cookies: False,
        sign_in_of: Callable[[Mapping[str, str]], str | None] = lambda _cookies: "",
        max_connections: int = MAX_CONNECTIONS,
        largest_upload: int = 20_000_000,
    ) -> None:
        self.app, self._messages, self._cookie = app, messages, cookie
        self._runs_per_second, self._max_connections = runs_per_second, max_connections
        self._sign_in_of = sign_in_of
        self._connections: set[Connection] = set()
        self._network_pages: Counter[bytes] = Counter()  # network → number of its open pages
        self._queue = RunQueue(MAX_RUNNING)
        self._seconds: OrderedDict[str, float] = OrderedDict()  # page → how long its last runs took
        kept, end_session = messages.kept_uploads, messages.end_session
        self._uploads = UploadGate(may_upload, kept=kept, end_session=end_session, largest=largest_upload)
        self._owners: OrderedDict[str, str] = OrderedDict()  # session id → value of the cookie

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on to Streamlit, or refuse it."""
        is_upload = scope["type"] == "http" and scope["path"].startswith(UPLOAD_PATH)
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif is_upload and self._uploads.admit(scope, self._owners, self._cookie):
            await self._uploads.receive(self.app, scope, receive, send=send, owners=self._owners)
        elif scope["type"] == "http" and is_blocked_path(scope["path"]):
            await PlainTextResponse("not found", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _websocket(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass on the messages of a websocket that are allowed, as fast as allowed, until the websocket is closed."""
        if scope["path"] not in ALLOWED_PATHS:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        cookies = HTTPConnection(scope).cookies
        owner = cookies.get(self._cookie, "")
        sign_in = self._sign_in_of(cookies)
        if not self._make_room(bool(sign_in)):
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        loop = asyncio.get_running_loop()
        buckets = TokenBucket(self._runs_per_second, BURST), TokenBucket(HEARTBEATS_PER_SECOND, HEARTBEAT_BURST)
        connection = Connection(*buckets, owner, sign_in=sign_in, active=loop.time(), network=scope.get("network", b""))
        connection.takes_messages.set()
        self._drop_session_of_others(scope, owner)
        self._connections.add(connection)
        self._network_pages[connection.network] += 1

        async def close(code: int) -> dict[str, Any]:
            await send({"type": "websocket.close", "code": code})
            return {"type": "websocket.disconnect", "code": code}

        async def checked_receive() -> Any:
            message = await _first(receive(), self._ends(connection, cookies))
            if message is True:
                return await close(TRY_AGAIN_LATER)
            if message["type"] != "websocket.receive":
                return message
            raw = message.get("bytes") or b""
            kind = self._messages.type_of(raw)
            may_pass = kind in ALLOWED_MESSAGES
            if kind == ASKS_FOR_UPLOAD:
                may_pass = self._uploads.expect_files(
                    connection.session, cookies, self._messages.count_files_asked_for(raw)
                )
            if not may_pass:
                return await close(POLICY_VIOLATION)
            if kind != "app_heartbeat":
                connection.active = loop.time()
            if kind == "rerun_script":
                connection.has_run = True
            if await _first(self._ends(connection, cookies), self._wait_for_turn(connection, kind, raw)):
                return await close(TRY_AGAIN_LATER)
            return message

        async def watched_send(message: dict[str, Any]) -> None:
            if message["type"] == "websocket.accept":
                return  # it is accepted already
            raw, began = message.get("bytes"), loop.time()
            waiting = loop.call_later(MAX_SEND_SECONDS - connection.blocked, self._stop_waiting, connection)
            try:
                await send(message)
            finally:
                waiting.cancel()
                connection.blocked += loop.time() - began
                connection.takes_messages.set()
            if raw and connection.timer and self._messages.is_run_finished(raw):
                seconds = loop.time() - connection.started - connection.blocked
                self._seconds[connection.page] = (self._seconds.pop(connection.page, seconds) + seconds) / 2
                if len(self._seconds) > MAX_PAGES:
                    self._seconds.popitem(last=False)
                self._end_run(connection)
            elif raw and not connection.session and len(raw) <= MAX_ANNOUNCEMENT_BYTES:
                self._remember_session(connection, self._messages.session_id(raw))

        try:
            first = [await receive()]  # Streamlit waits for "websocket.connect" too
            await send({"type": "websocket.accept", "subprotocol": next(iter(scope.get("subprotocols", ())), None)})
            # Streamlit makes a session for each websocket. Until a page runs, it does not hear of it.
            while not connection.has_run:
                message = await checked_receive()
                if message["type"] == "websocket.disconnect":
                    return
            first.append(message)

            async def receive_first() -> Any:
                return first.pop(0) if first else await checked_receive()

            await self.app(scope, receive_first, watched_send)
        finally:
            self._connections.remove(connection)
            self._network_pages -= Counter([connection.network])
            self._uploads.open_sessions -= Counter([connection.session])
            self._end_run(connection)

    async def _ends(self, connection: Connection, cookies: Mapping[str, str]) -> bool:
        """Return True when the page must be closed: to make room, or because its sign-in has ended or changed."""
        # while nobody can say, the page stays, and each of its runs asks again
        while (now := self._sign_in_of(cookies)) in (None, connection.sign_in) or connection.sign_in is None:
            connection.sign_in = now if connection.sign_in is None else connection.sign_in
            with suppress(TimeoutError):
                seconds = None if connection.sign_in == "" else LOOK_AT_SIGN_INS_SECONDS
                return await asyncio.wait_for(connection.close.wait(), seconds)
        # what was typed is in the editor's drafts
        self._messages.end_session(connection.session)
        return True

    def _make_room(self, is_signed_in: bool) -> bool:
        """Close a page if too many are open. Return whether one more page may be opened."""
        stay = [one for one in self._connections if not one.close.is_set()]
        if len(stay) < self._max_connections:
            return True
        least = min(
            stay, key=lambda one: (bool(one.sign_in), one.has_run, -self._network_pages[one.network], one.active)
        )
        if least.sign_in and not is_signed_in:
            return False
        least.close.set()
        return True

    def _remember_session(self, connection: Connection, session: str | None) -> None:
        if session:
            connection.session = session
            self._uploads.open_sessions[session] += 1
            self._owners[session] = connection.owner
            self._owners.move_to_end(session)
            while len(self._owners) > MAX_SESSIONS:
                self._owners.popitem(last=False)

    def _drop_session_of_others(self, scope: dict[str, Any], owner: str) -> None:
        """Remove the session id from `scope` if `owner` did not open that session."""
        headers = []
        for name, value in scope["headers"]:
            parts = [part.strip() for part in value.decode("latin-1").split(",")]
            is_foreign = len(parts) > 2 and self._owners.get(parts[2]) != owner
            if name.lower() == b"sec-websocket-protocol" and is_foreign:
                value = ", ".join(parts[:2]).encode("latin-1")
                scope["subprotocols"] = parts[:2]
            headers.append((name, value))
        scope["headers"] = headers

    async def _wait_for_turn(self, connection: Connection, kind: str | None, raw: bytes) -> None:
        """Wait until Streamlit may get the message `raw` of the type `kind`."""
        bucket = connection.heartbeats if kind == "app_heartbeat" else connection.bucket
        if seconds := bucket.take():
            await asyncio.sleep(seconds)
        if kind != "rerun_script":
            return
        await connection.takes_messages.wait()
        if connection.timer is None:
            loop = asyncio.get_running_loop()
            runs = connection.count_run(loop.time()) - HEAD_START * bool(connection.sign_in)
            page = self._messages.page_asked_for(raw)
            is_slow = self._seconds.get(page, 0.0) > SLOW_SECONDS
            await self._queue.acquire(
                runs, is_slow=is_slow, network_pages=lambda: self._network_pages[connection.network]
            )
            connection.page, connection.started, connection.is_slow = page, loop.time(), is_slow
            connection.blocked = 0.0
            connection.timer = loop.call_later(MAX_RUN_SECONDS, self._end_run, connection)

    def _stop_waiting(self, connection: Connection) -> None:
        """Note that the browser takes no messages. As soon as the script of its page has ended, stop counting the run."""
        connection.takes_messages.clear()
        if connection.timer and self._messages.is_running(connection.session):
            asyncio.get_running_loop().call_later(MAX_SEND_SECONDS, self._stop_if_blocked, connection)
        else:
            self._end_run(connection)

    def _stop_if_blocked(self, connection: Connection) -> None:
        if not connection.takes_messages.is_set():
            self._stop_waiting(connection)

    def _end_run(self, connection: Connection) -> None:
        if connection.timer:
            connection.timer.cancel()
            connection.timer = None
            self._queue.release(is_slow=connection.is_slow)


async def _first(*awaitables: Any) -> Any:
    """Return the result of the awaitable that ends first, and cancel the others."""
    tasks = [asyncio.ensure_future(one) for one in awaitables]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task in done).result()
    finally:
        for task in tasks:
            task.cancel()


def is_blocked_path(path: str) -> bool:
    """Return whether a path is an internal one of Streamlit that is not in ALLOWED_PATHS."""
    return "/_stcore/" in f"{path}/" and path not in ALLOWED_PATHS
