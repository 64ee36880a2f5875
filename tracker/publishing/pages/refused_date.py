"""The answers to an address with a past date that cannot be shown: why, and links to what can be shown."""

from collections.abc import Callable

from tracker.i18n import Language
from tracker.model.errors import PastDateRefused, RefusedDate
from tracker.publishing.pages.frame import RenderedPage, build_page
from tracker.publishing.render_context import ViewRequest, render
from tracker.publishing.request import RenderedFile, current_version_link

_WRONG, _NOT_YET = (RefusedDate.UNREADABLE, RefusedDate.FUTURE), (RefusedDate.BEFORE_FIRST, RefusedDate.NEVER_RECORDED)
REFUSED_DATE_STATUS = dict.fromkeys(_WRONG, 400) | dict.fromkeys(_NOT_YET, 404)
"""Reason → HTTP status. 400: the address is wrong. 404: the address is right, but there was nothing then."""

RefusedDateRenderer = Callable[[ViewRequest, PastDateRefused, str], RenderedFile]
"""A function that takes a request for the present, the refused date and the path, and returns the answer."""


def refusal_sentence(language: Language, refused: PastDateRefused) -> str:
    """Return a sentence in the reader's language that says why a past date cannot be shown."""
    value, first = refused.value, refused.first
    return language.gettext(
        refused.why.label,
        value=language.format_date(value) if refused.why is RefusedDate.FUTURE else value,
        first=language.format_day(first) if first else "",
    )


def render_refused(request: ViewRequest, refused: PastDateRefused, path: str) -> RenderedPage:
    """Return the page that says why a past date cannot be shown. `request` is for the present."""
    others = {"lang", "as_of", "recorded", "editing"}
    params = [(name, value) for name, values in request.params.items() if name not in others for value in values]

    def content(context: ViewRequest) -> str:
        first, sentence = refused.first, refusal_sentence(request.language, refused)
        there = context.link(path, *params, ("recorded", first.isoformat())) if first else ""
        current = context.link(path, *params)
        return render("layout/refused_date.html", context, sentence=sentence, first=there, current=current)

    asked, status = [(refused.parameter, refused.value)], REFUSED_DATE_STATUS[refused.why]
    return build_page(request, path, content, params=params, status=status, refused=asked)


def render_refused_text(request: ViewRequest, refused: PastDateRefused, path: str) -> RenderedFile:
    """Return a plain text that says why a past date cannot be shown, with the address of the current version."""
    _, current = request.language.gettext, current_version_link(request, path, *request.filters.params())
    text = f"{refusal_sentence(request.language, refused)}\n{_('See the current version')}: {current}\n"
    return RenderedFile(text.encode(), "text/plain; charset=utf-8", status=REFUSED_DATE_STATUS[refused.why])
