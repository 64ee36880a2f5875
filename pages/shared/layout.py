"""What every page shares: the guard, the reader's view and language, header and footer, who this is."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import streamlit as st

from pages.shared.markdown import literal
from pages.shared.update_notice import left, notice
from tracker.config import places
from tracker.editing.store import Store
from tracker.i18n import LANGUAGES, Language, preferred, speaking
from tracker.model.labels import N_
from tracker.model.permissions import Permission, Person
from tracker.model.problems import NoDataset
from tracker.publishing.html import Shown, render
from tracker.queries.past_parameters import past
from tracker.queries.view import View
from tracker.safety.small_counts import as_shown
from tracker.storage.dataset_reader import Dataset, Reader
from tracker.web.sessions import cookie_name, person_of

PAGES = {
    "/": ("overview", N_("Overview")),
    "/recommendations": ("recommendations", N_("Recommendations")),
    "/recommendation": ("recommendation", N_("Recommendation")),
    "/evidence": ("evidence", N_("Evidence")),
    "/treaty-bodies": ("treaty_bodies", N_("Treaty bodies")),
    "/activity": ("activity", N_("Activity")),
    "/about": ("about", N_("About")),
    "/health": ("data_health", N_("Health")),
    "/edit": ("edit", N_("Edit")),
}
"""Every page's address, its file and its name."""


# Streamlit's own cache takes 0.2 ms a look, and every run asks four times.
@cache
def _store(root: Path) -> Store:
    return Store(Reader(root))


def store() -> Store:
    """The one door to the data folder, shared by all sessions."""
    return _store(places().data)


@st.cache_resource(show_spinner=False, max_entries=8)
def _view(signature: str, today: str, as_of: str, recorded: str, _dataset: Dataset) -> View:
    day = date.fromisoformat
    return View(as_shown(_dataset), day(today), day(as_of) if as_of else None, recorded or None)


def view() -> View:
    """The view that the address asks for, made once for all sessions; NoDataset when the folder cannot be read."""
    return viewing(st.query_params)


def viewing(params: Mapping[str, str]) -> View:
    """The view that these parameters ask for: of what is public, as a reader may see it."""
    dataset = store().reader.read()
    today = datetime.now(ZoneInfo(dataset.settings.timezone)).date()
    as_of, recorded = past(params, today)
    return _view(dataset.signature, today.isoformat(), as_of, recorded, dataset)


def who() -> Person:
    """Who is this, as of now? The one place that answers; asked again at every save."""
    return person_of(st.context.cookies, cookie(), places())


def cookie() -> str:
    """What the cookie of a session is called here."""
    return cookie_name(places().public_url, int(st.get_option("server.port") or 8501))


def _language(main: str = "en", timezone: str = "UTC") -> Language:
    asked = st.query_params.get("lang", "")
    guess = preferred(st.context.headers.get("Accept-Language", "") or st.context.locale or "")
    code = asked if asked in LANGUAGES else guess
    return speaking(code, main, timezone)


def title(path: str, code: str = "") -> str:
    """What a tab says: the page's name and the dashboard's, also while the data cannot be read."""
    language = speaking(code) if code else _language()
    name = language(PAGES[path][1]) if path in PAGES and path != "/" else ""
    return " · ".join(filter(None, [name, _dashboard(language.code)]))


def _dashboard(code: str) -> str:
    try:
        settings = store().reader.read().settings
    except NoDataset:
        return "Recommendation tracker"
    return speaking(code, settings.language).text(settings.title).text


