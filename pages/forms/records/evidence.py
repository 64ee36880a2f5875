"""The form that adds or edits an item of evidence."""

from secrets import token_hex

import streamlit as st

from pages.forms.fields import Fields, LocalizedInput, document_names, open_form
from pages.forms.files.section import show_files_section
from pages.forms.private.entries import private_evidence, private_folder
from pages.forms.submit import save_form, words_for
from pages.forms.widgets import choose_readers
from pages.shared.layout import Page
from tracker.editing.forms.evidence import EvidenceForm
from tracker.editing.forms.values import id_errors
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind, Verification


def show_evidence_form(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Show the form. Return the id of the evidence item if it was saved now, otherwise None.

    `e` is the item as recorded now, None for a new one. `version` is the version of `e` when the form was opened. For a
    new item, `for` in the address is the recommendation to which it is relevant, and `private` ticks "Private".
    """
    language = page.context.language
    _ = language.gettext
    heading = _("Edit this evidence") if e else _("Add evidence")
    form = open_form(page, EvidenceForm, e, name="edit_evidence", heading=heading)
    folder = private_folder(page)
    is_private = e is not None and e.id in private_evidence(page)
    if e is None:
        is_private = _show_private_choice(form, is_offered=folder is not None)
    _show_fields(form, None if e else page.view.recommendations.get(st.query_params.get("for", "")))
    if e is None:
        form.typed["id"] = new_evidence_id(form, is_private=is_private)
    new_id = form.typed.get("id")
    errors = list(id_errors(new_id, {new_id}, language)) if new_id and folder and folder.is_taken(new_id) else []
    if is_private and not folder:
        # evidence that was meant to be private must never be saved in the public folder
        errors.append(_("The private folder is no longer there, or you may not see it. Nothing was saved."))
    label = _("Save privately") if is_private else _("Add the evidence")
    words = words_for(form, label, _("The evidence is added."), reason=_("New evidence."))
    words = words._replace(is_public=not is_private)
    if is_private or (form.new_files and folder):
        key = f"{form.prefix}readers"
        before = e.private if e and is_private else None
        words = words._replace(private=choose_readers(page, key, before, is_new=e is None or not is_private))
    return save_form(form, version, words, errors=errors)


def new_evidence_id(form: Fields, *, is_private: bool) -> str:
    """Return the typed id of new evidence, or else a suggested one that tells nothing about private evidence.

    Whoever types the same publisher is suggested the same id. Therefore private evidence gets letters by chance, and so
    does what would have the id of private evidence from before.
    """
    suggested, folder = form.filled.suggest_id(form.page.view) or "evidence", private_folder(form.page)
    typed = form.typed["id"] or suggested
    if typed == suggested and (is_private or (folder and folder.is_taken(typed))):
        return f"{typed}-{token_hex(3)}"
    return typed


def _show_private_choice(form: Fields, *, is_offered: bool) -> bool:
    """Show the choice whether a new item is private, and return it. `is_offered` says whether there is a private folder.

    Without a private folder nothing is shown, but the choice is still returned, so that the item is not saved publicly.
    """
    _ = form.page.context.language.gettext
    start = st.query_params.get("private") == "yes"
    if not is_offered:
        return start or bool(st.session_state.get(form.prefix + "private"))
    return form.checkbox(_("Private: not shown to readers"), "private", start=start)


def _show_fields(form: Fields, r: Recommendation | None) -> None:
    """Show the fields. `r` is the recommendation from whose page a new item is added, if any."""
    page = form.page
    _ = page.context.language.gettext
    others = page.view.recommendations.values()
    if r is not None:
        page.show("forms/evidence_for.html", r=r)
        label = _("What does it show for this recommendation?")
        effect = form.code_radio(label, "suggests", EvidenceEffect, required=True)
        others = [other for other in others if other.id != r.id]
    texts = evidence_texts(page)
    if other_languages := form.texts_in_own_language(*texts):
        with st.expander(_("In other languages"), expanded=form.is_only_in(other_languages, *texts)):
            form.texts(*texts, codes=other_languages)
    show_source_fields(form)
    show_files_section(form)
    form.typed["has_new_files"] = bool(form.new_files)
    label = _("Relevant to") if r is None else _("Also relevant to")
    form.recommendations_by_code(label, "relevant_to", codes=EvidenceEffect, among=others, key="bears")
    if r is not None:
        form.typed["added_for"] = r.id
        if isinstance(effect, EvidenceEffect):
            chosen = form.typed["relevant_to"]
            form.typed["relevant_to"] = {**chosen, effect: (r.id, *chosen[effect])}
    with st.expander(_("More")):
        show_rarer_fields(form)


def evidence_texts(page: Page) -> tuple[LocalizedInput, LocalizedInput]:
    """Return the fields for the title and the summary of an item of evidence."""
    _ = page.context.language.gettext
    return (
        LocalizedInput(_("Title"), "title", is_long=False),
        LocalizedInput(_("Summary in your own words"), "summary", required=True),
    )


def show_source_fields(form: Fields) -> None:
    """Show the fields that say where an item of evidence comes from, what it is about, and whether it was read.

    Nothing is chosen at first.
    """
    _ = form.page.context.language.gettext
    one, two = st.columns(2)
    form.line(_("Publisher (who says it)"), "publisher", at=one, required=True)
    form.line(_("Link"), "link", at=two)
    one, two = st.columns(2)
    form.line(_("When it happened"), "happened", at=one)
    form.line(_("When it was published"), "published", at=two)
    one, two = st.columns(2)
    form.code_select(_("Kind of source"), "kind", EvidenceKind, at=one, required=True)
    form.code_radio(_("What is it about?"), "dimension", EvidenceDimension, at=two, required=True)
    form.code_radio(_("Has the source itself been read?"), "verification", Verification, key="mark", required=True)


def show_rarer_fields(form: Fields) -> None:
    """Show the fields of an item of evidence that are often left empty."""
    page = form.page
    _ = page.context.language.gettext
    form.line(_("Archived copy"), "archived")
    form.select(
        _("The same document in this tracker (optional)"), "document", document_names(page), placeholder=_("none")
    )
    form.line(_("Identifier"), "identifier")
    theme_labels = {theme.id: page.context.term_label(theme.id) for theme in page.view.settings.themes}
    form.choose_several(_("Themes"), "themes", theme_labels)
    form.id()
