"""The settings that come from environment variables: folders and the public address."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

RUNS_PER_SECOND = 10.0
"""How many page runs a second are allowed for one open page. A person who clicks and types fast needs about three."""
UPLOAD_MEGABYTES = 20.0
"""How large a file that an editor brings in may be. Concluding observations have less than one megabyte."""


@dataclass(frozen=True, slots=True)
class Config:
    """The folders that the tracker uses, and its public address.

    `data` is the data folder. `state` is the folder for accounts and keys. `private` is the folder for private evidence
    and notes, or None if there is none. `public_url` is "" if the dashboard has no public address. `runs_per_second` is
    how many times a second one open page may run, on average over a long time. `upload_megabytes` is how large a file that an
    editor brings in may be.
    """

    data: Path
    state: Path
    public_url: str = ""
    private: Path | None = None
    runs_per_second: float = RUNS_PER_SECOND
    upload_megabytes: float = UPLOAD_MEGABYTES


def load_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings from environment variables. A setting without a variable has its default value.

    Raises ValueError if the value of TRACKER_RUNS_PER_SECOND or TRACKER_UPLOAD_MEGABYTES is not a number.
    """
    return _parse_config(*(environment.get(name, "") for name in _VARIABLES))


_VARIABLES = (
    "TRACKER_DATA",
    "TRACKER_STATE",
    "TRACKER_PUBLIC_URL",
    "TRACKER_PRIVATE",
    "TRACKER_RUNS_PER_SECOND",
    "TRACKER_UPLOAD_MEGABYTES",
    "XDG_STATE_HOME",
    "HOME",
)


# cached, because each page run asks for the settings about ten times
@lru_cache(maxsize=8)
def _parse_config(*values: str) -> Config:
    given = dict(zip(_VARIABLES, values, strict=True))
    home = Path(given["XDG_STATE_HOME"] or Path.home() / ".local" / "state")
    return Config(
        data=Path(given["TRACKER_DATA"] or "data"),
        state=Path(given["TRACKER_STATE"] or home / "recommendation-tracker"),
        public_url=given["TRACKER_PUBLIC_URL"].rstrip("/"),
        private=Path(given["TRACKER_PRIVATE"]) if given["TRACKER_PRIVATE"] else None,
        runs_per_second=float(given["TRACKER_RUNS_PER_SECOND"] or RUNS_PER_SECOND),
        upload_megabytes=float(given["TRACKER_UPLOAD_MEGABYTES"] or UPLOAD_MEGABYTES),
    )


def is_loopback(host: str | None) -> bool:
    """Return whether `host` is this machine itself (a loopback address), such as localhost or 127.0.0.1."""
    name = (host or "").strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
