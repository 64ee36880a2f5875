"""The table of rows that an editor reviews and ticks, and the save of what is ticked: of a spreadsheet or of UHRI."""

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.forms.imports.save import show_import_save
from pages.shared.import_drafts import PREFIX, ReviewDraft
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from tracker.i18n import Language
from tracker.importing.entry import RowState
from tracker.importing.tables.row_review import MAX_SAVED_ROWS, UHRI_TAGS, ReviewedRow, records_of_rows
from tracker.importing.tables.row_sources import RowDefaults
from tracker.importing.tables.vocabulary import field_labels
from tracker.model.dataset import Record
from tracker.model.errors import ImportRefused
from tracker.model.labels import N_
from tracker.model.registers import Document
from tracker.model.vocabulary import SEPARATOR, Direction, Issuer, Verification
from tracker.publishing.wording import error_sentence
from tracker.queries.lists.pagination import paginate

ROWS_PER_PAGE = 25
ON, OFF = f"{PREFIX}on", f"{PREFIX}off"
"""The keys of the rows that the editor ticked and unticked by hand, as numbers with spaces between them."""
ROW_PAGE = f"{PREFIX}rows_page"
ROW_STATE_NAMES = {
    RowState.NEW: N_("new here"),
    RowState.SAME: N_("already here"),
    RowState.CHANGED: N_("changed in the file"),
    RowState.CONFLICT: N_("changed on both sides"),
    RowState.REFUSED: N_("cannot be saved"),
}
PROBLEMS = "problems"


def ticked_rows(rows: Sequence[ReviewedRow], proposed: frozenset[int]) -> list[ReviewedRow]:
    """Return the rows that are ticked: what is proposed or ticked by hand, unless it was unticked or cannot be saved."""
    on, off = _numbers(ON), _numbers(OFF)
    return [row for row in rows if row.can_be_saved and row.row.number in (proposed | on) - off]


def _numbers(key: str) -> set[int]:
    return set(map(int, str(st.session_state.get(key, "")).split()))


def _keep(key: str, numbers: set[int]) -> None:
    st.session_state[key] = " ".join(map(str, sorted(numbers)))


def _tick(on: frozenset[int], off: frozenset[int]) -> None:
    """Tick and untick rows. Others stay as they are."""
    _keep(ON, (_numbers(ON) | on) - off)
    _keep(OFF, (_numbers(OFF) | off) - on)


def _tick_one(number: int) -> None:
    is_on = bool(st.session_state[f"row_{number}"])
    one = frozenset((number,))
    _tick(one if is_on else frozenset(), frozenset() if is_on else one)


def show_row_table(
    page: Page, rows: Sequence[ReviewedRow], proposed: frozenset[int], documents: Mapping[str, Document]
) -> list[ReviewedRow]:
    """Show the rows, one page at a time, and return all that are ticked.

    `proposed` are the numbers of rows ticked at first, `documents` maps id → document for those that may be added.
    """
    _ = page.context.language.gettext
    ticked = ticked_rows(rows, proposed)
    states = [row.state for row in rows]
    counts = [(ROW_STATE_NAMES[state], states.count(state)) for state in RowState if state in states]
    wrong = sum(bool(row.problems) and row.state is not RowState.REFUSED for row in rows)
    ready = sum(row.can_be_saved for row in rows)
    page.show(
        "forms/import_table_top.html", total=len(rows), ticked=len(ticked), counts=counts, wrong=wrong, ready=ready
    )
    _show_tick_all(page, rows)
    shown = _show_filter(page, rows) if len(rows) > ROWS_PER_PAGE else rows
    number = int(st.session_state.get(ROW_PAGE, 1))
    on_page, number, pages = paginate(shown, number, per_page=ROWS_PER_PAGE)
    chosen = {row.row.number for row in ticked}
    for row in on_page:
        _show_row(page, row, documents, is_ticked=row.row.number in chosen)
    if pages > 1:
        _show_pages(page, number, pages)
    return ticked


def _show_tick_all(page: Page, rows: Sequence[ReviewedRow]) -> None:
    """Show buttons that tick all new rows, and all that change something, and one that unticks everything."""
    _ = page.context.language.gettext
    nothing: frozenset[int] = frozenset()
    usable = [row for row in rows if row.can_be_saved]
    by_state = {
        RowState.NEW: frozenset(row.row.number for row in usable if row.is_new_here),
        RowState.CHANGED: frozenset(row.row.number for row in usable if row.state is RowState.CHANGED),
    }
    names = {RowState.NEW: _("Tick all new ones"), RowState.CHANGED: _("Tick all changes")}
    with st.container(horizontal=True, gap="small"):
        for state, numbers in by_state.items():
            if numbers:
                st.button(names[state], key=f"bring_all_{state}", on_click=_tick, args=(numbers, nothing))
        every = frozenset(row.row.number for row in rows if row.can_be_saved)
        if every:
            st.button(_("Untick all"), key="bring_none", on_click=_tick, args=(nothing, every))


