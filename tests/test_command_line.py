"""The command line as other programs use it."""

import io
import os
import subprocess
import sys

import pytest

from tests.support.command_line import run_command
from tests.support.postgres_server import AREAS, TestDatabase
from tests.support.server_process import ROOT


def test_a_program_that_closes_the_output_early_is_no_error(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "schema", str(tmp_path)],
        stdout=writing,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "TRACKER_STATE": str(tmp_path / "state")},
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


AWAY = "postgresql://dashboard:hidden@/records?host=%2Fno%2Fserver"
COMMANDS = {
    "check": (),
    "check --fix": ("--fix",),
    "export": ("FILE.csv",),
    "snapshot": ("FILE.html",),
    "invite": ("editor-x1",),
    "people": (),
    "revoke": ("editor-x1",),
    "redact": ("--dry-run",),
    "database": ("init",),
    "copy": ("data", AWAY),
    "links": (),
    "import": ("FILE.docx",),
    "attach": ("x", "FILE.pdf"),
}


def test_every_command_says_in_a_line_that_the_database_is_away(tmp_path, monkeypatch):
    settings = {f"TRACKER_{area.upper()}": AWAY for area in AREAS}
    for command, words in COMMANDS.items():
        monkeypatch.setattr(sys, "stdin", io.StringIO("Aidana Testova\n"))
        given = [word.replace("FILE", str(tmp_path / "file")) for word in words]
        code, out, err = run_command(command.split()[0], *given, settings=settings)
        assert (code, err.strip().count("\n")) == (2, 0), command
        assert ("database cannot be reached" in err, "hidden" in out + err) == (True, False), command


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("version = 0", "its tables are those of an older version; run python -m tracker database init"),
        ("version = 9, needs = 9", "its tables are those of a newer version of the tracker; upgrade this copy"),
    ],
)
def test_a_command_that_does_not_know_the_tables_says_what_to_do(database: TestDatabase, change, says):
    database.run(f"UPDATE tracker_data.schema_version SET {change}")
    try:
        code, out, err = run_command("check", settings={"TRACKER_DATA": database.place().url})
        assert (code, out, err) == (2, "", f"The database {database.place().root} cannot be read: {says}.\n")
    finally:
        database.run("UPDATE tracker_data.schema_version SET version = 1, needs = 1")
