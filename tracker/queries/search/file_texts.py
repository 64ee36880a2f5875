"""The index of the texts of attached files. It is made in the background, in small steps and in processes of their own.

The index has only stems of words. It lies in the state folder, in the cache of this process: a redaction deletes it, and
it is made again from the texts that are still there.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

from tracker.config import AnyPlace
from tracker.model.attached_files import AttachedFile
from tracker.queries.search.file_text_reading import BUSY_SECONDS
from tracker.sandbox.host import JobLimits, ProcessBusy, ProcessRefused, run_job
from tracker.storage.attached_files import FILES_FOLDER, TextStat
from tracker.storage.cache_registry import register_cache
from tracker.storage.file_cache import process_folder
from tracker.storage.open_storage import open_storage
from tracker.storage.texts_on_disk import TextsOnDisk

JOB = "tracker.queries.search.file_text_reading.index_texts"
MAX_INDEX_BYTES = 700_000_000
MEMORY = 600_000_000
SECONDS = 60
"""The processor time for all files of one job. Sixteen megabytes of text take about four seconds."""
LOOK_EVERY_SECONDS = 1.0
"""Seconds between two looks into the folder of the files."""
MAX_INDEXED_BYTES = 400_000_000
"""How many bytes of text are indexed. This is 80 times what 60 reports of 100 pages have."""
MAX_STEP_BYTES = 8_000_000
"""How many bytes of text one process reads. Other processes, which clean uploads, get their turn between two steps."""
MAX_FAILURES = 5
"""After so many failed steps in a row nothing is read until the server starts again: the disk may be full."""


@dataclass(frozen=True, slots=True)
class IndexedTexts:
    """The texts that can be searched at one moment.

    `index` is the path of the index, or None if there is nothing to search. `digests` is number of the file in the
    index → its SHA-256, and `texts` is SHA-256 → the version of the text that was read. `reading` is how many files still
    have to be read, and `left_out` how many are not read because there is too much text. `generation` is another number
    whenever any of this is different.
    """

    index: Path | None
    digests: Mapping[int, str]
    texts: Mapping[str, TextStat]
    reading: int = 0
    left_out: int = 0
    generation: int = 0


class FileTexts:
    """The index of the texts of the public data at `place`, in the folder `state` of this machine.

    `look_every` is the time between two looks into the folder of the files, in seconds; None means LOOK_EVERY_SECONDS.
    """

    def __init__(self, place: AnyPlace, state: Path, *, look_every: float | None = None) -> None:
        self._on_disk, self._state = TextsOnDisk(open_storage(place).root, state), state
        self.folder = self._on_disk.folder
        self._look_every = LOOK_EVERY_SECONDS if look_every is None else look_every
        self._lock, self._looking = threading.RLock(), threading.Lock()
        self._looked_at = float("-inf")
        self._listed: Mapping[str, TextStat] = {}
        self._generation = self._last_number = 0
        self._forget()
        register_cache(self.clear)

    def _forget(self) -> None:
        self._index: Path | None = None
        self._digests: dict[int, str] = {}
        self._texts: dict[str, TextStat] = {}
        self._waiting: dict[str, bool] = {}  # digest → whether it has pages, in the order in which they are read
        self._unreadable: dict[str, TextStat] = {}
        self._left_out: set[str] = set()
        self._step: tuple[str, ...] = ()
        self._failures = 0
        self._generation += 1
        self._worker: threading.Thread | None = None

    def clear(self) -> None:
        """Delete the index, for example after a redaction. The next search makes it again."""
        with self._lock:
            index = self._index
            self._forget()
            self._on_disk.clear()
            self._looked_at = float("-inf")
        if index:
            for path in (index, index.with_name(f"{index.name}-journal")):
                path.unlink(missing_ok=True)

    def look(self, files: Mapping[str, AttachedFile]) -> IndexedTexts:
        """Return what can be searched now. Start to read those texts of `files` that were not read yet.

        `files` is SHA-256 → file. Return an empty result if SQLite cannot search texts here.
        """
        if not files or not _can_search_texts():
            return IndexedTexts(None, {}, {})
        self._look_into_folder()
        with self._lock:
            self._add(files)
            waiting = {*self._waiting, *self._step} if self._failures < MAX_FAILURES else set()
            return IndexedTexts(
                self._index if self._digests else None,
                dict(self._digests),
                dict(self._texts),
                reading=len(waiting & files.keys()),
                left_out=len(self._left_out & files.keys()),
                generation=self._generation,
            )

    def wait(self, seconds: float) -> bool:
        """Wait until everything is read, at most `seconds`. Return whether it is."""
        with self._lock:
            worker = self._worker
        if worker:
            worker.join(seconds)
        return worker is None or not worker.is_alive()

    def _look_into_folder(self) -> None:
        """List the texts. If one that was read is gone or different, forget all: nothing of it may be found."""
        if time.monotonic() - self._looked_at < self._look_every or not self._looking.acquire(blocking=False):
            return
        try:
            try:
                listed = self._on_disk.list_all()
            except OSError:
                listed = {}
            with self._lock:
                self._looked_at, self._listed = time.monotonic(), listed
                is_lost = bool(self._texts and self._index and not self._index.exists())
                if is_lost or any(listed.get(digest) != known for digest, known in self._texts.items()):
                    self.clear()
                    self._looked_at = time.monotonic()
        finally:
            self._looking.release()

    def _add(self, files: Mapping[str, AttachedFile]) -> None:
        total = sum(stat[1] for stat in self._texts.values())
        total += sum(self._listed[digest][1] for digest in (*self._waiting, *self._step) if digest in self._listed)
        before = len(self._waiting)
        for digest, file in files.items():
            known = digest in self._texts or digest in self._waiting or digest in self._step
            listed = self._listed.get(digest)
            if known or listed is None or self._unreadable.get(digest) == listed:
                continue
            if total + listed[1] > MAX_INDEXED_BYTES:
                self._left_out.add(digest)
                continue
            total += listed[1]
            self._left_out.discard(digest)
            self._waiting[digest] = file.kind.has_pages
        if len(self._waiting) > before:
            self._generation += 1
        if self._waiting and self._worker is None and self._failures < MAX_FAILURES:
            self._worker = threading.Thread(target=self._read_waiting, name="file texts", daemon=True)
            self._worker.start()

    def _read_waiting(self) -> None:
        worker = threading.current_thread()
        while True:
            with self._lock:
                if self._worker is not worker:
                    return  # the index was deleted
                if not self._waiting or self._failures >= MAX_FAILURES:
                    self._worker = None
                    return
                step = self._next_step()
                files = [(self._last_number + at, digest, step[digest]) for at, digest in enumerate(step, 1)]
                self._last_number += len(step)
                self._step = tuple(step)
            done = self._run(files, worker)
            with self._lock:
                if self._worker is worker:
                    self._finish_step(step, files, done)

    def _next_step(self) -> dict[str, bool]:
        """Remove the next texts from those that wait, and return them. After a failure it is only one."""
        step: dict[str, bool] = {}
        size = 0
        for digest, has_pages in list(self._waiting.items()):
            size += self._listed[digest][1] if digest in self._listed else 0
            if step and (size > MAX_STEP_BYTES or self._failures):
                break
            step[digest] = has_pages
            del self._waiting[digest]
        return step

    def _run(self, files: list[tuple[int, str, bool]], worker: threading.Thread) -> dict[int, TextStat | None] | None:
        """Read `files`. Return number → version of the text, None if it cannot be read; or None if the step failed."""
        with suppress(ProcessRefused, OSError, ValueError):
            self._on_disk.copy(digest for _, digest, _ in files)
            root, index = self.folder.absolute(), self._index_path(worker)
            job = {"root": str(root), "index": str(index), "files": files}
            limits = JobLimits(
                SECONDS,
                MEMORY,
                written=MAX_INDEX_BYTES,
                readable=(f"{root / FILES_FOLDER}",),
                writable=(f"{index.parent}",),
            )
            while True:
                with suppress(ProcessBusy):
                    read, _ = run_job(JOB, job, limits=limits, is_cancelled=lambda: self._worker is not worker)
                    return {int(number): tuple(stat) if stat else None for number, stat in read.items()}
        return None

    def _index_path(self, worker: threading.Thread) -> Path:
        with self._lock:
            if self._worker is not worker:
                raise OSError("the index was deleted")
            if self._index is None:
                folder = process_folder(self._state)
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                path = folder / f"{uuid4().hex}.sqlite"
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                self._index = path
            return self._index

    def _finish_step(
        self, step: Mapping[str, bool], files: list[tuple[int, str, bool]], done: dict[int, TextStat | None] | None
    ) -> None:
        self._step = ()
        self._generation += 1
        if done is None:
            self._failures += 1
            if len(step) > 1:
                self._waiting = {**step, **self._waiting}  # one by one: only one of them may be the reason
            else:
                self._unreadable |= {digest: self._listed.get(digest, (0, 0, 0)) for digest in step}
            return
        self._failures = 0
        for number, digest, _ in files:
            if version := done.get(number):
                self._digests[number], self._texts[digest] = digest, version
            else:
                self._unreadable[digest] = self._listed.get(digest, (0, 0, 0))


@cache
def texts_of_files(place: AnyPlace, state: Path) -> FileTexts:
    """Return the index of the texts of public data. This process has only one for each place."""
    return FileTexts(place, state)


@cache
def _can_search_texts() -> bool:
    """Return whether SQLite was compiled with its full-text search."""
    try:
        with closing(sqlite3.connect(":memory:")) as memory:
            memory.execute("CREATE VIRTUAL TABLE words USING fts5 (stems)")
    except sqlite3.Error:
        return False
    return True


def open_index(path: Path) -> sqlite3.Connection:
    """Open an index to search in it. Raises sqlite3.Error if it is not there any more."""
    # not read-only: after a process was ended in the middle of a write, the next to open the index undoes the write
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)
