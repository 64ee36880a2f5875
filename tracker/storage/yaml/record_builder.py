"""Build records from the values of a file. A problem says what is wrong with a field and what to write instead."""

import dataclasses
import difflib
import types
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from tracker.model.errors import FieldPath

T = TypeVar("T")
DERIVED_FIELDS = {"version"}
"""The fields of records that are computed when a file is read. Files may not contain them."""
MAX_PROBLEMS_PER_RECORD = 50
"""The maximum number of problems that are reported for one record. It would take minutes to make 90,000 messages."""

RECEIVED_DIGEST = "received_sha256"
"""Before version 1.0.0, the key of the digest of a file before cleaning. It may not be public: it can show who gave the file."""


# with a type of their own, because mypy does not know that a dataclass type is hashable
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
_hints: Callable[[Any], dict[str, Any]] = cache(get_type_hints)


def build_record(kind: type[T], values: Any, **given: str) -> tuple[T | None, list[tuple[FieldPath, str]]]:
    """Return (record, problems) for `values`. A problem is (field path, message). With problems, the record is None.

    `given` are fields that are not in the file, such as the id, which is the name of the file.
    """
    if not isinstance(values, dict):
        return None, [((), "not a list of 'key: value' lines; start with the fields of the schema")]
    named = given.keys() | DERIVED_FIELDS
    if wrong := [key for key in values if key in named]:
        why = "does not belong in the file; delete it (the file name is the id)"
        return None, [((key,), f"the key {key!r} {why}") for key in wrong]
    try:
        return _adapter(kind).validate_python({**values, **given}), []
    except ValidationError as bad:
        errors, most = bad.errors(include_url=False), MAX_PROBLEMS_PER_RECORD
        problems = [(_field_path(error["loc"]), _message_for(kind, error)) for error in errors[:most]]
        if (more := len(errors) - most) > 0:
            problems.append(((), f"{more:,} more problems in this record; correct the first {most}, then look again"))
        return None, list(dict.fromkeys(problems))


def _field_path(loc: FieldPath) -> FieldPath:
    return tuple(step for step in loc if step != "[key]")


def _message_for(kind: type, error: ErrorDetails) -> str:
    """Return what is wrong and what to write instead. `error` is from pydantic, for a record of the type `kind`."""
    field_path, error_type, ctx = _field_path(error["loc"]), error["type"], error.get("ctx", {})
    field_name = _short(next((step for step in reversed(field_path) if isinstance(step, str)), ""))
    value = error.get("input")
    shown = "a list" if isinstance(value, list | tuple) else "a group of keys"
    shown = repr(value[:60]) if isinstance(value, str) else shown
    match error_type:
        case "unexpected_keyword_argument" | "extra_forbidden":
            if field_path[-1] == RECEIVED_DIGEST:
                return (
                    f"the key '{RECEIVED_DIGEST}' may not be public, because it can show who gave the file; take it out "
                    "with check --fix of version 1.0.0 (see docs/redaction.md)"
                )
            known, key = sorted(allowed_keys(kind, field_path[:-1]) - DERIVED_FIELDS), _short(str(field_path[-1]))
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            meant = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            return f"unknown key {key!r}; {meant}"
        case "missing" | "missing_argument":
            return f"{field_name!r} is missing; write '{field_name}: …' here"
        case "enum" | "literal_error":
            return f"unknown {field_name} {shown}; one of {str(ctx.get('expected', '')).replace(chr(39), '').replace(' or ', ', ')}"
        case "string_pattern_mismatch":
            form = next(words for part, words in _FORMS.items() if part in ctx.get("pattern", ""))
            return f"{field_name} {shown} does not have the right form; {form}"
        case "string_too_long":
            n, most = len(str(value)), ctx.get("max_length", 0)
            return f"{field_name} has {n:,} of {most:,} characters; shorten it by {n - most:,}, or link to the document"
        case "string_too_short" | "too_short":
            return f"{field_name} is empty; write something or leave the key out"
        case "value_error":
            return str(ctx.get("error", error["msg"]))
        case "string_type":
            return f"{field_name} is {shown}, not a text; write it on the same line or as a block after '>-'"
        case "tuple_type" | "list_type":
            return f"{field_name} is {shown}, not a list; start each item on its own line with '- '"
        case "dict_type" | "mapping_type" | "dataclass_type":
            return f"{field_name or 'this'} is {shown}, not a group of keys; write 'key: value' lines, indented"
        case "int_parsing" | "int_type" | "bool_parsing" | "bool_type":
            return f"{field_name} is {shown}; write {'a whole number' if error_type.startswith('int') else 'true or false'}"
        case _:
            return f"{field_name}: {error['msg']}"


def _short(key: str) -> str:
    return " ".join(key[:60].split())


_FORMS = {
    "mailto": "a link starts with https:// or http://, an email address with mailto:",
    "https?": "a link starts with https:// or http://",
    "^[12]": "a recorded time looks like 2026-01-31T12:00:00.000000Z; leave it out and the tracker fills it in",
    "{64}": "a SHA-256 has 64 characters: 0-9 and a-f",
    "{1,5}": "a site is its name without https:// and path, such as www.example.org",
    "#": "a colour looks like #1a6b4f",
    "a-z]{2,3}": "a language is its code of two or three letters, such as en, ru, ky",
    "{2,8}$": "two to eight letters a-z and digits",
    "": "lower-case letters a-z, digits and single hyphens only",
}
"""A part of a field's pattern → what a text that matches looks like. The first part that occurs counts."""


def allowed_keys(kind: type, field_path: FieldPath) -> set[str]:
    """Return the keys that are allowed at `field_path` in a record of the type `kind`; none if keys are not allowed."""
    current: Any = _record_type(kind)
    for step in field_path:
        if isinstance(step, str) and dataclasses.is_dataclass(current):
            current = _record_type(_hints(current).get(step, current))
    return set(_hints(current)) if dataclasses.is_dataclass(current) else set()


def _record_type(kind: Any) -> Any:
    """Return the dataclass inside the type `kind`, or another type if there is none."""
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
