"""The rows of a spreadsheet, or of an export of UHRI, as an editor reviews them before anything is saved.

Records are made from the rows: new recommendations, and changes of known ones. What the tracker knows besides, such as
earlier assessments, other languages and the tags of others, stays.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from tracker.editing.forms.recommendation import RecommendationForm, can_have_recommendations, our_tags
from tracker.editing.forms.values import free_id, update_text
from tracker.i18n import Language, native_name
from tracker.importing.entry import ImportedChange, RowState, shorten_title
from tracker.importing.tables.cell_values import problems_by_row
from tracker.importing.tables.results import CellProblem, FieldValue, ImportedRow, SheetKind, SheetResult
from tracker.importing.tables.row_comparison import RowComparison, compare_export_rows, compare_other_rows
from tracker.importing.tables.row_sources import (
    RowDefaults,
    contradictions,
    document_of_row,
    named_document,
    other_state_of,
    with_documents,
)
from tracker.importing.tables.vocabulary import SETS, SHEET_TEXTS, SOURCE_FIELDS, TEXTS_OF_RECORD
from tracker.model.dataset import Record
from tracker.model.errors import ImportRefused
from tracker.model.labels import N_
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.partial_dates import is_after
from tracker.model.records import Assessment, Recommendation, TagSet
from tracker.model.vocabulary import (
    SEPARATOR,
    Direction,
    StateResponse,
    Status,
    TagSource,
    TextOrigin,
    Verification,
    Voice,
)
from tracker.queries.localized_names import recorded_right
from tracker.queries.view import View
from tracker.validation.state_party import ExpectedState, expected_state

ASSESSMENT_FIELDS = ("status", "direction", "assessed", "reason")
"""The fields of a row that become an assessment."""
UHRI_TAGS = "uhri_tags"
"""The field of a change that gives a recommendation the tags of UHRI."""
MAX_SAVED_ROWS = 500
"""The largest number of rows in one save, so that nobody waits for minutes."""


@dataclass(frozen=True, slots=True)
class RowAssessment:
    """What a row says about where its recommendation stands. Date, reasons (language code → text) may be missing."""

    status: Status
    direction: Direction | None
    date: str
    reasons: Mapping[str, str]
    organisation: str
    evidence: tuple[str, ...] = ()

    def record(self, main: str) -> Assessment:
        """Return the assessment to record; it must be complete. `main` is the main language of the dataset."""
        return Assessment(
            voice=Voice.CIVIL_SOCIETY,
            organisation=self.organisation or None,
            status=self.status,
            direction=self.direction,
            date=self.date,
            reason=update_text(None, self.reasons, main),
            evidence=self.evidence,
        )


def texts_of_row(row: ImportedRow, field: str, main: str) -> dict[str, str]:
    """Return code of a language → text, for a field of a row. A text whose language is not known is in `main`."""
    return {value.language or main: value.value for value in row.values if value.field == field}


def assessment_of_row(
    view: View, row: ImportedRow, r: Recommendation | None, *, defaults: RowDefaults, language: Language
) -> RowAssessment | None:
    """Return the assessment in a row, or None if it has no status. It may be incomplete: see `assessment_problems`.

    Evidence of the assessment that counts now stays with the new one if both have the same status.
    """
    status = row.value("status")
    if not status or status == Status.NOT_ASSESSED:
        return None
    main = view.settings.language
    reasons = texts_of_row(row, "reason", main) or ({language.code: defaults.reason} if defaults.reason else {})
    before = view.headline(view.recommendations[r.id]).only if r and r.id in view.recommendations else None
    direction = row.value("direction")
    return RowAssessment(
        status=Status(status),
        direction=Direction(direction) if direction else None,
        date=row.value("assessed") or defaults.assessed,
        reasons=reasons,
        organisation=defaults.organisation,
        evidence=before.evidence if before and before.status == status else (),
    )


def assessment_problems(view: View, a: RowAssessment, language: Language) -> Iterator[str]:
    """Yield a sentence for each reason why an assessment cannot be recorded."""
    _ = language.gettext
    if a.status is Status.DIFFER:
        yield _("Nobody can give this status: it follows from several assessments.")
    if not a.date:
        yield _("The status has no date.")
    elif is_after(a.date, view.today):
        yield _("The date is in the future: {date}.", date=language.format_date(a.date))
    if not a.reasons:
        yield _("The status has no reason.")
    if a.status is Status.IMPLEMENTED and not a.evidence:
        label = view.settings.statuses[Status.IMPLEMENTED].label
        yield _(
            "“{status}” needs evidence, and a table cannot bring it in. Add the assessment by hand.",
            status=language.resolve(label).text,
        )
    if not a.organisation and list(view.organisations) != [view.editors.id]:
        yield _("Choose whose assessments these are.")


def skips_assessment(view: View, a: RowAssessment, defaults: RowDefaults, *, language: Language) -> bool:
    """Return whether an assessment is left out because it is incomplete and the editor chose to bring in the rest."""
    return defaults.skips_incomplete and any(assessment_problems(view, a, language))


def needs_of_assessments(view: View, rows: Iterable[ImportedRow]) -> tuple[bool, bool, bool]:
    """Return whether rows have a status, a status without a date, and a status without a reason."""
    rated = [row for row in rows if row.value("status") not in ("", Status.NOT_ASSESSED)]
    main = view.settings.language
    undated = any(not row.value("assessed") and "assessed" not in row.unread for row in rated)
    return bool(rated), undated, any(not texts_of_row(row, "reason", main) for row in rated)


def form_of_row(view: View, row: ImportedRow, document: str, *, defaults: RowDefaults) -> RecommendationForm:
    """Return a new recommendation as it would be typed in the form, without an id.

    A text that nobody read in the document is no quotation: it becomes the summary if the row has none.
    """
    main = view.settings.language
    texts: dict[str, Any] = {field: texts_of_row(row, field, main) for field in TEXTS_OF_RECORD}
    title, summary, text = (texts.pop(field) for field in ("title", "summary", "text"))
    mark = Verification(row.value("verification") or defaults.verification)
    if not title:
        title = {code: shorten_title(words) for code, words in (summary or text).items()}
    if not summary and mark is not Verification.SEEN:
        summary, text = text, {}
    origin = TextOrigin.OFFICIAL if mark is Verification.SEEN else TextOrigin.OWN
    return RecommendationForm(
        document=document or None,
        paragraph=row.value("paragraph"),
        title=title,
        summary=summary or title,
        text=text,
        text_origin=dict.fromkeys(text, origin),
        verification=mark,
        publisher=row.value("publisher") if row.value("source_link") else "",
        themes=_several(row, "themes"),
        groups=_several(row, "groups"),
        rights=_several(row, "rights"),
        sdg=_several(row, "sdg"),
        recommending_states=_several(row, "recommending_states"),
        response=StateResponse(response) if (response := row.value("response")) else None,
        lead=_several(row, "authorities"),
        **texts,
    )


def _several(row: ImportedRow, field: str) -> tuple[str, ...]:
    return tuple(filter(None, row.value(field).split(SEPARATOR)))


def new_recommendation(
    view: View,
    row: ImportedRow,
    document: str,
    *,
    defaults: RowDefaults,
    taken: Iterable[str],
    language: Language,
    tags: TagSet | None = None,
) -> Recommendation:
    """Return a new recommendation of a row under a free id. `tags` are those of UHRI."""
    form = form_of_row(view, row, document, defaults=defaults)
    name = form.suggest_id(view)
    if not form.paragraph and not any("a" <= letter <= "z" for letter in "".join(form.title.values()).casefold()):
        name = f"{document}-{row.number}"  # an id has no Cyrillic letters
    (r,) = replace(form, id=free_id(name, {*view.dataset.recommendations, *taken})).apply(
        view, None, {}, language=language
    )
    assert isinstance(r, Recommendation)
    if link := row.value("source_link"):
        r = replace(r, source=replace(r.source, link=link))
    if tags:
        r = replace(r, tags=(*r.tags, tags))
    assessment = assessment_of_row(view, row, None, defaults=defaults, language=language)
    if assessment and not skips_assessment(view, assessment, defaults, language=language):
        r = replace(r, assessments=(assessment.record(view.settings.language),))
    return r


def changed_recommendation(
    view: View, compared: RowComparison, *, defaults: RowDefaults, language: Language, tags: TagSet | None = None
) -> Recommendation:
    """Return a known recommendation with the changes of a row. Other fields and other languages stay."""
    r = view.dataset.recommendations[compared.recommendation]
    fields = {change.field for change in compared.changes}
    for change in compared.changes:
        r = _with_change(view, r, change, defaults=defaults)
    if UHRI_TAGS in fields and tags:
        r = replace(r, tags=(*(one for one in r.tags if one.tagged_by is not TagSource.UHRI), tags))
    if fields & set(ASSESSMENT_FIELDS):
        assessment = assessment_of_row(view, compared.row, r, defaults=defaults, language=language)
        if assessment:
            r = replace(r, assessments=(*r.assessments, assessment.record(view.settings.language)))
    return r


def _with_change(view: View, r: Recommendation, change: ImportedChange, *, defaults: RowDefaults) -> Recommendation:
    main, new = view.settings.language, change.new
    if change.field == "paragraph":
        return replace(r, paragraph=new or None)
    if change.field == "verification":
        return replace(r, verification=Verification(new))
    if change.field == "source_link":
        return replace(r, source=replace(r.source, link=new or None))
    if change.field in TEXTS_OF_RECORD:
        origins = _origin(r, change.language, main, defaults=defaults) if change.field == "text" else None
        text: Any = update_text(getattr(r, change.field), {change.language: new}, main, origins=origins) or None
        return replace(r, **{change.field: text})
    if change.field in SETS:
        return _with_tags(view, r, change)
    return r


def _origin(r: Recommendation, code: str, main: str, defaults: RowDefaults) -> dict[str, TextOrigin]:
    """Return the origin of a changed quotation: as before, or the document's own words if they were read there."""
    before: Mapping[str, TextVariant] = {lang or main: variant for lang, variant in (r.text or {}).items()}
    if code in before:
        return {code: before[code].origin}
    was_read = r.verification is Verification.SEEN and defaults.verification is Verification.SEEN
    return {code: TextOrigin.OFFICIAL if was_read else TextOrigin.OWN}


