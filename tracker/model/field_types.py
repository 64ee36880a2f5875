"""The types of simple fields: ids, dates, links, short texts, timestamps, handles."""

import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from tracker.model import partial_dates
from tracker.model.permissions import HANDLE


def _check_timestamp(recorded: str) -> str:
    try:
        datetime.fromisoformat(recorded)
    except ValueError:
        raise ValueError(f"there is no such time as {recorded!r}; leave it out and the tracker fills it in") from None
    return recorded


def _check_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no timezone {name[:60]!r}; write one such as UTC or Asia/Bishkek") from None
    return name


def is_id(name: str) -> bool:
    """Return whether `name` has the format of an id: at most 80 characters a-z and 0-9, with single hyphens inside.

    What was gathered from another tracker has the id of this tracker and a dot before that, as in "kgz.ngo-2024-r1".
    """
    return len(name) <= MAX_ID_LENGTH and re.fullmatch(ID_PATTERN.strip("^$"), name) is not None


def is_url(link: str) -> bool:
    """Return whether `link` is a web address with http or https, of at most 2,000 characters."""
    return len(link) <= 2000 and re.fullmatch(URL_PATTERN.strip("^$"), link) is not None


ID_PATTERN = r"^([a-z0-9]{2,8}\.)?[a-z0-9]+(-[a-z0-9]+)*$"
MAX_OWN_ID_LENGTH, MAX_ID_LENGTH = 80, 89
"""The most characters of an id, without and with the id of the tracker from which it was gathered."""
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=MAX_ID_LENGTH)]
PartialDate = Annotated[
    str,
    AfterValidator(partial_dates.parse_date),
    WithJsonSchema({"type": ["string", "integer"], "description": partial_dates.DATE_FORMS}),
]
# A YAML editor reads 44 as a number, so the schema accepts numbers too. The tracker reads it as a text.
ShortText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strip_whitespace=True),
    WithJsonSchema({"type": ["string", "integer"], "maxLength": 120}),
]
URL_PATTERN = r"^https?://[^\s<>\"]+$"
Url = Annotated[str, StringConstraints(pattern=URL_PATTERN, max_length=2000)]
SiteHost = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?$", max_length=255)]
"""The name of a site, such as "www.example.org", with its port if that is not the one of https."""
Timestamp = Annotated[
    str,
    StringConstraints(pattern=r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"),
    AfterValidator(_check_timestamp),
]
Handle = Annotated[str, StringConstraints(pattern=rf"^{HANDLE.pattern}$")]
TimeZoneName = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_check_time_zone)]
