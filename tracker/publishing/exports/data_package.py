"""The package of all public data: data files, attached files, tables and a page to read, with digests, in one ZIP file.

It is a bag (BagIt, RFC 8493), so that other programs can check it too, and a Frictionless Data Package (`package_tables`). The same data gives the same bytes: nothing is
compressed, and the time of the export is not in it. It is written as a stream; no attached file is held in
memory as a whole.

A package is made to be handed out. So it has no handle of an editor, no comment from a data file, and no safety.yaml,
whose words show what is dangerous here. A package for the host's own archive has all these, and says so in its name.

`verify_package` checks that every file is there, that none was changed and that none was added. It needs no data
folder. It does not trust the package: it unpacks nothing to disk, uses no name in it as a path, and limits what it
reads.
"""

import hashlib
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from tracker.config import parse_place
from tracker.i18n import get_language
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.errors import InvalidFile, TrackerError, WriteFailed
from tracker.model.lifecycle import active_files, is_withdrawn
from tracker.model.localized_text import resolve
from tracker.model.verification import with_marks
from tracker.model.vocabulary import EventType
from tracker.publishing.exports.package_tables import day_of_tables, render_tables
from tracker.publishing.render_context import ViewRequest, render
from tracker.publishing.request import public_origin
from tracker.publishing.wording import unreadable_notes
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.sandbox.host import JobAnswer
from tracker.storage import attached_files as attached
from tracker.storage.attached_files import FILES_FOLDER, names_beside
from tracker.storage.dataset_reader import DatasetReader, list_data_files, read_redaction_marker
from tracker.storage.folder.atomic_write import replace_when_complete
from tracker.storage.folder.storage import LEADS_OUT, BoundedFile
from tracker.storage.open_storage import open_storage
from tracker.storage.timestamps import latest_timestamp
from tracker.storage.yaml.file_parser import RECORD_FOLDERS
from tracker.storage.yaml.format import to_block
from tracker.storage.yaml.json_schema import schema_comment
from tracker.storage.yaml.patch import patch_file
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.storage.yaml.record_builder import RECEIVED_DIGEST
from tracker.validation.check import FILE_TYPES, content_fault

BAGIT_FILE, INFO_FILE = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
FETCH_FILE = "fetch.txt"
PAYLOAD = "data/"
"""The folder of the bag with the payload: the data files and the attached files."""
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)")
# the versions that we understand
_VERSION = re.compile(r"\ufeff?BagIt-Version: (?:0\.9[3-7]|1\.\d+)\r?\nTag-File-Character-Encoding: UTF-8\s*", re.I)
_OXUM = re.compile(r"^Payload-Oxum:[ \t]*(\d{1,18})\.(\d{1,9})[ \t]*$", re.M | re.I)
"""Matches the line of bag-info.txt that gives the size of the payload in bytes, and the number of its files."""
MAX_PACKED_FILES = 200_000
MAX_TAG_BYTES = 50_000_000
"""The largest size, in bytes, of a manifest or other text file of BagIt. A larger one is reported as a fault."""
MAX_RATIO, ALWAYS_ALLOWED_BYTES = 20, 100_000_000
"""The limits for the unpacked size: this many times the size of the ZIP file, or this many bytes if that is more."""
MAX_FAULTS = 50
_CHUNK_BYTES, _END_BYTES = 1 << 20, 22
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error, OverflowError, OSError)
"""The errors that zipfile raises for a damaged file. RuntimeError is about a password or an unknown compression."""


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """The result of a check of a package, which is complete if there are no `faults` (sentences).

    `files` and `size` (in bytes) count only the payload. `sha256` is of the ZIP file. They are 0 and "" if unread.
    """

    files: int = 0
    size: int = 0
    sha256: str = ""
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.faults:
            return f"complete: {self.files:,} files, {self.size / 1e6:.1f} MB. SHA-256 of the package: {self.sha256}"
        more = [f"and {len(self.faults) - MAX_FAULTS:,} more"] if len(self.faults) > MAX_FAULTS else []
        return "\n".join([*self.faults[:MAX_FAULTS], *more])


def verify_package(path: Path) -> PackageCheck:
    """Return what a check of the package `path` found. Raises TrackerError if the file itself cannot be read."""
    try:
        with BoundedFile(io.FileIO(path)) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return _check_archive(file, file.tell(), digest)
    except OSError as error:
        raise TrackerError(f"{path} cannot be read ({error.strerror}).") from None


