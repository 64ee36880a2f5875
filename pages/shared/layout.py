"""The start and end of every page: `open_page`, `show_header`, `show_footer`. Also the signed-in person and the store."""

import os
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import NoReturn
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import streamlit as st

from pages.shared.markdown import escape_markdown
from pages.shared.navigation import PAGES
from pages.shared.streamlit_internals import release_widget_state
from pages.shared.update_notice import show_update_notice
from tracker.accounts.accounts_file import accounts_file, cookie_name, person_from_cookies
from tracker.config import StoragePlace, load_config
from tracker.editing.store import Store
from tracker.i18n import LANGUAGES, Language, get_language, preferred_language
from tracker.model.errors import NoDataset, PastDateRefused, StateUnavailable
from tracker.model.organisations import own_organisation
from tracker.model.permissions import READER, Permission, Person
from tracker.model.records import Recommendation
from tracker.model.registers import Settings
from tracker.publishing.pages.mistake_report import draft_mistake_report
from tracker.publishing.pages.refused_date import refusal_sentence
from tracker.publishing.render_context import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import outage_sentence, page_title
from tracker.queries.current_view import current_view, reader_of
from tracker.queries.file_names import name_file
from tracker.queries.first_steps import first_steps
from tracker.queries.lists.filters import Filters
from tracker.queries.past_dates import as_of_choice, recorded_choice
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
    """One run of a page: `context` for its templates, and the `path` of the page."""

    context: RenderContext
    path: str
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
        if html := render(template, self.context, **values).strip():
            st.html(_RawHtml(html))

    def show_shared(self, template: str, values: Callable[[], dict[str, object]], *key: Hashable) -> None:
        """Show a template that looks the same to all readers. It is rendered once for each view, language and `key`.

        `values` returns the values for the template, and is called only if nothing is stored. The template sees a reader,
        never the person who is signed in.
        """
        context = replace(self.context, person=READER)

        def rendered() -> _RawHtml:
            return _RawHtml(render(template, context, **values()).strip())

        html = self.view.cached(template, (context.language, context.sticky_params, *key), rendered, most=50)
        st.html(html)


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
    settings = current.settings
    language = _language(settings)
    sticky = [("lang", language.code)] if st.query_params.get("lang") in LANGUAGES else []
    sticky += [("as_of", current.as_of.isoformat())] if current.as_of else []
    sticky += [("recorded", current.recorded)] if current.recorded else []
    person = current_person()
    release_widget_state(path)
    if person.can(Permission.SAVE):
        if st.session_state.get("typist", (person.handle,))[0] != person.handle:
            st.session_state.clear()  # what somebody else typed in this tab
        st.session_state["typist"] = (person.handle, person.organisation)
    context = RenderContext(current, language, tuple(sticky), person=person)
    handle, organisation = st.session_state.get("typist", ("", ""))
    page = Page(context, path, is_editors=bool(handle), editor_organisation=organisation)
    if refused:
        _show_refused_date(page, refused)
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


def _show_refused_date(page: Page, refused: PastDateRefused) -> NoReturn:
    """Show why the past date in the address cannot be shown, with links to what can be shown. Stop the page."""
    others = {"lang", "as_of", "recorded", "editing"}
    params = [
        (name, value) for name in st.query_params if name not in others for value in st.query_params.get_all(name)
    ]
    link = page.context.link
    show_header(page, params, refused=[(refused.parameter, refused.value)])
    page.show(
        "layout/refused_date.html",
        sentence=refusal_sentence(page.context.language, refused),
        first=link(page.path, *params, ("recorded", refused.first.isoformat())) if refused.first else "",
        current=link(page.path, *params),
    )
    show_footer(page)
    st.stop()


