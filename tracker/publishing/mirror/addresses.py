"""Find the file of a mirror for an address of the dashboard, and make the links of a page lead to such files."""

import re
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from tracker.publishing.pages.frame import PAGE_NAMES
from tracker.publishing.render_context import PAST, ViewRequest
from tracker.queries.lists.filters import EvidenceFilters, Filters

ORIGIN = "https://mirror.invalid"
"""The beginning of absolute links while a page is rendered. `Addresses.rewrite` replaces it everywhere."""
HERE = ".."
"""The beginning of links in an export if the mirror has no address. An export is in the folder of its language."""
EXPORT_FILES = {
    "/feed.xml": "feed.xml",
    "/calendar.ics": "calendar.ics",
    "/export.csv": "recommendations.csv",
    "/export.xlsx": "recommendations.xlsx",
    "/api/recommendations.json": "recommendations.json",
    "/api/deadlines.json": "deadlines.json",
}
"""Path of a download of the dashboard → name of its file in the folder of each language."""
SCHEMA, SNAPSHOT, PACKAGE = "api/schema.json", "snapshot.html", "all.zip"
_FILTERS = {
    "/recommendations": {row.name for row in Filters.rows() if row.narrows},
    "/evidence": {row.name for row in EvidenceFilters.rows()},
    "/search": {"q"},
}
"""Path of a page whose list the script of the mirror filters → the URL parameters that the script knows."""
_DAY_PANEL = re.compile(r'<details class="rt-share rt-day">.*?</details>', re.S)
_SHARE = re.compile(r'<details class="rt-share">.*?</details>', re.S)
_FOLLOW = re.compile(r'<details class="rt-share rt-follow">.*?</details>', re.S)
"""Matches the links to feeds of single lists and records. A mirror has only the feed of everything."""
_FORM = re.compile(r'<form [^>]*action="([^"]*)"[^>]*>.*?</form>', re.S)
_TAG = re.compile(rf'<(?:link|meta) [^>]*?(?:href|content)="{ORIGIN}([^"]*)"[^>]*>\n?')
_ANCHOR = re.compile(rf'(<a\b[^>]*?\shref=")((?:{ORIGIN})?/[^"]*)("[^>]*>.*?</a>)', re.S)
_LEFT_OUT = "\0"
_SOURCE = re.compile(rf'src="(?:{ORIGIN})?(/[^"]*)(?=")')
_WRITTEN = re.compile(rf'{ORIGIN}((?:&amp;|[^\s"<>&])*)')
_QUOTED = re.compile(rf"{quote(ORIGIN, safe='')}((?:%(?!0D|0A|20)[0-9A-F]{{2}}|[\w.~-])*)")