def _check_archive(file: IO[bytes], packed: int, sha256: str) -> PackageCheck:
    """Check the ZIP file `file`, which has `packed` bytes and the digest `sha256`."""
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE:
        return PackageCheck(faults=("This is no ZIP file, or it is damaged or cut off.",))
    with archive:
        infos = [entry for entry in archive.infolist() if not entry.is_dir()]
        total = sum(entry.file_size for entry in infos)
        if len(archive.infolist()) > MAX_PACKED_FILES or total > max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * packed):
            return PackageCheck(faults=("It is far larger inside than a package can be. It was not read.",))
        entries, faults = _list_entries(infos)
        file.seek(-_END_BYTES, os.SEEK_END)
        if not file.read().startswith(b"PK\5\6") or min((e.header_offset for e in infos), default=0):
            faults.append("There is something before or after the files, which no digest covers.")
        found = dict.fromkeys(entries, "")
        # what has a bad name is not read: two names may mean one file
        for name, entry in entries.items():
            try:
                with archive.open(entry) as content:
                    # the types of zipfile do not say that it has `readinto`
                    found[name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
            except _UNREADABLE:
                faults.append(f"{_printable(name)}: this file is damaged")
        faults += _check_bag(archive, entries, found)
    sizes = [entry.file_size for name, entry in entries.items() if name.startswith(PAYLOAD)]
    return PackageCheck(len(sizes), sum(sizes), sha256=sha256, faults=tuple(faults))


def _list_entries(infos: list[zipfile.ZipInfo]) -> tuple[dict[str, zipfile.ZipInfo], list[str]]:
    """Return (path in the bag → entry of the ZIP file, faults). The entries with a fault are left out."""
    entries, faults = dict[str, zipfile.ZipInfo](), list[str]()
    bases = {entry.filename.partition("/")[0] for entry in infos}
    base = f"{bases.pop()}/" if len(bases) == 1 else ""
    if not base:
        faults.append("The files are not in one folder.")
    counts = Counter(entry.filename.casefold() for entry in infos)
    for entry in infos:
        if fault := _name_fault(entry):
            faults.append(f"{_printable(entry.filename)}: {fault}")
        elif counts[entry.filename.casefold()] > 1:
            faults.append(f"{_printable(entry.filename)}: this name occurs more than once")
        else:
            entries[entry.filename.removeprefix(base)] = entry
    return entries, faults


def _name_fault(entry: zipfile.ZipInfo) -> str:
    """Return what makes an entry unsafe to unpack: its name, or that it is no regular file. Return "" if it is safe."""
    # zipfile cuts a name at a null character and turns backslashes of other systems: look at what stands in the file
    name, parts = entry.orig_filename, entry.orig_filename.split("/")
    if {"", ".", ".."} & {*parts} or "\\" in name or re.match(r"[A-Za-z]:", name):
        return "this name leads out of the package"
    if not name.isprintable():
        return "this name has characters that no name has"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return "this is no regular file" if kind not in (0, stat.S_IFREG) else ""


def _check_bag(
    archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], found: Mapping[str, str]
) -> Iterator[str]:
    """Yield sentences: what is wrong with the bag. `found` maps path in the bag → SHA-256, "" for a damaged file."""
    texts: dict[str, str] = {}
    for name in (BAGIT_FILE, INFO_FILE, MANIFEST, TAG_MANIFEST):
        if name not in entries:
            yield f"{name}: this file is missing"
        elif entries[name].file_size > MAX_TAG_BYTES:
            yield f"{name}: this file is too large"
        elif found[name]:
            try:
                texts[name] = archive.read(entries[name]).decode()
            except UnicodeDecodeError:
                yield f"{name}: this file is not UTF-8"
    if FETCH_FILE in entries:
        yield f"{FETCH_FILE}: files that would have to be downloaded are not checked"
    if BAGIT_FILE in texts and not _VERSION.fullmatch(texts[BAGIT_FILE]):
        yield f"{BAGIT_FILE}: this version of BagIt is not known"
    payload = {name for name in entries if name.startswith(PAYLOAD)}
    for manifest, names in ((MANIFEST, payload), (TAG_MANIFEST, entries.keys() - payload - {TAG_MANIFEST})):
        if manifest in texts:
            yield from _check_manifest(manifest, texts[manifest], {name: found[name] for name in names})
    size = sum(entries[name].file_size for name in payload)
    if oxum := _OXUM.search(texts.get(INFO_FILE, "")):
        n, count = int(oxum[1]), int(oxum[2])
        if (n, count) != (size, len(payload)):
            yield f"{INFO_FILE}: it gives {count:,} files with {n:,} bytes; there are {len(payload):,} with {size:,}"
    for name in sorted(payload):
        # the name of an attached file is its digest; texts and previews stand beside it
        is_attached = name.startswith(f"{PAYLOAD}{FILES_FOLDER}/") and name.count(".") == 1
        named = attached.digest_of_name(name.rpartition("/")[2]) if is_attached else None
        if named and found[name] and found[name] != named:
            yield f"{_printable(name)}: this is not the file that was attached"


