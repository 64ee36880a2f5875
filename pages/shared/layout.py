"""Open a page and show it: `open_page`, then `Page.show_parts` for a reader's page, or `show_header` and `show_footer`.

This module also has the list of the pages, the person who is signed in, and the store.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from typing import NoReturn
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.shared.messages import _, choose_page_language, escape_markdown, page_language
from pages.shared.streamlit_internals import forget_session, release_widget_state, reset_count
from tracker.accounts.accounts import Account
from tracker.accounts.accounts_file import accounts_file, cookie_name, person_from_cookies, sign_in_mark
from tracker.config import Config, StoragePlace, load_config
from tracker.editing.store import Store, still_signed_in
from tracker.model.dataset import Record
from tracker.model.errors import NoDataset, PastDateRefused, StateUnavailable
from tracker.model.organisations import Privacy, as_listed, can_publish, own_organisation
from tracker.model.ownership import fixed_fields, keeper_of, others_owner
from tracker.model.permissions import Permission, Person, Role
from tracker.model.registers import Deadline
from tracker.publishing.pages import frame
from tracker.publishing.pages.frame import EDITORS_PAGES, PAGE_NAMES, first_steps
from tracker.publishing.render_context import PersonalRequest, ViewRequest, render
from tracker.publishing.wording import outage_sentence, page_title
from tracker.queries.current_view import current_view, reader_of
from tracker.queries.lists.filters import Filters
from tracker.queries.localized_names import describe_file
from tracker.queries.search.file_search import file_text_index
from tracker.queries.view import View
from tracker.safety.dismissals import Dismissals, load_dismissals
from tracker.storage.dataset_reader import clear_caches_after_redaction

PAGE_FILES = {"/": "overview", "/health": "data_health", "/import": "import_document"}
"""Path of a page → name of its file in `pages`, without .py, if it is not that of the path."""
PAGES = {
    path: (PAGE_FILES.get(path, path.strip("/").replace("-", "_")), name)
    for path, name in (PAGE_NAMES | EDITORS_PAGES).items()
}
"""Path of the page in the address → (name of its file in `pages`, without .py; title of the page, to be translated)"""
UrlParams = Sequence[tuple[str, str]]
"""Parameters of an address, each as (name, value)."""
LOOK_FOR_DATA_EVERY_SECONDS = 5.0
"""How often, in seconds, a page without data checks whether there is data now."""


def run_navigation() -> None:
    """Run the page that the address in the browser names."""
    resets = reset_count()
    # a copy, because Streamlit marks a page object while its page runs
    page = copy(st.navigation(_pages(), position="hidden"))
    try:
        page.run()
    except Exception:
        # after a redaction, another thread clears the state of every session, also of one whose page runs
        if reset_count() == resets and resets % 2 == 0:
            raise
        st.rerun()


# made once, because Streamlit looks for the file of each page on the disk, which takes a tenth of a page run
@cache
def _pages() -> list[StreamlitPage]:
    return [
        st.Page(f"pages/{file}.py", title=name, url_path=path.strip("/"), default=path == "/")
        for path, (file, name) in PAGES.items()
    ]


@cache
def _store(place: StoragePlace) -> Store:
    return Store(reader_of(place), is_dismissed=load_dismissals(load_config()).covers)


def store() -> Store:
    """Return the store that saves changes of the public data. All sessions share it."""
    return _store(load_config().data)


def page_view() -> View:
    """Return the view that the address asks for. Raises NoDataset or, for an impossible past date, PastDateRefused."""
    return current_view(load_config().data, st.query_params)


def current_person() -> Person:
    """Return who is signed in now, or READER. Call this before every save: the page may have been open for days.

    Whoever belongs to an organisation that is not listed only reads. A save in this run asks again when nobody else
    saves any more.
    """
    cookies = dict(st.context.cookies), session_cookie_name()

    def now() -> Person:
        person = person_from_cookies(*cookies, load_config())
        with suppress(NoDataset):
            settings = store().reader.read().settings
            # what was gathered is changed in the tracker that it comes from
            person = replace(person, role=Role.READER) if settings.gathered else person
            return as_listed(person, settings.organisations)
        return person

    person = now()
    still_signed_in.set(lambda: now() == person)
    return person


def draft_owner() -> str:
    """Return the handle of the editor whose drafts this tab may read and change now, or "".

    "" means that nobody who may save is signed in, or that another person opened this tab. Call this for each access
    to a draft that is kept outside this tab: the sign-in may end at any time.
    """
    person = current_person()
    is_theirs = st.session_state.get("typist", (person.handle,))[0] == person.handle
    return person.handle if is_theirs and person.can(Permission.SAVE) else ""


def organisation_now() -> str:
    """Return the organisation id of the person signed in now, by default that of the tracker's editors."""
    return own_organisation(current_person(), store().reader.read().settings.organisations)


