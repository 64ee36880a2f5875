"""The attached files that a save writes: which are new, that none is missing, and what their texts say."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tracker.files.new_file import NewFile
from tracker.model.dataset import Dataset, Record
from tracker.model.errors import ValidationFailed
from tracker.model.problems import RuleViolation
from tracker.model.safety_config import TextField
from tracker.safety.publication_check import PublicationCheck, check_texts
from tracker.safety.scanner import IsDismissed
from tracker.storage.atomic_write import Replacement
from tracker.storage.attached_files import kept_path

FILE_GONE = "the file is not there any more; nothing was changed"
MISSING_FILE = "the file {name} is not there any more; attach it again"


def unwritten_files(
    root: Path, records: Iterable[Record], new_files: Sequence[NewFile], *, with_originals: bool
) -> list[Replacement]:
    """Return what has to be written in the folder `root` so that every new entry of `records` has its file.

    The same bytes are kept once: what is there already is not written again. Raises ValidationFailed if an entry that was
    not recorded yet names a file that is neither in `new_files` nor kept.
    """
    given = {new.entry.sha256 for new in new_files}
    for record in records:
        for index, entry in enumerate(getattr(record, "files", ())):
            if entry.recorded is None and entry.sha256 not in given and not kept_path(root, entry).is_file():
                message = MISSING_FILE.format(name=entry.name)
                raise ValidationFailed((RuleViolation(root, ("files", index), message),))
    contents = {path: data for new in new_files for path, data in new.contents(root, with_original=with_originals)}
    return [(path, None, data) for path, data in contents.items() if not path.is_file()]


def file_texts(new: NewFile) -> Iterator[TextField]:
    """Yield the texts of a file, page by page, as texts of a record that are checked before they are saved."""
    for page in new.pages:
        field = f"page {page.number}" if page.number else "text"
        yield TextField(f"file {new.entry.sha256[:16]}", field, ("files", new.entry.name), text=page.text)


def check_file_text(new: NewFile, dataset: Dataset, is_dismissed: IsDismissed) -> PublicationCheck:
    """Return what has to be settled in the text of a file before it is published in `dataset`."""
    return check_texts(file_texts(new), dataset, is_dismissed)
