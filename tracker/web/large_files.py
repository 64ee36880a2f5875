"""Render a large file in a process of its own, so that the dashboard can answer other requests meanwhile."""

import gzip
import resource
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from anyio import to_thread

from tracker.config import DatabasePlace, StoragePlace, parse_place, write_place
from tracker.i18n import get_language
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.queries.current_view import current_view
from tracker.queries.lists.filters import Filters
from tracker.sandbox.host import JobAnswer, JobLimits, ProcessTurns, run_job

MAX_PROCESSES = 2
"""How many files are rendered at the same time. Some machines have only two cores."""
MAX_SECONDS = 50.0
"""After this time the process is ended. It is less than the last of cache_registry.REPEAT_AFTER_SECONDS: so a file that
was begun before a redaction is removed by the last clearing after it.
"""
_turns = ProcessTurns(MAX_PROCESSES, 0)


async def render_in_process(
    place: StoragePlace, request: ViewRequest, path: str, *, compress: bool
) -> tuple[RenderedFile, bytes, str]:
    """Return an answer, and the signature of the data from which it was made. `path` is that of the route.

    The body is either in the answer, or is the bytes beside it, compressed with gzip. The process does not know where the private folder is. Raises ProcessRefused if it fails or takes too long, or if
    MAX_PROCESSES are running.
    """
    limits = JobLimits(
        MAX_SECONDS,
        wall_seconds=MAX_SECONDS,
        written=resource.RLIM_INFINITY,  # the log may be a file
        readable=tuple(map(str, _readable(place))),
        uses_database=isinstance(place, DatabasePlace),
        is_logged=True,
    )
    values = {
        "place": write_place(place),
        "path": path,
        "id": request.id,
        "params": dict(request.params),
        "language": request.language.code,
        "origin": request.origin,
        "compress": compress,
    }
    is_over = threading.Event()
    job = "tracker.web.large_files.render_large_file"
    run = partial(run_job, job, values, limits=limits, turns=_turns, is_cancelled=is_over.is_set)
    try:
        about, body = await to_thread.run_sync(run, abandon_on_cancel=True)
    finally:
        is_over.set()
    is_gzipped, signature = about.pop("is_gzipped"), about.pop("signature")
    return RenderedFile(b"" if is_gzipped else body, **about), body if is_gzipped else b"", signature


def _readable(place: StoragePlace) -> Any:
    if not isinstance(place, DatabasePlace):
        return [place]
    from tracker.storage.database.connection import files_to_connect

    return files_to_connect(place)


def is_compressed_type(media_type: str) -> bool:
    """Return whether files of this media type are already compressed, as images and workbooks are."""
    return media_type.startswith(("image/", "application/vnd.", "application/zip"))


def render_large_file(
    _data: bytes,
    place: str,
    path: str,
    id: str,
    *,
    params: Mapping[str, list[str]],
    language: str,
    origin: str,
    compress: bool,
) -> JobAnswer:
    """Render one file, and return facts about it, and its bytes, compressed with gzip if `compress` is True.

    The facts are: media_type, file_name, status, is_gzipped, and signature (of the data from which the file was made).
    """
    from tracker.web.routes import ROUTES_BY_PATH

    view = current_view(parse_place(place), {name: values[0] for name, values in params.items()})
    filters = Filters.from_params(view, params)
    request = ViewRequest(view, get_language(language, view.settings), filters, origin=origin, id=id, params=params)
    answer = ROUTES_BY_PATH[path].render(request)
    is_gzipped = compress and not is_compressed_type(answer.media_type)
    about = {
        "media_type": answer.media_type,
        "file_name": answer.file_name,
        "status": answer.status,
        "signature": view.dataset.signature,
        "is_gzipped": is_gzipped,
    }
    return about, gzip.compress(answer.body, 6, mtime=0) if is_gzipped else answer.body
