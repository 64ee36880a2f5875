"""The phrases by which documents of the Universal Periodic Review are understood, from `phrases.yaml`."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml


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
def _positions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, re.I | re.S)) for name, pattern in _file()["positions"])


def position_in(text: str) -> str | None:
    """Return the position that a text about recommendations gives, such as "supported", or None if it gives none."""
    return next((name for name, pattern in _positions() if pattern.search(text)), None)
