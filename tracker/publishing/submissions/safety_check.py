"""Check a whole submission for what may identify a person, and compare its length with the committee's limit."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from functools import partial
from itertools import chain
from math import ceil
from urllib.parse import unquote

from tracker.files.scan import CANNOT_BE_CHECKED, scan_file_text
from tracker.model.errors import UnusableFile
from tracker.model.records import Evidence
from tracker.model.safety_config import SafetyFinding, TextField
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions.document import Submission, measure
from tracker.publishing.submissions.own_words import starts_of
from tracker.publishing.submissions.selection import Choice, place_in_document
from tracker.publishing.submissions.stages import build_submission
from tracker.publishing.submissions.word_file import SubmissionFile
from tracker.queries.view import View
from tracker.safety import scanner
from tracker.safety.scanner import IsDismissed, PublicationCheck, nothing_dismissed, text_fields

_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…](?!\s)[^.!?…\n]*)*[.!?…]*\s*|\s+|.")
NAME = "submission"
"""In findings about a submission, the name of the field; that of the record is the organisation's (see `check_submission`)."""


def check_submission(
    request: ViewRequest,
    choice: Choice,
    submission: Submission,
    is_dismissed: IsDismissed,
    *,
    organisation: str = "",
    file: SubmissionFile | None = None,
) -> PublicationCheck:
    """Return the findings and candidates that must be settled before the file leaves.

    What the document has also without the texts and the private evidence of the choice is public, and passed the check
    before, and so did the sentences that the texts took over from there. Findings are passages in all the rest, its links, and other text of a `file` that was made from a template.
    Candidates are words that may be a name, in texts that are not public yet and in a template. What was dismissed for
    the template, or by `organisation` for a submission, is left out: what another organisation dismissed would tell
    which words are in its draft. Raises UnusableFile.
    """
    view, text_field = request.view, partial(_text_field, organisation)
    public = build_submission(request, replace(choice, session="", own_texts={}, private_evidence={}), request)
    is_public = dict.fromkeys(_texts_of(public))
    typed = [text_field(text, place) for text, place in _not_public(request, choice)]
    own = scanner.check_texts(typed, view.dataset, is_dismissed)
    taken, known = _sentences_taken_over(request, choice), {*map(_words_and_rule, own.findings)}
    own = PublicationCheck(
        *(tuple(one for one in some if not _is_in(taken, one)) for some in (own.findings, own.candidates))
    )
    found, passed = list(own.findings), {*known}
    added = (text_field(text) for text in dict.fromkeys(_texts_of(submission)) if text not in is_public)
    found += [one for one in scanner.scan_texts(added, view.dataset, is_dismissed) if _words_and_rule(one) not in known]
    private = [(r, e) for r in choice.recommendations for e, _link in choice.private_evidence.get(r.id, ())]
    places = {link: place_in_document(request, r) for r, e in private for link in _links_of(e)}
    for link in dict.fromkeys(link for note in submission.footnotes for link in note.links if link not in is_public):
        text, matches = scanner.scan_code(unquote(link), view.dataset.safety, is_link=True)
        found_in = text_field(text, places.get(unquote(link), ""))
        found += [one for match in matches if not is_dismissed(one := SafetyFinding(found_in, match))]
    if not (file and file.template):
        return PublicationCheck(tuple(found), own.candidates)
    known = passed | {*map(_words_and_rule, found)}
    known |= {*map(_words_and_rule, scanner.scan_texts(map(text_field, is_public), view.dataset, nothing_dismissed))}
    in_file = _check_file(view, file, is_dismissed, organisation=organisation)
    found += [one for one in in_file.findings if _words_and_rule(one) not in known]
    return PublicationCheck(tuple(found), (*own.candidates, *in_file.candidates))