@dataclass(frozen=True)
class _AsItIs:
    """HTML that Streamlit takes as it is: it would look for a common indentation, 1.3 ms in a list of 100."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


@dataclass(frozen=True)
class Page:
    """What a page needs to answer: the view, the language, the person, and the address it stands at."""

    shown: Shown
    here: str
    typist: str = ""
    """The editor whose page this is. It stays when their sign-in has ended: so does what they typed."""

    @property
    def view(self) -> View:
        """The view of this run."""
        return self.shown.view

    @property
    def may_type(self) -> bool:
        """Whether forms are shown: the person may save here, or could when they opened the page."""
        return bool(self.typist) and not self.view.is_past

    def show(self, template: str, **values: object) -> None:
        """Puts a template on the page."""
        if html := render(template, self.shown, **values).strip():
            st.html(_AsItIs(html))


def open_page(here: str) -> Page:
    """The guard that every page starts with: who is this, in which language, and is there anything to show?"""
    st.set_page_config(page_title=title(here), layout="wide", initial_sidebar_state="collapsed")
    try:
        current = view()
    except NoDataset as bad:
        st.error(literal(str(bad)))
        st.stop()
    settings = current.settings
    language = _language(settings.language, settings.timezone)
    kept = [("lang", language.code)] if st.query_params.get("lang") in LANGUAGES else []
    kept += [("as_of", current.as_of.isoformat())] if current.as_of else []
    kept += [("recorded", current.recorded)] if current.recorded else []
    person, keep = who(), tuple(kept)
    left(here)
    if person.can(Permission.SAVE):
        st.session_state["typist"] = person.handle
    return Page(Shown(current, language, keep, person), here, st.session_state.get("typist", ""))


def header(page: Page, current: Iterable[tuple[str, str]]) -> None:
    """The top of a page. `current` is the address of exactly this view, without the language."""
    s, _ = page.shown, page.shown.language
    here = list(current)
    pairs = [*here, *(pair for pair in s.keep if pair[0] != "lang")]
    hidden = (
        {"/recommendation", "/edit"} if s.person.can(Permission.SEE_HEALTH) else {"/recommendation", "/edit", "/health"}
    )
    ways = [(path, _(name)) for path, (_file, name) in PAGES.items() if path not in hidden]
    other = {code: page.here + "?" + urlencode([*pairs, ("lang", code)]) for code in LANGUAGES}
    page.show(
        "layout/header.html", ways=ways, here="/recommendations" if page.here == "/recommendation" else page.here,
        other_language=other, link_here=link_here(page, here),
        today=page.here + "?" + urlencode([*here, ("lang", s.language.code)]),
    )  # fmt: skip
    if page.typist and not s.person.can(Permission.SAVE):
        page.show("layout/session_ended.html")
    if unread := store().reader.unread:
        line = _("The data cannot be read since {time}; this is how it stood then.", time=_time(page, unread.since))
        st.warning(literal(line))
        _for_editors(page, [unread.what])
    if s.view.dataset.problems:
        _problems(page)


def link_here(page: Page, pairs: Iterable[tuple[str, str]]) -> str:
    """The link to exactly this view, at the public address when there is one."""
    shared = [pair for pair in pairs if pair[0] != "editing"]
    kept = [pair for pair in page.shown.keep if pair[0] != "lang"]
    return origin() + page.here + "?" + urlencode([*shared, *kept, ("lang", page.shown.language.code)])


def origin() -> str:
    """The dashboard's own address without a path: the public one, else the one in the browser."""
    if public := places().public_url:
        return public
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"http://127.0.0.1:{os.environ.get('PORT', '8501')}"


def _problems(page: Page) -> None:
    _, problems, kept = page.shown.language, page.view.dataset.problems, page.view.dataset.kept
    if n := len([problem for problem in problems if problem.path not in kept]):
        st.warning(_.many("{n} entry in the data files cannot be read and is left out here. The rest is shown.",
                          "{n} entries in the data files cannot be read and are left out here. The rest is shown.", n))  # fmt: skip
    if n := sum(kept.values()):
        st.warning(_("Files are being edited and cannot be read now. Entries shown as they were before: {n}.", n=n))
    _for_editors(page, [str(problem) for problem in problems[:20]])


def _for_editors(page: Page, lines: list[str]) -> None:
    if page.shown.person.handle:
        st.code("\n".join(lines), language=None, wrap_lines=True)


def _time(page: Page, at: float) -> str:
    """A time of today, or a day and a time, in the dataset's timezone."""
    moment = datetime.fromtimestamp(at, ZoneInfo(page.view.settings.timezone))
    day = moment.date()
    return f"{moment:%H:%M}" if day == page.view.today else f"{page.shown.language.day(day)}, {moment:%H:%M}"


def footer(page: Page, pairs: Iterable[tuple[str, str]] = ()) -> None:
    """The end of a page: who publishes, and where a mistake is reported."""
    _ = page.shown.language
    contact = page.view.settings.publisher.contact or "mailto:"
    address = link_here(page, pairs)
    if contact.startswith("mailto:"):
        words = urlencode(
            {
                "subject": _("A mistake in the dashboard"),
                "body": _("I found a mistake on this page: {address}", address=address),
            }
        )
        contact += "?" + words.replace("+", "%20")
    page.show("layout/footer.html", report=contact)
    notice(page)
