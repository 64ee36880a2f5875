"""The limits of one file for each purpose, and the sentences for a file that cannot be used."""

import time
from dataclasses import dataclass, replace

from tracker.model.errors import UnusableFile
from tracker.model.labels import N_

MEGABYTE = 1024 * 1024
EMPTY = N_("The file is empty. Check that it was saved or downloaded completely.")
DAMAGED = N_("The file is damaged or cut off. Open it on your device to check it, and save or download it again.")
PROTECTED = N_("The file is protected with a password, so it cannot be cleaned. Save a copy without the password.")
TOO_LARGE_UNPACKED = N_("The file is far larger inside than such a file can be. It was not opened.")
CUT_OFF = N_(
    "The file is damaged or cut off. Download or copy it again, open it in your word processor to check it, and try again."
)
NOT_A_SPREADSHEET = N_("This is not a spreadsheet that can be read. Save the table as .xlsx or .csv.")


@dataclass(frozen=True, slots=True)
class FileLimits:
    """The largest values that are allowed for one file. The defaults are those of a file that is kept.

    `unpacked_bytes` and `packed_files` are for an archive, `memory` is the address space in bytes, and `pages` and
    `characters` are for extracted text. For a table, `tags` counts XML tags in all parts, `records` recommendations.
    """

    file_bytes: int = 20_000_000
    unpacked_bytes: int = 120_000_000
    packed_files: int = 2_000
    seconds: float = 20.0
    memory: int = 1_200_000_000
    pixels: int = 52_000_000
    pages: int = 1_000
    characters: int = 2_000_000
    tags: int = 2_500_000
    rows: int = 20_000
    columns: int = 200
    cells: int = 500_000
    cell_length: int = 32_767
    records: int = 5_000


KEPT = FileLimits()
UPLOAD = FileLimits(packed_files=4_000, unpacked_bytes=500_000_000, seconds=10.0, memory=900_000_000)
"""The limits of a document that is imported. Most bytes of a document are pictures, which are never unpacked."""
TABLE = FileLimits(file_bytes=20 * MEGABYTE, unpacked_bytes=120 * MEGABYTE)
UHRI_WORKBOOK = replace(TABLE, rows=100_000, cells=2_000_000, tags=12_000_000)
UHRI_FILE = replace(TABLE, file_bytes=1024 * MEGABYTE, rows=300_000, cells=6_000_000, tags=30_000_000, seconds=600)
"""The limits of an export of UHRI that is read from the disk and not uploaded."""


class Stopwatch:
    """Measures the time since it was created, to stop work that takes too long."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        """Raise UnusableFile if more than the allowed seconds have passed."""
        if time.monotonic() > self._end:
            raise UnusableFile(N_("Reading this file takes too long. Split it into smaller files and try again."))


def check_file_size(size: int, limits: FileLimits) -> None:
    """Raise UnusableFile, with a sentence for the editor, if a file of `size` bytes is empty or too large."""
    if size == 0:
        raise UnusableFile(EMPTY)
    if size > limits.file_bytes:
        raise UnusableFile(
            N_("The file has {size} MB; at most {most} MB are allowed. Split it, or delete what you do not need."),
            {"size": -(-size // MEGABYTE), "most": limits.file_bytes // MEGABYTE},
        )


def table_too_large(limits: FileLimits) -> UnusableFile:
    """Return an error, to be raised for a table with too many rows, columns or cells."""
    return UnusableFile(
        N_(
            "The table is too large: at most {rows} rows, {columns} columns and {cells} cells. Delete what you do not need."
        ),
        {"rows": limits.rows, "columns": limits.columns, "cells": limits.cells},
    )


@dataclass(frozen=True, slots=True)
class Sentences:
    """What people read if a file cannot be used: four sentences for a process, then three for an archive."""

    busy: str
    too_slow: str
    stopped: str
    cancelled: str
    damaged: str
    protected: str
    too_large: str


KEEPING = Sentences(
    busy=N_("Other files are being cleaned now. Try again in a minute."),
    too_slow=N_("Cleaning this file took too long, so it was stopped. Make the file smaller, or save it as PDF."),
    stopped=N_("This file could not be cleaned: it needs too much memory, or it is damaged. Save it anew, or as PDF."),
    cancelled=N_("This was cancelled. Nothing of the file is kept."),
    damaged=DAMAGED,
    protected=PROTECTED,
    too_large=TOO_LARGE_UNPACKED,
)
READING = Sentences(
    busy=N_("Other files are being read now. Try again in a minute."),
    too_slow=N_("Reading this file took too long, so it was stopped. Paste the text of the document instead."),
    stopped=N_(
        "This file could not be read: it needs too much memory, or it is damaged. Paste the text of the document instead."
    ),
    cancelled=N_("Reading was cancelled. Nothing of the file is kept."),
    damaged=CUT_OFF,
    protected=N_("The file is protected with a password. Save a copy without the password, and upload that."),
    too_large=N_(
        "The file is far larger inside than a document can be. It was not opened. Save the text as a new .docx file, or paste it."
    ),
)
"""The sentences for documents that are imported."""
READING_TABLE = replace(
    READING,
    damaged=NOT_A_SPREADSHEET,
    protected=N_("This file is protected with a password. Remove the password and save it again."),
    too_large=N_("The file is much larger after unpacking. Copy the table into a new workbook and save it."),
)
