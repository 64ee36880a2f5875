"""Build a submission: what stands in the document of each stage, and what its authors should know before they send it."""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tracker.i18n import native_name
from tracker.model.errors import TrackerError
from tracker.model.labels import N_
from tracker.model.localized_text import ResolvedText, TextVariant, clean_input, resolve
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Source
from tracker.model.vocabulary import (
    QUOTED_ORIGINS,
    EvidenceDimension,
    EvidenceKind,
    Issuer,
    SubmissionStage,
    Verification,
)
from tracker.publishing.change_summaries import capitalize_first
from tracker.publishing.citation import build_citation, entry_link
from tracker.publishing.pages.brief import MAX_RECOMMENDATIONS
from tracker.publishing.pages.snapshot import public_origin
from tracker.publishing.pictures.preview_image import draw_status_bar
from tracker.publishing.render_context import RenderContext
from tracker.publishing.request import ViewRequest
from tracker.publishing.sentences import dates_in_words, full_name, part_in_words
from tracker.publishing.submissions.document import (
    Block,
    Cell,
    Contents,
    DocumentPicture,
    Note,
    Paragraph,
    Run,
    Submission,
    Table,
)
from tracker.publishing.submissions.selection import (
    Choice,
    Order,
    evidence_of,
    gaps_of,
    group,
    missing_paragraphs,
    name_of,
    parts_of_place,
    statements_of_state,
    where_it_stands,
)
from tracker.publishing.wording import counts_line, status_line
from tracker.queries.lists.filters import count_by_status, group_by_issuer
from tracker.queries.localized_names import public_link
from tracker.queries.view import effective_date

Runs = tuple[Run, ...]
EvidencePairs = Iterable[tuple[Evidence, EvidenceLink]]


def build_submission(request: ViewRequest, choice: Choice, author: RenderContext) -> Submission:
    """Return the document of a choice in the language of the request, from the public data and from what was ticked.

    A text that has no wording in this language is not in the document; `notes` lists it, and what else is missing, in the
    language of `author`, who prepares the document. Raises TrackerError if a grade is not on the committee's scale.
    """
    if choice.stage is SubmissionStage.BRIEF:
        choice = replace(choice, recommendations=choice.recommendations[:MAX_RECOMMENDATIONS])
    _refuse_unknown_grades(choice, author)
    return _Builder(request, choice, author).submission()


def comments_on(request: ViewRequest, r: Recommendation) -> list[str]:
    """Return where a recommendation stands, as lines of plain text with their sources in brackets."""
    choice = Choice(SubmissionStage.UPR, None, (r,))
    (_asked, _state, (_heading, assessed), (_other, found)) = known_about(request, choice, r)
    return [status_line(request.context, r), *assessed, *found, *_Builder(request, choice).note_of(r).links[-1:]]


def template_fields(request: ViewRequest, choice: Choice, submission: Submission) -> dict[str, Any]:
    """Return what an own template can use, as plain values: see docs/submissions.md. A text has its footnotes."""
    return _Builder(request, choice).fields(submission)


def demands_of(request: ViewRequest, choice: Choice) -> list[tuple[int, Recommendation, str]]:
    """Return (number, recommendation, words) of each proposal in an alternative report that has words in its language."""
    if choice.stage not in (SubmissionStage.ALTERNATIVE_REPORT, SubmissionStage.UPR):
        return []
    builder = _Builder(request, choice)
    found = ((number, r, builder.demand(r)) for number, r in enumerate(choice.recommendations, 1))
    return [(number, r, text) for number, r, text in found if text]


def known_about(request: ViewRequest, choice: Choice, r: Recommendation) -> tuple[tuple[str, list[str]], ...]:
    """Return (heading, lines of plain text) for what was asked, the State's word, the assessments, and the evidence."""
    builder, _ = _Builder(request, choice), request.language.gettext
    found = [builder.evidence_line(e, link) for e, link in evidence_of(request.view, choice, r)]
    parts = {
        _("What was recommended"): builder.words(r),
        _("What the State says"): builder.state(r) if statements_of_state(request.view, r) else [],
        _("Assessments"): builder.assessed(r),
        _("Evidence"): found,
    }
    return tuple((heading, list(map(_plain, filter(None, lines)))) for heading, lines in parts.items())


