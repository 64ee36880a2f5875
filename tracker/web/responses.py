"""Cached responses: parse a request, render its answer once, keep it in memory, and answer 304 to clients that have it."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from email.utils import formatdate, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracker.i18n import get_language, request_language
from tracker.publishing.request import RenderedFile, Renderer, ViewRequest
from tracker.queries.filters import parse_filters
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache

MAX_CACHE_BYTES = 64 * 1024 * 1024
"""The most bytes of answers to keep in memory; the least recently used go first."""


ViewProvider = Callable[[Mapping[str, str]], View]
"""Returns the view for query parameters. Raises NoDataset if there is no data."""


class CachedResponder:
    """Answers requests with a renderer, and caches the answers.

    The ETag covers everything that an answer depends on, so it is also the cache key. `origin` is the scheme, host and
    port of links to this dashboard; `most` is the size of the cache in bytes.
    """

    def __init__(self, view_for: ViewProvider, origin: str, *, most: int = MAX_CACHE_BYTES) -> None:
        self._view_for, self._origin, self._most = view_for, origin, most
        self._cache: OrderedDict[str, tuple[RenderedFile, bytes]] = OrderedDict()
        self._size, self._lock = 0, threading.Lock()
        register_cache(self.clear)

    def view_request(self, request: Request) -> ViewRequest:
        """Parse a request; unknown parameters and values are ignored. Raises NoDataset if there is no data."""
        params = {name: request.query_params.getlist(name) for name in request.query_params}
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

    def __call__(self, request: Request, render: Renderer, extra: tuple[str, ...] = ()) -> Response:
        """Return the response: rendered, from the cache, or 304 if the client has it. Raises NoDataset without data.

        `extra` are the names of query parameters that only this renderer uses.
        """
        view_request = self.view_request(request)
        etag, modified = self._etag(request, view_request, extra), view_request.view.dataset.modified
        headers = {
            "ETag": f'W/"{etag}"',
            "Last-Modified": formatdate(modified, usegmt=True),
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding, Accept-Language",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }
        if _is_not_modified(request, etag, modified):
            return Response(status_code=304, headers=headers)
        answer, compressed = self._answer(etag, view_request, render)
        headers |= answer.headers
        if answer.redirect_to:
            return RedirectResponse(answer.redirect_to, answer.status, headers)
        if answer.file_name:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(answer.file_name)}"
        if compressed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(compressed, answer.status, headers, media_type=answer.media_type)
        return Response(answer.body, answer.status, headers, media_type=answer.media_type)

    def _etag(self, request: Request, view_request: ViewRequest, extra: tuple[str, ...]) -> str:
        view = view_request.view
        extra_params = [(name, value) for name in extra for value in view_request.params.get(name, ())]
        parts = (
            CODE_VERSION,
            view.dataset.signature,
            view.today.isoformat(),
            request.scope["route"].path,
            view_request.id,
            view_request.origin,
            urlencode([*view_request.filters.params(), *view_request.sticky_params, *extra_params]),
        )
        return blake2b("\0".join(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()

    def _answer(self, etag: str, view_request: ViewRequest, render: Renderer) -> tuple[RenderedFile, bytes]:
        """Return the answer, and its body compressed with gzip, or b"" where that gains little."""
        with self._lock:
            if etag in self._cache:
                self._cache.move_to_end(etag)
                return self._cache[etag]
        answer = render(view_request)
        is_compressed = answer.media_type.startswith(("image/", "application/vnd.", "application/zip"))
        gains_little = is_compressed or len(answer.body) < 500
        entry = (answer, b"" if gains_little else gzip.compress(answer.body, 6, mtime=0))
        if answer.status < 400:  # requests for unknown ids must not fill the cache
            self._store(etag, entry)
        return entry

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
