"""Build a submission: the contents of the document at each stage, and notes for its authors about what is missing."""

import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tracker.model import partial_dates
from tracker.model.errors import TrackerError
from tracker.model.labels import N_
from tracker.model.localized_text import ResolvedText, TextVariant, clean_input
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import (
    QUOTED_ORIGINS,
    Issuer,
    SubmissionStage,
    TextOrigin,
    Verification,
    Voice,
)
from tracker.publishing.change_summaries import capitalize_first
from tracker.publishing.citation import build_citation, entry_link
from tracker.publishing.pages.brief import MAX_RECOMMENDATIONS
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import public_origin
from tracker.publishing.sentences import dates_in_words, full_name, part_in_words
from tracker.publishing.submissions import footnotes, selection
from tracker.publishing.submissions.document import Note, Paragraph, Run, Runs, Submission, in_one, plain_text
from tracker.publishing.submissions.docx_writer import WordForm
from tracker.publishing.submissions.selection import Choice, name_of, place_in_document
from tracker.publishing.submissions.speakers import Speakers
from tracker.publishing.submissions.status_counts import StatusCounts
from tracker.queries.follow_up import grade_meaning, printed_grades
from tracker.queries.localized_names import public_link
from tracker.queries.quotations import changed_by_hand
from tracker.queries.view import effective_date
from tracker.safety.redaction.terms import OMISSION_MARK

EvidencePairs = Iterable[tuple[Evidence, EvidenceLink]]
STAGE_FORMS = {
    SubmissionStage.FOLLOW_UP: "follow-up",
    SubmissionStage.LIST_OF_ISSUES: "narrative",
    SubmissionStage.LIST_OF_ISSUES_PRIOR: "narrative",
    SubmissionStage.ALTERNATIVE_REPORT: "report",
    SubmissionStage.UPR: "report",
    SubmissionStage.BRIEF: "brief",
}
"""Stage → its template in `tracker/templates/submission/forms`."""
LETTER = "letter"
"""The template of the cover letter."""
OPENING = 80
"""The largest number of characters of the first words of a quotation in a heading."""


def build_submission(request: ViewRequest, choice: Choice, author: ViewRequest, *, kind: str = "") -> Submission:
    """Return the document of a choice, in the language of the request; its `notes` are in the language of `author`.

    `kind` is LETTER for its cover letter.

    The document is made from the public data, and from the own texts and the private evidence of the choice. A text
    that has no wording in this language is left out, in most cases with a note. A brief has at most
    MAX_RECOMMENDATIONS. Raises TrackerError if a grade is not on the committee's scale.
    """
    if choice.stage is SubmissionStage.BRIEF:
        choice = replace(choice, recommendations=choice.recommendations[:MAX_RECOMMENDATIONS])
    grades = [g.grade for g in choice.grades] if choice.stage is SubmissionStage.FOLLOW_UP else []
    for r in choice.recommendations:
        if (grade := choice.own_text(r.id, "grade")) and grades and grade not in grades:
            values = {"name": name_of(author, r), "grade": grade, "grades": ", ".join(grades)}
            raise TrackerError(N_("{name}: the committee has no grade “{grade}”. Its grades are: {grades}."), values)
    return Builder(request, choice, author).submission(kind or STAGE_FORMS[choice.stage])


def _label(words: str) -> Run:
    return Run(f"{words}. ", style="Strong")


