"""Read a CSV file of any encoding and any separator: guess both, and say what was guessed."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from tracker.i18n import Language
from tracker.importing.tables.raw_tables import EMPTY_CELL, RawCell, RawFile, RawTable, without_empty_end
from tracker.importing.tables.results import guess_about
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.sandbox.kinds import refuse_other_formats
from tracker.sandbox.limits import FileLimits, Stopwatch, table_too_large
from tracker.sandbox.sentences import NOT_A_SPREADSHEET
from tracker.sandbox.text_decoding import ENCODING_MARKS

SEPARATORS = ",;\t|"
SEPARATOR_NAMES = {",": ",", ";": ";", "\t": "Tab", "|": "|"}
CYRILLIC_ENCODINGS = ("cp1251", "cp866", "koi8_r", "mac_cyrillic", "iso8859_5")
ENCODING_NAMES = {"cp1251": "windows-1251", "cp1252": "windows-1252", "utf_16_le": "UTF-16", "utf_16_be": "UTF-16"}
SAMPLE = 200_000
"""The number of bytes or characters from which the encoding and the separator are guessed."""
COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпу")


def read_csv(data: bytes, limits: FileLimits, language: Language) -> RawFile:
    """Return the table of a CSV file. Raise UnusableFile if it is no text or beyond the limits."""
    refuse_other_formats(data)
    watch, _ = Stopwatch(limits.seconds), language.gettext
    text, encoding = _decode(data)
    declared = re.match(r"sep=(.)\r?\n", text)
    separator = declared[1] if declared else _guess_separator(text[:SAMPLE])
    shown = SEPARATOR_NAMES.get(separator, separator)
    notes = [guess_about(_("The separator of the columns was taken to be “{separator}”.", separator=shown))]
    if encoding:
        name = ENCODING_NAMES.get(encoding, encoding)
        notes += [guess_about(_("The encoding of the file was taken to be {encoding}.", encoding=name))]
    rows: list[tuple[RawCell, ...]] = [()] if declared else []
    cells_left = limits.cells
    for cells in _records(text[declared.end() :] if declared else text, separator, limits, language=language):
        watch.check()
        cells_left -= len(cells)
        if len(cells) > limits.columns or len(rows) >= limits.rows or cells_left < 0:
            raise table_too_large(limits)
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    return RawFile((RawTable("", tuple(rows), notes=tuple(notes)),))


def _records(text: str, separator: str, limits: FileLimits, *, language: Language) -> Iterator[tuple[RawCell, ...]]:
    csv.field_size_limit(4 * limits.cell_length)
    number = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            number += 1
            yield without_empty_end([_csv_cell(cell, limits) for cell in cells])
    except csv.Error as error:
        _ = language.gettext
        message = N_("Row {row} has a cell that does not end. Look for a quotation mark that is opened and not closed.")
        raise UnusableFile(message, {"row": number + 1}) from error


def _csv_cell(text: str, limits: FileLimits) -> RawCell:
    return RawCell(clean_input(text)[: limits.cell_length]) if text else EMPTY_CELL


def _decode(data: bytes) -> tuple[str, str]:
    """Return the text, and the encoding if it was guessed, otherwise ""."""
    for mark, encoding in ENCODING_MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding, "replace")), ""
    if encoding := _utf16_without_mark(data[:400]):
        return _checked(data.decode(encoding, "replace")), encoding
    try:
        return _checked(data.decode("utf-8")), ""
    except UnicodeDecodeError as error:
        # a file that was cut off in the middle of its last letter is UTF-8 too
        if len(data) - error.start < 4 and error.start > 3:
            return _checked(data.decode("utf-8", "ignore")), "utf-8"
    encoding = _guess_encoding(data[:SAMPLE])
    return _checked(data.decode(encoding, "replace")), encoding


def _utf16_without_mark(start: bytes) -> str:
    """Return the kind of UTF-16 if each second byte is that of Latin (0) or Cyrillic (4, 5) letters, otherwise ""."""
    first, second = (sum(byte in (0, 4, 5) for byte in start[place::2]) * 2 for place in (0, 1))
    if max(first, second) < 0.8 * len(start) or min(first, second) > 0.3 * len(start):
        return ""
    return "utf_16_le" if second > first else "utf_16_be"


def _checked(text: str) -> str:
    if text[:10_000].count("\0") or text[:10_000].count("\ufffd") > 20:
        raise UnusableFile(NOT_A_SPREADSHEET)
    return text.lstrip("\ufeff")


def _guess_encoding(sample: bytes) -> str:
    """Return the encoding in which the most letters are common Cyrillic ones; otherwise ask charset-normalizer.

    For short texts, charset-normalizer takes one Cyrillic encoding for another.
    """
    scores = {encoding: _cyrillic_score(sample.decode(encoding, "replace")) for encoding in CYRILLIC_ENCODINGS}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > 0.5:
        return best
    from charset_normalizer import from_bytes  # imported here: it is seldom needed

    found = from_bytes(sample[:20_000]).best()
    return found.encoding if found and "\0" not in str(found) else "cp1252"


def _cyrillic_score(text: str) -> float:
    """Return how much the letters beyond ASCII look like Cyrillic words, 0 to 1: whole words, most letters small."""
    beyond = [letter for letter in text if letter > "\x7f"]
    in_words = sum(map(len, re.findall(r"[^\x00-\x7f]{3,}", text)))
    if not beyond or in_words * 2 < len(beyond):
        return 0.0  # single letters with accents, as in French
    common = sum(letter in COMMON_CYRILLIC for letter in beyond)
    russian = len(re.findall(r"[А-Яа-яЁё]", text))
    return (common + russian) / (2 * len(beyond))


def _guess_separator(sample: str) -> str:
    """Return the separator with which the most rows have the same number of cells, more than one."""

    def score(separator: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        widths: Counter[int] = Counter()
        with suppress(csv.Error):
            widths.update(len(cells) for cells in islice(reader, 100) if any(cells))
        width, rows = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        return (0.0, 0) if width < 2 else (rows / widths.total(), width)

    return max(SEPARATORS, key=score)
