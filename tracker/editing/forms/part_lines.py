"""The lettered parts of a recommendation.

An editor types or pastes the parts as lines, such as "a) End the practice".
"""

import re
from collections.abc import Iterable, Mapping

from tracker.editing.forms.values import TextByLanguage, initial_text_by_language, update_text
from tracker.i18n import Language
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.records import Part

LETTER_PATTERN = r"[^\W\d_]|[ivx]{1,5}|\d{1,3}"
CYRILLIC_LOOKALIKES = str.maketrans("асеорху", "aceopxy")
"""Cyrillic letter → the Latin letter that looks the same. People often type the Cyrillic letter by mistake."""


def format_parts(parts: tuple[Part, ...], codes: tuple[str, ...], main: str) -> dict[str, str]:
    """Return language code → initial value of the field, for each language in `codes`. Each part is on its own line."""
    texts = {part.id: initial_text_by_language(part.summary, codes, main) for part in parts}
    return {
        code: "\n".join(f"{letter}) {_on_one_line(text[code])}" for letter, text in texts.items() if text[code])
        for code in codes
    }


def _on_one_line(text: str) -> str:
    return " ".join(clean_input(text).split())


def parse_parts(text: str, old: Iterable[Part] = ()) -> tuple[dict[str, str], list[str]]:
    """Return the parts in the typed `text` as letter → text, and the lines that belong to no part.

    A line without a letter continues the part above it. The letters of the recorded parts `old` are recognized too.
    """
    known = [part.id.lower() for part in old]
    pattern = re.compile(
        rf"\(?({'|'.join([*map(re.escape, known), LETTER_PATTERN])})(?:\)(?=[^\W\d_])|[).:]\s+)(.+)", re.I
    )
    parts: dict[str, str] = {}
    rejected: list[str] = []
    current = None
    for line in filter(None, map(str.strip, clean_input(text).split("\n"))):
        if match := pattern.fullmatch(line):
            letter = match[1].lower()
            current = letter if letter in known else letter.translate(CYRILLIC_LOOKALIKES)
            rejected += [line] if current in parts or not (current in known or current.isascii()) else []
            parts.setdefault(current, match[2])
        elif current is None:
            rejected.append(line)
        else:
            parts[current] += " " + line
    return parts, rejected


def part_errors(
    old: tuple[Part, ...], typed: TextByLanguage, named: Mapping[str, str], language: Language
) -> list[str]:
    """Return what is wrong with the typed lines, as translated sentences; empty if nothing is wrong.

    `named` lists the parts that cannot be removed, because something refers to them. It maps the letter of the part →
    the translated word for what refers to the part.
    """
    _ = language.gettext
    errors = []
    parsed = {code: parse_parts(text, old) for code, text in typed.items()}
    for _parts, rejected in parsed.values():
        errors += [
            _(
                "Start each part with its own Latin letter, such as “a) …”. Not understood: {line}",
                line=line[:60],
            )
            for line in rejected
        ]
    letters = _letters({code: parts for code, (parts, _rejected) in parsed.items()})
    errors += [
        _("Part ({part}) cannot be removed: {what} refers to it.", part=i, what=what)
        for i, what in named.items()
        if i not in letters
    ]
    return errors


def _letters(parsed: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the letters of the parts that are typed in any language, in order.

    The language with the most parts decides the order. `parsed` maps language code → letter → text.
    """
    by_number_of_parts = sorted(parsed.values(), key=len, reverse=True)
    return list(dict.fromkeys(letter for parts in by_number_of_parts for letter in parts))


def update_parts(old: tuple[Part, ...], typed: TextByLanguage, main: str) -> tuple[Part, ...]:
    """Return the parts with the texts that were typed. Parts that the editor did not change stay as they are."""
    before = {part.id.lower(): part for part in old}
    parsed = {code: parse_parts(text, old)[0] for code, text in typed.items()}
    updated = []
    for letter in _letters(parsed):
        summary: Mapping[str, TextVariant] = before[letter].summary if letter in before else {}
        texts = {
            code: _keep_line_breaks(parts.get(letter, ""), initial_text_by_language(summary, (code,), main)[code])
            for code, parts in parsed.items()
        }
        updated.append(
            Part(id=before[letter].id if letter in before else letter, summary=update_text(summary, texts, main))
        )
    return tuple(updated)


def _keep_line_breaks(text: str, before: str) -> str:
    """Return `before` if `text` differs from it only in line breaks or spaces; otherwise return `text`.

    The form shows each part on one line. This function keeps the line breaks that the file has.
    """
    return before if _on_one_line(before) == _on_one_line(text) else text
