"""Search the texts of attached files: which files contain all the words on one page, and the best pages of each.

The index has only stems of words. It is made in the background, in small steps, each in a child process. It is kept in
the state folder, in the cache of this process. A redaction deletes it; then it is made again from the remaining texts.
"""

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, islice
from pathlib import Path, PurePath
from uuid import uuid4

from tracker.config import AnyPlace
from tracker.model.attached_files import AttachedFile
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.queries.public_files import files_of
from tracker.queries.search.file_text_reading import BUSY_SECONDS, join_divided_words
from tracker.queries.search.text_search import MIN_PREFIX_STEM_LENGTH, SearchTerm, excerpt
from tracker.queries.search.word_forms import plain_words, stem_word
from tracker.queries.view import View, group_by_key, once_per_view
from tracker.sandbox.host import JobLimits, ProcessBusy, ProcessRefused, run_job
from tracker.storage.attached_files import (
    FILES_FOLDER,
    MAX_KEPT_BYTES,
    TEXT_SUFFIX,
    TextStat,
    digest_of_name,
    open_text,
    text_name,
    text_stat,
)
from tracker.storage.cache_registry import register_cache
from tracker.storage.file_cache import process_folder
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import is_regular


class TextsOnDisk:
    """The texts of attached files on disk, in `folder`. Texts from a database are copied into the folder `state`."""

    def __init__(self, root: PurePath, state: Path) -> None:
        self._storage = open_storage(root)
        self._is_copied = not isinstance(root, Path)
        self.folder = root if isinstance(root, Path) else process_folder(state) / "texts"
        self._copied: dict[str, tuple[TextStat, TextStat]] = {}

    def list_all(self) -> dict[str, TextStat]:
        """Return a mapping: digest → version of the text, or the version of its copy if this is up to date. Raises OSError."""
        found = dict[str, TextStat]()
        for name, stat in self._storage.list_files(FILES_FOLDER).items():
            digest = digest_of_name(PurePath(name).name) if name.endswith(TEXT_SUFFIX) else None
            if digest and is_regular(stat):
                there, here = self._copied.get(digest, (None, stat))
                found[digest] = here if there == stat else stat
        return found

    def copy(self, digests: Iterable[str]) -> None:
        """Copy these texts into `folder` if necessary. Texts that no longer exist are left out. Raises OSError."""
        if not self._is_copied:
            return
        for digest in digests:
            if (stat := self._storage.stat(text_name(digest))) is None or digest in self._copied:
                continue
            path = self.folder / text_name(digest)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                path.write_bytes(self._storage.read(text_name(digest), MAX_KEPT_BYTES))
                self._copied[digest] = stat, text_stat(os.stat(path))

    def clear(self) -> None:
        """Delete the copies. A data folder is not touched."""
        if self._is_copied:
            self._copied = {}
            shutil.rmtree(self.folder, ignore_errors=True)


INDEXING_JOB = "tracker.queries.search.file_text_reading.index_texts"
MAX_INDEX_BYTES = 700_000_000
"""The file of the index may have at most this many bytes."""
MEMORY = 600_000_000
"""One step may use at most this many bytes of memory."""
SECONDS = 60
"""One step may use at most this many seconds of processor time. Sixteen megabytes of text take about four seconds."""
MAX_INDEXED_BYTES = 400_000_000
"""At most this many bytes of text are indexed. This is 80 times what 60 reports of 100 pages have."""
MAX_STEP_BYTES = 8_000_000
"""One step reads at most this many bytes, or one longer text. Between steps, other child processes can clean uploads."""
GONE: TextStat = (0, 0, 0)
"""The version of a text that does not exist (any more)."""
FileToRead = tuple[int, str, bool]
"""(number of the file in the index, its SHA-256, whether its text has pages)."""
MAX_FAILURES = 5
"""After so many failed steps in a row, the disk may be full. Nothing more is read until the index is deleted."""


@dataclass(frozen=True, slots=True)
class IndexedTexts:
    """The texts that can be searched at one moment. `index` is the path of the index, or None if there is none.

    `digests` is number of a file → SHA-256, and `texts` is SHA-256 → the version that was read. `reading` is how many
    files still wait, `left_out` how many are left out because of too much text. `generation` changes with any of this.
    """

    index: Path | None
    digests: Mapping[int, str]
    texts: Mapping[str, TextStat]
    reading: int = 0
    left_out: int = 0
    generation: int = 0


