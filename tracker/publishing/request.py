"""tracker.publishing.request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tracker.i18n import Language
from tracker.publishing.html import RenderContext
from tracker.queries.filters import Filters
from tracker.queries.view import View

Params = Mapping[str, list[str]]


@dataclass(frozen=True)
class ViewRequest:
    """One question of a reader: the view, the language, the filters, an id where the path holds one.

    `origin` is the public address without a path; links are built on it, never on what the request says of itself.
    """

    view: View
    language: Language
    filters: Filters
    origin: str
    id: str = ""
    params: Params = field(default_factory=dict)

    @cached_property
    def context(self) -> RenderContext:
        """The page of a reader: every link carries the language and the past that is shown."""
        return RenderContext(self.view, self.language, tuple(self.sticky_params), base=self.origin)

    @property
    def sticky_params(self) -> list[tuple[str, str]]:
        """The parameters that every link carries on."""
        found = [("lang", self.language.code)]
        found += [("as_of", self.view.as_of.isoformat())] if self.view.as_of else []
        return found + ([("recorded", self.view.recorded)] if self.view.recorded else [])

    def link(self, path: str, *pairs: tuple[str, str]) -> str:
        """An absolute link that keeps the language and the past."""
        return self.context.link(path, *pairs)

    def self_link(self, path: str) -> str:
        """The absolute link to this same answer."""
        return self.link(path, *self.filters.params())


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """The answer to a question: its bytes and kind, a file name where it is a download, or where it leads on to."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    file_name: str = ""
    status: int = 200
    redirect_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Renderer = Callable[[ViewRequest], RenderedFile]
