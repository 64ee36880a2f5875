"""One reader who asks for as much as they can: everybody else is answered, and what is asked of Streamlit itself is refused."""

import asyncio
import http.client
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from socket import SHUT_RDWR, SO_RCVBUF, SOL_SOCKET, create_connection
from typing import Any
from urllib.request import Request, urlopen

import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from scripts.benchmarks.serving import resident_memory
from scripts.generate_data import generate
from tests.support.long import LONG
from tests.support.server_process import ROOT, Server
from tests.support.small_dataset import ANNA, said
from tests.support.websocket_client import _asking, _run, ask
from tracker.editing.store import Store
from tracker.model.records import Assessment
from tracker.model.vocabulary import Status, Voice
from tracker.storage.dataset_reader import DatasetReader

pytestmark = pytest.mark.usefixtures("spawnable_main")
SECONDS = 10.0 if LONG else 1.0
"""How long each flood goes on."""
WORST = {16: 1.0, 5_000: 2.0}
"""The longest that a bystander waits, in seconds, by the number of recommendations."""
CROWD = {16: 4.0, 5_000: 20.0}
"""The same while more pages run than the processor can: the goal is WORST, and it is not reached."""
SLACK = 1 if LONG else 4
"""Other tests run beside this one: only `make test-long` with one worker measures."""
MEGABYTES = 150
POLICY_VIOLATION = 1008


def socket_of(port: int, **more: Any) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=["streamlit"],
        origin=f"http://127.0.0.1:{port}",
        max_size=None,
        proxy=None,
        open_timeout=30,
        **more,
    )


def message(kind: str) -> bytes:
    """A message of a browser with nothing in it but its type."""
    made, about = BackMsg(), BackMsg.DESCRIPTOR.fields_by_name[kind]
    if about.message_type:
        getattr(made, kind).SetInParent()
    else:
        setattr(made, kind, "x" if about.type == about.TYPE_STRING else True)
    return made.SerializeToString()


KINDS = [about.name for about in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]


def test_streamlit_knows_these_messages():
    assert set(KINDS) == {
        "clear_cache",
        "set_run_on_save",
        "stop_script",
        "rerun_script",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
        "file_urls_request",
        "app_heartbeat",
        "backend_operation_request",
    }


@pytest.mark.parametrize("kind", [*KINDS, "no message"])
def test_a_reader_may_run_stop_and_stay_and_nothing_else(shared_server: Server, kind: str) -> None:
    with socket_of(shared_server.port) as socket:
        socket.send(b"\xff\xfe no message" if kind == "no message" else message(kind))
        if kind in ("rerun_script", "stop_script", "app_heartbeat"):
            socket.send(_asking(shared_server.url + "/about").SerializeToString())
            assert socket.recv(20)
            return
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                try:
                    socket.recv(10)
                except TimeoutError:
                    pytest.fail(f"the connection stays open after {kind}")
    assert closed.value.rcvd and closed.value.rcvd.code == POLICY_VIOLATION


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_stcore/metrics", 404),
        ("GET", "/_stcore/agent/openapi.json", 404),
        ("POST", "/_stcore/agent/mcp", 404),
        ("GET", "/_stcore/bidi-components/x/y", 404),
        ("PUT", "/_stcore/upload_file/x/y", 404),
        ("GET", "/_stcore", 404),
        ("GET", "/x/_stcore/metrics", 404),
        ("GET", "/_stcore/health", 200),
        ("GET", "/_stcore/host-config", 200),
    ],
)
def test_of_streamlits_addresses_only_what_pages_need_is_there(shared_server, method, path, status):
    wire = http.client.HTTPConnection("127.0.0.1", shared_server.port, timeout=20)
    wire.request(method, path, body=b"x" if method != "GET" else None, headers={"Origin": shared_server.url})
    assert wire.getresponse().status == status


def test_a_session_goes_only_to_the_browser_that_opened_it(shared_server: Server) -> None:
    def session(headers: dict[str, str], known: str = "") -> str:
        protocols = ["streamlit", "xsrf", known] if known else ["streamlit"]
        with connect(
            f"ws://127.0.0.1:{shared_server.port}/_stcore/stream",
            subprotocols=protocols,
            origin=shared_server.url,
            additional_headers=headers,
            max_size=None,
            proxy=None,
        ) as socket:
            socket.send(_asking(shared_server.url + "/about").SerializeToString())
            while True:
                got = ForwardMsg.FromString(socket.recv(20))
                if got.WhichOneof("type") == "new_session":
                    return got.new_session.initialize.session_id

    editor = {"Cookie": "=".join(shared_server.cookie())}
    left = session(editor)
    assert session({}, left) != left
    assert session({"Cookie": "=".join(shared_server.cookie("editor-x2"))}, left) != left
    assert session(editor, left) == left


