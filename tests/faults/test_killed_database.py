"""Ten thousand saves of two files by eight processes in two copies, while writers and the database server are killed."""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.killed_people import People, acknowledged, so_far
from tests.support.long import LONG
from tests.support.postgres_server import PostgresServer, TestDatabase, put_files
from tests.support.small_dataset import ASKED, BODIES, DOCUMENTS, TRACKER, said
from tracker.config import DatabasePlace
from tracker.editing.store import Store
from tracker.model.errors import Conflict, LockTimeout, NoDataset, WriteFailed
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment, Recommendation
from tracker.model.vocabulary import Status, Voice
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.open_storage import open_storage
from tracker.storage.timestamps import utc_now

SAVES, KILLS, SERVER_KILLS = (10_000, 200, 20) if LONG else (42, 2, 2)
PEOPLE, SEED = 8 if LONG else 3, 1948
PAIRS = [f"r{n:03}" for n in range(400 if LONG else 10)]
"""Each save changes two recommendations: r007 and r007-too."""
COPIES = ("copy_one", "copy_two")
"""The role as which each copy of the dashboard connects."""
CRASHES = ("a process of it", "SIGKILL", "SIGQUIT")
WRONG_CLOCK = timedelta(seconds=90)
"""How much the clock of the second copy is behind."""
Pairs = Mapping[str, Recommendation]


