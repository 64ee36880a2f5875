"""Name, find and read attached files. They are in the folder `files` of the data folder or of the private folder.

`<sha256>` is the SHA-256 of the attached file, and `<received>` the SHA-256 of its untouched original: the file
that an editor gave, before it was cleaned. The folder can have these files for one attached file:

- `<sha256>.<kind>`: the attached file itself
- `<sha256>.pages.txt`: its text
- `<sha256>.preview.webp`: its preview, a small image
- `<sha256>.<received>.<kind>`: the untouched original
- `<sha256>.<received>.of-<id>.<kind>`: the untouched original, if only the organisation with this id may read it
- `<sha256>.<received>.received`: an empty file, which only says what the SHA-256 of the original is

Only the private folder has the last three. They are deleted together with the attached file.
"""

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import chain
from pathlib import Path, PurePath
from typing import IO, BinaryIO

from tracker.model.attached_files import AttachedFile
from tracker.model.file_kind import FileKind
from tracker.model.lifecycle import is_withdrawn
from tracker.storage.folder.storage import is_inside
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileChange, FileSource, StorageTransaction, is_regular

FILES_FOLDER = "files"
TEXT_SUFFIX, PREVIEW_SUFFIX = ".pages.txt", ".preview.webp"
NO_ORIGINAL = "received"
"""The ending of an empty file. Its name has the SHA-256 of an original that was not kept."""
MAX_KEPT_BYTES = 200_000_000
"""The maximum size, in bytes, of an attached file that is read. A cleaned file can be larger than the upload."""
_MAX_PREVIEW_BYTES = 5_000_000
PAGE_BREAK = "\f"
"""The separator between two pages in the text of a file, as in the output of pdftotext."""
OTHER_STRINGS = "\x1e2\n"
"""In the text of a file, the mark before the words that are on no page. 2 is its version. `check` reports texts without it."""
TextStat = tuple[int, int, int]
"""(time of the last change in nanoseconds, size in bytes, inode) of the text of a file."""
_KEPT_NAME = re.compile(r"([0-9a-f]{64})(?:\.([0-9a-f]{64})(?:\.of-([a-z0-9-]{1,80}))?)?\.[a-z0-9.]{2,20}")


def kept_name(file_name: str) -> str:
    """Return `files/<file_name>`, the name that a file in the folder of attached files has in its storage."""
    return f"{FILES_FOLDER}/{file_name}"


def text_name(sha256: str) -> str:
    """Return `files/<sha256>.pages.txt`, the name that the text of an attached file has in its storage."""
    return kept_name(f"{sha256}{TEXT_SUFFIX}")


def preview_name(sha256: str) -> str:
    """Return `files/<sha256>.preview.webp`, the name that the preview of an attached file has in its storage."""
    return kept_name(f"{sha256}{PREVIEW_SUFFIX}")


def names_beside(file: AttachedFile) -> tuple[str, ...]:
    """Return the file names of the text of `file` (not for an image) and of its preview (only for a PDF or an image)."""
    both = (TEXT_SUFFIX, PREVIEW_SUFFIX)
    suffixes = both[1:] if file.kind.is_image else both if file.kind is FileKind.PDF else both[:1]
    return tuple(f"{file.sha256}{suffix}" for suffix in suffixes)


def digest_of_name(name: str) -> str | None:
    """Return the SHA-256 of the attached file to which the file `name` (without folder) belongs, or None."""
    match = _KEPT_NAME.fullmatch(name)
    return match[1] if match else None


def received_digest_of_name(name: str) -> str | None:
    """Return the second digest in `name` (without folder): that of the untouched original, kept or not; or None."""
    match = _KEPT_NAME.fullmatch(name)
    return match[2] if match else None


def organisation_of_original(name: str) -> str | None:
    """Return the id of the only organisation that may read the original `name` (without folder); None if all may."""
    match = _KEPT_NAME.fullmatch(name)
    return match[3] if match else None


def original_name(sha256: str, received: str, ending: str = NO_ORIGINAL, *, organisation: str = "") -> str:
    """Return the name of the original with the digest `received`. `organisation` is the id of its only reader, "" for all."""
    owner = f".of-{organisation}" if organisation else ""
    return kept_name(f"{sha256}.{received}{owner}.{ending}")


