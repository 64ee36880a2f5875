"""Name and read the Word templates of organisations. They are in the folder `templates` of the data folder."""

from pathlib import PurePath

from tracker.config import AnyPlace
from tracker.model.errors import UnusableFile
from tracker.sandbox.host import JobLimits, run_job
from tracker.sandbox.limits import KEPT, TOO_LARGE_UNPACKED
from tracker.storage.cache_registry import cached_until_redaction
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileSource, FileStat, list_files_in

TEMPLATE_FOLDER = "templates"


def template_files(place: AnyPlace) -> dict[str, str]:
    """Return a mapping for the templates in the data folder: name, without .docx → name of the file in the storage."""
    found = list_files_in(open_storage(place).snapshot(), TEMPLATE_FOLDER, ".docx")
    return {name.partition("/")[2].removesuffix(".docx"): name for name in found}


def is_template(name: PurePath) -> bool:
    """Return whether a file with this name in a storage is a template."""
    return name.parts[:-1] == (TEMPLATE_FOLDER,) and name.suffix == ".docx"


def read_template(files: FileSource, file: str) -> tuple[str, str]:
    """Return (all words of a template, why it is refused), read in a process of its own. The second text may be "".

    First come the words that a reader sees; its properties are among the others. Raises OSError or UnusableFile.
    """
    return _read(files, file, files.stat(file))


@cached_until_redaction(maxsize=8)
def _read(files: FileSource, file: str, stat: FileStat | None) -> tuple[str, str]:
    job, raw = "tracker.files.word_templates.answer_template_text", files.read(file, KEPT.file_bytes)
    answer, _ = run_job(job, {"name": PurePath(file).stem}, raw, limits=JobLimits(KEPT.seconds, KEPT.memory))
    if len(answer["text"]) >= KEPT.characters:  # the end is missing
        raise UnusableFile(TOO_LARGE_UNPACKED)
    return answer["text"], answer["fault"]