@pytest.fixture(autouse=True)
def nothing_is_run_again(monkeypatch):
    """A new process runs the main module again; a page under test may have left itself there."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.fixture
def database() -> Iterator[TestDatabase]:
    """A database with all recommendations, on a server that the test may end."""
    server = PostgresServer()
    server.start()
    database = TestDatabase(server, "killed")
    for role in COPIES:
        server.run(f"CREATE ROLE {role} LOGIN IN ROLE tracker_data")
    files = {f"recommendations/{name}{end}.yaml": ASKED.encode() for name in PAIRS for end in ("", "-too")}
    registers = {"tracker.yaml": TRACKER, "treaty_bodies.yaml": BODIES, "documents.yaml": DOCUMENTS}
    put_files(database.place(), files | {name: text.encode() for name, text in registers.items()})
    open_storage(database.place()).close()  # type: ignore[attr-defined]
    yield database
    server.remove()


class Looking:
    """What one process sees: never half of a save, and each save later than all that it has seen."""

    def __init__(self, reader: DatasetReader) -> None:
        self.reader, self.seen, self.newest = reader, dict[str, int](), ""
        self.known: Pairs = {}

    def read(self, *, fresh: bool = False) -> Pairs:
        now = self.reader.read(fresh=fresh).recommendations
        if now is self.known:
            return now
        newest = self.newest
        for name in PAIRS:
            one, too = now[name].assessments, now[f"{name}-too"].assessments
            assert [a.reason for a in one[-1:]] == [a.reason for a in too[-1:]] and len(one) == len(too), (
                f"half a save of {name}: {len(one)}, {len(too)}"
            )
            added = [a.recorded or "" for items in (one, too) for a in items[self.seen.get(name, 0) :]]
            assert not self.known or all(recorded > self.newest for recorded in added), f"{name} is not later"
            newest, self.seen[name] = max([newest, *added]), len(one)
        self.known, self.newest = now, newest
        return now


def save_on(places: list[DatabasePlace], told: Path, who: int, life: int, times: int) -> None:
    """Saves that many pairs, and writes of each that was acknowledged "file, reason, recorded" into a file of its own."""
    copy = who % len(COPIES)
    reader = DatasetReader(places[copy])
    store = Store(reader, clock=lambda: utc_now() - WRONG_CLOCK * copy)
    looking, choice = Looking(reader), random.Random(f"{SEED} {who} {life}")
    kept = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for n in range(times):
        reason = f"{who}, in life {life:03}, says for time {n:04}: nothing moved."
        name = choice.choice(PAIRS)
        recorded = save_pair(store, looking, name, reason=reason, who=who)
        os.write(kept, f"{name}\t{reason}\t{recorded}\n".encode())


def save_pair(store: Store, looking: Looking, name: str, *, reason: str, who: int) -> str:
    """Saves until it is told that it is saved, as an editor who presses Save again; the recorded time."""
    new = Assessment(
        voice=Voice.CIVIL_SOCIETY, organisation="editors", status=Status.PARTIALLY, date="2026-01", reason=said(reason)
    )
    pair, fresh = None, False
    while True:
        try:
            if pair is None:
                now = looking.read(fresh=fresh)
                if found := [a for a in now[name].assessments if a.reason == new.reason]:
                    return str(found[0].recorded)
                pair = [replace(r, assessments=(*r.assessments, new)) for r in (now[name], now[f"{name}-too"])]
            saved = store.save(*pair, by=Person(Role.EDITOR, f"editor-{who}"), reason="Again.")
            return str(saved[0].assessments[-1].recorded)  # type: ignore[union-attr]
        except Conflict:
            # somebody else was faster, or it was saved although the database went away
            pair, fresh = None, True
        except (WriteFailed, NoDataset, LockTimeout):
            # the database is away, or did not say whether it was saved: press Save again
            time.sleep(0.05)


def crash(database: TestDatabase, how: str) -> None:
    """Kills the server, or one of its processes, which makes it start anew by itself."""
    server = database.server
    if how != CRASHES[0]:
        server.stop(signal.Signals[how])
        server.start()
        return
    pids = (
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'recommendation-tracker' ORDER BY query_start DESC"
    )
    pid = database.rows(pids)[0][0]
    os.kill(int(str(pid)), signal.SIGKILL)


def save_while_all_is_killed(database: TestDatabase, told: Path) -> tuple[int, Counter[str]]:
    """All the saves with all the kills; gives how many writers were killed, and how often the server."""
    chance, killed, crashed = random.Random(SEED), 0, Counter[str]()
    places = [database.place(user=role) for role in COPIES]
    people = People(save_on, told, places, count=PEOPLE, saves=SAVES)
    looking = Looking(DatasetReader(database.place()))
    moments = chance.sample(range(SAVES * 9 // 10), KILLS + SERVER_KILLS)
    of_the_server = {*moments[:SERVER_KILLS]}
    # the moments: after so many acknowledged saves, and then some thousandths of a second into the next ones
    for after in sorted(moments):
        while so_far(told) < after:
            people.go_on()
            looking.read()
        time.sleep(chance.random() * 0.02)
        if after in of_the_server:
            how = CRASHES[crashed.total() % len(CRASHES)]
            crash(database, how)
            crashed[how] += 1
            continue
        while not people.kill(chance.randrange(PEOPLE)):
            people.go_on()
        killed += 1
    while people.go_on():
        looking.read()
    open_storage(database.place()).close()  # type: ignore[attr-defined]
    return killed, crashed


def sizes(database: TestDatabase) -> str:
    """How large the tables have become."""
    query = """SELECT pg_relation_size('tracker_data.head'), pg_total_relation_size('tracker_data.file'),
      pg_indexes_size('tracker_data.file'), sum(octet_length(content)), n_dead_tup
      FROM tracker_data.file, pg_stat_user_tables WHERE relname = 'file' AND schemaname = 'tracker_data' GROUP BY n_dead_tup"""
    ((head, files, indexes, contents, dead),) = database.rows(query)
    return f"head {head:,} bytes, file {files:,} ({indexes:,} of indexes, {dead:,} dead rows) for {contents:,} bytes"


def test_nothing_acknowledged_is_lost_when_writers_and_the_server_are_killed(database, tmp_path, capsys):
    told = tmp_path / "told"
    told.mkdir()
    began = time.monotonic()
    killed, crashed = save_while_all_is_killed(database, told)
    took = time.monotonic() - began

    kept = Counter(item for path in told.iterdir() for item in acknowledged(path))
    pairs = Looking(DatasetReader(database.place())).read()
    there = Counter((name, a.reason[""].text, str(a.recorded)) for name in PAIRS for a in pairs[name].assessments)
    saved_twice = Counter(reason for _, reason, _ in there.elements()) - Counter({reason for _, reason, _ in there})
    unheard = there - kept
    with capsys.disabled():
        print(
            f"\n{kept.total():,} saves of two files by {PEOPLE} processes, {killed} of them killed, the server killed "
            f"{crashed.total()} times ({', '.join(f'{n} × {how}' for how, n in sorted(crashed.items()))}), {took:.0f} s: "
            f"{(kept - there).total()} lost, {saved_twice.total()} twice, "
            f"{unheard.total()} saved but not acknowledged; {sizes(database)}"
        )
    assert (kept.total(), killed, crashed.total()) == (SAVES, KILLS, SERVER_KILLS)
    assert (kept - there, saved_twice) == (Counter(), Counter())
    # who is killed between the save and hearing of it leaves one that nobody was told of
    assert unheard.total() <= killed
    times = [a.recorded for r in pairs.values() for a in r.assessments]
    assert len(set(times)) == len(times) == 2 * there.total()
    last_time = database.rows("SELECT last_recorded FROM tracker_data.head")
    assert last_time == [(max(times),)]
    records = [raw for name, raw in database.files("tracker_data").items() if name.startswith("recommendations/")]
    assert len(records) == 2 * len(PAIRS)
    assert all(raw.startswith(ASKED.encode()) for raw in records)
