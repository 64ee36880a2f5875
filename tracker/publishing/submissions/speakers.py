"""Under whose names a submission stands, and what it leaves out because only another organisation says it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.localized_text import ResolvedText, clean_input
from tracker.model.ownership import named_in
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Revision
from tracker.model.registers import Document
from tracker.model.vocabulary import QUOTED_ORIGINS, EvidenceDimension, EvidenceKind, Issuer, Voice
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions.footnotes import wording
from tracker.publishing.submissions.selection import (
    Choice,
    documents_of,
    name_of,
    places_of,
    statements_of_state,
)
from tracker.queries.follow_up import reply_dates
from tracker.queries.quotations import word_of_others
from tracker.queries.view import EFFECTIVE_DATES

EVIDENCE_FIELDS = ("summary", "title", "publisher", "published", "happened", "identifier", "link", "kind")
"""The fields of evidence that a document prints."""
SOURCE = "source-"
"""The name of a field for the title of evidence in its footnote is this and the id of the evidence."""


@dataclass(frozen=True)
class Speakers:
    """Those who sign (or the organisation of who asks, if nobody does yet), and the tracker's editors.

    Sentences about what is left out, in the language of `author`, are added to `left_out`.
    """

    request: ViewRequest
    choice: Choice
    author: ViewRequest
    left_out: dict[str, None] = field(default_factory=dict)

    @cached_property
    def signing(self) -> frozenset[str]:
        """Return the ids of the organisations that assess here: those who sign or, if nobody does yet, that of who writes.

        The tracker's editors do not assess unasked, unless there are only these.
        """
        view = self.request.view
        asking = {self.choice.asking or view.editors.id} - ({view.editors.id} if len(view.organisations) > 1 else set())
        return frozenset(self.choice.organisations or asking)

    @property
    def ids(self) -> frozenset[str]:
        """Return the ids of the organisations whose word may stand in the document."""
        return self.signing | {self.request.view.editors.id}

    def own_assessments(self, r: Recommendation) -> list[Assessment]:
        """Return the assessments that count of those who sign."""
        view = self.request.view
        return [a for a in view.counting_assessments(r) if view.organisation_of(a).id in self.signing]

    def is_own_demand(self, r: Recommendation) -> bool:
        """Return whether one of those who sign asked for it in a report of its own, or entered it."""
        view = self.request.view
        return bool(self.signing & {r.recorded_for or view.editors.id, *named_in(view.dataset, r)})

    def is_silent(self, r: Recommendation) -> bool:
        """Return whether those who sign say nothing about where a recommendation stands: they assessed and wrote nothing."""
        return not self.own_assessments(r) and not self.choice.own_text(r.id, "situation")

    def gaps(self, r: Recommendation) -> Iterator[str]:
        """Yield a sentence if no recent evidence about a recommendation is recorded, and one if its grade cannot be checked."""
        language, found = self.author.language, [e for e, _link in self.evidence(r)]
        if (grade := self.choice.own_text(r.id, "grade")) and not self.choice.grades:
            told = N_("The scale of this committee is not recorded here, so nobody has checked the grade “{grade}”.")
            yield language.gettext(told, grade=grade)
        if not found:
            yield language.gettext("No evidence.")
        dates = [date for e in found if (date := e.published or e.happened)]
        newest = max(dates, key=partial_dates.last_day, default=None)
        if newest and self.author.view.is_outdated(newest):
            yield language.gettext("No evidence since {date}.", date=language.format_date(newest))

    def untold(self) -> list[str]:
        """Return for each document a sentence that names the paragraphs about which no statement of the State is recorded."""
        author, _ = self.author, self.author.language.gettext
        silent = tuple(r for r in self.choice.recommendations if not statements_of_state(author.view, r))
        said = list[str]()
        for id, place in documents_of(author, replace(self.choice, recommendations=silent)).items():
            d = author.view.document(id)
            days = [author.language.format_date(day) for day in reply_dates(author.view, d)] if d else []
            words = _("The State replied on {day}, but what it said is not recorded here: {place}.")
            words = words if days else _("What the State said is not recorded here: {place}.")
            said.append(words.format(day=", ".join(days), place=place))
            steps = d.follow_up.steps if d and d.follow_up and not days else ()
            told = (
                f"{author.language.format_date(one.date)}: {author.language.resolve(one.description).text}"
                for one in steps
            )
            if steps:
                said.append(_("Recorded of the follow-up, but not in the document: {steps}", steps=" ".join(told)))
        return said

    def to_assess(self, r: Recommendation) -> str:
        """Return the sentence that asks those who sign for an assessment or a newer one, or ""."""
        view, language, _ = self.author.view, self.author.language, self.author.language.gettext
        if self.is_silent(r):
            return _("Those who sign have not assessed it: assess it, write the situation, or leave it out.")
        assessed = max(map(view.checked_on, self.own_assessments(r)), key=partial_dates.last_day, default=None)
        since = language.format_date(assessed) if assessed and view.is_outdated(assessed) else ""
        return _("No assessment since {date}.", date=since) if since else ""

    def label_of_evidence(self, e: Evidence) -> str:
        """Return which other organisation says evidence, in its own words, or "" if those who sign say it."""
        is_own = e.private or (e.recorded_for or self.request.view.editors.id) in self.signing
        return "" if is_own else self.request.name(e.publisher)

    def is_trackers(self, name: str, record: Record, field: str) -> bool:
        """Return whether a text is in the words of the tracker's editors, who do not sign. Then add this to `left_out`."""
        view = self.request.view
        said = word_of_others(view, record, field, own=self.signing)
        if said is None or (said.recorded_for or view.editors.id) != view.editors.id:
            return False
        told = N_("{name}: the summary is the tracker's, so it is not in the document. Take it over, or write yours.")
        self.left_out[self.author.language.gettext(told, name=name)] = None
        return True

    def title_of(self, record: Recommendation | Evidence) -> ResolvedText | None:
        """Return a title in the language of the document, or None if neither those who sign nor its source worded it."""
        title, by = (
            wording(self.request, record.title),
            word_of_others(self.request.view, record, "title", own=self.signing),
        )
        return title if title and (by is None or title.origin in QUOTED_ORIGINS) else None

    def own_title(self, r: Recommendation) -> str:
        """Return the heading that those who sign wrote, else the title if it is theirs or the document's own, or ""."""
        if own := " ".join(clean_input(self.choice.own_text(r.id, "title")).split()):
            return own
        is_others = self.is_others(name_of(self.author, r), r, "title")
        return found.text if not is_others and (found := self.title_of(r)) else ""

    def official_title(self, r: Recommendation) -> str:
        """Return the document's own title or, of what those who sign asked themselves, their heading, or "".

        A heading of those who sign is never the name of what somebody else recommended.
        """
        if r.issued_by is Issuer.CIVIL_SOCIETY and self.is_own_demand(r):
            return self.own_title(r)
        title = None if self.is_others(name_of(self.author, r), r, "title") else self.title_of(r)
        return title.text if title and title.origin in QUOTED_ORIGINS else ""

    def title_of_evidence(self, e: Evidence) -> str:
        """Return the title that a footnote prints: that of those who sign, else the source's own, or "".

        If the tracker's editors made it up, add this to `left_out`.
        """
        if own := next(filter(None, (self.choice.own_text(id, f"{SOURCE}{e.id}") for id in self.choice.own_texts)), ""):
            return " ".join(clean_input(own).split())
        title, _ = self.title_of(e), self.author.language.gettext
        if e.title and not title:
            told = N_(
                "{name}: this title is the tracker's, so its footnote has the kind of source instead. You can write the title beside the evidence."
            )
            self.left_out[_(told, name=self.name_of_evidence(e))] = None
        return title.text if title else ""

    def name_of_evidence(self, e: Evidence) -> str:
        """Return the publisher and the title of evidence, and the chosen paragraphs to which it is linked."""
        _, title = self.author.language.gettext, self.author.language.resolve(e.title).text if e.title else ""
        linked = {link.recommendation for link in e.relevant_to}
        at = places_of(self.author, [r for r in self.choice.recommendations if r.id in linked], self.choice)
        return _("Evidence: {name}", name=", ".join(filter(None, [self.author.name(e.publisher), title, at])))

    def leave_out(self, name: str, mark: str) -> None:
        """Add to `left_out` that what has this `name` is not in the document, because of this `mark`."""
        message = self.author.language.gettext("{name}: {mark}. It is not in the document.")
        self.left_out[message.format(name=name, mark=mark)] = None

    def is_others(self, name: str, record: Record, *fields: str) -> bool:
        """Return whether one of the fields is only another organisation's word. Then add this to `left_out`."""
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
            changed = self.author.changes_of_entry(record, said.recorded_for)
            self.leave_out(name, " · ".join([_("entered by {organisation}", organisation=who), *changed]))
        return True

    def is_others_date(self, d: Document) -> bool:
        """Return whether the date from which a document counts is only another organisation's word."""
        fields = [field for field in EFFECTIVE_DATES if getattr(d, field)]
        return self.is_others(self.author.label(d), d, *fields[:1])

    def is_others_statement(self, name: str, a: Assessment) -> bool:
        """Return whether what the State or the committee said cannot stand under the names of those who sign.

        It cannot if another organisation entered it, if it has no source, or if the words are the editors'. If so,
        say it in what is left out.
        """
        view, _ = self.request.view, self.author.language.gettext
        by, editors, mark = view.entry_of(a), view.editors.id, ""
        is_quoted = any(text.origin in QUOTED_ORIGINS for text in a.reason.values())
        if by is not None and by not in self.ids:
            mark = _("entered by {organisation}", organisation=self.author.organisation_name(by))
        elif not a.source:
            mark = _("no source is recorded")
        elif a.voice is Voice.STATE and not is_quoted and (by or editors) not in self.signing:
            mark = _("in the words of the tracker's editors")
        if mark:
            self.leave_out(name, mark)
        return bool(mark)

    def evidence(self, r: Recommendation) -> list[tuple[Evidence, EvidenceLink]]:
        """Return the public evidence that may be printed, newest first, then the private evidence of the choice."""
        without = self.choice.without.get(r.id, ())
        public = [pair for pair in self.request.view.evidence_for(r) if self.can_print(pair[0])]
        return [*(pair for pair in public if pair[0].id not in without), *self.choice.private_evidence.get(r.id, ())]

    def evidence_by_kind(self, r: Recommendation) -> tuple[list[tuple[Evidence, EvidenceLink]], ...]:
        """Return three lists of (evidence, link) pairs: laws, outcomes for people, the rest."""
        # only a law is certainly an act of the State
        found = self.evidence(r)
        laws = [pair for pair in found if pair[0].kind is EvidenceKind.LAW]
        outcomes = [pair for pair in found if pair[0].dimension is EvidenceDimension.OUTCOME and pair not in laws]
        return laws, outcomes, [pair for pair in found if pair not in laws and pair not in outcomes]

    def can_print(self, e: Evidence) -> bool:
        """Return whether nobody is named as publisher who has not confirmed it, and it is not only another's word."""
        _, name = self.author.language.gettext, self.name_of_evidence(e)
        if unconfirmed := self.author.unconfirmed_by(e):
            self.leave_out(name, _("not confirmed by {organisation}", organisation=unconfirmed))
            return False
        return not self.is_others(name, e, *EVIDENCE_FIELDS)
