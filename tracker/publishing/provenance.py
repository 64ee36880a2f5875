"""What a downloaded file says about itself: its date, its publisher, and the address of the current version."""

from urllib.parse import urlencode

from tracker.publishing.request import ViewRequest


def download_name(request: ViewRequest) -> str:
    """Return the file name of a download, without the ending.

    The name contains the day of the view. If the view has a recorded time, the name also contains the day of that time.
    """
    recorded = f"-recorded-{request.view.recorded[:10]}" if request.view.recorded else ""
    return f"recommendations-{request.view.local_date.isoformat()}{recorded}"


def as_of_notice(request: ViewRequest) -> list[str]:
    """Return sentences that say which past state is shown. Empty if the present is shown."""
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
    """Return the link to the current version of the file at `path`, or None if the request shows the present."""
    if not request.view.is_past:
        return None
    return f"{request.origin}{path}?{urlencode([*request.filters.params(), ('lang', request.language.code)])}"


def file_notice(request: ViewRequest, path: str) -> list[str]:
    """Return what a reader of a downloaded file should know, as lines.

    The lines are: title, past date, link to the current version, publisher, licence, link to the dashboard. Lines that
    do not apply are left out.
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
