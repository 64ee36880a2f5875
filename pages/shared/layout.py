"""What every page shares: the guard, the reader's view and language, header and footer, who this is."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import streamlit as st

from pages.shared.markdown import escape_markdown
from pages.shared.navigation import PAGES
from pages.shared.streamlit_internals import release_widget_state
from pages.shared.update_notice import show_update_notice
from tracker.accounts.sessions import cookie_name, person_from_cookies
from tracker.config import load_config
from tracker.editing.store import Store
from tracker.i18n import LANGUAGES, Language, get_language, preferred_language
from tracker.model.errors import NoDataset
from tracker.model.permissions import Permission, Person
from tracker.publishing.html import RenderContext, render
from tracker.publishing.wording import page_title
from tracker.queries.current_view import current_view, reader_of
from tracker.queries.view import View
from tracker.safety.dismissals import load_dismissals


@cache
def _store(root: Path) -> Store:
    return Store(reader_of(root), is_dismissed=load_dismissals(load_config()).covers)


def store() -> Store:
    """Return the store of the data folder, shared by all sessions."""
    return _store(load_config().data)


def page_view() -> View:
    """Return the view that the address asks for. Raises NoDataset if the folder cannot be read."""
    return current_view(load_config().data, st.query_params)


def current_person() -> Person:
    """Who is this, as of now? The one place that answers; asked again at every save."""
    return person_from_cookies(st.context.cookies, session_cookie_name(), load_config())


def session_cookie_name() -> str:
    """What the cookie of a session is called here."""
    return cookie_name(load_config().public_url, int(st.get_option("server.port") or 8501))


def _language(main: str = "en", timezone: str = "UTC") -> Language:
    asked = st.query_params.get("lang", "")
    guess = preferred_language(st.context.headers.get("Accept-Language", "") or st.context.locale or "")
    code = asked if asked in LANGUAGES else guess
    return get_language(code, main, timezone)


@dataclass(frozen=True)
class _AsItIs:
    """HTML that Streamlit takes as it is: it would look for a common indentation, 1.3 ms in a list of 100."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


@dataclass(frozen=True)
class Page:
    """What a page needs to answer: the view, the language, the person, and the address it stands at."""

    context: RenderContext
    path: str
    editor_handle: str = ""
    """The editor whose page this is. It stays when their sign-in has ended: so does what they typed."""

    @property
    def view(self) -> View:
        """The view of this run."""
        return self.context.view

    @property
    def can_edit(self) -> bool:
        """Whether forms are shown: the person may save here, or could when they opened the page."""
        return bool(self.editor_handle) and not self.view.is_past

    def show(self, template: str, **values: object) -> None:
        """Puts a template on the page."""
        if html := render(template, self.context, **values).strip():
            st.html(_AsItIs(html))


def open_page(here: str) -> Page:
    """The guard that every page starts with: who is this, in which language, and is there anything to show?"""
    name = PAGES[here][1] if here != "/" else ""
    st.set_page_config(
        page_title=page_title(load_config().data, name, _language().code),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    try:
        current = page_view()
    except NoDataset as bad:
        st.error(escape_markdown(str(bad)))
        st.stop()
    settings = current.settings
    language = _language(settings.language, settings.timezone)
    kept = [("lang", language.code)] if st.query_params.get("lang") in LANGUAGES else []
    kept += [("as_of", current.as_of.isoformat())] if current.as_of else []
    kept += [("recorded", current.recorded)] if current.recorded else []
    person, keep = current_person(), tuple(kept)
    release_widget_state(here)
    if person.can(Permission.SAVE):
        st.session_state["typist"] = person.handle
    return Page(RenderContext(current, language, keep, person), here, st.session_state.get("typist", ""))


def show_header(page: Page, current: Iterable[tuple[str, str]]) -> None:
    """The top of a page. `current` is the address of exactly this view, without the language."""
    s, language = page.context, page.context.language
    _ = language.gettext
    here = list(current)
    pairs = [*here, *(pair for pair in s.sticky_params if pair[0] != "lang")]
    hidden = (
        {"/recommendation", "/edit"} if s.person.can(Permission.SEE_HEALTH) else {"/recommendation", "/edit", "/health"}
    )
    ways = [(path, _(name)) for path, (_file, name) in PAGES.items() if path not in hidden]
    other = {code: page.path + "?" + urlencode([*pairs, ("lang", code)]) for code in LANGUAGES}
    page.show(
        "layout/header.html", ways=ways, here="/recommendations" if page.path == "/recommendation" else page.path,
        other_language=other, link_here=permalink_here(page, here),
        today=page.path + "?" + urlencode([*here, ("lang", s.language.code)]),
    )  # fmt: skip
    if page.editor_handle and not s.person.can(Permission.SAVE):
        page.show("layout/session_ended.html")
    if unread := store().reader.unavailable:
        line = _("The data cannot be read since {time}; this is how it stood then.", time=_time(page, unread.since))
        st.warning(escape_markdown(line))
        _for_editors(page, [unread.message])
    if s.view.dataset.problems:
        _problems(page)


def permalink_here(page: Page, pairs: Iterable[tuple[str, str]]) -> str:
    """The link to exactly this view, at the public address when there is one."""
    shared = [pair for pair in pairs if pair[0] != "editing"]
    kept = [pair for pair in page.context.sticky_params if pair[0] != "lang"]
    return site_origin() + page.path + "?" + urlencode([*shared, *kept, ("lang", page.context.language.code)])


def site_origin() -> str:
    """The dashboard's own address without a path: the public one, else the one in the browser."""
    if public := load_config().public_url:
        return public
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"http://127.0.0.1:{os.environ.get('PORT', '8501')}"


def _problems(page: Page) -> None:
    language, problems, kept = page.context.language, page.view.dataset.problems, page.view.dataset.outdated_counts
    _ = language.gettext
    if n := len([problem for problem in problems if problem.path not in kept]):
        st.warning(language.ngettext("{n} entry in the data files cannot be read and is left out here. The rest is shown.",
                          "{n} entries in the data files cannot be read and are left out here. The rest is shown.", n))  # fmt: skip
    if n := sum(kept.values()):
        st.warning(_("Files are being edited and cannot be read now. Entries shown as they were before: {n}.", n=n))
    _for_editors(page, [str(problem) for problem in problems[:20]])


def _for_editors(page: Page, lines: list[str]) -> None:
    if page.context.person.handle:
        st.code("\n".join(lines), language=None, wrap_lines=True)


def _time(page: Page, at: float) -> str:
    """A time of today, or a day and a time, in the dataset's timezone."""
    moment = datetime.fromtimestamp(at, ZoneInfo(page.view.settings.timezone))
    day = moment.date()
    return f"{moment:%H:%M}" if day == page.view.today else f"{page.context.language.format_day(day)}, {moment:%H:%M}"


def show_footer(page: Page, pairs: Iterable[tuple[str, str]] = ()) -> None:
    """The end of a page: who publishes, and where a mistake is reported."""
    language = page.context.language
    _ = language.gettext
    contact = page.view.settings.publisher.contact or "mailto:"
    address = permalink_here(page, pairs)
    if contact.startswith("mailto:"):
        words = urlencode(
            {
                "subject": _("A mistake in the dashboard"),
                "body": _("I found a mistake on this page: {address}", address=address),
            }
        )
        contact += "?" + words.replace("+", "%20")
    page.show("layout/footer.html", report=contact)
    show_update_notice(page.context)
