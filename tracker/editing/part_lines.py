"""The lettered parts of a recommendation, as lines that a person types or pastes: "a) End the practice"."""

import re
from collections.abc import Iterable, Mapping

from tracker.editing.form_values import TextByLanguage, text_by_language, update_text
from tracker.i18n import Language
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.records import Part

LETTER_PATTERN = r"[^\W\d_]|[ivx]{1,5}|\d{1,3}"
CYRILLIC_LOOKALIKES = str.maketrans("асеорху", "aceopxy")
"""Cyrillic letters that look like Latin ones: on another keyboard (с) is typed for (c)."""


def format_parts(parts: tuple[Part, ...], codes: tuple[str, ...], main: str) -> dict[str, str]:
    """What the fields start with, one a language."""
    said = {part.id: text_by_language(part.summary, codes, main) for part in parts}
    return {code: "\n".join(f"{i}) {_in_a_line(by[code])}" for i, by in said.items() if by[code]) for code in codes}


def _in_a_line(text: str) -> str:
    return " ".join(clean_input(text).split())


def parse_parts(text: str, old: Iterable[Part] = ()) -> tuple[dict[str, str], list[str]]:
    """Letter → text, and the lines that cannot be placed. A line without a letter goes on with the part above it."""
    known = [part.id.lower() for part in old]
    part = re.compile(
        rf"\(?({'|'.join([*map(re.escape, known), LETTER_PATTERN])})(?:\)(?=[^\W\d_])|[).:]\s+)(.+)", re.I
    )
    found: dict[str, str] = {}
    lost: list[str] = []
    last = None
    for line in filter(None, map(str.strip, clean_input(text).split("\n"))):
        if start := part.fullmatch(line):
            letter = start[1].lower()
            last = letter if letter in known else letter.translate(CYRILLIC_LOOKALIKES)
            lost += [line] if last in found or not (last in known or last.isascii()) else []
            found.setdefault(last, start[2])
        elif last is None:
            lost.append(line)
        else:
            found[last] += " " + line
    return found, lost


def part_errors(
    old: tuple[Part, ...], by: TextByLanguage, main: str, named: Mapping[str, str], language: Language
) -> list[str]:
    """What is wrong with the lines, as sentences. `named` are parts that something else names, with what names them."""
    _ = language.gettext
    found = []
    read_by = {code: parse_parts(text, old) for code, text in by.items()}
    for _text, lost in read_by.values():
        found += [
            _(
                "A part starts with its Latin letter, each letter once, such as “a) …”. Not understood: {line}",
                line=line[:60],
            )
            for line in lost
        ]
    letters = _letters(old, {code: parts for code, (parts, _lost) in read_by.items()}, main)
    more = dict.fromkeys(i for parts, _lost in read_by.values() for i in parts if i not in letters)
    found += [_("The part ({part}) is missing in the main language.", part=i) for i in more]
    found += [
        _("The part ({part}) cannot go: {what} names it.", part=i, what=what)
        for i, what in named.items()
        if i not in (*letters, *more)
    ]
    return found


def _letters(old: tuple[Part, ...], by: Mapping[str, Mapping[str, str]], main: str) -> list[str]:
    """The parts in their order: those of the main language, and those that never were in it."""
    never = [part.id.lower() for part in old if not text_by_language(part.summary, (main,), main)[main]]
    there = {i for parts in by.values() for i in parts}
    return list(dict.fromkeys([*by.get(main, {}), *(i for i in never if i in there)]))


def update_parts(old: tuple[Part, ...], by: TextByLanguage, main: str) -> tuple[Part, ...]:
    """The parts with what was typed; one that was not touched stays as it is."""
    before = {part.id.lower(): part for part in old}
    read_by = {code: parse_parts(text, old)[0] for code, text in by.items()}
    found = []
    for i in _letters(old, read_by, main):
        was: Mapping[str, TextVariant] = before[i].summary if i in before else {}
        now = {code: parts.get(i, "") for code, parts in read_by.items()}
        said = update_text(was, {code: _as_it_was(was, code, main, text) for code, text in now.items()}, main)
        found.append(Part(id=before[i].id if i in before else i, summary=said))
    return tuple(found)


def _as_it_was(was: Mapping[str, TextVariant], code: str, main: str, text: str) -> str:
    """The text that was there, where only its line breaks were lost on one line."""
    before = text_by_language(was, (code,), main)[code]
    return before if _in_a_line(before) == _in_a_line(text) else text