def _with_tags(view: View, r: Recommendation, change: ImportedChange) -> Recommendation:
    """Add and remove tags among our own. The file shows the tags of all; those of others stay."""
    old, new = (_recorded(view, change.field, text) for text in (change.old, change.new))
    ours = our_tags(r.tags)
    others = {code for one in r.tags if one is not ours for code in getattr(one, change.field)}
    kept = [code for code in getattr(ours, change.field) if code in new or code not in old]
    added = [code for code in new if code not in kept and code not in others]
    values: dict[str, Any] = {change.field: (*kept, *added)}
    updated = replace(ours, **values)
    if ours in r.tags:
        return replace(r, tags=tuple(updated if one is ours else one for one in r.tags))
    return replace(r, tags=(*r.tags, updated)) if added else r


def _recorded(view: View, field: str, text: str) -> tuple[str, ...]:
    values = [value for value in text.split(SEPARATOR) if clean_input(value)]
    if field == "rights":
        values = [recorded_right(value, view.bodies.values(), view.settings.language) for value in values]
    return tuple(dict.fromkeys(values))


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """A row as it would be saved.

    `document` is the id of the document of a new recommendation, "" if it is not known. `problems` are sentences that
    say why the row cannot be saved yet. `notes` are sentences that say what to check, `left` what of the row stays out.
    `tags` are those of UHRI.
    """

    compared: RowComparison
    title: str
    document: str = ""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    tags: TagSet | None = None

    @property
    def reference(self) -> tuple[tuple[str, str], ...]:
        """Return the cells by which the row names its source, and what they say. A heading above it is no cell: ""."""
        named = [v for v in self.row.values if v.field in (*SOURCE_FIELDS, "paragraph")]
        return tuple(dict.fromkeys((f"{v.column}{self.row.number}" if v.column else "", v.written) for v in named))

    @property
    def row(self) -> ImportedRow:
        """Return the row of the file."""
        return self.compared.row

    @property
    def state(self) -> RowState:
        """Return how the row differs from what the tracker has."""
        return self.compared.state

    @property
    def can_be_saved(self) -> bool:
        """Return whether the row can be ticked: it would change something, and it has no problems."""
        return not self.problems and self.state not in (RowState.SAME, RowState.REFUSED)

    @property
    def is_new_here(self) -> bool:
        """Return whether the row is new, and no recommendation has its paragraph or a part of it."""
        return self.state is RowState.NEW and not self.compared.overlaps


