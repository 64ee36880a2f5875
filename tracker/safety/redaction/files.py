"""Redact files: find given words in the files of a folder, and compute the contents of the files without them.

In a record, words are replaced. An attached file with the words is removed whole, see `attached_words`.
"""

import json
import os
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from tracker.model.errors import FieldPath, InvalidFile, RedactionRefused, WriteFailed
from tracker.safety.redaction.attached_words import (
    OTHER_ENCODINGS,
    digest_in_folder,
    entry_paths,
    has_words_in_entries,
    pages_with_words,
    without_entries,
)
from tracker.safety.redaction.terms import REDACTED_HANDLE, REPLACEMENTS, RedactionTerms, replacement_text
from tracker.storage.record_storage import RecordStorage
from tracker.storage.yaml.file_parser import RECORD_FOLDERS, REGISTER_FILES, SETTINGS_FILES, parse_file
from tracker.storage.yaml.format import to_block
from tracker.storage.yaml.patch import BOM, patch_file
from tracker.storage.yaml.reader import compose, decode, find_line, to_values, walk_path


@dataclass(frozen=True, slots=True)
class RedactedFile:
    """A file that contains words to redact.

    `lines` are the numbers of the lines with these words, from 1; in the text of an attached file, of its pages.
    `before` and `after` are the bytes of the file before and after redaction. `after` is None for a file that has to be
    deleted: the text of an attached file, or a temporary file of an interrupted save. `removed` are the digests of the
    attached files that a YAML file does not name any more; `has_words` is False if that is its only change. `name` is the name of
    the file in its storage, and `path` its path for messages.
    """

    path: PurePath
    lines: tuple[int, ...]
    before: bytes
    after: bytes | None
    name: str = ""
    removed: tuple[str, ...] = ()
    has_words: bool = True


def redacted_files(
    storage: RecordStorage, words: RedactionTerms, day: date, main: str = "en", removed: Set[str] = frozenset()
) -> Iterator[RedactedFile]:
    """Yield each file in the `storage` that contains `words`, with its redacted contents.

    No file is written. `day` is the date in the replacement text. `main` is the language of the replacement text,
    unless a value has another language. `removed` are the digests of attached files that are removed: their entries are
    taken out. Raises RedactionRefused if `words` are in a place that cannot be changed automatically.
    """
    root = storage.root
    for listed in storage.list_all():
        name = PurePath(listed)
        if digest_in_folder(name):
            if pages := pages_with_words(storage, listed, words):
                before = storage.read(listed, None)
                yield RedactedFile(storage.locate(listed), pages, before, after=None, name=_real_name(storage, listed))
            continue
        if any(words.occurs_in_code(part) for part in name.parts):
            raise RedactionRefused(
                f"{root / _masked(name, words)}: the file name contains the words. Rename the file, "
                "write the new name wherever the old one is used, then try again."
            )
        before = storage.read(listed, None)
        raw, entry_lines, digests = _without_files(root, name, before, removed=removed)
        after, lines = _redact_file(root, name, raw, words=words, day=day, main=main)
        if digests:
            # the lines of the whole file, and not of what is left of it
            lines = {*entry_lines, *_lines_of_words(before, words)}
        if lines:
            yield RedactedFile(
                storage.locate(listed),
                tuple(sorted(lines)),
                before,
                after=None if _is_unfinished(name) else after,
                name=_real_name(storage, listed),
                removed=digests,
                has_words=raw != after or has_words_in_entries(before, digests, words),
            )


def files_without(storage: RecordStorage, removed: Set[str]) -> Iterator[RedactedFile]:
    """Yield each YAML file in the `storage` that names attached files with the digests `removed`, without them.

    No file is written. Raises RedactionRefused if a file cannot be changed automatically.
    """
    for listed in storage.list_all():
        if digest_in_folder(name := PurePath(listed)) is None:
            before = storage.read(listed, None)
            after, lines, digests = _without_files(storage.root, name, before, removed=removed)
            if digests:
                yield RedactedFile(
                    storage.locate(listed),
                    lines,
                    before,
                    after=None if _is_unfinished(name) else after,
                    name=_real_name(storage, listed),
                    removed=digests,
                    has_words=False,
                )


def _real_name(storage: RecordStorage, name: str) -> str:
    """Return the name of the file to which a link leads. The link itself has to stay."""
    return os.path.relpath(storage.locate(name), storage.locate(""))


