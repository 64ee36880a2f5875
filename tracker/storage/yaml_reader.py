"""A YAML file as text, nodes and plain values, with the line of each. Every scalar is text: the field's type decides what it is."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.model.errors import InvalidFile
from tracker.model.problems import FieldPath

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
TEXT_TAG = "!text"
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep; no field needs that"
MAX_NODES = 50_000
"""Keys and values of one file. Each takes memory many times its own size: a million bytes of '[],' took 950 MB."""
TOO_MANY = f"more than {MAX_NODES:,} keys and values in one file; no file needs that"

# Anchors, aliases, deep nesting and too many values are looked for event by event, but only in a file that could hold them.
ANCHOR = re.compile(r"(?:^|[\s\[{,:?-])[&*]\S", re.M)
DEEP = re.compile(r"^[ \t?-]{24,}", re.M)
# Only an escape such as \0 in double quotes brings these in. No XML feed and no spreadsheet takes them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class _Reader(yaml.CLoader):
    """Composes nodes without guessing at types (no Norway problem)."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        return TEXT_TAG

    def descend_resolver(self, *_: Any) -> None: ...

    def ascend_resolver(self) -> None: ...


def hash_version(raw: bytes) -> str:
    """The version of a file: a short hash of its bytes."""
    return hashlib.blake2b(raw, digest_size=8).hexdigest()


def decode(raw: bytes) -> str:
    """The text of a file, without a byte order mark; Broken when it is too big or not UTF-8."""
    if len(raw) > MAX_BYTES:
        raise InvalidFile(1, f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise InvalidFile(raw[: bad.start].count(b"\n") + 1, "not UTF-8; save the file in the encoding UTF-8") from None
    return text


def compose(text: str) -> Node | None:
    """The root node of the one document in a text, None when it is empty; Broken says what stands in the way."""
    if _is_suspect(text):
        _refuse_what_no_file_needs(text)
    try:
        loader = _Reader(text)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as bad:
        raise InvalidFile(_line_of(bad), _said(bad)) from None
    except yaml.reader.ReaderError as bad:
        line = text.encode()[: bad.position].count(b"\n") + 1 if isinstance(bad.position, int) else 1
        raise InvalidFile(line, "a character that YAML does not allow; delete it") from None
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError) as bad:
        raise InvalidFile(1, f"not YAML: {str(bad)[:200]}") from None


def _is_suspect(text: str) -> bool:
    anchors = ("&" in text or "*" in text) and ANCHOR.search(text)
    # each value has at least one of these before or behind it
    many = len(text) > MAX_NODES and sum(map(text.count, ",:[{-?\n")) > MAX_NODES
    return bool(anchors or many or text.count("[") + text.count("{") > MAX_DEPTH or DEEP.search(text))


def _line_of(bad: yaml.MarkedYAMLError) -> int:
    mark = bad.problem_mark or bad.context_mark
    return mark.line + 1 if mark else 1


def _said(bad: yaml.MarkedYAMLError) -> str:
    problem = bad.problem or "not YAML"
    if "nesting depth" in problem:
        return TOO_DEEP
    if "single document" in (bad.context or ""):
        return "several documents in one file; keep one and delete the line '---'"
    if "cannot start any token" in problem or "tab" in problem:
        return f"{problem}; indent with spaces, and put quotes around a text that starts with a special character"
    return f"{problem}; check the indentation, the colon and the quotes here and on the line above"


def _refuse_what_no_file_needs(text: str) -> None:
    depth = values = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise InvalidFile(line, "an anchor or alias (& or *); write the value out, or put quotes around a text")
            values += isinstance(event, yaml.NodeEvent)
            if values > MAX_NODES:
                raise InvalidFile(line, TOO_MANY)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise InvalidFile(line, TOO_DEEP)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return  # composing reports it, with the line


def to_values(node: Node | None, depth: int = 0) -> Any:
    """Mappings, lists and texts of a node. An empty value counts as absent; Broken on a doubled key, a tag, a text cut off."""
    if node is None:
        return {}
    if node.tag is not TEXT_TAG:
        raise InvalidFile(_at(node), f"the tag {node.tag[:40]!r}; write the value without a tag")
    kind = type(node)
    if isinstance(node, ScalarNode):
        if node.style == '"' and CONTROL.search(node.value):
            raise InvalidFile(_at(node), "an escaped control character; delete it")
        return node.value
    if depth >= MAX_DEPTH:
        raise InvalidFile(_at(node), TOO_DEEP)
    if kind is SequenceNode:
        return [to_values(item, depth + 1) for item in node.value]
    found: dict[str, Any] = {}
    empty: set[str] = set()
    for key, value in node.value:
        name = key.value
        if type(key) is not ScalarNode:
            raise InvalidFile(_at(key), "a key that is not a word; write 'key: value'")
        if key.tag is not TEXT_TAG:
            raise InvalidFile(_at(key), f"the tag {key.tag[:40]!r}; write the key without a tag")
        if name in found or name in empty:
            raise InvalidFile(_at(key), f"the key {name[:60]!r} stands twice; keep one of them")
        if value.value == "" and not value.style and value.tag is TEXT_TAG:
            if " " in name:  # in {en: one, and the other} the comma ends the text
                raise InvalidFile(
                    _at(key), f"the text goes on behind a comma: {name[:60]!r}; put the whole of it in quotes"
                )
            empty.add(name)
        else:
            found[name] = to_values(value, depth + 1)
    return found


def _at(node: Node) -> int:
    return int(node.start_mark.line) + 1


def walk_path(node: Node | None, where: FieldPath) -> Iterator[tuple[Node | None, Node]]:
    """The (key node, value node) met on the way to a place, as far as the file goes."""
    for step in where:
        if isinstance(node, MappingNode):
            match = next(((k, v) for k, v in node.value if k.value == step), None)
            if match is None:
                return
            yield match
            node = match[1]
        elif isinstance(node, SequenceNode) and (item := _item(node, step)) is not None:
            node = item
            yield None, node
        else:
            return


def _item(node: SequenceNode, step: str | int) -> Node | None:
    """The item at a position, or the one with that id."""
    if isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    for item in node.value:
        if isinstance(item, MappingNode) and any(k.value == "id" and v.value == step for k, v in item.value):
            return item
    return None


def find_line(node: Node | None, where: FieldPath) -> int:
    """The line of a place in a file, counted from 1; of the nearest thing around it when it is not there."""
    line = _at(node) if node is not None else 1
    for key, value in walk_path(node, where):
        line = _at(key if key is not None else value)
    return line
