"""The review of a spreadsheet or of an export of UHRI: choices for all rows, the rows to tick, and their save."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import Any

import streamlit as st

from pages.forms.imports.questions import choose_one, show_defaults
from pages.forms.imports.save import show_import_save, show_tick_all
from pages.forms.widgets import note_error, noting_errors, show_button_error
from pages.shared import import_drafts
from pages.shared.import_drafts import PREFIX, ReviewDraft
from pages.shared.layout import Page, site_origin
from pages.shared.messages import _, error_text, escape_markdown, ngettext
from pages.shared.text_fields import text_field
from tracker.i18n import native_name
from tracker.importing import uploads
from tracker.importing.documents.imported_document import ImportedDocument, UprDocument
from tracker.importing.symbols_and_changes import RowState, shorten_title
from tracker.importing.tables import row_comparison, row_review
from tracker.importing.tables import vocabulary as words
from tracker.importing.tables.cell_values import CellKey, UnclearCell, settle_cells, unclear_cells
from tracker.importing.tables.results import MappingReason, SheetColumn, SheetKind, SheetResult
from tracker.importing.tables.row_comparison import RowDefaults
from tracker.importing.tables.row_review import MAX_SAVED_ROWS, UHRI_TAGS, ReviewedRow
from tracker.importing.tables.sheet_reader import SheetChoices
from tracker.importing.tables.vocabulary import IMPORT_FIELDS, SHEET_TEXTS, ImportVocabulary, field_labels
from tracker.importing.uhri import UhriChoice, UhriResult, unknown_tags
from tracker.importing.uploads import SheetUpload, TableRequest, UhriUpload
from tracker.importing.upr_rows import upr_document, upr_table
from tracker.model.dataset import Record
from tracker.model.errors import ImportRefused, UnusableFile
from tracker.model.labels import N_
from tracker.model.registers import Document
from tracker.model.vocabulary import (
    SEPARATOR,
    Direction,
    Issuer,
    StateResponse,
    Status,
    Verification,
)
from tracker.queries.lists.url_filters import paginate

ROWS_PER_PAGE = 25
ON = f"{PREFIX}on"
"""The key of the session state for the rows that the editor ticked, each with its state, "3@new 7@changed".

