"""Sentences: whose assessments decide a status, how much time is left until a date, what an attached file is.

Only organisations of civil society are called civil society. Templates can call every function of this module.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.attached_files import AttachedFile
from tracker.model.errors import Said
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.model.organisations import Organisation
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import NOT_SELECTED, Code, Direction, Issuer, OrganisationKind, Status, Voice
from tracker.queries.deadlines import AgendaItem
from tracker.queries.follow_up import printed_grades
from tracker.queries.headline import Headline
from tracker.queries.localized_names import committee_abbreviation
from tracker.queries.public_files import files_by_name, files_of, preview_size
from tracker.queries.view import View
from tracker.storage.attached_files import PREVIEW_SUFFIX

MAX_NAMES = 4
"""A sentence names at most this many organisations. `notes_on_editors` also returns at most this many sentences."""


def status_words(view: View, language: Language, r: Recommendation) -> list[str]:
    """Return the status of `r` in words; if no organisation has assessed it, also what the committee and the State say.

    Every list, page, picture and preview takes the status from here, so that "not assessed" hides nobody's word.
    """
    _, status = language.gettext, view.status(r)
    claim = view.latest(r, Voice.STATE)
    said = (
        [printed_grades(view, r), (claim,) if claim and claim.status else ()]
        if not view.headline(r).assessments
        else []
    )
    others = [
        f"{dated_voice(view, language, r, a=own[-1])}: {', '.join(said_in_words(view, language, a) for a in own)}"
        + entries_in_words(view, language, own)
        for own in filter(None, said)
    ]
    return [_("No organisation has assessed"), *others] if others else [_status_label(view, language, status)]


def document_day(language: Language, d: Document) -> str:
    """Return the date from which a document counts, and what it is if it is not the document's own; "" without one."""
    if own := d.issued or d.adopted:
        return language.format_date(own)
    words = N_("considered: {date}") if d.considered else N_("received: {date}")
    return language.gettext(words, date=language.format_date(day)) if (day := d.considered or d.received) else ""


def entry_words(view: View, language: Language, a: Assessment) -> str:
    """Return who entered what the State or a committee said, also if that are the editors; "" if that is not known."""
    if id := view.entry_of(a):
        return language.gettext("Entry of {organisation}", organisation=_short_name(language, view.organisations[id]))
    is_of_editors = a.voice is not Voice.CIVIL_SOCIETY and a.recorded_for == view.editors.id
    return language.gettext("Entry of the tracker's editors") if is_of_editors else ""


def entries_in_words(view: View, language: Language, own: Iterable[Assessment]) -> str:
    """Return the `entry_words` of assessments, each once, such as " (Entry of X)"."""
    said = dict.fromkeys(filter(None, (entry_words(view, language, a) for a in own)))
    return "".join(f" ({one})" for one in said)


def dated_voice(view: View, language: Language, r: Recommendation, a: Assessment) -> str:
    """Return who says something about `r` and of when, at most to the month, such as "State, July 2017"."""
    body = view.body_of(r) if a.voice is Voice.COMMITTEE else None
    who = {Voice.STATE: N_("State"), Voice.COMMITTEE: N_("Committee")}.get(a.voice)
    if body:
        name = committee_abbreviation(body, language)
    else:
        name = language.gettext(who) if who else _short_name(language, view.organisation_of(a))
    first, last = partial_dates.date_range(a.date)
    is_in_month = first and (first.year, first.month) == (last.year, last.month)
    return f"{name}, {language.format_date(f'{last:%Y-%m}' if is_in_month else a.date)}"


def said_in_words(view: View, language: Language, a: Assessment) -> str:
    """Return the label of the status of an assessment, else its grade, else "a statement without a status"."""
    _ = language.gettext
    if a.status:
        status = _status_label(view, language, a.status)
        # the State speaks in its own words; the status is our coding of them
        return _("{status} (our classification)", status=status) if a.voice is Voice.STATE else status
    if a.grade:
        return _("not selected for follow-up") if a.grade == NOT_SELECTED else a.grade
    return _("a statement without a status")


def directions_in_words(language: Language, headline: Headline) -> dict[Direction, str]:
    """Return each direction that a counting assessment states, in words; with how many say so, where others do not."""
    said, ngettext = dict[Direction, str](), language.ngettext
    for direction, n in headline.directions.items():
        words = language.gettext(direction.label)
        if n < len(headline.assessments):
            words = ngettext(
                "{n} organisation says: {direction}", "{n} organisations say: {direction}", n, direction=words
            )
        said[direction] = words
    return said


