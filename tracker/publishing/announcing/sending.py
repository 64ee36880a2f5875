"""Send announcements through Apprise, each change at most once, and remember the last change that each channel got."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from tracker.config import Config
from tracker.i18n import get_language
from tracker.model.dataset import Dataset
from tracker.model.errors import LockTimeout, TrackerError
from tracker.publishing.announcing.channels import CHANNELS_FILE_NAME, Channel, read_channels
from tracker.publishing.announcing.texts import announcement, correction, new_changes
from tracker.publishing.request import ViewRequest
from tracker.queries.lists.filters import filter_recommendations
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.atomic_write import replace_all
from tracker.storage.folder.storage import lock_file
from tracker.storage.timestamps import TIMESTAMP_FORMAT

_HOLD = timedelta(hours=24)
"""How long a change waits before it is announced, so that an undo, a redaction or unpublishing comes first."""
_RETRY_SECONDS = (5.0, 30.0)
"""How long to wait before a text is sent a second and a third time."""
_ANSWER_SECONDS = 60.0
"""How long to wait for the answer of a service. A text that it took without an answer would be sent again."""
_DEFAULT_LIMIT = 500
"""The limit of a text while Apprise, which knows those of the services, is not asked."""
_STATE_FILE_NAME = "announced.json"
_LOCK_FILE_NAME = "announced.lock"
_NO_APPRISE = (
    "Announcements are sent with Apprise, which is not installed. Run .venv/bin/python -m pip install --require-hashes "
    "-r requirements-announce.lock. Nothing was sent."
)


class Sender(Protocol):
    """A service that takes texts. `limit` is the largest number of characters of a text."""

    limit: int

    def send(self, text: str) -> bool:
        """Send a text, and return whether the service took it."""
        ...


class AppriseSender:
    """A service that Apprise knows. Raises TrackerError if Apprise is not installed or does not know the address."""

    def __init__(self, channel: Channel) -> None:
        try:
            import apprise
        except ImportError:
            raise TrackerError(_NO_APPRISE) from None
        self._service: Any = apprise.Apprise.instantiate(channel.address, suppress_exceptions=True)
        if self._service is None:
            raise TrackerError(
                f"{channel.name}: Apprise cannot use this address. Compare it with the documentation of Apprise."
            )
        self._service.socket_read_timeout = _ANSWER_SECONDS
        self._notify, self._format = apprise.Apprise(), apprise.NotifyFormat.TEXT
        self._notify.add(self._service)
        self.limit = self._service.body_maxlen

    def send(self, text: str) -> bool:
        """Send a text, and return whether the service took it."""
        return bool(self._notify.notify(body=text, body_format=self._format))


OpenSender = Callable[[Channel], Sender]


@dataclass
class Announcer:
    """Announces the changes in a dataset to the channels of a host. `messages` are for the person who runs it.

    `failed` says whether a channel could not be reached.
    """

    config: Config
    now: datetime
    open_sender: OpenSender = AppriseSender
    pauses: tuple[float, ...] = _RETRY_SECONDS

    def __post_init__(self) -> None:
        if not self.config.public_url:
            raise TrackerError("TRACKER_PUBLIC_URL is not set, so links would lead nowhere. Nothing was sent.")
        dataset: Dataset = DatasetReader(self.config.data).read()
        self._view = View(dataset, self.now.astimezone(ZoneInfo(dataset.settings.timezone)).date())
        self.folder = self.config.cache_folder
        self.channels = read_channels(self.folder / CHANNELS_FILE_NAME, self._view)
        self.messages, self.failed = list[str](), False

    def run(self, *, dry_run: bool = False) -> None:
        """Send to each channel what is new since the last run, as one text. With `dry_run`, only show it."""
        with self._locked():
            state = _read_state(self.folder)
            for channel in self.channels:
                self._announce(channel, state, dry_run=dry_run)

    def correct(self, id: str, *, dry_run: bool = False) -> None:
        """Send a correction to each channel whose filters let the recommendation `id` pass; to all for other ids."""
        with self._locked():
            for channel in self.channels:
                request = self._request(channel)
                matches = {r.id for r in filter_recommendations(self._view, channel.filters, channel.language)}
                if id not in self._view.recommendations or id in matches:
                    self._send(channel, correction(request, id), dry_run=dry_run)

    def _announce(self, channel: Channel, state: dict[str, dict[str, str]], *, dry_run: bool) -> None:
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

        def remember(values: Mapping[str, str]) -> None:
            if not dry_run and state.get(channel.name) != values:
                state[channel.name] = dict(values)
                _write_state(self.folder, state)

        remember(entry)
        request = self._request(channel)
        changes = new_changes(request, after, until)
        if not changes:
            self.messages.append(f"{channel.name}: nothing new.")
            return
        last = changes[0].recorded
        self._send(
            channel,
            lambda limit: announcement(request, changes, limit),
            dry_run=dry_run,
            # a run that is killed between the two has perhaps sent it, and never sends it again
            before=lambda: remember(entry | {"sending": last}),
            after=lambda took: remember({"sent": last} if took else entry),
        )

    def _send(
        self,
        channel: Channel,
        text: str | Callable[[int], str],
        *,
        dry_run: bool,
        before: Callable[[], None] = lambda: None,
        after: Callable[[bool], None] = lambda _took: None,
    ) -> None:
        try:
            sender = None if dry_run else self.open_sender(channel)
        except TrackerError as error:
            self.failed = True
            self.messages.append(str(error))
            return
        limit = min(filter(None, (channel.limit, sender.limit if sender else channel.limit or _DEFAULT_LIMIT)))
        said = text if isinstance(text, str) else text(limit)
        if sender is None:
            self.messages.append(f"{channel.name}:\n{said}")
            return
        for pause in (*self.pauses, None):
            before()
            took = sender.send(said)
            after(took)
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
    path = folder / _STATE_FILE_NAME
    try:
        found: dict[str, dict[str, str]] = json.loads(path.read_bytes())
        return found
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise TrackerError(
            f"{path} cannot be read, so what was announced is not known. Nothing was sent. Restore the file, or delete it: "
            "then only what is recorded from now on is announced."
        ) from None


def _write_state(folder: Path, state: Mapping[str, Mapping[str, str]]) -> None:
    path = folder / _STATE_FILE_NAME
    try:
        replace_all([(path, path.read_bytes() if path.exists() else None, json.dumps(state, indent=1).encode())])
    except OSError as error:
        raise TrackerError(f"{path} cannot be written ({error.strerror}). Nothing more was sent.") from None
