"""Cached responses: parse a request, render its answer once for all who ask, keep it, and answer 304 to clients that have it.

Small answers are rendered in threads and kept in memory, large ones in processes and kept on disk.
"""

import asyncio
import gzip
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from tracker.i18n import get_language, request_language
from tracker.publishing.request import RenderedFile, Renderer, ViewRequest
from tracker.queries.filters import Filters, filter_recommendations, parse_filters
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache
from tracker.storage.file_cache import CachedFile, FileCache
from tracker.web.large_files import Job, LargeFileRenderer, RenderingFailed

T = TypeVar("T")

MAX_CACHE_BYTES = 64 * 1024 * 1024
"""The most bytes of answers to keep in memory; the least recently used go first."""
MAX_IN_THREAD = 300
"""A list with more recommendations is rendered in a process of its own."""
MAX_RENDERING_THREADS = 2
"""How many answers are rendered at the same time in threads. More would not be faster: Python runs one at a time."""
MAX_WAITING = 1_000
"""How many requests may wait for a thread to be parsed or rendered in. What comes then is answered with 503."""
MAX_ATTEMPTS = 3
"""How often a large file is rendered again because somebody saved meanwhile."""
RETRY_AFTER_SECONDS = 10
CHUNK_BYTES = 256 * 1024
VIEW_PARAMS = ("lang", "as_of", "recorded")
"""The parameters on which every answer depends."""
FILTER_PARAMS = {field.name for field in fields(Filters)}

ViewProvider = Callable[[Mapping[str, str]], View]
"""Returns the view for query parameters. Raises NoDataset if there is no data."""


@dataclass(frozen=True, slots=True)
class PublicRoute:
    """How a route answers, and on which query parameters the answer depends besides `lang`, `as_of` and `recorded`.

    Every other parameter is dropped, so that it does not make a new answer. `is_large` says that the answer grows with
    the number of recommendations.
    """

    render: Renderer
    params: tuple[str, ...] = ()
    is_large: bool = False


class Overloaded(Exception):
    """Too many answers are being rendered. The request can be repeated later."""


class DataDiffers(Exception):
    """The process that rendered a file read other data than this one, because somebody saved meanwhile."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A parsed request with its ETag, the time of the data, and whether its answer is rendered in a process.

    `path` is that of the route, with the placeholder for an id.
    """

    view_request: ViewRequest
    path: str
    etag: str
    modified: float
    in_process: bool


