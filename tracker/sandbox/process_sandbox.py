"""Take from a process the rights that it does not need: sockets, other processes, and foreign files.

A process that reads a file of unknown origin enters the sandbox before it reads a byte of the file, so that an error
in a library does not give access to passwords, keys, private files or the network. The kernel enforces the limits
(seccomp and Landlock of Linux), and nothing in the process can lift them. `missing_protection` says what this kernel
cannot do.
"""

import ctypes
import errno
import mimetypes
import os
import platform
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

PROGRAM = Path(__file__).parent.parent
SYSTEM_FILES = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/ssl/openssl.cnf"),
    *("/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts", *mimetypes.knownfiles),
)
"""Files and folders that libraries outside of Python read, such as fonts. None of them is secret."""
KEPT_VARIABLES = ("PYTHONPATH", "LD_LIBRARY_PATH")
"""The environment variables without which Python might not find its libraries."""
CONNECTION_VARIABLES = ("PG", "SSL_CERT_", "HOME")
"""The prefixes of the variables that tell how to connect to a database and where its certificates are."""

NO_LANDLOCK = "it can read and change every file that the dashboard can (the kernel has no Landlock)"
NO_SECCOMP = "it can open connections and start processes (there is no seccomp filter for this machine)"

_SYSCALLS = """
socket 41 198, socketpair 53 199
fork 57 -, vfork 58 -, execve 59 221, execveat 322 281
ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440 440, process_mrelease 448 448
kill 62 129, tkill 200 130, rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240, kcmp 312 272, get_robust_list 274 100
pidfd_open 434 434, pidfd_getfd 438 438, pidfd_send_signal 424 424, migrate_pages 256 238, move_pages 279 239
setpriority 141 140, ioprio_set 251 30, sched_setaffinity 203 122, sched_setparam 142 118, sched_setscheduler 144 119
sched_setattr 314 274, open_by_handle_at 304 265, name_to_handle_at 303 264, truncate 76 45, mknod 133 -, mknodat 259 33
chmod 90 -, fchmodat 268 53, chown 92 -, lchown 94 -, fchownat 260 54, utime 132 -, utimes 235 -, futimesat 261 -
utimensat 280 88, setxattr 188 5, lsetxattr 189 6, removexattr 197 14, lremovexattr 198 15, chroot 161 51
mount 165 40, umount2 166 39, pivot_root 155 41, mount_setattr 442 442, move_mount 429 429, open_tree 428 428
fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433, unshare 272 97, setns 308 268, bpf 321 280
io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427, perf_event_open 298 241, userfaultfd 323 282
fanotify_init 300 262, add_key 248 217, request_key 249 218, keyctl 250 219
shmget 29 194, shmat 30 196, shmctl 31 195, msgget 68 186, msgsnd 69 189, msgrcv 70 188, msgctl 71 187
semget 64 190, semop 65 193, semtimedop 220 192, semctl 66 191, mq_open 240 180, mq_unlink 241 181
"""
"""The system calls that are refused, each with its numbers for x86_64 and aarch64 ("-" for none).

Some bypass Landlock or every filter (io_uring); others reach the dashboard, which runs as the same user.
"""
_SOCKETS = ("socket", "socketpair")
_LAST_KNOWN = 451
"""The number of `cachestat`, the newest system call that was checked. In the sandbox, newer ones fail with ENOSYS."""
_CLONE3 = 435
_MACHINES = {"x86_64": (1, 0xC000003E, 56, 234, 302, 317), "aarch64": (2, 0xC00000B7, 220, 131, 261, 277)}
"""Machine → column in _SYSCALLS, its name for seccomp, and the numbers of clone, tgkill, prlimit64 and seccomp."""

# from the headers linux/prctl.h, linux/seccomp.h, linux/bpf_common.h, sched.h and linux/landlock.h
_SET_DUMPABLE, _GET_SECCOMP, _SET_NO_NEW_PRIVS = 4, 21, 38
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _IF_EQUAL, _IF_GREATER, _IF_SET, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_SYSCALL_AT, _MACHINE_AT, _ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD = 0x10000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_WRITE, _READ, _LIST, _REMOVE, _MAKE, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8, 1 << 14
_OF_FILES = _READ | _WRITE | _TRUNCATE


def child_environment(*, for_database: bool = False) -> dict[str, str]:
    """Return the environment for a process in the sandbox: how to find libraries and, if wanted, the database."""
    starts = CONNECTION_VARIABLES if for_database else ()
    return {name: value for name, value in os.environ.items() if name in KEPT_VARIABLES or name.startswith(starts)}


def hide_memory() -> None:
    """On Linux, hide this process's memory and environment, which can contain passwords, from other processes of its user."""
    if sys.platform == "linux":
        _libc().prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def missing_protection() -> list[str]:
    """Return a phrase for each thing that the sandbox cannot forbid on this machine, none if it forbids everything."""
    return ([] if _landlock_version() else [NO_LANDLOCK]) + ([] if _has_seccomp() else [NO_SECCOMP])


