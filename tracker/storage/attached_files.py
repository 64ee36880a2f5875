"""Where attached files are kept: in `files/` of the data folder or the private folder, each under its SHA-256.

Beside a file stand its text (`<sha256>.pages.txt`) and a small image of it (`<sha256>.preview.webp`), made once, when it
was attached. Only the private folder has the untouched original, or at least its digest: `<sha256>.<received
sha256>.<kind>`, or an empty file `<sha256>.<received sha256>.received`. It belongs to the file and goes with it. An
original that only one organisation may read has its id before the ending: `<sha256>.<received sha256>.of-<id>.<kind>`.
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
"""The ending of an empty file that has the digest of an original in its name, but not the original itself."""
MAX_KEPT_BYTES = 200_000_000
"""The largest file that is read back. A cleaned file can be larger than the upload."""
_MAX_PREVIEW_BYTES = 5_000_000
PAGE_BREAK = "\f"
"""Stands between two pages in the text of a file, as in the output of pdftotext."""
OTHER_STRINGS = "\x1e1\n"
"""Begins what is on no page, at the end of a text. With another number, all texts are made again."""
TextStat = tuple[int, int, int]
_KEPT_NAME = re.compile(r"([0-9a-f]{64})(?:\.([0-9a-f]{64})(?:\.of-([a-z0-9-]{1,80}))?)?\.[a-z0-9.]{2,20}")


def kept_name(file_name: str) -> str:
    """Return the name in its storage of a file that is kept as `file_name` in the folder of attached files."""
    return f"{FILES_FOLDER}/{file_name}"


def text_name(sha256: str) -> str:
    """Return the name in its storage of the text of a file."""
    return kept_name(f"{sha256}{TEXT_SUFFIX}")


def preview_name(sha256: str) -> str:
    """Return the name in its storage of the preview of a file, a WebP image."""
    return kept_name(f"{sha256}{PREVIEW_SUFFIX}")


def names_beside(file: AttachedFile) -> tuple[str, ...]:
    """Return the names of the text and the preview that a file of this kind has."""
    both = (TEXT_SUFFIX, PREVIEW_SUFFIX)
    suffixes = both[1:] if file.kind.is_image else both if file.kind is FileKind.PDF else both[:1]
    return tuple(f"{file.sha256}{suffix}" for suffix in suffixes)


def digest_of_name(name: str) -> str | None:
    """Return the digest with which the name of a kept file begins, None if it is no such name."""
    match = _KEPT_NAME.fullmatch(name)
    return match[1] if match else None


def received_digest_of_name(name: str) -> str | None:
    """Return the digest of the untouched original, if a file of this name holds one or only its digest; else None."""
    match = _KEPT_NAME.fullmatch(name)
    return match[2] if match else None


def organisation_of_original(name: str) -> str | None:
    """Return the id of the only organisation that may read an original, None if all may read it."""
    match = _KEPT_NAME.fullmatch(name)
    return match[3] if match else None


def original_name(sha256: str, received: str, ending: str = NO_ORIGINAL, *, organisation: str = "") -> str:
    """Return the private name of an original, or of its digest. Only `organisation` may read it, or all if it is ""."""
    owner = f".of-{organisation}" if organisation else ""
    return kept_name(f"{sha256}.{received}{owner}.{ending}")


def list_kept(files: FileSource) -> dict[str, tuple[str, ...]]:
    """Return digest → names in the storage (file, text, preview, original) of all attached files. Raises OSError."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(files.list_files(FILES_FOLDER)):
        if digest := digest_of_name(PurePath(name).name):
            found[digest] = (*found.get(digest, ()), name)
    return found


def is_kept(files: FileSource, name: str) -> bool:
    """Return whether the storage has a file of this name."""
    found = files.stat(name)
    return found is not None and is_regular(found)


def is_own_file(root: PurePath, name: str) -> bool:
    """Return whether a file, and not a link, lies in the storage itself. Raises OSError if this cannot be found out."""
    if not isinstance(root, Path):
        return is_kept(open_storage(root), name)
    return stat.S_ISREG((root / name).lstat().st_mode) and is_inside(root / name, root)


def folder_state(root: PurePath) -> int:
    """Return a number that changes when an attached file is added or removed; 0 if there is no folder of such files."""
    if not isinstance(root, Path):
        return open_storage(root).version or 0
    with suppress(OSError):
        return (root / FILES_FOLDER).stat().st_mtime_ns
    return 0