class CachedResponder:
    """Answers requests with the renderer of their route, and caches the answers.

    The ETag covers everything that an answer depends on, so it is also the cache key. While an answer is rendered, other
    requests for it wait for the same result. `origin` is the scheme, host and port of links to this dashboard, `most`
    the size of the cache in memory in bytes. Without `root` and `files`, the data folder and the cache on disk,
    everything is rendered in threads.
    """

    def __init__(
        self,
        view_for: ViewProvider,
        origin: str,
        *,
        root: Path | None = None,
        files: FileCache | None = None,
        most: int = MAX_CACHE_BYTES,
    ) -> None:
        self._view_for, self._origin, self._most = view_for, origin, most
        self._cache: OrderedDict[str, tuple[RenderedFile, bytes]] = OrderedDict()
        self._size, self._lock = 0, threading.Lock()
        self._root, self._files, self._processes = root, files, LargeFileRenderer()
        self._in_progress: dict[str, asyncio.Task[None]] = {}
        # what is asked of a past day must not delay what is asked of today; with one thread, a view is made only once
        self._parsing = {False: CapacityLimiter(1), True: CapacityLimiter(1)}
        self._rendering = {False: CapacityLimiter(MAX_RENDERING_THREADS), True: CapacityLimiter(1)}
        register_cache(self.clear)

    def view_request(self, request: Request, names: Collection[str] | None = None) -> ViewRequest:
        """Parse a request, by default with all its parameters; unknown values are ignored.

        Raises NoDataset if there is no data.
        """
        params = {
            name: request.query_params.getlist(name)
            for name in request.query_params
            if names is None or name in names or name in VIEW_PARAMS
        }
        view = self._view_for({name: values[0] for name, values in params.items()})
        settings = view.settings
        language = get_language(
            request_language(request.query_params, request.headers), settings.language, settings.timezone
        )
        return ViewRequest(
            view,
            language,
            parse_filters(view, params),
            origin=self._origin,
            id=str(request.path_params.get("id", "")),
            params=params,
        )

    async def __call__(self, request: Request, route: PublicRoute) -> Response:
        """Return the response: rendered, from a cache, 304 if the client has it, or 503 if too much is being rendered.

        Raises NoDataset without data.
        """
        try:
            return await self._response(request, route)
        except Overloaded:
            _ = get_language(request_language(request.query_params, request.headers)).gettext
            message = _("The dashboard is making too many files at the moment. Please try again in a few seconds.")
            return PlainTextResponse(
                message, 503, {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
            )

    async def _response(self, request: Request, route: PublicRoute) -> Response:
        asks_past = "as_of" in request.query_params or "recorded" in request.query_params
        accepts_gzip = "gzip" in request.headers.get("accept-encoding", "")
        for _attempt in range(MAX_ATTEMPTS):
            prepared = await self._in_thread(self._parsing[asks_past], partial(self._prepare, request, route))
            headers = {
                "ETag": f'W/"{prepared.etag}"',
                "Last-Modified": formatdate(prepared.modified, usegmt=True),
                "Cache-Control": "no-cache",
                "Vary": "Accept-Encoding, Accept-Language",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin",
            }
            if _is_not_modified(request, prepared.etag, prepared.modified):
                return Response(status_code=304, headers=headers)
            if not prepared.in_process:
                break
            with suppress(DataDiffers):
                return await self._large_response(prepared, headers, accepts_gzip=accepts_gzip)
        else:
            raise Overloaded
        answer, compressed = await self._answer(prepared, route)
        headers |= answer.headers
        if answer.redirect_to:
            return RedirectResponse(answer.redirect_to, answer.status, headers)
        headers |= _attachment(answer.file_name)
        if compressed and accepts_gzip:
            headers["Content-Encoding"] = "gzip"
            return Response(compressed, answer.status, headers, media_type=answer.media_type)
        return Response(answer.body, answer.status, headers, media_type=answer.media_type)

    def _prepare(self, request: Request, route: PublicRoute) -> _Prepared:
        view_request = self.view_request(request, route.params)
        view = view_request.view
        in_process = bool(
            route.is_large
            and self._root
            and not view.dataset.outdated_counts  # a process of its own would not know the last good version of a file
            and len(view.recommendations) > MAX_IN_THREAD
            and len(filter_recommendations(view, view_request.filters, view_request.language.code)) > MAX_IN_THREAD
        )
        etag = self._etag(request, view_request, route.params)
        return _Prepared(
            view_request, request.scope["route"].path, etag=etag, modified=view.dataset.modified, in_process=in_process
        )

    def _etag(self, request: Request, view_request: ViewRequest, names: Collection[str]) -> str:
        view = view_request.view
        others = [name for name in names if name not in FILTER_PARAMS]
        extra = [(name, value) for name in others for value in view_request.params.get(name, ())]
        parts = (
            CODE_VERSION,
            view.dataset.signature,
            view.today.isoformat(),
            request.scope["route"].path,
            view_request.id,
            view_request.origin,
            urlencode([*view_request.filters.params(), *view_request.sticky_params, *extra]),
        )
        return blake2b("\0".join(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()

    async def _answer(self, prepared: _Prepared, route: PublicRoute) -> tuple[RenderedFile, bytes]:
        """Return the answer, and its body compressed with gzip, or b"" where that gains little."""
        found: list[tuple[RenderedFile, bytes]] = []

        async def render() -> None:
            limiter = self._rendering[prepared.view_request.view.is_past]
            entry = await self._in_thread(limiter, partial(_render, prepared.view_request, route))
            found.append(entry)
            if entry[0].status < 400:  # requests for unknown ids must not fill the cache
                self._store(prepared.etag, entry)

        while not (entry := self._cached(prepared.etag)) and not found:
            await self._once(prepared.etag, render)
        return entry or found[0]

    def _cached(self, etag: str) -> tuple[RenderedFile, bytes] | None:
        with self._lock:
            if etag in self._cache:
                self._cache.move_to_end(etag)
            return self._cache.get(etag)

    async def _large_response(self, prepared: _Prepared, headers: dict[str, str], *, accepts_gzip: bool) -> Response:
        """Return a response that streams a file from the cache on disk, which is rendered first if necessary."""
        assert self._files
        key = f"{prepared.etag} {accepts_gzip}"

        async def render() -> None:
            await self._render_file(prepared, key, compress=accepts_gzip)

        for _attempt in range(2):
            if file := self._files.get(key):
                try:
                    opened = await to_thread.run_sync(file.path.open, "rb")
                except OSError:  # redaction empties the folder
                    self._files.drop(key)
                else:
                    return _stream(opened, file, headers, is_compressed=accepts_gzip)
            await self._once(key, render)
        raise Overloaded

    async def _render_file(self, prepared: _Prepared, key: str, *, compress: bool) -> None:
        """Render a large answer in a process and put it into the cache. Raises Overloaded, also if that fails, and DataDiffers."""
        assert self._files
        if self._processes.is_busy:
            raise Overloaded
        asked = prepared.view_request
        try:
            target = self._files.new_path()
            job = Job(
                root=str(self._root), path=prepared.path, id=asked.id, params=dict(asked.params),
                language=asked.language.code, origin=asked.origin, target=str(target), compress=compress,
            )  # fmt: skip
            about = await self._processes.render(job)
            if about["signature"] != asked.view.dataset.signature:
                target.unlink()
                raise DataDiffers
            await to_thread.run_sync(self._files.put, key, target, about)
        except (OSError, RenderingFailed) as error:
            logging.getLogger(__name__).warning("A large file could not be rendered: %s", error)
            raise Overloaded from None

    async def _once(self, key: str, render: Callable[[], Awaitable[None]]) -> None:
        """Run `render`, or wait until the same answer, which another request asked for, is rendered."""
        task = self._in_progress.get(key)
        if task is None:
            task = self._in_progress[key] = asyncio.ensure_future(render())
            task.add_done_callback(lambda _: self._in_progress.pop(key, None))
        # a client that leaves must not stop what others wait for
        await asyncio.shield(task)

    async def _in_thread(self, limiter: CapacityLimiter, work: Callable[[], T]) -> T:
        """Return the result of `work`, run in a thread. Raises Overloaded if too many wait for one."""
        if limiter.statistics().tasks_waiting >= MAX_WAITING:
            raise Overloaded
        return await to_thread.run_sync(work, limiter=limiter)

    def _store(self, etag: str, entry: tuple[RenderedFile, bytes]) -> None:
        with self._lock:
            if etag not in self._cache:
                self._size += _size(entry)
            self._cache[etag] = entry
            while self._size > self._most and len(self._cache) > 1:
                self._size -= _size(self._cache.popitem(last=False)[1])

    def clear(self) -> None:
        """Drop every answer, after a redaction."""
        with self._lock:
            self._cache.clear()
            self._size = 0


def _render(view_request: ViewRequest, route: PublicRoute) -> tuple[RenderedFile, bytes]:
    answer = route.render(view_request)
    gains_little = is_compressed_type(answer.media_type) or len(answer.body) < 500
    return answer, b"" if gains_little else gzip.compress(answer.body, 6, mtime=0)


def is_compressed_type(media_type: str) -> bool:
    """Return whether a file of this type is compressed in itself."""
    return media_type.startswith(("image/", "application/vnd.", "application/zip"))


def _attachment(file_name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name)}"} if file_name else {}


def _stream(opened: BinaryIO, file: CachedFile, headers: dict[str, str], *, is_compressed: bool) -> StreamingResponse:
    """Return a response that reads a file piece by piece, and closes it."""

    async def pieces() -> AsyncIterator[bytes]:
        with opened:
            while piece := await to_thread.run_sync(opened.read, CHUNK_BYTES):
                yield piece

    headers = headers | _attachment(str(file.about["file_name"])) | {"Content-Length": str(file.size)}
    if is_compressed:
        headers["Content-Encoding"] = "gzip"
    return StreamingResponse(
        pieces(), int(str(file.about["status"])), headers, media_type=str(file.about["media_type"])
    )


def _size(entry: tuple[RenderedFile, bytes]) -> int:
    """Return the bytes that an answer takes in memory, roughly."""
    return len(entry[0].body) + len(entry[1]) + 1000


def _is_not_modified(request: Request, etag: str, modified: float) -> bool:
    """Return whether the client already has this answer. If-None-Match takes precedence (RFC 9110, section 13.2.2)."""
    if (etags := request.headers.get("if-none-match")) is not None:
        return etags.strip() == "*" or etag in {tag.strip().removeprefix("W/").strip('"') for tag in etags.split(",")}
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return int(modified) <= since.timestamp()
    except (ValueError, TypeError, OverflowError):
        return False


def _code_version() -> str:
    """Return a hash of the code, so that after an upgrade no client keeps an answer of the old code."""
    root, digest = Path(__file__).parent.parent, blake2b(digest_size=8)
    suffixes = {".py", ".html", ".css", ".js", ".po", ".svg", ".ttf"}
    for path in sorted(path for path in root.rglob("*") if path.suffix in suffixes):
        digest.update(path.read_bytes())
    return digest.hexdigest()


CODE_VERSION = _code_version()
