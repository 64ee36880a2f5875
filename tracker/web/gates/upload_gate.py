"""Decide which uploads of editors reach Streamlit, and how many files are kept in memory at the same time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse

UPLOAD_PATH = "/_stcore/upload_file/"
"""The address of Streamlit for uploads, followed by the id of the session and the id of the file."""
MAX_UPLOAD_MEMORY = 250_000_000
"""The largest size of all uploaded files in memory, in bytes: about ten files of the full size, or more small ones."""
STALL_SECONDS = 30.0
"""If nothing comes of an upload for so many seconds, it is ended."""
FRAME_BYTES = 1_000_000
"""At most so many bytes may be added to a file by the format of an upload. Streamlit has the same limit."""
# the rest of the file is not read, so nothing else can come through the connection of a refused upload
_refusal = partial(PlainTextResponse, headers={"Connection": "close"})


class UploadGate:
    """Lets an open page of an editor send files as long as there is room for them in memory.

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
        self._coming = 0  # bytes of the files that are being received
        self.open_sessions: Counter[str] = Counter()
        """Session id → number of its open pages. The StreamlitGateMiddleware keeps it up to date."""

    async def receive(self, app: Any, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request of an editor on to `app` if it sends or removes a file of an open page.

        Answer 404 otherwise, 413 if there is no room in memory, and 408 if the rest of a file does not come.
        """
        session, _, file = scope["path"].removeprefix(UPLOAD_PATH).partition("/")
        length = HTTPConnection(scope).headers.get("content-length", "")
        # an upload without a length, or with one that is too large, is ended by Streamlit when it is too large
        size = min(int(length), self._largest) if length.isascii() and length.isdigit() else self._largest
        is_known = bool(file) and "/" not in file and session in self.open_sessions
        if is_known and scope["method"] == "DELETE":
            await app(scope, receive, send)
        elif not (is_known and scope["method"] == "PUT"):
            await PlainTextResponse("not found", 404)(scope, receive, send)
        elif not self._has_room(size):
            await _refusal("too many files at once; save some of them first", 413)(scope, receive, send)
        else:
            self._coming += size
            try:
                await _receive_in_time(app, scope, receive, send)
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


async def _receive_in_time(app: Any, scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Pass an upload on to `app`. End it and answer 408 if nothing comes of it for STALL_SECONDS."""

    async def receive_in_time() -> Any:
        async with asyncio.timeout(STALL_SECONDS):
            return await receive()

    try:
        await app(scope, receive_in_time, send)
    except TimeoutError:
        await _refusal("the file came too slowly", 408)(scope, receive, send)
