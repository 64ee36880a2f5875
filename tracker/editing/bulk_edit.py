"""Adding the same evidence or the same tag to several recommendations: who was chosen, and what would change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice
from typing import Literal

from tracker.model.dataset import Record
from tracker.model.records import Evidence, EvidenceLink, Recommendation, TagSet
from tracker.model.vocabulary import EvidenceEffect, TagSource
from tracker.queries.view import View

MAX_BULK_SELECTION = 100
"""Recommendations that are changed at a time: as many as somebody can look through before saying yes."""
BULK_STEPS = ("list", "add")
TagField = Literal["themes", "groups"]
TAG_FIELDS: Mapping[str, TagField] = {"themes": "themes", "groups": "groups"}


@dataclass(frozen=True, slots=True)
class Selection:
    """What the address says: nothing (no step), ticking in the list, or saying what is added to the ones that were ticked."""

    step: str = ""
    ids: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, view: View, params: Mapping[str, Iterable[str]]) -> "Selection":
        """The choice of address parameters. What is unknown is left out, and what is beyond the most."""
        step = next((step for step in params.get("choosing", ()) if step in BULK_STEPS), "")
        known = (name for name in dict.fromkeys(params.get("pick", ())) if name in view.recommendations)
        ids = tuple(known)[:MAX_BULK_SELECTION] if step else ()
        return cls("list" if step and not ids else step, ids)

    def params(self) -> list[tuple[str, str]]:
        """The choice as address parameters."""
        return [("choosing", self.step), *(("pick", name) for name in self.ids)] if self.step else []

    def with_all(self, found: Iterable[Recommendation]) -> "Selection":
        """The choice and these, up to the most."""
        return replace(
            self,
            ids=tuple(dict.fromkeys([*self.ids, *(r.id for r in islice(found, MAX_BULK_SELECTION))]))[
                :MAX_BULK_SELECTION
            ],
        )


@dataclass(frozen=True, slots=True)
class BulkRow:
    """What becomes of one recommendation: whether it gets something, and what it has of that already.

    `has` are its themes or groups, None where evidence is added; `bears` is how the evidence bears on it.
    """

    r: Recommendation
    adds: bool
    already_there: tuple[str, ...] | None = None
    bears: tuple[EvidenceLink, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What a save would change: the records that are saved, each in the version that was looked at, and what to show of them."""

    changed: tuple[Record, ...]
    rows: tuple[BulkRow, ...]

    @property
    def count(self) -> int:
        """How many recommendations get something."""
        return sum(row.adds for row in self.rows)

    @property
    def versions(self) -> dict[str, str]:
        """The version of each record that is saved; empty for a recommendation whose own file stays as it is."""
        return {row.r.id: "" for row in self.rows if row.adds} | {record.id: record.version for record in self.changed}

    @property
    def fingerprint(self) -> str:
        """A short sign of exactly this preview: of another version or another choice it is another one."""
        return blake2b(repr(self).encode(), digest_size=8).hexdigest()


def add_evidence_to_all(view: View, e: Evidence, ids: Iterable[str], way: EvidenceEffect) -> Evidence:
    """The whole evidence item, bearing on these recommendations too; on which it bears already, nothing is added."""
    there = {bears.recommendation for bears in view.evidence[e.id].relevant_to}
    new = [EvidenceLink(recommendation=name, effect=way) for name in dict.fromkeys(ids) if name not in there]
    return replace(e, relevant_to=(*e.relevant_to, *new))


def add_tag_to_all(r: Recommendation, field: TagField, code: str) -> Recommendation:
    """The whole recommendation with a theme or a group in our tagging."""
    ours = _ours(r)
    there: tuple[str, ...] = getattr(ours, field)
    if code in there:
        return r
    new = (*there, code)
    now = replace(ours, themes=new) if field == "themes" else replace(ours, groups=new)
    return replace(r, tags=tuple(now if t is ours else t for t in r.tags) if ours in r.tags else (*r.tags, now))


def preview_evidence(view: View, choice: Selection, name: str, way: EvidenceEffect) -> BulkPreview:
    """What it would change that an item of the register bears on the chosen ones. One file changes: the item's."""
    e, there = view.dataset.unmasked.evidence[name], view.evidence[name].relevant_to
    bears = {i: tuple(b for b in there if b.recommendation == i) for i in choice.ids}
    new = add_evidence_to_all(view, e, choice.ids, way)
    rows = tuple(BulkRow(view.recommendations[i], not bears[i], bears=bears[i]) for i in choice.ids)
    return BulkPreview((new,) if new != e else (), rows)


def preview_tag(view: View, choice: Selection, field: TagField, code: str) -> BulkPreview:
    """What it would change that the chosen ones get a theme or a group."""
    # What is saved is the whole record as its file has it, with what was withdrawn.
    whole = [view.dataset.unmasked.recommendations[name] for name in choice.ids]
    after = [add_tag_to_all(r, field, code) for r in whole]
    rows = tuple(
        BulkRow(view.recommendations[r.id], new != r, getattr(_ours(r), field))
        for r, new in zip(whole, after, strict=True)
    )
    return BulkPreview(tuple(new for r, new in zip(whole, after, strict=True) if new != r), rows)


def changed_records(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The ids whose version is another one, or which are there only before or only now."""
    return tuple(name for name in {**before, **now} if before.get(name) != now.get(name))


def _ours(r: Recommendation) -> TagSet:
    return next((t for t in r.tags if t.tagged_by is TagSource.OURS), TagSet(tagged_by=TagSource.OURS))
