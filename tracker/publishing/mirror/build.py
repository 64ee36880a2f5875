"""Build a mirror: write its files into a new folder, which then takes the place of the old mirror. See `build_mirror`.

A build begins with a twin of the mirror, beside it: the same files under second names (`_twin_of`). It changes in the
twin what differs, exchanges the two, and brings the other one up to date. It does not touch files that are the same, so
a program that copies new files has little to copy. The same data, day, languages and addresses give the same bytes.
"""

import gc
import hashlib
import json
import multiprocessing
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from tracker.model.errors import LockTimeout, TrackerError
from tracker.publishing.mirror.pages import MirrorPages, MirrorPart
from tracker.publishing.pages.snapshot import data_sha256
from tracker.publishing.render_context import program_digest
from tracker.storage.attached_files import kept_name, open_kept
from tracker.storage.dataset_reader import read_redaction_marker
from tracker.storage.folder.atomic_write import take_place
from tracker.storage.folder.storage import lock_file
from tracker.storage.open_storage import open_storage

ABOUT, SUMS = "build.json", "SHA256SUMS"
FORMAT = 1
BATCH = 200
"""The largest number of small parts that a process makes before it ends, so that its memory does not grow further."""
MOST_BUILDERS = 4
SLOWER = 10
"""By how much the priority is lower with which processes make slow parts."""
_PUBLIC_REMOVAL = re.compile(rb"^(?:unpublished )?[0-9]{4}-\S+", re.M)
"""Finds what is told of a line of the marker of redactions, but not by whom. Of other lines, about private files, nothing is."""


@dataclass(frozen=True, slots=True)
class BuiltMirror:
    """What a build did. Paths are relative to the folder of the mirror.

    `size` is in bytes, `written` counts new or changed files; `changed` are those of the last step. `gone` were only in
    the old mirror. A cache in front of the mirror must forget the paths in `to_purge`: something was taken back.
    """

    files: int
    size: int
    written: int
    gone: tuple[str, ...]
    to_purge: tuple[str, ...]
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Previous:
    """The mirror that is there now. `sums` maps path → SHA-256 of its files, `about` is its build.json."""

    folder: Path
    sums: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)


