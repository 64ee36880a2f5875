"""The time of a reader's page and card while ten editors send files of 20 MB, which are cleaned."""

import asyncio
import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from PIL import Image

from scripts.benchmarks.list_page import running_server
from scripts.benchmarks.load import Reader, percentile_95, read_in_turns
from scripts.benchmarks.report import Row
from tests.support.server_process import Server
from tests.support.uploading import uploading_tab

EDITORS = 10
SPEED = 2.0
"""How many megabytes each editor sends in a second: 16 Mbit/s."""
PAGES = 60
"""How many pages a reader opens in one turn, with a card after each."""
PATH = "/treaty-bodies?lang=en"


def measure_uploads(folder: Path, count: int) -> Iterator[Row]:
    """Yield the 95th percentile of a reader's pages and cards beside ten uploads, compared with those without.

    The dashboard has `count` recommendations.
    """
    path = folder / "photo.jpg"
    path.write_bytes(large_photo())
    with running_server(folder / "uploads", count) as server:
        work = partial(uploads_running, server, path)
        alone, beside = asyncio.run(read_in_turns(server, count, partial(_read, server.port), work))
    kinds = (f"a reader's page (list and recommendation of {count:,})", "a card")
    for what, theirs, ours in zip(kinds, zip(*alone, strict=True), zip(*beside, strict=True), strict=True):
        title = f"{what} while {EDITORS} files of {path.stat().st_size / 1e6:.0f} MB are sent and cleaned, p95"
        yield Row(title, "the same without uploads", percentile_95(ours), theirs=percentile_95(theirs), goal=1.5)


def large_photo() -> bytes:
    """Return a JPEG of somewhat less than 20 MB: the best of three qualities that stays below it."""
    for quality in (95, 90, 80):
        target = io.BytesIO()
        Image.effect_noise((5_600, 4_200), 100).convert("RGB").save(target, "JPEG", quality=quality)
        if len(target.getvalue()) < 20_000_000:
            return target.getvalue()
    raise ValueError("no quality makes a photo of less than 20 MB")


async def _read(port: int, reader: Reader) -> list[tuple[float, float]]:
    """Return (milliseconds of a page, milliseconds of a card that is requested after it) for each of PAGES pages."""
    times = []
    wire = HTTPConnection("127.0.0.1", port, timeout=60)
    for _page in range(PAGES):
        page, start = await reader.open_next_page(), time.perf_counter()
        wire.request("GET", f"/r/cedaw-2021-{reader.rng.randint(1, reader.count)}?lang=en")
        answer = wire.getresponse()
        answer.read()
        wire.close()  # it connects anew for each card
        if answer.status != 200:
            raise RuntimeError(f"a card was answered with {answer.status}")
        times.append((page, (time.perf_counter() - start) * 1e3))
    return times


@contextmanager
def uploads_running(server: Server, path: Path) -> Iterator[None]:
    """Send and clean a file again and again, as EDITORS editors, while the block runs.

    The block begins when EDITORS files were sent.
    """
    command = [sys.executable, "-m", "scripts.benchmarks.uploading", str(server.folder), str(server.port), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            if process.stdout.readline() != b"sent\n":
                raise RuntimeError("the files could not be sent")
            yield
            if process.poll() is not None:
                raise RuntimeError("the uploads ended too early")
        finally:
            process.terminate()


def send_files(server: Server, path: Path, say: Callable[[str], None]) -> None:
    """Send and clean a file again and again as each of EDITORS editors. Never returns.

    Calls `say("sent")` once, when EDITORS files were sent.
    """
    from tracker.files.process import prepare_upload

    data = path.read_bytes()
    sent: list[int] = []

    def work(number: int) -> None:
        with uploading_tab(server, server.cookie(f"editor-{number}"), PATH) as tab:
            while True:
                (urls,) = tab.addresses(1)
                if (status := tab.send(urls, data, SPEED)) != 204:
                    raise RuntimeError(f"an upload was answered with {status}")
                sent.append(number)
                if len(sent) == EDITORS:
                    say("sent")
                prepare_upload(data, path.name)
                tab.remove(urls)

    with ThreadPoolExecutor(EDITORS) as pool:
        list(pool.map(work, range(EDITORS)))


if __name__ == "__main__":
    send_files(
        Server(Path(sys.argv[1]), port=int(sys.argv[2])), Path(sys.argv[3]), lambda text: print(text, flush=True)
    )
