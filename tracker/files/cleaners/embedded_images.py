"""Remove metadata from the JPEG and JPEG 2000 images inside of a PDF, without decoding them."""

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
