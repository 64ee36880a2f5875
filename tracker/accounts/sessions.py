"""Find the person who sends a request, from the session cookie of the request."""

from collections.abc import Mapping
from datetime import UTC, datetime

from tracker.accounts.accounts import person_from_cookie
from tracker.accounts.accounts_file import accounts_file
from tracker.config import Config
from tracker.model.errors import StateUnavailable
from tracker.model.permissions import READER, Person


def cookie_name(public_url: str, port: int) -> str:
    """Return the name of the session cookie.

    It contains the port: browsers send the same cookies to all ports of a host.
    """
    # browsers accept __Host- only over https and from the host itself, so no other subdomain can set it
    return "__Host-tracker" if public_url.startswith("https://") else f"tracker-{port}"


def person_from_cookies(cookies: Mapping[str, str], name: str, config: Config) -> Person:
    """Return the person who has the session cookie `name` in `cookies`.

    Return a reader if there is no valid session.
    """
    token = cookies.get(name)
    if not token:
        return READER
    try:
        return person_from_cookie(accounts_file(config).read(), token, datetime.now(UTC))
    except StateUnavailable:
        return READER
