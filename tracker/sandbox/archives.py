"""Open zip archives with limits, whatever they say about themselves. Office files are zip archives."""

import io
import zipfile

from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.limits import FileLimits
from tracker.sandbox.sentences import DAMAGED, KEEPING, Sentences

TWO_KINDS = N_("The file is made so that it can be opened as two different kinds of file. It was not kept.")


def open_archive(data: bytes, limits: FileLimits, told: Sentences) -> zipfile.ZipFile:
    """Return a zip archive. Raises UnusableFile if it is damaged, protected or too large inside."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except MemoryError:
        raise
    except Exception:  # damaged archives raise errors of zipfile and struct, and many more
        raise UnusableFile(told.damaged) from None
    if len(entries) > limits.packed_files or sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise UnusableFile(told.too_large)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnusableFile(told.protected)
    return archive


def open_package(data: bytes, limits: FileLimits) -> zipfile.ZipFile:
    """Return the zip archive of an office file that is to be kept. Raises UnusableFile, also if it is two kinds at once."""
    archive = open_archive(data, limits, KEEPING)
    entries = archive.infolist()
    if min((entry.header_offset for entry in entries), default=0) != 0 or not ends_as_archive(data):
        raise UnusableFile(TWO_KINDS)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise UnusableFile(DAMAGED)
    return archive


def read_packed(archive: zipfile.ZipFile, name: str, most: int, *, told: Sentences = KEEPING) -> bytes:
    """Return a file in an archive. Never unpacks more than `most` bytes. Raises UnusableFile if there are more."""
    try:
        with archive.open(name) as file:
            content = file.read(most + 1)
    except MemoryError:
        raise
    except Exception:  # damaged archives raise errors of zipfile, zlib, lzma, bz2 and struct
        raise UnusableFile(told.damaged) from None
    if len(content) > most:
        raise UnusableFile(told.too_large)
    return content


def ends_as_archive(data: bytes) -> bool:
    """Return whether the file ends with the directory of a zip archive, to the byte."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if place < 0 or len(data) < place + 22:
        return False
    return place + 22 + int.from_bytes(data[place + 20 : place + 22], "little") == len(data)
