"""Find words in attached files, and take files out of the records that have them. A file is removed whole.

Words are searched in the text beside a file, and in its name and its caption. The bytes of a file are searched only if
it is a text itself: letters that a PDF or an image holds by chance say nothing.
"""

import re
from collections.abc import Iterable, Iterator, Set
from pathlib import PurePath
from typing import Any

from tracker.model.errors import FieldPath, InvalidFile
from tracker.model.file_kind import FileKind
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.attached_files import (
    FILES_FOLDER,
    OTHER_STRINGS,
    PAGE_BREAK,
    TEXT_SUFFIX,
    digest_of_name,
    list_kept,
    received_digest_of_name,
)
from tracker.storage.record_storage import FileSource
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.storage.yaml.record_builder import RECEIVED_DIGEST

OTHER_ENCODINGS = ("cp1251", "utf-16")
TEXT_KINDS = (FileKind.TEXT, FileKind.HTML)
"""The kinds of files whose bytes are searched too: what a page links to is not in its text."""
FILE_TEXTS = ("name", "caption", "pages")
"""The keys of an entry whose texts are searched."""
_HYPHENATION = re.compile(r"(?<!\w)(\w{1,60})[-\u00ad\u2010][\r\n\f]\s*")
_UNFINISHED = re.compile(r"\.(.+)\.new")


def digest_in_folder(name: PurePath) -> str | None:
    """Return the digest of a kept file, None if `name` is another file. `name` is its path in its folder of the dashboard.

    What an interrupted save left of a file counts too.
    """
    if len(name.parts) != 2 or name.parts[0] != FILES_FOLDER:
        return None
    unfinished = _UNFINISHED.fullmatch(name.name)
    return digest_of_name(unfinished[1] if unfinished else name.name)


def pages_with_words(files: FileSource, name: str, words: RedactionTerms) -> tuple[int, ...]:
    """Return on which pages of a kept file the words are, from 1. A file without pages has page 1. 0 is what is on no page.

    `name` is a text, a text file or a web page, or what an interrupted save left. For all others return (). Raises OSError.
    """
    path = PurePath(name)
    if path.name.endswith(TEXT_SUFFIX):
        return _pages_of_text(files.read(name, None).decode("utf-8", "replace"), words)
    is_searched = path.suffix.removeprefix(".") in TEXT_KINDS or _UNFINISHED.fullmatch(path.name)
    if not is_searched:
        return ()
    raw = files.read(name, None)
    texts = (raw.decode(encoding, "ignore") for encoding in ("utf-8", *OTHER_ENCODINGS))
    return (1,) if any(words.find_spans(text) for text in texts) else ()


def _pages_of_text(text: str, words: RedactionTerms) -> tuple[int, ...]:
    # a word may go on after a hyphen at the end of a line, or of a page
    joined = _HYPHENATION.sub(lambda match: PAGE_BREAK * match[0].count(PAGE_BREAK) + match[1], text)
    found = {one.count(PAGE_BREAK, 0, start) + 1 for one in (text, joined) for start, _ in words.find_spans(one)}
    others = text.count(PAGE_BREAK) + 1 if OTHER_STRINGS in text.rpartition(PAGE_BREAK)[2][: len(OTHER_STRINGS)] else 0
    return tuple(sorted(0 if page == others else page for page in found))


def digests_with_words(storages: Iterable[FileSource], words: RedactionTerms) -> frozenset[str]:
    """Return the digests of all files that have to be removed because of `words`, and those of their originals.

    `storages` are those of the dashboard: a file in one may be named in another. Raises OSError.
    """
    storages = list(storages)
    found = {
        # words that were cleaned away are only in the original, which is removed alone
        received_digest_of_name(PurePath(name).name) or digest
        for files in storages
        for digest, names in list_kept(files).items()
        for name in names
        if pages_with_words(files, name, words)
    }
    entries = [entry for files in storages for entry in entries_in(files)]
    found |= {entry["sha256"] for entry in entries if _has_words(entry, words)}
    return _with_originals(found, entries)


def with_originals(storages: Iterable[FileSource], sha256: str) -> frozenset[str]:
    """Return the digest of a file and those of its originals. Raises OSError if a storage cannot be read."""
    return _with_originals({sha256}, [entry for files in storages for entry in entries_in(files)])


