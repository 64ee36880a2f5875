"""What the stories need: the real dashboard, and a real browser to look at it with."""

import gc
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from streamlit.components.v2 import manifest_scanner

from tests.support.forks import ForkingSubprocess
from tests.support.long import LONG
from tests.support.mirrored_storage import MirroredFolders
from tests.support.postgres_server import PostgresServer, TestDatabase
from tests.support.server_process import ROOT, Server
from tests.support.small_dataset import folder
from tracker.model.dataset import Dataset
from tracker.safety import patterns
from tracker.sandbox import host
from tracker.storage import cache_registry, open_storage
from tracker.storage.dataset_reader import DatasetReader

# a save waits until it is on the disk: in memory the tests need not
MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2_000_000_000:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# the stories of what is written and removed, and of accounts; the others are told about a folder only
TOLD_TWICE = {
    "accounts.test_accounts_file",
    "editing.test_concurrent_saves",
    "editing.test_private_evidence",
    "editing.test_private_files",
    "editing.test_private_organisations",
    "editing.test_saved_files",
    "editing.test_store",
    "editing.test_unpublish",
    "safety.test_attached_words",
    "safety.test_redaction",
}
REAL_PROCESSES = (
    "tests.files.",
    "tests.importing.test_document_uploads",
    "tests.importing.test_hostile",
    "tests.storage.test_process_host",
    "tests.storage.test_process_sandbox",
    "tests.queries.test_file_search",
)
SLOW_FIXTURES = {"running_server", "server", "browser", "postgres", "second_server", "spawnable_main"}
"""What takes a second or more before a test begins. A test that takes them is slow, without a mark of its own."""
SLOW_MODULES = (
    "tests/browser/",
    "tests/faults/",
    "tests/editing/test_private_file_fix.py",
    "tests/editing/test_private_files.py",
    "tests/editing/test_private_organisations.py",
    "tests/editing/test_who_may_do_what.py",
    "tests/files/test_black_out.py",
    "tests/files/test_canaries.py",
    "tests/files/test_file_process.py",
    "tests/files/test_hostile_uploads.py",
    "tests/files/test_planted_marks.py",
    "tests/files/test_text_scan.py",
    "tests/importing/test_authorship.py",
    "tests/importing/test_document_",
    "tests/importing/test_follow_up_reports.py",
    "tests/importing/test_gathering.py",
    "tests/importing/test_hostile_",
    "tests/importing/test_import_command.py",
    "tests/importing/test_quotation_check.py",
    "tests/importing/test_spreadsheet_layouts.py",
    "tests/importing/test_upr_documents.py",
    "tests/publishing/test_announcing.py",
    "tests/publishing/test_data_package.py",
    "tests/publishing/test_escaping.py",
    "tests/publishing/test_json_api.py",
    "tests/publishing/test_mirror.py",
    "tests/publishing/test_package_check.py",
    "tests/publishing/test_several_states.py",
    "tests/publishing/test_submission_templates.py",
    "tests/publishing/test_translations.py",
    "tests/queries/test_frames.py",
    "tests/queries/test_marks.py",
    "tests/queries/test_whose_word_stands_where.py",
    "tests/queries/test_wordings.py",
    "tests/safety/test_attached_words.py",
    "tests/safety/test_redaction.py",
    "tests/storage/test_record_storage_contract.py",
    "tests/test_added_field.py",
    "tests/test_command_line.py",
    "tests/test_mechanisms.py",
    "tests/test_readme.py",
    "tests/validation/test_autofix.py",
    "tests/validation/test_deadline_rules.py",
    "tests/validation/test_file_check.py",
    "tests/validation/test_future_dates.py",
    "tests/validation/test_organisations.py",
    "tests/web/test_connection_limits.py",
    "tests/web/test_first_request.py",
    "tests/web/test_forged_requests.py",
    "tests/web/test_original_digests.py",
    "tests/web/test_private_leaks.py",
    "tests/web/test_public_address.py",
    "tests/web/test_rendered_once.py",
    "tests/web/test_slow_downloads.py",
    "tests/web/test_unpublish_running.py",
    "tests/web/test_without_data.py",
)
"""Their tests take more than a tenth of a second of processor time in the mean, or many seconds together."""
SLOW_TESTS = {
    "test_a_file_taken_back_leaves_nothing_in_public",
    "test_a_file_that_another_public_record_has_too_stays_public_there",
    "test_a_file_made_from_newer_data_is_not_given_out_under_the_older_version",
    "test_a_gathering_that_is_killed_leaves_the_folder_as_it_was",
    "test_a_large_file_is_rendered_from_a_folder_or_a_database",
    "test_a_list_after_each_save_is_what_a_fresh_copy_shows",
    "test_a_list_has_a_filter_a_group_for_each_state_and_the_state_in_each_row",
    "test_a_long_list_is_rendered_in_a_process_and_kept_until_a_redaction",
    "test_a_mirror_of_a_gathered_folder_has_each_record_and_a_package_of_its_own",
    "test_a_new_tracker_begins_with_the_vocabulary_of_the_network",
    "test_a_redaction_is_told_once_a_day_and_not_what_where_or_by_whom",
    "test_a_review_of_a_table_survives_json_and_reads_its_file_again",
    "test_a_second_update_changes_no_byte_of",
    "test_a_third_large_file_at_once_is_a_sentence_and_a_time",
    "test_every_folder_is_cleaned_and_says_when",
    "test_exports_of_a_gathered_tracker_have_the_address_of_each_original",
    "test_keys_and_channels_are_never_opened_and_the_file_of_accounts_stays_readable",
    "test_longer_words_go_with_it_unless_whole_words_are_meant",
    "test_more_than_one_tracker_can_have_and_a_slow_download_are_not_taken",
    "test_no_forwarding_header_is_believed_however_the_server_is_started",
    "test_the_command_prints_the_json_of_one_state_or_a_list",
    "test_the_command_reads_the_words_and_a_dry_run_says_where_without_them",
    "test_the_command_reports_each_tracker_and_touches_no_other_folder",
    "test_the_files_of_evidence_made_private_go_with_it_and_its_private_files_too",
    "test_the_filter_by_a_shared_theme_finds_local_words_too",
    "test_what_no_record_names_goes_and_the_original_of_a_public_file_stays",
    "test_words_removed_for_safety_live_on_in_no_broken_record",
    "test_words_that_stand_only_in_what_was_kept_are_forgotten_too",
}
"""Each takes more than half a second of processor time; others of its module are about the same and stay fast."""
FAST_PAGES = tuple(
    f"tests/pages/test_{name}.py" for name in ("evidence_editing", "form_links", "past_pages", "streamlit_internals")
)
"""All tests of pages take about as long: `make check` runs these."""
QUIET = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"


