"""Which entries each kind of object of a PDF may have, and the names of the standard: from pdf_names.yaml."""

import re
from pathlib import Path
from typing import Any

import yaml

_NAMES: Any = yaml.load(Path(__file__).with_name("pdf_names.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader)


def _as_names(words: str) -> set[str]:
    return {f"/{word}" for word in words.split()}


def _entries(listed: str) -> dict[str, str]:
    whole = re.sub("<([a-z]+)>", lambda found: _NAMES["shared"][found[1]], listed)
    return {f"/{key}": spec or "plain" for key, _, spec in (entry.partition(":") for entry in whole.split())}


ALLOWED_ENTRIES = {kind: _entries(listed) for kind, listed in _NAMES["entries"].items()}
STREAM_KINDS = {kind for kind, entries in ALLOWED_ENTRIES.items() if "/Filter" in entries}
STANDARD_TAGS = _as_names(_NAMES["tags"])
COLOUR_SPACES = {f"/{name}": tuple(kinds.split()) for name, kinds in _NAMES["colour_spaces"].items()}
KNOWN_NAMES = (
    STANDARD_TAGS | _as_names(_NAMES["names"]) | {key for entries in ALLOWED_ENTRIES.values() for key in entries}
)
"""The names that say nothing about a file."""
