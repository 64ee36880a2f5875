"""Run a function in a process of its own, with limits for memory and time, so that no file stops the server.

`run_job` starts a process that runs this module, and sends it a job: a line of JSON and then bytes. The line has the
dotted name of a function in JOBS, its arguments and the limits. `answer_job` runs in the process, and answers in the
same form. The process can read only the program and write nothing, unless the limits allow it (see
`process_sandbox`).
"""

import json
import math
import os
import resource
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, ClassVar

from tracker.model.errors import UnusableFile
from tracker.sandbox.limits import KEEPING, Sentences
from tracker.sandbox.process_sandbox import PROGRAM, child_environment, enter_sandbox

JOBS = {
    "tracker.files.process.answer_preview",
    "tracker.files.process.answer_text",
    "tracker.files.process.answer_upload",
    "tracker.files.scan.find_in_pages",
    "tracker.files.word_templates.answer_template_text",
    "tracker.importing.documents.reader.answer_document",
    "tracker.importing.uploads.answer_table",
    "tracker.publishing.exports.data_package.answer_package",
    "tracker.publishing.submissions.template_filler.answer_template",
    "tracker.queries.search.file_text_reading.index_texts",
    "tracker.web.routes.render_large_file",
}
"""The functions that may be run. Each takes the bytes and the arguments of the job, and returns a `JobAnswer`."""
COMMAND = (sys.executable, "-m", "tracker.sandbox.host")
MAX_PROCESSES_WITH_FILES = 2
"""The largest number of files that are read at the same time. Some machines have only two cores."""
WALL_FACTOR = 3
"""The limit for the time on the clock of a process, as a multiple of its limit for processor time."""
TURN_SECONDS = 60.0
"""The longest wait for a turn. Ten files of the full size, each cleaned in about 10 seconds, need this long."""
MAX_WAITING_FILES = 20
"""The largest number of files that wait for a turn. Each is held in memory."""
ASK_SECONDS = 0.1
"""The time between two calls of `is_cancelled`."""
PRIORITY = 10
"""The niceness of the process, as for the command `nice`: the dashboard has priority over the process."""

IsCancelled = Callable[[], bool]
JobAnswer = tuple[dict[str, Any], bytes]
"""Values that JSON can hold, and bytes."""


def never() -> bool:
    """Return False, as an `is_cancelled` for work that nobody can cancel."""
    return False


class ProcessRefused(UnusableFile):
    """The process gave no answer. A subclass says why. `reason` is the name of its sentence in `Sentences`."""

    reason: ClassVar[str]

    def __init_subclass__(cls, reason: str) -> None:
        """Set the name of the sentence of a subclass."""
        cls.reason = reason


class ProcessBusy(ProcessRefused, reason="busy"):
    """Too many files waited for a turn already, or the wait for a turn was too long."""


class ProcessTooSlow(ProcessRefused, reason="too_slow"):
    """The process took too long, and was killed."""


class ProcessCancelled(ProcessRefused, reason="cancelled"):
    """A person cancelled the work. The process was killed, or did not start."""


class ProcessStopped(ProcessRefused, reason="stopped"):
    """The process ended without a complete answer, for example because it had too little memory."""


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What a process may use, and what it may reach besides the program.

    `seconds` is processor time, `wall_seconds` the time on the clock (0: WALL_FACTOR times `seconds`). `memory` and
    `written` (for each file) are in bytes. `writable` folders are also readable, and files in them may be removed.
    With `is_logged`, the error output goes to the log: use this only if no uploaded file is read.
    """

    seconds: float
    memory: int = resource.RLIM_INFINITY
    wall_seconds: float = 0
    written: int = 0
    readable: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    uses_database: bool = False
    is_logged: bool = False


class ProcessTurns:
    """Lets `most` processes run at the same time. At most `waiting` others wait for a turn, in order."""

    def __init__(self, most: int, waiting: int) -> None:
        self._free, self._most_waiting, self._changed = most, waiting, threading.Condition()
        self._waiting: deque[object] = deque()

    def take(self, is_cancelled: IsCancelled, seconds: float) -> None:
        """Wait at most `seconds` for a turn, which `give_back` ends. Raises ProcessBusy or ProcessCancelled."""
        turn, deadline = object(), time.monotonic() + seconds
        with self._changed:
            if len(self._waiting) - self._free >= self._most_waiting:
                raise ProcessBusy
            self._waiting.append(turn)
            try:
                while not (self._free and self._waiting[0] is turn):
                    self._changed.wait(ASK_SECONDS)
                    if is_cancelled():
                        raise ProcessCancelled
                    if time.monotonic() > deadline:
                        raise ProcessBusy
                self._free -= 1
            finally:
                self._waiting.remove(turn)
                self._changed.notify_all()

    def give_back(self) -> None:
        """End a turn, so that the process that has waited longest may run."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()


