"""Simulate a process that ends between two system calls, and a power cut that loses what was not synced to the disk."""

import fcntl
import io
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import tracker.storage.folder.atomic_write

CALLS = {
    os: ("open", "close", "fsync", "replace", "pwrite", "ftruncate", "mkdir", "unlink", "chmod", "rename", "rmdir"),
    fcntl: ("flock",),
}
"""What a save asks of the system and what changes something there; writing goes through `tracker.storage.folder.atomic_write.open`."""
PATIENCE = 120
"""How many seconds one call of `deed` may take."""
Files = Mapping[str, bytes]
"""Path relative to a folder → bytes of the file."""


@dataclass(frozen=True)
class Call:
    """One system call: its name, and the paths of its files relative to the folder."""

    name: str
    files: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.name, *self.files))


def crashed(deed: Callable[[], object], at: int, root: Path) -> tuple[bool, list[Call]]:
    """Call `deed` in a process that ends just before its system call number `at`, counted from 1.

    No `finally` is run when it ends. Return (whether it ended so, and not because `deed` was done; the calls before
    that).
    """
    told, tell = os.pipe()
    if (child := os.fork()) == 0:
        signal.alarm(PATIENCE)
        code = 1
        try:
            _with_steps(_Ending(at, tell, root))
            deed()
            code = 0
        finally:
            os._exit(code)
    os.close(tell)
    with open(told) as lines:
        calls = [Call(name, tuple(files)) for name, *files in (line.rstrip("\n").split("\t") for line in lines)]
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9), f"the deed failed by itself before step {at}, after {calls[-1:]}"
    return code == 9, calls


class _Ending:
    """A function that is called before every system call. It writes the call to `tell`, or ends the process."""

    def __init__(self, at: int, tell: int, root: Path) -> None:
        self.left, self.tell, self.root, self.pid = at, tell, root, os.getpid()

    def __call__(self, name: str, *given: Any) -> None:
        if os.getpid() != self.pid:
            return  # the calls of its workers come in between in any order
        self.left -= 1
        if self.left == 0:
            os._exit(9)
        files = (os.readlink(f"/proc/self/fd/{one}") if isinstance(one, int) else one for one in given)
        line = "\t".join((name, *(os.path.relpath(one, self.root) for one in files)))
        os.write(self.tell, f"{line}\n".encode())


def _with_steps(step: Callable[..., None]) -> None:
    """From now on, call `step(name, *files)` before every system call of this process that is in CALLS."""

    def stepping(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*given: Any, **named: Any) -> Any:
            step(name, *given[: 2 if name == "replace" else 1])
            return real(*given, **named)

        return asked

    class Raw(io.FileIO):
        """A file that writes only half of the bytes the first time, as a system may."""

        halved = False

        def write(self, raw: Any) -> int:
            step("write", self.name)
            size = len(raw) if self.halved else len(raw) // 2
            self.halved = True
            return super().write(bytes(raw)[:size])

    def opened(path: Path, mode: str) -> Any:
        assert mode == "wb"
        step("open", path)
        return io.BufferedWriter(Raw(str(path), "w"))

    for module, names in CALLS.items():
        for name in names:
            setattr(module, name, stepping(name, getattr(module, name)))
    tracker.storage.folder.atomic_write.open = opened  # type: ignore[attr-defined]


def files(root: Path) -> dict[str, bytes]:
    """Return path → bytes of the YAML files below `root`."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("[!.]*.yaml"))}


def after_a_power_cut(calls: list[Call], before: Files, after: Files) -> Iterator[dict[str, bytes]]:
    """Yield every state in which a disk may be if the power fails after these calls, as path → bytes.

    An entry of a folder that was not synced may be there or not. A file that was replaced is empty if its bytes
    were not synced. `before` are the files before the calls, `after` those after the whole save.
    """
    kept, bytes_kept, folders = dict(before), set[str](), set[str]()
    old_folders = {".", *map(os.path.dirname, before)}
    # (folder, file, its bytes); a folder that was made is its own entry in the one around it
    waiting: list[tuple[str, str, bytes | None]] = []
    for call in calls:
        if call.name == "fsync" and call.files[0].endswith(".new"):
            bytes_kept.add(call.files[0])
        elif call.name == "fsync":
            sure = [one for one in waiting if one[0] == call.files[0]]
            waiting = [one for one in waiting if one not in sure]
            _put(kept, folders, sure)
        elif call.name == "replace" and call.files[1] in after:
            new, old = call.files
            waiting.append((os.path.dirname(old) or ".", old, after[old] if new in bytes_kept else b""))
        elif call.name == "mkdir" and call.files[0] not in old_folders:
            waiting.append((os.path.dirname(call.files[0]) or ".", call.files[0], None))
    made = {one[1] for one in waiting if one[2] is None} | folders
    for some in chain.from_iterable(combinations(waiting, n) for n in range(len(waiting) + 1)):
        found, there = dict(kept), set(folders)
        _put(found, there, some)
        yield {name: raw for name, raw in found.items() if os.path.dirname(name) not in made - there}


def _put(found: dict[str, bytes], folders: set[str], entries: Any) -> None:
    for _, name, raw in entries:
        if raw is None:
            folders.add(name)
        else:
            found[name] = raw