def is_proposed(row: ReviewedRow, kind: SheetKind) -> bool:
    """Return whether a row is ticked before the editor decides: what is new, and what was edited in our own export."""
    is_edit = kind is SheetKind.OWN_EXPORT and row.state is RowState.CHANGED
    return row.can_be_saved and (row.is_new_here or is_edit) and not row.compared.note


def review_sheet(
    view: View, result: SheetResult, defaults: RowDefaults, *, language: Language
) -> tuple[ReviewedRow, ...]:
    """Return the rows of a spreadsheet in their order. Rows that have no recommendation are refused."""
    if result.kind is SheetKind.OWN_EXPORT:
        compared = compare_export_rows(view, result.rows, result.columns, language=language)
    else:
        compared = compare_other_rows(
            view, result.rows, documents_of_rows(view, result.rows, defaults), language=language
        )
    problems = problems_by_row(result.problems)
    read = {one.row.number for one in compared}
    refused = []
    for number in problems.keys() - read - {0}:
        why = next((one for one in problems[number] if not one.column), problems[number][0])
        row = ImportedRow(number, (FieldValue("title", why.value, why.value),))
        refused.append(RowComparison(row, RowState.REFUSED, note=why.message))
    told: dict[int, list[str]] = {}
    for guess in result.guesses:
        told.setdefault(guess.row, []).append(
            f"{guess.column}{guess.row}: {guess.message}" if guess.column else guess.message
        )
    rows = review_rows(view, [*compared, *refused], defaults, problems=problems, language=language)
    return tuple(replace(row, notes=(*row.notes, *told.get(row.row.number, ()))) for row in rows)


