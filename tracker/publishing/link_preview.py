"""What a messenger or a search engine is told of a page before anybody opens it."""

from dataclasses import dataclass, replace

from tracker.i18n import LANGUAGES, native_name
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Issuer, Status, Voice
from tracker.publishing.citation import changed
from tracker.publishing.html import Shown, render
from tracker.queries import activity_log, evidence_filters
from tracker.queries.filters import SORTS, Query, matching, status_counts
from tracker.queries.view import View, dated
from tracker.queries.view_cache import once
from tracker.web.responses import Ask

LOCALES = {"en": "en_GB", "ru": "ru_RU", "ky": "ky_KG"}
"""What Open Graph calls the languages that the interface speaks."""
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 300
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The words, links and picture of a preview.

    `url` is exactly this view; `canonical` is the page that search engines should send people to, as it is now.
    """

    site: str
    title: str
    description: str
    url: str
    canonical: str
    alternates: Pairs
    picture: str
    alt: str
    locale: str
    kind: str = "website"
    modified: str = ""

    @property
    def locales(self) -> tuple[str, ...]:
        """The other languages that the page speaks."""
        return tuple(locale for locale in LOCALES.values() if locale != self.locale)

    @property
    def tab(self) -> str:
        """What the browser's tab says."""
        return self.title if self.title == self.site else f"{self.title} · {self.site}"


def head(ask: Ask, path: str, name: str) -> tuple[str, str]:
    """(title, tags) for the shell of a page; the name is that of the page."""
    r = _asked_for(ask, path)
    key = (ask.language, ask.origin, path, r.id if r else "", _filters(ask, path))
    return once(ask.view, "heads", key, lambda: _head(of_page(ask, path, name), ask), most=2_000)


def _head(told: Preview, ask: Ask) -> tuple[str, str]:
    return told.tab, render("published/card_tags.html", ask.shown, p=told)


def of_page(ask: Ask, path: str, name: str) -> Preview:
    """The preview of a page of the dashboard."""
    s, _ = ask.shown, ask.language
    filters = _filters(ask, path)
    if r := _asked_for(ask, path):
        return of_recommendation(ask, r, path, ("id", r.id), *filters)
    words = [_.text(ask.view.settings.subtitle).text] if ask.view.settings.subtitle else []
    title = site(s) if path == "/" else _(name)
    drawn: list[tuple[str, str]] = []
    if path == "/recommendations":
        title, drawn, words = heading(ask), replace(ask.query, sort=SORTS[0], page=1).params(), []
    # the words of a search are not looked up for a title
    if path in ("/", "/recommendations") and not (drawn and ask.query.q):
        asked = ask.query if path == "/recommendations" else Query()
        words += [f"{s.label(asker)}: {counted(s, rows)}." for asker, rows in by_asker(ask, asked)]
    return _preview(
        ask, title, [*past(ask), *words], path, filters, path, filters, ask.link("/preview.png", *drawn), alt=title
    )


def of_recommendation(ask: Ask, r: Recommendation, path: str, *pairs: tuple[str, str]) -> Preview:
    """The preview of one recommendation at an address of the dashboard; search engines are led to its card."""
    s, _ = ask.shown, ask.language
    title, stand = clipped(_.text(r.title).text, LONGEST_TITLE), stands(s, r)
    words = [*past(ask), f"{stand}.", standing(s, r), " · ".join(who(s, r)) + ".", _.text(r.summary).text]
    found = _preview(
        ask, title, words, path, pairs, f"/r/{r.id}", (), ask.link(f"/r/{r.id}.png"), alt=f"{title}. {stand}."
    )
    return found if is_neutral(ask.view) else replace(found, kind="article", modified=changed(ask.view, r))


def _preview(
    ask: Ask,
    title: str,
    words: list[str],
    path: str,
    pairs: Pairs,
    lasting: str,
    kept: Pairs,
    picture: str,
    *,
    alt: str,
) -> Preview:
    now, name = replace(ask.shown, keep=()), site(ask.shown)
    alternates = [(code, now.link(lasting, *kept, ("lang", code))) for code in LANGUAGES]
    if is_neutral(ask.view):
        title, words, picture, alt = name, [], ask.link("/preview.png"), name
    return Preview(
        name, title, clipped(" ".join(words), LONGEST_DESCRIPTION), ask.link(path, *pairs),
        dict(alternates)[ask.language.code], (*alternates, ("x-default", now.link(lasting, *kept))), picture, alt, LOCALES[ask.language.code],
    )  # fmt: skip


def is_neutral(view: View) -> bool:
    """Whether previews say the site's name alone: a phone that is searched shows them."""
    return view.settings.neutral_previews


def site(s: Shown) -> str:
    """The dashboard's own name."""
    return s.language.text(s.view.settings.title).text


