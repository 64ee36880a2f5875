"""A file that is ready to be saved: its cleaned bytes, its text and its preview."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from tracker.files.kept_file import CleanedFile, FilePage, FilePreview
from tracker.files.process import text_of_file
from tracker.model.attached_files import AttachedFile
from tracker.model.file_kind import FileKind
from tracker.model.localized_text import TextVariant
from tracker.sandbox.limits import FileLimits
from tracker.storage import attached_files as kept


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that a save will keep, and the entry for the list of files of a record.

    `preview` is a WebP image. `received` is the SHA-256 of the untouched upload, or "". `original` is its kind and
    bytes, if kept. Both stay in the private folder, for the organisation with the id `organisation` (or "" for all).
    """

    entry: AttachedFile
    data: bytes
    pages: tuple[FilePage, ...] = ()
    preview: bytes | None = None
    original: tuple[FileKind, bytes] | None = None
    received: str = ""
    organisation: str = ""

    def contents(self, *, with_original: bool) -> Iterator[tuple[str, bytes]]:
        """Yield (name, bytes) of each file to write: the file, and its text and preview, if any.

        For a private storage (`with_original`), the original or an empty file in its place comes first, if the
        upload is known and cleaning changed it.
        """
        if with_original and self.received not in ("", self.entry.sha256):
            kind, data = self.original or (kept.NO_ORIGINAL, b"")
            yield kept.original_name(self.entry.sha256, self.received, kind, organisation=self.organisation), data
        yield kept.kept_name(self.entry.file_name), self.data
        if self.pages:
            numbers = (i if page.number is None else page.number for i, page in enumerate(self.pages, 1))
            texts = dict(zip(numbers, (page.text for page in self.pages), strict=True))
            yield kept.text_name(self.entry.sha256), kept.join_pages(texts)
        if self.preview:
            yield kept.preview_name(self.entry.sha256), self.preview


def new_file(
    cleaned: CleanedFile,
    *,
    pages: Sequence[FilePage] = (),
    preview: FilePreview | None = None,
    caption: Mapping[str, TextVariant] | None = None,
    language: str | None = None,
    where: str | None = None,
    is_copy_of_link: bool = False,
    original: bytes | None = None,
) -> NewFile:
    """Return a cleaned file with what an editor says about it. `where` says where to look, such as "p. 12"."""
    entry = AttachedFile(
        sha256=cleaned.digest,
        kind=cleaned.kind,
        name=cleaned.name,
        size=cleaned.size,
        caption=caption or None,
        language=language,
        pages=where,
        is_copy_of_link=is_copy_of_link,
    )
    return NewFile(
        entry,
        cleaned.data,
        tuple(pages),
        preview=preview.data if preview else None,
        original=(cleaned.received_kind, original) if original else None,
        received=cleaned.received_digest,
    )


def read_new_file(root: PurePath, entry: AttachedFile) -> NewFile:
    """Read a file from the storage `root` as a new one for another storage, without events and recorded times.

    Missing or outdated text is extracted again, except for images. Raises OSError, or UnusableFile if no text can be extracted.
    """
    texts, data = kept.read_text_pages(root, entry.sha256), kept.read_kept(root, entry)
    if 0 in texts or entry.kind.is_image:
        has_pages = entry.kind.has_pages
        pages = tuple(FilePage(n if has_pages or not n else None, text) for n, text in texts.items() if n or text)
    else:
        pages = text_of_file(data, entry.kind, limits=FileLimits(file_bytes=kept.MAX_KEPT_BYTES))
    fresh = replace(entry, recorded=None, recorded_by=None, recorded_for=None, events=(), private=None)
    return NewFile(fresh, data, pages, preview=kept.read_kept_preview(root, entry.sha256))
