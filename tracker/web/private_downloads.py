"""The downloads of private files: each address answers only to the sign-in for which a page made it, and asks again who that is."""

from collections.abc import Callable, Mapping
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from tracker.model.attached_files import PRIVATE_FILES_PATH, AttachedFile
from tracker.model.errors import NoDataset
from tracker.storage.failures import DatabaseUnavailable
from tracker.web.file_downloads import AWAY, NOT_FOUND, content_disposition, refuse_file
from tracker.web.unavailable import unavailable_response

MAX_READING = 2
"""How many private files are looked for and read at the same time."""
PrivateFileFinder = Callable[[Mapping[str, str], str], tuple[AttachedFile, bytes] | None]
"""Takes the cookies of a request and a path. Returns the private file of this address, or None for anybody else."""


class PrivateFilesMiddleware:
    """ASGI middleware that answers requests below PRIVATE_FILES_PATH, and passes every other request on.

    Whatever the reason, a file that is not sent gets the same answer. It is no route, because Streamlit would compress the file.
    """

    def __init__(self, app: Any, *, find: PrivateFileFinder) -> None:
        self.app, self._find, self._limiter = app, find, CapacityLimiter(MAX_READING)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer GET and HEAD requests for private files. Pass every other request on."""
        is_ours = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if is_ours and scope["path"].startswith(PRIVATE_FILES_PATH):
            response = await self._answer(Request(scope))
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if not request.cookies:
            return refuse_file(request, NOT_FOUND, 404)
        path = request.scope["path"]
        try:
            found = await to_thread.run_sync(self._find, request.cookies, path, limiter=self._limiter)
        except NoDataset as error:
            return unavailable_response(request, error)
        except DatabaseUnavailable:
            return refuse_file(request, AWAY, 503)
        except OSError:
            found = None
        if found is None:
            return refuse_file(request, NOT_FOUND, 404)
        entry, data = found
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": content_disposition(entry),
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Robots-Tag": "noindex",
        }
        return Response(data, media_type="application/octet-stream", headers=headers)
