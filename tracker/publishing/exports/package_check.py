"""The format of a package, BagIt (RFC 8493): a folder with files, their SHA-256 digests and a few words about them.

A package is checked without the data folder: that every file is there, unchanged and none was added. It may be made
by anybody, so nothing is unpacked to disk, names cannot lead anywhere, and what is read is bounded.
"""

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker.model.errors import TrackerError
from tracker.storage.attached_files import FILES_FOLDER, digest_of_name
from tracker.storage.folder.storage import BoundedFile

BAGIT_FILE, INFO_FILE = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
FETCH_FILE = "fetch.txt"
PAYLOAD = "data/"
"""The files that are handed over are in this folder."""
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)")
_VERSION = re.compile(r"\ufeff?BagIt-Version: (?:0\.9[3-7]|1\.\d+)\r?\nTag-File-Character-Encoding: UTF-8\s*", re.I)
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
        entries, bad_names = _list_entries(infos)
        # what has a bad name is not read: two names may mean one file
        found, unreadable = _read_digests(archive, entries)
        faults = [*bad_names, *unreadable, *_check_bag(archive, entries, found)]
    sizes = [entry.file_size for name, entry in entries.items() if name.startswith(PAYLOAD)]
    return PackageCheck(len(sizes), sum(sizes), sha256=sha256, faults=tuple(faults))


def _list_entries(infos: list[zipfile.ZipInfo]) -> tuple[dict[str, zipfile.ZipInfo], list[str]]:
    """Return (path in the bag → entry of the ZIP file, what is wrong with the names of the others)."""
    entries, faults = dict[str, zipfile.ZipInfo](), list[str]()
    bases = {entry.filename.partition("/")[0] for entry in infos}
    base = f"{bases.pop()}/" if len(bases) == 1 else ""
    if not base:
        faults.append("The files are not in one folder.")
    counts = Counter(entry.filename.casefold() for entry in infos)
    for entry in infos:
        if fault := _name_fault(entry):
            faults.append(f"{_shown(entry.filename)}: {fault}")
        elif counts[entry.filename.casefold()] > 1:
            faults.append(f"{_shown(entry.filename)}: this name occurs more than once")
        else:
            entries[entry.filename.removeprefix(base)] = entry
    return entries, faults


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
    for name in (BAGIT_FILE, INFO_FILE, MANIFEST, TAG_MANIFEST):
        if name not in entries:
            yield f"{name}: this file is missing"
        elif entries[name].file_size > MAX_TAG_BYTES:
            yield f"{name}: this file is too large"
        elif found[name]:
            try:
                texts[name] = archive.read(entries[name]).decode()
            except UnicodeDecodeError:
                yield f"{name}: this file is not UTF-8"
    if FETCH_FILE in entries:
        yield f"{FETCH_FILE}: files that would have to be downloaded are not checked"
    if BAGIT_FILE in texts and not is_declaration(texts[BAGIT_FILE]):
        yield f"{BAGIT_FILE}: this version of BagIt is not known"
    payload = {name for name in entries if name.startswith(PAYLOAD)}
    for manifest, names in (
        (MANIFEST, payload),
        (TAG_MANIFEST, entries.keys() - payload - {TAG_MANIFEST}),
    ):
        if manifest in texts:
            yield from _check_manifest(manifest, texts[manifest], {name: found[name] for name in names})
    size = sum(entries[name].file_size for name in payload)
    oxum = payload_oxum(texts.get(INFO_FILE, ""))
    if oxum and oxum != (size, len(payload)):
        yield f"{INFO_FILE}: it gives {oxum[1]:,} files with {oxum[0]:,} bytes; there are {len(payload):,} with {size:,}"
    for name in sorted(payload):
        # the name of an attached file is its digest; texts and previews stand beside it
        is_attached = name.startswith(f"{PAYLOAD}{FILES_FOLDER}/") and name.count(".") == 1
        named = digest_of_name(name.rpartition("/")[2]) if is_attached else None
        if named and found[name] and found[name] != named:
            yield f"{_shown(name)}: this is not the file that was attached"


def _check_manifest(manifest: str, text: str, found: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that are missing, changed or not listed. `found` maps path → SHA-256 of what should be listed."""
    listed, wrong = parse_manifest(text)
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


def manifest_text(digests: Mapping[str, str]) -> str:
    """Return a manifest. `digests` maps path in the bag → SHA-256."""
    return "".join(f"{digest}  {_encode(path)}\n" for path, digest in digests.items())


def parse_manifest(text: str) -> tuple[dict[str, str], list[int]]:
    """Return (path in the bag → SHA-256, the numbers of lines that cannot be read or name a path again)."""
    digests: dict[str, str] = {}
    wrong = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match and (path := _decode(match[2])) not in digests:
            digests[path] = match[1].lower()
        elif line.strip():
            wrong.append(number)
    return digests, wrong


def info_text(values: Iterable[tuple[str, str]]) -> str:
    """Return the text of bag-info.txt. Each value becomes one line."""
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in values)


def payload_oxum(info: str) -> tuple[int, int] | None:
    """Return (bytes, files) that bag-info.txt gives for the payload, None if it gives none."""
    match = re.search(r"^Payload-Oxum:[ \t]*(\d{1,18})\.(\d{1,9})[ \t]*$", info, re.M | re.I)
    return (int(match[1]), int(match[2])) if match else None


def is_declaration(text: str) -> bool:
    """Return whether `text` is a bagit.txt that we understand: a version from 0.93 to 1.x in UTF-8."""
    return _VERSION.fullmatch(text) is not None


def _encode(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _decode(path: str) -> str:
    return re.sub(r"%(25|0A|0D)", lambda found: bytes.fromhex(found[1]).decode(), path, flags=re.I)
