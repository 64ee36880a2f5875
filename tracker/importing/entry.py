"""What the imports of documents and of tables share: which document and State a file is about, and how it is read.

An upload is read in a process of its own, within limits. A change of a recommendation is told in the same form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant, clean_input, one_line
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind
from tracker.queries.view import View
from tracker.sandbox.host import IsCancelled, JobLimits, run_job
from tracker.sandbox.limits import READING, FileLimits
from tracker.validation.state_party import SYMBOL

LATIN_LOOKALIKES = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
"""Cyrillic capitals that Russian documents have by mistake in symbols, and the Latin ones that look the same."""
_CYCLE = re.compile(r"/CO/(\d{1,2}(?:-\d{1,2})?)(?!\d)")
MAX_TITLE_LENGTH = 120
"""The longest title that is proposed. An editor can type a longer one."""
_TOO_LARGE = N_("The file has {size} MB. Up to {most} MB can be uploaded. Remove pictures from it, or paste the text.")
_UNREADABLE_FILE = N_("The file {name} cannot be opened. Check its name and whether you may read it.")


class RowState(StrEnum):
    """How a row differs from what the tracker has.

    CONFLICT: a field was edited in the file, and in the tracker too. REFUSED: the row cannot be used; see its note.
    """

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportedChange:
    """A field that the file would change. `old` is the value in the tracker now, `new` the value in the file.

    Both are codes, partial dates or texts; "" is no value. `language` is the language of a text. `is_conflict` is True
    if the value in the tracker is not the one that was exported.
    """

    field: str
    old: str
    new: str
    language: str = ""
    is_conflict: bool = False


def symbol_in(text: str) -> re.Match[str] | None:
    """Return the symbol of concluding observations that a text is, or None. Spaces and small letters do not matter."""
    return SYMBOL.fullmatch("".join(text.split()).upper().replace("–", "-"))


def propose_cycle(symbol: str) -> str:
    """Return the number of the reporting cycle in a symbol, such as "4" in E/C.12/…/CO/4, or ""."""
    found = _CYCLE.search(symbol)
    return found[1] if found else ""


def document_of_symbol(view: View, symbol: str | None) -> Document | None:
    """Return the concluding observations with this symbol, or None. Spaces and small letters make no difference.

    If they were archived, they are returned too: a save brings them back, under the same id.
    """
    wanted = "".join((symbol or "").split()).casefold()
    known = (*view.documents.values(), *view.dataset.documents.values())
    found = (d for d in known if "".join((d.symbol or "").split()).casefold() == wanted)
    return next((d for d in found if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS), None) if wanted else None


def wording_in(text: Mapping[str, TextVariant] | None, language: str, main: str) -> str:
    """Return the wording of a text in a language, "" if it has none. One without a language is in `main`, as is "" here."""
    variants = text or {}
    found = variants.get(language or main) or (variants.get(NO_LANGUAGE_CODE) if language in ("", main) else None)
    return found.text if found else ""


def shorten_title(text: str) -> str:
    """Return a text as a title of one line: its first words, if it is longer than MAX_TITLE_LENGTH."""
    title = one_line(clean_input(text))
    if len(title) <= MAX_TITLE_LENGTH:
        return title
    cut = title[: MAX_TITLE_LENGTH - 1].rpartition(" ")[0] or title[: MAX_TITLE_LENGTH - 1]
    return f"{cut}…"


def run_reading_job(
    function: str, data: bytes, values: Mapping[str, Any], *, limits: FileLimits, is_cancelled: IsCancelled
) -> bytes:
    """Return what `function` reads from an upload, as JSON. `values` are what it needs besides the file (see `run_job`).

    Raises UnusableFile if the file cannot be read or is beyond the limits, and ProcessCancelled.
    """
    if len(data) > limits.file_bytes:
        raise _too_large(len(data), limits)
    allowed = JobLimits(limits.seconds, limits.memory)
    return run_job(function, values, data, limits=allowed, sentences=READING, is_cancelled=is_cancelled)[1]


def _too_large(size: int, limits: FileLimits) -> UnusableFile:
    values = {"size": f"{size / 1e6:.1f}", "most": f"{limits.file_bytes / 1e6:g}"}
    return UnusableFile(_TOO_LARGE, values)


def read_upload(path: Path, limits: FileLimits, name: str) -> bytes:
    """Return the content of a file on the disk. Raise UnusableFile if it cannot be opened or is too large."""
    from tracker.storage.folder.storage import read_file

    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise _too_large(size, limits)
        return read_file(path, most=limits.file_bytes)
    except OSError:
        raise UnusableFile(_UNREADABLE_FILE, {"name": name}) from None
