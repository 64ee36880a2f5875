"""Serve static files, each compressed only once and then cached. This halves the bytes of a first visit."""

import gzip
import mimetypes
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

ONE_DAY = "public, max-age=86400"
IMMUTABLE = "public, max-age=31536000, immutable"
COMPRESSIBLE_TYPES = {".js", ".css", ".svg", ".json", ".txt"}


_compressed = lru_cache(maxsize=512)(partial(gzip.compress, compresslevel=9, mtime=0))
_read = lru_cache(maxsize=512)(Path.read_bytes)


def file_response(name: str, raw: bytes, request: Request, cache_control: str = IMMUTABLE) -> Response:
    """Return a response with a file, compressed if its type and the browser allow it.

    The default `cache_control` lets browsers keep it for a year: for files whose name changes with their content.
    """
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if Path(name).suffix in COMPRESSIBLE_TYPES and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], raw = "gzip", _compressed(raw)
    return Response(raw, media_type=media_type, headers=headers)


class StaticFilesMiddleware:
    """ASGI middleware that answers requests for the text files in a folder, and passes every other request on.

    `prefix` is the start of the path under which the files of `folder` are requested. `instead` maps a glob pattern to
    our own file, which is served in place of each file that matches the pattern.
    """

    def __init__(self, app: Any, *, prefix: str, folder: Path, instead: Mapping[str, Path] | None = None) -> None:
        self.app = app
        # Listed once at the start: the path of a request never reaches the file system.
        self.files = {
            prefix + path.relative_to(folder).as_posix(): (path, IMMUTABLE)
            for path in folder.rglob("*")
            if path.suffix in COMPRESSIBLE_TYPES and path.is_file()
        }
        for pattern, ours in (instead or {}).items():
            for path in folder.glob(pattern):
                # For one day only: the name is Streamlit's and does not change with our content.
                self.files[prefix + path.relative_to(folder).as_posix()] = ours, ONE_DAY

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer with a file, or pass the request on if it is not a GET request for a known file."""
        app = self.app
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in self.files:
            path, cache_control = self.files[scope["path"]]
            app = file_response(path.name, _read(path), Request(scope), cache_control=cache_control)
        await app(scope, receive, send)
