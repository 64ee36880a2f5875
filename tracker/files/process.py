"""Clean, read, black out and preview files in a process of its own, with limits for memory and time.

These are the functions for the store and the pages. `answer_task` runs in the process (see `sandbox.host`).
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from tracker.files.kept_file import CleanedFile, CleaningChoices, FileFinding, FilePage, FilePreview, Rectangle
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox.host import Answer, IsCancelled, JobLimits, never, run_job
from tracker.sandbox.limits import FileLimits

MAX_RECTANGLES = 200
_NO_IMAGE = N_("Only parts of images (PNG, JPEG, WebP) can be blacked out.")
_TOO_MANY_PARTS = N_("Too many parts to black out: at most {most} are possible.")


def clean_file(
    data: bytes,
    name: str = "",
    *,
    choices: CleaningChoices | None = None,
    limits: FileLimits | None = None,
    is_cancelled: IsCancelled = never,
) -> CleanedFile:
    """Return a file as it can be kept, with what was found in it and removed. `name` is the name it was uploaded with.

    Raises UnusableFile, with a sentence that says what was found and what to do.
    """
    arguments = {"name": name[:1000], "choices": asdict(choices or CleaningChoices()), "blackened": []}
    return _cleaned_file(*_ask_about_file("clean", data, arguments, limits=limits, is_cancelled=is_cancelled))


def black_out(
    data: bytes, rectangles: Sequence[Rectangle], name: str = "", *, limits: FileLimits | None = None
) -> CleanedFile:
    """Return an image in which the pixels of the rectangles are black, cleaned like any other file.

    Give the uploaded bytes: the image is encoded only once then. Raises UnusableFile, also if it is no image.
    """
    parts = _rectangle_values(rectangles)
    arguments = {"name": name[:1000], "choices": asdict(CleaningChoices()), "blackened": parts}
    return _cleaned_file(*_ask_about_file("black out", data, arguments, limits=limits))


def _rectangle_values(rectangles: Sequence[Rectangle]) -> list[list[float]]:
    if len(rectangles) > MAX_RECTANGLES:
        raise UnusableFile(_TOO_MANY_PARTS, {"most": str(MAX_RECTANGLES)})
    # not a number and infinity are no JSON; outside of the image they are refused with a sentence
    return [[value if math.isfinite(value) else -1.0 for value in asdict(part).values()] for part in rectangles]


def process_upload(
    data: bytes,
    name: str = "",
    *,
    choices: CleaningChoices | None = None,
    blackened: Sequence[Rectangle] = (),
    limits: FileLimits | None = None,
    is_cancelled: IsCancelled = never,
) -> tuple[CleanedFile, tuple[FilePage, ...], FilePreview | None]:
    """Return what `clean_file` or `black_out`, `text_of_file` and `preview_of_file` return, from one process.

    `blackened` are the parts of an image to black out. Raises UnusableFile.
    """
    parts = _rectangle_values(blackened)
    arguments = {"name": name[:1000], "choices": asdict(choices or CleaningChoices()), "blackened": parts}
    answer, content = _ask_about_file("prepare", data, arguments, limits=limits, is_cancelled=is_cancelled)
    size = answer["cleaned_size"]
    pages = tuple(FilePage(number, text) for number, text in answer["pages"])
    preview = FilePreview(content[size:], **answer["preview"]) if answer["preview"] else None
    return _cleaned_file(answer, content[:size]), pages, preview


def text_of_file(
    data: bytes,
    kind: FileKind,
    *,
    limits: FileLimits | None = None,
    is_cancelled: IsCancelled = never,
) -> tuple[FilePage, ...]:
    """Return the text of a cleaned file by page; empty for images and for scans. Raises UnusableFile."""
    arguments = {"kind": kind.value}
    answer, _ = _ask_about_file("text", data, arguments, limits=_for_cleaned(limits), is_cancelled=is_cancelled)
    return tuple(FilePage(number, text) for number, text in answer["pages"])


def preview_of_file(
    data: bytes, *, limits: FileLimits | None = None, is_cancelled: IsCancelled = never
) -> FilePreview | None:
    """Return a small image of the first page of a PDF, or of an image; None for other kinds. Raises UnusableFile."""
    answer, content = _ask_about_file("preview", data, {}, limits=_for_cleaned(limits), is_cancelled=is_cancelled)
    return FilePreview(content, **answer["preview"]) if answer["preview"] else None


def _for_cleaned(limits: FileLimits | None) -> FileLimits:
    # an image that is encoded anew can become larger than the upload was
    limits = limits or FileLimits()
    return replace(limits, file_bytes=2 * limits.file_bytes)


def _ask_about_file(
    task: str, data: bytes, arguments: dict[str, Any], *, limits: FileLimits | None, is_cancelled: IsCancelled = never
) -> Answer:
    """Return the answer about a file, unless it is empty or too large."""
    limits = limits or FileLimits()
    if not data or len(data) > limits.file_bytes:
        from tracker.sandbox.kinds import recognize_kind

        recognize_kind(data, limits)  # raises the sentence for this, without a process
    values = {"task": task, "arguments": arguments, "limits": asdict(limits)}
    allowed = JobLimits(limits.seconds, limits.memory)
    return run_job("tracker.files.process.answer_task", values, data, limits=allowed, is_cancelled=is_cancelled)


def _cleaned_file(answer: dict[str, Any], content: bytes) -> CleanedFile:
    return CleanedFile(
        data=content,
        kind=FileKind(answer["kind"]),
        name=answer["name"],
        received_kind=FileKind(answer["received_kind"]),
        received_digest=answer["received_digest"],
        findings=tuple(
            FileFinding(message, tuple((key, value) for key, value in values), is_warning)
            for message, values, is_warning in answer["findings"]
        ),
    )


def answer_task(data: bytes, task: str, arguments: dict[str, Any], limits: dict[str, Any]) -> Answer:
    """Return the values about a file, and the bytes of the new file. This runs in the process. Raises UnusableFile."""
    return _do(task, data, arguments, limits=FileLimits(**limits))


def _do(task: str, data: bytes, arguments: dict[str, Any], *, limits: FileLimits) -> Answer:
    # imported here: each of them loads libraries that the others do not need
    if task == "text":
        return {"pages": _page_values(data, FileKind(arguments["kind"]), limits)}, b""
    if task == "preview":
        about, drawn = _preview_values(data, limits)
        return {"preview": about}, drawn
    from tracker.files.cleaning import clean_bytes
    from tracker.sandbox.kinds import recognize_kind

    blackened = tuple(Rectangle(*part) for part in arguments["blackened"])
    if (blackened or task == "black out") and not recognize_kind(data, limits).is_image:
        raise UnusableFile(_NO_IMAGE)
    cleaned = clean_bytes(
        data, arguments["name"], CleaningChoices(**arguments["choices"]), limits=limits, blackened=blackened
    )
    found = [[finding.message, finding.values, finding.is_warning] for finding in cleaned.findings]
    answer = {key: getattr(cleaned, key) for key in ("kind", "name", "received_kind", "received_digest")}
    answer |= {"findings": found}
    if task != "prepare":
        return answer, cleaned.data
    larger = _for_cleaned(limits)
    about, drawn = _preview_values(cleaned.data, larger)
    pages = _page_values(cleaned.data, cleaned.kind, larger)
    return answer | {"pages": pages, "preview": about, "cleaned_size": cleaned.size}, cleaned.data + drawn


def _page_values(data: bytes, kind: FileKind, limits: FileLimits) -> list[list[Any]]:
    from tracker.files.all_strings import pages_of

    return [[page.number, page.text] for page in pages_of(data, kind, limits)]


def _preview_values(data: bytes, limits: FileLimits) -> tuple[dict[str, Any] | None, bytes]:
    from tracker.files.previews import draw_preview

    if (preview := draw_preview(data, limits)) is None:
        return None, b""
    return {"media_type": preview.media_type, "width": preview.width, "height": preview.height}, preview.data
