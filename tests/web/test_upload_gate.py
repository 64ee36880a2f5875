"""Who may upload: an editor who is signed in, into a session of their own, and only what its page asked for."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from tests.support.event_loop import async_test, async_test_in_no_time, run_in_no_time
from tracker.web.gates import upload_gate
from tracker.web.gates.upload_gate import MAX_FILES_EXPECTED, UploadGate

EDITOR, OTHER = "cookie-of-x", "cookie-of-y"
OWNERS = {"s1": EDITOR, "s2": OTHER, "reader": ""}


def gate(**settings: Any) -> UploadGate:
    return UploadGate(lambda cookies: cookies.get("who") in (EDITOR, OTHER), **settings)


def request(path: str = "s1/f1", cookie: str = EDITOR, method: str = "PUT") -> dict[str, Any]:
    headers = [(b"cookie", f"who={cookie}".encode())] if cookie else []
    return {"type": "http", "method": method, "path": f"/_stcore/upload_file/{path}", "headers": headers}


def allowed(one: UploadGate, *args: str, **kwargs: str) -> bool:
    return one.admit(request(*args, **kwargs), OWNERS, "who")


def test_a_file_passes_once_for_each_time_that_the_page_asked():
    one = gate()
    assert not allowed(one)
    assert one.expect_files("s1", {"who": EDITOR})
    assert allowed(one)
    assert not allowed(one)
    assert allowed(one, method="DELETE")


def test_readers_strangers_and_other_addresses_are_refused():
    one = gate()
    for session, cookies in (("reader", {}), ("reader", {"who": "expired"}), ("", {"who": EDITOR})):
        assert not one.expect_files(session, cookies)
    one.expect_files("s1", {"who": EDITOR})
    # an editor too, but the session is another editor's
    assert [cookie for cookie in ("", "expired", OTHER) if allowed(one, cookie=cookie)] == []
    assert [path for path in ("unknown/f1", "s1", "s1/f1/more") if allowed(one, path)] == []
    assert not allowed(one, method="POST")
    assert allowed(one)


@pytest.mark.parametrize(("asked", "may"), [(4, 4), (MAX_FILES_EXPECTED + 5, MAX_FILES_EXPECTED)])
def test_a_page_may_send_as_many_files_as_it_asked_for_up_to_a_bound(asked, may):
    one = gate()
    assert one.expect_files("s1", {"who": EDITOR}, asked)
    assert [allowed(one, f"s1/f{n}") for n in range(may + 1)] == [True] * may + [False]


class Sending:
    """Uploads on their way to Streamlit: which have started, what was answered, and how each ends."""

    def __init__(self, one: UploadGate) -> None:
        self.gate = one
        self.started: list[str] = []
        self.answers: dict[str, int] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def begins(self, name: str, cookie: str = EDITOR, size: int = 20_000_000) -> None:
        scope = request(f"{'s1' if cookie == EDITOR else 's2'}/{name}", cookie)
        scope["headers"].append((b"content-length", str(size).encode()))
        self._ends[name] = asyncio.Event()

        async def streamlit(_scope: Any, _receive: Any, send: Any) -> None:
            self.started.append(name)
            await self._ends[name].wait()
            await send({"type": "http.response.start", "status": 204, "headers": []})

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.answers[name] = message["status"]

        coming = self.gate.receive(streamlit, scope, None, send=send, owners=OWNERS)
        self._tasks[name] = asyncio.ensure_future(coming)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def begins_all(self, *names: str) -> None:
        for name in names:
            await self.begins(name)

    async def ends(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await self._tasks[name]
        for _n in range(5):
            await asyncio.sleep(0)

    async def goes_away(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.gather(self._tasks[name], return_exceptions=True)
        await asyncio.sleep(0)


@async_test
async def test_the_files_of_an_editor_wait_and_those_of_another_pass_them():
    sending = Sending(gate())
    await sending.begins_all("a1", "a2", "a3", "a4", "a5")
    assert sending.started == ["a1", "a2", "a3"]
    await sending.begins("b1", OTHER)
    assert sending.started == ["a1", "a2", "a3", "b1"]
    await sending.ends("a2")
    assert sending.started == ["a1", "a2", "a3", "b1", "a4"]
    await sending.ends("a1", "a3", "a4", "a5", "b1")
    assert sending.answers == dict.fromkeys(("a1", "a2", "a3", "a4", "a5", "b1"), 204)


@async_test_in_no_time
async def test_a_file_waits_until_there_is_memory_also_if_a_page_drops_what_it_has():
    kept = {"others": 240_000_000}

    sending = Sending(gate(kept=lambda: kept, end_session=kept.pop))
    sending.gate.open_sessions["others"] = 1
    await sending.begins("a1")
    assert sending.started == []
    kept["others"] = 230_000_000
    await asyncio.sleep(1.1)
    assert sending.started == ["a1"]
    await sending.begins("a2", size=1_000_000)
    assert sending.started == ["a1"]
    await sending.ends("a1", "a2")
    assert sending.started == ["a1", "a2"]


@async_test
async def test_one_editor_cannot_take_all_the_memory():
    kept = {"s1": 100_000_000, "s2": 1}
    sending = Sending(gate(kept=lambda: dict(kept), end_session=kept.pop))
    sending.gate.open_sessions.update(kept)
    await sending.begins_all("a1", "a2", "a3")
    await sending.begins("b1", OTHER)
    assert (sending.started, sending.answers) == (["a1", "a2", "b1"], {"a3": 413})
    await sending.ends("a1", "a2", "b1")


@async_test
async def test_the_files_of_a_page_that_was_closed_make_room_for_new_ones():
    kept = {"s1": 150_000_000, "s2": 90_000_000}
    sending = Sending(gate(kept=lambda: dict(kept), end_session=kept.pop))
    await sending.begins("a1")  # after a reload
    assert (sending.started, kept) == (["a1"], {"s2": 90_000_000})
    kept["s2"] = 240_000_000
    await sending.begins("a2")
    assert (sending.started, kept) == (["a1", "a2"], {})
    await sending.ends("a1", "a2")


@async_test_in_no_time
async def test_who_waits_too_long_or_comes_when_too_many_wait_is_refused(monkeypatch):
    monkeypatch.setattr(upload_gate, "MAX_WAITING_UPLOADS", 1)

    sending = Sending(gate())
    await sending.begins_all("a1", "a2", "a3", "late", "a5")
    assert (sending.started, sending.answers) == (["a1", "a2", "a3"], {"a5": 503})
    await asyncio.sleep(599.0)
    assert sending.answers == {"a5": 503}
    await asyncio.sleep(2.0)
    assert sending.answers == {"a5": 503, "late": 503}
    await sending.ends("a1")
    await sending.begins("next")
    assert sending.started == ["a1", "a2", "a3", "next"]
    await sending.ends("a2", "a3", "next")


@async_test
async def test_a_sender_who_leaves_gives_the_place_back():
    sending = Sending(gate())
    await sending.begins_all("a1", "a2", "a3", "gone", "a5")
    await sending.goes_away("gone")
    await sending.goes_away("a1")
    await sending.ends("a2", "a3", "a5")
    assert sending.started == ["a1", "a2", "a3", "a5"]


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

        scope = request()
        scope["headers"].append((b"content-length", str(size).encode()))
        await gate().receive(streamlit, scope, receive, send=send, owners=OWNERS)
        return got, sent

    return run_in_no_time(story())


def test_a_slow_sender_is_not_ended():
    # 20 MB in 1,000 seconds: a tenth of the speed of a slow mobile network
    slow = [(10.0, b"200 kB")] * 100 + [(0.0, b"end")]
    got, sent = received(slow, size=20_000_000)
    assert (len(got), sent) == (102, [204])


def test_a_sender_who_stalls_or_sends_drops_is_ended():
    assert received([(29.0, b"begin"), (29.0, b"end")]) == ([b"begin", b"end", b""], [204])
    assert received([(0.0, b"begin"), (31.0, b"end")]) == ([b"begin"], [408, None])
    # 20 MB may take 2,060 seconds
    drops = [(20.0, b"a drop")] * 200 + [(0.0, b"end")]
    got, sent = received(drops, size=20_000_000)
    assert (len(got), sent) == (102, [408, None])
