"""Attached files of records in a database: readers get what they would get from a folder, and memory holds none of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.support.file_texts import index_of_texts, places, search_in
from tests.support.package_files import PDF, PDF_DIGEST, attach_to, report, store_in
from tests.support.postgres_server import TestDatabase, put_folder
from tests.support.small_dataset import ANNA, REVIEWER, said
from tests.web.test_file_downloads import Site
from tracker.config import Area, Config
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.redaction.remove_words import redact
from tracker.editing.store import Store
from tracker.files.new_file import NewFile
from tracker.model.errors import WriteFailed
from tracker.queries.view import View
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.attached_files import read_kept
from tracker.storage.database import connection as db
from tracker.storage.database.errors import DatabaseProblem
from tracker.storage.database.storage import DatabaseTransaction
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.file_cache import FileCache

NAMES = [f"files/{PDF_DIGEST}.{end}" for end in ("pages.txt", "pdf", "preview.webp")]
NOW = datetime.now(UTC)


@pytest.fixture
def store(tmp_path, database: TestDatabase) -> Store:
    """A store of a database in which evidence x has a PDF."""
    put_folder(Path(store_in(tmp_path / "small").root), database.place())
    store = Store(DatasetReader(database.place(), look_every=0), is_dismissed=lambda _finding: True)
    attach_to(store, "x", report())
    return store


@pytest.fixture
def fetched(monkeypatch) -> Callable[[], list[str]]:
    """The names of the files whose bytes were asked of the database."""
    counting = Mock(side_effect=db.read_file_bytes)
    monkeypatch.setattr(db, "read_file_bytes", counting)
    return lambda: [call.args[2] for call in counting.call_args_list]


def kept(database: TestDatabase, area: Area = Area.DATA) -> list[str]:
    return sorted(name for name in database.files(database.place(area).schema) if name.startswith("files/"))


def letter_with_original() -> NewFile:
    return replace(report(b"%PDF-1.7 a letter", "letter.pdf"), original=(report().entry.kind, b"untouched"))


def view(store: Store) -> View:
    return View(store.reader.read(fresh=True), date(2026, 11, 26))


def test_a_save_keeps_file_text_and_preview_but_memory_holds_none_of_them(store, database, fetched):
    assert kept(database) == NAMES
    files = store.storage.snapshot(fresh=True)
    assert [files.folders["files"][name].raw for name in NAMES] == [None] * 3
    assert fetched() == []
    (entry,) = view(store).evidence["x"].files
    assert (read_kept(store.root, entry), fetched()) == (PDF, [NAMES[1]])


def test_a_download_asks_the_database_once_and_has_the_same_headers_from_every_copy(store, tmp_path, fetched):
    place = store.storage.place
    one, two = (Site(place, FileCache(tmp_path / name)) for name in ("one", "two"))
    name = NAMES[1].removeprefix("files/")
    status, headers, body = one.get(name)
    assert (status, body, headers["etag"]) == (200, PDF, f'"{PDF_DIGEST}"')
    assert one.get(name, range="bytes=0-3")[2] == PDF[:4]
    assert (one.get(name)[2], fetched()) == (PDF, [NAMES[1]])
    preview = NAMES[2].removeprefix("files/")
    assert one.get(preview)[1]["etag"] == two.get(preview)[1]["etag"]
    assert one.get(f"{'0' * 64}.pdf")[0] == 404


def test_a_search_reads_each_text_once_and_forgets_what_was_removed(store, tmp_path, fetched):
    with index_of_texts(store.storage.place, tmp_path / "state") as texts:
        for _again in range(2):
            assert places(search_in(view(store), texts, "law")) == [("report.pdf", [1])]
        assert fetched() == [NAMES[0]]
        redact(store, Config(store.storage.place, tmp_path / "state"), RedactionTerms(["The law"]), by=REVIEWER, at=NOW)
        assert search_in(view(store), texts, "law").count == 0
        assert list((tmp_path / "state").rglob("*.pages.txt")) == []
    assert view(store).evidence["x"].files == ()


def test_a_removal_that_stops_between_two_commits_is_done_for_readers_first_and_is_finished_by_doing_it_again(
    store, database, monkeypatch
):
    folder = PrivateFolder(database.place(Area.PRIVATE), store.reader, THE_HOST)
    letter = letter_with_original()
    folder.add_files(view(store).evidence["y"], [letter], by=ANNA)
    folder.publish_file(view(store).evidence["y"], letter.entry.sha256, store, by=REVIEWER)
    folder.add_note(next(iter(view(store).bodies)), "The law of which he spoke.", by=ANNA)
    config = Config(store.storage.place, Path("/nowhere"), private=database.place(Area.PRIVATE))
    commit = DatabaseTransaction.commit

    def what_is_left(failing: int) -> tuple[str, set[str]]:
        """What a removal says whose commit with this number fails, and where the words are after it."""
        commits = count(1)

        def lost(transaction: DatabaseTransaction) -> None:
            if next(commits) == failing:
                raise DatabaseProblem.AWAY.as_error()
            commit(transaction)

        monkeypatch.setattr(DatabaseTransaction, "commit", lost)
        said = ""
        try:
            redact(store, config, RedactionTerms(["The law"]), by=REVIEWER, at=NOW)
        except WriteFailed as error:
            said = error.outcome
        texts = {area: str(database.files(f"tracker_{area}")) for area in ("data", "private")}
        found = {area for area, text in texts.items() if "The law" in text}
        return said, found | ({"original"} if letter.received in texts["private"] else set())

    again = "Some of it may be removed already; do it again."
    assert what_is_left(1) == ("Nothing was removed.", {"data", "private", "original"})
    assert what_is_left(2) == (again, {"data", "private"})
    assert what_is_left(2) == (again, {"private"})
    assert what_is_left(0) == ("", set())
    assert (kept(database), kept(database, Area.PRIVATE)) == ([], [])
    store.save(replace(view(store).evidence["x"], summary=said("The law")), by=ANNA, reason="Said so.")
    folder.add_note(next(iter(view(store).bodies)), "The law again.", by=ANNA)
    assert what_is_left(2) == (again, {"private"})
    assert what_is_left(0) == ("", set())
