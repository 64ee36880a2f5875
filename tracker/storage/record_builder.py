"""From plain values to records: what is wrong with each field, in words that say what would be right."""

import dataclasses
import difflib
import types
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from tracker.model.problems import FieldPath

T = TypeVar("T")
DERIVED_FIELDS = {"version"}
MAX_PROBLEMS_PER_RECORD = 50
"""Problems told of one record. Nobody reads more at once, and finding words for 90,000 takes minutes."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def build_record(kind: type[T], values: Any, **given: str) -> tuple[T | None, list[tuple[FieldPath, str]]]:
    """The record, or None and a list of (place, what is wrong). `given` are fields that the file itself does not hold."""
    if not isinstance(values, dict):
        return None, [((), "not a list of 'key: value' lines; start with the fields of the schema")]
    named = given.keys() | DERIVED_FIELDS
    if wrong := [key for key in values if key in named]:
        return None, [((key,), f"the key {key!r} is not written in the file; the file name is the id") for key in wrong]
    try:
        of_kind: Any = kind
        return _adapter(of_kind).validate_python({**values, **given}), []
    except ValidationError as bad:
        errors = bad.errors(include_url=False)
        found = [(_place(error["loc"]), _message_for(kind, error)) for error in errors[:MAX_PROBLEMS_PER_RECORD]]
        if len(errors) > MAX_PROBLEMS_PER_RECORD:
            found.append(
                (
                    (),
                    f"{len(errors) - MAX_PROBLEMS_PER_RECORD:,} more problems in this record; correct the first {MAX_PROBLEMS_PER_RECORD}, then look again",
                )
            )
        return None, list(dict.fromkeys(found))


def _place(loc: FieldPath) -> FieldPath:
    return tuple(step for step in loc if step != "[key]")


def _message_for(kind: type, error: ErrorDetails) -> str:
    where, what, ctx = _place(error["loc"]), error["type"], error.get("ctx", {})
    field = _short(next((step for step in reversed(where) if isinstance(step, str)), ""))
    given = error.get("input")
    shown = (
        repr(given[:60])
        if isinstance(given, str)
        else "a list"
        if isinstance(given, list | tuple)
        else "a group of keys"
    )
    match what:
        case "unexpected_keyword_argument" | "extra_forbidden":
            known = sorted(allowed_keys(kind, where[:-1]) - DERIVED_FIELDS)
            near = difflib.get_close_matches(_short(str(where[-1])), known, n=1, cutoff=0.5)
            return f"unknown key {_short(str(where[-1]))!r}; " + (
                f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            )
        case "missing" | "missing_argument":
            return f"{field!r} is missing; write '{field}: …' here"
        case "enum" | "literal_error":
            return f"unknown {field} {shown}; one of {str(ctx.get('expected', '')).replace(chr(39), '').replace(' or ', ', ')}"
        case "string_pattern_mismatch":
            return f"{field} {shown} does not have the right form; {_form(ctx.get('pattern', ''))}"
        case "string_too_long":
            return f"{field} is longer than {ctx.get('max_length'):,} characters; shorten it, or link to the document"
        case "string_too_short" | "too_short":
            return f"{field} is empty; write something or leave the key out"
        case "value_error":
            return str(ctx.get("error", error["msg"]))
        case "string_type":
            return f"{field} is {shown}, not a text; write it on the same line or as a block after '>-'"
        case "tuple_type" | "list_type":
            return f"{field} is {shown}, not a list; start each item on its own line with '- '"
        case "dict_type" | "mapping_type" | "dataclass_type":
            return f"{field or 'this'} is {shown}, not a group of keys; write 'key: value' lines, indented"
        case "int_parsing" | "int_type" | "bool_parsing" | "bool_type":
            return f"{field} is {shown}; write {'a whole number' if what.startswith('int') else 'true or false'}"
        case _:
            return f"{field}: {error['msg']}"


def _short(key: str) -> str:
    return " ".join(key[:60].split())


def _form(pattern: str) -> str:
    if "https?" in pattern:
        return "a link starts with https:// or http://" + (
            ", a mail address with mailto:" if "mailto" in pattern else ""
        )
    if pattern.startswith("^[12]"):
        return "a recorded time looks like 2026-01-31T12:00:00.000000Z; leave it out and the tracker fills it in"
    if "#" in pattern:
        return "a colour looks like #1a6b4f"
    if "a-z]{2,3}" in pattern:
        return "a language is its code of two or three letters, such as en, ru, ky"
    return "small letters a-z, digits and single hyphens only"


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _keys(kind: Any) -> dict[str, Any]:
    return _hints(kind)


def allowed_keys(kind: type, where: FieldPath) -> set[str]:
    """The keys that a place inside a record may hold; empty where it holds none of its own."""
    at: Any = _inside(kind)
    for step in where:
        if isinstance(step, str) and dataclasses.is_dataclass(at):
            at = _inside(_keys(at).get(step, at))
    return set(_keys(at)) if dataclasses.is_dataclass(at) else set()


def _inside(kind: Any) -> Any:
    """The record type inside Annotated, Optional, tuple and mapping types."""
    while not dataclasses.is_dataclass(kind):
        origin, args = get_origin(kind), get_args(kind)
        if origin is Annotated or origin is tuple:
            kind = args[0]
        elif origin in (Union, types.UnionType):
            kind = next((a for a in args if a is not type(None)), str)
        elif args:
            kind = args[-1]
        else:
            return kind
    return kind
