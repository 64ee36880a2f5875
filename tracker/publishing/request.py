"""The result of functions that render a file (RenderedFile), the links and notices in files, and the answers to past dates that cannot be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tracker.config import is_loopback
from tracker.i18n import Language
from tracker.model.errors import PastDateRefused, RefusedDate
from tracker.publishing.render_context import PAST, ViewRequest
from tracker.queries.current_view import recorded_day


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """The answer to a request. `file_name` is "" if it is no download."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    file_name: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Renderer = Callable[[ViewRequest], RenderedFile]
RefusedDateRenderer = Callable[[ViewRequest, PastDateRefused, str], RenderedFile]
"""A function that takes a request for the present, the refused date and the path, and returns the answer."""
_WRONG, _NOT_YET = (RefusedDate.UNREADABLE, RefusedDate.FUTURE), (RefusedDate.BEFORE_FIRST, RefusedDate.NEVER_RECORDED)
REFUSED_DATE_STATUS = dict.fromkeys(_WRONG, 400) | dict.fromkeys(_NOT_YET, 404)
"""Reason → HTTP status. 400: the address is wrong. 404: the address is right, but there was nothing then."""


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


def refusal_sentence(language: Language, refused: PastDateRefused) -> str:
    """Return a sentence in the reader's language that says why a past date cannot be shown."""
    value, first = refused.value, refused.first
    return language.gettext(
        refused.why.label,
        value=language.format_date(value) if refused.why is RefusedDate.FUTURE else value,
        first=language.format_day(first) if first else "",
    )


def render_refused_text(request: ViewRequest, refused: PastDateRefused, path: str) -> RenderedFile:
    """Return a plain text that says why a past date cannot be shown, with the address of the current version."""
    _, current = request.language.gettext, current_version_link(request, path, *request.filters.params())
    text = f"{refusal_sentence(request.language, refused)}\n{_('See the current version')}: {current}\n"
    return RenderedFile(text.encode(), "text/plain; charset=utf-8", status=REFUSED_DATE_STATUS[refused.why])