class Builder:
    """A builder of the parts of one document. It collects notes about texts left out and about placeholders.

    The keys of `speakers.left_out` and of `limits` are sentences for the author (see `Submission`). `to_fill` maps
    placeholder → id → recommendation that has it. A dictionary without values is a set in order.
    """

    def __init__(self, request: ViewRequest, choice: Choice, author: ViewRequest | None = None) -> None:
        self.request, self.choice, self.author = request, choice, author or request
        self.view, self.language = request.view, request.language
        self.has_address = bool(public_origin(request.origin))
        self.speakers = Speakers(request, choice, self.author)
        self.counts = StatusCounts(self.speakers)
        self.limits: dict[str, None] = {}
        self.to_fill: dict[str, dict[str, Recommendation]] = {}

    def submission(self, kind: str) -> Submission:
        """Return the document with this form, and what is missing in it."""
        fields, stage, letter = self.fields(), self.choice.stage, list[Paragraph]()
        own = {"kind": kind, "stage": stage.value, "_": self.language.gettext, "pictures": self.counts.pictures}
        own["has_contents"] = stage is SubmissionStage.ALTERNATIVE_REPORT and kind != LETTER
        own["places"] = [*selection.documents_of(self.request, self.choice, self.name_in_letter).values()]
        own |= {"placeholder": self.placeholder, "label": _label}
        form = WordForm({**fields, **own}, self.language.code)
        to_fill = self.still_to_fill()
        if kind != LETTER:
            # the author is told what will be missing in the letter, too, before it is made
            in_document, self.to_fill = self.to_fill, {}
            letter = WordForm({**fields, **own, "kind": LETTER, "has_contents": False}, self.language.code).paragraphs
            to_fill += [
                self.author.language.gettext("Still to fill in in the cover letter: {places}.", places=words)
                for words in self.to_fill
                if words not in in_document
            ]
        return Submission(
            title=fields["title"],
            organisations=tuple(fields["organisations"]),
            lang=self.language.code,
            header=fields["header"],
            write=form.package,
            paragraphs=tuple(form.paragraphs),
            annex=tuple(form.annex),
            letter=tuple(letter),
            footnotes=tuple(form.footnotes.notes),
            to_fill=tuple(to_fill),
            limits=(*self.gaps(), *self.limits),
            left_out=tuple(self.speakers.left_out),
            is_confidential=fields["is_confidential"],
        )

    def fields(self) -> dict[str, Any]:
        """Return a mapping of the fields that a form can use: name → value. Each RecommendationItem computes its own when it is asked."""
        _, choice, settings = self.language.gettext, self.choice, self.view.settings
        title = f"{self.language.resolve(settings.state_party).text}: {self.request.label(choice.stage)}"
        register, day = self.language.resolve(settings.title).text, self.language.format_day(self.view.local_date)
        signing = [o for id in choice.organisations for o in settings.organisations if o.id == id]
        items = {r.id: RecommendationItem(self, r) for r in choice.recommendations}
        groups = [
            {
                "heading": heading,
                "text": self.written(None, "theme", code),
                "recommendations": [items[r.id] for r in rs],
            }
            for code, heading, rs in selection.group_by_order(self.request, choice)
        ]
        is_confidential = any(choice.private_evidence.values())
        return {
            "title": title,
            "header": _("Confidential: not for publication") if is_confidential else title,
            "is_confidential": is_confidential,
            "committee": self.language.resolve(choice.body.name).text if choice.body else "",
            "session": clean_input(choice.session),
            "organisations": [full_name(self.language, o) for o in signing],
            "day": day,
            "created": str(self.view.local_date),
            **{name: self.written(None, name) for name in (*selection.IN_REPORT, *selection.IN_LETTER)},
            "counts": [line for line, _count in self.counts.lines()],
            "groups": groups,
            "recommendations": [*items.values()],
            "register": _("From the register “{name}”, as of {day}.", name=register, day=day),
        }

    # what is said of one recommendation

    def words(self, r: Recommendation) -> list[Runs]:
        """Return the whole quotation in the language of the document, else summary and parts, else a placeholder.

        A quotation that was changed by hand is left out until somebody has compared it with the document.
        """
        _, is_changed = self.language.gettext, self.is_left_out(r)
        note = self.note_of(r)
        if self.wording(r.text) and not is_changed:
            *lines, (*mark, last) = (self.quoted(r, f"{label} ".lstrip(), text) for label, text in r.quotation)
            return [*lines, (*mark, replace(last, note=note))]
        if r.text and not is_changed:
            name = self.author.language.gettext("{name}, the quotation", name=name_of(self.author, r))
            self.list_missing(name, r.text)
        own = self.written(r, "words")
        if not (summary := None if own else self.own_wording(r, "summary")) and not own:
            return [(self.placeholder(_("The words of the recommendation"), r), Run("", note=note))]
        told = self.author.language.gettext("{name}: a summary stands for the words, which are not quoted here.")
        self.limits[told.format(name=name_of(self.author, r))] = None
        label = Run(f"{_('In summary')}: ", style="Emphasis")
        first, *rest = own or [(Run(summary.text if summary else ""),)]
        is_own = bool(summary) and not is_changed and self.is_own(r, "parts")
        parts = [(part.label, self.wording(part.summary)) for part in r.parts if is_own]
        rest += [(Run(f"{one} {said.text}"),) for one, said in parts if said]
        return [(label, *first, Run("", note=note)), *rest]

    def heading(self, r: Recommendation) -> str:
        """Return what stands above the `words`. What only somebody else says of them is not under the committee's name."""
        is_quoted = self.wording(r.text) and not self.is_left_out(r)
        is_reported = not is_quoted and self.known_from(r)
        return selection.heading_of(self.request, r, is_own=not is_reported)

    def is_left_out(self, r: Recommendation) -> bool:
        """Return whether a quotation stays out: it is another organisation's, or changed by hand and not compared since.

        If so, say it in `left_out`.
        """
        name, _ = name_of(self.author, r), self.author.language.gettext
        if is_changed := bool(changed_by_hand(r)):
            self.speakers.leave_out(_("{name}, the quotation", name=name), self.author.mark_words(r))
        return is_changed or (
            bool(r.text) and self.speakers.is_others(name, r, "text", "parts", "closing", "paragraph", "document")
        )

    def own_wording(self, r: Recommendation, field: str) -> ResolvedText | None:
        """Return the `wording` of our own text. If it is another organisation's word, None; `left_out` says why."""
        text = getattr(r, field)
        if not text or not self.is_own(r, field):
            return None
        if (found := self.wording(text)) is None and field == "summary":
            self.list_missing(name_of(self.author, r), text)
        return found

    def is_own(self, r: Recommendation, field: str) -> bool:
        """Return whether a text is not only another organisation's word, nor that of the tracker's editors. Or say so."""
        if self.speakers.is_others(name_of(self.author, r), r, field):
            return False
        return not self.speakers.is_trackers(name_of(self.author, r), r, field)

    def quoted(self, r: Recommendation, label: str, text: Mapping[str, TextVariant]) -> Runs:
        """Return one text of the quotation in its marks, or a placeholder. What is not the document's says whose it is."""
        found = self.wording(text)
        if found is None or (found.origin is TextOrigin.OWN and not self.is_own(r, "parts")):
            return (Run(label), self.placeholder(self.language.gettext("The words of the recommendation"), r))
        words, mark = f"{label}{found.text}", footnotes.mark_before(self.request, found.origin)
        run = Run(words if found.origin is TextOrigin.OWN else self.language.gettext("“{words}”", words=words))
        return (Run(mark, style="Emphasis"), run) if mark else (run,)

    def statements(self, r: Recommendation) -> list[Runs]:
        """Return what was written about it, and what the State said last, without a rating, or a placeholder.

        A statement that was taken over into the text lends it its source.
        """
        found = self.written(r, "state")
        for a in selection.statements_of_state(self.view, r):
            if self.is_written(r, "state", a):
                found[-1] = (*found[-1], Run("", note=self.source_note(r, a)))
            elif not self.speakers.is_others_statement(self.name_of_assessment(r, a), a):
                found.append(self.said_by(r, a, ""))
        return found or [(self.placeholder(self.language.gettext("Actions taken by the State party"), r),)]

    def committee_grades(self, r: Recommendation) -> list[Runs]:
        """Return one line for each grade of the committee's last round, with its part and its meaning."""
        found = list[Runs]()
        for a in printed_grades(self.view, r):
            if not self.speakers.is_others_statement(self.name_of_assessment(r, a), a):
                meaning = self.wording(grade_meaning(self.view, r, a))
                head, said = self.said_by(r, a, (a.grade or "") + (f" ({meaning.text})" if meaning else ""))
                asked = "" if said.text else self.part_asked(r, a)
                own = in_one(self.written(r, f"part-{a.part}")) if asked else ()
                label = Run(f". {self.language.gettext('In summary')}: ", style="Emphasis")
                empty = (Run(" "), self.placeholder(asked, r)) if asked and not own else ()
                found.append((head, *((label, *own) if own else empty), said))
        return found

    def part_asked(self, r: Recommendation, a: Assessment) -> str:
        """Return the words of a placeholder for what a graded part asks, or "" if it is quoted, or there is no part."""
        part = next((part for part in r.parts if part.id == a.part), None)
        quoted = None if self.is_left_out(r) else self.wording(r.text)
        is_quoted = part and any(one.origin in QUOTED_ORIGINS for one in part.summary.values())
        if not part or is_quoted or (quoted and f"({part.id})" in quoted.text):
            return ""
        return self.language.gettext("What {part} asks", part=part_in_words(self.language, part.id))

    def situation(self, r: Recommendation) -> list[Runs]:
        """Return the situation as the organisations wrote it, then their assessments without reasons in it, or a placeholder."""
        found = [*self.written(r, "situation"), *self.assessed(r, self.speakers.own_assessments(r))]
        return found or [(self.placeholder(self.language.gettext("Current situation"), r),)]

    def status(self, r: Recommendation) -> str:
        """Return whose each status in `own_assessments` is, with its date and direction; "–" if there are none."""
        own = ((a, filter(None, (a.status, a.direction))) for a in self.speakers.own_assessments(r))
        said = ((a, ", ".join(map(self.request.label, codes))) for a, codes in own)
        return "; ".join(f"{self.assessor_and_date(a, self.request)}: {words}" for a, words in said if words) or "–"

    def assessed(self, r: Recommendation, assessments: Iterable[Assessment]) -> list[Runs]:
        """Return one line for each of the assessments, with its author, date, status and reason."""
        said = [(a, self.request.label(a.status) if a.status else "") for a in assessments]
        return [self.said_by(r, a, status) for a, status in said if status or not self.is_written(r, "situation", a)]

    def is_written(self, r: Recommendation, name: str, a: Assessment) -> bool:
        """Return whether the reason of an assessment is in the own text in the field `name`."""
        reason = self.wording(a.reason)
        return reason is not None and clean_input(reason.text) in clean_input(self.choice.own_text(r.id, name))

    def said_by(self, r: Recommendation, a: Assessment, status: str) -> Runs:
        """Return who assessed what and when, and the reason with its source, unless the own text has this reason."""
        who, name = self.assessor_and_date(a, self.request), self.name_of_assessment(r, a)
        if a.voice is Voice.COMMITTEE:
            who = who.replace(self.request.assessor(a), self.committee(r) or self.request.assessor(a), 1)
        self.list_doubt(name, a.verification)
        reason = self.wording(a.reason)
        if reason is None:
            self.list_missing(name, a.reason)
        elif a.voice is Voice.COMMITTEE:
            reason = replace(reason, text=self.words_beside_grade(reason, name))
        elif self.is_written(r, "situation", a):
            reason = None
        said = f"{who}: {status}" if status else who
        return (
            Run(said + ((". " if status else ": ") if reason and reason.text else ""), style="Emphasis"),
            Run(reason.text if reason else "", note=self.source_note(r, a)),
        )

    def words_beside_grade(self, said: ResolvedText, name: str) -> str:
        """Return a quotation, or a translation that says so. Beside a grade is no summary: add it to `left_out`."""
        if said.origin is TextOrigin.OWN:
            self.speakers.leave_out(name, self.author.language.gettext("in the words of the tracker's editors"))
            return ""
        mark = capitalize_first(footnotes.mark_before(self.request, said.origin))
        return mark + self.language.gettext("“{words}”", words=said.text)

    def committee(self, r: Recommendation) -> str:
        """Return the name of the committee that issued a recommendation, or ""."""
        return self.language.resolve(body.name).text if (body := self.view.body_of(r)) else ""

    def source_note(self, r: Recommendation, a: Assessment) -> Note | None:
        """Return the footnote of an assessment: its source, for the committee as lawyers cite its documents, or None."""
        said = self.wording(a.reason)
        is_silent = a.voice is Voice.COMMITTEE and not (said and said.origin is not TextOrigin.OWN)
        omission = "" if is_silent else footnotes.omission(self.request, a.reason)
        if not a.source:
            who = [self.assessor_and_date(a, self.request)]
            return self.with_links(who, [], r, omission=omission) if omission else None
        d = self.view.document(a.source.document)
        parts, first = footnotes.parts_of_source(self.request, a.source), self.assessor_and_date(a, self.request)
        if d and a.voice is Voice.COMMITTEE:
            dated, first = effective_date(d) or a.date, self.committee(r) or first
            parts[0] += f" ({self.language.format_date(dated)})"
        parts += footnotes.known_from(self.request, a.source, of=a.source.document) if d or a.source.cited_by else []
        if said and a.voice is Voice.COMMITTEE:
            parts += filter(None, [footnotes.translation(self.request, said.origin, by=a.recorded_for)])
        links = [a.source.link or (self.request.document_link(public_link(d)) if d else "")]
        return self.with_links([first, *parts], links, r, omission=omission)

    def name_of_assessment(self, r: Recommendation, a: Assessment) -> str:
        """Return what an assessment is called on the author's page."""
        _, who = self.author.language.gettext, self.assessor_and_date(a, self.author)
        return _("{name}, the assessment of {who}", name=name_of(self.author, r), who=who)

    def list_doubt(self, name: str, verification: Verification, mark: str = "") -> None:
        """Add to `limits` that the source of what has this `name` was not read. The document is silent about it."""
        if verification is not Verification.SEEN:
            message = self.author.language.gettext("{name}: {mark}. The document does not print this mark.")
            self.limits[message.format(name=name, mark=mark or self.author.label(verification))] = None

    def assessor_and_date(self, a: Assessment, reader: ViewRequest) -> str:
        """Return the author of an assessment, its dates and, if it is of a part, this part, in the language of `reader`."""
        number = a.part or (a.scope if (a.scope or "").isdigit() else None)
        part = part_in_words(reader.language, number) if number else a.scope
        who = f"{reader.assessor(a)} ({dates_in_words(self.view, reader.language, a)})"
        return ", ".join(filter(None, [who, part]))

    def grade(self, r: Recommendation) -> Runs:
        """Return the organisations' grade with its meaning on the Committee's scale, or a placeholder if this is known."""
        _, grade = self.language.gettext, self.choice.own_text(r.id, "grade")
        if not grade:
            return (self.placeholder(_("Grade on the Committee's own scale"), r),) if self.choice.grades else ()
        found = next((g for g in self.choice.grades if g.grade == grade), None)
        meaning = self.language.resolve(found.meaning).text if found and found.meaning else ""
        return (Run(grade, style="Strong"), Run(f" ({meaning})" if meaning else ""))

    def ask(self, r: Recommendation) -> Runs:
        """Return what to ask: the `demand`, else the words of the recommendation (in a brief) or a placeholder."""
        if said := self.demand(r):
            return (Run(said),)
        if self.choice.stage is SubmissionStage.BRIEF:
            # its footnote stands at its words, further up
            return tuple(replace(run, note=None) for run in in_one(self.words(r)))
        label = selection.WRITTEN_FIELDS[self.choice.stage].get("ask", N_("What you ask for"))
        return (self.placeholder(self.language.gettext(label), r),)

    def demand(self, r: Recommendation) -> str:
        """Return as plain text what those who sign ask for: their text, else their own demand, else the expected action."""
        if own := clean_input(self.choice.own_text(r.id, "ask")):
            return own
        is_asking = r.issued_by is Issuer.CIVIL_SOCIETY and self.speakers.is_own_demand(r)
        is_quoted = is_asking and not self.is_left_out(r)
        said = [(label, self.wording(text)) for label, text in (r.quotation if is_quoted else ())]
        if not said or not said[0][1]:
            said = [("", self.own_wording(r, "summary" if is_asking else "expected_action"))]
        return "\n".join(f"{label} {found.text}".strip() for label, found in said if found)

    def evidence_lines(self, r: Recommendation, found: EvidencePairs) -> list[Runs]:
        """Return a line for each item of evidence that may be printed."""
        return [line for e, _link in found if (line := self.evidence_line(r, e))]

    def evidence_line(self, r: Recommendation, e: Evidence) -> Runs:
        """Return what those who sign write of evidence, else what is recorded of it, unless the tracker's editors wrote this."""
        if own := self.written(r, f"evidence-{e.id}"):
            said = plain_text(in_one(own))
            return (Run(said, note=self.evidence_note(e, said)),)
        if (summary := self.wording(e.summary)) is None:
            self.list_missing(self.speakers.name_of_evidence(e), e.summary)
            return ()
        if e.summary == e.title:
            told = N_("{name}: nobody has written what it shows, so it is not in the document.")
            self.speakers.left_out[self.author.language.gettext(told, name=self.speakers.name_of_evidence(e))] = None
            return ()
        is_quoted = summary.origin in QUOTED_ORIGINS
        if not is_quoted and self.speakers.is_trackers(self.speakers.name_of_evidence(e), e, "summary"):
            return ()
        before = self.request.name(e.publisher) if is_quoted else self.speakers.label_of_evidence(e)
        label = (Run(f"{before}: ", style="Emphasis"),) if before else ()
        said = f"“{summary.text}”" if is_quoted else summary.text
        when = f" ({self.language.format_date(dated)})" if (dated := e.happened or e.published) else ""
        return (*label, Run(footnotes.with_date(said, when), note=self.evidence_note(e, said)))

    # footnotes

    def note_of(self, r: Recommendation) -> Note:
        """Return the footnote of a recommendation: its document, through whom it is known, and what is left out."""
        _, d = self.language.gettext, self.view.document(r.document)
        dated = effective_date(d) if d and not self.speakers.is_others_date(d) else None
        parts, body = selection.place_parts(self.request, r), self.view.body_of(r)
        if body and r.issued_by is Issuer.COMMITTEE:
            parts[0] = self.language.resolve(body.name).text
        parts[-1] += f" ({self.language.format_date(dated)})" if dated else ""
        self.list_doubt(name_of(self.author, r), r.verification, self.author.mark_words(r))
        is_placed = not self.speakers.is_others(name_of(self.author, r), r, "source")
        is_quoted = bool(self.wording(r.text)) and not self.is_left_out(r)
        through = self.view.document(r.source.document) if is_placed else None
        known = self.known_from(r, is_quoted=is_quoted) if is_quoted or through or r.source.link else []
        parts += known
        parts += footnotes.translated_by(self.request, r) if is_quoted else []
        texts = [text for _label, text in r.quotation] if is_quoted else self.summarized(r)
        is_explained = r.parts_read and not self.speakers.is_others(name_of(self.author, r), r, "parts_read")
        omission = footnotes.omission(self.request, *texts, reason=r.parts_read if is_explained else None)
        links = [self.request.document_link(public_link(d)) if d else ""]
        others = [r.source.link or "", self.request.document_link(public_link(through)) if through else ""]
        # the first link, the only one in the footnote, is that of the source from which it is known
        links = [*others, *links] if known else [*links, *(others if is_placed else [])]
        return self.with_links(parts, links, r, omission=omission, d=d)

    def summarized(self, r: Recommendation) -> list[Mapping[str, TextVariant]]:
        """Return the summary, if its OMISSION_MARK is printed: in it, or in the words into which it was taken over."""
        found, own = self.wording(r.summary), self.choice.own_text(r.id, "words")
        is_marked = found and OMISSION_MARK in (own or found.text)
        return [r.summary] if is_marked and (own or self.is_own(r, "summary")) else []

    def known_from(self, r: Recommendation, *, is_quoted: bool = False) -> list[str]:
        """Return the words of `footnotes.known_from`, unless the source is only another organisation's word."""
        if self.speakers.is_others(name_of(self.author, r), r, "source"):
            return []
        return footnotes.known_from(self.request, r.source, of=r.document, is_quoted=is_quoted)

    def evidence_note(self, e: Evidence, printed: str) -> Note:
        """Return the footnote of evidence of which `printed` is said. A title by the tracker's editors is not in it."""
        self.list_doubt(self.speakers.name_of_evidence(e), e.verification)
        is_public = e.private is None and self.has_address and e.id in self.view.evidence
        links = (e.link, e.archived, entry_link(self.request, e) if is_public else None)
        title, files = self.speakers.title_of_evidence(e), footnotes.digest_lines(self.request, self.choice, e)
        said = footnotes.evidence_words(self.request, e, title)
        said += footnotes.omission(self.request, e.summary) if OMISSION_MARK in printed else ""
        return Note(said, tuple(filter(None, links)), archived=e.archived or "", files=files)

    def with_links(
        self, parts: list[str], links: list[str], r: Recommendation, omission: str = "", d: Document | None = None
    ) -> Note:
        """Return a footnote with its links and, if the register has an address, the page of `r`."""
        own = [build_citation(self.request, r).link] if self.has_address else []
        # the page of the register has the others; a brief has two pages
        others = [] if self.choice.stage is SubmissionStage.BRIEF and own else links
        shown, files = filter(None, [*others, *own]), footnotes.digest_lines(self.request, self.choice, d)
        return Note(", ".join(parts) + "." + omission, tuple(dict.fromkeys(shown)), files=files)

    # texts

    def wording(self, text: Mapping[str, TextVariant] | None) -> ResolvedText | None:
        """Return the wording of a text in the language of the document, or None if it has no such wording."""
        return footnotes.wording(self.request, text)

    def list_missing(self, name: str, text: Mapping[str, TextVariant]) -> None:
        """Add to `left_out` that a text has no wording in the language of the document. `name` is in the author's language."""
        languages = ", ".join(self.author.language.language_name(lang or self.language.default) for lang in text)
        sentence = self.author.language.gettext("{name}: only in {languages}, so it is not in the document.")
        self.speakers.left_out[sentence.format(name=name, languages=languages)] = None

    def still_to_fill(self) -> list[str]:
        """Return a sentence for each placeholder, with its paragraphs, and for each recommendation to assess."""
        _, author, said = self.author.language.gettext, self.author, list[str]()
        for words, rs in self.to_fill.items():
            at = selection.places_of(author, [*rs.values()], self.choice)
            message = N_("Still to fill in, below or in the Word file: {places}.")
            said.append(_(message, places=f"{words} ({at})" if at else words))
        asked = ((r, self.speakers.to_assess(r)) for r in self.choice.recommendations)
        return [*said, *(f"{name_of(author, r)}. {words}" for r, words in asked if words)]

    def gaps(self) -> list[str]:
        """Return sentences about what is not recorded: selected paragraphs, statements of the State, evidence."""
        _, numbers = self.author.language.gettext, selection.missing_paragraphs(self.view, self.choice)
        message = N_("Paragraph {number} was selected for follow-up, but is not in the register.")
        gaps = [(r, words) for r in self.choice.recommendations for words in self.speakers.gaps(r)]
        said = [f"{name_of(self.author, r)}. {words}" for r, words in gaps]
        chapters = selection.chapter_gap(self.author, self.choice)
        return [*chapters, *(_(message, number=number) for _d, number in numbers), *self.speakers.untold(), *said]

    def latest_evidence(self, r: Recommendation) -> str:
        """Return the date of the newest evidence that the document prints, or ""."""
        printed = (e for e, _link in self.speakers.evidence(r) if self.evidence_line(r, e))
        dates = [day for e in printed if (day := e.published or e.happened)]
        return self.language.format_date(max(dates, key=partial_dates.last_day)) if dates else ""

    def opening(self, r: Recommendation) -> str:
        """Return in marks the first words quoted, else the `official_title`, else the first words of the own summary, or ""."""
        own = clean_input(self.choice.own_text(r.id, "words"))
        words = own and textwrap.shorten(own, OPENING, placeholder="\u00a0…")
        return self.quoted_opening(r) or (words and f"{self.language.gettext('In summary')}: {words}")

    def quoted_opening(self, r: Recommendation) -> str:
        """Return in marks the first words quoted, else the `official_title`, or ""."""
        found = None if self.is_left_out(r) else self.wording(r.text)
        quoted = found.text if found and found.origin in QUOTED_ORIGINS else self.speakers.official_title(r)
        words = textwrap.shorten(quoted, OPENING, placeholder="\u00a0…")
        return self.language.gettext("“{words}”", words=words) if words else ""

    def name_in_letter(self, r: Recommendation) -> str:
        """Return the first words of a quotation, else the heading under which it stands, the `opening` or a placeholder."""
        quoted, own = self.quoted_opening(r), " ".join(clean_input(self.choice.own_text(r.id, "title")).split())
        if own and not quoted:
            return self.language.gettext("see under “{words}”", words=own)
        return (
            quoted
            or self.opening(r)
            or self.placeholder(self.language.gettext("The words of the recommendation"), r).text
        )

    def title(self, r: Recommendation) -> str:
        """Return the place with the title of those who sign or the document's own, else with the `opening` or, without paragraph, a placeholder."""
        own = self.speakers.own_title(r)
        if own and not (r.paragraph and r.issued_by is Issuer.COMMITTEE):
            return own
        place, quoted = place_in_document(self.request, r), self.quoted_opening(r)
        subject = own or quoted or ("" if r.paragraph else self.opening(r))
        if not subject and not r.paragraph:
            subject = self.placeholder(self.language.gettext("Heading"), r).text
        if subject and r.paragraph and r.issued_by is Issuer.COMMITTEE:
            place = self.language.gettext("Paragraph {number}", number=r.paragraph.replace("-", "–"))
        return ": ".join(filter(None, [place, subject]))

    def written(self, r: Recommendation | None, name: str, id: str = "") -> list[Runs]:
        """Return the own text in the field `name` as paragraphs: for `r`, else for the theme `id`, else for the whole."""
        text = clean_input(self.choice.own_text(r.id if r else id, name))
        return [(Run(" ".join(part.split())),) for part in text.split("\n") if part.strip()]

    def placeholder(self, what: str, r: Recommendation | None = None) -> Run:
        """Return the placeholder "[what]", which a person fills in in the Word file. Note it for `still_to_fill`."""
        self.to_fill.setdefault(f"[{what}]", {}).update({r.id: r} if r else {})
        return Run(f"[{what}]", style="ToWrite")