def _check_manifest(manifest: str, text: str, found: Mapping[str, str]) -> Iterator[str]:
    """Yield sentences about files that are missing, changed or not listed, and about lines that cannot be read."""
    listed, wrong = parse_manifest(text)
    yield from (f"{manifest}, line {number}: this line cannot be read, or names a file again" for number in wrong)
    for name in sorted(listed):
        if name not in found:
            yield f"{_printable(name)}: this file is missing"
        elif found[name] and found[name] != listed[name]:
            yield f"{_printable(name)}: this file was changed"
    for name in sorted(found.keys() - listed):
        yield f"{_printable(name)}: this file was added; {manifest} does not list it"


def _printable(name: str) -> str:
    """Return a file name that is safe to print: at most 200 characters of it, none of which moves the cursor."""
    cut = name if len(name) <= 200 else name[:199] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in cut)


def manifest_text(digests: Mapping[str, str]) -> str:
    """Return the text of a manifest. `digests` maps path in the bag → SHA-256."""
    encoded = str.maketrans({character: f"%{ord(character):02X}" for character in "%\n\r"})
    return "".join(f"{digest}  {path.translate(encoded)}\n" for path, digest in digests.items())


def parse_manifest(text: str) -> tuple[dict[str, str], list[int]]:
    """Return (path in the bag → SHA-256, faulty lines): lines that cannot be read or repeat a path, as numbers from 1."""
    digests, wrong = dict[str, str](), list[int]()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match and (path := _unescape_path(match[2])) not in digests:
            digests[path] = match[1].lower()
        elif line.strip():
            wrong.append(number)
    return digests, wrong


def _unescape_path(path: str) -> str:
    """Return a path of a manifest, with the percent signs and line breaks that `manifest_text` has escaped."""
    return re.sub(r"%(25|0A|0D)", lambda found: bytes.fromhex(found[1]).decode(), path, flags=re.I)


BASE = "recommendation-tracker/"
"""The folder in the ZIP file that holds everything."""
INDEX = "index.html"
SAFETY_RULES = "safety.yaml"
ATTEMPTS = 3
ARCHIVE_MARK = "for-archive"
"""The mark that the file name of a package for the host's own archive must contain."""
README = "README.txt"
NEUTRAL_HANDLE, NEUTRAL_READER = "not-given", "not-given-2"
"""The words that replace handles. The second one is for a person who confirmed an entry of somebody else."""
_README = """\
All public data with the attached files. Open index.html, or read the text files in the folder data. For other programs,
the same records are in the folder tables; datapackage.json describes them (Frictionless Data Package).
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
INDEX_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
_HANDLE_LINE = re.compile(r"^([ -]*recorded_by: ).*$", re.M)
_UNSEEN = re.compile(r"#|^%", re.M)
"""Matches the beginning of what a YAML file can have beside its values: a comment or a directive."""
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the ZIP file: the earliest that the ZIP format allows."""


class DataChanged(Exception):
    """The data changed while the package was written."""


@dataclass(frozen=True, slots=True)
class PackageContents:
    """What goes into a package.

    `data_files` maps path in the data folder → bytes. `attached` are paths of attached files, their texts and
    previews. `missing` lists the attached files that are missing or changed, with the ids of their records.
    `unreadable` is the number of unreadable data files.
    """

    data_files: dict[str, bytes]
    attached: tuple[str, ...]
    missing: tuple[str, ...]
    unreadable: int
    for_archive: bool = False


def write_data_package(
    target: Path,
    request: ViewRequest,
    *,
    for_archive: bool = False,
    opened: Callable[[Path], AbstractContextManager[IO[bytes]]] = replace_when_complete,
) -> list[str]:
    """Write the package to the file `target`. Return lines for the person who runs the command.

    With `for_archive`, the package has the handles of editors and safety.yaml too, and `target` must have
    ARCHIVE_MARK in its name. If the data change meanwhile, the package is written again, at most ATTEMPTS times.
    Raises TrackerError if this fails or if the view is of the past; `target` then stays as it was.
    """
    if request.view.is_past:
        raise TrackerError("A package always has the data of now: leave out --as-of and --recorded.")
    if for_archive and ARCHIVE_MARK not in target.name:
        raise TrackerError(
            f"The name of a package for your own archive contains {ARCHIVE_MARK!r}, so that nobody hands it out: "
            f"{target.with_name(f'{target.stem}-{ARCHIVE_MARK}{target.suffix}')}"
        )
    root = request.view.dataset.root

    def state() -> object:
        storage = open_storage(root)
        return list_data_files(storage), read_redaction_marker(storage), attached.attached_files_version(root)

    for _ in range(ATTEMPTS):
        try:
            with opened(target) as file:
                before = state()
                dataset = DatasetReader(root).read()
                day = day_of_tables(dataset, request.view.today)
                request = replace(request, view=replace(request.view, dataset=dataset, today=day))
                contents = _collect_contents(request.view.dataset, for_archive=for_archive)
                size, count = _write_bag(file, contents, request)
                if state() != before:
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


