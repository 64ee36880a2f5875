"""Drive a Firefox of the system by WebDriver BiDi, the protocol of the W3C: Playwright needs a Firefox of its own."""

import itertools
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from scripts.find_browser import find_other
from tests.support.server_process import free_port

PREFERENCES = """\
user_pref("javascript.enabled", {scripts});
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"""


class Firefox:
    """A tab. `scripts` says whether pages may run scripts; `evaluate` works without it too."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire, self._numbers = wire, itertools.count(1)
        self.requests: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["network.beforeRequestSent"])
        self._tab = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **params: Any) -> Any:
        """Send a command, and return its result."""
        number = next(self._numbers)
        self._wire.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            got = json.loads(self._wire.recv(60))
            if got.get("method") == "network.beforeRequestSent":
                self.requests.append(got["params"]["request"]["url"])
            elif got.get("id") == number:
                assert got["type"] == "success", got
                return got["result"]

    def open(self, url: str) -> None:
        self.ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression that is a text, a number, a truth value or null."""
        about = {"context": self._tab, "sandbox": "tests"}
        result = self.ask("script.evaluate", expression=expression, target=about, awaitPromise=True)
        assert result["type"] == "success", result
        return result["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Wait until the value of an expression is true."""
        until = time.monotonic() + 30
        while not self.evaluate(expression):
            assert time.monotonic() < until, expression
            time.sleep(0.05)

    def click(self, css: str) -> None:
        """Press the first element that fits, as a person does with the mouse."""
        self.evaluate(f"document.querySelector({json.dumps(css)}).scrollIntoView({{block: 'center'}}) ?? null")
        node = self.ask("browsingContext.locateNodes", context=self._tab, locator={"type": "css", "value": css})[
            "nodes"
        ][0]
        origin = {"type": "element", "element": {"sharedId": node["sharedId"]}}
        steps = [{"type": "pointerMove", "x": 0, "y": 0, "origin": origin}, {"type": "pointerDown", "button": 0}]
        pointer = {"type": "pointer", "id": "mouse", "actions": [*steps, {"type": "pointerUp", "button": 0}]}
        self.ask("input.performActions", context=self._tab, actions=[pointer])

    def back(self) -> None:
        self.ask("browsingContext.traverseHistory", context=self._tab, delta=-1)


@contextmanager
def firefox(*, scripts: bool = True) -> Iterator[Firefox]:
    """Give a tab of a new Firefox with an empty profile."""
    program, port = find_other("firefox-esr"), free_port()
    assert program, "the tests need Firefox: apt install firefox-esr"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        (Path(profile) / "user.js").write_text(PREFERENCES.format(scripts=str(scripts).lower()))
        command = [program, "--headless", "--no-remote", "--profile", profile, f"--remote-debugging-port={port}"]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            assert running.stderr
            for line in running.stderr:
                if re.search("WebDriver BiDi listening", line):
                    break
            with connect(f"ws://127.0.0.1:{port}/session", max_size=None, proxy=None, open_timeout=30) as wire:
                yield Firefox(wire)
        finally:
            running.terminate()
            running.wait(20)
