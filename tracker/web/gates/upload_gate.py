"""Decide who may upload a file through Streamlit, and how many files are kept in memory at the same time.

Only an editor who is signed in may upload, and only as many files as the open page asked to send.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse

UPLOAD_PATH = "/_stcore/upload_file/"
"""The address of Streamlit for uploads, followed by the id of the session and the id of the file."""
ASKS_FOR_UPLOAD = "file_urls_request"
"""The type of message with which a page asks where to send chosen files. The browser then sends all of them at once."""
MAX_UPLOAD_MEMORY = 250_000_000
"""The largest size of all uploaded files in memory, in bytes: about ten files of the full size, or more small ones."""
STALL_SECONDS = 30.0
"""If nothing comes of an upload for so many seconds, it is ended."""
SLOWEST_BYTES_PER_SECOND = 10_000
"""An upload may take a minute plus the time that it needs at this speed. A slow mobile network has 200,000."""
MAX_FILES_EXPECTED = 20
"""The largest number of files that a session may send after it asked for their addresses."""
FRAME_BYTES = 1_000_000
"""At most so many bytes may be added to a file by the format of an upload. Streamlit has the same limit."""
# the rest of the file is not read, so nothing else can come through the connection of a refused upload
_refusal = partial(PlainTextResponse, headers={"Connection": "close"})


class UploadGate:
    """Remembers which open pages asked for the addresses of files, and lets each send as many files as it asked for.

    `kept` returns session id → bytes of its files in memory. `end_session` ends the session of a closed page and drops
    its files. `largest` is in bytes.
    """

    def __init__(
        self,
        *,
        kept: Callable[[], Mapping[str, int]] = dict,
        end_session: Callable[[str], None] = lambda _session: None,
        largest: int = 20_000_000,
    ) -> None:
        self._kept, self._end_session, self._largest = kept, end_session, largest + FRAME_BYTES
        self._expected: Counter[str] = Counter()
        self._coming = 0  # bytes of the files that are being received
        self.open_sessions: Counter[str] = Counter()
        """Session id → number of its open pages. The StreamlitGateMiddleware keeps it up to date."""

    def expect_files(self, session: str, files: int = 1) -> None:
        """Let an open page send `files` more files, but never more than MAX_FILES_EXPECTED before it asks again."""
        for closed in self._expected.keys() - self.open_sessions.keys():
            del self._expected[closed]
        self._expected[session] = min(self._expected[session] + files, MAX_FILES_EXPECTED)

    async def receive(self, app: Any, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request of an editor on to `app` if its page asked to send or to remove a file.

        Answer 404 otherwise, 413 if there is no room in memory, and 408 if the file came too slowly.
        """
        session, _, file = scope["path"].removeprefix(UPLOAD_PATH).partition("/")
        length = HTTPConnection(scope).headers.get("content-length", "")
        # an upload without a length, or with one that is too large, is ended by Streamlit when it is too large
        size = min(int(length), self._largest) if length.isascii() and length.isdigit() else self._largest
        is_known = bool(file) and "/" not in file and session in self.open_sessions
        if is_known and scope["method"] == "DELETE":
            await app(scope, receive, send)
        elif not (is_known and scope["method"] == "PUT" and self._expected[session] > 0):
            await PlainTextResponse("not found", 404)(scope, receive, send)
        elif not self._has_room(size):
            await _refusal("too many files at once; save some of them first", 413)(scope, receive, send)
        else:
            self._expected[session] -= 1
            self._coming += size
            try:
                await _receive_in_time(app, scope, receive, send=send, size=size)
            finally:
                self._coming -= size

    def _has_room(self, size: int) -> bool:
        """Return whether so many bytes fit into memory, if need be after ending closed pages."""
        most = max(MAX_UPLOAD_MEMORY, self._largest) - size - self._coming
        if sum(self._kept().values()) > most:
            # Streamlit keeps the files of a closed page for minutes, in case its connection was interrupted
            for session in [one for one in self._kept() if not self.open_sessions[one]]:
                self._end_session(session)
        return sum(self._kept().values()) <= most


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
