"""Send requests to the running dashboard: one-time links and forms. Find out whether an editor is signed in there."""

import http.client
from datetime import UTC, datetime
from urllib.parse import urlencode

from tests.support.server_process import Server
from tests.support.websocket_client import ask
from tracker.accounts.accounts import create_invite
from tracker.accounts.accounts_file import AccountsFile
from tracker.model.permissions import Role

RECORD = "Record an assessment"
PATIENCE = 50
"""Seconds for an answer: less than MAX_STALLED_SECONDS, so who has to wait until slow readers are ended gets nothing."""
PAGE = "/recommendation?id=ngo-2024-r8&lang=en"


def fetch(
    app: Server, path: str, method: str = "GET", *, body: str | None = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Return (status, headers, body) of the server's answer. A redirect is not followed."""
    wire = http.client.HTTPConnection("127.0.0.1", app.port, timeout=PATIENCE)
    wire.request(method, path, body, headers)
    got = wire.getresponse()
    answer = got.status, got.headers, got.read()
    wire.close()
    return answer


def say(
    app: Server, method: str, path: str, form: dict[str, str] | None = None, /, **headers: str
) -> tuple[int, http.client.HTTPMessage, str]:
    """Return (status, headers, text) of the answer to a form, sent as from the server's own page."""
    theirs = {"Origin": app.url, "Content-Type": "application/x-www-form-urlencoded", **headers}
    status, got, body = fetch(app, path, method, body=urlencode(form) if form else None, **theirs)
    return status, got, body.decode(errors="replace")


def link(app: Server, handle: str = "editor-x1", days: int = 7, at: datetime | None = None) -> str:
    """Return the token of a new one-time link for an editor."""
    now = at or datetime.now(UTC)
    return AccountsFile(app.state).update(
        lambda p: create_invite(
            p, handle, Role.EDITOR, at=now, days=days, again=True, organisation="editors", lift_revocation=True
        )
    )


def is_editors(app: Server, **headers: str) -> bool:
    return RECORD in "".join(ask(app.url + PAGE, **headers).html)
