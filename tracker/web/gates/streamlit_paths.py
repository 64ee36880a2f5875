"""The allow-list of what reaches Streamlit: our own routes and the few addresses that our pages need."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.routing import Match, Route

from tracker.web.gates.streamlit_gate import ALLOWED_PATHS
from tracker.web.gates.upload_gate import UPLOAD_PATH

STATIC_PATH = "/static/"
"""The start of the addresses of Streamlit's own scripts, fonts and pictures."""
ICON_PATH = "/favicon.png"


class StreamlitPathsMiddleware:
    """ASGI middleware that lets only these requests reach Streamlit, and answers 404 for all others.

    Streamlit answers more than our pages need: files that it keeps in memory and gives to anybody (`/media/…`), files of
    components and of the app, a sign-in of its own. `routes` are our own routes. This is the last middleware: what the
    pages, downloads and uploads need is answered or checked before.
    """

    def __init__(self, app: Any, *, routes: Sequence[Route]) -> None:
        self.app, self._routes = app, routes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, or answer 404."""
        if scope["type"] == "http" and not self._is_known(scope):
            await PlainTextResponse("not found", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_known(self, scope: Any) -> bool:
        path = scope["path"]
        return (
            path in ALLOWED_PATHS | {ICON_PATH}
            or path.startswith((STATIC_PATH, UPLOAD_PATH))
            or any(route.matches(scope)[0] is not Match.NONE for route in self._routes)
        )
