"""The attached files that a save writes: which are new, that none is missing, and what their texts say."""

from collections.abc import Iterable, Sequence

from tracker.files.new_file import NewFile
from tracker.files.scan import CANNOT_BE_CHECKED, scan_file_text
from tracker.model.dataset import Dataset, Record
from tracker.model.errors import UnusableFile, ValidationFailed
from tracker.model.problems import RuleViolation
from tracker.safety.scanner import IsDismissed, PublicationCheck
from tracker.storage.attached_files import is_kept, kept_name
from tracker.storage.record_storage import FileChange, RecordStorage

FILE_GONE = "the file is not there any more; nothing was changed"
MISSING_FILE = "the file {name} is not there any more; attach it again"


def unwritten_files(
    storage: RecordStorage, records: Iterable[Record], new_files: Sequence[NewFile], *, with_originals: bool
) -> list[FileChange]:
    """Return what has to be written in the `storage` so that every new entry of `records` has its file.

    The same bytes are kept once: what is there already is not written again. Raises ValidationFailed if an entry that was
    not recorded yet names a file that is neither in `new_files` nor kept.
    """
    given = {new.entry.sha256 for new in new_files}
    for record in records:
        for index, entry in enumerate(getattr(record, "files", ())):
            is_new = entry.recorded is None and entry.sha256 not in given
            if is_new and not is_kept(storage, kept_name(entry.file_name)):
                message = MISSING_FILE.format(name=entry.name)
                raise ValidationFailed((RuleViolation(storage.root, ("files", index), message),))
    return unwritten_contents(storage, new_files, with_originals=with_originals)


def unwritten_contents(
    storage: RecordStorage, new_files: Iterable[NewFile], *, with_originals: bool
) -> list[FileChange]:
    """Return what has to be written in the `storage` to keep `new_files`. What is there already is not written again."""
    contents = {name: data for new in new_files for name, data in new.contents(with_original=with_originals)}
    return [(name, None, data) for name, data in contents.items() if not is_kept(storage, name)]


def check_file_text(
    new: NewFile, dataset: Dataset, is_dismissed: IsDismissed, *, owner: str, with_candidates: bool = False
) -> PublicationCheck:
    """Return what has to be settled in the text of a file before it is public as a file of the record `owner`.

    `owner` is the name of the record (see `record_name`). Raises UnusableFile if the text cannot be checked as a whole.
    """
    check = scan_file_text(
        new.pages,
        dataset,
        is_dismissed,
        record=owner,
        name=new.entry.name,
        digest=new.entry.sha256,
        with_candidates=with_candidates,
    )
    has_unseen = (check.more_findings and not check.findings) or (check.more_candidates and not check.candidates)
    if not check.is_whole or has_unseen:
        raise UnusableFile(CANNOT_BE_CHECKED)
    return PublicationCheck(check.findings, check.candidates)
