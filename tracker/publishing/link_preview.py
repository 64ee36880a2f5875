"""What a messenger or a search engine is told of a page before anybody opens it."""

from dataclasses import dataclass, replace

from tracker.i18n import LANGUAGES
from tracker.model.records import Recommendation
from tracker.publishing.citation import last_changed
from tracker.publishing.html import render
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import (
    LONGEST_TITLE,
    assessment_line,
    counts_line,
    filter_heading,
    group_by_issuer,
    past_notices,
    shorten,
    site_name,
    source_line,
    status_line,
    uses_neutral_previews,
)
from tracker.queries import activity_log, evidence_filters
from tracker.queries.filters import SORT_ORDERS, Filters

OPEN_GRAPH_LOCALES = {"en": "en_GB", "ru": "ru_RU", "ky": "ky_KG"}
"""What Open Graph calls the languages that the interface speaks."""
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
    return ask.view.cached("heads", key, lambda: _head(page_preview(ask, path, name), ask), most=2_000)


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
