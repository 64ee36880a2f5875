"""Evidence that was retired: it no longer counts, and old links still lead to it."""

from dataclasses import dataclass

from tracker.model.events import Event
from tracker.model.lifecycle import REMOVING_EVENTS, events_by, existed_at, is_active
from tracker.model.records import Evidence
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.view import View

MAX_RETIRED = 200
"""The largest number of retired items that are shown."""


@dataclass(frozen=True, slots=True)
class RetiredEvidence:
    """An evidence item that no longer counts, and the event that retired it."""

    evidence: Evidence
    event: Event


def list_retired_evidence(view: View) -> tuple[RetiredEvidence, ...]:
    """Return the evidence that was retired by the recorded time of the view, the last retired first.

    At most MAX_RETIRED items are returned. Evidence that was made private again is among them, as its stub.
    """
    found = []
    for e in view.dataset.evidence.values():
        if e.events and existed_at(e, view.recorded) and not is_active(e, view.recorded):
            removals = [event for event in events_by(e, view.recorded) if event.type in REMOVING_EVENTS]
            found.append(RetiredEvidence(without_later_edits(e, view.recorded), removals[-1]))
    found.sort(key=lambda item: item.event.recorded or "", reverse=True)
    return tuple(found[:MAX_RETIRED])
