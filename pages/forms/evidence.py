"""The form that adds or edits evidence apart from an assessment."""

from collections.abc import Sequence

import streamlit as st

from pages.forms.fields import Fields, Text, document_names
from pages.forms.private_evidence import folder, kept
from pages.forms.submit import settle
from pages.shared.layout import Page
from pages.shared.saving import saved
from tracker.editing import evidence_form as edit
from tracker.editing.assessment_form import NewEvidence, proposed_id, said
from tracker.editing.evidence_form import Typed
from tracker.editing.form_values import needs_reason, wrong_id
from tracker.model.records import Evidence
from tracker.model.vocabulary import Dimension, EvidenceEffect, EvidenceKind, Verification


def evidence(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Shows the form; the id of what was saved. `e` is the item as it is now, `version` the one the form was opened on."""
    _, view = page.shown.language, page.view
    form = Fields(page, f"edit_evidence_{e.id if e else ''}_")
    form.heading(_("Edit this evidence") if e else _("Add evidence"))
    conflict = st.container()
    there = folder(page)
    mine = there.read().evidence if there else {}
    hidden = e is not None and e.id in mine
    if hidden:
        st.info(_("Private: only editors see this evidence."))
    elif e is None and there:
        hidden = st.checkbox(_("Private: only editors see it"), key=form.prefix + "private")
    typed, name = _fields(page, form, edit.fields_of(view, e), e)
    reason = form.line(_("Why is it edited?"), "reason", "", 500) if e else ""
    form.keep()
    wrong = edit.missing(view, e, typed, name, _)
    why = reason.strip() or _("New evidence.")
    changed: Sequence[Evidence] = ()
    if not wrong:
        changed = (edit.edited(view, e, typed, said(why, _)) if e else edit.new(view, name, typed),)
    wrong += needs_reason(reason, _) if e else wrong_id(name, mine, _) if name in mine else []
    if not there and st.session_state.get(form.prefix + "private"):
        # what was meant to be private is never saved among what is public
        wrong.append(_("There is no private folder any more, or you may not see it. Nothing was saved."))
    button = _("Save the edit") if e else _("Keep it privately") if hidden else _("Add the evidence")
    if not settle(page, conflict, e, version, changed, wrong, button):
        return None
    if hidden:
        return changed[0].id if kept(page, "edit", changed[0], why) else None
    words = _("The edit is saved. What it said before stays in the history.") if e else _("The evidence is added.")
    return changed[0].id if saved(page, "edit", changed, why, lambda now: words) else None


def _fields(page: Page, form: Fields, start: Typed, e: Evidence | None) -> tuple[Typed, str]:
    _, view = page.shown.language, page.view
    title = Text(_("Title"), "title", start.title, long=False)
    summary = Text(_("Summary in your own words"), "summary", start.summary)
    rest = form.front((title, summary))
    if rest:
        with st.expander(_("In other languages")):
            form.texts(rest, (title, summary))
    one, two = st.columns(2)
    publisher = form.line(_("Publisher: who says it?"), "publisher", start.publisher, at=one)
    link = form.line(_("Link"), "link", start.link, 2000, at=two, placeholder="https://")
    one, two = st.columns(2)
    happened = form.date(_("When it happened"), "happened", start.happened, at=one)
    published = form.date(_("When it was published"), "published", start.published, at=two)
    one, two = st.columns(2)
    kind = form.code(_("Kind of source"), "kind", EvidenceKind, start.kind, at=one)
    dimension = form.code(_("What is it about?"), "dimension", Dimension, start.dimension, at=two)
    one, two = st.columns(2)
    mark = form.code(_("How sure are we of its words?"), "mark", Verification, start.mark, at=one)
    archived = form.line(_("Archived copy"), "archived", start.archived, 2000, at=two, placeholder="https://")
    names = list(view.recommendations.values())
    bears = {
        way: form.recommendations(f"{_('Bears on')}: {page.shown.label(way)}", f"bears_{way}", names, start.bears.get(way, ()))
        for way in EvidenceEffect
    }  # fmt: skip
    name = ""
    with st.expander(_("More")):
        document = form.one(_("Document of the register, if it is one"), "document", document_names(page), start.document, _("none"))  # fmt: skip
        identifier = form.line(_("Identifier"), "identifier", start.identifier, 300)
        themes = form.several(_("Themes"), "themes", {t.id: page.shown.named(t.id) for t in view.settings.themes}, start.themes)  # fmt: skip
        if e is None:
            new = NewEvidence(publisher=publisher, published=published, happened=happened)
            proposed = proposed_id(new, view.dataset.evidence) if publisher.strip() else ""
            name = form.line(_("Its id: part of every link to it, and never changed later"), "id", proposed, 80)
    return Typed(
        kind, publisher, title.typed, summary.typed, happened, published, dimension, mark, document, link, archived, identifier, bears, themes
    ), name.strip()  # fmt: skip
