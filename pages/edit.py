"""The forms that edit a recommendation's texts and tags, and that retire a duplicate."""

import streamlit as st

from pages.frame import Page
from pages.saving import saved
from tracker import edit as typing
from tracker.draft import said
from tracker.edit import Edited
from tracker.language import LANGUAGES
from tracker.model import Recommendation


def edit(page: Page, r: Recommendation) -> bool:
    """Shows the form; whether it was saved."""
    _, settings = page.shown.language, page.view.settings
    start = typing.fields_of(r, settings.languages, settings.language)
    st.html(f"<h2 id='record'>{_('Edit texts and tags')}</h2>")
    title, summary = {}, {}
    for code in settings.languages:
        name = LANGUAGES.get(code, code)
        title[code] = st.text_input(
            f"{_('Title')} · {name}", start.title[code], key=f"edit_{r.id}_title_{code}", max_chars=300
        )
        summary[code] = st.text_area(
            f"{_('Summary')} · {name}", start.summary[code], key=f"edit_{r.id}_summary_{code}", max_chars=5000
        )
    paragraph = st.text_input(_("Paragraph"), start.paragraph, key=f"edit_{r.id}_paragraph", max_chars=120)
    known = [theme.id for theme in settings.themes]
    themes = st.multiselect(
        _("Themes (our tagging)"),
        known,
        [t for t in start.themes if t in known],
        format_func=page.shown.named,
        key=f"edit_{r.id}_themes",
        placeholder=_("Any"),
    )
    there = [group.id for group in settings.groups]
    groups = st.multiselect(
        _("Groups (our tagging)"),
        there,
        [g for g in start.groups if g in there],
        format_func=page.shown.named,
        key=f"edit_{r.id}_groups",
        placeholder=_("Any"),
    )
    reason = st.text_input(_("Why is it edited?"), key=f"edit_{r.id}_reason", max_chars=500)
    if not st.button(_("Save the edit"), type="primary", key=f"edit_now_{r.id}"):
        return False
    typed = Edited(title, summary, paragraph, tuple(themes), tuple(groups))
    if sentences := typing.missing(typed, settings.language, reason, _):
        st.error("\n".join(f"- {sentence}" for sentence in sentences))
        return False
    changed = typing.edited(r, typed, settings.language)
    if changed == r:
        st.info(_("Nothing is different: there is nothing to save."))
        return False
    return saved(
        page, r.id, [changed], reason, lambda now: _("The edit is saved. What it said before stays in the history.")
    )


def retire(page: Page, r: Recommendation) -> bool:
    """Shows the form that retires a duplicate; whether it was saved."""
    _, view = page.shown.language, page.view
    st.html(
        f"<h2 id='record'>{_('Retire a duplicate')}</h2><p>{_('It is kept with its history, and counts no more. Old links lead on.')}</p>"
    )
    others = [other for other in view.recommendations if other != r.id]
    into = st.selectbox(_("Which recommendation do its links lead on to?"), others, index=None, key=f"retire_{r.id}_into", placeholder=_("none"),
                        format_func=lambda i: f"{_.text(view.recommendations[i].title).text} ({i})")  # fmt: skip
    reason = st.text_input(_("Why is it retired?"), key=f"retire_{r.id}_reason", max_chars=500)
    if not st.button(_("Retire"), type="primary", key=f"retire_now_{r.id}"):
        return False
    if not reason.strip():
        st.error(_("Retiring needs a reason."))
        return False
    return saved(
        page,
        r.id,
        [typing.retired(r, into, said(reason, _))],
        reason,
        lambda now: _("Retired. It is kept, and counts no more."),
    )
