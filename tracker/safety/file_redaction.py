"""Removing words for safety: where they stand in the files of a folder, and what the files say without them."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.model.errors import InvalidFile, RedactionRefused
from tracker.model.problems import FieldPath
from tracker.safety.redaction_terms import REDACTED_HANDLE, REPLACEMENTS, RedactionTerms, replacement_text
from tracker.storage.file_parser import RECORD_FOLDERS, REGISTER_FILES, SETTINGS_FILES, parse_file
from tracker.storage.yaml_patch import patch_text
from tracker.storage.yaml_reader import compose, decode, to_values, walk_path
from tracker.storage.yaml_writer import to_block

LOCK_FILES = {".lock", ".settled.lock"}
OTHER_FILES = ("cp1251", "utf-16")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class RedactedFile:
    """A file in which the words stand: where it is, on which lines, its bytes before and after; after is None where it is a half of a save."""

    path: Path
    lines: tuple[int, ...]
    before: bytes
    after: bytes | None


def redacted_files(root: Path, words: RedactionTerms, day: date, main: str = "en") -> Iterator[RedactedFile]:
    """The files below a folder in which the words stand. NotRedacted where they stand in what cannot be changed."""
    for path in _files(root):
        name = path.relative_to(root)
        if any(words.occurs_in_code(part) for part in name.parts):
            raise RedactionRefused(
                f"{root / _masked(name, words)}: the name of the file holds the words. Give the file another name, "
                "write the new one wherever the old one stands, then do this again."
            )
        raw = path.read_bytes()
        out, lines = _clean(root, name, raw, words, day, main)
        if lines:
            half = path.name.startswith(".") and path.suffix == ".new"
            yield RedactedFile(path.resolve(), tuple(sorted(lines)), raw, None if half else out)


def _clean(root: Path, name: Path, raw: bytes, words: RedactionTerms, day: date, main: str) -> tuple[bytes, set[int]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if any(words.find_spans(raw.decode(code, "ignore")) for code in ("utf-8", *OTHER_FILES)):
            raise _stuck(
                root / name, 1, "the file is not UTF-8, and holds the words. Delete it, or save it as UTF-8"
            ) from None
        return raw, set()
    lines = {text.count("\n", 0, start) + 1 for start, _ in words.find_spans(text, in_file=True)}
    head, mark = BOM if raw.startswith(BOM) else b"", replacement_text(main, day)
    if name.suffix != ".yaml" or name.name.startswith(".") or not _in_lines(raw):
        put = REDACTED_HANDLE if name.suffix == ".json" else mark
        new = words.redact_text(text, put, in_file=True)
    else:
        new, more = _yaml(root, name, text, words, day, main)
        lines |= more
    if words.find_spans(new, in_file=True):
        raise _stuck(root / name, min(lines), "the words could not be removed from here. Remove them by hand")
    return head + new.encode(), lines


def _yaml(root: Path, name: Path, text: str, words: RedactionTerms, day: date, main: str) -> tuple[str, set[int]]:
    """The text of a data file without the words, read back, and the lines at which its values hold them."""
    node = compose(text)
    before = to_values(node)
    wanted = _without(before, words, day, main)
    lines = {_line(node, where, text, words) for where in _changed(before, wanted)}
    here = min({text.count("\n", 0, start) + 1 for start, _ in words.find_spans(text, in_file=True)} | lines, default=1)
    for quoted in (False, True):
        new = patch_text(text, wanted, quoted=quoted) if wanted != before else text
        new = words.redact_text(new, replacement_text(main, day), in_file=True)
        try:
            says = to_values(compose(new))
            wrong = [_wrong(name, version) for version in (text, new)] if says == wanted else []
        except InvalidFile:
            continue
        if wrong and len(wrong[0]) == len(wrong[1]):
            return new, lines
        if wrong:
            new_ones = [line for line, what in wrong[1] if what not in {known for _, known in wrong[0]}]
            raise _stuck(
                root / name, new_ones[0], "the words stand in an id, a date or another code, or in a text that would get too long. "
                "Write something else there, and wherever it is named"
            )  # fmt: skip
    raise _stuck(
        root / name, here, "the words stand in a key, or across two values. Write something else there by hand"
    )


def _without(value: Any, words: RedactionTerms, day: date, lang: str, key: str = "") -> Any:
    """A value of a file without the words, in whatever form it holds them."""
    if isinstance(value, dict):
        return {
            name: _without(item, words, day, name if name in REPLACEMENTS else lang, name)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_without(item, words, day, lang, key) for item in value]
    if key in ("old", "was") and (inner := _kept(value)) is not None:
        new = _without(inner, words, day, lang)
        value = to_block(new).removesuffix("\n") if new != inner else value
    elif not re.search(r"\s", value) and words.occurs_in_code(value):
        if value.startswith(("https://", "http://")):
            return f"https://{REDACTED_HANDLE}.invalid/{day}"  # the rest of a link leads to what was removed
        return REDACTED_HANDLE if key == "recorded_by" else replacement_text(lang, day)
    return words.redact_text(value, replacement_text(lang, day))


def _kept(was: str) -> Any:
    """A field as the history keeps it, in YAML; None where it is none."""
    try:
        return to_values(compose(was + "\n"))
    except InvalidFile:
        return None


def _changed(before: Any, after: Any, where: FieldPath = ()) -> Iterator[FieldPath]:
    if isinstance(before, dict):
        for key in before:
            yield from _changed(before[key], after[key], (*where, key))
    elif isinstance(before, list):
        for i, item in enumerate(before):
            yield from _changed(item, after[i], (*where, i))
    elif before != after:
        yield where


def _line(node: Any, where: FieldPath, text: str, words: RedactionTerms) -> int:
    """The line on which a value holds the words; its first one where they are written with other signs there."""
    *_, (_, value) = walk_path(node, where)
    start, end = value.start_mark.index, value.end_mark.index
    hit = next(iter(words.find_spans(text[start:end], in_file=True)), (0, 0))
    return text.count("\n", 0, start + hit[0]) + 1


def _files(root: Path) -> Iterator[Path]:
    for folder, below, names in os.walk(root, onerror=_cannot):
        # what git keeps is removed by git alone
        below[:] = sorted(name for name in below if name != ".git")
        yield from (path for name in sorted(names) if name not in LOCK_FILES if (path := Path(folder, name)).is_file())


def _cannot(bad: OSError) -> None:
    # a folder that cannot be looked through may hold the words
    raise bad


def _wrong(name: Path, text: str) -> list[tuple[int, str]]:
    """What is wrong in a file of the data folder."""
    inside = name.parent.name in RECORD_FOLDERS and len(name.parts) == 2
    return parse_file(name, text.encode())[1] if inside or name.as_posix() in {*SETTINGS_FILES, *REGISTER_FILES} else []


def _in_lines(raw: bytes) -> bool:
    """Whether a file is YAML in lines, of which some can be changed and the others stay."""
    try:
        return isinstance(to_values(compose(decode(raw))), dict)
    except InvalidFile:
        return False


def _masked(name: Path, words: RedactionTerms) -> str:
    return "/".join("…" + Path(part).suffix if words.occurs_in_code(part) else part for part in name.parts)


def _stuck(path: Path, line: int, what: str) -> RedactionRefused:
    return RedactionRefused(f"{path}:{line}: {what}, then do this again. Nothing was removed.")
