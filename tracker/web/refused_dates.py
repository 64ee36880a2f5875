"""Answer requests whose `as_of` or `recorded` cannot be used. They are never answered with today's data."""

from functools import partial
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tracker.model.errors import PastDateRefused
from tracker.publishing.request import RenderedFile
from tracker.web.responses import MAX_WAITING, CachedResponder, PublicRoute

LONGEST_PATH = 200
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


class RefusedDateResponder:
    """Answers requests for a past state that cannot be shown. `responder` answers all other requests."""

    def __init__(self, responder: CachedResponder) -> None:
        self._responder = responder
        # one at a time: wrong addresses must not delay right ones
        self._limiter = CapacityLimiter(1)

    async def __call__(self, request: Request, route: PublicRoute, refused: PastDateRefused) -> Response:
        """Return the response: a sentence, and the link to the current version. It is never cached.

        Raises NoDataset if there is no data.
        """
        if self._limiter.statistics().tasks_waiting >= MAX_WAITING:
            return PlainTextResponse(str(refused), 503, NO_STORE)
        answer = await to_thread.run_sync(partial(self._render, request, route, refused), limiter=self._limiter)
        return Response(answer.body, answer.status, NO_STORE | dict(answer.headers), media_type=answer.media_type)

    def _render(self, request: Request, route: PublicRoute, refused: PastDateRefused) -> RenderedFile:
        return route.refuse(
            self._responder.view_request(without_past(request), route.params),
            refused,
            quote(request.scope["path"][:LONGEST_PATH]),
        )


def without_past(request: Request) -> Request:
    """Return the request without the URL parameters `as_of` and `recorded`."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("as_of", "recorded")]
    return Request({**request.scope, "query_string": urlencode(kept).encode()})