def _show_filter(page: Page, rows: Sequence[ReviewedRow]) -> Sequence[ReviewedRow]:
    _ = page.context.language.gettext
    wrong = [row for row in rows if row.problems]
    found: dict[str, Sequence[ReviewedRow]] = {"": rows}
    found |= {state.value: own for state in RowState if (own := [row for row in rows if row.state is state])}
    found |= {PROBLEMS: wrong} if wrong else {}
    names = {"": _("all rows"), PROBLEMS: _("with something to settle"), **{s: _(ROW_STATE_NAMES[s]) for s in RowState}}
    chosen = st.selectbox(
        _("Which rows are shown"),
        list(found),
        format_func=lambda code: f"{names[code]} ({len(found[code])})",
        key="rows_shown",
        on_change=st.session_state.pop,
        args=(ROW_PAGE, None),
        width=320,
    )
    return found.get(chosen or "", rows)


def _show_pages(page: Page, number: int, pages: int) -> None:
    _ = page.context.language.gettext
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, target in ((_("Previous page"), number - 1), (_("Next page"), number + 1)):
            turn = st.session_state.__setitem__
            st.button(
                label, key=f"rows_{target}", on_click=turn, args=(ROW_PAGE, target), disabled=not 1 <= target <= pages
            )
        st.text(_("Page {n} of {total}", n=number, total=pages))


def _show_row(page: Page, row: ReviewedRow, documents: Mapping[str, Document], *, is_ticked: bool) -> None:
    """Show one row: a tick if it can be saved, what it says, its state, and behind a click all of its values."""
    language = page.context.language
    _ = language.gettext
    number = row.row.number
    with st.container(key=f"rt_bring_{number}", gap="small"):
        if row.can_be_saved:
            st.session_state[f"row_{number}"] = is_ticked
            title = escape_markdown(" ".join(row.title.split())[:160])
            label = f"{_('Row {n}', n=number)} · **{_(ROW_STATE_NAMES[row.state])}** · {title}"
            st.checkbox(label, key=f"row_{number}", on_change=_tick_one, args=(number,))
        there = page.view.recommendations.get(row.compared.recommendation)
        document = documents.get(there.document if there else row.document)
        body = page.view.bodies.get(document.body) if document else None
        is_report = document is not None and document.kind == "alternative-report"
        labels = field_labels(language)
        page.show(
            "forms/import_table_row.html",
            row=row,
            there=there,
            state=_(ROW_STATE_NAMES[row.state]),
            issuer=page.context.label(Issuer.CIVIL_SOCIETY) if is_report else page.context.label(body) if body else "",
            document=document,
            status=value_in_words(page, "status", row.row.value("status")),
            values=[
                (labels.get(value.field, value.field), value_in_words(page, value.field, value.value), value.language)
                for value in row.row.values
                if value.field not in ("title", "status", "assessed", "paragraph", "symbol", "document")
            ],
            changes=[
                (
                    _("Tags of UHRI") if change.field == UHRI_TAGS else labels.get(change.field, change.field),
                    value_in_words(page, change.field, change.old),
                    value_in_words(page, change.field, change.new),
                    change,
                )
                for change in row.compared.changes
            ],
            uhri_tags=[value_in_words(page, "themes", code) for code in row.tags.themes] if row.tags else [],
        )


def value_in_words(page: Page, field: str, value: str) -> str:
    """Return a value of a row as people read it: the label of a code, a date in words, otherwise the value."""
    context, language = page.context, page.context.language
    if not value:
        return ""
    if field == "status":
        statuses = page.view.settings.statuses
        return next((language.resolve(one.label).text for code, one in statuses.items() if code == value), value)
    if field in ("assessed", "document_date"):
        return language.format_date(value)
    if field in ("themes", "groups"):
        return SEPARATOR.join(context.term_label(code) for code in value.split(SEPARATOR))
    if field in ("direction", "verification"):
        return _enum_label(language, field, value)
    return value


def _enum_label(language: Language, field: str, value: str) -> str:
    kind = Direction if field == "direction" else Verification
    return language.gettext(kind(value).label)


def show_table_save(
    page: Page,
    draft: ReviewDraft,
    rows: Sequence[ReviewedRow],
    *,
    ticked: Sequence[ReviewedRow],
    defaults: RowDefaults,
    reason: str,
    missing: Sequence[str] = (),
) -> None:
    """Show the buttons that save all ticked rows at once, discard the review, or hand it over.

    `rows` are all rows. `reason` is the reason in the history, `missing` are sentences that say why nothing can be saved
    yet.
    """
    language = page.context.language
    _ = language.gettext
    errors = list(missing)
    if len(ticked) > MAX_SAVED_ROWS:
        errors.append(
            _("At most {n} rows can be saved at once. Untick some, and bring the file again.", n=MAX_SAVED_ROWS)
        )
    records: Sequence[Record] = ()
    try:
        records = () if errors else records_of_rows(page.view, ticked, defaults, language=language)
    except ImportRefused as error:
        errors.append(error_sentence(language, error))
    known = page.view.dataset.recommendations
    compared = {str(row.row.number): row.compared.recommendation for row in rows}
    show_import_save(
        page,
        draft,
        records,
        seen={number: f"{i} {known[i].version if i in known else ''}" for number, i in compared.items()},
        errors=errors,
        ticked=len(ticked),
        reason=reason,
    )
