"""Show that a record was changed after a form was opened on it, and how what was typed differs from it now."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from pages.shared import layout
from pages.shared.audience import show_audience
from pages.shared.layout import Page
from pages.shared.saving import point_to_conflict
from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.records import Recommendation
from tracker.queries.field_diff import diff_records


def show_conflict(
    page: Page,
    *,
    names: Sequence[str] = (),
    current: Record | None = None,
    edited: Record | None = None,
    errors: Sequence[str] = (),
) -> bool:
    """Show a conflict. Return whether there is something to save on top of the newer versions.

    `names` are the titles of the changed records, if several records are saved at once. Otherwise `current` is the
    record as recorded now, and `edited` is what a save would make of it. It is None if the input makes no valid record;
    then `errors` says why.
    """
    changed = [n for n in RECORDED_LISTS if edited and getattr(current, n, ()) != getattr(edited, n, ())]
    is_new = edited is not None and len(getattr(edited, "assessments", ())) > len(getattr(current, "assessments", ()))
    edits = diff_records(current, edited) if current and edited else ()
    mine = edited.assessments[-1] if is_new else None
    links = [name for name in changed if name != "assessments" or not is_new]
    page.show(
        "forms/conflict.html",
        names=names,
        current=current,
        edits=edits,
        links=links,
        mine=mine,
        wrong=errors,
        saver=layout.store().saver_of(current.version) if current else "",
        status=_status_with(page, edited) if is_new and isinstance(edited, Recommendation) else "",
        arrive=st.session_state.get("conflict_token", ""),
    )
    return bool(edits or changed or errors)


def _status_with(page: Page, edited: Recommendation) -> str:
    """Return the label of the public status that `edited` has, once it is saved."""
    recommendations = {**page.view.dataset.recommendations, edited.id: edited}
    view = replace(page.view, dataset=replace(page.view.dataset, recommendations=recommendations))
    return page.context.label(view.status(edited))


def warn_if_changed(page: Page, current: Record, version: str, *, keys: Sequence[str] = ()) -> None:
    """Show a warning if the record was changed after the form was opened on `version`.

    `keys` are the widget keys of the buttons below the warning. If one was pressed, the browser goes to the warning.
    """
    if version != current.version:
        if any(st.session_state.get(key) for key in keys):
            point_to_conflict()
        saver = layout.store().saver_of(current.version)
        page.show("forms/changed_warning.html", saver=saver, arrive=st.session_state.get("conflict_token", ""))


class ActionWords(NamedTuple):
    """The translated labels of a button: `label`, and `anyway` if the record was changed after the form was opened."""

    label: str
    anyway: str


def show_action_button(
    page: Page, words: ActionWords, record: Record, *, version: str, key: str, is_public: bool = True
) -> bool:
    """Show a button that acts on `record` as it is now, and return whether it was pressed.

    If the record was changed after the form was opened on `version`, a warning stands above the button. `is_public` says
    whether everybody can read what the button saves.
    """
    pressed = [str(name) for name, value in st.session_state.items() if value is True]
    warn_if_changed(page, record, version, keys=[name for name in pressed if name.startswith(f"{key}_")])
    show_audience(page, is_public=is_public, private=getattr(record, "private", None))
    label = words.label if version == record.version else words.anyway
    # The key holds the version that is shown: a click on a version that the editor has not seen does nothing.
    return st.button(label, type="primary", key=f"{key}_{record.version}")
