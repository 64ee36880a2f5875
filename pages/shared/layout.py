"""Open a page and show it: `open_page`, then `Page.parts` for a reader's page, or `show_header` and `show_footer`.

Also the signed-in person and the store.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import NoReturn
from urllib.parse import urlsplit

import streamlit as st

from pages.shared.markdown import escape_markdown
from pages.shared.navigation import PAGES
from pages.shared.streamlit_internals import release_widget_state
from pages.shared.update_notice import show_update_notice
from pages.shared.url_state import url_params
from tracker.accounts.accounts_file import accounts_file, cookie_name, person_from_cookies
from tracker.config import StoragePlace, load_config
from tracker.editing.store import Store
from tracker.i18n import LANGUAGES, Language, get_language, preferred_language
from tracker.model.errors import NoDataset, PastDateRefused, StateUnavailable
from tracker.model.organisations import own_organisation
from tracker.model.permissions import Permission, Person
from tracker.model.registers import Settings
from tracker.publishing.pages import frame
from tracker.publishing.pages.refused_date import render_refused
from tracker.publishing.render_context import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import outage_sentence, page_title
from tracker.queries.current_view import current_view, reader_of
from tracker.queries.file_names import name_file
from tracker.queries.first_steps import first_steps
from tracker.queries.lists.filters import Filters
from tracker.queries.search.file_search import texts_of_files
from tracker.queries.view import View
from tracker.safety.dismissals import load_dismissals

LOOK_FOR_DATA_EVERY_SECONDS = 5.0
"""How often a page without data looks whether there is some."""


@cache
def _store(place: StoragePlace) -> Store:
    return Store(reader_of(place), is_dismissed=load_dismissals(load_config()).covers)


def store() -> Store:
    """Return the store of the data folder, shared by all sessions."""
    return _store(load_config().data)


def page_view() -> View:
    """Return the view for the date and the recorded time that are in the address.

    Raises NoDataset if the data folder cannot be read now and was never read before.
    """
    return current_view(load_config().data, st.query_params)


def current_person() -> Person:
    """Return the person who is signed in now.

    Call this again before every save, because the page may have been open for days.
    """
    return person_from_cookies(st.context.cookies, session_cookie_name(), load_config())


def draft_owner() -> str:
    """Return the handle of the editor whose drafts this tab may read and change now, "" if it may touch nobody's.

    Every access to a draft that is kept outside this tab calls this, and nothing keeps the answer: the sign-in may end at
    any time, and the same editor may be signed in elsewhere.
    """
    person = current_person()
    is_theirs = st.session_state.get("typist", (person.handle,))[0] == person.handle
    return person.handle if is_theirs and person.can(Permission.SAVE) else ""


def organisation_now() -> str:
    """Return the id of the organisation of the person who is signed in now; who has none belongs to the editors."""
    return own_organisation(current_person(), store().reader.read().settings.organisations)


def can_check_sign_in() -> bool:
    """Return whether the accounts can be read now. If they cannot, nobody is signed in, but nobody was signed out either."""
    try:
        accounts_file(load_config()).read()
    except StateUnavailable:
        return False
    return True


def organisations_by_handle(page: "Page") -> dict[str, str]:
    """Return handle → short name of the organisation, for every person with an account. Empty for a reader."""
    if not page.context.person.handle:
        return {}
    known = page.view.organisations
    with suppress(StateUnavailable):
        accounts = accounts_file(load_config()).read().people
        return {
            one.handle: page.context.label(known[one.organisation]) for one in accounts if one.organisation in known
        }
    return {}


def session_cookie_name() -> str:
    """Return the name of this server's session cookie."""
    return cookie_name(load_config().public_url, int(st.get_option("server.port") or 8501))


def _language(settings: Settings | None = None) -> Language:
    code = st.query_params.get("lang", "")
    if code not in LANGUAGES:
        code = preferred_language(st.context.headers.get("Accept-Language", "") or st.context.locale or "")
    return get_language(code, settings)


@dataclass(frozen=True)
class _RawHtml:
    """HTML that Streamlit shows without changes.

    Streamlit removes the indentation of a plain string first, which takes 1.3 ms for a list of 100 recommendations.
    """

    html: str

    def _repr_html_(self) -> str:
        return self.html