Nothing is ticked at first, and a row whose state changed is not ticked any more.
"""
ROW_PAGE = f"{PREFIX}rows_page"
"""The key of the session state for the number of the page of the table, counted from 1."""
ROW_STATE_NAMES = {
    RowState.NEW: N_("new here"),
    RowState.SAME: N_("already here"),
    RowState.CHANGED: N_("changed in the file"),
    RowState.CONFLICT: N_("changed on both sides"),
    RowState.REFUSED: N_("cannot be saved"),
}
VOCABULARIES = {"status": Status, "direction": Direction, "verification": Verification, "response": StateResponse}
"""Field of a row → the vocabulary of its values."""
PROBLEMS = "problems"
"""The filter of the rows has this value if it shows only the rows with problems."""
MAX_REASONS = 3
"""At most this many reasons why rows cannot be added stand above the table."""


def _tick_of(row: ReviewedRow) -> str:
    return f"{row.row.number}@{row.state}"


def _ticks() -> set[str]:
    return set(str(st.session_state.get(ON, "")).split())


def _tick(ticks: set[str], is_on: bool) -> None:
    st.session_state[ON] = " ".join(sorted(_ticks() | ticks if is_on else _ticks() - ticks))


def _tick_one(number: int, tick: str) -> None:
    _tick({tick}, bool(st.session_state[f"row_{number}"]))


def show_row_table(
    page: Page,
    rows: Sequence[ReviewedRow],
    clear: frozenset[int],
    *,
    documents: Mapping[str, Document],
    ticks_found: bool = False,
) -> list[ReviewedRow]:
    """Show the rows, ROWS_PER_PAGE at a time, and return all ticked rows, also those on other pages.

    `clear` are the numbers of the rows that one press ticks; `ticks_found` adds a button for those that were found by
    their words, or for all. `documents` also has the new ones that a save would add.
    """
    ticked = [row for row in rows if row.can_be_saved and _tick_of(row) in _ticks()]
    states = [row.state for row in rows]
    stopped = [row.problems for row in rows if row.problems and row.state is not RowState.SAME]
    page.show(
        "forms/import_table_top.html",
        total=len(rows),
        ticked=len(ticked),
        counts=[(ROW_STATE_NAMES[state], states.count(state)) for state in RowState if state in states],
        wrong=sum(bool(row.problems) and row.state is not RowState.REFUSED for row in rows),
        ready=sum(row.can_be_saved for row in rows),
        reasons=Counter(problem for problems in stopped for problem in problems).most_common(MAX_REASONS),
    )
    usable = [row for row in rows if row.can_be_saved]
    show_tick_all(_tick, {_tick_of(row) for row in usable if row.row.number in clear}, set(map(_tick_of, usable)))
    shown = _show_filter(rows) if len(rows) > ROWS_PER_PAGE else rows
    if ticks_found and (found := {_tick_of(row) for row in shown if row.can_be_saved}):
        label = ngettext("Tick {n} row that is found", "Tick {n} rows that are found", len(found))
        st.button(label, key="bring_found", on_click=_tick, args=(found, True))
    on_page, number, pages = paginate(shown, int(st.session_state.get(ROW_PAGE, 1)), per_page=ROWS_PER_PAGE)
    for row in on_page:
        _show_row(page, row, documents, is_ticked=row in ticked)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for label, target in ((_("Previous page"), number - 1), (_("Next page"), number + 1)):
                key, is_none, turn = f"rows_{target}", not 1 <= target <= pages, st.session_state.__setitem__
                st.button(label, key=key, disabled=is_none, on_click=turn, args=(ROW_PAGE, target))
            st.text(_("Page {n} of {total}", n=number, total=pages))
    return ticked


def _show_filter(rows: Sequence[ReviewedRow]) -> Sequence[ReviewedRow]:
    by_state = {state.value: [row for row in rows if row.state is state] for state in RowState}
    by_state[PROBLEMS] = [row for row in rows if row.problems]
    found = {"": rows, **{code: own for code, own in by_state.items() if own}}
    names = {"": _("all rows"), PROBLEMS: _("with something to settle")}
    names |= {state.value: _(ROW_STATE_NAMES[state]) for state in RowState}
    in_words = {code: f"{names[code]} ({len(own)})" for code, own in found.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        show = partial(st.selectbox, key="rows_shown", on_change=st.session_state.pop, args=(ROW_PAGE, None), width=320)
        chosen = found.get(show(_("Which rows are shown"), list(found), 0, in_words.__getitem__) or "", rows)
        typed = text_field(_("Words in the row"), key="rows_words", most=80, is_kept=False)
    words = typed.casefold().split()
    return [row for row in chosen if all(word in _words_of(row) for word in words)] if words else chosen


def _words_of(row: ReviewedRow) -> str:
    return " ".join([row.title, *(value.value for value in row.row.values)]).casefold()


def _show_row(page: Page, row: ReviewedRow, documents: Mapping[str, Document], *, is_ticked: bool) -> None:
    """Show one row: a check box if it can be saved, its title and state, and all of its values in a closed box."""
    language = page.context.language
    number = row.row.number
    with st.container(key=f"rt_bring_{number}", gap="small"):
        if row.can_be_saved:
            st.session_state[f"row_{number}"] = is_ticked
            title = escape_markdown(shorten_title(row.title))
            label = f"{_('Row {n}', n=number)} · {_(ROW_STATE_NAMES[row.state])} · {title}"
            st.checkbox(label, key=f"row_{number}", on_change=_tick_one, args=(number, _tick_of(row)))
        there = page.view.recommendations.get(row.compared.recommendation)
        document = documents.get(there.document if there else row.document)
        body = page.view.bodies.get(document.body) if document else None
        is_report = document is not None and document.kind.is_civil_societys
        issuer = Issuer.CIVIL_SOCIETY if is_report else body
        is_rated = row.adds_assessment or row.state is RowState.SAME
        labels = {**field_labels(language), UHRI_TAGS: _("Tags of UHRI")}
        shown = labels.keys() - {"title", "status", "assessed", "paragraph", "symbol", "document", UHRI_TAGS}
        page.show(
            "forms/import_table_row.html",
            row=row,
            there=there,
            state=_(ROW_STATE_NAMES[row.state]),
            issuer=page.context.label(issuer) if issuer else "",
            document=document,
            status=value_in_words(page, "status", row.row.value("status")) if is_rated else "",
            assessed=row.row.value("assessed") if is_rated else "",
            position=value_in_words(page, "response", row.row.value("response")),
            values=[
                (labels[value.field], value_in_words(page, value.field, value.value), value.language)
                for value in row.row.values
                if value.field in shown
            ],
            changes=[
                (labels.get(c.field, c.field), *(value_in_words(page, c.field, words) for words in (old, c.new)), c)
                for c in row.compared.changes
                # a new assessment replaces nothing
                for old in ["" if c.field in row_review.ASSESSMENT_FIELDS else c.old]
            ],
            uhri_tags=[value_in_words(page, "themes", code) for code in row.tags.themes] if row.tags else [],
        )


def value_in_words(page: Page, field: str, value: str) -> str:
    """Return the value of a field as people read it: the label of a code, a date in words, otherwise unchanged."""
    context = page.context
    if not value:
        return ""
    if field in VOCABULARIES and value in set(VOCABULARIES[field]):
        return context.label(VOCABULARIES[field](value))
    if field in ("assessed", "document_date"):
        return context.language.format_date(value)
    if field in ("themes", "groups"):
        return SEPARATOR.join(context.term_label(code) for code in value.split(SEPARATOR))
    return value


def _show_rows_and_save(
    page: Page,
    draft: ReviewDraft,
    rows: Sequence[ReviewedRow],
    *,
    clear: frozenset[int],
    defaults: RowDefaults,
    result: SheetResult | UhriResult,
    reason: str,
    ticks_found: bool = False,
) -> None:
    """Show the rows, and the buttons that save all ticked rows at once, discard the review, or hand it over."""
    language = page.context.language
    documents = {**page.view.documents, **{document.id: document for document in defaults.documents}}
    ticked = show_row_table(page, rows, clear, documents=documents, ticks_found=ticks_found)
    import_drafts.remember_choices(draft)
    sheet = result if isinstance(result, SheetResult) and result.kind is not SheetKind.OWN_EXPORT else None
    if left := uploads.columns_left_out(sheet) if sheet else ():
        names = "; ".join(column.heading or column.letter for column in left)
        st.info(escape_markdown(_("Columns that are not imported: {names}.", names=names)))
    for told in uploads.comments_left_out(result, language):
        st.info(escape_markdown(told))
    records, errors = tuple[Record, ...](), list[str]()
    if len(ticked) > MAX_SAVED_ROWS:
        errors = [_("At most {n} rows can be saved at once. Untick some, and bring the file again.", n=MAX_SAVED_ROWS)]
    numbers = dict[str, int]()
    confirmed, n = 0, sum(row.adds_assessment for row in ticked)
    if n and not errors:
        name = page.context.organisation_name(defaults.organisation)
        said = ngettext(
            "{n} assessment will be published as that of: {name}",
            "{n} assessments will be published as those of: {name}",
            n,
            name=name,
        )
        confirmed = (
            n if st.checkbox(escape_markdown(said), key=f"publish_{draft.id}_{n}_{defaults.organisation}") else 0
        )
    try:
        make = partial(row_review.records_of_rows, page.view, ticked, defaults)
        records = () if errors else make(language=language, confirmed=confirmed, numbers=numbers)
    except ImportRefused as error:
        errors = [error_text(error)]
    known = page.view.dataset.recommendations
    compared = {str(row.row.number): row.compared.recommendation for row in rows}
    left_out = list(uploads.describe_left_out(rows, {row.row.number for row in ticked}, result, language=language))
    seen = {number: f"{i} {known[i].version if i in known else ''}" for number, i in compared.items()}
    show = partial(show_import_save, page, draft, records, seen=seen, errors=errors, numbers=numbers)
    show(ticked=len(ticked), reason=reason, left_out=left_out)


MAX_TAG_CHOICES = 25
"""The largest number of UHRI's tags for which an editor can choose a theme or group of this tracker."""


