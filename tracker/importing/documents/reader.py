"""Read one file, step by step: the kind of file, blocks of text, structure, meaning.

Everything here runs inside the limits of a process; call `uploads.parse_upload` from outside.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.importing.documents.follow_up_reports import FollowUpReport, read_follow_up_reports
from tracker.importing.documents.front_matter import read_front_matter
from tracker.importing.documents.imported_document import ImportedDocument, ImportNotice
from tracker.importing.documents.phrases import committee_drafting, guess_language, load_phrases, phrase_languages
from tracker.importing.documents.rapporteur_letters import read_letter
from tracker.importing.documents.recommendation_finder import classify
from tracker.importing.documents.reporting_dates import read_follow_up, read_next_report
from tracker.importing.documents.structure import read_structure
from tracker.importing.readers.text_blocks import SourceText, total_length
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox.kinds import decode_text, kind_of_document

MAX_CHARACTERS = 3_000_000
"""Characters of text that are analysed. Concluding observations have 50,000 to 100,000."""
_TOO_LONG = N_(
    "The document has far more text than concluding observations have. Upload only the concluding observations."
)
_NO_PARAGRAPHS = N_(
    "No numbered paragraphs were found in this file. Upload the concluding observations as .docx or as a saved web page, "
    "or paste the text together with the numbers of its paragraphs."
)
_NO_RECOMMENDATIONS = N_("No recommendations were recognised. Check the list of paragraphs and tick them yourself.")
_NO_SYMBOL = N_("The file does not show a document symbol. Choose the document yourself.")
_UNKNOWN_COMMITTEE = N_("It is not clear which committee wrote this document. Choose the document yourself.")
_SCAN = N_(
    "This PDF has pictures of its pages and no text, so it cannot be read. Bring in the .docx, or a PDF with text in it."
)
_PROTECTED = N_("This PDF is damaged or protected with a password. Save it without the password, or paste its text.")
_READ_FROM_PDF = N_(
    "The text was taken from the pages of a PDF, in their order: compare it with the document before you save."
)
_MISSING = N_("These paragraph numbers are missing: {numbers}. Check whether the file is complete.")


def read_document(data: bytes, *, language: str | None = None) -> ImportedDocument:
    """Return what was read from the bytes of a .docx file, a PDF, a web page or a text.

    `language` is the code of its language; if None or unknown, it is guessed. Raises UnusableFile if it cannot be read.
    """
    kind = kind_of_document(data)
    if kind is FileKind.DOCX:
        from tracker.importing.readers.docx_reader import read_docx

        source = read_docx(data)
    else:
        text = _text_of_pdf(data) if kind is FileKind.PDF else decode_text(data)
        if len(text) > 4 * MAX_CHARACTERS:
            raise UnusableFile(_TOO_LONG)
        if kind is not FileKind.HTML and (
            reports := _read_reports(text.replace("\f", "\n\f\n").split("\n"), is_paged=True)
        ):
            return _document_of(reports, kind)
        source = _read_page(text) if kind is FileKind.HTML else _read_text(text, language)
    lines = [*source.margins, *(f"{block.label} {block.text}".strip() for block in source.blocks)]
    if kind in (FileKind.DOCX, FileKind.HTML) and (reports := _read_reports(lines)):
        return _document_of(reports, kind)
    document = understand(source, language=language)
    read_from = (ImportNotice(_READ_FROM_PDF),) if kind is FileKind.PDF else ()
    return replace(document, notices=(*read_from, *document.notices))


def _read_reports(lines: Sequence[str], *, is_paged: bool = False) -> tuple[FollowUpReport, ...]:
    if sum(map(len, lines)) > MAX_CHARACTERS:
        return ()
    return read_follow_up_reports(lines, is_paged=is_paged) or tuple(filter(None, [read_letter(lines)]))


def _document_of(reports: tuple[FollowUpReport, ...], kind: FileKind) -> ImportedDocument:
    """Return a report on follow-up as a document without paragraphs of its own."""
    texts = (f"{each.recommendation} {each.reply}" for report in reports for each in report.paragraphs)
    symbol = reports[0].concluding_observations or reports[0].symbol or ""
    only = reports[0] if len(reports) == 1 else None
    return ImportedDocument(
        language=guess_language(" ".join(texts)),
        symbol=reports[0].symbol,
        body=next((body for body, each in committee_drafting().items() if each.symbol.match(symbol)), None),
        state=only.state or "" if only else "",
        session=reports[0].session,
        session_dates=reports[0].session_dates,
        notices=(ImportNotice(_READ_FROM_PDF),) if kind is FileKind.PDF else (),
        follow_up_reports=reports,
    )


def _text_of_pdf(data: bytes) -> str:
    """Return the printed text of a PDF, with a form feed after each page. Raises UnusableFile if it has none."""
    from tracker.files.all_strings import pages_of_pdf

    try:
        text = "\f".join(page.text for page in pages_of_pdf(data, with_comments=False))
    except UnusableFile:
        raise UnusableFile(_PROTECTED) from None
    if sum(map(str.isalpha, text)) < 200:
        raise UnusableFile(_SCAN)
    # a hyphen at the end of a line, and what stands in the margins, come without the break before the next text
    text = text.replace("\ufffe", "-\n")
    return re.sub(
        r"(?<=[\w.,;:!?)\]”])(?=(?:(?:CCPR|CAT|CEDAW)/C|E/C\.12|GE\.\d\d-)\S*(?: \d+)?$)", "\n", text, flags=re.M
    )


def _read_page(text: str) -> SourceText:
    from tracker.importing.readers.html_reader import read_html

    return read_html(text)


def _read_text(text: str, language: str | None) -> SourceText:
    from tracker.importing.readers.pasted_text_reader import read_pasted_text

    if len(text) > MAX_CHARACTERS:
        raise UnusableFile(_TOO_LONG)
    return read_pasted_text(text, load_phrases(_language_of(text, language)))


def _language_of(text: str, language: str | None) -> str:
    return language if language in phrase_languages() else guess_language(text)


def understand(source: SourceText, *, language: str | None = None) -> ImportedDocument:
    """Return what the blocks of text say. Raises UnusableFile if no paragraph has a number."""
    if total_length(source.blocks) > MAX_CHARACTERS:
        raise UnusableFile(_TOO_LONG)
    code = _language_of(" ".join(block.text for block in source.blocks), language)
    phrases = load_phrases(code)
    structure = read_structure(source.blocks, phrases)
    if not structure.paragraphs:
        raise UnusableFile(_NO_PARAGRAPHS)
    notes = (*source.notes, *structure.notes)
    front = read_front_matter(structure.front, source.margins, notes, paragraphs=structure.paragraphs)
    paragraphs = classify(structure.paragraphs, phrases, body=front.body, symbol=front.symbol)
    dated = front.adopted or front.considered or front.session_dates
    next_report, list_of_issues = read_next_report(structure.paragraphs, phrases, not_before=dated)
    document = ImportedDocument(
        language=code,
        symbol=front.symbol,
        body=front.body,
        title=front.title,
        state=front.state,
        country=front.country,
        session=front.session,
        session_dates=front.session_dates,
        considered=front.considered,
        adopted=front.adopted,
        original_language=front.original_language,
        paragraphs=paragraphs,
        follow_up=read_follow_up(structure.paragraphs, phrases, front.adopted or front.session_dates),
        next_report=next_report,
        list_of_issues=list_of_issues,
        notes=notes,
    )
    return replace(document, notices=tuple(_notices(document)))


def _notices(document: ImportedDocument) -> list[ImportNotice]:
    notices = []
    if not document.symbol:
        notices.append(ImportNotice(_NO_SYMBOL))
    if not document.body:
        notices.append(ImportNotice(_UNKNOWN_COMMITTEE))
    if not document.recommendations:
        notices.append(ImportNotice(_NO_RECOMMENDATIONS))
    numbers = {int(paragraph.number) for paragraph in document.paragraphs}
    missing = [str(number) for number in range(min(numbers), max(numbers)) if number not in numbers]
    if missing:
        notices.append(ImportNotice(_MISSING, (("numbers", ", ".join(missing[:20])),)))
    return notices
