"""The dates that are known as a calendar to subscribe to: one event for each known day or days, with its source."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Calendar, Event, vText

from tracker.editing.assessment_form import clean
from tracker.model import partial_dates
from tracker.model.labels import VERIFICATION_MEANINGS
from tracker.model.records import Source
from tracker.publishing.atom_feed import past_said
from tracker.publishing.change_summaries import first_up
from tracker.publishing.html import Shown
from tracker.publishing.link_preview import clipped, site
from tracker.queries.agenda import Dated, agenda
from tracker.storage.timestamps import moments
from tracker.web.responses import Answer, Ask

EVENTS = UUID("25ac0f9e-e325-4d3b-b2c4-e28ab8c8a52d")
"""The namespace of the events' names: they stay whatever the address, the language or the date is."""
DAYS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?")
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where the format wants a time and the file has none: a document that was written by hand."""
LONGEST = 200


def calendar(ask: Ask) -> Answer:
    """The calendar of the committees that are asked for. What is known to a month or a year is told in its description."""
    known = [k for k in agenda(ask.view) if not ask.query.body or k.document.body in ask.query.body]
    made = Calendar()
    made.add("prodid", "-//Recommendation tracker//EN")
    made.add("version", "2.0")
    made.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    name, about = _name(ask), _about(ask, [k for k in known if _days(k) is None])
    for field, text in (("name", name), ("x-wr-calname", name), ("description", about), ("x-wr-caldesc", about)):
        made.add(field, vText(text))
    for k in known:
        if days := _days(k):
            made.add_component(_event(ask.shown, k, *days))
    return Answer(made.to_ical(), "text/calendar; charset=utf-8")


def _days(known: Dated) -> tuple[date, date] | None:
    """The first and the last day; None where a day is not known, is about right, or has no day after it."""
    first, last = partial_dates.date_range(known.date)
    return (first, last) if first and last < date.max and DAYS.fullmatch(known.date) else None


def _name(ask: Ask) -> str:
    bodies = ", ".join(ask.view.bodies[code].code for code in ask.query.body)
    return clipped(clean(" · ".join(filter(None, [site(ask.shown), ask.language("Calendar"), bodies]))), LONGEST)


def _about(ask: Ask, vague: list[Dated]) -> str:
    _ = ask.language
    lines = [
        _("Dates are those of the documents. None is computed from general rules."),
        _("Dates of sessions that are not announced are not in the calendar."),
    ]
    if vague:
        told = "; ".join(f"{_heading(ask.shown, k)}: {_.date(k.date)}" for k in vague)
        lines.append(_("Not known to the day, and therefore not an event: {list}.", list=told))
    past = past_said(ask, "/calendar.ics", *(("body", code) for code in ask.query.body))
    return clean("\n".join(filter(None, [past, *lines])))


def _event(s: Shown, known: Dated, first: date, last: date) -> Event:
    d, found = known.document, Event()
    page = s.link("/treaty-bodies") + f"#e-{d.id}"
    body = s.view.bodies.get(d.body)
    found.add("uid", str(uuid5(EVENTS, f"{d.id}/{known.place}")))
    found.add("summary", _heading(s, known))
    found.add("dtstart", first)
    found.add("dtend", last + timedelta(days=1))
    found.add("description", clean("\n".join(_lines(s, known, page))))
    found.add("url", _link(s, known.source) or d.link or page)
    found.add("categories", [clean(body.code if body else d.body)])
    found.add("transp", "TRANSPARENT")
    changed = max((m for m in moments(d) if s.view.recorded is None or m <= s.view.recorded), default="")
    found.add("dtstamp", datetime.fromisoformat(changed) if changed else UNKNOWN)
    if changed:
        found.add("last-modified", datetime.fromisoformat(changed))
    field = "follow_up" if known.step else known.place
    found.add("sequence", sum(edit.field == field for edit in d.history))
    return found


def _heading(s: Shown, known: Dated) -> str:
    """CAT · review by the committee · Concluding observations on the third periodic report."""
    d, body = known.document, s.view.bodies.get(known.document.body)
    words = [body.code if body else d.body, known.what(s.language), s.language.text(d.title).text]
    return clipped(clean(" · ".join(word.strip().rstrip(".") for word in words)), LONGEST)


def _lines(s: Shown, known: Dated, page: str) -> list[str]:
    d, _ = known.document, s.language
    part = f": {_.text(d.parts_read).text}" if d.parts_read and not known.step else ""
    return [
        f"{first_up(known.what(_))}: {_.date(known.date)}",
        " · ".join(filter(None, [s.label(d.kind), d.symbol, _.text(d.title).text, d.authors])),
        f"{_('Source')}: {_source(s, known.source)}",
        f"{first_up(s.label(known.verification))}{part}. {_(VERIFICATION_MEANINGS[known.verification])}",
        page,
    ]


def _source(s: Shown, source: Source) -> str:
    d, _ = s.view.document(source.document), s.language
    words = [(d.symbol or _.text(d.title).text) if d else source.document, source.publisher]
    if source.paragraph:
        words.insert(1, _("para. {number}", number=source.paragraph.replace("-", "\u2013")))
    if source.date:
        words.append(_.date(source.date))
    return ", ".join(filter(None, [*words, _link(s, source)]))


def _link(s: Shown, source: Source) -> str | None:
    d = s.view.document(source.document)
    return source.link or (d.link if d else None)