def show_uhri_review(page: Page, draft: ReviewDraft, upload: UhriUpload) -> None:
    """Show the review of an export of UHRI: the form that chooses from it, then the rows and the buttons."""
    language = page.context.language
    vocabulary = ImportVocabulary.from_view(page.view, language)
    page.show("forms/import_uhri_top.html", survey=upload.survey, name=draft.reviewed.name)
    show_button_error("bring_in_file")
    _show_uhri_choice(page, draft, upload, vocabulary=vocabulary)
    if (result := upload.result) is None:
        import_drafts.remember_choices(draft)
        missing = [_("Choose what you want to see, then press the button.")]
        show_import_save(page, draft, (), seen={}, errors=missing, ticked=0, reason="")
        return
    page.show("forms/import_uhri_counts.html", result=result)
    themes = _choose_tags(result, vocabulary)

    def review(given: RowDefaults) -> tuple[ReviewedRow, ...]:
        made_of = (upload, page.view.dataset.signature, language.code, given, tuple(themes.items()))
        make = partial(uploads.review_uhri, page.view, result, given, language=language, chosen=themes)
        return _kept_rows(made_of, make)

    rows = review(RowDefaults())
    defaults = show_defaults(page, draft, [row.row for row in rows if row.state is RowState.NEW])
    rows = review(defaults)
    clear = frozenset(row.row.number for row in rows if row.can_be_saved and row.is_new_here)
    reason = _("Imported from a UHRI export.")
    _show_rows_and_save(page, draft, rows, clear=clear, defaults=defaults, result=result, reason=reason)


