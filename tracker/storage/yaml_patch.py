"""Changing a person's own YAML: only the lines that must change are touched; comments, order and line ends stay."""

import json
from collections.abc import Callable, Iterator, Set
from difflib import SequenceMatcher
from typing import Any, TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.model.errors import WriteFailed
from tracker.storage.yaml_folding import refold
from tracker.storage.yaml_reader import compose, decode, to_values
from tracker.storage.yaml_writer import to_block, to_flow

Edit = tuple[int, int, str]
T = TypeVar("T")
BOM = b"\xef\xbb\xbf"
"""The byte order mark that some editors on Windows put at the start of a file."""


def patch_file(
    raw: bytes | None,
    values: dict[str, Any],
    *,
    read_back: Callable[[bytes], T | None],
    header: str = "",
    node: Node | None = None,
) -> tuple[bytes, T]:
    """Return a file's bytes with `values` in place of its own, changing as few lines as possible, and what `read_back` made of them.

    Comments, key order, line endings and the byte order mark are kept. `read_back` parses the new bytes and returns None
    unless they say exactly what was asked. `raw` is None for a new file, which starts with `header`; `node` is the
    composed file, if the caller has it.

    Raises WriteFailed if neither plain nor quoted scalars read back, InvalidFile if the file is not YAML.
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


def patch_text(text: str, new: dict[str, Any], *, quoted: bool = False) -> str:
    """The text with its values changed to the new ones. The caller reads it back before trusting it."""
    return patch_yaml(text, compose(text), new, quoted=quoted)


def patch_yaml(text: str, node: Node | None, new: dict[str, Any], *, quoted: bool = False) -> str:
    """The same, of a text that has been composed."""
    if node is None:  # nothing but comments
        return text + _Patcher(text, quoted).below(to_block(new, quoted=quoted))
    if not isinstance(node, MappingNode) or node.flow_style:
        return to_block(new, quoted=quoted)
    edits = sorted(_Patcher(text, quoted).mapping(node, to_values(node), new), key=lambda edit: edit[:2])
    for start, end, put in reversed(edits):
        text = text[:start] + put + text[end:]
    return text


class _Patcher:
    def __init__(self, text: str, quoted: bool) -> None:
        self.text, self.quoted = text, quoted
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._ended = False

    def below(self, put: str) -> str:
        """Lines that go below the text."""
        return self._start_of_line(len(self.text)) + self._lines(put)

    def mapping(self, node: MappingNode, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Edit]:
        pairs = {key.value: (key, value) for key, value in node.value}
        yield from self._removed(node, old.keys() - new.keys())
        column = node.start_mark.column
        last, end = ([name for name in names if name in both][-1:] for names, both in ((new, pairs), (pairs, new)))
        before: str | None = None
        for name, value in new.items():
            if name in old:
                if old[name] != value:
                    yield from self.value(pairs[name][1], old[name], value, column)
                before = name
            elif name in pairs:  # the key is there with nothing behind it
                at = pairs[name][1].start_mark.index
                yield self._put(at, at, self._behind_key(value, column))
                before = name
            else:
                # what comes after all others goes to the end, whatever the order of the person's own keys
                yield self._new_key(pairs, end[0] if [before] == last else before, node, column, name, value)

    def _removed(self, node: MappingNode, gone: Set[str]) -> Iterator[Edit]:
        pairs = node.value
        first = next(i for i, (key, _) in enumerate([*pairs, (None, None)]) if key is None or key.value not in gone)
        if 0 < first < len(pairs) and not self._starts_line(node.start_mark.index):
            # the dash before the first key stays, and what is kept moves up to it
            after, kept = self._after(pairs[first - 1][1]), pairs[first][0].start_mark.index
            yield node.start_mark.index, kept if not self.text[after:kept].strip() else after - len(self.newline), ""
            pairs = pairs[first:]
        for key, value in pairs:
            if key.value in gone:
                yield self._line_start(key.start_mark.index), self._after(value), ""

    def _new_key(
        self, pairs: dict[str, tuple[Node, Node]], before: str | None, node: Node, column: int, name: str, value: Any
    ) -> Edit:
        put = to_block({name: value}, column, quoted=self.quoted)
        lists = [v.flow_style for _, v in pairs.values() if isinstance(v, SequenceNode) and v.value]
        # a short list stands in brackets where all others do
        if lists and all(lists) and isinstance(value, list) and not _has_long_text("".join(map(str, value))):
            put = f"{name}: {to_flow(value, quoted=self.quoted)}\n"
        if before is None:
            at = node.start_mark.index
            if self._starts_line(at):
                at = self._line_start(at)
                return at, at, self._lines(" " * column + put)
            return at, at, self._lines(put + " " * column)
        at = self._after(pairs[before][1])
        return at, at, self._start_of_line(at) + self._lines(" " * column + put)

    def value(self, node: Node, old: Any, new: Any, column: int) -> Iterator[Edit]:
        in_lines = isinstance(node, MappingNode | SequenceNode) and not node.flow_style
        # a long text turns braces into lines, unless a comment would be lost on the way
        long = not in_lines and "#" in self.text[_start(node) : self._end(node)]
        added = None if in_lines else self._added(node, old, new, long)
        if added is not None:
            yield from added
        elif in_lines and isinstance(node, MappingNode) and isinstance(new, dict) and old.keys() & new.keys():
            yield from self.mapping(node, old, new)
        elif in_lines and isinstance(old, list) and isinstance(new, list) and new and self._starts_line(_start(node)):
            yield from self.sequence(node, old, new)
        elif in_lines and type(old) is type(new) and new:
            put = to_block(new, node.start_mark.column, quoted=self.quoted)
            yield _start(node), self._end(node), self._lines(put.removesuffix("\n"))
        elif (folded := self._refolded(node, old, new)) is not None:
            yield _start(node), self._end(node), folded
        else:
            yield self._replaced(node, new, column)

    def _refolded(self, node: Node, old: Any, new: Any) -> str | None:
        if self.quoted or not (isinstance(node, ScalarNode) and node.style == ">" and isinstance(new, str)):
            return None
        put = refold(self.text[_start(node) : self._end(node)].replace("\r\n", "\n"), old, new)
        return put if put is None else self._lines(put)

    def _added(self, node: Node, old: Any, new: Any, long: bool, inside: bool = False) -> list[Edit] | None:
        """The edits of what stands in braces or brackets, where they change texts or add keys and items; None where they do more."""
        more: Any
        if old == new:
            return []
        if isinstance(node, ScalarNode) and inside and isinstance(new, str) and (long or not _has_long_text(new)):
            return [(_start(node), self._end(node), to_flow([new], quoted=self.quoted)[1:-1])]
        if isinstance(node, MappingNode) and isinstance(new, dict) and len(old) == len(node.value) and old:
            below = [(value, old[key.value], new.get(key.value)) for key, value in node.value]
            more = {key: value for key, value in new.items() if key not in old}
        elif isinstance(node, SequenceNode) and isinstance(new, list) and 0 < len(old) <= len(new):
            below, more = list(zip(node.value, old, new, strict=False)), new[len(old) :]
        else:
            return None
        found = [self._added(*one, long, inside=True) for one in below]
        if None in found or (_has_long_text(more) and not long):
            return None
        at = self._end(node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1])
        last = [(at, at, ", " + to_flow(more, quoted=self.quoted)[1:-1])] if more else []
        return [edit for edits in found if edits for edit in edits] + last

    def sequence(self, node: Node, old: list[Any], new: list[Any]) -> Iterator[Edit]:
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
                yield self._dash(_start(item), column), self._after(item), ""
            if added := new[c + same : d]:
                place = a + same
                at = self._after(node.value[place - 1]) if place else self._line_start(node.start_mark.index)
                put = "".join(self._item(item, node.value, column) for item in added)
                yield at, at, (self._start_of_line(at) if place else "") + self._lines(put)

    def _item(self, item: Any, others: list[Node], column: int) -> str:
        """A new item, written as the others are: in braces or in lines, with a blank line between them or without."""
        put = to_block([item], column, quoted=self.quoted)
        # what is known by an id is a line of a register; a link with its times reads better in lines
        if isinstance(item, dict) and "id" in item and not _has_long_text(item) and all(map(_in_braces, others)):
            put = f"- {to_flow(item, quoted=self.quoted)}\n"
        between = ""
        if len(others) > 1:
            between = self.text[self._after(others[-2]) : self._dash(_start(others[-1]), column)]
        apart = any(not line.strip() for line in between.splitlines())
        return "\n" * apart + " " * column + put

    def _replaced(self, node: Node, new: Any, column: int) -> Edit:
        start, end = _start(node), self._end(node)
        flowing = isinstance(node, MappingNode | SequenceNode) and node.flow_style and node.value
        if flowing and not _has_long_text(new):
            return start, end, to_flow(new, quoted=self.quoted)
        if self._starts_line(start):
            put = to_block(new, column if isinstance(new, str) else column + 2, quoted=self.quoted)
            return self._line_start(start), end, self._lines(" " * (column + 2) + put.removesuffix("\n"))
        # the value may move below its key: take the blank before it along
        while start and self.text[start - 1] == " ":
            start -= 1
        return self._put(start, end, self._behind_key(new, column))

    def _behind_key(self, value: Any, column: int) -> str:
        """A value as it stands behind a key or a dash, without the last line break."""
        if isinstance(value, str) or not value:
            return " " + to_block(value, column, quoted=self.quoted).removesuffix("\n")
        return "\n" + " " * (column + 2) + to_block(value, column + 2, quoted=self.quoted).removesuffix("\n")

    def _put(self, start: int, end: int, put: str) -> Edit:
        """The edit that puts a text of one or more lines; a comment on the first line stays there."""
        head, several, tail = put.partition("\n")
        line = self.text.find("\n", end)
        comment = self.text[end : line if line >= 0 else len(self.text)].rstrip("\r")
        if several and comment.lstrip().startswith("#") and head.strip()[:1] in ("", "|", ">"):
            put, end = f"{head}{comment}\n{tail}", end + len(comment)
        return start, end, self._lines(put)

    def _lines(self, text: str) -> str:
        return text if self.newline == "\n" else text.replace("\n", "\r\n")

    def _start_of_line(self, at: int) -> str:
        """A line break where the file does not end with one, once."""
        if at == 0 or self.text[at - 1] == "\n" or self._ended:
            return ""
        self._ended = True
        return self.newline

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _starts_line(self, at: int) -> bool:
        return not self.text[self._line_start(at) : at].strip()

    def _dash(self, at: int, column: int) -> int:
        """The start of the line on which the dash of an item stands; the item may begin further down."""
        start = self._line_start(at)
        while start and self.text[start : start + column + 1].strip() != "-":
            start = self._line_start(start - 1)
        return start

    def _after(self, node: Node) -> int:
        """Behind the line on which a value ends."""
        found = self.text.find("\n", self._end(node))
        return len(self.text) if found < 0 else found + 1

    def _end(self, node: Node) -> int:
        """Where a value really ends: a block's own mark lies behind the comments and blank lines that follow it."""
        if isinstance(node, MappingNode) and not node.flow_style:
            return self._end(node.value[-1][1])
        if isinstance(node, SequenceNode) and not node.flow_style:
            return self._end(node.value[-1])
        end = int(node.end_mark.index)
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            written = self.text[node.start_mark.index : end]
            # of a text that keeps its blank lines, only the last line break is not its own
            own = written.removesuffix("\n").removesuffix("\r") if "+" in written.split("\n")[0] else written.rstrip()
            return int(node.start_mark.index) + len(own)
        return end


def _start(node: Node) -> int:
    return int(node.start_mark.index)


def _in_braces(node: Node) -> bool:
    return isinstance(node, MappingNode) and bool(node.flow_style)


def _has_long_text(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > 80 or "\n" in value
    return any(_has_long_text(item) for item in (value.values() if isinstance(value, dict) else value))
