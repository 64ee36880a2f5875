"""Check a whole submission for what may identify a person, and compare its length with the committee's limit."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from math import ceil
from urllib.parse import unquote

from tracker.files.scan import CANNOT_BE_CHECKED, scan_file_text
from tracker.i18n import native_name
from tracker.model.dataset import Record
from tracker.model.errors import UnusableFile
from tracker.model.safety_config import SafetyFinding, TextField
from tracker.model.vocabulary import SubmissionStage
from tracker.publishing.render_context import RenderContext
from tracker.publishing.submissions.document import Submission, measure, notes_of, paragraphs_of
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import SubmissionFile
from tracker.queries.view import View
from tracker.safety import scanner
from tracker.safety.scanner import IsDismissed, PublicationCheck, text_fields

NAME = "submission"
"""In findings about a submission, this is both the name of the record and of the field. Dismissals have the same name."""


def check_submission(
    view: View, choice: Choice, submission: Submission, is_dismissed: IsDismissed, *, file: SubmissionFile | None = None
) -> PublicationCheck:
    """Return the findings and candidates that must be settled before the file leaves.

    Findings are passages in the document and its links that a rule found, also in all other text of a `file` that was
    made from a template. Candidates are words that may be a name, in texts that are not public yet and in a template.
    What was dismissed for the submission, the template, or a record that it uses, is left out. Raises UnusableFile.
    """
    records = {
        scanner.record_name(r): {*scanner.LINK_FIELDS, *(field.field for field in text_fields(r))}
        for r in _records(view, choice)
    }

    def is_known(found: SafetyFinding) -> bool:
        places = ((record, field) for record, fields in records.items() for field in fields)
        texts = (replace(found.text_field, record=record, field=field) for record, field in places)
        return is_dismissed(found) or any(is_dismissed(replace(found, text_field=text)) for text in texts)

    blocks = (*submission.blocks, *submission.annex)
    texts = [submission.title, *submission.organisations, *(p.text for p in paragraphs_of(blocks))]
    texts += [note.words for note in notes_of(blocks)]
    findings = list(scanner.scan_texts(map(_text_field, dict.fromkeys(texts)), view.dataset, is_known))
    for link in dict.fromkeys(link for note in notes_of(blocks) for link in note.links):
        text, matches = scanner.scan_code(unquote(link), view.dataset.safety, is_link=True)
        findings += [found for match in matches if not is_known(found := SafetyFinding(_text_field(text), match))]
    own = scanner.check_texts(map(_text_field, dict.fromkeys(_not_public(choice))), view.dataset, is_known)
    in_file = _check_file(view, file, is_known) if file and file.template else PublicationCheck()
    known = set(map(_words_and_rule, findings))
    findings += [found for found in in_file.findings if _words_and_rule(found) not in known]
    return PublicationCheck(tuple(findings), (*own.candidates, *in_file.candidates))


def _check_file(view: View, file: SubmissionFile, is_known: IsDismissed) -> PublicationCheck:
    """Return the findings in all text of a file, and the candidates in that of its template."""
    name, about = f"{file.template}.docx", f"template {file.template}"
    scan = partial(
        scan_file_text, dataset=view.dataset, is_dismissed=is_known, record=about, name=name, digest=file.digest
    )
    whole, own = scan(file.pages), scan(file.own_pages, with_candidates=True)
    if not (whole.is_whole and own.is_whole):
        raise UnusableFile(CANNOT_BE_CHECKED)
    return PublicationCheck(whole.findings, own.candidates)


def _words_and_rule(found: SafetyFinding) -> tuple[str, str]:
    return " ".join(found.match.words.split()).casefold(), found.match.rule.id


def _text_field(text: str) -> TextField:
    """Return a text of the submission in the form that the scanner takes."""
    return TextField(NAME, NAME, (NAME,), text=text)


def _not_public(choice: Choice) -> Iterator[str]:
    yield from (choice.session, *chain.from_iterable(texts.values() for texts in choice.own_texts.values()))
    for e, _link in chain.from_iterable(choice.private_evidence.values()):
        yield e.publisher
        yield from (field.text for field in text_fields(e) if field.field in ("title", "summary"))


def _records(view: View, choice: Choice) -> Iterator[Record]:
    for r in choice.recommendations:
        yield r
        yield from (e for e, _link in view.evidence_for(r))
        if document := view.document(r.document):
            yield document


WORDS_PER_PAGE = 400
"""Roughly how many words fit on a page of A4. It is used only to estimate the number of pages."""
PAGES_OF_BRIEF = 2
"""The largest number of pages of a brief, unless the committee sets a limit."""


def limit_sentences(author: RenderContext, choice: Choice, submission: Submission) -> list[str]:
    """Return sentences about the length of a submission and its limit, with the source, and about a wrong language."""
    language, (words, in_notes) = author.language, measure(submission)
    _, ngettext = language.gettext, language.ngettext
    pages = max(1, ceil((words + in_notes) / WORDS_PER_PAGE))
    in_words, in_pages = ngettext("{n} word", "{n} words", words + in_notes), ngettext("{n} page", "{n} pages", pages)
    sentences = [_("{words} with footnotes, about {pages}.", words=in_words, pages=in_pages)]
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
    for text in filter(None, (limit.not_counted, limit.note) if limit else ()):
        sentences.append(language.resolve(text).text)
    if limit and limit.languages and submission.lang not in limit.languages:
        names = ", ".join(map(native_name, limit.languages))
        sentences.append(_("The committee takes submissions in: {languages}.", languages=names))
    return sentences
