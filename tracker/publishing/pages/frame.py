"""The frame of a reader's page: header, footer, <head> tags and what pages share: "Follow this", first steps, reports of mistakes.

Each page is made by a function from a request to HTML, `render_<name>(request) -> RenderedPage`, in the module of its
name beside this one. The HTML is the same for all people. It has an invisible mark (`ViewRequest.slot`) at each place
where the dashboard shows an editor more. The Streamlit pages (the package `pages`) fill these places.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from tracker.i18n import LANGUAGES
from tracker.model.errors import PastDateRefused
from tracker.model.labels import N_
from tracker.model.lifecycle import timestamps_of
from tracker.model.organisations import Organisation
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import Issuer
from tracker.publishing.citation import build_citation, entry_link
from tracker.publishing.link_preview import page_tab_title, preview_tags
from tracker.publishing.render_context import ViewRequest, encode_params, render
from tracker.publishing.request import REFUSED_DATE_STATUS, refusal_sentence
from tracker.publishing.wording import FEED_MEDIA_TYPE, feed_title, site_name
from tracker.queries.activity_log import Activity
from tracker.queries.current_view import as_of_choice, recorded_bounds, recorded_choice
from tracker.queries.view import View

PAGE_NAMES = {
    "/": N_("Overview"),
    "/recommendations": N_("Recommendations"),
    "/recommendation": N_("Recommendation"),
    "/evidence": N_("Evidence"),
    "/analysis": N_("Analysis"),
    "/treaty-bodies": N_("Treaty bodies"),
    "/deadlines": N_("Deadlines"),
    "/activity": N_("Activity"),
    "/about": N_("About"),
    "/developers": N_("For developers"),
    "/translations": N_("Help to translate"),
    "/search": N_("Search"),
}
"""Path of each page that a reader sees → its name."""
EDITORS_PAGES = {
    "/health": N_("To do"),
    "/edit": N_("Edit"),
    "/import": N_("Import a document"),
    "/submission": N_("Submissions"),
}
"""Path of each page that only editors use → its name."""
NOT_IN_MENU = {"/recommendation", "/search", "/developers", "/translations"}
"""Paths of pages that a reader sees and that are not in the menu."""
MAIL = "mailto:"
Reported = Recommendation | Evidence | Document
_MAX_TIMES = 100
"""How many new changes a browser counts at most."""
SLOT = re.compile(r"<!--rt (\w+)(?: ([^>]*))?-->")
"""Matches the mark of a place where an editor sees more (see `ViewRequest.slot`). Groups: name, id or None."""
FOR_READERS = re.compile(r"<!--rt reader-->.*?<!--rt end-->", re.S)
"""Matches what a person who is signed in does not see, with the marks around it."""
PART_BREAK = re.compile(r"<!--part (\w+)-->")
"""Matches the mark between two parts of a page, where something else can be shown. Group: the name of this place."""


@dataclass(frozen=True)
class RenderedPage:
    """A page that a reader sees, as HTML with marks for editors.

    `title` is for the browser tab, `path` is the path of the page. `params` are the URL parameters in their canonical
    form, without the language and the past dates.
    """

    title: str
    path: str
    header: str
    content: str
    footer: str
    params: tuple[tuple[str, str], ...] = ()
    status: int = 200

    @property
    def body(self) -> str:
        """Return the page as HTML for <body>, without marks. Its blocks have the classes that Streamlit gives them."""
        header, *content, footer = (
            f'<div class="stHtml" data-before="{place}">{html}</div>'
            for part, place in self.parts
            if (html := SLOT.sub("", part)).strip()
        )
        main = ['<main id="rt-main">', *content, "</main>"]
        return "\n".join(['<div class="stApp rt-page">', header, *main, footer, "</div>"])

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return (HTML with marks, name of the place below it or "") for each part, from the header to the footer."""
        pieces = [self.header, "top", *PART_BREAK.split(self.content), "", self.footer, ""]
        return tuple(zip(pieces[::2], pieces[1::2], strict=True))


PageRenderer = Callable[[ViewRequest], RenderedPage]