def reasons_of(request: ViewRequest, choice: Choice, r: Recommendation) -> list[tuple[str, str]]:
    """Return (who assessed and when, the reason) for each assessment that counts and has a reason in this language."""
    builder = _Builder(request, choice)
    found = [(builder.who(a), builder.wording(a.reason)) for a in request.view.counting_assessments(r)]
    return [(who, reason.text) for who, reason in found if reason and reason.text]


def _refuse_unknown_grades(choice: Choice, author: RenderContext) -> None:
    """Raise TrackerError if the committee has a scale, and a grade that the organisations give is not on it."""
    grades = [g.grade for g in choice.grades]
    for r in choice.recommendations:
        grade = choice.own_text(r.id, "grade")
        if choice.stage is SubmissionStage.FOLLOW_UP and grade and grades and grade not in grades:
            values = {"name": name_of(author, r), "grade": grade, "grades": ", ".join(grades)}
            raise TrackerError(N_("{name}: the committee has no grade “{grade}”. Its grades are: {grades}."), values)


def _field(line: Runs) -> dict[str, Any]:
    """Return a line as a text with its footnotes."""
    notes = [[run.note.words, list(run.note.links)] for run in line if run.note]
    return {"text": "".join(run.text for run in line), "notes": notes}


def _plain(line: Runs) -> str:
    sources = [f"{run.note.words} {' '.join(run.note.links[:1])}".strip() for run in line if run.note]
    return " ".join(filter(None, ["".join(run.text for run in line), *(f"[{source}]" for source in sources)]))


