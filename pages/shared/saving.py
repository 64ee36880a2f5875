"""Saving from a page: what it changed is said, and can be undone; what stands in the way is said too."""

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
    """What the last save of this session changed, and what each record was before."""

    page_id: str
    message: str
    undo: tuple[tuple[Record | None, Record], ...] = ()
    undo_private: Callable[[Page, "Saved"], None] | None = None
    """What undoes it where it was not saved among what is public."""


def save_records(page: Page, on: str, changed: Sequence[Record], reason: str, words: Callable[[View], str]) -> bool:
    """Saves all the records or none. When it worked, the page that is drawn next says so in `words`."""
    language, dataset = page.context.language, page.view.dataset.unmasked
    _ = language.gettext
    before = {Recommendation: dataset.recommendations, Evidence: dataset.evidence, Document: dataset.documents}
    try:
        after = store().save(*changed, by=current_person(), reason=reason)
    except Conflict as conflict:
        _notice_it(page, on, conflict)
        return False
    except SafetyFindings as unsafe:
        ask_about_findings(page, unsafe)
        return False
    except NotAllowed:
        st.error(_("You are not signed in any more. Nothing was recorded; what you typed is still here."))
        return False
    except TrackerError as bad:
        st.error(_("Nothing was recorded. What you typed is still here.") + " " + escape_markdown(str(bad)))
        return False
    pairs = tuple((before[type(record)].get(record.id), record) for record in after)
    st.session_state["saved"] = Saved(on, words(page_view()), pairs)
    return True


def _notice_it(page: Page, on: str, conflict: Conflict) -> None:
    """Reads the newer file at once, so that the page is drawn with it and the form says so."""
    language = page.context.language
    _ = language.gettext
    with suppress(NoDataset):
        store().reader.read(fresh=True)
    if conflict.current is not None:
        words = _("It was changed in between. Nothing was overwritten: look at the newer version, then decide.")
        st.session_state["saved"] = Saved(on, words)
        st.rerun()
    st.error(_("The file was removed or broken in between. Nothing was recorded; copy what you typed."))


def show_saved(page: Page, on: str) -> None:
    """What was saved last on this page, with a way to undo it."""
    language, last = page.context.language, st.session_state.get("saved")
    _ = language.gettext
    if last is None or last.page_id != on:
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
    # the recommendation first: then nothing that counts names what is gone
    changed = [replace(reversal_of(before, after, reason), version=after.version) for before, after in last.undo]
    save_records(
        page,
        last.page_id,
        changed,
        _("Undone right after it was saved."),
        lambda _now: _("Undone. It stays in the history and counts no more."),
    )
    if (now := st.session_state.get("saved")) and now.page_id == last.page_id:
        st.session_state["saved"] = replace(now, undo=())
