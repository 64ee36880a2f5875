"""What a file that leaves the dashboard says of itself: which past it shows, whose it is, where the current version is."""

from urllib.parse import urlencode

from tracker.publishing.request import ViewRequest


def download_name(ask: ViewRequest) -> str:
    """What a file of this view is called, without its ending: the day that it speaks of, and when that was recorded."""
    recorded = f"-recorded-{ask.view.recorded[:10]}" if ask.view.recorded else ""
    return f"recommendations-{ask.view.local_date.isoformat()}{recorded}"


def as_of_notice(ask: ViewRequest) -> list[str]:
    """Which past is shown, as sentences; none for now."""
    view, language = ask.view, ask.language
    _ = language.gettext
    found = []
    if view.as_of:
        found.append(
            _(
                "This is how things stood on {day}: what is dated later is left out.",
                day=language.format_day(view.as_of),
            )
        )
    if view.recorded:
        found.append(
            _(
                "As recorded on {day}: what was recorded later is left out.",
                day=language.format_timestamp(view.recorded),
            )
        )
    return found


def current_version_link(ask: ViewRequest, path: str) -> str | None:
    """The link to the same thing as it is now; None where that is what is shown."""
    if not ask.view.is_past:
        return None
    return f"{ask.origin}{path}?{urlencode([*ask.filters.params(), ('lang', ask.language.code)])}"


def file_notice(ask: ViewRequest, path: str) -> list[str]:
    """All that a reader of the file should know, a line each: title, past, where it comes from, publisher, licence."""
    publisher, language = ask.view.settings.publisher, ask.language
    _ = language.gettext
    now = current_version_link(ask, path)
    return [
        language.resolve(ask.view.settings.title).text,
        *as_of_notice(ask),
        *([f"{_('See the current version')}: {now}"] if now else []),
        language.resolve(publisher.name).text,
        *([language.resolve(publisher.licence).text] if publisher.licence else []),
        ask.self_link("/recommendations"),
    ]
