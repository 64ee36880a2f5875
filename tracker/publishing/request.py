"""The result of functions that render a file (RenderedFile), and the links and notices in files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tracker.config import is_loopback
from tracker.publishing.render_context import PAST, ViewRequest
from tracker.queries.current_view import recorded_day


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """The answer to a request. `file_name` is "" if it is no download, `redirect_to` is "" if it is no redirect."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    file_name: str = ""
    status: int = 200
    redirect_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Renderer = Callable[[ViewRequest], RenderedFile]


def download_name(request: ViewRequest) -> str:
    """Return the file name of a download without its ending, with the day of the view and, if any, the recorded day."""
    view = request.view
    recorded = f"-recorded-{recorded_day(view.recorded, view.dataset)}" if view.recorded else ""
    return f"recommendations-{view.as_of or view.today}{recorded}"


def current_version_link(request: ViewRequest, path: str, *pairs: tuple[str, str]) -> str:
    """Return the link to the current version of `path` with `pairs` as URL parameters, in the same language."""
    return request.link(path, *pairs, without=PAST)


def past_notice(request: ViewRequest, path: str, *pairs: tuple[str, str]) -> list[str]:
    """Return sentences: which past state `path` shows, and a link to the current version. [] if the view is current."""
    if not request.view.is_past:
        return []
    link = current_version_link(request, path, *pairs)
    return [*request.past_sentences.values(), f"{request.language.gettext('See the current version')}: {link}"]


def file_notice(request: ViewRequest, path: str) -> list[str]:
    """Return lines about a file: title, `past_notice`, publisher, licence if any, and the link to the filtered list."""
    publisher, language = request.view.settings.publisher, request.language
    return [
        language.resolve(request.view.settings.title).text,
        *past_notice(request, path, *request.filters.params()),
        language.resolve(publisher.name).text,
        *([language.resolve(publisher.licence).text] if publisher.licence else []),
        request.self_link("/recommendations"),
    ]


def public_origin(origin: str) -> str:
    """Return `origin`, or "" if only this machine can reach it. With "", a file has no links to the dashboard."""
    return "" if is_loopback(urlsplit(origin).hostname) else origin
