"""What a request asks of the data, and the answer as bytes: made once, kept in memory, never made again for who has it."""

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
"""Bytes of answers that are kept in memory; what was asked for longest ago goes first."""


ViewProvider = Callable[[Mapping[str, str]], View]


class CachedResponder:
    """Answers requests from one function each. The same question of the same data is answered from memory."""

    def __init__(self, viewing: ViewProvider, origin: str, *, most: int = MAX_CACHE_BYTES) -> None:
        self._viewing, self._origin, self._most = viewing, origin, most
        self._kept: OrderedDict[str, tuple[RenderedFile, bytes]] = OrderedDict()
        self._size, self._lock = 0, threading.Lock()
        register_cache(self.clear)

    def view_request(self, request: Request) -> ViewRequest:
        """The question of a request. What it does not know it leaves out; NoDataset when there is no data."""
        params = {name: request.query_params.getlist(name) for name in request.query_params}
        view = self._viewing({name: values[0] for name, values in params.items()})
        settings = view.settings
        language = get_language(
            request_language(request.query_params, request.headers), settings.language, settings.timezone
        )
        return ViewRequest(
            view, language, parse_filters(view, params), self._origin, str(request.path_params.get("id", "")), params
        )

    def __call__(self, request: Request, make: Renderer, extra: tuple[str, ...] = ()) -> Response:
        """The response. `extra` are the names of parameters that only this answer knows."""
        ask = self.view_request(request)
        etag, modified = self._etag(request, ask, extra), formatdate(ask.view.dataset.modified, usegmt=True)
        headers = {
            "ETag": f'W/"{etag}"', "Last-Modified": modified, "Cache-Control": "no-cache", "Vary": "Accept-Encoding, Accept-Language",
            "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
        }  # fmt: skip
        if _is_not_modified(request, etag, ask.view.dataset.modified):
            return Response(status_code=304, headers=headers)
        answer, packed = self._answer(etag, ask, make)
        headers |= answer.headers
        if answer.redirect_to:
            return RedirectResponse(answer.redirect_to, answer.status, headers)
        if answer.file_name:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(answer.file_name)}"
        if packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(packed, answer.status, headers, answer.media_type)
        return Response(answer.body, answer.status, headers, answer.media_type)

    def _etag(self, request: Request, ask: ViewRequest, extra: tuple[str, ...]) -> str:
        told = [(name, value) for name in extra for value in ask.params.get(name, ())]
        parts = (
            CODE_VERSION, ask.view.dataset.signature, ask.view.today.isoformat(), request.scope["route"].path, ask.id, ask.origin,
            urlencode([*ask.filters.params(), *ask.sticky_params, *told]),
        )  # fmt: skip
        return blake2b("\0".join(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()

    def _answer(self, etag: str, ask: ViewRequest, make: Renderer) -> tuple[RenderedFile, bytes]:
        with self._lock:
            if etag in self._kept:
                self._kept.move_to_end(etag)
                return self._kept[etag]
        answer = make(ask)
        small = (
            answer.media_type.startswith(("image/", "application/vnd.", "application/zip")) or len(answer.body) < 500
        )
        made = (answer, b"" if small else gzip.compress(answer.body, 6, mtime=0))
        if answer.status < 400:  # nobody fills the memory with what is not there
            self._keep(etag, made)
        return made

    def _keep(self, etag: str, made: tuple[RenderedFile, bytes]) -> None:
        with self._lock:
            if etag not in self._kept:
                self._size += _size(made)
            self._kept[etag] = made
            while self._size > self._most and len(self._kept) > 1:
                self._size -= _size(self._kept.popitem(last=False)[1])

    def clear(self) -> None:
        """Forgets every answer: for when words were removed for safety."""
        with self._lock:
            self._kept.clear()
            self._size = 0


def _size(made: tuple[RenderedFile, bytes]) -> int:
    return len(made[0].body) + len(made[1]) + 1000


def _is_not_modified(request: Request, etag: str, modified: float) -> bool:
    """Whether the client says that it has this very answer. What it says of time counts only where it says no ETag."""
    if (known := request.headers.get("if-none-match")) is not None:
        return known.strip() == "*" or etag in {tag.strip().removeprefix("W/").strip('"') for tag in known.split(",")}
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return int(modified) <= since.timestamp()
    except (ValueError, TypeError, OverflowError):
        return False


def _code_version() -> str:
    """A sign of the code that answers: after an upgrade nobody is told that nothing has changed."""
    root, sign = Path(__file__).parent.parent, blake2b(digest_size=8)
    for path in sorted(
        p for p in root.rglob("*") if p.suffix in {".py", ".html", ".css", ".js", ".po", ".svg", ".ttf"}
    ):
        sign.update(path.read_bytes())
    return sign.hexdigest()


CODE_VERSION = _code_version()
