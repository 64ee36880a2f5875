"""Read an uploaded document in a process of its own, with limits for memory and time."""

from pathlib import Path

from tracker.importing.documents.imported_document import ImportedDocument
from tracker.importing.upload_reading import read_upload, run_reading_job
from tracker.sandbox.host import IsCancelled, JobAnswer, never
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
    job = "tracker.importing.documents.uploads.answer_document"
    found = run_reading_job(job, data, {"language": language}, limits=limits, is_cancelled=is_cancelled)
    return TypeAdapter(ImportedDocument).validate_json(found)


def answer_document(data: bytes, language: str | None) -> JobAnswer:
    """Return what was read from a document, as JSON. This runs in the process. Raises UnusableFile."""
    from pydantic import TypeAdapter

    from tracker.importing.documents.reader import read_document

    return {}, TypeAdapter(ImportedDocument).dump_json(read_document(data, language=language))