@dataclass(frozen=True)
class Page:
    """One run of a page: `context` for the templates that know the person, and the `path` of the page."""

    context: RenderContext
    path: str
    request: ViewRequest
    """What is asked for. It knows no person."""
    is_editors: bool = False
    """Whether an editor opened the page. It stays true after the sign-in ends, so that the input of a form is not lost."""
    editor_organisation: str = ""
    """The id of the organisation of this editor, or "". It is kept in the same way."""

    @property
    def view(self) -> View:
        """Return the view of this run."""
        return self.context.view

    @property
    def can_edit(self) -> bool:
        """Return whether forms are shown: an editor opened the page, and the view is not of the past.

        It stays true after the sign-in ends.
        """
        return self.is_editors and not self.view.is_past

    def show(self, template: str, **values: object) -> None:
        """Render a template with `values` and show the result. If the result is empty, show nothing."""
        self._show_html(render(template, self.context, **values))

    def parts(self, render_page: frame.PageRenderer, **values: object) -> Iterator[str]:
        """Show a reader's page part by part. Between two parts, yield the name of the place, for what an editor sees there.

        The first place is "top", below the header. `values` are for the templates of the marks (see `fill`).
        """
        rendered = render_page(self.request)
        st.set_page_config(page_title=rendered.title)
        for html, place in rendered.parts:
            self._show_html(self.fill(html, **values))
            if place == "top":
                _show_session(self)
            if place:
                yield place
        show_update_notice(self.context)

    def show_page(self, render_page: frame.PageRenderer, **values: object) -> None:
        """Show a reader's page, with nothing between its parts."""
        for _place in self.parts(render_page, **values):
            pass

    def fill(self, html: str, **values: object) -> str:
        """Return the HTML of a part of a page with its marks: filled for an editor, left out for a reader.

        The mark `name` is filled with the template editors/name.html, which gets `values` and the `id` of the mark.
        """
        if not self.context.person.handle:
            return frame.SLOT.sub("", html)
        return frame.SLOT.sub(
            lambda mark: render(
                f"editors/{mark[1]}.html", self.context, id=mark[2] or "", page=self, **values
            ).removesuffix("\n"),
            frame.FOR_READERS.sub("", html),
        )

    def _show_html(self, html: str) -> None:
        if html.strip():
            st.html(_RawHtml(html))


def open_page(path: str) -> Page:
    """Return the `Page` for a path. Every page calls this first.

    It sets the title of the browser tab. If there is no data to show, it stops with an error message. If the past date
    in the address cannot be shown, it stops with a page that says why.
    """
    name = PAGES[path][1] if path != "/" else ""
    st.set_page_config(
        page_title=page_title(load_config().data, name, _language().code),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    refused = None
    try:
        try:
            current = page_view()
        except PastDateRefused as error:
            current, refused = current_view(load_config().data, {}), error
    except NoDataset as error:
        _wait_for_data(error)
    params = url_params()
    request = ViewRequest(
        current,
        _language(current.settings),
        Filters.from_params(current, params),
        origin=site_origin(),
        params=params,
        unread_since=unread.since if (unread := store().reader.unavailable) else 0.0,
        texts=texts_of_files(load_config().data, load_config().cache_folder),
    )
    person = current_person()
    release_widget_state(path)
    if person.can(Permission.SAVE):
        if st.session_state.get("typist", (person.handle,))[0] != person.handle:
            st.session_state.clear()  # what somebody else typed in this tab
        st.session_state["typist"] = (person.handle, person.organisation)
    context = replace(frame.page_context(request), person=person, has_slots=False)
    handle, organisation = st.session_state.get("typist", ("", ""))
    page = Page(context, path, request, is_editors=bool(handle), editor_organisation=organisation)
    if refused:
        page.show_page(lambda request: render_refused(request, refused, path))
        st.stop()
    return page


def _wait_for_data(error: NoDataset) -> NoReturn:
    """Say why there is no data yet, and stop the page. It runs again as soon as there is some."""
    language = _language()
    st.error(escape_markdown(outage_sentence(language, error)))
    if error.is_in_database:
        st.caption(language.gettext("This page opens by itself as soon as the database is back."))
    _watch_for_data()
    st.stop()


@st.fragment(run_every=LOOK_FOR_DATA_EVERY_SECONDS)
def _watch_for_data() -> None:
    with suppress(NoDataset):
        store().reader.read()
        st.rerun()


def show_header(page: Page, params: Iterable[tuple[str, str]]) -> None:
    """Show the top of a page that only editors use.

    `params` are the URL parameters of exactly this view, without the language, `as_of` and `recorded`.
    """
    page._show_html(page.fill(frame.render_header(page.request, page.path, params)))
    _show_session(page)


def _show_session(page: Page) -> None:
    """Say that the sign-in has ended, and show an editor which files cannot be read."""
    if not page.context.person.can(Permission.SAVE):
        waits = session_cookie_name() in st.context.cookies and not can_check_sign_in()
        if page.is_editors or waits:
            page.show("layout/session_ended.html", waits=waits, has_form=page.is_editors)
    problems = page.view.dataset.problems
    if problems and page.context.person.handle and page.path != "/health":  # that page lists all of them
        page.show("layout/problems.html", problems=problems, most=20, name_file=name_file, evidence={})
    if page.context.can_save and (steps := first_steps(page.view, page.path, can_save=True, people=_number_of_people)):
        page.show("layout/first_steps.html", steps=steps)


def _number_of_people() -> int:
    with suppress(StateUnavailable):
        return len(accounts_file(load_config()).read().people)
    return 0


def show_footer(page: Page, params: Iterable[tuple[str, str]] = ()) -> None:
    """Show the end of a page that only editors use. `params` are the same as for `show_header`."""
    page._show_html(page.fill(frame.render_footer(page.request, page.path, params)))
    show_update_notice(page.context)


def site_origin() -> str:
    """Return the address of the dashboard without a path.

    This is TRACKER_PUBLIC_URL if it is set, otherwise the address in the browser.
    """
    if public := load_config().public_url:
        return public
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"http://127.0.0.1:{os.environ.get('PORT', '8501')}"
