"""The settings that come from environment variables: folders and the public address."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RUNS_PER_SECOND = 10.0
"""How many page runs a second are allowed for one open page. A person who clicks and types fast needs about three."""


@dataclass(frozen=True, slots=True)
class Config:
    """The folders that the tracker uses, and its public address.

    `data` is the data folder. `state` is the folder for accounts and keys. `private` is the folder for private evidence
    and notes, or None if there is none. `public_url` is "" if the dashboard has no public address. `runs_per_second` is
    how many times a second one open page may run, on average over a long time.
    """

    data: Path
    state: Path
    public_url: str = ""
    private: Path | None = None
    runs_per_second: float = RUNS_PER_SECOND


def load_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings from environment variables. A setting without a variable has its default value.

    Raises ValueError if the value of TRACKER_RUNS_PER_SECOND is not a number.
    """
    home = Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return Config(
        data=Path(environment.get("TRACKER_DATA") or "data"),
        state=Path(environment.get("TRACKER_STATE") or home / "recommendation-tracker"),
        public_url=environment.get("TRACKER_PUBLIC_URL", "").rstrip("/"),
        private=Path(private) if (private := environment.get("TRACKER_PRIVATE")) else None,
        runs_per_second=float(environment.get("TRACKER_RUNS_PER_SECOND") or RUNS_PER_SECOND),
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
