"""Signing: a person who belongs to an organisation assesses only for this organisation."""

from collections.abc import Iterable

from tracker.model.dataset import Record
from tracker.model.errors import NotAllowed
from tracker.model.permissions import Person
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Voice


def require_own_organisation(before: Iterable[Record | None], after: Iterable[Record], by: Person) -> None:
    """Raise NotAllowed if the change adds an assessment for another organisation than that of `by`.

    `before` has the records before the change, `after` the same records after it, in the same order. For a new record,
    `before` has None. A person without an organisation may sign for any.
    """
    if not by.organisation:
        return
    for old, new in zip(before, after, strict=True):
        if isinstance(new, Recommendation):
            known = len(old.assessments) if isinstance(old, Recommendation) else 0
            for a in new.assessments[known:]:
                if a.voice is Voice.CIVIL_SOCIETY and a.organisation != by.organisation:
                    raise NotAllowed(
                        f"You assess for {by.organisation!r}, not for another organisation. Nothing was saved."
                    )
