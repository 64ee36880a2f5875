"""Two forms: one adds or edits a recommendation, the other retires a duplicate."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from pages.forms.fields import Fields, LocalizedInput, document_names, open_form, recommendation_names
from pages.forms.submit import ActionWords, save_form, show_action_button, words_for
from pages.shared import form_drafts
from pages.shared.layout import Page
from pages.shared.saving import save_with_reason
from tracker.editing.forms import recommendation as recommendation_form
from tracker.editing.forms.recommendation import RecommendationForm
from tracker.i18n import native_name
from tracker.model.fields import FIELD_LABELS
from tracker.model.records import Recommendation
from tracker.model.vocabulary import MechanismKind, StateResponse, TextOrigin, UptakeResult, Verification


def show_recommendation_form(page: Page, r: Recommendation | None, version: str = "") -> str | None:
    """Show the form for `r`, None for a new one. Return the id of the recommendation if it was saved now, otherwise None.

    `version` is the version of `r` when the form was opened.
    """
    _ = page.context.language.gettext
    heading = _("Edit this recommendation") if r else _("Add a recommendation")
    document = st.query_params.get("document", "") if r is None else ""
    given = {"document": document} if document in page.view.documents else None
    form = open_form(page, RecommendationForm, r, name="edit_recommendation", heading=heading, given=given)
    _show_fields(form)
    label, message = _("Add the recommendation"), _("The recommendation is added.")
    return save_form(form, version, words_for(form, label, message, reason=_("A new recommendation.")))


def _show_fields(form: Fields) -> None:
    page, r = form.page, form.record
    language, view = page.context.language, page.view
    _ = language.gettext
    one, two = st.columns([3, 1]) if r is None else (None, None)
    if r is None:
        can_be_source = recommendation_form.can_have_recommendations
        documents = {id: name for id, name in document_names(page).items() if can_be_source(view.documents[id])}
        how = {"placeholder": _("Choose a document"), "at": one, "required": True}
        form.select(_("Source document"), "document", documents, **how)
        link = page.context.link("/edit", ("what", "document"), ("then", "recommendation"))
        page.show("forms/add_document_link.html", at=link)
    form.line(_("Paragraph"), "paragraph", at=two)
    texts = (
        LocalizedInput(_("Title"), "title", is_long=False, required=True),
        LocalizedInput(_("Summary"), "summary", required=True),
    )
    other_languages = form.texts_in_own_language(*texts)
    form.id()
    form.code_radio(_("Has the source itself been read?"), "verification", Verification, key="mark")
    if other_languages:
        with st.expander(_("In other languages"), expanded=form.is_only_in(other_languages, *texts)):
            form.texts(*texts, codes=other_languages)
    with st.expander(_("Quotation and source")):
        form.texts(LocalizedInput(_(FIELD_LABELS["text"]), "text", key="quoted"))
        typed, origins = [code for code, text in form.typed["text"].items() if text.strip()], form.start.text_origin
        whose = {code: f"{_('Whose wording')} · {native_name(code)}" for code in typed}
        form.typed["text_origin"] = {
            code: form.code_select(whose[code], f"whose_{code}", TextOrigin, start=origins[code]) for code in typed
        }
        form.line(_("Which part was read, if not all of it"), "parts_read", key="read")
        form.line(_("Who reports it, if the document itself was not read"), "publisher")
        form.line(_("Link to that report"), "link")
    with st.expander(_("Parts")):
        form.texts(LocalizedInput(_("One part a line, each with its letter: a) …"), "parts"))
    with st.expander(_(FIELD_LABELS["expected_action"])):
        form.texts(LocalizedInput(_(FIELD_LABELS["expected_action"]), "expected_action"))
    body = view.bodies.get(document.body) if (document := view.document(form.filled.document)) else None
    if (r and (r.recommending_states or r.response)) or (body and body.kind is MechanismKind.UPR):
        with st.expander(page.context.label(MechanismKind.UPR), expanded=r is None):
            states = _as_labels(name for other in view.recommendations.values() for name in other.recommending_states)
            label = _(FIELD_LABELS["recommending_states"])
            form.choose_several(label, "recommending_states", states, accept_new=True)
            form.code_select(_(FIELD_LABELS["response"]), "response", StateResponse)
    with st.expander(_("Tags (ours)")):
        tags = [tag_set for other in view.recommendations.values() for tag_set in other.tags]
        rights = sorted({right for tag_set in tags for right in tag_set.rights})
        rights = {right: page.context.right(right) for right in rights}
        targets = _as_labels(target for tag_set in tags for target in tag_set.sdg)
        names = (language.resolve(authority.name).text for authority in recommendation_form.all_authorities(view))
        authorities, term_label = _as_labels(names), page.context.term_label
        form.choose_several(_("Themes"), "themes", {term.id: term_label(term.id) for term in view.settings.themes})
        form.choose_several(_("Groups"), "groups", {term.id: term_label(term.id) for term in view.settings.groups})
        form.choose_several(_("Rights (treaty and article)"), "rights", rights, accept_new=True)
        form.choose_several(_("SDG targets"), "sdg", targets, accept_new=True)
        form.choose_several(_("Responsible authorities: lead"), "lead", authorities, accept_new=True)
        form.choose_several(_("Responsible authorities: contributing"), "contributing", authorities, accept_new=True)
    with st.expander(_("Same demand, and whether taken up")):
        others = [other for other in view.recommendations.values() if r is None or other.id != r.id]
        form.choose_several(_("Same demand as"), "same_demand", recommendation_names(page, others), key="same")
        if candidates := recommendation_form.can_be_taken_up(view, view.document(form.filled.document)):
            label = _("Civil society asked for it")
            form.recommendations_by_code(label, "uptake", codes=UptakeResult, among=candidates, key="taken")


def _as_labels(values: Iterable[str]) -> dict[str, str]:
    return {value: value for value in sorted(set(values))}


def show_retire_form(page: Page, r: Recommendation, version: str) -> bool:
    """Show the form that retires the duplicate `r`, and return whether it did. It was opened on the version `version`."""
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"retire_{r.id}_")
    note = _("It is archived and no longer counted. Old links will redirect.")
    st.html(f"<h2 id='record'>{_('Archive a duplicate')}</h2><p>{note}</p>")
    others = recommendation_names(page, (other for other in view.recommendations.values() if other.id != r.id))
    into = form.select(_("Redirect its links to"), "into", others, placeholder=_("none"))
    reason = form.line(_("Why is it archived?"), "reason", required=True)
    form_drafts.remember(form.prefix)
    words = ActionWords(_("Archive"), anyway=_("Archive anyway"))
    if not show_action_button(page, words, r, version=version, key=f"retire_now_{r.id}"):
        return False
    how = {"missing": _("Please say why it is archived."), "message": _("Archived. It is kept but no longer counted.")}
    retired = partial(recommendation_form.retire_recommendation, r, into)
    return save_with_reason(page, r.id, retired, reason=reason, **how)
