"""The deadlines in the document form: one row of fields for each, and back to the deadlines of the document."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracker.editing.forms.record_form import DateInput, OneLanguageInput, ShortInput
from tracker.editing.forms.values import FieldError, date_errors, length_errors, place_error, text_in, update_text
from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.labels import LABELS, N_
from tracker.model.localized_text import MAX_TEXT_LENGTH, TextVariant, clean_input
from tracker.model.records import Source
from tracker.model.registers import Deadline
from tracker.model.verification import mark_of
from tracker.model.vocabulary import DateSetBy, DeadlineKind, TextOrigin, Verification

MAX_ROWS = 30
"""The largest number of deadlines that one document can have in the form."""
ROW_LABELS = {
    "kind": N_("What is due"),
    "date": N_("Date"),
    "set_by": N_("Whose date is it?"),
    "source": N_("Source of the date"),
    "paragraph": N_("Paragraph"),
    "verification": N_("How it was checked"),
    "sentence": N_("The committee's sentence"),
    "done": N_("Done on"),
    "met_by": N_("Done by which document"),
}
"""Name of a field of a row → its label."""


@dataclass(frozen=True, kw_only=True)
class DeadlineRow:
    """What is typed for one deadline. `recorded` is the deadline as it is recorded, None for a new one.

    `source` is the id of the document in which the date stands, None for the document itself. `suggested` is the kind
    with which a new row was opened. A row with `is_removed` is not saved.
    """

    kind: str | None = None
    date: DateInput = ""
    set_by: str | None = DateSetBy.COMMITTEE
    source: str | None = None
    paragraph: ShortInput = ""
    verification: str | None = Verification.TO_CHECK
    sentence: OneLanguageInput = ""
    done: DateInput = ""
    met_by: str | None = None
    is_removed: bool = False
    recorded: Deadline | None = None
    suggested: str | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was typed in a new row."""
        typed = (self.date, self.source, self.paragraph, self.sentence, self.done, self.met_by)
        return self.recorded is None and not any(typed) and self.kind in (None, self.suggested)


def rows_of(deadlines: Iterable[Deadline], document_id: str, language: Language) -> tuple[DeadlineRow, ...]:
    """Return a row for each of the recorded deadlines of the document `document_id`."""
    return tuple(_row(deadline, document_id, language) for deadline in deadlines)


def _row(deadline: Deadline, document_id: str, language: Language) -> DeadlineRow:
    source = deadline.source or Source()
    return DeadlineRow(
        kind=deadline.kind,
        date=deadline.date,
        set_by=deadline.set_by,
        source=None if source.document == document_id else source.document,
        paragraph=source.paragraph or "",
        verification=mark_of(deadline),
        sentence=text_in(deadline.sentence, language),
        done=deadline.done or "",
        met_by=deadline.met_by,
        recorded=deadline,
    )


def row_errors(
    rows: Iterable[DeadlineRow], language: Language, today: date, *, document: Verification
) -> Iterator[FieldError]:
    """Yield an error for everything that is missing or wrong in the rows. Its sentence begins with the deadline.

    `document` says how the document itself was checked.

    It is shown at the field with the name of its row (see `row_name`) and of the field.
    """
    _ = language.gettext
    for number, row in enumerate(rows):
        if row.is_removed or row.is_empty:
            continue
        kind = _(LABELS[DeadlineKind][row.kind]) if row.kind else str(number + 1)
        for field, error in _errors_of(row, language, today, document=document):
            yield FieldError(_("Deadline “{name}”: {error}", name=kind, error=error), row_name(number) + field)


def row_name(number: int) -> str:
    """Return the beginning of the names of the fields in a row. The first row has the number 0."""
    return f"deadline{number}."


