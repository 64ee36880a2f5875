"""Start dashboards by forking a process that has imported everything: 0.3 s of CPU time each instead of 1.7.

If this file is run as a module, it is that process: it reads a line of JSON for each dashboard to start, and
answers with its process id.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


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


def fork_server(command: list[str], environment: dict[str, str], log: Path) -> ForkedProcess:
    """Start `streamlit run` with these arguments and this environment. Its output is added to the file `log`."""
    parent = _parent()
    assert parent.stdin and parent.stdout
    parent.stdin.write(json.dumps([command, environment, str(log)]) + "\n")
    parent.stdin.flush()
    return ForkedProcess(int(parent.stdout.readline()))


@cache
def _parent() -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.support.server_forks"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "STREAMLIT_"))}
    parent = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(parent.kill)
    return parent


def _serve() -> None:
    import streamlit.web.cli
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
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children disappear by themselves
    for line in sys.stdin:
        command, environment, log = json.loads(line)
        if pid := os.fork():
            print(pid, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.environ.clear()
        os.environ.update(environment)
        streamlit.web.cli.main(["run", *command], prog_name="streamlit")


if __name__ == "__main__":
    _serve()
