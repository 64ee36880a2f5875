"""Send announcements through Apprise, each change at most once, and remember the last change that each channel got.

A text reports new changes of the public feed, but none that was taken back since. `read_channels` reads the channels.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from tracker.config import Config
from tracker.i18n import LANGUAGES, get_language
from tracker.model.errors import InvalidFile, LockTimeout, TrackerError
from tracker.publishing.change_summaries import attributed_sentence
from tracker.publishing.cli import read_view, write_file
from tracker.publishing.exports.atom_feed import change_link, list_news
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.wording import site_name
from tracker.queries.activity_log import Activity, ActivityEntry, ActivityFilters, group_by_save, ids_of_undone_events
from tracker.queries.current_view import recorded_day
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.view import View
from tracker.storage.folder.storage import lock_file
from tracker.storage.timestamps import TIMESTAMP_FORMAT
from tracker.storage.yaml.reader import compose, decode, to_values

CHANNELS_FILE_NAME = "channels.yaml"
_OWN_KEYS = ("name", "address", "language", "limit")
_NONE = "There are no channels: {path} does not exist. docs/following.md says where it belongs. Nothing was sent."
_MOVE = (
    "channels.yaml and announced.json are in {old}, beside the session key. Move both to {new}, see docs/following.md."
)
_OPEN = "Other users of this machine can read {path}, which has passwords. Run chmod 600 {path}. Nothing was sent."


@dataclass(frozen=True, slots=True)
class Channel:
    """A place for announcements. `address` is secret. `limit` is in characters, None for the limit of the service."""

    name: str
    address: str = field(repr=False)
    language: str
    filters: Filters
    limit: int | None = None


def read_channels(path: Path, view: View) -> tuple[Channel, ...]:
    """Return the channels in the file `path`.

    Raises TrackerError if the file is missing or wrong, if it has an unknown filter, or if other users of the machine
    can read it. The error never quotes an address.
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
    """Return the channel for `entry`, the entry with this `number` in the file. Raises TrackerError if the entry is wrong."""

    def refuse(why: str) -> TrackerError:
        return TrackerError(f"{path}, channel {number}: {why} Nothing was sent.")

    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("name", "address")):
        raise refuse("it needs a name and an address.")
    if (language := entry.get("language", view.settings.language)) not in LANGUAGES:
        raise refuse(f"the language is one of {', '.join(LANGUAGES)}.")
    limit = entry.get("limit")
    if limit is not None and not (isinstance(limit, str) and limit.isascii() and limit.isdigit() and int(limit) >= 200):
        raise refuse("the limit is a number of characters, 200 or more.")
    rows = {row.name: row for row in Filters.rows() if row.narrows}
    given = {name: value if isinstance(value, list) else [value] for name, value in entry.items()}
    params = {name: values for name, values in given.items() if name not in _OWN_KEYS}
    for name, values in params.items():
        if name not in rows or not all(isinstance(one, str) and one for one in values):
            raise refuse(f"{str(name)[:40]} is not a filter; the filters are {', '.join(rows)}.")
        if not values or (set(rows[name].texts(rows[name].parse(view, values))) != {one.lower() for one in values}):
            raise refuse(f"{name} has a value that this tracker does not have.")
    filters = Filters.from_params(view, params)
    return Channel(entry["name"], entry["address"], language, filters=filters, limit=int(limit) if limit else None)


_TWINS = {ord(sign): chr(ord(sign) + 0xFEE0) + "\u2060" for sign in "@#<>[]*_`~|\\"}


def make_inert(text: str) -> str:
    """Return a text from data so that no service makes something of it: a mention, a tag, a format, HTML, a link, a picture.

    Characters that services look for are replaced by their full-width twins, which look alike. In what could be an
    address or the name of a picture, an invisible character stands after "." and ":".
    """
    return re.sub(r"[.:](?=[^\W\d]|/)", "\\g<0>\u2060", " ".join(text.split())).translate(_TWINS)


_MAX_LISTED = 20
"""The largest number of changes that one text names."""


def new_changes(request: ViewRequest, after: str, until: str) -> tuple[Activity, ...]:
    """Return the public changes with a recorded time after `after` and not after `until`, the newest first.

    A change that was taken back is left out, and so is the change that took it back. Of several edits of one record,
    only the last is returned. Edits of a record that is itself new are left out.
    """
    new = [entry for entry in list_news(request, request.filters, ActivityFilters()) if entry.recorded > after]
    seen, kept = set[tuple[type, str]](), list[ActivityEntry]()
    for entry in new:
        if entry.edits:
            record = (type(entry.record), entry.record.id)
            if _is_new(entry.record, after) or record in seen:
                continue
            seen.add(record)
        if not _is_taken_back(entry, after):
            kept.append(entry)
    return tuple(change for change in group_by_save(kept) if change.recorded <= until)


