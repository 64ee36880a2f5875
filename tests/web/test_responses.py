"""What answers without Streamlit: from memory, never a mixture of two versions, never an error for what it does not know."""

import gzip
import http.client
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from tests.support.event_loop import run_async
from tests.support.server_process import Server
from tests.support.small_dataset import ANNA, said
from tests.support.story_folder import made
from tracker.editing.store import Store
from tracker.model.records import Assessment
from tracker.model.vocabulary import Status, Voice
from tracker.publishing.request import RenderedFile, Renderer, ViewRequest
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.web.responses import CachedResponder, PublicRoute
from tracker.web.routes import FILTERS, ROUTES_BY_PATH

TODAY = date(2026, 11, 24)


class Made:
    """An answer that counts how often it was made."""

    def __init__(self, size: int = 1000) -> None:
        self.times, self.size = 0, size

    def __call__(self, ask: ViewRequest) -> RenderedFile:
        self.times += 1
        return RenderedFile(f"{ask.id} {ask.language.code} {ask.filters}".ljust(self.size).encode(), "text/plain")


def request(path: str = "/x", headers: dict[str, str] | None = None) -> Request:
    bare, _, query = path.partition("?")
    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": bare,
        "query_string": query.encode(),
        "headers": raw,
        "path_params": {},
        "route": type("R", (), {"path": bare}),
        "app": Starlette(),
    }
    return Request(scope)


Answers = Callable[[Request, Renderer], Response]


def answering(responder: CachedResponder) -> Answers:
    """The answers of a route that heeds every filter."""
    return lambda asked, render: run_async(responder(asked, PublicRoute(render, FILTERS)))


@pytest.fixture
def reader(tmp_path: Path) -> DatasetReader:
    return DatasetReader(made(tmp_path / "data"), look_every=0)


@pytest.fixture
def answers(reader: DatasetReader) -> Answers:
    return answering(CachedResponder(lambda _params: View(reader.read(), TODAY), "https://example.org"))


def test_who_has_the_answer_gets_none_and_nothing_is_made(answers):
    make = Made()
    first = answers(request(), make)
    assert (first.status_code, make.times, first.headers["cache-control"]) == (200, 1, "no-cache")
    for known in (
        {"if-none-match": first.headers["etag"]},
        {"if-none-match": f'"other", {first.headers["etag"]}'},
        {"if-modified-since": first.headers["last-modified"]},
    ):
        again = answers(request(headers=known), make)
        assert (again.status_code, again.body, make.times) == (304, b"", 1)
        assert again.headers["etag"] == first.headers["etag"]


def test_an_unchanged_answer_comes_from_memory_and_another_question_is_answered_anew(answers):
    make = Made()
    for path in ("/x", "/x", "/x?status=nonsense", "/x?body=cescr", "/x?body=cescr&utm_source=chat", "/x?lang=ru"):
        assert answers(request(path), make).status_code == 200
    assert make.times == 3


def test_after_a_save_everything_is_made_anew(answers, reader, tmp_path):
    make = Made()
    first = answers(request(), make)
    file = tmp_path / "data" / "recommendations" / "r1.yaml"
    file.write_text(file.read_text() + "# A person was here.\n")
    later = answers(request(headers={"if-none-match": first.headers["etag"]}), make)
    assert (later.status_code, make.times) == (200, 2)
    assert answers(request(headers={"if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT"}), make).status_code == 200


def test_times_that_are_none_are_no_error(answers):
    for wrong in ("yesterday", "", "Thu, 99 Jan 2026", "0" * 5000):
        assert answers(request(headers={"if-modified-since": wrong}), Made()).status_code == 200


def test_what_a_client_takes_is_sent_packed(answers):
    plain, packed = (answers(request(headers=h), Made()) for h in ({}, {"accept-encoding": "gzip, br"}))
    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == ("gzip", plain.body)
    assert "content-encoding" not in plain.headers


def test_memory_has_an_end(reader):
    responder = CachedResponder(lambda _params: View(reader.read(), TODAY), "https://example.org", most=50_000)
    answers = answering(responder)
    make = Made(10_000)
    for body in ("cescr", "ccpr"):
        for q in range(20):
            answers(request(f"/x?body={body}&q=word{q}"), make)
    assert (make.times, responder._size <= 50_000, len(responder._cache) < 6) == (40, True, True)


