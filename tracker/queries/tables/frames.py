"""Pandas data frames of `TableValues`. Only notebooks, scripts and the analysis import this: pandas loads slowly."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from tracker.i18n import Language
from tracker.model.dataset import RECORDED_LISTS
from tracker.model.fields import FIELDS, FieldType
from tracker.model.lifecycle import events_until
from tracker.model.records import Recommendation
from tracker.queries.tables.values import TableValues, join_values, year_of
from tracker.queries.view import View

DTYPES = {FieldType.NUMBER: "Int64", FieldType.FLAG: "boolean"}
"""Type of a field → the pandas type of its column. Fields of other types are of the type str."""
COLUMN_TYPES = {f.name: DTYPES[f.kind] for fields in FIELDS.values() for f in fields if f.kind in DTYPES}
COLUMN_TYPES |= {"year": "Int64", "is_latest": "boolean"}
"""Name of a column → its pandas type, for the columns that are not of the type str."""


def make_frame(columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    """Return a data frame of `columns` (name → values), with the types of COLUMN_TYPES."""
    arrays = {name: pd.array(values, dtype=COLUMN_TYPES.get(name, "str")) for name, values in columns.items()}
    return pd.DataFrame(arrays)


def frame_of_rows(names: str, rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Return a data frame of `rows`. `names` are the names of its columns, separated by spaces."""
    found = list(rows)
    return make_frame({name: [row[i] for row in found] for i, name in enumerate(names.split())})


class Frames:
    """The tables of a view. Each attribute is a data frame, made when it is first used.

    Texts are in `language`, or in the next best language where a wording is missing. If `selected` is not None, the
    tables have only these recommendations, and the assessments, evidence and documents that belong to them.

    Columns are of type str, except whole numbers (Int64) and columns that are true or false (boolean).
    """

    def __init__(self, view: View, language: Language, selected: Sequence[Recommendation] | None = None) -> None:
        self.view, self.language = view, language
        self.values = TableValues(view, language, selected)

    @cached_property
    def recommendations(self) -> pd.DataFrame:
        """Return one row for each recommendation.

        `status`, `organisation`, `direction`, `assessed`, `checked` and `reason` are those of the headline (see
        `View.headline`). The reason is missing if the headline has several assessments. `stale` says whether `checked`
        is too long ago. The columns `state_…` are those of the State's latest claim, and `grade` is the committee's
        latest grade. `claim_gap` is by how many steps the State's status is better than `status`. It is missing if one
        of the two has no rank, as where organisations differ. `setbacks` and `progress` count the items of
        evidence with this effect.
        """
        return self.recommendation_columns(self.values.recommendation_columns)

    def recommendation_columns(self, names: Iterable[str]) -> pd.DataFrame:
        """Return the table `recommendations` with only the columns `names`. Only these are computed."""
        columns = self.values.recommendation_columns
        return make_frame({name: columns[name]() for name in names})

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return one row for each part of a recommendation. The status is missing if nobody has assessed the part.

        The columns are as in `recommendations`; `part` is the id of the part.
        """
        organisation_of, text = self.view.organisation_of, self.values.text
        parts = [(r.id, part, self.view.headline(r, part.id)) for r in self.values.recommendations for part in r.parts]
        rows = (
            (
                *(id, part.id, text(part.summary), h.status if h.assessments else None, h.direction),
                *(h.latest.date if h.latest else None, join_values(organisation_of(a).id for a in h.assessments)),
            )
            for id, part, h in parts
        )
        return frame_of_rows("recommendation part summary status direction assessed organisation", rows)

    @cached_property
    def assessments(self) -> pd.DataFrame:
        """Return one row for each assessment that counts, newest first in each recommendation.

        `organisation` is missing for the State and for committees; then `assessor` may say who spoke. `is_latest` is
        True for the latest assessment of the whole recommendation by the State, by the committee, and by each
        organisation. For the editors, it is True only if no organisation has assessed. `year` is the year in which
        `date` ends. `source` names the document and the publisher of the source.
        """
        return make_frame(self.values.assessment_columns())

    @property
    def latest_assessments(self) -> pd.DataFrame:
        """Return the rows of `assessments` for which `is_latest` is True."""
        return self.assessments[self.assessments.is_latest].reset_index(drop=True)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Return one row for each item of evidence, newest first.

        `relevant_to` has a value such as "r1: setback" for each recommendation. `year` is the year in which it happened
        or, if that is not known, was published. `files` names each file by its SHA-256 and its extension.
        """
        return make_frame(self.values.evidence_columns())

    @cached_property
    def evidence_links(self) -> pd.DataFrame:
        """Return one row for each link from an item of evidence to a recommendation, with its effect and year."""
        shown = {r.id for r in self.values.recommendations}
        links = ((e, link) for e in self.values.evidence for link in e.relevant_to if link.recommendation in shown)
        rows = (
            (
                *(e.id, link.recommendation, link.part, link.effect.value, e.dimension.value),
                *(year_of(e.happened or e.published), link.recorded or e.recorded),
            )
            for e, link in links
        )
        return frame_of_rows("evidence recommendation part effect dimension year recorded", rows)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """Return one row for each document.

        `date` is the date from which it counts. `recommendations` counts the recommendations in it. `citations` counts
        how often an assessment, an item of evidence or a recommendation of another document names it as source.
        """
        return make_frame(self.values.document_columns())

    @cached_property
    def events(self) -> pd.DataFrame:
        """Return one row for each event of a record or of one of its items.

        `record` is the type of the record, and `id` its id. `item` is the name of the list that contains the item, such
        as "assessments". It is missing for an event of the record itself.
        """
        whole = self.view.dataset
        records: list[tuple[str, Any]] = [
            *(("recommendation", whole.recommendations[r.id]) for r in self.values.recommendations),
            *(("evidence", whole.evidence[e.id]) for e in self.values.evidence),
            *(("document", whole.documents[d.id]) for d in self.values.documents),
        ]
        rows = (
            (kind, record.id, name, e.type.value, e.date, e.into, self.values.text(e.reason), e.recorded)
            for kind, record in records
            for name, item in [(None, record), *((n, i) for n in RECORDED_LISTS for i in getattr(record, n, ()))]
            for e in events_until(item, self.view.recorded)
        )
        return frame_of_rows("record id item type date into reason recorded", rows)

    @property
    def ids(self) -> list[str]:
        """Return the ids of the recommendations, in the order of their table."""
        return [r.id for r in self.values.recommendations]
