"""Who may upload: an editor who is signed in, into a session of their own, and only what its page asked for."""

from typing import Any

from tests.support.event_loop import run_async
from tracker.web.upload_gate import MAX_FILES_EXPECTED, MAX_RUNNING_UPLOADS, UploadGate

EDITOR, OTHER = "cookie-of-x", "cookie-of-y"
OWNERS = {"s1": EDITOR, "s2": OTHER, "reader": ""}


def gate() -> UploadGate:
    return UploadGate(lambda cookies: cookies.get("who") in (EDITOR, OTHER))


def request(path: str = "s1/f1", cookie: str = EDITOR, method: str = "PUT") -> dict[str, Any]:
    headers = [(b"cookie", f"who={cookie}".encode())] if cookie else []
    return {"type": "http", "method": method, "path": f"/_stcore/upload_file/{path}", "headers": headers}


def allowed(one: UploadGate, *args: str, **kwargs: str) -> bool:
    return one.is_allowed(request(*args, **kwargs), OWNERS, "who")


def test_a_file_passes_once_for_each_time_that_the_page_asked():
    one = gate()
    assert not allowed(one)
    assert one.is_asked("s1", {"who": EDITOR})
    assert allowed(one)
    assert not allowed(one)
    assert allowed(one, method="DELETE")


def test_readers_strangers_and_other_addresses_are_refused():
    one = gate()
    assert not one.is_asked("reader", {})
    assert not one.is_asked("reader", {"who": "expired"})
    assert not one.is_asked("", {"who": EDITOR})
    one.is_asked("s1", {"who": EDITOR})
    assert not allowed(one, cookie="")
    assert not allowed(one, cookie=OTHER)  # an editor, but the session is another editor's
    assert not allowed(one, cookie="expired")
    assert not allowed(one, "unknown/f1")
    assert not allowed(one, "s1")
    assert not allowed(one, "s1/f1/more")
    assert not allowed(one, method="POST")
    assert allowed(one)


def test_what_a_page_may_send_is_bounded():
    one = gate()
    for _n in range(MAX_FILES_EXPECTED + 5):
        one.is_asked("s1", {"who": EDITOR})
    assert [allowed(one) for _n in range(MAX_FILES_EXPECTED + 1)] == [True] * MAX_FILES_EXPECTED + [False]


def test_only_a_few_files_are_received_at_the_same_time():
    one, seen = gate(), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        one.is_asked("s1", {"who": EDITOR})
        seen.append(allowed(one))
        if len(seen) < MAX_RUNNING_UPLOADS:
            await one.receive(app, request(), receive, send=send)

    async def story() -> None:
        await one.receive(app, request(), None, send=None)

    run_async(story())
    assert seen == [True, False]
    assert allowed(one)
