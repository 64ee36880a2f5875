"""A dashboard behind nginx with the sample configuration, which keeps readers' pages for some seconds."""

import http.client
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.editing.test_unpublish import FILES, WORD, unpublished
from tests.support.long import LONG
from tests.support.nginx import nginx_before
from tests.support.server_process import Server, free_port
from tests.support.story_folder import made
from tests.support.waiting import wait_until
from tests.web.test_redaction_running import NAME, TEXT, remove
from tracker.accounts.accounts import revoke_account
from tracker.accounts.accounts_file import AccountsFile
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.storage.dataset_reader import DatasetReader

SECONDS = 10 if LONG else 30
"""So long after it was removed, something may be read from the cache; longer if other tests take the cores."""


@pytest.fixture
def site(server: Callable[..., Server], tmp_path: Path) -> Iterator[tuple[Server, int]]:
    """A dashboard with words to remove and evidence to make private, and the port of the nginx before it."""
    data, port = made(tmp_path / "made", {"recommendations/r2.yaml": TEXT, **FILES}), free_port()
    (tmp_path / "nginx").mkdir()
    running = server(data, TRACKER_PRIVATE=str(tmp_path / "private"), TRACKER_PUBLIC_URL=f"http://127.0.0.1:{port}")
    with nginx_before(running.port, tmp_path / "nginx", port):
        yield running, port


def fetched(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    wire.request("GET", path, headers=headers)
    got = wire.getresponse()
    return got, got.read().decode()


def kept(folder: Path, words: str) -> list[str]:
    """The files of nginx's cache that have these words. Without gzip: nobody asked for it."""
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_what_was_removed_or_made_private_is_gone_within_ten_seconds(site: tuple[Server, int], tmp_path: Path) -> None:
    (app, port), cache = site, tmp_path / "nginx" / "pages"
    pages = {"/recommendation?id=r2": NAME, "/recommendation?id=r1": WORD}
    for path, words in pages.items():
        assert words in fetched(port, path)[1]
        assert kept(cache, words), "the page is in the cache"
    remove(app)
    unpublished(PrivateFolder(tmp_path / "private", DatasetReader(app.data), THE_HOST))

    def is_gone() -> bool:
        return not any(words in fetched(port, path)[1] for path, words in pages.items())

    before = datetime.now(UTC)
    wait_until(lambda: is_gone() and not any(kept(cache, words) for words in pages.values()))
    assert (datetime.now(UTC) - before).total_seconds() < SECONDS
    assert WORD not in fetched(port, "/evidence")[1]


def test_many_readers_are_one_request_and_each_gets_the_page_in_their_language(site: tuple[Server, int]) -> None:
    app, port = site
    texts = {lang: fetched(port, "/", **{"Accept-Language": lang})[1] for lang in ("en", "ru")}
    assert '<html lang="en">' in texts["en"] and '<html lang="ru">' in texts["ru"]
    app.stop()  # nothing more can come from it
    with ThreadPoolExecutor(8) as readers:
        answers = list(readers.map(lambda lang: fetched(port, "/", **{"Accept-Language": lang}), ["en", "ru"] * 8))
    assert [text for _, text in answers] == [texts["en"], texts["ru"]] * 8
    assert not any(got.headers["Set-Cookie"] for got, _ in answers)


def test_the_page_of_who_is_signed_in_is_never_kept_and_a_revocation_holds_at_once(site: tuple[Server, int]) -> None:
    app, port = site
    name, value = app.cookie()
    cookie = {"Cookie": f"{name}={value}"}
    assert "/static/js/" in fetched(port, "/recommendations", **cookie)[1]
    assert "/static/js/" not in fetched(port, "/recommendations")[1], "a reader gets the page of an editor"
    assert "/static/js/" in fetched(port, "/recommendations", **cookie)[1], "an editor gets the page of readers"
    assert fetched(port, "/_stcore/health", **cookie)[0].status == 200
    AccountsFile(app.state).update(lambda now: (revoke_account(now, "editor-x1"), None))
    assert "/static/js/" not in fetched(port, "/recommendations", **cookie)[1]
    assert fetched(port, "/_stcore/health", **cookie)[0].status == 403
