"""The YAML keys that had another name in version 0.1, and the key that no file may have any more."""

from collections.abc import Iterator

Renames = dict[str, "str | Renames"]
"""Old key → new key.

If the old key ends with `/`, it maps to the renames for the keys inside its value or its list items.
"""

RECEIVED_DIGEST = "received_sha256"
"""The old key with the digest of an untouched original. With it, a file on a phone could be found to be the source."""

_EVENTS: Renames = {"what": "type"}
_LINK: Renames = {"afterwards": "events", "afterwards/": _EVENTS, "events/": _EVENTS}
_TAGS: Renames = {"by": "tagged_by", "authorities/": {"share": "role"}}
_EVIDENCE_LINK: Renames = {**_LINK, "direction": "effect"}
_RECORD: Renames = {
    **_LINK,
    "mark": "verification",
    "seen_part": "parts_read",
    "tags/": _TAGS,
    "history/": {"was": "old"},
}
_DOCUMENT: Renames = {
    **_RECORD,
    "follow_up/": {"mark": "verification", "steps/": {"what": "description"}},
}
RENAMED_KEYS: dict[str, Renames] = {
    "recommendations": {
        **_RECORD,
        "by": "issued_by",
        "assessments/": {**_LINK, "mark": "verification"},
        "same_demand/": _LINK,
        "uptake/": _LINK,
    },
    "evidence": {
        **_RECORD,
        "bears_on": "relevant_to",
        "bears_on/": _EVIDENCE_LINK,
        "relevant_to/": _EVIDENCE_LINK,
    },
    "documents.yaml": {"documents/": _DOCUMENT},
    "treaty_bodies.yaml": {"treaty_bodies/": {"scales/": {"mark": "verification"}}},
}
"""Folder, such as `recommendations`, or file, such as `documents.yaml` → renames for the keys in these files."""


def new_names(old: str) -> frozenset[str]:
    """Return all new names of the key `old`. Different kinds of files may have different ones.

    Empty if `old` was never renamed.
    """
    return frozenset(_all_names(old, list(RENAMED_KEYS.values())))


def _all_names(old: str, tables: list[Renames]) -> Iterator[str]:
    for table in tables:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from _all_names(old, [value])
            elif key == old:
                yield value
