"""The door to Streamlit: who gets through it, and what it lets an open page do. test_floods.py asks a real server."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.asgi_client import Behind, answer, scope
from tests.support.event_loop import async_test
from tracker.model.permissions import READER, Person, Role
from tracker.web.gates import streamlit_gate
from tracker.web.gates.streamlit_gate import StreamlitGateMiddleware, StreamlitMessages

EDITOR = Person(Role.EDITOR, "editor-x1", "ours")
STREAM = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"cookie", b"who=x1")]}


def gate(app: Any, people: dict[str, Person], **messages: Any) -> StreamlitGateMiddleware:
    def person_of(cookies: Mapping[str, str]) -> Person:
        return people.get(cookies.get("who", ""), READER)

    def sign_in_of(cookies: Mapping[str, str]) -> str | None:
        return str(people.get(cookies.get("who", ""), "")) if "away" not in people else None

    read = {"type_of": lambda raw: raw.decode(), "session_id": lambda _raw: "s1"} | messages
    return StreamlitGateMiddleware(
        app,
        messages=StreamlitMessages(**read),
        person_of=person_of,
        sign_in_of=sign_in_of,
        runs_per_second=100,
    )


def test_who_types_fast_never_waits_and_who_floods_does():
    now = [0.0]
    bucket = streamlit_gate.TokenBucket(10.0, 40, clock=lambda: now[0])
    for _ in range(300):  # five runs a second, for a minute
        now[0] += 0.2
        assert bucket.take() == 0.0
    waits = [bucket.take() for _ in range(60)]
    assert (waits[:39], round(waits[-1], 6)) == ([0.0] * 39, 2.1)
    now[0] += 100
    assert [bucket.take() for _ in range(40)] == [0.0] * 40


@pytest.mark.parametrize(
    "path",
    ["/_stcore/health", "/_stcore/host-config", "/_stcore/upload_file/s1/f1", "/static/js/a.js"],
)
def test_what_only_streamlits_page_asks_for_is_for_who_is_signed_in(path: str) -> None:
    one = gate(Behind(), {"x1": EDITOR})
    assert [answer(one, scope(cookies, path=path))[0] for cookies in ([], [(b"cookie", b"who=x2")])] == [403, 403]
    let_through = 404 if "upload" in path else 299
    assert answer(one, scope([(b"cookie", b"who=x1")], path=path))[0] == let_through
    assert answer(one, scope(path="/recommendations"))[0] == 299


def test_who_is_signed_in_to_read_uploads_nothing() -> None:
    one = gate(Behind(), {"x1": Person(Role.READER, "reader-x1")})
    one._uploads.open_sessions["s1"] = 1
    asked = scope([(b"cookie", b"who=x1")], path="/_stcore/upload_file/s1/f1", method="PUT")
    assert answer(one, asked)[0] == 404


class Socket:
    """A browser's websocket: what it sends, and what became of it."""

    def __init__(self, one: StreamlitGateMiddleware, asked: dict[str, Any]) -> None:
        self.to_send, self.sent = asyncio.Queue[dict[str, Any]](), list[dict[str, Any]]()
        self.to_send.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(one(asked, self.to_send.get, self.take))

    async def take(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def says(self, kind: str) -> None:
        before = len(self.sent)
        self.to_send.put_nowait({"type": "websocket.receive", "bytes": kind.encode()})
        while not any(message["type"] != "websocket.accept" for message in self.sent[before:]):
            await asyncio.sleep(0.001)

    @property
    def closed_with(self) -> list[int]:
        return [message["code"] for message in self.sent if message["type"] == "websocket.close"]


async def streamlit(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


@async_test
async def test_a_websocket_is_refused_before_it_is_open() -> None:
    for asked in ({**STREAM, "headers": []}, {**STREAM, "path": "/_stcore/other"}):
        refused = Socket(gate(streamlit, {"x1": EDITOR}), asked)
        await asyncio.wait_for(refused.task, 5)
        assert [message["type"] for message in refused.sent] == ["websocket.close"]


@async_test
async def test_streamlit_hears_nothing_of_a_browser_that_is_gone_before_it_is_connected() -> None:
    heard = list[str]()

    async def listen(_scope: Any, receive: Any, _send: Any) -> None:
        heard.append((await receive())["type"])

    for first in ("websocket.disconnect", "websocket.connect"):
        queue = asyncio.Queue[dict[str, Any]]()
        queue.put_nowait({"type": first, "code": 1001})
        await asyncio.wait_for(gate(listen, {"x1": EDITOR})(STREAM, queue.get, None), 5)
    assert heard == ["websocket.connect"]


@async_test
async def test_a_message_that_no_page_of_ours_sends_closes_it() -> None:
    for kind in ("clear_cache", "file_urls_request"):
        page = Socket(gate(streamlit, {"x1": Person(Role.READER, "reader-x1")}), STREAM)
        await page.says("rerun_script")
        assert page.closed_with == []
        await page.says(kind)
        assert page.closed_with == [1008], kind
        await asyncio.wait_for(page.task, 5)


@async_test
async def test_as_soon_as_a_sign_in_ends_or_changes_its_pages_are_closed_and_their_sessions_end(monkeypatch) -> None:
    monkeypatch.setattr(streamlit_gate, "LOOK_AT_SIGN_INS_SECONDS", 0.001)
    reviewer, theirs = Person(Role.REVIEWER, "editor-x1", "ours"), Person(Role.EDITOR, "editor-x1", "theirs")
    for later in ({}, {"x1": reviewer}, {"x1": theirs}):
        people, ended = {"x1": EDITOR}, list[str]()
        page = Socket(gate(streamlit, people, end_session=ended.append), STREAM)
        await page.says("rerun_script")
        people["away"] = EDITOR  # the accounts cannot be read: nobody knows
        await asyncio.sleep(0.1)
        assert (page.closed_with, ended) == ([], [])
        people.clear()
        people.update(later)
        await asyncio.wait_for(page.task, 5)
        assert (page.closed_with, ended) == ([1008], ["s1"])


@async_test
async def test_nobody_goes_on_with_the_page_of_another_sign_in() -> None:
    named, people = list[str](), {"x1": EDITOR, "x2": Person(Role.EDITOR, "editor-x2", "theirs")}

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        named.append(dict(scope["headers"])[b"sec-websocket-protocol"].decode())
        await streamlit(scope, receive, send)

    one = gate(noting, people)

    async def opens(who: bytes, asks: bytes) -> str:
        page = Socket(one, {**STREAM, "headers": [(b"cookie", b"who=" + who), (b"sec-websocket-protocol", asks)]})
        await page.says("rerun_script")
        if page.closed_with:
            return "refused"
        page.to_send.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(page.task, 5)
        return named[-1]

    assert await opens(b"x1", b"streamlit, token, s1") == "streamlit, token"  # the gate does not know of it
    assert await opens(b"x1", b"streamlit, token, s1") == "streamlit, token, s1"
    assert await opens(b"x2", b"streamlit, token, s1") == "refused"
    assert await opens(b"x2", b"streamlit,,s1,s1") == "refused"
    people["x1"] = Person(Role.REVIEWER, "editor-x1", "ours")
    assert await opens(b"x1", b"streamlit, token, s1") == "refused"
    assert await opens(b"x1", b"streamlit, token") == "streamlit, token"