@dataclass(frozen=True)
class Addresses:
    """Which addresses of the dashboard have a file in one mirror.

    `languages` begins with the main one. `base_url` (of the mirror) and `dashboard` are addresses, or "". `lists` maps
    name of a filter → the values for which the mirror has a list.
    """

    languages: tuple[str, ...]
    base_url: str
    dashboard: str
    ids: Set[str]
    lists: Mapping[str, Set[str]]
    files: Set[str]
    has_snapshot: bool
    _known: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def origin_of_exports(self) -> str:
        """Return the beginning of links in exports: the address of the dashboard or the mirror, or else HERE."""
        return self.dashboard or self.base_url or HERE

    def target(self, address: str) -> str:
        """Return the path of the file for an address with or without query and fragment; "" if there is none."""
        if (known := self._known.get(address)) is None:
            parts = urlsplit(address)
            params = parse_qsl(parts.query)
            lang = next((value for name, value in params if name == "lang"), self.languages[0])
            rest = [pair for pair in params if pair[0] != "lang"]
            known = self._file(parts.path, lang, rest) if lang in self.languages else ""
            known = self._known[address] = known + (f"#{parts.fragment}" if known and parts.fragment else "")
        return known

    def _file(self, path: str, lang: str, params: list[tuple[str, str]]) -> str:
        """Return what `target` returns, without a fragment. `params` are the URL parameters without `lang`."""
        names = {name for name, _ in params}
        name = path.removeprefix("/")
        if names & {*PAST}:
            return ""
        if path == "/recommendation":
            id = dict(params).get("id", "")
            return f"{lang}/recommendation/{id}.html" if id in self.ids and "mistake" not in names else ""
        if path == "/evidence" and names == {"id"}:
            return f"{lang}/evidence.html#e-{params[0][1]}"
        if path.startswith("/r/"):
            id, picture = path.removeprefix("/r/").removesuffix(".png"), "png" if path.endswith(".png") else ""
            # a table of links is filled in later
            exists = (id in self.ids or id == "\0") and (not picture or self.base_url)
            return f"{lang}/r/{id}.{picture or 'html'}" if exists else ""
        if path in ("/recommendations", "/activity"):
            page = dict(params).get("page", "1")
            narrow = [pair for pair in params if pair[0] != "page"]
            has_list = len(narrow) == 1 and narrow[0][1] in self.lists.get(narrow[0][0], ())
            if not narrow or (path == "/recommendations" and has_list):
                of = "/{}-{}".format(*narrow[0]) if narrow else ""
                return f"{lang}/{name}{of}{'' if page == '1' else f'.{page}'}.html"
            params = narrow
        if params:
            known = names - {"page"} <= _FILTERS.get(path, set())
            return f"{lang}/{name}.html?{urlencode(params)}" if known else ""
        if path.startswith("/files/"):
            return name if name.removeprefix("files/") in self.files else ""
        if path == "/preview.png":
            return f"{lang}/preview.png" if self.base_url else ""
        if path == "/snapshot.html":
            return SNAPSHOT if self.has_snapshot else ""
        if path in EXPORT_FILES:
            return f"{lang}/{EXPORT_FILES[path]}"
        if path == f"/{PACKAGE}":
            return PACKAGE
        return f"{lang}/{name or 'index'}.html" if path in PAGE_NAMES else ""

    def absolute(self, address: str) -> str:
        """Return the absolute link to the dashboard or else to the mirror; "" if neither can be linked.

        For a picture (.png) the mirror comes first, because a link preview needs a picture that is certainly there.
        """
        here = self.target(_present(address)) if self.base_url else ""
        if here and (not self.dashboard or urlsplit(address).path.endswith(".png")):
            return f"{self.base_url}/{here}"
        return self.dashboard and self.dashboard + address

    def rewrite(self, html: str, at: str, root: str = "") -> str:
        """Return the HTML of a page of the dashboard, changed for the file `at` of the mirror.

        A link without a file in the mirror leads to the dashboard. If the dashboard has no address, a link to a past
        state leads to the present one, and others are left out. Forms that only the dashboard can answer are left out.
        `root` is the path of the mirror on its host: for 404.html, which can stand at any address.
        """
        prefix = root or "../" * at.count("/")

        def form(match: re.Match[str]) -> str:
            lang, folder, _ = at.partition("/")
            action = f"{match[1]}?lang={lang if folder else self.languages[0]}"
            here = self.target(action) if match[1] in _FILTERS else ""
            return match[0].replace(f'action="{match[1]}"', f'action="{prefix}{here}"', 1) if here else ""

        def anchor(match: re.Match[str]) -> str:
            address = unescape(match[2]).removeprefix(ORIGIN)
            here = self.target(address) or ("" if self.dashboard else self.target(_present(address)))
            link = prefix + here if here else self.dashboard and self.dashboard + address
            return match[1] + escape(link) + match[3] if link else _LEFT_OUT

        def tag(match: re.Match[str]) -> str:
            address = unescape(match[1])
            if "application/atom+xml" in match[0]:
                link = prefix + here if (here := self.target(address)) else ""
            else:
                link = self.absolute(address) if self.target(address) or self.dashboard else ""
            return match[0].replace(f"{ORIGIN}{match[1]}", escape(link), 1) if link else ""

        def text(address: str) -> str:
            return self.absolute(address) or self.target(_present(address)) or self.target("/")

        html = _DAY_PANEL.sub("", html)
        html = html if self.dashboard else _FOLLOW.sub("", html)
        html = html if self.dashboard or self.base_url else _SHARE.sub("", html)
        html = _FORM.sub(form, html)
        html = _ANCHOR.sub(anchor, _TAG.sub(tag, html))
        html = html.replace(f" · {_LEFT_OUT}", "").replace(_LEFT_OUT, "")
        html = _SOURCE.sub(lambda m: f'src="{prefix}{self.target(unescape(m[1]))}', html)
        html = _WRITTEN.sub(lambda m: escape(text(unescape(m[1]))), html)
        return _QUOTED.sub(lambda m: quote(text(unquote(m[1])), safe=""), html)


def _present(address: str) -> str:
    """Return an address without the URL parameters of a past view, because a mirror has only the present state."""
    if not any(f"{name}=" in address for name in PAST):
        return address
    path, mark, query = address.partition("?")
    query, hash, fragment = query.partition("#")
    kept = [pair for pair in parse_qsl(query) if pair[0] not in PAST]
    return path + (mark + urlencode(kept) if kept else "") + hash + fragment


@dataclass(frozen=True)
class MirrorRequest(ViewRequest):
    """A request for an export of a mirror without a dashboard: links lead to files of the mirror."""

    addresses: Addresses | None = None

    def link(self, path: str, *pairs: tuple[str, str], without: Collection[str] = ()) -> str:
        """Return the link to the file for `path` with the URL parameters `pairs`; if there is none, to the overview."""
        assert self.addresses
        address = super().link(path, *pairs, without=without).removeprefix(self.base)
        here = self.addresses.target(_present(address)) or self.addresses.target(f"/?lang={self.language.code}")
        return f"{self.base}/{here}"
