"""Cached responses: render an answer once for all requests that ask for the same, and keep it.

A client that already has the answer gets status 304. Small answers are rendered in threads, large ones in processes of their
own, so that the dashboard can answer other requests meanwhile. A past state that cannot be shown is never answered with
today's data.
"""

import asyncio
import gzip
import logging
import resource
import threading
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from tracker.config import DatabasePlace, StoragePlace, format_place
from tracker.i18n import Language, get_language, request_language
from tracker.model.errors import NoDataset, PastDateRefused, TrackerError
from tracker.publishing.render_context import ViewRequest, program_digest
from tracker.publishing.request import RefusedDateRenderer, RenderedFile, Renderer, render_refused_text
from tracker.publishing.wording import outage_sentence
from tracker.queries.current_view import reader_of, shown_view
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.search.file_search import FileTextIndex
from tracker.queries.view import View
from tracker.sandbox.host import JobLimits, ProcessBusy, ProcessRefused, ProcessTurns, run_job
from tracker.storage.cache_registry import register_cache

T = TypeVar("T")
ReadyAnswer = tuple[RenderedFile, bytes]
"""(answer, its body compressed with gzip). The second is b"" if compressing gains little.

Only one of the two has the body. What a separate process rendered is compressed or not, as the client wants.
"""
ViewProvider = Callable[[Mapping[str, str]], View]
"""Takes URL parameters (name → value) and returns the view that they ask for. Raises NoDataset if there is no data."""

CODE_VERSION = program_digest()
"""A part of each ETag, so that clients load every answer again after an upgrade."""
MAX_CACHE_BYTES = 6 * 1024 * 1024
"""The largest size of all answers in memory, in bytes. If it is exceeded, the least recently used ones are dropped."""
MAX_IN_THREAD = 300
"""An answer with more recommendations than this is rendered in a separate process."""
MAX_RENDERING_THREADS = 2
"""How many answers are rendered in threads at once. More would not be faster: Python runs only one at a time."""
MAX_WAITING, MAX_WAITING_OF_NETWORK = 1_000, 250
"""The largest number of requests that `FairThreads` accepts: in all, and from one network. Others get status 503."""
MAX_ATTEMPTS = 3
"""How often a request tries to get a large file. A new attempt is needed if somebody saved during the last one."""
MAX_PROCESSES = 2
"""The largest number of large files that are rendered at the same time. Some machines have only two cores."""
MAX_SECONDS = 50.0
"""The longest time that a rendering process may take: less than the last of cache_registry.REPEAT_AFTER_SECONDS.

So the last clearing of caches after a redaction also removes a file whose rendering began before the redaction.
"""
CHUNK_BYTES = 256 * 1024
"""The size of the pieces in which a large body is sent."""
LONGEST_PATH = 200
"""An answer repeats at most this many characters of the requested path."""
VIEW_PARAMS = ("lang", "as_of", "recorded")
"""The names of the URL parameters on which every answer depends: the language and the past state."""
FILTER_PARAMS = {field.name for field in fields(Filters)}
"""The names of the URL parameters that are fields of `Filters`."""
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
REUSED = NO_STORE | {"Cache-Control": "no-cache", "Vary": "Accept-Encoding, Accept-Language"}
SHARED = REUSED | {"Cache-Control": "public, max-age=0, must-revalidate, s-maxage=5"}
"""The headers of a reader's page. A proxy may keep it for 5 seconds: so long somebody may see what was just removed."""
UNAVAILABLE = NO_STORE | {"Retry-After": "10", "Vary": "Accept-Language"}
"""The headers of an answer with the status 503. They say when to ask again, in seconds."""
_turns = ProcessTurns(MAX_PROCESSES, 0)


def language_of(request: Request) -> Language:
    """Return the language of the URL parameter `lang`, or else the one that the browser prefers."""
    return get_language(request_language(request.query_params, request.headers))


def unavailable_response(request: Request, error: TrackerError) -> Response:
    """Return a response with the status 503 that says in a sentence which data cannot be read now."""
    return PlainTextResponse(outage_sentence(language_of(request), error), 503, UNAVAILABLE)


