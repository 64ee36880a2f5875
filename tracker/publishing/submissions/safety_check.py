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
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions.document import Submission, measure
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.stages import SubmissionFile
from tracker.queries.view import View
from tracker.safety import scanner
from tracker.safety.scanner import IsDismissed, PublicationCheck, nothing_dismissed, text_fields

NAME = "submission"
"""In findings about a submission, the name of the field; that of the record is the organisation's (see `check_submission`)."""


def check_submission(
    view: View,
    choice: Choice,
    submission: Submission,
    is_dismissed: IsDismissed,
    *,
    organisation: str = "",
    file: SubmissionFile | None = None,
) -> PublicationCheck:
    """Return the findings and candidates that must be settled before the file leaves.

    Findings are passages in the document and its links that a rule found, also in all other text of a `file` that was
    made from a template. Candidates are words that may be a name, in texts that are not public yet and in a template.
    What was dismissed for a record that it uses, for the template, or by `organisation` for a submission, is left out:
    what another organisation dismissed would tell which words are in its draft. Raises UnusableFile.
    """
    records = {
        scanner.record_name(r): {*scanner.LINK_FIELDS, *(field.field for field in text_fields(r))}
        for r in _records(view, choice)
    }

    def is_known(found: SafetyFinding) -> bool:
        places = ((record, field) for record, fields in records.items() for field in fields)
        texts = (replace(found.text_field, record=record, field=field) for record, field in places)
        return is_dismissed(found) or any(is_dismissed(replace(found, text_field=text)) for text in texts)

    text_field = partial(_text_field, organisation)
    texts = [submission.title, *submission.organisations]
    texts += [paragraph.text for paragraph in (*submission.paragraphs, *submission.annex)]
    texts += [note.words for note in submission.footnotes]
    findings = list(scanner.scan_texts(map(text_field, dict.fromkeys(texts)), view.dataset, is_known))
    for link in dict.fromkeys(link for note in submission.footnotes for link in note.links):
        text, matches = scanner.scan_code(unquote(link), view.dataset.safety, is_link=True)
        findings += [found for match in matches if not is_known(found := SafetyFinding(text_field(text), match))]
    own = scanner.check_texts(map(text_field, dict.fromkeys(_not_public(choice))), view.dataset, is_known)
    in_file = (
        _check_file(view, file, is_known, organisation=organisation) if file and file.template else PublicationCheck()
    )
    known = set(map(_words_and_rule, findings))
    findings += [found for found in in_file.findings if _words_and_rule(found) not in known]
    return PublicationCheck(tuple(findings), (*own.candidates, *in_file.candidates))


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


def _text_field(organisation: str, text: str) -> TextField:
    """Return a text of the submission of an organisation in the form that the scanner takes."""
    return TextField(f"{NAME} of {organisation}", NAME, (NAME,), text=text)


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


def limit_sentences(author: ViewRequest, choice: Choice, submission: Submission) -> list[str]:
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
