"""Render a large file in a separate process, so that the dashboard can answer other requests meanwhile.

The process runs this module: it reads a Job as JSON from standard input, writes the file, and prints the result of
`render_job` as JSON.
"""

import asyncio
import gzip
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import BinaryIO

from tracker.config import DatabasePlace, StoragePlace, parse_place
from tracker.i18n import get_language
from tracker.publishing.request import ViewRequest
from tracker.queries.current_view import current_view
from tracker.queries.lists.filters import Filters
from tracker.sandbox.process_sandbox import PROGRAM, child_environment, enter_sandbox

MAX_PROCESSES = 2
"""How many files are rendered at the same time. Some machines have only two cores."""
MAX_SECONDS = 50.0
"""After this time the process is ended. It is less than the last of cache_registry.REPEAT_AFTER_SECONDS: so a file that
was begun before a redaction is removed by the last clearing after it.
"""
PRIORITY = 10
"""The niceness of the process, as for the command `nice`: the dashboard has priority over the process."""


class RenderingFailed(Exception):
    """The process ended without writing a file. The log has the reason."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to render.

    `root` is the place of the data, as `write_place` writes it. `path` is the path of the route, and `id` the value of its placeholder. `params` are the
    URL parameters, name → values. `origin` is what absolute links start with. `target` is the file to write; it is
    compressed with gzip if `compress` is True.
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
    """Renders files in separate processes, and counts how many are running."""

    def __init__(self) -> None:
        self._running = 0

    @property
    def is_busy(self) -> bool:
        """Return whether MAX_PROCESSES processes are running, so that no other may be started now."""
        return self._running >= MAX_PROCESSES

    async def render(self, job: Job) -> dict[str, object]:
        """Run `render_job` in a separate process, and return its result.

        The process does not know where the private folder is. Raises RenderingFailed if it fails or takes too long.
        """
        self._running += 1
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tracker.web.large_files",
                cwd=PROGRAM.parent,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=child_environment(for_database=isinstance(parse_place(job.root), DatabasePlace)),
                start_new_session=True,
            )
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


def is_compressed_type(media_type: str) -> bool:
    """Return whether files of this media type are already compressed, as images and workbooks are."""
    return media_type.startswith(("image/", "application/vnd.", "application/zip"))


def render_job(job: Job) -> dict[str, object]:
    """Render one file and write it to `job.target`. Return facts about the file, name → value.

    The names are: media_type, file_name, status, is_gzipped, and signature (of the data from which the file was made).
    From then on, this process can read only the data and the program. Raises OSError if the file cannot be written.
    """
    # opened first: then the process needs no right to write
    with open(os.open(job.target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        place = parse_place(job.root)
        if isinstance(place, DatabasePlace):
            from tracker.storage.database.connection import files_to_connect

            enter_sandbox(files_to_connect(place), sockets=True)
        else:
            enter_sandbox([place])
        return _render(job, place, file)


def _render(job: Job, place: StoragePlace, file: BinaryIO) -> dict[str, object]:
    from tracker.web.routes import ROUTES_BY_PATH

    view = current_view(place, {name: values[0] for name, values in job.params.items()})
    language = get_language(job.language, view.settings)
    filters = Filters.from_params(view, job.params)
    request = ViewRequest(view, language, filters, origin=job.origin, id=job.id, params=job.params)
    answer = ROUTES_BY_PATH[job.path].render(request)
    is_gzipped = job.compress and not is_compressed_type(answer.media_type)
    raw = gzip.compress(answer.body, 6, mtime=0) if is_gzipped else answer.body
    file.write(raw)
    return {
        "media_type": answer.media_type,
        "file_name": answer.file_name,
        "status": answer.status,
        "signature": view.dataset.signature,
        "is_gzipped": is_gzipped,
    }


def run_job() -> None:
    """Read a Job from standard input, run it, and print the result of `render_job` as JSON."""
    os.nice(PRIORITY)
    print(json.dumps(render_job(Job(**json.load(sys.stdin)))))


if __name__ == "__main__":
    run_job()
