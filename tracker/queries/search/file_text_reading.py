"""Read the texts of attached files and write an index of their words. This runs in a child process with limits.

A text is cut into passages, each a page or a part of a long page. The index is an SQLite database: the table `words`
has the stems of the words of each passage, and the table `passages` says where in the text the passage stands.
"""

import os
import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from tracker.queries.search.word_forms import MAX_WORD_LENGTH, TOKEN, plain_stems
from tracker.sandbox.host import JobAnswer
from tracker.storage.attached_files import OTHER_STRINGS, PAGE_BREAK, TextStat, open_text, text_stat

MAX_TEXT_BYTES = 10_000_000
"""A longer text is not read. The text of a file has at most 2,000,000 characters when it is saved."""
MAX_PASSAGE_BYTES = 8_000
"""A passage has at most this many bytes. A printed page has 2,500 to 7,000."""
MAX_PAGE_NUMBER = 2**24
BUSY_SECONDS = 5.0
"""A reader or writer of the index waits at most this many seconds for another one."""
SCHEMA = """
PRAGMA synchronous = OFF;
PRAGMA cache_spill = OFF;
CREATE TABLE IF NOT EXISTS passages (id INTEGER PRIMARY KEY, start INTEGER, size INTEGER);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (stems, content = '', tokenize = 'ascii');
"""
_WORD_IN_TWO_LINES = re.compile(r"([^\W\d_]+)-\s*\n\s*([^\W\d_]+)")


class Passage(NamedTuple):
    """A part of a text: the number of its page, where it starts in the text, and how long it is, both in bytes."""

    page: int
    start: int
    size: int


def passages_of(raw: bytes, *, has_pages: bool) -> Iterator[Passage]:
    """Yield the passages that are not empty. `page` is the page number (0: on no page) or, without pages, counts from 1."""
    start, number = 0, 0
    for page, text in enumerate(raw.split(PAGE_BREAK.encode()), 1):
        at, end = start, start + len(text)
        if text.startswith(OTHER_STRINGS.encode()):
            at, page = at + len(OTHER_STRINGS), 0
        while at < end:
            cut = end if end - at <= MAX_PASSAGE_BYTES else _place_to_cut(raw, at, at + MAX_PASSAGE_BYTES)
            if raw[at:cut].strip():
                number += 1
                yield Passage(page if has_pages else number, at, cut - at)
            at = cut
        start = end + 1


def _place_to_cut(raw: bytes, start: int, end: int) -> int:
    for gap in (b"\n", b" "):
        if (found := raw.rfind(gap, start + MAX_PASSAGE_BYTES // 2, end)) > 0:
            return found + 1
    while raw[end] & 0xC0 == 0x80:  # in the middle of a character
        end -= 1
    return end


def join_divided_words(text: str) -> str:
    """Join the words of a text that are divided by a hyphen at the end of a line, and return the text."""
    return _WORD_IN_TWO_LINES.sub(r"\1\2", text)


def _stems(text: str) -> str:
    divided = (first + second for first, second in _WORD_IN_TWO_LINES.findall(text))
    tokens = chain(TOKEN.findall(unicodedata.normalize("NFC", text)), divided)
    return " ".join(stem for token in tokens for stem in plain_stems(token) if len(stem) <= MAX_WORD_LENGTH)


def index_text(index: sqlite3.Connection, root: Path, sha256: str, *, number: int, has_pages: bool) -> TextStat | None:
    """Add a text to the index. Return its version, or None if it is unreadable or too long. Raises sqlite3.Error."""
    try:
        with open_text(root, sha256) as file:
            found = text_stat(os.fstat(file.fileno()))
            raw = file.read(MAX_TEXT_BYTES + 1)
    except OSError:
        return None
    if len(raw) > MAX_TEXT_BYTES:
        return None
    # the number of a passage: number of the file, then the page, then the start in kilobytes
    found_in = passages_of(raw, has_pages=has_pages)
    passages = {number << 40 | min(p.page, MAX_PAGE_NUMBER - 1) << 16 | p.start >> 10: p for p in found_in}
    rows = [(id, p.start, p.size) for id, p in passages.items()]
    stems = ((id, _stems(raw[start : start + size].decode("utf-8", "replace"))) for id, start, size in rows)
    with index:
        index.execute("BEGIN IMMEDIATE")
        index.executemany("INSERT INTO passages VALUES (?, ?, ?)", rows)
        index.executemany("INSERT INTO words (rowid, stems) VALUES (?, ?)", stems)
    return found


def index_texts(_data: bytes, root: str, index: str, files: Sequence[tuple[int, str, bool]]) -> JobAnswer:
    """Index texts in the child process. Return (file number → result of `index_text`, no bytes). Raises sqlite3.Error."""
    with closing(sqlite3.connect(index, timeout=BUSY_SECONDS, isolation_level=None)) as opened:
        opened.executescript(SCHEMA)
        return {
            str(number): index_text(opened, Path(root), sha256, number=number, has_pages=has_pages)
            for number, sha256, has_pages in files
        }, b""
