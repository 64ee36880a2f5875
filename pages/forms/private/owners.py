"""Say that private entries from before have no owner, and let a reviewer choose whose they are. Once for all of them."""

from contextlib import suppress

import streamlit as st

from pages.forms.button_errors import note_error, show_button_error
from pages.forms.private.evidence import private_folder
from pages.shared import layout
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from tracker.accounts.accounts_file import accounts_file
from tracker.config import load_config
from tracker.model.errors import StateUnavailable, TrackerError
from tracker.model.organisations import ALL
from tracker.model.permissions import Permission
from tracker.publishing.wording import error_sentence

CHOICE, BY_AUTHOR = "old_entries", "author"


def show_entries_without_owner(page: Page) -> None:
    """Say how many private entries have no owner yet, and offer a reviewer the choice. Nothing if there are none."""
    folder, _ = private_folder(page), page.context.language.gettext
    count = folder.without_owner() if folder and page.context.readers(None) else 0
    if not count or not page.can_edit:
        return
    sentence = page.context.language.ngettext(
        "{n} private entry belongs to no organisation yet. All organisations of this tracker can read it.",
        "{n} private entries belong to no organisation yet. All organisations of this tracker can read them.",
        count,
    )
    with st.container(border=True):
        page.show("private/without_owner.html", sentence=sentence)
        if not page.context.person.can(Permission.PUBLISH):
            return
        labels = {
            BY_AUTHOR: _("Each belongs to the organisation of the person who added it, and only it can read it"),
            ALL: _("They belong to the editors, and all organisations can read them"),
        }
        st.radio(
            _("Who can read this"),
            list(labels),
            format_func=lambda code: escape_markdown(labels[code]),
            index=None,
            key=CHOICE,
        )
        st.button(_("Save who can read them"), key="old_entries_save", on_click=_save, args=(page,))
        show_button_error(CHOICE)


def _save(page: Page) -> None:
    chosen, folder, language = st.session_state.get(CHOICE), private_folder(page), page.context.language
    if folder is None or chosen not in (BY_AUTHOR, ALL):
        note_error(CHOICE, language.gettext("Choose who can read them."))
        return
    organisations = None
    if chosen == BY_AUTHOR:
        organisations = {}
        with suppress(StateUnavailable):
            organisations = {one.handle: one.organisation for one in accounts_file(load_config()).read().people}
    try:
        folder.give_owners(organisations, by=layout.current_person(), reason=language.gettext("Whose it is."))
    except TrackerError as error:
        note_error(CHOICE, error_sentence(language, error))