def can_check_sign_in() -> bool:
    """Return whether the accounts can be read now. While they cannot be read, everybody is treated as a reader."""
    try:
        accounts_file(load_config()).read()
    except StateUnavailable:
        return False
    return True


def all_accounts() -> Sequence[Account]:
    """Return the accounts of all people, also those that were revoked. Return () while they cannot be read."""
    with suppress(StateUnavailable):
        return accounts_file(load_config()).read().people
    return ()


def publishers_in_words(page: "Page", private: Privacy | None) -> str:
    """Return a sentence of who may publish what is private, and another one if no account of a reviewer may."""
    known, editors = page.view.organisations, page.view.editors.id
    may = {id for id in known if can_publish(private, id)} if len(known) > 1 else {"", editors}
    people = [one for one in all_accounts() if not one.revoked]
    reviewers = (one for one in people if one.role is Role.REVIEWER)
    is_reachable = not people or any((one.organisation or editors) in may for one in reviewers)
    told = "" if is_reachable else _("No such reviewer has an account yet: ask whoever runs this tracker for one.")
    return " ".join(filter(None, [page.context.publishers(private), told]))


def organisations_by_handle(page: "Page") -> dict[str, str]:
    """Return a mapping: handle → short name of the organisation, if the account has one. Return {} for a reader."""
    accounts = all_accounts() if page.context.person.handle else ()
    known, label = page.view.organisations, page.context.label
    return {one.handle: label(known[one.organisation]) for one in accounts if one.organisation in known}


def session_cookie_name() -> str:
    """Return the name of this server's session cookie."""
    return cookie_name(load_config().public_url, int(st.get_option("server.port") or 8501))


class _RawHtml(str):
    """HTML that Streamlit shows unchanged. Streamlit would re-indent a `str`, which takes 1.3 ms for 100 recommendations."""

    _repr_html_ = str.__str__


