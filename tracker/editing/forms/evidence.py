"""The evidence form: validate what was typed, and turn it into an evidence item of the register."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from tracker.editing.forms.recommendation import linked_ids, our_tags, update_evidence_links, with_our_tags
from tracker.editing.forms.record_form import LineInput, LinkInput, PastDateInput, RecordForm, TextInput, TitleInput
from tracker.editing.forms.values import FieldError, duplicates, free_id, missing_text_errors
from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.records import Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind, Verification
from tracker.queries.view import View


@dataclass(frozen=True, kw_only=True)
class EvidenceForm(RecordForm[Evidence]):
    """What is typed in the evidence form. `relevant_to` maps effect → recommendation ids."""

    record_type = Evidence
    register = "evidence"
    kind: EvidenceKind | None = None
    publisher: LineInput = ""
    title: TitleInput = field(default_factory=dict)
    summary: TextInput = field(default_factory=dict)
    happened: PastDateInput = ""
    published: PastDateInput = ""
    dimension: EvidenceDimension | None = None
    verification: Verification | None = None
    document: str | None = None
    link: LinkInput = ""
    archived: LinkInput = ""
    identifier: LineInput = ""
    relevant_to: Mapping[EvidenceEffect, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    has_new_files: bool = False
    added_for: str = ""
    """The id of the recommendation from whose page it is added, or with whose assessment. It must be relevant to it."""

    @classmethod
    def from_record(cls, view: View, e: Evidence | None, language: Language) -> Self:
        """Return the initial values of the form. `e` is the evidence item as recorded now, None for a new item."""
        form = super().from_record(view, e, language)
        links, tags = (e.relevant_to, e.tags) if e else ((), ())
        by_effect = {effect: linked_ids(link for link in links if link.effect is effect) for effect in EvidenceEffect}
        return replace(form, relevant_to=by_effect, themes=our_tags(tags).themes)

    def _errors(self, view: View, e: Evidence | None, start: Self, *, language: Language) -> Iterator[str]:
        _ = language.gettext
        if not clean_input(self.publisher):
            yield FieldError(_("Enter the publisher (who says it)."), "publisher")
        if self.kind is None:
            yield FieldError(_("Choose the kind of source."), "kind")
        if self.dimension is None:
            yield FieldError(_("Choose what it is about: law, practice or outcome."), "dimension")
        if self.verification is None:
            yield FieldError(_("Say whether the source itself has been read."), "verification")
        named = (self.document, self.link.strip(), self.archived.strip(), self.identifier.strip(), self.has_new_files)
        is_named = any(named) or (e is not None and bool(e.files)) or self.kind is EvidenceKind.MONITORING
        if self.verification is Verification.SEEN and start.verification is not Verification.SEEN and not is_named:
            yield FieldError(_("Say what was read: a link, a file, an identifier or the document."), "link")
        if self.added_for and not any(self.added_for in ids for ids in self.relevant_to.values()):
            yield FieldError(_("Say what it shows for this recommendation."), "suggests")
        yield from missing_text_errors(language, _("Summary in your own words"), self.summary, field="summary")
        if repeated := duplicates(self.relevant_to, start.relevant_to):
            titles = ", ".join(language.resolve(view.dataset.recommendations[i].title).text for i in repeated)
            yield _(
                "For one recommendation, evidence can show only one thing: {names} appears in two fields.", names=titles
            )

    def _values(
        self, view: View, e: Evidence | None, reason: Mapping[str, TextVariant], *, language: Language
    ) -> dict[str, Any]:
        tags = e.tags if e else ()
        return {
            **super()._values(view, e, reason, language=language),
            "relevant_to": update_evidence_links(e.relevant_to if e else (), self.relevant_to, reason),
            "tags": with_our_tags(tags, replace(our_tags(tags), themes=self.themes)),
        }

    def suggest_id(self, view: View) -> str:
        """Return a free evidence id, made from the publisher and a year; "" if no publisher is typed.

        The year is that of publication. If the date of publication is not typed, the year is that of the event.
        """
        if not self.publisher.strip():
            return ""
        name = f"{self.publisher} {partial_dates.last_year(self.published or self.happened)}"
        return free_id(name if re.search("[a-z]", name.casefold()) else f"evidence {name}", view.dataset.evidence)
