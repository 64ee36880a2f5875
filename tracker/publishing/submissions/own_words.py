"""What those who sign can write in a submission, beside what is known, and with which texts they can start."""

import textwrap
from collections.abc import Iterator
from dataclasses import replace

from tracker.model.localized_text import clean_input
from tracker.model.records import Recommendation
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.sentences import part_in_words
from tracker.publishing.submissions import selection
from tracker.publishing.submissions.document import plain_text
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.speakers import SOURCE
from tracker.publishing.submissions.stages import OPENING, Builder
from tracker.queries.follow_up import printed_grades

EVIDENCE = "evidence-"
"""The name of a field about evidence is this and the id of the evidence."""
PART = "part-"
"""The name of a field about a part that the committee graded is this and the id of the part."""


def demands_of(request: ViewRequest, choice: Choice) -> list[tuple[int, str, Recommendation, str]]:
    """Return (number from 1, words, recommendation, own heading) for each proposal with words: alternative report and UPR only."""
    if choice.stage not in (SubmissionStage.ALTERNATIVE_REPORT, SubmissionStage.UPR):
        return []
    demand, numbered = Builder(request, choice).demand, enumerate(choice.recommendations, 1)
    return [(n, text, r, choice.own_text(r.id, "title")) for n, r in numbered if (text := demand(r))]


def known_about(request: ViewRequest, choice: Choice, r: Recommendation) -> tuple[tuple[str, list[str]], ...]:
    """Return four pairs (heading, lines of plain text): recommendation, the State's statements, assessments, evidence.

    What the tracker's editors wrote is there, too.
    """
    signing = Builder(request, choice).speakers.signing | {request.view.editors.id}
    builder, _ = Builder(request, replace(choice, organisations=(*signing,), own_texts={})), request.language.gettext
    parts = {
        _("What was recommended"): builder.words(r),
        _("What the State says"): builder.statements(r) if selection.statements_of_state(request.view, r) else [],
        _("Assessments"): builder.assessed(r, request.view.counting_assessments(r)),
        _("Evidence"): builder.evidence_lines(r, builder.speakers.evidence(r)),
    }
    return tuple((heading, list(map(plain_text, filter(None, lines)))) for heading, lines in parts.items())


def writable_fields(request: ViewRequest, choice: Choice, r: Recommendation, author: ViewRequest) -> dict[str, str]:
    """Return a mapping: field → label, of what those who sign can write about a recommendation.

    They write its words only if these are not quoted, and what evidence shows, or how it is called, only if the tracker's editors wrote that or nobody did.
    """
    builder, _ = Builder(request, choice), author.language.gettext
    fields = {name: _(label) for name, label in selection.WRITTEN_FIELDS[choice.stage].items()}
    if not choice.own_text(r.id, "title") and builder.speakers.own_title(r):
        fields.pop("title")
    if builder.wording(r.text) and not builder.is_left_out(r):
        fields.pop("words", None)
    for e, _link in builder.speakers.evidence(r):
        if not builder.evidence_line(r, e) or choice.own_text(r.id, f"{EVIDENCE}{e.id}"):
            title = author.language.resolve(e.title or e.summary).text
            name = ", ".join(dict.fromkeys([author.name(e.publisher), title]))
            fields[f"{EVIDENCE}{e.id}"] = _("What this shows, in your own words: {name}", name=name)
        if not builder.speakers.title_of(e):
            name = builder.speakers.name_of_evidence(e)
            fields[f"{SOURCE}{e.id}"] = _("Title of this source, for the footnote. {name}", name=name)
    graded = [] if choice.stage is SubmissionStage.BRIEF else printed_grades(request.view, r)
    asked = (a.part for a in graded if a.part and builder.part_asked(r, a))
    return fields | {f"{PART}{id}": _("What {part} asks", part=part_in_words(author.language, id)) for id in asked}


def starts_of(request: ViewRequest, choice: Choice, r: Recommendation, field: str) -> list[tuple[str, str]]:
    """Return (whose text it is, the text) for each text with which a field can start, in the request's language."""
    builder, editors, view = Builder(request, choice), request.label(request.view.editors), request.view
    own = builder.speakers.own_assessments(r)
    found = [(builder.assessor_and_date(a, request), a.reason) for a in own if field == "situation"]
    if field == "title":
        found.append((editors, r.title))
    if field == "words" and r.summary:
        found.append((editors, r.summary))
    if field == "state":
        found += [(builder.assessor_and_date(a, request), a.reason) for a in selection.statements_of_state(view, r)]
    found += [(editors, part.summary) for part in r.parts if field == f"{PART}{part.id}"]
    pairs = builder.speakers.evidence(r)
    found += [(editors, e.summary) for e, _link in pairs if field == f"{EVIDENCE}{e.id}"]
    found += [(editors, e.title) for e, _link in pairs if e.title and field == f"{SOURCE}{e.id}"]
    worded = ((who, builder.wording(text)) for who, text in found)
    return [(who, said.text) for who, said in worded if said and said.text]


def taken_over(request: ViewRequest, choice: Choice, author: ViewRequest) -> Iterator[str]:
    """Yield a sentence for each text that still is, word for word, one of the tracker's editors, who do not sign."""
    _, editors = author.language.gettext, request.view.editors
    for r in choice.recommendations if editors.id not in choice.organisations else ():
        for name, text in choice.own_texts.get(r.id, {}).items():
            starts = starts_of(request, choice, r, field=name)
            if (request.label(editors), clean_input(text)) in [(who, clean_input(said)) for who, said in starts]:
                how = {"name": selection.name_of(author, r), "words": textwrap.shorten(text, OPENING, placeholder=" …")}
                yield _("{name}: the tracker's editors wrote “{words}”, unchanged. Read it as your own.", **how)
