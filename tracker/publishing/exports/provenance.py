"""What a downloaded file says about itself: its date, its publisher, and the address of the current version."""

from dataclasses import replace

from tracker.publishing.request import ViewRequest
from tracker.queries.current_view import recorded_day


def download_name(request: ViewRequest) -> str:
    """Return the file name of a download, without the ending: with the day of the view and of its recorded time, if any."""
    view = request.view
    recorded = f"-recorded-{recorded_day(view.recorded, view.dataset)}" if view.recorded else ""
    return f"recommendations-{view.as_of or view.today}{recorded}"


def current_version_link(request: ViewRequest, path: str, *pairs: tuple[str, str]) -> str:
    """Return the link to the current version of the file at `path` with the URL parameters `pairs`."""
    return replace(request.context, sticky_params=(("lang", request.language.code),)).link(path, *pairs)


def past_notice(request: ViewRequest, path: str, *pairs: tuple[str, str]) -> list[str]:
    """Return sentences that say which past state a file shows, the last one with the link to the current version.

    `path` and `pairs` are the path and the URL parameters of the file. Empty if the file shows the present.
    """
    if not request.view.is_past:
        return []
    link = current_version_link(request, path, *pairs)
    return [*request.context.past_sentences.values(), f"{request.language.gettext('See the current version')}: {link}"]


def file_notice(request: ViewRequest, path: str) -> list[str]:
    """Return lines for the reader of a file: title, past date, current version, publisher, licence, dashboard."""
    publisher, language = request.view.settings.publisher, request.language
    return [
        language.resolve(request.view.settings.title).text,
        *past_notice(request, path, *request.filters.params()),
        language.resolve(publisher.name).text,
        *([language.resolve(publisher.licence).text] if publisher.licence else []),
        request.self_link("/recommendations"),
    ]