def review_rows(
    view: View,
    compared: Iterable[RowComparison],
    defaults: RowDefaults,
    *,
    language: Language,
    problems: Mapping[int, Sequence[CellProblem]] | None = None,
    tags: Mapping[int, TagSet] | None = None,
) -> tuple[ReviewedRow, ...]:
    """Return rows that were compared with the tracker, each with the reasons why it cannot be saved yet.

    `problems` and `tags` map the number of a row → its cells that could not be read, and the tags of UHRI.
    """
    _ = language.gettext
    view = with_documents(view, defaults.documents)
    expected = states_to_expect(view, defaults, language.code)
    reviewed, above, taken = list[ReviewedRow](), "", dict[str, int]()
    for one in sorted(compared, key=lambda one: one.row.number):
        number = one.row.number
        is_named = bool(one.row.value("state"))
        above = other_state_of(one.row, expected) if is_named else above
        own = (one.row.value("symbol") or one.row.value("document")) and named_document(view, one.row)
        is_below = above and not is_named and not own
        if tags and number in tags:
            one = _with_uhri_tags(view, one, tags[number])
        if _skips(view, one, defaults, language=language):
            one = without_changes(one, ASSESSMENT_FIELDS)
        unread = (problems or {}).get(number, ())
        cells = [
            f"{cell.column}{cell.row}: {cell.message}" if cell.column else cell.message
            for cell in unread
            if not cell.is_left_out
        ]
        row = ReviewedRow(one, _title(view, one, language), tags=(tags or {}).get(number))
        if one.state is RowState.REFUSED:
            reviewed.append(replace(row, problems=(one.note,)))
            continue
        if one.state is RowState.NEW:
            row = replace(row, document=document_of_row(view, one.row, defaults))
        below = [_("The row names no State; the one above it is about {found}.", found=above)] if is_below else []
        against = [*_contradictions(view, row, language, expected=expected)] or below
        if (first := taken.get(one.recommendation)) and not against:
            against = [_("The row is about the same recommendation as row {row}.", row=first)]
        if against and not named_document(view, one.row):
            row = replace(row, document="")  # what was chosen for others is not said to be its own
        rules = against or [*_problems(view, row, defaults, language=language)]
        if tags is not None and one.overlaps:  # an export of UHRI says nothing new about a paragraph that is there
            rules.append(_overlap_in_words(view, one, language))
        if one.state is RowState.SAME:
            rules = []
        told = [
            _("Left out: {cell} “{written}”.", cell=f"{c.column}{c.row}", written=c.value) + f" {c.message}"
            for c in unread
            if c.is_left_out
        ]
        row = replace(
            row, notes=tuple(_notes(view, one, language)), left=(*told, *_left(view, row, defaults, language=language))
        )
        found = [*cells, *rules]
        if not found and one.state is not RowState.SAME:
            found = list(_unrecordable(view, row, defaults, language=language))
        row = replace(row, problems=tuple(dict.fromkeys(found)))
        if one.recommendation and row.can_be_saved:
            taken[one.recommendation] = number
        reviewed.append(row)
    return tuple(reviewed)


