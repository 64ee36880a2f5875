"""The document form: validate what was typed, and turn it into a document of a reporting cycle."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from tracker.editing.forms.deadline_rows import DeadlineRow, deadlines_of, row_errors, rows_of
from tracker.editing.forms.follow_up_fields import follow_up_values, update_follow_up
from tracker.editing.forms.record_form import (
    DateInput,
    LineInput,
    LinkInput,
    OneLanguageInput,
    PastDateInput,
    RecordForm,
    ShortInput,
    TextInput,
    TitleInput,
)
from tracker.editing.forms.values import FieldError, date_errors, free_id, missing_text_errors, place_error
from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.records import Source
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification
from tracker.queries.view import View

DOCUMENT_DATES = ("due", "received", "considered", "adopted", "issued")
"""The date fields of a document, in the order of the form."""


@dataclass(frozen=True, kw_only=True)
class DocumentForm(RecordForm[Document]):
    """What is typed in the document form."""

    record_type = Document
    register = "documents"
    body: str | None = None
    kind: DocumentKind | None = None
    symbol: ShortInput = ""
    title: TitleInput = field(default_factory=dict)
    authors: LineInput = ""
    cycle: ShortInput = ""
    original_language: str | None = None
    due: DateInput = ""
    received: PastDateInput = ""
    considered: PastDateInput = ""
    adopted: PastDateInput = ""
    issued: PastDateInput = ""
    verification: Verification = Verification.TO_CHECK
    parts_read: OneLanguageInput = ""
    link: LinkInput = ""
    note: TextInput = field(default_factory=dict)
    follow_up_paragraphs: LineInput = ""
    follow_up_place: ShortInput = ""
    follow_up_mark: Verification = Verification.TO_CHECK
    follow_up_note: TextInput = field(default_factory=dict)
    deadlines: tuple[DeadlineRow, ...] = ()

    @classmethod
    def from_record(cls, view: View, record: Document | None, language: Language) -> Self:
        """Return the initial values of the form. `record` is the document as recorded now, None for a new one."""
        form = super().from_record(view, record, language)
        if record is None:
            return form
        return replace(
            form, deadlines=rows_of(record.deadlines, record.id, language), **follow_up_values(view, record.follow_up)
        )

    def _errors(self, view: View, d: Document | None, start: Self, *, language: Language) -> Iterator[str]:
        _ = language.gettext
        if self.body is None:
            yield FieldError(_("Choose the treaty body."), "body")
        if self.kind is None:
            yield FieldError(_("Choose the kind of document."), "kind")
        yield from missing_text_errors(language, _("Title"), self.title, field="title")
        if not clean_input(self.cycle):
            sentence = _("Enter the reporting cycle: the number of the periodic report, such as 4 or 2-3.")
            yield FieldError(sentence, "cycle")
        adopted, issued = clean_input(self.adopted), clean_input(self.issued)
        are_dates = adopted and issued and not [e for day in (adopted, issued) for e in date_errors(day, "", language)]
        if are_dates and partial_dates.last_day(issued) < partial_dates.last_day(adopted):
            yield FieldError(_("The issue date is before the date of adoption: check both dates."), "issued")
        by_symbol = {
            _normalize_symbol(other.symbol): other
            for other in view.documents.values()
            if other.symbol and (d is None or other.id != d.id)
        }
        if other := by_symbol.get(_normalize_symbol(self.symbol)):
            sentence = _("Another document has this symbol: {title}.", title=language.resolve(other.title).text)
            yield FieldError(sentence, "symbol")
        if clean_input(self.follow_up_paragraphs) and self.follow_up_mark == Verification.TO_CHECK:
            sentence = _("You entered paragraphs selected for follow-up: say how they were checked.")
            yield FieldError(sentence, "follow_up_mark")
        is_read = self.follow_up_mark == Verification.SEEN and start.follow_up_mark != Verification.SEEN
        if is_read and not clean_input(self.follow_up_place):
            yield place_error(language, "follow_up_place")
        yield from row_errors(self.deadlines, language, view.today, document=self.verification)

    def _values(
        self, view: View, d: Document | None, reason: Mapping[str, TextVariant], *, language: Language
    ) -> dict[str, Any]:
        follow_up = update_follow_up(
            view,
            d.follow_up if d else None,
            paragraphs=self.follow_up_paragraphs,
            place=Source(document=d.id if d else self.id, paragraph=clean_input(self.follow_up_place) or None),
            mark=self.follow_up_mark,
            note=self.follow_up_note,
        )
        return {
            **super()._values(view, d, reason, language=language),
            "follow_up": follow_up,
            "deadlines": deadlines_of(self.deadlines, d.id if d else self.id, language),
        }

    def suggest_id(self, view: View) -> str:
        """Return a free document id, made from the typed symbol.

        If no symbol is typed, the id is made from the committee, the kind and the year. For an alternative report
        without a symbol, the id is made from "ngo" and the year. Return "" if neither the symbol nor the committee is
        typed.
        """
        # The dot of E/C.12 is part of the committee's name: do not make it a hyphen.
        name = re.sub(r"\b([a-z])\.(?=\d)", r"\1", self.symbol.casefold())
        if not re.search("[a-z0-9]", name):
            if self.body is None:
                return ""
            is_report = self.kind is DocumentKind.ALTERNATIVE_REPORT
            name = f"ngo-{self.year}" if is_report else f"{self.body}-{self.kind or 'document'}-{self.year}"
        return free_id(name, view.dataset.documents)

    @property
    def year(self) -> str:
        """Return the year of the document, or "" if none of its dates has a year.

        The dates are tried in this order: issued, adopted, considered, received, due. If a date is a period, the last
        year of the period is returned.
        """
        return next(
            filter(None, (partial_dates.last_year(getattr(self, name)) for name in reversed(DOCUMENT_DATES))), ""
        )


def _normalize_symbol(symbol: str) -> str:
    """Return `symbol` in lower case and without spaces, so that two symbols can be compared."""
    return "".join(symbol.split()).casefold()
