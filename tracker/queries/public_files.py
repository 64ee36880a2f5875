"""Attached files for readers: those of a record, those that anybody may download, and the sizes of previews."""

from collections.abc import Iterable, Mapping
from functools import partial

from tracker.model.attached_files import AttachedFile
from tracker.model.lifecycle import active_files, is_active
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.queries.view import View, once_per_view
from tracker.storage.attached_files import PREVIEW_SUFFIX, read_preview_size

MAX_PREVIEW_SIZES = 10_000
"""One view keeps at most this many sizes of previews."""


def files_of(view: View, record: Evidence | Document) -> tuple[AttachedFile, ...]:
    """Return the files of a record that were attached and not withdrawn at the recorded time of the view."""
    return tuple(file for file in record.files if is_active(file, view.recorded))


@once_per_view
def files_by_name(view: View) -> Mapping[str, AttachedFile | None]:
    """Return a mapping: name in a URL → file, or None if nobody may download the file now, even in a past view.

    The value is None if the file was withdrawn, or if all its records were withdrawn or retired. Previews are included.
    """
    found: dict[str, AttachedFile | None] = {}
    records: Iterable[Evidence | Document] = (*view.dataset.documents.values(), *view.dataset.evidence.values())
    for record in records:
        for file in record.files:
            is_public = is_active(record, None) and is_active(file, None)
            for name in (file.file_name, f"{file.sha256}{PREVIEW_SUFFIX}"):
                found[name] = found.get(name) or (file if is_public else None)
    return found


def find_archived_record(view: View, name: str) -> Evidence | Document | None:
    """Return an archived record with the file called `name` in a URL, or None. Files that were withdrawn do not count."""
    records: Iterable[Evidence | Document] = (*view.dataset.documents.values(), *view.dataset.evidence.values())
    archived = (record for record in records if record.files and not is_active(record, None))
    return next((r for r in archived for f in active_files(r) if name.startswith(f.sha256)), None)


def preview_size(view: View, file: AttachedFile) -> tuple[int, int] | None:
    """Return (width, height) of the preview of a file in pixels, or None if it has no preview."""
    read = partial(read_preview_size, view.dataset.root, file.sha256)
    (size,) = view.cached("preview sizes", file.sha256, lambda: (read(),), most=MAX_PREVIEW_SIZES)
    return size
