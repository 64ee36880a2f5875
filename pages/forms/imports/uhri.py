"""The review of an export of UHRI: choose State, bodies, years and themes; then tick recommendations and save them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.forms.imports.defaults import show_defaults
from pages.forms.imports.table import show_row_table, show_table_save
from pages.shared import import_drafts
from pages.shared.import_drafts import PREFIX, ReviewDraft
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from tracker.importing.entry import RowState
from tracker.importing.tables.row_review import ReviewedRow
from tracker.importing.tables.row_sources import RowDefaults
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.importing.uhri.export import UhriResult, unknown_tags
from tracker.importing.uhri.records import UhriChoice, UhriKind
from tracker.importing.uhri.review import review_uhri
from tracker.importing.uploads import UhriUpload, read_chosen_records
from tracker.model.errors import TrackerError
from tracker.publishing.wording import error_sentence

MAX_TAG_CHOICES = 25
"""For how many names of UHRI an editor can choose a theme or group of this tracker."""


def show_uhri_review(page: Page, draft: ReviewDraft, upload: UhriUpload) -> None:
    """Show what an export of UHRI holds, let the editor choose from it, and save the ticked recommendations."""
    language = page.context.language
    _ = language.gettext
    vocabulary = ImportVocabulary.from_view(page.view, language)
    page.show("forms/import_uhri_top.html", survey=upload.survey, name=draft.name)
    if wrong := st.session_state.pop("bring_in_file_wrong", ""):
        st.error(escape_markdown(wrong))
    _show_choice(page, draft, upload, vocabulary=vocabulary)
    result = upload.result
    if result is None:
        import_drafts.remember_choices(draft)
        missing = [_("Choose what you want to see, then press the button.")]
        show_table_save(page, draft, (), ticked=(), defaults=RowDefaults(), reason="", missing=missing)
        return
    page.show("forms/import_uhri_counts.html", result=result)
    themes = _choose_tags(page, result, vocabulary)
    rows = _review(page, upload, vocabulary, defaults=None, themes=themes)
    defaults = show_defaults(page, [row.row for row in rows if row.state is RowState.NEW])
    rows = _review(page, upload, vocabulary, defaults=defaults, themes=themes)
    kinds = {number: one.kinds for number, one in enumerate(result.recommendations, 1)}
    proposed = frozenset(
        row.row.number
        for row in rows
        if row.can_be_saved and row.state is RowState.NEW and UhriKind.RECOMMENDATION in kinds[row.row.number]
    )
    documents = {**page.view.documents, **{document.id: document for document in defaults.documents}}
    ticked = show_row_table(page, rows, proposed, documents=documents)
    import_drafts.remember_choices(draft)
    reason = _("Imported from a UHRI export.")
    show_table_save(page, draft, rows, ticked=ticked, defaults=defaults, reason=reason)


def _review(
    page: Page,
    upload: UhriUpload,
    vocabulary: ImportVocabulary,
    *,
    defaults: RowDefaults | None,
    themes: Mapping[str, str],
) -> tuple[ReviewedRow, ...]:
    """Return the reviewed rows. The page runs again with every tick, so they are kept until something changes."""
    assert upload.result is not None
    language, given = page.context.language, defaults or RowDefaults()
    made_of: Any = (id(upload), page.view.dataset.signature, language.code, given, tuple(themes.items()))
    kept: dict[Any, tuple[ReviewedRow, ...]] = st.session_state.setdefault(f"{PREFIX}rows", {})
    if made_of not in kept:
        while len(kept) > 1:  # one for the fields above the table, one for the table
            kept.pop(next(iter(kept)))
        kept[made_of] = review_uhri(
            page.view, upload.result, given, vocabulary=vocabulary, language=language, chosen=themes
        )
    return kept[made_of]


def _show_choice(page: Page, draft: ReviewDraft, upload: UhriUpload, *, vocabulary: ImportVocabulary) -> None:
    """Show the fields by which records are chosen, with the State of the dataset chosen at first."""
    language, survey = page.context.language, upload.survey
    _ = language.gettext
    choice = upload.choice or UhriChoice(states=survey.states_of(vocabulary)[:1])
    bodies = {body.id: page.context.label(body) for body in page.view.bodies.values() if body.id in survey.bodies}
    with st.form("uhri_choice", border=False):
        one, two = st.columns(2)
        states = one.multiselect(_("State"), survey.states, list(choice.states), placeholder=_("all States"))
        chosen_bodies = two.multiselect(
            _("Treaty bodies"),
            list(bodies),
            [body for body in choice.bodies if body in bodies],
            format_func=lambda body: bodies.get(body, body),
            placeholder=_("all bodies"),
        )
        first, last = survey.first_year, survey.last_year
        years = (max(first, choice.first_year), min(last, choice.last_year))
        if first < last:
            years = one.slider(_("Years of publication"), first, last, years)
        themes = two.multiselect(_("UHRI themes"), survey.themes, list(choice.themes), placeholder=_("all themes"))
        if not st.form_submit_button(_("Show these"), type="secondary" if upload.result else "primary"):
            return
    is_all = years == (first, last)
    wanted = UhriChoice(
        states=tuple(states),
        bodies=tuple(chosen_bodies),
        themes=tuple(themes),
        first_year=0 if is_all else years[0],
        last_year=9999 if is_all else years[1],
    )
    try:
        with st.spinner(_("Reading the file…")):
            import_drafts.replace_table(draft, read_chosen_records(upload, wanted, vocabulary, language=language))
    except TrackerError as error:
        st.session_state["bring_in_file_wrong"] = error_sentence(language, error)
    st.rerun()


def _choose_tags(page: Page, result: UhriResult, vocabulary: ImportVocabulary) -> dict[str, str]:
    """Show the themes and groups of UHRI that this tracker does not know, and return name → id of ours that was chosen."""
    language = page.context.language
    _ = language.gettext
    unknown = unknown_tags(result.recommendations, vocabulary)
    if not unknown:
        return {}
    chosen = {}
    label = language.ngettext("{n} tag of UHRI has no name here", "{n} tags of UHRI have no name here", len(unknown))
    box = st.expander(label, key="uhri_tags", on_change="rerun")
    for number, (field, name) in enumerate(unknown[:MAX_TAG_CHOICES]):
        key = f"{PREFIX}tag_{number}"
        if not box.open:
            if value := st.session_state.get(key):
                chosen[name] = str(value)
            continue
        options = list(vocabulary.labels.get(field, {}))
        with box:
            value = st.selectbox(
                name,
                options,
                index=None,
                format_func=lambda code, field=field: vocabulary.label(field, code),
                key=key,
                placeholder=_("left out"),
            )
        if value:
            chosen[name] = value
    return chosen
