"""Two copies of the dashboard on one database: what happens on one is so on the other within a second."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.editing.test_private_organisations import canary, put_in_every_place
from tests.support.canary_folder import ASKED, DOCUMENT, LAW
from tests.support.http_client import PAGE, is_editors, say
from tests.support.postgres_server import AREAS, PostgresServer, TestDatabase
from tests.support.server_process import ROOT, Server
from tests.support.small_dataset import ANNA, REVIEWER, said
from tests.support.waiting import wait_until
from tests.web.test_private_leaks import TWO_ORGANISATIONS, sweep_as
from tracker.accounts.accounts import Account, create_invite, issue_session, revoke_account
from tracker.accounts.accounts_file import AccountsFile
from tracker.config import Area
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.redaction.remove_words import redact_folders
from tracker.editing.store import Store
from tracker.model.permissions import Role
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.cli import copy_storage
from tracker.storage.dataset_reader import DatasetReader

R8 = "ngo-2024-r8"


@pytest.fixture(scope="module")
def shared(postgres: PostgresServer) -> TestDatabase:
    """The database of both copies, with the shipped data."""
    database = TestDatabase(postgres, "copies")
    copy_storage(ROOT / "data", database.place())
    return database


@pytest.fixture(scope="module")
def copies(shared: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    settings = {f"TRACKER_{area.upper()}": shared.place(area).url for area in AREAS}
    folders = [tmp_path_factory.mktemp("copy") for _ in range(2)]
    one, two = (Server(folder, {**settings, "XDG_STATE_HOME": str(folder)}, forked=True) for folder in folders)
    with one, two:
        yield one, two
    for server in (one, two):
        assert "Traceback" not in server.log.read_text()


def test_signed_in_on_one_is_signed_in_on_the_other_and_a_link_works_once_on_all(copies, shared):
    one, two = copies
    accounts = AccountsFile(shared.place(Area.STATE))
    token = accounts.update(lambda now: create_invite(now, "editor-x1", Role.EDITOR, at=datetime.now(UTC)))
    status, headers, _ = say(one, "POST", "/sign-in", {"token": token, "next": PAGE})
    name, _, value = headers["Set-Cookie"].split("; ")[0].partition("=")
    assert (status, name) == (303, f"tracker-{one.port}")
    assert is_editors(one, Cookie=f"tracker-{one.port}={value}")
    assert is_editors(two, Cookie=f"tracker-{two.port}={value}")
    status, _, body = say(two, "POST", "/sign-in", {"token": token, "next": PAGE})
    assert (status, "This link was used already." in body) == (403, True)
    token = accounts.update(lambda now: create_invite(now, "editor-x1", at=datetime.now(UTC), again=True))
    newer = say(two, "POST", "/sign-in", {"token": token, "next": PAGE})[1]["Set-Cookie"].split("; ")[0].split("=")[1]

    def is_over(session: str) -> bool:
        return not any(is_editors(copy, Cookie=f"tracker-{copy.port}={session}") for copy in copies)

    wait_until(lambda: is_over(value))  # using the link ended the session before it, on both
    assert is_editors(one, Cookie=f"tracker-{one.port}={newer}")
    accounts.update(lambda now: (revoke_account(now, "editor-x1"), None))
    wait_until(lambda: is_over(newer))


def test_a_save_shows_on_both_and_a_removal_empties_the_memory_of_both(copies, shared):
    store = Store(DatasetReader(shared.place()), is_dismissed=lambda _finding: True)
    r = store.reader.read(fresh=True).recommendations[R8]
    store.save(replace(r, summary=said("What Aidana Testova said")), by=ANNA, reason="A slip.")
    pages = (f"/r/{R8}?lang=en", "/export.csv?lang=en", f"/api/recommendations/{R8}.json", "/snapshot.html?lang=en")
    for copy in copies:
        wait_until(lambda copy=copy: "Testova" in say(copy, "GET", pages[0])[2])
        assert all("Testova" in say(copy, "GET", page)[2] for page in pages)
    terms, day = RedactionTerms(["Aidana Testova"]), date(2026, 11, 26)
    redact_folders(store, terms, shared.place(Area.STATE), by=REVIEWER, day=day)
    for copy in copies:
        wait_until(lambda copy=copy: "Testova" not in say(copy, "GET", pages[0])[2])
        assert [page for page in pages if "Testova" in say(copy, "GET", page)[2]] == []
    assert [name for name, raw in shared.files("tracker_data").items() if b"Testova" in raw] == []


def test_two_organisations_find_nothing_of_each_other_on_two_copies(copies, shared):
    everything = PrivateFolder(shared.place(Area.PRIVATE), DatasetReader(shared.place()), THE_HOST)
    accounts = AccountsFile(shared.place(Area.STATE))
    for person in TWO_ORGANISATIONS:
        put_in_every_place(everything.seen_by(person), everything, person, to=(ASKED, LAW, DOCUMENT))
        account = Account(person.handle, person.role, organisation=person.organisation)
        accounts.update(lambda now, account=account: (now.with_account(account), None))
    people = accounts.read()
    for copy, person in zip(copies, TWO_ORGANISATIONS, strict=True):
        session = issue_session(people, people.find(person.handle), datetime.now(UTC))
        found, others = sweep_as(copy, f"tracker-{copy.port}={session}", canary(person))
        assert ({"/evidence", "/recommendation", "/deadlines", "/health"} <= found, others) == (True, set())
