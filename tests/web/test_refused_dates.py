"""A past state that cannot be shown is refused on every route, and never answered with today's data."""

import json

import pytest

from tests.support.http_client import fetch
from tests.support.server_process import Server
from tracker.web.routes import ROUTES_BY_PATH

TITLE = "Expand harm reduction"
ADDRESSES = [path.replace("{id}", "ngo-2024-r7").replace("{id:path}", "x") for path in ROUTES_BY_PATH]


def answer(server: Server, path: str) -> tuple[int, str, str]:
    status, headers, body = fetch(server, path)
    return status, headers["Content-Type"], body.decode(errors="replace")


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("recorded=yesterday", 400, "This date cannot be read: yesterday. Write it as 2026-11-25."),
        ("as_of=2999-01-01", 400, "This date is in the future: 1 January 2999. Choose today or an earlier day."),
        ("recorded=2026-11-23", 404, "Nothing was recorded here before 24 November 2026."),
    ],
)
def test_every_route_refuses(shared_server: Server, query: str, status: int, sentence: str) -> None:
    for path in ADDRESSES:
        code, kind, body = answer(shared_server, f"{path}?lang=en&{query}")
        said = json.loads(body)["error"] if kind == "application/json" else body
        assert (code, sentence in said, TITLE in body) == (status, True, False), path
    # the page itself says it in the browser; its preview shows nothing of today
    code, _, body = answer(shared_server, f"/recommendation?id=ngo-2024-r7&lang=en&{query}")
    assert (code, TITLE in body) == (status, False)


def test_a_refused_card_leads_on_in_the_readers_language(shared_server: Server) -> None:
    html = answer(shared_server, "/r/ngo-2024-r7?lang=en&recorded=2026-11-23")[2]
    # the first day, today, and another language
    for asked in ("recorded=2026-11-24&amp;lang=en", "lang=en", "recorded=2026-11-23&amp;lang=ru"):
        assert f'href="/r/ngo-2024-r7?{asked}"' in html


def test_what_is_later_than_the_day_says_so_and_only_what_never_was_is_a_broken_link(shared_server: Server) -> None:
    broken = "The link may have been cut off"
    path = "/r/ngo-2024-r7"
    code, _, html = answer(shared_server, f"{path}?lang=en&as_of=2024-01-01")
    assert (code, "This recommendation dates from 2024." in html, broken in html) == (404, True, False)
    assert '<a href="/recommendation?id=ngo-2024-r7&amp;lang=en">See today' in html
    code, _, html = answer(shared_server, f"{path}x?lang=en&as_of=2024-01-01")
    assert (code, broken in html) == (404, True)
    code, _, body = answer(shared_server, "/api/recommendations/ngo-2024-r7.json?lang=en&as_of=2024-01-01")
    error = json.loads(body)["error"]
    assert code == 404 and error.startswith("This recommendation dates from 2024. See the current version: http")
    # recorded on the next day only
    code, _, html = answer(shared_server, "/r/ccpr-2014-24?lang=en&recorded=2026-11-24")
    assert (code, "This recommendation was entered here on 26 November 2026." in html) == (404, True)
