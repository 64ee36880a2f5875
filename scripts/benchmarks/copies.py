"""Several copies of the dashboard on one database: CPU time, memory, connections, and how soon a save is seen."""

import gzip
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from threading import Event

from playwright.sync_api import sync_playwright

from scripts.benchmarks.database import NAME, QueryLog, running_copy, running_database
from scripts.benchmarks.load import percentile_95
from scripts.benchmarks.report import Row, time_call
from scripts.benchmarks.saving import EDITOR, RecordSaver
from scripts.benchmarks.serving import Client, cpu_seconds, lists, resident_memory
from scripts.find_browser import find_browser
from scripts.screenshot_gallery import CHROMIUM_FLAGS
from tests.support.postgres_server import AREAS, TestDatabase
from tests.support.server_process import Server
from tracker.accounts.accounts import Account, issue_session
from tracker.accounts.accounts_file import AccountsFile, cookie_name
from tracker.config import Area, DatabasePlace
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.model.permissions import Role
from tracker.storage.database.connection import MAX_POOL_SIZE
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.timestamps import utc_now

SEEN_SAVES, IDLE_SECONDS, PATIENCE = 60, 30.0, 20.0
LIST_ACTIONS, SEARCHES, SINGLE, SAVES, MANY_COPIES = 90, 60, 200, 30, 10
WORDS = ("clinic prison", "court", "police training", "рекомендация", "treatment funding", "women")
LIST = "/recommendations?lang=en"


@dataclass(frozen=True, slots=True)
class ActionCost:
    """The CPU time of one action, in milliseconds: in all copies of the dashboard together, and in the database."""

    copies: float
    database: float


FILTER, SEARCH, ONE, SAVE = "another filter in the list", "another search", "a recommendation, the first time", "a save"
AFTER_SAVE = "what each copy does anew for its first list after a save"


@dataclass(frozen=True, slots=True)
class CopiesFigures:
    """The figures from which `describe_capacity` computes what several copies carry.

    `count` is the number of recommendations. `costs` maps action → its cost with one copy. `queries` is the number of
    queries that an idle copy sends in a second. `memory` is that of one copy, `connection_memory` that of one
    connection in the database, both in megabytes.
    """

    count: int
    costs: Mapping[str, ActionCost]
    queries: float
    memory: float
    connection_memory: float


def measure_copies(folder: Path, count: int) -> tuple[list[Row], CopiesFigures]:
    """Measure one copy and two copies on a database with `count` recommendations. Return (rows, figures)."""
    folder.mkdir(exist_ok=True)
    with ExitStack() as running:
        database = running.enter_context(running_database(folder / "records", count))
        log, saver = QueryLog(database), RecordSaver(database.place())
        with log.logging():
            one = running.enter_context(running_copy(folder / "one", database))
            alone = measure_actions(database, [one], saver, first=1)
            two = running.enter_context(running_copy(folder / "two", database))
            both = measure_actions(database, [one, two], saver, first=SINGLE + 1)
        seen = measure_time_until_seen(two, saver)
        idle = measure_idle_copies(database, [one, two], log)
        memory, each, connections = measure_size(database, [one, two])
        listening = measure_listeners(database, saver)
    rows = [seen, idle, listening, Row("memory of a copy after all this", "", memory, unit="MB")]
    work = f"connections of three processes, each with at most {MOST_CONNECTIONS}; {each:.1f} MB of memory each"
    rows.append(Row(work, "", connections, unit=""))
    for action, cost in alone.items():
        other = both[action]
        work = f"CPU of {action}; two copies: {other.copies:.1f} ms and {other.database:.2f} in the database"
        peer = f"one copy: {cost.copies:.1f} ms and {cost.database:.2f}"
        rows.append(Row(work, peer, other.copies + other.database, theirs=cost.copies + cost.database))
    rows.insert(0, Row(f"CPU of {AFTER_SAVE} of {count:,}, one copy", "", alone[AFTER_SAVE].copies, goal=15))
    return rows, CopiesFigures(count, alone, idle.ours, memory, each)


def schedule_seconds(*pids: int) -> float:
    """Return the CPU seconds that processes have used. More precise than `cpu_seconds`, but only for single threads."""
    used = 0
    for pid in pids:
        # a process that ended since it was listed has no file any more
        with suppress(FileNotFoundError, ProcessLookupError):
            used += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    return used / 1e9


