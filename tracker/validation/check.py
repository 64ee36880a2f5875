"""Find all problems in a data folder, each with its file and line; and check its attached files, and restore or remove some."""

import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain, groupby
from math import inf
from operator import attrgetter
from pathlib import Path, PurePath

from tracker.config import AnyPlace
from tracker.files.new_file import NewFile
from tracker.files.process import preview_of_file, text_of_file
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, all_records
from tracker.model.errors import FieldPath, InvalidFile, Problem, RuleViolation, UnusableFile
from tracker.model.lifecycle import active_files
from tracker.model.registers import Document
from tracker.safety import scanner
from tracker.sandbox.limits import FileLimits
from tracker.storage import attached_files
from tracker.storage.attached_files import FILES_FOLDER, TEXT_SUFFIX, is_kept, kept_name, names_beside
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.open_storage import open_storage
from tracker.storage.yaml.reader import compose, decode, find_line
from tracker.validation import rules


def check_folder(
    root: AnyPlace, is_dismissed: scanner.IsDismissed = scanner.nothing_dismissed, *, now: datetime | None = None
) -> list[Problem]:
    """Return all problems of the data folder `root`, sorted by file and line.

    `is_dismissed` returns whether a safety finding was dismissed. Dismissed findings are left out. `now` is the current
    time; if it is None, dates in the future are no problems. Attached files are read whole, and those that no record
    names are problems too. Raises NoDataset if the folder cannot be read.
    """
    dataset = DatasetReader(root).read()
    problems = find_problems(dataset, is_dismissed, now=now, with_digests=True)
    if not dataset.problems:  # a file that cannot be read may name them
        named = (file for record in all_records(dataset) for file in getattr(record, "files", ()))
        problems += unnamed_file_problems(dataset.root, named)
    return sorted(problems)


def find_problems(
    dataset: Dataset,
    is_dismissed: scanner.IsDismissed = scanner.nothing_dismissed,
    *,
    now: datetime | None = None,
    with_digests: bool = False,
) -> list[Problem]:
    """Return all problems of a dataset, sorted by file and line.

    A problem is an error in a file, a broken rule, a passage that may identify a person, or an attached file that is
    missing or was changed. Passages for which `is_dismissed` returns True are left out. `now` is as in `check_folder`.
    With `with_digests`, attached files are read whole; without it, only their sizes are compared.
    """
    broken, unsafe = rules.check_dataset(dataset, now), scanner.scan_dataset(dataset, is_dismissed)
    violations = chain(broken, unsafe, check_attached_files(dataset, with_digests=with_digests))
    return sorted([*dataset.problems, *locate_violations(violations, dataset), *scanner.scan_files(dataset)])


def locate_violations(violations: Iterable[RuleViolation], dataset: Dataset) -> Iterator[Problem]:
    """Yield a problem for each violation in a file of `dataset`, with the present line of its field.

    Problems are sorted by file.
    """
    files = open_storage(dataset.root)
    for path, group in groupby(sorted(violations, key=lambda one: str(one.path)), key=attrgetter("path")):
        node = None
        with suppress(InvalidFile, OSError):
            node = compose(decode(files.read(dataset.name_of(path))))
        yield from (Problem(display_path(path), find_line(node, one.field_path), one.message) for one in group)


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
    for record in all_records(dataset):
        active, path = active_files(record), dataset.path_of(record)
        at: FieldPath = ("documents", record.id) if isinstance(record, Document) else ()
        for index, file in enumerate(getattr(record, "files", ())):
            for message in file_faults(dataset.root, file, digests if with_digests else None) if file in active else ():
                yield RuleViolation(path, (*at, "files", index), message)


def file_faults(root: PurePath, file: AttachedFile, digests: dict[str, str] | None = None) -> Iterator[str]:
    """Yield what is wrong with an attached file in the folder `root`, as messages.

    With `digests` (name → SHA-256 of the files that were read before), the whole file is read. Its SHA-256 is added.
    """
    if fault := content_fault(root, file, digests):
        yield f"the file {file.name} {fault}; {HOW_TO_RESTORE}"
        return
    for name in names_beside(file):
        if not is_kept(open_storage(root), kept_name(name)):
            is_text = name.endswith(TEXT_SUFFIX)
            what, lost = ("text", ", so a search finds nothing in it") if is_text else ("preview", "")
            yield f"the {what} of the file {file.name} is missing{lost}; {HOW_TO_MAKE_AGAIN}"
        elif digests is not None and is_old_text(root, file, name):
            yield f"{OLD_TEXT.format(name=file.name)}; {HOW_TO_MAKE_AGAIN}"


def is_old_text(root: PurePath, file: AttachedFile, name: str) -> bool:
    """Return whether `name` is the text of the file, and was made by an older version. Raises OSError."""
    return name.endswith(TEXT_SUFFIX) and 0 not in attached_files.read_text_pages(root, file.sha256)


def content_fault(root: PurePath, file: AttachedFile, digests: dict[str, str] | None = None) -> str:
    """Return what is wrong with the bytes of an attached file, "" if nothing is. See `file_faults`."""
    storage, name = open_storage(root), kept_name(file.file_name)
    try:
        if not attached_files.is_own_file(root, name):
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
    return "" if digests[name] == file.sha256 else "was changed: it has other bytes than when it was attached"


