"""Merge an edit of a record into the values of its file. Values that were not edited stay as they are in the file."""

import json
from difflib import SequenceMatcher
from typing import Any


def merge_values(written: Any, old: Any, new: Any) -> Any:
    """Return the values that the file should contain after an edit.

    `written` has the values in the file now. `old` has the values of the record before the edit, `new` those after it.
    """
    if old == new:
        return written
    if isinstance(written, dict) and isinstance(old, dict) and isinstance(new, dict):
        merged = {
            key: merge_values(written[key], old[key], value) if key in old and key in written else value
            for key, value in new.items()
        }
        # the file may contain keys with their default value, which the record's values leave out: keep them
        return merged | {key: written[key] for key in written if key not in old and key not in new}
    if isinstance(written, list) and isinstance(old, list) and isinstance(new, list) and len(written) == len(old):
        return _merge_lists(written, old, new)
    return new


def _merge_lists(written: list[Any], old: list[Any], new: list[Any]) -> list[Any]:
    merged: list[Any] = []
    keys = [[json.dumps(item, sort_keys=True) for item in items] for items in (old, new)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            merged += written[old_start:old_end]
            continue
        for i, item in enumerate(new[new_start:new_end], old_start):
            merged.append(merge_values(written[i], old[i], item) if i < old_end else item)
    return merged
