"""Light pages that other sites (`embed_hosts` in tracker.yaml) show in a frame, and the oEmbed answer to find them.

They run no script and ask for nothing. Where the settings name no site, they do not exist.
"""

import json
from dataclasses import replace
from html import escape
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.i18n import get_language
from tracker.publishing.render_context import ViewRequest, render
from tracker.publishing.request import RenderedFile
from tracker.publishing.wording import filter_heading, site_name
from tracker.queries.lists.filters import Filters, filter_recommendations

MOST_EMBEDDED = 20
"""The largest number of rows of an embedded list. All are in the tracker."""
WIDTH, HEIGHT = 640, 360
"""The size of a frame in pixels, unless the site asks for a smaller one."""
_NOTHING = RenderedFile(b"not found", "text/plain; charset=utf-8", status=404)


def render_embedded(request: ViewRequest) -> RenderedFile:
    """Return, for a frame, the recommendation with the id of the request, or the list if it has no id; or 404."""
    view, hosts = request.view, request.view.settings.embed_hosts
    r = view.recommendations.get(request.id)
    if not hosts or (request.id and not r):
        return _NOTHING
    found = (r,) if r else filter_recommendations(view, request.filters, request.language.code)
    html = render(
        "published/embed.html",
        request,
        r=r,
        rows=found[:MOST_EMBEDDED],
        count=len(found),
        heading=filter_heading(request),
        more=request.link("/recommendations", *request.filters.params()),
        site=site_name(request),
    )
    sites = " ".join(f"https://{host}" for host in hosts)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return RenderedFile(html.encode(), headers={"Content-Security-Policy": f"{policy}; frame-ancestors {sites}"})


def render_oembed(request: ViewRequest) -> RenderedFile:
    """Return how to show the page with the address in `url` in a frame, in the format oEmbed 1.0 (oembed.com).

    The status is 404 for an address that cannot be shown, and 501 for a format other than JSON.
    """
    url, view = request.param("url"), request.view
    is_ours = url.startswith(f"{request.origin}/")
    asked = urlsplit(url.removeprefix(request.origin) if is_ours else "")
    if request.param("format") not in ("", "json"):
        return RenderedFile(b"only JSON", "text/plain; charset=utf-8", status=501)
    params = parse_qs(asked.query)
    language = get_language(params["lang"][0], view.settings) if "lang" in params else request.language
    context = replace(request, language=language)
    is_list, is_page = asked.path == "/recommendations", asked.path == "/recommendation"
    id = params.get("id", [""])[0] if is_page else unquote(asked.path.removeprefix("/r/"))
    r = None if is_list else view.recommendations.get(id)
    is_known = is_list or (r and (is_page or asked.path.startswith("/r/")))
    if not view.settings.embed_hosts or not is_ours or not is_known:
        return _NOTHING
    if r:
        title, path, pairs = language.resolve(r.title).text, f"/embed/r/{r.id}", []
    else:
        filters = Filters.from_params(view, params)
        title, path, pairs = language.gettext("Recommendations"), "/embed/recommendations", filters.params()
    width, height = (_smaller(request.param(name), size) for name, size in (("maxwidth", WIDTH), ("maxheight", HEIGHT)))
    frame = (
        f'<iframe src="{escape(context.link(path, *pairs))}" title="{escape(title)}" width="{width}" height="{height}" '
        'style="border:0" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
    answer: dict[str, str | int] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": site_name(context),
    }
    answer |= {"provider_url": context.link("/"), "html": frame, "width": width, "height": height}
    return RenderedFile(json.dumps(answer, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def _smaller(text: str, size: int) -> int:
    return min(size, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else size