class FileTextIndex:
    """The index of the file texts at `place`, kept in the folder `state`. Texts are listed at most every `look_every` seconds."""

    def __init__(self, place: AnyPlace, state: Path, *, look_every: float = 1.0) -> None:
        self._on_disk, self._state = TextsOnDisk(open_storage(place).root, state), state
        self.folder = self._on_disk.folder
        self._look_every = look_every
        self._lock, self._looking = threading.RLock(), threading.Lock()
        self._looked_at = float("-inf")
        self._listed: Mapping[str, TextStat] = {}
        self._generation = self._last_number = 0
        self._forget()
        register_cache(self.clear)

    def _forget(self) -> None:
        """Start with an empty index. A thread that still reads for the old one ends by itself."""
        self._index: Path | None = None
        self._digests: dict[int, str] = {}
        self._texts: dict[str, TextStat] = {}
        # digest → whether it has pages, in the order in which they are read, with those that are being read
        self._waiting: dict[str, bool] = {}
        self._unreadable: dict[str, TextStat] = {}
        self._failures = 0
        self._generation += 1
        self._worker: threading.Thread | None = None

    def clear(self) -> None:
        """Delete the index, for example after a redaction. The next search starts to make it again."""
        with self._lock:
            index = self._index
            self._forget()
            self._on_disk.clear()
            self._looked_at = float("-inf")
        if index:
            for path in (index, index.with_name(f"{index.name}-journal")):
                path.unlink(missing_ok=True)

    def look(self, files: Mapping[str, AttachedFile]) -> IndexedTexts:
        """Return what can be searched now. Start to read those of `files` (SHA-256 → file) that are not in the index.

        If the text of any indexed file was changed or removed, the whole index is deleted first.
        """
        if not files or not _can_search_texts():
            return IndexedTexts(None, {}, {})
        self._look_into_folder()
        with self._lock:
            left_out = self._add(files)
            reading = len(self._waiting.keys() & files.keys()) if self._failures < MAX_FAILURES else 0
            known = (self._index if self._digests else None, dict(self._digests), dict(self._texts))
            return IndexedTexts(*known, reading=reading, left_out=left_out, generation=self._generation)

    def wait(self, seconds: float) -> bool:
        """Wait until all files are read, at most `seconds`. Return whether they are."""
        if worker := self._worker:
            worker.join(seconds)
        return worker is None or not worker.is_alive()

    def _look_into_folder(self) -> None:
        """List the texts. If one that was read is gone or changed, delete the index, so that its old words are not found."""
        if time.monotonic() - self._looked_at < self._look_every or not self._looking.acquire(blocking=False):
            return
        try:
            listed: Mapping[str, TextStat] = {}
            with suppress(OSError):
                listed = self._on_disk.list_all()
            with self._lock:
                self._looked_at, self._listed = time.monotonic(), listed
                is_lost = bool(self._texts and self._index and not self._index.exists())
                if is_lost or any(listed.get(digest) != known for digest, known in self._texts.items()):
                    self.clear()
                    self._looked_at = time.monotonic()
        finally:
            self._looking.release()

    def _add(self, files: Mapping[str, AttachedFile]) -> int:
        """Start to read the new texts of `files`. Return how many are left out, because there is too much text."""
        total, left_out, before = sum(stat[1] for stat in self._texts.values()), 0, len(self._waiting)
        total += sum(self._listed.get(digest, GONE)[1] for digest in self._waiting)
        for digest, file in files.items():
            listed, known = self._listed.get(digest, GONE), (self._texts, self._waiting)
            if listed in (GONE, self._unreadable.get(digest)) or any(digest in of for of in known):
                continue
            if total + listed[1] > MAX_INDEXED_BYTES:
                left_out += 1
            else:
                total += listed[1]
                self._waiting[digest] = file.kind.has_pages
        if len(self._waiting) > before:
            self._generation += 1
        if self._waiting and self._worker is None and self._failures < MAX_FAILURES:
            self._worker = threading.Thread(target=self._read_waiting, name="file texts", daemon=True)
            self._worker.start()
        return left_out

    def _read_waiting(self) -> None:
        """Read the waiting texts, step by step, until none waits or the index is deleted. Runs in a thread."""
        worker = threading.current_thread()
        while True:
            with self._lock:
                if self._worker is not worker:
                    return  # the index was deleted
                if not self._waiting or self._failures >= MAX_FAILURES:
                    self._worker = None
                    return
                files = self._next_step()
            done = self._run(files, worker)
            with self._lock:
                if self._worker is worker:
                    self._finish_step(files, done)

    def _next_step(self) -> list[FileToRead]:
        """Return the waiting texts that the next step reads, at least one."""
        sizes = accumulate(self._listed.get(digest, GONE)[1] for digest in self._waiting)
        most = 1 if self._failures else max(1, sum(size <= MAX_STEP_BYTES for size in sizes))
        step = enumerate(islice(self._waiting.items(), most), self._last_number + 1)
        self._last_number += most
        return [(number, digest, has_pages) for number, (digest, has_pages) in step]

    def _run(self, files: list[FileToRead], worker: threading.Thread) -> dict[int, TextStat | None] | None:
        """Add `files` to the index in a child process. Return number → version (None: unreadable), or None if the step failed."""
        with suppress(ProcessRefused, OSError, ValueError):
            self._on_disk.copy(digest for _, digest, _ in files)
            root, index = self.folder.absolute(), self._index_path(worker)
            job = {"root": str(root), "index": str(index), "files": files}
            readable, writable = (f"{root / FILES_FOLDER}",), (f"{index.parent}",)
            limits = JobLimits(SECONDS, MEMORY, written=MAX_INDEX_BYTES, readable=readable, writable=writable)
            while True:
                with suppress(ProcessBusy):
                    read, _ = run_job(INDEXING_JOB, job, limits=limits, is_cancelled=lambda: self._worker is not worker)
                    return {int(number): tuple(stat) if stat else None for number, stat in read.items()}
        return None

    def _index_path(self, worker: threading.Thread) -> Path:
        """Return the path of the index. Create an empty file if there is none. Raises OSError."""
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

    def _finish_step(self, files: list[FileToRead], done: dict[int, TextStat | None] | None) -> None:
        """Note which of `files` are read now, and which cannot be read. `done` is the result of `_run`."""
        self._generation += 1
        self._failures = self._failures + 1 if done is None else 0
        # when a step with several texts failed, they go on waiting
        for number, digest, _ in files if done is not None or len(files) == 1 else ():
            del self._waiting[digest]
            if version := (done or {}).get(number):
                self._digests[number], self._texts[digest] = digest, version
            else:
                self._unreadable[digest] = self._listed.get(digest, GONE)