FILE_TURNS = ProcessTurns(MAX_PROCESSES_WITH_FILES, MAX_WAITING_FILES)


def run_job(
    function: str,
    values: Mapping[str, Any],
    data: bytes = b"",
    *,
    limits: JobLimits,
    sentences: Sentences = KEEPING,
    turns: ProcessTurns = FILE_TURNS,
    is_cancelled: IsCancelled = never,
) -> JobAnswer:
    """Return what `function`, one of JOBS, returns for `data` and `values` in a process of its own.

    Raises a ProcessRefused with one of the `sentences`, or the UnusableFile that the function raised.
    """
    job = json.dumps({"function": function, "values": values, "limits": asdict(limits)}).encode()
    try:
        printed = _run_process((job + b"\n", data), limits, turns, is_cancelled=is_cancelled)
        line, _, content = printed.partition(b"\n")
        answer = json.loads(line)
        if "message" in answer:
            raise UnusableFile(answer["message"], answer["values"])
        if len(content) != answer["size"]:
            raise ProcessStopped
    except ProcessRefused as refused:
        raise type(refused)(getattr(sentences, refused.reason)) from None
    except (ValueError, TypeError, LookupError):  # what it printed is no answer
        raise ProcessStopped(sentences.stopped) from None
    return answer["values"], content


def answer_job() -> None:
    """Read a job from standard input, do it within its limits, and write the answer to standard output."""
    job, out = json.loads(sys.stdin.buffer.readline()), sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    limit_process(JobLimits(**job["limits"]))
    with suppress(MemoryError, RecursionError):
        out.buffer.write(_format_answer(job["function"], job["values"]))
        out.flush()


def _format_answer(name: str, values: Mapping[str, Any]) -> bytes:
    """Do a job, and return the answer to print: a line of JSON, then bytes. An UnusableFile is an answer too."""
    if name not in JOBS:
        raise ValueError(f"{name} is not among the jobs")
    module, _, function = name.rpartition(".")
    try:
        # imported here: a job loads only the libraries that it needs
        found: JobAnswer = getattr(import_module(module), function)(sys.stdin.buffer.read(), **values)
        answer, content = {"values": found[0], "size": len(found[1])}, found[1]
    except UnusableFile as error:
        answer, content = {"message": error.message, "values": error.values}, b""
    return json.dumps(answer).encode() + b"\n" + content


def limit_process(limits: JobLimits) -> None:
    """Limit this process, lower its priority, and enter the sandbox. Call this before a file is read."""
    seconds = math.ceil(limits.seconds)
    os.nice(PRIORITY)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.written, limits.written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    enter_sandbox(map(Path, limits.readable), map(Path, limits.writable), sockets=limits.uses_database)


def _run_process(
    sent: tuple[bytes, ...], limits: JobLimits, turns: ProcessTurns, *, is_cancelled: IsCancelled
) -> bytes:
    """Wait for a turn, and return what the process prints. The output is incomplete if the process ended early."""
    turns.take(is_cancelled, TURN_SECONDS)
    try:
        with subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if limits.is_logged else subprocess.DEVNULL,
            env=child_environment(for_database=limits.uses_database),
            cwd=PROGRAM.parent,
            # Ctrl+C in a terminal reaches this process only, which ends the other one
            start_new_session=True,
        ) as process:
            try:
                assert process.stdin
                # `communicate` forgets the rest of its input when it is called again after a timeout, so a thread sends it
                threading.Thread(target=_send_job, args=(process.stdin, sent), daemon=True).start()
                process.stdin = None
                deadline = time.monotonic() + (limits.wall_seconds or WALL_FACTOR * limits.seconds)
                while True:
                    with suppress(subprocess.TimeoutExpired):
                        return process.communicate(timeout=ASK_SECONDS)[0]
                    if is_cancelled():
                        raise ProcessCancelled
                    if time.monotonic() > deadline:
                        raise ProcessTooSlow
            finally:
                process.kill()
    finally:
        turns.give_back()


def _send_job(entry: IO[bytes], sent: tuple[bytes, ...]) -> None:
    """Write the job to the standard input of the process, and close it."""
    # the process may end before it has read everything
    with suppress(OSError), entry:
        # in parts, because joined they would be in memory a second time
        for part in sent:
            entry.write(part)


if __name__ == "__main__":
    answer_job()
