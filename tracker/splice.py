"""Changing a person's own YAML: only the lines that must change are touched; comments, order and line ends stay."""

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.files import compose, plain
from tracker.render import block, flow

Edit = tuple[int, int, str]


def splice(text: str, new: dict[str, Any], *, quoted: bool = False) -> str:
    """The text with its values changed to the new ones. The caller reads it back before trusting it."""
    node = compose(text)
    if not isinstance(node, MappingNode) or node.flow_style:
        return block(new, quoted=quoted)
    page = _Page(text, quoted)
    edits = sorted(page.mapping(node, plain(node), new), key=lambda edit: edit[:2])
    for start, end, put in reversed(edits):
        text = text[:start] + put + text[end:]
    return text


class _Page:
    def __init__(self, text: str, quoted: bool) -> None:
        self.text, self.quoted = text, quoted
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def mapping(self, node: MappingNode, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Edit]:
        pairs = {key.value: (key, value) for key, value in node.value}
        for name in old.keys() - new.keys():
            key, value = pairs[name]
            yield self._line_start(key.start_mark.index), self._after(value), ""
        column = node.start_mark.column
        before: str | None = None
        for name, value in new.items():
            if name in old:
                if old[name] != value:
                    yield from self.value(pairs[name][1], old[name], value, column)
                before = name
            elif name in pairs:  # the key is there with nothing behind it
                at = pairs[name][1].start_mark.index
                yield at, at, self._lines(self._behind_key(value, column).rstrip("\n"))
                before = name
            else:
                yield self._new_key(pairs, before, node, column, name, value)

    def _new_key(
        self, pairs: dict[str, tuple[Node, Node]], before: str | None, node: Node, column: int, name: str, value: Any
    ) -> Edit:
        put = block({name: value}, column, quoted=self.quoted)
        if before is None:
            at = node.start_mark.index
            return at, at, self._lines(put + " " * column)
        at = self._after(pairs[before][1])
        return at, at, self._start_of_line(at) + self._lines(" " * column + put)

    def value(self, node: Node, old: Any, new: Any, column: int) -> Iterator[Edit]:
        if isinstance(node, MappingNode) and not node.flow_style and isinstance(new, dict):
            yield from self.mapping(node, plain(node), new)
        elif isinstance(node, SequenceNode) and not node.flow_style and isinstance(new, list):
            yield from self.sequence(node, old, new)
        else:
            yield self._replaced(node, new, column)

    def sequence(self, node: SequenceNode, old: list[Any], new: list[Any]) -> Iterator[Edit]:
        column = node.start_mark.column
        keys = [[json.dumps(item, sort_keys=True) for item in items] for items in (old, new)]
        for kind, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
            if kind == "equal":
                continue
            same = min(b - a, d - c)
            for i in range(same):
                yield from self.value(node.value[a + i], old[a + i], new[c + i], column)
            for i in range(a + same, b):
                item = node.value[i]
                yield self._line_start(item.start_mark.index), self._after(item), ""
            if added := new[c + same : d]:
                place = a + same
                at = self._after(node.value[place - 1]) if place else self._line_start(node.start_mark.index)
                put = "".join(" " * column + block([item], column, quoted=self.quoted) for item in added)
                yield at, at, (self._start_of_line(at) if place else "") + self._lines(put)

    def _replaced(self, node: Node, new: Any, column: int) -> Edit:
        start, end = node.start_mark.index, self._end(node)
        flowing = isinstance(node, MappingNode | SequenceNode) and node.flow_style and node.value
        if flowing and not _has_long_text(new):
            return start, end, flow(new, quoted=self.quoted)
        if isinstance(new, str) and isinstance(node, ScalarNode) and node.style not in ("|", ">") and len(new) <= 80:
            return start, end, self._lines(block(new, column + 2, quoted=self.quoted).rstrip("\n"))
        if isinstance(new, dict | list):
            # the value moves below its key: take the blank before it along
            while self.text[start - 1] == " " and start:
                start -= 1
        put = self._behind_key(new, column).rstrip("\n")
        return start, end, self._lines(put if isinstance(new, dict | list) else put.lstrip(" "))

    def _behind_key(self, value: Any, column: int) -> str:
        inner = column + 2
        text = block(value, inner, quoted=self.quoted) if not isinstance(value, str) else self._long(value, column)
        return (" " + text) if isinstance(value, str) else "\n" + " " * inner + text

    def _long(self, value: str, column: int) -> str:
        # rendered behind a key, so that a block text gets the right indentation
        return block({"k": value}, column, quoted=self.quoted).removeprefix("k:").lstrip(" ")

    def _lines(self, text: str) -> str:
        return text if self.newline == "\n" else text.replace("\n", "\r\n")

    def _start_of_line(self, at: int) -> str:
        """A line break where the file does not end with one."""
        return "" if at == 0 or self.text[at - 1] == "\n" else self.newline

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _after(self, node: Node) -> int:
        """Behind the line on which a value ends."""
        end = self._end(node)
        if end and self.text[end - 1] == "\n":
            return end
        found = self.text.find("\n", end)
        return len(self.text) if found < 0 else found + 1

    def _end(self, node: Node) -> int:
        """Where a value really ends: a block's own mark lies behind the comments and blank lines that follow it."""
        if isinstance(node, MappingNode) and not node.flow_style:
            return self._end(node.value[-1][1])
        if isinstance(node, SequenceNode) and not node.flow_style:
            return self._end(node.value[-1])
        end = int(node.end_mark.index)
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            body = self.text[node.start_mark.index : end].rstrip("\r\n \t")
            return int(node.start_mark.index) + len(body)
        return end


def _has_long_text(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > 80 or "\n" in value
    return any(_has_long_text(item) for item in (value.values() if isinstance(value, dict) else value))