@cache
def file_text_index(place: AnyPlace, state: Path) -> FileTextIndex:
    """Return the index of the texts of attached files at `place`. The same place always gives the same index."""
    return FileTextIndex(place, state)


@cache
def _can_search_texts() -> bool:
    with suppress(sqlite3.Error), closing(sqlite3.connect(":memory:")) as memory:
        memory.execute("CREATE VIRTUAL TABLE words USING fts5 (stems)")
        return True
    return False


def open_index(path: Path) -> sqlite3.Connection:
    """Open an index to search in it. Raises sqlite3.Error if it does not exist any more."""
    # not read-only: after a process was ended in the middle of a write, the next to open the index undoes the write
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)


MAX_FILES_SHOWN = 8
MAX_PLACES_SHOWN = 3
"""At most this many pages of each file are shown."""
MAX_PASSAGES_FOUND = 25_000
"""At most this many passages are compared. Words that occur in more passages hardly help to choose one."""
MAX_TERMS = 12
"""At most this many search words are used. The rest are ignored."""
MIN_LENGTH_OF_BEGINNING = 3
"""A search word with at least this many letters also finds longer words that begin with it."""
_BEST_PLACES = """
WITH found AS MATERIALIZED (SELECT rowid AS id, rank AS score FROM words WHERE words MATCH :words LIMIT :most),
pages AS (SELECT id >> 16 AS page, id, min(score) AS score FROM found GROUP BY 1),
ordered AS (
    SELECT id >> 40 AS file, page, id, row_number() OVER file AS place, count(*) OVER (PARTITION BY id >> 40) AS pages,
        first_value(score) OVER file AS best
    FROM pages WINDOW file AS (PARTITION BY id >> 40 ORDER BY score, page)
)
SELECT file, page & 0xFFFFFF, pages, start, size FROM ordered JOIN passages USING (id)
WHERE place <= :places ORDER BY best, file, page
"""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A page on which all the search words occur. `page` is its number, or None if the file has no numbered pages."""

    page: int | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that has all the search words on one page: its best pages in order, and how many other pages (`more`) have them."""

    file: AttachedFile
    records: tuple[Evidence | Document, ...]
    places: tuple[FoundPlace, ...]
    more: int


@dataclass(frozen=True, slots=True)
class FoundInFiles:
    """What a search found in attached files: the best files, and how many other files were found (`more`).

    `reading` is how many files still wait, and `left_out` how many are left out because there is too much text.
    """

    files: tuple[FoundFile, ...] = ()
    more: int = 0
    reading: int = 0
    left_out: int = 0

    @property
    def count(self) -> int:
        """Return the number of files that were found."""
        return len(self.files) + self.more


NOTHING_IN_FILES = FoundInFiles()


