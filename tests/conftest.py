"""What the stories need: the real dashboard, and a real browser to look at it with."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.long import LONG
from tests.support.postgres_server import PostgresServer, TestDatabase
from tests.support.server_process import ROOT, Server
from tracker.model.dataset import Dataset
from tracker.storage import cache_registry
from tracker.storage.dataset_reader import DatasetReader

QUIET = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [] if LONG else [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    # the longest tests first: with the short ones at the end, all workers finish together
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, "tests/web/" not in item.nodeid))


def pytest_collection_finish() -> None:
    # a redaction collects garbage: the modules and the tests themselves are none, so leave them out
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _caches_are_cleared_once() -> None:
    """A redaction clears the caches again a minute later: in the middle of another test. Servers run as they are."""
    cache_registry.REPEAT_AFTER_SECONDS = ()


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """`server()` starts the dashboard on a copy of the shipped data; `server(TRACKER_PUBLIC_URL=…)` with settings.

    A traceback in what it printed fails the test, whatever the page showed.
    """
    servers: list[Server] = []
    with ExitStack() as running:

        def start(data: Path = ROOT / "data", **settings: str) -> Server:
            folder = tmp_path_factory.mktemp("server")
            shutil.copytree(data, folder / "data")
            started = Server(folder, settings, forked="PYTHONPATH" not in settings)
            running.callback(started.stop)
            started.start()
            servers.append(started)
            return started

        yield start
    assert [one.log.read_text() for one in servers if "Traceback" in one.log.read_text()] == []


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this worker. It starts with the first test that takes it."""
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def one_database(postgres: PostgresServer) -> TestDatabase:
    return TestDatabase(postgres, "tests")


@pytest.fixture
def database(one_database: TestDatabase) -> Iterator[TestDatabase]:
    """An empty database with the tables of all areas."""
    yield one_database
    one_database.empty()


@pytest.fixture
def spawnable_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that start processes: a new process runs the main module again, and a page under test may have left itself there."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def data_files(root: Path) -> dict[Path, bytes]:
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*.yaml")}


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One dashboard for all tests of a worker that take `shared_server`."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copytree(ROOT / "data", folder / "data")
    running = Server(folder, forked=True)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def shared_server(running_server: Server) -> Iterator[Server]:
    """The dashboard on the shipped data, for tests that change no file of it; they may sign people in.

    It starts once, which saves two seconds a test. A changed file or a traceback in its log fails the test that caused it.
    """
    before = len(running_server.log.read_text())
    yield running_server
    assert "Traceback" not in running_server.log.read_text()[before:]
    assert data_files(running_server.data) == data_files(ROOT / "data")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. One that is missing is a failure, never a skip."""
    path = os.environ.get("TRACKER_TEST_BROWSER")
    if not path:
        finding = [sys.executable, "-m", "scripts.find_browser"]
        path = subprocess.run(finding, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    # the first view of a page that draws with Plotly takes over five seconds while other tests share the cores
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*QUIET.split(), "--no-first-run"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`page(locale="ru-RU")` is an empty page of a new visitor; further options are those of a Playwright context."""
    with ExitStack() as visitors:

        def visit(locale: str = "en-GB", **options: Any) -> Page:
            context = browser.new_context(locale=locale, **options)
            visitors.callback(context.close)
            return context.new_page()

        yield visit


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """The shipped data."""
    return DatasetReader(ROOT / "data").read()
