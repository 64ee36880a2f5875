"""Hand the draft of a review to a colleague, and answer a draft that a colleague offers."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from pages.forms.private.readers import choose_readers, chosen_readers
from pages.shared.import_drafts import ImportDraft, change_draft, forget_choices, has_review, reachable_drafts
from pages.shared.layout import Page, draft_owner
from pages.shared.markdown import escape_markdown
from tracker.accounts.accounts_file import accounts_file
from tracker.config import load_config
from tracker.model.errors import StateUnavailable, TrackerError
from tracker.model.organisations import Organisation, Privacy, can_read, own_organisation
from tracker.model.permissions import Permission, Person
from tracker.publishing.wording import error_sentence

WRONG = "hand_over_wrong"


READERS = "hand_over_readers"


def colleagues(private: Privacy | None, organisations: Iterable[Organisation]) -> list[str]:
    """Return the handles of the other people who can edit and may read the draft, in alphabetical order.

    `private` says whose the draft is and with whom it is shared. Nobody's after the sign-in ended.
    """
    me, organisations = draft_owner(), tuple(organisations)
    with suppress(StateUnavailable):
        people = accounts_file(load_config()).read().people
        can_edit = [Person(one.role, one.handle, one.organisation) for one in people if not one.revoked]
        return sorted(
            each.handle
            for each in can_edit
            if me
            and each.handle != me
            and each.can(Permission.SAVE)
            and can_read(private, own_organisation(each, organisations))
        )
    return []


def show_hand_over(page: Page, draft_id: str, *, prefix: str = "import_") -> None:
    """Show a button that opens the list of colleagues, and one that hands them the draft.

    `prefix` begins the widget keys of the review, which this tab forgets.
    """
    _ = page.context.language.gettext
    with st.popover(_("Hand over…")):
        draft = next((draft for draft in reachable_drafts() if draft.id == draft_id), None)
        private = choose_readers(page, READERS, draft.private if draft else None, is_new=False)
        people = colleagues(private, page.view.settings.organisations)
        if not people:
            st.write(_("There is no other editor yet."))
            return
        chosen = st.selectbox(
            _("To whom?"), people, index=None, placeholder=_("Choose a colleague"), key="hand_over_to"
        )
        st.button(
            _("Hand over"),
            key="hand_over",
            disabled=not chosen,
            on_click=_offer,
            args=(draft_id, chosen or "", prefix),
        )


def show_offered_drafts(page: Page) -> None:
    """Show the drafts that colleagues offer to this editor, and those of this editor that wait for a colleague's answer."""
    if not page.can_edit or not page.context.person.can(Permission.SAVE):
        return
    _ = page.context.language.gettext
    me = draft_owner()
    if wrong := st.session_state.pop(WRONG, None):
        st.error(escape_markdown(error_sentence(page.context.language, wrong)))
    for draft in reachable_drafts():
        if draft.offered_to == me:
            sentence = _("{person} handed you a draft of {name}.", person=draft.owner, name=draft.name)
            is_busy = has_review()
            _show_line(page, draft, sentence, answers=[(_("Open"), _accept, is_busy), (_("Decline"), _decline, False)])
            if is_busy:
                st.caption(_("First save, discard or hand over the review that you have open."))
        elif draft.offered_to:
            sentence = _("You handed your draft of {name} to {person}.", person=draft.offered_to, name=draft.name)
            _show_line(page, draft, sentence, answers=[(_("Keep it myself"), _take_back, False)])
        elif draft.declined_by:
            sentence = _(
                "{person} did not take your draft of {name}. It is yours again.",
                person=draft.declined_by,
                name=draft.name,
            )
            _show_line(page, draft, sentence, answers=[])


Answer = Callable[[str], None]


def _show_line(page: Page, draft: ImportDraft, sentence: str, *, answers: list[tuple[str, Answer, bool]]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"rt_draft_{draft.id}"):
        href = "" if page.path == "/import" else page.context.link("/import")
        page.show("forms/offered_draft.html", sentence=sentence, href=href)
        for label, answer, is_disabled in answers:
            st.button(
                label,
                key=f"{answer.__name__}_{draft.id}",
                disabled=is_disabled,
                on_click=answer,
                args=(draft.id,),
            )


def _change(draft_id: str, change: Callable[[ImportDraft, str], ImportDraft]) -> None:
    try:
        change_draft(draft_id, change)
    except TrackerError as error:
        st.session_state[WRONG] = error.with_traceback(None)


def _offer(draft_id: str, to: str, prefix: str) -> None:
    if to:
        _change(draft_id, lambda d, me: _offered(d, to) if d.owner == me else d)
        forget_choices(prefix)


def _offered(draft: ImportDraft, to: str) -> ImportDraft:
    """Return the draft as it is offered, shared as chosen now. What the colleague may not read reaches nobody."""
    shared_with = chosen_readers(READERS)
    shared = (
        draft.private if shared_with is None or not draft.private else replace(draft.private, shared_with=shared_with)
    )
    return replace(draft, offered_to=to, declined_by="", private=shared)


def _accept(draft_id: str) -> None:
    # the one who offered it may have taken it back at this moment
    _change(draft_id, lambda d, me: replace(d, owner=me, offered_to="", declined_by="") if d.offered_to == me else d)


def _decline(draft_id: str) -> None:
    _change(draft_id, lambda d, me: replace(d, offered_to="", declined_by=me) if d.offered_to == me else d)


def _take_back(draft_id: str) -> None:
    _change(draft_id, lambda d, me: replace(d, offered_to="") if d.owner == me else d)
