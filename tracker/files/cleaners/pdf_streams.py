"""Clean what is packed in a stream of a PDF: the end of the data, images in images, and colour profiles."""

import zlib
from typing import Any

from pikepdf import Array, Name, Stream

from tracker.files import findings
from tracker.files.findings import FoundItems

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
