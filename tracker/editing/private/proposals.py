"""Changes that one organisation proposes to a record of another. The owner of the record takes or refuses each.

A proposal is a JSON file in the private folder. It belongs to the organisation that made it, and is shared with the
owner of the record and, if that is the tracker's editors, with those who assessed it. The owner alone takes it with a
save of its own (`Store.save`); here it is only noted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.config import AnyPlace
from tracker.editing.private.drafts import ImportDraft, ImportDrafts
from tracker.editing.private.eyes import is_editor
from tracker.model.dataset import Dataset, Record
from tracker.model.errors import Conflict, NotAllowed
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active
from tracker.model.organisations import Privacy, can_read, own_organisation
from tracker.model.ownership import fixed_fields, keeper_of, others_owner
from tracker.model.permissions import READER, Person
from tracker.model.records import Recommendation
from tracker.model.vocabulary import EventType, Voice
from tracker.queries.field_diff import FieldChange, to_yaml
from tracker.storage.yaml.format import record_values
from tracker.storage.yaml.record_builder import build_record

PROPOSAL_FOLDER, PROPOSAL_KIND = "proposals", "proposal"
"""The folder of proposals in the private folder, and the `kind` of each."""
MAX_OPEN_PROPOSALS = 100
"""The largest number of proposals of one organisation that wait for an answer."""
MAX_PROPOSALS = 10_000
OPEN, TAKEN, REFUSED = "", "taken", "refused"
"""The answers to a proposal: none yet, or one by the owner of the record."""


class Proposals:
    """Keeps the proposals at `place`. An organisation sees its own, and those for its records and for what it assessed."""

    def __init__(self, place: AnyPlace | None) -> None:
        self._kept = ImportDrafts(place, PROPOSAL_FOLDER, MAX_PROPOSALS)

    def list_readable(self, own: str) -> list[ImportDraft]:
        """Return the proposals that the organisation `own` made or has to answer, the one that was changed last first."""
        return [p for p in reversed(self._kept.list_all()) if p.kind == PROPOSAL_KIND and can_read(p.private, own)]

    def add(self, d: Dataset, edited: Record, reason: str, *, by: Person) -> ImportDraft:
        """Propose that a record of another organisation, or a new one in its report, becomes `edited`. Return the proposal.

        Raises NotAllowed if `by` may change the record without a proposal or may propose nothing, Conflict if it was
        changed since it was read, WriteFailed or LockTimeout.
        """
        own, now = own_organisation(by, d.settings.organisations), d.registers[type(edited)].get(edited.id)
        owner = others_owner(d, now or replace(edited, recorded_for=None), by)
        if now and fixed_fields(d, now, by) and not owner:
            owner = keeper_of(d, now)
        if not is_editor(by) or not owner:
            raise NotAllowed("Only an editor can propose a change, and only to a record of another organisation.")
        if sum(_is_by(p, own) and p.content["answer"] == OPEN for p in self.list_readable(own)) >= MAX_OPEN_PROPOSALS:
            raise NotAllowed(N_("Too many of your proposals wait for an answer. Withdraw some of them first."))
        if edited.version != (now.version if now else ""):
            raise Conflict(edited, now)
        before = record_values(now, without={"id"}) if now else {}
        after = record_values(edited, without={"id"})
        fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        content = {
            "record": [type(edited).__name__, edited.id],
            "changes": {name: [before.get(name), after.get(name)] for name in fields},
            "reason": reason,
            "answer": OPEN,
            "word": "",
        }
        private = readers_of(d, now or edited, owner=owner, own=own)
        return self._kept.start(
            ImportDraft(kind=PROPOSAL_KIND, owner=by.handle, name=edited.id, content=content, private=private)
        )

    def answer(self, proposal: ImportDraft, answer: str, word: str = "", *, own: str) -> None:
        """Note the answer of the owner `own`. Any other organisation, and a second answer, changes nothing."""

        def answered(kept: ImportDraft) -> ImportDraft:
            is_open = may_answer(kept, own) and kept.content["answer"] == OPEN
            return replace(kept, content={**kept.content, "answer": answer, "word": word}) if is_open else kept

        self._kept.change(proposal.id, answered)

    def withdraw(self, proposal: ImportDraft, *, own: str) -> None:
        """Remove a proposal that `own` made. One of another organisation stays. Raises WriteFailed or LockTimeout."""
        self._kept.change(proposal.id, lambda kept: None if _is_by(kept, own) else kept)


def readers_of(d: Dataset, record: Record, *, owner: str, own: str) -> Privacy:
    """Return who reads a proposal of `own` to the `owner` of a record.

    If that is the tracker's editors, also each organisation that has assessed the recommendation: it stands under its name.
    """
    assessed = set[str]()
    if isinstance(record, Recommendation) and owner == own_organisation(READER, d.settings.organisations):
        ours = (a for a in record.assessments if a.voice is Voice.CIVIL_SOCIETY and is_active(a, None))
        assessed = {a.organisation for a in ours if a.organisation} & {o.id for o in d.settings.organisations}
    return Privacy(organisation=own, shared_with=(owner, *sorted(assessed - {owner, own})))


def may_answer(proposal: ImportDraft, own: str) -> bool:
    """Return whether an organisation takes or refuses a proposal of another: the owner of the record, who is its first reader."""
    readers = proposal.private.shared_with if proposal.private else ()
    return not _is_by(proposal, own) and own in readers[:1]


def _is_by(proposal: ImportDraft, own: str) -> bool:
    return proposal.private is not None and proposal.private.organisation == own


def is_to_archive(proposal: ImportDraft) -> bool:
    """Return whether a proposal archives the record."""
    old, new = proposal.content["changes"].get("events", ((), ()))
    added = (event for event in new or () if event not in (old or ()))
    return any(event.get("type") == EventType.RETIRED for event in added)


def proposed_changes(proposal: ImportDraft) -> tuple[FieldChange, ...]:
    """Return the changes of a proposal, for a comparison of old and new. That it archives the record is left out."""
    changes: Mapping[str, Any] = proposal.content["changes"]
    left_out = {"events"} if is_to_archive(proposal) else set[str]()
    return tuple(
        FieldChange(name, to_yaml(old), to_yaml(new)) for name, (old, new) in changes.items() if name not in left_out
    )


def apply_proposal(d: Dataset, proposal: ImportDraft) -> tuple[Record | None, Record | None]:
    """Return (the record now, the record with the proposed change).

    The first is None if there is no such record. The second is None if one of the values was changed since.
    """
    name, id = proposal.content["record"]
    kind = next(one for one in d.registers if one.__name__ == name)
    record: Record | None = d.registers[kind].get(id)
    changes: Mapping[str, Any] = proposal.content["changes"]
    values = record_values(record, without={"id"}) if record else {}
    if any(values.get(name) != old for name, (old, _new) in changes.items()):
        return record, None
    values |= {name: new for name, (_old, new) in changes.items()}
    given = {name: value for name, value in values.items() if value is not None}
    changed, _problems = build_record(kind, given, id=id)
    return record, replace(changed, version=record.version if record else "") if changed else None