def show_header(
    page: Page, params: Iterable[tuple[str, str]], *, refused: Iterable[tuple[str, str]] = (), searched: str = ""
) -> None:
    """Show the top of a page, with warnings about data files that cannot be read.

    `params` are the URL parameters of exactly this view, without the language, `as_of` and `recorded`. `refused` are
    past dates that cannot be shown; only the links to other languages keep them, so that these pages say so too. `searched`
    is what the search box holds.
    """
    context, language = page.context, page.context.language
    _ = language.gettext
    own_params = list(params)
    all_params = [*own_params, *(pair for pair in context.sticky_params if pair[0] != "lang"), *refused]
    page.show(
        "layout/header.html",
        ways=menu(page),
        searched=searched,
        here="/recommendations" if page.path == "/recommendation" else page.path,
        other_language={code: page.path + "?" + urlencode([*all_params, ("lang", code)]) for code in LANGUAGES},
        link_here=permalink_here(page, own_params),
        today=page.path + "?" + urlencode([*own_params, ("lang", language.code)]),
        dated=as_of_choice(page.view),
        published=recorded_choice(page.view),
    )
    if not context.person.can(Permission.SAVE):
        waits = session_cookie_name() in st.context.cookies and not can_check_sign_in()
        if page.is_editors or waits:
            page.show("layout/session_ended.html", waits=waits, has_form=page.is_editors)
    if unread := store().reader.unavailable:
        since = _time_in_words(page, unread.since)
        st.warning(escape_markdown(_("The data cannot be read since {time}; this is how it stood then.", time=since)))
    if context.view.dataset.problems:
        _show_problems(page)
    if steps := first_steps(page.view, page.path, can_save=context.can_save, people=_number_of_people):
        page.show("layout/first_steps.html", steps=steps)


def _number_of_people() -> int:
    with suppress(StateUnavailable):
        return len(accounts_file(load_config()).read().people)
    return 0


def menu(page: Page) -> list[tuple[str, str]]:
    """Return the pages in the menu of this person, each as (path, name)."""
    hidden = {"/recommendation", "/edit", "/search", "/import"}
    if not page.context.person.can(Permission.SEE_HEALTH):
        hidden |= {"/health", "/submission"}
    return [(path, page.context.language.gettext(name)) for path, (_, name) in PAGES.items() if path not in hidden]


def permalink_here(page: Page, params: Iterable[tuple[str, str]]) -> str:
    """Return the absolute link to exactly this view, with the URL parameters `params`.

    The link always has the language and, for a past view, its dates. It never has `editing`, the version on which a form
    was opened.
    """
    shared = [pair for pair in params if pair[0] != "editing"]
    past = [pair for pair in page.context.sticky_params if pair[0] != "lang"]
    return site_origin() + page.path + "?" + urlencode([*shared, *past, ("lang", page.context.language.code)])


def site_origin() -> str:
    """Return the address of the dashboard without a path.

    This is TRACKER_PUBLIC_URL if it is set, otherwise the address in the browser.
    """
    if public := load_config().public_url:
        return public
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"http://127.0.0.1:{os.environ.get('PORT', '8501')}"


def _show_problems(page: Page) -> None:
    language, problems = page.context.language, page.view.dataset.problems
    outdated = page.view.dataset.outdated_counts
    _ = language.gettext
    if n := len([problem for problem in problems if problem.path not in outdated]):
        st.warning(
            language.ngettext(
                "{n} entry in the data files cannot be read and is left out here. The rest is shown.",
                "{n} entries in the data files cannot be read and are left out here. The rest is shown.",
                n,
            )
        )
    if n := sum(outdated.values()):
        st.warning(
            _("Some files are being edited and cannot be read now. Entries shown in an earlier version: {n}.", n=n)
        )
    if page.context.person.handle and page.path != "/health":  # that page lists all of them
        page.show("layout/problems.html", problems=problems, most=20, name_file=name_file, evidence={})


def _time_in_words(page: Page, timestamp: float) -> str:
    """Return a time in the time zone of the dataset. If the time is not today, the result includes the day.

    `timestamp` is in seconds since 1970.
    """
    moment = datetime.fromtimestamp(timestamp, ZoneInfo(page.view.settings.timezone))
    day = moment.date()
    return f"{moment:%H:%M}" if day == page.view.today else f"{page.context.language.format_day(day)}, {moment:%H:%M}"


def show_footer(page: Page, params: Iterable[tuple[str, str]] = (), r: Recommendation | None = None) -> None:
    """Show the end of a page: who publishes it, and how to report a mistake.

    `params` are the same as for `show_header`. `r` is the recommendation that the page is about, if there is one. If the
    address names evidence or a document with `mistake`, the report is about it, and is open.
    """
    request = ViewRequest(page.view, page.context.language, Filters(), origin=site_origin())
    named = st.query_params.get("mistake", "")
    entry = page.view.evidence.get(named) or page.view.documents.get(named)
    report = draft_mistake_report(request, permalink_here(page, params), entry or r)
    page.show("layout/footer.html", report=report, entry=entry)
    show_update_notice(page.context)