def list_kept(files: FileSource) -> dict[str, tuple[str, ...]]:
    """Return a mapping: digest of an attached file → sorted names of it and of the files beside it. Raises OSError."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(files.list_files(FILES_FOLDER)):
        if digest := digest_of_name(PurePath(name).name):
            found[digest] = (*found.get(digest, ()), name)
    return found


def is_kept(files: FileSource, name: str) -> bool:
    """Return whether the storage has a regular file with this name, such as `files/<sha256>.pdf`."""
    found = files.stat(name)
    return found is not None and is_regular(found)


def is_own_file(root: PurePath, name: str) -> bool:
    """Return whether `name` is a regular file in the storage, not a link. For a folder, raises OSError if it is missing."""
    if not isinstance(root, Path):
        return is_kept(open_storage(root), name)
    return stat.S_ISREG((root / name).lstat().st_mode) and is_inside(root / name, root)


def attached_files_version(root: PurePath) -> int:
    """Return a number that changes when an attached file is added or removed (in a database, with every save); 0 if unknown."""
    if not isinstance(root, Path):
        return open_storage(root).version or 0
    with suppress(OSError):
        return (root / FILES_FOLDER).stat().st_mtime_ns
    return 0


def remove_kept(
    files: FileSource, transaction: StorageTransaction, digests: Iterable[str], *, originals_of: Set[str] = frozenset()
) -> None:
    """Stage the deletion of the attached files with these `digests`, and of the files beside them.

    The originals of files with a digest in `originals_of` stay. Raises OSError if the storage cannot be listed.
    """
    kept = list_kept(files)
    names = chain.from_iterable(kept.get(digest, ()) for digest in digests)
    transaction.discard(*(name for name in names if not is_original(name, originals_of)))


def is_original(name: str, digests: Set[str]) -> bool:
    """Return whether `name` is an original, or the empty file in its place, of an attached file with one of these `digests`."""
    short = PurePath(name).name
    return received_digest_of_name(short) is not None and digest_of_name(short) in digests


def changes_that_copy(source: FileSource, target: FileSource, file: AttachedFile) -> list[FileChange]:
    """Return the changes that copy `file` and the files beside it, except what `target` already has. Raises OSError."""
    names = [name for name in list_kept(source).get(file.sha256, ()) if not is_kept(target, name)]
    return [(name, None, source.read(name, MAX_KEPT_BYTES)) for name in names]


def read_kept(root: PurePath, file: AttachedFile) -> bytes:
    """Return the bytes of an attached file. Raises OSError if it is missing or has more than MAX_KEPT_BYTES."""
    return open_storage(root).read(kept_name(file.file_name), MAX_KEPT_BYTES)


def read_text_pages(root: PurePath, sha256: str) -> dict[int, str]:
    """Return a mapping for an attached file: page number → text of the page; {} if it has no text. Raises OSError.

    Pages are counted from 1. The last key, 0, has the words that are on no page; texts of older versions lack this key.
    """
    with suppress(FileNotFoundError):
        return split_pages(open_storage(root).read(text_name(sha256), MAX_KEPT_BYTES).decode("utf-8", "replace"))
    return {}


def split_pages(text: str) -> dict[int, str]:
    """Return a mapping: page number → text of the page, as `read_text_pages` does. `text` is the text of a whole file."""
    *pages, last = text.split(PAGE_BREAK)
    if not last.startswith(OTHER_STRINGS):
        return dict(enumerate([*pages, last], 1))
    return dict(enumerate(pages, 1)) | {0: last.removeprefix(OTHER_STRINGS)}


def read_kept_preview(root: PurePath, sha256: str) -> bytes | None:
    """Return the bytes of the preview of an attached file, or None if the file has none. Raises OSError."""
    with suppress(FileNotFoundError):
        return open_storage(root).read(preview_name(sha256), _MAX_PREVIEW_BYTES)
    return None


def find_kept(root: Path, name: str) -> tuple[Path, os.stat_result] | None:
    """Return (path, result of stat) of the file `name` in the folder of attached files. Raises OSError.

    None if the file is missing, not regular or outside `root`, or if `name` is not the name of an attached file.
    """
    path = root / FILES_FOLDER / name
    inside = Path(os.path.realpath(root)) / FILES_FOLDER
    if digest_of_name(name) is None or not Path(os.path.realpath(path)).is_relative_to(inside):
        return None
    with suppress(FileNotFoundError):
        status = os.stat(path)
        return (path, status) if stat.S_ISREG(status.st_mode) else None
    return None


@contextmanager
def open_kept(root: PurePath, name: str) -> Iterator[tuple[IO[bytes], int]]:
    """Open the file `name`, such as `files/<sha256>.pdf`, as (open file, size in bytes). Raises OSError."""
    if isinstance(root, Path):
        with (root / name).open("rb") as opened:
            yield opened, os.fstat(opened.fileno()).st_size
    else:
        raw = open_storage(root).read(name, None)
        yield BytesIO(raw), len(raw)


def read_preview_size(root: PurePath, sha256: str) -> tuple[int, int] | None:
    """Return (width, height) of the preview of an attached file in pixels, or None if no preview can be read."""
    from PIL import Image, UnidentifiedImageError  # here, because most programs that read the data need no images

    try:
        if isinstance(root, Path) and find_kept(root, PurePath(preview_name(sha256)).name) is None:
            return None
        # only the head of the file is read
        with open_kept(root, preview_name(sha256)) as (opened, _), Image.open(opened, formats=("WEBP",)) as image:
            return image.size
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError):
        return None


@contextmanager
def open_text(root: Path, sha256: str) -> Iterator[BinaryIO]:
    """Open the text of an attached file. Raises OSError if this is missing, a link or not a regular file."""
    path = root / text_name(sha256)
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        yield file


def text_stat(result: os.stat_result) -> TextStat:
    """Return the TextStat of a text. It changes whenever the text is written again."""
    return (result.st_mtime_ns, result.st_size, result.st_ino)


def join_pages(pages: Mapping[int, str]) -> bytes:
    """Return the bytes in which the text of a file is stored. `pages` has the keys that `read_text_pages` describes."""
    last = max(pages, default=0)
    parts = [pages.get(n, "").replace(PAGE_BREAK, "\n") for n in (*range(1, last + 1), 0)]
    return PAGE_BREAK.join([*parts[:-1], OTHER_STRINGS + parts[-1]]).encode()


def active_digests(files: Iterable[AttachedFile]) -> set[str]:
    """Return the digests of `files`, without the files that were withdrawn."""
    return {file.sha256 for file in files if not is_withdrawn(file.events)}
