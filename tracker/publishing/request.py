"""The argument of functions that render a file (ViewRequest), their result (RenderedFile), and notices in files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tracker.config import is_loopback
from tracker.i18n import Language
from tracker.publishing.render_context import RenderContext
from tracker.queries.current_view import recorded_day
from tracker.queries.lists.filters import Filters
from tracker.queries.search.file_search import FileTextIndex
from tracker.queries.view import View

Params = Mapping[str, list[str]]


@dataclass(frozen=True)
class ViewRequest:
    """One request of a reader. `id` is the id in the path, or "".

    `origin` is the start of absolute links, never from the Host header. `unread_since` is 0 if the data can be read,
    otherwise the time since which reading fails, in seconds since 1970. `texts` are the texts of attached files,
    or None if these are not searched.
    """

    view: View
    language: Language
    filters: Filters
    origin: str
    id: str = ""
    params: Params = field(default_factory=dict)
    unread_since: float = 0.0
    texts: FileTextIndex | None = None

    @property
    def keeps_language(self) -> bool:
        """Return whether links inside the dashboard have `lang`: the address has it, or the language is not English."""
        return "lang" in self.params or self.language.code != "en"

    def param(self, name: str) -> str:
        """Return the first value of a URL parameter, or ""."""
        return next(iter(self.params.get(name, ())), "")

    @cached_property
    def warnings(self) -> list[str]:
        """Return sentences that say which data cannot be read now; [] if all can."""
        view, language = self.view, self.language
        _, problems, outdated = language.gettext, view.dataset.problems, view.dataset.outdated_counts
        said = []
        if self.unread_since:
            moment = datetime.fromtimestamp(self.unread_since, ZoneInfo(view.settings.timezone))
            day = "" if moment.date() == view.today else f"{language.format_day(moment.date())}, "
            message = _("The data cannot be read since {time}; this is how it stood then.", time=f"{day}{moment:%H:%M}")
            said.append(message)
        if n := len([problem for problem in problems if problem.path not in outdated]):
            said.append(
                language.ngettext(
                    "{n} entry in the data files cannot be read and is left out here. The rest is shown.",
                    "{n} entries in the data files cannot be read and are left out here. The rest is shown.",
                    n,
                )
            )
        if problems and (n := sum(outdated.values())):
            words = _(
                "Some files are being edited and cannot be read now. Entries shown in an earlier version: {n}.", n=n
            )
            said.append(words)
        return said

    @cached_property
    def context(self) -> RenderContext:
        """Return what templates need to render for a reader. Links are absolute, and have `sticky_params`."""
        return RenderContext(self.view, self.language, tuple(self.sticky_params), base=self.origin)

    @property
    def sticky_params(self) -> list[tuple[str, str]]:
        """Return the URL parameters that every link keeps: `lang` and, for a past view, `as_of` and `recorded`."""
        as_of = self.view.as_of.isoformat() if self.view.as_of else ""
        params = [("lang", self.language.code), ("as_of", as_of), ("recorded", self.view.recorded or "")]
        return [(name, value) for name, value in params if value]

    def link(self, path: str, *pairs: tuple[str, str]) -> str:
        """Return the absolute link to `path` with the URL parameters `pairs` and `sticky_params`."""
        return self.context.link(path, *pairs)

    def self_link(self, path: str) -> str:
        """Return the absolute link to `path` with the filters, the language and the past dates of this request."""
        return self.link(path, *self.filters.params())


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """The answer to a request. `file_name` is "" if it is no download."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    file_name: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Renderer = Callable[[ViewRequest], RenderedFile]


def download_name(request: ViewRequest) -> str:
    """Return the file name of a download without its ending, with the day of the view and, if any, the recorded day."""
    view = request.view
    recorded = f"-recorded-{recorded_day(view.recorded, view.dataset)}" if view.recorded else ""
    return f"recommendations-{view.as_of or view.today}{recorded}"


def current_version_link(request: ViewRequest, path: str, *pairs: tuple[str, str]) -> str:
    """Return the link to the current version of `path` with `pairs` as URL parameters, in the same language."""
    return replace(request.context, sticky_params=(("lang", request.language.code),)).link(path, *pairs)


def past_notice(request: ViewRequest, path: str, *pairs: tuple[str, str]) -> list[str]:
    """Return sentences: which past state `path` shows, and a link to the current version. [] if the view is current."""
    if not request.view.is_past:
        return []
    link = current_version_link(request, path, *pairs)
    return [*request.context.past_sentences.values(), f"{request.language.gettext('See the current version')}: {link}"]


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
