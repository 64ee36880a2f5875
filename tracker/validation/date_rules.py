"""The rule that what has happened is not in the future. A planned date is the date of a deadline."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, get_args, get_type_hints

from tracker.model import partial_dates
from tracker.model.field_types import PartialDate
from tracker.model.lifecycle import is_withdrawn
from tracker.model.problems import FieldPath
from tracker.model.registers import Deadline, Document
from tracker.validation.references import RuleResults

PLANNED = {(Document, "due"), (Deadline, "date")}
"""The (type, field) of the dates that may be in the future. All other dates say when something happened."""


def dates_have_come(value: object, today: date, where: FieldPath = ()) -> RuleResults:
    """Require that no date in `value` is after `today`, except planned ones. What is withdrawn is left out."""
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from dates_have_come(item, today, (*where, i))
    elif is_dataclass(value) and not is_withdrawn(getattr(value, "events", ())):
        kind: Any = type(value)
        for name, is_date in _fields_with_dates(kind):
            if inside := getattr(value, name):
                if not is_date:
                    yield from dates_have_come(inside, today, (*where, name))
                elif partial_dates.is_after(inside, today):
                    message = f"the date {inside} is in the future; correct it, or record a planned date as a deadline"
                    yield (*where, name), message


@cache
def _fields_with_dates(kind: Any) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a dataclass that are dates (name, True), and those that can contain dates (name, False)."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_classify(kind, [f.name for f in fields(kind)], hints))


def _classify(kind: Any, names: list[str], hints: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    for name in names:
        kinds = _kinds_within(hints[name])
        if PartialDate in kinds:
            if (kind, name) not in PLANNED:
                yield name, True
        elif any(isinstance(one, type) and is_dataclass(one) and _fields_with_dates(one) for one in kinds):
            yield name, False


def _kinds_within(hint: Any) -> tuple[Any, ...]:
    """Return the type and its arguments, such as the type of the items of a tuple."""
    return (hint, *(one for inside in get_args(hint) for one in _kinds_within(inside)))
