"""Render a large file in a process of its own, so that the dashboard goes on answering meanwhile.

Run as a module it is that process: it reads a job as JSON from standard input, writes the file, and prints what it is.
"""

import asyncio
import gzip
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tracker.i18n import get_language
from tracker.publishing.request import ViewRequest
from tracker.queries.current_view import current_view
from tracker.queries.filters import parse_filters

MAX_PROCESSES = 2
"""How many files are rendered at the same time; there are machines with two cores."""
MAX_SECONDS = 120.0
"""After this time the process is ended."""
PRIORITY = 10
"""How much the process steps back behind the dashboard, as for the command `nice`."""


class RenderingFailed(Exception):
    """The process ended without a file. The log has the reason."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to render: the route and the parameters of a request, the data folder, and the file to write.

    `compress` says whether the file is written with gzip.
    """

    root: str
    path: str
    id: str
    params: dict[str, list[str]]
    language: str
    origin: str
    target: str
    compress: bool


class LargeFileRenderer:
    """Renders files in processes, at most MAX_PROCESSES at a time."""

    def __init__(self) -> None:
        self._running = 0

    @property
    def is_busy(self) -> bool:
        """Return whether a new job would have to wait."""
        return self._running >= MAX_PROCESSES

    async def render(self, job: Job) -> dict[str, object]:
        """Write the file and return its media type, file name, status, and the signature of the data it was made from.

        Raises RenderingFailed. The process never knows the private folder.
        """
        environment = {name: value for name, value in os.environ.items() if name != "TRACKER_PRIVATE"}
        self._running += 1
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tracker.web.large_files", cwd=Path(__file__).parent.parent.parent,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment,
            )  # fmt: skip
            try:
                answer, _ = await asyncio.wait_for(process.communicate(json.dumps(asdict(job)).encode()), MAX_SECONDS)
            except (TimeoutError, asyncio.CancelledError):
                with suppress(ProcessLookupError):
                    process.kill()
                raise
        except TimeoutError:
            raise RenderingFailed(f"{job.path} took more than {MAX_SECONDS:.0f} seconds") from None
        finally:
            self._running -= 1
        if process.returncode:
            raise RenderingFailed(f"{job.path} ended with {process.returncode}")
        about: dict[str, object] = json.loads(answer)
        return about


def render_job(job: Job) -> dict[str, object]:
    """Render one file, write it, and return what it is. Raises OSError if it cannot be written."""
    from tracker.web.routes import ROUTE_PATHS

    root = Path(job.root)
    view = current_view(root, {name: values[0] for name, values in job.params.items()})
    language = get_language(job.language, view.settings.language, view.settings.timezone)
    filters = parse_filters(view, job.params)
    request = ViewRequest(view, language, filters, origin=job.origin, id=job.id, params=job.params)
    answer = ROUTE_PATHS[job.path].render(request)
    raw = gzip.compress(answer.body, 6, mtime=0) if job.compress else answer.body
    with open(os.open(job.target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
    return {
        "media_type": answer.media_type,
        "file_name": answer.file_name,
        "status": answer.status,
        "signature": view.dataset.signature,
    }


def run_job() -> None:
    """Run one job."""
    os.nice(PRIORITY)
    print(json.dumps(render_job(Job(**json.load(sys.stdin)))))


if __name__ == "__main__":
    run_job()
