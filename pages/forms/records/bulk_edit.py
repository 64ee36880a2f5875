"""The form that adds the same evidence or tag to several recommendations, which an editor selected in the list."""

from collections import Counter
from typing import Literal

import streamlit as st

from pages.forms.fields import AnyForm, evidence_name
from pages.shared.layout import Page, show_audience, show_footer, show_header
from pages.shared.messages import _, escape_markdown, ngettext
from pages.shared.saving import point_to_conflict, save_records
from tracker.editing.bulk_edit import BulkPreview, preview_evidence, preview_tag
from tracker.editing.forms.values import FieldError
from tracker.model.localized_text import clean_input
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import EvidenceEffect
from tracker.queries.lists.filters import Filters, Selection

LIST_PATH = "/recommendations"
FIELD_KEYS = ("bulk_kind", "bulk_evidence", "bulk_suggests", "bulk_tag", "bulk_reason")
"""The widget keys of the fields."""
BulkRequest = tuple[str, str, BulkPreview]
"""(what to add, its label, preview of the changes). What to add: an id of evidence, "themes:code" or "groups:code"."""


def keep_fields(selection: Selection) -> None:
    """Keep what was typed in the form while the editor selects more. The list calls this in every run."""
    st.session_state.pop("bulk_seen", None)
    if selection.step:
        # Streamlit drops the value of a widget that is not shown, unless it is set again in every run
        st.session_state.update({key: st.session_state[key] for key in FIELD_KEYS if key in st.session_state})


def show_bulk_form(page: Page, query: Filters, selection: Selection) -> None:
    """Show a bulk edit: what to add, a preview, and a button that saves all or none. Links keep the filters `query`."""
    link, params = page.context.link, [*query.params(), *selection.params()]
    show_header(page, params)
    # The general message after a conflict is dropped: the form names what changed.
    st.session_state.pop("saved", None)
    back = link(LIST_PATH, *query.params(), *Selection("list", selection.ids).params())
    stop = link(LIST_PATH, *query.params())
    page.show("forms/bulk_edit_top.html", count=len(selection.ids), back=back, stop=stop)
    with st.container(border=True):
        _show_form(page, selection)
    show_footer(page, params)


def _show_form(page: Page, selection: Selection) -> None:
    """Show the fields and the button. After a save, forget the input and go back to the list."""
    form, labels = AnyForm(page, "bulk_", None), {"evidence": _("Evidence"), "tag": _("Theme or group")}
    question, word = _("What do you want to add?"), labels.__getitem__
    kind = st.radio(question, list(labels), format_func=word, horizontal=True, key="bulk_kind")
    request = _show_evidence_fields(form, selection) if kind == "evidence" else _show_tag_field(form, selection)
    if request is None:
        return
    code, label, preview = request
    reason = clean_input(form.line(_("Why are you adding it?"), "reason", required=True))
    page.show("forms/bulk_edit.html", what=label, preview=preview, way=st.session_state.get("bulk_suggests"))
    if names := _changed_since_first_seen(page, code, preview):
        if any(pressed for key, pressed in st.session_state.items() if str(key).startswith("bulk_add_")):
            point_to_conflict()
        arrive = st.session_state.get("conflict_token", "")
        page.show("forms/bulk_edit_changed.html", names=names, arrive=arrive)
    button_label = ngettext("Add to {n} recommendation", "Add to {n} recommendations", n := preview.count)
    if n:
        show_audience(page, is_public=True)
    # The key depends on what is shown: a click on a preview that the editor has not seen does nothing.
    if not n or not st.button(button_label, type="primary", key=f"bulk_add_{preview.fingerprint}"):
        return
    if not reason:
        sentence = _("Say in a sentence why you add it. The reason stays in the history.")
        form.show_errors([FieldError(sentence, "reason")])
        st.error(escape_markdown(sentence))
        return
    message = ngettext(
        "“{what}” was added to {n} recommendation.", "“{what}” was added to {n} recommendations.", n, what=label
    )
    if save_records(page, LIST_PATH, preview.changed, reason=reason, message=message):
        for key in (*FIELD_KEYS, "bulk_seen"):
            st.session_state.pop(key, None)
        for key in ("choosing", "pick"):
            st.query_params.pop(key, None)
        st.rerun()


def _show_evidence_fields(form: AnyForm, selection: Selection) -> BulkRequest | None:
    """Show the fields for evidence to add. Return None until evidence and its effect are chosen."""
    page, view = form.page, form.page.view
    labels = {e.id: evidence_name(page, e) for e in view.evidence.values() if not page.others_owner(e)}
    # The browser sends back the label, not the id: labels must differ.
    duplicates = {text for text, n in Counter(labels.values()).items() if n > 1}
    labels |= {i: f"{text} ({i})" for i, text in labels.items() if text in duplicates}
    evidence_id = form.select(_("Evidence from the register"), "evidence", labels, placeholder=_("Choose evidence"))
    effect = form.code_radio(_("What does it show?"), "suggests", EvidenceEffect, required=True)
    e = view.evidence.get(evidence_id or "")
    if e is None or not isinstance(effect, EvidenceEffect):
        return None
    title = page.context.language.resolve(e.title).text if e.title else e.publisher
    return e.id, title, preview_evidence(view, selection, e.id, effect=effect)


def _show_tag_field(form: AnyForm, selection: Selection) -> BulkRequest | None:
    """Show the field for a theme or group to add. Return None until one is chosen."""
    settings, term_label = form.page.view.settings, form.page.context.term_label
    labels = {f"themes:{theme.id}": _("Theme: {name}", name=term_label(theme.id)) for theme in settings.themes}
    labels |= {f"groups:{group.id}": _("Group: {name}", name=term_label(group.id)) for group in settings.groups}
    chosen = form.select(_("Theme or group (our tagging)"), "tag", labels, placeholder=_("Choose"))
    if chosen is None or chosen not in labels:
        return None
    kind, _colon, code = chosen.partition(":")
    field: Literal["themes", "groups"] = "themes" if kind == "themes" else "groups"
    preview = preview_tag(form.page.view, selection, field, code=code, by=form.page.context.person)
    return chosen, term_label(code), preview


def _changed_since_first_seen(page: Page, code: str, preview: BulkPreview) -> list[str]:
    """Return the titles of the records that colleagues changed since this editor first saw this preview."""
    # take the ids from the address: it has every selected recommendation, even one that has been retired since
    request = (code, *st.query_params.get_all("pick"))
    seen = st.session_state.get("bulk_seen")
    now = preview.versions
    before, changed = seen[1:] if seen and seen[0] == request else (now, ())
    differing = (name for name in {**before, **now} if before.get(name) != now.get(name))
    changed = tuple(dict.fromkeys([*changed, *differing]))
    st.session_state["bulk_seen"] = (request, now, changed)
    records: dict[str, Evidence | Recommendation] = {**page.view.dataset.evidence, **page.view.dataset.recommendations}
    titles = {i: records[i].title for i in changed if i in records}
    return [page.context.language.resolve(title).text if (title := titles.get(i)) else i for i in changed]
