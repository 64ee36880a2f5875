"""Which past the address asks for: as of a day, or as recorded at a moment."""

from collections.abc import Mapping
from datetime import date

from pydantic import TypeAdapter, ValidationError

from tracker.model.fields import Timestamp

_MOMENT: TypeAdapter[str] = TypeAdapter(Timestamp)


def parse_past(params: Mapping[str, str], today: date) -> tuple[str, str]:
    """(day, moment) as texts; empty where nothing past is asked for. A wrong or a future one asks for nothing."""
    try:
        day = date.fromisoformat(params.get("as_of", "")[:10])
        as_of = day.isoformat() if day < today else ""
    except ValueError:
        as_of = ""
    try:
        recorded = _MOMENT.validate_python(params.get("recorded", ""))
    except ValidationError:
        recorded = ""
    return as_of, recorded
