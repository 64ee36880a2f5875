"""What a process with limits can reach: nothing but what it was given, in every module that runs as such a process."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from tests.support.event_loop import run_async
from tests.support.postgres_server import put_folder
from tests.support.server_process import ROOT
from tracker.files.kept_file import FileLimits
from tracker.sandbox.limited_process import run_limited
from tracker.sandbox.process_sandbox import NO_LANDLOCK, NO_SECCOMP, missing_protection
from tracker.web.large_files import Job, LargeFileRenderer

RENDERED = Job(
    root=str(ROOT / "data"),
    path="/export.csv",
    id="",
    params={},
    language="en",
    origin="",
    target="{tmp}/i/written",
    compress=False,
)
FILES = {
    "read the key",
    "read the parent's environment",
    "read own environment",
    "list a folder",
    "write over the key",
    "write a file",
    "remove the key",
    "link to the key",
    "link by name",
}
"""What Landlock refuses; seccomp refuses the rest, and what it does not know."""


def test_a_process_that_reads_a_file_can_do_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_STATE", "postgresql://dashboard_state:secret@database/tracker")
    monkeypatch.setenv("PGPASSWORD", "secret")
    key = tmp_path / "sign-in.json"
    key.write_text("key")
    job = f"{key}\n{tmp_path}\n{os.getpid()}"
    found = json.loads(run_limited("tests.support.forbidden_things", (job.encode(),), 20))
    assert found.pop("thread") == "ran"
    assert {*found.pop("environment")} <= {"LC_CTYPE", "PYTHONPATH", "LD_LIBRARY_PATH"}
    assert [found.pop("clone3"), found.pop("a call that is new")] == ["ENOSYS", "ENOSYS"] or NO_SECCOMP in GAPS
    files = {name: found.pop(name) for name in FILES}
    assert files == dict.fromkeys(FILES, "EACCES") or NO_LANDLOCK in GAPS
    assert set(found.values()) == {"EPERM"} or NO_SECCOMP in GAPS
    assert len(found) >= 17


GAPS = missing_protection()
TEXT = "\nThe Committee is concerned."
JOBS: dict[str, tuple[dict[str, object], str]] = {
    "tracker.importing.parser_process.answer_job": (
        {"kind": "document", "arguments": {"language": None}, "seconds": 10, "memory": 900_000_000},
        TEXT,
    ),
    "tracker.files.process.answer_file_job": (
        {"task": "text", "arguments": {"kind": "txt"}, "limits": asdict(FileLimits())},
        TEXT,
    ),
    "tracker.queries.search.file_text_reading.run_indexing": (
        {"root": "{tmp}/data", "index": "{tmp}/i/x", "files": []},
        "",
    ),
    "tracker.web.large_files.run_job": (asdict(RENDERED), ""),
}
AFTERWARDS = """
import ctypes, sys
from {module} import {function}
{function}()
libc = ctypes.CDLL(None)
print()
print(libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0))
open("{tmp}/sign-in.json")
"""
"""A program that does a job of a module, and then says whether it may gain rights and which filter it has."""


@pytest.mark.parametrize("place", JOBS)
def test_every_process_for_files_is_in_the_sandbox(tmp_path, place):
    (tmp_path / "i").mkdir()
    (tmp_path / "sign-in.json").write_text("key")
    module, _, function = place.rpartition(".")
    job, sent = JOBS[place]
    done = subprocess.run(
        [sys.executable, "-c", AFTERWARDS.format(module=module, function=function, tmp=tmp_path)],
        input=json.dumps(job).replace("{tmp}", str(tmp_path)) + sent,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    rights, filtered = done.stdout.splitlines()[-1].split()
    assert (rights == "1", filtered == "2") == (len(GAPS) < 2, NO_SECCOMP not in GAPS), done.stderr
    assert ("PermissionError" in done.stderr.splitlines()[-1]) == (NO_LANDLOCK not in GAPS)


def test_a_large_file_is_rendered_from_a_database(tmp_path, database):
    job = replace(RENDERED, root=put_folder(ROOT / "data", database.place()).url, target=str(tmp_path / "written"))
    about = run_async(LargeFileRenderer().render(job))
    assert (about["status"], (tmp_path / "written").read_bytes().count(b"ngo-2024-r8") > 0) == (200, True)


def test_no_other_module_starts_a_process():
    starts = ("subprocess", "multiprocessing", "os.fork", "os.posix_spawn", "os.exec", "os.system", "ProcessPool")
    found = {
        path.relative_to(ROOT / "tracker").as_posix()
        for path in (ROOT / "tracker").rglob("*.py")
        if any(word in path.read_text("utf-8") for word in starts)
    }
    # git, which private_location asks, gets no file of unknown origin
    assert found - {"storage/folder/private_location.py"} == {"sandbox/limited_process.py", "web/large_files.py"}


def test_a_kernel_without_these_limits_runs_the_process_and_the_log_says_so_once():
    code = """
import asyncio, ctypes
import tracker.sandbox.process_sandbox as process_sandbox
from tracker.web.app import _lifespan
process_sandbox._landlock_version = lambda: 0
process_sandbox._has_seccomp = lambda: False
async def start():
    async with _lifespan(None):
        process_sandbox.enter_sandbox()
        print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), len(open("app.py").read()) > 9)
asyncio.run(start())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "0 True\n", done.stderr  # nobody else may read the memory of the dashboard
    assert [done.stderr.count(gap) for gap in (NO_LANDLOCK, NO_SECCOMP)] == [1, 1]
    guide = " ".join((ROOT / "docs" / "hosting.md").read_text("utf-8").split())
    assert "seccomp" in guide and "Landlock" in guide
