"""The document form: turn what was typed into a document with its deadlines and its follow-up.

Also make the records of a submission that was sent.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from tracker.editing.forms import record_form, values
from tracker.editing.forms.recommendation import TAG_FIELDS
from tracker.editing.forms.record_form import Reason, RecordForm
from tracker.editing.forms.values import FieldError
from tracker.i18n import Language, get_language
from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.labels import N_
from tracker.model.localized_text import MAX_TEXT_LENGTH, LocalizedText, clean_input, one_line
from tracker.model.records import Recommendation, SameDemand, Source, TagSet
from tracker.model.registers import Deadline, Document, FollowUp, FollowUpRound
from tracker.model.verification import mark_of
from tracker.model.vocabulary import DateSetBy, DeadlineKind, DocumentKind, Issuer, TagSource, TextOrigin, Verification
from tracker.queries.view import View
from tracker.validation.state_party import expected_state, other_state_in

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
"""Name of a field of a `DeadlineRow` → its label."""


@dataclass(frozen=True, kw_only=True)
class DeadlineRow:
    """What is typed for one deadline. `recorded` is the deadline as it is recorded, None for a new one.

    `source`: id of another document with the date. `suggested`: preset `kind` of a new row. Removed rows are not saved.
    """

    kind: str | None = None
    date: record_form.DateInput = ""
    set_by: str | None = None
    source: str | None = None
    paragraph: record_form.ShortInput = ""
    verification: str | None = Verification.TO_CHECK
    sentence: record_form.OneLanguageInput = ""
    done: record_form.DateInput = ""
    met_by: str | None = None
    is_removed: bool = False
    recorded: Deadline | None = None
    suggested: str | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether the row is new and nothing was typed in it."""
        typed = (self.date, self.source, self.paragraph, self.sentence, self.done, self.met_by)
        return self.recorded is None and not any(typed) and self.kind in (None, self.suggested)


@dataclass(frozen=True, kw_only=True)
class RoundRow:
    """What is typed for one round of the follow-up. `recorded` is the round as it is recorded, None for a new one.

    `reply` and `report` are ids of documents. `ngos` has the organisations that informed the committee, with semicolons
    between them. `lists_ngos` says whether the report lists them: "yes", "no", or None if nobody has looked.
    """

    reply: str | None = None
    report: str | None = None
    ngos: record_form.LineInput = ""
    lists_ngos: str | None = None
    action: record_form.OneLanguageInput = ""
    verification: str | None = Verification.TO_CHECK
    is_removed: bool = False
    recorded: FollowUpRound | None = None

    @classmethod
    def from_round(cls, turn: FollowUpRound, language: Language) -> Self:
        """Return the row of a recorded round."""
        return cls(
            reply=turn.reply,
            report=turn.report,
            ngos="; ".join(turn.ngos),
            lists_ngos={True: "yes", False: "no", None: None}[turn.lists_ngos],
            action=values.text_in(turn.action, language),
            verification=turn.verification,
            recorded=turn,
        )

    @property
    def is_empty(self) -> bool:
        """Return whether the row is new and nothing was typed in it."""
        return self == RoundRow(verification=self.verification)

    def to_round(self, language: Language) -> FollowUpRound:
        """Return the round to save. Its `action` is marked as a quotation only if somebody has read the source."""
        mark = Verification(self.verification or Verification.TO_CHECK)
        old = self.recorded or FollowUpRound(verification=mark)
        return replace(
            old,
            verification=mark,
            reply=self.reply,
            report=self.report,
            ngos=tuple(filter(None, map(clean_input, self.ngos.split(";")))),
            lists_ngos={"yes": True, "no": False}.get(self.lists_ngos or ""),
            action=_update_quotation(old.action, self.action, language, mark=mark, old_mark=old.verification),
        )


