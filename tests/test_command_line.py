"""The command line as other programs use it."""

import os
import subprocess
import sys

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