def _without_files(
    root: PurePath, name: PurePath, raw: bytes, *, removed: Set[str]
) -> tuple[bytes, tuple[int, ...], tuple[str, ...]]:
    """Return the bytes of a YAML file without the entries of the `removed` files, their lines, and their digests.

    Raises RedactionRefused if the file names one of them, but is not valid.
    """
    digests = tuple(digest for digest in sorted(removed) if digest.encode() in raw)
    if not digests or (name.suffix != ".yaml" and not _is_unfinished(name)):
        return raw, (), ()
    if _is_unfinished(name):
        return raw, (1,), digests
    try:
        node = compose(decode(raw))
        before = to_values(node)
    except InvalidFile as error:
        problem = f"it names an attached file that is removed, but {error.message}. Correct this"
        raise _refusal(root / name, error.line, problem) from None
    lines, after = (
        tuple(find_line(node, path) for path in entry_paths(before, removed)),
        without_entries(before, removed),
    )
    if not lines:
        return raw, (), ()
    known = len(_problems(name, decode(raw)))

    def read_back(patched: bytes) -> bytes | None:
        text = decode(patched)
        return patched if to_values(compose(text)) == after and len(_problems(name, text)) <= known else None

    try:
        return patch_file(raw, after, read_back=read_back, node=node)[0], lines, digests
    except (WriteFailed, InvalidFile):
        raise _refusal(root / name, lines[0], "an attached file cannot be taken out of here. Do it by hand") from None


def _is_unfinished(path: PurePath) -> bool:
    """Return whether the file was left by an interrupted save."""
    return path.name.startswith(".") and path.suffix == ".new"


def _lines_of_words(raw: bytes, words: RedactionTerms) -> set[int]:
    text = raw.decode("utf-8-sig", "replace")
    return {text.count("\n", 0, start) + 1 for start, _ in words.find_spans(text, in_file=True)}