def _deadline_row(deadline: Deadline, document_id: str, language: Language) -> DeadlineRow:
    """Return the row of a recorded deadline of the document `document_id`."""
    source = deadline.source or Source()
    return DeadlineRow(
        kind=deadline.kind,
        date=deadline.date,
        set_by=deadline.set_by,
        source=None if source.document == document_id else source.document,
        paragraph=source.paragraph or "",
        verification=mark_of(deadline),
        sentence=values.text_in(deadline.sentence, language),
        done=deadline.done or "",
        met_by=deadline.met_by,
        recorded=deadline,
    )


def deadline_errors(
    rows: Iterable[DeadlineRow], language: Language, today: date, *, document: Verification
) -> Iterator[FieldError]:
    """Yield the errors in rows that are neither empty nor removed. The field of each is `row_prefix` + its name in the row."""
    _ = language.gettext
    for number, row in enumerate(rows):
        if row.is_removed or row.is_empty:
            continue
        kind = _(DeadlineKind(row.kind).label) if row.kind else str(number + 1)
        for name, error in _errors_of(row, language, today, document=document):
            yield FieldError(_("Deadline “{name}”: {error}", name=kind, error=error), row_prefix(number) + name)


def row_prefix(number: int, what: str = "deadline") -> str:
    """Return the prefix of the field names in a row, such as "deadline0.". `what` is "deadline" or "round"."""
    return f"{what}{number}."


def _errors_of(
    row: DeadlineRow, language: Language, today: date, *, document: Verification
) -> Iterator[tuple[str, str]]:
    """Yield (name of the field, what is wrong with it) for one row. Arguments are as in `deadline_errors`."""
    _ = language.gettext
    empty = [
        ("kind", row.kind, _("choose what is due.")),
        ("date", clean_input(row.date), _("enter the date.")),
        ("set_by", row.set_by, _("say whose date it is.")),
    ]
    yield from ((name, error) for name, typed, error in empty if not typed)
    yield from (("date", error) for error in values.date_errors(row.date, _(ROW_LABELS["date"]), language, today=today))
    wrong, done = [*values.date_errors(row.done, _(ROW_LABELS["done"]), language, today=today)], clean_input(row.done)
    if done and not wrong and partial_dates.is_after(done, today):
        wrong = [_("“Done on” is in the future. Enter when it was really done.")]
    yield from (("done", error) for error in wrong)
    has_sentence = clean_input(row.sentence) or (row.recorded and row.recorded.sentence)
    if row.set_by == DateSetBy.COMPUTED and not has_sentence:
        yield "sentence", _("enter the sentence with the period from which you calculated the date.")
    if row.verification == Verification.SEEN and not (row.recorded and row.recorded.verification == Verification.SEEN):
        if not clean_input(row.paragraph) and not clean_input(row.sentence):
            yield "paragraph", values.place_error(language, "")
        elif row.source is None and document is not Verification.SEEN:
            yield "verification", _("this document itself is not marked as read.")
    if row.kind == DeadlineKind.SUBMISSION and row.set_by == DateSetBy.COMMITTEE:
        choice = _(DateSetBy.OURS.label)
        yield "set_by", _("the date of our own submission is ours. Choose “{choice}”.", choice=choice)
    yield from (("sentence", error) for error in values.length_errors(language, MAX_TEXT_LENGTH, [row.sentence]))
    yield from (("paragraph", error) for error in values.length_errors(language, 120, [row.paragraph]))


def _to_deadline(row: DeadlineRow, document_id: str, language: Language) -> Deadline:
    """Return the deadline to save. What the form does not show stays as it is recorded."""
    kind = DeadlineKind(row.kind or "")
    old = row.recorded or Deadline(kind=kind, date=clean_input(row.date))
    is_same_mark = row.verification == mark_of(old)
    return replace(
        old,
        kind=kind,
        date=clean_input(row.date),
        set_by=DateSetBy(row.set_by or DateSetBy.COMMITTEE),
        source=_source(row, document_id, language),
        sentence=_update_quotation(old.sentence, row.sentence, language, mark=row.verification, old_mark=mark_of(old)),
        verification=old.verification if is_same_mark else Verification(row.verification or "to-check"),
        done=clean_input(row.done) or None,
        met_by=row.met_by,
    )


