"""The deadlines that a document states: what a review proposes to save, compared with the deadlines that are there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tracker.editing.forms.values import update_text
from tracker.importing.comparison import RowState
from tracker.importing.documents.imported_document import ImportedDocument, StatedDeadline
from tracker.importing.documents.phrases import load_phrases
from tracker.importing.documents.written_dates import find_period, months_later
from tracker.model.localized_text import LocalizedText
from tracker.model.records import Source
from tracker.model.registers import Deadline, Document
from tracker.model.vocabulary import DateSetBy, DeadlineKind, TextOrigin, Verification


@dataclass(frozen=True, slots=True)
class ProposedDeadline:
    """A deadline as the document states it, and the deadline of the same kind that is there, None if there is none.

    `date` is a partial date; "" if the document gives only a period from which no date can be worked out. `period` is
    the committee's words, such as "within 24 months"; "" if there is none. `sentence` is the source, in `paragraph`.
    """

    kind: DeadlineKind
    date: str
    set_by: DateSetBy
    period: str
    sentence: str
    paragraph: str
    recorded: Deadline | None = None

    @property
    def state(self) -> RowState:
        """Return NEW, SAME or CHANGED: how the date differs from the one that is there."""
        if self.recorded is None:
            return RowState.NEW
        return RowState.SAME if self.date in ("", self.recorded.date) else RowState.CHANGED

    @property
    def is_proposed(self) -> bool:
        """Return whether it is ticked before the editor decides: it has a date, and there is none of its kind yet."""
        return bool(self.date) and self.state is RowState.NEW


def propose_deadlines(imported: ImportedDocument, document: Document) -> tuple[ProposedDeadline, ...]:
    """Return the deadlines that the file states. `document` is as it will be saved; its date of adoption counts.

    If the document has several deadlines of one kind, the one with the same date is compared, otherwise the last one.
    """
    return tuple(
        replace(stated, recorded=_same_kind(document, stated)) for stated in _stated(imported, document.adopted)
    )


def _stated(imported: ImportedDocument, adopted: str | None) -> Iterator[ProposedDeadline]:
    report = imported.next_report
    if imported.follow_up:
        yield _proposal(DeadlineKind.REPLY, imported.follow_up.reply, imported.language, adopted=adopted)
    if report and (report.date or report.period):
        yield _proposal(DeadlineKind.NEXT_REPORT, report, imported.language, adopted=adopted)
    if expected := imported.list_of_issues:
        is_source = report is not None and expected[:4] in report.sentence
        yield ProposedDeadline(
            DeadlineKind.LIST_OF_ISSUES,
            expected,
            DateSetBy.COMMITTEE,
            period="",
            sentence=report.sentence if report and is_source else "",
            paragraph=report.paragraph if report and is_source else "",
        )


def _proposal(kind: DeadlineKind, stated: StatedDeadline, language: str, *, adopted: str | None) -> ProposedDeadline:
    day, is_computed = stated.date, stated.computed
    # the file may leave out its date of adoption, and the tracker know it; a report is not due from this date
    if day is None and adopted and kind is DeadlineKind.REPLY:
        period = find_period(stated.sentence, load_phrases(language))
        day, is_computed = (months_later(adopted, period.months), True) if period else (None, False)
    return ProposedDeadline(
        kind,
        day or "",
        DateSetBy.COMPUTED if is_computed or not day else DateSetBy.COMMITTEE,
        period=stated.period,
        sentence=stated.sentence,
        paragraph=stated.paragraph,
    )


def _same_kind(document: Document, stated: ProposedDeadline) -> Deadline | None:
    known = [deadline for deadline in document.deadlines if deadline.kind is stated.kind]
    same = (deadline for deadline in known if deadline.date == stated.date)
    return next(same, known[-1] if known else None)


def with_deadlines(
    document: Document, chosen: Iterable[ProposedDeadline], imported: ImportedDocument, *, main: str
) -> Document:
    """Return the document with the `chosen` deadlines: a new one is added, one that is there gets the other date.

    Whether a deadline was met stays as recorded. `main` is the dataset's main language.
    """
    deadlines = list(document.deadlines)
    for choice in chosen:
        old = choice.recorded
        if not choice.date or choice.state is RowState.SAME:
            continue
        changed = replace(
            old or Deadline(kind=choice.kind, date=choice.date),
            date=choice.date,
            set_by=choice.set_by,
            source=Source(document=document.id, paragraph=choice.paragraph or None),
            # the sentence of another date would be a wrong quotation, in any language
            sentence=_sentence(None, choice, imported, main=main),
            verification=Verification.SEEN,
        )
        if old in deadlines:
            deadlines[deadlines.index(old)] = changed
        else:
            deadlines.append(changed)
    return replace(document, deadlines=tuple(deadlines))


def with_sentences(document: Document, imported: ImportedDocument, *, main: str) -> Document:
    """Return the document with the committee's sentence, in the language of the file, at each deadline of the same date.

    A sentence that is there in this language stays.
    """
    stated = {(each.kind, each.date): each for each in propose_deadlines(imported, document) if each.sentence}
    deadlines = tuple(
        replace(
            deadline, sentence=_sentence(deadline.sentence, stated[deadline.kind, deadline.date], imported, main=main)
        )
        if (deadline.kind, deadline.date) in stated
        and deadline.verification is Verification.SEEN
        and imported.language not in {code or main for code in deadline.sentence or {}}
        else deadline
        for deadline in document.deadlines
    )
    return document if deadlines == document.deadlines else replace(document, deadlines=deadlines)


def _sentence(
    old: LocalizedText | None, choice: ProposedDeadline, imported: ImportedDocument, *, main: str
) -> LocalizedText | None:
    code = imported.language
    return update_text(old, {code: choice.sentence}, main, origins={code: TextOrigin.OFFICIAL}) or None
