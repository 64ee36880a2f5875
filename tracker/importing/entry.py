"""What the imports of documents and of tables share: which document and State a file is about, and how it is read.

An upload is read in a process of its own, within limits. A change of a recommendation is told in the same form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from babel.core import Locale, get_global

from tracker.model.dataset import Dataset
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant, clean_input
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind
from tracker.queries.view import View
from tracker.sandbox.host import IsCancelled, JobLimits, never, run_job
from tracker.sandbox.limits import READING, UPLOAD, FileLimits
from tracker.storage.yaml.defaults import symbol_starts

SYMBOL = re.compile(
    rf"\b(?:(?P<older>[A-Z]{{3,5}}/(?:C/CR|CO)/\d{{1,2}}/)(?=[A-Z]{{3}}\b)|(?:{symbol_starts()}))"
    r"(?:(?P<country>[A-Z]{3})(?(older)|/))?(?(older)|(?:C[OC]/\d+(?:[–-]\d+)*(?:/[A-Z]{3}\b)?|(?:1|79)/Add\.\d+))"
    r"(?:/(?:Add|Rev|Corr)\.\d+)?"
)
"""The symbol of concluding observations. Until about 2005 also such as …/C/CR/34/RUR, …/CO/75/RUR and …/C/79/Add.113."""
LATIN_LOOKALIKES = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
"""Cyrillic capitals that Russian documents have by mistake in symbols, and the Latin ones that look the same."""
_CYCLE = re.compile(r"/CO/(\d{1,2}(?:-\d{1,2})?)(?!\d)")
MAX_TITLE_LENGTH = 120
"""The longest title that is proposed. An editor can type a longer one."""
LANGUAGES_OF_NAMES = ("en", "ru", "ky", "fr", "es")
_COMMON_WORDS = """
    republic democratic federation federal federative united kingdom people islamic arab union states state north south
    республика республики федерация федеративная соединенные штаты государство королевство демократическая исламская
    народная республикасы
"""
"""Words of official names that many States have in common."""
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


@dataclass(frozen=True, slots=True)
class ExpectedState:
    """The State party of a dataset: its name in each language, and its codes in the symbols of the documents."""

    names: tuple[str, ...]
    codes: frozenset[str]

    @property
    def name(self) -> str:
        """Return the first name, "" if there is none."""
        return next(iter(self.names), "")


def expected_state(dataset: Dataset, lang: str = "") -> ExpectedState:
    """Return the State party of a dataset, with its name in the language `lang` first if there is one.

    Its names are followed by their synonyms. Its code is that of the country with this name. Otherwise it is taken from the symbols of the documents.
    """
    party = dataset.settings.state_party
    names = tuple(party[code].text for code in sorted(party, key=lambda code: code != lang))
    others = (group for group in dataset.settings.synonyms if {*names} & {*group})
    names = tuple(dict.fromkeys((*names, *chain.from_iterable(others))))
    codes = {code for name in names if (code := _code_of_country(name))}
    if not codes:
        symbols = [document.symbol for document in dataset.documents.values() if document.symbol]
        codes = {found["country"] for found in map(SYMBOL.search, symbols) if found and found["country"]}
    return ExpectedState(names, frozenset(codes))


@lru_cache(maxsize=1024)
def is_name_of(written: str, expected: ExpectedState) -> bool:
    """Return whether a State is the expected one: by its code, by its name, or by a name with the same beginning."""
    if written.strip() in expected.codes or written.strip().casefold() in map(str.casefold, expected.names):
        return True
    if (code := _code_of_country(written)) and expected.codes:
        return code in expected.codes
    # the name may be in another case or form: Кыргызстан, Кыргызстана, the Kyrgyz Republic
    names = [*expected.names, *(name for name, three in _codes_by_name().items() if three in expected.codes)]
    return bool(_stems(written) & {stem for name in names for stem in _stems(name)})


def _stems(name: str) -> set[str]:
    words = re.findall(r"[^\W\d_]{4,}", name.casefold())
    return {word[:5] for word in words if word not in _COMMON_WORDS.split()}


def _code_of_country(name: str) -> str:
    return _codes_by_name().get(name.strip().casefold(), "")


@cache
def _codes_by_name() -> Mapping[str, str]:
    """Return the name of a country, in small letters → its code of three letters, as in the symbols of documents."""
    codes = {
        two: three for three, (two, *_) in get_global("territory_aliases").items() if re.fullmatch("[A-Z]{3}", three)
    }
    return {
        name.casefold(): codes[two]
        for language in LANGUAGES_OF_NAMES
        for two, name in Locale(language).territories.items()
        if two in codes
    }


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
    known = (*concluding_observations(view), *view.dataset.documents.values())
    found = (d for d in known if "".join((d.symbol or "").split()).casefold() == wanted)
    return next((d for d in found if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS), None) if wanted else None


def concluding_observations(view: View) -> tuple[Document, ...]:
    """Return the concluding observations that the tracker has."""
    return tuple(d for d in view.documents.values() if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS)


def wording_in(text: Mapping[str, TextVariant] | None, language: str, main: str) -> str:
    """Return the wording of a text in a language, "" if it has none. One without a language is in `main`, as is "" here."""
    variants = text or {}
    found = variants.get(language or main) or (variants.get(NO_LANGUAGE_CODE) if language in ("", main) else None)
    return found.text if found else ""


def shorten_title(text: str) -> str:
    """Return a text as a title of one line: its first words, if it is longer than MAX_TITLE_LENGTH."""
    title = " ".join(clean_input(text).split())
    if len(title) <= MAX_TITLE_LENGTH:
        return title
    cut = title[: MAX_TITLE_LENGTH - 1].rpartition(" ")[0] or title[: MAX_TITLE_LENGTH - 1]
    return f"{cut}…"


def run_reading_job(
    function: str,
    data: bytes,
    values: Mapping[str, Any],
    *,
    limits: FileLimits = UPLOAD,
    is_cancelled: IsCancelled = never,
) -> bytes:
    """Return what `function` reads from an upload, as JSON. `values` are what it needs besides the file (see `run_job`).

    Raises UnusableFile if the file cannot be read or is beyond the limits, and ProcessCancelled.
    """
    if len(data) > limits.file_bytes:
        raise _too_large(len(data), limits)
    allowed = JobLimits(limits.seconds, limits.memory)
    return run_job(function, values, data, limits=allowed, told=READING, is_cancelled=is_cancelled)[1]


def _too_large(size: int, limits: FileLimits) -> UnusableFile:
    values = {"size": f"{size / 1e6:.1f}", "most": f"{limits.file_bytes / 1e6:g}"}
    return UnusableFile(_TOO_LARGE, values)


def read_upload(path: Path, limits: FileLimits, name: str) -> bytes:
    """Return the content of a file on the disk. Raise UnusableFile if it cannot be opened or is too large."""
    from tracker.storage.folder.guarded_read import read_file

    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise _too_large(size, limits)
        return read_file(path, most=limits.file_bytes)
    except OSError:
        raise UnusableFile(_UNREADABLE_FILE, {"name": name}) from None