# floods


@dataclass
class Crowd:
    """A dashboard that many ask at once, and the store of an editor who saves beside it."""

    app: Server
    count: int
    store: Store
    identifier: str

    def save(self) -> None:
        r = self.store.reader.read().recommendations[self.identifier]
        new = Assessment(
            voice=Voice.CIVIL_SOCIETY,
            organisation="editors",
            status=Status.PARTIALLY,
            date="2026-01",
            reason=said("Looked again."),
        )
        self.store.save(replace(r, assessments=(*r.assessments, new)), by=ANNA, reason="Again.")


@pytest.fixture(scope="module", params=[16, 5_000] if LONG else [16])
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    folder = tmp_path_factory.mktemp("crowded")
    if request.param == 16:
        shutil.copytree(ROOT / "data", folder / "data")
    else:
        generate(folder / "data", request.param)
    app = Server(folder, forked=True)
    app.start()
    store = Store(DatasetReader(app.data))
    crowd = Crowd(app, request.param, store, next(iter(store.reader.read().recommendations)))
    crowd.save()
    ask(f"{app.url}/recommendations?lang=en")
    yield crowd
    app.stop()


def uncached_file(port: int, _: str, seconds: float) -> None:
    """One file that nobody asked for before, 40 times at once, and then the next."""
    until = time.monotonic() + seconds

    def get(address: str) -> None:
        with suppress(OSError):
            urlopen(f"http://127.0.0.1:{port}{address}", timeout=60).read()

    with ThreadPoolExecutor(40) as clients:
        for number in range(1_000):
            for path in ("/export.xlsx", "/snapshot.html", "/api/recommendations.json"):
                list(clients.map(get, [f"{path}?lang=ru&sort=title&columns=id,title&q=&id=&n={number}"] * 40))
            if time.monotonic() > until:
                return


def _drain(socket: ClientConnection) -> None:
    with suppress(OSError, ConnectionClosed):
        while True:
            socket.recv()


def one_connection_at_full_speed(port: int, _: str, seconds: float) -> None:
    until, asking = time.monotonic() + seconds, _asking(f"http://127.0.0.1:{port}/recommendations?lang=en")
    with suppress(OSError, ConnectionClosed), socket_of(port) as socket:
        threading.Thread(target=_drain, args=(socket,), daemon=True).start()
        # the server reads no faster than it allows, so sending waits as soon as the system's buffers are full
        threading.Timer(seconds, socket.socket.shutdown, args=(SHUT_RDWR,)).start()
        while time.monotonic() < until:
            socket.send(asking.SerializeToString())


def three_hundred_sockets(port: int, _: str, seconds: float) -> None:
    until, asking = time.monotonic() + seconds, _asking(f"http://127.0.0.1:{port}/recommendations?lang=en")
    with ExitStack() as sockets, suppress(OSError, ConnectionClosed, TimeoutError):
        opened = []
        for _number in range(300):
            opened.append(sockets.enter_context(socket_of(port)))
            threading.Thread(target=_drain, args=(opened[-1],), daemon=True).start()
            opened[-1].send(asking.SerializeToString())
        while time.monotonic() < until:
            for socket in opened:
                socket.send(asking.SerializeToString())
            time.sleep(0.5)


def readers_who_take_nothing(port: int, _: str, seconds: float) -> None:
    """Eight browsers that ask for pages and never read what they get: small buffers are full at once."""
    until, asking = time.monotonic() + seconds, _asking(f"http://127.0.0.1:{port}/recommendations?lang=en")
    with ExitStack() as sockets, suppress(OSError, ConnectionClosed, TimeoutError):
        opened = []
        for _number in range(8):
            wire = create_connection(("127.0.0.1", port))
            wire.setsockopt(SOL_SOCKET, SO_RCVBUF, 2048)
            opened.append(sockets.enter_context(socket_of(port, sock=wire, max_queue=1, close_timeout=0.1)))
            # when the server reads nothing more from it, `send` waits
            threading.Timer(seconds, wire.shutdown, args=(SHUT_RDWR,)).start()
        while time.monotonic() < until:
            for socket in opened:
                socket.send(asking.SerializeToString())
            time.sleep(0.02)


def uploads(port: int, _: str, _seconds: float) -> None:
    for number in range(150):
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with suppress(OSError, http.client.HTTPException):
            wire.request("PUT", f"/_stcore/upload_file/x/{number}", body=b"x" * 1_000_000)
            wire.getresponse().read()
        wire.close()