def build_page(
    request: ViewRequest,
    path: str,
    content: Callable[[ViewRequest], str],
    *,
    params: Sequence[tuple[str, str]] = (),
    menu_path: str = "",
    searched: str = "",
    record: Reported | None = None,
    forward: tuple[str, str] = ("", ""),
    status: int = 200,
    refused: Sequence[tuple[str, str]] = (),
) -> RenderedPage:
    """Return the page at `path`, with the HTML that `content` returns. A page without parameters is made once for a view.

    `menu_path` is the path of the page to mark in the menu, if not `path`. `refused` are past dates that cannot
    be shown. `forward` is (id, text to forward) of the recommendation that the page shows.
    """

    def build() -> RenderedPage:
        name = page_name(request, path)
        title = page_tab_title(request, path, name) if status == 200 else ""
        return RenderedPage(
            title=title or " · ".join(filter(None, [name if path != "/" else "", site_name(request)])),
            path=path,
            header=render_header(
                request, path, params, menu_path=menu_path, searched=searched, refused=refused, forward=forward
            ),
            content=content(request.on_page).strip(),
            footer=render_footer(request, path, params, record=record, mistake=request.param("mistake"), status=status),
            params=tuple(params),
            status=status,
        )

    # everybody opens these, and they take longest
    if params or refused or request.params.keys() - {"lang", "as_of", "recorded"}:
        return build()
    key = (path, status, request.sticky_params, request.keeps_language, request.origin, request.unread_since)
    return request.view.cached("pages", key, build)


def render_head(request: ViewRequest, page: RenderedPage) -> str:
    """Return the tags for <head> that a page has outside Streamlit, "" for an error."""
    if page.status != 200:
        return ""
    name = page_name(request, page.path)
    return f"{preview_tags(request, page.path, name)}{feed_link(request)}"


def render_document(request: ViewRequest, page: RenderedPage, **values: Any) -> str:
    """Return the whole HTML of a page for a reader, of the dashboard or of a mirror.

    `values` are those of the template: `icon`, `style` and the keys of `scripts` are addresses; the value of a script is
    the address of the plotly.js that it loads, or ""; `pictures` that of the pictures of a mirror.
    """
    head, absent = render_head(request, page), {"pictures": "", "no_script": "", "is_live": False}
    return render("layout/document.html", request, page=page, head=head, **absent | values)


def render_editors_only(request: ViewRequest, path: str) -> RenderedPage:
    """Return what a reader sees at the address of a page that only editors use. Its status is 403."""

    def content(context: ViewRequest) -> str:
        return render("layout/no_form.html", context, past=False, id="", back=context.link("/recommendations"))

    return build_page(request, path, content, status=403)


def render_no_page(request: ViewRequest, path: str) -> RenderedPage:
    """Return the page for an address where there is no page. Its status is 404."""
    return build_page(
        request, path, lambda context: render("layout/no_page.html", context, ways=menu(context)), status=404
    )


def render_refused(request: ViewRequest, refused: PastDateRefused, path: str) -> RenderedPage:
    """Return the page that says why a past date cannot be shown. `request` is for the present."""
    others = {"lang", "as_of", "recorded", "editing"}
    params = [(name, value) for name, values in request.params.items() if name not in others for value in values]

    def content(context: ViewRequest) -> str:
        first, sentence = refused.first, refusal_sentence(request.language, refused)
        there = context.link(path, *params, ("recorded", first.isoformat())) if first else ""
        current = context.link(path, *params)
        return render("layout/refused_date.html", context, sentence=sentence, first=there, current=current)

    asked, status = [(refused.parameter, refused.value)], REFUSED_DATE_STATUS[refused.why]
    return build_page(request, path, content, params=params, status=status, refused=asked)


