"""Check a package without the data folder: that every file is there, unchanged and none was added.

The package may be made by anybody, so nothing is unpacked to disk, names cannot lead anywhere, and what is read is bounded.
"""

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tracker.model.errors import TrackerError
from tracker.publishing.exports import bagit
from tracker.storage.attached_files import FILES_FOLDER, digest_of_name
from tracker.storage.folder.guarded_read import BoundedFile

MAX_PACKED_FILES = 200_000
MAX_TAG_BYTES = 50_000_000
"""The largest manifest."""
MAX_RATIO, ALWAYS_ALLOWED_BYTES = 20, 100_000_000
"""A package may be this many times larger inside than the ZIP file, or have this many bytes. Ours are not compressed."""
MAX_FAULTS = 50
_CHUNK_BYTES = 1 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error, OverflowError, OSError)
"""What zipfile raises about a damaged file. RuntimeError is about a password or an unknown compression."""


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """The result of a check. `files` is the number of files that are handed over, `size` their bytes.

    `sha256` is that of the package itself. `faults` are sentences; empty if the package is complete.
    """

    files: int = 0
    size: int = 0
    sha256: str = ""
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.faults:
            return f"complete: {self.files:,} files, {self.size / 1e6:.1f} MB. SHA-256 of the package: {self.sha256}"
        more = len(self.faults) - MAX_FAULTS
        return "\n".join([*self.faults[:MAX_FAULTS], *([f"and {more:,} more"] if more > 0 else [])])


@dataclass
class _Contents:
    """The entries of a package by their path in the bag, and what is wrong with their names and sizes."""

    entries: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def verify_package(path: Path) -> PackageCheck:
    """Return what a check of the package `path` found. Raises TrackerError if the file itself cannot be opened."""
    try:
        with BoundedFile(io.FileIO(path)) as file:
            packed = path.stat().st_size
            digest = hashlib.sha256()
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
            return _verify(file, packed, digest.hexdigest())
    except OSError as error:
        raise TrackerError(f"{path} cannot be read ({error.strerror}).") from None


def _verify(file: IO[bytes], packed: int, sha256: str) -> PackageCheck:
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE:
        return PackageCheck(faults=("This is no ZIP file, or it is damaged or cut off.",))
    with archive:
        infos = [entry for entry in archive.infolist() if not entry.is_dir()]
        total = sum(entry.file_size for entry in infos)
        if len(archive.infolist()) > MAX_PACKED_FILES or total > max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * packed):
            return PackageCheck(faults=("It is far larger inside than a package can be. It was not read.",))
        contents = _list_contents(infos)
        # what has a bad name is not read: two names may mean one file
        found, unreadable = _read_digests(archive, contents.entries)
        faults = [*contents.faults, *unreadable, *_check_bag(archive, contents.entries, found)]
    sizes = [entry.file_size for name, entry in contents.entries.items() if name.startswith(bagit.PAYLOAD)]
    return PackageCheck(len(sizes), sum(sizes), sha256=sha256, faults=tuple(faults))


def _list_contents(infos: list[zipfile.ZipInfo]) -> _Contents:
    contents = _Contents()
    bases = {entry.filename.partition("/")[0] for entry in infos}
    base = f"{bases.pop()}/" if len(bases) == 1 else ""
    if not base:
        contents.faults.append("The files are not in one folder.")
    counts = Counter(entry.filename.casefold() for entry in infos)
    for entry in infos:
        name = entry.filename.removeprefix(base)
        if fault := _name_fault(entry):
            contents.faults.append(f"{_shown(entry.filename)}: {fault}")
        elif counts[entry.filename.casefold()] > 1:
            contents.faults.append(f"{_shown(entry.filename)}: this name occurs more than once")
        else:
            contents.entries[name] = entry
    return contents


