"""How much time is left until a date, in words such as "in 3 days" or "overdue by 2 months"; and how it was met."""

from datetime import date
from typing import Literal

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.queries.deadlines import AgendaItem, Completion
from tracker.queries.follow_up import Silence, Unheard

MAX_DAYS, MAX_MONTHS = 60, 24
"""Up to MAX_DAYS the time is given in days, then up to MAX_MONTHS in months, then in years."""

DAYS_PER_MONTH = 365.2425 / 12
Unit = Literal["day", "month", "year"]


def time_left(language: Language, item: AgendaItem, today: date) -> str:
    """Return how much time is left until a date, or how long ago it was. Return "" if the deadline was met.

    A date is counted from its last day, but a session that has not begun from its first day. A date of which only the
    month or the year is known is counted in months or years.
    """
    if item.met is not None:
        return ""
    return time_until(language, item.date, today, is_passing=item.is_passing)


def time_until(language: Language, partial_date: str, today: date, *, is_passing: bool = False) -> str:
    """Return how much time is left until a date, as `time_left` does. `is_passing` says that nobody is late after it."""
    _ = language.gettext
    start, last = partial_dates.date_range(partial_date)
    unit = _unit(partial_date)
    if unit == "day" and is_passing and start and start < last and today >= start and today <= last:
        return _("now")
    day = start if unit == "day" and is_passing and start and today < start else last
    number, unit = _count(today, day, unit)
    if number == 0:
        return {
            "day": _("now") if is_passing else _("due today"),
            "month": _("this month"),
            "year": _("this year"),
        }[unit]
    if number < 0 and not is_passing:
        span = language.format_span(-number, unit)
        return _("overdue by {span}", span=span)
    return language.format_span(number, unit, with_direction=True)


def _unit(partial_date: str) -> Unit:
    length = len(partial_date.rpartition("/")[2].rstrip("~"))
    return "year" if length == 4 else "month" if length == 7 else "day"


def _count(today: date, day: date, unit: Unit) -> tuple[int, Unit]:
    """Return (number, unit) of the time from `today` to `day`, in a unit of at least `unit`. Negative: it is past."""
    days = (day - today).days
    if unit == "day" and abs(days) < MAX_DAYS:
        return days, "day"
    calendar_months = (day.year - today.year) * 12 + day.month - today.month
    months = round(days / DAYS_PER_MONTH) if unit == "day" else calendar_months
    if unit != "year" and abs(months) < MAX_MONTHS:
        return months, "month"
    return (day.year - today.year if unit == "year" else round(months / 12)), "year"


def completion_sentence(language: Language, met: Completion) -> str:
    """Return how a deadline was met, as plain text, such as "done on 2 May 2024, see E/C.12/KGZ/CO/4"."""
    _ = language.gettext
    document = met.document and (met.document.symbol or language.resolve(met.document.title).text)
    if met.document and met.document.received == met.date and (issued := met.document.issued) and met.date:
        dates = {"date": language.format_date(met.date), "issued": language.format_date(issued)}
        return _("received on {date}, issued on {issued}, see {document}", **dates, document=document)
    if document and met.date:
        return _("done on {date}, see {document}", date=language.format_date(met.date), document=document)
    if met.date:
        return _("done on {date}", date=language.format_date(met.date))
    return _("done, date not known, see {document}", document=document)


def unheard_sentence(language: Language, item: Unheard) -> str:
    """Return what civil society has not said yet, as plain text that follows the name of its document or recommendation."""
    _, day = language.gettext, language.format_date(item.since)
    if item.kind is Silence.NOT_ASSESSED:
        return _("the State replied on {day}; no organisation has assessed it since.", day=day)
    if item.kind is Silence.SESSION:
        return _("alternative reports are due by {day}; none is recorded.", day=day)
    selected = ", ".join(item.document.follow_up.paragraphs) if item.document.follow_up else ""
    return _(
        "follow-up paragraphs {list}: no submission is recorded (the State's reply: {day}).",
        list=selected,
        day=day,
    )


def deadline_line(language: Language, item: AgendaItem) -> str:
    """Return one line about a deadline: what is due, when, and how it was met."""
    met = f", {completion_sentence(language, item.met)}" if item.met else ""
    return f"{item.label(language)}: {language.format_date(item.date)}{met}"