def build_mirror(folder: Path, pages: MirrorPages) -> BuiltMirror:
    """Write the mirror to `folder`, after removing what builds left that were killed. What is slow to make comes last.

    Raises TrackerError and changes nothing if this fails, if another build runs, or if `folder` has other files.
    """
    folder, notes = folder.absolute(), list[str]()
    _refuse_other_files(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # each process of a build holds the lock, so nothing is written any more when the next build gets it
        with lock_file(folder.with_name(f".{folder.name}.lock"), patience=0.0):
            notes += _remove_leftovers(folder)
            built, is_due = _build_once(folder, pages, may_wait=True)
            if is_due:
                built = _build_what_waited(folder, pages, built)
    except LockTimeout:
        raise TrackerError(f"Another build of {folder} is still running. This one wrote nothing.") from None
    except OSError as error:
        failed = (
            f"{folder} cannot be written ({error.strerror}). The mirror is as it was. It must be a folder that can be "
            "replaced: not the root of a memory stick, but a folder on it."
        )
        raise TrackerError("\n".join([*notes, failed])) from None
    return replace(built, notes=(*notes, *built.notes))


def _build_what_waited(folder: Path, pages: MirrorPages, built: BuiltMirror) -> BuiltMirror:
    """Make what waited, in processes of low priority. If this fails, the mirror stays as `built` says."""
    try:
        last, _ = _build_once(folder, pages, may_wait=False)
    except OSError as error:
        failed = f"Workbooks and package are those of the earlier build: they cannot be written ({error.strerror})."
        return replace(built, notes=(*built.notes, failed))
    purged = {*built.to_purge, *last.changed} if built.to_purge else ()
    return replace(last, written=built.written + last.written, gone=built.gone, to_purge=tuple(sorted(purged)))


def _build_once(folder: Path, pages: MirrorPages, *, may_wait: bool) -> tuple[BuiltMirror, bool]:
    """Put a new mirror in the place of the old one. Return what was done, and whether slow parts wait."""
    work, twin, previous = folder.with_name(f".{folder.name}.mirror.building"), _twin_of(folder), _read_previous(folder)
    try:
        if previous.sums and twin.is_dir() and (twin / SUMS).read_bytes() == (folder / SUMS).read_bytes():
            twin.rename(work)
        else:
            shutil.rmtree(twin, ignore_errors=True)
            work.mkdir()
            _link_files(folder, work, previous.sums)
        build = _Build(work, previous, pages, may_wait=may_wait)
        built = build.run()
        is_first = not folder.exists()
        take_place(work, folder)
        # the mirror is there: without a twin, as on a disk without hard links, only the next build takes longer
        with suppress(OSError):
            if is_first:
                work.mkdir()
            _remove_files(work, [*built.gone, *built.changed, SUMS])
            _link_files(folder, work, [*(build.sums if is_first else built.changed), SUMS], may_copy=False)
            work.rename(twin)
        return built, build.is_due
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _twin_of(folder: Path) -> Path:
    """Return the path of the twin. A folder with this name has the same files as a whole mirror."""
    return folder.with_name(f".{folder.name}.mirror.twin")


def _link_files(source: Path, target: Path, paths: Iterable[str], *, may_copy: bool = True) -> None:
    """Give the files at `paths` in `source` second names in `target`, or copy them. Skip missing ones."""
    # with strings: for 30,000 files, objects of paths take longer than the disk
    made = set[str]()
    for path in paths:
        if (above := f"{target}/{path.rpartition('/')[0]}") not in made:
            os.makedirs(above, exist_ok=True)
            made.add(above)
        with suppress(FileNotFoundError):
            try:
                os.link(f"{source}/{path}", f"{target}/{path}")
            except OSError:
                if not may_copy:
                    raise
                shutil.copy2(f"{source}/{path}", f"{target}/{path}")


def _remove_files(folder: Path, paths: Iterable[str]) -> None:
    """Remove the files at `paths` that exist, and the folders that are empty then."""
    for path in paths:
        with suppress(FileNotFoundError):
            os.unlink(f"{folder}/{path}")
            with suppress(OSError):
                os.rmdir(os.path.dirname(f"{folder}/{path}"))


def _refuse_other_files(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / ABOUT).is_file())):
        raise TrackerError(f"{folder} is not a mirror: it has no {ABOUT}. Nothing was written. Name a new folder.")


def _remove_leftovers(folder: Path) -> Iterator[str]:
    """Remove what killed builds of this mirror left beside it, also builds by earlier versions. Yield a sentence for each."""
    ours = re.compile(rf"\.{re.escape(folder.name)}\.(mirror|[0-9]+)\.(building|old)")
    for path in sorted(folder.parent.iterdir()):
        if ours.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
            yield (
                f"{path}: removed. A build that was stopped had left it. It may have been stopped before it named the addresses "
                "that caches must forget: purge all addresses of the mirror from every cache in front of it."
            )


def _read_previous(folder: Path) -> _Previous:
    """Return what is known of the mirror in `folder`, if it can be read."""
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        lines = (folder / SUMS).read_text("utf-8").splitlines()
        return _Previous(folder, {line[66:]: line[:64] for line in lines}, about if about["format"] == FORMAT else {})
    except (OSError, ValueError, KeyError, TypeError):
        return _Previous(folder)