def _update_quotation(
    old: LocalizedText | None, typed: str, language: Language, *, mark: str | None, old_mark: str
) -> LocalizedText | None:
    """Return the text `old` with what was typed, marked as a quotation if `mark` is SEEN; None if no text is left."""
    if clean_input(typed) == clean_input(values.text_in(old, language)) and mark == old_mark:
        return old
    origin = TextOrigin.OFFICIAL if mark == Verification.SEEN else TextOrigin.OWN
    codes = [language.code, *((code or language.default) for code in old or {})]
    origins = dict.fromkeys(codes, origin)
    return values.update_text(old, {language.code: typed}, language.default, origins=origins) or None


def _source(row: DeadlineRow, document_id: str, language: Language) -> Source | None:
    old, paragraph = row.recorded.source if row.recorded else None, clean_input(row.paragraph) or None
    if old is None:
        return Source(document=row.source or document_id, paragraph=paragraph) if row.source or paragraph else None
    assert row.recorded
    is_same = row.source == _deadline_row(row.recorded, document_id, language).source
    return replace(old, document=old.document if is_same else row.source or document_id, paragraph=paragraph)


DOCUMENT_DATES = ("due", "received", "considered", "adopted", "issued")
"""The date fields of a document, in the order of the form."""


@dataclass(frozen=True, kw_only=True)
class DocumentForm(RecordForm[Document]):
    """What is typed in the document form. `follow_up_mark` says how the list of paragraphs for follow-up was checked."""

    record_type = Document
    register = "documents"
    body: str | None = None
    state: str | None = None
    kind: DocumentKind | None = None
    symbol: record_form.ShortInput = ""
    title: record_form.TitleInput = field(default_factory=dict)
    authors: record_form.LineInput = ""
    cycle: record_form.ShortInput = ""
    original_language: str | None = None
    due: record_form.DateInput = ""
    received: record_form.PastDateInput = ""
    considered: record_form.PastDateInput = ""
    adopted: record_form.PastDateInput = ""
    issued: record_form.PastDateInput = ""
    verification: Verification = Verification.TO_CHECK
    parts_read: record_form.OneLanguageInput = ""
    link: record_form.LinkInput = ""
    note: record_form.TextInput = field(default_factory=dict)
    follow_up_paragraphs: record_form.LineInput = ""
    follow_up_place: record_form.ShortInput = ""
    follow_up_mark: Verification = Verification.TO_CHECK
    follow_up_note: record_form.TextInput = field(default_factory=dict)
    no_submission: record_form.TextInput = field(default_factory=dict)
    rounds: tuple[RoundRow, ...] = ()
    deadlines: tuple[DeadlineRow, ...] = ()

    @classmethod
    def from_record(cls, view: View, record: Document | None, language: Language) -> Self:
        """Return the initial values of the form. `record` is the document as recorded now, None for a new one."""
        form = super().from_record(view, record, language)
        if record is None:
            return form
        follow_up = record.follow_up or FollowUp(verification=Verification.TO_CHECK)
        languages = (view.settings.languages, view.settings.language)
        return replace(
            form,
            deadlines=tuple(_deadline_row(deadline, record.id, language) for deadline in record.deadlines),
            rounds=tuple(RoundRow.from_round(turn, language) for turn in follow_up.rounds),
            follow_up_paragraphs=", ".join(follow_up.paragraphs),
            follow_up_place=(follow_up.source.paragraph if follow_up.source else None) or "",
            follow_up_mark=follow_up.verification,
            follow_up_note=values.initial_text_by_language(follow_up.note, *languages),
            no_submission=values.initial_text_by_language(follow_up.no_submission, *languages),
        )

    def _errors(self, view: View, d: Document | None, start: Self, *, language: Language) -> Iterator[str]:
        _ = language.gettext
        if self.body is None:
            yield FieldError(_("Choose the treaty body."), "body")
        if self.state is None and view.has_several_states:
            yield FieldError(_("Choose the State."), "state")
        if self.kind is None:
            yield FieldError(_("Choose the kind of document."), "kind")
        yield from values.missing_text_errors(language, _("Title"), self.title, field="title")
        if not clean_input(self.cycle):
            sentence = _("Enter the reporting cycle: the number of the periodic report, such as 4 or 2-3.")
            yield FieldError(sentence, "cycle")
        adopted, issued = clean_input(self.adopted), clean_input(self.issued)
        wrong = [error for day in (adopted, issued) for error in values.date_errors(day, "", language)]
        are_dates = adopted and issued and not wrong
        if are_dates and partial_dates.last_day(issued) < partial_dates.last_day(adopted):
            yield FieldError(_("The issue date is before the date of adoption: check both dates."), "issued")
        others = [one for one in view.documents.values() if one.symbol and (d is None or one.id != d.id)]
        by_symbol = {"".join(str(one.symbol).split()).casefold(): one for one in others}
        if other := by_symbol.get("".join(self.symbol.split()).casefold()):
            sentence = _("Another document has this symbol: {title}.", title=language.resolve(other.title).text)
            yield FieldError(sentence, "symbol")
        typed = clean_input(self.symbol)
        own = next((one for one in view.settings.states if one.id == self.state), None)
        is_new = (typed, self.state) != (start.symbol, start.state)
        if typed and is_new and (found := other_state_in(view.dataset, typed, own)):
            expected = expected_state(view.dataset, language.code).name
            sentence = _("This symbol is of another State ({found}). This tracker is about {expected}.")
            yield FieldError(sentence.format(found=found, expected=expected), "symbol")
        if clean_input(self.follow_up_paragraphs) and self.follow_up_mark == Verification.TO_CHECK:
            sentence = _("You entered paragraphs selected for follow-up: say how they were checked.")
            yield FieldError(sentence, "follow_up_mark")
        is_read = self.follow_up_mark == Verification.SEEN and start.follow_up_mark != Verification.SEEN
        if is_read and not clean_input(self.follow_up_place):
            yield values.place_error(language, "follow_up_place")
        for number, row in enumerate(self.rounds):
            if row.verification == Verification.SEEN and not row.report and not row.is_removed:
                sentence = _("Round {n}: choose the committee's report that was read.", n=number + 1)
                yield FieldError(sentence, f"{row_prefix(number, 'round')}report")
            errors = values.length_errors(language, 500, row.ngos.split(";"))
            yield from (FieldError(e, f"{row_prefix(number, 'round')}ngos") for e in errors)
        yield from deadline_errors(self.deadlines, language, view.today, document=self.verification)
        cycle = (self.state, self.body, clean_input(self.cycle))
        same = [one for one in view.documents.values() if (one.state, one.body, one.cycle) == cycle]
        there = {(str(each.kind), each.date): one.title for one in same for each in one.deadlines}
        for number, one in enumerate(self.deadlines):
            kind, date, old = one.kind or "", clean_input(one.date), one.recorded
            if (title := there.get((kind, date))) and (old is None or (old.kind, old.date) != (kind, date)):
                how = {"title": language.resolve(title).text, "kind": _(DeadlineKind(kind).label)}
                sentence = _(
                    "{title} has this deadline already: {kind}, {date}.", date=language.format_date(date), **how
                )
                yield FieldError(sentence, f"{row_prefix(number)}date")

    def _values(self, view: View, d: Document | None, reason: Reason, *, language: Language) -> dict[str, Any]:
        rows = [row for row in self.deadlines if not row.is_removed and not row.is_empty and row.kind]
        own_id, main, old = d.id if d else self.id, view.settings.language, d.follow_up if d else None
        follow_up = FollowUp(
            verification=Verification(self.follow_up_mark or Verification.TO_CHECK),
            paragraphs=tuple(filter(None, map(clean_input, re.split("[,;]", self.follow_up_paragraphs)))),
            steps=old.steps if old else (),
            rounds=tuple(row.to_round(language) for row in self.rounds if not row.is_removed and not row.is_empty),
            note=values.update_text(old.note if old else None, self.follow_up_note, main) or None,
            no_submission=values.update_text(old.no_submission if old else None, self.no_submission, main) or None,
        )
        place = clean_input(self.follow_up_place) or None
        # a recorded source keeps its document
        new = Source(document=own_id, paragraph=place) if place else None
        source = replace(old.source, paragraph=place) if old and old.source else new
        is_known = old is not None or follow_up != FollowUp(verification=Verification.TO_CHECK)
        return {
            **super()._values(view, d, reason, language=language),
            "follow_up": replace(follow_up, source=source) if is_known else None,
            "deadlines": tuple(_to_deadline(row, own_id, language) for row in rows),
        }

    def suggest_id(self, view: View) -> str:
        """Return an unused id from the symbol, or else from committee (or "ngo") and year; "" without symbol and committee."""
        # The dot of E/C.12 is part of the committee's name: do not make it a hyphen.
        name = re.sub(r"\b([a-z])\.(?=\d)", r"\1", self.symbol.casefold())
        if not re.search("[a-z0-9]", name):
            if self.body is None:
                return ""
            is_report = self.kind is not None and self.kind.is_civil_societys
            name = f"ngo-{self.year}" if is_report else f"{self.body}-{self.kind or 'document'}-{self.year}"
        return values.free_id(name, view.dataset.documents)

    @property
    def year(self) -> str:
        """Return the last year of the first date that has one: issued, adopted, considered, received, due; "" if none has."""
        return next(filter(None, (partial_dates.last_year(getattr(self, n)) for n in reversed(DOCUMENT_DATES))), "")


