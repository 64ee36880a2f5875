"""The package of all public data: data files, attached files and a page to read, with digests, in one ZIP file.

It is a bag (see `package_check`), so that other programs can check it too. The same data gives the same bytes: nothing is
compressed, and there is no time in it but those of the data. It is written as a stream; no attached file is held in memory
as a whole.

A package is handed out, so it has no handle of an editor, no comment from a data file, and no safety.yaml, which says what
is dangerous here. A package for the host's own archive has the data files as they are, and says so in its name.
"""

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from tracker.i18n import native_name
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.errors import InvalidFile, TrackerError, WriteFailed
from tracker.model.lifecycle import active_files, is_withdrawn, timestamps_of
from tracker.model.verification import with_marks
from tracker.model.vocabulary import EventType
from tracker.publishing.cli import unreadable_notes
from tracker.publishing.exports.package_check import (
    BAGIT_FILE,
    DECLARATION,
    INFO_FILE,
    MANIFEST,
    PAYLOAD,
    TAG_MANIFEST,
    info_text,
    manifest_text,
)
from tracker.publishing.pages.snapshot import public_origin
from tracker.publishing.render_context import render
from tracker.publishing.request import ViewRequest
from tracker.storage.attached_files import (
    FILES_FOLDER,
    folder_state,
    is_kept,
    is_own_file,
    kept_name,
    names_beside,
    open_kept,
)
from tracker.storage.dataset_reader import DatasetReader, list_data_files, read_redaction_marker
from tracker.storage.folder.atomic_write import replace_when_complete
from tracker.storage.folder.storage import LEADS_OUT
from tracker.storage.open_storage import open_storage
from tracker.storage.yaml.file_parser import RECORD_FOLDERS
from tracker.storage.yaml.format import to_block
from tracker.storage.yaml.json_schema import schema_comment
from tracker.storage.yaml.patch import patch_file
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.storage.yaml.record_builder import RECEIVED_DIGEST
from tracker.validation.autofix import FILE_TYPES
from tracker.validation.file_check import content_fault

