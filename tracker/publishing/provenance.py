"""What a downloaded file says about itself: its date, who published it, and where the current version is."""

from urllib.parse import urlencode

from tracker.publishing.request import ViewRequest


def download_name(request: ViewRequest) -> str:
    """Return the file name of a download without its ending.

    It contains the day of the view, and also the day of its recorded time if it has one.
    """
    recorded = f"-recorded-{request.view.recorded[:10]}" if request.view.recorded else ""
    return f"recommendations-{request.view.local_date.isoformat()}{recorded}"


def as_of_notice(request: ViewRequest) -> list[str]:
    """Return sentences that say which past state is shown. Empty for the present."""
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
    """Return the link to the current version, or None if the request already shows it."""
    if not request.view.is_past:
        return None
    return f"{request.origin}{path}?{urlencode([*request.filters.params(), ('lang', request.language.code)])}"


def file_notice(request: ViewRequest, path: str) -> list[str]:
    """Return what a reader of the file should know, one item in each line.

    The lines are: title, past date, link to the current version, publisher, licence, link to the dashboard.
    """
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
