"""Cut one item out of the list of a YAML file, as a text that can be edited by itself, and put it back."""

from dataclasses import dataclass

from yaml.nodes import MappingNode, SequenceNode

from tracker.model.errors import InvalidFile
from tracker.storage.yaml.patch import value_end
from tracker.storage.yaml.reader import compose, to_values


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The item of a list, cut out of the text of its file. `text` is the item without its indentation.

    It was at the positions from `start` to `end`, and its lines were indented by `column` spaces. `line` is the number
    of its first line in the file, counted from 1.
    """

    text: str
    start: int
    end: int
    column: int
    line: int

    def put_back(self, text: str, typed: str) -> str:
        """Return the text of the file with `typed` in place of the item. `text` is that from which it was cut."""
        first, *others = typed.rstrip("\r\n ").split("\n")
        indented = [" " * self.column + line if line.strip() else line for line in others]
        return text[: self.start] + "\n".join([first, *indented]) + text[self.end :]


def cut_item(text: str, key: str, item_id: str) -> Excerpt | None:
    """Return the item with the id `item_id` of the list `key`, or None if there is none that can be cut out.

    An item that would not be the same when it is put back, such as one with a comment that is not indented, cannot be
    cut out. Raises InvalidFile if `text` is not YAML.
    """
    root = compose(text)
    lists = [value for name, value in root.value if name.value == key] if isinstance(root, MappingNode) else []
    items = lists[0].value if lists and isinstance(lists[0], SequenceNode) else []
    for node in items:
        if not isinstance(node, MappingNode) or not any(k.value == "id" and v.value == item_id for k, v in node.value):
            continue
        start, column, end = int(node.start_mark.index), int(node.start_mark.column), value_end(text, node)
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        if text[end:line_end].lstrip().startswith("#"):  # a comment behind the last value
            end = len(text[:line_end].rstrip("\r"))
        first, *others = text[start:end].split("\n")
        lines = [line[min(column, len(line) - len(line.lstrip(" "))) :] for line in others]
        line = int(node.start_mark.line) + 1
        cut = Excerpt("\n".join([first, *lines]) + "\n", start, end, column=column, line=line)
        return cut if _is_same(cut, text, to_values(node)) else None
    return None


def _is_same(cut: Excerpt, text: str, values: object) -> bool:
    """Return whether the item reads the same when it is cut out, and the file is the same when it is put back."""
    try:
        return cut.put_back(text, cut.text) == text and to_values(compose(cut.text)) == values
    except InvalidFile:
        return False
