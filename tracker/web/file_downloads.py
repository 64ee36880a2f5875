"""Send attached files, public and private, as downloads, and their previews as images.

The browser never shows an uploaded file as a page.
"""

import asyncio
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Any, NamedTuple
from urllib.parse import quote

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from tracker.config import AnyPlace, StoragePlace, format_place
from tracker.model.attached_files import PRIVATE_FILES_PATH, AttachedFile
from tracker.model.dataset import Dataset
from tracker.model.errors import NoDataset
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.model.registers import Document
from tracker.queries.public_files import files_by_name, find_archived_record
from tracker.queries.view import View
from tracker.sandbox.host import JobAnswer, ProcessRefused, ProcessTurns, run_job
from tracker.storage.attached_files import MAX_KEPT_BYTES, PREVIEW_SUFFIX, find_kept, kept_name
from tracker.storage.failures import DatabaseUnavailable
from tracker.storage.file_cache import FileCache
from tracker.storage.open_storage import open_storage
from tracker.web.gates.request_checks import FILES_PATH
from tracker.web.responses import (
    CODE_VERSION,
    NO_STORE,
    REUSED,
    UNAVAILABLE,
    FairThreads,
    Overloaded,
    is_not_modified,
    language_of,
    limits_of_job,
    overloaded_response,
    unavailable_response,
)

MAX_DOWNLOADS = 60
"""The largest number of files that are sent at the same time. Each takes an open file and up to 200 KB of memory."""
MAX_STALLED_SECONDS = 60.0
"""A download is ended if the browser has taken nothing of it for this many seconds."""
MIN_STALLED_SECONDS = 10.0
"""If MAX_DOWNLOADS files are being sent, a new download may end one that has stood still for at least this long."""
MAX_RANGES = 10
"""The largest number of parts of a file in one request. A request for more parts gets the whole file."""
MAX_NAME_LENGTH = 150
MAX_READING = 2
"""The largest number of private files that are looked for and read at the same time."""
PACKAGE_JOB = "tracker.publishing.exports.data_package.answer_package"
_turns = ProcessTurns(1, 0)
FILE_HEADERS = {"Cross-Origin-Resource-Policy": "same-origin", "X-Robots-Tag": "noindex"}
PrivateFileFinder = Callable[[Mapping[str, str], str], tuple[AttachedFile, bytes] | None]
"""Takes the cookies and the path of a request. Returns (entry, bytes) of the private file, or None if not allowed."""

_RANGE = re.compile(r"bytes=(.*)", re.ASCII | re.IGNORECASE)
_ONE_RANGE = re.compile(r"\s*(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))\s*", re.ASCII)
_EXTENSIONS = {FileKind.JPEG: (".jpg", ".jpeg"), FileKind.HTML: (".html", ".htm"), FileKind.MHTML: (".mhtml", ".mht")}
"""Kind of file → extensions that a download may have. For every other kind, the extension is the value of the kind."""
_SHOWN_AS_PAGE = (FileKind.HTML, FileKind.MHTML)
_FORBIDDEN_IN_NAMES = re.compile(r'[\\/:*?"<>|\n]')
NOT_FOUND = N_("There is no such file.")
WITHDRAWN = N_("This file was withdrawn. It is no longer given out.")
AWAY = N_("The database with this file cannot be reached now. Please try again in a minute.")
BUSY = N_("Too many files are being downloaded right now. Please try again in a few seconds.")


class _KeptFile(NamedTuple):
    """A file that may be sent: its entry, path and `os.stat` result, and whether it is the preview of the entry."""

    entry: AttachedFile
    path: Path
    status: os.stat_result
    is_preview: bool

    @property
    def etag(self) -> str:
        """Return the ETag without quotes: the digest of the attached file and, for a preview, also its time and size."""
        made = f"-preview-{self.status.st_mtime_ns:x}-{self.status.st_size:x}" if self.is_preview else ""
        return self.entry.sha256 + made

    @property
    def media_type(self) -> str:
        """Return the media type for the browser."""
        if self.is_preview:
            return "image/webp"
        return "application/octet-stream" if self.entry.kind in _SHOWN_AS_PAGE else self.entry.kind.media_type


