"""Tables of a view for analysis: data frames of the values of `TableValues`. Missing texts are NaN, others pandas.NA.

To import pandas takes half a second and 80 MB. So only notebooks and scripts import this module.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from tracker.i18n import Language
from tracker.model.dataset import RECORDED_LISTS
from tracker.model.fields import FIELDS, FieldType
from tracker.model.lifecycle import events_until
from tracker.model.records import Recommendation
from tracker.queries.tables.values import TableValues, columns_of_rows, join_values, year_of
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
    return make_frame(columns_of_rows(names.split(), rows))


class Frames:
    """The tables of a view as data frames. The types of columns are str, Int64 for whole numbers, and boolean.

    Texts are in `language` or the next best one. `selected` chooses recommendations and what belongs to them.
    """

    def __init__(self, view: View, language: Language, selected: Sequence[Recommendation] | None = None) -> None:
        self.view, self.language = view, language
        self.values = TableValues(view, language, selected)

    @cached_property
    def recommendations(self) -> pd.DataFrame:
        """Return one row for each recommendation.

        The columns from `status` to `reason` are those of the headline. `reason` is missing if there are several
        assessments. `stale` says whether `checked` is too long ago. `state_…` is the State's latest claim, and
        `grade` the committee's latest grade. `claim_gap` is by how many steps the State's status is better than
        `status`, missing if one of them has no rank. `setbacks` and `progress` count evidence with this effect.
        """
        return make_frame({name: values() for name, values in self.values.recommendation_columns.items()})

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return one row for each part, with its id as `part`.

        `status` is missing if civil society has not assessed the part, whatever the State or the committee says.
        """
        organisation_of, text = self.view.organisation_of, self.values.text
        parts = [(r, part, self.view.headline(r, part.id)) for r in self.values.recommendations for part in r.parts]
        rows = (
            (
                *(r.id, self.values.state(r), part.id, text(part.summary)),
                *(h.status if h.assessments else None, h.direction),
                *(h.latest.date if h.latest else None, join_values(organisation_of(a).id for a in h.assessments)),
            )
            for r, part, h in parts
        )
        return frame_of_rows("recommendation state_party part summary status direction assessed organisation", rows)

    @cached_property
    def assessments(self) -> pd.DataFrame:
        """Return one row for each assessment that counts, newest first in each recommendation.

        `organisation` is missing for the State and for committees; then `assessor` may say who spoke. `is_latest` is
        True for the latest of the whole recommendation by the State, by the committee and by each organisation, but
        for the editors only if no organisation has assessed. `year` is the year in which `date` ends.
        """
        return make_frame(self.values.assessment_columns())

    @property
    def latest_assessments(self) -> pd.DataFrame:
        """Return the rows of `assessments` for which `is_latest` is True."""
        return self.assessments[self.assessments.is_latest].reset_index(drop=True)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Return one row for each item of evidence, newest first. `relevant_to` has values such as "r1: setback".

        `year` is the year of the event or, if that is not known, of publication. `files` has SHA-256 and extensions.
        """
        return make_frame(self.values.evidence_columns())

    @cached_property
    def evidence_links(self) -> pd.DataFrame:
        """Return one row for each link from an item of evidence to a recommendation, with its effect and year.

        `judged_by` is the organisation that judged the effect. It is missing if the tracker's editors did.
        """
        shown = {r.id for r in self.values.recommendations}
        links = ((e, link) for e in self.values.evidence for link in e.relevant_to if link.recommendation in shown)
        rows = (
            (
                *(e.id, link.recommendation, self.values.state(self.view.recommendations[link.recommendation])),
                *(link.part, link.effect.value, link.recorded_for or e.recorded_for, e.dimension.value),
                *(year_of(e.happened or e.published), link.recorded or e.recorded),
            )
            for e, link in links
        )
        return frame_of_rows("evidence recommendation state_party part effect judged_by dimension year recorded", rows)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """Return one row for each document. `date` is the day from which it counts, `citations` how often it is cited."""
        return make_frame(self.values.document_columns())

    @cached_property
    def events(self) -> pd.DataFrame:
        """Return one row for each event. `item` names the list of its item, such as "assessments". It is missing for a record."""
        whole = self.view.dataset
        records: list[tuple[str, Any]] = [
            *(("recommendation", whole.recommendations[r.id]) for r in self.values.recommendations),
            *(("evidence", whole.evidence[e.id]) for e in self.values.evidence),
            *(("document", whole.documents[d.id]) for d in self.values.documents),
        ]
        rows = (
            (
                kind,
                record.id,
                self.values.state(record),
                name,
                e.type.value,
                e.date,
                e.into,
                self.values.text(e.reason),
                e.recorded,
            )
            for kind, record in records
            for name, item in [(None, record), *((n, i) for n in RECORDED_LISTS for i in getattr(record, n, ()))]
            for e in events_until(item, self.view.recorded)
        )
        return frame_of_rows("record id state_party item type date into reason recorded", rows)
