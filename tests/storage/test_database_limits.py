"""What is certain after a lost commit, or after the database was set back; how much memory and how many connections are needed."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tests.support.postgres_server import AREAS, TestDatabase, put_files
from tests.support.small_dataset import BODIES, TRACKER
from tracker.storage.database import storage as database_storage
from tracker.storage.database.connection import MAX_STEPS, DatabaseMemory, StoredFile, transaction_status
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.open_storage import close_databases
from tracker.storage.record_storage import FilesChanged


@pytest.fixture
def storage(database: TestDatabase) -> Iterator[DatabaseStorage]:
    storage = DatabaseStorage(database.place())
    yield storage
    storage.close()


def save(storage: DatabaseStorage, name: str, raw: bytes) -> None:
    with storage.transaction() as transaction:
        transaction.stage([(name, transaction.read(name), raw)])
        transaction.commit()


@pytest.mark.parametrize(
    ("then", "outcome"),
    [
        ("", "aborted"),
        ("another transaction has its number", "aborted"),
        ("another save has its number", "unknown"),
        ("it was there", "committed"),
    ],
)
def test_a_server_that_crashed_may_give_the_number_of_a_lost_save_away(database, storage, then, outcome):
    save(storage, "x.yaml", b"1")
    ((number, last),) = database.rows("SELECT pg_current_xact_id()::text, recorded FROM tracker_data.file")
    lost = {
        "place": database.place(),
        "transaction_id": str(int(number) + 1_000_000),
        "revision": 2,
        "recorded": datetime.now(UTC),
    }
    if then:
        # committed by somebody else
        lost["transaction_id"] = number
    if then == "another save has its number":
        save(storage, "x.yaml", b"2")
    if then == "it was there":
        lost |= {"revision": 1, "recorded": last}
    assert transaction_status(database.connection, **lost) == outcome


def test_ten_copies_have_fewer_connections_than_a_server_allows(database, storage):
    put_files(database.place(), {f"files/{n}.txt": b"attached" for n in range(8)})
    counted = []

    def save_and_fetch(number: int) -> None:
        for _ in range(5):
            save(storage, f"{number}.yaml", storage.read(f"files/{number}.txt"))
        counted.append(len(connected() - others))

    def connected() -> set[object]:
        query = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE '%-tracker'"
        return {pid for (pid,) in database.rows(query)}

    close_databases()
    others = connected()
    with ThreadPoolExecutor(8) as people:
        assert list(people.map(save_and_fetch, range(8))) == [None] * 8
    # one listens, one saves and one fetches; a server keeps three of its hundred for its administrators
    assert max(counted) <= 3
    assert 10 * len(AREAS) * 3 < 100 - 3


def test_of_many_saves_only_the_last_ones_are_remembered_and_earlier_readers_compare_all_files():
    memory = DatabaseMemory(fetch=lambda _: b"")
    for number in range(1, 1_001):
        memory.apply(number - 1 or -1, number, [(f"{number % 10}.yaml", StoredFile((number, 1, number), b"x"))])
    files = memory.files
    assert (files.version, len(files.steps), len(list(files.list_all()))) == (1_000, MAX_STEPS, 10)
    assert files.changed_since(998) == {"9.yaml", "0.yaml"}
    assert (files.changed_since(800), files.changed_since(799)) == ({f"{n}.yaml" for n in range(10)}, None)


def test_many_saves_do_not_make_the_table_of_the_last_save_grow(database, storage):
    for number in range(300):
        save(storage, f"{number % 3}.yaml", f"{number}".encode())
    assert database.rows("SELECT pg_relation_size('tracker_data.head')") == [(8_192,)]


@pytest.fixture
def set_back(database, storage, monkeypatch) -> DatasetReader:
    """A reader who has seen four saves, of which the database lost the last two: it was restored, or a standby took over."""
    monkeypatch.setattr(database_storage, "POLL_SECONDS", 0.05)
    reader = DatasetReader(database.place(), look_every=0)
    for number in (1, 2):
        save(storage, "tracker.yaml", TRACKER.replace("A small", f"The {number}.").encode())
    before = database.rows("SELECT path, content, revision, recorded FROM tracker_data.file")
    save(storage, "tracker.yaml", TRACKER.replace("A small", "The 3.").encode())
    save(storage, "treaty_bodies.yaml", BODIES.encode())
    assert (title(reader, fresh=True), len(reader.read().bodies)) == ("The 3. dataset", 2)
    with database.connection.transaction():
        database.run("TRUNCATE tracker_data.file; UPDATE tracker_data.head SET revision = 2")
        added = "INSERT INTO tracker_data.file (path, content, revision, recorded) VALUES (%s, %s, %s, %s)"
        database.connection.execute(added, before[0])
    return reader


def title(reader: DatasetReader, *, fresh: bool = False) -> str:
    return reader.read(fresh=fresh).settings.title[""].text


def test_a_copy_notices_that_the_database_was_set_back(set_back, storage):
    deadline = time.monotonic() + 60
    while (title(set_back), len(set_back.read().bodies), storage.version) != ("The 2. dataset", 0, 2):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    save(storage, "tracker.yaml", TRACKER.replace("A small", "Another 3.").encode())
    assert title(set_back, fresh=True) == "Another 3. dataset"


def test_a_save_compares_with_what_is_there_after_the_database_was_set_back(set_back, storage):
    with storage.transaction() as transaction:
        assert transaction.read("treaty_bodies.yaml") is None
        assert b"The 2." in transaction.read("tracker.yaml")
        with pytest.raises(FilesChanged):
            transaction.stage([("treaty_bodies.yaml", BODIES.encode(), b"")])