def names_to_delete(files: FileSource, digests: Set[str]) -> list[str]:
    """Return the names of all files with these digests: files, originals, previews, texts, and unfinished ones."""
    return [name for name in sorted(files.list_files(FILES_FOLDER)) if _digests_in_name(PurePath(name)) & digests]


def _digests_in_name(name: PurePath) -> set[str | None]:
    unfinished = _UNFINISHED.fullmatch(name.name)
    return {digest_in_folder(name), received_digest_of_name(unfinished[1] if unfinished else name.name)}


def without_entries(values: Any, digests: Set[str]) -> Any:
    """Return the values of a YAML file without the entries of files with these digests.

    What the history says about such an entry is left out too.
    """
    if isinstance(values, list):
        return [without_entries(item, digests) for item in values]
    if not isinstance(values, dict):
        return values
    removed = [entry for entry in _entries(values) if entry["sha256"] in digests]
    kept = {key: without_entries(item, digests) for key, item in values.items()}
    if removed:
        kept["files"] = [item for item in kept["files"] if not (is_entry(item) and item["sha256"] in digests)]
        prefixes = tuple(f"files/{entry['recorded']}/" for entry in removed if "recorded" in entry)
        if isinstance(history := kept.get("history"), list):
            kept["history"] = [one for one in history if not _is_about(one, prefixes)]
        # a list of private files stays, even if it is empty
        empty = [key for key in ("files", "history") if kept.get(key) == [] and len(kept) > 1]
        kept = {key: item for key, item in kept.items() if key not in empty}
    return kept


def entry_paths(values: Any, digests: Set[str], where: FieldPath = ()) -> Iterator[FieldPath]:
    """Yield the field path of each entry of a file with one of these digests, in the values of a YAML file."""
    if isinstance(values, list):
        for index, item in enumerate(values):
            yield from entry_paths(item, digests, (*where, index))
    elif isinstance(values, dict):
        for key, item in values.items():
            if key == "files" and isinstance(item, list):
                named = (i for i, one in enumerate(item) if is_entry(one) and one["sha256"] in digests)
                yield from ((*where, key, index) for index in named)
            else:
                yield from entry_paths(item, digests, (*where, key))


def has_words_in_entries(raw: bytes, digests: Iterable[str], words: RedactionTerms) -> bool:
    """Return whether a YAML file has the words in the name or caption of one of the files with these digests."""
    if not (named := set(digests)):
        return False
    try:
        entries = _all_entries(to_values(compose(decode(raw))))
    except InvalidFile:
        return False
    return any(entry["sha256"] in named and _has_words(entry, words) for entry in entries)


def entries_in(files: FileSource) -> Iterator[dict[str, Any]]:
    """Yield all entries of files that the YAML files of a storage have. What is not valid YAML is left out."""
    for name in files.list_all():
        is_yaml = name.endswith(".yaml") and not PurePath(name).name.startswith(".")
        raw = files.read(name, None) if is_yaml else b""
        # most files name none, and reading the values of all takes long
        if b"sha256" in raw:
            try:
                yield from _all_entries(to_values(compose(decode(raw))))
            except InvalidFile:
                continue


def _all_entries(values: Any) -> Iterator[dict[str, Any]]:
    if isinstance(values, list):
        for item in values:
            yield from _all_entries(item)
    elif isinstance(values, dict):
        yield from _entries(values)
        for item in values.values():
            yield from _all_entries(item)


def _entries(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    files = values.get("files")
    yield from (item for item in files if is_entry(item)) if isinstance(files, list) else ()


def is_entry(value: Any) -> bool:
    """Return whether a value of a YAML file is the entry of an attached file."""
    return isinstance(value, dict) and isinstance(value.get("sha256"), str)


def _is_about(revision: Any, prefixes: tuple[str, ...]) -> bool:
    return isinstance(revision, dict) and str(revision.get("field", "")).startswith(prefixes)


def _with_originals(digests: Set[str], entries: list[dict[str, Any]]) -> frozenset[str]:
    # until `check --fix` ran, an old entry names an original that is kept under its own digest
    found = frozenset(digests)
    while more := {str(entry.get(RECEIVED_DIGEST, "")) for entry in entries if entry["sha256"] in found} - found:
        found |= more
    return found


def _has_words(entry: dict[str, Any], words: RedactionTerms) -> bool:
    texts = (text for key in FILE_TEXTS for text in _texts(entry.get(key)))
    return any(words.find_spans(text) or (" " not in text and words.occurs_in_code(text)) for text in texts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
