"""What only some tasks need is loaded only by them: a start stays fast, and a process for one file stays small."""

import subprocess
import sys

import pytest

from tests.support.server_process import ROOT

HEAVY = "pikepdf pypdfium2 nh3 lxml docx defusedxml openpyxl xlsxwriter segno psycopg pandas plotly pymorphy3"
"""What only cleaning, documents, spreadsheets, codes to scan, databases, tables for analysis and Cyrillic names need."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("import tracker.__main__, tracker.files.process", f"{HEAVY} PIL"),
        ("import tracker, tracker.web.app, tracker.publishing.cli; tracker.load('data')", HEAVY),
        ("import tracker.files.process", "pydantic jinja2"),
        ("import tracker.sandbox.host", "pydantic yaml jinja2"),
        ("from tracker.safety.scanner import scan_text; scan_text('Jane Example left.')", "pymorphy3"),
    ],
)
def test_it_runs_without_loading_what_it_does_not_need(code, others):
    check = f"import sys; {code}; found = {{*{others.split()}}} & {{*sys.modules}}; assert not found, found"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
