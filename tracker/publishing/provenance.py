"""What a downloaded file says about itself: which past it shows, who published it, where the current version is."""

from urllib.parse import urlencode

from tracker.publishing.request import ViewRequest


def download_name(request: ViewRequest) -> str:
    """Return the name of a download without its ending: the date it shows, and the day it was recorded if that is past."""
    recorded = f"-recorded-{request.view.recorded[:10]}" if request.view.recorded else ""
    return f"recommendations-{request.view.local_date.isoformat()}{recorded}"


def as_of_notice(request: ViewRequest) -> list[str]:
    """Return which past is shown, as sentences; empty for the present."""
    view, language = request.view, request.language
    _ = language.gettext
    notices = []
    if view.as_of:
        notices.append(
            _(
                "This is how things stood on {day}: what is dated later is left out.",
                day=language.format_day(view.as_of),
            )
        )
    if view.recorded:
        notices.append(
            _(
                "As recorded on {day}: what was recorded later is left out.",
                day=language.format_timestamp(view.recorded),
            )
        )
    return notices


def current_version_link(request: ViewRequest, path: str) -> str | None:
    """Return the link to the current version, or None if the request shows it already."""
    if not request.view.is_past:
        return None
    return f"{request.origin}{path}?{urlencode([*request.filters.params(), ('lang', request.language.code)])}"


def file_notice(request: ViewRequest, path: str) -> list[str]:
    """Return what a reader of the file should know, a line each: title, past, current version, publisher, licence, link."""
    publisher, language = request.view.settings.publisher, request.language
    _ = language.gettext
    current = current_version_link(request, path)
    return [
        language.resolve(request.view.settings.title).text,
        *as_of_notice(request),
        *([f"{_('See the current version')}: {current}"] if current else []),
        language.resolve(publisher.name).text,
        *([language.resolve(publisher.licence).text] if publisher.licence else []),
        request.self_link("/recommendations"),
    ]
