"""The time of a reader's page while ten editors send files of 20 MB, which are cleaned."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PIL import Image

from scripts.benchmarks.load import percentile_95, read_in_turns
from scripts.benchmarks.report import Row
from scripts.benchmarks.serving import running_server
from tests.support.server_process import Server
from tests.support.uploading import uploading_tab

EDITORS = 10
SPEED = 2.0
"""How many megabytes each editor sends in a second: 16 Mbit/s."""
PATH = "/treaty-bodies?lang=en"


def measure_uploads(folder: Path, count: int) -> Iterator[Row]:
    """Yield the 95th percentile of a reader's pages beside ten uploads, compared with those without.

    The dashboard has `count` recommendations.
    """
    path = folder / "photo.jpg"
    path.write_bytes(large_photo())
    with running_server(folder / "uploads", count) as server:
        alone, beside = read_in_turns(server, count, partial(uploads_running, server, path))
    size = path.stat().st_size / 1e6
    work = f"a reader's page (list and recommendation of {count:,}) while {EDITORS} files of {size:.0f} MB are sent and cleaned, p95"
    yield Row(work, "the same without uploads", percentile_95(beside), theirs=percentile_95(alone), goal=1.5)


def large_photo() -> bytes:
    """Return a JPEG of somewhat less than 20 MB: the best of three qualities that stays below it."""
    for quality in (95, 90, 80):
        target = io.BytesIO()
        Image.effect_noise((5_600, 4_200), 100).convert("RGB").save(target, "JPEG", quality=quality)
        if len(target.getvalue()) < 20_000_000:
            return target.getvalue()
    raise ValueError("no quality makes a photo of less than 20 MB")


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
