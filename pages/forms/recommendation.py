"""Two forms: one adds or edits a recommendation, the other retires a duplicate."""

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.forms.fields import Fields, TextInput, document_names, recommendation_name
from pages.forms.submit import submit_or_show_conflict
from pages.shared.layout import Page
from pages.shared.saving import save_records
from tracker.editing import link_lists, recommendation_form
from tracker.editing.assessment_form import text_from_input
from tracker.editing.form_values import free_id, reason_errors
from tracker.editing.recommendation_form import RecommendationForm
from tracker.i18n import native_name
from tracker.model.records import Recommendation
from tracker.model.registers import TaxonomyTerm
from tracker.model.vocabulary import TextOrigin, UptakeResult, Verification


def show_recommendation_form(page: Page, r: Recommendation | None, version: str = "") -> str | None:
    """Show the form. Return the id of the recommendation if it was saved now, otherwise None.

    `r` is the recommendation as recorded now, None for a new one. `version` is the version of `r` when the form was
    opened.
    """
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"edit_recommendation_{r.id if r else ''}_")
    start = recommendation_form.recommendation_form_from_record(view, r, language)
    form.heading(_("Edit this recommendation") if r else _("Add a recommendation"))
    conflict = st.container()
    typed, new_id = _fields(page, form, start, r=r)
    reason = form.line(_("Why is it edited?"), "reason", "", max_chars=500) if r else ""
    form.remember()
    errors = recommendation_form.validate_recommendation_form(view, r, typed, name=new_id, language=language)
    why = reason.strip() or _("A new recommendation.")
    edited: Sequence[Recommendation] = ()
    if not errors:
        edited = (
            recommendation_form.apply_recommendation_form(
                view, r, typed, reason=text_from_input(why, language), language=language
            )
            if r
            else recommendation_form.create_recommendation(view, new_id, typed, language=language)
        )
    errors += reason_errors(reason, language) if r else []
    label = _("Save the edit") if r else _("Add the recommendation")
    if not submit_or_show_conflict(page, conflict, r, version=version, edited=edited, errors=errors, label=label):
        return None
    message = (
        _("The edit is saved. What it said before stays in the history.") if r else _("The recommendation is added.")
    )
    page_id = r.id if r and page.path == "/recommendation" else "edit"
    is_saved = save_records(page, page_id, edited, reason=why, message=lambda _view: message)
    return (r.id if r else new_id) if is_saved else None