def _status_label(view: View, language: Language, status: Status) -> str:
    display = view.settings.statuses.get(status)
    return language.resolve(display.label).text if display else status.value


def assessed_by(view: View, language: Language, r: Recommendation) -> str:
    """Return a sentence that says whose assessments decide the status of `r`, or that there are none."""
    _, headline = language.gettext, view.headline(r)
    if not headline.assessments:
        if len(words := status_words(view, language, r)) > 1:
            return " · ".join(words)
        return no_assessment(view, language)
    if headline.by_editors:
        names = names_of_non_reviewers(view, language, r)
        if not names:
            return _("Assessed by the tracker's editors; not reviewed by any organisation.")
        return _("Assessed by the tracker's editors; not reviewed by {organisations}.", organisations=names)
    said = []
    for a in headline.assessments:
        name = _short_name(language, view.organisation_of(a))
        status = said_in_words(view, language, a)
        dates = "" if headline.only else f" ({dates_in_words(view, language, a)})"
        said.append(f"{name}: {status}{dates}" if headline.has_different_statuses else name + dates)
    if headline.has_different_statuses:
        return "; ".join(said) + "."
    named = ", ".join(said)
    if _is_civil_society(view, headline):
        return _("Civil society's assessment: {organisations}.", organisations=named)
    return _("Assessed by {organisations}.", organisations=named)


def no_assessment(view: View, language: Language) -> str:
    """Return a sentence that says that nobody has assessed a recommendation, or nobody had by then."""
    _ = language.gettext
    if view.is_within_day:
        return _("No assessment by this moment.")
    return _("No assessment by this date.") if view.is_past else _("No organisation has assessed this yet.")


def demonstration_line(view: View, language: Language) -> str:
    """Return that this is a demonstration, and how many of the statuses nobody but the editors reviewed; "" if it is none."""
    _, others = language.gettext, [o for o in view.settings.organisations if not o.is_editors]
    headlines = [h for r in view.recommendations.values() if (h := view.headline(r)).assessments]
    n, total = sum(h.by_editors for h in headlines), len(headlines)
    if not view.settings.demonstration:
        return ""
    if not others or (total and not n):
        return _("This is a demonstration.")
    if n == total:
        return _(
            "This is a demonstration, not reviewed by {organisations}.",
            organisations=names_of_organisations(language, others),
        )
    return _(
        "This is a demonstration. Assessed by the tracker's editors only, not reviewed by {organisations}: {n} of {total} assessed recommendations.",
        organisations=names_of_organisations(language, others),
        n=n,
        total=total,
    )


def assessed_by_any(
    view: View, language: Language, rs: Sequence[Recommendation], *, organisations: Sequence[Organisation]
) -> str:
    """Return that recommendations were each assessed by all of these organisations, or by one or more of several."""
    ngettext, names, n = language.ngettext, names_of_organisations(language, organisations), len(rs)
    by = [{view.organisation_of(a).id for a in view.headline(r).assessments} for r in rs]
    if all(len(ids) == len(organisations) for ids in by):
        return ngettext("{n} assessed by {organisations}.", "{n} assessed by {organisations}.", n, organisations=names)
    if len(organisations) == 2:
        first, last = (names_of_organisations(language, [o]) for o in organisations)
        return ngettext(
            "{n} assessed by {first}, {last} or both.",
            "{n} assessed by {first}, {last} or both.",
            n,
            first=first,
            last=last,
        )
    return ngettext(
        "{n} assessed by one or more of these: {organisations}.",
        "{n} assessed by one or more of these: {organisations}.",
        n,
        organisations=names,
    )


def short_note_on_editors(view: View, language: Language, rs: Sequence[Recommendation]) -> list[str]:
    """Return `notes_on_editors`; who did not review only if nobody of them did and the demonstration line does not say it."""
    n, others = (
        sum(view.headline(r).by_editors for r in rs),
        [o for o in view.settings.organisations if not o.is_editors],
    )
    is_said = view.settings.demonstration or any(
        not view.organisation_of(a).is_editors for r in rs for a in view.counting_assessments(r)
    )
    if not n or not others or not is_said:
        return notes_on_editors(view, language, rs)
    ngettext = language.ngettext
    return [ngettext("{n} assessed by the tracker's editors only.", "{n} assessed by the tracker's editors only.", n)]