@dataclass(frozen=True)
class Page:
    """One run of a page for one person."""

    context: PersonalRequest
    """What templates get. It includes the person who is signed in."""
    path: str
    """The path in the address, such as "/evidence"."""
    request: ViewRequest
    """What the address asks for. The person is not in it: all readers get the same."""
    config: Config
    """The settings of this dashboard."""
    is_opened_by_editor: bool = False
    """Whether an editor opened the page. It stays true while it cannot be checked whether the sign-in still holds."""
    editor_organisation: str = ""
    """The id of this editor's organisation, or ""."""

    @property
    def view(self) -> View:
        """Return the view of the data that this run shows."""
        return self.context.view

    @property
    def sign_in_mark(self) -> str:
        """Return the mark by which live.js finds that the sign-in has ended, "" for a reader."""
        return sign_in_mark(st.context.cookies, session_cookie_name(), self.config) or ""

    @property
    def dismissals(self) -> Dismissals:
        """Return the findings of the safety check that a reviewer dismissed."""
        return load_dismissals(self.config)

    @property
    def can_edit(self) -> bool:
        """Return whether an editor opened the page and it shows no past state. The sign-in may end at any time."""
        return self.is_opened_by_editor and not self.view.is_past

    def others_owner(self, item: Record | Deadline | None) -> str:
        """Return the id of the other organisation to which something belongs, "" if this editor may change it.

        With `propose` in the address, what may be changed only in part is proposed (see `keeper_of`).
        """
        editor = Person(organisation=self.editor_organisation)
        owner = others_owner(self.view.dataset, item, editor) if item else ""
        if not owner and "propose" in st.query_params and isinstance(item, Record) and self._fixed(item):
            return keeper_of(self.view.dataset, item)
        return owner

    def fixed_fields(self, record: Record | None) -> frozenset[str]:
        """Return the fields that this editor may not change in a record that is everybody's (see `fixed_fields`)."""
        return frozenset() if record is None or self.others_owner(record) else self._fixed(record)

    def _fixed(self, record: Record) -> frozenset[str]:
        return fixed_fields(self.view.dataset, record, Person(organisation=self.editor_organisation))

    def show(self, template: str, **values: object) -> None:
        """Render a template with `values` and show the resulting HTML, if it is not empty."""
        self._show_html(render(template, self.context, **values))

    def show_parts(self, render_page: frame.PageRenderer, **values: object) -> Iterator[str]:
        """Show a reader's page part by part. After a part, yield the place at which the caller shows what editors see.

        The first place is "top", below the header. `values` are for the templates of the marks (see `fill`).
        """
        rendered = render_page(self.request)
        _set_title(rendered.title)
        *parts, (footer, _end) = rendered.parts
        for html, place in parts:
            self._show_html(self.fill(html, **values))
            if place == "top":
                _show_personal_notices(self)
            if place:
                yield place
        self.show_end(self.fill(footer, **values))

    def show_page(self, render_page: frame.PageRenderer, **values: object) -> None:
        """Show a reader's page as `show_parts` does, with nothing between its parts."""
        for _place in self.show_parts(render_page, **values):
            pass

    def fill(self, html: str, **values: object) -> str:
        """Return the HTML of a part of a page with its marks `<!--rt name id-->` replaced or, for a reader, removed.

        For a person who is signed in, a mark becomes the template editors/name.html, which gets `values` and the
        `id`, and what only readers see (frame.FOR_READERS) is removed.
        """
        if not self.context.person.handle:
            return frame.SLOT.sub("", html)

        def filled(mark: re.Match[str]) -> str:
            name = f"editors/{mark[1]}.html"
            return render(name, self.context, id=mark[2] or "", page=self, **values).removesuffix("\n")

        return frame.SLOT.sub(filled, frame.FOR_READERS.sub("", html))

    def show_end(self, footer: str) -> None:
        """Show the footer, and an empty line where app.js offers to show what was saved since."""
        self._show_html(footer + render("layout/live.html", self.context))

    def _show_html(self, html: str) -> None:
        if html.strip():
            st.html(_RawHtml(html))


def _set_title(title: str) -> None:
    """Set the title of the browser tab, and the wide layout without a sidebar."""
    st.set_page_config(page_title=title, layout="wide", initial_sidebar_state="collapsed")


