"""Settings from the environment: folders and the public address."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """The data folder, the state folder (keys, accounts), the public address ("" if there is none) and the private folder."""

    data: Path
    state: Path
    public_url: str = ""
    private: Path | None = None


def load_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings from TRACKER_DATA, TRACKER_STATE, TRACKER_PUBLIC_URL and TRACKER_PRIVATE, or their defaults."""
    home = Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return Config(
        data=Path(environment.get("TRACKER_DATA") or "data"),
        state=Path(environment.get("TRACKER_STATE") or home / "recommendation-tracker"),
        public_url=environment.get("TRACKER_PUBLIC_URL", "").rstrip("/"),
        private=Path(private) if (private := environment.get("TRACKER_PRIVATE")) else None,
    )


def is_loopback(host: str | None) -> bool:
    """Return whether a host name or IP address is this machine's loopback address."""
    name = (host or "").strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
