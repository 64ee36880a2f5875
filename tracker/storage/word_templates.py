"""Name and read the Word templates of organisations. They are in the folder `templates` of the data folder."""

from dataclasses import asdict
from pathlib import PurePath

from tracker.config import AnyPlace
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.host import JobLimits, run_job
from tracker.sandbox.limits import KEPT, TOO_LARGE_UNPACKED
from tracker.storage.cache_registry import cached_until_redaction
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileSource, FileStat, list_files_in

TEMPLATE_FOLDER = "templates"
TEXT_JOB = "tracker.files.process.answer_text"


def template_names(place: AnyPlace) -> list[str]:
    """Return the names, without .docx, of the templates in the data folder (see docs/submissions.md)."""
    found = list_files_in(open_storage(place).snapshot(), TEMPLATE_FOLDER, ".docx")
    return [name.partition("/")[2].removesuffix(".docx") for name in found]


def template_file(name: str) -> str:
    """Return the name that the template `name` has in its storage."""
    return f"{TEMPLATE_FOLDER}/{name}.docx"


def is_template(name: PurePath) -> bool:
    """Return whether a file with this name in a storage is a template."""
    return name.parts[:-1] == (TEMPLATE_FOLDER,) and name.suffix == ".docx"


def template_text(files: FileSource, name: str) -> str:
    """Return all words of the template file `name`, read in a process of its own: first those that a reader sees.

    Its properties and whatever else the file says of its authors are among them. Raises OSError or UnusableFile.
    """
    return _read_text(files, name, files.stat(name))


@cached_until_redaction(maxsize=8)
def _read_text(files: FileSource, name: str, stat: FileStat | None) -> str:
    values = {"kind": FileKind.DOCX.value, "limits": asdict(KEPT)}
    raw = files.read(name, KEPT.file_bytes)
    answer, _ = run_job(TEXT_JOB, values, raw, limits=JobLimits(KEPT.seconds, KEPT.memory))
    text = "\n".join(text for _number, text in answer["pages"])
    if len(text) >= KEPT.characters:  # the end is missing
        raise UnusableFile(TOO_LARGE_UNPACKED)
    return text
