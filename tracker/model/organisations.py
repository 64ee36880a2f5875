"""The organisations that assess recommendations, and the owners of private entries.

The tracker's editors count as an organisation. Only its owner changes, withdraws or shares a private entry. An older
entry that names no owner belongs to the tracker's editors, but all organisations may read and change it. Who may read
an entry may not therefore publish it: that is a permission of its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from pydantic.dataclasses import dataclass

from tracker.model.errors import NobodyChosen
from tracker.model.field_types import Id, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, Line, LocalizedText, TextVariant
from tracker.model.permissions import Person, Role
from tracker.model.vocabulary import OrganisationKind


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Organisation:
    """An organisation that assesses recommendations, or the tracker's editors.

    The status of a recommendation follows from the assessments of organisations. The assessment of the editors counts
    only while no organisation has assessed the recommendation. `other_names` are names by which it is recognised too,
    such as a former one, in any language.
    """

    id: Id
    name: LocalizedText
    abbreviation: LocalizedText | None = None
    other_names: tuple[Line, ...] = ()
    link: Url | None = None
    kind: OrganisationKind

    @property
    def short_name(self) -> LocalizedText:
        """Return the abbreviation, or the name if there is no abbreviation."""
        return self.abbreviation or self.name

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names by which the organisation is recognised, in all languages."""
        known = (*self.name.values(), *(self.abbreviation or {}).values())
        return (*(one.text for one in known), *self.other_names)

    @property
    def is_editors(self) -> bool:
        """Return whether this organisation stands for the tracker's editors."""
        return self.kind is OrganisationKind.EDITORS


_NAMES = {"en": "Editors of this tracker", "ru": "Редакция трекера", "ky": "Трекердин редакциясы"}
EDITORS = Organisation(
    id="editors", name={code: TextVariant(text=text) for code, text in _NAMES.items()}, kind=OrganisationKind.EDITORS
)
"""The tracker's editors, in a dataset whose tracker.yaml does not name them."""


def with_editors(organisations: tuple[Organisation, ...]) -> tuple[Organisation, ...]:
    """Return `organisations`, with EDITORS added at the end if none of them is of the kind `editors`."""
    return organisations if any(o.is_editors for o in organisations) else (*organisations, EDITORS)


ALL: Literal["all"] = "all"
SharedWith = Literal["all"] | tuple[Id, ...]
"""ALL, or the ids of the organisations that may read an entry besides its owner."""


NOBODY_CHOSEN = ("",)
"""What was chosen if an entry is to be shared with chosen organisations, and none is chosen yet. It is never saved."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Privacy:
    """The owner of a private entry (the id of an organisation), who else may read it, and which of these may publish it."""

    organisation: Id
    shared_with: SharedWith = ()
    may_publish: tuple[Id, ...] = ()


def privacy_as_chosen(organisation: str, shared_with: SharedWith) -> Privacy:
    """Return the Privacy of what an organisation shares with `shared_with`. Raises NobodyChosen for NOBODY_CHOSEN."""
    if shared_with == NOBODY_CHOSEN:
        raise NobodyChosen
    return Privacy(organisation=organisation, shared_with=shared_with)


def own_organisation(person: Person, organisations: Iterable[Organisation]) -> str:
    """Return the id of the organisation of `person`. Without one that is listed, return that of the tracker's editors."""
    by_id = {o.id: o for o in organisations}
    return (
        person.organisation
        if person.organisation in by_id
        else next((i for i, o in by_id.items() if o.is_editors), EDITORS.id)
    )


def as_listed(person: Person, organisations: Iterable[Organisation]) -> Person:
    """Return the person; if their organisation is not listed, as somebody without one who only reads, until it is again.

    Otherwise, whoever is taken out of the list would read what is private of the tracker's editors.
    """
    is_listed = person.organisation in ("", *(o.id for o in organisations))
    return person if is_listed else replace(person, role=Role.READER, organisation="")


def can_read(privacy: Privacy | None, organisation: str) -> bool:
    """Return whether people of an organisation may read an entry. If the entry has no owner (None), everybody may."""
    return is_for_all(privacy) or privacy is None or organisation in (privacy.organisation, *privacy.shared_with)


def is_for_all(privacy: Privacy | None) -> bool:
    """Return whether all organisations of the tracker may read an entry: it is shared with all, or has no owner."""
    return privacy is None or privacy.shared_with == ALL


def can_change(privacy: Privacy | None, organisation: str) -> bool:
    """Return whether people of an organisation may change, withdraw and share an entry.

    Only those of its owner may. If the entry has no owner (None), all organisations may.
    """
    return privacy is None or organisation == privacy.organisation


def can_publish(privacy: Privacy | None, organisation: str) -> bool:
    """Return whether reviewers of an organisation may publish an entry: its owner, or a reader that the owner let publish it."""
    is_allowed = privacy is not None and organisation in privacy.may_publish and can_read(privacy, organisation)
    return can_change(privacy, organisation) or is_allowed


def can_retract(owner: str | None, organisation: str, organisations: Iterable[Organisation]) -> bool:
    """Return whether reviewers of an organisation may make private what is public for `owner`.

    What is the editors', or an organisation's that is not listed any more, all may: somebody must be able to.
    """
    return owner in (None, organisation) or owner not in {o.id for o in organisations if not o.is_editors}
