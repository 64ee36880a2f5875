"""What a process with limits can reach: nothing but what it was given, in every module that runs as such a process."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module

import pytest

from tests.support.event_loop import run_async
from tests.support.postgres_server import put_folder
from tests.support.server_process import ROOT
from tests.support.view_requests import ask
from tracker.sandbox import host
from tracker.sandbox.host import JobLimits, ProcessStopped, run_job
from tracker.sandbox.limits import FileLimits
from tracker.sandbox.process_sandbox import NO_LANDLOCK, NO_SECCOMP, missing_protection
from tracker.storage.dataset_reader import DatasetReader
from tracker.web.responses import render_in_process

GAPS = missing_protection()
FILES = {
    "read the key", "read the parent's environment", "read own environment", "list a folder", "write over the key",
    "write a file", "remove the key", "link to the key", "link by name",
}  # fmt: skip
"""What Landlock refuses; seccomp refuses the rest, and what it does not know."""


def test_a_process_that_reads_a_file_can_do_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_STATE", "postgresql://dashboard_state:secret@database/tracker")
    monkeypatch.setenv("PGPASSWORD", "secret")
    key = tmp_path / "sign-in.json"
    key.write_text("key")
    monkeypatch.setattr(host, "COMMAND", (sys.executable, "-m", "tests.support.forbidden_things"))
    job = {"secret": str(key), "folder": str(tmp_path), "parent": os.getpid()}
    found, _ = run_job("tests.support.forbidden_things.try_all", job, limits=JobLimits(20, 900_000_000))
    assert found.pop("thread") == "ran"
    assert {*found.pop("environment")} <= {"LC_CTYPE", "PYTHONPATH", "LD_LIBRARY_PATH"}
    assert [found.pop("clone3"), found.pop("a call that is new")] == ["ENOSYS", "ENOSYS"] or NO_SECCOMP in GAPS
    files = {name: found.pop(name) for name in FILES}
    assert files == dict.fromkeys(FILES, "EACCES") or NO_LANDLOCK in GAPS
    assert set(found.values()) == {"EPERM"} or NO_SECCOMP in GAPS
    assert len(found) >= 17


AFTERWARDS = """
import ctypes, sys
from tracker.sandbox.host import answer_job
answer_job()
libc = ctypes.CDLL(None)
print(libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0), file=sys.__stdout__)
open({key!r})
"""
"""A program that does a job, and then says whether it may gain rights and which filter it has."""


@pytest.mark.parametrize("limits", [JobLimits(10), JobLimits(10, uses_database=True)])
def test_every_job_is_done_in_the_sandbox(tmp_path, limits):
    key = tmp_path / "sign-in.json"
    key.write_text("key")
    values = {"kind": "txt", "limits": asdict(FileLimits())}
    job = {"function": "tracker.files.process.answer_text", "values": values, "limits": asdict(limits)}
    done = subprocess.run(
        [sys.executable, "-c", AFTERWARDS.format(key=str(key))],
        input=json.dumps(job) + "\nThe Committee is concerned.",
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert "The Committee is concerned." in done.stdout.splitlines()[0]
    rights, filtered = done.stdout.splitlines()[-1].split()
    assert (rights == "1", filtered == "2") == (len(GAPS) < 2, NO_SECCOMP not in GAPS), done.stderr
    assert ("PermissionError" in done.stderr.splitlines()[-1]) == (NO_LANDLOCK not in GAPS)


def test_a_process_runs_no_function_that_is_not_listed():
    job = json.dumps({"function": "os.abort", "values": {}, "limits": asdict(JobLimits(10))})
    done = subprocess.run(host.COMMAND, input=job, capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr.endswith("ValueError: os.abort is not among the jobs\n")) == ("", True)
    listed = [name.rpartition(".") for name in host.JOBS]
    assert all(callable(getattr(import_module(module), name)) for module, _, name in listed)


@pytest.mark.parametrize("is_database", [False, True])
def test_a_large_file_is_rendered_from_a_folder_or_a_database(request, is_database):
    place = ROOT / "data"
    if is_database:
        place = put_folder(place, request.getfixturevalue("database").place())
    asked = ask(DatasetReader(ROOT / "data").read())
    answer, _, _ = run_async(render_in_process(place, asked, "/export.csv", compress=False))
    assert (answer.status, answer.body.count(b"ngo-2024-r8") > 0) == (200, True)


@pytest.mark.slow
def test_why_a_large_file_was_not_rendered_is_in_the_log(capfd):
    asked = ask(DatasetReader(ROOT / "data").read())
    with pytest.raises(ProcessStopped):
        run_async(render_in_process(ROOT / "data", asked, "/nowhere", compress=False))
    assert "KeyError: '/nowhere'" in capfd.readouterr().err


def test_no_other_module_starts_a_process():
    starts = ("subprocess", "multiprocessing", "os.fork", "os.posix_spawn", "os.exec", "os.system", "ProcessPool")
    found = {
        path.relative_to(ROOT / "tracker").as_posix()
        for path in (ROOT / "tracker").rglob("*.py")
        if any(word in path.read_text("utf-8") for word in starts)
    }
    # git, the processes that make a mirror, and the server get no file of unknown origin
    ours = {"publishing/mirror/build.py", "storage/folder/private_location.py", "web/cli.py"}
    assert found - ours == {"sandbox/host.py"}


@pytest.mark.slow
def test_a_kernel_without_these_limits_runs_the_process_and_the_log_says_so_once():
    code = """
import asyncio, ctypes
import tracker.sandbox.process_sandbox as process_sandbox
from tracker.web.app import _lifespan
process_sandbox._landlock_version = lambda: 0
process_sandbox._has_seccomp = lambda: False
async def start():
    async with _lifespan(None, tasks=()):
        process_sandbox.enter_sandbox()
        print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), len(open("app.py").read()) > 9)
asyncio.run(start())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "0 True\n", done.stderr  # nobody else may read the memory of the dashboard
    assert [done.stderr.count(gap) for gap in (NO_LANDLOCK, NO_SECCOMP)] == [1, 1]
    guide = " ".join((ROOT / "docs" / "hosting.md").read_text("utf-8").split())
    assert "seccomp" in guide and "Landlock" in guide
