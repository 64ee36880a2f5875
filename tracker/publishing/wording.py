"""Sentences and headings that are used in several outputs: cards, link previews, feeds and titles."""

from pathlib import Path

from tracker.i18n import get_language, native_name
from tracker.model.errors import NoDataset
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Issuer, Status, Voice
from tracker.publishing.html import RenderContext
from tracker.publishing.request import ViewRequest
from tracker.queries.current_view import reader_of
from tracker.queries.filters import LIST_FILTERS, YES_NO_FILTERS, Filters, count_by_status, filter_recommendations
from tracker.queries.view import View, effective_date

LONGEST_TITLE = 200


def uses_neutral_previews(view: View) -> bool:
    """Return whether the settings ask for neutral previews: link previews that show only the site's name.

    The setting protects people whose phone may be searched, because a chat shows the previews of links.
    """
    return view.settings.neutral_previews


def site_name(context: RenderContext) -> str:
    """Return the name of the dashboard in the reader's language."""
    return context.language.resolve(context.view.settings.title).text


def filter_value_label(context: RenderContext, name: str, code: str) -> str:
    """Return the label of one value of a list filter. `name` is one of LIST_FILTERS, such as "status"."""
    match name:
        case "by":
            return context.label(Issuer(code))
        case "body":
            return context.view.bodies[code].code
        case "status":
            return context.label(Status(code))
        case _:
            return context.term_label(code)


def filter_labels(context: RenderContext, filters: Filters) -> list[str]:
    """Return one label for each selected value of the filters. Empty if no filter is set."""
    language = context.language
    _ = language.gettext
    labels = [filter_value_label(context, name, code) for name in LIST_FILTERS for code in getattr(filters, name)]
    stale = language.ngettext(
        "Assessed more than {n} month ago",
        "Assessed more than {n} months ago",
        context.view.settings.stale_after_months,
    )
    headings = {"evidence": _("Has evidence"), "stale": stale}
    yes_no = {"yes": _("Yes"), "no": _("No")}
    labels += [f"{headings[name]}: {yes_no[value]}" for name in YES_NO_FILTERS if (value := getattr(filters, name))]
    labels += [_("Picked by hand")] if filters.id else []
    return [*labels, f"“{filters.q}”"] if filters.q else labels


def filter_heading(request: ViewRequest) -> str:
    """Return the heading of the list page, which names the filters that are set.

    The search words are left out, because anybody can put any words into a link.
    """
    context, language, filters = request.context, request.language, request.filters
    _ = language.gettext
    yes_no = {"yes": _("Yes"), "no": _("No")}
    months = request.view.settings.stale_after_months
    stale = language.ngettext("Assessed more than {n} month ago", "Assessed more than {n} months ago", months)
    words = [
        ", ".join(context.label(Issuer(code)) for code in filters.by),
        ", ".join(request.view.bodies[code].code for code in filters.body),
        ", ".join(context.label(Status(code)) for code in filters.status),
        ", ".join(context.term_label(code) for code in filters.theme),
        filters.evidence and f"{_('Has evidence')}: {yes_no[filters.evidence]}",
        filters.stale and f"{stale}: {yes_no[filters.stale]}",
        _("Picked by hand") if filters.id else "",
    ]
    return shorten(": ".join(filter(None, [_("Recommendations"), "; ".join(filter(None, words))])), LONGEST_TITLE)


def matches_by_issuer(request: ViewRequest, filters: Filters) -> list[tuple[Issuer, tuple[Recommendation, ...]]]:
    """Return (issuer, its recommendations that match the filters) for each issuer that has any.

    Recommendations of different issuers are never counted together.
    """
    matches = filter_recommendations(request.view, filters, request.language.code)
    return [(issuer, rs) for issuer in Issuer if (rs := tuple(r for r in matches if r.issued_by is issuer))]


def counts_line(context: RenderContext, rs: tuple[Recommendation, ...]) -> str:
    """Return one line: the number of recommendations, and how many of them have each status."""
    n = context.language.ngettext("{n} recommendation", "{n} recommendations", len(rs))
    counts = (f"{context.label(status)}: {k}" for status, k in count_by_status(context.view, rs).items())
    return f"{n} ({', '.join(counts)})"


