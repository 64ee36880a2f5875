"""Files are read in a process of their own, and nothing of them stays."""

import resource
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.support.observations_corpus import load_corpus
from tests.support.observations_files import DocxWriter
from tracker.importing.documents.reader import parse_upload, read_document
from tracker.model.errors import UnusableFile
from tracker.sandbox.host import ProcessCancelled
from tracker.sandbox.limits import UPLOAD

TEXT = b"CAT/C/RUR/CO/3\n1. The Committee is concerned.\n2. The State party should act.\n"


def test_the_process_returns_what_was_read(tmp_path):
    path = tmp_path / "file.txt"
    path.write_bytes(TEXT)
    assert parse_upload(path) == parse_upload(TEXT, "pasted") == read_document(TEXT)
    assert list(tmp_path.iterdir()) == [path]


def test_a_document_survives_json():
    data = DocxWriter(load_corpus()[0], "automatic").write()
    assert parse_upload(data) == read_document(data)


def test_a_file_that_is_not_there():
    from pathlib import Path

    with pytest.raises(UnusableFile, match=r"^The file no\.docx cannot be opened\."):
        parse_upload(Path("no.docx"))


def test_the_process_may_not_write():
    code = (
        "from tracker.sandbox.host import JobLimits, limit_process; limit_process(JobLimits(5, 900_000_000))\n"
        "import resource; print(resource.getrlimit(resource.RLIMIT_FSIZE)[0], resource.getrlimit(resource.RLIMIT_AS)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "900000000"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_the_command_line_does_not_load_what_only_reading_needs():
    code = (
        "import sys, tracker.__main__; print([name for name in ('lxml', 'docx', 'defusedxml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_reading_that_is_cancelled_ends_its_process_at_once(monkeypatch):
    processes = []
    real = subprocess.Popen

    def slow(_arguments, **options):
        processes.append(real([sys.executable, "-c", "import time; time.sleep(60)"], **options))
        return processes[0]

    monkeypatch.setattr(subprocess, "Popen", slow)
    with pytest.raises(ProcessCancelled, match=r"^Reading was cancelled\."):
        parse_upload(TEXT, is_cancelled=lambda: bool(processes))
    assert processes[0].poll() == -signal.SIGKILL


def test_a_process_that_takes_too_long_is_ended(monkeypatch):
    real = subprocess.Popen
    monkeypatch.setattr(
        subprocess,
        "Popen",
        lambda _arguments, **options: real([sys.executable, "-c", "import time; time.sleep(60)"], **options),
    )
    with pytest.raises(UnusableFile, match="took too long"):
        parse_upload(TEXT, limits=replace(UPLOAD, seconds=0.1))
