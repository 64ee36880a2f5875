"""The dates that are known as a calendar to subscribe to: one event for each known day or days, with its source."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Calendar, Event, vText

from tracker.model import partial_dates
from tracker.model.labels import VERIFICATION_MEANINGS
from tracker.model.lifecycle import timestamps_of
from tracker.model.localized_text import clean_input
from tracker.model.records import Source
from tracker.publishing.atom_feed import past_subtitle
from tracker.publishing.change_summaries import capitalize_first
from tracker.publishing.html import RenderContext
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.wording import shorten, site_name
from tracker.queries.agenda import AgendaItem, list_agenda

EVENT_DATES = UUID("25ac0f9e-e325-4d3b-b2c4-e28ab8c8a52d")
"""The namespace of the events' names: they stay whatever the address, the language or the date is."""
DAY_PRECISION_LENGTH = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?")
NO_DATE_NOTES = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where the format wants a time and the file has none: a document that was written by hand."""
MAX_SUMMARY_LENGTH = 200


def render_calendar(ask: ViewRequest) -> RenderedFile:
    """The calendar of the committees that are asked for. What is known to a month or a year is told in its description."""
    known = [k for k in list_agenda(ask.view) if not ask.filters.body or k.document.body in ask.filters.body]
    made = Calendar()
    made.add("prodid", "-//Recommendation tracker//EN")
    made.add("version", "2.0")
    made.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    name, about = _name(ask), _about(ask, [k for k in known if _days(k) is None])
    for field, text in (("name", name), ("x-wr-calname", name), ("description", about), ("x-wr-caldesc", about)):
        made.add(field, vText(text))
    for k in known:
        if days := _days(k):
            made.add_component(_event(ask.context, k, *days))
    return RenderedFile(made.to_ical(), "text/calendar; charset=utf-8")


def _days(known: AgendaItem) -> tuple[date, date] | None:
    """The first and the last day; None where a day is not known, is about right, or has no day after it."""
    first, last = partial_dates.date_range(known.date)
    return (first, last) if first and last < date.max and DAY_PRECISION_LENGTH.fullmatch(known.date) else None


def _name(ask: ViewRequest) -> str:
    bodies = ", ".join(ask.view.bodies[code].code for code in ask.filters.body)
    return shorten(
        clean_input(" · ".join(filter(None, [site_name(ask.context), ask.language.gettext("Calendar"), bodies]))),
        MAX_SUMMARY_LENGTH,
    )


def _about(ask: ViewRequest, vague: list[AgendaItem]) -> str:
    language = ask.language
    _ = language.gettext
    lines = [
        _("Dates are those of the documents. None is computed from general rules."),
        _("Dates of sessions that are not announced are not in the calendar."),
    ]
    if vague:
        told = "; ".join(f"{_heading(ask.context, k)}: {language.format_date(k.date)}" for k in vague)
        lines.append(_("Not known to the day, and therefore not an event: {list}.", list=told))
    past = past_subtitle(ask, "/calendar.ics", *(("body", code) for code in ask.filters.body))
    return clean_input("\n".join(filter(None, [past, *lines])))


def _event(s: RenderContext, known: AgendaItem, first: date, last: date) -> Event:
    d, found = known.document, Event()
    page = s.link("/treaty-bodies") + f"#e-{d.id}"
    body = s.view.bodies.get(d.body)
    found.add("uid", str(uuid5(EVENT_DATES, f"{d.id}/{known.place}")))
    found.add("summary", _heading(s, known))
    found.add("dtstart", first)
    found.add("dtend", last + timedelta(days=1))
    found.add("description", clean_input("\n".join(_lines(s, known, page))))
    found.add("url", _link(s, known.source) or d.link or page)
    found.add("categories", [clean_input(body.code if body else d.body)])
    found.add("transp", "TRANSPARENT")
    changed = max((m for m in timestamps_of(d) if s.view.recorded is None or m <= s.view.recorded), default="")
    found.add("dtstamp", datetime.fromisoformat(changed) if changed else NO_DATE_NOTES)
    if changed:
        found.add("last-modified", datetime.fromisoformat(changed))
    field = "follow_up" if known.step else known.place
    found.add("sequence", sum(edit.field == field for edit in d.history))
    return found


def _heading(s: RenderContext, known: AgendaItem) -> str:
    """CAT · review by the committee · Concluding observations on the third periodic report."""
    d, body = known.document, s.view.bodies.get(known.document.body)
    words = [body.code if body else d.body, known.what(s.language), s.language.resolve(d.title).text]
    return shorten(clean_input(" · ".join(word.strip().rstrip(".") for word in words)), MAX_SUMMARY_LENGTH)


def _lines(s: RenderContext, known: AgendaItem, page: str) -> list[str]:
    d, language = known.document, s.language
    _ = language.gettext
    part = f": {language.resolve(d.parts_read).text}" if d.parts_read and not known.step else ""
    return [
        f"{capitalize_first(known.what(language))}: {language.format_date(known.date)}",
        " · ".join(filter(None, [s.label(d.kind), d.symbol, language.resolve(d.title).text, d.authors])),
        f"{_('Source')}: {_source(s, known.source)}",
        f"{capitalize_first(s.label(known.verification))}{part}. {_(VERIFICATION_MEANINGS[known.verification])}",
        page,
    ]


def _source(s: RenderContext, source: Source) -> str:
    d, language = s.view.document(source.document), s.language
    _ = language.gettext
    words = [(d.symbol or language.resolve(d.title).text) if d else source.document, source.publisher]
    if source.paragraph:
        words.insert(1, _("para. {number}", number=source.paragraph.replace("-", "\u2013")))
    if source.date:
        words.append(language.format_date(source.date))
    return ", ".join(filter(None, [*words, _link(s, source)]))


def _link(s: RenderContext, source: Source) -> str | None:
    d = s.view.document(source.document)
    return source.link or (d.link if d else None)
