"""Cached responses: render an answer once for all requests that ask for the same, and keep it.

A client that already has the answer gets status 304. Small answers are rendered in threads, large ones in processes.
"""

import asyncio
import gzip
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from hashlib import blake2b
from typing import TypeVar
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from tracker.config import StoragePlace
from tracker.i18n import get_language, request_language
from tracker.model.errors import NoDataset
from tracker.publishing.pages.refused_date import RefusedDateRenderer, render_refused_text
from tracker.publishing.render_context import program_digest
from tracker.publishing.request import RenderedFile, Renderer, ViewRequest
from tracker.queries.current_view import reader_of
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.search.file_search import FileTexts
from tracker.queries.view import View
from tracker.sandbox.host import ProcessBusy, ProcessRefused
from tracker.storage.cache_registry import register_cache
from tracker.web.large_files import is_compressed_type, render_in_process
from tracker.web.unavailable import RETRY_AFTER_SECONDS, unavailable_response

T = TypeVar("T")

CODE_VERSION = program_digest()
"""A part of each ETag, so that clients load every answer again after an upgrade."""
MAX_CACHE_BYTES = 64 * 1024 * 1024
"""The most bytes of answers to keep in memory. If there are more, the least recently used answers are dropped."""
MAX_IN_THREAD = 300
"""An answer with more recommendations than this is rendered in a separate process."""
MAX_RENDERING_THREADS = 2
"""How many answers are rendered in threads at the same time.

More would not be faster, because Python runs only one thread at a time.
"""
MAX_WAITING = 1_000
"""How many requests may wait for the same kind of thread. Further requests are answered with status 503."""
MAX_ATTEMPTS = 3
"""How often a request tries to get a large file. A new attempt is needed if somebody saved during the last one."""
CHUNK_BYTES = 256 * 1024
VIEW_PARAMS = ("lang", "as_of", "recorded")
"""The names of the URL parameters on which every answer depends."""
FILTER_PARAMS = {field.name for field in fields(Filters)}

ViewProvider = Callable[[Mapping[str, str]], View]
"""Takes URL parameters (name → value) and returns the view that they ask for. Raises NoDataset if there is no data."""


@dataclass(frozen=True, slots=True)
class PublicRoute:
    """How a route answers.

    `render` makes the answer. `params` names the URL parameters on which the answer depends, besides VIEW_PARAMS; all
    others are ignored, so that they do not make a new answer. `is_large` says that the answer grows with the number of
    recommendations. `refuse` makes the answer if `as_of` or `recorded` cannot be used. `depends_on` returns on what the
    answer depends besides the data and the parameters. `without_data` makes the answer if there is no data.
    """

    render: Renderer
    params: tuple[str, ...] = ()
    is_large: bool = False
    refuse: RefusedDateRenderer = render_refused_text
    depends_on: Callable[[ViewRequest], Sequence[str]] = lambda _: ()
    without_data: Callable[[Request, NoDataset], Response] = unavailable_response


class Overloaded(Exception):
    """Too many answers are being rendered. The client can repeat the request later."""


class DataDiffers(Exception):
    """The process that rendered a file has read newer data than this process, because somebody saved meanwhile."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A parsed request.

    `path` is the path of the route, with a placeholder for the id. `modified` is the time of the last change of the
    data. `in_process` says whether the answer is rendered in a separate process.
    """

    view_request: ViewRequest
    path: str
    etag: str
    modified: float
    in_process: bool