def _kept_rows(made_of: object, review: Callable[[], tuple[ReviewedRow, ...]]) -> tuple[ReviewedRow, ...]:
    """Return the rows that `review` makes. Call it only if `made_of` is new: the page runs again after every tick."""
    kept: list[tuple[object, tuple[ReviewedRow, ...]]] = st.session_state.setdefault(f"{PREFIX}rows", [])
    rows = next((rows for key, rows in kept if key == made_of), None)
    if rows is None:
        rows = review()
        kept[:] = [*kept[-1:], (made_of, rows)]  # one for the fields above the table, one for the table
    return rows


def _show_uhri_choice(page: Page, draft: ReviewDraft, upload: UhriUpload, *, vocabulary: ImportVocabulary) -> None:
    """Show the form that chooses State, committees, years and themes. A press reads the export again."""
    survey = upload.survey
    choice = upload.choice or UhriChoice(states=survey.names_of_state_party(vocabulary)[: len(page.view.states)])
    bodies = {body.id: page.context.label(body) for body in page.view.bodies.values() if body.id in survey.bodies}
    with st.form("uhri_choice", border=False):
        one, two = st.columns(2)
        states = one.multiselect(
            _("State"), survey.states, list(choice.states), placeholder=_("all States"), select_all=False
        )
        known = [body for body in choice.bodies if body in bodies]
        label, word, all_of_them = _("Treaty bodies"), bodies.__getitem__, _("all bodies")
        chosen_bodies = two.multiselect(label, list(bodies), known, word, placeholder=all_of_them, select_all=False)
        first, last = survey.first_year, survey.last_year
        years = (max(first, choice.first_year), min(last, choice.last_year))
        if first < last:
            years = one.slider(_("Years of publication"), first, last, years)
        themes = two.multiselect(
            _("UHRI themes"), survey.themes, list(choice.themes), placeholder=_("all themes"), select_all=False
        )
        if not st.form_submit_button(_("Show these"), type="secondary" if upload.result else "primary"):
            return
    first_year, last_year = (0, 9999) if years == (first, last) else years
    wanted = UhriChoice(tuple(states), tuple(chosen_bodies), tuple(themes), first_year=first_year, last_year=last_year)
    with noting_errors("bring_in_file"), st.spinner(_("Reading the file…")):
        table = uploads.read_table_again(upload, TableRequest(vocabulary, page.context.language, uhri=wanted))
        import_drafts.change_review(draft, imported=table)
    st.rerun()


def _choose_tags(result: UhriResult, vocabulary: ImportVocabulary) -> dict[str, str]:
    """Show a list of our themes or groups for each unknown tag of UHRI. Return a mapping: name of the tag → chosen code."""
    unknown = unknown_tags(result.recommendations, vocabulary)
    if not unknown:
        return {}
    chosen = {}
    label = ngettext("{n} tag of UHRI has no name here", "{n} tags of UHRI have no name here", len(unknown))
    box = st.expander(label, key="uhri_tags", on_change="rerun")
    for number, (field, name) in enumerate(unknown[:MAX_TAG_CHOICES]):
        key = f"{PREFIX}tag_{number}"
        value = st.session_state.get(key)
        if box.open:
            value = choose_one(name, vocabulary.labels.get(field, {}), key, placeholder=_("left out"), at=box)
        if value:
            chosen[name] = str(value)
    return chosen