def _with_uhri_tags(view: View, one: RowComparison, tags: TagSet) -> RowComparison:
    """Return the comparison with a change if the tags of UHRI are not recorded like this."""
    if one.state is RowState.NEW:
        return one
    r = view.dataset.recommendations[one.recommendation]
    before = next((known for known in r.tags if known.tagged_by is TagSource.UHRI), None)
    if before == tags:
        return one
    change = ImportedChange(UHRI_TAGS, _tags_in_words(before), _tags_in_words(tags))
    return replace(
        one, changes=(*one.changes, change), state=RowState.CHANGED if one.state is RowState.SAME else one.state
    )


def _tags_in_words(tags: TagSet | None) -> str:
    return SEPARATOR.join((*tags.themes, *tags.groups, *tags.sdg)) if tags else ""


def _skips(view: View, one: RowComparison, defaults: RowDefaults, language: Language) -> bool:
    """Return whether the row has an assessment that is left out."""
    r = view.dataset.recommendations.get(one.recommendation)
    a = assessment_of_row(view, one.row, r, defaults=defaults, language=language)
    return a is not None and skips_assessment(view, a, defaults, language=language)


def without_changes(one: RowComparison, fields: Iterable[str]) -> RowComparison:
    """Return the comparison without the changes of these fields."""
    changes = tuple(change for change in one.changes if change.field not in fields)
    if changes == one.changes or one.state is RowState.NEW:
        return one
    is_conflict = any(change.is_conflict for change in changes)
    state = RowState.CONFLICT if is_conflict else RowState.CHANGED if changes else RowState.SAME
    return replace(one, changes=changes, state=state)


def _title(view: View, one: RowComparison, language: Language) -> str:
    words = next((one.row.value(field) for field in ("title", "summary", "text") if one.row.value(field)), "")
    if not words and one.recommendation in view.recommendations:
        return language.resolve(view.recommendations[one.recommendation].title).text
    return words


def documents_of_rows(view: View, rows: Iterable[ImportedRow], defaults: RowDefaults) -> dict[int, str | None]:
    """Return number of a row → id of its document, "" if it is not known, None if the row does not belong here."""
    expected, language = states_to_expect(view, defaults), Language("en")
    found: dict[int, str | None] = {}
    for row in rows:
        name = document_of_row(view, row, defaults)
        against = contradictions(view, row, view.documents.get(name), language=language, expected=expected)
        found[row.number] = None if any(against) else name
    return found


def states_to_expect(view: View, defaults: RowDefaults, lang: str = "") -> ExpectedState:
    """Return the State to which rows must belong. It has no names if other States are allowed and confirmed."""
    if view.settings.allow_other_states and defaults.other_states:
        return ExpectedState((), frozenset())
    return expected_state(view.dataset, lang)


def _problems(view: View, row: ReviewedRow, defaults: RowDefaults, language: Language) -> Iterator[str]:
    """Yield the reasons why a row that is new or changed cannot be saved yet."""
    _ = language.gettext
    codes = {value.language for value in row.row.values if value.field in SHEET_TEXTS and value.language}
    for code in sorted(codes - set(view.settings.languages)):
        yield _("The dataset has no texts in this language: {name}.", name=native_name(code))
    fields = {change.field for change in row.compared.changes}
    if row.state is RowState.NEW:
        yield from _problems_of_new(view, row, defaults, language=language)
    emptied = [c for c in row.compared.changes if c.field in ("title", "summary", "verification") and not c.new]
    if emptied:
        yield _("The title, the summary and how it was checked cannot be empty.")
    is_read = not set(row.row.unread) & set(ASSESSMENT_FIELDS)
    if is_read and (row.state is RowState.NEW or fields & set(ASSESSMENT_FIELDS)):
        yield from _problems_of_assessment(view, row, defaults, language=language)


def _contradictions(view: View, row: ReviewedRow, language: Language, *, expected: ExpectedState) -> Iterator[str]:
    there = view.dataset.recommendations.get(row.compared.recommendation)
    document = view.dataset.documents.get(there.document if there else row.document)
    return contradictions(view, row.row, document, language=language, expected=expected)


def _record(
    view: View, row: ReviewedRow, defaults: RowDefaults, *, taken: Iterable[str], language: Language
) -> Recommendation:
    if row.state is RowState.NEW:
        return new_recommendation(
            view, row.row, row.document, defaults=defaults, taken=taken, language=language, tags=row.tags
        )
    return changed_recommendation(view, row.compared, defaults=defaults, language=language, tags=row.tags)