def answer_package(_data: bytes, place: str, target: str, origin: str) -> JobAnswer:
    """Write the package that is handed out to the file `target`, in a process of its own. Return the signature of its data."""
    view = View(DatasetReader(parse_place(place)).read(), datetime.now(UTC).date())
    request = ViewRequest(view, get_language(view.settings.language, view.settings), Filters(), origin=origin)
    # nobody reads the file before it is complete, and this process must not change permissions
    write_data_package(Path(target), request, opened=lambda path: path.open("wb"))
    return {"signature": view.dataset.signature}, b""


def _collect_contents(dataset: Dataset, *, for_archive: bool) -> PackageContents:
    """Return what goes into the package of a dataset. The data files are read from its storage."""
    storage = open_storage(dataset.root)
    data_files, kept, missing, unreadable = dict[str, bytes](), set[str](), list[str](), 0
    schemas = {name: stat for name, stat in storage.list_files("schema").items() if name.endswith(".json")}
    for name, file_stat in (list_data_files(storage) | schemas).items():
        try:
            if file_stat == LEADS_OUT:
                raise OSError
            name.encode()
            raw = storage.read(name)
            if for_archive or name != SAFETY_RULES:
                data_files[name] = raw if for_archive or name in schemas else _file_without_handles(name, raw)
        except (OSError, UnicodeEncodeError, InvalidFile, WriteFailed):
            unreadable += 1
    digests: dict[str, str] = {}
    for record in all_records(dataset):
        for file in _public_files(record):
            if content_fault(dataset.root, file, digests):
                missing.append(f"{file.name} ({record.id})")
            else:
                names = map(attached.kept_name, (file.file_name, *names_beside(file)))
                kept |= {
                    name
                    for name in names
                    if attached.is_kept(storage, name) and attached.is_own_file(dataset.root, name)
                }
    return PackageContents(data_files, tuple(kept), tuple(missing), unreadable=unreadable, for_archive=for_archive)


def _file_without_handles(name: str, raw: bytes) -> bytes:
    """Return the bytes of a data file without handles and comments, for a package that is handed out."""
    values = without_handles(to_values(compose(text := decode(raw))))
    if not isinstance(values, dict):
        raise InvalidFile(1, "no keys and values")
    header = schema_comment(RECORD_FOLDERS.get(PurePath(name).parent.name) or FILE_TYPES[name])
    # a file without comments, as the dashboard writes it, keeps its lines: to write it anew takes six times as long
    lines = _HANDLE_LINE.sub(rf"\1{NEUTRAL_HANDLE}", text)
    if lines.startswith(header) and not _UNSEEN.search(lines, len(header)):
        with suppress(InvalidFile):
            if to_values(compose(lines)) == values:
                return lines.encode()

    def read_back(new: bytes) -> bytes | None:
        return new if to_values(compose(decode(new))) == values else None

    return patch_file(None, values, read_back=read_back, header=header)[0]


def without_handles(value: Any, author: str = "") -> Any:
    """Return a value of a data file with neutral words in place of handles, and without the digests of files as received."""
    if isinstance(value, list):
        return [without_handles(item, author) for item in value]
    if not isinstance(value, dict):
        return value
    by = value.get("recorded_by", "")
    new = {key: without_handles(item, by) for key, item in value.items() if key != RECEIVED_DIGEST}
    if by:
        # who reads has to see that it was another person, as the model does
        is_reader = value.get("type") == EventType.CONFIRMED and by != author
        new["recorded_by"] = NEUTRAL_READER if is_reader else NEUTRAL_HANDLE
    if isinstance(old := value.get("old"), str) and ("recorded_by" in old or RECEIVED_DIGEST in old):
        new["old"] = to_block(without_handles(to_values(compose(f"{old}\n")))).removesuffix("\n")
    return new


