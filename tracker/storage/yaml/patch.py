"""Change only the lines of a YAML text that an edit changes. Comments, the order of keys and line endings stay."""

import json
from collections.abc import Callable, Iterator, Sequence, Set
from difflib import SequenceMatcher
from typing import Any, TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.model.errors import WriteFailed
from tracker.storage.yaml.format import to_block, to_flow
from tracker.storage.yaml.reader import compose, decode, to_values


def merge_values(written: Any, old: Any, new: Any) -> Any:
    """Return the new values of a file whose record changes from `old` to `new`. `written` are its values now.

    `old` and `new` leave out default values. A default value that is written in the file stays there.
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
        return [
            merge_values(written[i], old[i], item) if i < old_end else item
            for _, old_start, old_end, new_start, new_end in _list_changes(old, new)
            for i, item in enumerate(new[new_start:new_end], old_start)
        ]
    return new


def _list_changes(old: list[Any], new: list[Any]) -> Sequence[tuple[str, int, int, int, int]]:
    keys = [[json.dumps(item, sort_keys=True) for item in items] for items in (old, new)]
    return SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes()


Edit = tuple[int, int, str]
"""(start, end, text): the text replaces the characters from start to end."""
T = TypeVar("T")
BOM = b"\xef\xbb\xbf"
"""The byte order mark that some editors on Windows write at the start of a file."""


def patch_file(
    raw: bytes | None,
    values: dict[str, Any],
    *,
    read_back: Callable[[bytes], T | None],
    header: str = "",
    node: Node | None = None,
) -> tuple[bytes, T]:
    """Return (bytes of a file that contains `values`, result of `read_back` for these bytes). Nothing is written.

    A new file (`raw` is None) starts with `header`. As few lines as possible change. `node` is the root of `raw`, if
    known.

    `read_back` has to return None if the bytes do not contain exactly the intended values. Then all new texts are put
    in quotes and `read_back` is called again. Raises WriteFailed if that fails, and InvalidFile for invalid YAML.
    """
    text = decode(raw) if raw is not None else header
    node = compose(text) if node is None else node
    mark = BOM if raw is not None and raw.startswith(BOM) else b""
    for quoted in (False, True):
        candidate = mark + patch_yaml(text, node, values, quoted=quoted).encode()
        if (result := read_back(candidate)) is not None:
            return candidate, result
    raise WriteFailed(
        "The file could not be written so that it reads back unchanged. Nothing was saved; please report this."
    )


def patch_yaml(text: str, node: Node | None, new: dict[str, Any], *, quoted: bool = False) -> str:
    """Return the YAML `text`, with the root `node`, changed so that it contains the values `new`.

    Only lines that change are written anew, unless the root is in braces. The caller must check the result.
    """
    old = to_values(node)
    if old == new:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    if node is None:  # the text is empty or has only comments
        missing = "\n" if text and not text.endswith("\n") else ""
        return text + (missing + to_block(new, quoted=quoted)).replace("\n", newline)
    if not isinstance(node, MappingNode) or node.flow_style:
        return to_block(new, quoted=quoted)
    edits = sorted(_Patcher(text, quoted).edit_mapping(node, old, new), key=lambda edit: edit[:2])
    for start, end, replacement in reversed(edits):
        text = text[:start] + replacement.replace("\n", newline) + text[end:]
    return text


class _Patcher:
    """Finds the edits that change the values in a YAML `text`.

    A value in block style has a line for each key or item; a value in flow style is in braces or brackets. A `column`
    is the number of characters before a key or a dash.
    """

    def __init__(self, text: str, quoted: bool) -> None:
        self.text, self.quoted = text, quoted
        self._line_break_added = False

    def edit_mapping(self, node: MappingNode, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Edit]:
        """Yield the edits that change the mapping `node` in block style from the keys and values `old` to `new`."""
        pairs = {key.value: (key, value) for key, value in node.value}
        yield from self._remove_keys(node, old.keys() - new.keys())
        column = node.start_mark.column
        # the last of the keys that stay, in the order of the record and in the order of the file
        last, end = ([name for name in names if name in both][-1:] for names, both in ((new, pairs), (pairs, new)))
        before: str | None = None
        for name, value in new.items():
            if name in old:
                if old[name] != value:
                    yield from self.edit_value(pairs[name][1], old[name], value, column=column)
                before = name
            elif name in pairs:  # the key is in the file without a value
                at = pairs[name][1].start_mark.index
                yield self._replace_range(at, at, self._render_after_key(value, column))
                before = name
            else:
                # a key that comes after all others in the record goes to the end, even if the file has another order
                after = end[0] if [before] == last else before
                yield self._add_key(pairs, after, node, column=column, name=name, value=value)

    def _remove_keys(self, node: MappingNode, removed: Set[str]) -> Iterator[Edit]:
        pairs = node.value
        first = next(i for i, (key, _) in enumerate([*pairs, (None, None)]) if key is None or key.value not in removed)
        if 0 < first < len(pairs) and not self._is_first_on_line(node.start_mark.index):
            # the mapping is a list item: its dash stays, and the first key that is kept moves up to it
            after, kept = self._next_line_start(pairs[first - 1][1]), pairs[first][0].start_mark.index
            line_end = after - len("\r\n" if self.text[:after].endswith("\r\n") else "\n")
            yield node.start_mark.index, line_end if self.text[after:kept].strip() else kept, ""
            pairs = pairs[first:]
        for key, value in pairs:
            if key.value in removed:
                yield self._line_start(key.start_mark.index), self._next_line_start(value), ""

    def _add_key(
        self, pairs: dict[str, tuple[Node, Node]], before: str | None, node: Node, column: int, name: str, value: Any
    ) -> Edit:
        """Return the edit that adds the key `name` with `value` to the mapping `node` in block style."""
        rendered = to_block({name: value}, column, quoted=self.quoted)
        lists = [v.flow_style for _, v in pairs.values() if isinstance(v, SequenceNode) and v.value]
        # write a short list in brackets if all other lists are
        if lists and all(lists) and isinstance(value, list) and not _has_long_text("".join(map(str, value))):
            rendered = f"{name}: {to_flow(value, quoted=self.quoted)}\n"
        if before is None:
            at = node.start_mark.index
            if self._is_first_on_line(at):
                at = self._line_start(at)
                return at, at, " " * column + rendered
            return at, at, rendered + " " * column
        at = self._next_line_start(pairs[before][1])
        return at, at, self._missing_line_break(at) + " " * column + rendered

    def edit_value(self, node: Node, old: Any, new: Any, column: int) -> Iterator[Edit]:
        """Yield the edits that change the value `node`, after a key or dash in `column`, from `old` to `new`."""
        in_lines = isinstance(node, MappingNode | SequenceNode) and not node.flow_style
        # a long text turns braces into lines, unless a comment would be lost
        long = not in_lines and "#" in self.text[_start(node) : value_end(self.text, node)]
        added = None if in_lines else self._edit_flow(node, old, new, long=long)
        starts_line = self._is_first_on_line(_start(node))
        if added is not None:
            yield from added
        elif in_lines and isinstance(node, MappingNode) and isinstance(new, dict) and old.keys() & new.keys():
            yield from self.edit_mapping(node, old, new)
        elif in_lines and isinstance(old, list) and isinstance(new, list) and new and starts_line:
            yield from self.edit_sequence(node, old, new)
        elif in_lines and type(old) is type(new) and new:
            rendered = to_block(new, node.start_mark.column, quoted=self.quoted)
            yield _start(node), value_end(self.text, node), rendered.removesuffix("\n")
        else:
            yield self._replace_value(node, new, column)

    def _edit_flow(self, node: Node, old: Any, new: Any, long: bool, inside: bool = False) -> list[Edit] | None:
        """Return the edits of a value in flow style, or None if the whole value must be written anew.

        Texts can be changed, and keys or items added at the end. A long new text is possible only with `long`.
        """
        added: Any
        if old == new:
            return []
        if isinstance(node, ScalarNode) and inside and isinstance(new, str) and (long or not _has_long_text(new)):
            return [(_start(node), value_end(self.text, node), to_flow([new], quoted=self.quoted)[1:-1])]
        if isinstance(node, MappingNode) and isinstance(new, dict) and len(old) == len(node.value) and old:
            children = [(value, old[key.value], new.get(key.value)) for key, value in node.value]
            added = {key: value for key, value in new.items() if key not in old}
        elif isinstance(node, SequenceNode) and isinstance(new, list) and 0 < len(old) <= len(new):
            children, added = list(zip(node.value, old, new, strict=False)), new[len(old) :]
        else:
            return None
        edits = [self._edit_flow(*child, long=long, inside=True) for child in children]
        if None in edits or (_has_long_text(added) and not long):
            return None
        at = value_end(self.text, node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1])
        last = [(at, at, ", " + to_flow(added, quoted=self.quoted)[1:-1])] if added else []
        return [edit for of_child in edits if of_child for edit in of_child] + last

    def edit_sequence(self, node: Node, old: list[Any], new: list[Any]) -> Iterator[Edit]:
        """Yield the edits that change the list `node` in block style from the items `old` to `new`."""
        column = node.start_mark.column
        for kind, old_start, old_end, new_start, new_end in _list_changes(old, new):
            if kind == "equal":
                continue
            changed = min(old_end - old_start, new_end - new_start)
            for i, j in zip(range(old_start, old_end), range(new_start, new_end), strict=False):
                yield from self.edit_value(node.value[i], old[i], new[j], column=column)
            for i in range(old_start + changed, old_end):
                item = node.value[i]
                yield self._dash_line_start(_start(item), column), self._next_line_start(item), ""
            if added := new[new_start + changed : new_end]:
                place = old_start + changed
                at = self._next_line_start(node.value[place - 1]) if place else self._line_start(node.start_mark.index)
                rendered = "".join(self._render_item(item, node.value, column) for item in added)
                yield at, at, (self._missing_line_break(at) if place else "") + rendered

    def _render_item(self, item: Any, others: list[Node], column: int) -> str:
        """Return the YAML lines of a new list item. The `others` are the items that the list has already."""
        rendered = to_block([item], column, quoted=self.quoted)
        # Items without an id have a time, which is easier to read on a line of its own.
        are_in_braces = all(isinstance(other, MappingNode) and other.flow_style for other in others)
        if isinstance(item, dict) and "id" in item and not _has_long_text(item) and are_in_braces:
            rendered = f"- {to_flow(item, quoted=self.quoted)}\n"
        between = ""
        if len(others) > 1:
            between = self.text[self._next_line_start(others[-2]) : self._dash_line_start(_start(others[-1]), column)]
        blank_line = any(not line.strip() for line in between.splitlines())
        return "\n" * blank_line + " " * column + rendered

    def _replace_value(self, node: Node, new: Any, column: int) -> Edit:
        start, end = _start(node), value_end(self.text, node)
        is_flow = isinstance(node, MappingNode | SequenceNode) and node.flow_style and node.value
        if is_flow and not _has_long_text(new):
            return start, end, to_flow(new, quoted=self.quoted)
        if self._is_first_on_line(start):
            rendered = to_block(new, column if isinstance(new, str) else column + 2, quoted=self.quoted)
            return self._line_start(start), end, " " * (column + 2) + rendered.removesuffix("\n")
        # the value may move below its key, so the space before it is replaced too
        while start and self.text[start - 1] == " ":
            start -= 1
        return self._replace_range(start, end, self._render_after_key(new, column))

    def _render_after_key(self, value: Any, column: int) -> str:
        """Return `value` as YAML to put right after a key in `column`, or after a dash, without the last line break."""
        if isinstance(value, str) or not value:
            return " " + to_block(value, column, quoted=self.quoted).removesuffix("\n")
        return "\n" + " " * (column + 2) + to_block(value, column + 2, quoted=self.quoted).removesuffix("\n")

    def _replace_range(self, start: int, end: int, rendered: str) -> Edit:
        """Return the edit that puts `rendered` in place of the text from `start` to `end`."""
        head, line_break, tail = rendered.partition("\n")
        line = self.text.find("\n", end)
        comment = self.text[end : line if line >= 0 else len(self.text)].rstrip("\r")
        if line_break and comment.lstrip().startswith("#") and head.strip()[:1] in ("", "|", ">"):
            rendered, end = f"{head}{comment}\n{tail}", end + len(comment)
        return start, end, rendered

    def _missing_line_break(self, at: int) -> str:
        if at == 0 or self.text[at - 1] == "\n" or self._line_break_added:
            return ""
        self._line_break_added = True
        return "\n"

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _is_first_on_line(self, at: int) -> bool:
        return not self.text[self._line_start(at) : at].strip()

    def _dash_line_start(self, at: int, column: int) -> int:
        """Return the start of the line with the dash of the list item at `at`. The dash can be on an earlier line."""
        start = self._line_start(at)
        while start and self.text[start : start + column + 1].strip() != "-":
            start = self._line_start(start - 1)
        return start

    def _next_line_start(self, node: Node) -> int:
        """Return the position where the line after the value `node` starts."""
        line_end = self.text.find("\n", value_end(self.text, node))
        return len(self.text) if line_end < 0 else line_end + 1


def value_end(text: str, node: Node) -> int:
    """Return the position in `text` where the value `node` ends, without the comments and blank lines that follow."""
    if isinstance(node, MappingNode) and not node.flow_style:
        return value_end(text, node.value[-1][1])
    if isinstance(node, SequenceNode) and not node.flow_style:
        return value_end(text, node.value[-1])
    end = int(node.end_mark.index)
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        written = text[node.start_mark.index : end]
        # with "+" the trailing blank lines belong to the text, except for the last line break
        own = written.removesuffix("\n").removesuffix("\r") if "+" in written.split("\n")[0] else written.rstrip()
        return int(node.start_mark.index) + len(own)
    return end


def _start(node: Node) -> int:
    return int(node.start_mark.index)


def _has_long_text(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > 80 or "\n" in value
    return any(_has_long_text(item) for item in (value.values() if isinstance(value, dict) else value))
