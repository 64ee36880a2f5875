"""No route and no page of a running server answers a reviewer otherwise because of what is private to another organisation."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pages.shared.layout import PAGES
from tests.editing.test_private_organisations import CENTRE, WATCH, name_of
from tests.pages.test_words_of_others import FILES, WORD, entries_of, entries_of_the_other
from tests.support.http_client import fetch, say
from tests.support.server_process import Server
from tests.support.story_folder import made
from tests.web.test_private_leaks import OTHERS
from tracker.config import Config
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.storage.dataset_reader import DatasetReader
from tracker.web.account_routes import SignInRoutes
from tracker.web.routes import ROUTES_BY_PATH

NOWHERE: Any = None


def addresses() -> Iterator[str]:
    """Every route, page and account page, also with the word and an id of the other organisation."""
    accounts = [route.path for route in SignInRoutes(NOWHERE, Config(Path(), Path()), "").routes()]
    assert {"/sign-in", "/reminders"} < set(accounts)
    for path in (*ROUTES_BY_PATH, *PAGES, *accounts, *OTHERS, f"/files/private/{'0' * 64}"):
        for name in ("r1", name_of(CENTRE)):
            way = path.replace("{id:path}", name).replace("{id}", name)
            yield from (
                f"{way}?{urlencode(asked)}" for asked in ({}, {"q": WORD, "id": name, "token": WORD, "stop": WORD})
            )


def test_no_route_differs(server: Callable[..., Server], tmp_path: Path) -> None:
    private = tmp_path / "private"
    running = server(made(tmp_path / "made", FILES), TRACKER_PRIVATE=str(private))
    folder = PrivateFolder(private, DatasetReader(running.data, look_every=0.0), THE_HOST)
    entries_of(WATCH, folder)
    cookie = "=".join(running.cookie(WATCH.handle, WATCH.role, organisation="watch"))

    def answers() -> dict[str, Any]:
        found: dict[str, Any] = {}
        for address in dict.fromkeys(addresses()):
            status, headers, body = fetch(running, address, Cookie=cookie)
            kept = [pair for pair in headers.items() if pair[0].lower() != "date" and "_streamlit_xsrf" not in pair[1]]
            found[address] = status, kept, body
        form = {"token": WORD, "address": WORD, "next": f"/edit?id={name_of(CENTRE)}"}
        for path in ("/sign-in", "/reminders"):
            status, _headers, text = say(running, "POST", path, form, Cookie=cookie)
            found[f"POST {path}"] = status, text
        return found

    nowhere = answers()
    entries_of_the_other(folder)
    there = answers()
    assert [address for address, answer in nowhere.items() if there[address] != answer] == []
    assert {answer[0] for answer in nowhere.values()} >= {200, 404}
