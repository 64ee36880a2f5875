"""Which files an editor's open page may upload: as many as memory has room for."""

import asyncio
from typing import Any

from starlette.requests import Request

from tests.support.event_loop import run_async, run_in_no_time
from tracker.web.gates.upload_gate import UploadGate


def gate(**settings: Any) -> UploadGate:
    """A gate for which the page s1 is open."""
    one = UploadGate(**settings)
    one.open_sessions["s1"] = 1
    return one


def request(path: str = "s1/f1", method: str = "PUT", size: int = 20_000_000) -> dict[str, Any]:
    headers = [(b"content-length", str(size).encode())]
    return {"type": "http", "method": method, "path": f"/_stcore/upload_file/{path}", "headers": headers}


async def answer(one: UploadGate, asked: dict[str, Any], until: asyncio.Event | None = None) -> int:
    """The status of the answer to an upload, which Streamlit takes as soon as `until` is set."""
    statuses: list[int] = []

    async def streamlit(_scope: Any, _receive: Any, send: Any) -> None:
        if until:
            await until.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await one.receive(streamlit, asked, None, send)
    return statuses[0]


def answers(one: UploadGate, *asked: dict[str, Any]) -> list[int]:
    return [run_async(answer(one, each)) for each in asked]


def test_pages_that_are_not_open_and_other_addresses_are_refused():
    one = gate()
    wrong = [request("unknown/f1"), request("s1"), request("s1/f1/more"), request(method="POST"), request("/f1")]
    assert answers(one, *wrong, request()) == [404] * 5 + [204]
    del one.open_sessions["s1"]  # the page was closed
    assert answers(one, request(), request(method="DELETE")) == [404, 404]


def test_a_file_that_has_no_room_in_memory_is_refused_and_may_be_sent_later():
    kept = {"s1": 240_000_000}
    one = gate(kept=lambda: dict(kept), end_session=kept.pop)
    assert answers(one, request(), request(size=1_000_000)) == [413, 204]
    kept["s1"] = 0
    assert answers(one, request()) == [204]


def test_files_that_are_on_their_way_count_and_those_of_a_closed_page_make_room():
    kept = {"s1": 150_000_000, "closed": 90_000_000}
    one = gate(kept=lambda: dict(kept), end_session=kept.pop)

    async def story() -> list[int]:
        comes = asyncio.Event()
        first = [asyncio.ensure_future(answer(one, request(), comes)) for _ in range(5)]
        await asyncio.sleep(0)
        sixth = await answer(one, request())
        comes.set()
        return [sixth, *await asyncio.gather(*first)]

    assert (run_async(story()), kept) == ([413, *[204] * 5], {"s1": 150_000_000})
    assert answers(one, request()) == [204]  # those that have come no longer count


def received(chunks: list[tuple[float, bytes]], size: int = 10) -> tuple[list[bytes], list[Any]]:
    """What Streamlit gets of an upload whose parts come after so many seconds each, and what is answered."""

    async def story() -> tuple[list[bytes], list[Any]]:
        got: list[bytes] = []
        sent: list[Any] = []
        coming = iter(chunks)

        async def receive() -> Any:
            seconds, body = next(coming, (3600.0, b""))
            await asyncio.sleep(seconds)
            return {"type": "http.request", "body": body, "more_body": body != b"end"}

        async def streamlit(scope: Any, receive: Any, send: Any) -> None:
            async for chunk in Request(scope, receive).stream():
                got.append(chunk)
            await send({"type": "http.response.start", "status": 204, "headers": []})

        async def send(message: Any) -> None:
            sent.append(message.get("status"))

        scope = request(size=size)
        await gate().receive(streamlit, scope, receive, send)
        return got, sent

    return run_in_no_time(story())


def test_who_stalls_is_ended_and_who_is_slow_is_not():
    # 20 MB in 1,000 seconds: a tenth of the speed of a slow mobile network
    got, sent = received([(10.0, b"200 kB")] * 100 + [(0.0, b"end")], size=20_000_000)
    assert (len(got), sent) == (102, [204])
    assert received([(29.0, b"begin"), (29.0, b"end")]) == ([b"begin", b"end", b""], [204])
    assert received([(0.0, b"begin"), (31.0, b"end")]) == ([b"begin"], [408, None])
