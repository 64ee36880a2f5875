"""Clean, black out, read and preview files in a process of its own, with limits for memory and time.

`prepare_upload`, `text_of_file` and `preview_of_file` are for the store and the pages. The functions `answer_…` run in the
process (see `sandbox.host`), and so does `clean_bytes`, which cleans a file of any kind.
"""

import hashlib
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib import import_module
from typing import Any

from tracker.files import findings
from tracker.files.findings import FoundItems
from tracker.files.kept_file import (
    CleanedFile,
    CleaningChoices,
    FileFinding,
    FilePage,
    FilePreview,
    PreparedUpload,
    Rectangle,
)
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox.host import IsCancelled, JobAnswer, JobLimits, never, run_job
from tracker.sandbox.kinds import check_characters, decode_any, recognize_kind
from tracker.sandbox.limits import KEPT, FileLimits

MAX_RECTANGLES = 200
_NO_IMAGE = N_("Only parts of images (PNG, JPEG, WebP) can be blacked out.")
_TOO_MANY_PARTS = N_("Too many parts to black out: at most {most} are possible.")
MAX_NAME = 80
"""Characters of a name, without its extension."""
_ENDINGS = {
    FileKind.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    FileKind.HTML: ("html", "htm", "xhtml"),
    FileKind.MHTML: ("mhtml", "mht"),
}


def prepare_upload(
    data: bytes,
    name: str = "",
    *,
    choices: CleaningChoices | None = None,
    blackened: Sequence[Rectangle] = (),
    limits: FileLimits = KEPT,
    is_cancelled: IsCancelled = never,
) -> PreparedUpload:
    """Return a file as it can be kept, with what was found in it and removed, and its text and preview.

    `name` is the name it was uploaded with. `blackened` are the parts of an image to black out. Raises UnusableFile, with a
    sentence that says what was found and what to do.
    """
    if len(blackened) > MAX_RECTANGLES:
        raise UnusableFile(_TOO_MANY_PARTS, {"most": str(MAX_RECTANGLES)})
    # not a number and infinity are no JSON; outside of the image they are refused with a sentence
    parts = [[value if math.isfinite(value) else -1.0 for value in asdict(part).values()] for part in blackened]
    values = {"name": name[:1000], "choices": asdict(choices or CleaningChoices()), "blackened": parts}
    answer, content = _ask("answer_upload", data, values, limits=limits, is_cancelled=is_cancelled)
    cleaned = CleanedFile(
        data=content[: answer["size"]],
        kind=FileKind(answer["kind"]),
        name=answer["name"],
        received_kind=FileKind(answer["received_kind"]),
        received_digest=answer["received_digest"],
        findings=tuple(
            FileFinding(message, tuple((key, value) for key, value in values), is_warning)
            for message, values, is_warning in answer["findings"]
        ),
    )
    return PreparedUpload(cleaned, _pages(answer), _preview(answer, content[answer["size"] :]))


def text_of_file(data: bytes, kind: FileKind, *, limits: FileLimits = KEPT) -> tuple[FilePage, ...]:
    """Return the text of a cleaned file by page; empty for images and for scans. Raises UnusableFile."""
    return _pages(_ask("answer_text", data, {"kind": kind.value}, limits=_for_cleaned(limits))[0])


def preview_of_file(data: bytes, limits: FileLimits = KEPT) -> FilePreview | None:
    """Return a small image of the first page of a PDF, or of an image; None for other kinds. Raises UnusableFile."""
    return _preview(*_ask("answer_preview", data, {}, limits=_for_cleaned(limits)))


def _preview(answer: dict[str, Any], content: bytes) -> FilePreview | None:
    return FilePreview(content, *answer["preview"]) if answer["preview"] else None


def _for_cleaned(limits: FileLimits) -> FileLimits:
    # an image that is encoded anew can become larger than the upload was
    return replace(limits, file_bytes=2 * limits.file_bytes)


def _ask(
    job: str, data: bytes, values: dict[str, Any], limits: FileLimits, *, is_cancelled: IsCancelled = never
) -> JobAnswer:
    """Return the answer about a file, unless it is empty or too large."""
    if not data or len(data) > limits.file_bytes:
        recognize_kind(data, limits)  # raises the sentence for this, without a process
    values |= {"limits": asdict(limits)}
    allowed = JobLimits(limits.seconds, limits.memory)
    return run_job(f"tracker.files.process.{job}", values, data, limits=allowed, is_cancelled=is_cancelled)


def _pages(answer: dict[str, Any]) -> tuple[FilePage, ...]:
    return tuple(FilePage(number, text) for number, text in answer["pages"])


def answer_upload(
    data: bytes, name: str, choices: dict[str, bool], blackened: list[list[float]], limits: dict[str, Any]
) -> JobAnswer:
    """Return the values about a cleaned file, its bytes, and after them those of its preview. This runs in the process."""
    allowed, parts = FileLimits(**limits), tuple(Rectangle(*part) for part in blackened)
    if parts and not recognize_kind(data, allowed).is_image:
        raise UnusableFile(_NO_IMAGE)
    cleaned = clean_bytes(data, name, CleaningChoices(**choices), limits=allowed, blackened=parts)
    answer = {key: getattr(cleaned, key) for key in ("kind", "name", "received_kind", "received_digest", "size")}
    answer["findings"] = [[finding.message, finding.values, finding.is_warning] for finding in cleaned.findings]
    larger = asdict(_for_cleaned(allowed))
    preview, drawn = answer_preview(cleaned.data, larger)
    text, _ = answer_text(cleaned.data, cleaned.kind, larger)
    return answer | preview | text, cleaned.data + drawn


def answer_preview(data: bytes, limits: dict[str, Any]) -> JobAnswer:
    """Return the size of the preview of a cleaned file, or None, and its bytes. This runs in the process."""
    # imported here, as below: each of them loads libraries that the others do not need
    from tracker.files.cleaners.image import draw_preview

    preview = draw_preview(data, FileLimits(**limits))
    return {"preview": [preview.width, preview.height] if preview else None}, preview.data if preview else b""


def answer_text(data: bytes, kind: str, limits: dict[str, Any]) -> JobAnswer:
    """Return the pages of a cleaned file. This runs in the process."""
    from tracker.files.all_strings import pages_of

    return {"pages": [[page.number, page.text] for page in pages_of(data, FileKind(kind), FileLimits(**limits))]}, b""


def clean_bytes(
    data: bytes, name: str, choices: CleaningChoices, *, limits: FileLimits, blackened: tuple[Rectangle, ...] = ()
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
    if kind in (FileKind.HTML, FileKind.MHTML):
        from tracker.files.cleaners.web_page import clean_web_archive, clean_web_page

        return (clean_web_page if kind is FileKind.HTML else clean_web_archive)(data, limits, found)
    if kind is not FileKind.TEXT:
        cleaner = getattr(import_module(f"tracker.files.cleaners.{kind.value}"), f"clean_{kind.value}")
        cleaned: bytes = cleaner(data, choices, limits, found=found)
        return cleaned
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