@once_per_view
def attached_files(view: View) -> Mapping[str, tuple[AttachedFile, tuple[Evidence | Document, ...]]]:
    """Return a mapping: SHA-256 → (file, records to which it is attached), for the files that are not withdrawn in a view."""
    records: Iterable[Evidence | Document] = (*view.evidence.values(), *view.documents.values())
    active = ((file, record) for record in records for file in files_of(view, record))
    found = group_by_key((file.sha256, (file, record)) for file, record in active)
    records_of = {digest: {id(record): record for _, record in pairs} for digest, pairs in found.items()}
    return {digest: (pairs[0][0], tuple(records_of[digest].values())) for digest, pairs in found.items()}


def prepare_file_search(view: View, index: FileTextIndex) -> IndexedTexts:
    """Return which files of a view can be searched now. Start to read the others in the background."""
    return index.look({digest: file for digest, (file, _) in attached_files(view).items()})


def search_files(view: View, terms: Sequence[SearchTerm], texts: FileTextIndex, indexed: IndexedTexts) -> FoundInFiles:
    """Return the files of a view with all `terms` on one page. If the index is damaged, delete it and find nothing."""
    attached, words = attached_files(view), match_expression(terms)
    if indexed.index is None or not words:
        return _nothing_in(indexed)
    try:
        with closing(open_index(indexed.index)) as index:
            query = {"words": words, "most": MAX_PASSAGES_FOUND, "places": MAX_PLACES_SHOWN}
            rows = index.execute(_BEST_PLACES, query).fetchall()
    except sqlite3.Error:
        texts.clear()  # it is damaged or was just deleted, and is made again
        return _nothing_in(prepare_file_search(view, texts))
    places_by_digest = group_by_key((indexed.digests.get(number, ""), place) for number, *place in rows)
    by_digest = {digest: places for digest, places in places_by_digest.items() if digest in attached}

    def shown(file: AttachedFile, page: int, *, start: int, size: int) -> FoundPlace:
        text = _read_passage(texts.folder, file.sha256, indexed, start=start, size=size)
        found = excerpt(text, terms) or excerpt(join_divided_words(text), terms)
        return FoundPlace((page or None) if file.kind.has_pages else None, found)

    files = []
    for digest, places in islice(by_digest.items(), MAX_FILES_SHOWN):
        file, records = attached[digest]
        best = tuple(shown(file, page, start=start, size=size) for page, _, start, size in places)
        files.append(FoundFile(file, records, best, more=max(0, places[0][1] - len(places))))
    return replace(_nothing_in(indexed), files=tuple(files), more=len(by_digest) - len(files))


def _nothing_in(indexed: IndexedTexts) -> FoundInFiles:
    return FoundInFiles(reading=indexed.reading, left_out=indexed.left_out)


def _read_passage(root: Path, sha256: str, indexed: IndexedTexts, *, start: int, size: int) -> str:
    """Return a part of a text. Return "" if the text does not exist any more, or changed since it was indexed."""
    with suppress(OSError), open_text(root, sha256) as file:
        if text_stat(os.fstat(file.fileno())) == indexed.texts.get(sha256):
            file.seek(start)
            return file.read(size).decode("utf-8", "replace")
    return ""


def match_expression(terms: Sequence[SearchTerm]) -> str:
    """Return a full-text query for SQLite that finds passages with all `terms`, in any form or by a synonym.

    It finds nearly the same forms as `SearchTerm.matches`. Return "" without terms, or if one of them has no word.
    """
    expressions = [_expression(term) for term in terms[:MAX_TERMS]]
    return " AND ".join(f"({expression})" for expression in expressions) if all(expressions) else ""


def _expression(term: SearchTerm) -> str:
    if term.parts:
        parts = [_expression(part) for part in term.parts]
        own = ["(" + " AND ".join(f"({part})" for part in parts) + ")"] if all(parts) else []
    else:
        own = list(_forms(term))
    return " OR ".join([*own, *(f'"{" ".join(phrase)}"' for phrase in term.phrases)])


def _forms(term: SearchTerm) -> Iterator[str]:
    if term.word.isalnum():
        yield f'"{term.stem}"'
        if len(term.word) >= MIN_LENGTH_OF_BEGINNING:
            yield f'"{term.word}" *'
        if len(term.stem) >= MIN_PREFIX_STEM_LENGTH:
            yield f'"{term.stem}" *'
    elif words := plain_words(term.word):  # a symbol, such as E/C.12/KGZ/CO/4, is a phrase in the text
        yield f'"{" ".join(map(stem_word, words))}"' + (" *" if "/" in term.word else "")
