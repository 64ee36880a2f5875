"""Search the texts of attached files: which files contain all the words on one page, and the best pages of each."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from tracker.model.attached_files import AttachedFile
from tracker.model.lifecycle import is_active
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.queries.search.file_text_reading import join_divided_words
from tracker.queries.search.file_texts import FileTexts, IndexedTexts, open_index
from tracker.queries.search.highlighting import excerpt
from tracker.queries.search.text_search import MIN_PREFIX_STEM_LENGTH, SearchTerm
from tracker.queries.search.word_forms import plain_words, stem_word
from tracker.queries.view import View
from tracker.storage.attached_files import open_text, text_stat

MAX_FILES_SHOWN = 8
MAX_PLACES_SHOWN = 3
"""How many pages of a file are shown."""
MAX_PASSAGES_FOUND = 25_000
"""How many passages are compared. Words that occur in more of them say little about any."""
MAX_TERMS = 12
MIN_LENGTH_OF_BEGINNING = 3
"""A shorter word finds only the same word, not every word that begins with it."""
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
    """A page on which all the words occur. `page` is None if the file has no numbers of pages or sheets."""

    page: int | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file in which all the words occur on one page.

    `records` are the evidence and the documents to which it is attached. `places` are its best pages, in the order of the
    file, and `more` is the number of the other pages that were found.
    """

    file: AttachedFile
    records: tuple[Evidence | Document, ...]
    places: tuple[FoundPlace, ...]
    more: int


@dataclass(frozen=True, slots=True)
class FoundInFiles:
    """What was found in the texts of files.

    `files` are the best ones, the best first, and `more` is the number of the others. `reading` is how many files are not
    read yet, and `left_out` how many are not searched because there is too much text. `generation` is another number after
    more files were read.
    """

    files: tuple[FoundFile, ...] = ()
    more: int = 0
    reading: int = 0
    left_out: int = 0
    generation: int = 0

    @property
    def count(self) -> int:
        """Return the number of files that were found."""
        return len(self.files) + self.more


NOTHING_IN_FILES = FoundInFiles()
WithFiles = Evidence | Document
Attached = Mapping[str, tuple[AttachedFile, tuple[WithFiles, ...]]]


def attached_files(view: View) -> Attached:
    """Return SHA-256 → (file, the records to which it is attached), for the public files of a view."""

    def collect() -> Attached:
        found: dict[str, tuple[AttachedFile, tuple[WithFiles, ...]]] = {}
        records: Iterable[WithFiles] = chain(view.evidence.values(), view.documents.values())
        for record in records:
            for file in record.files:
                if is_active(file, view.recorded):
                    first, others = found.get(file.sha256, (file, ()))
                    found[file.sha256] = first, others if record in others[-1:] else (*others, record)
        return found

    return view.cached("attached files", (), collect)


def look_at_texts(view: View, texts: FileTexts) -> IndexedTexts:
    """Return which texts of the files of a view can be searched now. The others are read in the background."""
    return texts.look({digest: file for digest, (file, _) in attached_files(view).items()})


def search_files(view: View, terms: Sequence[SearchTerm], texts: FileTexts, indexed: IndexedTexts) -> FoundInFiles:
    """Return what a search for `terms` finds in the texts that are `indexed`."""
    attached = attached_files(view)
    nothing = _nothing_in(indexed)
    words = match_expression(terms)
    if indexed.index is None or not words:
        return nothing
    try:
        with closing(open_index(indexed.index)) as index:
            rows = index.execute(
                _BEST_PLACES, {"words": words, "most": MAX_PASSAGES_FOUND, "places": MAX_PLACES_SHOWN}
            ).fetchall()
    except sqlite3.Error:
        texts.clear()  # it is damaged or was just deleted, and is made again
        return _nothing_in(look_at_texts(view, texts))
    by_digest: dict[str, list[tuple[int, int, int, int]]] = {}
    for number, *place in rows:
        digest = indexed.digests.get(number, "")
        if digest in attached:
            by_digest.setdefault(digest, []).append((place[0], place[1], place[2], place[3]))
    shown = list(by_digest.items())[:MAX_FILES_SHOWN]
    return replace(
        nothing,
        files=tuple(
            FoundFile(
                *attached[digest],
                places=tuple(_places(texts.folder, attached[digest][0], indexed, places=places, terms=terms)),
                more=max(0, places[0][1] - len(places)),
            )
            for digest, places in shown
        ),
        more=len(by_digest) - len(shown),
    )


def _nothing_in(indexed: IndexedTexts) -> FoundInFiles:
    return FoundInFiles(reading=indexed.reading, left_out=indexed.left_out, generation=indexed.generation)


def _places(
    root: Path,
    file: AttachedFile,
    indexed: IndexedTexts,
    *,
    places: Sequence[tuple[int, int, int, int]],
    terms: Sequence[SearchTerm],
) -> Iterator[FoundPlace]:
    """Yield the places with an excerpt of each. It is empty if the text is not there any more."""
    for page, _, start, size in places:
        text = _read_passage(root, file.sha256, indexed, start=start, size=size)
        found = excerpt(text, terms) or excerpt(join_divided_words(text), terms)
        yield FoundPlace((page or None) if file.kind.has_pages else None, found)


def _read_passage(root: Path, sha256: str, indexed: IndexedTexts, *, start: int, size: int) -> str:
    try:
        with open_text(root, sha256) as file:
            if text_stat(os.fstat(file.fileno())) != indexed.texts.get(sha256):
                return ""
            file.seek(start)
            return file.read(size).decode("utf-8", "replace")
    except OSError:
        return ""


def match_expression(terms: Sequence[SearchTerm]) -> str:
    """Return what SQLite has to look for to find the search words, in the language of its full-text search.

    It finds the same forms and synonyms as `SearchTerm.matches`. It is empty if there is nothing to look for.
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
    if not term.word.isalnum():  # a symbol, such as E/C.12/KGZ/CO/4, is a phrase in the text
        if stems := [stem_word(word) for word in plain_words(term.word)]:
            yield f'"{" ".join(stems)}"' + (" *" if "/" in term.word else "")
        return
    yield f'"{term.stem}"'
    if len(term.word) >= MIN_LENGTH_OF_BEGINNING:
        yield f'"{term.word}" *'
    if len(term.stem) >= MIN_PREFIX_STEM_LENGTH:
        yield f'"{term.stem}" *'
