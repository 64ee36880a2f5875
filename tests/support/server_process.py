"""Run the real dashboard in a process of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page

from tests.support.forks import ForkedProcess, fork_server
from tracker.accounts.accounts import Account, issue_session
from tracker.accounts.accounts_file import AccountsFile, cookie_name
from tracker.model.permissions import Role

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60
"""Seconds that a dashboard may take to answer for the first time, on a slow machine."""


class NoAnswer(Exception):
    """The dashboard did not start, or took too long to. The message has its output."""


@dataclass
class Server:
    """A dashboard with a folder of its own. After `stop`, `start` starts it again at the same address.

    In a `with` statement it runs from the beginning to the end.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    script: Path = Path("app.py")
    plain: bool = False
    """Whether it is started with uvicorn, which logs each request, and not with `streamlit run`."""
    forked: bool = False
    """Whether it is forked from a process that has imported everything. This saves a second."""
    process: subprocess.Popen[bytes] | ForkedProcess | None = None
    command_prefix = ()
    """The beginning of the command, such as a shell that sets limits."""

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data, self.state, self.log = (self.folder / name for name in ("data", "state", "server.log"))

    def start(self) -> None:
        """Start the dashboard and wait until it answers. Raises NoAnswer."""
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "STREAMLIT_"))}
        ours = {"TRACKER_DATA": str(self.data), "TRACKER_STATE": str(self.state), "STREAMLIT_SERVER_HEADLESS": "true"}
        where = ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        command = [sys.executable, "-m", "streamlit", "run", str(self.script), *where]
        if self.plain:
            command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(self.port)]
        environment = theirs | ours | self.settings
        if self.forked:
            self.process = fork_server([str(self.script), *where], environment, self.log)
        else:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [*self.command_prefix, *command],
                    cwd=ROOT,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
        deadline = time.monotonic() + PATIENCE
        while not (answers(f"{self.url}/livez") or answers(f"{self.url}/_stcore/health")):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NoAnswer(f"the dashboard does not answer; it printed:\n{self.log.read_text()}")
            time.sleep(0.05)

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def cookie(
        self, handle: str = "editor-x1", role: Role = Role.EDITOR, *, organisation: str = "editors"
    ) -> tuple[str, str]:
        """Return (name, value) of the cookie of a person who is signed in. If there is no such account, make it."""
        people, account = AccountsFile(self.state), Account(handle, role, organisation=organisation)
        people.update(lambda now: (now if now.find(handle) else now.with_account(account), None))
        one = people.read().find(handle)
        assert one is not None
        # uvicorn alone knows no variables of Streamlit: its port is the usual one then
        name = cookie_name(self.settings.get("TRACKER_PUBLIC_URL", ""), 8501 if self.plain else self.port)
        return name, issue_session(people.read(), one, datetime.now(UTC))

    def signed_in(
        self, page: Page, handle: str = "editor-x1", role: Role = Role.EDITOR, *, organisation: str = "editors"
    ) -> Page:
        """Add to a browser page the cookie of a person who is signed in. Return the page."""
        name, value = self.cookie(handle, role, organisation=organisation)
        page.context.add_cookies([{"name": name, "value": value, "url": self.url}])
        return page

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