class RecommendationItem(dict[str, Any]):
    """The fields of a recommendation. Each is computed when it is asked for: what a form does not show is not missing."""

    def __init__(self, builder: Builder, r: Recommendation) -> None:
        self.builder, self.r = builder, r

    def __missing__(self, name: str) -> Any:
        return self.setdefault(name, RECOMMENDATION_FIELDS[name](self.builder, self.r))


RECOMMENDATION_FIELDS: Mapping[str, Callable[[Builder, Recommendation], Any]] = {
    "title": Builder.title,
    "place": lambda b, r: place_in_document(b.request, r),
    "opening": Builder.opening,
    "issuer": lambda b, r: r.issued_by.value,
    "status": Builder.status,
    "heading": Builder.heading,
    "words": Builder.words,
    "source": lambda b, r: (Run("", note=b.note_of(r)),),
    "state": Builder.statements,
    "grades": Builder.committee_grades,
    "situation": Builder.situation,
    "impact": lambda b, r: b.written(r, "impact"),
    "comments": lambda b, r: b.written(r, "comments"),
    "grade": Builder.grade,
    "ask": Builder.ask,
    "evidence": lambda b, r: b.evidence_lines(r, b.speakers.evidence(r)),
    "laws": lambda b, r: b.evidence_lines(r, b.speakers.evidence_by_kind(r)[0]),
    "outcomes": lambda b, r: b.evidence_lines(r, b.speakers.evidence_by_kind(r)[1]),
    "other_evidence": lambda b, r: b.evidence_lines(r, b.speakers.evidence_by_kind(r)[2]),
    "latest_evidence": Builder.latest_evidence,
}
"""Name of a field of a recommendation → how it is computed. See docs/submissions.md."""
