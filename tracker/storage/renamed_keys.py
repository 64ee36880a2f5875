"""The keys that version 0.1 wrote under other names."""

from collections.abc import Iterator

Renames = dict[str, "str | Renames"]
"""Old key → new key; a key followed by `/` → the renames inside its value or the items of its list."""

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
"""The renames of each kind of file: by folder, or by name for a file that stands alone."""


def new_names(old: str) -> frozenset[str]:
    """Return every name that an old key may have now; none if it was never renamed."""
    return frozenset(_all_names(old, list(RENAMED_KEYS.values())))


def _all_names(old: str, tables: list[Renames]) -> Iterator[str]:
    for table in tables:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from _all_names(old, [value])
            elif key == old:
                yield value
