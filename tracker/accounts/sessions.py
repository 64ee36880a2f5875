"""Who sends a request: the session cookie."""

from collections.abc import Mapping
from datetime import UTC, datetime

from tracker.accounts.accounts import person_from_cookie
from tracker.accounts.accounts_file import accounts_file
from tracker.config import Config
from tracker.model.errors import StateUnavailable
from tracker.model.permissions import READER, Person


def cookie_name(public_url: str, port: int) -> str:
    """What the cookie of a session is called. Browsers share the cookies of one machine among its ports."""
    # a browser takes __Host- only over https, for this very host, so that no neighbour can put one there
    return "__Host-tracker" if public_url.startswith("https://") else f"tracker-{port}"


def person_from_cookies(cookies: Mapping[str, str], name: str, places: Config) -> Person:
    """Who shows these cookies, as of now: the people file is asked each time. A reader when nothing says more."""
    try:
        return person_from_cookie(accounts_file(places).read(), cookies.get(name, ""), datetime.now(UTC))
    except StateUnavailable:
        return READER