def render_header(
    request: ViewRequest,
    path: str,
    params: Iterable[tuple[str, str]],
    *,
    menu_path: str = "",
    searched: str = "",
    refused: Sequence[tuple[str, str]] = (),
    forward: tuple[str, str] = ("", ""),
) -> str:
    """Return the top of a page as HTML. Only language links keep `refused`, the past dates that cannot be shown."""
    own, language, context = list(params), request.language, request.on_page
    offered = request.view.settings.languages  # one alone says nothing of its readers
    past = [pair for pair in request.sticky_params if pair[0] != "lang"]
    in_list = path in ("/recommendations", "/evidence")
    return render(
        "layout/header.html",
        context,
        path=path,
        here=menu_path or path,
        ways=menu(context),
        searched=searched,
        search_path=path if in_list else "/search",
        search_fields=[p for p in own if in_list and p[0] not in ("q", "page")],
        own_params=[*own, ("lang", language.code)],
        other_language={
            code: path + "?" + encode_params([*own, *past, *refused, ("lang", code)])
            for code in LANGUAGES
            if len(offered) < 2 or code in (*offered, language.code)
        },
        link_here=absolute_link(request, path, own),
        forward=forward,
        today=path + "?" + encode_params([*own, ("lang", language.code)]),
        dated=as_of_choice(request.view),
        published=recorded_choice(request.view),
        warnings=request.warnings,
        steps=first_steps(request.view, path, can_save=False, people=int),
    ).strip()


def render_footer(
    request: ViewRequest,
    path: str,
    params: Iterable[tuple[str, str]],
    *,
    record: Reported | None = None,
    mistake: str = "",
    status: int = 200,
) -> str:
    """Return the footer as HTML. The form for mistakes is open if `mistake` is the id of evidence or of a document.

    Where there is no page (404), everybody gets the same answer: it does not say who is reading.
    """
    view = request.view
    entry = view.evidence.get(mistake) or view.documents.get(mistake)
    report = draft_mistake_report(request, absolute_link(request, path, params), entry or record)
    return render("layout/footer.html", request.on_page, report=report, entry=entry, may_edit=status != 404).strip()


def menu(context: ViewRequest) -> list[tuple[str, str]]:
    """Return (path, name in the reader's language) for each page in the menu of a reader."""
    return [(path, page_name(context, path)) for path in PAGE_NAMES if path not in NOT_IN_MENU]


def page_name(context: ViewRequest, path: str) -> str:
    """Return the name of the page at `path` in the reader's language; "" if it is no page of `PAGE_NAMES`."""
    is_wider = path == "/treaty-bodies" and context.view.has_other_mechanisms
    name = N_("Mechanisms") if is_wider else PAGE_NAMES.get(path, "")
    return context.language.gettext(name) if name else ""


def absolute_link(request: ViewRequest, path: str, params: Iterable[tuple[str, str]]) -> str:
    """Return the absolute link to a page, with `params` (without `editing`) and with the request's language and past dates."""
    past = [pair for pair in request.sticky_params if pair[0] != "lang"]
    shared = [pair for pair in params if pair[0] != "editing"]
    return request.origin + path + "?" + encode_params([*shared, *past, ("lang", request.language.code)])


def follow_panel(request: ViewRequest, context: ViewRequest, params: Sequence[tuple[str, str]]) -> Markup:
    """Return the panel "Follow this" as HTML; "" in a view of the past. `params`: filters of its feed and calendar."""
    if context.view.is_past:
        return Markup()
    # the kind of a change, and since when, choose entries of the feed only
    about = [pair for pair in params if pair[0] not in ("change", "since")]
    feed = request.link("/feed.xml", *(pair for pair in params if pair[0] != "since"))
    return Markup(render("layout/follow.html", context, feed=feed, calendar=request.link("/calendar.ics", *about)))


def feed_link(request: ViewRequest) -> Markup:
    """Return the HTML <link> element through which feed readers find the feed with the filters of a page."""
    href = request.link("/feed.xml", *request.filters.only_filters().params())
    link = Markup('<link rel="alternate" type="{}" title="{}" href="{}">')
    return link.format(FEED_MEDIA_TYPE, feed_title(request), href)


