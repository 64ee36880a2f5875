"""Recommendations that were selected in the list: to show only these, to save them, or to change them together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Self

from tracker.model.records import Recommendation
from tracker.queries.lists.url_filters import FilterRow, UrlFilters, enum_options, ids_row
from tracker.queries.view import View

MAX_BULK_SELECTION = 100
"""The largest number of recommendations to change at once: as many as a person can review in the preview."""
BULK_STEPS = ("list", "add")


@dataclass(frozen=True)
class Selection(UrlFilters):
    """Which recommendations are selected for a bulk edit, and the step of the edit. Both are kept in the URL.

    `ids` are the selected recommendations. `step` is "" if there is no bulk edit, "list" while the editor selects
    recommendations in the list, and "add" while the editor chooses what to add to the selected recommendations.
    """

    step: str = FilterRow(name="choosing", default="", options=enum_options(BULK_STEPS)).field()
    ids: tuple[str, ...] = ids_row(MAX_BULK_SELECTION, name="pick").field()

    @classmethod
    def from_params(cls, view: View, params: Mapping[str, Iterable[str]]) -> Self:
        """Read the selection from URL parameters. Ignore unknown ids, and ids after the first MAX_BULK_SELECTION."""
        given = super().from_params(view, params)
        ids = tuple(i for i in given.ids if i in view.recommendations) if given.step else ()
        return cls("list" if given.step and not ids else given.step, ids)

    def with_all(self, found: Iterable[Recommendation]) -> "Selection":
        """Return the selection with the recommendations `found` added. It has at most MAX_BULK_SELECTION ids."""
        ids = dict.fromkeys([*self.ids, *(r.id for r in islice(found, MAX_BULK_SELECTION))])
        return replace(self, ids=tuple(ids)[:MAX_BULK_SELECTION])