def _name_fault(entry: zipfile.ZipInfo) -> str:
    """Return why an entry must not be unpacked, "" if it may be."""
    # zipfile cuts a name at a null character and turns backslashes of other systems: look at what stands in the file
    name, parts = entry.orig_filename, entry.orig_filename.split("/")
    if {"", ".", ".."} & set(parts) or "\\" in name or re.match(r"[A-Za-z]:", name):
        return "this name leads out of the package"
    if not name.isprintable():
        return "this name has characters that no name has"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return "this is no regular file" if kind not in (0, stat.S_IFREG) else ""


def _read_digests(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> tuple[dict[str, str], list[str]]:
    """Return (path in the bag → SHA-256, faults). Each file is read once, a part at a time."""
    digests, faults = {}, []
    for name, entry in entries.items():
        digest = hashlib.sha256()
        try:
            with archive.open(entry) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
            digests[name] = digest.hexdigest()
        except _UNREADABLE:
            digests[name] = ""
            faults.append(f"{_shown(name)}: this file is damaged")
    return digests, faults


def _check_bag(
    archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], found: Mapping[str, str]
) -> Iterator[str]:
    """Yield what is wrong with the bag. `found` maps path in the bag → SHA-256, "" if the file is damaged."""
    texts: dict[str, str] = {}
    for name in (bagit.BAGIT_FILE, bagit.INFO_FILE, bagit.MANIFEST, bagit.TAG_MANIFEST):
        if name not in entries:
            yield f"{name}: this file is missing"
        elif entries[name].file_size > MAX_TAG_BYTES:
            yield f"{name}: this file is too large"
        elif found[name]:
            try:
                texts[name] = archive.read(entries[name]).decode()
            except UnicodeDecodeError:
                yield f"{name}: this file is not UTF-8"
    if bagit.FETCH_FILE in entries:
        yield f"{bagit.FETCH_FILE}: files that would have to be downloaded are not checked"
    if bagit.BAGIT_FILE in texts and not bagit.is_declaration(texts[bagit.BAGIT_FILE]):
        yield f"{bagit.BAGIT_FILE}: this version of BagIt is not known"
    payload = {name for name in entries if name.startswith(bagit.PAYLOAD)}
    for manifest, names in (
        (bagit.MANIFEST, payload),
        (bagit.TAG_MANIFEST, entries.keys() - payload - {bagit.TAG_MANIFEST}),
    ):
        if manifest in texts:
            yield from _check_manifest(manifest, texts[manifest], {name: found[name] for name in names})
    size = sum(entries[name].file_size for name in payload)
    oxum = bagit.payload_oxum(texts.get(bagit.INFO_FILE, ""))
    if oxum and oxum != (size, len(payload)):
        yield f"{bagit.INFO_FILE}: it gives {oxum[1]:,} files with {oxum[0]:,} bytes; there are {len(payload):,} with {size:,}"
    for name in sorted(payload):
        # the name of an attached file is its digest; texts and previews stand beside it
        is_attached = name.startswith(f"{bagit.PAYLOAD}{FILES_FOLDER}/") and name.count(".") == 1
        named = digest_of_name(name.rpartition("/")[2]) if is_attached else None
        if named and found[name] and found[name] != named:
            yield f"{_shown(name)}: this is not the file that was attached"


def _check_manifest(manifest: str, text: str, found: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that are missing, changed or not listed. `found` maps path → SHA-256 of what should be listed."""
    listed, wrong = bagit.parse_manifest(text)
    yield from (f"{manifest}, line {number}: this line cannot be read, or names a file again" for number in wrong)
    for name in sorted(listed):
        if name not in found:
            yield f"{_shown(name)}: this file is missing"
        elif found[name] and found[name] != listed[name]:
            yield f"{_shown(name)}: this file was changed"
    yield from (
        f"{_shown(name)}: this file was added; {manifest} does not list it" for name in sorted(found.keys() - listed)
    )


def _shown(name: str) -> str:
    """Return a name as it is printed: without characters that move the cursor, and not very long."""
    cut = name if len(name) <= 200 else name[:199] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in cut)
