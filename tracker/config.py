"""Where things are: the settings that come from the environment."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """The data folder, the folder for keys and sign-in state, the public address (empty when there is none), the private folder."""

    data: Path
    state: Path
    public_url: str = ""
    private: Path | None = None


def load_config(environment: Mapping[str, str] = os.environ) -> Config:
    """The places that TRACKER_DATA, TRACKER_STATE, TRACKER_PUBLIC_URL and TRACKER_PRIVATE name, or their defaults."""
    home = Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return Config(
        Path(environment.get("TRACKER_DATA") or "data"),
        Path(environment.get("TRACKER_STATE") or home / "recommendation-tracker"),
        environment.get("TRACKER_PUBLIC_URL", "").rstrip("/"),
        Path(private) if (private := environment.get("TRACKER_PRIVATE")) else None,
    )


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own."""
    name = (host or "").strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