@dataclass
class _Build:
    """One build, copied to each process. `sums`: path → SHA-256, `made`: name of a part → [key, paths].

    `work` begins with the old mirror's files, `there`. If it `may_wait`, a slow part stays as it was and `is_due`.
    """

    work: Path
    previous: _Previous
    pages: MirrorPages
    may_wait: bool = False
    is_due: bool = False
    sums: dict[str, str] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)
    there: Set[str] = frozenset()

    def run(self) -> BuiltMirror:
        """Write all files into `work`. A part whose key has not changed is taken from the old mirror."""
        pages, view, root = self.pages, self.pages.view, self.pages.view.dataset.root
        removals = _PUBLIC_REMOVAL.findall(read_redaction_marker(open_storage(root)))
        marker = hashlib.sha256(b"\n".join(removals)).hexdigest()
        known, parts = self.previous.about.get("parts", {}), pages.parts(self._common(marker))
        # what was taken back is gone at once, also from what is slow to make
        may_wait = self.may_wait and not (self._is_redacted(marker) or known.keys() - {part.name for part in parts})
        start = len(f"{self.work}/")
        self.there = {f"{at}/{name}"[start:] for at, _folders, names in os.walk(self.work) for name in names}
        kept, changed = self.there & self.previous.sums.keys(), []
        for part in parts:
            key, *paths = known.get(part.name, [""])
            is_whole = bool(paths) and kept.issuperset(paths)
            waits = may_wait and part.is_slow and is_whole and key != part.key
            if is_whole and (key == part.key or waits):
                self.sums |= {path: self.previous.sums[path] for path in paths}
                self.made[part.name] = [key, *paths]
                self.is_due |= waits
            else:
                changed.append(part)
        self._render(changed)
        notes = [note for name in pages.files if (note := self._copy_file(name))]
        if base := pages.addresses.base_url:
            self.put("sitemap.xml", self._sitemap(base))
        about = {
            "format": FORMAT,
            "day": view.today.isoformat(),
            "data_sha256": data_sha256(view.dataset),
            "languages": pages.languages,
            "base_url": base,
            "dashboard": pages.addresses.dashboard,
            "redactions": marker,
            "parts": dict(sorted(self.made.items())),
        }
        self.put(ABOUT, json.dumps(about, indent=1).encode() + b"\n")
        lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(self.sums.items()))
        self._write(SUMS, lines.encode())
        _remove_files(self.work, self.there - self.sums.keys() - {SUMS})
        return self._result(marker, notes)

    def _common(self, marker: str) -> str:
        """Return a hash of what all parts depend on: everything but the data of recommendations and of evidence."""
        pages, dataset = self.pages, self.pages.view.dataset
        addresses = pages.addresses
        parts = (
            (program_digest(), marker, pages.view.today.isoformat()),
            (addresses.languages, addresses.base_url, addresses.dashboard, addresses.has_snapshot),
            sorted((name, sorted(codes)) for name, codes in addresses.lists.items()),
            sorted(p for p in dataset.checksums.items() if not p[0].startswith(("recommendations/", "evidence/"))),
            list(map(str, dataset.problems)),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _render(self, parts: list[MirrorPart]) -> None:
        """Write the files of `parts`, in several processes if there are several cores."""
        processes = min(MOST_BUILDERS, len(os.sched_getaffinity(0)))
        global _current, _parts
        _current, _parts = self, parts
        large = [number for number, part in enumerate(parts) if part.is_large]
        small = [*range(len(large), len(parts))]
        # a list and a recommendation come first: what all of them need is made here, and then not in each process
        first, small = [*small[:1], *small[1:][-1:]], small[1:-1]
        step = min(BATCH, max(1, len(small) // (4 * processes)))
        batches = [*([number] for number in large), *(small[at : at + step] for at in range(0, len(small), step))]
        self._add([first], map(_make, [first]))
        if processes < 2 or not parts:
            self._add(batches, map(_make, batches))
            return
        # what is there now stays, so no process needs to look through it for garbage
        gc.freeze()
        try:
            fork = multiprocessing.get_context("fork")
            with fork.Pool(processes, _end_with, (os.getpid(),), maxtasksperchild=1) as pool:
                self._add(batches, pool.imap(_make, batches))
        finally:
            gc.unfreeze()

    def _add(self, batches: list[list[int]], made: Iterable[list[dict[str, str]]]) -> None:
        for number, sums in zip(chain.from_iterable(batches), chain.from_iterable(made), strict=True):
            part = _parts[number]
            self.sums |= sums
            self.made[part.name] = [part.key, *sums]

    def put(self, path: str, raw: bytes) -> None:
        """Write one file of the mirror, and note its SHA-256."""
        self.sums[path] = self._put(path, raw)

    def _put(self, path: str, raw: bytes | Callable[[Path], object]) -> str:
        if not isinstance(raw, bytes):
            raw(place := Path(self._make_place(path)))
            with place.open("rb") as written:
                return hashlib.file_digest(written, "sha256").hexdigest()
        digest = hashlib.sha256(raw).hexdigest()
        if self.previous.sums.get(path) != digest or path not in self.there:
            self._write(path, raw)
        return digest

    def _write(self, path: str, raw: bytes) -> None:
        Path(self._make_place(path)).write_bytes(raw)

    def _make_place(self, path: str) -> str:
        """Return the place for a new file. A file there is the old mirror's too, so it must not be written to."""
        place = f"{self.work}/{path}"
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with suppress(FileNotFoundError):
            os.unlink(place)
        return place

    def _copy_file(self, name: str) -> str:
        """Copy the attached file or preview `name`. Return "", or a sentence if it was left out."""
        path, file = kept_name(name), self.pages.files[name]
        is_file = name == file.file_name
        if is_file and self.previous.sums.get(path) == file.sha256 and path in self.there:
            self.sums[path] = file.sha256
            return ""
        with open_kept(self.pages.view.dataset.root, path) as (source, _), open(self._make_place(path), "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        with (self.work / path).open("rb") as copied:
            digest = hashlib.file_digest(copied, "sha256").hexdigest()
        if is_file and digest != file.sha256:
            (self.work / path).unlink()
            return f"Left out, because it was changed after it was attached: {file.name}. Run python -m tracker check."
        self.sums[path] = digest
        return ""

    def _sitemap(self, base: str) -> bytes:
        paths = (path for path in sorted(self.sums) if path.endswith(".html") and "/" in path)
        # the canonical address of a recommendation is its permanent link
        urls = (f"<url><loc>{base}/{path}</loc></url>\n" for path in paths if "/recommendation/" not in path)
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {space}>\n{"".join(urls)}</urlset>\n'.encode()

    def _is_redacted(self, marker: str) -> bool:
        return bool(self.previous.sums) and self.previous.about.get("redactions", marker) != marker

    def _result(self, marker: str, notes: Iterable[str]) -> BuiltMirror:
        before = self.previous.sums
        gone = tuple(sorted(before.keys() - self.sums.keys()))
        written = sorted(path for path, digest in self.sums.items() if before.get(path) != digest)
        # what was taken back may have stood on any page that changed
        purged = [path for path in written if path in before] if gone or self._is_redacted(marker) else []
        size = sum(os.path.getsize(f"{self.work}/{path}") for path in self.sums)
        return BuiltMirror(
            len(self.sums) + 1,
            size,
            len(written),
            gone=gone,
            to_purge=tuple(sorted([*gone, *purged])),
            changed=tuple(written),
            notes=tuple(notes),
        )


_current: _Build
_parts: list[MirrorPart]


def _end_with(parent: int) -> None:
    """Let this process end when the process `parent` has ended, also if that was killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.1)
        os._exit(1)

    gc.disable()  # it makes one large part, or few small ones, and ends
    if not _current.may_wait:
        with suppress(OSError):  # a service may not be allowed to
            os.nice(SLOWER)
    threading.Thread(target=watch, daemon=True).start()


def _make(numbers: Sequence[int]) -> list[dict[str, str]]:
    """Write the files of the parts with these numbers in `_parts`. Return path → SHA-256 for each part."""
    return [{path: _current._put(path, raw) for path, raw in _parts[number].make()} for number in numbers]
