"""Where attached files are kept: in `files/` of the data folder or the private folder, each under its SHA-256.

Beside a file stand its text (`<sha256>.pages.txt`) and a small image of it (`<sha256>.preview.webp`), made once, when it
was attached.
"""

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from tracker.model.attached_files import AttachedFile, FileKind
from tracker.model.lifecycle import is_withdrawn
from tracker.storage.atomic_write import replace_all
from tracker.storage.guarded_read import read_file

FILES_FOLDER = "files"
TEXT_SUFFIX, PREVIEW_SUFFIX = ".pages.txt", ".preview.webp"
MAX_KEPT_BYTES = 200_000_000
"""The largest file that is read back. A cleaned file can be larger than the upload."""
_MAX_PREVIEW_BYTES = 5_000_000
PAGE_BREAK = "\f"
"""Stands between two pages in the text of a file, as in the output of pdftotext."""
TextStat = tuple[int, int, int]
_KEPT_NAME = re.compile(r"([0-9a-f]{64})\.[a-z0-9.]{2,20}")


def kept_path(root: Path, file: AttachedFile) -> Path:
    """Return the path of an attached file in the folder `root`."""
    return root / FILES_FOLDER / file.file_name


def text_path(root: Path, sha256: str) -> Path:
    """Return the path of the text of a file."""
    return root / FILES_FOLDER / f"{sha256}{TEXT_SUFFIX}"


def preview_path(root: Path, sha256: str) -> Path:
    """Return the path of the preview of a file, a WebP image."""
    return root / FILES_FOLDER / f"{sha256}{PREVIEW_SUFFIX}"


def names_beside(file: AttachedFile) -> tuple[str, ...]:
    """Return the names of the text and the preview that a file of this kind has."""
    text = () if file.kind.is_image else (f"{file.sha256}{TEXT_SUFFIX}",)
    has_preview = file.kind.is_image or file.kind is FileKind.PDF
    return (*text, *((f"{file.sha256}{PREVIEW_SUFFIX}",) if has_preview else ()))


def digest_of_name(name: str) -> str | None:
    """Return the digest with which the name of a kept file begins, None if it is no such name."""
    match = _KEPT_NAME.fullmatch(name)
    return match[1] if match else None