def _is_new(item: Any, after: str) -> bool:
    return (item.recorded or "") > after


def _is_taken_back(entry: ActivityEntry, after: str) -> bool:
    """Return whether a change was taken back by now, or takes back something that was recorded after `after`."""
    if entry.event is None:
        return entry.gone is not None
    subject: Any = entry.record if entry.item is None else entry.item
    undone = ids_of_undone_events([event for event in subject.events if _is_new(event, after)], timedelta.max)
    return _is_new(subject, after) or _is_new(entry.record, after) or id(entry.event) in undone


def announcement(request: ViewRequest, changes: Sequence[Activity], limit: int) -> str:
    """Return a text of at most `limit` characters about `changes` (at least one), or only a link if no text fits."""
    language = request.language
    head = language.gettext("News from “{name}”", name=make_inert(site_name(request)))
    said = ((make_inert(attributed_sentence(request, change)), change_link(request, change)) for change in changes)
    items = [f"• {sentence}\n{link}" for sentence, link in said]
    day = min(recorded_day(change.recorded, request.view.dataset) for change in changes)
    all_changes = request.link("/activity", ("since", day.isoformat()))
    for n in range(min(len(items), _MAX_LISTED), -1, -1):
        rest = len(items) - n
        more = [language.ngettext("{n} more change", "{n} more changes", rest) + f": {all_changes}"] if rest else []
        text = "\n\n".join([head, *items[:n], *more])
        # some services get the text as HTML
        if len(escape(text)) + text.count("\n") * 5 <= limit:
            return text
    return more[0] if len(more[0]) <= limit else all_changes


def correction(request: ViewRequest, id: str) -> str:
    """Return a correction. It does not repeat the mistake, and links to the record `id` or, if unknown, to the overview."""
    view = request.view
    if id in view.dataset.recommendations:
        link = request.link(f"/r/{id}")
    else:
        link = request.link("/evidence") + f"#e-{id}" if id in view.evidence else request.link("/")
    said = request.language.gettext(
        "Correction: an earlier message in this channel was wrong, or what it said has been withdrawn. "
        "Please do not pass it on. What is known now:"
    )
    return f"{said}\n{link}"


_HOLD = timedelta(hours=24)
"""How long a change waits before it is announced, so that there is time to undo, redact or unpublish it."""
_RETRY_SECONDS = (5.0, 30.0)
"""How many seconds to wait before a text is sent a second and a third time."""
_ANSWER_SECONDS = 60.0
"""The longest wait, in seconds, for the answer of a service. If the answer comes later, the text is sent a second time."""
_DEFAULT_LIMIT = 500
"""The largest number of characters of a text in a dry run, which does not ask Apprise for the limit of the service."""
_STATE_FILE_NAME = "announced.json"
_LOCK_FILE_NAME = "announced.lock"
_NO_APPRISE = (
    "Announcements are sent with Apprise, which is not installed. Run .venv/bin/python -m pip install --no-deps "
    "--require-hashes -r requirements-announce.lock. Nothing was sent."
)


Sender = tuple[int, Callable[[str], bool]]
"""(largest number of characters of a text, function that sends a text and returns whether the service took it)"""


def open_with_apprise(channel: Channel) -> Sender:
    """Return the sender for a channel. Raises TrackerError if Apprise is not installed or cannot use the address."""
    try:
        import apprise
    except ImportError:
        raise TrackerError(_NO_APPRISE) from None
    service: Any = apprise.Apprise.instantiate(channel.address, suppress_exceptions=True)
    if service is None:
        raise TrackerError(
            f"{channel.name}: Apprise cannot use this address. Compare it with the documentation of Apprise."
        )
    service.socket_read_timeout = _ANSWER_SECONDS
    notify = apprise.Apprise()
    notify.add(service)
    return service.body_maxlen, lambda text: bool(notify.notify(body=text, body_format=apprise.NotifyFormat.TEXT))


