"""Preview what changes if the same evidence or the same tag is added to several recommendations."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Literal

from tracker.editing.forms.recommendation import our_tags, with_our_tags
from tracker.model.dataset import Record
from tracker.model.ownership import others_owner
from tracker.model.permissions import Person
from tracker.model.records import EvidenceLink, Recommendation
from tracker.model.vocabulary import EvidenceEffect
from tracker.queries.lists.filters import Selection
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One row of the preview: the recommendation `r`, and whether the edit adds something to it.

    `already_there`: our own themes or groups of `r` so far; None for evidence. `links`: links from the evidence to `r`.
    """

    r: Recommendation
    adds: bool
    already_there: tuple[str, ...] | None = None
    links: tuple[EvidenceLink, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What a save would change. `changed` are the records to save, and `rows` has one row for each recommendation."""

    changed: tuple[Record, ...]
    rows: tuple[BulkRow, ...]

    @property
    def count(self) -> int:
        """Return the number of recommendations to which the edit adds something."""
        return sum(row.adds for row in self.rows)

    @property
    def versions(self) -> dict[str, str]:
        """Return a mapping: id of each record to save → its version; id of each recommendation that only gets a link → ""."""
        return {row.r.id: "" for row in self.rows if row.adds} | {record.id: record.version for record in self.changed}

    @property
    def fingerprint(self) -> str:
        """Return a hash of the preview. If the selection or the version of a record changes, the hash changes."""
        return blake2b(repr(self).encode(), digest_size=8).hexdigest()


def preview_evidence(view: View, selection: Selection, evidence_id: str, effect: EvidenceEffect) -> BulkPreview:
    """Return the preview of linking evidence to the selected recommendations that have no link to it yet."""
    e, links = view.dataset.evidence[evidence_id], view.evidence[evidence_id].relevant_to
    existing = {i: tuple(link for link in links if link.recommendation == i) for i in selection.ids}
    new = [EvidenceLink(recommendation=i, effect=effect) for i, known in existing.items() if not known]
    rows = tuple(BulkRow(view.recommendations[i], not existing[i], links=existing[i]) for i in selection.ids)
    return BulkPreview((replace(e, relevant_to=(*e.relevant_to, *new)),) if new else (), rows)


def preview_tag(
    view: View, selection: Selection, field: Literal["themes", "groups"], code: str, *, by: Person
) -> BulkPreview:
    """Return the preview of adding the theme or group `code` to our own tags of the selected recommendations.

    Recommendations that belong to another organisation than that of the person `by` are left as they are.
    """
    changed, rows = list[Recommendation](), list[BulkRow]()
    for i in selection.ids:
        # Save the record as it is in its file. In the view, withdrawn items are missing.
        r = view.dataset.recommendations[i]
        ours = our_tags(r.tags)
        codes: tuple[str, ...] = getattr(ours, field)
        if adds := code not in codes and not others_owner(view.dataset, r, by):
            new: dict[str, Any] = {field: (*codes, code)}
            changed.append(replace(r, tags=with_our_tags(r.tags, replace(ours, **new))))
        rows.append(BulkRow(view.recommendations[i], adds, codes))
    return BulkPreview(tuple(changed), tuple(rows))