def past_days(port: int, identifier: str, seconds: float) -> None:
    """Up to a thousand different days, eight at once."""
    until = time.monotonic() + seconds

    def get(number: int) -> None:
        day = f"{2022 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        with suppress(OSError):
            urlopen(f"http://127.0.0.1:{port}/r/{identifier}?as_of={day}", timeout=60).read()

    with ThreadPoolExecutor(8) as clients:
        for start in range(0, 1_000, 8):
            list(clients.map(get, range(start, start + 8)))
            if time.monotonic() > until:
                return


FLOODS = [
    uncached_file,
    one_connection_at_full_speed,
    three_hundred_sockets,
    pytest.param(readers_who_take_nothing, marks=pytest.mark.long),
    pytest.param(uploads, marks=pytest.mark.long),
    pytest.param(past_days, marks=pytest.mark.long),
]


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_a_bystander_is_answered_and_an_editor_saves(crowd: Crowd, flood: Callable[[int, str, float], None]) -> None:
    app = crowd.app
    assert app.process
    page = f"{app.url}/recommendation?id={crowd.identifier}&lang=en"
    steps = {
        "livez": lambda: urlopen(f"{app.url}/livez", timeout=60).read(),
        "card": lambda: urlopen(f"{app.url}/r/{crowd.identifier}?lang=en", timeout=60).read(),
        "page": lambda: ask(page),
        "save": crowd.save,
    }
    before, worst, rounds = resident_memory(app.process.pid), dict.fromkeys(steps, 0.0), 0
    flooding = get_context("spawn").Process(target=flood, args=(app.port, crowd.identifier, SECONDS))
    flooding.start()
    while flooding.is_alive():
        for name, step in steps.items():
            worst[name] = max(worst[name], timed(step))
        rounds += 1
    flooding.join()
    grown = resident_memory(app.process.pid) - before
    limit = (
        CROWD[crowd.count] if flood in (three_hundred_sockets, readers_who_take_nothing) else WORST[crowd.count] * SLACK
    )
    waits = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in worst.items())
    print(f"{flood.__name__} at {crowd.count}: {rounds} rounds, worst {waits}; memory {grown:+.0f} MB")
    assert (flooding.exitcode, max(worst.values()) <= limit, grown <= MEGABYTES) == (0, True, True)
    until = time.monotonic() + 10
    while timed(lambda: ask(page)) > 1:
        assert time.monotonic() < until, "ten seconds later the dashboard is still slow"


def timed(step: Callable[[], object]) -> float:
    start = time.monotonic()
    step()
    return time.monotonic() - start


def test_forty_readers_who_open_the_same_file_after_a_save_get_it(crowd: Crowd) -> None:
    crowd.save()
    packed = Request(f"{crowd.app.url}/snapshot.html?lang=en", headers={"Accept-Encoding": "gzip"})

    def get(_: int) -> tuple[int, bytes]:
        with urlopen(packed, timeout=60) as got:
            return got.status, got.read()

    with ThreadPoolExecutor(40) as readers:
        answers = list(readers.map(get, range(40)))
    assert {status for status, _ in answers} == {200}


@pytest.mark.long
def test_a_hundred_people_who_act_every_second_and_forty_who_open_the_snapshot_are_all_served(crowd: Crowd) -> None:
    asking = [
        _asking(f"{crowd.app.url}{address}").SerializeToString()
        for address in (
            "/recommendations?lang=en",
            "/recommendations?lang=en&q=drug",
            f"/recommendation?id={crowd.identifier}",
        )
    ]

    async def person(number: int) -> list[float]:
        """Ten actions, a second after each other; how long each took."""
        await asyncio.sleep(number / 100)
        waits = []
        async with websockets.connect(
            f"ws://127.0.0.1:{crowd.app.port}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=crowd.app.url,
            max_size=None,
            proxy=None,
            open_timeout=60,
        ) as socket:
            for action in range(10):
                start = time.monotonic()
                await _run(socket, asking[action % 3])
                waits.append(time.monotonic() - start)
                await asyncio.sleep(1)
        return waits

    async def everybody() -> list[list[float]]:
        return await asyncio.gather(*map(person, range(100)))

    crowd.save()
    with ThreadPoolExecutor(41) as others:
        people = others.submit(asyncio.run, everybody())
        snapshots = list(
            others.map(lambda _: urlopen(f"{crowd.app.url}/snapshot.html?lang=en", timeout=60).status, range(40))
        )
        waits = sorted(wait for one in people.result() for wait in one)
    print(f"1,000 actions at {crowd.count}: median {waits[500]:.2f} s, worst {waits[-1]:.2f} s")
    assert (len(waits), set(snapshots)) == (1_000, {200})
