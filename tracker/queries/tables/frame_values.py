"""Values of the tables in `frames.py`: several values in one text, missing values, and the types of columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from tracker.model import partial_dates
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.vocabulary import SEPARATOR
from tracker.queries.headline import Headline
from tracker.queries.view import steps_between


def make_frame(
    columns: Mapping[str, list[Any]], *, numbers: Iterable[str] = (), flags: Iterable[str] = ()
) -> pd.DataFrame:
    """Return a data frame of `columns`: name → values. `numbers` are columns of whole numbers, `flags` are true or false."""
    kinds = dict.fromkeys(numbers, "Int64") | dict.fromkeys(flags, "boolean")
    return pd.DataFrame({name: pd.array(values, dtype=kinds.get(name, "str")) for name, values in columns.items()})


def values_of(assessments: Sequence[Assessment | None], value: Callable[[Assessment], Any]) -> list[Any]:
    """Return `value` of each assessment, or None where there is none."""
    return [value(a) if a else None for a in assessments]


def ranked_gap(claim: Assessment | None, own: Headline) -> int | None:
    """Return by how many steps the State's claim is better than `own`, or None unless both have a rank."""
    status = claim.status if claim else None
    is_ranked = status is not None and status.rank is not None and own.status.rank is not None
    return steps_between(status, own.status) if is_ranked else None


def join_values(values: Iterable[str | None]) -> str | None:
    """Return the different values in one text, separated by "; ", or None if there are none."""
    return SEPARATOR.join(dict.fromkeys(value for value in values if value)) or None


def join_tags(record: Recommendation | Evidence, name: str) -> str | None:
    """Return the tags of a record of the kind `name`, such as `themes`, in one text, or None if it has none."""
    return join_values(tag for tagging in record.tags for tag in getattr(tagging, name))


def year_of(known: str | None) -> int | None:
    """Return the last year of a partial date, or None if the date is not known."""
    return partial_dates.last_day(known).year if known else None
