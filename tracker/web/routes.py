"""The addresses that answer without Streamlit, each with the function that makes its answer."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tracker import api
from tracker.brief import brief
from tracker.calendar_file import calendar
from tracker.card import card
from tracker.export_csv import csv_file
from tracker.export_xlsx import workbook
from tracker.feed import feed
from tracker.preview import general, picture
from tracker.problems import NoDataset
from tracker.snapshot import snapshot
from tracker.web.ask import Answers, Make

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
    "/api/recommendations.json": (api.recommendations, ()),
    "/api/recommendations/{id}.json": (api.recommendation, ()),
    "/api/schema.json": (api.schema, ()),
    "/api/{id:path}": (api.nothing, ()),
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
