"""The files of a mirror, each rendered by the functions that make the pages and downloads of the dashboard."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from markupsafe import escape

from tracker.i18n import get_language
from tracker.model.attached_files import AttachedFile
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import Issuer
from tracker.publishing.cli import LOCAL_ADDRESS
from tracker.publishing.exports import json_api
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.mirror.addresses import EXPORT_FILES, ORIGIN, SCHEMA, SNAPSHOT, Addresses, MirrorRequest
from tracker.publishing.mirror.search_data import filters_script, titles_script, words_script
from tracker.publishing.pages.card import render_card
from tracker.publishing.pages.filter_form import build_filter_form
from tracker.publishing.pages.follow import changed_at, visit_notice
from tracker.publishing.pages.frame import PageRenderer, RenderedPage, build_page, render_no_page
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.snapshot import MAX_SNAPSHOT_BYTES, SnapshotTooLarge, snapshot_page
from tracker.publishing.pictures.preview_image import render_general_preview, render_preview
from tracker.publishing.render_context import ASSETS, RenderContext, render
from tracker.publishing.request import Renderer, ViewRequest
from tracker.queries.activity_log import ENTRIES_PER_PAGE, ActivityFilters, list_activity
from tracker.queries.lists.filters import (
    RECOMMENDATIONS_PER_PAGE,
    Filters,
    count_options,
    filter_recommendations,
    group_by_issuer,
    ids_of_recommendations,
)
from tracker.queries.lists.url_filters import paginate
from tracker.queries.public_files import files_by_name
from tracker.queries.recommendation_details import same_demand_links, uptake_by
from tracker.queries.view import View
from tracker.storage.attached_files import is_kept, is_own_file, kept_name
from tracker.storage.open_storage import open_storage
from tracker.validation.file_check import content_fault

LISTED_BY = ("body", "status", "theme")
"""The filters for whose values there is a list."""
LIST, SEARCH, SEARCHED = "/recommendations", "/search", ("/search", "/evidence")
NO_PAGE = "404.html"
_RENDERERS: Mapping[str, Renderer] = {
    "/feed.xml": render_feed,
    "/calendar.ics": render_calendar,
    "/export.csv": render_csv,
    "/export.xlsx": render_xlsx,
    "/api/recommendations.json": json_api.render_list,
    "/api/deadlines.json": json_api.render_deadline_data,
}
Made = Iterator[tuple[str, bytes]]
"""Yields (path, bytes) for each file."""


@dataclass(frozen=True, slots=True)
class MirrorPart:
    """Some files of a mirror that are made together. `key` is a hash of all on which they depend.

    A large part depends on all data, so it is made again after every change.
    """

    name: str
    key: str
    make: Callable[[], Made]
    is_large: bool = False


class MirrorPages:
    """What is in a mirror of a view. `languages` are codes, the main language first; the addresses may be ""."""

    def __init__(self, view: View, languages: tuple[str, ...], *, base_url: str = "", dashboard: str = "") -> None:
        self.view, self.languages = view, languages
        self._notices: dict[str, str] = {}
        self._snapshot = self._small_snapshot(dashboard)
        self.files = {name: file for name, file in files_by_name(view).items() if file and _is_kept(view, name, file)}
        self.addresses = Addresses(
            languages,
            base_url=base_url,
            dashboard=dashboard,
            ids=view.recommendations.keys(),
            lists={
                name: {code for code, ids in ids_of_recommendations(view).get(name, {}).items() if ids}
                for name in LISTED_BY
            },
            files=self.files.keys(),
            has_snapshot=bool(self._snapshot),
        )

    def _small_snapshot(self, dashboard: str) -> bytes:
        """Return the snapshot, with all languages in it, or nothing if it is too large for a phone."""
        request = self._request(self.languages[0], origin=dashboard or LOCAL_ADDRESS)
        try:
            return snapshot_page(request, most=MAX_SNAPSHOT_BYTES).encode()
        except SnapshotTooLarge:
            return b""

    def _request(
        self, lang: str, params: Mapping[str, str] = {}, *, id: str = "", origin: str = ORIGIN, kind: Any = ViewRequest
    ) -> Any:
        given = {name: [value] for name, value in {**params, "lang": lang}.items()}
        filters = Filters.from_params(self.view, given)
        return kind(self.view, get_language(lang, self.view.settings), filters, origin=origin, id=id, params=given)

    def parts(self, common: str) -> list[MirrorPart]:
        """Return what makes all files but the attached ones. `common` is what everything depends on, besides the data."""
        # what takes longest comes first; one process makes all pages with pictures, because importing them takes long
        analysis = [partial(self._page, "/analysis", READER_PAGES["/analysis"].render, lang) for lang in self.languages]
        makers: dict[str, Callable[[], Made]] = {"analysis": lambda: (made for make in analysis for made in make())}
        for lang in self.languages:
            makers[f"{lang} exports"] = partial(self._exports, lang)
            makers[f"{lang} activity"] = partial(self._activity, lang)
            makers[f"{lang} list"] = partial(self._list_page, lang, Filters())
            makers |= {
                f"{lang} {path}": partial(self._page, path, page.render, lang)
                for path, page in READER_PAGES.items()
                if path not in (LIST, "/recommendation", "/analysis", "/activity")
            }
        makers["root"] = self._root_files
        everything = _hash(common, self.view.dataset.signature)
        parts = [MirrorPart(name, everything, make, is_large=True) for name, make in makers.items()]
        keys = self._row_keys(common)
        return [*parts, *self._list_parts(common, keys), *self._recommendation_parts(keys)]

    def _row_keys(self, common: str) -> dict[str, str]:
        """Return id → a hash of all that is shown of a recommendation.

        That is in its own file and in those of the evidence and the recommendations that it names or that name it.
        """
        view, keys = self.view, {}
        for r in view.recommendations.values():
            others: list[Recommendation | Evidence] = [e for e, _ in view.evidence_for(r)]
            others += [other for other, _ in (*same_demand_links(view, r), *view.uptake_of(r), *uptake_by(view, r))]
            keys[r.id] = _hash(common, *map(self._checksum, (r, *others)))
        return keys

    def _checksum(self, record: Recommendation | Evidence) -> str:
        dataset = self.view.dataset
        name = dataset.name_of(dataset.path_of(record))
        return f"{name} {dataset.checksums.get(name, dataset.signature)}"

    def _recommendation_parts(self, keys: Mapping[str, str]) -> Iterator[MirrorPart]:
        for _issuer, rs in group_by_issuer(self._matching(Filters())):
            # the place among them is on each page, with links to the one before and the one after
            for place, r in enumerate(rs):
                near = [other.id for other in rs[max(0, place - 1) : place + 2]]
                yield MirrorPart(
                    r.id, _hash(keys[r.id], f"{place} {len(rs)}", *near), partial(self._recommendation, r.id)
                )

    def _list_parts(self, common: str, keys: Mapping[str, str]) -> Iterator[MirrorPart]:
        """Yield the pages of the list and of the lists with one value of a filter, without the first page of all."""
        choices = ((name, code) for name in LISTED_BY for code in sorted(self.addresses.lists[name]))
        for chosen in ({}, *({name: [code]} for name, code in choices)):
            filters = Filters.from_params(self.view, chosen)
            matching = self._matching(filters)
            total = f"{len(matching)} {sum(r.issued_by is Issuer.COMMITTEE for r in matching)}"
            _, _, pages = paginate(matching, 1, per_page=RECOMMENDATIONS_PER_PAGE)
            for number in range(1 if chosen else 2, pages + 1):
                shown, _, _ = paginate(matching, number, per_page=RECOMMENDATIONS_PER_PAGE)
                key = _hash(common, total, *(keys[r.id] for r in shown))
                page = replace(filters, page=number)
                yield MirrorPart(urlencode(page.params()), key, partial(self._list_pages, page))

    def _list_pages(self, filters: Filters) -> Made:
        for lang in self.languages:
            yield from self._list_page(lang, filters)

    def _matching(self, filters: Filters) -> tuple[Recommendation, ...]:
        return filter_recommendations(self.view, filters, self.languages[0])

    def _finish(
        self, page: RenderedPage, request: ViewRequest, at: str, *, script: bool = False, root: str = ""
    ) -> bytes:
        html = render("mirror/page.html", request.context, page=page, root=root or "../" * at.count("/"), script=script)
        return self._with_notice(html, request, at, root=root)

    def _with_notice(self, html: str, request: ViewRequest, at: str, *, root: str = "") -> bytes:
        dashboard = self.addresses.dashboard
        if (notice := self._notices.get(request.language.code)) is None:
            notice = render("mirror/notice.html", request.context, dashboard=dashboard)
            self._notices[request.language.code] = notice
        if not dashboard:
            # only the dashboard shows the past
            _ = request.language.gettext
            html = html.replace(escape(_("This link keeps showing today's version, even if the page changes.")), "")
        html = self.addresses.rewrite(html, at, root=root)
        return html.replace("<main", f"{notice}\n<main", 1).encode()

    def _page(self, path: str, render_page: PageRenderer, lang: str, number: int = 1) -> Made:
        request = self._request(lang, {"page": str(number)} if number > 1 else {})
        page = render_page(request)
        if is_searched := path in SEARCHED:
            note = render("mirror/no_script.html", request.context, is_search=path == SEARCH)
            before, end, after = page.content.partition("</h1>")
            after = after.replace("<p>", '<p id="rt-hint">', 1) if path == SEARCH else after
            page = replace(page, content=f"{before}{end}\n{note}{after}")
        at = self.addresses.target(f"{path}?{urlencode([*page.params, ('lang', lang)])}")
        yield at, self._finish(page, request, at, script=is_searched)
        if path == "/" and lang == self.languages[0]:
            yield "index.html", self._finish(page, request, "index.html")

    def _activity(self, lang: str) -> Made:
        _, _, pages = paginate(list_activity(self.view, ActivityFilters()), 1, per_page=ENTRIES_PER_PAGE)
        for number in range(1, pages + 1):
            yield from self._page("/activity", READER_PAGES["/activity"].render, lang, number)

    def _list_page(self, lang: str, filters: Filters) -> Made:
        is_first = not filters.params()
        request = replace(self._request(lang), filters=filters)
        at = self.addresses.target(f"{LIST}?{urlencode([*filters.params(), ('lang', lang)])}")
        yield at, self._finish(self._list(request, is_first=is_first), request, at, script=is_first)

    def _list(self, request: ViewRequest, *, is_first: bool) -> RenderedPage:
        """Return one page of a list. Only the first page of the whole list has the form with all filters."""
        filters, view, matching = request.filters, self.view, self._matching(request.filters)
        shown, number, pages = paginate(matching, filters.page, per_page=RECOMMENDATIONS_PER_PAGE)
        totals = dict(group_by_issuer(matching))

        def content(context: RenderContext) -> str:
            form = (
                replace(build_filter_form(request, LIST, filters, counts=count_options(view, filters)), orders=())
                if is_first
                else None
            )
            return render(
                "mirror/list.html",
                context,
                form=form,
                searched="",
                heading=", ".join(name for _, name in self._chosen(context, filters)),
                lists=self._links_to_lists(context) if is_first else (),
                groups=[(issuer, rows, len(totals[issuer])) for issuer, rows in group_by_issuer(shown)],
                words=(),
                carry=(),
                page=number,
                pages=pages,
                turn=[context.link(LIST, *replace(filters, page=number + step).params()) for step in (-1, 1)],
                query=[],
                visit=visit_notice(context),
                changed_at=changed_at,
            )

        return build_page(request, LIST, content, params=filters.params(), key=is_first)

    def _chosen(self, context: RenderContext, filters: Filters) -> Iterator[tuple[str, str]]:
        for row, value in filters.in_use():
            options = row.options(self.view) if row.options else {}
            yield from ((code, context.label(options[code])) for code in value if code in options)

    def _links_to_lists(self, context: RenderContext) -> Iterator[tuple[str, list[tuple[tuple[str, str], str, int]]]]:
        """Yield (name of a filter, [(URL parameter, label, count)]) for the filters for whose values there is a list."""
        for row in (row for row in Filters.rows() if row.name in LISTED_BY and row.options):
            found = ids_of_recommendations(self.view).get(row.name, {})
            options = row.options(self.view) if row.options else {}
            listed = [
                ((row.name, code), context.label(what), len(found[code]))
                for code, what in options.items()
                if code in found
            ]
            yield row.title(self.view, context.language), listed

    def _exports(self, lang: str) -> Made:
        addresses = self.addresses
        request = (
            replace(self._request(lang), origin=addresses.dashboard) if addresses.dashboard else self._own_request(lang)
        )
        for path, renderer in _RENDERERS.items():
            yield f"{lang}/{EXPORT_FILES[path]}", renderer(request).body
        yield f"{lang}/titles.js", titles_script(request.context)
        if addresses.base_url:
            yield f"{lang}/preview.png", render_general_preview(request).body

    def _own_request(self, lang: str) -> ViewRequest:
        request: MirrorRequest = self._request(lang, origin=self.addresses.origin_of_exports, kind=MirrorRequest)
        return replace(request, addresses=self.addresses)

    def _root_files(self) -> Made:
        """Yield what is there once: the script and its data, the style sheet, and what web hosts and robots ask for."""
        main, base = self._request(self.languages[0]), self.addresses.base_url
        for name in ("mirror.js", "since.js"):
            yield f"assets/{name}", (ASSETS / name).read_bytes()
        styles = ("signs.css", "bars.css", "app.css", "no_script.css")
        yield "assets/mirror.css", b"".join((ASSETS / name).read_bytes() for name in styles)
        yield "assets/favicon.svg", (ASSETS / "favicon.svg").read_bytes()
        yield "search/words.js", words_script(self.view)
        yield "search/filters.js", filters_script(self.view)
        yield SCHEMA, json_api.render_schema(replace(main, origin=self.addresses.origin_of_exports)).body
        if self._snapshot:
            yield SNAPSHOT, self._snapshot
        # a host shows this page at any address, so its links begin at the root of the host
        root = f"{urlsplit(base).path}/" if base else ""
        yield NO_PAGE, self._finish(render_no_page(main, f"/{NO_PAGE}"), main, NO_PAGE, root=root)
        sitemap = f"Sitemap: {base}/sitemap.xml\n" if base else ""
        yield "robots.txt", f"User-agent: *\nAllow: /\n{sitemap}".encode()

    def _recommendation(self, id: str) -> Made:
        """Yield the page, the card and, if the mirror has an address, the picture of one recommendation."""
        for lang in self.languages:
            request = replace(self._request(lang, {"id": id}, id=id), filters=Filters())
            at = f"{lang}/recommendation/{id}.html"
            yield at, self._finish(READER_PAGES["/recommendation"].render(request), request, at)
            at = f"{lang}/r/{id}.html"
            yield at, self._with_notice(render_card(request).body.decode(), request, at)
            # a preview needs an absolute link to its picture
            if self.addresses.base_url:
                yield f"{lang}/r/{id}.png", render_preview(request).body


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _is_kept(view: View, name: str, file: AttachedFile) -> bool:
    """Return whether an attached file or its preview is there as it was attached."""
    root = view.dataset.root
    if name == file.file_name:
        return not content_fault(root, file)
    return is_kept(open_storage(root), kept_name(name)) and is_own_file(root, kept_name(name))
