"""Check the attached files of a folder: that each is there and unchanged, and which files no record names."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, all_records
from tracker.model.lifecycle import active_files
from tracker.model.problems import FieldPath, Problem, RuleViolation
from tracker.model.registers import Document
from tracker.storage.attached_files import (
    FILES_FOLDER,
    TEXT_SUFFIX,
    digest_of_name,
    is_kept,
    is_original,
    is_own_file,
    kept_name,
    names_beside,
    read_text_pages,
)
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import display_path

HOW_TO_RESTORE = "restore it from a backup, or withdraw it from the record"
NAMED_BY_NO_RECORD = "no record names this file; check --fix removes it a week after it was written"
NO_ATTACHED_FILE = "this is no attached file; move it to another folder"
OLD_TEXT = "the text of the file {name} was made by an older version, which did not read all of it"
HOW_TO_MAKE_AGAIN = "make it again on the server with: python -m tracker check --fix"


def check_attached_files(dataset: Dataset, *, with_digests: bool) -> Iterator[RuleViolation]:
    """Yield a violation for each attached file that is missing or was changed, or whose text or preview is missing.

    Withdrawn files are left out. With `with_digests`, each file is read whole: 1 GB takes about a second from memory,
    otherwise as long as the disk takes. Without it, only sizes are compared.
    """
    digests: dict[str, str] = {}
    for path, field_path, file in _active_files_of(dataset):
        yield from (
            RuleViolation(path, field_path, message)
            for message in file_faults(dataset.root, file, digests if with_digests else None)
        )


def _active_files_of(dataset: Dataset) -> Iterator[tuple[PurePath, FieldPath, AttachedFile]]:
    """Yield (path of the record's file, field path in it, attached file)."""
    for record in all_records(dataset):
        active = active_files(record)
        at: FieldPath = ("documents", record.id) if isinstance(record, Document) else ()
        for index, file in enumerate(getattr(record, "files", ())):
            if file in active:
                yield dataset.path_of(record), (*at, "files", index), file


def file_faults(root: PurePath, file: AttachedFile, digests: dict[str, str] | None = None) -> Iterator[str]:
    """Yield what is wrong with an attached file in the folder `root`, as messages.

    With `digests` (name → SHA-256 of the files that were read before), the whole file is read. Its SHA-256 is added.
    """
    fault = content_fault(root, file, digests)
    if fault:
        yield f"the file {file.name} {fault}; {HOW_TO_RESTORE}"
        return
    storage = open_storage(root)
    for name in names_beside(file):
        if not is_kept(storage, kept_name(name)):
            if name.endswith(TEXT_SUFFIX):
                yield f"the text of the file {file.name} is missing, so a search finds nothing in it; {HOW_TO_MAKE_AGAIN}"
            else:
                yield f"the preview of the file {file.name} is missing; {HOW_TO_MAKE_AGAIN}"
        elif digests is not None and is_old_text(root, file, name):
            yield f"{OLD_TEXT.format(name=file.name)}; {HOW_TO_MAKE_AGAIN}"


def is_old_text(root: PurePath, file: AttachedFile, name: str) -> bool:
    """Return whether `name` is the text of the file, and was made by an older version. Raises OSError."""
    return name.endswith(TEXT_SUFFIX) and 0 not in read_text_pages(root, file.sha256)


def content_fault(root: PurePath, file: AttachedFile, digests: dict[str, str] | None = None) -> str:
    """Return what is wrong with the bytes of an attached file, "" if nothing is. See `file_faults`."""
    storage, name = open_storage(root), kept_name(file.file_name)
    try:
        if not is_own_file(root, name):
            return "is a link or a folder, not a file" if storage.stat(name) else "is missing"
        size = found[1] if (found := storage.stat(name)) else 0
        if size != file.size:
            return f"was changed: it has {size:,} bytes, and {file.size:,} when it was attached"
        if digests is None:
            return ""
        if name not in digests:
            digests[name] = storage.digest(name).hex()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if digests[name] != file.sha256:
        return "was changed: it has other bytes than when it was attached"
    return ""


def unnamed_file_problems(
    root: PurePath, named: Iterable[AttachedFile], *, originals: Iterable[str] = ()
) -> Iterator[Problem]:
    """Yield a problem for each file in `files/` of the storage `root` that no record names. See `unnamed_files`.

    Do not call this while a data file cannot be read: it may name them. Raises OSError if the storage cannot be read.
    """
    for name in unnamed_files(root, named, originals=originals):
        is_ours = digest_of_name(PurePath(name).name)
        yield Problem(display_path(root / name), 1, NAMED_BY_NO_RECORD if is_ours else NO_ATTACHED_FILE)


def unnamed_files(root: PurePath, named: Iterable[AttachedFile], *, originals: Iterable[str] = ()) -> list[str]:
    """Return the names in `files/` of the storage `root` that none of the `named` files has, sorted.

    `originals` are the digests of files whose untouched originals are to be kept. Only the private storage has originals.
    Files of unfinished saves, which begin with a dot, are left out. Raises OSError if the storage cannot be read.
    """
    kept = set(originals)
    names = {name for file in named for name in (file.file_name, *names_beside(file))}
    listed = [(name, PurePath(name).name) for name in sorted(open_storage(root).list_files(FILES_FOLDER))]
    return [
        name
        for name, short in listed
        if short not in names and not short.startswith(".") and not is_original(short, kept)
    ]