def _fields(
    page: Page, form: Fields, start: RecommendationForm, *, r: Recommendation | None
) -> tuple[RecommendationForm, str]:
    """Show the fields. Return (what was typed, the id typed for a new recommendation)."""
    language, view = page.context.language, page.view
    _ = language.gettext
    document = r.document if r else None
    one, two = st.columns([3, 1]) if r is None else (None, None)
    if r is None:
        document = form.select(
            _("The document that it stands in"),
            "document",
            document_names(page),
            start=None,
            placeholder=_("Choose a document"),
            at=one,
        )
    paragraph = form.line(_("Paragraph"), "paragraph", start.paragraph, max_chars=120, at=two)
    title = TextInput(_("Title"), "title", start.title, long=False)
    summary = TextInput(_("Summary"), "summary", start.summary)
    other_languages = form.texts_in_own_languages((title, summary))
    new_id = ""
    if r is None:
        first_title = next(filter(None, title.typed.values()), "")
        proposed = recommendation_form.suggest_recommendation_id(
            view, view.documents.get(document or ""), paragraph, title=first_title
        )
        new_id = form.line(
            _("Its id: part of every link to it, and never changed later"),
            "id",
            free_id(proposed, view.dataset.recommendations) if proposed else "",
            max_chars=80,
        )
    verification = form.code_select(_("How sure are we of its words?"), "mark", Verification, start=start.verification)
    if other_languages:
        with st.expander(_("In other languages")):
            form.texts(other_languages, (title, summary))
    with st.expander(_("Quotation and source")):
        quotation = TextInput(_("The document's own words"), "quoted", start.quotation)
        form.texts(start.quotation, (quotation,))
        quotation_origin = {
            code: form.code_select(
                f"{_('Whose wording it is')} · {native_name(code)}", f"whose_{code}", TextOrigin, start=origin
            )
            for code, origin in start.quotation_origin.items()
            if quotation.typed[code].strip()
        }
        parts_read = form.line(_("What of the document was read, if not all"), "read", start.parts_read)
        publisher = form.line(_("Who reports it, if the document itself was not read"), "publisher", start.publisher)
        link = form.line(_("Link to that report"), "link", start.link, max_chars=2000, placeholder="https://")
    with st.expander(_("Parts")):
        parts = TextInput(_("One part a line, each with its letter: a) …"), "parts", start.parts)
        form.texts(start.parts, (parts,))
    with st.expander(_("Tags (ours)")):
        settings = view.settings
        themes = form.multiselect(_("Themes"), "themes", _term_labels(page, settings.themes), start=start.themes)
        groups = form.multiselect(_("Groups"), "groups", _term_labels(page, settings.groups), start=start.groups)
        tags = [tag_set for other in view.recommendations.values() for tag_set in other.tags]
        rights = form.multiselect(
            _("Rights (treaty and article)"),
            "rights",
            _as_labels(right for tag_set in tags for right in tag_set.rights),
            start=start.rights,
            accept_new=True,
        )
        sdg = form.multiselect(
            _("SDG targets"),
            "sdg",
            _as_labels(target for tag_set in tags for target in tag_set.sdg),
            start=start.sdg,
            accept_new=True,
        )
        authorities = _as_labels(
            language.resolve(authority.name).text for authority in recommendation_form.all_authorities(view)
        )
        lead = form.multiselect(
            _("Responsible authorities: lead"), "lead", authorities, start=start.lead, accept_new=True
        )
        contributing = form.multiselect(
            _("Responsible authorities: contributing"),
            "contributing",
            authorities,
            start=start.contributing,
            accept_new=True,
        )
    with st.expander(_("Same demand and uptake")):
        others = [other for other in view.recommendations.values() if r is None or other.id != r.id]
        same_demand = form.recommendations(_("Same demand as"), "same", others, start=start.same_demand)
        uptake: dict[UptakeResult, tuple[str, ...]] = dict(start.uptake)
        if candidates := link_lists.can_be_taken_up(view, view.document(document)):
            for result in UptakeResult:
                label = f"{_('Civil society asked for it')}: {page.context.label(result)}"
                uptake[result] = form.recommendations(
                    label, f"taken_{result}", candidates, start=start.uptake.get(result, ())
                )
    typed = RecommendationForm(
        document,
        paragraph,
        title.typed,
        summary=summary.typed,
        quotation=quotation.typed,
        quotation_origin=quotation_origin,
        verification=verification,
        parts_read=parts_read,
        publisher=publisher,
        link=link,
        parts=parts.typed,
        themes=themes,
        groups=groups,
        rights=rights,
        sdg=sdg,
        lead=lead,
        contributing=contributing,
        same_demand=same_demand,
        uptake=uptake,
    )
    return typed, new_id.strip()


def _term_labels(page: Page, terms: Iterable[TaxonomyTerm]) -> dict[str, str]:
    return {term.id: page.context.term_label(term.id) for term in terms}


def _as_labels(values: Iterable[str]) -> dict[str, str]:
    """Return value → label for a choice field: sorted, without duplicates. Each value is its own label."""
    return {value: value for value in sorted(set(values))}


def show_retire_form(page: Page, r: Recommendation) -> bool:
    """Show the form that retires the duplicate `r`, and return whether `r` was retired now."""
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"retire_{r.id}_")
    st.html(
        f"<h2 id='record'>{_('Retire a duplicate')}</h2><p>{_('It is kept with its history, and no longer counts. Old links lead on.')}</p>"
    )
    others = {other.id: recommendation_name(page, other) for other in view.recommendations.values() if other.id != r.id}
    into = form.select(
        _("Which recommendation do its links lead on to?"), "into", others, start=None, placeholder=_("none")
    )
    reason = form.line(_("Why is it retired?"), "reason", "", max_chars=500)
    form.remember()
    if not st.button(_("Retire"), type="primary", key=f"retire_now_{r.id}"):
        return False
    if not reason.strip():
        st.error(_("Retiring needs a reason."))
        return False
    retired = recommendation_form.retire_recommendation(r, into, text_from_input(reason, language))
    message = _("Retired. It is kept, and no longer counts.")
    return save_records(page, r.id, [retired], reason=reason, message=lambda _view: message)
