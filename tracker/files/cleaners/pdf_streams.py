"""Clean what is packed in a stream of a PDF: the end of the data, images in images, and colour profiles."""

import zlib
from typing import Any

from pikepdf import Array, Name, Stream

from tracker.files import findings
from tracker.files.findings import FoundItems

_JPEG_START = b"\xff\xd8"
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_KEPT_APPLICATION = 0xEE
"""APP14, of Adobe: without it, a decoder does not know how the colours are stored."""
_JP2_DROPPED = {b"xml ", b"uuid", b"uinf", b"jp2i", b"free", b"skip"}


def strip_jpeg(data: bytes) -> bytes | None:
    """Return a JPEG without application data, comments, and what follows its end; None if it is damaged.

    The image data stays as it is.
    """
    if not data.startswith(_JPEG_START):
        return None
    kept, place = [_JPEG_START], 2
    while place + 2 <= len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker == 0xFF:  # fill bytes
            place += 1
            continue
        if marker == 0xD9:
            return b"".join([*kept, b"\xff\xd9"])
        if marker in _STANDALONE:
            kept.append(data[place : place + 2])
            place += 2
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        end = place + 2 + length
        if length < 2 or end > len(data):
            return None
        is_metadata = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if marker == _KEPT_APPLICATION and data[place + 4 : place + 9] == b"Adobe" and length >= 14:
            kept.append(b"\xff\xee\x00\x0e" + data[place + 4 : place + 16])
        elif marker == 0xE0 and data[place + 4 : place + 9] == b"JFIF\0" and length >= 16:
            kept.append(b"\xff\xe0\x00\x10" + data[place + 4 : place + 16] + b"\x00\x00")  # without its thumbnail
        elif not is_metadata:
            kept.append(data[place:end])
        place = end
        if marker == 0xDA:
            place = _end_of_scan(data, end)
            kept.append(data[end:place])
    return b"".join([*kept, b"\xff\xd9"])  # cut off: a reader shows what is there


def _end_of_scan(data: bytes, start: int) -> int:
    """Return where the next marker is after the compressed data of a scan."""
    place = start
    while (place := data.find(b"\xff", place)) >= 0:
        if place + 1 >= len(data):
            break
        following = data[place + 1]
        if following != 0x00 and following not in _STANDALONE:
            return place
        place += 2
    return len(data)


def strip_jpeg2000(data: bytes) -> bytes | None:
    """Return a JPEG 2000 file without boxes of metadata; None if it is damaged. A bare codestream stays as it is."""
    if data.startswith(b"\xff\x4f\xff\x51"):
        return data
    kept, place = [], 0
    while place + 8 <= len(data):
        length, name, header = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8], 8
        if length == 1:
            length, header = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        if length == 0:
            length = len(data) - place
        if length < header or place + length > len(data):
            return None
        if name not in _JP2_DROPPED:
            kept.append(data[place : place + length])
        place += length
    return b"".join(kept) or None


MAX_PROFILE = 5_000_000
"""Bytes of a colour profile, unpacked. Those of printing presses have up to three million."""
_COLOUR_TAGS = set(
    b"wtpt bkpt chad gamt lumi A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 kTRC rTRC gTRC bTRC rXYZ gXYZ bXYZ pre0 pre1 pre2".split()
)


def filters_of(stream: Any) -> list[str]:
    """Return the names of the filters that pack a stream, the outer one first."""
    filters = stream.get("/Filter")
    if isinstance(filters, Array):
        return [str(name) for name in filters]
    return [str(filters)] if filters is not None else []


def encoded_image(pdf: Any, stream: Any, names: list[str]) -> bytes:
    """Return the bytes of the image file. If they are packed once more, they are unpacked."""
    if len(names) == 1:
        return bytes(stream.read_raw_bytes())
    outer = Stream(pdf, stream.read_raw_bytes())
    outer["/Filter"] = Array([Name(name) for name in names[:-1]])
    return bytes(outer.read_bytes())


def without_end(packed: bytes) -> bytes:
    """Return packed data without what follows its end: no reader unpacks it."""
    unpacker = zlib.decompressobj()
    left = packed
    try:
        while left and not unpacker.eof:
            unpacker.decompress(left, 1_000_000)
            left = unpacker.unconsumed_tail
    except zlib.error:
        return packed  # readers show what they can of it
    return packed[: len(packed) - len(unpacker.unused_data)]


def clean_profile(stream: Any, found: FoundItems) -> None:
    """Replace a colour profile for three colours by sRGB: that of a screen may name its owner. Others keep their colours only."""
    from PIL import ImageCms

    content = bytes(stream.read_bytes())[:MAX_PROFILE]
    if content[36:40] != b"acsp":
        return
    if int(stream.get("/N", 0)) == 3:
        made_now = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        clean = made_now[:24] + bytes(12) + made_now[36:]  # without the time at which it was made
    else:
        clean = _colours_of(content)
    if content != clean:
        stream.write(clean)
        found.add(findings.COLOUR_PROFILE)


def _colours_of(profile: bytes) -> bytes:
    """Return a colour profile with zeros for what says nothing about colours: names, texts, times and devices."""
    count = min(int.from_bytes(profile[128:132], "big"), 200)
    kept = [(0, 24), (36, 48), (56, 80), (128, 132 + 12 * count)]
    for place in range(132, 132 + 12 * count, 12):
        start, size = (int.from_bytes(profile[place + 4 + n : place + 8 + n], "big") for n in (0, 4))
        if profile[place : place + 4] in _COLOUR_TAGS:
            kept.append((start, start + size))
    clean = bytearray(len(profile))
    for start, end in kept:
        clean[start:end] = profile[start:end]
    return bytes(clean[: len(profile)])