BASE = "recommendation-tracker/"
"""The folder in the ZIP file that holds everything."""
INDEX = "index.html"
SAFETY_RULES = "safety.yaml"
ATTEMPTS = 3
ARCHIVE_MARK = "for-archive"
"""What the name of a package for the host's own archive contains."""
README = "README.txt"
NEUTRAL_HANDLE, NEUTRAL_READER = "not-given", "not-given-2"
"""What stands for every handle, and for that of a second person who confirmed what another one had recorded."""
_README = """\
All public data with the attached files. Open index.html, or read the text files in the folder data.
The digests of all files are in manifest-sha256.txt; the format is BagIt (RFC 8493).

{about}
The folder data can be read and checked by the tracker: python -m tracker check data

The digest of an attached file is that of the file as it was cleaned. The digests of the files as they were received are
not in here, because they can show who gave a file. Git history and packages that were made before may still have them, as
received_sha256.
"""
_HANDED_OUT = """\
Not in here: who recorded an entry (recorded_by is "{handle}", or "{reader}" for a second person who confirmed it),
comments in data files, and safety.yaml.
"""
_FOR_ARCHIVE = """\
FOR THE HOST'S OWN ARCHIVE. Do not hand it out: it has the handles of editors, and safety.yaml.
"""
_CHUNK = 1 << 20
INDEX_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the ZIP file has. A ZIP file knows none that is earlier."""


class DataChanged(Exception):
    """The data changed while the package was written."""


@dataclass(frozen=True, slots=True)
class PackageContents:
    """What goes into a package.

    `data_files` maps path in the data folder → bytes. `attached` are paths in the data folder of attached files, their
    texts and previews. `missing` are the names of attached files that are missing or were changed, `unreadable` the
    number of data files that cannot be read. `for_archive` says that the data files are as they are in the data folder.
    """

    data_files: dict[str, bytes]
    attached: tuple[str, ...]
    missing: tuple[str, ...]
    unreadable: int
    for_archive: bool = False


@dataclass
class _Bag:
    """A bag that is being written. It remembers the digest and the size of each file."""

    archive: ZipFile
    digests: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        entry = ZipInfo(BASE + name, _FIRST_DAY)
        entry.compress_type, entry.create_system, entry.external_attr = ZIP_STORED, 3, (stat.S_IFREG | 0o644) << 16
        entry.file_size = size
        digest, written = hashlib.sha256(), 0
        with self.archive.open(entry, "w") as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                written += len(chunk)
                target.write(chunk)
        self.digests[name], self.sizes[name] = digest.hexdigest(), written

    def add_text(self, name: str, text: str) -> None:
        raw = text.encode()
        self.add(name, io.BytesIO(raw), len(raw))

    def payload(self) -> dict[str, str]:
        return {name: digest for name, digest in self.digests.items() if name.startswith(PAYLOAD)}


def write_data_package(target: Path, request: ViewRequest, *, for_archive: bool = False) -> list[str]:
    """Write the package to the file `target`. Return lines for the person who runs the command.

    With `for_archive`, the package has the handles of editors and safety.yaml too, and `target` must have ARCHIVE_MARK in
    its name. The data are those of one moment: if they change meanwhile, the work begins anew. Raises TrackerError if the view is
    of the past, if the file cannot be written, or if the data keep changing. Then `target` is as before.
    """
    if request.view.is_past:
        raise TrackerError("A package always has the data of now: leave out --as-of and --recorded.")
    if for_archive and ARCHIVE_MARK not in target.name:
        raise TrackerError(
            f"The name of a package for your own archive contains {ARCHIVE_MARK!r}, so that nobody hands it out: "
            f"{target.with_name(f'{target.stem}-{ARCHIVE_MARK}{target.suffix}')}"
        )
    root = request.view.dataset.root
    for _ in range(ATTEMPTS):
        try:
            with replace_when_complete(target) as file:
                before = _state(root)
                request = replace(request, view=replace(request.view, dataset=DatasetReader(root).read()))
                contents = _contents(request.view.dataset, for_archive=for_archive)
                size, count = _write_bag(file, contents, request)
                if _state(root) != before:
                    raise DataChanged
            with target.open("rb") as written:
                digest = hashlib.file_digest(written, "sha256").hexdigest()
        except DataChanged:
            continue
        except OSError as error:
            raise TrackerError(f"{target} cannot be written ({error.strerror}).") from None
        return [
            f"{target}: {count:,} files, {size / 1e6:.1f} MB. SHA-256 of the package: {digest}",
            *(f"Left out, because it is missing or was changed: {name}" for name in contents.missing),
            *unreadable_notes(request.view.dataset),
            *([f"Data files left out, because they cannot be opened: {n}"] if (n := contents.unreadable) else []),
        ]
    raise TrackerError(f"The data changed while {target} was written. Nothing was written; try again in a minute.")


def _state(root: PurePath) -> object:
    storage = open_storage(root)
    return list_data_files(storage), read_redaction_marker(storage), folder_state(root)


def _contents(dataset: Dataset, *, for_archive: bool) -> PackageContents:
    storage = open_storage(dataset.root)
    data_files, attached, missing, unreadable = dict[str, bytes](), set[str](), list[str](), 0
    schemas = {name: stat for name, stat in storage.list_files("schema").items() if name.endswith(".json")}
    for name, file_stat in (list_data_files(storage) | schemas).items():
        try:
            if file_stat == LEADS_OUT:
                raise OSError
            name.encode()
            raw = storage.read(name)
            if for_archive or name in schemas:
                data_files[name] = raw
            elif name != SAFETY_RULES:
                data_files[name] = _handed_out(name, raw)
        except (OSError, UnicodeEncodeError, InvalidFile, WriteFailed):
            unreadable += 1
    digests: dict[str, str] = {}
    for record in all_records(dataset):
        for file in _public_files(record):
            if content_fault(dataset.root, file, digests):
                missing.append(f"{file.name} ({record.id})")
                continue
            attached |= {
                name
                for name in map(kept_name, (file.file_name, *names_beside(file)))
                if is_kept(storage, name) and is_own_file(dataset.root, name)
            }
    return PackageContents(data_files, tuple(attached), tuple(missing), unreadable=unreadable, for_archive=for_archive)


def _handed_out(name: str, raw: bytes) -> bytes:
    """Return a data file as it is handed out: written anew from its values, so that nothing else is in it."""
    values = _without_handles(to_values(compose(decode(raw))))
    if not isinstance(values, dict):
        raise InvalidFile(1, "no keys and values")
    kind = RECORD_FOLDERS.get(PurePath(name).parent.name) or FILE_TYPES[name]
    return patch_file(
        None,
        values,
        read_back=lambda new: new if to_values(compose(decode(new))) == values else None,
        header=schema_comment(kind),
    )[0]


def _without_handles(value: Any, author: str = "") -> Any:
    """Return a value of a data file without handles and digests of originals. `author` is the handle of what it is in."""
    if isinstance(value, list):
        return [_without_handles(item, author) for item in value]
    if not isinstance(value, dict):
        return value
    by = value.get("recorded_by", "")
    new = {key: _without_handles(item, by) for key, item in value.items() if key != RECEIVED_DIGEST}
    if by:
        # who reads has to see that it was another person, as the model does
        is_reader = value.get("type") == EventType.CONFIRMED and by != author
        new["recorded_by"] = NEUTRAL_READER if is_reader else NEUTRAL_HANDLE
    if isinstance(old := value.get("old"), str) and ("recorded_by" in old or RECEIVED_DIGEST in old):
        new["old"] = to_block(_without_handles(to_values(compose(f"{old}\n")))).removesuffix("\n")
    return new


def _public_files(record: Record) -> tuple[AttachedFile, ...]:
    """Return the attached files of a record that go into the package: those that count."""
    return () if is_withdrawn(record.events) else active_files(record)


def _write_bag(file: IO[bytes], contents: PackageContents, request: ViewRequest) -> tuple[int, int]:
    """Write the bag, and return (bytes, number of files) of its payload. Raises DataChanged or OSError."""
    dataset = request.view.dataset
    with ZipFile(file, "w") as archive:
        bag = _Bag(archive)
        bag.add_text(BAGIT_FILE, DECLARATION)
        bag.add_text(INDEX, render_index(request, contents))
        about = _FOR_ARCHIVE if contents.for_archive else _HANDED_OUT
        bag.add_text(README, _README.format(about=about.format(handle=NEUTRAL_HANDLE, reader=NEUTRAL_READER)))
        for name in sorted([*contents.data_files, *contents.attached], key=os.fsencode):
            if (raw := contents.data_files.get(name)) is not None:
                bag.add(PAYLOAD + name, io.BytesIO(raw), len(raw))
                continue
            try:
                with open_kept(dataset.root, name) as (source, length):
                    bag.add(PAYLOAD + name, source, length)
            except FileNotFoundError:
                raise DataChanged from None
        for record in all_records(dataset):
            for attachment in _public_files(record):
                name = f"{PAYLOAD}{FILES_FOLDER}/{attachment.file_name}"
                if bag.digests.get(name, attachment.sha256) != attachment.sha256:
                    raise DataChanged
        payload = bag.payload()
        size = sum(bag.sizes[name] for name in payload)
        bag.add_text(INFO_FILE, info_text(_info(dataset, size, len(payload))))
        bag.add_text(MANIFEST, manifest_text(payload))
        tags = {name: digest for name, digest in bag.digests.items() if name not in payload}
        bag.add_text(TAG_MANIFEST, manifest_text(tags))
    return size, len(payload)


def _info(dataset: Dataset, size: int, count: int) -> Iterator[tuple[str, str]]:
    main = dataset.settings.language

    def words(text: object) -> str:
        return getattr(text.get(main) or next(iter(text.values())), "text", "")  # type: ignore[attr-defined]

    yield "Source-Organization", words(dataset.settings.publisher.name)
    yield "External-Description", words(dataset.settings.title)
    if last := max((at for record in all_records(dataset) for at in timestamps_of(record)), default=""):
        yield "Last-Recorded", last
    yield "Payload-Oxum", f"{size}.{count}"


def render_index(request: ViewRequest, contents: PackageContents) -> str:
    """Return the page with which a person opens the package: what is in it, with links to the files."""
    dataset = request.view.dataset
    kept = {*contents.data_files, *contents.attached}

    def files(record: Record) -> Iterator[tuple[AttachedFile, str, str, str]]:
        """Yield (attached file, path of the file, of its preview, of its text), each "" if it is not in the package."""
        for file in _public_files(record):
            beside = {name.split(".")[1]: f"{FILES_FOLDER}/{name}" for name in names_beside(file)}
            paths = (f"{FILES_FOLDER}/{file.file_name}", beside.get("preview", ""), beside.get("pages", ""))
            inside, preview, text = (PAYLOAD + path if path in kept else "" for path in paths)
            yield file, inside, preview, text

    def data_file(record: Record) -> str:
        return PAYLOAD + str(dataset.path_of(record).relative_to(dataset.root))

    evidence = [with_marks(e) for e in dataset.evidence.values() if not is_withdrawn(e.events)]
    return render(
        "published/package_index.html",
        replace(request.context, base=public_origin(request.origin)),
        recommendations=[r for r in dataset.recommendations.values() if not is_withdrawn(r.events)],
        documents=[d for d in dataset.documents.values() if not is_withdrawn(d.events)],
        evidence=evidence,
        files=files,
        data_file=data_file,
        native_name=native_name,
        size=request.language.format_size,
        policy=INDEX_POLICY,
    )
