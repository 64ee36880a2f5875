"""Files are read in a process of their own, and nothing of them stays."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.observations_corpus import load_corpus
from tests.support.observations_files import DocxWriter
from tracker.importing.documents.reader import parse_upload, read_document
from tracker.model.errors import UnusableFile

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


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("report.docx", b"not a docx", "not a Word file, although its name ends in .docx"),
        ("report.DOCX", b"MZ", "not a Word file, although its name ends in .docx"),
        ("report.pdf", b"hello", "not a PDF, although its name ends in .pdf"),
        ("report.docx", b"MZ\x90\x00 a program", "This is a program"),
        ("setup.exe", b"MZ", "This is a program"),
        ("report.docx", b"PK\x03\x04 cut off", "damaged or cut off"),
        ("report.pdf", b"%PDF-1.4 cut off", "damaged or protected"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told_so(name, data, told):
    with pytest.raises(UnusableFile) as refused:
        parse_upload(data, name)
    assert told in str(refused.value)