def test_links_are_built_on_the_public_address_and_not_on_what_the_request_says(answers):
    links = []
    answers(request(headers={"host": "evil.example"}), lambda ask: links.append(ask.link("/r/x")) or RenderedFile())
    assert links == ["https://example.org/r/x?lang=en"]


HOSTILE = (
    "../../etc/passwd",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a\r\nSet-Cookie: x=1",
    "\x00",
    "x" * 10_000,
    "\ud800",
    "%00%2e%2e%2f",
    "𝕏\u202e",
    "{{7*7}}",
    "-1",
    "9" * 400,
)
NAMES = (
    "id",
    "body",
    "status",
    "theme",
    "by",
    "q",
    "sort",
    "page",
    "lang",
    "as_of",
    "recorded",
    "columns",
    "evidence",
    "stale",
)


def test_hostile_addresses_are_refused_or_left_out(shared_server: Server) -> None:
    app = shared_server
    wire = http.client.HTTPConnection("127.0.0.1", app.port, timeout=60)

    def answer(address: str) -> tuple[int, bytes]:
        wire.request("GET", address)
        got = wire.getresponse()
        return got.status, got.read()

    for path in ROUTES_BY_PATH:
        for bad in HOSTILE:
            quoted = urllib.parse.quote(bad.encode("utf-8", "surrogatepass"), safe="")
            tries = [path.replace("{id}", quoted).replace("{id:path}", quoted)]
            if bad in HOSTILE[:3] or len(bad) > 1000:
                tries += [path.replace("{id}", "ngo-2024-r1") + f"?{name}={quoted}" for name in NAMES]
            else:
                tries += [path.replace("{id}", "ngo-2024-r1") + "?" + "&".join(f"{name}={quoted}" for name in NAMES)]
            for address in tries:
                status, body = answer(address)
                assert status < 500, address
                assert b"<script>alert" not in body, address
                assert b"<img src=x" not in body, address


@pytest.mark.long
def test_two_hundred_readers_see_one_version_or_the_next_while_an_editor_saves(server: Callable[..., Server]) -> None:
    app, saves = server(), 20
    store = Store(DatasetReader(app.data, look_every=0))

    def save(n: int) -> None:
        r = store.reader.read(fresh=True).recommendations["ngo-2024-r9"]
        a = Assessment(
            voice=Voice.CIVIL_SOCIETY,
            organisation="editors",
            status=Status.PARTIALLY,
            date="2026-11",
            reason=said(f"Reason-{n}."),
        )
        title = {key: replace(wording, text=f"Title-{n}.") for key, wording in r.title.items()}
        store.save(replace(r, title=title, assessments=(*r.assessments, a)), by=ANNA, reason="Another one.")

    save(0)
    # the server looks at the files once a second: it begins when the first version is there
    deadline = time.monotonic() + 30
    while b"<h1>Title-0." not in urllib.request.urlopen(f"{app.url}/r/ngo-2024-r9?lang=en", timeout=30).read():
        assert time.monotonic() < deadline, "the server never showed the first version"
    over = threading.Event()

    def edits() -> None:
        for n in range(1, saves + 1):
            save(n)
            over.wait(0.1)

    def reads(_client: int) -> list[tuple[int, str, str]]:
        wire, seen = http.client.HTTPConnection("127.0.0.1", app.port, timeout=60), []
        for _ in range(10):
            wire.request("GET", "/r/ngo-2024-r9?lang=en")
            got = wire.getresponse()
            page = got.read().decode()
            numbers = [page.partition(f"{word}-")[2].partition(".")[0] for word in ("<h1>Title", "Reason")]
            seen.append((got.status, *numbers))
        wire.close()
        return seen

    editor = threading.Thread(target=edits)
    editor.start()
    with ThreadPoolExecutor(200) as clients:
        seen = [one for many in clients.map(reads, range(200)) for one in many]
    editor.join()
    assert len(seen) == 2000
    assert {status for status, *_ in seen} == {200}
    assert [(a, b) for _, a, b in seen if a != b or not a] == []
    assert len({a for _, a, _b in seen}) > 1, "no save was seen while the clients read"