def _public_files(record: Record) -> tuple[AttachedFile, ...]:
    """Return those attached files of a record that were not withdrawn, for the package. () if the record was withdrawn."""
    return () if is_withdrawn(record.events) else active_files(record)


def _add_file(archive: ZipFile, name: str, source: IO[bytes], *, size: int) -> str:
    """Add a file to a bag, in small pieces, and return its SHA-256. `name` is its path in the bag."""
    entry = ZipInfo(BASE + name, _FIRST_DAY)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_STORED, 3, (stat.S_IFREG | 0o644) << 16
    entry.file_size, digest = size, hashlib.sha256()
    with archive.open(entry, "w") as target:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _write_bag(file: IO[bytes], contents: PackageContents, request: ViewRequest) -> tuple[int, int]:
    """Write the bag as a ZIP file. Return (bytes, number of files) of its payload. Raises DataChanged or OSError."""
    dataset, digests = request.view.dataset, dict[str, str]()
    with ZipFile(file, "w") as archive:

        def add(name: str, raw: bytes) -> None:
            digests[name] = _add_file(archive, name, io.BytesIO(raw), size=len(raw))

        add(BAGIT_FILE, DECLARATION.encode())
        add(INDEX, render_index(request, contents).encode())
        about = _FOR_ARCHIVE if contents.for_archive else _HANDED_OUT
        add(README, _README.format(about=about.format(handle=NEUTRAL_HANDLE, reader=NEUTRAL_READER)).encode())
        for name, table in render_tables(request).items():
            add(name, table)
        for name in sorted([*contents.data_files, *contents.attached], key=os.fsencode):
            if (raw := contents.data_files.get(name)) is not None:
                add(PAYLOAD + name, raw)
                continue
            try:
                with attached.open_kept(dataset.root, name) as (source, length):
                    digests[PAYLOAD + name] = _add_file(archive, PAYLOAD + name, source, size=length)
            except FileNotFoundError:
                raise DataChanged from None
        for attachment in (file for record in all_records(dataset) for file in _public_files(record)):
            name = f"{PAYLOAD}{FILES_FOLDER}/{attachment.file_name}"
            if digests.get(name, attachment.sha256) != attachment.sha256:
                raise DataChanged
        payload = {name: digest for name, digest in digests.items() if name.startswith(PAYLOAD)}
        size = sum(archive.getinfo(BASE + name).file_size for name in payload)
        add(INFO_FILE, _info_text(dataset, f"{size}.{len(payload)}").encode())
        add(MANIFEST, manifest_text(payload).encode())
        tags = {name: digest for name, digest in digests.items() if name not in payload}
        add(TAG_MANIFEST, manifest_text(tags).encode())
    return size, len(payload)


def _info_text(dataset: Dataset, oxum: str) -> str:
    """Return the text of bag-info.txt. `oxum` is (bytes).(number of files) of the payload."""
    main, settings = dataset.settings.language, dataset.settings
    values = {
        "Source-Organization": resolve(settings.publisher.name, main, main).text,
        "External-Description": resolve(settings.title, main, main).text,
        "Last-Recorded": latest_timestamp(dataset),
        "Payload-Oxum": oxum,
    }
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in values.items() if value)


def render_index(request: ViewRequest, contents: PackageContents) -> str:
    """Return index.html, from which a person opens the package: the records, with links to the files that are in it."""
    dataset = request.view.dataset
    kept = {*contents.data_files, *contents.attached}

    def files(record: Record) -> Iterator[tuple[AttachedFile, str, str, str]]:
        """Yield (attached file, its path, path of its preview, path of its text); "" for what is not in the package."""
        for file in _public_files(record):
            beside = {name.split(".")[1]: f"{FILES_FOLDER}/{name}" for name in names_beside(file)}
            paths = (f"{FILES_FOLDER}/{file.file_name}", beside.get("preview", ""), beside.get("pages", ""))
            inside, preview, text = (PAYLOAD + path if path in kept else "" for path in paths)
            yield file, inside, preview, text

    def data_file(record: Record) -> str:
        return PAYLOAD + str(dataset.path_of(record).relative_to(dataset.root))

    return render(
        "published/package_index.html",
        replace(request, origin=public_origin(request.origin)),
        recommendations=[r for r in dataset.recommendations.values() if not is_withdrawn(r.events)],
        documents=[d for d in dataset.documents.values() if not is_withdrawn(d.events)],
        evidence=[with_marks(e) for e in dataset.evidence.values() if not is_withdrawn(e.events)],
        files=files,
        data_file=data_file,
        size=request.language.format_size,
        policy=INDEX_POLICY,
    )