def _is_in_database(item: pytest.Item) -> bool:
    return hasattr(item, "callspec") and item.callspec.params.get("kept_in") == "database"


def _is_left_out(item: pytest.Item) -> bool:
    only_folder = _is_in_database(item) and item.get_closest_marker("folder_only")
    return bool(only_folder or (not LONG and item.get_closest_marker("long")))


def _is_slow(item: pytest.Item) -> bool:
    takes_long = SLOW_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    is_page = item.nodeid.startswith("tests/pages/") and not item.nodeid.startswith(FAST_PAGES)
    is_named = item.nodeid.startswith(SLOW_MODULES) or getattr(item, "originalname", item.name) in SLOW_TESTS
    return bool(takes_long or is_page or is_named or _is_in_database(item))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if _is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    for item in items:
        if _is_slow(item):
            item.add_marker("slow")
    # the longest tests first: with the short ones at the end, all workers finish together
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, "tests/web/" not in item.nodeid))


def pytest_collection_finish() -> None:
    # a redaction collects garbage: the modules and the tests themselves are none, so leave them out
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _caches_are_cleared_once() -> None:
    """A redaction clears the caches again a minute later: in the middle of another test. Servers run as they are."""
    pytest.MonkeyPatch().setattr(cache_registry, "REPEAT_AFTER_SECONDS", ())


@pytest.fixture(scope="session", autouse=True)
def _packages_are_searched_once() -> None:
    """Streamlit reads the metadata of all installed packages for each AppTest: four fifths of its time."""
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(scope="session", autouse=True)
def _rules_are_compiled_once() -> None:
    """A redaction makes the safety check forget its patterns, and to compile them again takes two seconds.

    `re.purge` is a part of that, so the cache has to stand before `re`: for the module with the patterns of the safety
    check, which are made of its rules alone. The names that are redacted are compiled by another one, as they are.
    """
    of_words, patched = cache(patterns._any_word_pattern), pytest.MonkeyPatch()
    patched.setattr("tracker.safety.patterns.re", SimpleNamespace(**vars(re) | {"compile": cache(re.compile)}))
    patched.setattr(patterns, "_any_word_pattern", lambda words: of_words(tuple(words)))


@pytest.fixture(autouse=True)
def _files_are_cleaned_in_forks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process for one file is a fork of one that has imported everything: 0.02 s of CPU instead of 0.1 to 0.5.

    Only `host` gets another `subprocess`, since it asks for a process at one place; tests about such processes get none.
    """
    if not request.module.__name__.startswith(REAL_PROCESSES):
        monkeypatch.setattr(host, "subprocess", ForkingSubprocess)


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
            servers.append(running.enter_context(started))
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
def second_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def own_server(second_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server that the test may end. The next test finds it running."""
    yield second_server
    if not second_server.is_running:
        second_server.start()


@pytest.fixture(scope="session")
def one_database(postgres: PostgresServer) -> TestDatabase:
    return TestDatabase(postgres, "tests")


@pytest.fixture
def database(one_database: TestDatabase) -> Iterator[TestDatabase]:
    """An empty database with the tables of all areas."""
    yield one_database
    one_database.empty()


@pytest.fixture(scope="session")
def databases(postgres: PostgresServer, one_database: TestDatabase) -> list[TestDatabase]:
    """The databases of this worker, which are used again and again."""
    return [one_database]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The stories of these modules are told twice: about folders, and about the same files in a database."""
    name = metafunc.module.__name__.removeprefix("tests.")
    if name in TOLD_TWICE:
        metafunc.parametrize("kept_in", ["folder", "database"], indirect=True)


@pytest.fixture(autouse=True)
def kept_in(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the files are that a test writes into a folder: there, or in a database."""
    if getattr(request, "param", "folder") == "folder":
        yield "folder"
        return
    known, server = request.getfixturevalue("databases"), request.getfixturevalue("postgres")

    def more() -> Iterator[TestDatabase]:
        yield from list(known)
        while True:
            known.append(TestDatabase(server, f"tests{len(known) + 1}"))
            yield known[-1]

    mirrored = MirroredFolders(more())
    monkeypatch.setattr(open_storage, "FolderStorage", mirrored)
    yield "database"
    mirrored.close()


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
    with Server(folder, forked=True) as running:
        yield running


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
    expect.set_options(timeout=45_000)
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


@pytest.fixture
def reading(tmp_path: Path) -> Callable[[dict[str, str]], Dataset]:
    """`reading({file: text})` is the small dataset with these files now."""
    return lambda files: DatasetReader(folder(tmp_path, files)).read()
