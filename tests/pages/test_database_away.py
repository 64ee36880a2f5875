"""What people see while the database is away: readers what was there, editors a sentence and what they typed, and then all goes on."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.command_line import run_command
from tests.support.form_pages import errors, html, opening, press, put
from tests.support.package_files import PDF, PDF_DIGEST
from tests.support.postgres_server import AREAS, PostgresServer, TestDatabase, put_files, put_folder
from tests.support.public_file_examples import RECEIVED
from tests.support.small_dataset import REVIEWER
from tests.support.story_folder import NEWS, made
from tests.support.waiting import wait_until
from tests.web.test_file_downloads import Site
from tracker.accounts import accounts_file
from tracker.accounts.accounts import create_invite, issue_session
from tracker.accounts.accounts_file import AccountsFile, person_from_cookies
from tracker.config import Area, Config
from tracker.model.errors import OutcomeUnknown
from tracker.model.permissions import READER, Role
from tracker.storage.database.storage import DatabaseTransaction
from tracker.storage.file_cache import FileCache
from tracker.storage.open_storage import close_databases, open_storage

R = "edit_recommendation_r1_"
AWAY = "The database cannot be reached now; try again in a minute."
KEPT = "Nothing was saved. Your text is still here."
OTHER_PDF = "b" * 64
SEEN_LAST = "The data cannot be read since {}; this is how it stood then."
ENTRY = "  - {{sha256: {}, kind: pdf, name: report.pdf, size: {}}}\n"


@pytest.fixture
def database(own_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestDatabase]:
    database = TestDatabase(own_server, f"away{time.time_ns()}")
    put_folder(made(tmp_path / "files"), database.place())
    yield database
    close_databases()


@pytest.fixture
def opened(database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    open_ = opening(tmp_path, monkeypatch, {})
    for name, url in settings(database).items():
        monkeypatch.setenv(name, url)
    return open_


def settings(database: TestDatabase) -> dict[str, str]:
    return {f"TRACKER_{area.upper()}": database.place(area).url for area in AREAS}


def areas_there(database: TestDatabase) -> int:
    """How many areas this process can read now."""
    there = 0
    for area in AREAS:
        with suppress(OSError):
            open_storage(database.place(area)).require_current()
            there += 1
    return there


def start(server: PostgresServer, database: TestDatabase) -> None:
    server.start()
    wait_until(lambda: areas_there(database) == len(AREAS))


def stop(server: PostgresServer, database: TestDatabase) -> None:
    server.stop(signal.SIGQUIT)
    wait_until(lambda: areas_there(database) == 0)


def warnings(page: AppTest) -> list[str]:
    return re.findall(r'<p class="rt-banner" role="status">(?!<)([^<]+)</p>', html(page))


def test_readers_have_what_was_there_and_editors_keep_what_they_typed(opened, own_server, database, monkeypatch):
    page, note = opened(what="recommendation", id="r1"), opened("recommendation", id="r1")
    put(page, R, title_en="Repeal them all", reason="Clearer.")
    note.text_area(key="private_note_r1").set_value("Call him.")
    stop(own_server, database)

    assert errors(press(page, "Save the edit")) == [f"{KEPT} {AWAY}"]
    assert page.text_input(key=f"{R}title_en").value == "Repeal them all"
    assert errors(press(note, "Save the note")) == [f"{AWAY} Nothing was saved."]
    assert note.text_area(key="private_note_r1").value == "Call him."

    lines = {SEEN_LAST.format(f"{at:%H:%M}") for at in (datetime.now(UTC), datetime.now(UTC) - timedelta(minutes=1))}
    for file, words in (("recommendations", "Repeal the punishments"), ("evidence", "The law was signed.")):
        shown = opened(file, READER)
        assert (lines >= set(warnings(shown)), len(warnings(shown)), words in html(shown)) == (True, 1, True)
        assert database.name not in html(shown)
    monkeypatch.setattr(accounts_file, "TRUSTED_SECONDS", 0.0)
    assert errors(press(page, "Save the edit")) == [
        "The database is away, so it cannot be checked who is signed in. Nothing was recorded; your text is still here. "
        "Try again in a minute."
    ]
    shown = opened("evidence")  # as an editor again
    assert (len(warnings(shown)), "postgresql:" in html(shown)) == (1, False)

    start(own_server, database)
    assert (errors(press(page, "Save the edit")), warnings(opened("recommendations"))) == ([], [])
    assert errors(press(note, "Save the note")) == []
    assert b"title: Repeal them all" in database_files(own_server, database, "tracker_data")["recommendations/r1.yaml"]
    assert b"Call him." in database_files(own_server, database, "tracker_private")["notes/r1.editors.yaml"]


@pytest.mark.long
def test_a_removal_and_a_file_that_is_made_private_say_what_is_so_now(opened, own_server, database):
    entry = ENTRY.format(PDF_DIGEST, len(PDF), RECEIVED)
    put_files(
        database.place(), {f"files/{PDF_DIGEST}.pdf": PDF, "evidence/law.yaml": f"{NEWS}files:\n{entry}".encode()}
    )
    file = {"of": "evidence", "id": "law", "file": PDF_DIGEST}
    opened("evidence", REVIEWER)
    stop(own_server, database)
    page = opened("edit", REVIEWER, what="redact")
    page.text_area[0].set_value("Aidana Testova")
    assert errors(press(page, "Find them")) == [f"{AWAY} Nothing was removed."]
    page = opened("edit", REVIEWER, what="unpublish-file", **file)
    assert errors(press(page, "Make it private")) == [f"{AWAY} It is still public, or a part of it. Do it again."]
    page = opened("edit", REVIEWER, what="remove-file", **file)
    page.checkbox[0].check()
    assert errors(press(page, "Remove for good")) == [f"{AWAY} Nothing was changed."]


def test_if_nobody_knows_whether_it_was_saved_the_page_says_so_and_not_that_nothing_was(opened, database, monkeypatch):
    page = opened(what="recommendation", id="r1")
    put(page, R, title_en="Repeal them all", reason="Clearer.")

    def lost(_transaction: DatabaseTransaction) -> None:
        raise OutcomeUnknown

    monkeypatch.setattr(DatabaseTransaction, "commit", lost)
    assert errors(press(page, "Save the edit")) == [
        "The database went away in the middle of the save, so it is not known yet whether it was saved. "
        "Look again when the database is back; what you typed is still here."
    ]
    assert page.text_input(key=f"{R}title_en").value == "Repeal them all"


def database_files(server: PostgresServer, database: TestDatabase, schema: str) -> dict[str, bytes]:
    database.__dict__.pop("connection", None)  # which the server closed when it ended
    return database.files(schema)


@pytest.mark.long
def test_a_page_that_starts_without_the_database_says_so_and_opens_when_it_is_there(opened, own_server, database):
    close_databases()
    own_server.stop()
    page = opened("recommendations", READER)
    assert errors(page) == [AWAY]
    assert [one.value for one in page.caption] == ["This page opens by itself as soon as the database is back."]
    told = f"The database {database.place().root} cannot be read: the database cannot be reached.\n"
    assert run_command("check", settings=settings(database)) == (2, "", told)
    start(own_server, database)
    assert (errors(page.run()), "Repeal the punishments" in html(page)) == ([], True)


def test_who_is_signed_in_stays_so_for_a_minute_and_nobody_is_let_in_after_that(own_server, database, monkeypatch):
    now, file = datetime.now(UTC), AccountsFile(database.place(Area.STATE))
    file.update(lambda people: create_invite(people, "editor-anna", Role.EDITOR, at=now))
    cookies = {"tracker": issue_session(file.read(), file.read().people[0], now)}
    config = Config(database.place(), database.place(Area.STATE))

    def handle() -> str:
        return person_from_cookies(cookies, "tracker", config).handle

    assert handle() == "editor-anna"
    stop(own_server, database)
    assert handle() == "editor-anna"
    monkeypatch.setattr(accounts_file, "TRUSTED_SECONDS", 0.0)
    assert handle() == ""
    start(own_server, database)
    assert handle() == "editor-anna"


@pytest.mark.long
def test_a_file_that_was_not_fetched_yet_is_to_be_asked_for_again(own_server, database, tmp_path):
    names = [f"files/{digest}.pdf" for digest in (PDF_DIGEST, OTHER_PDF)]
    entries = ENTRY.format(PDF_DIGEST, len(PDF), RECEIVED) + ENTRY.format(OTHER_PDF, 5, RECEIVED)
    law = f"{NEWS}files:\n{entries}".encode()
    put_files(database.place(), {names[0]: PDF, names[1]: b"%PDF-", "evidence/law.yaml": law})
    site = Site(database.place(), FileCache(tmp_path / "cache"))
    fetched, other = (name.removeprefix("files/") for name in names)
    assert site.get(fetched)[0] == 200
    stop(own_server, database)
    assert site.get(fetched)[2] == PDF
    status, headers, body = site.get(other)
    assert (status, headers["retry-after"], headers["cache-control"]) == (503, "10", "no-store")
    assert body.decode() == "The database with this file cannot be reached now. Please try again in a minute."
    assert site.get("0" * 64 + ".pdf")[0] == 404
    start(own_server, database)
    assert site.get(other)[2] == b"%PDF-"
