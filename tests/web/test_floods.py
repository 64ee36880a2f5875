"""One reader who asks for as much as they can: everybody else is answered, and what is asked of Streamlit itself is refused."""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from scripts.benchmarks.serving import resident_memory
from scripts.generate_data import WORDS, generate
from tests.support import floods
from tests.support.floods import PATIENCE, message, socket_of
from tests.support.http_client import say
from tests.support.public_file_examples import keep_file
from tests.support.server_process import ROOT, Server
from tests.support.small_dataset import ANNA, PARTLY, said
from tests.support.websocket_client import _asking, ask
from tracker.editing.store import Store
from tracker.storage.attached_files import text_name
from tracker.storage.dataset_reader import DatasetReader

pytestmark = pytest.mark.usefixtures("spawnable_main")
SECONDS = 10.0
"""How long each flood goes on."""
WORST = {16: 1.0, 5_000: 2.0}
"""The longest that a bystander waits, in seconds, by the number of recommendations, on a machine on which a page takes CALM."""
CALM = {16: 0.02, 5_000: 0.06}
"""How long a page takes without a flood, in seconds. On a machine that takes longer in the same run, everybody may wait longer."""
MEGABYTES = 150
POLICY_VIOLATION = 1008


KINDS = [about.name for about in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]


@pytest.mark.parametrize("kind", [*KINDS, "no message"])
def test_an_editors_page_may_run_stop_and_stay_and_nothing_else(shared_server: Server, kind: str) -> None:
    if kind == "file_urls_request":
        return  # test_uploads_running
    with socket_of(shared_server.port, additional_headers={"Cookie": "=".join(shared_server.cookie())}) as socket:
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


def test_a_reader_opens_no_websocket_and_gets_nothing_of_streamlit(shared_server: Server) -> None:
    name, value = shared_server.cookie()
    for cookie in ("", f"{name}={value[:-4]}AAAA", "tracker-1=x"):
        with pytest.raises(InvalidStatus) as refused:
            socket_of(shared_server.port, additional_headers={"Cookie": cookie})
        assert refused.value.response.status_code == 403
    page = say(shared_server, "GET", "/recommendations")
    assert (b"_stcore" in page[2].encode(), "set-cookie" in page[1]) == (False, False)


# floods


@dataclass
class Crowd:
    """A dashboard that many ask at once, the store of an editor who saves beside it, and their open page."""

    app: Server
    count: int
    store: Store
    identifier: str

    def save(self) -> None:
        r = self.store.reader.read().recommendations[self.identifier]
        new = replace(PARTLY, organisation="editors", reason=said("Looked again."))
        self.store.save(replace(r, assessments=(*r.assessments, new)), by=ANNA, reason="Again.")

    def page(self) -> str:
        return f"{self.app.url}/recommendation?id={self.identifier}&lang=en"

    def run(self, socket: ClientConnection) -> None:
        """Run a page in a socket that stays open."""
        socket.send(_asking(self.page()).SerializeToString())
        while ForwardMsg.FromString(socket.recv(PATIENCE)).WhichOneof("type") != "script_finished":
            pass

    def grown(self, before: float) -> float:
        assert self.app.process
        return resident_memory(self.app.process.pid) - before


def attach_texts(data: Path, count: int = 5) -> None:
    """Attach files with a megabyte of text each to an evidence item."""
    rng, entries = random.Random(1), []
    for number in range(count):
        words = [word.lower() for word in rng.choices(WORDS, k=150_000)]
        entries.append(keep_file(data, b"%PDF-1.7 " + bytes([65 + number]), recorded_by="editor-anna"))
        entries[-1]["recorded"] = "2026-01-01T10:00:00.000000Z"
        pages = [" ".join(words[at : at + 500]) for at in range(0, len(words), 500)]
        (data / text_name(str(entries[-1]["sha256"]))).write_text("\f".join(pages)[:1_000_000], "utf-8")
    path = min((data / "evidence").glob("*.yaml"))
    path.write_text(path.read_text("utf-8") + yaml.safe_dump({"files": entries}), "utf-8")


@pytest.fixture(scope="module", params=[16, 5_000])
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    folder = tmp_path_factory.mktemp("crowded")
    if request.param == 16:
        shutil.copytree(ROOT / "data", folder / "data")
    else:
        generate(folder / "data", request.param)
    attach_texts(folder / "data")
    app = Server(folder, forked=True)
    app.start()
    store = Store(DatasetReader(app.data))
    crowd = Crowd(app, request.param, store, next(iter(store.reader.read().recommendations)))
    crowd.save()
    ask(f"{app.url}/recommendations?lang=en")
    ask(f"{app.url}/analysis?lang=en")
    until = time.monotonic() + PATIENCE
    while "report.pdf" not in "".join(ask(f"{app.url}/search?q=clinic&exactly=yes&lang=en").html):
        assert time.monotonic() < until, "the texts of the files are not read"
    yield crowd
    app.stop()


FLOODS = (
    *(floods.uncached_file, floods.one_connection_at_full_speed, floods.half_requests, floods.whole_requests),
    *(floods.searches_in_files, floods.analysis),
)


# what each gate does without a server is told by test_connection_limits, test_streamlit_gate, test_upload_gate and
# test_rendered_once
@pytest.mark.long
@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_a_bystander_is_answered_and_an_editor_saves(crowd: Crowd, flood: Callable[[int, str, float], None]) -> None:
    app = crowd.app
    assert app.process
    with socket_of(app.port, additional_headers={"Cookie": "=".join(app.cookie())}) as editor:
        steps = {
            "livez": lambda: urlopen(f"{app.url}/livez", timeout=PATIENCE).read(),
            "card": lambda: urlopen(f"{app.url}/r/{crowd.identifier}?lang=en", timeout=PATIENCE).read(),
            "page": lambda: ask(crowd.page()),
            "editor": lambda: crowd.run(editor),
            "save": crowd.save,
        }
        calm = sorted(timed(steps["page"]) for _ in range(7))[3]
        before, worst, rounds = resident_memory(app.process.pid), dict.fromkeys(steps, 0.0), 0
        # a process of its own takes long to start, and no processor time from those who measure
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            flooding = pool.submit(flood, app.port, "=".join(app.cookie()), SECONDS)
            while not flooding.done() or not rounds:
                for name, step in steps.items():
                    worst[name] = max(worst[name], timed(step))
                rounds += 1
        flooding.result()
        steps["editor"]()
    ended, most = time.monotonic(), crowd.grown(before)
    until = ended + PATIENCE
    while crowd.grown(before) > MEGABYTES or timed(steps["page"]) > 10 * calm:
        assert time.monotonic() < until, f"memory {crowd.grown(before):+.0f} MB, or pages are still slow"
        time.sleep(0.2)
    back = time.monotonic() - ended
    waits = ", ".join(f"{name} {seconds:.2f}" for name, seconds in worst.items())
    print(
        f"{flood.__name__} at {crowd.count}: calm {calm:.3f} s, {rounds} rounds, worst {waits}; memory {most:+.0f} MB, back {back:.1f} s"
    )
    slower = max(1.0, calm / CALM[crowd.count])
    # whole requests take longer than they come: then the system ignores a connection, which asks again after a second
    again = 1.0 if flood is floods.whole_requests else 0.0
    assert (max(worst.values()) <= WORST[crowd.count] * slower + again, back <= 10 * slower) == (True, True)


def timed(step: Callable[[], object]) -> float:
    start = time.monotonic()
    step()
    return time.monotonic() - start
