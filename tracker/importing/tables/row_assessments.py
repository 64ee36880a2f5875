"""The assessment in a row of a spreadsheet: status, direction, date and reason, and whether they can be recorded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tracker.editing.forms.values import update_text
from tracker.i18n import Language
from tracker.importing.tables.results import ImportedRow
from tracker.model.partial_dates import is_after
from tracker.model.records import Assessment, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import Direction, Status, Verification, Voice
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
