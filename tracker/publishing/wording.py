"""Sentences that cards, previews, feeds and titles share."""

from pathlib import Path

from tracker.i18n import get_language, native_name
from tracker.model.errors import NoDataset
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Issuer, Status, Voice
from tracker.publishing.html import RenderContext
from tracker.publishing.request import ViewRequest
from tracker.queries.current_view import reader_of
from tracker.queries.filters import Filters, count_by_status, filter_recommendations
from tracker.queries.view import View, effective_date

LONGEST_TITLE = 200


def uses_neutral_previews(view: View) -> bool:
    """Whether previews say the site's name alone: a phone that is searched shows them."""
    return view.settings.neutral_previews


def site_name(s: RenderContext) -> str:
    """The dashboard's own name."""
    return s.language.resolve(s.view.settings.title).text


def filter_heading(ask: ViewRequest) -> str:
    """What the list page is called, with its filters. Words of a search are left out: anybody may write them."""
    s, language, query = ask.context, ask.language, ask.filters
    _ = language.gettext
    yes_no = {"yes": _("Yes"), "no": _("No")}
    months = ask.view.settings.stale_after_months
    old = language.ngettext("Assessed more than {n} month ago", "Assessed more than {n} months ago", months)
    words = [
        ", ".join(s.label(Issuer(code)) for code in query.by),
        ", ".join(ask.view.bodies[code].code for code in query.body),
        ", ".join(s.label(Status(code)) for code in query.status),
        ", ".join(s.term_label(code) for code in query.theme),
        query.evidence and f"{_('Has evidence')}: {yes_no[query.evidence]}",
        query.stale and f"{old}: {yes_no[query.stale]}",
        _("Picked by hand") if query.id else "",
    ]
    return shorten(": ".join(filter(None, [_("Recommendations"), "; ".join(filter(None, words))])), LONGEST_TITLE)


def group_by_issuer(ask: ViewRequest, query: Filters) -> list[tuple[Issuer, tuple[Recommendation, ...]]]:
    """The recommendations that a query asks for, by who asks: the two are never counted together."""
    found = filter_recommendations(ask.view, query, ask.language.code)
    return [(asker, rows) for asker in Issuer if (rows := tuple(r for r in found if r.issued_by is asker))]


def counts_line(s: RenderContext, rows: tuple[Recommendation, ...]) -> str:
    """How many there are, and how many stand where."""
    n = s.language.ngettext("{n} recommendation", "{n} recommendations", len(rows))
    return f"{n} ({', '.join(f'{s.label(code)}: {k}' for code, k in count_by_status(s.view, rows).items())})"


def status_line(s: RenderContext, r: Recommendation) -> str:
    """The status in words, with the direction where there is one."""
    latest = s.view.latest(r, Voice.CIVIL_SOCIETY)
    direction = s.label(latest.direction) if latest and latest.direction else ""
    return ", ".join(filter(None, [s.label(s.view.status(r)), direction]))


def assessment_line(s: RenderContext, r: Recommendation) -> str:
    """Whose assessment the status is, and of which day."""
    language, view = s.language, s.view
    _ = language.gettext
    latest, checked = view.latest(r, Voice.CIVIL_SOCIETY), view.last_checked(r)
    if latest is None or checked is None:
        return _("Civil society has not assessed this yet.")
    day = language.format_date(latest.date)
    if checked != latest.date:
        told = _(
            "Civil society's assessment of {date}, checked again on {day}: still so.",
            date=day,
            day=language.format_date(checked),
        )
    elif view.is_stale(r):
        told = _("Civil society's assessment of {date}: a baseline, not reviewed since.", date=day)
    else:
        told = _("Civil society's assessment of {date}.", date=day)
    return f"{told} {_('It awaits a second reader.')}" if view.awaits_second_reader(latest) else told


def source_line(s: RenderContext, r: Recommendation) -> list[str]:
    """Who asks, in which document and where in it, how sure we are, and the language of a title that is in another one."""
    language, view = s.language, s.view
    _ = language.gettext
    d, body, civil = view.document(r.document), view.body_of(r), r.issued_by is Issuer.CIVIL_SOCIETY
    found = [(d.authors if d else None) or s.label(r.issued_by)] if civil else []
    if body:
        found.append(_("addressed to {committee}", committee=body.code) if civil else body.code)
    if d:
        year = f" {day.rpartition('/')[2][:4]}" if (day := effective_date(d)) else ""
        found += [d.symbol or s.label(d.kind) + year]
    if r.paragraph:
        number = r.paragraph.replace("-", "\u2013")
        found.append(_("no. {number}", number=number) if civil else _("para. {number}", number=number))
    title = language.resolve(r.title)
    return [*found, s.label(r.verification), *([native_name(title.lang)] if title.is_fallback else [])]


def shorten(text: str, most: int) -> str:
    """A text in one line of at most so many letters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0] or text[: most - 1]).rstrip(" .,;:") + "…"


def past_notices(ask: ViewRequest) -> list[str]:
    """Which past is shown; nothing for now."""
    view, language = ask.view, ask.language
    _ = language.gettext
    day = [_("As of {day}", day=language.format_day(view.as_of)) + "."] if view.as_of else []
    return day + (
        [_("As recorded on {day}", day=language.format_timestamp(view.recorded)) + "."] if view.recorded else []
    )


def page_title(root: Path, name: str, code: str) -> str:
    """Return a browser tab's title: the page's name in a language, then the dashboard's; also while the data is unreadable."""
    try:
        settings = reader_of(root).read().settings
    except NoDataset:
        return " · ".join(filter(None, [get_language(code).gettext(name) if name else "", "Recommendation tracker"]))
    language = get_language(code, settings.language)
    return " · ".join(filter(None, [language.gettext(name) if name else "", language.resolve(settings.title).text]))
