"""Clean a file, whatever kind it is. Runs inside the limits of a process; call `process.prepare_upload` from outside."""

import hashlib
import re
import unicodedata

from tracker.files import findings
from tracker.files.findings import FoundItems
from tracker.files.kept_file import CleanedFile, CleaningChoices, FileFinding, Rectangle
from tracker.model.file_kind import FileKind
from tracker.sandbox.kinds import check_characters, recognize_kind
from tracker.sandbox.limits import FileLimits
from tracker.sandbox.text_decoding import decode_any

MAX_NAME = 80
"""Characters of a name, without its extension."""
_ENDINGS = {
    FileKind.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    FileKind.HTML: ("html", "htm", "xhtml"),
    FileKind.MHTML: ("mhtml", "mht"),
}


def clean_bytes(
    data: bytes,
    name: str,
    choices: CleaningChoices,
    *,
    limits: FileLimits,
    blackened: tuple[Rectangle, ...] = (),
) -> CleanedFile:
    """Return the file as it can be kept, with what was found in it. The kind is decided by the content, not by `name`.

    `blackened` are the parts of an image to replace by black. Raises UnusableFile.
    """
    received = recognize_kind(data, limits)
    found = FoundItems()
    cleaned = _clean(data, received, choices, limits=limits, found=found, blackened=blackened)
    kind = FileKind.HTML if received is FileKind.MHTML else received
    return CleanedFile(
        data=cleaned,
        kind=kind,
        name=harmless_name(name, kind),
        received_kind=received,
        received_digest=hashlib.sha256(data).hexdigest(),
        findings=found.findings() + _check_ending(name, received),
    )


def _clean(
    data: bytes,
    kind: FileKind,
    choices: CleaningChoices,
    *,
    limits: FileLimits,
    found: FoundItems,
    blackened: tuple[Rectangle, ...],
) -> bytes:
    # imported here: each of them loads libraries that the others do not need
    if kind.is_image:
        from tracker.files.cleaners.image import clean_image

        return clean_image(data, kind, limits, found=found, blackened=blackened)
    match kind:
        case FileKind.PDF:
            from tracker.files.cleaners.pdf import clean_pdf

            return clean_pdf(data, choices, limits, found=found)
        case FileKind.DOCX:
            from tracker.files.cleaners.docx import clean_docx

            return clean_docx(data, choices, limits, found=found)
        case FileKind.XLSX:
            from tracker.files.cleaners.xlsx import clean_xlsx

            return clean_xlsx(data, choices, limits, found=found)
        case FileKind.ODT:
            from tracker.files.cleaners.odt import clean_odt

            return clean_odt(data, choices, limits, found=found)
        case FileKind.HTML:
            from tracker.files.cleaners.web_page import clean_web_page

            return clean_web_page(data, limits, found)
        case FileKind.MHTML:
            from tracker.files.cleaners.web_page import clean_web_archive

            return clean_web_archive(data, limits, found)
    return clean_plain_text(data)


def clean_plain_text(data: bytes) -> bytes:
    """Return a text in UTF-8, with line feeds only. Raises UnusableFile if it is not text."""
    text = decode_any(data).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    check_characters(text)
    return text.encode()


def harmless_name(name: str, kind: FileKind) -> str:
    """Return a name that can be shown and saved on any system: no folders, no invisible characters, the right extension.

    The name of a picture keeps no word with a digit: cameras and messengers write the time and a number there, by which
    the same picture can be found on a phone.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(char if unicodedata.category(char)[0] not in "CZ" else " " for char in last)
    stem = re.sub(r"[<>:\"|?*%;]+", " ", visible)
    stem = re.sub(r"\s+", " ", stem)
    known = [ending for each in FileKind for ending in _ENDINGS.get(each, (each.value,))]
    stem = re.sub(rf"(?:\.(?:{'|'.join(known)}))+\s*$", "", stem, flags=re.I).strip(" .-_")
    if kind.is_image:
        stem = re.sub(r"[\s_.()-]*[^\s_.()-]*\d[^\s_.()-]*", "", stem).strip(" .-_()")
    return f"{stem[:MAX_NAME].strip(' .') or 'file'}.{kind.value}"


def _check_ending(name: str, kind: FileKind) -> tuple[FileFinding, ...]:
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if not re.fullmatch(r"[a-z0-9]{1,8}", ending) or ending in _ENDINGS.get(kind, (kind.value,)):
        return ()
    return (FileFinding(findings.WRONG_ENDING, (("ending", ending), ("extension", kind.value)), is_warning=True),)
