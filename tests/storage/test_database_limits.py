"""What is certain after a lost commit, and how many connections a copy needs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tests.support.postgres_server import AREAS, TestDatabase, put_files
from tracker.storage.database_connection import transaction_status
from tracker.storage.database_memory import MAX_STEPS, DatabaseMemory, StoredFile
from tracker.storage.database_storage import DatabaseStorage
from tracker.storage.open_storage import close_databases


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
        counted.extend(database.rows("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%-tracker'"))

    close_databases()
    with ThreadPoolExecutor(8) as people:
        assert list(people.map(save_and_fetch, range(8))) == [None] * 8
    # one listens, one saves and one fetches; a server keeps three of its hundred for its administrators
    assert max(counted) <= (3,)
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