def remove_kept(
    files: FileSource, transaction: StorageTransaction, digests: Iterable[str], *, originals_of: Set[str] = frozenset()
) -> None:
    """Stage the deletion of files and what belongs to them; originals of `originals_of` stay. Raises OSError."""
    kept = list_kept(files)
    names = chain.from_iterable(kept.get(digest, ()) for digest in digests)
    transaction.discard(*(name for name in names if not is_original(name, originals_of)))


def is_original(name: str, digests: Set[str]) -> bool:
    """Return whether `name` is the original, or its digest, of one of the files `digests`."""
    short = PurePath(name).name
    return received_digest_of_name(short) is not None and digest_of_name(short) in digests


def copies_of_kept(source: FileSource, target: FileSource, file: AttachedFile) -> list[FileChange]:
    """Return the changes that copy a file and what belongs to it, unless it is in `target` already. Raises OSError."""
    names = [name for name in list_kept(source).get(file.sha256, ()) if not is_kept(target, name)]
    return [(name, None, source.read(name, MAX_KEPT_BYTES)) for name in names]


def read_kept(root: PurePath, file: AttachedFile) -> bytes:
    """Return the bytes of an attached file. Raises OSError, FileNotFoundError if it is not there."""
    return open_storage(root).read(kept_name(file.file_name), MAX_KEPT_BYTES)


def read_text_pages(root: PurePath, sha256: str) -> dict[int, str]:
    """Return number of the page, from 1 → text of a file, in the order of its pages; empty if it has no text.

    A file without pages has one text. 0 is what is on no page; it is missing if the text was made by an older version.
    Raises OSError if the text cannot be read.
    """
    with suppress(FileNotFoundError):
        return split_pages(open_storage(root).read(text_name(sha256), MAX_KEPT_BYTES).decode("utf-8", "replace"))
    return {}


def split_pages(text: str) -> dict[int, str]:
    """Return number of the page → its text, from what `join_pages` made. See `read_text_pages`."""
    *pages, last = text.split(PAGE_BREAK)
    if not last.startswith(OTHER_STRINGS):
        return dict(enumerate([*pages, last], 1))
    return dict(enumerate(pages, 1)) | {0: last.removeprefix(OTHER_STRINGS)}


def read_kept_preview(root: PurePath, sha256: str) -> bytes | None:
    """Return the preview of a file, a WebP image, or None if it has none. Raises OSError if it cannot be read."""
    with suppress(FileNotFoundError):
        return open_storage(root).read(preview_name(sha256), _MAX_PREVIEW_BYTES)
    return None


def find_kept(root: Path, name: str) -> tuple[Path, os.stat_result] | None:
    """Return (path, status) of a kept file; None if it is missing, not regular or outside `root`. Raises OSError."""
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
    """Give (open file, size in bytes) of an attached file. From a folder it is not read as a whole. Raises OSError."""
    if isinstance(root, Path):
        with (root / name).open("rb") as opened:
            yield opened, os.fstat(opened.fileno()).st_size
    else:
        raw = open_storage(root).read(name, None)
        yield BytesIO(raw), len(raw)


def read_preview_size(root: PurePath, sha256: str) -> tuple[int, int] | None:
    """Return (width, height) of the preview of a file in pixels, or None if it has none that can be read."""
    from PIL import Image, UnidentifiedImageError  # here, because most of what reads the data needs no images

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
    """Open the text of a file, without waiting or following a link. Raises OSError if it is not a regular file."""
    path = root / text_name(sha256)
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        yield file


def text_stat(result: os.stat_result) -> TextStat:
    """Return what tells one version of a text from another: modification time in ns, size in bytes, and inode."""
    return (result.st_mtime_ns, result.st_size, result.st_ino)


def join_pages(pages: Mapping[int, str]) -> bytes:
    """Return the contents of the file with the text. `pages` maps page number, from 1 → text, and 0 → what is on no page."""
    last = max(pages, default=0)
    parts = [pages.get(n, "").replace(PAGE_BREAK, "\n") for n in (*range(1, last + 1), 0)]
    return PAGE_BREAK.join([*parts[:-1], OTHER_STRINGS + parts[-1]]).encode()


def active_digests(files: Iterable[AttachedFile]) -> set[str]:
    """Return the digests of those of these files that are not withdrawn."""
    return {file.sha256 for file in files if not is_withdrawn(file.events)}
