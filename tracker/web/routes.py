"""The routes that answer without Streamlit, each with the function that renders its answer."""

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
"""Path → (renderer, the query parameters that only this route uses)."""


def public_routes(responder: CachedResponder) -> list[Route]:
    """Return the routes, in the order of `ROUTE_PATHS`; the first that matches answers."""
    return [_route(responder, path, render, extra=extra) for path, (render, extra) in ROUTE_PATHS.items()]


def _route(responder: CachedResponder, path: str, render: Renderer, *, extra: tuple[str, ...]) -> Route:
    def answer(request: Request) -> Response:
        try:
            return responder(request, render, extra)
        except NoDataset as error:
            return PlainTextResponse(str(error), 503, {"Cache-Control": "no-store"})

    return Route(path, answer)
