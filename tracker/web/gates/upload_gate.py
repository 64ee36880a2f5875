"""Decide who may upload a file through Streamlit, and how many files are received and kept in memory at the same time.

Only an editor who is signed in may upload, into a session of their own. If there are too many files, an
upload waits: its bytes are not read from the network.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse

UPLOAD_PATH = "/_stcore/upload_file/"
"""The address of Streamlit for uploads, followed by the id of the session and the id of the file."""
ASKS_FOR_UPLOAD = "file_urls_request"
"""The type of message with which a page asks where to send chosen files. The browser then sends all of them at once."""
UPLOAD_METHODS = frozenset({"PUT", "DELETE"})
MAX_RUNNING_PER_EDITOR = 3
"""The largest number of files of one editor that are received at the same time. A browser sends at most six."""
MAX_WAITING_UPLOADS = 100
"""The largest number of files that wait until they are received. A file that waits takes 64 KB of memory."""
MAX_WAIT_SECONDS = 600.0
"""The longest time that a file waits until it is received."""
MAX_UPLOAD_MEMORY = 250_000_000
"""The largest size of all uploaded files in memory, in bytes: about ten files of the full size, or more small ones."""
MAX_UPLOAD_MEMORY_PER_EDITOR = 150_000_000
"""The largest part of MAX_UPLOAD_MEMORY, in bytes, that the files of one editor may take."""
LOOK_AGAIN_SECONDS = 1.0
"""How often, in seconds, a waiting upload checks whether there is room in memory now."""
STALL_SECONDS = 30.0
"""If nothing comes of an upload for so many seconds, it is ended."""
SLOWEST_BYTES_PER_SECOND = 10_000
"""An upload may take a minute plus the time that it needs at this speed. A slow mobile network has 200,000."""
MAX_WAITING_SESSIONS = 200
"""The largest number of sessions whose permission to upload is remembered."""
MAX_FILES_EXPECTED = 20
"""The largest number of files that a session may send after it asked for their addresses."""
FRAME_BYTES = 1_000_000
"""At most so many bytes may be added to a file by the format of an upload. Streamlit has the same limit."""
# the rest of the file is not read, so nothing else can come through the connection of a refused upload
_refusal = partial(PlainTextResponse, headers={"Connection": "close"})


@dataclass(eq=False)
class _Upload:
    """An upload that waits or is being received: its `editor` (the sign-in cookie) and its largest possible `size` in bytes."""

    editor: str
    size: int


class UploadGate:
    """Remembers which sessions asked for the addresses of files, and lets each send as many files as it asked for.

    `may_upload` says whether cookies are those of a signed-in editor. `kept` returns session id → bytes of its files
    in memory. `end_session` ends the session of a closed page and drops its files. `largest` is in bytes.
    """

    def __init__(
        self,
        may_upload: Callable[[Mapping[str, str]], bool],
        *,
        kept: Callable[[], Mapping[str, int]] = dict,
        end_session: Callable[[str], None] = lambda _session: None,
        largest: int = 20_000_000,
    ) -> None:
        self._may_upload, self._kept, self._end_session = may_upload, kept, end_session
        self._largest = largest + FRAME_BYTES
        self._most_of_editor = max(MAX_UPLOAD_MEMORY_PER_EDITOR, self._largest)
        self._most = max(MAX_UPLOAD_MEMORY, self._largest)
        self._expected: OrderedDict[str, int] = OrderedDict()  # session id → files that it may still send
        self._running: list[_Upload] = []
        self._waiting: list[_Upload] = []
        self._changed = asyncio.Event()
        self.open_sessions: Counter[str] = Counter()
        """Session id → number of its open pages. The StreamlitGateMiddleware keeps it up to date."""

    def expect_files(self, session: str, cookies: Mapping[str, str], files: int = 1) -> bool:
        """Return whether a session may get addresses to upload files to: only if an editor is signed in.

        If so, the session may send `files` more files, but never more than MAX_FILES_EXPECTED before it asks again.
        """
        if not session or not self._may_upload(cookies):
            return False
        self._expected[session] = min(self._expected.get(session, 0) + files, MAX_FILES_EXPECTED)
        self._expected.move_to_end(session)
        while len(self._expected) > MAX_WAITING_SESSIONS:
            self._expected.popitem(last=False)
        return True

    def admit(self, scope: Mapping[str, Any], owners: Mapping[str, str], cookie: str) -> bool:
        """Return whether a request may send or remove a file. A file that may be sent counts as sent from now on.

        `owners` maps session id → value of the sign-in cookie (named `cookie`) of the browser that opened it. Only
        the owner may send to a session, and only as many files as are expected.
        """
        path = scope["path"].removeprefix(UPLOAD_PATH).split("/")
        if scope["method"] not in UPLOAD_METHODS or len(path) != 2 or not all(path):
            return False
        session, cookies = path[0], HTTPConnection(dict(scope)).cookies
        owner = cookies.get(cookie, "")
        if not owner or owners.get(session) != owner or not self._may_upload(cookies):
            return False
        is_removal = scope["method"] == "DELETE"
        if is_expected := not is_removal and self._expected.get(session, 0) > 0:
            self._expected[session] -= 1
        return is_removal or is_expected

    async def receive(
        self, app: Any, scope: dict[str, Any], receive: Any, *, send: Any, owners: Mapping[str, str]
    ) -> None:
        """Pass an admitted request on to `app`. A file waits until there is room for it.

        Answer 503 if too many files wait or this one waited too long, 413 if the editor has too many files in memory,
        and 408 if it came too slowly. `owners` is as in `admit`.
        """
        if scope["method"] == "DELETE":
            await app(scope, receive, send)
            return
        editor = owners[scope["path"].removeprefix(UPLOAD_PATH).split("/")[0]]
        upload = _Upload(editor, self._size(scope))
        if len(self._waiting) >= MAX_WAITING_UPLOADS:
            await _refusal("too many files are being sent; try again in a few minutes", 503)(scope, receive, send)
        elif not self._has_room_for(upload, owners):
            await _refusal("too many files at once; save some of them first", 413)(scope, receive, send)
        elif not await self._take_turn(upload):
            await _refusal("other files are being sent; try again in a few minutes", 503)(scope, receive, send)
        else:
            try:
                await _receive_in_time(app, scope, receive, send=send, size=upload.size)
            finally:
                self._running.remove(upload)
                self._look_again()

    def _size(self, scope: Mapping[str, Any]) -> int:
        length = HTTPConnection(dict(scope)).headers.get("content-length", "")
        # an upload without a length, or with one that is too large, is ended by Streamlit when it is too large
        return min(int(length), self._largest) if length.isascii() and length.isdigit() else self._largest

    def _has_room_for(self, upload: _Upload, owners: Mapping[str, str]) -> bool:
        """Return whether the files of the editor, with this one, take no more memory than one editor may use."""
        others = (one for one in (*self._running, *self._waiting) if one.editor == upload.editor)
        left = self._most_of_editor - upload.size - sum(one.size for one in others)
        return self._make_room_in_memory(left, lambda session: owners.get(session) == upload.editor)

    def _make_room_in_memory(self, most: int, is_meant: Callable[[str], bool]) -> bool:
        """Return whether the sessions that `is_meant` selects hold at most `most` bytes, if need be after ending closed pages."""

        def kept() -> int:
            return sum(size for session, size in self._kept().items() if is_meant(session))

        if kept() > most:
            # Streamlit keeps the files of a closed page for minutes, in case its connection was interrupted
            for session in [one for one in self._kept() if is_meant(one) and not self.open_sessions[one]]:
                self._end_session(session)
        return kept() <= most

    async def _take_turn(self, upload: _Upload) -> bool:
        """Wait until there is room for an upload. Return True when it may start, False after MAX_WAIT_SECONDS."""
        self._waiting.append(upload)
        try:
            async with asyncio.timeout(MAX_WAIT_SECONDS):
                while not self._is_next(upload):
                    # nothing tells when a page has dropped its files
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                            await self._changed.wait()
            self._running.append(upload)
            return True
        except TimeoutError:
            return False
        finally:
            self._waiting.remove(upload)
            self._look_again()

    def _look_again(self) -> None:
        """Let all waiting uploads check now whether they may start."""
        self._changed.set()
        self._changed.clear()

    def _is_next(self, upload: _Upload) -> bool:
        """Return whether an upload may start now: there is room, and it is the next one."""
        running = Counter(one.editor for one in self._running)
        # of equals the first is taken: it waits longest
        is_first = upload is min(self._waiting, key=lambda one: running[one.editor])
        if not is_first or running[upload.editor] >= MAX_RUNNING_PER_EDITOR:
            return False
        left = self._most - upload.size - sum(one.size for one in self._running)
        return self._make_room_in_memory(left, lambda _session: True)


async def _receive_in_time(app: Any, scope: dict[str, Any], receive: Any, *, send: Any, size: int) -> None:
    """Pass an upload on to `app`. If it comes too slowly, end it, and answer 408 if `app` has not answered."""
    clock, is_answered, is_ended = asyncio.get_running_loop().time, False, False
    deadline = clock() + 60 + size / SLOWEST_BYTES_PER_SECOND

    async def receive_in_time() -> Any:
        nonlocal is_ended
        try:
            async with asyncio.timeout(min(STALL_SECONDS, deadline - clock())):
                return await receive()
        except TimeoutError:
            is_ended = True
            return {"type": "http.disconnect"}

    async def noted_send(message: Any) -> None:
        nonlocal is_answered
        is_answered = True
        await send(message)

    with suppress(ClientDisconnect):
        await app(scope, receive_in_time, noted_send)
    if is_ended and not is_answered:
        await _refusal("the file came too slowly", 408)(scope, receive, send)
