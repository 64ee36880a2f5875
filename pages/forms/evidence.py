"""The form that adds or edits evidence apart from an assessment."""

from collections.abc import Sequence

import streamlit as st

from pages.forms.fields import Fields, TextInput, document_names
from pages.forms.private_evidence import private_folder, save_privately
from pages.forms.submit import submit_or_show_conflict
from pages.shared.layout import Page
from pages.shared.saving import save_records
from tracker.editing import evidence_form as edit
from tracker.editing.assessment_form import NewEvidenceForm, suggest_evidence_id, text_from_input
from tracker.editing.evidence_form import EvidenceForm
from tracker.editing.form_values import id_errors, reason_errors
from tracker.model.records import Evidence
from tracker.model.vocabulary import Dimension, EvidenceEffect, EvidenceKind, Verification


def show_evidence_form(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Shows the form; the id of what was saved. `e` is the item as it is now, `version` the one the form was opened on."""
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"edit_evidence_{e.id if e else ''}_")
    form.heading(_("Edit this evidence") if e else _("Add evidence"))
    conflict = st.container()
    there = private_folder(page)
    mine = there.read().evidence if there else {}
    hidden = e is not None and e.id in mine
    if hidden:
        st.info(_("Private: only editors see this evidence."))
    elif e is None and there:
        hidden = st.checkbox(_("Private: only editors see it"), key=form.prefix + "private")
    typed, name = _fields(page, form, edit.evidence_form_from_record(view, e), e)
    reason = form.line(_("Why is it edited?"), "reason", "", 500) if e else ""
    form.keep()
    wrong = edit.validate_evidence_form(view, e, typed, name, language)
    why = reason.strip() or _("New evidence.")
    changed: Sequence[Evidence] = ()
    if not wrong:
        changed = (
            edit.apply_evidence_form(view, e, typed, text_from_input(why, language))
            if e
            else edit.create_evidence(view, name, typed),
        )
    wrong += reason_errors(reason, language) if e else id_errors(name, mine, language) if name in mine else []
    if not there and st.session_state.get(form.prefix + "private"):
        # what was meant to be private is never saved among what is public
        wrong.append(_("There is no private folder any more, or you may not see it. Nothing was saved."))
    button = _("Save the edit") if e else _("Keep it privately") if hidden else _("Add the evidence")
    if not submit_or_show_conflict(page, conflict, e, version, changed, wrong, button):
        return None
    if hidden:
        return changed[0].id if save_privately(page, "edit", changed[0], why) else None
    words = _("The edit is saved. What it said before stays in the history.") if e else _("The evidence is added.")
    return changed[0].id if save_records(page, "edit", changed, why, lambda now: words) else None


def _fields(page: Page, form: Fields, start: EvidenceForm, e: Evidence | None) -> tuple[EvidenceForm, str]:
    language, view = page.context.language, page.view
    _ = language.gettext
    title = TextInput(_("Title"), "title", start.title, long=False)
    summary = TextInput(_("Summary in your own words"), "summary", start.summary)
    rest = form.is_first((title, summary))
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
    kind = form.id_field(_("Kind of source"), "kind", EvidenceKind, start.kind, at=one)
    dimension = form.id_field(_("What is it about?"), "dimension", Dimension, start.dimension, at=two)
    one, two = st.columns(2)
    mark = form.id_field(_("How sure are we of its words?"), "mark", Verification, start.verification, at=one)
    archived = form.line(_("Archived copy"), "archived", start.archived, 2000, at=two, placeholder="https://")
    names = list(view.recommendations.values())
    bears = {
        way: form.recommendations(f"{_('Bears on')}: {page.context.label(way)}", f"bears_{way}", names, start.relevant_to.get(way, ()))
        for way in EvidenceEffect
    }  # fmt: skip
    name = ""
    with st.expander(_("More")):
        document = form.select(_("Document of the register, if it is one"), "document", document_names(page), start.document, _("none"))  # fmt: skip
        identifier = form.line(_("Identifier"), "identifier", start.identifier, 300)
        themes = form.multiselect(_("Themes"), "themes", {t.id: page.context.term_label(t.id) for t in view.settings.themes}, start.themes)  # fmt: skip
        if e is None:
            new = NewEvidenceForm(publisher=publisher, published=published, happened=happened)
            proposed = suggest_evidence_id(new, view.dataset.evidence) if publisher.strip() else ""
            name = form.line(_("Its id: part of every link to it, and never changed later"), "id", proposed, 80)
    return EvidenceForm(
        kind, publisher, title.typed, summary.typed, happened, published, dimension, mark, document, link, archived, identifier, bears, themes
    ), name.strip()  # fmt: skip