def notes_on_editors(view: View, language: Language, rs: Iterable[Recommendation]) -> list[str]:
    """Return at most MAX_NAMES sentences: how many of `rs` were assessed only by the editors, and who did not review them."""
    groups = Counter(names_of_non_reviewers(view, language, r) for r in rs if view.headline(r).by_editors)
    return [
        language.ngettext(
            "{n} assessed by the tracker's editors only; not reviewed by {organisations}.",
            "{n} assessed by the tracker's editors only; not reviewed by {organisations}.",
            n,
            organisations=names,
        )
        if names
        else language.ngettext(
            "{n} assessed by the tracker's editors only; not reviewed by any organisation.",
            "{n} assessed by the tracker's editors only; not reviewed by any organisation.",
            n,
        )
        for names, n in groups.most_common(MAX_NAMES)
    ]


def freshness(view: View, language: Language, r: Recommendation) -> str:
    """Return a sentence with the date of the only assessment that decides the status; "" if not exactly one does."""
    _, only = language.gettext, view.headline(r).only
    if only is None:
        return ""
    date, checked = language.format_date(only.date), view.checked_on(only)
    if checked != only.date:
        day = language.format_date(checked)
        return _("Assessment of {date}, reviewed on {day}: no change.", date=date, day=day)
    if view.is_stale(r):
        return _("Assessment of {date}, not updated since.", date=date)
    return _("Assessment of {date}.", date=date)


def dates_in_words(view: View, language: Language, a: Assessment) -> str:
    """Return the date of an assessment in words and, if it was checked later, the date of the last check."""
    date, checked = language.format_date(a.date), view.checked_on(a)
    if checked == a.date:
        return date
    return language.gettext("{date}, reviewed on {day}: no change", date=date, day=language.format_date(checked))


def heading_of_assessments(view: View, language: Language, headline: Headline) -> str:
    """Return the heading for the assessments that decide a status, beside those of the State and of the committee.

    It is "Assessment" if there are none, "Civil society" if all are by organisations of civil society, otherwise the
    name of the only organisation, or "Organisations" if there are several.
    """
    _ = language.gettext
    if not headline.assessments:
        return _("Assessment")
    if _is_civil_society(view, headline):
        return _("Civil society")
    if headline.only:
        return _short_name(language, view.organisation_of(headline.only))
    return _("Organisations")


def names_of_non_reviewers(view: View, language: Language, r: Recommendation) -> str:
    """Return the names of those who have not reviewed the editors' assessment, in one text; "" if there is nobody.

    For a recommendation of civil society, they are the organisations among the authors of its document or, if none is,
    the authors as written there. Otherwise, or if no authors are known, they are all organisations.
    """

    def names() -> str:
        document, others = view.document(r.document), [o for o in view.settings.organisations if not o.is_editors]
        authors = (document.authors or "") if document and r.issued_by is Issuer.CIVIL_SOCIETY else ""
        issuing = [o for o in others if any(name.casefold() in authors.casefold() for name in o.names)]
        return authors if authors and not issuing else names_of_organisations(language, issuing or others)

    return view.cached("unreviewing", (language, r.document, r.issued_by), names, most=2_000)


def full_name(language: Language, organisation: Organisation) -> str:
    """Return the name of an organisation, with its abbreviation in brackets if there is one."""
    name = language.resolve(organisation.name).text
    return f"{name} ({_short_name(language, organisation)})" if organisation.abbreviation else name


