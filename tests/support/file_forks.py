"""Read and clean files in forks of a process that has imported everything: 0.02 s of CPU each instead of 0.1 to 0.5.

If this file is run as a module, it is that process. The tests in `tests/files` that are about processes use real
ones.
"""

import atexit
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
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


class ForkedJob:
    """Takes the place of `subprocess.Popen` in `sandbox.host`, which needs only a part of it."""

    def __init__(self, _command: object, **_: Any) -> None:
        entry, self.stdin = _pipe("wb")
        self._printed, exit = _pipe("rb")
        with _asking:
            line = _parent()
            socket.send_fds(line, [b"job"], [entry, exit])
            os.close(entry)
            os.close(exit)
            self._pid = int(line.recv(20))
        self._out = b""

    def __enter__(self) -> "ForkedJob":
        return self

    def __exit__(self, *_: object) -> None:
        self._printed.close()
        if self.stdin:
            self.stdin.close()

    def kill(self) -> None:
        """End the process, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

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


def _pipe(mode: str) -> tuple[Any, Any]:
    """Return the two ends of a pipe, first the one to read. The end for `mode` is a file, the other a descriptor."""
    read, write = os.pipe()
    if mode == "wb":
        writing: IO[bytes] = os.fdopen(write, "wb", 0)
        return read, writing
    reading: IO[bytes] = os.fdopen(read, "rb", 0)
    return reading, write


@cache
def _parent() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.support.file_forks", str(theirs.fileno())]
    parent = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    theirs.close()
    atexit.register(parent.kill)
    return ours


def _serve(line: socket.socket) -> None:
    from tracker.safety.patterns import compile_rules
    from tracker.sandbox.host import JOBS, answer_job

    for module in (*(job.rpartition(".")[0] for job in JOBS if "web" not in job), *LOADED):
        import_module(module)
    compile_rules(None)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children disappear by themselves
    while True:
        asked, fds, _, _ = socket.recv_fds(line, 100, 2)
        if not asked:
            return
        if pid := os.fork():
            for fd in fds:
                os.close(fd)
            line.send(str(pid).encode())
            continue
        line.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(fds[0], 0)
        os.dup2(fds[1], 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for fd in fds:
            os.close(fd)
        sys.stdin, sys.stdout = os.fdopen(0, "r"), os.fdopen(1, "w")
        try:
            answer_job()
        finally:
            os._exit(0)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
