"""What answers without Streamlit: from memory, never a mixture of two versions, never an error for what it does not know."""

import gzip
import http.client
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from tests.support.asgi_client import scope
from tests.support.event_loop import run_async
from tests.support.long import LONG
from tests.support.server_process import Server
from tests.support.story_folder import made
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import RenderedFile, Renderer
from tracker.queries.current_view import reader_of
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
    about = {"query_string": query.encode(), "path_params": {}, "app": Starlette()}
    return Request({**scope(raw, path=bare), **about, "route": SimpleNamespace(path=bare)})


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


def test_a_proxy_may_keep_a_readers_page_for_five_seconds_and_nothing_else(reader):
    responder = CachedResponder(lambda _: View(reader.read(), TODAY), "https://tracker.example.org")
    kept = run_async(responder(request(), PublicRoute(Made(), is_page=True))).headers
    assert kept["cache-control"] == "public, max-age=0, must-revalidate, s-maxage=5"
    assert kept["vary"] == "Accept-Encoding, Accept-Language"
    other = run_async(responder(request(), PublicRoute(Made(), is_page=True, is_for_editors=True))).headers
    assert (other["etag"] != kept["etag"], answering(responder)(request(), Made()).headers["cache-control"]) == (
        True,
        "no-cache",
    )


def test_until_the_next_look_at_the_data_the_same_address_needs_no_thread_and_a_save_here_shows_at_once(tmp_path):
    asked: list[Any] = []
    reader, make = reader_of(root := made(tmp_path / "data")), Made()
    reader.read()
    reader._check_interval = 3600

    def view_for(params: Any) -> View:
        asked.append(params)
        return View(reader.read(), TODAY)

    answers = answering(CachedResponder(view_for, "https://example.org", root=root))
    for path in ("/x?q=a", "/x?q=a", "/x?q=a", "/x?q=b", "/x?q=b"):
        assert answers(request(path), make).status_code == 200
    assert (len(asked), make.times) == (2, 2)
    file = root / "recommendations" / "r1.yaml"
    file.write_text(file.read_text() + "# Saved here.\n")
    reader.refresh(file)
    assert (answers(request("/x?q=a"), make).status_code, len(asked), make.times) == (200, 3, 3)


def test_after_a_save_everything_is_made_anew(answers, reader, tmp_path):
    make = Made()
    first = answers(request(), make)
    file = tmp_path / "data" / "recommendations" / "r1.yaml"
    file.write_text(file.read_text() + "# A person was here.\n")
    later = answers(request(headers={"if-none-match": first.headers["etag"]}), make)
    assert (later.status_code, make.times) == (200, 2)
    # and a time that is none is no error
    for time in ("Thu, 01 Jan 2026 00:00:00 GMT", "yesterday", "", "Thu, 99 Jan 2026", "0" * 5000):
        assert answers(request(headers={"if-modified-since": time}), make).status_code == 200


def test_what_a_client_takes_is_sent_packed(answers):
    plain, packed = (answers(request(headers=h), Made()) for h in ({}, {"accept-encoding": "gzip, br"}))
    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == ("gzip", plain.body)
    assert "content-encoding" not in plain.headers


def test_memory_has_an_end(reader, monkeypatch):
    monkeypatch.setattr("tracker.web.responses.MAX_CACHE_BYTES", 10_000)
    responder = CachedResponder(lambda _params: View(reader.read(), TODAY), "https://example.org")
    answers = answering(responder)
    make = Made(10_000)
    for body in ("cescr", "ccpr"):
        for q in range(20):
            answers(request(f"/x?body={body}&q=word{q}"), make)
    assert make.times == 40
    for q, times, why in ((19, 40, "the last one is still there"), (9, 41, "eleven of them have no room")):
        answers(request(f"/x?body=ccpr&q=word{q}"), make)
        assert make.times == times, why


def test_links_are_built_on_the_public_address_and_not_on_what_the_request_says(answers):
    links = []
    answers(request(headers={"host": "evil.example"}), lambda ask: links.append(ask.link("/r/x")) or RenderedFile())
    assert links == ["https://example.org/r/x?lang=en"]


HOSTILE = (
    "../../etc/passwd", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a\r\nSet-Cookie: x=1", "\x00",
    "x" * 10_000, "\ud800", "%00%2e%2e%2f", "𝕏\u202e", "{{7*7}}", "-1", "9" * 400,
)  # fmt: skip
NAMES = (
    "id", "body", "status", "theme", "by", "q", "sort", "page", "lang", "as_of", "recorded", "columns", "evidence",
    "stale",
)  # fmt: skip


def test_what_one_visitor_typed_is_not_shown_to_another(shared_server: Server) -> None:
    """A page quotes a value that it does not know, also if the page without this value is kept already."""

    def page(query: str) -> str:
        with urllib.request.urlopen(f"{shared_server.url}/recommendations?lang=en&{query}", timeout=30) as answer:
            return str(answer.read().decode())

    assert "“SeeMallory” is not a known value" in page("body=cat&status=SeeMallory")
    assert "SeeMallory" not in page("body=cat") and "SeeMallory" not in page("body=cat&theme=other")
    assert "“SeeTrudy” is not a known value" in page("body=cat&status=SeeTrudy")


def test_hostile_addresses_are_refused_or_left_out(shared_server: Server) -> None:
    wire = http.client.HTTPConnection("127.0.0.1", shared_server.port, timeout=60)
    for path in ROUTES_BY_PATH:
        for bad in HOSTILE:
            quoted = urllib.parse.quote(bad.encode("utf-8", "surrogatepass"), safe="")
            asked = [f"{name}={quoted}" for name in NAMES]
            # one at a time: a date that cannot be read is refused before the others are looked at
            if len(bad) <= 1000 and bad not in HOSTILE[: 3 if LONG else 2]:
                asked = ["&".join(asked)]
            tries = [path.replace("{id}", "ngo-2024-r1") + f"?{one}" for one in asked]
            for address in (path.replace("{id}", quoted).replace("{id:path}", quoted), *tries):
                wire.request("GET", address)
                answer = wire.getresponse()
                body = answer.read()
                assert answer.status < 500, address
                assert b"<script>alert" not in body and b"<img src=x" not in body, address
