"""Who is at this machine, and what the web server answers before Streamlit does."""

import asyncio
import gzip
from pathlib import Path

import pytest

from tracker.local import NoHandle, keep_handle, local_person, proposal
from tracker.people import READER, Deed, Person, Role, is_handle
from tracker.places import Places, places
from tracker.web.local import HEADER, TOKEN, LocalPerson, is_local, is_loopback
from tracker.web.static import StaticFiles

HERE = ("127.0.0.1", 50000)
GOOD = [(b"host", b"localhost:8501")]


def scope(headers=GOOD, *, kind="http", client=HERE, server=("127.0.0.1", 8501), path="/", method="GET"):
    return {"type": kind, "method": method, "path": path, "query_string": b"", "headers": list(headers), "client": client, "server": server}  # fmt: skip


def answer(app, scope):
    """(status, headers, body) of what an ASGI app answers."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(m.get("body", b"") for m in sent[1:])


class Behind:
    """The app behind a middleware, which remembers what it was asked."""

    def __init__(self):
        self.asked = []

    async def __call__(self, scope, receive, send):
        self.asked.append(scope)
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"behind"})


@pytest.mark.parametrize("handle", ["ab", "editor-k123", "a" * 31, "7-"])
def test_a_handle_is_kept(tmp_path, handle):
    assert keep_handle(tmp_path / "new" / "state", handle) == Person(Role.EDITOR, handle)
    assert local_person(tmp_path / "new" / "state") == Person(Role.EDITOR, handle)


@pytest.mark.parametrize("handle", ["", "a", "a" * 32, "Anna", "анна", "a b", "-ab", "ab\n", "a_b", "../x"])
def test_what_is_no_handle_is_not_kept(tmp_path, handle):
    with pytest.raises(NoHandle, match="A handle has 2 to 31 characters: small letters a-z, digits and hyphens"):
        keep_handle(tmp_path, handle)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", [None, b"", b"Not A Handle", b"\xff\xfe"])
def test_without_a_handle_the_editor_has_none(tmp_path, kept):
    if kept is not None:
        (tmp_path / "handle").write_bytes(kept)
    assert local_person(tmp_path) == Person(Role.EDITOR, "")


def test_a_state_folder_that_cannot_be_one_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NoHandle, match="Set TRACKER_STATE to a folder of yours"):
        keep_handle(tmp_path / "file", "anna")


def test_a_proposal_is_a_handle_that_tells_nothing():
    assert all(is_handle(proposal()) and proposal().startswith("editor-") for _ in range(50))


def test_a_reader_may_only_read():
    assert [deed for deed in Deed if READER.may(deed)] == [Deed.READ]


def test_places_come_from_the_environment():
    given = {"TRACKER_DATA": "d", "TRACKER_STATE": "s", "TRACKER_PUBLIC_URL": "https://x.example/"}
    assert places(given) == Places(Path("d"), Path("s"), "https://x.example")
    assert places({"XDG_STATE_HOME": "h"}) == Places(Path("data"), Path("h", "recommendation-tracker"))


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True), ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("[::1]", True),
        ("0.0.0.0", False), ("10.0.0.1", False), ("localhost.evil.example", False), ("127.0.0.1.nip.io", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_only_a_loopback_address_is_this_machine(host, ours):
    assert is_loopback(host) is ours


@pytest.mark.parametrize(
    ("asked", "local"),
    [
        (scope(), True),
        (scope([(b"host", b"127.0.0.1:8501"), (b"origin", b"http://127.0.0.1:8501")], kind="websocket"), True),
        (
            scope(
                [(b"host", b"[::1]:8501"), (b"origin", b"http://[::1]:8501")], client=("::1", 1), server=("::1", 8501)
            ),
            True,
        ),
        (scope([(b"host", b"localhost")]), True),
        (scope([]), False),
        (scope([(b"host", b"evil.example:8501")]), False),
        (scope([*GOOD, (b"origin", b"https://evil.example")]), False),
        (scope([*GOOD, (b"origin", b"null")]), False),
        (scope([(b"host", b"localhost:8501@evil.example")]), False),
        (scope([(b"host", b"\xff\xfe:8501")]), False),
        (scope([*GOOD, (b"x-forwarded-for", b"127.0.0.1")]), False),
        (scope([*GOOD, (b"forwarded", b"for=127.0.0.1")]), False),
        (scope([*GOOD, (b"via", b"1.1 proxy")]), False),
        (scope([*GOOD, (b"x-forwarded-proto", b"https")]), False),
        (scope(client=None), False),
        (scope(server=None), False),
        (scope(client=("192.168.1.7", 1)), False),
        (scope(server=("192.168.1.2", 8501)), False),
    ],
)
def test_a_request_is_local_when_everything_about_it_is(asked, local):
    assert is_local(asked) is local


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("enabled", "marks"), [(True, [TOKEN.encode()]), (False, [])])
def test_the_mark_is_set_only_here_and_only_when_enabled(kind, enabled, marks):
    behind = Behind()
    forged = [*GOOD, (HEADER, b"forged"), (b"X-Tracker-Local", TOKEN.encode())]
    answer(LocalPerson(behind, enabled=enabled), scope(forged, kind=kind))
    answer(LocalPerson(behind, enabled=enabled), scope(forged, kind=kind, client=("192.168.1.7", 1)))
    of_both = [[value for name, value in asked["headers"] if name.lower() == HEADER] for asked in behind.asked]
    assert of_both == [marks, []]


def test_what_is_not_a_request_passes_untouched():
    behind, lifespan = Behind(), {"type": "lifespan"}
    answer(LocalPerson(behind, enabled=True), lifespan)
    assert behind.asked == [lifespan]


@pytest.fixture
def static(tmp_path):
    """Static files below a folder, beside a secret one."""
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "app.js").write_text("let a = 1;" * 100)
    (tmp_path / "static" / "key.pem").write_text("secret")
    (tmp_path / "secret.js").write_text("secret")
    return StaticFiles(Behind(), prefix="/static/", folder=tmp_path / "static")


def test_a_static_file_is_compressed_for_who_takes_it(static):
    status, headers, body = answer(static, scope([(b"accept-encoding", b"br, gzip")], path="/static/js/app.js"))
    assert (status, headers[b"content-encoding"], gzip.decompress(body)) == (200, b"gzip", b"let a = 1;" * 100)
    assert (headers[b"vary"], int(headers[b"content-length"])) == (b"Accept-Encoding", len(body))
    status, headers, body = answer(static, scope([], path="/static/js/app.js"))
    assert (status, b"content-encoding" in headers, body) == (200, False, b"let a = 1;" * 100)


@pytest.mark.parametrize(
    "path", ["/static/../secret.js", "/static/js/../../secret.js", "/static//js/app.js", "/static/key.pem", "/static/js", "/static/none.js", "/"]
)  # fmt: skip
def test_only_names_that_were_there_are_served(static, path):
    assert answer(static, scope(path=path))[0] == 299
    assert answer(static, scope(path="/static/js/app.js", method="POST"))[0] == 299
