"""The channels to which changes are announced. They stand in a file of the host that the dashboard never reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.i18n import LANGUAGES
from tracker.model.errors import InvalidFile, TrackerError
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.yaml.reader import compose, decode, to_values

CHANNELS_FILE_NAME = "channels.yaml"
_OWN_KEYS = ("name", "address", "language", "limit")
_NONE = "There are no channels: {path} does not exist. docs/following.md says what stands in it. Nothing was sent."
_OPEN = "Other users of this machine can read {path}, which has passwords. Run chmod 600 {path}. Nothing was sent."


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its name in messages, its address for Apprise, which is secret, and what is announced there.

    `limit` is the largest number of characters of a text, or None for that of the service.
    """

    name: str
    address: str = field(repr=False)
    language: str
    filters: Filters
    limit: int | None = None


def read_channels(path: Path, view: View) -> tuple[Channel, ...]:
    """Return the channels in the file `path`. Raises TrackerError, which never quotes an address.

    A filter that the list does not have is an error: without it, everything would be announced.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise TrackerError(_OPEN.format(path=path))
        values = to_values(compose(decode(path.read_bytes())))
    except FileNotFoundError:
        raise TrackerError(_NONE.format(path=path)) from None
    except (OSError, InvalidFile) as error:
        raise TrackerError(f"{path} cannot be read ({error}). Nothing was sent.") from None
    listed = values.get("channels") if isinstance(values, dict) else None
    if not isinstance(listed, list) or not listed:
        raise TrackerError(f"{path} has no list of channels. It begins with the line channels: Nothing was sent.")
    channels = tuple(_channel(path, n, entry, view=view) for n, entry in enumerate(listed, 1))
    if len({channel.name for channel in channels}) < len(channels):
        raise TrackerError(f"{path}: two channels have one name. Give each its own. Nothing was sent.")
    return channels


def _channel(path: Path, number: int, entry: Any, *, view: View) -> Channel:
    def refuse(why: str) -> TrackerError:
        return TrackerError(f"{path}, channel {number}: {why} Nothing was sent.")

    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("name", "address")):
        raise refuse("it needs a name and an address.")
    if (language := entry.get("language", view.settings.language)) not in LANGUAGES:
        raise refuse(f"the language is one of {', '.join(LANGUAGES)}.")
    limit = entry.get("limit")
    if limit is not None and not (isinstance(limit, str) and limit.isascii() and limit.isdigit() and int(limit) >= 200):
        raise refuse("the limit is a number of characters, 200 or more.")
    filters = _filters(entry, view)
    if isinstance(filters, str):
        raise refuse(filters)
    return Channel(entry["name"], entry["address"], language, filters=filters, limit=int(limit) if limit else None)


def _filters(entry: Mapping[str, Any], view: View) -> Filters | str:
    """Return the filters of a channel, or a sentence that says which of them is not known."""
    rows = {row.name: row for row in Filters.rows() if row.narrows}
    params: dict[str, list[str]] = {}
    for name, value in entry.items():
        if name in _OWN_KEYS:
            continue
        values = value if isinstance(value, list) else [value]
        if name not in rows or not all(isinstance(one, str) and one for one in values):
            return f"{str(name)[:40]} is not a filter; the filters are {', '.join(rows)}."
        if not values or (set(rows[name].texts(rows[name].parse(view, values))) != {one.lower() for one in values}):
            return f"{name} has a value that this tracker does not have."
        params[name] = values
    return Filters.from_params(view, params)