def list_kept(root: Path) -> dict[str, tuple[Path, ...]]:
    """Return digest → the paths that belong to it, for all files in the folder `root`: file, text and preview.

    Raises OSError if the folder cannot be read.
    """
    folder = root / FILES_FOLDER
    found: dict[str, tuple[Path, ...]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if digest := digest_of_name(path.name):
            found[digest] = (*found.get(digest, ()), path)
    return found


def folder_state(root: Path) -> int:
    """Return a number that changes when a file is added to `files/` or removed; 0 if there is no such folder."""
    try:
        return (root / FILES_FOLDER).stat().st_mtime_ns
    except OSError:
        return 0


def remove_kept(root: Path, digests: Iterable[str]) -> None:
    """Delete the files with these digests in the folder `root`, each with its text and its preview.

    Raises OSError if a file cannot be deleted.
    """
    kept = list_kept(root)
    for path in chain.from_iterable(kept.get(digest, ()) for digest in digests):
        path.unlink(missing_ok=True)


def copy_kept(source: Path, target: Path, file: AttachedFile) -> None:
    """Copy an attached file with its text and its preview from the folder `source` to the folder `target`.

    All of them are copied or none. What is there already is not written again. A file that is missing in `source` is
    left out. Raises OSError.
    """
    paths = [
        path for path in list_kept(source).get(file.sha256, ()) if not (target / FILES_FOLDER / path.name).exists()
    ]
    replace_all([(target / FILES_FOLDER / path.name, None, read_file(path, most=MAX_KEPT_BYTES)) for path in paths])


def read_kept(root: Path, file: AttachedFile) -> bytes:
    """Return the bytes of an attached file. Raises OSError, FileNotFoundError if it is not there."""
    return read_file(kept_path(root, file), most=MAX_KEPT_BYTES)


def read_text_pages(root: Path, sha256: str) -> tuple[str, ...]:
    """Return the text of a file by page, in the order of its pages; empty if it has no text.

    A file without pages has one text. Raises OSError if the text cannot be read.
    """
    try:
        raw = read_file(text_path(root, sha256), most=MAX_KEPT_BYTES)
    except FileNotFoundError:
        return ()
    return tuple(raw.decode("utf-8", "replace").split(PAGE_BREAK))


def read_kept_preview(root: Path, sha256: str) -> bytes | None:
    """Return the preview of a file, a WebP image, or None if it has none. Raises OSError if it cannot be read."""
    try:
        return read_file(preview_path(root, sha256), most=_MAX_PREVIEW_BYTES)
    except FileNotFoundError:
        return None


def find_kept(root: Path, name: str) -> tuple[Path, os.stat_result] | None:
    """Return (path, status) of the kept file `name` in the folder `root`, or None if there is no such regular file.

    A link that leads out of the folder of files is not followed. Raises OSError if it cannot be read.
    """
    path = root / FILES_FOLDER / name
    inside = Path(os.path.realpath(root)) / FILES_FOLDER
    if digest_of_name(name) is None or not Path(os.path.realpath(path)).is_relative_to(inside):
        return None
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return (path, status) if stat.S_ISREG(status.st_mode) else None


def read_preview_size(root: Path, sha256: str) -> tuple[int, int] | None:
    """Return (width, height) of the preview of a file in pixels, or None if it has none that can be read."""
    from PIL import Image, UnidentifiedImageError  # here, because most of what reads the data needs no images

    try:
        found = find_kept(root, f"{sha256}{PREVIEW_SUFFIX}")
        if found is None:
            return None
        with Image.open(found[0], formats=("WEBP",)) as image:  # only the head of the file is read
            return image.size
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError):
        return None


@contextmanager
def open_text(root: Path, sha256: str) -> Iterator[BinaryIO]:
    """Open the text of a file to read it. This never blocks, and does not follow a link to another file.

    Raises OSError if the text is not there, or is not a regular file.
    """
    path = text_path(root, sha256)
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        yield file


def list_texts(root: Path) -> dict[str, TextStat]:
    """Return digest → TextStat for each text in the folder `root`. Links are left out.

    Raises OSError if the folder cannot be read.
    """
    folder, found = root / FILES_FOLDER, dict[str, TextStat]()
    if not folder.is_dir() or not folder.resolve().is_relative_to(root.resolve()):
        return found
    with os.scandir(folder) as entries:
        for entry in entries:
            digest = digest_of_name(entry.name) if entry.name.endswith(TEXT_SUFFIX) else None
            if digest and entry.is_file(follow_symlinks=False):
                found[digest] = text_stat(entry.stat(follow_symlinks=False))
    return found


def text_stat(result: os.stat_result) -> TextStat:
    """Return what tells one version of a text from another: modification time in ns, size in bytes, and inode."""
    return (result.st_mtime_ns, result.st_size, result.st_ino)


def join_pages(pages: Mapping[int, str]) -> bytes:
    """Return the contents of the file with the text. `pages` maps page number, from 1 → text."""
    last = max(pages, default=0)
    return PAGE_BREAK.join(pages.get(n, "").replace(PAGE_BREAK, "\n") for n in range(1, last + 1)).encode()


def active_digests(files: Iterable[AttachedFile]) -> set[str]:
    """Return the digests of those of these files that are not withdrawn."""
    return {file.sha256 for file in files if not is_withdrawn(file.events)}


def named_digests(files: Iterable[AttachedFile]) -> set[str]:
    """Return the digests of what these files keep: the files themselves, and the originals that were received."""
    return {digest for file in files for digest in (file.sha256, file.received_sha256)}
