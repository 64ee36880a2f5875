"""From records to YAML as a careful person would type it."""

import dataclasses
from collections.abc import Mapping, Set
from enum import Enum
from functools import cache
from typing import Any

import yaml

from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant
from tracker.storage.record_builder import DERIVED_FIELDS

LINE_WIDTH = 110


def record_values(record: Any, *, without: Set[str] = frozenset()) -> dict[str, Any]:
    """The record as its file holds it: mappings, lists and texts, without what is left at its default and some fields."""
    kind: Any = type(record)
    found = {}
    for name, default in field_defaults(kind):
        value = getattr(record, name)
        if value is not None and name not in without and value != default and value != ():
            found[name] = _value(value)
    return found


@cache
def field_defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """(name, default) of every field that files hold: asked of each record anew, it takes most of the time of a save."""
    return tuple((field.name, field.default) for field in dataclasses.fields(kind) if field.name not in DERIVED_FIELDS)


def _value(value: Any) -> Any:
    if type(value) is str:
        return value
    if isinstance(value, TextVariant):
        return value.text if value == TextVariant(text=value.text) else record_values(value)
    if dataclasses.is_dataclass(value):
        return record_values(value)
    if isinstance(value, Mapping):
        if value.keys() == {DEFAULT_LANGUAGE}:
            return _value(value[DEFAULT_LANGUAGE])
        return {str(key): _value(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_value(item) for item in value]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class _Writer(yaml.SafeDumper):
    """Writes texts without quotes wherever the reader does not need them."""

    quoted = False

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return "tag:yaml.org,2002:str"
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _QuotingWriter(_Writer):
    quoted = True


def _text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = None
    if writer.quoted or text in ("true", "false", "null", "~", ""):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif len(text) > 80:
        style = ">"
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


yaml.add_representer(str, _text, Dumper=_Writer)
yaml.add_representer(str, _text, Dumper=_QuotingWriter)


def to_block(value: Any, column: int = 0, *, quoted: bool = False) -> str:
    """Lines of YAML for a value, the first one without indentation, the others indented to a column; ends with a line break."""
    if isinstance(value, str):
        # rendered behind a key, so that a block text is indented from the key's column
        return to_block({"k": value}, column, quoted=quoted).partition(": ")[2]
    text = yaml.dump(
        value, Dumper=_QuotingWriter if quoted else _Writer, allow_unicode=True, sort_keys=False,
        default_flow_style=False, width=max(40, LINE_WIDTH - column),
    )  # fmt: skip
    # the end mark of a document stands at the margin; a text that ends in "..." does not
    if text.endswith("\n...\n"):
        text = text[:-4]
    # not splitlines(): texts hold other characters that it takes for the end of a line
    lines = text.split("\n")[:-1]
    return "".join((" " * column if i and line else "") + line + "\n" for i, line in enumerate(lines))


def to_flow(value: Any, *, quoted: bool = False) -> str:
    """A value on one line, as in [a, b] or {a: b}."""
    writer = _QuotingWriter if quoted else _FlowWriter
    text = yaml.dump(value, Dumper=writer, allow_unicode=True, sort_keys=False, default_flow_style=True, width=1 << 30)
    return str(text).removesuffix("\n...\n").rstrip("\n")


class _FlowWriter(_Writer):
    pass


yaml.add_representer(
    str,
    lambda w, t: w.represent_scalar(
        "tag:yaml.org,2002:str", t, style='"' if t in ("", "~", "null", "true", "false") else None
    ),
    Dumper=_FlowWriter,
)