@dataclass
class Announcer:
    """One run of `announce` at the time `now`. Raises TrackerError if there is no public address or no channel.

    `failed` says whether a channel did not get its text. `pauses` are the seconds before each further try.
    """

    config: Config
    now: datetime
    open_sender: Callable[[Channel], Sender] = open_with_apprise
    pauses: tuple[float, ...] = _RETRY_SECONDS

    def __post_init__(self) -> None:
        if not self.config.public_url:
            raise TrackerError("TRACKER_PUBLIC_URL is not set, so links would lead nowhere. Nothing was sent.")
        self._view = read_view(self.config.data, self.now)
        self.folder, self.messages, self.failed = self.config.channels, list[str](), False
        old = self.config.cache_folder
        if not os.path.exists(self.folder / CHANNELS_FILE_NAME) and os.path.exists(old / CHANNELS_FILE_NAME):
            self.messages.append(_MOVE.format(old=old, new=self.folder))
            self.folder = old
        self.channels = read_channels(self.folder / CHANNELS_FILE_NAME, self._view)

    def run(self, *, dry_run: bool = False) -> None:
        """Send to each channel one text about what is new since the last run. Messages say what was sent.

        With `dry_run`, the texts are only added to `messages`. Raises TrackerError if another run is still sending.
        """
        with self._locked():
            state = _read_state(self.folder)
            for channel in self.channels:
                self._announce(channel, state, dry_run=dry_run)

    def correct(self, id: str, *, dry_run: bool = False) -> None:
        """Send a correction to all channels. If `id` is a recommendation, skip the channels whose filters do not match it."""
        with self._locked():
            for channel in self.channels:
                matches = {r.id for r in filter_recommendations(self._view, channel.filters, channel.language)}
                if id not in self._view.recommendations or id in matches:
                    self._send(channel, correction(self._request(channel), id), dry_run=dry_run)

    def _announce(self, channel: Channel, state: dict[str, dict[str, str]], *, dry_run: bool) -> None:
        """Send what is new to one channel. Save in `state` (see `_read_state`) up to which change this channel has the news."""
        until = (self.now - _HOLD).strftime(TIMESTAMP_FORMAT)
        known = state.get(channel.name, {})
        if unsure := known.get("sending"):
            self.messages.append(
                f"{channel.name}: the last run ended while it was sending. What it was sending is not sent again, because "
                "it may have arrived. Look into the channel; what is missing can be told there by hand."
            )
        if not known:
            self.messages.append(f"{channel.name}: new. What is recorded from now on is announced, a day later.")
        after = unsure or known.get("sent", until)
        entry = {"sent": after}

        def remember(values: dict[str, str]) -> None:
            if not dry_run and state.get(channel.name) != values:
                state[channel.name] = values
                try:
                    write_file(self.folder / _STATE_FILE_NAME, json.dumps(state, indent=1).encode())
                except TrackerError as error:
                    raise TrackerError(f"{error} Nothing more was sent.") from None

        remember(entry)
        request = self._request(channel)
        if not (changes := new_changes(request, after, until)):
            self.messages.append(f"{channel.name}: nothing new.")
            return
        last = changes[0].recorded

        def note(took: bool | None) -> None:
            # a run that is killed between the two has perhaps sent it, and never sends it again
            remember(entry | {"sending": last} if took is None else {"sent": last} if took else entry)

        self._send(channel, lambda limit: announcement(request, changes, limit), dry_run=dry_run, note=note)

    def _send(
        self,
        channel: Channel,
        text: str | Callable[[int], str],
        *,
        dry_run: bool,
        note: Callable[[bool | None], None] = lambda _took: None,
    ) -> None:
        """Send a text to one channel, and try again after each of `pauses`. `text` may be a function: largest length → text."""
        most, send = channel.limit or _DEFAULT_LIMIT, None
        try:
            if not dry_run:
                most, send = self.open_sender(channel)
        except TrackerError as error:
            self.failed = True
            self.messages.append(str(error))
            return
        said = text if isinstance(text, str) else text(min(channel.limit or most, most))
        if send is None:
            self.messages.append(f"{channel.name}:\n{said}")
            return
        for pause in (*self.pauses, None):
            note(None)
            took = send(said)
            note(took)
            if took:
                self.messages.append(f"{channel.name}: sent.")
                return
            if pause is not None:
                time.sleep(pause)
        self.failed = True
        self.messages.append(
            f"{channel.name}: the service did not take the text, {len(self.pauses) + 1} times. The next run tries again."
        )

    def _request(self, channel: Channel) -> ViewRequest:
        language = get_language(channel.language, self._view.settings)
        return ViewRequest(self._view, language, channel.filters, origin=self.config.public_url)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with lock_file(self.folder / _LOCK_FILE_NAME, patience=1.0):
                yield
        except LockTimeout:
            raise TrackerError("Another run of announce is still sending. This one sent nothing.") from None


def _read_state(folder: Path) -> dict[str, dict[str, str]]:
    """Return a mapping: channel name → {"sent": time up to which it has all news}, "sending" too after a crash. {} if no file."""
    path = folder / _STATE_FILE_NAME
    try:
        found: dict[str, dict[str, str]] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise TrackerError(
            f"{path} cannot be read, so what was announced is not known. Nothing was sent. Restore the file, or delete it: "
            "then only what is recorded from now on is announced."
        ) from None
    return found
