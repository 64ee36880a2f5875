"""The form that adds or edits a recommendation, and the one that retires a duplicate."""

from collections.abc import Sequence

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
from tracker.model.vocabulary import TextOrigin, UptakeResult, Verification


def show_recommendation_form(page: Page, r: Recommendation | None, version: str = "") -> str | None:
    """Shows the form; the id of what was saved. `r` is the record as it is now, `version` the one the form was opened on."""
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"edit_recommendation_{r.id if r else ''}_")
    start = recommendation_form.recommendation_form_from_record(view, r, language)
    form.heading(_("Edit this recommendation") if r else _("Add a recommendation"))
    conflict = st.container()
    typed, name = _fields(page, form, start, r)
    reason = form.line(_("Why is it edited?"), "reason", "", 500) if r else ""
    form.keep()
    wrong = recommendation_form.validate_recommendation_form(view, r, typed, name, language)
    why = reason.strip() or _("A new recommendation.")
    changed: Sequence[Recommendation] = ()
    if not wrong:
        changed = (
            recommendation_form.apply_recommendation_form(view, r, typed, text_from_input(why, language), language)
            if r
            else recommendation_form.create_recommendation(view, name, typed, language)
        )
    wrong += reason_errors(reason, language) if r else []
    if not submit_or_show_conflict(
        page, conflict, r, version, changed, wrong, _("Save the edit") if r else _("Add the recommendation")
    ):
        return None
    words = (
        _("The edit is saved. What it said before stays in the history.") if r else _("The recommendation is added.")
    )
    done = save_records(page, r.id if r and page.path == "/recommendation" else "edit", changed, why, lambda now: words)
    return (r.id if r else name) if done else None


def _fields(
    page: Page, form: Fields, start: RecommendationForm, r: Recommendation | None
) -> tuple[RecommendationForm, str]:
    language, view = page.context.language, page.view
    _ = language.gettext
    asks = r.document if r else None
    one, two = st.columns([3, 1]) if r is None else (None, None)
    if r is None:
        asks = form.select(
            _("The document that it stands in"), "document", document_names(page), None, _("Choose a document"), at=one
        )
    paragraph = form.line(_("Paragraph"), "paragraph", start.paragraph, 120, at=two)
    title = TextInput(_("Title"), "title", start.title, long=False)
    summary = TextInput(_("Summary"), "summary", start.summary)
    rest = form.is_first((title, summary))
    name = ""
    if r is None:
        words = next(filter(None, title.typed.values()), "")
        proposed = recommendation_form.suggest_recommendation_id(view, view.documents.get(asks or ""), paragraph, words)
        free_one = free_id(proposed, view.dataset.recommendations) if proposed else ""
        name = form.line(_("Its id: part of every link to it, and never changed later"), "id", free_one, 80)
    mark = form.id_field(_("How sure are we of its words?"), "mark", Verification, start.verification)
    if rest:
        with st.expander(_("In other languages")):
            form.texts(rest, (title, summary))
    with st.expander(_("Quotation and source")):
        quoted = TextInput(_("The document's own words"), "quoted", start.quotation)
        form.texts(start.quotation, (quoted,))
        whose = {
            code: form.id_field(
                f"{_('Whose wording it is')} · {native_name(code)}", f"whose_{code}", TextOrigin, origin
            )
            for code, origin in start.quotation_origin.items()
            if quoted.typed[code].strip()
        }
        read = form.line(_("What of the document was read, if not all"), "read", start.parts_read, 300)
        publisher = form.line(
            _("Who reports it, if the document itself was not read"), "publisher", start.publisher, 300
        )
        link = form.line(_("Link to that report"), "link", start.link, 2000, placeholder="https://")
    with st.expander(_("Parts")):
        parts = TextInput(_("One part a line, each with its letter: a) …"), "parts", start.parts)
        form.texts(start.parts, (parts,))
    with st.expander(_("Tags (ours)")):
        themes = form.multiselect(_("Themes"), "themes", _labels(page, view.settings.themes), start.themes)
        groups = form.multiselect(_("Groups"), "groups", _labels(page, view.settings.groups), start.groups)
        tags = [t for other in view.recommendations.values() for t in other.tags]
        rights = form.multiselect(_("Rights (treaty and article)"), "rights", _same({v for t in tags for v in t.rights}), start.rights, more=True)  # fmt: skip
        sdg = form.multiselect(_("SDG targets"), "sdg", _same({v for t in tags for v in t.sdg}), start.sdg, more=True)
        names = _same({language.resolve(a.name).text for a in recommendation_form.parse_authorities(view)})
        lead = form.multiselect(_("Responsible authorities: lead"), "lead", names, start.lead, more=True)
        contributing = form.multiselect(_("Responsible authorities: contributing"), "contributing", names, start.contributing, more=True)  # fmt: skip
    with st.expander(_("Same demand and uptake")):
        others = [other for other in view.recommendations.values() if r is None or other.id != r.id]
        same = form.recommendations(_("Same demand as"), "same", others, start.same_demand)
        taken: dict[UptakeResult, tuple[str, ...]] = dict(start.uptake)
        if theirs := link_lists.can_be_taken_up(view, view.document(asks)):
            for result in UptakeResult:
                label = f"{_('Civil society asked for it')}: {page.context.label(result)}"
                taken[result] = form.recommendations(label, f"taken_{result}", theirs, start.uptake.get(result, ()))
    return RecommendationForm(
        asks, paragraph, title.typed, summary.typed, quoted.typed, whose, mark, read, publisher, link, parts.typed, themes, groups, rights, sdg,
        lead, contributing, same, taken,
    ), name.strip()  # fmt: skip


def _labels(page: Page, known: Sequence[object]) -> dict[str, str]:
    return {item.id: page.context.term_label(item.id) for item in known}  # type: ignore[attr-defined]


def _same(values: set[str]) -> dict[str, str]:
    return {value: value for value in sorted(values)}


def show_retire_form(page: Page, r: Recommendation) -> bool:
    """Shows the form that retires a duplicate; whether it was saved."""
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"retire_{r.id}_")
    st.html(
        f"<h2 id='record'>{_('Retire a duplicate')}</h2><p>{_('It is kept with its history, and counts no more. Old links lead on.')}</p>"
    )
    others = {other.id: recommendation_name(page, other) for other in view.recommendations.values() if other.id != r.id}
    into = form.select(_("Which recommendation do its links lead on to?"), "into", others, None, _("none"))
    reason = form.line(_("Why is it retired?"), "reason", "", 500)
    form.keep()
    if not st.button(_("Retire"), type="primary", key=f"retire_now_{r.id}"):
        return False
    if not reason.strip():
        st.error(_("Retiring needs a reason."))
        return False
    words = _("Retired. It is kept, and counts no more.")
    return save_records(
        page,
        r.id,
        [recommendation_form.retire_recommendation(r, into, text_from_input(reason, language))],
        reason,
        lambda now: words,
    )