def _unrecordable(view: View, row: ReviewedRow, defaults: RowDefaults, language: Language) -> Iterator[str]:
    """Yield a sentence if a value has not the form of its field, such as a right of a thousand letters."""
    try:
        _record(view, row, defaults, taken=(), language=language)
    except ValidationError as error:
        fields = ", ".join(dict.fromkeys(str(one["loc"][0]) for one in error.errors() if one["loc"]))
        yield language.gettext("A value cannot be recorded as it is. Check: {fields}.", fields=fields)


def _problems_of_new(view: View, row: ReviewedRow, defaults: RowDefaults, *, language: Language) -> Iterator[str]:
    _ = language.gettext
    named = row.row.value("symbol") or row.row.value("document")
    document = view.documents.get(row.document)
    if document is None and named:
        yield _(
            "The document “{name}” is not listed here. Add it, or choose the document that is meant.", name=named[:80]
        )
    elif document is None and (body := view.bodies.get(row.row.value("body"))):
        yield _("The row names {body}, but no document. Choose which one is meant.", body=body.code)
    elif document is None:
        yield _("The row names no document. Choose one for all rows.")
    elif not can_have_recommendations(document):
        yield _("Choose concluding observations or an alternative report: others have no recommendations.")
    else:
        form = replace(form_of_row(view, row.row, row.document, defaults=defaults), id="new")
        yield from form.validate(view, None, language)


def _problems_of_assessment(
    view: View, row: ReviewedRow, defaults: RowDefaults, *, language: Language
) -> Iterator[str]:
    _ = language.gettext
    r = view.dataset.recommendations.get(row.compared.recommendation)
    a = assessment_of_row(view, row.row, r, defaults=defaults, language=language)
    if a is not None:
        yield from () if defaults.skips_incomplete else assessment_problems(view, a, language)
    elif row.state is not RowState.NEW:
        yield _("A status cannot be removed here. Open the recommendation and withdraw the assessment.")


def _notes(view: View, compared: RowComparison, language: Language) -> Iterator[str]:
    if compared.note:
        yield compared.note
    if compared.overlaps:
        yield _overlap_in_words(view, compared, language)


def _left(view: View, row: ReviewedRow, defaults: RowDefaults, language: Language) -> Iterator[str]:
    """Yield what the row says and nobody records."""
    _ = language.gettext
    values = row.row
    there = view.dataset.recommendations.get(row.compared.recommendation)
    if there and not values.id and (authorities := values.value("authorities")):
        known = {text.text for tags in there.tags for a in tags.authorities for text in a.name.values()}
        if new := [name for name in authorities.split(SEPARATOR) if name not in known]:
            yield _("Not imported, because the recommendation is here already: {names}.", names=SEPARATOR.join(new))
    has_status = values.value("status") or "status" in values.unread
    if row.state is RowState.NEW and not has_status and (values.value("assessed") or values.value("reason")):
        yield _("Without a status, the date and the reason of an assessment are left out.")
    if row.state is not RowState.SAME and _skips(view, row.compared, defaults, language=language):
        yield _("The assessment is left out.")


def _overlap_in_words(view: View, compared: RowComparison, language: Language) -> str:
    paragraphs = ", ".join(view.recommendations[name].paragraph or "" for name in compared.overlaps)
    return language.gettext("The tracker has this paragraph already as: {paragraphs}.", paragraphs=paragraphs)


def records_of_rows(
    view: View, rows: Iterable[ReviewedRow], defaults: RowDefaults, *, language: Language
) -> tuple[Record, ...]:
    """Return what a save of these rows adds or changes: new documents that they need, then recommendations.

    Rows that cannot be saved are left out. Raise ImportRefused if a row belongs to another document, committee or State
    than the one under which it would be saved.
    """
    view = with_documents(view, defaults.documents)
    expected = states_to_expect(view, defaults, language.code)
    made: dict[str, Recommendation] = {}
    for row in rows:
        if not row.can_be_saved or row.compared.recommendation in made:
            continue
        # again, whatever the review said: a row never becomes a recommendation of somebody else
        if against := next(_contradictions(view, row, language, expected=expected), ""):
            raise ImportRefused(N_("Row {n}: {reason}"), {"n": row.row.number, "reason": against})
        r = _record(view, row, defaults, taken=made, language=language)
        made[r.id] = r
    needed = {r.document for r in made.values()}
    return (*(document for document in defaults.documents if document.id in needed), *made.values())
