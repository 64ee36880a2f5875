"""Let only who is signed in reach Streamlit, and limit what an open page may ask of it: only some messages, not too often."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocketDisconnected

from tracker.model.permissions import READER, Permission, Person
from tracker.web.gates.upload_gate import UPLOAD_PATH, UploadGate

ALLOWED_MESSAGES = frozenset({"rerun_script", "stop_script", "app_heartbeat"})
"""The types of messages that a browser may always send: run the page, stop it, keep the connection alive.

Others run git, install programs, clear caches or serve debuggers. Our pages have no download buttons, because
Streamlit gives such a file to anybody who knows its address.
"""
ASKS_FOR_UPLOAD = "file_urls_request"
"""The type of message with which a page asks where to send chosen files. Only who may save may send it."""
STREAM_PATH = "/_stcore/stream"
ALLOWED_PATHS = frozenset({"/_stcore/health", "/_stcore/host-config", STREAM_PATH})
"""Streamlit's internal paths that our pages use, besides UPLOAD_PATH. Others tell, for example, who is connected."""
STREAMLIT_PATHS = ("/_stcore/", "/static/")
"""The starts of the addresses that only Streamlit's page asks for."""
BURST = 40
"""How many messages one page may send at once."""
LOOK_AT_SIGN_INS_SECONDS = 0.5
"""How often the gate looks whether the sign-in of an open page has ended."""
MAX_SESSIONS = 5_000
"""Of how many sessions the gate knows the sign-in. With one that it does not know, a page starts anew."""
POLICY_VIOLATION = 1008  # a close code of RFC 6455
MAX_ANNOUNCEMENT_BYTES = 20_000
"""The largest message that may announce the id of a new session. Larger messages are not searched for an id."""


@dataclass(frozen=True, slots=True)
class StreamlitMessages:
    """Functions that read Streamlit's messages, and functions that look at its sessions or end them.

    `type_of` returns the type of a message from the browser (None: unknown), `session_id` the id of the new session that
    a message to the browser announces, or None. `kept_uploads` returns a mapping, session id → bytes in memory;
    `end_session` ends a session.
    """

    type_of: Callable[[bytes], str | None]
    session_id: Callable[[bytes], str | None]
    kept_uploads: Callable[[], Mapping[str, int]] = dict
    end_session: Callable[[str], None] = lambda _session: None


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