def open_page(path: str) -> Page:
    """Return the `Page` for a path. Every page calls this first.

    If there is no data, or the past date cannot be shown, show why and stop the page. If this tab was opened by a
    sign-in that has ended, or by another person, forget all that it holds: what was typed is in that editor's drafts.
    On a page for editors, set the title of the browser tab.
    """
    refused, config = None, load_config()
    try:
        try:
            current = page_view()
        except PastDateRefused as error:
            current, refused = current_view(config.data, {}), error
    except NoDataset as error:
        _set_title(page_title(config.data, PAGES[path][1] if path != "/" else "", choose_page_language().code))
        _wait_for_data(error)
    if path in EDITORS_PAGES:
        _set_title(page_title(config.data, PAGES[path][1], choose_page_language().code))
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    request = ViewRequest(
        current,
        choose_page_language(current.settings),
        Filters.from_params(current, params),
        origin=site_origin(),
        params=params,
        unread_since=unread.since if (unread := store().reader.unavailable) else 0.0,
        texts=file_text_index(config.data, config.cache_folder),
    )
    person = current_person()
    release_widget_state(path)
    own = own_organisation(person, current.settings.organisations)
    typist = (person.handle, own) if person.can(Permission.SAVE) else ("", "")
    if st.session_state.get("typist", typist) != typist and (person.handle or can_check_sign_in()):
        forget_session()
    if person.can(Permission.SAVE):
        clear_caches_after_redaction(config.private or config.state)
    if person.handle:
        st.session_state["typist"] = typist
    handle, own = st.session_state.get("typist", ("", ""))
    page = Page(
        PersonalRequest.of(request, person),
        path,
        request,
        config=config,
        is_opened_by_editor=bool(handle),
        editor_organisation=own,
    )
    if refused:
        page.show_page(lambda request: frame.render_refused(request, refused, path))
        st.stop()
    return page


def _wait_for_data(error: NoDataset) -> NoReturn:
    """Show why there is no data, and stop the page. The page runs again as soon as there is data."""
    language = page_language()
    st.error(escape_markdown(outage_sentence(language, error)))
    if error.is_in_database:
        st.caption(_("This page opens by itself as soon as the database is back."))
    _watch_for_data()
    st.stop()


@st.fragment(run_every=LOOK_FOR_DATA_EVERY_SECONDS)
def _watch_for_data() -> None:
    with suppress(NoDataset):
        store().reader.read()
        st.rerun()


def show_header(page: Page, params: Iterable[tuple[str, str]]) -> None:
    """Show the top of a page for editors. Its links keep `params`, which must not include the language or past date."""
    page._show_html(page.fill(frame.render_header(page.request, page.path, params)))
    _show_personal_notices(page)


def _show_personal_notices(page: Page) -> None:
    """Show below the header what concerns this person: a sign-in that nobody can check, unreadable data files, first steps."""
    is_reader, has_form = not page.context.person.handle, page.is_opened_by_editor
    if is_reader and (has_form or (session_cookie_name() in st.context.cookies and not can_check_sign_in())):
        page.show("layout/sign_in_unknown.html", has_form=has_form)
    problems = page.view.dataset.problems
    if problems and page.context.person.handle and page.path != "/health":  # that page lists all of them
        page.show("layout/problems.html", problems=problems, most=20, describe_file=describe_file, evidence={})
    can_save, path = page.context.can_save, page.path
    if can_save and path == "/" and page.view.settings.lacks_contact:
        page.show("layout/no_contact.html")
    if can_save and (steps := first_steps(page.view, path, can_save=True, people=lambda: len(all_accounts()))):
        page.show("layout/first_steps.html", steps=steps)


def show_footer(page: Page, params: Iterable[tuple[str, str]] = ()) -> None:
    """Show the footer of a page that only editors use. `params` are as in `show_header`."""
    page.show_end(page.fill(frame.render_footer(page.request, page.path, params)))


def site_origin() -> str:
    """Return the address of the dashboard without a path: TRACKER_PUBLIC_URL, or the browser's, or this machine's."""
    if public := load_config().public_url:
        return public
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"http://127.0.0.1:{os.environ.get('PORT', '8501')}"


def show_audience(page: Page, *, is_public: bool, private_files: int = 0, private: Privacy | None = None) -> None:
    """Show who can read what a form saves. `private_files` is the number of new files that a public record keeps private."""
    page.show("layout/audience.html", public=is_public, private_files=private_files, private=private)


def message_with_readers(page: Page, message: str, private: Privacy | None) -> str:
    """Return the message about a private save, followed by a sentence that says who can read what was saved."""
    return f"{message} {page.context.readers(private) or _('Private: only editors of this tracker can read this')}."