def enter_sandbox(readable: Iterable[Path] = (), writable: Iterable[Path] = (), *, sockets: bool = False) -> None:
    """Limit this process to computing, reading Python and this program, and using what is already open.

    It may also read `readable`, read and change files in `writable` and, with `sockets`, open connections. Call
    this before the first thread starts. What the kernel cannot enforce stays allowed (see `missing_protection`).
    Raises OSError if the kernel can enforce a limit, but refuses to.
    """
    if _landlock_version() or _has_seccomp():
        _raise_if_failed(_libc().prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    if version := _landlock_version():
        _limit_files(version, readable, writable, sockets=sockets)
    if _has_seccomp():
        code = b"".join(struct.pack("<HBBI", *line) for line in _filter_instructions(sockets=sockets))
        lines = ctypes.create_string_buffer(code)
        program = struct.pack("@HP", len(code) // 8, ctypes.addressof(lines))
        # for all threads of the process
        _raise_if_failed(_syscall(_MACHINES[platform.machine()][-1], (1, 1, program)))


def _limit_files(version: int, readable: Iterable[Path], writable: Iterable[Path], *, sockets: bool) -> None:
    """Let Landlock refuse all files but these and Python's. From its version 4, also TCP (unless `sockets`); from 6, signals."""
    handled = (1 << 13) - 1 | (version >= 2) << 13 | (version >= 3) << 14 | (version >= 5) << 15
    ruleset = struct.pack("<QQQ", handled, 3 if version >= 4 and not sockets else 0, 3 if version >= 6 else 0)
    rules = _raise_if_failed(_syscall(_CREATE_RULESET, (ruleset, len(ruleset), 0)))
    python = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    for path in (*map(Path, python), PROGRAM, *map(Path, SYSTEM_FILES), *readable):
        _allow_path(rules, path, _READ | _LIST)
    for path in writable:
        _allow_path(rules, path, (_READ | _LIST | _WRITE | _REMOVE | _MAKE | _TRUNCATE) & handled)
    _raise_if_failed(_syscall(_RESTRICT_SELF, (rules, 0)))
    os.close(rules)


def _allow_path(rules: int, path: Path, rights: int) -> None:
    """Add a rule that allows `rights` on a file, or on all files in a folder. Skip a path that does not exist."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there cannot be read
    try:
        rule = struct.pack("<Qi", rights if path.is_dir() else rights & _OF_FILES, place)
        _raise_if_failed(_syscall(_ADD_RULE, (rules, 1, rule, 0)))
    finally:
        os.close(place)


def _filter_instructions(*, sockets: bool) -> Iterator[tuple[int, int, int, int]]:
    """Yield the instructions of the filter: operation, lines to skip if true and if false, value."""
    column, machine, clone, tgkill, prlimit, _ = _MACHINES[platform.machine()]
    rows = [entry.split() for line in _SYSCALLS.split("\n") for entry in line.split(",") if entry]
    refused = [int(row[column]) for row in rows if row[column] != "-" and not (sockets and row[0] in _SOCKETS)]
    refuse = (_RETURN, 0, 0, _REFUSE | errno.EPERM)
    yield from ((_LOAD, 0, 0, _MACHINE_AT), (_IF_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _KILL))
    yield from ((_LOAD, 0, 0, _SYSCALL_AT), (_IF_GREATER, 1, 0, _LAST_KNOWN), (_IF_EQUAL, 0, 1, _CLONE3))
    # without clone3, a library makes threads with clone, whose flags a filter can read
    yield (_RETURN, 0, 0, _REFUSE | errno.ENOSYS)
    for number in refused:
        yield from ((_IF_EQUAL, 0, 1, number), refuse)
    tests = ((clone, _IF_SET, _CLONE_THREAD), (tgkill, _IF_EQUAL, os.getpid()), (prlimit, _IF_EQUAL, 0))
    for number, test, value in tests:
        yield from ((_IF_EQUAL, 0, 3, number), (_LOAD, 0, 0, _ARGUMENT_AT), (test, 1, 0, value), refuse)
        yield (_LOAD, 0, 0, _SYSCALL_AT)
    yield (_RETURN, 0, 0, _ALLOW)


def _landlock_version() -> int:
    """Return the version of Landlock in the kernel, 0 if it has none."""
    return max(0, _syscall(_CREATE_RULESET, (None, 0, 1))) if sys.platform == "linux" else 0


def _has_seccomp() -> bool:
    is_known = sys.platform == "linux" and platform.machine() in _MACHINES and sys.maxsize > 2**32
    return is_known and _libc().prctl(_GET_SECCOMP, 0, 0, 0, 0) >= 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _syscall(number: int, arguments: tuple[int | bytes | None, ...]) -> int:
    given = (ctypes.c_long(one) if isinstance(one, int) else ctypes.c_char_p(one) for one in arguments)
    return int(_libc().syscall(ctypes.c_long(number), *given))


def _raise_if_failed(result: int) -> int:
    """Return the answer of a system call. Raise OSError if the call failed."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