class _Builder:
    def __init__(self, request: ViewRequest, choice: Choice, author: RenderContext | None = None) -> None:
        self.request, self.choice, self.author = request, choice, author or request.context
        self.context, self.view, self.language = request.context, request.view, request.language
        self.has_address = bool(public_origin(request.origin))
        self.missing: dict[str, None] = {}
        self.to_fill: dict[str, dict[str, None]] = {}

    def submission(self) -> Submission:
        _, choice, settings = self.language.gettext, self.choice, self.view.settings
        title = f"{self.language.resolve(settings.state_party).text}: {self.context.label(choice.stage)}"
        organisations = tuple(
            full_name(self.language, o) for o in settings.organisations if o.id in choice.organisations
        )
        contents: Mapping[SubmissionStage, Callable[[], list[Block]]] = {
            SubmissionStage.FOLLOW_UP: self.follow_up,
            SubmissionStage.ALTERNATIVE_REPORT: self.report,
            SubmissionStage.UPR: self.report,
            SubmissionStage.BRIEF: self.brief,
        }
        cover = self.cover(title, organisations)
        blocks = contents.get(choice.stage, self.list_of_issues)()
        annex = self.annex() if choice.stage is SubmissionStage.ALTERNATIVE_REPORT else []
        is_confidential = any(choice.private_evidence.values())
        return Submission(
            title=title,
            organisations=organisations,
            day=self.view.local_date,
            lang=self.language.code,
            header=_("Confidential: not for publication") if is_confidential else title,
            blocks=(*cover, *blocks, self.about()),
            annex=tuple(annex),
            notes=(*self.still_to_fill(), *self.gaps(), *self.missing),
            is_confidential=is_confidential,
        )

    # the parts of the documents

    def cover(self, title: str, organisations: tuple[str, ...]) -> list[Block]:
        _, choice = self.language.gettext, self.choice
        lines = []
        if choice.body:
            committee = self.language.resolve(choice.body.name).text
            lines.append(Run(_("Addressed to: {committee}", committee=committee)))
        if choice.session:
            lines.append(Run(_("Session: {session}", session=clean_input(choice.session))))
        if organisations:
            lines.append(Run(_("Submitted by: {organisations}", organisations="; ".join(organisations))))
        else:
            lines.append(self.to_write(_("Names of the organisations that sign")))
        lines.append(Run(self.language.format_day(self.view.local_date)))
        return [Paragraph((Run(title),), "Title"), *(Paragraph((line,), "Subtitle") for line in lines)]

    def follow_up(self) -> list[Block]:
        """Return one table for each paragraph, in the order that the Committee's own forms have."""
        _ = self.language.gettext
        blocks: list[Block] = []
        for _code, heading, rs in group(self.context, self.choice):
            blocks.append(self.heading(heading))
            for r in rs:
                laws, outcomes, rest = _by_use(evidence_of(self.view, self.choice, r))
                rows = {
                    _("The Committee's recommendation"): self.cell(self.words(r)),
                    _("Actions taken by the State party"): self.cell(self.state(r), laws),
                    _("Current situation"): self.cell(self.situation(r), rest),
                    _("Impact"): self.cell(self.own(r, "impact", required=not outcomes), outcomes),
                    _("Other comments"): self.cell(self.own(r, "comments", required=False)),
                    _("The organisations' grade"): self.cell([self.grade(r)]),
                }
                title = self.title(r) or self.place(r)
                blocks.append(Paragraph((Run(title),), "Heading2"))
                cells = tuple(((Paragraph((Run(name),), "TableHead"),), cell) for name, cell in rows.items())
                blocks.append(Table(self.place(r), (title,), cells, widths=(3, 9)))
        return blocks

    def list_of_issues(self) -> list[Block]:
        """Return each recommendation by theme: the words, what was done, the gap, the suggested question."""
        _ = self.language.gettext
        return self.by_group(lambda r: [*self.narrative(r), self.labelled(_("Suggested question"), self.ask(r))])

    def report(self) -> list[Block]:
        """Return summary, recommendations by theme or article, and all proposed recommendations in one list."""
        _ = self.language.gettext
        summary = self.paragraphs(self.choice.own_text("", "summary"))
        blocks: list[Block] = []
        if self.choice.stage is SubmissionStage.ALTERNATIVE_REPORT:
            blocks.append(Contents(_("Contents")))
        blocks.append(self.heading(_("Summary"), new_page=bool(blocks)))
        blocks += [Paragraph(line, "Numbered") for line in summary or [(self.to_write(_("Summary")),)]]
        blocks += [Paragraph((Run(line),), "Numbered") for _rs, line in self.counts()]
        blocks += self.by_group(self.narrative)
        blocks.append(self.heading(_("Proposed recommendations")))
        return [*blocks, *self.proposals()]

    def brief(self) -> list[Block]:
        """Return where it stands, with a picture for each issuer, and what to ask."""
        _ = self.language.gettext
        rows = []
        for r in self.choice.recommendations:
            said = (Run(self.title(r) or self.place(r), note=self.note_of(r)),)
            rows.append((self.cell([said]), self.cell([(Run(status_line(self.context, r)),)])))
        return [
            self.heading(_("Where it stands")),
            *self.pictures(),
            Table(_("Recommendations"), (_("Recommendation"), _("Status")), tuple(rows), widths=(9, 3)),
            self.heading(_("What to ask")),
            *self.proposals(),
        ]

    def annex(self) -> list[Block]:
        _ = self.language.gettext
        rows = []
        for r in self.choice.recommendations:
            newest = next((e for e, _link in self.view.evidence_for(r) if e.published or e.happened), None)
            dated = self.language.format_date(newest.published or newest.happened or "") if newest else "–"
            texts = (self.place(r), self.title(r), status_line(self.context, r), dated)
            rows.append(tuple(self.cell([(Run(text),)]) for text in texts))
        head = (_("Source"), _("Recommendation"), _("Status"), _("Latest evidence"))
        return [
            self.heading(_("Annex: the register"), new_page=True),
            Table(_("Recommendations"), head, tuple(rows), widths=(6, 9, 6, 5)),
            Paragraph((Run(self.register_line()),), "Small"),
        ]

    def about(self) -> Paragraph:
        _ = self.language.gettext
        sentence = _("Quotations are letter for letter those of the documents; what is in our own words says so.")
        return Paragraph((Run(f"{self.register_line()} {sentence}"),), "Small")

    def register_line(self) -> str:
        _, settings = self.language.gettext, self.view.settings
        name = self.language.resolve(settings.title).text
        day = self.language.format_day(self.view.local_date)
        return _("From the register “{name}”, as of {day}.", name=name, day=day)

    def by_group(self, content: Callable[[Recommendation], list[Paragraph]]) -> list[Block]:
        blocks: list[Block] = []
        for code, heading, rs in group(self.context, self.choice):
            blocks.append(self.heading(heading))
            if self.choice.order is Order.THEME:
                blocks += [Paragraph(line, "Numbered") for line in self.paragraphs(self.choice.own_text(code, "theme"))]
            for r in rs:
                blocks.append(Paragraph((Run(self.title(r) or self.place(r)),), "Heading2"))
                blocks += content(r)
        return blocks

    def narrative(self, r: Recommendation) -> list[Paragraph]:
        """Return what was asked, what was done, and what is missing, as numbered paragraphs with lists of evidence."""
        _ = self.language.gettext
        laws, outcomes, rest = _by_use(evidence_of(self.view, self.choice, r))
        asked = (
            _("What the Committee recommended") if r.issued_by is Issuer.COMMITTEE else _("What civil society asked")
        )
        return [
            self.labelled(asked, *self.words(r)),
            self.labelled(_("What was done"), *self.state(r)),
            *self.bullets(laws),
            self.labelled(_("What is missing"), *self.situation(r)),
            *self.bullets([*rest, *outcomes]),
        ]

    def proposals(self) -> list[Block]:
        rs = self.choice.recommendations
        return [Paragraph((*self.ask(r), Run(f" ({self.place(r)})")), "Proposal") for r in rs]

    def pictures(self) -> list[Block]:
        """Return a bar of the statuses for each issuer."""
        pictures: list[Block] = []
        for rs, words in self.counts():
            image, raw = draw_status_bar(self.context, count_by_status(self.view, rs)), io.BytesIO()
            image.save(raw, "PNG", optimize=True)
            pictures.append(DocumentPicture(raw.getvalue(), alt=words, caption=words, size=image.size))
        return pictures

    def counts(self) -> list[tuple[tuple[Recommendation, ...], str]]:
        """Return (recommendations, their statuses in words) for each issuer."""
        groups = group_by_issuer(self.choice.recommendations)
        return [(rs, f"{self.context.label(issuer)}: {counts_line(self.context, rs)}.") for issuer, rs in groups]

    def fields(self, submission: Submission) -> dict[str, Any]:
        """Return the fields of own templates."""
        choice, view = self.choice, self.view

        def lines(found: Iterable[Runs]) -> list[dict[str, Any]]:
            return [_field(line) for line in found if line]

        def evidence(found: EvidencePairs) -> list[dict[str, Any]]:
            return lines(self.evidence_line(e, link) for e, link in found)

        def item(r: Recommendation) -> dict[str, Any]:
            found = evidence_of(view, choice, r)
            return {
                "title": self.title(r) or self.place(r),
                "place": self.place(r),
                "issuer": r.issued_by.value,
                "status": status_line(self.context, r),
                "words": lines(self.words(r)),
                "state": lines(self.state(r)),
                "situation": lines(self.situation(r)),
                **{name: lines(self.own(r, name, required=False)) for name in ("impact", "comments")},
                "grade": _field(self.grade(r)),
                "ask": _field(self.ask(r)),
                "evidence": evidence(found),
                **dict(zip(("laws", "outcomes", "other_evidence"), map(evidence, _by_use(found)), strict=True)),
            }

        return {
            "title": submission.title,
            "committee": self.language.resolve(choice.body.name).text if choice.body else "",
            "session": clean_input(choice.session),
            "organisations": list(submission.organisations),
            "day": self.language.format_day(submission.day),
            "summary": lines(self.paragraphs(choice.own_text("", "summary"))),
            "counts": [line for _rs, line in self.counts()],
            "groups": [
                {
                    "heading": heading,
                    "text": lines(self.paragraphs(choice.own_text(code, "theme"))),
                    "recommendations": [*map(item, rs)],
                }
                for code, heading, rs in group(self.context, choice)
            ],
            "register": self.register_line(),
        }

    # what is said of one recommendation

    def words(self, r: Recommendation) -> list[Runs]:
        """Return the words of a recommendation: quoted, or in our own words; then its parts."""
        _ = self.language.gettext
        note, resolved = self.note_of(r), self.wording(r.text)
        if resolved:
            is_quoted = resolved.origin in QUOTED_ORIGINS
            mark = () if is_quoted else (Run(f"{self.context.label(resolved.origin)}: ", style="Emphasis"),)
            return [(*mark, Run("“"), Run(resolved.text), Run("”", note=note))]
        if r.text:
            name = self.author.language.gettext("{name}, the quotation", name=name_of(self.author, r))
            self.list_missing(name, r.text)
        summary = self.wording(r.summary)
        if summary is None:
            self.list_missing(name_of(self.author, r), r.summary)
            return [(self.to_write(_("The words of the recommendation"), r), Run("", note=note))]
        own = Run(_("In our own words:") + " ", style="Emphasis")
        parts = [(part.id, self.wording(part.summary)) for part in r.parts]
        return [(own, Run(summary.text, note=note)), *((Run(f"({id}) {said.text}"),) for id, said in parts if said)]

    def state(self, r: Recommendation) -> list[Runs]:
        """Return what the State said, and how it was classified. Without it, a place to write."""
        _, found = self.language.gettext, list[Runs]()
        for a in statements_of_state(self.view, r):
            coded = _("our classification: {status}", status=self.context.label(a.status)) if a.status else ""
            found.append(self.said_by(r, a, coded))
        return found or [(self.to_write(_("Actions taken by the State party"), r),)]

    def situation(self, r: Recommendation) -> list[Runs]:
        """Return what the organisations wrote; without it, the assessments that count, each with its author and date."""
        _ = self.language.gettext
        if own := self.own(r, "situation", required=False):
            return own
        return self.assessed(r) or [(self.to_write(_("Current situation"), r),)]

    def assessed(self, r: Recommendation) -> list[Runs]:
        """Return the assessments that count, each with its author, date and status."""
        assessments = self.view.counting_assessments(r)
        return [self.said_by(r, a, self.context.label(a.status) if a.status else "") for a in assessments]

    def said_by(self, r: Recommendation, a: Assessment, status: str) -> Runs:
        who, _ = self.who(a), self.author.language.gettext
        parts, links = [who], list[str]()
        if a.source:
            d = self.view.document(a.source.document)
            parts += self.source_parts(a.source)
            links.append(a.source.link or (self.context.document_link(public_link(d)) if d else ""))
        parts += self.mark(a.verification)
        reason = self.wording(a.reason)
        if reason is None:
            self.list_missing(_("{name}, the assessment of {who}", name=name_of(self.author, r), who=who), a.reason)
        said = f"{who}: {status}" if status else who
        note = self.with_links("; ".join(parts), links, r)
        return (Run(said + (". " if reason else ""), style="Emphasis"), Run(reason.text if reason else "", note=note))

    def mark(self, verification: Verification) -> list[str]:
        """Return how a text was checked, as a part of a footnote, unless it was read."""
        return [] if verification is Verification.SEEN else [self.context.label(verification)]

    def who(self, a: Assessment) -> str:
        part = f", {part_in_words(self.language, a.part)}" if a.part else ""
        return f"{self.context.assessor(a)} ({dates_in_words(self.view, self.language, a)}){part}"

    def grade(self, r: Recommendation) -> Runs:
        """Return the organisations' grade with its meaning on the Committee's present scale, or a place to write it."""
        _, grade = self.language.gettext, self.choice.own_text(r.id, "grade")
        if not grade:
            return (self.to_write(_("Grade on the Committee's own scale"), r),)
        found = next((g for g in self.choice.grades if g.grade == grade), None)
        meaning = self.language.resolve(found.meaning).text if found and found.meaning else ""
        return (Run(grade, style="Strong"), Run(f" ({meaning})" if meaning else ""))

    def ask(self, r: Recommendation) -> Runs:
        """Return the question or proposal that the organisations wrote.

        Without it: civil society's own demand, or what would count as implemented. In a brief: what was recommended.
        """
        _, own = self.language.gettext, self.choice.own_text(r.id, "ask")
        if own:
            return (Run(clean_input(own)),)
        if r.issued_by is Issuer.CIVIL_SOCIETY:
            return self.words(r)[0]
        if resolved := self.wording(r.expected_action):
            return (Run(resolved.text),)
        if self.choice.stage is SubmissionStage.BRIEF:
            return tuple(replace(run, note=None) for run in self.words(r)[0])
        return (self.to_write(_("What you ask for"), r),)

    def demand(self, r: Recommendation) -> str:
        """Return the words of a proposal without marks, or "" if they are still to be written."""
        texts = (r.text, r.summary) if r.issued_by is Issuer.CIVIL_SOCIETY else (r.expected_action,)
        found = next(filter(None, map(self.wording, texts)), None)
        return clean_input(self.choice.own_text(r.id, "ask")) or (found.text if found else "")

    def bullets(self, found: EvidencePairs, style: str = "Bullet") -> list[Paragraph]:
        return [Paragraph(line, style) for e, link in found if (line := self.evidence_line(e, link))]

    def evidence_line(self, e: Evidence, link: EvidenceLink) -> Runs:
        summary = self.wording(e.summary)
        if summary is None:
            name = self.author.language.gettext("Evidence: {name}", name=self.author.name(e.publisher))
            self.list_missing(name, e.summary)
            return ()
        dated = e.published or e.happened
        when = f" ({self.language.format_date(dated)})" if dated else ""
        return (
            Run(f"{capitalize_first(self.context.label(link.effect))}: ", style="Emphasis"),
            Run(summary.text + when, note=self.evidence_note(e)),
        )

    # footnotes

    def note_of(self, r: Recommendation) -> Note:
        _, d = self.language.gettext, self.view.document(r.document)
        dated = effective_date(d) if d else None
        parts = [*parts_of_place(self.context, r), *([self.language.format_date(dated)] if dated else [])]
        parts += self.mark(r.verification)
        if r.source.document != r.document:
            parts.append(_("known from: {source}", source=", ".join(self.source_parts(r.source))))
        if resolved := self.wording(r.text):
            parts.append(self.context.wording_mark(r, resolved).rstrip("."))
        link = self.context.document_link(public_link(d)) if d else ""
        return self.with_links("; ".join(parts), [link, r.source.link or ""], r)

    def source_parts(self, source: Source) -> list[str]:
        _, parts = self.language.gettext, list[str]()
        if d := self.view.document(source.document):
            title = self.wording(d.title)
            parts.append(d.symbol or (title.text if title else self.context.label(d.kind)))
        if source.paragraph:
            parts.append(_("para. {number}", number=source.paragraph.replace("-", "–")))
        parts += [self.context.name(source.publisher)] if source.publisher else []
        return [*parts, *([self.language.format_date(source.date)] if source.date else [])]

    def evidence_note(self, e: Evidence) -> Note:
        title, dated = self.wording(e.title), e.published or e.happened
        parts = [
            self.context.name(e.publisher),
            title.text if title else self.context.label(e.kind),
            self.language.format_date(dated) if dated else "",
            e.identifier or "",
            *self.mark(e.verification),
        ]
        links = [e.link or "", e.archived or ""]
        if e.private is None and self.has_address and e.id in self.view.evidence:
            links.append(entry_link(self.request, e))
        return Note(", ".join(filter(None, parts)) + ".", tuple(filter(None, links)))

    def with_links(self, words: str, links: list[str], r: Recommendation) -> Note:
        own = [build_citation(self.request, r).link] if self.has_address else []
        if self.choice.stage is SubmissionStage.BRIEF and own:
            links = []  # the page of the register has the others; a brief has two pages
        return Note(words + ".", tuple(dict.fromkeys(filter(None, [*links, *own]))))

    # texts

    def wording(self, text: Mapping[str, TextVariant] | None) -> ResolvedText | None:
        """Return the wording in the language of the document, or None."""
        if not text:
            return None
        found = resolve(text, self.language.code, self.language.default)
        return None if found.is_fallback else found

    def list_missing(self, name: str, text: Mapping[str, TextVariant]) -> None:
        """Note that a text has no wording in the language of the document. `name` is in the language of the author."""
        languages = ", ".join(native_name(lang or self.language.default) for lang in text)
        sentence = self.author.language.gettext("{name}: only in {languages}, so it is not in the document.")
        self.missing[sentence.format(name=name, languages=languages)] = None

    def still_to_fill(self) -> list[str]:
        """Return a sentence that names the places to write in the document, as they stand there, and their paragraphs."""
        _, places = self.author.language.gettext, list[str]()
        for words, numbers in self.to_fill.items():
            at = _("para. {number}", number=", ".join(n.replace("-", "–") for n in numbers)) if numbers else ""
            places.append(f"{words} ({at})" if at else words)
        return [_("Still to fill in in the Word file: {places}.", places="; ".join(places))] if places else []

    def gaps(self) -> list[str]:
        _, found = self.author.language.gettext, list[str]()
        for number in missing_paragraphs(self.view, self.choice):
            found.append(_("Paragraph {number} was selected for follow-up, but is not in the register.", number=number))
        for r in self.choice.recommendations:
            if gaps := gaps_of(self.author, self.choice, r):
                found.append(f"{name_of(self.author, r)}. {' '.join(gaps)}")
        return found

    def place(self, r: Recommendation) -> str:
        return where_it_stands(self.context, r)

    def title(self, r: Recommendation) -> str:
        resolved = self.wording(r.title)
        return resolved.text if resolved else ""

    def own(self, r: Recommendation, name: str, *, required: bool) -> list[Runs]:
        lines = self.paragraphs(self.choice.own_text(r.id, name))
        return lines or ([(self.to_write(self.language.gettext("Your own text"), r),)] if required else [])

    def paragraphs(self, text: str) -> list[Runs]:
        return [(Run(" ".join(part.split())),) for part in clean_input(text).split("\n") if part.strip()]

    def to_write(self, what: str, r: Recommendation | None = None) -> Run:
        """Return a place to write. `still_to_fill` names it."""
        run = Run(f"[{what}]", style="ToWrite")
        numbers = self.to_fill.setdefault(run.text, {})
        if r and r.paragraph:
            numbers[r.paragraph] = None
        return run

    def heading(self, text: str, *, new_page: bool = False) -> Paragraph:
        return Paragraph((Run(text),), "Heading1", new_page=new_page)

    def labelled(self, label: str, first: Runs = (), *more: Runs) -> Paragraph:
        runs = [Run(f"{label}. ", style="Strong"), *first]
        for line in more:
            runs += [Run(" "), *line]
        return Paragraph(tuple(runs), "Numbered")

    def cell(self, lines: Iterable[Runs], found: EvidencePairs = ()) -> Cell:
        return (*(Paragraph(line, "TableText") for line in lines), *self.bullets(found, "TableBullet"))


def _by_use(found: EvidencePairs) -> tuple[list[tuple[Evidence, EvidenceLink]], ...]:
    """Return (laws, outcomes for people, everything else): a law is an act of the State, the rest is not said to be one."""
    laws = [pair for pair in found if pair[0].kind is EvidenceKind.LAW]
    outcomes = [pair for pair in found if pair[0].dimension is EvidenceDimension.OUTCOME and pair not in laws]
    return laws, outcomes, [pair for pair in found if pair not in laws and pair not in outcomes]