def names_of_organisations(language: Language, organisations: Iterable[Organisation], *, any_of: bool = False) -> str:
    """Return the short names of organisations: "A, B and C", "A, B, C and 2 others" or, with `any_of`, "A, B or C"."""
    _, names = language.gettext, [_short_name(language, o) for o in organisations]
    if len(names) > MAX_NAMES:
        names = [*names[: MAX_NAMES - 1], _("{n} others", n=len(names) - MAX_NAMES + 1)]
    if len(names) < 2:
        return "".join(names)
    if any_of:
        return _("{first} or {last}", first=", ".join(names[:-1]), last=names[-1])
    return _("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


def _is_civil_society(view: View, headline: Headline) -> bool:
    kinds = {view.organisation_of(a).kind for a in headline.assessments}
    return kinds == {OrganisationKind.CIVIL_SOCIETY}


def _short_name(language: Language, organisation: Organisation) -> str:
    return language.resolve(organisation.short_name).text


def part_in_words(language: Language, part: str) -> str:
    """Return the name of a part of a recommendation, such as "part (a)", or "part 2" if the parts have no letters."""
    _ = language.gettext
    return _("part {number}", number=part) if part.isdigit() else _("part ({letter})", letter=part)


MAX_DAYS, MAX_MONTHS, MAX_MONTHS_LATE = 60, 24, 60
"""Below MAX_DAYS a time is in days, below MAX_MONTHS (if late, MAX_MONTHS_LATE) in months, otherwise in years."""

DAYS_PER_MONTH = 365.2425 / 12
Unit = Literal["day", "month", "year"]


def time_left(language: Language, item: AgendaItem, today: date) -> str:
    """Return how much time is left until a date, such as "in 12 days" or "overdue by 3 months"; "" if it was met.

    The time is counted to the last day of the date, but to the first day of a session that has not begun.
    """
    return "" if item.met else time_until(language, item.date, today, is_passing=item.is_passing)


def time_until(language: Language, partial_date: str, today: date, *, is_passing: bool = False) -> str:
    """Return how much time is left until a date. With `is_passing`, nothing is "due" or "overdue"."""
    _ = language.gettext
    start, last = partial_dates.date_range(partial_date)
    length = len(partial_date.rpartition("/")[2].rstrip("~"))
    unit: Unit = "year" if length == 4 else "month" if length == 7 else "day"
    if unit == "day" and is_passing and start and start < last and today >= start and today <= last:
        return _("now")
    day = start if unit == "day" and is_passing and start and today < start else last
    number, unit = _span(today, day, unit)
    if number == 0:
        today_is = _("now") if is_passing else _("due today")
        return today_is if unit == "day" else _("this month") if unit == "month" else _("this year")
    if number < 0 and not is_passing:
        return _("overdue by {span}", span=late_span(language, partial_date, today))
    return language.format_span(number, unit, with_direction=True)


def _span(today: date, day: date, unit: Unit) -> tuple[int, Unit]:
    """Return (number, unit) for the time from `today` to `day`. The number is negative if `day` is past."""
    days = (day - today).days
    if unit == "day" and abs(days) < MAX_DAYS:
        return days, "day"
    calendar_months = (day.year - today.year) * 12 + day.month - today.month
    months = round(days / DAYS_PER_MONTH) if unit == "day" else calendar_months
    if unit != "year" and abs(months) < MAX_MONTHS:
        return months, "month"
    return (day.year - today.year if unit == "year" else round(months / 12)), "year"


def late_span(language: Language, due: str, day: date) -> str:
    """Return how late `day` is, such as "23 months"; "" if it is not after the last day that `due` can mean.

    Months are rounded to the nearest. If only the year or month of `due` is known, it is "at least 13 months".
    """
    if (days := (day - partial_dates.last_day(due)).days) <= 0:
        return ""
    months = round(days / DAYS_PER_MONTH)
    if days < MAX_DAYS:
        span = language.format_span(days, "day")
    elif months < MAX_MONTHS_LATE:
        span = language.format_span(months, "month")
    else:
        span = language.format_span(months // 12, "year")
    return span if len(due) == len("2018-03-28") else language.gettext("at least {span}", span=span)


def completion_sentence(language: Language, item: AgendaItem, document: str = "") -> str:
    """Return how a deadline was met: "received on 2 May 2024, 3 months late, see E/C.12/KGZ/4"; "" if it was not.

    `document` is the name of the document, as text or as HTML; the sentence is of the same kind.
    """
    _, met = language.gettext, item.met
    if met is None:
        return ""
    if met.document and not document:
        document = met.document.symbol or language.resolve(met.document.title).text
    day = language.format_date(met.date) if met.date else ""
    came = partial_dates.date_range(met.date)[0] or partial_dates.last_day(met.date) if met.date else None
    late = late_span(language, item.date, came) if came and not item.is_passing else ""
    said = [_("done on {date}", date=day) if day else _("done, date not known")]
    if met.document and met.date and met.document.received == met.date:
        said = [_("received on {date}", date=day)]
        said += [_("issued on {date}", date=language.format_date(issued))] if (issued := met.document.issued) else []
    said[1:1] = [_("{span} late", span=late)] if late else []
    said += [type(document)(_("see {document}")).format(document=document)] if document else []
    return type(document)(", ").join(said)


LARGEST_SHOWN = (84, 112)
"""The largest width and height at which a preview is shown, in CSS pixels."""
NO_BREAK_SPACE = "\u00a0"
FILE_KIND_NAMES = {FileKind.JPEG: "JPEG", FileKind.WEBP: "WebP"}
"""Kind of file → its name in every language. The name of any other kind is its code in capital letters, such as PDF."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """An attached file as readers see it. `link` is "" after a withdrawal. The size of `preview` is in CSS pixels."""

    file: AttachedFile
    link: str
    details: tuple[str, ...]
    preview: str = ""
    width: int = 0
    height: int = 0


def file_lines(view: View, language: Language, record: Evidence | Document, base: str = "") -> tuple[FileLine, ...]:
    """Return a FileLine for each file that a record has in the view, in order. `base` is the start of every link."""

    def line(file: AttachedFile) -> FileLine:
        details, start = file_details(language, file), f"{base}/files/"
        if files_by_name(view).get(file.file_name) is None:
            return FileLine(file, "", (*details, language.gettext("withdrawn later, no longer given out")))
        if (size := preview_size(view, file)) is None:
            return FileLine(file, start + file.file_name, details)
        scale = min(1, *(most / max(length, 1) for most, length in zip(LARGEST_SHOWN, size, strict=True)))
        width, height = (max(1, round(length * scale)) for length in size)
        preview = f"{start}{file.sha256}{PREVIEW_SUFFIX}"
        return FileLine(file, start + file.file_name, details, preview=preview, width=width, height=height)

    return tuple(map(line, files_of(view, record)))


def file_details(language: Language, file: AttachedFile) -> tuple[str, ...]:
    """Return what is known about a file, such as ("PDF", "2.3 MB", "English", "p. 4", "saved copy of the page")."""
    size = language.format_size(file.size).replace(" ", NO_BREAK_SPACE)
    copy = language.gettext("saved copy of the page") if file.is_copy_of_link else ""
    kind = FILE_KIND_NAMES.get(file.kind, file.kind.value.upper())
    known = (kind, size, language.language_name(file.language) if file.language else "", file.pages, copy)
    return tuple(filter(None, known))


def file_sentence(language: Language, file: AttachedFile) -> str:
    """Return one line about a file, with its digest: "The signed law (PDF, 2.3 MB, SHA-256 3f5a…)"."""
    name = language.resolve(file.caption).text if file.caption else file.name
    return f"{name} ({', '.join(file_details(language, file))}, SHA-256 {file.sha256})"


def said_in(language: Language, message: str) -> str:
    """Return the message of a broken rule, in the language if it is a `Said`. Texts among its values are resolved."""
    if not isinstance(message, Said):
        return message

    def in_words(value: object) -> object:
        if isinstance(value, Code):
            return language.gettext(value.label)
        return language.resolve(value).text if isinstance(value, Mapping) else value

    return language.gettext(message.message, **{name: in_words(value) for name, value in message.values.items()})


_ID = re.compile(r"(?<![\w/.'-])[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?![\w/'-])")
_DAY = re.compile(r"(?<![\w/.-])(?:(?:\d{4}-\d\d(?:-\d\d)?|\.\.|\d{4})/)?\d{4}-\d\d(?:-\d\d)?~?(?![\w/-]|\.\d)")


def named_for_people(view: View, language: Language, text: str) -> str:
    """Return a message for people: names instead of ids, and dates in words. What is quoted as a key stays."""

    def name(found: re.Match[str]) -> str:
        data, id = view.dataset, found[0]
        if document := data.documents.get(id):
            return document.symbol or language.resolve(document.title).text
        if r := data.recommendations.get(id):
            place = data.documents.get(r.document)
            number = language.gettext("para. {number}", number=r.paragraph) if r.paragraph else ""
            return ", ".join(filter(None, ((place.symbol if place else ""), number))) or language.resolve(r.title).text
        if e := data.evidence.get(id):
            return f"“{language.resolve(e.title or e.summary).text[:60]}”"
        return view.bodies[id].code if id in view.bodies else id

    def day(found: re.Match[str]) -> str:
        is_date = re.fullmatch(partial_dates.DATE_PATTERN, found[0])
        try:
            return language.format_date(found[0]) if is_date else found[0]
        except ValueError:
            return found[0]

    return _DAY.sub(day, _ID.sub(name, text))