class FilesMiddleware:
    """ASGI middleware that answers GET and HEAD requests below the path `prefix`, and passes every other request on.

    This is not a route: Streamlit would compress the answer of a route, and then nobody could ask for a part of a
    file. A subclass defines `prefix` and the method `_answer`.
    """

    prefix: str

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer with a file, or with a sentence that says why it cannot be sent. Pass other requests on."""
        app = self.app
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope["path"].startswith(self.prefix):
            request = Request(scope)
            try:
                app = await self._answer(request)
            except NoDataset as error:
                app = unavailable_response(request, error)
            except DatabaseUnavailable:
                app = refuse_file(request, AWAY, 503)
            except OSError:
                app = refuse_file(request, NOT_FOUND, 404)
        await app(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        raise NotImplementedError


class FileDownloadsMiddleware(FilesMiddleware):
    """Answers requests for public files: those that belong to an active record and were not withdrawn.

    So nobody gets a file of an unpublished record, although its bytes may still be there. `cache` keeps copies of
    files that a database holds; a folder needs none. `most` and `stalled` are as in `DownloadSlots`; previews do not count.
    """

    prefix = FILES_PATH

    def __init__(
        self,
        app: Any,
        *,
        root: AnyPlace,
        view_now: Callable[[], View],
        cache: FileCache | None = None,
        most: int = MAX_DOWNLOADS,
        stalled: tuple[float, float] = (MIN_STALLED_SECONDS, MAX_STALLED_SECONDS),
    ) -> None:
        super().__init__(app)
        self._storage, self._cache, self._view_now = open_storage(root), cache, view_now
        self._threads = FairThreads(1)
        self._downloads = DownloadSlots(most, stalled)

    async def _answer(self, request: Request) -> Response:
        """Return the file that the path names. Or answer 304 (unchanged), 404, 410 (withdrawn), or 503 (too many).

        A file of an archived record leads to the page that says since when and why it is archived.
        """
        name = str(request.scope["path"]).removeprefix(FILES_PATH)
        try:
            found = await self._threads.run(request, partial(self._find, name))
        except Overloaded:
            return refuse_file(request, BUSY, 503)
        if isinstance(found, int):
            if found == 410 and (record := find_archived_record(self._view_now(), name)):
                page = "/treaty-bodies" if isinstance(record, Document) else f"/evidence?id={record.id}"
                return RedirectResponse(page, 303, NO_STORE)
            return refuse_file(request, WITHDRAWN if found == 410 else NOT_FOUND, found)
        headers = FILE_HEADERS | {"ETag": f'"{found.etag}"', "Cache-Control": "private, no-cache"}
        headers["X-Content-Type-Options"] = "nosniff"
        if is_not_modified(request, found.etag, found.status.st_mtime):
            return Response(status_code=304, headers=headers)
        if found.is_preview:
            return _SlottedResponse(found.path, found.status, found.media_type, headers=headers)
        if request.method != "HEAD" and not self._downloads.make_room():
            return refuse_file(request, BUSY, 503)
        headers["Content-Disposition"] = content_disposition(found.entry)
        return _SlottedResponse(found.path, found.status, found.media_type, headers=headers, slots=self._downloads)

    def _find(self, name: str) -> _KeptFile | int:
        """Return the file called `name`. If it cannot be sent, return a status: 410 if it was withdrawn, otherwise 404."""
        files = files_by_name(self._view_now())
        if (entry := files.get(name)) is None:
            return 410 if name in files else 404
        root = self._storage.root
        kept = find_kept(root, name) if isinstance(root, Path) else self._copy_from_database(name)
        return _KeptFile(entry, *kept, is_preview=name.endswith(PREVIEW_SUFFIX)) if kept else 404

    def _copy_from_database(self, name: str) -> tuple[Path, os.stat_result] | None:
        """Return (path, `os.stat` result) of the cached copy; make the copy if needed. None if the database lacks the file."""
        found = self._storage.stat(kept_name(name))
        if found is None or self._cache is None:
            return None
        # it is read once: its bytes never change, and a preview that was made again has another time
        key = f"{name} {found}"
        if (cached := self._cache.get(key)) is None:
            raw = self._storage.read(kept_name(name), MAX_KEPT_BYTES)
            # every copy of the dashboard has to send the same ETag
            cached = self._cache.put(key, raw, modified=found[0])
        return cached, os.stat(cached)


class DownloadSlots:
    """Lets at most `most` files be sent at the same time.

    A download stalls while the browser takes nothing of it. `stalled` has two numbers of seconds: after the first, the
    download may be ended to make room for another; after the second, it is always ended.
    """

    def __init__(self, most: int, stalled: tuple[float, float]) -> None:
        self._most, (self._least_stalled, self._most_stalled) = most, stalled
        self._open: OrderedDict[anyio.CancelScope, float] = OrderedDict()  # the longest without progress first

    def make_room(self) -> bool:
        """Return whether one more file may be sent. If there is no room, first try to end the longest stalled download."""
        if len(self._open) < self._most:
            return True
        slowest, progressed = next(iter(self._open.items()))
        if anyio.current_time() - progressed < self._least_stalled:
            return False
        del self._open[slowest]
        slowest.cancel()
        return True

    async def send_file(self, send_to: Callable[[Any], Any], send: Any) -> None:
        """Call `send_to` with a function that calls `send` and notes the progress. End the download if it stalls for too long."""
        with anyio.CancelScope() as scope:

            def progress() -> None:
                now = anyio.current_time()
                scope.deadline, self._open[scope] = now + self._most_stalled, now
                self._open.move_to_end(scope)

            async def watched_send(message: Any) -> None:
                await send(message)
                if not scope.cancel_called:
                    progress()

            progress()
            try:
                await send_to(watched_send)
            finally:
                self._open.pop(scope, None)


class _SlottedResponse(FileResponse):
    """Sends a file in pieces, or only the parts that the header Range asks for. Without `slots`, no limit applies."""

    def __init__(
        self,
        path: Path,
        status: os.stat_result,
        media_type: str,
        *,
        headers: dict[str, str],
        slots: DownloadSlots | None = None,
    ) -> None:
        super().__init__(path, headers=headers, media_type=media_type, stat_result=status)
        self._slots = slots

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Starlette answers 400 to a header that it does not understand; the standard says to ignore it
        headers = scope["headers"]
        if (asked := Headers(raw=headers).get("range")) is not None and not is_valid_range(asked):
            scope = scope | {"headers": [pair for pair in headers if pair[0].lower() != b"range"]}
        if self._slots is None or scope["method"] == "HEAD":
            await super().__call__(scope, receive, send)
        else:
            await self._slots.send_file(partial(super().__call__, scope, receive), send)


def is_valid_range(header: str) -> bool:
    """Return whether a Range header names at least one and at most MAX_RANGES valid ranges of bytes."""
    match = _RANGE.fullmatch(header.strip())
    ranges = [_ONE_RANGE.fullmatch(part) for part in match[1].split(",")] if match else []
    are_valid = all(one and not (one[1] and one[2] and int(one[1]) > int(one[2])) for one in ranges)
    return 0 < len(ranges) <= MAX_RANGES and are_valid


def content_disposition(file: AttachedFile) -> str:
    """Return the header Content-Disposition that makes the browser save a file (RFC 6266), with a fitting extension.

    Its name is that of the entry or, if that is "", the start of the digest.
    """
    name = _FORBIDDEN_IN_NAMES.sub("_", clean_input(file.name)).strip(". ")
    extensions = _EXTENSIONS.get(file.kind, (f".{file.kind.value}",))
    stem, suffix = (PurePath(name).stem, PurePath(name).suffix) if name else (file.sha256[:16], "")
    if suffix.lower() not in extensions:
        stem, suffix = name or stem, extensions[0]
    return f"attachment; filename*=UTF-8''{quote(stem[:MAX_NAME_LENGTH] + suffix, safe='')}"


def refuse_file(request: Request, message: str, status: int) -> Response:
    """Return an answer without a file. `message` is translated into the reader's language."""
    headers = UNAVAILABLE if status == 503 else NO_STORE
    return PlainTextResponse(language_of(request).gettext(message), status, headers)


