"""Decide who may upload a file through Streamlit: only an editor who is signed in, into a session of their own."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import HTTPConnection

UPLOAD_PATH = "/_stcore/upload_file/"
"""The address of Streamlit for uploads, followed by the id of the session and the id of the file."""
ASKS_FOR_UPLOAD = "file_urls_request"
"""The message with which the uploader of a page asks where to send a file."""
UPLOAD_METHODS = frozenset({"PUT", "DELETE"})
MAX_RUNNING_UPLOADS = 2
"""How many files are received at the same time. Each is held in memory."""
MAX_WAITING_SESSIONS = 200
"""The largest number of sessions whose permission to upload is remembered."""
MAX_FILES_EXPECTED = 5
"""How many files a session may send after it asked for their addresses."""


class UploadGate:
    """Remembers which sessions asked for the address of an upload, and lets each send as many files as it asked for.

    `may_upload` takes the cookies of a request and returns whether they are those of an editor who is signed in.
    """

    def __init__(self, may_upload: Callable[[Mapping[str, str]], bool]) -> None:
        self._may_upload = may_upload
        self._expected: OrderedDict[str, int] = OrderedDict()  # session id → files that it may still send
        self._running = 0

    def is_asked(self, session: str, cookies: Mapping[str, str]) -> bool:
        """Return whether the uploader of a session may get an address. If so, one file of this session is expected."""
        if not session or not self._may_upload(cookies):
            return False
        self._expected[session] = min(self._expected.get(session, 0) + 1, MAX_FILES_EXPECTED)
        self._expected.move_to_end(session)
        while len(self._expected) > MAX_WAITING_SESSIONS:
            self._expected.popitem(last=False)
        return True

    def is_allowed(self, scope: Mapping[str, Any], owners: Mapping[str, str], cookie: str) -> bool:
        """Return whether a request may send or remove a file. A file that may be sent is no longer expected.

        `owners` maps the id of each session → its sign-in cookie, and `cookie` is the name of this cookie.
        """
        path = scope["path"].removeprefix(UPLOAD_PATH).split("/")
        if scope["method"] not in UPLOAD_METHODS or len(path) != 2 or not all(path):
            return False
        session, cookies = path[0], HTTPConnection(dict(scope)).cookies
        owner = cookies.get(cookie, "")
        if not owner or owners.get(session) != owner or not self._may_upload(cookies):
            return False
        if scope["method"] == "DELETE":
            return True
        if self._running >= MAX_RUNNING_UPLOADS or self._expected.get(session, 0) < 1:
            return False
        self._expected[session] -= 1
        return True

    async def receive(self, app: Any, scope: dict[str, Any], receive: Any, *, send: Any) -> None:
        """Pass an upload that is allowed on to `app`, and count it while it runs."""
        self._running += 1
        try:
            await app(scope, receive, send)
        finally:
            self._running -= 1
