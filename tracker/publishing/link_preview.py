"""What a messenger or a search engine is told of a page before anybody opens it."""

from dataclasses import dataclass, replace

from tracker.i18n import LANGUAGES, native_name
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Issuer, Status, Voice
from tracker.publishing.citation import last_changed
from tracker.publishing.html import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.queries import activity_log, evidence_filters
from tracker.queries.filters import SORT_ORDERS, Filters, count_by_status, filter_recommendations
from tracker.queries.view import View, effective_date
from tracker.queries.view_cache import once

OPEN_GRAPH_LOCALES = {"en": "en_GB", "ru": "ru_RU", "ky": "ky_KG"}
"""What Open Graph calls the languages that the interface speaks."""
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 300
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """The words, links and picture of a preview.

    `url` is exactly this view; `canonical` is the page that search engines should send people to, as it is now.
    """

    site: str
    title: str
    description: str
    url: str
    canonical: str
    alternates: Pairs
    image: str
    alt: str
    locale: str
    og_type: str = "website"
    modified: str = ""

    @property
    def locales(self) -> tuple[str, ...]:
        """The other languages that the page speaks."""
        return tuple(locale for locale in OPEN_GRAPH_LOCALES.values() if locale != self.locale)

    @property
    def tab(self) -> str:
        """What the browser's tab says."""
        return self.title if self.title == self.site else f"{self.title} · {self.site}"


def head_tags(ask: ViewRequest, path: str, name: str) -> tuple[str, str]:
    """(title, tags) for the shell of a page; the name is that of the page."""
    r = _asked_for(ask, path)
    key = (ask.language, ask.origin, path, r.id if r else "", _filters(ask, path))
    return once(ask.view, "heads", key, lambda: _head(page_preview(ask, path, name), ask), most=2_000)


def _head(told: LinkPreview, ask: ViewRequest) -> tuple[str, str]:
    return told.tab, render("published/card_tags.html", ask.context, p=told)


def page_preview(ask: ViewRequest, path: str, name: str) -> LinkPreview:
    """The preview of a page of the dashboard."""
    s, language = ask.context, ask.language
    _ = language.gettext
    filters = _filters(ask, path)
    if r := _asked_for(ask, path):
        return recommendation_preview(ask, r, path, ("id", r.id), *filters)
    words = [language.resolve(ask.view.settings.subtitle).text] if ask.view.settings.subtitle else []
    title = site_name(s) if path == "/" else _(name)
    drawn: list[tuple[str, str]] = []
    if path == "/recommendations":
        title, drawn, words = filter_heading(ask), replace(ask.filters, sort=SORT_ORDERS[0], page=1).params(), []
    # the words of a search are not looked up for a title
    if path in ("/", "/recommendations") and not (drawn and ask.filters.q):
        asked = ask.filters if path == "/recommendations" else Filters()
        words += [f"{s.label(asker)}: {counts_line(s, rows)}." for asker, rows in group_by_issuer(ask, asked)]
    return _preview(
        ask,
        title,
        [*past_notices(ask), *words],
        path,
        filters,
        path,
        filters,
        ask.link("/preview.png", *drawn),
        alt=title,
    )


def recommendation_preview(ask: ViewRequest, r: Recommendation, path: str, *pairs: tuple[str, str]) -> LinkPreview:
    """The preview of one recommendation at an address of the dashboard; search engines are led to its card."""
    s, language = ask.context, ask.language
    title, stand = shorten(language.resolve(r.title).text, LONGEST_TITLE), status_line(s, r)
    words = [
        *past_notices(ask),
        f"{stand}.",
        assessment_line(s, r),
        " · ".join(source_line(s, r)) + ".",
        language.resolve(r.summary).text,
    ]
    found = _preview(
        ask, title, words, path, pairs, f"/r/{r.id}", (), ask.link(f"/r/{r.id}.png"), alt=f"{title}. {stand}."
    )
    return (
        found
        if uses_neutral_previews(ask.view)
        else replace(found, og_type="article", modified=last_changed(ask.view, r))
    )


def _preview(
    ask: ViewRequest,
    title: str,
    words: list[str],
    path: str,
    pairs: Pairs,
    lasting: str,
    kept: Pairs,
    picture: str,
    *,
    alt: str,
) -> LinkPreview:
    now, name = replace(ask.context, sticky_params=()), site_name(ask.context)
    alternates = [(code, now.link(lasting, *kept, ("lang", code))) for code in LANGUAGES]
    if uses_neutral_previews(ask.view):
        title, words, picture, alt = name, [], ask.link("/preview.png"), name
    return LinkPreview(
        name, title, shorten(" ".join(words), LONGEST_DESCRIPTION), ask.link(path, *pairs),
        dict(alternates)[ask.language.code], (*alternates, ("x-default", now.link(lasting, *kept))), picture, alt, OPEN_GRAPH_LOCALES[ask.language.code],
    )  # fmt: skip


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


def _asked_for(ask: ViewRequest, path: str) -> Recommendation | None:
    wanted = "".join(ask.params.get("id", [])[:1])
    return ask.view.recommendations.get(wanted) if path == "/recommendation" else None


def _filters(ask: ViewRequest, path: str) -> Pairs:
    """The parameters that a page knows beside the language and the past."""
    match path:
        case "/recommendations":
            return tuple(ask.filters.params())
        case "/recommendation":
            return tuple(replace(ask.filters, id=()).params())
        case "/evidence":
            return tuple(evidence_filters.EvidenceFilters.from_params(ask.params).params())
        case "/activity":
            return tuple(activity_log.ActivityFilters.from_params(ask.view, ask.params).params())
    return ()
