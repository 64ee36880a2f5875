"""Many who download files, and slowly: nobody else waits, and the server sends the bytes as they are."""

import hashlib
import os
from collections.abc import Callable, Iterator
from socket import SO_RCVBUF, SOL_SOCKET, create_connection

import anyio
import pytest

from tests.support.event_loop import async_test
from tests.support.http_client import fetch
from tests.support.public_file_examples import evidence_with, keep_file, lay_evidence
from tests.support.server_process import Server
from tracker.web.file_downloads import DownloadSlots


@async_test
async def test_one_more_download_takes_the_place_of_one_that_stands_still():
    slots, ended = DownloadSlots(2, (0.0, 60.0)), []

    async def reader(name: str, pieces: int) -> None:
        async def file(send: Callable[[str], object]) -> None:
            for _ in range(pieces):
                await send("piece")  # type: ignore[misc]
            await anyio.sleep_forever()

        async def taken(_piece: str) -> None:
            await anyio.sleep(0)

        await slots.send_file(file, taken)
        ended.append(name)

    async with anyio.create_task_group() as group:
        group.start_soon(reader, "first", 5)
        group.start_soon(reader, "second", 1)
        await anyio.wait_all_tasks_blocked()
        assert slots.make_room()
        await anyio.wait_all_tasks_blocked()
        assert ended == ["second"]
        group.cancel_scope.cancel()


@async_test
async def test_a_download_that_goes_on_is_not_ended_for_another():
    slots = DownloadSlots(1, (60.0, 60.0))
    async with anyio.create_task_group() as group:
        group.start_soon(slots.send_file, lambda _send: anyio.sleep_forever(), None)
        await anyio.wait_all_tasks_blocked()
        assert not slots.make_room()
        group.cancel_scope.cancel()
    assert slots.make_room()
    # it ends if nothing of it is taken
    await DownloadSlots(1, (0.0, 0.05)).send_file(lambda _send: anyio.sleep_forever(), None)


SECRET = b"%PDF-1.7 of a person in danger"
BIG = os.urandom(1_000_000) * 20


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard with a file of 20 MB and a saved web page."""
    folder = tmp_path_factory.mktemp("files")
    entries = [keep_file(folder / "data", BIG), keep_file(folder / "data", b"<p>page</p>" * 1000, "html")]
    lay_evidence(folder / "data", *entries)
    secret = keep_file(folder / "private", SECRET)
    (folder / "private" / "evidence").mkdir()
    (folder / "private" / "evidence" / "secret.yaml").write_text(evidence_with(secret))
    with Server(folder, {"TRACKER_PRIVATE": str(folder / "private")}, forked=True) as app:
        yield app


def test_the_server_sends_it_as_it_is(app: Server) -> None:
    digest = hashlib.sha256(b"<p>page</p>" * 1000).hexdigest()
    status, headers, body = fetch(app, f"/files/{digest}.html", **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Encoding"], body) == (200, None, b"<p>page</p>" * 1000)
    assert headers.get_all("Content-Security-Policy") == ["sandbox; default-src 'none'; frame-ancestors 'none'"]
    for path in ("/files/", f"/files/../files/{digest}.html", "/files/%2e%2e/tracker.yaml", f"/files//{digest}.html"):
        assert fetch(app, path)[0] == 404, path


def test_a_private_file_is_not_there_for_a_reader_nor_for_an_editor(app: Server) -> None:
    path = f"/files/{hashlib.sha256(SECRET).hexdigest()}.pdf"
    for headers in ({}, {"Cookie": "=".join(app.cookie())}):
        assert fetch(app, path, **headers)[::2] == (404, b"There is no such file.")


def test_many_who_read_nothing_keep_nobody_from_a_file(app: Server) -> None:
    path = f"/files/{hashlib.sha256(BIG).hexdigest()}.pdf"
    slow = []
    for _ in range(50):
        wire = create_connection(("127.0.0.1", app.port))
        wire.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        slow.append(wire)
    assert slow[-1].recv(15) == b"HTTP/1.1 200 OK"
    status, _headers, body = fetch(app, path)
    assert (status, hashlib.sha256(body).digest()) == (200, hashlib.sha256(BIG).digest())
    assert fetch(app, "/livez")[2] == b"ok"
    for wire in slow:
        wire.close()
