"""The limits of a file that an editor brings in, and a clock that stops work that takes too long."""

import time
from dataclasses import dataclass

from tracker.model.errors import UnusableFile
from tracker.model.labels import N_

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """The limits of one file.

    `file_bytes` is the size of the file, `unpacked_bytes` and `packed_files` the size and number of what is inside a
    workbook, `tags` the number of XML tags in its parts. `cell_length` is in characters, `seconds` is the time for
    reading. `records` is the largest number of recommendations in the result.
    """

    file_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 120 * MEGABYTE
    packed_files: int = 2_000
    tags: int = 2_500_000
    rows: int = 20_000
    columns: int = 200
    cells: int = 500_000
    cell_length: int = 32_767
    seconds: float = 20.0
    records: int = 5_000


class Stopwatch:
    """Measures the time since it was made, and stops work that takes longer than allowed."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        """Raise UnusableFile if the time is over."""
        if time.monotonic() > self._end:
            raise UnusableFile(N_("Reading this file takes too long. Split it into smaller files and try again."))


def check_file_size(size: int, limits: ImportLimits) -> None:
    """Raise UnusableFile, with a sentence for the editor, if a file of `size` bytes is empty or too large."""
    if size == 0:
        raise UnusableFile(N_("The file is empty. Check that it was saved or downloaded completely."))
    if size > limits.file_bytes:
        raise UnusableFile(
            N_("The file has {size} MB; at most {most} MB are allowed. Split it, or delete what you do not need."),
            {"size": -(-size // MEGABYTE), "most": limits.file_bytes // MEGABYTE},
        )


def table_too_large(limits: ImportLimits) -> UnusableFile:
    """Return the error for a table with too many rows, columns or cells."""
    return UnusableFile(
        N_(
            "The table is too large: at most {rows} rows, {columns} columns and {cells} cells. Delete what you do not need."
        ),
        {"rows": limits.rows, "columns": limits.columns, "cells": limits.cells},
    )
