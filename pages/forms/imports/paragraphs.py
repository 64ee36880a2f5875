"""The rows of the review of a document: a tick, titles, themes and the same demand for each paragraph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.shared.import_drafts import PREFIX
from pages.shared.layout import Page
from pages.shared.widget_values import current_value
from tracker.i18n import native_name
from tracker.importing.documents.imported_document import ParagraphKind
from tracker.importing.documents.proposals import SimilarDemand, propose_themes
from tracker.importing.documents.records import ParagraphChoice
from tracker.importing.documents.review import ParagraphReview
from tracker.importing.entry import RowState
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input

MAX_PARAGRAPH_TITLE = 300
STATE_NAMES = {
    RowState.NEW: N_("new"),
    RowState.SAME: N_("already here"),
    RowState.CHANGED: N_("text differs"),
    RowState.CONFLICT: N_("partly here"),
    RowState.REFUSED: N_("cannot be saved"),
}
LANGUAGE_ADDED = N_("adds this language")
ONLY_IN_FILE = N_("only in this file")
KIND_NAMES = {
    ParagraphKind.RECOMMENDATION: N_("recommendation"),
    ParagraphKind.CONCERN: N_("concern"),
    ParagraphKind.POSITIVE: N_("positive aspect"),
    ParagraphKind.PROCEDURE: N_("procedure"),
    ParagraphKind.DISSEMINATION: N_("dissemination"),
    ParagraphKind.OTHER: N_("not recognized"),
}


@dataclass(frozen=True, slots=True)
class RowsContext:
    """What all rows have in common: the languages of the files, similar demands, and whether new ones are ticked.

    `language` is that of the table. `other` is that of the second file, "" without one. `selected` are the numbers of the
    paragraphs that the committee selected for follow-up.
    """

    language: str
    other: str
    similar: Mapping[str, SimilarDemand]
    propose: bool
    selected: frozenset[str] = frozenset()


def state_name(review: ParagraphReview) -> str:
    """Return the name of the state of a paragraph, a message to translate."""
    if review.is_language_added:
        return LANGUAGE_ADDED
    return ONLY_IN_FILE if review.is_extra else STATE_NAMES[review.state]


def show_tick_all(reviews: Sequence[ParagraphReview], *, new: str, none: str) -> None:
    """Show two buttons: `new` ticks all that is proposed, `none` unticks everything."""
    proposed = {_key("tick", review): review.is_proposed for review in reviews if review.can_be_saved}
    with st.container(horizontal=True, gap="small"):
        st.button(new, key="bring_all", on_click=st.session_state.update, args=(proposed,))
        st.button(none, key="bring_none", on_click=st.session_state.update, args=(dict.fromkeys(proposed, False),))


def show_paragraphs(page: Page, reviews: Sequence[ParagraphReview], rows: RowsContext) -> list[ParagraphChoice]:
    """Show a row for each paragraph, the recommendations first. Return what is ticked."""
    language = page.context.language
    asked = [review for review in reviews if review.paragraph.is_recommendation]
    others = [review for review in reviews if not review.paragraph.is_recommendation]
    choices = [_show_row(page, review, rows) for review in asked]
    label = language.ngettext(
        "{n} other paragraph: not a recommendation", "{n} other paragraphs: not recommendations", len(others)
    )
    if others:
        more = st.expander(label, key=f"{PREFIX}others", on_change="rerun")
        if more.open or any(st.session_state.get(_key("tick", review)) for review in others):
            with more:
                choices += [_show_row(page, review, rows) for review in others]
    return [choice for choice in choices if choice]


def _key(what: str, review: ParagraphReview) -> str:
    return f"{PREFIX}{what}_{review.paragraph.number}"


def _show_row(page: Page, review: ParagraphReview, rows: RowsContext) -> ParagraphChoice | None:
    """Show one paragraph: a tick, the titles, and the details behind a click. Return the choice if it is ticked."""
    _ = page.context.language.gettext
    paragraph = review.paragraph
    number = paragraph.number
    similar = rows.similar.get(number) if paragraph.is_recommendation else None
    links, themes = tuple[str, ...](), tuple[str, ...]()
    is_ticked, title, other_title = False, review.title, review.other_title
    with st.container(key=f"rt_bring_{number}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if review.can_be_saved:
                start = current_value(_key("tick", review), review.is_proposed and rows.propose)
                is_ticked = st.checkbox(_("Paragraph {n}", n=number), start, key=_key("tick", review))
            if is_ticked and not review.letters:
                title = _title(_("Title of paragraph {n}", n=number), _key("title", review), start=title)
                if review.other:
                    label = _("Title of paragraph {n}: {language}", n=number, language=native_name(rows.other))
                    other_title = _title(label, _key("other_title", review), start=other_title)
        if is_ticked:
            themes = _choose_themes(page, review)
        page.show(
            "forms/import_row.html",
            review=review,
            similar=similar,
            is_ticked=is_ticked,
            is_selected=paragraph.number in rows.selected,
            lang=rows.language or page.context.language.code,
            other_lang=rows.other,
            state=_(state_name(review)),
            kind=KIND_NAMES[paragraph.kind],
            there=page.view.dataset.recommendations.get(review.recommendation),
            overlaps=[page.view.recommendations[i] for i in review.overlaps],
            letters=[page.view.recommendations[i] for _letter, i in review.letters],
        )
        if similar and is_ticked and st.checkbox(_("Both ask for the same thing"), key=_key("same", review)):
            links = (similar.recommendation.id,)
    if not is_ticked:
        return None
    return ParagraphChoice(
        review, clean_input(title) or review.title, links, other_title=clean_input(other_title), themes=themes
    )


def _title(label: str, key: str, *, start: str) -> str:
    return st.text_input(
        label, current_value(key, start), key=key, max_chars=MAX_PARAGRAPH_TITLE, label_visibility="collapsed"
    )


def _choose_themes(page: Page, review: ParagraphReview) -> tuple[str, ...]:
    """Show the themes, those that are proposed chosen. Return what is chosen. What is tagged already is not offered."""
    _ = page.context.language.gettext
    terms = {term.id: page.context.label(term) for term in page.view.settings.themes}
    r = page.view.dataset.recommendations.get(review.recommendation)
    known = {theme for tags in (r.tags if r else ()) for theme in tags.themes}
    offered = [theme for theme in terms if theme not in known]
    if not offered or review.letters:
        return ()
    key = _key("themes", review)
    if key not in st.session_state:
        versions = [paragraph for paragraph in (review.paragraph, review.other) if paragraph]
        st.session_state[key] = list(propose_themes(page.view, versions))
    chosen = [theme for theme in st.session_state[key] if theme in offered]
    if len(chosen) < len(st.session_state[key]):  # the settings or the tags changed since the draft was kept
        st.session_state[key] = chosen
    return tuple(
        st.multiselect(
            _("Themes of paragraph {n}", n=review.paragraph.number),
            offered,
            chosen,
            key=key,
            format_func=lambda theme: terms.get(theme, theme),
            placeholder=_("Add themes"),
            label_visibility="collapsed",
        )
    )
