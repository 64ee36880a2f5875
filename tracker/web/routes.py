"""The addresses that answer without Streamlit, each with the function that makes its answer."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tracker.model.errors import NoDataset
from tracker.publishing import json_api
from tracker.publishing.atom_feed import render_feed
from tracker.publishing.brief import render_brief
from tracker.publishing.card import render_card
from tracker.publishing.csv_export import render_csv
from tracker.publishing.ics_calendar import render_calendar
from tracker.publishing.preview_image import render_general_preview, render_preview
from tracker.publishing.request import Renderer
from tracker.publishing.snapshot import render_snapshot
from tracker.publishing.xlsx_export import render_xlsx
from tracker.web.responses import CachedResponder

ROUTE_PATHS: dict[str, tuple[Renderer, tuple[str, ...]]] = {
    "/r/{id}.png": (render_preview, ()),
    "/r/{id}": (render_card, ()),
    "/preview.png": (render_general_preview, ()),
    "/snapshot.html": (render_snapshot, ()),
    "/brief.html": (render_brief, ()),
    "/feed.xml": (render_feed, ("id",)),
    "/calendar.ics": (render_calendar, ()),
    "/export.csv": (render_csv, ("columns",)),
    "/export.xlsx": (render_xlsx, ("columns",)),
    "/api/recommendations.json": (json_api.render_list, ()),
    "/api/recommendations/{id}.json": (json_api.render_one, ()),
    "/api/schema.json": (json_api.render_schema, ()),
    "/api/{id:path}": (json_api.render_not_found, ()),
}
"""Path → (what makes the answer, the parameters that only it knows)."""


def public_routes(answers: CachedResponder) -> list[Route]:
    """A route for every answer."""
    return [_route(answers, path, make, extra) for path, (make, extra) in ROUTE_PATHS.items()]


def _route(answers: CachedResponder, path: str, make: Renderer, extra: tuple[str, ...]) -> Route:
    def answer(request: Request) -> Response:
        try:
            return answers(request, make, extra)
        except NoDataset as bad:
            return PlainTextResponse(str(bad), 503, {"Cache-Control": "no-store"})

    return Route(path, answer)