def _redact_file(
    root: PurePath, name: PurePath, raw: bytes, *, words: RedactionTerms, day: date, main: str
) -> tuple[bytes, set[int]]:
    """Return the bytes of a file without `words`, and the numbers of the lines that contained `words`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if any(words.find_spans(raw.decode(encoding, "ignore")) for encoding in ("utf-8", *OTHER_ENCODINGS)):
            raise _refusal(
                root / name, 1, "the file is not UTF-8, and contains the words. Delete it, or save it as UTF-8"
            ) from None
        return raw, set()
    lines = {text.count("\n", 0, start) + 1 for start, _ in words.find_spans(text, in_file=True)}
    bom, replacement = BOM if raw.startswith(BOM) else b"", replacement_text(main, day)
    if name.suffix != ".yaml" or name.name.startswith(".") or not _is_yaml_mapping(raw):
        put = REDACTED_HANDLE if name.suffix == ".json" else replacement
        new = words.redact_text(text, put, in_file=True)
        if name.suffix == ".json" and (plain := _redact_json(new, words)) != new:
            new, lines = plain, lines or {1}
    else:
        new, value_lines = _redact_yaml(root, name, raw, words=words, day=day, main=main)
        lines |= value_lines
    if words.find_spans(new, in_file=True):
        raise _refusal(root / name, min(lines), "the words could not be removed from here. Remove them by hand")
    return bom + new.encode(), lines


def _redact_json(text: str, words: RedactionTerms) -> str:
    """Return the text of a JSON file without `words` in its values, also where line breaks and letters are escaped.

    If the file is not JSON, or no value has the words, return the same text.
    """
    try:
        before = json.loads(text)
    except (ValueError, RecursionError):
        return text

    def redacted(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: redacted(item) for key, item in value.items()}
        if isinstance(value, list):
            return [redacted(item) for item in value]
        return words.redact_text(value, REDACTED_HANDLE) if isinstance(value, str) else value

    after = redacted(before)
    return text if after == before else json.dumps(after, ensure_ascii=False, indent=1)


def _redact_yaml(
    root: PurePath, name: PurePath, raw: bytes, *, words: RedactionTerms, day: date, main: str
) -> tuple[str, set[int]]:
    """Return the text of a YAML file without `words`, and the line numbers of the values that contained `words`.

    The new text is parsed again. This makes sure that it contains the redacted values and has no more problems than
    before. Raises RedactionRefused if this fails.
    """
    text = decode(raw)
    node = compose(text)
    before = to_values(node)
    redacted = _redact_value(before, words, day, lang=main)
    lines = {_line_of_words(node, where, text, words=words) for where in _changed_paths(before, redacted)}
    known = _problems(name, text)

    def read_back(patched: bytes) -> str | None:
        try:
            new = words.redact_text(decode(patched), replacement_text(main, day), in_file=True)
            if to_values(compose(new)) != redacted:
                return None
            problems = _problems(name, new)
        except InvalidFile:
            return None
        if len(problems) != len(known):
            known_messages = {message for _, message in known}
            raise _refusal(
                root / name,
                next(line for line, message in problems if message not in known_messages),
                "the words are in an id, a date or another code, or in a text that would become too long. "
                "Write something else there, and wherever it is referred to",
            )
        return new

    try:
        return patch_file(raw, redacted, read_back=read_back, node=node)[1], lines
    except WriteFailed:
        lines |= {text.count("\n", 0, start) + 1 for start, _ in words.find_spans(text, in_file=True)}
        raise _refusal(
            root / name,
            min(lines, default=1),
            "the words are in a key, or split over two values. Write something else there by hand",
        ) from None


def _redact_value(value: Any, words: RedactionTerms, day: date, *, lang: str, key: str = "") -> Any:
    """Return a value of a file with `words` replaced, also in all values inside this value.

    `lang` is the language of the replacement text, and `key` the key under which the value is stored.
    """
    if isinstance(value, dict):
        return {
            name: _redact_value(item, words, day, lang=name if name in REPLACEMENTS else lang, key=name)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_redact_value(item, words, day, lang=lang, key=key) for item in value]
    if key in ("old", "was") and (field := _parse_history(value)) is not None:
        new = _redact_value(field, words, day, lang=lang)
        value = to_block(new).removesuffix("\n") if new != field else value
    elif not re.search(r"\s", value) and words.occurs_in_code(value):
        if value.startswith(("https://", "http://")):
            # the whole link is replaced, because the rest of it could still lead to what was removed
            return f"https://{REDACTED_HANDLE}.invalid/{day}"
        return REDACTED_HANDLE if key == "recorded_by" else replacement_text(lang, day)
    return words.redact_text(value, replacement_text(lang, day))


def _parse_history(old: str) -> Any:
    """Return the value that the history stores as YAML in `old`, or None if `old` is not valid YAML."""
    try:
        return to_values(compose(old + "\n"))
    except InvalidFile:
        return None


def _changed_paths(before: Any, after: Any, where: FieldPath = ()) -> Iterator[FieldPath]:
    if isinstance(before, dict):
        for key in before:
            yield from _changed_paths(before[key], after[key], (*where, key))
    elif isinstance(before, list):
        for i, item in enumerate(before):
            yield from _changed_paths(item, after[i], (*where, i))
    elif before != after:
        yield where


def _line_of_words(node: Any, where: FieldPath, text: str, *, words: RedactionTerms) -> int:
    """Return the line number of the first of `words` in the value at the field path `where`.

    If the words are written with escapes in the file, return the first line of the value.
    """
    *_, (_, value) = walk_path(node, where)
    start, end = value.start_mark.index, value.end_mark.index
    span = next(iter(words.find_spans(text[start:end], in_file=True)), (0, 0))
    return text.count("\n", 0, start + span[0]) + 1


def _problems(name: PurePath, text: str) -> list[tuple[int, str]]:
    """Return the problems of a data file as (line, message) pairs. For a file of another kind, return an empty list."""
    is_record = name.parent.name in RECORD_FOLDERS and len(name.parts) == 2
    is_data_file = is_record or name.as_posix() in {*SETTINGS_FILES, *REGISTER_FILES}
    return parse_file(name, text.encode())[1] if is_data_file else []


def _is_yaml_mapping(raw: bytes) -> bool:
    """Return whether the contents of a file are a YAML mapping. Single values can be changed only in such a file."""
    try:
        return isinstance(to_values(compose(decode(raw))), dict)
    except InvalidFile:
        return False


def _masked(name: PurePath, words: RedactionTerms) -> str:
    return "/".join("…" + PurePath(part).suffix if words.occurs_in_code(part) else part for part in name.parts)


def _refusal(path: PurePath, line: int, problem: str) -> RedactionRefused:
    return RedactionRefused(f"{path}:{line}: {problem}, then try again. Nothing was removed.")
