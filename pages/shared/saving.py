"""Save from a page: show what the save changed, offer to undo it, or explain why it failed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import streamlit as st

from pages.forms.safety_findings import ask_about_findings
from pages.shared.layout import Page, current_person, page_view, store
from pages.shared.markdown import escape_markdown
from tracker.editing.assessment_form import text_from_input
from tracker.editing.undo import reversal_of
from tracker.model.dataset import Record
from tracker.model.errors import Conflict, NoDataset, NotAllowed, SafetyFindings, TrackerError
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.queries.view import View


@dataclass(frozen=True)
class Saved:
    """The last save of this session: the page on which it was made, the message about it, and how to undo it."""

    page_id: str
    message: str
    undo: tuple[tuple[Record | None, Record], ...] = ()
    """(record before the save, record after it) for each record. The first is None for a new record.

    Empty if the save cannot be undone.
    """
    undo_private: Callable[[Page, "Saved"], None] | None = None
    """A function that undoes a save in the private folder. None if the save was in the public folder."""


def save_records(
    page: Page, page_id: str, changed: Sequence[Record], *, reason: str, message: Callable[[View], str]
) -> bool:
    """Save all the records or none, and return whether they were saved.

    After a save, the next run of the page `page_id` shows the text that `message` returns for the new view. If the save
    fails, an error is shown at once and the input is kept. After a conflict the page is run again with the newer
    record.
    """
    language, dataset = page.context.language, page.view.dataset
    _ = language.gettext
    before = {Recommendation: dataset.recommendations, Evidence: dataset.evidence, Document: dataset.documents}
    try:
        after = store().save(*changed, by=current_person(), reason=reason)
    except Conflict as conflict:
        _show_conflict(page, page_id, conflict)
        return False
    except SafetyFindings as unsafe:
        ask_about_findings(page, unsafe)
        return False
    except NotAllowed:
        st.error(_("You are not signed in any more. Nothing was recorded; what you typed is still here."))
        return False
    except TrackerError as error:
        st.error(_("Nothing was recorded. What you typed is still here.") + " " + escape_markdown(str(error)))
        return False
    pairs = tuple((before[type(record)].get(record.id), record) for record in after)
    st.session_state["saved"] = Saved(page_id, message(page_view()), pairs)
    return True


def _show_conflict(page: Page, page_id: str, conflict: Conflict) -> None:
    """Read the newer file at once, and run the page again with a message about the conflict.

    If the file was removed or cannot be parsed, show an error instead.
    """
    language = page.context.language
    _ = language.gettext
    with suppress(NoDataset):
        store().reader.read(fresh=True)
    if conflict.current is not None:
        message = _("It was changed in between. Nothing was overwritten: look at the newer version, then decide.")
        st.session_state["saved"] = Saved(page_id, message)
        st.rerun()
    st.error(_("The file was removed or broken in between. Nothing was recorded; copy what you typed."))


def show_saved(page: Page, page_id: str) -> None:
    """If the last save was made on the page `page_id`, show the message about it and a button that undoes it."""
    language, last = page.context.language, st.session_state.get("saved")
    _ = language.gettext
    if last is None or last.page_id != page_id:
        st.session_state.pop("saved", None)
        return
    page.show("layout/saved.html", words=last.message)
    if last.undo:
        st.button(
            _("Undo"), key=f"undo_{last.undo[-1][1].version}", on_click=last.undo_private or _undo, args=(page, last)
        )


def _undo(page: Page, last: Saved) -> None:
    language = page.context.language
    _ = language.gettext
    reason = text_from_input(_("Undone right after it was saved."), language)
    reversed_records = [
        replace(reversal_of(before, after, reason), version=after.version) for before, after in last.undo
    ]
    save_records(
        page,
        last.page_id,
        reversed_records,
        reason=_("Undone right after it was saved."),
        message=lambda _now: _("Undone. It stays in the history but no longer counts."),
    )
    if (saved := st.session_state.get("saved")) and saved.page_id == last.page_id:
        st.session_state["saved"] = replace(saved, undo=())
