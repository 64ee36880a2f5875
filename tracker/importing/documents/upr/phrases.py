"""The phrases by which documents of the Universal Periodic Review are understood, from `phrases.yaml`."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tracker.model.vocabulary import StateResponse

_JOINT = re.compile(
    r"(?:(?<=[.;])\s+|,?\s+(?:and|but|while|whereas|et|mais|y|pero|и|а|но)\s+)(?=[^\W\d]|\d{1,3}\.\d{1,3} (?:is|are)\b)",
    re.I,
)
"""Where a clause may end. A number after it goes on with a list."""


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("phrases.yaml").read_text("utf-8"))
    return content


@cache
def phrase(name: str) -> re.Pattern[str]:
    """Return the pattern with a name such as "closing", or "kinds.report" for one of a group."""
    found: Any = _file()
    for key in name.split("."):
        found = found[key]
    return re.compile(found, re.I)


@cache
def _positions(group: str) -> tuple[tuple[StateResponse, re.Pattern[str]], ...]:
    return tuple((StateResponse(code), re.compile(pattern, re.I | re.S)) for code, pattern in _file()[group])


def positions_in(text: str) -> list[StateResponse]:
    """Return each position that a text about recommendations gives."""
    found = []
    for code, pattern in _positions("positions"):
        text, count = pattern.subn(";", text)
        if count and code not in found:
            found.append(code)
    return found or [code for code, pattern in _positions("weak_positions") if pattern.search(text)][:1]


def position_in(text: str) -> StateResponse | None:
    """Return the position that a text about recommendations gives, or None if it gives none, several, or exceptions."""
    found = positions_in(text)
    return found[0] if len(found) == 1 and not phrase("exception").search(text) else None


def clauses(text: str, numbers: Callable[[str], Sequence[object]], plain: Callable[[str], str] = str) -> list[str]:
    """Return the clauses of a text such as "it accepts 1.5; it notes 1.6", or the whole if one has no number or position.

    `numbers` finds the recommendations that a text names, `plain` leaves them out of it. What names none and gives no position
    is left out.
    """
    parts = [(part, numbers(part), plain(part)) for part in _JOINT.split(text)]
    said = [part for part in parts if part[1] or positions_in(part[2])]
    return [part for part, *_ in said] if all(named and position_in(words) for _, named, words in said) else [text]
