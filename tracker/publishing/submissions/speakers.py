"""Under whose names a submission stands, and what it leaves out because only another organisation says it."""

from dataclasses import dataclass
from functools import cached_property

from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS
from tracker.model.organisations import own_organisation
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Revision
from tracker.model.registers import Document
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions.selection import Choice
from tracker.queries.quotations import word_of_others
from tracker.queries.view import EFFECTIVE_DATES

EVIDENCE_FIELDS = ("summary", "title", "publisher", "published", "happened", "identifier", "link", "kind")
"""The fields of evidence that a document prints."""


@dataclass(frozen=True)
class Speakers:
    """Those who sign (or the organisation of who asks, if nobody does yet), and the tracker's editors.

    Sentences about what is left out, in the language of `author`, are added to `missing`.
    """

    request: ViewRequest
    choice: Choice
    author: ViewRequest
    missing: dict[str, None]

    @cached_property
    def ids(self) -> frozenset[str]:
        """Return the ids of the organisations whose word may stand in the document."""
        view, known = self.request.view, self.request.view.settings.organisations
        return frozenset(
            {view.editors.id, *(self.choice.organisations or (own_organisation(self.request.person, known),))}
        )

    def leave_out(self, name: str, mark: str) -> None:
        """Add to `missing` that what has this `name` is not in the document, because of this `mark`."""
        message = self.author.language.gettext("{name}: {mark}. It is not in the document.")
        self.missing[message.format(name=name, mark=mark)] = None

    def is_others(self, name: str, record: Record, *fields: str) -> bool:
        """Return whether one of the fields is only another organisation's word. Then add this to `missing`."""
        language, _ = self.author.language, self.author.language.gettext
        found = ((field, word_of_others(self.request.view, record, field, own=self.ids)) for field in fields)
        field, said = next(((field, said) for field, said in found if said), ("", None))
        if said is None:
            return False
        who = self.author.organisation_name(said.recorded_for) or self.author.label(self.author.view.editors)
        if isinstance(said, Revision):
            day = language.format_timestamp(said.recorded)
            self.leave_out(f"{name}, {_(FIELD_LABELS[field])}", _("changed by {who} on {day}", who=who, day=day))
        else:
            self.leave_out(name, _("entered by {organisation}", organisation=who))
        return True

    def is_others_date(self, d: Document) -> bool:
        """Return whether the date from which a document counts is only another organisation's word."""
        fields = [field for field in EFFECTIVE_DATES if getattr(d, field)]
        return self.is_others(self.author.label(d), d, *fields[:1])

    def is_others_statement(self, name: str, a: Assessment) -> bool:
        """Return whether only another organisation entered what the State said."""
        by, _ = self.request.view.entry_of(a), self.author.language.gettext
        if is_others := by is not None and by not in self.ids:
            self.leave_out(name, _("entered by {organisation}", organisation=self.author.organisation_name(by)))
        return is_others

    def evidence(self, r: Recommendation) -> list[tuple[Evidence, EvidenceLink]]:
        """Return the public evidence that may be printed, newest first, then the private evidence of the choice."""
        public = [pair for pair in self.request.view.evidence_for(r) if self.can_print(pair[0])]
        return [*public, *self.choice.private_evidence.get(r.id, ())]

    def can_print(self, e: Evidence) -> bool:
        """Return whether nobody is named as publisher who has not confirmed it, and it is not only another's word."""
        _, title = self.author.language.gettext, self.author.language.resolve(e.title).text if e.title else ""
        name = _("Evidence: {name}", name=", ".join(filter(None, [self.author.name(e.publisher), title])))
        if unconfirmed := self.author.unconfirmed_by(e):
            self.leave_out(name, _("not confirmed by {organisation}", organisation=unconfirmed))
            return False
        return not self.is_others(name, e, *EVIDENCE_FIELDS)
