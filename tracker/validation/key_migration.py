"""Rename the keys of version 0.1 in the files of a data folder. Everything else stays as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.config import AnyPlace
from tracker.model.errors import InvalidFile
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import is_regular, list_files_in
from tracker.storage.yaml.patch import patch_text
from tracker.storage.yaml.reader import compose, to_values
from tracker.storage.yaml.renamed_keys import RENAMED_KEYS, Renames
from tracker.validation.rewrite_files import rewrite_files

KeyEdit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class RenamedFile:
    """A file in which keys were renamed. `keys` is the number of renamed keys."""

    path: str
    keys: int

    def __str__(self) -> str:
        return f"{self.path}: renamed {self.keys} key{'s' * (self.keys > 1)}"


def rename_folder(root: AnyPlace) -> tuple[RenamedFile, ...]:
    """Rename the old keys in all files of a data folder or private folder. Return the files that were changed.

    A file that is not valid YAML is not changed. The command `check` reports such a file. Raises LockTimeout or
    OSError. In these cases no file was changed.
    """
    changed = rewrite_files(root, dict(_files(root)), lambda renames, text: rename_keys(text, renames))
    return tuple(RenamedFile(path, keys) for path, keys in changed)


def _files(root: AnyPlace) -> Iterator[tuple[str, Renames]]:
    files = open_storage(root)
    for name, renames in RENAMED_KEYS.items():
        folder = "" if name.endswith(".yaml") else name
        for found, file_stat in list_files_in(files, folder, ".yaml").items():
            if is_regular(file_stat) and (folder or found == name):
                yield found, renames


def rename_keys(text: str, renames: Renames) -> tuple[str, int]:
    """Rename the old keys in the text of a file. Return (new text, number of renamed keys).

    Comments and the order of the keys stay the same. The history stores the old value of a field as YAML. Keys are also
    renamed in these old values. Raises InvalidFile if `text` is not valid YAML.
    """
    edits = sorted(_edits(compose(text), renames), reverse=True)
    for start, end, name in edits:
        text = text[:start] + name + text[end:]
    values = to_values(compose(text))
    new, inside = _with_history(values, renames)
    return (patch_text(text, new) if inside else text), len(edits) + inside


def _edits(node: Node | None, renames: Renames) -> Iterator[KeyEdit]:
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _edits(item, renames)
    elif isinstance(node, MappingNode):
        present = {key.value for key, _ in node.value}
        for key, value in node.value:
            new = renames.get(key.value)
            if isinstance(key, ScalarNode) and isinstance(new, str) and new not in present:
                yield int(key.start_mark.index), int(key.end_mark.index), new
            inside = renames.get(f"{key.value}/")
            if isinstance(inside, dict):
                yield from _edits(value, inside)


def _with_history(values: Any, renames: Renames) -> tuple[Any, int]:
    """Rename keys and field names in the history inside the values of a file.

    Return (new values, number of changed history entries).
    """
    if isinstance(values, dict) and "documents" in values and isinstance(inside := renames.get("documents/"), dict):
        items = [_with_history(item, inside) for item in values["documents"]]
        return {**values, "documents": [item for item, _ in items]}, sum(n for _, n in items)
    if not isinstance(values, dict) or not isinstance(values.get("history"), list):
        return values, 0
    history = [_revision(entry, renames) for entry in values["history"]]
    changed = sum(new != old for new, old in zip(history, values["history"], strict=True))
    return {**values, "history": history}, changed


def _revision(entry: Any, renames: Renames) -> Any:
    if not isinstance(entry, dict) or not isinstance(entry.get("field"), str):
        return entry
    field, new = entry["field"], dict(entry)
    if isinstance(name := renames.get(field), str):
        new["field"] = name
    inside = renames.get(f"{field}/")
    if isinstance(inside, dict) and isinstance(entry.get("old"), str):
        try:
            text, n = rename_keys(entry["old"] + "\n", inside)
        except InvalidFile:
            return new
        if n:
            new["old"] = text.removesuffix("\n")
    return new