class CachedResponder:
    """Answers requests with the `render` function of their route, and caches the answers.

    The ETag is computed from everything on which an answer depends, so it is also the cache key. While an answer is
    rendered, other requests for the same answer wait for it. `view_for` returns the view for URL parameters. `origin`
    is what absolute links start with. `root` is the place of the data; without it, everything is rendered in threads.
    `texts` are the texts of the attached files. `most` is the size of the cache, in bytes.
    """

    def __init__(
        self,
        view_for: ViewProvider,
        origin: str,
        *,
        root: StoragePlace | None = None,
        texts: FileTexts | None = None,
        most: int = MAX_CACHE_BYTES,
    ) -> None:
        self._view_for, self._origin, self._most = view_for, origin, most
        self._cache: OrderedDict[str, tuple[RenderedFile, bytes]] = OrderedDict()
        self._size, self._lock = 0, threading.Lock()
        self._root, self._texts = root, texts
        self._in_progress: dict[str, asyncio.Task[None]] = {}
        # what is asked of a past day must not delay what is asked of today; with one thread, a view is made only once
        self._parsing = {False: CapacityLimiter(1), True: CapacityLimiter(1)}
        self._rendering = {False: CapacityLimiter(MAX_RENDERING_THREADS), True: CapacityLimiter(1)}
        register_cache(self.clear)

    def view_request(self, request: Request, names: Collection[str] | None = None) -> ViewRequest:
        """Parse a request. Unknown values of URL parameters are ignored.

        Only the URL parameters `names` and VIEW_PARAMS are read; if `names` is None, all are read. Raises NoDataset if
        there is no data.
        """
        params = {
            name: request.query_params.getlist(name)
            for name in request.query_params
            if names is None or name in names or name in VIEW_PARAMS
        }
        view = self._view_for({name: values[0] for name, values in params.items()})
        language = get_language(request_language(request.query_params, request.headers), view.settings)
        return ViewRequest(
            view,
            language,
            Filters.from_params(view, params),
            origin=self._origin,
            id=str(request.path_params.get("id", "")),
            params=params,
            unread_since=unread.since if self._root and (unread := reader_of(self._root).unavailable) else 0.0,
            texts=self._texts,
        )

    async def __call__(self, request: Request, route: PublicRoute) -> Response:
        """Return the response to a request: a new answer, a cached answer, or a response without one.

        Without an answer, the status is 304 if the client already has it, or 503 if too many answers are being
        rendered. Raises NoDataset if there is no data.
        """
        try:
            return await self._response(request, route)
        except Overloaded:
            _ = get_language(request_language(request.query_params, request.headers)).gettext
            message = _("This file cannot be made right now. Please try again in a few seconds.")
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
            if is_not_modified(request, prepared.etag, prepared.modified):
                return Response(status_code=304, headers=headers)
            with suppress(DataDiffers):
                answer, compressed = await self._answer(prepared, route, accepts_gzip=accepts_gzip)
                break
        else:
            raise Overloaded
        headers |= answer.headers
        if answer.redirect_to:
            return RedirectResponse(answer.redirect_to, answer.status, headers)
        if answer.file_name:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(answer.file_name)}"
        body = answer.body
        if compressed and accepts_gzip:
            headers["Content-Encoding"], body = "gzip", compressed
        if len(body) > CHUNK_BYTES:
            headers["Content-Length"] = str(len(body))
            return StreamingResponse(_pieces(body), answer.status, headers, media_type=answer.media_type)
        return Response(body, answer.status, headers, media_type=answer.media_type)

    def _prepare(self, request: Request, route: PublicRoute) -> _Prepared:
        view_request = self.view_request(request, route.params)
        view = view_request.view
        in_process = bool(
            route.is_large
            and self._root
            # a process of its own would not know the last good version of a file, or of the data
            and not view.dataset.outdated_counts
            and not reader_of(self._root).unavailable
            and len(view.recommendations) > MAX_IN_THREAD
            and len(filter_recommendations(view, view_request.filters, view_request.language.code)) > MAX_IN_THREAD
        )
        etag = self._etag(request, view_request, route)
        return _Prepared(
            view_request, request.scope["route"].path, etag=etag, modified=view.dataset.modified, in_process=in_process
        )

    def _etag(self, request: Request, view_request: ViewRequest, route: PublicRoute) -> str:
        view = view_request.view
        others = [name for name in route.params if name not in FILTER_PARAMS]
        extra = [(name, value) for name in others for value in view_request.params.get(name, ())]
        parts = (
            CODE_VERSION,
            view.dataset.signature,
            view.today.isoformat(),
            request.scope["route"].path,
            view_request.id,
            view_request.origin,
            urlencode([*view_request.filters.params(), *view_request.sticky_params, *extra]),
            f"{view_request.keeps_language} {view_request.unread_since}",
            *route.depends_on(view_request),
        )
        return blake2b("\0".join(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()

    async def _answer(
        self, prepared: _Prepared, route: PublicRoute, *, accepts_gzip: bool
    ) -> tuple[RenderedFile, bytes]:
        """Return the answer, and its body compressed with gzip. The latter is b"" if compressing would gain little.

        Of a large answer, only one of the two is there: the one that the client accepts. Raises DataDiffers and Overloaded.
        """
        found: list[tuple[RenderedFile, bytes]] = []
        key = f"{prepared.etag} {accepts_gzip}" if prepared.in_process else prepared.etag

        async def render() -> None:
            if prepared.in_process:
                entry = await self._in_process(prepared, compress=accepts_gzip)
            else:
                limiter = self._rendering[prepared.view_request.view.is_past]
                entry = await self._in_thread(limiter, partial(_render, prepared.view_request, route))
            found.append(entry)
            if entry[0].status < 400:  # requests for unknown ids must not fill the cache
                self._store(key, entry)

        while not (entry := self._cached(key)) and not found:
            await self._once(key, render)
        return entry or found[0]

    def _cached(self, key: str) -> tuple[RenderedFile, bytes] | None:
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
            return self._cache.get(key)

    async def _in_process(self, prepared: _Prepared, *, compress: bool) -> tuple[RenderedFile, bytes]:
        """Return a large answer that is rendered in a separate process.

        Raises DataDiffers if somebody saved meanwhile. Raises Overloaded if too many processes are running or rendering
        fails.
        """
        assert self._root
        try:
            answer, compressed, signature = await render_in_process(
                self._root, prepared.view_request, prepared.path, compress=compress
            )
        except (OSError, ProcessRefused) as error:
            if not isinstance(error, ProcessBusy):
                logging.getLogger(__name__).warning("A large file could not be rendered: %s", type(error).__name__)
            raise Overloaded from None
        if signature != prepared.view_request.view.dataset.signature:
            raise DataDiffers
        return answer, compressed

    async def _once(self, key: str, render: Callable[[], Awaitable[None]]) -> None:
        """Run `render`. If another request is already running it for the same `key`, wait for that run instead."""
        task = self._in_progress.get(key)
        if task is None:
            task = self._in_progress[key] = asyncio.ensure_future(render())
            task.add_done_callback(lambda _: self._in_progress.pop(key, None))
        # a client that leaves must not stop what others wait for
        await asyncio.shield(task)

    async def _in_thread(self, limiter: CapacityLimiter, work: Callable[[], T]) -> T:
        """Run `work` in a thread of `limiter`, and return its result.

        Raises Overloaded if MAX_WAITING others already wait for a thread.
        """
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
        """Drop every answer in memory. This is called after a redaction."""
        with self._lock:
            self._cache.clear()
            self._size = 0


def _render(view_request: ViewRequest, route: PublicRoute) -> tuple[RenderedFile, bytes]:
    answer = route.render(view_request)
    gains_little = is_compressed_type(answer.media_type) or len(answer.body) < 500
    return answer, b"" if gains_little else gzip.compress(answer.body, 6, mtime=0)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    """Yield a body piece by piece, so that a slow client does not get a copy of the whole of it in memory."""
    for start in range(0, len(body), CHUNK_BYTES):
        yield body[start : start + CHUNK_BYTES]


def _size(entry: tuple[RenderedFile, bytes]) -> int:
    """Return about how many bytes an answer takes in memory."""
    return len(entry[0].body) + len(entry[1]) + 1000


def is_not_modified(request: Request, etag: str, modified: float) -> bool:
    """Return whether the client already has this answer.

    If the request has the header If-None-Match, If-Modified-Since is ignored (RFC 9110, section 13.2.2).
    """
    if (etags := request.headers.get("if-none-match")) is not None:
        return etags.strip() == "*" or etag in {tag.strip().removeprefix("W/").strip('"') for tag in etags.split(",")}
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return int(modified) <= since.timestamp()
    except (ValueError, TypeError, OverflowError):
        return False
