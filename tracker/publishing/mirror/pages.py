"""The files of a mirror, rendered by the functions that make the pages and downloads of the dashboard.

The data for search and filters (words, values of filters, titles) are scripts that assign values, because a browser
lets a page from a memory stick load a script, but not fetch a file.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, compress, pairwise, product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tracker.i18n import get_language
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Record
from tracker.model.localized_text import LocalizedText
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import Issuer
from tracker.publishing.cli import LOCAL_ADDRESS
from tracker.publishing.exports import json_api
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.data_package import write_data_package
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.mirror.addresses import (
    EXPORT_FILES,
    ORIGIN,
    PACKAGE,
    SCHEMA,
    SNAPSHOT,
    Addresses,
    MirrorRequest,
)
from tracker.publishing.pages.analysis import render_pictures
from tracker.publishing.pages.filter_form import build_filter_form
from tracker.publishing.pages.frame import (
    FOR_READERS,
    RenderedPage,
    build_page,
    changed_at,
    render_document,
    render_no_page,
    visit_notice,
)
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.snapshot import MAX_SNAPSHOT_BYTES, SnapshotTooLarge, snapshot_page
from tracker.publishing.pictures.preview_image import render_general_preview, render_preview
from tracker.publishing.render_context import ASSETS, PLOTLY, ViewRequest, render, standalone_css
from tracker.publishing.request import Renderer
from tracker.publishing.wording import filter_labels, source_parts
from tracker.queries.activity_log import (
    ENTRIES_PER_PAGE,
    ActivityEntry,
    ActivityFilters,
    corrected_on_page,
    entries_of,
    list_activity,
    split_activity,
)
from tracker.queries.current_view import recorded_bounds
from tracker.queries.lists.filters import (
    RECOMMENDATIONS_PER_PAGE,
    EvidenceFilters,
    Filters,
    count_options,
    filter_recommendations,
    group_by_issuer,
    group_for_list,
    ids_of_evidence,
    ids_of_recommendations,
)
from tracker.queries.lists.url_filters import IdsByCode, paginate
from tracker.queries.public_files import files_by_name
from tracker.queries.recommendation_details import same_demand_links, uptake_by
from tracker.queries.search.text_search import STOP_WORDS, synonyms_of
from tracker.queries.search.word_forms import stem_word
from tracker.queries.view import View, effective_date
from tracker.storage.attached_files import is_kept, is_own_file, kept_name
from tracker.storage.open_storage import open_storage
from tracker.validation.check import content_fault

LISTED_BY = ("state", "body", "status", "theme")
"""The filters that have a list for each of their values."""
WORKBOOK = "/export.xlsx"
LIST, SEARCH, SEARCHED = "/recommendations", "/search", ("/search", "/evidence")
NO_PAGE = "404.html"
_RENDERERS: Mapping[str, Renderer] = {
    "/feed.xml": render_feed,
    "/calendar.ics": render_calendar,
    "/export.csv": render_csv,
    "/api/recommendations.json": json_api.render_list,
    WORKBOOK: render_xlsx,
    "/api/deadlines.json": json_api.render_deadline_data,
}
Made = Iterator[tuple[str, bytes | Callable[[Path], object]]]
"""(path in the mirror, bytes) for each file. A function instead writes a file that is too large to be in memory."""


@dataclass(frozen=True, slots=True)
class MirrorPart:
    """Some files of a mirror that are made together. `key` is a hash of everything on which they depend.

    A large part is made by a process of its own. Of a mirror that is there, a slow one is made after the others.
    """

    name: str
    key: str
    make: Callable[[], Made]
    is_large: bool = False
    is_slow: bool = False


class MirrorPages:
    """The contents of a mirror of one view. `languages` begins with the main one. `base_url` and `dashboard` may be ""."""

    def __init__(self, view: View, languages: tuple[str, ...], *, base_url: str = "", dashboard: str = "") -> None:
        self.view, self.languages, self._has_past = view, languages, bool(dashboard)
        self._notices: dict[str, str] = {}
        self._snapshot = self._small_snapshot(dashboard)
        self.files = {name: file for name, file in files_by_name(view).items() if file and _is_kept(view, name, file)}
        self.addresses = Addresses(
            languages,
            base_url=base_url,
            dashboard=dashboard,
            ids=view.recommendations.keys(),
            lists={name: {*ids_of_recommendations(view).get(name, {})} for name in LISTED_BY},
            files=self.files.keys(),
            has_snapshot=bool(self._snapshot),
        )

    def _small_snapshot(self, dashboard: str) -> bytes:
        """Return the snapshot, which has all languages in one page, or b"" if it is too large for a phone."""
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
        language, has_past = get_language(lang, self.view.settings), self._has_past
        return kind(self.view, language, filters, origin=origin, id=id, params=given, has_past=has_past)

    def parts(self, common: str) -> list[MirrorPart]:
        """Return the parts that make all files except attached files, the slowest first. `common` is a hash of shared inputs."""
        every = _hash(common, self.view.dataset.signature)
        others = [path for path in READER_PAGES if path not in (LIST, "/recommendation", "/activity")]
        makers: dict[str, Callable[[], Made]] = {PACKAGE: self._package, "pages": partial(self._pages, others)}
        makers["search"] = self._search_files
        exports = product(_RENDERERS, self.languages)
        makers |= {f"{lang} {path}": partial(self._export, path, lang) for path, lang in exports}
        makers |= {f"{lang} others": partial(self._other_files, lang) for lang in self.languages}
        makers |= {
            "list": partial(self._list_pages, self.languages, Filters()),
            "root": self._root_files,
        }
        parts = [
            MirrorPart(name, every, make, is_large=True, is_slow=name.endswith((PACKAGE, WORKBOOK)))
            for name, make in makers.items()
        ]
        keys = self._row_keys(common)
        activity = self._activity_parts(common, every, keys)
        return [*parts, *self._list_parts(common, keys), *activity, *self._recommendation_parts(keys)]

    def _row_keys(self, common: str) -> dict[str, str]:
        """Return a mapping: id of a recommendation → a hash of everything that a page shows of it."""
        view, dataset, keys = self.view, self.view.dataset, {}
        for r in view.recommendations.values():
            cited = (dataset.evidence.get(id) for a in r.assessments for id in a.evidence)
            records: list[Record] = [r, *(e for e, _ in view.evidence_for(r)), *filter(None, cited)]
            records += [other for other, _ in (*same_demand_links(view, r), *view.uptake_of(r), *uptake_by(view, r))]
            names = [dataset.name_of(dataset.path_of(record)) for record in records]
            keys[r.id] = _hash(common, *(f"{name} {dataset.checksums.get(name, dataset.signature)}" for name in names))
        return keys

    def _recommendation_parts(self, keys: Mapping[str, str]) -> Iterator[MirrorPart]:
        for _issuer, rs in group_by_issuer(self._matching(Filters())):
            # the place among them is on each page, with links to the one before and the one after
            for place, r in enumerate(rs):
                near = [other.id for other in rs[max(0, place - 1) : place + 2]]
                key = _hash(keys[r.id], f"{place} {len(rs)}", *near)
                yield MirrorPart(r.id, key, partial(self._recommendation, r.id))

    def _list_parts(self, common: str, keys: Mapping[str, str]) -> Iterator[MirrorPart]:
        """Yield a part for each page of the list except the first, and for each page of the lists with one value of a filter."""
        choices = ((name, code) for name in LISTED_BY for code in sorted(self.addresses.lists[name]))
        lists = list[tuple[Filters, str]]()
        for chosen in ({}, *({name: [code]} for name, code in choices)):
            filters = Filters.from_params(self.view, chosen)
            matching = self._matching(filters)
            total = f"{len(matching)} {sum(r.issued_by is Issuer.COMMITTEE for r in matching)}"
            _, _, pages = paginate(matching, 1, per_page=RECOMMENDATIONS_PER_PAGE)
            for number in range(1 if chosen else 2, pages + 1):
                shown, _, _ = paginate(matching, number, per_page=RECOMMENDATIONS_PER_PAGE)
                key = _hash(common, total, *(keys[r.id] for r in shown))
                lists.append((replace(filters, page=number), key))
        # a process makes lists in one language, so that it draws what stands in several of them once
        for lang, (filters, key) in product(self.languages, lists):
            yield MirrorPart(f"{lang} {urlencode(filters.params())}", key, partial(self._list_pages, (lang,), filters))

    def _matching(self, filters: Filters) -> tuple[Recommendation, ...]:
        return filter_recommendations(self.view, filters, self.languages[0])

    def _finish(
        self, page: RenderedPage, request: ViewRequest, at: str, *, script: bool = False, root: str = ""
    ) -> bytes:
        """Return the bytes of the file `at`, with the head and the notice of a mirror around a page."""
        own = (root or "../" * at.count("/")) + "assets/"
        scripts = {f"{own}mirror.js": ""} if script else {}
        scripts |= {f"{own}last_visit.js": ""} if "rt-since" in page.content else {}
        scripts |= {f"{own}charts.js": f"{own}plotly.js"} if "data-spec" in page.content else {}
        page = replace(page, footer=FOR_READERS.sub("", page.footer))  # nobody signs in at a mirror
        html = render_document(
            request, page, icon=f"{own}favicon.svg", style=f"{own}mirror.css", scripts=scripts, pictures="pictures.js"
        )
        return self._with_notice(html, request, at, root=root)

    def _with_notice(self, html: str, request: ViewRequest, at: str, *, root: str = "") -> bytes:
        dashboard = self.addresses.dashboard
        if (notice := self._notices.get(request.language.code)) is None:
            notice = render("mirror/notice.html", request, dashboard=dashboard)
            self._notices[request.language.code] = notice
        html = self.addresses.rewrite(html, at, root=root)
        return html.replace("<main", f"{notice}\n<main", 1).encode()

    def _page(self, path: str, lang: str, number: int = 1) -> Made:
        request = self._request(lang, {"page": str(number)} if number > 1 else {})
        page = READER_PAGES[path].render(request)
        if is_searched := path in SEARCHED:
            note = render("mirror/no_script.html", request)
            before, end, after = page.content.partition("</h1>")
            after = after.replace("<p>", '<p id="rt-hint">', 1) if path == SEARCH else after
            page = replace(page, content=f"{before}{end}\n{note}{after}")
        at = self.addresses.target(f"{path}?{urlencode([*page.params, ('lang', lang)])}")
        yield at, self._finish(page, request, at, script=is_searched)
        if path == "/analysis":
            yield f"{lang}/pictures.js", render_pictures(request).body
        if path == "/" and lang == self.languages[0]:
            yield "index.html", self._finish(page, request, "index.html")

    def _pages(self, paths: Iterable[str]) -> Made:
        for path, lang in product(paths, self.languages):
            yield from self._page(path, lang)

    def _activity_parts(self, common: str, every: str, keys: Mapping[str, str]) -> Iterator[MirrorPart]:
        """Yield a part for each page of the activity. An edit or an event can name any record."""
        view = self.view
        activity, corrected = list_activity(view, ActivityFilters()), split_activity(view)[1]
        entries = [entries_of(one) for one in activity]
        # each page has the times of the newest changes
        shared = [one.recorded for one in activity[:ENTRIES_PER_PAGE]]
        shared += [f"{len(activity)} {sum(map(len, entries))}", recorded_bounds(view.dataset)[1]]

        def key_of(entry: ActivityEntry) -> str:
            linked = [getattr(entry.item, "recommendation", None)] if entry.item else []
            ids = [entry.record.id, *filter(None, linked)]
            is_own = entry.recommendation and not (entry.edits or entry.event or entry.gone)
            return " ".join([entry.recorded, *(keys.get(id, every) for id in ids)]) if is_own else every

        for number in range(1, max(1, -(-len(activity) // ENTRIES_PER_PAGE)) + 1):
            start = (number - 1) * ENTRIES_PER_PAGE
            own = chain(*entries[start : start + ENTRIES_PER_PAGE], corrected_on_page(corrected, activity, number))
            times = (one.recorded for one in activity[start : start + ENTRIES_PER_PAGE])
            make = partial(self._activity_page, number)
            yield MirrorPart(f"activity {number}", _hash(common, *shared, *times, *map(key_of, own)), make)

    def _activity_page(self, number: int) -> Made:
        for lang in self.languages:
            yield from self._page("/activity", lang, number)

    def _list_pages(self, languages: Iterable[str], filters: Filters) -> Made:
        is_first = not filters.params()
        for lang in languages:
            request = replace(self._request(lang), filters=filters)
            at = self.addresses.target(f"{LIST}?{urlencode([*filters.params(), ('lang', lang)])}")
            yield at, self._finish(self._list(request, is_first=is_first), request, at, script=is_first)

    def _list(self, request: ViewRequest, *, is_first: bool) -> RenderedPage:
        """Return the page of the list that the filters of the request choose."""
        filters, view, matching = request.filters, self.view, self._matching(request.filters)
        shown, number, pages = paginate(matching, filters.page, per_page=RECOMMENDATIONS_PER_PAGE)
        totals = group_for_list(view, filters, matching)

        def content(context: ViewRequest) -> str:
            form = build_filter_form(request, LIST, filters, counts=count_options(view, filters)) if is_first else None
            return render(
                "mirror/list.html",
                context,
                form=form and replace(form, orders=()),
                searched="",
                heading=", ".join(filter_labels(context, filters)),
                lists=self._links_to_lists(context) if is_first else (),
                groups=[(*of, rows, len(totals[of])) for of, rows in group_for_list(view, filters, shown).items()],
                words=(),
                carry=(),
                page=number,
                pages=pages,
                turn=[context.link(LIST, *replace(filters, page=number + step).params()) for step in (-1, 1)],
                query=[],
                visit=visit_notice(context),
                changed_at=changed_at,
            )

        return build_page(request, LIST, content, params=filters.params())

    def _links_to_lists(self, context: ViewRequest) -> Iterator[tuple[str, list[tuple[tuple[str, str], str, int]]]]:
        """Yield (title, [((name, code), label, number of recommendations)]) for each filter in LISTED_BY."""
        for row in Filters.rows():
            if row.name in LISTED_BY and row.options and (options := row.options(self.view)):
                found = ids_of_recommendations(self.view).get(row.name, {})
                listed = [(code, what) for code, what in options.items() if code in found]
                yield (
                    row.title(self.view, context.language),
                    [((row.name, code), context.label(what), found[code].bit_count()) for code, what in listed],
                )

    def _export(self, path: str, lang: str) -> Made:
        yield f"{lang}/{EXPORT_FILES[path]}", _RENDERERS[path](self._request_of_file(lang)).body

    def _other_files(self, lang: str) -> Made:
        request = self._request_of_file(lang)
        yield f"{lang}/titles.js", titles_script(request)
        if self.addresses.base_url:
            yield f"{lang}/preview.png", render_general_preview(request).body

    def _package(self) -> Made:
        request = self._request(self.languages[0], origin=self.addresses.dashboard or LOCAL_ADDRESS)
        yield PACKAGE, partial(write_data_package, request=request)

    def _search_files(self) -> Made:
        yield "search/words.js", words_script(self.view)
        yield "search/filters.js", filters_script(self.view)

    def _request_of_file(self, lang: str) -> ViewRequest:
        """Return a request for a file whose links lead to the dashboard or, without a public one, into the mirror."""
        if dashboard := self.addresses.dashboard:
            request: ViewRequest = self._request(lang)
            return replace(request, origin=dashboard)
        own: MirrorRequest = self._request(lang, origin=self.addresses.origin_of_exports, kind=MirrorRequest)
        return replace(own, addresses=self.addresses)

    def _root_files(self) -> Made:
        """Yield the files that are the same for all languages: scripts, style sheet, snapshot, robots.txt and so on."""
        main, base = self._request(self.languages[0]), self.addresses.base_url
        for name in ("mirror.js", "last_visit.js", "charts.js"):
            yield f"assets/{name}", (ASSETS / name).read_bytes()
        yield "assets/plotly.js", PLOTLY.read_bytes()
        yield "assets/mirror.css", standalone_css("bars.css", "app.css", "no_script.css").encode()
        yield "assets/favicon.svg", (ASSETS / "favicon.svg").read_bytes()
        yield SCHEMA, json_api.render_schema(replace(main, origin=self.addresses.origin_of_exports)).body
        if self._snapshot:
            yield SNAPSHOT, self._snapshot
        # a host shows this page at any address, so its links begin at the root of the host
        root = f"{urlsplit(base).path}/" if base else ""
        yield NO_PAGE, self._finish(render_no_page(main, f"/{NO_PAGE}"), main, NO_PAGE, root=root)
        sitemap = f"Sitemap: {base}/sitemap.xml\n" if base else ""
        yield "robots.txt", f"User-agent: *\nAllow: /\n{sitemap}".encode()

    def _recommendation(self, id: str) -> Made:
        """Yield the page of one recommendation at both its addresses and, if the mirror has an address, its preview image."""
        for lang in self.languages:
            request = replace(self._request(lang, {"id": id}, id=id), filters=Filters())
            at = f"{lang}/recommendation/{id}.html"
            page = self._finish(READER_PAGES["/recommendation"].render(request), request, at)
            yield at, page
            yield f"{lang}/r/{id}.html", page
            # a preview needs an absolute link to its picture
            if self.addresses.base_url:
                yield f"{lang}/r/{id}.png", render_preview(request).body


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _is_kept(view: View, name: str, file: AttachedFile) -> bool:
    """Return whether the data folder has the file `name`: the attached `file` itself, unchanged, or a preview of it."""
    root = view.dataset.root
    if name == file.file_name:
        return not content_fault(root, file)
    return is_kept(open_storage(root), kept_name(name)) and is_own_file(root, kept_name(name))


def _records(view: View) -> tuple[list[str], list[str], list[str]]:
    """Return (ids of recommendations, of evidence, of documents). A place is an index in these three lists joined into one."""
    order = filter_recommendations(view, Filters(), view.settings.language)
    return [r.id for r in order], [*view.evidence], [*view.documents]


def _assignment(name: str, value: Any) -> bytes:
    return f"rt.{name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _steps(numbers: Iterable[int]) -> list[int]:
    """Sort the numbers. Return the first number, and then the difference of each from the number before it."""
    return [b - a for a, b in pairwise([0, *sorted(numbers)])]


def words_script(view: View) -> bytes:
    """Return the search index as a script for all languages: the words of all records, their stems and synonyms."""
    places: dict[str, set[int]] = {}
    groups: dict[int, set[int]] = {}
    start = 0
    for ids, group in zip(
        _records(view), (view.searchable, view.searchable_evidence, view.searchable_documents), strict=True
    ):
        numbers = {id: start + place for place, id in enumerate(ids)}
        start += len(ids)
        for word, found in group.index.ids_by_word().items():
            places.setdefault(word, set()).update(numbers[id] for id in found)
        for number, found in group.index.ids_by_group().items():
            groups.setdefault(number, set()).update(numbers[id] for id in found)
    synonyms = synonyms_of(view.settings.synonyms)
    words = sorted({*places, *synonyms.words})
    return _assignment(
        "words",
        {
            "stop": sorted(STOP_WORDS),
            "words": words,
            "stems": [len(stem) if word.startswith(stem := stem_word(word)) else stem for word in words],
            "places": [_steps(places.get(word, ())) for word in words],
            "phrases": synonyms.phrases,
            "groups": [_steps(groups.get(number, ())) for number in range(len(synonyms.phrases))],
        },
    )


def filters_script(view: View) -> bytes:
    """Return the script that has, for each filter, code → places of its records. `_records` says what a place is."""
    rs, evidence, _ = _records(view)
    numbers = {id: place for place, id in enumerate([*rs, *evidence])}

    def places(of: IdsByCode, name: str) -> dict[str, list[int]]:
        known = of.get(name, {})
        shown = {code: compress(of.places, of.flags(known[code], of.places)) for code in sorted(known)}
        return {code: sorted(map(numbers.__getitem__, ids)) for code, ids in shown.items()}

    recommendations = [row.name for row in Filters.rows() if row.options and row.narrows]
    values = {
        "recommendations": {name: places(ids_of_recommendations(view), name) for name in recommendations},
        "evidence": {
            row.name: places(ids_of_evidence(view), row.name) for row in EvidenceFilters.rows() if row.options
        },
    }
    return _assignment("filters", values)


def titles_script(context: ViewRequest) -> bytes:
    """Return the script for one language: what search results show of each record, and the words around the results."""
    view, language = context.view, context.language
    _ = language.gettext
    rs, evidence, documents = _records(view)

    def joined(*words: str | None) -> str:
        return " · ".join(filter(None, words))

    def named(record: Evidence | Document, title: LocalizedText, day: str | None, whose: str | None) -> list[str]:
        about = joined(whose, language.format_date(day) if day else "")
        return [record.id, language.resolve(title).text, about, context.label(record.kind)]

    records = [
        *(
            [r.id, language.resolve(r.title).text, joined(*source_parts(context, r)), view.status(r)]
            for r in (view.recommendations[id] for id in rs)
        ),
        *(
            named(e, e.title or e.summary, e.published or e.happened, context.name(e.publisher))
            for e in (view.evidence[id] for id in evidence)
        ),
        *(named(d, d.title, effective_date(d), d.symbol) for d in (view.documents[id] for id in documents)),
    ]
    statuses = {
        code: [context.label(code), status.colour, status.dark] for code, status in view.settings.statuses.items()
    }
    words = {
        "search": _("Search: {words}", words="{words}"),
        "nothing": _("Nothing found for “{typed}”.", typed="{typed}"),
        "instead": _("Nothing found for “{typed}”. Showing results for “{used}”.", typed="{typed}", used="{used}"),
        "none": _("No recommendation matches these filters."),
        **{issuer.value: context.issuer_heading(issuer) for issuer in Issuer},
        "evidence": _("Evidence"),
        "documents": _("Documents"),
    }
    counts = [len(rs), len(evidence)]
    return _assignment("titles", {"records": records, "counts": counts, "statuses": statuses, "says": words})