def overloaded_response(request: Request) -> Response:
    """Return a response with the status 503 that asks to try again, because too many others wait."""
    _ = language_of(request).gettext
    message = _("This file cannot be made right now. Please try again in a few seconds.")
    return PlainTextResponse(message, 503, UNAVAILABLE)


def without_past(request: Request) -> Request:
    """Return the request without the URL parameters `as_of` and `recorded`."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("as_of", "recorded")]
    return Request({**request.scope, "query_string": urlencode(kept).encode()})


def nothing_else(_request: ViewRequest) -> Sequence[str]:
    """Return no texts: an answer depends on nothing else than the data and the address."""
    return ()


@dataclass(frozen=True, slots=True)
class PublicRoute:
    """How a route answers. `render` makes the answer. `is_large`: it grows with the number of recommendations.

    The answer depends on the URL parameters `params` and VIEW_PARAMS only; others are ignored. If it can also change
    for other reasons, `depends_on` returns texts that change with it. If the past state in `as_of` or `recorded` cannot
    be shown, `refuse` makes the answer; if there is no data, `without_data` does. `is_page`: caches between the server
    and readers may keep it for some seconds. `is_for_editors`: it is not the answer that readers get at this path.
    """

    render: Renderer
    params: tuple[str, ...] = ()
    is_large: bool = False
    refuse: RefusedDateRenderer = render_refused_text
    depends_on: Callable[[ViewRequest], Sequence[str]] = nothing_else
    without_data: Callable[[Request, NoDataset], Response] = unavailable_response
    is_page: bool = False
    is_for_editors: bool = False


class Overloaded(Exception):
    """Too many answers are being rendered. The client can repeat the request later."""


class DataDiffers(Exception):
    """The process that rendered a file has read newer data than this process, because somebody saved meanwhile."""


class FairThreads:
    """Up to `count` threads for one kind of work, shared fairly: a network with many requests hardly delays the others."""

    def __init__(self, count: int) -> None:
        self._count, self._limiter = count, CapacityLimiter(count)
        self._asked = Counter[bytes]()
        self._turns: dict[bytes, asyncio.Semaphore] = {}

    async def run(self, request: Request, work: Callable[[], T]) -> T:
        """Call `work` in a thread, and return its result. `request` tells the network. Raises Overloaded if too many wait."""
        network = request.scope.get("network", b"")
        if self._asked[network] >= MAX_WAITING_OF_NETWORK or self._asked.total() >= MAX_WAITING:
            raise Overloaded
        self._asked[network] += 1
        try:
            # in the one line for the threads, each network has no more places than there are threads
            async with self._turns.setdefault(network, asyncio.Semaphore(self._count)):
                return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._asked[network] -= 1
            if not self._asked[network]:
                del self._asked[network], self._turns[network]


class CachedResponder:
    """Answers requests with `render` of their route. Caches each answer under its ETag, except errors.

    If an answer is already being rendered, later requests for it wait for this one. Absolute links start with `origin`.
    `root` is the place of the data; without it, all is rendered in threads. `texts` are those of the attached files.
    """

    def __init__(
        self,
        view_for: ViewProvider,
        origin: str,
        *,
        root: StoragePlace | None = None,
        texts: FileTextIndex | None = None,
    ) -> None:
        self._view_for, self._origin, self._root, self._texts = view_for, origin, root, texts
        self._cache: OrderedDict[str, ReadyAnswer] = OrderedDict()
        self._size, self._lock = 0, threading.Lock()
        self._in_progress: dict[str, asyncio.Task[ReadyAnswer]] = {}
        self._last_known: tuple[object, dict[object, tuple[str, float]]] = None, {}
        # what is asked of a past day must not delay what is asked of today; with one thread, a view is made only once
        self._parsing = {False: FairThreads(1), True: FairThreads(1)}
        self._rendering = {False: FairThreads(MAX_RENDERING_THREADS), True: FairThreads(1)}
        # one at a time: wrong addresses must not delay right ones
        self._refusing = FairThreads(1)
        register_cache(self.clear)

    def view_request(
        self, request: Request, names: Collection[str] | None = None, *, for_readers: bool = False
    ) -> ViewRequest:
        """Return a request as a ViewRequest. Read only `names` (None: all) and VIEW_PARAMS. Raises NoDataset, PastDateRefused."""
        given = request.query_params
        read = (name for name in given if names is None or name in names or name in VIEW_PARAMS)
        params = {name: given.getlist(name) for name in read}
        view_for = partial(shown_view, self._root) if for_readers and self._root else self._view_for
        view = view_for({name: values[0] for name, values in params.items()})
        language = get_language(request_language(given, request.headers), view.settings)
        filters, id = Filters.from_params(view, params), str(request.path_params.get("id", ""))
        since = unread.since if self._root and (unread := reader_of(self._root).unavailable) else 0.0
        return ViewRequest(
            view, language, filters, origin=self._origin, id=id, params=params, unread_since=since, texts=self._texts
        )

    async def __call__(self, request: Request, route: PublicRoute) -> Response:
        """Return the response: an answer that was cached or is rendered now, or 304 if the client has it.

        If there is no data or too many requests wait, return 503. If the past state cannot be shown, return what
        `route.refuse` renders.
        """
        try:
            try:
                return await self._response(request, route)
            except PastDateRefused as refused:
                answer = await self._refusing.run(request, partial(self._render_refusal, request, route, refused))
                headers = NO_STORE | dict(answer.headers)
                return Response(answer.body, answer.status, headers, media_type=answer.media_type)
        except NoDataset as error:
            return route.without_data(request, error)
        except Overloaded:
            return overloaded_response(request)

    async def _response(self, request: Request, route: PublicRoute) -> Response:
        """Return the answer as a response, or 304. Raises NoDataset, PastDateRefused or Overloaded."""
        accepts_gzip = "gzip" in request.headers.get("accept-encoding", "")
        etag, modified, entry = self._kept(request, route) or await self._made(request, route, compress=accepts_gzip)
        headers = {"ETag": f'W/"{etag}"', "Last-Modified": formatdate(modified, usegmt=True)}
        headers |= SHARED if route.is_page else REUSED
        if entry is None or is_not_modified(request, etag, modified):
            return Response(status_code=304, headers=headers)
        answer, compressed = entry
        headers |= answer.headers
        if answer.file_name:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(answer.file_name)}"
        body = compressed or answer.body
        if compressed and accepts_gzip:
            headers["Content-Encoding"] = "gzip"
        elif compressed:
            body = gzip.decompress(compressed)
        if len(body) > CHUNK_BYTES:
            headers["Content-Length"] = str(len(body))
            return StreamingResponse(_pieces(body), answer.status, headers, media_type=answer.media_type)
        return Response(body, answer.status, headers, media_type=answer.media_type)

    def _known(self) -> dict[object, tuple[str, float]]:
        """Return what was asked for since the last look at the data: what decides the answer → (ETag, when modified)."""
        look = reader_of(self._root).last_look if self._root else None
        if look is None or self._last_known[0] != look:
            self._last_known = look, {}
        return self._last_known[1]

    def _kept(self, request: Request, route: PublicRoute) -> tuple[str, float, ReadyAnswer] | None:
        """Return (ETag, when modified, answer) if the same was asked for since the last look at the data, and is in memory.

        This needs no thread, which would take longer than the rest.
        """
        etag, modified = self._known().get(_asked_in(request, route), ("", 0.0))
        with self._lock:
            if entry := self._cache.get(etag):
                self._cache.move_to_end(etag)
        return (etag, modified, entry) if entry else None

    async def _made(
        self, request: Request, route: PublicRoute, *, compress: bool
    ) -> tuple[str, float, ReadyAnswer | None]:
        """Return (ETag, when modified, answer: None if the client has it). Raises NoDataset, PastDateRefused, Overloaded."""
        asks_past = "as_of" in request.query_params or "recorded" in request.query_params
        path = request.scope["route"].path
        for _attempt in range(MAX_ATTEMPTS):
            known = self._known()
            prepare = partial(self._prepare, request, route, path)
            asked, etag, in_process = await self._parsing[asks_past].run(request, prepare)
            modified = asked.view.dataset.modified
            if is_not_modified(request, etag, modified):
                return etag, modified, None
            if in_process:
                make = partial(self._in_process, asked, path, compress=compress)
                key = f"{etag} {compress}"
            else:
                make = partial(self._rendering[asked.view.is_past].run, request, partial(_render, asked, route))
                key = etag
                if route.depends_on is nothing_else and known is self._known():
                    known[_asked_in(request, route)] = etag, modified
            with suppress(DataDiffers):
                return etag, modified, await self._once(key, make)
        raise Overloaded

    def _render_refusal(self, request: Request, route: PublicRoute, refused: PastDateRefused) -> RenderedFile:
        """Return the answer to a request for a past state that cannot be shown."""
        today = self.view_request(without_past(request), route.params)
        return route.refuse(today, refused, quote(request.scope["path"][:LONGEST_PATH]))

    def _prepare(self, request: Request, route: PublicRoute, path: str) -> tuple[ViewRequest, str, bool]:
        """Return (what is asked for, ETag of the answer, whether the answer is rendered in a process of its own)."""
        asked = self.view_request(request, route.params, for_readers=route.is_page and not route.is_for_editors)
        view = asked.view
        in_process = bool(
            route.is_large
            and self._root
            # a process of its own would not know the last good version of a file, or of the data
            and not view.dataset.outdated_counts
            and not reader_of(self._root).unavailable
            and len(view.recommendations) > MAX_IN_THREAD
            and len(filter_recommendations(view, asked.filters, asked.language.code)) > MAX_IN_THREAD
        )
        others = [name for name in route.params if name not in FILTER_PARAMS]
        extra = [(name, value) for name in others for value in asked.params.get(name, ())]
        if route.is_page:  # it quotes a value that it does not know: nobody else may be shown what one visitor typed
            extra += [(row.name, value) for row, value in type(asked.filters).unknown_values(view, asked.params)]
        parts = (
            *(CODE_VERSION, view.dataset.signature, view.today.isoformat(), path, asked.id, asked.origin),
            f"{route.is_for_editors}",
            urlencode([*asked.filters.params(), *asked.sticky_params, *extra]),
            *(f"{asked.keeps_language} {asked.unread_since}", *route.depends_on(asked)),
        )
        etag = blake2b("\0".join(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
        return asked, etag, in_process

    async def _once(self, key: str, make: Callable[[], Awaitable[ReadyAnswer]]) -> ReadyAnswer:
        """Return the answer with this key: from the cache, or from a call of `make` that is shared by all who wait for it."""
        with self._lock:
            if entry := self._cache.get(key):
                self._cache.move_to_end(key)
                return entry
        task = self._in_progress.get(key)
        if task is None:
            task = self._in_progress[key] = asyncio.ensure_future(self._make_and_keep(key, make))
            task.add_done_callback(lambda _: self._in_progress.pop(key, None))
        # a client that leaves must not stop what others wait for
        return await asyncio.shield(task)

    async def _make_and_keep(self, key: str, make: Callable[[], Awaitable[ReadyAnswer]]) -> ReadyAnswer:
        """Call `make`, and return the answer. Cache the answer only if its status is below 400."""
        entry = await make()
        with self._lock:
            if entry[0].status < 400:  # requests for unknown ids must not fill the cache
                self._cache[key] = entry
                self._size += _size(entry)
            while self._size > MAX_CACHE_BYTES and len(self._cache) > 1:
                self._size -= _size(self._cache.popitem(last=False)[1])
        return entry

    async def _in_process(self, asked: ViewRequest, path: str, *, compress: bool) -> ReadyAnswer:
        """Render a large answer in another process. Raises DataDiffers after a save, Overloaded if it fails."""
        assert self._root
        try:
            answer, compressed, signature = await render_in_process(self._root, asked, path, compress=compress)
        except (OSError, ProcessRefused) as error:
            if not isinstance(error, ProcessBusy):
                logging.getLogger(__name__).warning("A large file could not be rendered: %s", type(error).__name__)
            raise Overloaded from None
        if signature != asked.view.dataset.signature:
            raise DataDiffers
        return answer, compressed

    def clear(self) -> None:
        """Drop every answer in memory. This is called after a redaction."""
        with self._lock:
            self._cache.clear()
            self._size = 0


def _render(asked: ViewRequest, route: PublicRoute) -> ReadyAnswer:
    answer = route.render(asked)
    if is_compressed_type(answer.media_type) or len(answer.body) < 500:
        return answer, b""
    # 6, the usual level, takes twice as long and saves a tenth of the bytes
    return replace(answer, body=b""), gzip.compress(answer.body, 3, mtime=0)


def _asked_in(request: Request, route: PublicRoute) -> object:
    """Return what decides, of a request, which answer it gets: as long as nobody saves and no file is read anew."""
    where = request.scope["route"].path, request.scope["path"], request.scope["query_string"]
    return *where, request.headers.get("accept-language"), route.is_for_editors


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    """Yield a body in pieces of CHUNK_BYTES. Otherwise the server would copy the whole body for each slow client."""
    for start in range(0, len(body), CHUNK_BYTES):
        yield body[start : start + CHUNK_BYTES]


def _size(entry: tuple[RenderedFile, bytes]) -> int:
    """Return about how many bytes an answer takes in memory."""
    return len(entry[0].body) + len(entry[1]) + 1000


def is_not_modified(request: Request, etag: str, modified: float) -> bool:
    """Return whether the client already has the answer. If-Modified-Since counts only without If-None-Match.

    `modified` is when the answer was modified, in seconds since 1970.
    """
    if (etags := request.headers.get("if-none-match")) is not None:
        return etags.strip() == "*" or etag in {tag.strip().removeprefix("W/").strip('"') for tag in etags.split(",")}
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return int(modified) <= since.timestamp()
    except (ValueError, TypeError, OverflowError):
        return False


def limits_of_job(place: StoragePlace, *, writable: Iterable[Path] = ()) -> JobLimits:
    """Return the limits of a process that reads the data at `place` and makes a large file, perhaps in a `writable` folder."""
    readable: Iterable[object] = [place]
    if isinstance(place, DatabasePlace):
        from tracker.storage.database.connection import paths_read_to_connect

        readable = paths_read_to_connect(place)
    return JobLimits(
        MAX_SECONDS,
        wall_seconds=MAX_SECONDS,
        written=resource.RLIM_INFINITY,  # the log may be a file
        readable=tuple(map(str, readable)),
        uses_database=isinstance(place, DatabasePlace),
        is_logged=True,
        writable=tuple(map(str, writable)),
    )


async def render_in_process(
    place: StoragePlace, asked: ViewRequest, path: str, *, compress: bool
) -> tuple[RenderedFile, bytes, str]:
    """Render an answer in a process of its own. Return (answer, gzip-compressed body, signature of the data read).

    Only one of the first two has the body; in the other it is b"". The process does not know where the private folder
    is. Raises ProcessRefused if the process fails or takes too long, or if MAX_PROCESSES are running.
    """
    values = {"place": format_place(place), "path": path, "params": dict(asked.params), "compress": compress}
    values |= {"id": asked.id, "language": asked.language.code, "origin": asked.origin}
    is_over = threading.Event()
    job = "tracker.web.routes.render_large_file"
    run = partial(run_job, job, values, limits=limits_of_job(place), turns=_turns, is_cancelled=is_over.is_set)
    try:
        about, body = await to_thread.run_sync(run, abandon_on_cancel=True)
    finally:
        is_over.set()
    is_gzipped, signature = about.pop("is_gzipped"), about.pop("signature")
    return RenderedFile(b"" if is_gzipped else body, **about), body if is_gzipped else b"", signature


def is_compressed_type(media_type: str) -> bool:
    """Return whether files of this media type are sent as they are: images, office files and ZIP."""
    return media_type.startswith(("image/", "application/vnd.", "application/zip"))
