"""The addresses that answer without Streamlit, each with the function that makes its answer."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tracker.model.problems import NoDataset
from tracker.publishing import json_api
from tracker.publishing.atom_feed import feed
from tracker.publishing.brief import brief
from tracker.publishing.card import card
from tracker.publishing.csv_export import csv_file
from tracker.publishing.ics_calendar import calendar
from tracker.publishing.preview_image import general, picture
from tracker.publishing.snapshot import snapshot
from tracker.publishing.xlsx_export import workbook
from tracker.web.responses import Answers, Make

ANSWERS: dict[str, tuple[Make, tuple[str, ...]]] = {
    "/r/{id}.png": (picture, ()),
    "/r/{id}": (card, ()),
    "/preview.png": (general, ()),
    "/snapshot.html": (snapshot, ()),
    "/brief.html": (brief, ()),
    "/feed.xml": (feed, ("id",)),
    "/calendar.ics": (calendar, ()),
    "/export.csv": (csv_file, ("columns",)),
    "/export.xlsx": (workbook, ("columns",)),
    "/api/recommendations.json": (json_api.recommendations, ()),
    "/api/recommendations/{id}.json": (json_api.recommendation, ()),
    "/api/schema.json": (json_api.schema, ()),
    "/api/{id:path}": (json_api.nothing, ()),
}
"""Path → (what makes the answer, the parameters that only it knows)."""


def routes(answers: Answers) -> list[Route]:
    """A route for every answer."""
    return [_route(answers, path, make, extra) for path, (make, extra) in ANSWERS.items()]


def _route(answers: Answers, path: str, make: Make, extra: tuple[str, ...]) -> Route:
    def answer(request: Request) -> Response:
        try:
            return answers(request, make, extra)
        except NoDataset as bad:
            return PlainTextResponse(str(bad), 503, {"Cache-Control": "no-store"})

    return Route(path, answer)