def without_sentences(choice: Choice, findings: Iterable[SafetyFinding]) -> Choice:
    """Return the choice without the sentences of its texts, and without the private evidence, that have a finding."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in findings:
        spans.setdefault(one.text_field.text, []).append((one.match.start, one.match.end))

    def cut(text: str) -> str:
        found = spans.get(text, ())
        kept = [m[0] for m in _SENTENCE.finditer(text) if not any(a < m.end() and m.start() < b for a, b in found)]
        return "".join(kept).strip() if found else text

    own = {id: {name: cut(text) for name, text in texts.items()} for id, texts in choice.own_texts.items()}
    private = {
        id: tuple(pair for pair in pairs if not {*_texts_of_evidence(pair[0]), *_links_of(pair[0])} & spans.keys())
        for id, pairs in choice.private_evidence.items()
    }
    return replace(choice, session=cut(choice.session), own_texts=own, private_evidence=private)


def _texts_of(submission: Submission) -> Iterator[str]:
    yield from (submission.title, *submission.organisations)
    yield from (paragraph.text for paragraph in (*submission.paragraphs, *submission.annex))
    for note in submission.footnotes:
        yield from (note.words, *note.links)


def _check_file(view: View, file: SubmissionFile, is_known: IsDismissed, *, organisation: str) -> PublicationCheck:
    """Return the findings in all text of a file, and the candidates in that of its template."""
    name, about = f"{file.template}.docx", f"template {file.template}"
    scan = partial(scan_file_text, dataset=view.dataset, is_dismissed=is_known, name=name, digest=file.digest)
    own = scan(file.own_pages, record=about, with_candidates=True)
    whole = scan(file.pages, record=f"{about} of {organisation}")
    if not (whole.is_whole and own.is_whole):
        raise UnusableFile(CANNOT_BE_CHECKED)
    # all organisations have the template itself: what is in it is dismissed for all
    in_template = set(map(_words_and_rule, scan(file.own_pages, record=about, is_dismissed=nothing_dismissed).findings))
    rest = (found for found in whole.findings if _words_and_rule(found) not in in_template)
    return PublicationCheck((*own.findings, *rest), own.candidates)


def _words_and_rule(found: SafetyFinding) -> tuple[str, str]:
    return " ".join(found.match.words.split()).casefold(), found.match.rule.id


def _text_field(organisation: str, text: str, place: str = "") -> TextField:
    """Return a text of the submission of an organisation, and its place in it, in the form that the scanner takes."""
    return TextField(f"{NAME} of {organisation}", NAME, (NAME, place), text=text)


def _not_public(request: ViewRequest, choice: Choice) -> Iterator[tuple[str, str]]:
    """Yield (text, its paragraph) for what is not public yet."""
    places = {r.id: place_in_document(request, r) for r in choice.recommendations}
    texts = {id: [*texts.values()] for id, texts in choice.own_texts.items()}
    for id, pairs in choice.private_evidence.items():
        texts[id] = [*texts.get(id, ()), *chain.from_iterable(_texts_of_evidence(e) for e, _link in pairs)]
    yield choice.session, ""
    yield from ((text, places.get(id, "")) for id, found in texts.items() for text in found)


def _sentences_taken_over(request: ViewRequest, choice: Choice) -> set[str]:
    """Return the public sentences with which the texts of the choice could start, each for its field."""
    public = replace(choice, private_evidence={})
    starts = (
        starts_of(request, public, r, field=field)
        for r in choice.recommendations
        for field in choice.own_texts.get(r.id, ())
    )
    return {m[0].strip() for _who, text in chain.from_iterable(starts) for m in _SENTENCE.finditer(text)}


def _is_in(sentences: Set[str], found: SafetyFinding) -> bool:
    """Return whether a passage lies in one of these sentences, as it is in the text."""
    start, end = found.match.start, found.match.end
    all_of = _SENTENCE.finditer(found.text_field.text)
    return any(m.start() <= start and end <= m.end() and m[0].strip() in sentences for m in all_of)


def _links_of(e: Evidence) -> tuple[str, ...]:
    return tuple(unquote(link) for link in (e.link, e.archived) if link)


def _texts_of_evidence(e: Evidence) -> tuple[str, ...]:
    return (e.publisher, *(field.text for field in text_fields(e) if field.field in ("title", "summary")))


DENSE = (SubmissionStage.FOLLOW_UP, SubmissionStage.BRIEF)
"""The stages whose documents consist mostly of tables, where the lines are closer."""
PAGES_OF_BRIEF = 2
"""The largest number of pages of a brief, unless the committee sets a limit."""


def estimate_pages(choice: Choice, submission: Submission) -> int:
    """Return about how many pages of A4 the document fills without annexes. The numbers were measured on real files."""
    space = 0.5 if choice.stage in DENSE else 1  # in lines
    notes = (len(note.words) + sum(map(len, note.links[:1])) for note in submission.footnotes)
    lines = sum(ceil(len(p.text) / 80) + space for p in submission.paragraphs) + sum(ceil(n / 100) for n in notes)
    has_cover = choice.stage is SubmissionStage.ALTERNATIVE_REPORT  # with the contents
    return max(1, ceil(lines / 50)) + has_cover


def limit_sentences(author: ViewRequest, choice: Choice, submission: Submission) -> list[str]:
    """Return sentences about the length of a submission and its limit, with the source, and if no public file is named."""
    language, (words, in_notes) = author.language, measure(submission)
    _, ngettext = language.gettext, language.ngettext
    pages = estimate_pages(choice, submission)
    in_words, in_pages = ngettext("{n} word", "{n} words", words + in_notes), ngettext("{n} page", "{n} pages", pages)
    sentences = [_("{words} with footnotes and without annexes, about {pages}.", words=in_words, pages=in_pages)]
    limit = choice.body.limit_for(choice.stage) if choice.body else None
    most_words, most_pages = (limit.words, limit.pages) if limit else (None, None)
    most_pages = most_pages or (PAGES_OF_BRIEF if choice.stage is SubmissionStage.BRIEF else None)
    if most := most_words or most_pages:
        n = words if most_words else pages
        allowed = ngettext("{n} word", "{n} words", most) if most_words else ngettext("{n} page", "{n} pages", most)
        said = _("Too long: the limit is {limit}.") if n > most else _("The limit is {limit}.")
        sentences.append(said.format(limit=allowed))
    else:
        sentences.append(_("It is not known here how long it may be."))
    if limit and limit.source:
        where = " ".join(filter(None, (limit.source.publisher, limit.source.paragraph, limit.source.link)))
        sentences.append(f"{where} ({author.label(limit.verification)})")
    if limit and limit.not_counted:
        sentences.append(_("Not counted: {what}.", what=language.resolve(limit.not_counted).text))
    sentences += [language.resolve(limit.note).text] if limit and limit.note else []
    if choice.with_files and not any(note.files for note in submission.footnotes):
        sentences.append(_("No source has a public file here, so the annex names none."))
    return sentences
