"""Run a module of ours in a process of its own, with limits for memory and time, so that no file can take the server down.

The process gets a job and a file through a pipe, and answers through a pipe. Nothing is written to disk, and nothing but
the program can be read (see `process_sandbox`).
"""

import os
import resource
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from tracker.sandbox.process_sandbox import PROGRAM, child_environment, enter_sandbox

MAX_PROCESSES_WITH_FILES = 2
"""How many files are read at the same time. Some machines have only two cores."""
WALL_FACTOR = 3
"""How many times its processor time a process may take while others use the processor."""
TURN_SECONDS = 60.0
"""How long a file waits for its turn. Ten files of the full size, each cleaned in about 10 seconds, need this long."""
MAX_WAITING_FILES = 20
"""How many files wait for their turn at most. Each is held in memory."""
ASK_SECONDS = 0.1
"""How often it is asked whether the work was cancelled."""
FILE_PRIORITY = 10
"""The niceness of the process, as for the command `nice`: the dashboard has priority over the process."""


class ProcessRefused(Exception):
    """The process did not answer. The subclass says why; the caller has the sentence for the user."""


class ProcessBusy(ProcessRefused):
    """Other files are read now, and the wait for a turn was too long, or too many files wait."""


class ProcessTooSlow(ProcessRefused):
    """The process was ended because it took too long."""


class ProcessCancelled(ProcessRefused):
    """A person cancelled the work, and the process was ended."""


class ProcessTurns:
    """Lets `most` processes run at the same time. At most `waiting` others wait, and the one that came first is next."""

    def __init__(self, most: int, waiting: int) -> None:
        self._free, self._most_waiting, self._lock = most, waiting, threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    def take(self, is_cancelled: Callable[[], bool], seconds: float) -> None:
        """Wait for a turn, at most `seconds`. Raises ProcessBusy or ProcessCancelled."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            if len(self._waiting) >= self._most_waiting:
                raise ProcessBusy
            turn = threading.Event()
            self._waiting.append(turn)
        deadline = time.monotonic() + seconds
        try:
            while not turn.wait(ASK_SECONDS):
                if is_cancelled():
                    raise ProcessCancelled
                if time.monotonic() > deadline:
                    raise ProcessBusy
        except BaseException:
            self._leave(turn)
            raise

    def give_back(self) -> None:
        """End a turn, so that the process that waits longest may run."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def _leave(self, turn: threading.Event) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self.give_back()  # the turn came at the same moment


_turns = ProcessTurns(MAX_PROCESSES_WITH_FILES, MAX_WAITING_FILES)


def run_limited(
    module: str, sent: tuple[bytes, ...], seconds: float, *, is_cancelled: Callable[[], bool] = lambda: False
) -> bytes:
    """Run `python -m module` with the parts of `sent` as its standard input, and return what it prints.

    What is printed is empty or incomplete if the process ended early, for example for lack of memory. `seconds` is its
    processor time. `is_cancelled` is asked ten times a second. The module must call `limit_process` first.

    Raises ProcessBusy, ProcessTooSlow or ProcessCancelled.
    """
    _turns.take(is_cancelled, TURN_SECONDS)
    try:
        with subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            cwd=PROGRAM.parent,
            # Ctrl+C in a terminal reaches this process only, which ends the other one
            start_new_session=True,
        ) as process:
            try:
                return _communicate(process, sent, WALL_FACTOR * seconds, is_cancelled=is_cancelled)
            finally:
                process.kill()
    finally:
        _turns.give_back()


def limit_process(
    memory: int, seconds: int, written: int = 0, *, readable: Iterable[Path] = (), writable: Iterable[Path] = ()
) -> None:
    """Limit the memory and the processor time of this process, and what it can reach. Call it before a file is read.

    `memory`, and `written` for each file that it writes, are in bytes. Besides the program it can read only `readable`,
    and write only into the folders `writable`.
    """
    os.nice(FILE_PRIORITY)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    enter_sandbox(readable, writable)


def _communicate(
    process: "subprocess.Popen[bytes]", sent: tuple[bytes, ...], seconds: float, *, is_cancelled: Callable[[], bool]
) -> bytes:
    # `communicate` forgets the rest of its input when it is called again after a timeout, so a thread sends it
    entry, process.stdin = process.stdin, None
    if entry is not None:
        threading.Thread(target=_send, args=(entry, sent), daemon=True).start()
    deadline = time.monotonic() + seconds
    while True:
        try:
            return process.communicate(timeout=ASK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            if is_cancelled():
                raise ProcessCancelled from None
            if time.monotonic() > deadline:
                raise ProcessTooSlow from None


def _send(entry: IO[bytes], sent: tuple[bytes, ...]) -> None:
    # the process may end before it has read everything
    with suppress(OSError):
        try:
            # in parts, because joined they would be in memory a second time
            for part in sent:
                entry.write(part)
        finally:
            entry.close()
