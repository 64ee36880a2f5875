"""What a file should say after an edit: the person's own way of writing stays wherever its meaning did not change."""

import json
from difflib import SequenceMatcher
from typing import Any


def merge_values(written: Any, old: Any, new: Any) -> Any:
    """`written` is what the file holds; `old` and `new` are the record's values before and after. Gives what the file should hold."""
    if old == new:
        return written
    if isinstance(written, dict) and isinstance(old, dict) and isinstance(new, dict):
        merged = {
            key: merge_values(written[key], old[key], value) if key in old and key in written else value
            for key, value in new.items()
        }
        # keys that the file spells out although they are at their default
        return merged | {key: written[key] for key in written if key not in old and key not in new}
    if isinstance(written, list) and isinstance(old, list) and isinstance(new, list) and len(written) == len(old):
        return _lists(written, old, new)
    return new


def _lists(written: list[Any], old: list[Any], new: list[Any]) -> list[Any]:
    merged: list[Any] = []
    keys = [[json.dumps(item, sort_keys=True) for item in items] for items in (old, new)]
    for kind, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if kind == "equal":
            merged += written[a:b]
            continue
        for i, item in enumerate(new[c:d]):
            merged.append(merge_values(written[a + i], old[a + i], item) if a + i < b else item)
    return merged