def unnamed_file_problems(
    root: PurePath, named: Iterable[AttachedFile], *, originals: Iterable[str] = ()
) -> Iterator[Problem]:
    """Yield a problem for each file in `files/` of the storage `root` that no record names. See `unnamed_files`.

    Do not call this while a data file cannot be read: it may name them. Raises OSError if the storage cannot be read.
    """
    for name in unnamed_files(root, named, originals=originals):
        is_ours = attached_files.digest_of_name(PurePath(name).name)
        yield Problem(display_path(root / name), 1, NAMED_BY_NO_RECORD if is_ours else NO_ATTACHED_FILE)


def unnamed_files(root: PurePath, named: Iterable[AttachedFile], *, originals: Iterable[str] = ()) -> list[str]:
    """Return the names in `files/` of the storage `root` that none of the `named` files has, sorted.

    `originals` are the digests of files whose untouched originals are to be kept. Only the private storage has originals.
    Files of unfinished saves, which begin with a dot, are left out. Raises OSError if the storage cannot be read.
    """
    kept = set(originals)
    names = {name for file in named for name in (file.file_name, *names_beside(file))}
    listed = [(name, PurePath(name).name) for name in sorted(open_storage(root).list_files(FILES_FOLDER))]
    unnamed = [(name, short) for name, short in listed if short not in names and not short.startswith(".")]
    return [name for name, short in unnamed if not attached_files.is_original(short, kept)]


UNNAMED_FOR = timedelta(days=7)
"""How long a file that no record names is kept: a person may still be about to save the record."""
NamedFiles = tuple[tuple[AttachedFile, ...], frozenset[str]]
"""The files that records name, and the digests of the files whose originals are kept."""


def fix_attached_files(reader: DatasetReader, *, now: datetime) -> tuple[str, ...]:
    """Remove files that no record of the data folder has named for a week, and make missing texts and previews again.

    Return what was done. While a data file cannot be read nothing is removed. Raises NoDataset, LockTimeout or OSError.
    """
    dataset = reader.read(fresh=True)
    made = restore_texts_and_previews(reader.root, [file for r in all_records(dataset) for file in active_files(r)])

    def named() -> NamedFiles | None:
        current = reader.read(fresh=True)
        files = tuple(file for record in all_records(current) for file in getattr(record, "files", ()))
        return None if current.problems else (files, frozenset())

    return (*made, *remove_unnamed_files(reader.root, named, now=now))


def remove_unnamed_files(
    root: PurePath, read_named: Callable[[], NamedFiles | None], *, now: datetime
) -> tuple[str, ...]:
    """Remove the attached files in `root` that no record has named for a week, and return what was done.

    `read_named` returns what is named; it is called under the lock of the storage. If it returns None, it is not known,
    and nothing is removed. Files that the tracker did not write are never removed. Raises LockTimeout or OSError.
    """
    storage = open_storage(root)
    if not storage.list_files(FILES_FOLDER):
        return ()
    with storage.transaction() as transaction:
        if (named := read_named()) is None:
            return ()
        files, originals = named
        unnamed = unnamed_files(root, files, originals=originals)
        outdated = [
            name for name in unnamed if attached_files.digest_of_name(PurePath(name).name) and _is_old(root, name, now)
        ]
        transaction.discard(*outdated)
        transaction.commit()
    return tuple(f"{display_path(root / name)}: removed; no record names it" for name in outdated)


def _is_old(root: PurePath, name: str, now: datetime) -> bool:
    """Return whether a file was written more than a week ago. A link is one too, a folder is not."""
    if isinstance(root, Path):
        found = (root / name).lstat()
        written = found.st_mtime if stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode) else inf
    else:
        there = open_storage(root).stat(name)
        written = there[0] / 1e9 if there else inf
    return written <= (now - UNNAMED_FOR).timestamp()


def restore_texts_and_previews(root: PurePath, files: Iterable[AttachedFile]) -> tuple[str, ...]:
    """Make missing or old texts and previews of unchanged files again, and return what was done. Raises OSError."""
    done, storage = [], open_storage(root)
    for file in {file.sha256: file for file in files}.values():
        names = map(kept_name, names_beside(file))
        missing = [name for name in names if not is_kept(storage, name) or is_old_text(root, file, name)]
        if missing and not content_fault(root, file, {}):
            path = display_path(root / kept_name(file.file_name))
            done.append(f"{path}: {_restore(root, file, missing)}")
    return tuple(done)


def _restore(root: PurePath, file: AttachedFile, missing: list[str]) -> str:
    """Make the files `missing` again, and return what was done in words."""
    limits = FileLimits(file_bytes=attached_files.MAX_KEPT_BYTES)
    failed = "its text and preview could not be made again"
    endings = (TEXT_SUFFIX, attached_files.PREVIEW_SUFFIX)
    needs_text, needs_preview = (any(name.endswith(end) for name in missing) for end in endings)
    try:
        data = attached_files.read_kept(root, file)
        pages = text_of_file(data, file.kind, limits=limits) if needs_text else ()
        preview = preview_of_file(data, limits=limits) if needs_preview else None
    except UnusableFile as error:
        return f"{failed} ({error})"
    new = NewFile(file, data, pages, preview=preview.data if preview else None)
    storage = open_storage(root)
    with storage.transaction() as transaction:
        wanted = {name: raw for name, raw in new.contents(with_original=False) if name in missing}
        # meanwhile the file may have been removed for somebody's safety: then nothing of it is written
        if is_kept(storage, kept_name(file.file_name)):
            old = {name: storage.read(name, None) if is_kept(storage, name) else None for name in wanted}
            transaction.stage([(name, old[name], raw) for name, raw in wanted.items()])
            transaction.commit()
    words = ["its text" if name.endswith(TEXT_SUFFIX) else "its preview" for name in missing if name in wanted]
    return f"made {' and '.join(words)} again" if words else failed
