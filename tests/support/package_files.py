"""A data folder with attached files, its package, and packages that someone changed."""

import hashlib
import re
import zipfile
from dataclasses import replace
from pathlib import Path

from tests.support.small_dataset import ANNA, ASKED, SHOWN, Clock, folder
from tests.support.view_requests import ask
from tracker.editing.store import Store
from tracker.files.kept_file import CleanedFile, FilePage, FilePreview
from tracker.files.new_file import NewFile, new_file
from tracker.model.file_kind import FileKind
from tracker.publishing.exports.data_package import manifest_text, write_data_package
from tracker.storage.dataset_reader import DatasetReader

BASE = "recommendation-tracker/"
PDF = b"%PDF-1.7 the report"
PDF_DIGEST = hashlib.sha256(PDF).hexdigest()


def report(data: bytes = PDF, name: str = "report.pdf") -> NewFile:
    """Return a file with a text and a preview, as it is after cleaning."""
    cleaned = CleanedFile(data, FileKind.PDF, name, FileKind.PDF, "ab" * 32)
    return new_file(cleaned, pages=[FilePage(1, "The law.")], preview=FilePreview(b"webp", 8, 11))


def store_in(root: Path) -> Store:
    """Return the store of a small data folder with evidence x and y and one recommendation."""
    files = {"e/x": SHOWN, "e/y": SHOWN, "r/r1": ASKED}
    return Store(DatasetReader(folder(root, files), look_every=0), clock=Clock())


def attach_to(store: Store, name: str, file: NewFile) -> None:
    e = store.reader.read(fresh=True).evidence[name]
    store.save(replace(e, files=(*e.files, file.entry)), by=ANNA, reason="The file.", new_files=[file])


def packed(root: Path, target: Path, *, for_archive: bool = False) -> list[str]:
    """Write the package of a data folder, and return the lines that the command prints."""
    return write_data_package(target, ask(DatasetReader(root).read()), for_archive=for_archive)


def contents(package: Path) -> dict[str, bytes]:
    """Return path in the bag → bytes for each file of a package."""
    with zipfile.ZipFile(package) as archive:
        return {name.removeprefix(BASE): archive.read(name) for name in archive.namelist()}


def repacked(package: Path, changes: dict[str, bytes | None], target: Path) -> Path:
    """Write the package with `changes` (path → bytes, None takes the file out) to `target`, and return it."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in {**contents(package), **changes}.items():
            if data is not None:
                archive.writestr(BASE + name, data)
    return target


def manifests(package: Path, changes: dict[str, bytes | None]) -> dict[str, bytes | None]:
    """Return `changes` together with the manifests that a package with these changes has."""
    inside = {name: raw for name, raw in {**contents(package), **changes}.items() if raw is not None}
    digests = {
        name: hashlib.sha256(raw).hexdigest() for name, raw in inside.items() if not name.endswith("fest-sha256.txt")
    }
    payload = {name: digest for name, digest in digests.items() if name.startswith("data/")}
    made = {"manifest-sha256.txt": manifest_text(payload).encode()}
    size = sum(len(inside[name]) for name in payload)
    info = re.sub(rb"Oxum: .*", f"Oxum: {size}.{len(payload)}".encode(), inside["bag-info.txt"])
    tags = {name: digest for name, digest in digests.items() if name not in payload}
    tags |= {name: hashlib.sha256(raw).hexdigest() for name, raw in (*made.items(), ("bag-info.txt", info))}
    return {**changes, **made, "bag-info.txt": info, "tagmanifest-sha256.txt": manifest_text(tags).encode()}
