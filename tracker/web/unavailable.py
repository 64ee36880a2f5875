"""The answer to a request that needs something that cannot be read now, such as a database that is away."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tracker.i18n import get_language, request_language
from tracker.model.errors import TrackerError
from tracker.publishing.wording import outage_sentence

RETRY_AFTER_SECONDS = 10
HEADERS = {
    "Cache-Control": "no-store",
    "Retry-After": str(RETRY_AFTER_SECONDS),
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
}


def unavailable_response(request: Request, error: TrackerError) -> Response:
    """Return a response with the status 503 that says why, in the reader's language, and when to ask again."""
    language = get_language(request_language(request.query_params, request.headers))
    return PlainTextResponse(outage_sentence(language, error), 503, HEADERS)