class PrivateFilesMiddleware(FilesMiddleware):
    """Answers requests for private files. The address of a private file works for one sign-in only.

    If `find` returns no file, the answer is always the same 404. So it does not tell whether there is such a file.
    """

    prefix = PRIVATE_FILES_PATH

    def __init__(self, app: Any, *, find: PrivateFileFinder) -> None:
        super().__init__(app)
        self._find, self._limiter = find, CapacityLimiter(MAX_READING)

    async def _answer(self, request: Request) -> Response:
        find = partial(self._find, request.cookies, request.scope["path"])
        if not request.cookies or (found := await to_thread.run_sync(find, limiter=self._limiter)) is None:
            return refuse_file(request, NOT_FOUND, 404)
        entry, data = found
        headers = FILE_HEADERS | {"Cache-Control": "no-store", "Content-Disposition": content_disposition(entry)}
        return Response(data, media_type="application/octet-stream", headers=headers)


class PackageMiddleware(FilesMiddleware):
    """Answers requests for /all.zip: the package of all public data, which is made once for each version of the data.

    All who ask while it is made wait for the same file. `cache` keeps it on the disk until words are removed from the data.
    """

    prefix = "/all.zip"

    def __init__(
        self,
        app: Any,
        *,
        place: StoragePlace,
        origin: str,
        view_now: Callable[[], View],
        cache: FileCache,
        run: Callable[..., JobAnswer] = run_job,
    ) -> None:
        super().__init__(app)
        self._place, self._origin, self._view_now = place, origin, view_now
        self._cache, self._run, self._threads = cache, run, FairThreads(1)
        self._downloads = DownloadSlots(MAX_DOWNLOADS, (MIN_STALLED_SECONDS, MAX_STALLED_SECONDS))
        self._made: tuple[str, asyncio.Task[Path]] | None = None

    async def _answer(self, request: Request) -> Response:
        if request.scope["path"] != self.prefix:
            return refuse_file(request, NOT_FOUND, 404)
        try:
            view = await self._threads.run(request, self._view_now)
            version = blake2b(f"{CODE_VERSION} {view.dataset.signature}".encode(), digest_size=16).hexdigest()
            if (path := self._cache.get(version)) is None:
                path = await asyncio.shield(self._task(version, view.dataset))
        except (Overloaded, ProcessRefused, OSError):
            return overloaded_response(request)
        status = os.stat(path)
        headers = REUSED | FILE_HEADERS | {"ETag": f'"{version}"'}
        if is_not_modified(request, version, status.st_mtime):
            return Response(status_code=304, headers=headers)
        if request.method != "HEAD" and not self._downloads.make_room():
            return refuse_file(request, BUSY, 503)
        headers["Content-Disposition"] = "attachment; filename=all.zip"
        return _SlottedResponse(path, status, "application/zip", headers=headers, slots=self._downloads)

    def _task(self, version: str, dataset: Dataset) -> "asyncio.Task[Path]":
        """Return the task that makes the package of this version: the one that is running, or a new one."""
        if self._made is None or self._made[0] != version or self._made[1].done():
            write, modified = partial(self._write, dataset.signature), int(dataset.modified) * 10**9
            work = partial(self._cache.make, version, write, modified=modified)
            self._made = version, asyncio.ensure_future(to_thread.run_sync(work))
        return self._made[1]

    def _write(self, signature: str, path: Path) -> None:
        values = {"place": format_place(self._place), "target": str(path.absolute()), "origin": self._origin}
        limits = limits_of_job(self._place, writable=[path.parent.absolute()])
        if self._run(PACKAGE_JOB, values, limits=limits, turns=_turns)[0]["signature"] != signature:
            raise Overloaded  # somebody saved meanwhile
