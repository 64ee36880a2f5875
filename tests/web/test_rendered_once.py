"""An answer is rendered once for all who ask; large ones in a process of their own, kept until a redaction."""

import asyncio
import gzip
import threading
from collections.abc import Awaitable
from datetime import date
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tests.support.event_loop import async_test
from tests.support.small_dataset import ASKED, folder
from tests.web.test_responses import request
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import RenderedFile
from tracker.queries.current_view import current_view
from tracker.queries.view import View
from tracker.storage.cache_registry import clear_caches
from tracker.storage.dataset_reader import DatasetReader
from tracker.web import responses
from tracker.web.responses import CachedResponder, FairThreads, Overloaded, PublicRoute
from tracker.web.routes import LIST, ROUTES_BY_PATH

TODAY = date(2026, 6, 1)


BUSY = "This file cannot be made right now. Please try again in a few seconds."


class Slow:
    """A renderer that waits until it may go on, and counts how often it was called."""

    def __init__(self) -> None:
        self.times, self.go_on = 0, threading.Event()

    def __call__(self, asked: ViewRequest) -> RenderedFile:
        self.times += 1
        assert self.go_on.wait(20)
        return RenderedFile(b"made", "text/plain")


@pytest.fixture
def responder(tmp_path: Path) -> CachedResponder:
    reader = DatasetReader(folder(tmp_path / "data", {"r/x": ASKED}))
    return CachedResponder(lambda _params: View(reader.read(), TODAY), "https://example.org")


@async_test
async def test_forty_who_ask_at_once_get_what_is_rendered_once(responder):
    slow = Slow()
    asking = [asyncio.ensure_future(responder(request("/x"), PublicRoute(slow, LIST))) for _ in range(40)]
    while not slow.times:
        await asyncio.sleep(0.01)
    asking[0].cancel()  # who asked first has left
    slow.go_on.set()
    answers = await asyncio.gather(*asking[1:])
    assert ({bytes(answer.body) for answer in answers}, slow.times) == ({b"made"}, 1)


@async_test
async def test_a_network_that_asks_for_much_waits_for_itself_and_is_refused_first(monkeypatch):
    monkeypatch.setattr(responses, "MAX_WAITING_OF_NETWORK", 4)
    monkeypatch.setattr(responses, "MAX_WAITING", 5)
    threads, done, go_on = FairThreads(1), [], threading.Event()

    def ask(name: str) -> Awaitable[object]:
        asked = Request({"type": "http", "network": name[:1].encode()})
        return asyncio.ensure_future(threads.run(asked, lambda: done.append((go_on.wait(20), name))))

    asking = [ask(name) for name in ("a1", "a2", "a3", "a4", "a5", "b1", "b2")]
    await asyncio.sleep(0)
    go_on.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert [name for _, name in done] == ["a1", "b1", "a2", "a3", "a4"]
    assert list(map(type, answers)) == [*[type(None)] * 4, Overloaded, type(None), Overloaded]
    await ask("a6")  # nobody waits any more


@pytest.fixture
def large(tmp_path: Path) -> CachedResponder:
    """A dashboard with 301 recommendations."""
    root = folder(tmp_path / "data", {f"r/x{number}": ASKED for number in range(301)})
    return CachedResponder(lambda params: current_view(root, params), "https://example.org", root=root)


async def answered(responder: CachedResponder, address: str, **headers: str) -> tuple[int, bytes, Response]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    got = await responder(request(address, sent), ROUTES_BY_PATH["/export.csv"])
    pieces = [piece async for piece in got.body_iterator] if isinstance(got, StreamingResponse) else [got.body]
    return got.status_code, b"".join(bytes(piece) for piece in pieces if not isinstance(piece, str)), got


@async_test
async def test_a_long_list_is_rendered_in_a_process_and_kept_until_a_redaction(large, monkeypatch):
    monkeypatch.setattr("tracker.web.routes.render_csv", None)  # not in this process
    packed = {"accept_encoding": "gzip"}

    status, body, got = await answered(large, "/export.csv?columns=id", **packed)
    assert (status, gzip.decompress(body).decode("utf-8-sig").count("\n")) == (200, 302)
    assert got.headers["content-length"] == str(len(body))
    with monkeypatch.context() as kept:
        kept.setattr("tracker.web.responses.render_in_process", None)
        assert (await answered(large, "/export.csv?columns=id&page=2", **packed))[1] == body
    clear_caches()
    assert not large._cache
    assert (await answered(large, "/export.csv?columns=id", **packed))[1] == body


@async_test
async def test_a_third_large_file_at_once_is_a_sentence_and_a_time(large):
    asking = [answered(large, f"/export.csv?columns={names}") for names in ("id", "title", "id,title")]
    answers = sorted(await asyncio.gather(*asking), key=lambda answer: answer[0])
    assert [status for status, *_ in answers] == [200, 200, 503]
    _, body, got = answers[-1]
    assert (got.headers["retry-after"], body.decode()) == ("10", BUSY)


@async_test
async def test_a_file_made_from_newer_data_is_not_given_out_under_the_older_version(large, tmp_path):
    before = await large(request("/export.csv?columns=title"), PublicRoute(render_csv, (*LIST, "columns")))
    path = tmp_path / "data" / "recommendations" / "x1.yaml"
    path.write_text(ASKED.replace("title: T", "title: Newer"))
    status = 503
    while status == 503:  # the data is looked at once a second
        status, body, got = await answered(large, "/export.csv?columns=title")
        await asyncio.sleep(0.3)
    assert (before.headers["etag"] != got.headers["etag"], b"Newer" in body) == (True, True)


@async_test
async def test_a_large_file_that_cannot_be_made_is_a_sentence_and_the_log_says_so(large, caplog):
    broken = request("/export.csv")
    broken.scope["route"].path = "/nowhere"
    got = await large(broken, ROUTES_BY_PATH["/export.csv"])
    assert (got.status_code, got.body.decode()) == (503, BUSY)
    assert "A large file could not be rendered: ProcessStopped" in caplog.text
