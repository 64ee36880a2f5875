"""Link previews: the title, description and image that a messenger or a search engine shows for a page."""

from dataclasses import dataclass, replace

from tracker.i18n import LANGUAGES
from tracker.model.records import Recommendation
from tracker.publishing.citation import last_changed
from tracker.publishing.render_context import render
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import (
    LONGEST_TITLE,
    assessment_line,
    counts_line,
    filter_heading,
    matches_by_issuer,
    past_notices,
    shorten,
    site_name,
    source_line,
    status_line,
    uses_neutral_previews,
)
from tracker.queries.activity_log import ActivityFilters
from tracker.queries.lists.filters import EvidenceFilters, Filters

OPEN_GRAPH_LOCALES = {"en": "en_GB", "ru": "ru_RU", "ky": "ky_KG"}
"""Code of each interface language → its Open Graph locale."""
LONGEST_DESCRIPTION = 300
UrlPairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """The texts, links and image of a link preview.

    `url` is the address of exactly this view. `canonical` is the page to which search engines should send people, in
    its current version. `alternates` are (language code, link) pairs: the same page in each language. `alt` describes
    the image in words. `noindex` asks search engines not to list the page.
    """

    site: str
    title: str
    description: str
    url: str
    canonical: str
    alternates: UrlPairs
    image: str
    alt: str
    locale: str
    og_type: str = "website"
    modified: str = ""
    noindex: bool = False

    @property
    def locales(self) -> tuple[str, ...]:
        """Return the Open Graph locales of the other languages of the page."""
        return tuple(locale for locale in OPEN_GRAPH_LOCALES.values() if locale != self.locale)

    @property
    def tab(self) -> str:
        """Return the title of the browser tab."""
        return self.title if self.title == self.site else f"{self.title} · {self.site}"


def head_tags(request: ViewRequest, path: str, name: str) -> tuple[str, str]:
    """Return the title of the browser tab, and the HTML of the preview's <head> tags, for the page at `path`.

    `name` is the name of the page in the language of the request.
    """

    def render_tags() -> tuple[str, str]:
        preview = page_preview(request, path, name)
        return preview.tab, render("layout/preview_tags.html", request.context, p=preview)

    r = _requested_recommendation(request, path)
    key = (request.language, request.origin, path, r.id if r else "", _filter_params(request, path))
    return request.view.cached("heads", key, render_tags, most=2_000)


def page_preview(request: ViewRequest, path: str, name: str) -> LinkPreview:
    """Return the link preview of the dashboard page at `path`. `name` is the name of the page in the language of the request."""
    context, language = request.context, request.language
    _ = language.gettext
    params = _filter_params(request, path)
    if r := _requested_recommendation(request, path):
        params = (("id", r.id), *params)
        return recommendation_preview(request, r, path, *params)
    words = [language.resolve(request.view.settings.subtitle).text] if request.view.settings.subtitle else []
    title = site_name(context) if path == "/" else name
    image_params: list[tuple[str, str]] = []
    if path == "/recommendations":
        title, words = filter_heading(request), []
        image_params = request.filters.only_filters().params()
    # searching takes too long when only a preview is needed
    if path in ("/", "/recommendations") and not (image_params and request.filters.q):
        filters = request.filters if path == "/recommendations" else Filters()
        groups = matches_by_issuer(request, filters)
        words += [f"{context.label(issuer)}: {counts_line(context, rs)}." for issuer, rs in groups]
    return _build_preview(
        request,
        url=request.link(path, *params),
        canonical=(path, params),
        title=title,
        words=[*past_notices(request), *words],
        image=request.link("/preview.png", *image_params),
        alt=title,
        noindex=path == "/search",
    )


def recommendation_preview(request: ViewRequest, r: Recommendation, path: str, *params: tuple[str, str]) -> LinkPreview:
    """Return the link preview of one recommendation, for the page at `path` with the URL parameters `params`.

    The canonical page is always the card of the recommendation.
    """
    context, language = request.context, request.language
    title, status = shorten(language.resolve(r.title).text, LONGEST_TITLE), status_line(context, r)
    words = [
        *past_notices(request),
        f"{status}.",
        assessment_line(context, r),
        " · ".join(source_line(context, r)) + ".",
        language.resolve(r.summary).text,
    ]
    preview = _build_preview(
        request,
        url=request.link(path, *params),
        canonical=(f"/r/{r.id}", ()),
        title=title,
        words=words,
        image=request.link(f"/r/{r.id}.png"),
        alt=f"{title}. {status}.",
    )
    if uses_neutral_previews(request.view):
        return preview
    return replace(preview, og_type="article", modified=last_changed(request.view, r))


def _build_preview(
    request: ViewRequest,
    *,
    url: str,
    canonical: tuple[str, UrlPairs],
    title: str,
    words: list[str],
    image: str,
    alt: str,
    noindex: bool = False,
) -> LinkPreview:
    """Return a link preview with these texts. If the settings ask for neutral previews, it has only the site's name.

    `canonical` is the path of the canonical page, and its URL parameters. `words` are the sentences of the description.
    """
    current, site = replace(request.context, sticky_params=()), site_name(request.context)
    path, params = canonical
    links = {code: current.link(path, *params, ("lang", code)) for code in LANGUAGES}
    if uses_neutral_previews(request.view):
        title, words, image, alt = site, [], request.link("/preview.png"), site
    return LinkPreview(
        site=site,
        title=title,
        description=shorten(" ".join(words), LONGEST_DESCRIPTION),
        url=url,
        canonical=links[request.language.code],
        alternates=(*links.items(), ("x-default", current.link(path, *params))),
        image=image,
        alt=alt,
        locale=OPEN_GRAPH_LOCALES[request.language.code],
        noindex=noindex,
    )


def _requested_recommendation(request: ViewRequest, path: str) -> Recommendation | None:
    recommendation_id = "".join(request.params.get("id", [])[:1])
    return request.view.recommendations.get(recommendation_id) if path == "/recommendation" else None


def _filter_params(request: ViewRequest, path: str) -> UrlPairs:
    """Return the URL parameters of the request that are filters of the page at `path`. Unknown values are left out.

    The language, `as_of` and `recorded` are not filters.
    """
    match path:
        case "/recommendations" | "/analysis":
            return tuple(request.filters.params())
        case "/recommendation":
            return tuple(replace(request.filters, id=()).params())
        case "/evidence":
            return tuple(EvidenceFilters.from_params(request.view, request.params).params())
        case "/activity":
            return tuple(ActivityFilters.from_params(request.view, request.params).params())
    return ()
