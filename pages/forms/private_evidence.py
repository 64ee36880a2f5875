"""What only editors see: private evidence and notes. No other page opens the private folder, and none for a reader."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import streamlit as st

from pages.forms.private_notes import show_note_forms
from pages.forms.safety_findings import ask_about_findings
from pages.shared import layout
from pages.shared.layout import Page, store
from pages.shared.markdown import escape_markdown
from pages.shared.saving import Saved
from tracker.config import load_config
from tracker.editing.assessment_form import text_from_input
from tracker.editing.private_evidence import PrivateFolder, to_public
from tracker.editing.private_notes import active_notes
from tracker.editing.undo import reversal_of
from tracker.editing.unpublish import dependants_of, is_unpublished
from tracker.model.errors import Conflict, NotAllowed, SafetyFindings, TrackerError
from tracker.model.labels import N_
from tracker.model.lifecycle import is_withdrawn
from tracker.model.permissions import READER, Permission
from tracker.model.records import Evidence, Recommendation
from tracker.queries.evidence_filters import EvidenceFilters, filter_evidence
from tracker.queries.text_search import parse_search
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.json_schema import schema_comment
from tracker.storage.yaml_writer import record_values, to_block

SIGNED_OUT = N_("You are not signed in any more. Nothing was recorded; what you typed is still here.")
CHANGED = N_("It was changed in between. Nothing was overwritten: look at the newer version, then decide.")


@cache
def _folder(root: Path, public: DatasetReader) -> PrivateFolder:
    return PrivateFolder(root, public)


def private_folder(page: Page) -> PrivateFolder | None:
    """The private folder, for who may see it; None for a reader, and where none is set."""
    root = load_config().private if page.context.person.can(Permission.SEE_PRIVATE) else None
    return _folder(root, store().reader) if root else None


def private_evidence(page: Page) -> Mapping[str, Evidence]:
    """The private evidence by id; nothing for a reader."""
    there = private_folder(page)
    return there.read().evidence if there else {}


def show_private_register(page: Page, wanted: EvidenceFilters) -> None:
    """The private evidence that fits the filters, and what is wrong in the private folder."""
    if (there := private_folder(page)) is None:
        return
    mine = _with(page, there)
    mine.show(
        "private/register.html",
        items=filter_evidence(mine.view, wanted),
        words=parse_search(wanted.q),
        may=_may_publish(page),
    )
    if wrong := there.check():
        st.warning(page.context.language.gettext("Something in the private folder cannot be read or does not fit."))
        st.code("\n".join(map(str, wrong[:20])), language=None, wrap_lines=True)


def show_private_section(page: Page, r: Recommendation) -> None:
    """The private evidence and notes on a recommendation, and the form that adds a note."""
    if (there := private_folder(page)) is None:
        return
    mine, notes = _with(page, there), active_notes(there.read().notes.get(r.id, ()), page.view.recorded)
    mine.show("private/section.html", evidence=mine.view.evidence_for(r), notes=notes, may=_may_publish(page))
    if not page.view.is_past:
        show_note_forms(page, there.notes, r.id, notes)


def save_privately(page: Page, on: str, e: Evidence, reason: str) -> bool:
    """Keeps evidence privately. When it worked, the page that is drawn next says so, and can undo it."""
    language, there, before = page.context.language, private_folder(page), private_evidence(page).get(e.id)
    _ = language.gettext
    try:
        if there is None:
            raise NotAllowed("Only an editor can keep something privately.")
        after = there.save(e, by=layout.current_person(), reason=reason)
    except Conflict:
        _look_again(page, on)
    except NotAllowed:
        st.error(_(SIGNED_OUT))
    except TrackerError as bad:
        st.error(_("Nothing was recorded. What you typed is still here.") + " " + escape_markdown(str(bad)))
    else:
        st.session_state["saved"] = Saved(
            on, _("It is kept privately. Only editors see it."), ((before, after),), _undo
        )
        return True
    return False


def _undo(page: Page, last: Saved) -> None:
    language, ((before, after),) = page.context.language, last.undo
    _ = language.gettext
    why = _("Undone right after it was saved.")
    e = reversal_of(before, after, text_from_input(why, language))
    if isinstance(e, Evidence) and save_privately(page, last.page_id, replace(e, version=after.version), why):
        st.session_state["saved"] = Saved(last.page_id, _("Undone. It stays in the history and counts no more."))


def _look_again(page: Page, on: str) -> None:
    if there := private_folder(page):
        there.read(fresh=True)
    st.session_state["saved"] = Saved(on, page.context.language.gettext(CHANGED))
    st.rerun()


def show_publish_form(page: Page, name: str) -> str | None:
    """Shows exactly what becomes public, and makes it public when that is wanted; then its id."""
    language, there = page.context.language, private_folder(page)
    _ = language.gettext
    e = there.read().evidence.get(name) if there else None
    if there is None or e is None or is_withdrawn(e.events) or not _may_publish(page):
        page.show("private/nothing.html", public=False, back=page.context.link("/evidence"))
        return None
    new = to_public(e)
    public = replace(page.view, dataset=replace(page.view.dataset, evidence={**page.view.dataset.evidence, name: new}))
    values = {key: value for key, value in record_values(new).items() if key != "id"}
    as_seen = replace(page, context=replace(page.context, view=public, person=READER))
    as_seen.show("private/publish.html", e=new, yaml=schema_comment(Evidence) + to_block(values))
    # The key holds the version that is shown: nobody makes public what they have not seen.
    if not st.button(_("Make it public"), type="primary", key=f"publish_{name}_{e.version}"):
        return None
    if _did(page, lambda: there.publish(e, store(), by=layout.current_person())):
        st.session_state["saved"] = Saved("edit", _("It is public now, and no longer private."))
        return name
    return None


def show_unpublish_form(page: Page, name: str) -> None:
    """Shows what would be made private again and what rests on it, and does it when that is wanted."""
    language, dataset = page.context.language, page.view.dataset.unmasked
    _ = language.gettext
    there, e = private_folder(page), dataset.evidence.get(name)
    back = page.context.link("/evidence")
    if there is None or e is None or not _may_publish(page):
        page.show("private/nothing.html", public=True, back=back)
        return
    if is_unpublished(e):
        # That it is done is said from the files: every session forgets what it knew, this one too.
        page.show(
            "private/unpublished_stub.html", e=e, back=back, there=[back + f"#e-{copy}" for copy in there.copies(name)]
        )
        return
    # of the same bytes: last time the machine stopped in between
    private = there.read().evidence
    half = any(private[copy].version == e.version for copy in there.copies(name))
    page.show("private/unpublish.html", e=e, rests=dependants_of(dataset, name), half=half)
    # The key holds the version that is shown: nobody takes back what they have not seen.
    if not st.button(_("Make it private again"), type="primary", key=f"unpublish_{name}_{e.version}"):
        return
    if _did(page, lambda: there.unpublish(e, store(), by=layout.current_person(), day=page.view.today)):
        st.rerun()


def _did(page: Page, deed: Callable[[], object]) -> bool:
    """Whether it was done; what stood in the way is said."""
    try:
        deed()
    except Conflict:
        store().reader.read(fresh=True)
        _look_again(page, "edit")
    except NotAllowed:
        st.error(page.context.language.gettext(SIGNED_OUT))
    except SafetyFindings as unsafe:
        ask_about_findings(page, unsafe)
    except TrackerError as bad:
        st.error(escape_markdown(str(bad)))
    else:
        return True
    return False


def can_unpublish(page: Page) -> bool:
    """Whether public evidence can be made private again from this page."""
    return _may_publish(page) and private_folder(page) is not None


def _with(page: Page, there: PrivateFolder) -> Page:
    """The page with the private evidence in the place of the public one."""
    return replace(page, context=replace(page.context, view=there.view(page.view)))


def _may_publish(page: Page) -> bool:
    return page.context.person.can(Permission.PUBLISH) and not page.view.is_past
