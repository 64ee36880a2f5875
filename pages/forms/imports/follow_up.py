"""The review of a report on follow-up: each paragraph beside the recommendation it is about, and one save of all."""

import streamlit as st

from pages.forms.imports.save import show_import_save
from pages.shared import import_drafts
from pages.shared.import_drafts import PREFIX, ReviewDraft
from pages.shared.layout import Page, escape_markdown
from pages.shared.widget_values import current_value, index_of
from tracker.editing.forms.typed_dates import read_date
from tracker.importing.documents.follow_up_records import (
    ParagraphMatch,
    follow_up_records,
    match_paragraphs,
    propose_part,
    section_of,
)
from tracker.importing.documents.imported_document import FollowUpReport, refuse_other_state
from tracker.importing.entry import document_of_symbol
from tracker.model.errors import ImportRefused
from tracker.publishing.wording import error_sentence
from tracker.queries.view import effective_date
from tracker.validation.state_party import expected_state, is_name_of


def show_follow_up_review(page: Page, draft: ReviewDraft) -> None:
    """Show what a report says of the State of the dataset, and save it when the editor presses the button."""
    view, language = page.view, page.context.language
    _ = language.gettext
    imported = draft.document.imported
    page.show("forms/import_follow_up_top.html")
    report = _choose_section(page, imported.follow_up_reports)
    section = section_of(report, imported)
    observations = document_of_symbol(view, report.concluding_observations)
    matches = match_paragraphs(view, report)
    page.show("forms/import_follow_up.html", report=report, observations=observations, name=draft.name)
    for notice in imported.notices:
        st.warning(escape_markdown(_(notice.message, **dict(notice.values))))
    parts: dict[tuple[str, int], str | None] = {}
    added = {
        m.paragraph.number: title for m in matches if (title := _show_paragraph(page, m, parts, lang=section.language))
    }
    paper = next((d for d in view.documents.values() if d.symbol and d.symbol == report.symbol), None)
    known = (effective_date(paper) if paper else None) or report.session_dates or ""
    key = f"{PREFIX}report_date"
    typed = st.text_input(_("Date of the committee's report"), current_value(key, known), key=key, max_chars=40)
    date = read_date(typed).date
    import_drafts.remember_choices(draft)
    errors = []
    if observations is None:
        missing = _("The register has no concluding observations with the symbol {symbol}. Add or import them first.")
        errors.append(missing.format(symbol=report.concluding_observations or "?"))
    if not date:
        errors.append(_("Enter the date of the committee's report, or of its session: the grades are of this date."))
    try:
        refuse_other_state(section, view.dataset, "")
    except ImportRefused as error:
        errors.append(error_sentence(language, error))
    records = () if errors else follow_up_records(view, report, section, date=date or "", added=added, parts=parts)
    if not errors and not records:
        errors.append(_("Everything in this report is in the register already."))
    versions = {m.recommendation.id: m.recommendation.version for m in matches if m.recommendation}
    show_import_save(
        page,
        draft,
        records,
        seen=versions | ({observations.id: observations.version} if observations else {}),
        errors=errors,
        ticked=0,
        reason=_("Imported from {document}.", document=report.symbol or draft.name or _("a report on follow-up")),
        document=observations.id if observations else "",
    )


def _choose_section(page: Page, reports: tuple[FollowUpReport, ...]) -> FollowUpReport:
    if len(reports) == 1:
        return reports[0]
    expected = expected_state(page.view.dataset)
    own = next((n for n, report in enumerate(reports) if report.state and is_name_of(report.state, expected)), 0)
    names = [report.state or report.concluding_observations or "?" for report in reports]
    how = {"format_func": names.__getitem__, "key": f"{PREFIX}section"}
    chosen = st.selectbox(page.context.language.gettext("State"), range(len(reports)), own, **how)
    return reports[chosen]


def _show_paragraph(page: Page, match: ParagraphMatch, chosen: dict[tuple[str, int], str | None], *, lang: str) -> str:
    """Show a paragraph beside its recommendation. Return the title under which a new one is to be added, "" for none.

    `chosen` gets (number, place of a grade) → part, for each grade whose part the report does not say with one letter.
    """
    _ = page.context.language.gettext
    page.show("forms/import_follow_up_row.html", match=match, lang=lang)
    r, grades = match.recommendation, match.paragraph.grades
    for n, grade in enumerate(grades if r and r.parts else ()):
        if grade.scope:
            continue
        names = {part.id: f"{part.id}. {page.context.language.resolve(part.summary).text}" for part in r.parts}
        key, ids = f"{PREFIX}part_{match.paragraph.number}_{n}", ["", *names]
        start = current_value(key, propose_part(r, grades, n) or "")
        label, whole = (
            _("{grade}: for which part?", grade=f"{n + 1}. {grade.grade}"),
            _("the whole recommendation, or not said"),
        )
        names |= {"": whole}
        part = st.selectbox(label, ids, index_of(start, ids), format_func=names.get, key=key)
        chosen[match.paragraph.number, n] = part or None
    if match.recommendation or not match.title:
        return ""
    number = match.paragraph.number
    if not st.checkbox(_("Add paragraph {n} from the quotation", n=number), True, key=f"{PREFIX}tick_{number}"):
        return ""
    key = f"{PREFIX}title_{number}"
    return st.text_input(_("Title"), current_value(key, match.title), key=key, max_chars=300)
