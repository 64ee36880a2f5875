"""The command line as other programs use it."""

import os
import subprocess
import sys

from tests.support.command_line import run_command
from tests.support.server_process import ROOT
from tests.support.story_folder import made


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


def test_check_warns_while_readers_cannot_see_whom_to_write_to(tmp_path):
    folder, settings = made(tmp_path / "data", {}), {"TRACKER_STATE": str(tmp_path / "state")}
    code, said, warned = run_command("check", str(folder), settings=settings)
    assert (code, said.strip()) == (0, f"{folder}: no problems") and "publisher.contact" in warned
    file = folder / "tracker.yaml"
    text = file.read_text()
    for mended in (
        text.replace("{name: The editors}", "{name: The editors, contact: 'mailto:a@example.org'}"),
        text + "demonstration: true\n",
    ):
        file.write_text(mended)
        assert run_command("check", str(folder), settings=settings)[2] == ""
