"""Drafts of submissions: what the editors of an organisation write together, field by field, until it is discarded.

There is one draft for a kind of document, a committee and a language. Everyone who may read it may write in it. Its
`choices` map field → value; its `content` has the address, what is APART, and the handle of who wrote last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from tracker.config import AnyPlace
from tracker.editing.private.drafts import ImportDraft, ImportDrafts
from tracker.model.organisations import Privacy, SharedWith, can_change, can_read

SUBMISSION_FOLDER = "submission-drafts"
"""The folder of these drafts in the private folder."""
MAX_SUBMISSIONS = 1_000
"""The largest number of these drafts in one tracker."""
APART = "apart"
"""Where the content of a draft has the texts that could not be put into their fields: [field, handle, text] of each."""
KIND = "submission"


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """What one person did in a field: the value that they saw before, and the value that it has now."""

    name: str
    before: Any
    after: Any


class SubmissionDrafts:
    """The drafts in the private storage at `place`, or in memory if `place` is None.

    `own` is always the organisation of the person who asks.
    """

    def __init__(self, place: AnyPlace | None) -> None:
        self._kept = ImportDrafts(place, SUBMISSION_FOLDER, MAX_SUBMISSIONS)

    def readable(self, own: str) -> list[ImportDraft]:
        """Return the drafts that the people of an organisation may read and write in, the one changed last first."""
        kept = (draft for draft in reversed(self._kept.list_all()) if draft.kind == KIND)
        return [draft for draft in kept if can_read(draft.private, own)]

    def find(self, address: Sequence[str], own: str, *, owner: str = "") -> ImportDraft | None:
        """Return the draft of the document at `address`: kind, committee, language. None if there is none to read.

        `owner` is the organisation whose draft it is, by default `own`.
        """
        draft = self._kept.find(_draft_id(address, owner or own))
        return draft if draft and can_read(draft.private, own) else None

    def write(
        self, address: Sequence[str], edits: Iterable[FieldEdit], *, by: str, own: str, owner: str = "", name: str
    ) -> ImportDraft | None:
        """Write the edits into the draft, and return it. It is started if it is not there and belongs to `own`.

        A field that a colleague changed since keeps the colleague's text, and the other text is kept beside it. In a list,
        what was added is added and what was taken out is taken out. Return None if the draft is not there any more
        or may not be read. Raises WriteFailed or LockTimeout.
        """
        edits, draft_id = list(edits), _draft_id(address, owner or own)

        def written(draft: ImportDraft) -> ImportDraft:
            if not can_read(draft.private, own):
                return draft
            values, apart = dict(draft.choices), list(draft.content.get(APART, ()))
            for edit in edits:
                there = values.get(edit.name, edit.before)
                if isinstance(edit.after, list):
                    values[edit.name] = _merged(there or [], edit)
                elif there in (edit.before, edit.after) or not edit.after:
                    # nothing that a colleague wrote is emptied
                    values[edit.name] = edit.after if there == edit.before else there
                else:
                    apart.append([edit.name, by, edit.after])
            return replace(draft, choices=values, content={**draft.content, APART: apart, "by": by})

        if (owner or own) == own and self._kept.find(draft_id) is None:
            content, private = {"address": list(address)}, Privacy(organisation=own)
            self._kept.start(KIND, by, name=name, content=content, private=private, draft_id=draft_id)
        draft = self._kept.change(draft_id, written)
        return draft if draft and can_read(draft.private, own) else None

    def settle(self, draft: ImportDraft, apart: Sequence[str], *, by: str, own: str, is_added: bool) -> None:
        """Take a text away that was kept beside its field; with `is_added`, put it below the text in the field."""

        def settled(kept: ImportDraft) -> ImportDraft:
            found = list(kept.content.get(APART, ()))
            if not can_read(kept.private, own) or list(apart) not in found:
                return kept
            found.remove(list(apart))
            name, _by, text = apart
            added = "\n\n".join(filter(None, [kept.choices.get(name, ""), text]))
            values = {**kept.choices, **({name: added} if is_added else {})}
            return replace(kept, choices=values, content={**kept.content, APART: found, "by": by})

        self._kept.change(draft.id, settled)

    def share(self, draft: ImportDraft, shared_with: SharedWith, *, own: str) -> None:
        """Share a draft anew. Only the organisation to which it belongs can. Raises WriteFailed or LockTimeout."""

        def shared(kept: ImportDraft) -> ImportDraft:
            if not can_change(kept.private, own):
                return kept
            return replace(kept, private=Privacy(organisation=own, shared_with=shared_with))

        self._kept.change(draft.id, shared)

    def discard(self, draft: ImportDraft, *, own: str) -> None:
        """Remove a draft. Only the organisation to which it belongs can. Raises WriteFailed or LockTimeout."""
        self._kept.change(draft.id, lambda kept: None if can_change(kept.private, own) else kept)


def _draft_id(address: Sequence[str], owner: str) -> str:
    """Return the id of a draft. Two people who begin the same document write in the same draft."""
    return blake2b("\0".join([*address, owner]).encode(), digest_size=8).hexdigest()


def _merged(there: Sequence[str], edit: FieldEdit) -> list[str]:
    kept = [value for value in there if value in edit.after or value not in (edit.before or ())]
    return [*kept, *(value for value in edit.after if value not in kept and value not in (edit.before or ()))]
