"""Link previews: the title, description and image that a messenger or a search engine shows for a page."""

from dataclasses import dataclass, replace

from tracker.i18n import LANGUAGES, locale_of
from tracker.model.localized_text import shorten
from tracker.model.records import Recommendation
from tracker.publishing import wording
from tracker.publishing.citation import last_changed
from tracker.publishing.render_context import PAST, ViewRequest, encode_params, render
from tracker.publishing.wording import LONGEST_TITLE, site_name
from tracker.queries.activity_log import ActivityFilters
from tracker.queries.lists.filters import EvidenceFilters, Filters
from tracker.queries.lists.url_filters import UrlFilters

LONGEST_DESCRIPTION = 300
"""The largest number of characters in a description."""
UrlPairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """The texts, links and image of a link preview.

    `url` is the address of exactly this view, `canonical` the current page, for search engines. `alternates` are
    (language code or "x-default", link) pairs. `alt` describes the image. `locale` is for Open Graph. `modified` is
    the timestamp of the last change, or "". `oembed` is where other sites learn how to show the page in a frame, or "".
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
    oembed: str = ""

    @property
    def other_locales(self) -> tuple[str, ...]:
        """Return the Open Graph locales of the other languages of the page."""
        return tuple(locale for locale in map(locale_of, LANGUAGES) if locale != self.locale)

    @property
    def tab_title(self) -> str:
        """Return the title of the browser tab: the title of the page, then the name of the dashboard."""
        return _with_site(self.title, self.site)


def preview_tags(request: ViewRequest, path: str, name: str) -> str:
    """Return the <head> tags of the link preview as HTML, for the page `name` at `path`."""
    return render("layout/preview_tags.html", request, p=page_preview(request, path, name))


def page_tab_title(request: ViewRequest, path: str, name: str) -> str:
    """Return the title of the browser tab for a page. It is that of `LinkPreview.tab_title`, but no preview is built."""
    site = site_name(request)
    return site if request.view.settings.neutral_previews else _with_site(_page_title(request, path, name), site)


def page_preview(request: ViewRequest, path: str, name: str) -> LinkPreview:
    """Return the link preview of the dashboard page at `path`. `name` is its name in the language of the request."""
    settings, params = request.view.settings, _filter_params(request, path)
    if r := _requested_recommendation(request, path):
        return recommendation_preview(request, r, path, ("id", r.id), *params)
    is_list, title = path == "/recommendations", _page_title(request, path, name)
    words = [request.language.resolve(settings.subtitle).text] if settings.subtitle and not is_list else []
    image_params = request.filters.only_filters().params() if is_list else []
    # searching takes too long when only a preview is needed
    if path == "/" or (is_list and not (image_params and request.filters.q)):
        asked = request.filters if is_list else Filters()
        groups, states = wording.matches_by_issuer(request, asked), wording.states_line(request, asked)
        words += [f"{states}."] if states else []
        words += [f"{request.label(issuer)}: {wording.counts_line(request, rs)}." for issuer, rs in groups]
    url, image = request.link(path, *params), request.link("/preview.png", *image_params)
    preview = _build_preview(request, title, words, url=url, canonical=(path, params), image=image, alt=title)
    return replace(preview, noindex=path == "/search")


def recommendation_preview(request: ViewRequest, r: Recommendation, path: str, *params: tuple[str, str]) -> LinkPreview:
    """Return the link preview of a recommendation for the page at `path`, with /r/<id> as the canonical address."""
    language = request.language
    title, status = _short_title(request, r), wording.status_line(request, r)
    source, permanent = " · ".join(wording.source_parts(request, r)), f"/r/{r.id}"
    words = [f"{status}.", wording.assessment_line(request, r), f"{source}.", language.resolve(r.summary).text]
    url, image, alt = request.link(path, *params), request.link(f"{permanent}.png"), f"{title}. {status}."
    preview = _build_preview(request, title, words, url=url, canonical=(permanent, ()), image=image, alt=alt)
    if request.view.settings.neutral_previews:
        return preview
    return replace(preview, og_type="article", modified=last_changed(request.view, r))


def _build_preview(
    request: ViewRequest,
    title: str,
    words: list[str],
    *,
    url: str,
    canonical: tuple[str, UrlPairs],
    image: str,
    alt: str,
) -> LinkPreview:
    """Return a link preview with these texts. If the settings ask for neutral previews, it has only the site's name."""
    site = site_name(request)
    path, params = canonical
    links = {code: request.link(path, *params, ("lang", code), without=PAST) for code in LANGUAGES}
    words = [*wording.short_past_notices(request), *words]
    can_embed = bool(request.view.settings.embed_hosts) and path.startswith(("/r/", "/recommendations"))
    if request.view.settings.neutral_previews:
        title, words, image, alt, can_embed = site, [], request.link("/preview.png"), site, False
    return LinkPreview(
        site=site,
        title=title,
        description=shorten(" ".join(words), LONGEST_DESCRIPTION),
        url=url,
        canonical=links[request.language.code],
        alternates=(*links.items(), ("x-default", request.link(path, *params, without=("lang", *PAST)))),
        image=image,
        alt=alt,
        locale=locale_of(request.language.code),
        oembed=f"{request.origin}/oembed.json?{encode_params([('url', url)])}" if can_embed else "",
    )


def _page_title(request: ViewRequest, path: str, name: str) -> str:
    if r := _requested_recommendation(request, path):
        return _short_title(request, r)
    if path == "/recommendations":
        return wording.filter_heading(request)
    return site_name(request) if path == "/" else name


def _short_title(request: ViewRequest, r: Recommendation) -> str:
    return request.language.resolve(r.title).cut(LONGEST_TITLE)


def _with_site(title: str, site: str) -> str:
    return title if title == site else f"{title} · {site}"


def _requested_recommendation(request: ViewRequest, path: str) -> Recommendation | None:
    return request.view.recommendations.get(request.param("id")) if path == "/recommendation" else None


def _filter_params(request: ViewRequest, path: str) -> UrlPairs:
    """Return the URL parameters of the request that are filters of the page at `path`. Unknown values are left out."""
    match path:
        case "/recommendations" | "/analysis":
            filters: UrlFilters = request.filters
        case "/recommendation":
            filters = replace(request.filters, id=())
        case "/evidence":
            filters = EvidenceFilters.from_params(request.view, request.params)
        case "/activity":
            filters = ActivityFilters.from_params(request.view, request.params)
        case _:
            return ()
    return tuple(filters.params())
