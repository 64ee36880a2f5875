"""Read an upload in a process of its own, with limits for memory and time, so that no file can take the server down.

The process runs this module. It gets the file through a pipe and answers with JSON. Nothing is written to disk.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.importing.documents.imported_document import ImportedDocument
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.limited_process import ProcessBusy, ProcessCancelled, ProcessTooSlow, limit_process, run_limited

_TOO_LARGE = N_("The file has {size} MB. Up to {most} MB can be uploaded. Remove pictures from it, or paste the text.")
_TOO_SLOW = N_("Reading this file took too long, so it was stopped. Paste the text of the document instead.")
_STOPPED = N_(
    "This file could not be read: it needs too much memory, or it is damaged. Paste the text of the document instead."
)
_CANCELLED = N_("Reading was cancelled. Nothing of the file is kept.")
_BUSY = N_("Other files are being read now. Try again in a minute.")
_UNREADABLE_FILE = N_("The file {name} cannot be opened. Check its name and whether you may read it.")


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """The limits for reading one file: size of the upload in bytes, processor time in seconds, memory of the process in bytes."""

    upload: int = 20_000_000
    seconds: float = 10.0
    memory: int = 900_000_000


class ReadingCancelled(UnusableFile):
    """A person cancelled the reading of a file. The process that read it is ended."""


def never() -> bool:
    """Return False: nobody can cancel this reading."""
    return False


def parse_upload(
    upload: bytes | Path,
    name: str = "",
    *,
    language: str | None = None,
    limits: ReadingLimits | None = None,
    is_cancelled: Callable[[], bool] = never,
) -> ImportedDocument:
    """Return what was read from concluding observations, in a process of its own.

    `upload` is the content of a .docx file, a web page or a text, or the path of such a file. `name` is for messages.
    `language` is the code of its language; None to guess it. `is_cancelled` is asked ten times a second: if it returns
    True, the process is ended at once.

    Raises UnusableFile, with a sentence that says what was found and what to do, if the file cannot be read, and
    ReadingCancelled.
    """
    limits = limits or ReadingLimits()
    data = read_upload(upload, limits, name or upload.name) if isinstance(upload, Path) else upload
    found = run_reading_job("document", data, {"language": language}, limits=limits, is_cancelled=is_cancelled)
    return document_from_json(found)


def run_reading_job(
    kind: str,
    data: bytes,
    arguments: Mapping[str, Any],
    *,
    limits: ReadingLimits | None = None,
    is_cancelled: Callable[[], bool] = never,
) -> str:
    """Read a file in a process of its own, and return what was found as JSON.

    `kind` is "document" or "table", `arguments` are what this kind needs besides the file. Raise UnusableFile if the
    file cannot be read or is beyond the limits, and ReadingCancelled.
    """
    limits = limits or ReadingLimits()
    if len(data) > limits.upload:
        raise _too_large(len(data), limits)
    job = {"kind": kind, "arguments": dict(arguments), "seconds": limits.seconds, "memory": limits.memory}
    answer = _run((json.dumps(job).encode() + b"\n", data), limits, is_cancelled)
    if "message" in answer:
        raise UnusableFile(answer["message"], answer["values"])
    return str(answer["found"])


def document_from_json(text: str) -> ImportedDocument:
    """Return the document that `document_to_json` wrote."""
    from pydantic import TypeAdapter

    return TypeAdapter(ImportedDocument).validate_json(text)


def document_to_json(document: ImportedDocument) -> str:
    """Return a document as JSON, from which `document_from_json` makes it again, such as for the draft of a review."""
    from pydantic import TypeAdapter

    return TypeAdapter(ImportedDocument).dump_json(document).decode()


def _too_large(size: int, limits: ReadingLimits) -> UnusableFile:
    values = {"size": f"{size / 1e6:.1f}", "most": f"{limits.upload / 1e6:g}"}
    return UnusableFile(_TOO_LARGE, values)


def read_upload(path: Path, limits: ReadingLimits, name: str) -> bytes:
    """Return the content of a file on the disk. Raise UnusableFile if it cannot be opened or is too large."""
    from tracker.storage.folder.guarded_read import read_file

    try:
        size = path.stat().st_size
        if size > limits.upload:
            raise _too_large(size, limits)
        return read_file(path, most=limits.upload)
    except OSError:
        raise UnusableFile(_UNREADABLE_FILE, {"name": name}) from None


def _run(sent: tuple[bytes, ...], limits: ReadingLimits, is_cancelled: Callable[[], bool]) -> dict[str, Any]:
    module = "tracker.importing.parser_process"
    try:
        answer: dict[str, Any] = json.loads(run_limited(module, sent, limits.seconds, is_cancelled=is_cancelled))
    except ProcessBusy:
        raise UnusableFile(_BUSY) from None
    except ProcessTooSlow:
        raise UnusableFile(_TOO_SLOW) from None
    except ProcessCancelled:
        raise ReadingCancelled(_CANCELLED) from None
    except ValueError:
        raise UnusableFile(_STOPPED) from None
    return answer


def answer_job() -> None:
    """Read a job and a file from standard input, and print the document or the error as JSON."""
    job = json.loads(sys.stdin.buffer.readline())
    limit_process(int(job["memory"]), int(job["seconds"]) + 1)
    data = sys.stdin.buffer.read()
    try:
        print(json.dumps({"found": _answer(str(job["kind"]), data, job["arguments"])}))
    except UnusableFile as error:
        print(json.dumps({"message": error.message, "values": error.values}))
    except (MemoryError, RecursionError):
        print(json.dumps({"message": _STOPPED, "values": {}}))


def _answer(kind: str, data: bytes, arguments: Mapping[str, Any]) -> str:
    # imported here: each of them loads libraries that the other does not need
    if kind == "table":
        from tracker.importing.tables.uploads import answer_table_job

        return answer_table_job(data, arguments)
    from tracker.importing.documents.reader import read_document

    return document_to_json(read_document(data, language=arguments["language"]))


if __name__ == "__main__":
    answer_job()
