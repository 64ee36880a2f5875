"""The settings that come from environment variables: places of the files and the public address."""

import ipaddress
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path, PurePath, PurePosixPath
from tempfile import gettempdir
from urllib.parse import parse_qs, unquote, urlsplit

RUNS_PER_SECOND = 10.0
"""The default for `Config.runs_per_second`. A person who clicks and types fast needs about three page runs a second."""
UPLOAD_MEGABYTES = 20.0
"""The default for `Config.upload_megabytes`. Concluding observations have less than one megabyte."""
DATABASE_SCHEMES = ("postgresql://", "postgres://")


class Area(StrEnum):
    """What a storage is for. In a database, each area has its own schema and its own role."""

    DATA = "data"
    PRIVATE = "private"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class DatabasePlace:
    """A storage in a PostgreSQL database: the `url` of the database, and the `area` of it that the storage uses."""

    url: str = field(repr=False)
    area: Area

    @property
    def root(self) -> PurePosixPath:
        """Return a path for messages about files of this storage: postgresql:host/database/area, without a password."""
        parts = urlsplit(self.url)
        host = unquote(parts.netloc.rpartition("@")[2] or parse_qs(parts.query).get("host", [""])[0])
        return PurePosixPath(f"postgresql:{host.strip('/').replace('/', '-')}") / parts.path.strip("/") / self.area

    @property
    def schema(self) -> str:
        """Return the name of the schema with the tables of the area. The role that may use it has this name, too."""
        return f"tracker_{self.area.value}"

    def __str__(self) -> str:
        return str(self.root)


StoragePlace = Path | DatabasePlace
"""Where a storage is: a folder, or a place in a database."""
AnyPlace = PurePath | DatabasePlace
"""A StoragePlace, or the path that an open storage has as its `root`."""


def parse_place(text: str, area: Area = Area.DATA) -> StoragePlace:
    """Return the place for a setting: if `text` is the URL of a database, the `area` in it, otherwise the folder `text`."""
    return DatabasePlace(text, area) if text.startswith(DATABASE_SCHEMES) else Path(text)


def has_password(text: str) -> bool:
    """Return whether a text is the URL of a database with a password in it."""
    if not text.startswith(DATABASE_SCHEMES):
        return False
    user = urlsplit(text).netloc.rpartition("@")[0]
    return ":" in user or any(name.endswith("password") for name in parse_qs(urlsplit(text).query))


def format_place(place: StoragePlace) -> str:
    """Return a text that `parse_place` turns into the same place again. The text may contain a password."""
    return place.url if isinstance(place, DatabasePlace) else str(place.absolute())


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of the tracker.

    `state` has the accounts and keys. `private` has the private evidence and notes, if any. `public_url` has no slash
    at the end, and is "" without a public address. `runs_per_second` limits one open page, on average. `cache` is for
    files that can be made again, and None if `state` is a folder. Without `mail_from`, no reminders are sent. `smtp`
    may have a password. `channels` is the folder of the command `announce`, apart from `state`, which it need not open.
    """

    data: StoragePlace
    state: StoragePlace
    public_url: str = ""
    private: StoragePlace | None = None
    runs_per_second: float = RUNS_PER_SECOND
    upload_megabytes: float = UPLOAD_MEGABYTES
    cache: Path | None = None
    mail_from: str = ""
    smtp: str = field(default="", repr=False)
    channels: Path = Path("channels")

    @property
    def cache_folder(self) -> Path:
        """Return a folder on this machine for files that can be made again: `state`, or another one if that is a database."""
        if isinstance(self.state, Path):
            return self.state
        return self.cache or Path(gettempdir(), "recommendation-tracker")


def load_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings from environment variables, with default values. Raises ValueError if a number is wrong."""
    return _parse_config(*(environment.get(name, "") for name in _VARIABLES))


_PLACES = ("DATA", "STATE", "PRIVATE", "CHANNELS")
_NAMES = (*_PLACES, "PUBLIC_URL", "RUNS_PER_SECOND", "UPLOAD_MEGABYTES", "MAIL_FROM", "SMTP")
_VARIABLES = ("XDG_STATE_HOME", "HOME", *(f"TRACKER_{name}" for name in _NAMES))


# cached, because each page run asks for the settings about ten times
@lru_cache(maxsize=8)
def _parse_config(*values: str) -> Config:
    given = dict(zip(_VARIABLES, values, strict=True))
    home = Path(given["XDG_STATE_HOME"] or Path.home() / ".local" / "state") / "recommendation-tracker"
    state = parse_place(given["TRACKER_STATE"] or str(home), Area.STATE)
    return Config(
        data=parse_place(given["TRACKER_DATA"] or "data", Area.DATA),
        state=state,
        cache=None if isinstance(state, Path) else home,
        public_url=given["TRACKER_PUBLIC_URL"].rstrip("/"),
        private=parse_place(given["TRACKER_PRIVATE"], Area.PRIVATE) if given["TRACKER_PRIVATE"] else None,
        runs_per_second=float(given["TRACKER_RUNS_PER_SECOND"] or RUNS_PER_SECOND),
        upload_megabytes=float(given["TRACKER_UPLOAD_MEGABYTES"] or UPLOAD_MEGABYTES),
        mail_from=given["TRACKER_MAIL_FROM"],
        smtp=given["TRACKER_SMTP"],
        channels=Path(given["TRACKER_CHANNELS"] or f"{home}-channels"),
    )


def is_loopback(host: str | None) -> bool:
    """Return whether `host` means this machine: localhost or a loopback address, such as 127.0.0.1 or [::1]."""
    name = (host or "").strip("[]")
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    return name == "localhost"
