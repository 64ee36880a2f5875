"""The trackers from which a dataset was gathered."""

from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model import vocabulary as codes
from tracker.model.attached_files import Digest
from tracker.model.field_types import PartialDate, Timestamp, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, Line, LocalizedText

SourceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{2,8}$")]
"""The id of a tracker in its network. With a dot behind it, it begins each id of a record from this tracker."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class GatheredSource:
    """A tracker whose package was gathered into a dataset, and how that went the last time.

    `link` is its address. `gathered` is the day of the package that the dataset shows, None if it shows none; `sha256` is the
    digest of this package, `recorded` the time of its last change. `unreachable` is the first day on which the package could
    not be had, `why` what was wrong with it, and `what` exactly, in English.
    """

    id: SourceId
    name: LocalizedText
    link: Url
    outcome: codes.GatheringOutcome
    licence: LocalizedText | None = None
    gathered: PartialDate | None = None
    unreachable: PartialDate | None = None
    why: codes.GatheringFault | None = None
    what: Line | None = None
    sha256: Digest | None = None
    recorded: Timestamp | None = None