def heading(ask: Ask) -> str:
    """What the list page is called, with its filters. Words of a search are left out: anybody may write them."""
    s, _, query = ask.shown, ask.language, ask.query
    yes_no = {"yes": _("Yes"), "no": _("No")}
    months = ask.view.settings.stale_after_months
    old = _.many("Assessed more than {n} month ago", "Assessed more than {n} months ago", months)
    words = [
        ", ".join(s.label(Issuer(code)) for code in query.by),
        ", ".join(ask.view.bodies[code].code for code in query.body),
        ", ".join(s.label(Status(code)) for code in query.status),
        ", ".join(s.named(code) for code in query.theme),
        query.evidence and f"{_('Has evidence')}: {yes_no[query.evidence]}",
        query.stale and f"{old}: {yes_no[query.stale]}",
        _("Picked by hand") if query.id else "",
    ]
    return clipped(": ".join(filter(None, [_("Recommendations"), "; ".join(filter(None, words))])), LONGEST_TITLE)


def by_asker(ask: Ask, query: Query) -> list[tuple[Issuer, tuple[Recommendation, ...]]]:
    """The recommendations that a query asks for, by who asks: the two are never counted together."""
    found = matching(ask.view, query, ask.language.code)
    return [(asker, rows) for asker in Issuer if (rows := tuple(r for r in found if r.issued_by is asker))]


def counted(s: Shown, rows: tuple[Recommendation, ...]) -> str:
    """How many there are, and how many stand where."""
    n = s.language.many("{n} recommendation", "{n} recommendations", len(rows))
    return f"{n} ({', '.join(f'{s.label(code)}: {k}' for code, k in status_counts(s.view, rows).items())})"


def stands(s: Shown, r: Recommendation) -> str:
    """The status in words, with the direction where there is one."""
    latest = s.view.latest(r, Voice.CIVIL_SOCIETY)
    direction = s.label(latest.direction) if latest and latest.direction else ""
    return ", ".join(filter(None, [s.label(s.view.status(r)), direction]))


def standing(s: Shown, r: Recommendation) -> str:
    """Whose assessment the status is, and of which day."""
    _, view = s.language, s.view
    latest, checked = view.latest(r, Voice.CIVIL_SOCIETY), view.checked(r)
    if latest is None or checked is None:
        return _("Civil society has not assessed this yet.")
    day = _.date(latest.date)
    if checked != latest.date:
        told = _(
            "Civil society's assessment of {date}, checked again on {day}: still so.", date=day, day=_.date(checked)
        )
    elif view.is_stale(r):
        told = _("Civil society's assessment of {date}: a baseline, not reviewed since.", date=day)
    else:
        told = _("Civil society's assessment of {date}.", date=day)
    return f"{told} {_('It awaits a second reader.')}" if view.awaits_second_reader(latest) else told


def who(s: Shown, r: Recommendation) -> list[str]:
    """Who asks, in which document and where in it, how sure we are, and the language of a title that is in another one."""
    _, view = s.language, s.view
    d, body, civil = view.document(r.document), view.body_of(r), r.issued_by is Issuer.CIVIL_SOCIETY
    found = [(d.authors if d else None) or s.label(r.issued_by)] if civil else []
    if body:
        found.append(_("addressed to {committee}", committee=body.code) if civil else body.code)
    if d:
        year = f" {day.rpartition('/')[2][:4]}" if (day := dated(d)) else ""
        found += [d.symbol or s.label(d.kind) + year]
    if r.paragraph:
        number = r.paragraph.replace("-", "\u2013")
        found.append(_("no. {number}", number=number) if civil else _("para. {number}", number=number))
    title = _.text(r.title)
    return [*found, s.label(r.verification), *([native_name(title.lang)] if title.is_fallback else [])]


def clipped(text: str, most: int) -> str:
    """A text in one line of at most so many letters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0] or text[: most - 1]).rstrip(" .,;:") + "…"


def past(ask: Ask) -> list[str]:
    """Which past is shown; nothing for now."""
    view, _ = ask.view, ask.language
    day = [_("As of {day}", day=_.day(view.as_of)) + "."] if view.as_of else []
    return day + ([_("As recorded on {day}", day=_.moment(view.recorded)) + "."] if view.recorded else [])


def _asked_for(ask: Ask, path: str) -> Recommendation | None:
    wanted = "".join(ask.params.get("id", [])[:1])
    return ask.view.recommendations.get(wanted) if path == "/recommendation" else None


def _filters(ask: Ask, path: str) -> Pairs:
    """The parameters that a page knows beside the language and the past."""
    match path:
        case "/recommendations":
            return tuple(ask.query.params())
        case "/recommendation":
            return tuple(replace(ask.query, id=()).params())
        case "/evidence":
            return tuple(evidence_filters.Wanted.asked(ask.params).params())
        case "/activity":
            return tuple(activity_log.Wanted.asked(ask.view, ask.params).params())
    return ()
