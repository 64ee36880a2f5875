"""What only editors see: private evidence and notes. No other page opens the private folder, and none for a reader."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import streamlit as st

from pages import frame
from pages.frame import Page, store
from pages.safety import cleared
from pages.saving import Saved
from tracker.dataset import Reader
from tracker.evidence import Wanted, wanted_evidence
from tracker.labels import N_
from tracker.model import Evidence, Recommendation
from tracker.people import READER, Deed, NotAllowed
from tracker.places import places
from tracker.private import PrivateFolder, as_public
from tracker.problems import TrackerError
from tracker.render import block, values_of
from tracker.safety import new_texts
from tracker.schema import first_line
from tracker.search import sought
from tracker.store import Conflict

SIGNED_OUT = N_("You are not signed in any more. Nothing was recorded; what you typed is still here.")
CHANGED = N_("It was changed in between. Nothing was overwritten: look at the newer version, then decide.")


@cache
def _folder(root: Path, public: Reader) -> PrivateFolder:
    return PrivateFolder(root, public)


def folder(page: Page) -> PrivateFolder | None:
    """The private folder, for who may see it; None for a reader, and where none is set."""
    root = places().private if page.shown.person.may(Deed.SEE_PRIVATE) else None
    return _folder(root, store().reader) if root else None


def private_evidence(page: Page) -> Mapping[str, Evidence]:
    """The private evidence by id; nothing for a reader."""
    there = folder(page)
    return there.read().evidence if there else {}


def show_register(page: Page, wanted: Wanted) -> None:
    """The private evidence that fits the filters, and what is wrong in the private folder."""
    if (there := folder(page)) is None:
        return
    mine = _with(page, there)
    mine.show(
        "private_register.html",
        items=wanted_evidence(mine.view, wanted),
        words=sought(wanted.q),
        may=_may_publish(page),
    )
    if wrong := there.check():
        st.warning(page.shown.language("Something in the private folder cannot be read or does not fit."))
        st.code("\n".join(map(str, wrong[:20])), language=None, wrap_lines=True)


def show_on(page: Page, r: Recommendation) -> None:
    """The private evidence and notes on a recommendation, and the form that adds a note."""
    if (there := folder(page)) is None:
        return
    _, mine = page.shown.language, _with(page, there)
    notes = there.read().notes.get(r.id, ())
    told = [note for note in notes if not page.view.recorded or (note.recorded or "9") <= page.view.recorded]
    mine.show("private.html", evidence=mine.view.evidence_on(r), notes=told, may=_may_publish(page))
    if page.view.is_past:
        return
    with st.expander(_("Add a private note")):
        key = f"private_note_{r.id}"
        st.text_area(_("Note"), key=key, max_chars=20_000)
        st.button(_("Keep the note"), key=f"keep_note_{r.id}", on_click=_note, args=(page, there, r.id, key))
    if wrong := st.session_state.pop("private_wrong", ""):
        st.error(_(wrong))


def _note(page: Page, there: PrivateFolder, name: str, key: str) -> None:
    _, text = page.shown.language, str(st.session_state.get(key) or "")
    if not text.strip():
        st.session_state["private_wrong"] = N_("The note is empty.")
        return
    try:
        there.note(name, text, by=frame.who())
    except NotAllowed:
        st.session_state["private_wrong"] = SIGNED_OUT
    except TrackerError as bad:
        st.session_state["private_wrong"] = str(bad)
    else:
        st.session_state[key] = ""
        st.session_state["saved"] = Saved(name, _("The note is kept. Only editors see it."))


def kept(page: Page, on: str, e: Evidence, reason: str) -> bool:
    """Keeps evidence privately. When it worked, the page that is drawn next says so."""
    _, there = page.shown.language, folder(page)
    try:
        if there is None:
            raise NotAllowed("Only an editor can keep something privately.")
        there.save(e, by=frame.who(), reason=reason)
    except Conflict:
        _look_again(page, on)
    except NotAllowed:
        st.error(_(SIGNED_OUT))
    except TrackerError as bad:
        st.error(_("Nothing was recorded. What you typed is still here.") + " " + str(bad))
    else:
        st.session_state["saved"] = Saved(on, _("It is kept privately. Only editors see it."))
        return True
    return False


def _look_again(page: Page, on: str) -> None:
    if there := folder(page):
        there.read(fresh=True)
    st.session_state["saved"] = Saved(on, page.shown.language(CHANGED))
    st.rerun()


def publish(page: Page, name: str) -> str | None:
    """Shows exactly what becomes public, and makes it public when that is wanted; then its id."""
    _, there = page.shown.language, folder(page)
    e = there.read().evidence.get(name) if there else None
    if there is None or e is None or not _may_publish(page):
        page.show("private_nothing.html", back=page.shown.link("/evidence"))
        return None
    new = as_public(e)
    public = replace(page.view, dataset=replace(page.view.dataset, evidence={**page.view.dataset.evidence, name: new}))
    values = {key: value for key, value in values_of(new).items() if key != "id"}
    as_seen = replace(page, shown=replace(page.shown, view=public, person=READER))
    as_seen.show("private_publish.html", e=new, yaml=first_line(Evidence) + block(values))
    # The key holds the version that is shown: nobody makes public what they have not seen.
    if not st.button(_("Make it public"), type="primary", key=f"publish_{name}_{e.version}"):
        return None
    if cleared(page, new_texts(None, new, "")):
        try:
            there.publish(e, store(), by=frame.who())
        except Conflict:
            _look_again(page, "edit")
        except NotAllowed:
            st.error(_(SIGNED_OUT))
        except TrackerError as bad:
            st.error(str(bad))
        else:
            st.session_state["saved"] = Saved("edit", _("It is public now, and no longer private."))
            return name
    return None


def _with(page: Page, there: PrivateFolder) -> Page:
    """The page with the private evidence in the place of the public one."""
    return replace(page, shown=replace(page.shown, view=there.view(page.view)))


def _may_publish(page: Page) -> bool:
    return page.shown.person.may(Deed.PUBLISH) and not page.view.is_past
