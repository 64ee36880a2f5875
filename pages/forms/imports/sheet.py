"""The review of a spreadsheet: its columns, what is chosen for all rows, the cells that are not clear, and its rows."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import streamlit as st

from pages.forms.imports.defaults import show_defaults
from pages.forms.imports.table import show_row_table, show_table_save, value_in_words
from pages.shared import import_drafts
from pages.shared.import_drafts import PREFIX, ReviewDraft
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from tracker.i18n import native_name
from tracker.importing.tables.cell_values import CellKey, UnclearCell, settle_cells, unclear_cells
from tracker.importing.tables.results import MappingReason, SheetColumn, SheetKind, SheetResult
from tracker.importing.tables.row_review import ReviewedRow, is_proposed, review_sheet
from tracker.importing.tables.row_sources import RowDefaults
from tracker.importing.tables.sheet_reader import SheetChoices
from tracker.importing.tables.vocabulary import (
    IMPORT_FIELDS,
    RECORDED_FIELDS,
    SHEET_TEXTS,
    SOURCE_FIELDS,
    ImportVocabulary,
    field_labels,
)
from tracker.importing.uploads import SheetUpload, read_sheet_again
from tracker.model.errors import TrackerError, UnusableFile
from tracker.publishing.wording import error_sentence

MAX_UNCLEAR = 20
"""How many unclear cells are shown at once. The others follow when these are settled."""
UNSURE = (MappingReason.SIMILAR, MappingReason.UNKNOWN, MappingReason.DOUBLE)


def show_sheet_review(page: Page, draft: ReviewDraft, upload: SheetUpload) -> None:
    """Show what was read from a spreadsheet, and save the ticked rows when the editor presses the button."""
    language = page.context.language
    _ = language.gettext
    if upload.language != language.code:
        _read_again(page, draft, upload.choices)
        st.rerun()
    result = upload.result
    page.show("forms/import_sheet_top.html", result=result, name=draft.name, is_own=result.kind is SheetKind.OWN_EXPORT)
    if wrong := st.session_state.pop("bring_in_file_wrong", ""):
        st.error(escape_markdown(wrong))
    _choose_sheet(page, draft, upload)
    if result.kind is not SheetKind.OWN_EXPORT:
        _show_columns(page, draft, upload)
    chosen = _settle_unclear_cells(page, result)
    settled = settle_cells(result, chosen)
    defaults = show_defaults(page, settled.rows)
    rows = _review(page, upload, settled, defaults=defaults, chosen=chosen)
    proposed = frozenset(row.row.number for row in rows if is_proposed(row, result.kind))
    documents = {**page.view.documents, **{document.id: document for document in defaults.documents}}
    ticked = show_row_table(page, rows, proposed, documents=documents)
    import_drafts.remember_choices(draft)
    left = [c.heading or c.letter for c in columns_left_out(result)] if result.kind is not SheetKind.OWN_EXPORT else []
    if left:
        st.info(escape_markdown(_("Columns that are not imported: {names}.", names="; ".join(left))))
    reason = _("Imported from a spreadsheet.")
    show_table_save(page, draft, rows, ticked=ticked, defaults=defaults, reason=reason)


def _review(
    page: Page, upload: SheetUpload, result: SheetResult, *, defaults: RowDefaults, chosen: Mapping[CellKey, str]
) -> tuple[ReviewedRow, ...]:
    """Return the reviewed rows. The page runs again with every tick, so they are kept until something changes."""
    made_of: Any = (
        id(upload),
        page.view.dataset.signature,
        page.context.language.code,
        defaults,
        tuple(chosen.items()),
    )
    kept = st.session_state.get(f"{PREFIX}rows")
    if kept is None or kept[0] != made_of:
        kept = (made_of, review_sheet(page.view, result, defaults, language=page.context.language))
        st.session_state[f"{PREFIX}rows"] = kept
    rows: tuple[ReviewedRow, ...] = kept[1]
    return rows


def _read_again(page: Page, draft: ReviewDraft, choices: SheetChoices) -> None:
    """Read the file again with other choices. If this fails, keep what was read, and say why."""
    language = page.context.language
    assert isinstance(draft.imported, SheetUpload)
    vocabulary = ImportVocabulary.from_view(page.view, language)
    try:
        table = read_sheet_again(draft.imported, choices, vocabulary, language=language)
    except UnusableFile as error:
        st.session_state["bring_in_file_wrong"] = error_sentence(language, error)
        table = replace(draft.imported, language=language.code)
    try:
        import_drafts.replace_table(draft, table)
    except TrackerError as error:
        st.session_state["bring_in_file_wrong"] = error_sentence(language, error)


def _choose_sheet(page: Page, draft: ReviewDraft, upload: SheetUpload) -> None:
    """Show which sheet is read, if there are several."""
    _ = page.context.language.gettext
    if not upload.result.other_sheets:
        return
    key = f"{PREFIX}sheet"
    st.session_state[key] = upload.result.sheet

    def read_chosen() -> None:
        for old in [old for old in st.session_state if str(old).startswith((f"{PREFIX}o", f"{PREFIX}cell_"))]:
            del st.session_state[old]  # the numbers of rows and the words in cells of the other sheet
        _read_again(page, draft, SheetChoices(sheet=str(st.session_state[key])))

    st.selectbox(
        _("Sheet"), [upload.result.sheet, *upload.result.other_sheets], key=key, on_change=read_chosen, width=320
    )


def _show_columns(page: Page, draft: ReviewDraft, upload: SheetUpload) -> None:
    """Show what each column was taken for, with some of its values, and let the editor correct it."""
    language = page.context.language
    columns = upload.result.columns
    read = len(columns) - len(columns_left_out(upload.result))
    label = language.ngettext(
        "{read} of {n} column will be imported", "{read} of {n} columns will be imported", len(columns), read=read
    )
    is_unsure = any(column.reason in UNSURE and column.heading for column in columns)
    box = st.expander(label, expanded=is_unsure, key="sheet_columns", on_change="rerun")
    if not box.open:
        return
    with box:
        page.show(
            "forms/import_columns.html", notes=[g.message for g in upload.result.guesses if not g.row and not g.column]
        )
        for column in columns[:60]:
            _show_column(page, draft, upload, column=column)


def columns_left_out(result: SheetResult) -> list[SheetColumn]:
    """Return the columns of which nothing is imported: they are not read, or a recommendation has no field for them."""
    return [c for c in result.columns if c.field.partition(":")[0] not in RECORDED_FIELDS]


def _show_column(page: Page, draft: ReviewDraft, upload: SheetUpload, *, column: SheetColumn) -> None:
    language = page.context.language
    _ = language.gettext
    labels = field_labels(language)
    options = {"": _("not read")}
    for name, field in IMPORT_FIELDS.items():
        if field.sheet.is_recorded:
            options[name] = labels[name]
            if name in SHEET_TEXTS:
                options |= {
                    f"{name}@{code}": f"{labels[name]} · {native_name(code)}" for code in page.view.settings.languages
                }
    now = upload.choices.fields.get(column.letter, column.field)
    if f"{now}@{column.language}" in options:
        now = f"{now}@{column.language}"
    options.setdefault(now, labels.get(now.partition(":")[0], now))
    key = f"column_{column.letter}"
    st.session_state[key] = now

    def choose() -> None:
        fields = {**upload.choices.fields, column.letter: str(st.session_state[key])}
        _read_again(page, draft, replace(upload.choices, fields=fields))

    notes = [guess.message for guess in upload.result.guesses if guess.column == column.letter and not guess.row]
    is_left_out = now in IMPORT_FIELDS and not IMPORT_FIELDS[now].sheet.is_recorded
    one, two = st.columns([3, 2], vertical_alignment="center")
    with one:
        page.show("forms/import_column.html", column=column, notes=notes, is_left_out=is_left_out)
    with two:
        st.selectbox(
            _("Column {letter}", letter=column.letter),
            list(options),
            format_func=lambda code: options.get(code, code),
            key=key,
            on_change=choose,
            disabled=column.reason is MappingReason.PRIVATE,
            label_visibility="collapsed",
        )


def _settle_unclear_cells(page: Page, result: SheetResult) -> dict[CellKey, str]:
    """Show what the cells say that is not clear, once for all cells that say the same. Return what is chosen."""
    _ = page.context.language.gettext
    cells = unclear_cells(result, ImportVocabulary.from_view(page.view, page.context.language))
    if not cells:
        return {}
    chosen: dict[CellKey, str] = {}
    for cell in cells:
        value = st.session_state.get(_cell_key(cell))
        if value is not None:
            chosen[cell.key] = str(value)
    open_cells = [cell for cell in cells if not cell.guess and cell.key not in chosen]
    page.show("forms/import_unclear.html", n=len(open_cells), guesses=any(cell.guess for cell in cells))
    if open_cells:
        keys = {_cell_key(cell): "" for cell in open_cells if cell.field not in SOURCE_FIELDS}
        st.button(_("Leave out all of these cells"), key="cells_none", on_click=st.session_state.update, args=(keys,))
    first = [*open_cells, *(cell for cell in cells if cell not in open_cells)]
    for cell in first[:MAX_UNCLEAR]:
        _show_unclear(page, cell)
    return chosen


def _cell_key(cell: UnclearCell) -> str:
    return f"{PREFIX}cell_{blake2b(repr(cell.key).encode(), digest_size=8).hexdigest()}"


def _show_unclear(page: Page, cell: UnclearCell) -> None:
    language = page.context.language
    _ = language.gettext
    label = field_labels(language).get(cell.field, cell.field)
    options = [*cell.choices] if cell.field in SOURCE_FIELDS else ["", *cell.choices]
    key = _cell_key(cell)
    if cell.guess:
        st.session_state.setdefault(key, cell.guess)
    one, two = st.columns([3, 2], vertical_alignment="center")
    with one:
        page.show("forms/import_unclear_cell.html", cell=cell, name=label)
    with two:
        st.selectbox(
            f"{label}: {cell.written[:60]}",
            options,
            index=None,
            format_func=lambda code: value_in_words(page, cell.field, code) if code else _("leave the cell out"),
            key=key,
            placeholder=_("Choose"),
            label_visibility="collapsed",
        )
