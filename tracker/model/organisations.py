"""The organisations that assess recommendations, and the owners of private entries.

The tracker's editors count as an organisation. Only its owner changes, withdraws or shares a private entry. An older
entry that names no owner belongs to the tracker's editors, but all organisations may read and change it. Who may read
an entry may not therefore publish it: that is a permission of its own.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
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


_LOOK_ALIKES = str.maketrans("i1|ıӏіι0оοаαеεрρсухχјѕкκмμтτвβнһпгԁԛԝьν", "llllllloooaaeeppcyxxjskkmmttbbhhnrdqwbv")
"""Letter in lower case → the Latin letter that looks the same, in lower or upper case."""
MAX_INITIALS = 4
"""The number of letters up to which a name could as well be a word, or a person's initials, if something is between them."""
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


NOBODY_CHOSEN = ("none-chosen",)
"""What was chosen if an entry is to be shared with chosen organisations, and none is chosen yet. It is no organisation, and is never saved."""


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
    """Return whether reviewers of an organisation may make private what `owner` has published.

    Reviewers of any organisation may if `owner` is the editors or is no longer listed: somebody must be able to.
    """
    return owner in (None, organisation) or owner not in {o.id for o in organisations if not o.is_editors}


def is_named(organisation: Organisation, said: str) -> bool:
    """Return whether a `plain_name` has one of the names of an organisation, or its initials."""
    return any(
        _says(said, letters, is_name=is_name) for name in organisation.names for letters, is_name in _letters(name)
    )


def _says(said: str, letters: str, *, is_name: bool) -> bool:
    """Return whether a plain text has these letters: of a name as a word, of initials as a word of capitals.

    Between those of a long name may be spaces and signs, and between few only if they are capitals, or the whole text.
    Fewer than MAX_INITIALS beside a word that begins with a capital may be a person's: "A. B. Surname".
    """
    apart = r"[\W_]*".join(letters)
    word = rf"(?<![^\W_])(?:{apart if len(letters) > MAX_INITIALS else letters})(?![^\W_])"
    if re.fullmatch(rf"[\W_]*{apart}[\W_]*", said, re.I) or (is_name and re.search(word, said, re.I)):
        return True
    for found in re.finditer(rf"(?<![^\W_])({apart.upper().replace('L', '[Ll]')})(?![^\W_])", said):
        around = (re.search(r"(\w\w+)[\s,]*$", said[: found.start()]), re.match(r"[.\s]*(\w\w+)", said[found.end() :]))
        is_persons = len(letters) < MAX_INITIALS and any(one and one[1][0].isupper() for one in around)
        if len(found[0]) == len(letters) or not is_persons:
            return True
    return False


def plain_name(name: str) -> str:
    """Return a name with one letter for all that look alike, without accents and what cannot be seen."""
    letters = [c for c in unicodedata.normalize("NFKD", name) if unicodedata.category(c) not in ("Mn", "Cf")]
    return "".join(
        low.upper() if c.isupper() else low for c in letters for low in [c.casefold().translate(_LOOK_ALIKES)]
    )


@lru_cache(maxsize=1_000)
def _letters(name: str) -> tuple[tuple[str, bool], ...]:
    """Return (the letters and digits of a name, True), and (its initials, False) if these are three or more.

    Initials are those of all its words, and those without short words such as "of".
    """
    words = re.findall(r"[^\W_]+", plain_name(name))
    long = [word for word in words if len(word) > 3 or word[0].isupper()]
    initials = {"".join(word[0] for word in some).lower() for some in (words, long) if len(some) > 2}
    return tuple((letters, letters not in initials) for letters in ("".join(words).lower(), *initials) if letters)
