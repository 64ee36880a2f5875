"""The gate in front of Streamlit: who waits, who goes first, who is closed. tests/web/test_floods.py asks a real server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.event_loop import async_test, async_test_in_no_time, run_async
from tracker.web.gates import streamlit_gate
from tracker.web.gates.streamlit_gate import MAX_RUNNING, RunQueue, StreamlitGateMiddleware, StreamlitMessages

STREAM = {"type": "websocket", "path": "/_stcore/stream", "headers": []}


def messages_of_streamlit(**options: Any) -> StreamlitMessages:
    """Every message runs a page, and `finished` ends the run."""
    return StreamlitMessages(lambda _: "rerun_script", lambda raw: raw == b"finished", lambda _: None, **options)


def answering_with(*sent: bytes) -> Callable[[], Awaitable[dict[str, Any]]]:
    """A browser that sends these messages, and then the last one again and again."""
    ahead = list(sent)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": ahead.pop(0) if ahead[1:] else ahead[0]}

    return receive


async def ignore(_message: Any) -> None: ...


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


def order_of(*waiting: tuple[str, float, int]) -> list[str]:
    """In which order they run who wait: (name, how much they used, how many are of their network)."""

    async def story() -> list[str]:
        queue, order = RunQueue(1), []
        await queue.acquire(0)

        async def runs(name: str, used: float, network_pages: int) -> None:
            await queue.acquire(used, network_pages=lambda: network_pages)
            order.append(name)
            queue.release()

        running = [asyncio.ensure_future(runs(*one)) for one in waiting]
        await asyncio.sleep(0)
        queue.release()
        await asyncio.gather(*running)
        return order

    return run_async(story())


def test_of_those_that_wait_who_ran_least_goes_first():
    assert order_of(("flood", 30, 1), ("less", 1, 1), ("bystander", 0, 1)) == ["bystander", "less", "flood"]


def test_of_equals_one_from_a_small_network_goes_first_then_the_newest_and_sometimes_the_oldest():
    order = order_of(("bystander", 0, 1), *((f"flood {number}", 0, 300) for number in range(5)))
    assert order == ["bystander", "flood 4", "flood 3", "flood 0", "flood 2", "flood 1"]


@async_test
async def test_slow_pages_leave_a_place_to_the_others():
    queue = RunQueue(2)
    await queue.acquire(0, is_slow=True)
    slow = asyncio.ensure_future(queue.acquire(0, is_slow=True))
    await asyncio.sleep(0)
    await asyncio.wait_for(queue.acquire(50), 5)
    queue.release()
    await asyncio.sleep(0)
    assert not slow.done()
    queue.release(is_slow=True)
    await asyncio.wait_for(slow, 5)
    await asyncio.wait_for(queue.acquire(0), 5)


@async_test
async def test_a_place_that_was_given_to_someone_who_left_is_not_lost():
    queue = RunQueue(1)
    await queue.acquire(0)
    leaving = asyncio.ensure_future(queue.acquire(0))
    await asyncio.sleep(0)
    queue.release()
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    await asyncio.wait_for(queue.acquire(0), 30)


@async_test
async def test_browsers_that_take_nothing_hold_nobody_up(monkeypatch):
    monkeypatch.setattr(streamlit_gate, "MAX_SEND_SECONDS", 0.01)
    runs = iter([True, True])  # the scripts go on for a while: so long nobody else runs
    started: list[str] = []
    messages = messages_of_streamlit(is_running=lambda _: started[-1:] == ["stuck"] and next(runs, False))

    async def page(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        for _run in range(2):
            await receive()
            started.append(scope["name"])
            await send({"type": "websocket.send", "bytes": b"much"})
            await send({"type": "websocket.send", "bytes": b"finished"})

    gate = StreamlitGateMiddleware(page, messages=messages, cookie="", runs_per_second=100)

    takes_again = asyncio.Event()

    async def opens(name: str) -> None:
        async def send(message: dict[str, Any]) -> None:
            if name == "stuck" and message["type"] == "websocket.send":
                await takes_again.wait()

        await gate({**STREAM, "name": name}, answering_with(b"run"), send)

    stuck = [asyncio.ensure_future(opens("stuck")) for _ in range(MAX_RUNNING)]
    await asyncio.sleep(0)
    await asyncio.wait_for(opens("bystander"), 30)
    assert started == [*["stuck"] * MAX_RUNNING, "bystander", "bystander"]
    assert next(runs, None) is None, "another page ran while the scripts of the stuck pages were still running"
    takes_again.set()
    await asyncio.wait_for(asyncio.gather(*stuck), 30)
    assert started.count("stuck") == 2 * MAX_RUNNING


def test_a_session_is_open_until_its_last_connection_is_closed():
    messages = StreamlitMessages(lambda raw: "rerun_script", lambda raw: False, lambda raw: raw.decode())
    seen: list[list[str]] = []

    async def page(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.send", "bytes": b"s1"})
        seen.append(list(gate._uploads.open_sessions.elements()))
        if scope["again"]:  # the browser lost its connection, and connects anew
            await opens(again=False)
            seen.append(list(gate._uploads.open_sessions.elements()))

    async def opens(*, again: bool) -> None:
        await gate({**STREAM, "again": again}, answering_with(b"run"), ignore)

    gate = StreamlitGateMiddleware(page, messages=messages, cookie="", runs_per_second=100)
    run_async(opens(again=True))
    assert seen == [["s1"], ["s1", "s1"], ["s1"]]
    assert not gate._uploads.open_sessions


@async_test_in_no_time
async def test_who_is_closed_for_one_page_more():
    """A page that never ran before one that ran, the longest silent first, and strangers before who is signed in."""
    messages = StreamlitMessages(lambda raw: raw.decode(), lambda raw: True, lambda raw: None)
    closed: list[str] = []

    async def page(scope: dict[str, Any], receive: Any, send: Any) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "bytes": b"finished"})

    limits = {"runs_per_second": 1_000, "max_connections": 3}

    def sign_in_of(cookies: dict[str, str]) -> str:
        return cookies["tracker"] if cookies["tracker"].startswith("editor") else ""

    gate = StreamlitGateMiddleware(page, messages=messages, cookie="tracker", sign_in_of=sign_in_of, **limits)

    async def opens(name: str, *sent: bytes, cookie: str = "") -> asyncio.Queue[bytes]:
        to_send: asyncio.Queue[bytes] = asyncio.Queue()
        to_send.put_nowait(b"connect")

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.receive", "bytes": await to_send.get()}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "websocket.close":
                closed.append(name)

        scope = {**STREAM, "headers": [(b"cookie", b"tracker=" + cookie.encode())]}
        tasks.append(asyncio.ensure_future(gate(scope, receive, send)))
        for raw in sent:
            to_send.put_nowait(raw)
        await asyncio.sleep(1)
        return to_send

    tasks: list[asyncio.Future[None]] = []

    await opens("editor", b"rerun_script", cookie="editor-1")
    await opens("reader", b"rerun_script")
    alive = await opens("heartbeats", b"app_heartbeat")
    for number in range(5):
        alive.put_nowait(b"app_heartbeat")
        await opens(f"stranger {number}", cookie="forged")
    assert closed == ["heartbeats", *(f"stranger {number}" for number in range(4))]
    await opens("later reader", b"rerun_script")
    await opens("second editor", b"rerun_script", cookie="editor-2")
    await opens("third editor", b"rerun_script", cookie="editor-3")
    assert closed[5:] == ["stranger 4", "reader", "later reader"]
    await opens("nobody")
    await opens("fourth editor", cookie="editor-4")
    assert closed[8:] == ["nobody", "editor"]
    for task in tasks:
        task.cancel()


@async_test_in_no_time
async def test_pages_of_a_sign_in_that_ended_or_changed_are_closed_at_once_and_their_sessions_end():
    accounts: dict[str, str | None] = {"a": "a, an editor", "b": "b, an editor", "c": None, "": ""}
    ended: list[str] = []
    closed: list[str] = []
    messages = StreamlitMessages(
        lambda raw: "rerun_script", lambda raw: False, lambda raw: raw.decode(), end_session=ended.append
    )

    async def page(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.send", "bytes": f"session of {scope['name']}".encode()})
        while (await receive())["type"] != "websocket.disconnect":
            pass

    def sign_in_of(cookies: dict[str, str]) -> str | None:
        return accounts[cookies["tracker"]]

    gate = StreamlitGateMiddleware(page, messages=messages, cookie="tracker", runs_per_second=9, sign_in_of=sign_in_of)

    async def opens(name: str) -> None:
        sent = iter(("connect", "run"))

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.receive", "bytes": next(sent, None) or await asyncio.Future()}

        async def send(message: dict[str, Any]) -> None:
            closed.extend([name] if message["type"] == "websocket.close" else [])

        scope = {**STREAM, "name": name, "headers": [(b"cookie", b"tracker=" + name.strip("2").encode())]}
        tasks.append(asyncio.ensure_future(gate(scope, receive, send)))
        await asyncio.sleep(0.01)

    tasks: list[asyncio.Future[None]] = []
    for name in ("a", "a2", "b", "c", ""):
        await opens(name)
    accounts |= {"a": None, "c": "c, an editor"}  # while the accounts cannot be read, nobody knows
    await asyncio.sleep(5)
    assert (closed, ended) == ([], [])
    accounts |= {"a": "", "b": "b, a reviewer", "c": ""}
    await asyncio.sleep(streamlit_gate.LOOK_AT_SIGN_INS_SECONDS)
    assert sorted(closed) == ["a", "a2", "b", "c"]
    assert sorted(ended) == ["session of a", "session of a2", "session of b", "session of c"]
    for task in tasks:
        task.cancel()


@async_test_in_no_time
async def test_the_network_with_the_most_pages_waits_longest_and_is_closed_first(monkeypatch):
    monkeypatch.setattr(streamlit_gate, "MAX_RUNNING", 1)
    ran: list[str] = []
    closed: list[str] = []
    tasks: list[asyncio.Future[None]] = []

    goes_on = asyncio.Event()

    async def page(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        while (await receive())["type"] != "websocket.disconnect":
            ran.append(scope["name"])
            await goes_on.wait()
            await send({"type": "websocket.send", "bytes": b"finished"})

    limits = {"runs_per_second": 100, "max_connections": 4}
    gate = StreamlitGateMiddleware(page, messages=messages_of_streamlit(), cookie="", **limits)

    async def opens(name: str, network: bytes) -> None:
        sent: asyncio.Queue[bytes] = asyncio.Queue()
        for _ in ("connect", "run"):
            sent.put_nowait(b"")

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.receive", "bytes": await sent.get()}

        async def send(message: dict[str, Any]) -> None:
            closed.extend([name] if message["type"] == "websocket.close" else [])

        tasks.append(asyncio.ensure_future(gate({**STREAM, "network": network, "name": name}, receive, send)))
        await asyncio.sleep(0.01)

    for name, network in (("first", b"x"), ("alone", b"a"), ("many 1", b"m"), ("many 2", b"m")):
        await opens(name, network)
    goes_on.set()
    await asyncio.sleep(0.01)
    assert ran == ["first", "alone", "many 2", "many 1"], "who comes from a crowded network goes last"
    for name in ("later", "last"):
        await opens(name, name.encode())
    # of a crowded network first; then the longest silent, as all have one page
    assert closed == ["many 1", "first"]
    for task in tasks:
        task.cancel()


@async_test_in_no_time
async def test_heartbeats_reach_streamlit_a_few_at_a_time_and_only_after_a_page_ran():
    messages = StreamlitMessages(lambda raw: raw.decode(), lambda raw: False, lambda raw: None)
    sent = [b"connect", *[b"app_heartbeat"] * 10, b"rerun_script", *[b"app_heartbeat"] * 15]
    arrived: list[bytes] = []

    async def page(scope: dict[str, Any], receive: Any, send: Any) -> None:
        for _ in range(17):
            arrived.append((await receive())["bytes"])

    gate = StreamlitGateMiddleware(page, messages=messages, cookie="", runs_per_second=100)
    await gate(STREAM, answering_with(*sent), ignore)
    assert asyncio.get_running_loop().time() > 60  # twenty heartbeats after the first five, five seconds each
    assert arrived == [b"connect", b"rerun_script", *[b"app_heartbeat"] * 15]


def test_what_is_closed():
    assert not any(map(streamlit_gate.is_blocked_path, ("/", "/_stcore/stream", "/_stcore/health")))
    closed = ("/_stcore", "/_stcore/metrics", "/_stcore/stream/x", "/a/_stcore/stream", "/r/_stcore")
    assert all(map(streamlit_gate.is_blocked_path, closed))
