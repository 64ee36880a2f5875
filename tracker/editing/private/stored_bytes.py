"""The bytes in the folder `files` of the private folder: read, made ready to be published, checked, and removed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import PurePath

from tracker.editing.file_changes import MISSING_FILE
from tracker.files.new_file import NewFile, read_new_file
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, all_records
from tracker.model.errors import Problem, RuleViolation, ValidationFailed
from tracker.model.file_kind import FileKind
from tracker.storage.attached_files import (
    FILES_FOLDER,
    MAX_KEPT_BYTES,
    is_original,
    kept_name,
    organisation_of_original,
    received_digest_of_name,
)
from tracker.storage.dataset_reader import display_path
from tracker.storage.open_storage import open_storage
from tracker.validation.file_check import file_faults, unnamed_file_problems

CHANGED_BYTES = "the file {name} has other bytes than those that were attached; attach it again"


def read_original(root: PurePath, file: AttachedFile, *, own: str | None = None) -> tuple[FileKind, bytes] | None:
    """Return (kind, bytes) of the untouched original of a file, None if it is not kept, or if it is the file itself.

    `own` is the id of the organisation that asks: it gets its own originals and those that all may read. Raises OSError if it cannot be read.
    """
    for name in _originals(root, [file], own):
        with suppress(ValueError):
            return FileKind(PurePath(name).suffix[1:]), open_storage(root).read(name, MAX_KEPT_BYTES)
    return None


def find_original(root: PurePath, file: AttachedFile, *, own: str | None = None) -> FileKind | None:
    """Return the kind of the untouched original of a file, None if it is not kept, or if it is the file itself."""
    endings = {PurePath(name).suffix[1:] for name in _originals(root, [file], own)}
    return next((kind for kind in FileKind if kind in endings), None)


def received_digests(root: PurePath, files: Iterable[AttachedFile], *, own: str | None = None) -> set[str]:
    """Return the digests of the untouched originals of some files, as far as they are known.

    A public record has none of them: the file on a phone could be found to be the same. Raises OSError.
    """
    digests = (received_digest_of_name(PurePath(name).name) for name in _originals(root, files, own))
    return {digest for digest in digests if digest}


def _originals(root: PurePath, files: Iterable[AttachedFile], own: str | None) -> list[str]:
    """Return the names of originals of the files: those of the organisation `own` and of all; with None every one."""
    digests = {file.sha256 for file in files}
    names = [name for name in sorted(open_storage(root).list_files(FILES_FOLDER)) if is_original(name, digests)]
    return [name for name in names if own is None or organisation_of_original(PurePath(name).name) in (own, None)]


def ready_to_publish(root: PurePath, files: Iterable[AttachedFile]) -> tuple[NewFile, ...]:
    """Return private files ready to be published, without their originals.

    Raises ValidationFailed if one is missing or has other bytes than those that were attached, and OSError.
    """
    ready = []
    for file in files:
        try:
            new = read_new_file(root, file)
        except FileNotFoundError:
            raise _refusal(root, file, MISSING_FILE) from None
        if hashlib.sha256(new.data).hexdigest() != file.sha256:
            raise _refusal(root, file, CHANGED_BYTES)
        ready.append(new)
    return tuple(ready)


def files_with_originals(private: Iterable[AttachedFile], public: Dataset) -> set[str]:
    """Return the digests of the files whose originals the private folder has to keep: private and public files."""
    published = chain.from_iterable(getattr(record, "files", ()) for record in all_records(public))
    return {file.sha256 for file in chain(private, published)}


def check_private_bytes(
    root: PurePath, files: Mapping[PurePath, Iterable[AttachedFile]], public: Dataset, *, is_complete: bool
) -> Iterator[Problem]:
    """Yield a problem for each private file that is missing, that was changed, or that no record names.

    `files` maps the path of a YAML file → the files that it names. If the list is not complete, because a file cannot be
    read, nothing is reported that no record names. Every file is read. Raises OSError if the folder cannot be read.
    """
    yield from check_private_sizes(root, files, digests={})
    if is_complete:
        named = tuple(chain.from_iterable(files.values()))
        yield from unnamed_file_problems(root, named, originals=files_with_originals(named, public))


def check_private_sizes(
    root: PurePath, files: Mapping[PurePath, Iterable[AttachedFile]], *, digests: dict[str, str] | None = None
) -> Iterator[Problem]:
    """Yield a problem for each private file that is missing or has another size. `files` is as above.

    With `digests`, the files are read and their SHA-256 is compared.
    """
    for path, entries in files.items():
        for file in entries:
            yield from (Problem(display_path(path), 1, message) for message in file_faults(root, file, digests))


def _refusal(root: PurePath, file: AttachedFile, message: str) -> ValidationFailed:
    path = root / kept_name(file.file_name)
    return ValidationFailed((RuleViolation(path, (), message.format(name=file.name)),))
