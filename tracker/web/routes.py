"""The paths that are answered without Streamlit, each with the function that renders the answer."""

import gzip
from collections.abc import Mapping
from functools import partial

from tracker.config import parse_place
from tracker.i18n import get_language
from tracker.importing.tables.vocabulary import render_import_template
from tracker.publishing.exports import json_api
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.pages.analysis import render_pictures
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.embed import render_embedded, render_oembed
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.sheet import render_sheet
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.publishing.pictures.preview_image import render_general_preview, render_preview
from tracker.publishing.render_context import ViewRequest
from tracker.queries.current_view import current_view
from tracker.queries.lists.filters import Filters
from tracker.sandbox.host import JobAnswer
from tracker.web.page_shell import refuse_date, render_permanent_link
from tracker.web.responses import PublicRoute, is_compressed_type

FILTERS = tuple(row.name for row in Filters.rows() if row.narrows)
"""The names of the URL parameters that choose recommendations."""
LIST = (*FILTERS, "sort")
"""The names of the URL parameters of a list of recommendations."""
_api = partial(PublicRoute, refuse=json_api.render_refused_date)
ROUTES_BY_PATH: dict[str, PublicRoute] = {
    "/r/{id}.png": PublicRoute(render_preview),
    "/r/{id}": PublicRoute(render_permanent_link, refuse=refuse_date, is_page=True),
    "/r/{id}/sheet": PublicRoute(render_sheet, refuse=refuse_date),
    "/embed/r/{id}": PublicRoute(render_embedded),
    "/embed/recommendations": PublicRoute(render_embedded, LIST),
    "/oembed.json": PublicRoute(render_oembed, ("url", "format", "maxwidth", "maxheight")),
    "/preview.png": PublicRoute(render_general_preview, FILTERS),
    "/snapshot.html": PublicRoute(render_snapshot, LIST, is_large=True, refuse=refuse_date),
    "/brief.html": PublicRoute(render_brief, LIST, is_large=True, refuse=refuse_date),
    "/feed.xml": PublicRoute(render_feed, (*FILTERS, "since", "change")),
    "/calendar.ics": PublicRoute(render_calendar, (*FILTERS, "since")),
    "/export.csv": PublicRoute(render_csv, (*LIST, "columns"), is_large=True),
    "/export.xlsx": PublicRoute(render_xlsx, (*LIST, "columns"), is_large=True),
    "/pictures.js": PublicRoute(render_pictures, READER_PAGES["/analysis"].params),
    "/import-template.xlsx": PublicRoute(render_import_template),
    "/api/recommendations.json": _api(json_api.render_list, LIST, is_large=True),
    "/api/recommendations/{id}.json": _api(json_api.render_one),
    "/api/deadlines.json": _api(json_api.render_deadline_data, ("body",)),
    "/api/schema.json": _api(json_api.render_schema),
    "/api/{id:path}": _api(json_api.render_not_found),
}


def render_large_file(
    _data: bytes,
    place: str,
    path: str,
    id: str,
    *,
    params: Mapping[str, list[str]],
    language: str,
    origin: str,
    compress: bool,
) -> JobAnswer:
    """Render the answer of the route `path` in its own process. Return (facts about the answer, its body).

    The facts are media_type, file_name, status, signature (of the data) and is_gzipped. `_data` is not used.
    """
    view = current_view(parse_place(place), {name: values[0] for name, values in params.items()})
    filters = Filters.from_params(view, params)
    request = ViewRequest(view, get_language(language, view.settings), filters, origin=origin, id=id, params=params)
    answer = ROUTES_BY_PATH[path].render(request)
    is_gzipped = compress and not is_compressed_type(answer.media_type)
    about = {name: getattr(answer, name) for name in ("media_type", "file_name", "status")}
    about |= {"signature": view.dataset.signature, "is_gzipped": is_gzipped}
    return about, gzip.compress(answer.body, 6, mtime=0) if is_gzipped else answer.body