def status_line(context: RenderContext, r: Recommendation) -> str:
    """Return the status of a recommendation in words. If there is a direction, it follows after a comma."""
    latest = context.view.latest(r, Voice.CIVIL_SOCIETY)
    direction = context.label(latest.direction) if latest and latest.direction else ""
    return ", ".join(filter(None, [context.label(context.view.status(r)), direction]))


def assessment_line(context: RenderContext, r: Recommendation) -> str:
    """Return sentences about the assessment that gives a recommendation its status.

    They give the date, and say whether the assessment was checked again, is out of date or awaits a second reader.
    """
    language, view = context.language, context.view
    _ = language.gettext
    latest, checked = view.latest(r, Voice.CIVIL_SOCIETY), view.last_checked(r)
    if latest is None or checked is None:
        return _("Civil society has not assessed this yet.")
    day = language.format_date(latest.date)
    if checked != latest.date:
        sentence = _(
            "Civil society's assessment of {date}, checked again on {day}: no change.",
            date=day,
            day=language.format_date(checked),
        )
    elif view.is_stale(r):
        sentence = _("Civil society's assessment of {date}: a baseline, not reviewed since.", date=day)
    else:
        sentence = _("Civil society's assessment of {date}.", date=day)
    return f"{sentence} {_('It awaits a second reader.')}" if view.awaits_second_reader(latest) else sentence


def source_line(context: RenderContext, r: Recommendation) -> list[str]:
    """Return the source of a recommendation, as parts: issuer, committee, document, paragraph, verification.

    Parts that are not known are left out. If the title is not in the reader's language, the last part names the
    language of the title.
    """
    language, view = context.language, context.view
    _ = language.gettext
    d, body, civil = view.document(r.document), view.body_of(r), r.issued_by is Issuer.CIVIL_SOCIETY
    parts = [(d.authors if d else None) or context.label(r.issued_by)] if civil else []
    if body:
        parts.append(_("addressed to {committee}", committee=body.code) if civil else body.code)
    if d:
        year = f" {day.rpartition('/')[2][:4]}" if (day := effective_date(d)) else ""
        parts += [d.symbol or context.label(d.kind) + year]
    if r.paragraph:
        number = r.paragraph.replace("-", "\u2013")
        parts.append(_("no. {number}", number=number) if civil else _("para. {number}", number=number))
    title = language.resolve(r.title)
    return [*parts, context.label(r.verification), *([native_name(title.lang)] if title.is_fallback else [])]


def shorten(text: str, max_length: int) -> str:
    """Return a text as one line of at most `max_length` characters.

    A longer text is cut between words, and "…" is added.
    """
    text = " ".join(text.split())
    if len(text) <= max_length:
        return text
    return (text[:max_length].rpartition(" ")[0] or text[: max_length - 1]).rstrip(" .,;:") + "…"


def past_notices(request: ViewRequest) -> list[str]:
    """Return short sentences that say which past state is shown. Empty if the present is shown."""
    view, language = request.view, request.language
    _ = language.gettext
    notices = [_("As of {day}", day=language.format_day(view.as_of)) + "."] if view.as_of else []
    if view.recorded:
        notices.append(_("As recorded on {day}", day=language.format_timestamp(view.recorded)) + ".")
    return notices


def page_title(root: Path, name: str, code: str) -> str:
    """Return the title of a browser tab: `name` (the name of the page), then the name of the dashboard.

    Both are in the language `code`. `name` may be "". If there is no data in the folder `root`, the dashboard is named
    "Recommendation tracker".
    """
    try:
        settings = reader_of(root).read().settings
    except NoDataset:
        return " · ".join(filter(None, [get_language(code).gettext(name) if name else "", "Recommendation tracker"]))
    language = get_language(code, settings.language)
    return " · ".join(filter(None, [language.gettext(name) if name else "", language.resolve(settings.title).text]))
