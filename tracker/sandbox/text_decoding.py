"""Turn the bytes of a text file into text, whatever its encoding is."""

import re

ENCODING_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode_any(data: bytes) -> str:
    """Return the text. The encoding is found by the byte order mark, by a declared charset, or guessed."""
    for mark, encoding in ENCODING_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{3,20})", data[:4000], re.I)
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return data.decode(best.encoding if best else "latin-1", "replace")
