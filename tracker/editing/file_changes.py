"""The attached files that a save writes: which are new, and that none is missing."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tracker.files.kept_file import UnusableFile
from tracker.files.new_file import NewFile
from tracker.files.text_scan import CANNOT_BE_CHECKED, scan_file_text
from tracker.model.dataset import Dataset, Record
from tracker.model.errors import ValidationFailed
from tracker.model.problems import RuleViolation
from tracker.model.safety_config import SafetyFinding
from tracker.safety.scanner import IsDismissed, record_name
from tracker.storage.atomic_write import Replacement
from tracker.storage.attached_files import kept_path

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


def new_file_findings(
    new_files: Iterable[NewFile], records: Iterable[Record], dataset: Dataset, *, is_dismissed: IsDismissed
) -> Iterator[SafetyFinding]:
    """Yield what may identify a person in the texts of new files. `records` are the records that name them.

    Raises UnusableFile if a text cannot be checked as a whole.
    """
    owners = {entry.sha256: record_name(record) for record in records for entry in getattr(record, "files", ())}
    for new in new_files:
        owner, entry = owners.get(new.entry.sha256, ""), new.entry
        check = scan_file_text(new.pages, dataset, is_dismissed, record=owner, name=entry.name, digest=entry.sha256)
        yield from check.findings
        if not check.is_whole:
            raise UnusableFile(CANNOT_BE_CHECKED)