def database_pids(database: TestDatabase) -> list[int]:
    """Return the ids of the processes of the database server that run now."""
    parent = database.server.pid
    return [parent, *(int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]


def measure_cpu(
    database: TestDatabase, copies: Sequence[Server], action: Callable[[int], object], *, times: int
) -> ActionCost:
    """Return the average cost of `action`, which is called `times` times with the numbers from 0 on.

    By its number, an action chooses the copy that it uses and what it does.
    """
    pids = [copy.process.pid for copy in copies if copy.process]

    def now() -> tuple[float, float]:
        return cpu_seconds(*pids), schedule_seconds(*database_pids(database))

    before = now()
    for number in range(times):
        action(number)
    return ActionCost(*((b - a) * 1e3 / times for a, b in zip(before, now(), strict=True)))


def measure_actions(
    database: TestDatabase, copies: Sequence[Server], saver: RecordSaver, *, first: int
) -> dict[str, ActionCost]:
    """Return action → its average cost. The actions of one kind go to the copies in turn.

    The saves are made by this process, which works like another copy. `first` is the number of the first recommendation
    that is opened: it is measured only when it is opened for the first time. So is a list: no filter comes twice.
    """
    measure, clients = partial(measure_cpu, database, copies), [Client(copy.url) for copy in copies]
    filters, searches, used = lists(), lists(WORDS), list[float]()

    def opens(paths: Iterator[str]) -> Callable[[int], object]:
        return lambda number: clients[number % len(clients)].get(next(paths))

    def show_everywhere(_: int = 0) -> None:
        for client in clients:
            client.get(LIST)

    def save(_: int) -> None:
        saver.prepare()
        start = time.process_time()
        saver()
        used.append(time.process_time() - start)
        show_everywhere()

    # each copy has made most entries of the list once, and has read the texts to search in
    for path in [*itertools.islice(filters, LIST_ACTIONS), *itertools.islice(searches, SEARCHES)]:
        for client in clients:
            client.get(path)
    single = (f"/recommendation?lang=en&id=cedaw-2021-{number}" for number in itertools.count(first))
    costs = {
        FILTER: measure(opens(filters), times=LIST_ACTIONS),
        SEARCH: measure(opens(searches), times=SEARCHES),
        ONE: measure(opens(single), times=SINGLE),
    }
    shown = measure(show_everywhere, times=SAVES)
    saved = measure(save, times=SAVES)
    costs[SAVE] = ActionCost(statistics.mean(used) * 1e3, saved.database)
    costs[AFTER_SAVE] = ActionCost((saved.copies - shown.copies) / len(copies), 0.0)
    return costs


def measure_time_until_seen(copy: Server, saver: RecordSaver) -> Row:
    """Return a row with the milliseconds after a save until a page of another copy shows it."""
    client, times = Client(copy.url), []
    for number in range(SEEN_SAVES):
        r = saver.store.reader.read(fresh=True).recommendations["cedaw-2021-900" if number % 2 else "cedaw-2021-901"]
        title = f"What save {number} calls it"
        changed = replace(r, title={NO_LANGUAGE_CODE: TextVariant(text=title)})
        saver.store.save(changed, by=EDITOR, reason="Another title.")
        start = time.perf_counter()
        while True:
            if title in gzip.decompress(client.get(f"/r/{r.id}?lang=en")).decode():
                break
            assert time.perf_counter() - start < PATIENCE, "the save is not seen"
        times.append((time.perf_counter() - start) * 1e3)
    work = f"a save is on a page of the other copy, p95 of {SEEN_SAVES} (median {statistics.median(times):.0f} ms)"
    return Row(work, "", percentile_95(times), goal=500)


def measure_idle_copies(database: TestDatabase, copies: Sequence[Server], log: QueryLog) -> Row:
    """Return a row with the queries that an idle copy sends in a second, while two pages are open on one copy.

    `log` counts the queries.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        reader, editor = browser.new_context(locale="en-GB"), browser.new_context(locale="en-GB")
        name, value = sign_in(database, copies[0])
        editor.add_cookies([{"name": name, "value": value, "url": copies[0].url}])
        addresses = ("/recommendations?lang=en", "/recommendation?id=cedaw-2021-7&lang=en")
        for context, address in zip((reader, editor), addresses, strict=True):
            page = context.new_page()
            page.goto(copies[0].url + address)
            page.locator("h1").first.wait_for(timeout=60_000)
        page.wait_for_timeout(2_000)
        before = schedule_seconds(*database_pids(database))
        with log.logging():
            page.wait_for_timeout(IDLE_SECONDS * 1000)
        used = schedule_seconds(*database_pids(database)) - before
        queries = len(log.queries()) / IDLE_SECONDS / len(copies)
        browser.close()
    work = f"queries a second of an idle copy, two pages open on one of {len(copies)}; CPU of the database: {used / IDLE_SECONDS:.1%} of a core"
    return Row(work, "", queries, goal=1, unit="")


def sign_in(database: TestDatabase, copy: Server) -> tuple[str, str]:
    """Sign an editor in on all copies, with a new account if there is none. Return (name, value) of the cookie for `copy`."""
    accounts, editor = AccountsFile(database.place(Area.STATE)), Account("bench", Role.EDITOR, organisation="editors")
    accounts.update(lambda now: (now if now.find("bench") else now.with_account(editor), None))
    found = accounts.read().find("bench")
    assert found
    return cookie_name("", copy.port), issue_session(accounts.read(), found, utc_now())


def measure_size(database: TestDatabase, copies: Sequence[Server]) -> tuple[float, float, int]:
    """Return (megabytes of one copy, megabytes of one connection in the database, number of all connections)."""
    query = f"SELECT pid FROM pg_stat_activity WHERE application_name = '{NAME}'"
    connections = [int(str(pid)) for (pid,) in database.rows(query)]
    memory = statistics.mean(resident_memory(copy.process.pid) for copy in copies if copy.process)
    return memory, statistics.mean(map(private_memory, connections)), len(connections)


def listen(places: Sequence[DatabasePlace]) -> None:
    """Keep the files of all places in memory and listen for changes, as copies do, until the process is ended."""
    storages = [DatabaseStorage(place) for place in places]
    for storage in storages:
        storage.snapshot()
    Event().wait()


def measure_listeners(database: TestDatabase, saver: RecordSaver) -> Row:
    """Return a row with the time of a save while the connections of MANY_COPIES more copies listen, and before."""
    times, costs = [], []
    places = [database.place(area) for area in AREAS for _ in range(MANY_COPIES)]
    process = get_context("spawn").Process(target=listen, args=(places,), daemon=True)
    query = f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{NAME}'"
    before = database.rows(query)[0][0]
    for listeners in (0, len(places)):
        if listeners:
            process.start()
            deadline = time.monotonic() + PATIENCE
            while database.rows(query)[0][0] != int(str(before)) + listeners:
                assert time.monotonic() < deadline, "not all of them listen"
                time.sleep(0.1)
        taken: list[float] = []

        def save(_: int, taken: list[float] = taken) -> None:
            saver.prepare()
            taken.append(time_call(saver))

        costs.append(measure_cpu(database, [], save, times=SAVES))
        times.append(statistics.median(taken) * 1e3)
    process.kill()
    process.join()
    work = f"a save while {len(places)} more connections listen; CPU of the database: {costs[1].database:.2f} ms"
    return Row(work, f"before that: {costs[0].database:.2f} ms", times[1], theirs=times[0])


def private_memory(pid: int) -> float:
    """Return the megabytes of memory that only this process uses. Raises OSError if this user may not read them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


SECTION = """## What ten copies and one database carry

This is an estimate from the CPU times in the table, on the machine and with the load that are named above it, with {count:,}
recommendations: nobody has run ten copies. A copy can use one core, of which {usable:.0%} are counted; ten copies need ten
cores, and the database less than one. A reader changes a filter or opens a list every {interval} seconds. An editor saves every
two minutes, so a save a second is 120 editors. Each save makes each copy do {after:.0f} ms of work anew for its next list,
whoever saved.

| copies | pages a second | readers | with a save a second | with {many} saves a second | memory of all copies | connections: idle, at most |
| --: | --: | --: | --: | --: | --: | --- |
{lines}

What ends first, in this order:

1. **Work after a save.** Copies share the readers, but not this: with {last:.0f} saves a second no copy has time left for
   readers. Saves that come together cost less, because a copy looks only when a page is opened.
2. **Connections.** A copy has one for each of the three areas, and at most {most}. Ten copies may need {ten} of the 97 that
   PostgreSQL has for them unless `max_connections` is changed; an eleventh copy needs a larger number.
3. **One save after the other.** Each locks one row while it compares and writes, {save:.1f} ms here: {saves:.0f} saves a second
   at most, from however many copies.
4. **The database** uses {database:.2f} ms of CPU for a save and nothing for a reader. It wakes every connection that listens
   after a save; the table has a save with 30 of them. Ten idle copies send {queries:.0f} queries a second, and their connections
   have {idle_memory:.0f} MB of memory.
"""
USABLE, INTERVAL_SECONDS, MANY_SAVES = 0.7, 20, 5
MOST_CONNECTIONS = len(AREAS) * (1 + MAX_POOL_SIZE)


def describe_capacity(figures: CopiesFigures) -> str:
    """Return the section of BENCHMARKS.md on what several copies carry. It is an estimate from the figures."""
    page, save, after = (figures.costs[name].copies for name in (FILTER, SAVE, AFTER_SAVE))
    lines = []
    for copies in (1, 2, 10):
        pages = [copies * max(0.0, 1000 * USABLE - after * n) / page for n in (0, 1, MANY_SAVES)]
        readers = " | ".join(f"{each * INTERVAL_SECONDS:,.0f}" for each in pages)
        size, connections = f"{copies * figures.memory:,.0f} MB", f"{copies * len(AREAS)}, {copies * MOST_CONNECTIONS}"
        lines.append(f"| {copies} | {pages[0]:,.0f} | {readers} | {size} | {connections} |")
    whole_save = save + figures.costs[SAVE].database
    load = {"count": figures.count, "usable": USABLE, "interval": INTERVAL_SECONDS, "many": MANY_SAVES, "after": after}
    saves = {"last": 1000 * USABLE / after, "save": whole_save, "saves": 1000 / whole_save}
    idle = {"queries": 10 * figures.queries, "idle_memory": 10 * len(AREAS) * figures.connection_memory}
    most = {"most": MOST_CONNECTIONS, "ten": 10 * MOST_CONNECTIONS, "database": figures.costs[SAVE].database}
    return SECTION.format(lines="\n".join(lines), **load, **saves, **idle, **most)