def _errors_of(
    row: DeadlineRow, language: Language, today: date, *, document: Verification
) -> Iterator[tuple[str, str]]:
    """Yield (field of the row, sentence) for everything that is missing or wrong in a row."""
    _ = language.gettext
    if row.kind is None:
        yield "kind", _("choose what is due.")
    if not clean_input(row.date):
        yield "date", _("enter the date.")
    wrong_dates = {
        name: [*date_errors(getattr(row, name), _(ROW_LABELS[name]), language, today=today)]
        for name in ("date", "done")
    }
    yield from ((name, error) for name, errors in wrong_dates.items() for error in errors)
    done = clean_input(row.done)
    if done and not wrong_dates["done"] and partial_dates.is_after(done, today):
        yield "done", _("“Done on” is in the future. Enter when it was really done.")
    if (
        row.set_by == DateSetBy.COMPUTED
        and not clean_input(row.sentence)
        and not (row.recorded and row.recorded.sentence)
    ):
        yield "sentence", _("enter the sentence with the period from which you calculated the date.")
    if row.verification == Verification.SEEN and not _is_unchanged(row):
        if not clean_input(row.paragraph) and not clean_input(row.sentence):
            yield "paragraph", place_error(language, "")
        elif row.source is None and document is not Verification.SEEN:
            yield "verification", _("this document itself is not marked as read.")
    if row.kind == DeadlineKind.SUBMISSION and row.set_by == DateSetBy.COMMITTEE:
        choice = _(LABELS[DateSetBy][DateSetBy.OURS])
        yield "set_by", _("the date of our own submission is ours. Choose “{choice}”.", choice=choice)
    yield from (("sentence", error) for error in length_errors(language, MAX_TEXT_LENGTH, [row.sentence]))
    yield from (("paragraph", error) for error in length_errors(language, 120, [row.paragraph]))


def _is_unchanged(row: DeadlineRow) -> bool:
    return row.recorded is not None and row.verification == row.recorded.verification


def deadlines_of(rows: Iterable[DeadlineRow], document_id: str, language: Language) -> tuple[Deadline, ...]:
    """Return the deadlines that the rows say. The rows must be valid. What nobody changed stays as it is recorded."""
    return tuple(
        _deadline(row, document_id, language) for row in rows if not row.is_removed and not row.is_empty and row.kind
    )


def _deadline(row: DeadlineRow, document_id: str, language: Language) -> Deadline:
    kind = DeadlineKind(row.kind or "")
    old = row.recorded or Deadline(kind=kind, date=clean_input(row.date))
    return replace(
        old,
        kind=kind,
        date=clean_input(row.date),
        set_by=DateSetBy(row.set_by or DateSetBy.COMMITTEE),
        source=_source(row, document_id, language),
        sentence=_sentence(old, row, language),
        verification=old.verification
        if row.verification == mark_of(old)
        else Verification(row.verification or "to-check"),
        done=clean_input(row.done) or None,
        met_by=row.met_by,
    )


def _sentence(old: Deadline, row: DeadlineRow, language: Language) -> Mapping[str, TextVariant] | None:
    """Return the sentence with what was typed. It is a quotation only if somebody has read the document."""
    is_same = clean_input(row.sentence) == clean_input(text_in(old.sentence, language))
    if is_same and row.verification == mark_of(old):
        return old.sentence
    origin = TextOrigin.OFFICIAL if row.verification == Verification.SEEN else TextOrigin.OWN
    codes = [language.code, *((code or language.default) for code in old.sentence or {})]
    typed = {language.code: row.sentence}
    return update_text(old.sentence, typed, language.default, origins=dict.fromkeys(codes, origin)) or None


def _source(row: DeadlineRow, document_id: str, language: Language) -> Source | None:
    old, paragraph = row.recorded.source if row.recorded else None, clean_input(row.paragraph) or None
    if old is None:
        return Source(document=row.source or document_id, paragraph=paragraph) if row.source or paragraph else None
    assert row.recorded
    is_same = row.source == _row(row.recorded, document_id, language).source
    return replace(old, document=old.document if is_same else row.source or document_id, paragraph=paragraph)
