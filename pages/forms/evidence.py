"""The form that adds or edits an item of evidence."""

from collections.abc import Sequence

import streamlit as st

from pages.forms.fields import Fields, TextInput, document_names
from pages.forms.private_evidence import private_folder, save_privately
from pages.forms.submit import submit_or_show_conflict
from pages.shared.layout import Page
from pages.shared.saving import save_records
from tracker.editing import evidence_form
from tracker.editing.assessment_form import NewEvidenceForm, suggest_evidence_id, text_from_input
from tracker.editing.evidence_form import EvidenceForm
from tracker.editing.form_values import id_errors, reason_errors
from tracker.model.records import Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind, Verification


def show_evidence_form(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Show the form. Return the id of the evidence item if it was saved now, otherwise None.

    `e` is the item as recorded now, None for a new one. `version` is the version of `e` when the form was opened.
    """
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"edit_evidence_{e.id if e else ''}_")
    form.heading(_("Edit this evidence") if e else _("Add evidence"))
    conflict = st.container()
    folder = private_folder(page)
    private_items = folder.read().evidence if folder else {}
    is_private = e is not None and e.id in private_items
    if is_private:
        st.info(_("Private: only editors see this evidence."))
    elif e is None and folder:
        is_private = st.checkbox(_("Private: only editors see it"), key=form.prefix + "private")
    typed, new_id = _fields(page, form, evidence_form.evidence_form_from_record(view, e), is_new=e is None)
    reason = form.line(_("Why is it edited?"), "reason", "", max_chars=500) if e else ""
    form.remember()
    errors = evidence_form.validate_evidence_form(view, e, typed, name=new_id, language=language)
    why = reason.strip() or _("New evidence.")
    edited: Sequence[Evidence] = ()
    if not errors:
        edited = (
            evidence_form.apply_evidence_form(view, e, typed, reason=text_from_input(why, language))
            if e
            else evidence_form.create_evidence(view, new_id, typed),
        )
    if e:
        errors += reason_errors(reason, language)
    elif new_id in private_items:
        errors += id_errors(new_id, private_items, language)
    if not folder and st.session_state.get(form.prefix + "private"):
        # evidence that was meant to be private must never be saved in the public folder
        errors.append(_("There is no private folder any more, or you may not see it. Nothing was saved."))
    label = _("Save the edit") if e else _("Keep it privately") if is_private else _("Add the evidence")
    if not submit_or_show_conflict(page, conflict, e, version=version, edited=edited, errors=errors, label=label):
        return None
    if is_private:
        return edited[0].id if save_privately(page, "edit", edited[0], reason=why) else None
    message = _("The edit is saved. What it said before stays in the history.") if e else _("The evidence is added.")
    is_saved = save_records(page, "edit", edited, reason=why, message=lambda _view: message)
    return edited[0].id if is_saved else None


def _fields(page: Page, form: Fields, start: EvidenceForm, *, is_new: bool) -> tuple[EvidenceForm, str]:
    """Show the fields. Return (what was typed, the id typed for a new item)."""
    language, view = page.context.language, page.view
    _ = language.gettext
    title = TextInput(_("Title"), "title", start.title, long=False)
    summary = TextInput(_("Summary in your own words"), "summary", start.summary)
    if other_languages := form.texts_in_own_languages((title, summary)):
        with st.expander(_("In other languages")):
            form.texts(other_languages, (title, summary))
    one, two = st.columns(2)
    publisher = form.line(_("Publisher: who says it?"), "publisher", start.publisher, at=one)
    link = form.line(_("Link"), "link", start.link, max_chars=2000, at=two, placeholder="https://")
    one, two = st.columns(2)
    happened = form.date(_("When it happened"), "happened", start.happened, at=one)
    published = form.date(_("When it was published"), "published", start.published, at=two)
    one, two = st.columns(2)
    kind = form.code_select(_("Kind of source"), "kind", EvidenceKind, start=start.kind, at=one)
    dimension = form.code_select(_("What is it about?"), "dimension", EvidenceDimension, start=start.dimension, at=two)
    one, two = st.columns(2)
    verification = form.code_select(
        _("How sure are we of its words?"), "mark", Verification, start=start.verification, at=one
    )
    archived = form.line(_("Archived copy"), "archived", start.archived, max_chars=2000, at=two, placeholder="https://")
    relevant_to = {
        effect: form.recommendations(
            f"{_('Bears on')}: {page.context.label(effect)}",
            f"bears_{effect}",
            view.recommendations.values(),
            start=start.relevant_to.get(effect, ()),
        )
        for effect in EvidenceEffect
    }
    new_id = ""
    with st.expander(_("More")):
        document = form.select(
            _("Document of the register, if it is one"),
            "document",
            document_names(page),
            start=start.document,
            placeholder=_("none"),
        )
        identifier = form.line(_("Identifier"), "identifier", start.identifier)
        theme_labels = {theme.id: page.context.term_label(theme.id) for theme in view.settings.themes}
        themes = form.multiselect(_("Themes"), "themes", theme_labels, start=start.themes)
        if is_new:
            new = NewEvidenceForm(publisher=publisher, published=published, happened=happened)
            proposed = suggest_evidence_id(new, view.dataset.evidence) if publisher.strip() else ""
            label = _("Its id: part of every link to it, and never changed later")
            new_id = form.line(label, "id", proposed, max_chars=80)
    typed = EvidenceForm(
        kind,
        publisher,
        title.typed,
        summary=summary.typed,
        happened=happened,
        published=published,
        dimension=dimension,
        verification=verification,
        document=document,
        link=link,
        archived=archived,
        identifier=identifier,
        relevant_to=relevant_to,
        themes=themes,
    )
    return typed, new_id.strip()
