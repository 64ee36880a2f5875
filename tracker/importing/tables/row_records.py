"""Make records from the rows of a spreadsheet or of an export of UHRI: new recommendations, and changes of known ones.

What the tracker knows besides, such as earlier assessments, other languages and the tags of others, stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tracker.editing.forms.recommendation import RecommendationForm, our_tags
from tracker.editing.forms.values import free_id, update_text
from tracker.i18n import Language
from tracker.importing.entry import ImportedChange, shorten_title
from tracker.importing.tables.results import ImportedRow
from tracker.importing.tables.row_comparison import RowComparison
from tracker.importing.tables.vocabulary import SETS, TEXTS_OF_RECORD
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.partial_dates import is_after
from tracker.model.records import Assessment, Recommendation, TagSet
from tracker.model.registers import Document
from tracker.model.vocabulary import SEPARATOR, Direction, Status, TagSource, TextOrigin, Verification, Voice
from tracker.queries.localized_names import recorded_right
from tracker.queries.view import View

ASSESSMENT_FIELDS = ("status", "direction", "assessed", "reason")
"""The fields of a row that become an assessment."""


@dataclass(frozen=True, slots=True)
class RowDefaults:
    """What an editor chose for all rows.

    `document` is for rows that name no document, `chosen` has pairs of the words by which rows name their document, or
    the id of their committee (see `source_key`), and the id of the document that is meant. `assessed` and `reason` are
    for assessments without date or reason. `verification` says whether the texts of new recommendations were read in the document. `organisation` is the
    id of the organisation that signs the assessments. If `skips_incomplete`, an assessment that cannot be recorded is
    left out, and the rest of its row is brought in. `documents` are new documents that are added for rows that name
    them. `other_states` says that the editor confirmed rows about other States; the settings must allow it, too.
    """

    document: str = ""
    verification: Verification = Verification.TO_CHECK
    organisation: str = ""
    assessed: str = ""
    reason: str = ""
    skips_incomplete: bool = False
    documents: tuple[Document, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    other_states: bool = False


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


UHRI_TAGS = "uhri_tags"
"""The field of a change that gives a recommendation the tags of UHRI."""


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