TITLE_WORDS = 10
"""At most so many words of a demand become its title, if those who sign wrote no heading."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a submission asks of the State. `number` is its place in it, `about` the recommendation concerned.

    `heading` is what those who sign wrote above it, or "".
    """

    number: int
    text: str
    about: Recommendation
    heading: str = ""

    @property
    def title(self) -> str:
        """Return its heading, else its first words."""
        return one_line(self.heading) or " ".join(one_line(self.text).split()[:TITLE_WORDS])


def submission_records(
    view: View, document: DocumentForm, demands: Sequence[Demand], lang: str, *, is_read: bool
) -> tuple[Record, ...]:
    """Return the document of a submission, and then a recommendation of civil society for each demand.

    The form must be valid. `lang` is the language of the submission. `is_read` says that somebody compared the texts
    with what was sent: then they are recorded as quotations. A new recommendation gets the tags of the recommendation
    that its demand is about, and a link to it: it asks for the same.
    """
    main, language = view.settings.language, get_language(lang, view.settings)
    mark = Verification.SEEN if is_read else Verification.TO_CHECK
    (report,) = replace(document, verification=mark).apply(view, None, {}, language)
    taken, records = dict(view.dataset.recommendations), list[Record]()
    for demand in demands:
        about, text = demand.about, clean_input(demand.text)
        tags = {n: tuple(dict.fromkeys(one for each in about.tags for one in getattr(each, n))) for n in TAG_FIELDS}
        r = Recommendation(
            id=values.free_id(f"{report.id}-r{demand.number}", taken),
            issued_by=Issuer.CIVIL_SOCIETY,
            document=report.id,
            paragraph=str(demand.number),
            title=values.update_text(None, {lang: demand.title}, main),
            text=values.update_text(None, {lang: text}, main, origins={lang: TextOrigin.OFFICIAL}) if is_read else None,
            summary=values.update_text(None, {lang: text}, main),
            verification=mark,
            source=Source(document=report.id, paragraph=str(demand.number)),
            tags=(TagSet(tagged_by=TagSource.OURS, **tags),) if any(tags.values()) else (),
            same_demand=(SameDemand(recommendation=about.id),),
        )
        taken[r.id] = r
        records.append(r)
    return report, *records
