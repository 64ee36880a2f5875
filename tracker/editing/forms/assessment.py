"""The evidence form and the assessment form: validate what was typed, and turn it into records."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Self

from tracker.editing.forms import record_form, values
from tracker.editing.forms.recommendation import linked_ids, our_tags, update_evidence_links, with_our_tags
from tracker.editing.forms.record_form import Reason, RecordForm
from tracker.editing.forms.values import FieldError, TextByLanguage
from tracker.i18n import Language
from tracker.model import vocabulary
from tracker.model.dataset import Record
from tracker.model.localized_text import clean_input
from tracker.model.partial_dates import date_range, is_before, last_year
from tracker.model.records import Assessment, Evidence, Recommendation, Source
from tracker.model.vocabulary import EvidenceEffect, Status, Verification, Voice
from tracker.queries.view import View, effective_date


@dataclass(frozen=True, kw_only=True)
class EvidenceForm(RecordForm[Evidence]):
    """What is typed in the evidence form. `relevant_to` maps effect → recommendation ids; `themes` are our own tags."""

    record_type = Evidence
    register = "evidence"
    kind: vocabulary.EvidenceKind | None = None
    publisher: record_form.LineInput = ""
    title: record_form.TitleInput = field(default_factory=dict)
    summary: record_form.TextInput = field(default_factory=dict)
    happened: record_form.PastDateInput = ""
    published: record_form.PastDateInput = ""
    dimension: vocabulary.EvidenceDimension | None = None
    verification: Verification | None = None
    document: str | None = None
    link: record_form.LinkInput = ""
    archived: record_form.LinkInput = ""
    identifier: record_form.LineInput = ""
    relevant_to: Mapping[EvidenceEffect, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    has_new_files: bool = False
    is_order_confirmed: bool = False
    """Whether it was published before it happened, such as the announcement of an event."""
    added_for: str = ""
    """The id of a recommendation to which the evidence must be relevant, or ""."""

    @classmethod
    def from_record(cls, view: View, e: Evidence | None, language: Language) -> Self:
        """Return the initial values of the form. `e` is the evidence as recorded now, None for a new one."""
        form = super().from_record(view, e, language)
        links, tags = (e.relevant_to, e.tags) if e else ((), ())
        by_effect = {effect: linked_ids(link for link in links if link.effect is effect) for effect in EvidenceEffect}
        return replace(form, relevant_to=by_effect, themes=our_tags(tags).themes)

    @property
    def is_published_first(self) -> bool:
        """Return whether it was published before it happened. False if one of the dates cannot be read."""
        published, happened = (clean_input(day) for day in (self.published, self.happened))
        with suppress(ValueError):
            return bool(published and happened and date_range(published)) and is_before(published, happened)
        return False

    def _errors(self, view: View, e: Evidence | None, start: Self, *, language: Language) -> Iterator[str]:
        _ = language.gettext
        dates = (self.published, self.happened)
        if self.is_published_first and not self.is_order_confirmed and dates != (start.published, start.happened):
            sentence = _("Was it published before it happened? Correct one of the dates, or tick that it is so.")
            yield FieldError(sentence, "published")
        if not clean_input(self.publisher):
            yield FieldError(_("Enter the publisher (who says it)."), "publisher")
        if self.kind is None:
            yield FieldError(_("Choose the kind of source."), "kind")
        if self.dimension is None:
            yield FieldError(_("Choose what it is about: law, practice or outcome."), "dimension")
        if self.verification is None:
            yield FieldError(_("Say whether the source itself has been read."), "verification")
        named = (self.document, self.link.strip(), self.archived.strip(), self.identifier.strip(), self.has_new_files)
        is_named = any(named) or (e is not None and bool(e.files)) or self.kind is vocabulary.EvidenceKind.MONITORING
        if self.verification is Verification.SEEN and start.verification is not Verification.SEEN and not is_named:
            yield FieldError(_("Say what was read: a link, a file, an identifier or the document."), "link")
        if self.added_for and not any(self.added_for in ids for ids in self.relevant_to.values()):
            yield FieldError(_("Say what it shows for this recommendation."), "suggests")
        yield from values.missing_text_errors(language, _("Summary in your own words"), self.summary, field="summary")
        if repeated := values.duplicates(self.relevant_to, start.relevant_to):
            titles = ", ".join(language.resolve(view.dataset.recommendations[i].title).text for i in repeated)
            sentence = _("For one recommendation, evidence can show only one thing: {names} appears in two fields.")
            yield sentence.format(names=titles)

    def _values(self, view: View, e: Evidence | None, reason: Reason, *, language: Language) -> dict[str, Any]:
        tags = e.tags if e else ()
        return {
            **super()._values(view, e, reason, language=language),
            "relevant_to": update_evidence_links(e.relevant_to if e else (), self.relevant_to, reason),
            "tags": with_our_tags(tags, replace(our_tags(tags), themes=self.themes)),
        }

    def suggest_id(self, view: View) -> str:
        """Return an unused id, made from publisher and year (of publication, else of the event); "" without a publisher."""
        if not self.publisher.strip():
            return ""
        name = f"{self.publisher} {last_year(self.published or self.happened)}"
        name = name if re.search("[a-z]", name.casefold()) else f"evidence {name}"
        return values.free_id(name, view.dataset.evidence)


NEW_EVIDENCE = "new."
"""The prefix of the names of fields for evidence that is added together with the assessment."""


@dataclass(frozen=True, kw_only=True)
class AssessmentForm(RecordForm[Recommendation]):
    """What is typed in the assessment form. The record is the recommendation that is assessed.

    `reason` is in the editor's language; `other_reasons` maps other language codes → text. `evidence` has ids; `new` is
    evidence that the same save adds. `is_early_confirmed` allows a date before that of the recommendation's document.
    """

    voice: Voice = Voice.CIVIL_SOCIETY
    organisation: str | None = None
    part: str | None = None
    status: Status | None = None
    grade: str = ""
    scope: record_form.ShortInput = ""
    direction: vocabulary.Direction | None = None
    date: record_form.PastDateInput = ""
    reason: str = ""
    other_reasons: record_form.TextInput = field(default_factory=dict)
    document: str | None = None
    paragraph: record_form.ShortInput = ""
    verification: Verification | None = None
    """Whether the source itself was read. Required if the voice is the State or a committee, otherwise optional."""
    evidence: tuple[str, ...] = ()
    new: EvidenceForm | None = None
    is_early_confirmed: bool = False

    @classmethod
    def from_record(cls, view: View, r: Recommendation | None, language: Language) -> Self:
        """Return a form with today's date and the only organisation, if there is only one. The record is not used."""
        organisations = list(view.organisations)
        return cls(date=view.today.isoformat(), organisation=organisations[0] if len(organisations) == 1 else None)

    def later_document_date(self, view: View, r: Recommendation) -> str:
        """Return the date of the document of `r` if the typed date is certainly earlier; otherwise, and for the State, ""."""
        document = view.document(r.document)
        issued = (effective_date(document) if document else None) or ""
        day = self.date.strip()
        with suppress(ValueError):  # the date is not valid yet
            if issued and self.voice is not Voice.STATE and date_range(day) and is_before(day, issued):
                return issued
        return ""

    def validate(self, view: View, r: Recommendation | None, language: Language) -> list[str]:
        """Return the errors. Those of the new evidence come last, with NEW_EVIDENCE before the name of the field."""
        new_errors = self.new.validate(view, None, language) if self.new else []
        at_fields = [FieldError(e, NEW_EVIDENCE + e.field) if isinstance(e, FieldError) else e for e in new_errors]
        return [*super().validate(view, r, language), *at_fields]

    def _errors(self, view: View, r: Recommendation | None, start: Self, *, language: Language) -> Iterator[str]:
        _ = language.gettext
        is_ours = self.voice is Voice.CIVIL_SOCIETY
        if is_ours and self.organisation not in view.organisations:
            yield FieldError(_("Choose the organisation whose assessment this is."), "organisation")
        if is_ours and self.status is None:
            yield FieldError(_("Choose a status."), "status")
        if self.voice is Voice.COMMITTEE and not self.grade.strip():
            sentence = _("Give the committee's grade, or say that the paragraph was not selected for follow-up.")
            yield FieldError(sentence, "grade")
        if self.voice is Voice.COMMITTEE and not self.document:
            yield FieldError(_("Choose the committee's document in which the grade stands."), "document")
        yield from values.missing_text_errors(language, _("Reasons"), self._reasons(language), field="reason")
        if self.status is Status.IMPLEMENTED and is_ours and not (self.evidence or self.new):
            known = view.settings.statuses.get(Status.IMPLEMENTED)
            status = language.resolve(known.label).text if known else Status.IMPLEMENTED.value
            sentence = _("“{status}” needs evidence: choose at least one item, or add one.", status=status)
            yield FieldError(sentence, "evidence")
        if not self.date.strip():
            yield FieldError(_("Write a date, such as 12 March 2026, March 2026 or 2026."), "date")
        if r and (issued := self.later_document_date(view, r)) and not self.is_early_confirmed:
            sentence = _("The date is earlier than the document, which is of {date}. Correct the date, or confirm it.")
            yield FieldError(sentence.format(date=language.format_date(issued)), "date")
        if not is_ours and self.verification is None:
            yield FieldError(_("Say whether the source itself has been read."), "verification")
        if self.voice is Voice.STATE and not (self.document or self.evidence or self.new):
            sentence = _(
                "Choose the document in which the State says so, or evidence: it stands under the State's name."
            )
            yield FieldError(sentence, "document")
        if self.verification is Verification.SEEN and not (self.document and self.paragraph.strip()):
            yield values.place_error(language, "paragraph" if self.document else "document")

    def apply(self, view: View, r: Recommendation | None, reason: Reason, language: Language) -> tuple[Record, ...]:
        """Return the recommendation `r` with the new assessment, then the new evidence. The form must be valid."""
        assert r is not None
        is_committee = self.voice is Voice.COMMITTEE
        new = self.new.apply(view, None, reason, language=language) if self.new else ()
        source = Source(document=self.document, paragraph=self.paragraph.strip() or None) if self.document else None
        of = view.document(self.document)
        if source and of and self.voice is Voice.STATE and of.kind not in vocabulary.OF_THE_STATE:
            source = replace(source, document=None, cited_by=of.id)
        assessment = Assessment(
            voice=self.voice,
            organisation=self.organisation if self.voice is Voice.CIVIL_SOCIETY else None,
            part=self.part,
            status=None if is_committee else self.status,
            grade=self.grade.strip() if is_committee else None,
            scope=clean_input(self.scope) or None if is_committee else None,
            direction=self.direction,
            date=self.date.strip(),
            reason=values.update_text(None, self._reasons(language), view.settings.language),
            source=source,
            verification=self.verification or Verification.TO_CHECK,
            evidence=(*self.evidence, *(e.id for e in new)),
        )
        return (replace(r, assessments=(*r.assessments, assessment)), *new)

    def _reasons(self, language: Language) -> TextByLanguage:
        return values.by_own_language({language.code: self.reason, **self.other_reasons}, {}, language)
