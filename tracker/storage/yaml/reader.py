"""Read YAML into nodes, and nodes into dictionaries, lists and strings. Find the line of a field."""

import hashlib
import re
from collections.abc import Iterator
from sys import intern
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tracker.model.errors import FieldPath, InvalidFile

MAX_BYTES = 1_000_000
"""The maximum size of a data file."""
MAX_DEPTH = 32
"""The maximum number of values inside each other in a data file."""
TEXT_TAG = "!text"
"""The tag that is given to every node that has no tag in the file."""
TOO_DEEP_MESSAGE = f"nested more than {MAX_DEPTH} levels deep; no field needs that"
MAX_SHARED = 40
"""A shorter text is in memory only once, however many files have it."""
MAX_NODES = 50_000
"""The maximum number of keys and values in one file. A file of 1 MB with many '[],' took 950 MB of memory."""
TOO_MANY_MESSAGE = f"more than {MAX_NODES:,} keys and values in one file; no file needs that"

# Anchors, aliases, deep nesting and too many values are found by going through all parser events, which is slow. So this
# is done only for files in which one of these patterns is found.
ANCHOR = re.compile(r"(?:^|[\s\[{,:?-])[&*]\S", re.M)
DEEP = re.compile(r"^[ \t?-]{24,}", re.M)
# YAML allows them only as an escape such as \0 in double quotes. XML feeds and spreadsheets cannot contain them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class _Reader(yaml.CLoader):
    """A YAML loader that knows no numbers or booleans, only texts. So the country code NO is not read as false."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        return TEXT_TAG

    def descend_resolver(self, *_: Any) -> None: ...

    def ascend_resolver(self) -> None: ...


def hash_version(raw: bytes) -> str:
    """Return the version of a file with the bytes `raw`: a hash of them, 16 hex digits."""
    return hashlib.blake2b(raw, digest_size=8).hexdigest()


def decode(raw: bytes) -> str:
    """Return the text of a file without its byte order mark. Raises InvalidFile if it is too large or not UTF-8."""
    if len(raw) > MAX_BYTES:
        raise InvalidFile(1, f"the file has {len(raw):,} bytes; the limit is {MAX_BYTES:,}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = raw[: bad.start].count(b"\n") + 1
        raise InvalidFile(line, "not UTF-8; save the file with the encoding UTF-8") from None


def compose(text: str) -> Node | None:
    """Return the root node of a YAML text, None if empty. Raises InvalidFile, also for aliases and excessive size."""
    # anchors, deep nesting, and many values, of which each has at least one of these characters before or after it
    if (
        (("&" in text or "*" in text) and ANCHOR.search(text))
        or (len(text) > MAX_NODES and sum(map(text.count, ",:[{-?\n")) > MAX_NODES)
        or text.count("[") + text.count("{") > MAX_DEPTH
        or DEEP.search(text)
    ):
        _check_limits(text)
    try:
        loader = _Reader(text)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as bad:
        mark = bad.problem_mark or bad.context_mark
        raise InvalidFile(mark.line + 1 if mark else 1, _error_message(bad)) from None
    except yaml.reader.ReaderError as bad:
        line = text.encode()[: bad.position].count(b"\n") + 1 if isinstance(bad.position, int) else 1
        raise InvalidFile(line, "a character that YAML does not allow; delete it") from None
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError) as bad:
        raise InvalidFile(1, f"not YAML: {str(bad)[:200]}") from None


def _error_message(bad: yaml.MarkedYAMLError) -> str:
    problem = bad.problem or "not YAML"
    if "nesting depth" in problem:
        return TOO_DEEP_MESSAGE
    if "single document" in (bad.context or ""):
        return "several documents in one file; keep one and delete the line '---'"
    if "cannot start any token" in problem or "tab" in problem:
        return f"{problem}; indent with spaces, and put a text that starts with a special character in quotes"
    return f"{problem}; check the indentation, the colon and the quotes here and on the line above"


def _check_limits(text: str) -> None:
    """Raise InvalidFile if the YAML text has anchors, aliases, values that are nested too deep, or too many values."""
    depth = values = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise InvalidFile(line, "an anchor or alias (& or *); write the value itself, or put a text in quotes")
            values += isinstance(event, yaml.NodeEvent)
            if values > MAX_NODES:
                raise InvalidFile(line, TOO_MANY_MESSAGE)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise InvalidFile(line, TOO_DEEP_MESSAGE)
    except yaml.YAMLError:
        return  # compose() reports this error with its line


def to_values(node: Node | None, depth: int = 0) -> Any:
    """Return the values of `node` as dictionaries, lists and strings; {} for None. A key without a value is left out.

    Raises InvalidFile for a tag, an escaped control character, a duplicate key, a key that is not a text, a text with a
    comma in braces without quotes, or deep nesting.
    """
    if node is None:
        return {}
    if node.tag is not TEXT_TAG:
        raise InvalidFile(_line(node), f"the tag {node.tag[:40]!r}; write the value without a tag")
    if isinstance(node, ScalarNode):
        if node.style == '"' and CONTROL.search(node.value):
            raise InvalidFile(_line(node), "an escaped control character; delete it")
        # codes, ids and dates are in thousands of files: each is kept in memory once
        return intern(node.value) if len(node.value) < MAX_SHARED else node.value
    if depth >= MAX_DEPTH:
        raise InvalidFile(_line(node), TOO_DEEP_MESSAGE)
    if type(node) is SequenceNode:
        return [to_values(item, depth + 1) for item in node.value]
    values: dict[str, Any] = {}
    empty: set[str] = set()
    for key, value in node.value:
        name = key.value
        if type(key) is not ScalarNode:
            raise InvalidFile(_line(key), "a key that is not a word; write 'key: value'")
        if key.tag is not TEXT_TAG:
            raise InvalidFile(_line(key), f"the tag {key.tag[:40]!r}; write the key without a tag")
        name = intern(name)
        if name in values or name in empty:
            raise InvalidFile(_line(key), f"the key {name[:60]!r} appears twice; keep one of them")
        if value.value == "" and not value.style and value.tag is TEXT_TAG:
            if " " in name:  # in {en: one, and the other} the comma ends the text
                problem = f"the text continues after a comma: {name[:60]!r}; put all of it in quotes"
                raise InvalidFile(_line(key), problem)
            empty.add(name)
        else:
            values[name] = to_values(value, depth + 1)
    return values


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def walk_path(node: Node | None, field_path: FieldPath) -> Iterator[tuple[Node | None, Node]]:
    """Yield (key node, value node) for each step of a path until one is missing. In a list, the key node is None."""
    for step in field_path:
        key, found = None, None
        if isinstance(node, MappingNode):
            key, found = next(((k, v) for k, v in node.value if k.value == step), (None, None))
        elif isinstance(node, SequenceNode):
            found = _find_item(node, step)
        if found is None:
            return
        yield key, found
        node = found


def _find_item(node: SequenceNode, step: str | int) -> Node | None:
    """Return the item of the list `node` whose index (an int) or id (a text) is `step`, or None."""
    if isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    with_keys = (item for item in node.value if isinstance(item, MappingNode))
    return next((item for item in with_keys if any(k.value == "id" and v.value == step for k, v in item.value)), None)


def find_line(node: Node | None, field_path: FieldPath) -> int:
    """Return the line (from 1) of the field at `field_path` or, if it is missing, of the last step that exists."""
    line = _line(node) if node is not None else 1
    for key, value in walk_path(node, field_path):
        line = _line(key if key is not None else value)
    return line