class StreamlitGateMiddleware:
    """ASGI middleware in front of Streamlit.

    - Whoever is not signed in gets 403 for everything that only Streamlit's page asks for, before a websocket is open.
    - It closes a websocket that sends a message not in ALLOWED_MESSAGES; editors may also ask for upload addresses. It
      delays one that sends too much.
    - As soon as a sign-in has ended or changed, its websockets are closed, and nothing is left of their sessions. Nobody
      goes on with the page of another sign-in: neither in its session, nor with what was typed there.
    - It answers 404 for uploads that `UploadGate` does not admit.

    `person_of` returns who is signed in with the cookies of a request, `sign_in_of` what accounts_file.sign_in_mark does.
    `largest_upload` is in bytes.
    """

    def __init__(
        self,
        app: Any,
        *,
        messages: StreamlitMessages,
        person_of: Callable[[Mapping[str, str]], Person],
        sign_in_of: Callable[[Mapping[str, str]], str | None],
        runs_per_second: float,
        largest_upload: int = 20_000_000,
    ) -> None:
        self.app, self._messages, self._runs_per_second = app, messages, runs_per_second
        self._person_of, self._sign_in_of = person_of, sign_in_of
        kept, end_session = messages.kept_uploads, messages.end_session
        self._marks = OrderedDict[str, str | None]()  # session id → the sign-in that it was opened for
        self._uploads = UploadGate(kept=kept, end_session=end_session, largest=largest_upload)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on to Streamlit, or refuse it."""
        if not scope.get("path", "").startswith(STREAMLIT_PATHS):
            await self.app(scope, receive, send)
            return
        person = self._person_of(HTTPConnection(scope).cookies)
        if scope["type"] == "websocket":
            if person == READER or scope["path"] != STREAM_PATH:
                # before it is accepted: the answer is 403
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            else:
                await self._websocket(scope, receive, send, person=person)
        elif person == READER:
            await PlainTextResponse("only for editors who are signed in", 403)(scope, receive, send)
        elif not scope["path"].startswith(UPLOAD_PATH):
            await self.app(scope, receive, send)
        elif person.can(Permission.SAVE):
            await self._uploads.receive(self.app, scope, receive, send)
        else:
            await PlainTextResponse("not found", 404)(scope, receive, send)

    async def _websocket(self, scope: dict[str, Any], receive: Any, send: Any, *, person: Person) -> None:
        """Pass on the messages of a websocket that are allowed, as fast as allowed, until the websocket is closed."""
        cookies, bucket, session = HTTPConnection(scope).cookies, TokenBucket(self._runs_per_second, BURST), ""
        # whoever is a person here has a mark
        mark = self._sign_in_of(cookies)
        if (named := self._session_named_in(scope)) and self._marks.get(named, mark) != mark:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        if named not in self._marks:
            scope = _without_protocols_after(scope, 2)
        # a browser that is gone already, or a sign-in that ends now: Starlette takes no other message for the first
        if (first := await receive())["type"] != "websocket.connect":
            return
        ends = asyncio.ensure_future(self._until_signed_out(cookies, mark))
        waiting, is_closed = [first], False

        async def close() -> dict[str, Any]:
            nonlocal is_closed
            is_closed = True
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

        async def checked_receive() -> Any:
            if waiting:
                return waiting.pop()
            message = await _first(receive(), asyncio.shield(ends))
            # each message asks again: the next look of `ends` may come after it
            if message is None or await to_thread.run_sync(self._sign_in_of, cookies) not in (None, mark):
                return await close()
            if message["type"] != "websocket.receive":
                return message
            kind = self._messages.type_of(message.get("bytes") or b"")
            if kind not in ALLOWED_MESSAGES and not (kind == ASKS_FOR_UPLOAD and person.can(Permission.SAVE)):
                return await close()
            if seconds := bucket.take():
                await asyncio.sleep(seconds)
            return message

        async def watched_send(message: dict[str, Any]) -> None:
            nonlocal session
            raw = message.get("bytes")
            if is_closed:
                return  # Streamlit has not heard of it yet
            if raw and not session and len(raw) <= MAX_ANNOUNCEMENT_BYTES:
                session = self._messages.session_id(raw) or ""
                self._uploads.open_sessions[session] += bool(session)
                self._marks[session] = mark
                if len(self._marks) > MAX_SESSIONS:
                    self._marks.popitem(last=False)
            await send(message)

        try:
            with suppress(WebSocketDisconnected):  # Streamlit may answer once more after it closed the websocket itself
                await self.app(scope, checked_receive, watched_send)
        finally:
            if self._sign_in_of(cookies) not in (None, mark):
                self._messages.end_session(session)
            ends.cancel()
            self._uploads.open_sessions[session] -= 1
            self._uploads.open_sessions = +self._uploads.open_sessions

    def _session_named_in(self, scope: dict[str, Any]) -> str:
        """Return the id of the earlier session of a page, or "".

        Streamlit's page sends as protocols: "streamlit", a token, and this id.
        """
        named = HTTPConnection(scope).headers.get("sec-websocket-protocol", "").split(",")
        return named[2].strip() if len(named) > 2 else ""

    async def _until_signed_out(self, cookies: Mapping[str, str], before: str | None) -> None:
        """Wait until the mark of a sign-in is no longer the one `before`. While the accounts cannot be read, it holds."""
        now = before
        while now in (None, before):
            await asyncio.sleep(LOOK_AT_SIGN_INS_SECONDS)
            now = await to_thread.run_sync(self._sign_in_of, cookies)


def _without_protocols_after(scope: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the scope with the first protocols alone that a browser proposes for its websocket."""
    header = b"sec-websocket-protocol"
    kept = [(n, b",".join(v.split(b",")[:number]) if n == header else v) for n, v in scope["headers"]]
    return {**scope, "headers": kept}


async def _first(*awaitables: Any) -> Any:
    """Return the result of the awaitable that ends first, and cancel the others."""
    tasks = [asyncio.ensure_future(one) for one in awaitables]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task in done).result()
    finally:
        for task in tasks:
            task.cancel()
