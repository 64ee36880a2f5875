"""Static files, compressed once and kept: a first view on a slow line needs half the bytes."""

import gzip
import mimetypes
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

ONE_DAY = "public, max-age=86400"
IMMUTABLE = "public, max-age=31536000, immutable"
COMPRESSIBLE_TYPES = {".js", ".css", ".svg", ".json", ".txt"}


@lru_cache(maxsize=512)
def _compressed(raw: bytes) -> bytes:
    return gzip.compress(raw, 9, mtime=0)


def file_response(name: str, raw: bytes, request: Request, keep: str = IMMUTABLE) -> Response:
    """The file, compressed where the browser takes it, to be kept for a year: its name changes with its content."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": keep, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if Path(name).suffix in COMPRESSIBLE_TYPES and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(_compressed(raw), media_type=kind, headers=headers)
    return Response(raw, media_type=kind, headers=headers)


@lru_cache(maxsize=512)
def _read(path: Path) -> bytes:
    return path.read_bytes()


class StaticFilesMiddleware:
    """ASGI middleware: answers for the text files below a folder; everything else goes on to the app.

    `instead` are files of ours, by the pattern of the name whose place they take.
    """

    def __init__(self, app: Any, *, prefix: str, folder: Path, instead: Mapping[str, Path] | None = None) -> None:
        self.app = app
        self.ours = {
            f"{prefix}{there.relative_to(folder).as_posix()}": ours
            for pattern, ours in (instead or {}).items()
            for there in folder.glob(pattern)
        }
        # only names that were there at the start: nothing in a path is ever looked up on the disk
        self.files = {
            f"{prefix}{p.relative_to(folder).as_posix()}": p
            for p in folder.rglob("*")
            if p.suffix in COMPRESSIBLE_TYPES and p.is_file()
        }

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answers, or hands the request on."""
        asked = scope.get("path", "") if scope["type"] == "http" and scope["method"] == "GET" else ""
        if ours := self.ours.get(asked):
            # its name is Streamlit's, and does not change with our content
            await file_response(ours.name, _read(ours), Request(scope), ONE_DAY)(scope, receive, send)
            return
        path = self.files.get(asked)
        if path is None:
            await self.app(scope, receive, send)
            return
        await file_response(path.name, _read(path), Request(scope))(scope, receive, send)
