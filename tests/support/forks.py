"""Fork processes of one that has imported everything: a job with a file for 0.02 s of CPU, a dashboard for 0.3 s.

If this file is run as a module, it is that process, for "jobs" or for "dashboards". The tests in `tests/files` that are
about processes use real ones.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent.parent
LOADED = (
    *(f"tracker.files.{name}" for name in ("process", "cleaners.docx", "cleaners.odt", "cleaners.pdf")),
    "tracker.importing.documents.reader",
)
_asking = threading.Lock()


class ForkedProcess:
    """A dashboard that was started. It does what the tests need of `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return 0 if the process has ended, else None."""
        return None if Path(f"/proc/{self.pid}").exists() else 0

    def wait(self, seconds: float = 60) -> int:
        """Wait until the process has ended. Raises subprocess.TimeoutExpired after so many seconds."""
        deadline = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("forked dashboard", seconds)
            time.sleep(0.01)
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)


class ForkedJob(ForkedProcess):
    """Takes the place of `subprocess.Popen` in `sandbox.host`, which needs only a part of it."""

    def __init__(self, _command: object, **_: Any) -> None:
        (entry, given), (printed, exit) = os.pipe(), os.pipe()
        self.stdin: IO[bytes] | None = os.fdopen(given, "wb", 0)
        self._printed = os.fdopen(printed, "rb", 0)
        super().__init__(_fork("jobs", [entry, exit]))
        self._out = b""

    def __enter__(self) -> "ForkedJob":
        return self

    def __exit__(self, *_: object) -> None:
        self._printed.close()
        if self.stdin:
            self.stdin.close()

    def communicate(self, timeout: float) -> tuple[bytes, None]:
        """Wait for the process and return (its output, None). Raises TimeoutExpired; it may be called again then."""
        deadline = time.monotonic() + timeout
        while True:
            ready, _, _ = select.select([self._printed], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise subprocess.TimeoutExpired("forked job", timeout)
            if not (part := os.read(self._printed.fileno(), 1 << 20)):
                return self._out, None
            self._out += part


class ForkingSubprocess:
    """Takes the place of the module `subprocess` in `sandbox.host`."""

    Popen = ForkedJob
    PIPE, DEVNULL, TimeoutExpired = subprocess.PIPE, subprocess.DEVNULL, subprocess.TimeoutExpired


def fork_server(command: list[str], environment: dict[str, str], log: Path) -> ForkedProcess:
    """Start `streamlit run` with these arguments and this environment. Its output is added to the file `log`."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    return ForkedProcess(_fork("dashboards", [os.open(os.devnull, os.O_RDONLY), output], command, environment))


def _fork(kind: str, inputs: list[int], *told: object) -> int:
    """Return the id of a new process with these two descriptors, which are closed here, as its input and output."""
    with _asking:
        line = _parent(kind)
        socket.send_fds(line, [json.dumps(told).encode()], inputs)
        for one in inputs:
            os.close(one)
        return int(line.recv(20))


@cache
def _parent(kind: str) -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.support.forks", kind, str(theirs.fileno())]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "STREAMLIT_"))}
    parent = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    theirs.close()
    atexit.register(parent.kill)
    return ours


def _load_for_jobs() -> None:
    from tracker.safety.patterns import compile_rules
    from tracker.sandbox.host import JOBS

    for module in (*(job.rpartition(".")[0] for job in JOBS if "web" not in job), *LOADED):
        import_module(module)
    compile_rules(None)


def _load_for_dashboards() -> None:
    import streamlit.web.cli  # noqa: F401
    from streamlit.components.v2 import manifest_scanner

    from tracker.publishing.render_context import compile_templates
    from tracker.storage.dataset_reader import DatasetReader
    from tracker.validation.check import find_problems

    for folder in ("pages/shared", "pages/forms", "tracker"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.stem != "__main__":
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    compile_templates("")
    # each dashboard would read the metadata of all installed packages
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
    manifest_scanner.scan_component_manifests()
    # the safety check compiles its patterns and reads the dictionaries at first use
    find_problems(DatasetReader(ROOT / "data").read())


def _be_a_job() -> None:
    from tracker.sandbox.host import answer_job

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdin, sys.stdout = os.fdopen(0, "r"), os.fdopen(1, "w")
    try:
        answer_job()
    finally:
        os._exit(0)


def _be_a_dashboard(command: list[str], environment: dict[str, str]) -> None:
    import streamlit.web.cli

    os.dup2(1, 2)
    os.environ.clear()
    os.environ.update(environment)
    streamlit.web.cli.main(["run", *command], prog_name="streamlit")


KINDS: dict[str, tuple[Callable[[], None], Callable[..., None]]] = {
    "jobs": (_load_for_jobs, _be_a_job),
    "dashboards": (_load_for_dashboards, _be_a_dashboard),
}


def _serve(kind: str, line: socket.socket) -> None:
    load, be = KINDS[kind]
    load()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children disappear by themselves
    while True:
        told, inputs, _, _ = socket.recv_fds(line, 1 << 20, 2)
        if not told:
            return
        if pid := os.fork():
            line.send(str(pid).encode())
        else:
            line.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for number, one in enumerate(inputs):
                os.dup2(one, number)
        for one in inputs:
            os.close(one)
        if not pid:
            be(*json.loads(told))


if __name__ == "__main__":
    _serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