def show_upr_review(page: Page, draft: ReviewDraft, imported: ImportedDocument, *, upr: UprDocument) -> None:
    """Review a document of the Universal Periodic Review: what is unclear, then the rows and the buttons."""
    language = page.context.language
    result = upr_table(page.view, imported, upr, language=language)
    of_file = [one for one in result.guesses if not one.row]
    page.show("forms/import_upr_top.html", upr=upr, name=draft.reviewed.name, problems=of_file)

    def review(given: RowDefaults) -> tuple[ReviewedRow, ...]:
        made_of = (upr, page.view.dataset.signature, language.code, given)
        plain = replace(result, guesses=tuple(one for one in result.guesses if one.row))
        return _kept_rows(made_of, lambda: row_review.review_sheet(page.view, plain, given, language=language))

    new = [row.row for row in review(RowDefaults()) if row.state is RowState.NEW]
    defaults = show_defaults(page, draft, new, document_of_file=upr_document(page.view, upr, language))
    rows = review(defaults)
    # what the State answered is taken over with one press; of a report, an editor ticks what is wanted
    clear = frozenset(row.row.number for row in rows if row.can_be_saved and row.state is RowState.CHANGED)
    reason = _("Imported from {document}.", document=upr.symbol or draft.reviewed.name)
    how: dict[str, Any] = {"clear": clear, "defaults": defaults, "result": result, "reason": reason}
    _show_rows_and_save(page, draft, rows, **how, ticks_found=True)


MAX_UNCLEAR = 20
"""The largest number of unclear cells that are shown at once. The others follow when these are settled."""
MAX_COLUMNS = 60
"""How many columns of a sheet can be given another field on the page."""
UNSURE = tuple(map(MappingReason, ("similar", "unknown", "double", "either", "hidden", *words.WORDS_OF_OTHERS)))
"""The reasons for which an editor should look at the field that was chosen for a column."""


def show_sheet_review(page: Page, draft: ReviewDraft, upload: SheetUpload) -> None:
    """Show the review of a spreadsheet: its columns, unclear cells and rows, and the buttons that end the review."""
    language = page.context.language
    if upload.content and upload.language != language.code:
        _read_again(page, draft, upload.choices)
        st.rerun()
    result = upload.result
    is_own = result.kind is SheetKind.OWN_EXPORT
    page.show("forms/import_sheet_top.html", result=result, name=draft.reviewed.name, is_own=is_own)
    show_button_error("bring_in_file")
    _choose_sheet(page, draft, upload)
    if not is_own and upload.content:  # of rows that were offered there is no file
        _show_columns(page, draft, upload)
    chosen = _show_unclear_cells(page, result)
    settled = settle_cells(result, chosen)

    def review(given: RowDefaults) -> tuple[ReviewedRow, ...]:
        made_of = (upload, page.view.dataset.signature, language.code, given, tuple(chosen.items()))
        return _kept_rows(made_of, lambda: row_review.review_sheet(page.view, settled, given, language=language))

    all_ours = RowDefaults(ours=tuple(dict.fromkeys(map(row_comparison.organisation_key, settled.rows))))
    rated = [row.row for row in review(all_ours) if row.adds_assessment]
    defaults = show_defaults(page, draft, settled.rows, rated=rated)
    rows = review(defaults)
    clear = frozenset(row.row.number for row in rows if row_review.is_clear(row, result.kind))
    reason = _("Imported from a spreadsheet.")
    _show_rows_and_save(page, draft, rows, clear=clear, defaults=defaults, result=result, reason=reason)


def _read_again(page: Page, draft: ReviewDraft, choices: SheetChoices) -> None:
    language = page.context.language
    try:
        request = TableRequest(ImportVocabulary.from_view(page.view, language, site_origin()), language, choices)
        table = uploads.read_table_again(draft.reviewed.imported, request)
    except UnusableFile as error:
        note_error("bring_in_file", error_text(error))
        table = replace(draft.reviewed.imported, language=language.code)
    with noting_errors("bring_in_file"):
        import_drafts.change_review(draft, imported=table)


def _choose_sheet(page: Page, draft: ReviewDraft, upload: SheetUpload) -> None:
    if not upload.result.other_sheets:
        return
    key = f"{PREFIX}sheet"
    st.session_state[key] = upload.result.sheet

    def read_chosen() -> None:
        for old in [old for old in st.session_state if str(old).startswith((f"{PREFIX}o", f"{PREFIX}cell_"))]:
            del st.session_state[old]  # the numbers of rows and the words in cells of the other sheet
        _read_again(page, draft, SheetChoices(sheet=str(st.session_state[key])))

    names = [upload.result.sheet, *upload.result.other_sheets]
    st.selectbox(_("Sheet"), names, key=key, on_change=read_chosen, width=320)


