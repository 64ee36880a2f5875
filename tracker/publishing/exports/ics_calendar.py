"""The iCalendar feed: one event for each date of the committees' work whose exact day is known, with its source."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Component, Event, vText

from tracker.model import partial_dates
from tracker.model.lifecycle import timestamps_of
from tracker.model.localized_text import clean_input, shorten
from tracker.model.records import Source
from tracker.model.registers import Document
from tracker.model.vocabulary import VERIFICATION_MEANINGS
from tracker.publishing.change_summaries import capitalize_first
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import RenderedFile, past_notice
from tracker.publishing.sentences import completion_sentence
from tracker.publishing.wording import filter_labels, site_name
from tracker.queries.deadlines import AgendaItem, list_agenda
from tracker.queries.follow_up import Silence, Unheard, list_unheard
from tracker.queries.lists.filters import filter_recommendations, is_by_register, is_of_register
from tracker.queries.lists.url_filters import SINCE_ROW, since_day
from tracker.queries.localized_names import public_link

EVENT_ID_NAMESPACE = UUID("25ac0f9e-e325-4d3b-b2c4-e28ab8c8a52d")
"""The UUID namespace of the ids of events. Do not change this constant: an event must keep its id for ever."""
DAY_PRECISION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?")
UNCHANGED_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""The DTSTAMP of an event without a time of change, for example of a document written by hand. iCalendar requires it."""
MAX_SUMMARY_LENGTH = 200
_C = TypeVar("_C", bound=Component)
DAYS_BEFORE = (30, 7)
"""How many days before a deadline a calendar program reminds of it."""


def render_calendar(request: ViewRequest) -> RenderedFile:
    """Return the calendar of the chosen committees, or of all. The calendar's description lists dates without an exact day."""
    is_chosen, since = _chosen_documents(request), request.params.get("since", ())
    day = since_day(request.view, str(SINCE_ROW.parse(request.view, since)))
    asked = [item for item in list_agenda(request.view) if is_chosen(item.document)]
    items = [item for item in asked if day is None or item.last_day >= day]
    calendar = _add_properties(Calendar(), {"prodid": "-//Recommendation tracker//EN", "version": "2.0"})
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    # words of a search are left out of the name, because anybody can put any words into a link
    chosen = ", ".join(filter_labels(request, replace(request.filters, q="")))
    name = _one_line(site_name(request), request.language.gettext("Calendar"), chosen)
    description = _calendar_description(request, [item for item in items if _exact_days(item.date) is None])
    names = {"name": name, "x-wr-calname": name, "description": description, "x-wr-caldesc": description}
    _add_properties(calendar, {field: vText(text) for field, text in names.items()})
    events = [_event(request, item, *days) for item in items if (days := _exact_days(item.date))]
    silences = (s for s in list_unheard(request.view, with_coming=True) if is_chosen(s.document))
    events += filter(None, (_unheard_event(request, silence, day) for silence in silences))
    for event in sorted(events, key=lambda event: event.end):
        calendar.add_component(event)
    return RenderedFile(calendar.to_ical(), "text/calendar; charset=utf-8")


def _chosen_documents(request: ViewRequest) -> Callable[[Document], bool]:
    """Return the function that says whether the dates of a document are in the calendar: of its committee and its State."""
    view, filters = request.view, request.filters.only_filters()
    if is_by_register(filters):
        return lambda d: is_of_register(view, filters, d)
    matches = filter_recommendations(view, filters, request.language.code)
    chosen = {(d.body, view.state_of(d)) for r in matches if (d := view.document(r.document))}
    return lambda d: (d.body, view.state_of(d)) in chosen


def _exact_days(known: str) -> tuple[date, date] | None:
    """Return the first and the last day of a partial date. Return None if it is not known to the day."""
    first, last = partial_dates.date_range(known)
    return (first, last) if first and last < date.max and DAY_PRECISION.fullmatch(known) else None


def _one_line(*words: str) -> str:
    return shorten(clean_input(" · ".join(filter(None, words))), MAX_SUMMARY_LENGTH)


def _calendar_description(request: ViewRequest, inexact: list[AgendaItem]) -> str:
    language, _ = request.language, request.language.gettext
    lines = [
        _(
            "Each date says whether it was compared with its source, and which organisation entered, changed, calculated or set it."
        ),
        _("Dates of sessions that are not announced are not in the calendar."),
    ]
    if inexact:
        names = (f"{date_heading(request, item)}: {language.format_date(item.date)}" for item in inexact)
        lines.append(_("Not in the calendar, because the exact day is not known: {list}.", list="; ".join(names)))
    past = past_notice(request, "/calendar.ics", *request.filters.only_filters().params())
    return clean_input("\n".join(filter(None, [" ".join(past), *lines])))


def _event(context: ViewRequest, item: AgendaItem, first: date, last: date) -> Event:
    """Return the event of a date that lasts from `first` to `last`. A coming deadline has alarms: see DAYS_BEFORE."""
    d, page = item.document, date_link(context, item)
    body = context.view.bodies.get(d.body)
    link = _source_link(context, item.source) or context.document_link(public_link(d) or "") or page
    event = _new_event(f"{d.id}/{item.place}", date_heading(context, item), first, last=last, url=link)
    event.add("description", clean_input("\n".join(_description_lines(context, item, page))))
    event.add("categories", [clean_input(context.label(body) if body else d.body)])
    moments = [m for m in timestamps_of(d) if m and (context.view.recorded is None or m <= context.view.recorded)]
    changed = datetime.fromisoformat(max(moments)) if moments else None
    event.add("dtstamp", changed or UNCHANGED_SINCE)
    if changed:
        event.add("last-modified", changed)
    event.add("sequence", sum(edit.field == item.field for edit in d.history))
    if item.is_deadline and item.met is None and last >= context.view.local_date:
        _with_alarms(event)
    return event


