"""The format of a package: BagIt (RFC 8493), a folder with files, their SHA-256 digests and a few words about them.

This is the only place that knows the names and the syntax of these files.
"""

import re
from collections.abc import Iterable, Mapping

BAGIT_FILE, INFO_FILE = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
FETCH_FILE = "fetch.txt"
PAYLOAD = "data/"
"""The files that are handed over are in this folder."""
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)")
_VERSION = re.compile(r"\ufeff?BagIt-Version: (?:0\.9[3-7]|1\.\d+)\r?\nTag-File-Character-Encoding: UTF-8\s*", re.I)


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
