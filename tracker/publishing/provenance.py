"""What a file that leaves the dashboard says of itself: which past it shows, whose it is, where the current version is."""

from urllib.parse import urlencode

from tracker.web.responses import Ask


def file_name(ask: Ask) -> str:
    """What a file of this view is called, without its ending: the day that it speaks of, and when that was recorded."""
    recorded = f"-recorded-{ask.view.recorded[:10]}" if ask.view.recorded else ""
    return f"recommendations-{ask.view.day.isoformat()}{recorded}"


def past(ask: Ask) -> list[str]:
    """Which past is shown, as sentences; none for now."""
    view, _ = ask.view, ask.language
    found = []
    if view.as_of:
        found.append(_("This is how things stood on {day}: what is dated later is left out.", day=_.day(view.as_of)))
    if view.recorded:
        found.append(_("As recorded on {day}: what was recorded later is left out.", day=_.moment(view.recorded)))
    return found


def current(ask: Ask, path: str) -> str | None:
    """The link to the same thing as it is now; None where that is what is shown."""
    if not ask.view.is_past:
        return None
    return f"{ask.origin}{path}?{urlencode([*ask.query.params(), ('lang', ask.language.code)])}"


def says(ask: Ask, path: str) -> list[str]:
    """All that a reader of the file should know, a line each: title, past, where it comes from, publisher, licence."""
    publisher, _ = ask.view.settings.publisher, ask.language
    now = current(ask, path)
    return [
        _.text(ask.view.settings.title).text,
        *past(ask),
        *([f"{_('See the current version')}: {now}"] if now else []),
        _.text(publisher.name).text,
        *([_.text(publisher.licence).text] if publisher.licence else []),
        ask.address("/recommendations"),
    ]
