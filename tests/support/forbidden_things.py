"""Try what a process in the sandbox must not do, and print what the kernel answers. `run_job` runs this as a job."""

import ctypes
import errno
import os
import resource
import socket
import sys
import threading
from collections.abc import Callable

from tracker.sandbox import host

libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: int | ctypes.c_long) -> None:
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def syscall(number: int, *arguments: int) -> None:
    call("syscall", *map(ctypes.c_long, (number, *arguments)))


def tries(secret: str, folder: str, parent: int) -> dict[str, Callable[[], object]]:
    """Return name of a forbidden action → function that tries it."""
    new = f"{folder}/new"
    return {
        "read the key": lambda: os.open(secret, os.O_RDONLY),
        "read the parent's environment": lambda: os.open(f"/proc/{parent}/environ", os.O_RDONLY),
        "read own environment": lambda: os.open("/proc/self/environ", os.O_RDONLY),
        "list a folder": lambda: os.listdir(folder),
        "write over the key": lambda: os.open(secret, os.O_WRONLY | os.O_TRUNC),
        "write a file": lambda: os.open(new, os.O_WRONLY | os.O_CREAT),
        "remove the key": lambda: os.unlink(secret),
        "link to the key": lambda: os.link(secret, new),
        "link by name": lambda: os.symlink(secret, new),
        "open the key to all": lambda: os.chmod(secret, 0o777),
        "change the time of the key": lambda: os.utime(secret),
        "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX),
        "open a pair of sockets": socket.socketpair,
        "fork": os.fork,
        "spawn": lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
        "become another program": lambda: os.execv("/bin/true", ["true"]),
        "end the parent": lambda: os.kill(parent, 0),
        "limit the parent": lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE),
        "slow the parent": lambda: os.setpriority(os.PRIO_PROCESS, parent, 19),
        "trace the parent": lambda: call("ptrace", 16, parent, 0, 0),
        "read the parent's memory": lambda: call("process_vm_readv", parent, 0, 0, 0, 0, 0),
        "hold the parent": lambda: os.pidfd_open(parent),
        "open by a handle": lambda: call("open_by_handle_at", 0, 0, 0),
        "new namespaces": lambda: call("unshare", 0x10000000),
        "ring": lambda: syscall(425, 8, 0),
        "clone3": lambda: syscall(435, 0, 0),
        "a call that is new": lambda: syscall(462, 0, 0, 0),
    }


def try_all(_data: bytes, secret: str, folder: str, parent: int) -> host.JobAnswer:
    found: dict[str, object] = {}
    for name, attempt in tries(secret, folder, parent).items():
        try:
            attempt()
            found[name] = "done"
        except OSError as error:
            found[name] = errno.errorcode.get(error.errno or 0, str(error))
    threads: list[str] = []
    thread = threading.Thread(target=threads.append, args=("ran",))
    thread.start()
    thread.join()
    found["thread"] = threads[0]
    found["environment"] = sorted(os.environ)
    return found, b""


if __name__ == "__main__":
    sys.modules["tests.support.forbidden_things"] = sys.modules[__name__]  # the file cannot be read any more
    host.JOBS.add("tests.support.forbidden_things.try_all")
    host.answer_job()
