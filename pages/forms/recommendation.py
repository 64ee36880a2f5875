"""The form that adds or edits a recommendation, and the one that retires a duplicate."""

from collections.abc import Sequence

import streamlit as st

from pages.forms.fields import Fields, Text, document_names, recommendation_name
from pages.forms.submit import settle
from pages.shared.layout import Page
from pages.shared.saving import saved
from tracker.editing import link_lists, recommendation_form
from tracker.editing.assessment_form import said
from tracker.editing.form_values import free, needs_reason
from tracker.editing.recommendation_form import Typed
from tracker.i18n import native_name
from tracker.model.records import Recommendation
from tracker.model.vocabulary import TextOrigin, UptakeResult, Verification


def recommendation(page: Page, r: Recommendation | None, version: str = "") -> str | None:
    """Shows the form; the id of what was saved. `r` is the record as it is now, `version` the one the form was opened on."""
    _, view = page.shown.language, page.view
    form = Fields(page, f"edit_recommendation_{r.id if r else ''}_")
    start = recommendation_form.fields_of(view, r, _)
    form.heading(_("Edit this recommendation") if r else _("Add a recommendation"))
    conflict = st.container()
    typed, name = _fields(page, form, start, r)
    reason = form.line(_("Why is it edited?"), "reason", "", 500) if r else ""
    form.keep()
    wrong = recommendation_form.missing(view, r, typed, name, _)
    why = reason.strip() or _("A new recommendation.")
    changed: Sequence[Recommendation] = ()
    if not wrong:
        changed = (
            recommendation_form.edited(view, r, typed, said(why, _), _)
            if r
            else recommendation_form.new(view, name, typed, _)
        )
    wrong += needs_reason(reason, _) if r else []
    if not settle(page, conflict, r, version, changed, wrong, _("Save the edit") if r else _("Add the recommendation")):
        return None
    words = (
        _("The edit is saved. What it said before stays in the history.") if r else _("The recommendation is added.")
    )
    done = saved(page, r.id if r and page.here == "/recommendation" else "edit", changed, why, lambda now: words)
    return (r.id if r else name) if done else None


def _fields(page: Page, form: Fields, start: Typed, r: Recommendation | None) -> tuple[Typed, str]:
    _, view = page.shown.language, page.view
    asks = r.document if r else None
    one, two = st.columns([3, 1]) if r is None else (None, None)
    if r is None:
        asks = form.one(
            _("The document that it stands in"), "document", document_names(page), None, _("Choose a document"), at=one
        )
    paragraph = form.line(_("Paragraph"), "paragraph", start.paragraph, 120, at=two)
    title = Text(_("Title"), "title", start.title, long=False)
    summary = Text(_("Summary"), "summary", start.summary)
    rest = form.front((title, summary))
    name = ""
    if r is None:
        words = next(filter(None, title.typed.values()), "")
        proposed = recommendation_form.proposed_id(view, view.documents.get(asks or ""), paragraph, words)
        free_one = free(proposed, view.dataset.recommendations) if proposed else ""
        name = form.line(_("Its id: part of every link to it, and never changed later"), "id", free_one, 80)
    mark = form.code(_("How sure are we of its words?"), "mark", Verification, start.mark)
    if rest:
        with st.expander(_("In other languages")):
            form.texts(rest, (title, summary))
    with st.expander(_("Quotation and source")):
        quoted = Text(_("The document's own words"), "quoted", start.quoted)
        form.texts(start.quoted, (quoted,))
        whose = {
            code: form.code(f"{_('Whose wording it is')} · {native_name(code)}", f"whose_{code}", TextOrigin, origin)
            for code, origin in start.whose.items()
            if quoted.typed[code].strip()
        }
        read = form.line(_("What of the document was read, if not all"), "read", start.read, 300)
        publisher = form.line(
            _("Who reports it, if the document itself was not read"), "publisher", start.publisher, 300
        )
        link = form.line(_("Link to that report"), "link", start.link, 2000, placeholder="https://")
    with st.expander(_("Parts")):
        parts = Text(_("One part a line, each with its letter: a) …"), "parts", start.parts)
        form.texts(start.parts, (parts,))
    with st.expander(_("Tags (ours)")):
        themes = form.several(_("Themes"), "themes", _labels(page, view.settings.themes), start.themes)
        groups = form.several(_("Groups"), "groups", _labels(page, view.settings.groups), start.groups)
        tags = [t for other in view.recommendations.values() for t in other.tags]
        rights = form.several(_("Rights (treaty and article)"), "rights", _same({v for t in tags for v in t.rights}), start.rights, more=True)  # fmt: skip
        sdg = form.several(_("SDG targets"), "sdg", _same({v for t in tags for v in t.sdg}), start.sdg, more=True)
        names = _same({_.text(a.name).text for a in recommendation_form.authorities(view)})
        lead = form.several(_("Responsible authorities: lead"), "lead", names, start.lead, more=True)
        contributing = form.several(_("Responsible authorities: contributing"), "contributing", names, start.contributing, more=True)  # fmt: skip
    with st.expander(_("Same demand and uptake")):
        others = [other for other in view.recommendations.values() if r is None or other.id != r.id]
        same = form.recommendations(_("Same demand as"), "same", others, start.same)
        taken: dict[UptakeResult, tuple[str, ...]] = dict(start.taken)
        if theirs := link_lists.may_be_taken_up(view, view.document(asks)):
            for result in UptakeResult:
                label = f"{_('Civil society asked for it')}: {page.shown.label(result)}"
                taken[result] = form.recommendations(label, f"taken_{result}", theirs, start.taken.get(result, ()))
    return Typed(
        asks, paragraph, title.typed, summary.typed, quoted.typed, whose, mark, read, publisher, link, parts.typed, themes, groups, rights, sdg,
        lead, contributing, same, taken,
    ), name.strip()  # fmt: skip


def _labels(page: Page, known: Sequence[object]) -> dict[str, str]:
    return {item.id: page.shown.named(item.id) for item in known}  # type: ignore[attr-defined]


def _same(values: set[str]) -> dict[str, str]:
    return {value: value for value in sorted(values)}


def retire(page: Page, r: Recommendation) -> bool:
    """Shows the form that retires a duplicate; whether it was saved."""
    _, view = page.shown.language, page.view
    form = Fields(page, f"retire_{r.id}_")
    st.html(
        f"<h2 id='record'>{_('Retire a duplicate')}</h2><p>{_('It is kept with its history, and counts no more. Old links lead on.')}</p>"
    )
    others = {other.id: recommendation_name(page, other) for other in view.recommendations.values() if other.id != r.id}
    into = form.one(_("Which recommendation do its links lead on to?"), "into", others, None, _("none"))
    reason = form.line(_("Why is it retired?"), "reason", "", 500)
    form.keep()
    if not st.button(_("Retire"), type="primary", key=f"retire_now_{r.id}"):
        return False
    if not reason.strip():
        st.error(_("Retiring needs a reason."))
        return False
    words = _("Retired. It is kept, and counts no more.")
    return saved(page, r.id, [recommendation_form.retired(r, into, said(reason, _))], reason, lambda now: words)
