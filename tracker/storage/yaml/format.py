"""Convert records to plain values, and plain values to YAML that looks as if written by hand.

Plain values are dictionaries, lists and strings.
"""

import dataclasses
import re
from collections.abc import Mapping, Set
from contextlib import suppress
from enum import Enum
from functools import cache
from typing import Any

import yaml

from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.storage.yaml.record_builder import DERIVED_FIELDS

LINE_WIDTH = 110
"""The maximum number of characters in a line of YAML, if words and indentation allow it."""


def record_values(record: Any, *, without: Set[str] = frozenset()) -> dict[str, Any]:
    """Return a mapping: field → plain value, as in a file. Leave out defaults, empty lists, DERIVED_FIELDS and `without`."""
    kind: Any = type(record)
    given = ((name, getattr(record, name), default) for name, default in field_defaults(kind))
    return {
        name: _plain_value(value)
        for name, value, default in given
        if value is not None and name not in without and value != default and value != ()
    }


@cache
def field_defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Return (name, default or `dataclasses.MISSING`) for each field of the record type `kind` except DERIVED_FIELDS."""
    return tuple((field.name, field.default) for field in dataclasses.fields(kind) if field.name not in DERIVED_FIELDS)


def _plain_value(value: Any) -> Any:
    """Return the value of a field as dictionaries, lists and strings."""
    if type(value) is str:
        return value
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple | list):
        return [_plain_value(item) for item in value]
    if isinstance(value, TextVariant):
        return value.text if value == TextVariant(text=value.text) else record_values(value)
    if dataclasses.is_dataclass(value):
        return record_values(value)
    if isinstance(value, Mapping):
        if value.keys() == {NO_LANGUAGE_CODE}:
            return _plain_value(value[NO_LANGUAGE_CODE])
        return {str(key): _plain_value(item) for key, item in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class _Writer(yaml.SafeDumper):
    """Writes YAML. A text is quoted if `reader` would misread it, or if `quoted` is True. With `flow`, it stays on one line."""

    quoted = flow = False

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


class _FlowWriter(_Writer):
    flow = True


def _represent_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = None
    # other programs read 76.50 as the number 76.5
    if writer.quoted or text in ("true", "false", "null", "~", "") or re.fullmatch(r"\d+\.\d*", text):
        style = '"'
    elif not writer.flow:
        style = "|" if "\n" in text else ">" if len(text) > 80 else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


yaml.add_representer(str, _represent_text, Dumper=_Writer)


_PLAIN = re.compile(r"(?!(?:true|false|null|\d+\.\d*)$)[^\W_](?:(?:[\w./()+-]|,|:(?=\w)| (?=[\w(]))*[\w.)])?")
"""Matches a text on one line that needs no quotes. Others may not need them either."""


def _plain_lines(value: Any) -> list[str]:
    """Return the lines that `yaml.dump` would write, which takes ten times as long. Raises ValueError if it has to."""
    lines = list[str]()
    if isinstance(value, str) and _PLAIN.fullmatch(value) and len(value) <= 80:
        return [value]
    if not value or not isinstance(value, dict | list):
        raise ValueError
    for key in value:
        of = value[key] if isinstance(value, dict) else key
        first, *rest = _plain_lines(of)
        if isinstance(value, list):
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
        elif not _PLAIN.fullmatch(key):
            raise ValueError
        elif isinstance(of, str):
            lines.append(f"{key}: {first}")
        else:
            lines += [f"{key}:", f"  {first}", *(f"  {line}" for line in rest)]
    return lines


def to_block(value: Any, column: int = 0, *, quoted: bool = False) -> str:
    """Return `value` as YAML in block style, with a line break at its end.

    All lines but the first are indented by `column` spaces. A text is written as it would be after a key in `column`.
    """
    if isinstance(value, str):
        # rendered after a key, so that a block text is indented relative to the column of its key
        return to_block({"k": value}, column, quoted=quoted).partition(": ")[2]
    width = max(40, LINE_WIDTH - column)
    with suppress(ValueError):
        if not quoted and len(max(lines := _plain_lines(value), key=len)) <= width:
            return f"\n{' ' * column}".join(lines) + "\n"
    text = yaml.dump(
        value,
        Dumper=_QuotingWriter if quoted else _Writer,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=width,
    )
    # the document end marker "..." starts in column 0; a text that ends in "..." is indented
    if text.endswith("\n...\n"):
        text = text[:-4]
    # not splitlines(): it also splits at other characters that texts may contain
    lines = text.split("\n")[:-1]
    return "".join((" " * column if i and line else "") + line + "\n" for i, line in enumerate(lines))


def to_flow(value: Any, *, quoted: bool = False) -> str:
    """Return `value` as YAML in flow style, on one line, such as [a, b]. With `quoted`, all texts are in quotes."""
    writer = _QuotingWriter if quoted else _FlowWriter
    text = yaml.dump(value, Dumper=writer, allow_unicode=True, sort_keys=False, default_flow_style=True, width=1 << 30)
    return str(text).removesuffix("\n...\n").rstrip("\n")