def _show_columns(page: Page, draft: ReviewDraft, upload: SheetUpload) -> None:
    columns, n = upload.result.columns, len(upload.result.columns)
    read = len(columns) - len(uploads.columns_left_out(upload.result))
    label = ngettext("{read} of {n} column will be imported", "{read} of {n} columns will be imported", n, read=read)
    is_unsure = any(column.reason in UNSURE and column.heading for column in columns)
    box = st.expander(label, expanded=is_unsure, key="sheet_columns", on_change="rerun")
    if not box.open:
        return
    notes = [guess.message for guess in upload.result.guesses if not guess.row and not guess.column]
    with box:
        page.show("forms/import_columns.html", notes=notes)
        n = min(n, MAX_COLUMNS)
        for column in columns[:n]:
            _show_column(page, draft, upload, column=column)
        if n < len(columns):
            st.caption(_("Here you can change the first {n} columns; for the others, change the sheet.", n=n))


def _show_column(page: Page, draft: ReviewDraft, upload: SheetUpload, *, column: SheetColumn) -> None:
    """Show a column, and the list in which an editor chooses its field. A choice reads the spreadsheet again."""
    labels = field_labels(page.context.language)
    options = {"": _("not read")}
    for name in (name for name, field in IMPORT_FIELDS.items() if field.sheet.is_recorded):
        options[name], codes = labels[name], page.view.settings.languages if name in SHEET_TEXTS else ()
        options |= {f"{name}@{code}": f"{labels[name]} · {native_name(code)}" for code in codes}
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
        label, is_off = _("Column {letter}", letter=column.letter), column.reason is MappingReason.PRIVATE
        show = partial(st.selectbox, key=key, label_visibility="collapsed", on_change=choose, disabled=is_off)
        show(label, list(options), 0, options.__getitem__)


def _show_unclear_cells(page: Page, result: SheetResult) -> dict[CellKey, str]:
    """Show the cells that are not clear. Return a mapping: key of a cell → chosen value, or "" to leave the cell out."""
    cells = unclear_cells(result, ImportVocabulary.from_view(page.view, page.context.language))
    if not cells:
        return {}
    values = {cell.key: st.session_state.get(_cell_key(cell)) for cell in cells}
    chosen = {key: str(value) for key, value in values.items() if value is not None}
    open_cells = [cell for cell in cells if not cell.guess and cell.key not in chosen]
    page.show("forms/import_unclear.html", n=len(open_cells))
    if keys := {_cell_key(cell): "" for cell in open_cells if cell.field not in words.ONE_BY_ONE}:
        st.button(
            _("Leave out {n} of {all} (links are settled one by one)", n=len(keys), all=len(cells)),
            key="cells_none",
            on_click=st.session_state.update,
            args=(keys,),
        )
    first = [*open_cells, *(cell for cell in cells if cell not in open_cells)]
    for cell in first[:MAX_UNCLEAR]:
        _show_unclear_cell(page, cell, is_settled=cell not in open_cells)
    return chosen


def _cell_key(cell: UnclearCell) -> str:
    return f"{PREFIX}cell_{blake2b(repr(cell.key).encode(), digest_size=8).hexdigest()}"


def _show_unclear_cell(page: Page, cell: UnclearCell, *, is_settled: bool) -> None:
    """Show what is written in an unclear cell, and the list of values that may be meant."""
    label = field_labels(page.context.language).get(cell.field, cell.field)
    options = [*cell.choices] if cell.field in words.SOURCE_FIELDS else ["", *cell.choices]
    key = _cell_key(cell)
    if cell.guess:
        st.session_state.setdefault(key, cell.guess)
    one, two = st.columns([3, 2], vertical_alignment="center")
    with one:
        page.show("forms/import_unclear_cell.html", cell=cell, name=label, is_settled=is_settled)
    with two:
        left_out = _("leave the cell out")
        in_words = {code: value_in_words(page, cell.field, code) if code else left_out for code in options}
        label, word, choose = f"{label}: {cell.written[:60]}", in_words.__getitem__, _("Choose")
        st.selectbox(label, options, None, word, key=key, placeholder=choose, label_visibility="collapsed")
