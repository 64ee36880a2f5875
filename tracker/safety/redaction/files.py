"""Find words to redact in the files of a storage, and compute the contents of the files without them. Write nothing.

In a data file, the words are replaced. An attached file or a Word template with the words has to be removed as a
whole. All text of a template is searched, and of an attached file its text, its name and its caption. Its bytes are searched only if it is a text file or a web page: in a PDF
or an image, letters can be there by chance.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import chain
from operator import getitem
from pathlib import PurePath
from typing import Any

from tracker.i18n import LANGUAGES
from tracker.model.errors import FieldPath, InvalidFile, RedactionRefused, UnusableFile, WriteFailed
from tracker.model.file_kind import FileKind
from tracker.safety.redaction.terms import REDACTED_HANDLE, RedactionTerms, replacement_text
from tracker.storage import attached_files
from tracker.storage.attached_files import FILES_FOLDER, PAGE_BREAK, TEXT_SUFFIX
from tracker.storage.dataset_reader import is_data_file
from tracker.storage.folder.atomic_write import TEMPORARY_NAME
from tracker.storage.record_storage import FileSource, LocatedFiles, RecordStorage
from tracker.storage.word_templates import is_template, read_template
from tracker.storage.yaml.file_parser import parse_file
from tracker.storage.yaml.format import to_block
from tracker.storage.yaml.patch import BOM, patch_file
from tracker.storage.yaml.reader import MAX_BYTES, compose, decode, find_line, to_values, walk_path
from tracker.storage.yaml.record_builder import RECEIVED_DIGEST

OTHER_ENCODINGS = ("cp1251", "utf-16")
"""The encodings in which a file that is not UTF-8 is searched."""
TEXT_KINDS = (FileKind.TEXT, FileKind.HTML)
"""The kinds of attached files whose bytes are searched, too. The links of a web page, for example, are only there."""
FILE_TEXTS = ("name", "caption", "pages")
"""In a YAML file, an entry describes an attached file. The texts under these keys of an entry are searched."""
_HYPHENATION = re.compile(r"(?<!\w)(\w{1,60})[-\u00ad\u2010][\r\n\f]\s*")


def digest_of_stored_file(name: PurePath) -> str | None:
    """Return the digest that starts the name of a file in the folder of attached files, even a temporary one; otherwise None."""
    is_kept = len(name.parts) == 2 and name.parts[0] == FILES_FOLDER
    return attached_files.digest_of_name(TEMPORARY_NAME.sub(r"\1", name.name)) if is_kept else None


def pages_with_words(files: FileSource, name: str, words: RedactionTerms) -> tuple[int, ...]:
    """Return the sorted numbers of the pages that contain `words`. `name` is a file in the folder of attached files.

    A file without pages has only page 1; the number 0 stands for what is on no page. Only stored texts of attached
    files, text files, web pages and temporary files are searched; any other file gives (). Raises OSError.
    """
    path = PurePath(name)
    if path.name.endswith(TEXT_SUFFIX):
        return _pages_of_text(files.read(name, None).decode("utf-8", "replace"), words)
    if path.suffix.removeprefix(".") not in TEXT_KINDS and not TEMPORARY_NAME.match(path.name):
        return ()
    raw = files.read(name, None)
    texts = (raw.decode(encoding, "ignore") for encoding in ("utf-8", *OTHER_ENCODINGS))
    return (1,) if any(words.find_spans(text) for text in texts) else ()


def _pages_of_text(text: str, words: RedactionTerms) -> tuple[int, ...]:
    # a word may go on after a hyphen at the end of a line, or of a page
    joined = _HYPHENATION.sub(lambda match: PAGE_BREAK * match[0].count(PAGE_BREAK) + match[1], text)
    found = {one.count(PAGE_BREAK, 0, start) + 1 for one in (text, joined) for start, _ in words.find_spans(one)}
    has_others = text.rpartition(PAGE_BREAK)[2].startswith(attached_files.OTHER_STRINGS)
    others = text.count(PAGE_BREAK) + 1 if has_others else 0
    return tuple(sorted(0 if page == others else page for page in found))


def digests_with_words(storages: Iterable[FileSource], words: RedactionTerms) -> frozenset[str]:
    """Return the digests of attached files and originals that contain `words`, or whose entries do. Raises OSError."""
    storages = list(storages)
    found = {
        # words that were cleaned away are only in the original, which is removed alone
        attached_files.received_digest_of_name(PurePath(name).name) or digest
        for files in storages
        for digest, names in attached_files.list_kept(files).items()
        for name in names
        if pages_with_words(files, name, words)
    }
    entries = list(chain.from_iterable(map(entries_in, storages)))
    return digests_with_originals(found | {entry["sha256"] for entry in entries if _has_words(entry, words)}, entries)


def names_to_delete(files: FileSource, digests: Set[str]) -> list[str]:
    """Return the sorted names of all files, even temporary ones, of the attached files or originals with these digests."""

    def belongs(path: PurePath) -> bool:
        received = attached_files.received_digest_of_name(TEMPORARY_NAME.sub(r"\1", path.name))
        return bool({digest_of_stored_file(path), received} & digests)

    return [name for name in sorted(files.list_files(FILES_FOLDER)) if belongs(PurePath(name))]


def without_entries(values: Any, digests: Set[str]) -> Any:
    """Return the values of a YAML file without the entries that have these digests, and without their changes in the history."""
    if isinstance(values, list):
        return [without_entries(item, digests) for item in values]
    if not isinstance(values, dict):
        return values

    def is_removed(item: Any) -> bool:
        return _is_entry(item) and item["sha256"] in digests

    kept = {key: without_entries(item, digests) for key, item in values.items()}
    files = values.get("files")
    if isinstance(files, list) and (removed := list(filter(is_removed, files))):
        prefixes = tuple(f"files/{entry['recorded']}/" for entry in removed if "recorded" in entry)

        def is_about_removed(item: Any) -> bool:
            return isinstance(item, dict) and str(item.get("field", "")).startswith(prefixes)

        kept["files"] = [item for item in kept["files"] if not is_removed(item)]
        if isinstance(history := kept.get("history"), list):
            kept["history"] = [item for item in history if not is_about_removed(item)]
        # a list of private files stays, even if it is empty
        empty = [key for key in ("files", "history") if kept.get(key) == [] and len(kept) > 1]
        kept = {key: item for key, item in kept.items() if key not in empty}
    return kept


def entries_with(values: Any, digests: Set[str]) -> dict[FieldPath, dict[str, Any]]:
    """Return a mapping: field path → entry, for the attached files with these digests in the values of a YAML file."""
    return {path: entry for path, entry in _all_entries(values) if entry["sha256"] in digests}


def entries_in(files: FileSource) -> Iterator[dict[str, Any]]:
    """Yield the entries of all attached files in the valid YAML files of a storage. Raises OSError."""
    for name in files.list_all():
        is_yaml = name.endswith(".yaml") and not PurePath(name).name.startswith(".")
        raw = files.read(name, None) if is_yaml else b""
        # most YAML files have no entry, and it takes long to parse all of them
        yield from (entry for _, entry in _all_entries(parsed_values(raw) if b"sha256" in raw else None))


def _all_entries(values: Any, where: FieldPath = ()) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    """Yield (field path, entry) of each attached file in the values of a YAML file."""
    if isinstance(values, list | dict):
        for key, item in enumerate(values) if isinstance(values, list) else values.items():
            if isinstance(values, list) and where[-1:] == ("files",) and _is_entry(item):
                yield (*where, key), item
            yield from _all_entries(item, (*where, key))


def _is_entry(value: Any) -> bool:
    """Return whether a value in a YAML file is the entry of an attached file: a dictionary with a `sha256`."""
    return isinstance(value, dict) and isinstance(value.get("sha256"), str)


def digests_with_originals(digests: Set[str], entries: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return `digests` and, from old entries, the digests of the originals of these files. `entries` are of all storages."""
    # in data from before version 1.0.0, an entry names an original that is kept under its own digest
    found = frozenset(digests)
    while more := {str(entry.get(RECEIVED_DIGEST, "")) for entry in entries if entry["sha256"] in found} - found:
        found |= more
    return found


