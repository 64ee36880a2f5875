"""The rows of a spreadsheet, or of an export of UHRI, as an editor reviews them before anything is saved.

`records_of_rows` makes records of the rows: new recommendations, changes of known ones, and evidence for their links. A
known recommendation keeps everything else that the tracker has about it: earlier assessments, texts in other languages,
tags of others. Only assessments of the editor's own organisation are saved, and as many as the editor confirmed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import ValidationError

from tracker.editing.forms.recommendation import RecommendationForm, can_have_recommendations, our_tags, with_our_tags
from tracker.editing.forms.values import free_id, text_from_input, update_text
from tracker.i18n import Language, get_language
from tracker.importing.symbols_and_changes import ImportedChange, RowState, shorten_title
from tracker.importing.tables import row_comparison
from tracker.importing.tables.results import CellProblem, FieldValue, Guess, ImportedRow, SheetKind, SheetResult, by_row
from tracker.importing.tables.row_comparison import RowComparison, RowDefaults
from tracker.importing.tables.vocabulary import (
    HOW_TO_NAME,
    SETS,
    SHEET_TEXTS,
    SOURCE_FIELDS,
    TEXTS_OF_RECORD,
    WORDS_OF_RECORD,
    mentions_several,
    organisation_in,
)
from tracker.model import vocabulary
from tracker.model.dataset import Record
from tracker.model.errors import ImportRefused
from tracker.model.labels import N_
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.partial_dates import is_after
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, TagSet
from tracker.model.vocabulary import SEPARATOR, Status, TagSource, TextOrigin, Verification
from tracker.queries.localized_names import normalize_right
from tracker.queries.view import View
from tracker.validation.state_party import ExpectedState, expected_state, position_is_an_answer

ASSESSMENT_FIELDS = ("status", "direction", "assessed", "reason")
"""The fields of a row that become an assessment."""
UHRI_TAGS = "uhri_tags"
"""The value of `ImportedChange.field` for a change that gives a recommendation the tags of UHRI."""
MAX_SAVED_ROWS = 500
"""The largest number of rows in one save. More would take minutes."""
LinkKey = tuple[str, str, str]
"""Site, path and query of a link."""
_QUOTATION_REPLACED = N_(
    "The words of a table would replace the quotation. Compare them with the document before you tick this row."
)
_NOT_CONFIRMED = N_("Tick in whose name the assessments are published, or do not import them.")
_ALREADY = N_("The tracker has this paragraph already as: {paragraphs}.")
_OF_PART = N_("The row is about part ({part}): only its assessment and its link are imported.")
_QUOTATION_MADE = N_(
    "The words of a table would become the quotation. Compare them with the document before you tick this row."
)


@dataclass(frozen=True, slots=True)
class RowAssessment:
    """An assessment in a row. `reasons` maps language → reason. `date` may be "", `reasons` empty, `organisation` None."""

    status: Status
    direction: vocabulary.Direction | None
    date: str
    reasons: dict[str, str]
    organisation: str | None
    evidence: tuple[str, ...] = ()
    part: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """A row as it would be saved. Only new rows have a `document`, if it is known. `tags` are those of UHRI, or None.

    Sentences for the editor: `problems` prevent the save, `notes` are to be checked, `left_out` says what is not saved.
    `adds_assessment`: a save would add an assessment of the editor's organisation.
    """

    compared: RowComparison
    title: str
    document: str = ""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    tags: TagSet | None = None
    adds_assessment: bool = False

    @property
    def reference(self) -> tuple[tuple[str, str], ...]:
        """Return the cells that name the source or paragraph: ("B7", text), or ("", text) from a heading above."""
        named = [v for v in self.row.values if v.field in (*SOURCE_FIELDS, "paragraph", "recommendation") and v.written]
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
        """Return whether the row has no problems and would add or change something."""
        return not self.problems and self.state not in (RowState.SAME, RowState.REFUSED)

    @property
    def changes_quotation(self) -> bool:
        """Return whether a save would change the quotation of a known recommendation, or add one."""
        return any(change.field == "text" for change in self.compared.changes)

    @property
    def is_new_here(self) -> bool:
        """Return whether the row is new, and its paragraph does not overlap with that of a recommendation."""
        return self.state is RowState.NEW and not self.compared.overlaps


def is_clear(row: ReviewedRow, kind: SheetKind) -> bool:
    """Return whether a row is clear: it can be saved, and is new, was edited in our own export, or adds an assessment.

    It is not if `row.compared` has a note, or if it would change the quotation of a known recommendation.
    """
    is_added = {change.field for change in row.compared.changes} <= {*ASSESSMENT_FIELDS, "source_link"}
    is_edit = (is_added or kind is SheetKind.OWN_EXPORT) and row.state is RowState.CHANGED and not row.changes_quotation
    return row.can_be_saved and (row.is_new_here or is_edit) and not row.compared.note


def without_changes(one: RowComparison, fields: Iterable[str]) -> RowComparison:
    """Return the comparison without the changes of these fields, with its new state. A new row stays as it is."""
    changes = tuple(change for change in one.changes if change.field not in fields)
    if changes == one.changes or one.state is RowState.NEW:
        return one
    return replace(one, changes=changes, state=row_comparison.state_of_changes(changes))


def expected_state_of_rows(view: View, defaults: RowDefaults, lang: str = "") -> ExpectedState:
    """Return the State that rows must be about, its name in `lang` first. If it has no names and codes, any State fits."""
    if view.settings.allow_other_states and defaults.other_states:
        return ExpectedState((), frozenset())
    return expected_state(view.dataset, lang)


def documents_of_rows(view: View, rows: Iterable[ImportedRow], defaults: RowDefaults) -> dict[int, str | None]:
    """Return a mapping: number of a row → id of its document; "" if it is not known, None if the row contradicts it."""
    expected, language = expected_state_of_rows(view, defaults), Language("en")
    found: dict[int, str | None] = {}
    for row in rows:
        name = row_comparison.document_of_row(view, row, defaults)
        document = view.documents.get(name)
        against = row_comparison.contradictions(view, row, document, language=language, expected=expected)
        found[row.number] = None if any(against) else name
    return found


def review_sheet(
    view: View, result: SheetResult, defaults: RowDefaults, *, language: Language
) -> tuple[ReviewedRow, ...]:
    """Return the reviewed rows of a spreadsheet, sorted by number. Rows that could not be read are there as refused ones."""
    if result.kind is SheetKind.OWN_EXPORT:
        compared = row_comparison.compare_export_rows(view, result.rows, result.columns, language=language)
    else:
        documents = documents_of_rows(view, result.rows, defaults)
        compared = row_comparison.compare_other_rows(view, result.rows, documents, language=language)
    problems, refused = by_row(result.problems), []
    for number in problems.keys() - {one.row.number for one in compared} - {0}:
        why = next((one for one in problems[number] if not one.column), problems[number][0])
        row = ImportedRow(number, (FieldValue("title", why.value, why.value),))
        refused.append(RowComparison(row, RowState.REFUSED, note=why.message))
    rows = RowReviewer(view, defaults, language).review([*compared, *refused], problems)
    told = {number: map(_message_with_place, guesses) for number, guesses in by_row(result.guesses).items()}
    return tuple(replace(row, notes=(*row.notes, *told.get(row.row.number, ()))) for row in rows)


def records_of_rows(
    view: View,
    rows: Iterable[ReviewedRow],
    defaults: RowDefaults,
    *,
    language: Language,
    confirmed: int = 0,
    numbers: dict[str, int] | None = None,
) -> tuple[Record, ...]:
    """Return the records that a save of these rows adds or changes: new documents, evidence, then recommendations.

    Leave out rows that cannot be saved. If several rows are about one recommendation or part, take only the first. Raise
    ImportRefused if a row belongs to another document, committee or State than the one under which it would be saved, or
    if not exactly `confirmed` assessments would be published as those of `defaults.organisation`. `numbers` gets id → its row.
    """
    reviewer, made = RowReviewer(view, defaults, language), dict[str, Recommendation]()
    evidence, taken = dict[LinkKey, Evidence](), set[tuple[str, str]]()
    rows, known = list(rows), {} if numbers is None else numbers
    if sum(row.adds_assessment for row in rows if row.can_be_saved) != confirmed:
        raise ImportRefused(_NOT_CONFIRMED)
    for row in rows:
        about = (row.compared.recommendation, row.compared.part)
        if not row.can_be_saved or (about[0] and about in taken):
            continue
        taken.add(about)
        # again, whatever the review said: a row never becomes a recommendation of somebody else
        if against := next(reviewer.contradictions(row), ""):
            raise ImportRefused(N_("Row {n}: {reason}"), {"n": row.row.number, "reason": against})
        r = reviewer.make_recommendation(row, made)
        if (name := reviewer.add_evidence(row, r, evidence)) and row.adds_assessment:
            *others, last = r.assessments
            r = replace(r, assessments=(*others, replace(last, evidence=tuple(dict.fromkeys((*last.evidence, name))))))
        made[r.id] = r
        known.update(dict.fromkeys(filter(None, (r.id, name)), row.row.number) | known)
    changed = [r for r in made.values() if r != view.dataset.recommendations.get(r.id)]
    needed = {r.document for r in changed}
    documents = (document for document in defaults.documents if document.id in needed)
    return (*documents, *(e for e in evidence.values() if e.id not in view.dataset.evidence), *changed)


class RowReviewer:
    """Reviews rows and makes records of them. `tags` maps number of a row → tags of UHRI; None for other tables."""

    def __init__(
        self, view: View, defaults: RowDefaults, language: Language, tags: Mapping[int, TagSet] | None = None
    ) -> None:
        """Add the new documents in `defaults` to the view."""
        self.view = row_comparison.with_documents(view, defaults.documents)
        self.defaults, self.language = defaults, language
        self.tags, self.main = tags, view.settings.language
        self.expected = expected_state_of_rows(self.view, defaults, language.code)

    def review(
        self, compared: Iterable[RowComparison], problems: Mapping[int, Sequence[CellProblem]]
    ) -> tuple[ReviewedRow, ...]:
        """Return the reviewed rows, sorted by number. `problems` maps the number of a row → the problems of its cells."""
        _, reviewed, above, taken = self.language.gettext, list[ReviewedRow](), "", dict[tuple[str, str], int]()
        for one in sorted(compared, key=lambda one: one.row.number):
            number, is_named = one.row.number, bool(one.row.value("state"))
            above = row_comparison.other_state_of(one.row, self.expected) if is_named else above
            named = row_comparison.named_document(self.view, one.row)
            own = (one.row.value("symbol") or one.row.value("document")) and named
            tags = (self.tags or {}).get(number)
            one = self._with_uhri_tags(one, tags) if tags else one
            if is_skipped := self._skips_assessment(one):
                one = without_changes(one, ASSESSMENT_FIELDS)
            if self._link_of_evidence(one.row) and not self._kept_link(one.row):
                one = without_changes(one, ("source_link",))
            there, said = self._known_recommendation(one), map(one.row.value, ("title", "summary", "text"))
            title = next(filter(None, said), self.language.resolve(there.title).text if there else "")
            is_rated = one.state is RowState.NEW or any(c.field in ASSESSMENT_FIELDS for c in one.changes)
            adds = not is_skipped and is_rated and self._assessment(one) is not None
            row = ReviewedRow(one, title, tags=tags, adds_assessment=adds)
            if one.state is RowState.REFUSED:
                reviewed.append(replace(row, problems=(one.note,)))
                continue
            if one.state is RowState.NEW:
                row = replace(row, document=row_comparison.document_of_row(self.view, one.row, self.defaults))
            against = [*self.contradictions(row)]
            if not against and above and not is_named and not own:
                against = [_("The row names no State; the one above it is about {found}.", found=above)]
            if not against and (first := taken.get((one.recommendation, one.part))):
                against = [_("The row is about the same recommendation as row {row}.", row=first)]
            if against and not named:
                row = replace(row, document="")  # what was chosen for others is not said to be its own
            unread = problems.get(number, ())
            out = ((f"{c.column}{c.row}", c) for c in unread if c.is_left_out)
            told = [
                _("Left out: {cell} “{written}”.", cell=cell, written=c.value) + f" {c.message}".rstrip()
                for cell, c in out
            ]
            others = ", ".join(self.view.recommendations[name].paragraph or "" for name in one.overlaps)
            overlap = [_(_ALREADY, paragraphs=others)] if others else []
            notes = [*filter(None, [one.note, one.part and _(_OF_PART, part=one.part)]), *overlap]
            if row.changes_quotation:
                is_replaced = any(change.field == "text" and change.old for change in one.changes)
                notes.append(_(_QUOTATION_REPLACED if is_replaced else _QUOTATION_MADE))
            row = replace(row, notes=tuple(notes), left_out=(*told, *self._values_left_out(row)))
            found = [_message_with_place(cell) for cell in unread if not cell.is_left_out]
            if one.state is not RowState.SAME:
                # an export of UHRI says nothing new about a paragraph that is there
                found += [*(against or self._problems(row)), *(overlap if self.tags is not None else ())]
                found = found or [*self._problem_of_values(row)]
            row = replace(row, problems=tuple(dict.fromkeys(found)))
            if one.recommendation and row.can_be_saved:
                taken[one.recommendation, one.part] = number
            reviewed.append(row)
        return tuple(reviewed)

    def contradictions(self, row: ReviewedRow) -> Iterator[str]:
        """Yield a sentence for each reason why a row cannot belong to its document, or to this dataset."""
        there, language = self._known_recommendation(row.compared), self.language
        document = self.view.dataset.documents.get(there.document if there else row.document)
        return row_comparison.contradictions(self.view, row.row, document, language=language, expected=self.expected)

    def make_recommendation(self, row: ReviewedRow, made: Mapping[str, Recommendation]) -> Recommendation:
        """Return the new or changed recommendation for a row. `made` maps id → what other rows made of recommendations."""
        make = self._new_recommendation if row.state is RowState.NEW else self._changed_recommendation
        return make(row, made)

    def add_evidence(self, row: ReviewedRow, r: Recommendation, evidence: dict[LinkKey, Evidence]) -> str | None:
        """Return the id of the evidence for the link of a row; None without one. `evidence` maps link → what rows made."""
        kind, dimension = self.defaults.link_kind, self.defaults.link_dimension
        if not (link := self._kept_link(row.row)) or not kind or not dimension:
            return None
        key, publisher = row_comparison.comparable_link(link), self._publisher(row.row)
        bears = EvidenceLink(
            recommendation=r.id, part=row.compared.part or None, effect=vocabulary.EvidenceEffect.CONTEXT
        )
        there = (e for e in self.view.evidence.values() if e.link and row_comparison.comparable_link(e.link) == key)
        known = evidence.get(key) or next(there, None)
        if known is None:
            code = next((value.language for value in row.row.values if value.language), self.language.code)
            language = get_language(
                code if code in self.view.settings.languages else self.language.code, self.view.settings
            )
            title = text_from_input(row.row.words_of_link() or publisher, language)
            publisher = publisher or row_comparison.host_of_link(link)
            known = Evidence(
                id=free_id(f"{publisher} {r.id}", {*self.view.dataset.evidence, *(e.id for e in evidence.values())}),
                kind=kind,
                publisher=publisher,
                title=title,
                # the comment of a row is somebody's word on the recommendation, perhaps one that waits or is left out
                summary=title,
                dimension=dimension,
                verification=Verification.TO_CHECK,
                link=link,
            )
        if known.id not in self.view.dataset.evidence and bears not in known.relevant_to:
            known = replace(known, relevant_to=(*known.relevant_to, bears))
        evidence[key] = known
        return known.id

    def _mark(self, row: ImportedRow) -> Verification:
        """Return how the text of a row was checked. Without a paragraph, nobody can look it up: it is not checked yet."""
        mark = Verification(row.value("verification") or self.defaults.verification)
        return Verification.TO_CHECK if mark is Verification.SEEN and not row.value("paragraph") else mark

    def _link_of_evidence(self, row: ImportedRow) -> str:
        """Return the link of a row that becomes evidence: not in our own export, and not if it says who reports the text."""
        is_source = row.id or (self._mark(row) is Verification.REPORTED and row.value("publisher"))
        return "" if is_source else row.value("source_link")

    def _publisher(self, row: ImportedRow) -> str:
        """Return who published the link of a row: as the row says, or as the editor says of its site; or ""."""
        site = row_comparison.host_of_link(row.value("source_link"))
        return row.value("publisher") or dict(self.defaults.publishers).get(site, "")

    def _kept_link(self, row: ImportedRow) -> str:
        """Return the link of a row if it becomes evidence, which needs words for its title; otherwise ""."""
        link = self._link_of_evidence(row) if self.defaults.keeps_links else ""
        return link if link and (row.words_of_link() or self._publisher(row)) else ""

    def _new_recommendation(self, row: ReviewedRow, made: Mapping[str, Recommendation]) -> Recommendation:
        """Return the recommendation that a new row becomes, with an id that is not in `made`."""
        form = self._form(row)
        name = form.suggest_id(self.view)
        if not form.paragraph and not any("a" <= letter <= "z" for letter in "".join(form.title.values()).casefold()):
            name = f"{row.document}-{row.row.number}"  # an id has no Cyrillic letters
        form = replace(form, id=free_id(name, {*self.view.dataset.recommendations, *made}))
        (r,) = form.apply(self.view, None, {}, language=self.language)
        assert isinstance(r, Recommendation)
        a = self._assessment(row.compared)
        return replace(
            r,
            tags=(*r.tags, row.tags) if row.tags else r.tags,
            assessments=(self._assessment_record(a),) if a and row.adds_assessment else r.assessments,
        )

    def _changed_recommendation(self, row: ReviewedRow, made: Mapping[str, Recommendation]) -> Recommendation:
        """Return the recommendation that a row is about, with the changes of the row."""
        name = row.compared.recommendation
        r = made.get(name) or self.view.dataset.recommendations[name]
        for change in row.compared.changes if not row.compared.part else ():
            r = self._with_change(r, change, is_own_export=bool(row.row.id))
        if r.verification is Verification.SEEN and not r.paragraph:
            r = replace(r, verification=self.view.dataset.recommendations[name].verification)
        fields = {change.field for change in row.compared.changes}
        if UHRI_TAGS in fields and row.tags:
            r = replace(r, tags=(*(one for one in r.tags if one.tagged_by is not TagSource.UHRI), row.tags))
        if row.adds_assessment and (a := self._assessment(row.compared)):
            r = replace(r, assessments=(*r.assessments, self._assessment_record(a)))
        return r

    def _with_change(self, r: Recommendation, change: ImportedChange, *, is_own_export: bool) -> Recommendation:
        field, new = change.field, change.new
        if field == "source_link" and not is_own_export:
            return r  # it becomes evidence
        value: Any
        if field in TEXTS_OF_RECORD:
            origins = self._origin_of_quotation(r, change.language) if field == "text" else None
            value = update_text(getattr(r, field), {change.language: new}, self.main, origins=origins) or None
        elif field == "source_link":
            field, value = "source", replace(r.source, link=new or None)
        elif field in ("paragraph", "verification"):
            value = Verification(new) if field == "verification" else new or None
        elif field == "response":
            value = vocabulary.StateResponse(new)
        else:
            return self._with_tags(r, change) if field in SETS else r
        return replace(r, **{field: value})

    def _origin_of_quotation(self, r: Recommendation, code: str) -> dict[str, TextOrigin]:
        """Return {code: origin} for a quotation that changes in the language `code`."""
        before: Mapping[str, TextVariant] = {lang or self.main: variant for lang, variant in (r.text or {}).items()}
        was_read = self.defaults.verification is Verification.SEEN and bool(r.paragraph)
        if code in before and (was_read or before[code].origin not in vocabulary.QUOTED_ORIGINS):
            return {code: before[code].origin}
        return {code: TextOrigin.OFFICIAL if was_read and r.verification is Verification.SEEN else TextOrigin.OWN}

    def _with_tags(self, r: Recommendation, change: ImportedChange) -> Recommendation:
        """Return the recommendation with a change of its tags. Only our own tags are added or removed."""
        old, new = (self._values_of_set(change.field, text) for text in (change.old, change.new))
        ours = our_tags(r.tags)
        others = {code for one in r.tags if one is not ours for code in getattr(one, change.field)}
        kept = [code for code in getattr(ours, change.field) if code in new or code not in old]
        added = [code for code in new if code not in kept and code not in others]
        values: dict[str, Any] = {change.field: (*kept, *added)}
        return replace(r, tags=with_our_tags(r.tags, replace(ours, **values)))

    def _values_of_set(self, field: str, text: str) -> tuple[str, ...]:
        """Return the different values in a text with "; " between them. Rights get their recorded form."""
        values = [value for value in text.split(SEPARATOR) if clean_input(value)]
        if field == "rights":
            values = [normalize_right(value, self.view.bodies.values(), self.main) for value in values]
        return tuple(dict.fromkeys(values))

    def _form(self, row: ReviewedRow) -> RecommendationForm:
        """Return the filled-in form of a new recommendation, without an id."""
        texts: dict[str, Any] = {field: self._texts(row.row, field) for field in TEXTS_OF_RECORD}
        title, summary, text = (texts.pop(field) for field in ("title", "summary", "text"))
        mark, is_reported = self._mark(row.row), not self._link_of_evidence(row.row)
        if not title:
            title = {code: shorten_title(words) for code, words in (summary or text).items()}
        if not summary and mark is not Verification.SEEN:
            summary, text = text, {}
        origin = TextOrigin.OFFICIAL if mark is Verification.SEEN else TextOrigin.OWN
        several: dict[str, Any] = {
            "lead" if field == "authorities" else field: tuple(filter(None, row.row.value(field).split(SEPARATOR)))
            for field in SETS
        }
        return RecommendationForm(
            document=row.document or None,
            paragraph=row.row.value("paragraph"),
            title=title,
            summary=summary or title,
            text=text,
            text_origin=dict.fromkeys(text, origin),
            verification=mark,
            publisher=row.row.value("publisher") if row.row.value("source_link") and is_reported else "",
            link=row.row.value("source_link") if is_reported else "",
            response=vocabulary.StateResponse(response) if (response := row.row.value("response")) else None,
            **several,
            **texts,
        )

    def _texts(self, row: ImportedRow, field: str) -> dict[str, str]:
        """Return a mapping: code of a language → text of a field. An unknown language counts as the main language."""
        return {value.language or self.main: value.value for value in row.values if value.field == field}

    def _known_recommendation(self, one: RowComparison) -> Recommendation | None:
        """Return the recommendation that a row is about, None if the row is new."""
        return self.view.dataset.recommendations.get(one.recommendation)

    def _assessment(self, one: RowComparison) -> RowAssessment | None:
        """Return the assessment in a row, even if incomplete; None if it has no status or "not assessed"."""
        status, direction, chosen = one.row.value("status"), one.row.value("direction"), self.defaults
        if not status or status == Status.NOT_ASSESSED:
            return None
        reasons = self._texts(one.row, "reason") or ({self.language.code: chosen.reason} if chosen.reason else {})
        r = self.view.recommendations.get(one.recommendation)
        before = self.view.headline(r, one.part or None).only if r else None
        is_own = before is not None and before.organisation == chosen.organisation  # not on what others rest theirs
        return RowAssessment(
            status=Status(status),
            direction=vocabulary.Direction(direction) if direction else None,
            date=one.row.value("assessed") or chosen.assessed,
            reasons=reasons,
            organisation=chosen.organisation or None,
            evidence=before.evidence if before and before.status == status and is_own else (),
            part=one.part or None,
        )

    def _assessment_record(self, a: RowAssessment) -> Assessment:
        values = asdict(a)
        reason = update_text(None, values.pop("reasons"), self.main)
        return Assessment(voice=vocabulary.Voice.CIVIL_SOCIETY, reason=reason, **values)

    def _problems_of_assessment(self, a: RowAssessment, row: ImportedRow) -> Iterator[str]:
        """Yield a sentence for each reason why the assessment in a row cannot be recorded."""
        _, view = self.language.gettext, self.view
        if a.status is Status.DIFFER:
            yield _("Nobody can give this status: it follows from several assessments.")
        if not a.date:
            yield _("The status has no date.")
        elif is_after(a.date, view.today):
            yield _("The date is in the future: {date}.", date=self.language.format_date(a.date))
        if not a.reasons:
            yield _("The status has no reason.")
        is_shown = a.evidence or self._kept_link(row)
        if a.status is Status.IMPLEMENTED and not is_shown:
            name = self.language.resolve(view.settings.statuses[Status.IMPLEMENTED].label).text
            yield _("“{status}” needs evidence. Add its link to the table, or add the assessment by hand.", status=name)

    def _skips_assessment(self, one: RowComparison) -> bool:
        """Return whether the assessment in a row is left out: it is not ours, or incomplete, and incomplete ones are skipped."""
        if (a := self._assessment(one)) is None:
            return False
        known, own = self.view.organisations.values(), self.defaults.organisation
        written = one.row.value("organisation")
        is_ours = row_comparison.organisation_key(one.row) in self.defaults.ours
        is_ours &= bool(one.row.id) or not mentions_several(written, known)
        # without an organisation, the page only asks which rows have assessments
        is_ours &= bool(one.row.id) or not (own and written) or organisation_in(written, known) == own
        return not is_ours or (self.defaults.skips_incomplete and any(self._problems_of_assessment(a, one.row)))

    def _problems(self, row: ReviewedRow) -> Iterator[str]:
        """Yield a sentence for each reason why a row that is new or changed cannot be saved yet."""
        _, changes = self.language.gettext, row.compared.changes
        codes = {value.language for value in row.row.values if value.field in SHEET_TEXTS and value.language}
        for code in sorted(codes - set(self.view.settings.languages)):
            yield _("The dataset has no texts in this language: {name}.", name=self.language.language_name(code))
        if row.state is RowState.NEW:
            yield from self._problems_of_new(row)
        if any(c.field in ("title", "summary", "verification") and not c.new for c in changes):
            yield _("The title, the summary and how it was checked cannot be empty.")
        is_rated = row.state is RowState.NEW or any(c.field in ASSESSMENT_FIELDS for c in changes)
        if not is_rated or set(row.row.unread) & set(ASSESSMENT_FIELDS):
            return
        if a := self._assessment(row.compared):
            yield from self._problems_of_assessment(a, row.row) if row.adds_assessment else ()
        elif row.state is not RowState.NEW:
            yield _("A status cannot be removed here. Open the recommendation and withdraw the assessment.")

    def _problems_of_new(self, row: ReviewedRow) -> Iterator[str]:
        _, document = self.language.gettext, self.view.documents.get(row.document)
        if not any(map(row.row.value, WORDS_OF_RECORD)):
            yield _(HOW_TO_NAME)
        elif document is None and (named := row.row.value("symbol") or row.row.value("document")):
            told = N_("The document “{name}” is not listed here. Add it, or choose the document that is meant.")
            yield _(told, name=named[:80])
        elif document is None and (body := self.view.bodies.get(row.row.value("body"))):
            yield _("The row names {body}, but no document. Choose which one is meant.", body=body.code)
        elif document is None:
            yield _("The row names no document. Choose one for all rows.")
        elif not can_have_recommendations(document):
            yield _("Choose concluding observations or an alternative report: others have no recommendations.")
        else:
            yield from replace(self._form(row), id="new").validate(self.view, None, self.language)

    def _problem_of_values(self, row: ReviewedRow) -> Iterator[str]:
        """Yield a sentence if a value is not valid in its field, such as a right of a thousand letters."""
        try:
            made = self.make_recommendation(row, {})
            yield from (
                self.language.gettext(said.message) for _, said in position_is_an_answer(self.view.dataset, made)
            )
        except ValidationError as error:
            fields = ", ".join(dict.fromkeys(str(one["loc"][0]) for one in error.errors() if one["loc"]))
            yield self.language.gettext("A value cannot be recorded as it is. Check: {fields}.", fields=fields)

    def _values_left_out(self, row: ReviewedRow) -> Iterator[str]:
        """Yield a sentence about each part of the row that a save would leave out."""
        _, values, there = self.language.gettext, row.row, self._known_recommendation(row.compared)
        if there and not values.id and (authorities := values.value("authorities")):
            known = {text.text for tags in there.tags for a in tags.authorities for text in a.name.values()}
            if new := [name for name in authorities.split(SEPARATOR) if name not in known]:
                yield _("Not imported, because the recommendation is here already: {names}.", names=SEPARATOR.join(new))
        words = ", ".join(_("“{text}”", text=v.written) for v in values.values if v.field in ASSESSMENT_FIELDS)
        has_status = values.value("status") or "status" in values.unread
        if row.state is RowState.NEW and words and not has_status:
            yield _("Without a status, the date and the reason of an assessment are left out: {words}.", words=words)
        is_read = row.state is RowState.NEW or any(change.field == "verification" for change in row.compared.changes)
        wanted = values.value("verification") or (self.defaults.verification if not values.id else "")
        if is_read and wanted == Verification.SEEN and not (values.value("paragraph") or (there and there.paragraph)):
            yield _("It is not marked “source read”: the row names no paragraph.")
        if self._skips_assessment(row.compared):
            words = ", ".join(
                [words, *(_("“{text}”", text=v.written) for v in values.values if v.field == "organisation")]
            )
            yield _("The assessment is left out: {words}.", words=words)
        if self._link_of_evidence(values) and not self._kept_link(values):
            told = N_("The link is left out: say above what kind of source the links are.")
            yield _(N_("The link is left out: say above who published it.") if self.defaults.keeps_links else told)

    def _with_uhri_tags(self, one: RowComparison, tags: TagSet) -> RowComparison:
        """Return the comparison. Add a change if `tags` differ from the tags of UHRI that the recommendation has."""
        if one.state is RowState.NEW:
            return one
        r = self.view.dataset.recommendations[one.recommendation]
        before = next((known for known in r.tags if known.tagged_by is TagSource.UHRI), None)
        if before == tags:
            return one
        old, new = (SEPARATOR.join((*t.themes, *t.groups, *t.sdg)) if t else "" for t in (before, tags))
        state = RowState.CHANGED if one.state is RowState.SAME else one.state
        return replace(one, changes=(*one.changes, ImportedChange(UHRI_TAGS, old, new)), state=state)


def _message_with_place(told: CellProblem | Guess) -> str:
    return f"{told.column}{told.row}: {told.message}" if told.column else told.message
