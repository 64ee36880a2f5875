"""Read one file, step by step: the kind of file, blocks of text, structure, meaning.

Everything here runs inside the limits of a process; call `uploads.parse_upload` from outside.
"""

from dataclasses import replace
from pathlib import Path

from tracker.importing.documents.front_matter import read_front_matter
from tracker.importing.documents.imported_document import ImportedDocument, ImportNotice
from tracker.importing.documents.phrases import guess_language, load_phrases, phrase_languages
from tracker.importing.documents.recommendation_finder import classify
from tracker.importing.documents.reporting_dates import read_follow_up, read_next_report
from tracker.importing.documents.structure import read_structure
from tracker.importing.documents.text_blocks import SourceText, total_length
from tracker.importing.entry import read_upload, run_reading_job
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox.host import IsCancelled, JobAnswer, never
from tracker.sandbox.kinds import decode_text, kind_of_document
from tracker.sandbox.limits import UPLOAD, FileLimits


def parse_upload(
    upload: bytes | Path,
    name: str = "",
    *,
    language: str | None = None,
    limits: FileLimits = UPLOAD,
    is_cancelled: IsCancelled = never,
) -> ImportedDocument:
    """Return what was read from concluding observations, in a process of its own.

    `upload` is the content of a .docx file, a web page or a text, or the path of such a file. `name` is for messages.
    `language` is the code of its language; None to guess it. `is_cancelled` is asked ten times a second: if it returns
    True, the process is ended at once.

    Raises UnusableFile, with a sentence that says what was found and what to do, if the file cannot be read, and
    ProcessCancelled.
    """
    from pydantic import TypeAdapter

    data = read_upload(upload, limits, name or upload.name) if isinstance(upload, Path) else upload
    job = "tracker.importing.documents.reader.answer_document"
    found = run_reading_job(job, data, {"language": language}, limits=limits, is_cancelled=is_cancelled)
    return TypeAdapter(ImportedDocument).validate_json(found)


def answer_document(data: bytes, language: str | None) -> JobAnswer:
    """Return what was read from a document, as JSON. This runs in the process. Raises UnusableFile."""
    from pydantic import TypeAdapter

    return {}, TypeAdapter(ImportedDocument).dump_json(read_document(data, language=language))


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
_MISSING = N_("These paragraph numbers are missing: {numbers}. Check whether the file is complete.")


def read_document(data: bytes, *, language: str | None = None) -> ImportedDocument:
    """Return what was read from the bytes of a .docx file, a web page or a text.

    `language` is the code of its language; if None or unknown, it is guessed. Raises UnusableFile if it cannot be read.
    """
    kind = kind_of_document(data)
    if kind is FileKind.DOCX:
        from tracker.importing.documents.docx_reader import read_docx

        source = read_docx(data)
    else:
        text = decode_text(data)
        if len(text) > 4 * MAX_CHARACTERS:
            raise UnusableFile(_TOO_LONG)
        source = _read_page(text) if kind is FileKind.HTML else _read_text(text, language)
    return understand(source, language=language)


def _read_page(text: str) -> SourceText:
    from tracker.importing.documents.html_reader import read_html

    return read_html(text)


def _read_text(text: str, language: str | None) -> SourceText:
    from tracker.importing.documents.pasted_text_reader import read_pasted_text

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
    front = read_front_matter(structure.front, source.margins, notes, paragraphs=structure.paragraphs, language=code)
    dated = front.adopted or front.considered or front.session_dates
    next_report, list_of_issues = read_next_report(structure.paragraphs, phrases, not_before=dated)
    document = replace(
        front,
        paragraphs=classify(structure.paragraphs, phrases, front.body),
        follow_up=read_follow_up(structure.paragraphs, phrases, front.adopted or front.session_dates),
        next_report=next_report,
        list_of_issues=list_of_issues,
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