def _has_words(entry: dict[str, Any], words: RedactionTerms) -> bool:
    return any(has_words(entry.get(key), words) for key in FILE_TEXTS)


def has_words(value: Any, words: RedactionTerms) -> bool:
    """Return whether a text in the values of a file contains the words."""
    texts = (text for _, text in texts_in(value))
    return any(words.find_spans(text) or (" " not in text and words.occurs_in_code(text)) for text in texts)


def texts_in(value: Any, where: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """Yield (field path, text) of each text in the values of a YAML file. `where` is the path of `value` itself."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts_in(item, (*where, step))


@dataclass(frozen=True, slots=True)
class RedactedFile:
    """A file with words to redact, or with the entry of an attached file that is removed.

    `path` is for messages, `name` is its name in the storage. `lines` are the numbers of the lines with the words,
    from 1, or of the pages (see `pages_with_words`). `after` is None if the file has to be deleted. `removed` are the
    digests of the attached files whose entries are taken out. If not `has_words`, nothing else is changed. `text` is
    that of a Word template. With `is_left`, words stay in the file, because without them it could not be read.
    """

    path: PurePath
    lines: tuple[int, ...]
    before: bytes
    after: bytes | None
    name: str = ""
    removed: tuple[str, ...] = ()
    has_words: bool = True
    text: str = ""
    is_left: bool = False


FileProblems = Callable[[PurePath, bytes], list[tuple[int, str]]]
"""A function that returns what is wrong in a file, by its name and bytes, as (line, message) pairs."""


def data_problems(name: PurePath, raw: bytes) -> list[tuple[int, str]]:
    """Return the problems of a data file as (line, message) pairs, or [] for a file of another kind."""
    try:
        return parse_file(name, raw)[1] if is_data_file(name.as_posix()) else []
    except InvalidFile as error:
        return [(error.line, error.message)]


@dataclass(frozen=True, slots=True)
class _Redaction:
    """What replaces `words`: a text in the language `main` with the date `day`. No file may get new `problems`."""

    words: RedactionTerms
    day: date
    main: str
    problems: FileProblems
    is_json: bool = False

    def put(self, lang: str) -> str:
        return REDACTED_HANDLE if self.is_json else replacement_text(lang, self.day)


def redacted_files(
    storage: LocatedFiles,
    words: RedactionTerms,
    day: date,
    main: str = "en",
    removed: Set[str] = frozenset(),
    *,
    problems: FileProblems = data_problems,
    leaves: bool = False,
    skipped: str = "",
) -> Iterator[RedactedFile]:
    """Yield each file in the `storage` with `words`, or with the entry of an attached file in `removed`. Write nothing.

    `day` is the date in the replacement text; `main` is its language, unless a value has another. `removed` are
    digests. No file gets new `problems`. Raises RedactionRefused if `words` are in a place that cannot be changed
    automatically, or with `leaves` leaves them there. Raises OSError. The files in the folder `skipped` are left out.
    """
    for listed in storage.list_all():
        name, how = PurePath(listed), _Redaction(words, day, main, problems=problems, is_json=listed.endswith(".json"))
        if digest_of_stored_file(name):
            if pages := pages_with_words(storage, listed, words):
                before = storage.read(listed, None)
                yield _redacted_file(storage, listed, pages, before=before, after=None)
        elif name.parts[0] != skipped:
            try:
                file = _redacted(storage, listed, removed, how=how)
            except RedactionRefused:
                if not leaves:
                    raise
                file = _redacted_in_part(storage, listed, removed, how=how)
            if file:
                yield file


def _redacted(storage: LocatedFiles, listed: str, removed: Set[str], *, how: _Redaction) -> RedactedFile | None:
    """Return the file `listed` without the words, or None if it has none. Raises RedactionRefused. See `redacted_files`."""
    name, words = PurePath(listed), how.words
    if is_template(name):
        text = _text_of_template(storage, listed)
        if template_lines := _lines_of_words(text, words):
            before = storage.read(listed, None)
            return _redacted_file(storage, listed, template_lines, before=before, after=None, text=text)
    if any(words.occurs_in_code(part) for part in name.parts) and not TEMPORARY_NAME.match(name.name):
        masked = ("…" + PurePath(part).suffix if words.occurs_in_code(part) else part for part in name.parts)
        raise RedactionRefused(
            f"{PurePath(*masked)}: the file name contains the words. Rename the file, "
            "write the new name wherever the old one is used, then try again."
        )
    before = storage.read(listed, None)
    raw, entry_lines, digests = _without_files(name, before, removed=removed, problems=how.problems)
    after, lines = _redact_file(name, raw, how=how)
    if digests:
        # the lines of the whole file, and not of what is left of it
        lines = {*entry_lines, *_lines_of_words(before.decode("utf-8-sig", "replace"), words)}
    if not lines:
        return None
    removed_entries = entries_with(parsed_values(before), set(digests)).values() if digests else ()
    has_words = raw != after or any(_has_words(entry, words) for entry in removed_entries)
    return _redacted_file(storage, listed, lines, before=before, after=after, removed=digests, has_words=has_words)


def _text_of_template(storage: LocatedFiles, listed: str) -> str:
    try:
        return read_template(storage, listed)[0]
    except UnusableFile as error:
        problem = f"this template cannot be searched ({error}) If it is damaged, delete it"
        raise _refusal(PurePath(listed), 1, problem) from None


def _redacted_in_part(storage: LocatedFiles, listed: str, removed: Set[str], *, how: _Redaction) -> RedactedFile:
    """Return the file `listed` without the words, except where without them it could not be read."""
    name, before = PurePath(listed), storage.read(listed, None)
    raw, digests = before, tuple[str, ...]()
    with suppress(RedactionRefused):
        raw, _lines, digests = _without_files(name, before, removed=removed, problems=how.problems)
    try:
        after, _found = _redact_file(name, raw, how=how)
    except RedactionRefused:
        after = _redact_readable_values(name, raw, how)
    return _redacted_file(storage, listed, (1,), before=before, after=after, removed=digests, is_left=True)


def files_without(
    storage: RecordStorage, removed: Set[str], problems: FileProblems = data_problems, *, leaves: bool = False
) -> Iterator[RedactedFile]:
    """Yield each YAML file that has entries of the files `removed` (digests), without them. See `redacted_files`."""
    for listed in storage.list_all():
        if digest_of_stored_file(name := PurePath(listed)) is None:
            before, is_left = storage.read(listed, None), False
            try:
                after, lines, digests = _without_files(name, before, removed=removed, problems=problems)
            except RedactionRefused:
                if not leaves:
                    raise
                after, lines, digests, is_left = before, (1,), (), True
            if lines:
                about = {"removed": digests, "has_words": False, "is_left": is_left}
                yield _redacted_file(storage, listed, lines, before=before, after=after, **about)


def _redacted_file(
    storage: LocatedFiles, listed: str, lines: Iterable[int], *, before: bytes, after: bytes | None, **values: Any
) -> RedactedFile:
    """Return the RedactedFile for the name `listed` in the storage. `values` are those of its other fields."""
    # a link stays as it is: the file to which it leads is changed
    path = storage.locate(listed)
    name = os.path.relpath(path, storage.locate(""))
    after = None if TEMPORARY_NAME.match(PurePath(listed).name) else after
    return RedactedFile(path, tuple(sorted(lines)), before, after=after, name=name, **values)


def _without_files(
    name: PurePath, raw: bytes, *, removed: Set[str], problems: FileProblems
) -> tuple[bytes, tuple[int, ...], tuple[str, ...]]:
    """Return (bytes of a file without the entries of the `removed` files, lines of these entries, their digests)."""
    digests = tuple(digest for digest in sorted(removed) if digest.encode() in raw)
    if digests and TEMPORARY_NAME.match(name.name):
        return raw, (1,), digests
    if not digests or name.suffix != ".yaml":
        return raw, (), ()
    try:
        node = compose(decode(raw))
        before = to_values(node)
    except InvalidFile as error:
        problem = f"it names an attached file that is removed, but {error.message}. Correct this"
        raise _refusal(name, error.line, problem) from None
    after = without_entries(before, removed)
    lines = tuple(find_line(node, path) for path in entries_with(before, removed))
    if not lines:
        return raw, (), ()
    try:
        return _patched(name, raw, after, problems=problems), lines, digests
    except (WriteFailed, InvalidFile):
        raise _refusal(name, lines[0], "an attached file cannot be taken out of here. Do it by hand") from None


def _patched(name: PurePath, raw: bytes, values: dict[str, Any], *, problems: FileProblems) -> bytes:
    """Return the bytes of a YAML file with new `values`. Raises WriteFailed if it would have more problems than before."""
    known = len(problems(name, raw))

    def read_back(patched: bytes) -> bytes | None:
        return patched if parsed_values(patched) == values and len(problems(name, patched)) <= known else None

    return patch_file(raw, values, read_back=read_back)[0]


def _lines_of_words(text: str, words: RedactionTerms) -> set[int]:
    return {text.count("\n", 0, start) + 1 for start, _ in words.find_spans(text, in_file=True)}


def _redact_file(name: PurePath, raw: bytes, *, how: _Redaction) -> tuple[bytes, set[int]]:
    """Return (bytes of a file without the words, numbers of the lines that contained them)."""
    words = how.words
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if any(words.find_spans(raw.decode(encoding, "ignore")) for encoding in ("utf-8", *OTHER_ENCODINGS)):
            problem = "the file is not UTF-8, and contains the words. Delete it, or save it as UTF-8"
            raise _refusal(name, 1, problem) from None
        return raw, set()
    lines = _lines_of_words(text, words)
    bom = BOM if raw.startswith(BOM) else b""
    # single values can be changed only in a YAML mapping, or in JSON
    is_mapping = len(raw) <= MAX_BYTES and isinstance(parsed_values(text), dict)
    if how.is_json and (values := values_in(name, raw)) is not None:
        redacted = _redact_value(values, how, lang=how.main)
        new = text if redacted == values else _to_json(redacted)
        lines = lines or ({1} if new != text else set())
    elif name.suffix != ".yaml" or name.name.startswith(".") or not is_mapping:
        new = words.redact_text(text, how.put(how.main), in_file=True)
    else:
        new, value_lines = _redact_yaml(name, raw, how=how)
        lines |= value_lines
    after = bom + new.encode()
    if lines and (words.find_spans(new, in_file=True) or _has_new_problems(name, raw, after, problems=how.problems)):
        raise _refusal(name, min(lines), "the words could not be removed from here. Remove them by hand")
    return after, lines


def _has_new_problems(name: PurePath, before: bytes, after: bytes, *, problems: FileProblems) -> bool:
    return len(problems(name, after)) > len(problems(name, before))


def values_in(name: PurePath, raw: bytes) -> Any:
    """Return the values in a JSON or YAML file, or None if it is not valid."""
    with suppress(ValueError, RecursionError):
        return json.loads(raw.decode("utf-8-sig")) if name.suffix == ".json" else parsed_values(raw)
    return None


def _to_json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1)


def _redact_readable_values(name: PurePath, raw: bytes, how: _Redaction) -> bytes:
    """Return a file without the words, except in keys, comments, and values without which it could not be read."""
    values = values_in(name, raw)
    for where, text in texts_in(values) if isinstance(values, dict) else ():
        keys = [step for step in reversed(where) if isinstance(step, str)]
        lang = next((key for key in keys if key in LANGUAGES), how.main)
        if (new := _redact_value(text, how, lang=lang, key=keys[0])) != text:
            changed = deepcopy(values)
            reduce(getitem, where[:-1], changed)[where[-1]] = new
            with suppress(WriteFailed, InvalidFile):
                after = (
                    _to_json(changed).encode() if how.is_json else _patched(name, raw, changed, problems=how.problems)
                )
                if not _has_new_problems(name, raw, after, problems=how.problems):
                    raw, values = after, changed
    return raw


def _redact_yaml(name: PurePath, raw: bytes, *, how: _Redaction) -> tuple[str, set[int]]:
    """Return (text of a YAML file without the words, numbers of the lines with values that contained them)."""
    words = how.words
    text = decode(raw)
    node = compose(text)
    before = to_values(node)
    redacted = _redact_value(before, how, lang=how.main)
    changed = (old[0] for old, new in zip(texts_in(before), texts_in(redacted), strict=True) if old != new)
    lines = {_line_of_words(node, where, text, words=words) for where in changed}
    known = how.problems(name, raw)

    def read_back(patched: bytes) -> str | None:
        try:
            new = words.redact_text(decode(patched), how.put(how.main), in_file=True)
            if to_values(compose(new)) != redacted:
                return None
            found = how.problems(name, new.encode())
        except InvalidFile:
            return None
        if len(found) != len(known):
            known_messages = {message for _, message in known}
            line = next(line for line, message in found if message not in known_messages)
            problem = (
                "the words are in an id, a date or another code, or in a text that would become too long. "
                "Write something else there, and wherever it is referred to"
            )
            raise _refusal(name, line, problem)
        return new

    try:
        return patch_file(raw, redacted, read_back=read_back, node=node)[1], lines
    except WriteFailed:
        line = min(lines | _lines_of_words(text, words), default=1)
        problem = "the words are in a key, or split over two values. Write something else there by hand"
        raise _refusal(name, line, problem) from None


def _redact_value(value: Any, how: _Redaction, *, lang: str, key: str = "") -> Any:
    """Return a value of a YAML or JSON file with the words replaced, also in the values inside it, but not in keys."""
    words = how.words
    if isinstance(value, dict):
        return {
            name: _redact_value(item, how, lang=name if name in LANGUAGES else lang, key=name)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_redact_value(item, how, lang=lang, key=key) for item in value]
    if not isinstance(value, str):  # a number in JSON
        return value
    if key in ("old", "was") and (field := parsed_values(value + "\n")) is not None:
        new = _redact_value(field, how, lang=lang)
        value = to_block(new).removesuffix("\n") if new != field else value
    elif not re.search(r"\s", value) and words.occurs_in_code(value):
        if value.startswith(("https://", "http://")):
            # the whole link is replaced, because the rest of it could still lead to what was removed
            return f"https://{REDACTED_HANDLE}.invalid/{how.day}"
        return REDACTED_HANDLE if key == "recorded_by" else how.put(lang)
    return words.redact_text(value, how.put(lang))


def without_words(value: Any, *, words: RedactionTerms, day: date, main: str) -> Any:
    """Return plain values, as of JSON, without the `words`: a notice in the language `main` with the date `day` replaces them."""
    return _redact_value(value, _Redaction(words, day, main, problems=lambda _name, _raw: []), lang=main)


def parsed_values(written: str | bytes) -> Any:
    """Return the values of a YAML text as dictionaries, lists and strings, or None if it is not valid YAML."""
    with suppress(InvalidFile):
        return to_values(compose(decode(written) if isinstance(written, bytes) else written))
    return None


def _line_of_words(node: Any, where: FieldPath, text: str, *, words: RedactionTerms) -> int:
    """Return the number of the line where a match of `words` first begins in the value at the path `where`."""
    *_, (_, value) = walk_path(node, where)
    start, end = value.start_mark.index, value.end_mark.index
    span = next(iter(words.find_spans(text[start:end], in_file=True)), (0, 0))
    return text.count("\n", 0, start + span[0]) + 1


def _refusal(name: PurePath, line: int, problem: str) -> RedactionRefused:
    # no path on this machine: reviewers are shown this
    return RedactionRefused(f"{name}:{line}: {problem}, then try again. Nothing was removed.")