def plan_calendar(key: str, summary: str, known: str) -> str:
    """Return a calendar with one event for a plan at the partial date `known`, with alarms; "" if the day is not exact.

    It is for a file that one person downloads: no address gives it out. `key` never changes for the same plan.
    """
    if not (days := _exact_days(known)):
        return ""
    event = _new_event(f"plan/{key}", _one_line(summary), days[0], last=days[1], url="")
    del event["url"]
    event.add("dtstamp", UNCHANGED_SINCE)
    calendar = _add_properties(Calendar(), {"prodid": "-//Recommendation tracker//EN", "version": "2.0"})
    calendar.add_component(_with_alarms(event))
    return str(calendar.to_ical(), "utf-8")


def _with_alarms(event: Event) -> Event:
    for days in DAYS_BEFORE:
        alarm = {"action": "DISPLAY", "description": vText(str(event["summary"])), "trigger": -timedelta(days=days)}
        event.add_component(_add_properties(Alarm(), alarm))
    return event


def _unheard_event(context: ViewRequest, item: Unheard, not_before: date | None) -> Event | None:
    """Return the event of the day since which civil society is silent. None if inexact, before `not_before`, or for a session."""
    days = _exact_days(item.since)
    if item.kind is Silence.SESSION or not days or (not_before and days[1] < not_before):
        return None
    d, r = item.document, item.recommendation
    named = context.language.resolve(r.title).text if r else d.symbol or context.language.resolve(d.title).text
    summary = _one_line(context.of_state(d), f"{named}: {context.unheard_sentence(item)}")
    page = context.link("/recommendation", ("id", r.id)) if r else context.link("/deadlines") + "#rt-unheard"
    where = d.follow_up.source if d.follow_up and d.follow_up.source else Source(document=d.id)
    _ = context.language.gettext
    source = f"{_('Source')}: {_source_text(context, where)}"
    ours = _("That something is not recorded is what this tracker finds itself; the source does not say it.")
    event = _new_event(f"{r.id if r else d.id}/{item.kind}", summary, days[1], last=days[1], url=page)
    lines = [summary, source, ours, capitalize_first(context.date_words(item.dated)), page]
    described = clean_input("\n".join(filter(None, lines)))
    return _add_properties(event, {"description": described, "dtstamp": UNCHANGED_SINCE})


def _new_event(key: str, summary: str, first: date, *, last: date, url: str) -> Event:
    """Return an event of whole days, from `first` to `last`. Its id is computed from `key`, which must never change."""
    values = {"uid": str(uuid5(EVENT_ID_NAMESPACE, key)), "summary": summary, "dtstart": first}
    return _add_properties(Event(), values | {"dtend": last + timedelta(days=1), "url": url, "transp": "TRANSPARENT"})


def _add_properties(component: _C, values: Mapping[str, object]) -> _C:
    """Add properties (name → value) to a component, and return the same component."""
    for name, value in values.items():
        component.add(name, value)
    return component


def date_link(context: ViewRequest, item: AgendaItem) -> str:
    """Return the link to the place on the dashboard where a date is shown."""
    if item.is_deadline:
        return context.link("/deadlines") + f"#rt-{item.document.id}-{item.place}"
    return context.link("/treaty-bodies") + f"#e-{item.document.id}"


def date_heading(context: ViewRequest, item: AgendaItem) -> str:
    """Return committee, event and document, such as "(committee) · review by the committee · Third periodic report"."""
    d, body, language = item.document, context.view.bodies.get(item.document.body), context.language
    words = (context.label(body) if body else d.body, context.date_label(item), language.resolve(d.title).text)
    return _one_line(*(word.strip().rstrip(".") for word in (context.of_state(d), *words)))


def _description_lines(context: ViewRequest, item: AgendaItem, page: str) -> list[str]:
    d, language, _ = item.document, context.language, context.language.gettext
    part = f": {language.resolve(d.parts_read).text}" if d.parts_read and not item.step and not item.deadline else ""
    authors = context.name(d.authors) if d.authors else ""
    meaning = "" if item.is_plan else f". {_(VERIFICATION_MEANINGS[item.verification])}"
    lines = [
        f"{capitalize_first(context.date_label(item)).rstrip('.')}: {language.format_date(item.date)}",
        capitalize_first(completion_sentence(language, item)),
        language.resolve(item.deadline.sentence).text if item.deadline and item.deadline.sentence else "",
        " · ".join(filter(None, [context.document_kind_name(d), d.symbol, language.resolve(d.title).text, authors])),
        f"{_('Source')}: {_source_text(context, item.source) or _('no source given')}",
        *map(capitalize_first, context.changed_sentence(item)),
        *(f"{authors}: {said}" for said in context.changed_words(d, "authors")),
        f"{capitalize_first(context.date_words(item))}{part}{meaning}",
        page,
    ]
    return list(filter(None, lines))


def _source_text(context: ViewRequest, source: Source) -> str:
    d, language = context.view.document(source.document), context.language
    number = (source.paragraph or "").replace("-", "\u2013")
    words = (
        (d.symbol or language.resolve(d.title).text) if d else source.document,
        language.gettext("para. {number}", number=number) if number else "",
        context.name(source.publisher) if source.publisher else "",
        language.format_date(source.date) if source.date else "",
        _source_link(context, source),
    )
    return ", ".join(filter(None, words))


def _source_link(context: ViewRequest, source: Source) -> str:
    d = context.view.document(source.document)
    link = source.link or (public_link(d) if d else "")
    return context.document_link(link) if link else ""