def visit_notice(context: ViewRequest, changes: Iterable[Activity] = (), *, offers: bool = False) -> Markup:
    """Return the HTML in which last_visit.js shows how much is new since the last visit; "" in a view of the past.

    The script counts `changes`, the newest first. Without `changes`, it counts the new entries on the page, and opening
    the page marks nothing as seen. The HTML is the same for everybody: the time of the visit is kept in the browser,
    only if the reader asked for it, and is never sent. `offers` says whether to show the button for this.
    """
    if context.view.is_past:
        return Markup()
    times = " ".join(change.recorded for change in islice(changes, _MAX_TIMES))
    newest = recorded_bounds(context.view.dataset)[1]
    return Markup(render("layout/visit.html", context, newest=newest, times=times, most=_MAX_TIMES, offers=offers))


def changed_at(view: View, record: Recommendation | Evidence) -> str:
    """Return the latest timestamp in a record; for a recommendation also in its evidence. "" without one."""
    evidence = view.evidence_for(record) if isinstance(record, Recommendation) else ()
    return max(time for one in (record, *(e for e, _link in evidence)) for time in timestamps_of(one))


class FirstSteps(NamedTuple):
    """Whether a committee's `observations` and civil society's `demands` were added, and `colleagues` were invited."""

    observations: bool
    demands: bool
    colleagues: bool


def first_steps(view: View, path: str, *, can_save: bool, people: Callable[[], int]) -> FirstSteps | None:
    """Return the first steps that the page at `path` shows, or None if it shows none.

    Without recommendations, every page shows them. If only one issuer has recommendations, only the overview shows
    them, and only if `can_save`. The pages on which people carry out the steps, and views of the past, never do.
    """
    asked = view.cached("askers", (), lambda: {r.issued_by for r in view.dataset.recommendations.values()})
    is_over = len(asked) > 1 or (asked and not (can_save and path == "/"))
    if is_over or view.is_past or path in ("/edit", "/import"):  # there the steps themselves are done
        return None
    return FirstSteps(Issuer.COMMITTEE in asked, Issuer.CIVIL_SOCIETY in asked, people() > 1)


@dataclass(frozen=True, slots=True)
class MistakeReport:
    """A report of a mistake that a reader can send.

    `contact` is a mail address or a page, which `link` opens. If the settings have no contact, both are "", and
    `organisations` are those that have a website, without the editors.
    """

    text: str
    contact: str = ""
    link: str = ""
    organisations: tuple[Organisation, ...] = ()


def draft_mistake_report(request: ViewRequest, address: str, record: Reported | None = None) -> MistakeReport:
    """Return the text of a report about the page at `address`, or about `record` on it, and where to send it."""
    settings, _ = request.view.settings, request.language.gettext
    text, contact = "\n".join(_report_lines(request, address, record)), settings.publisher.contact or ""
    if not contact:
        found = tuple(o for o in settings.organisations if o.link and not o.is_editors)
        return MistakeReport(text, organisations=found)
    if not contact.startswith(MAIL):
        return MistakeReport(text, contact, contact)
    subject, body = _("A mistake in the dashboard"), text.replace("\n", "\r\n")
    link = f"{contact}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
    return MistakeReport(text, contact.removeprefix(MAIL), link)


def _report_lines(request: ViewRequest, address: str, record: Reported | None) -> list[str]:
    language = request.language
    _, about, link = language.gettext, "", ""
    match record:
        case Recommendation():
            about = _("Recommendation: {title}", title=language.resolve(record.title).text)
            link = build_citation(request, record).link
        case Evidence():
            about = _("Evidence: {title}", title=language.resolve(record.title or record.summary).text)
            link = entry_link(request, record)
        case Document():
            name = " ".join(filter(None, [record.symbol, language.resolve(record.title).text]))
            about, link = _("Document: {title}", title=name), entry_link(request, record)
    return [
        _("A mistake in the dashboard"),
        site_name(request),
        *([about] if record else []),
        _("Page: {address}", address=address),
        *([_("What it said, permanent link: {address}", address=link)] if record else []),
        _("Seen on {day}", day=language.format_day(request.view.today)),
        "",
        _("What is wrong:"),
        "",
        _("What would be right, and where it can be checked:"),
        "",
    ]
