"""The choice of who can read a private entry: only the editor's organisation, chosen ones, or all of this tracker."""

import streamlit as st

from pages.shared.layout import Page
from tracker.model.organisations import ALL, Privacy, SharedWith

OWN, CHOSEN = "own", "chosen"
"""The codes of the choice, besides ALL."""


def choose_readers(page: Page, key: str, private: Privacy | None = None, *, is_new: bool = True) -> Privacy | None:
    """Show the choice under the widget keys that begin with `key`, and return whose the entry will be, as it is chosen.

    `private` says whose an entry is that is not new. Nothing is shown if there is no other organisation, or if the
    person may not share the entry: what is nobody's yet is shared by the editors alone.
    """
    context, view = page.context, page.view
    _ = context.language.gettext
    own = page.editor_organisation or view.editors.id
    private = Privacy(organisation=own) if is_new else private
    others = {o.id: context.label(o) for o in view.organisations.values() if o.id != own}
    owner = private.organisation if private else view.editors.id
    if owner != own or not any(not view.organisations[other].is_editors for other in others):
        return private
    labels = {
        OWN: _("Only {organisation}", organisation=context.label(view.organisations.get(own, view.editors))),
        CHOSEN: _("Chosen organisations"),
        ALL: _("All organisations of this tracker"),
    }
    before = private.shared_with if private else ALL
    start = ALL if before == ALL else CHOSEN if before else OWN
    st.radio(
        _("Who can read this"),
        list(labels),
        list(labels).index(st.session_state.get(key, start)),
        format_func=lambda code: labels[code],
        key=key,
    )
    if st.session_state[key] == CHOSEN:
        chosen = [other for other in before if other in others] if isinstance(before, tuple) else []
        which = f"{key}_which"
        st.multiselect(
            _("Which organisations?"),
            list(others),
            st.session_state.get(which, chosen),
            format_func=lambda code: others[code],
            key=which,
        )
    shared_with = chosen_readers(key)
    return private if shared_with is None else Privacy(organisation=own, shared_with=shared_with)


def chosen_readers(key: str) -> SharedWith | None:
    """Return what is chosen now, also while a button is being answered. None if there was no choice."""
    chosen = st.session_state.get(key)
    if chosen == CHOSEN:
        return tuple(sorted(st.session_state.get(f"{key}_which", ())))
    return None if chosen is None else ALL if chosen == ALL else ()


def forget_readers(key: str) -> None:
    """Forget the choice after a save: the next entry is the organisation's own again."""
    for name in (key, f"{key}_which"):
        st.session_state.pop(name, None)
