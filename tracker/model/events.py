"""What happened to a record or to one of its items after it was recorded."""

from pydantic.dataclasses import dataclass

from tracker.model.field_types import Handle, Id, PartialDate, Timestamp
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, LocalizedText
from tracker.model.vocabulary import EventType


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Event:
    """Something that happened to an item after it was recorded, such as being withdrawn, restored or checked.

    `into` is the id of the record that replaces a retired record. `recorded_for` is the id of the organisation for
    which the event was recorded. It is None in older events.
    """

    type: EventType
    date: PartialDate | None = None
    into: Id | None = None
    reason: LocalizedText | None = None
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
