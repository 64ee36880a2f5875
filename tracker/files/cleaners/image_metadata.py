"""Find what an image says about its origin, so that the editor can be told. Cleaning does not rely on it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tracker.files import findings
from tracker.files.findings import FoundItems
from tracker.model.file_kind import FileKind

if TYPE_CHECKING:
    from PIL.Image import Image

_EXIF_POINTER, _GPS_POINTER = 0x8769, 0x8825
_TAGS = {
    findings.CAMERA: (0x010F, 0x0110, 0xA433, 0xA434),
    findings.SERIAL_NUMBERS: (0xA431, 0xA435, 0xC62F, 0xA420),
    findings.OWNER: (0x013B, 0x8298, 0xA430, 0x9C9D),
    findings.TIMES: (0x0132, 0x9003, 0x9004, 0x9011),
    findings.SOFTWARE: (0x0131, 0x013C),
    findings.DESCRIPTION: (0x010D, 0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E),
    findings.MAKER_NOTES: (0x927C,),
}
"""What tags of EXIF 2.32, TIFF and Windows mean."""
_MEANINGS = {tag: meaning for meaning, tags in _TAGS.items() for tag in tags}
_HARMLESS = {0x0112, 0x011A, 0x011B, 0x0128, 0x0213, 0xA001, 0xA002, 0xA003, _EXIF_POINTER, _GPS_POINTER}
_KEYS = {
    "xmp": findings.XMP,
    "XML:com.adobe.xmp": findings.XMP,
    "photoshop": findings.IPTC,
    "comment": findings.DESCRIPTION,
}


def find_image_metadata(image: "Image", data: bytes, kind: FileKind, *, found: FoundItems) -> None:
    """Count in `found` what kinds of metadata the image has."""
    messages: dict[str, None] = {}
    try:
        exif = image.getexif()
        _note(exif, messages)
        _note(exif.get_ifd(_EXIF_POINTER), messages)
        if exif.get_ifd(_GPS_POINTER):
            messages[findings.GPS] = None
        if exif.get_ifd(1):
            messages[findings.THUMBNAIL] = None
    except MemoryError:
        raise
    except Exception:  # damaged EXIF raises errors of nearly every class, and is left out like any other
        messages[findings.OTHER_METADATA] = None
    info = dict(image.info)
    for key, message in _KEYS.items():
        if info.get(key):
            messages[message] = None
    if info.get("icc_profile"):
        messages[findings.COLOUR_PROFILE] = None
    if set(getattr(image, "text", {})) - set(_KEYS):
        messages[findings.DESCRIPTION] = None
    for message in messages:
        found.add(message)
    images = int(getattr(image, "n_frames", 1))
    if images > 1:
        found.add(findings.MORE_IMAGES, images - 1)
        found.add(findings.FIRST_IMAGE_ONLY)
    if _has_data_after_end(data, kind):
        found.add(findings.DATA_AFTER_END)


def _note(tags: Mapping[int, Any], messages: dict[str, None]) -> None:
    for tag, value in tags.items():
        if tag in _MEANINGS and value:
            messages[_MEANINGS[tag]] = None
        elif tag not in _HARMLESS:
            messages[findings.OTHER_METADATA] = None


def _has_data_after_end(data: bytes, kind: FileKind) -> bool:
    if kind is FileKind.WEBP:
        return len(data) > 8 + int.from_bytes(data[4:8], "little") + 1
    if kind is FileKind.PNG:
        end = data.rfind(b"IEND")
        return end >= 0 and len(data) > end + 8
    return not data.rstrip(b"\x00").endswith(b"\xff\xd9")
