"""The organisations that assess recommendations. One of them is the tracker's editors."""

from pydantic.dataclasses import dataclass

from tracker.model.field_types import Id, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, LocalizedText, TextVariant
from tracker.model.vocabulary import OrganisationKind


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Organisation:
    """An organisation that assesses recommendations, or the tracker's editors.

    The status of a recommendation follows from the assessments of organisations. The assessment of the editors counts
    only while no organisation has assessed the recommendation.
    """

    id: Id
    name: LocalizedText
    abbreviation: LocalizedText | None = None
    link: Url | None = None
    kind: OrganisationKind

    @property
    def short_name(self) -> LocalizedText:
        """Return the abbreviation, or the name if there is no abbreviation."""
        return self.abbreviation or self.name

    @property
    def is_editors(self) -> bool:
        """Return whether this stands for the tracker's editors."""
        return self.kind is OrganisationKind.EDITORS


EDITORS = Organisation(
    id="editors",
    name={
        "en": TextVariant(text="Editors of this tracker"),
        "ru": TextVariant(text="Редакция трекера"),
        "ky": TextVariant(text="Трекердин редакциясы"),
    },
    kind=OrganisationKind.EDITORS,
)
"""The tracker's editors, in a dataset whose tracker.yaml does not name them."""


def with_editors(organisations: tuple[Organisation, ...]) -> tuple[Organisation, ...]:
    """Return `organisations`, with EDITORS added at the end if none of them is of the kind `editors`."""
    return organisations if any(o.is_editors for o in organisations) else (*organisations, EDITORS)
