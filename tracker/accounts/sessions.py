"""Find out from the session cookie which person sends a request."""

from collections.abc import Mapping
from datetime import UTC, datetime

from tracker.accounts.accounts import person_from_cookie
from tracker.accounts.accounts_file import accounts_file
from tracker.config import Config
from tracker.model.errors import StateUnavailable
from tracker.model.permissions import READER, Person


def cookie_name(public_url: str, port: int) -> str:
    """Return the name of the session cookie. It contains the port, because browsers share cookies between ports of a host."""
    # browsers accept __Host- only over https and from the host itself, so no other subdomain can set it
    return "__Host-tracker" if public_url.startswith("https://") else f"tracker-{port}"


def person_from_cookies(cookies: Mapping[str, str], name: str, config: Config) -> Person:
    """Return the person to whom the session cookie belongs now. If this cannot be found out, return a reader."""
    try:
        return person_from_cookie(accounts_file(config).read(), cookies.get(name, ""), datetime.now(UTC))
    except StateUnavailable:
        return READER
