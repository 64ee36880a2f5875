"""Entries of the activity that were saved together, such as an import: they are one entry, which opens to the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tracker.model.dataset import Record
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.queries.activity_log import ONE_SAVE, ActivityEntry, activity_log
from tracker.queries.corrections import split_corrected
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class SavedTogether:
    """Several records that one person saved at once. `entries` are the changes, the newest first."""

    entries: tuple[ActivityEntry, ...]

    @property
    def recorded(self) -> str:
        """Return the time of the last change. It names the save in an address."""
        return self.entries[0].recorded

    @property
    def by(self) -> str | None:
        """Return the handle of the person who saved, or None if the files name nobody."""
        return next((entry.by for entry in self.entries if entry.by), None)

    @property
    def organisation(self) -> str | None:
        """Return the id of the organisation for which the person saved, or None if the files name none."""
        return next((entry.organisation for entry in self.entries if entry.organisation), None)

    @property
    def records(self) -> tuple[Record, ...]:
        """Return the records that were saved, each once, in the order in which they were recorded."""
        return tuple({(type(entry.record), entry.record.id): entry.record for entry in reversed(self.entries)}.values())

    @property
    def document_id(self) -> str:
        """Return the id of the document to which all the records belong, or ""."""
        ids = {
            r.id if isinstance(r, Document) else r.document if isinstance(r, Recommendation) else ""
            for r in self.records
        }
        return ids.pop() if len(ids) == 1 else ""


Activity = ActivityEntry | SavedTogether


def group_by_save(entries: Iterable[ActivityEntry]) -> tuple[Activity, ...]:
    """Return the entries, newest first, with those of several records that were saved at once in one group."""
    runs: list[list[ActivityEntry]] = []
    for entry in entries:
        if runs and _is_one_save(runs[-1], entry):
            runs[-1].append(entry)
        else:
            runs.append([entry])
    grouped: list[Activity] = []
    for run in runs:
        together = SavedTogether(tuple(run))
        grouped += [together] if len(together.records) > 1 else run
    return tuple(grouped)


def _is_one_save(run: list[ActivityEntry], entry: ActivityEntry) -> bool:
    """Return whether an entry belongs to the save of the entries before it, which are newer."""
    gap = datetime.fromisoformat(run[-1].recorded) - datetime.fromisoformat(entry.recorded)
    people = {each.by for each in (*run, entry) if each.by}
    return gap < ONE_SAVE and len(people) < 2


def find_save(view: View, recorded: str) -> SavedTogether | None:
    """Return the records that were saved at once at the time `recorded`, or None if they were undone since."""
    standing, _corrected = split_corrected(activity_log(view), view.recorded)
    groups = (each for each in group_by_save(standing) if isinstance(each, SavedTogether))
    return next((group for group in groups if group.recorded == recorded), None)
