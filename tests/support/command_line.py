"""Run `python -m tracker …` in this process. This saves the second in which Python starts."""

import io
import os
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from tests.support.server_process import ROOT
from tracker.__main__ import main


def run_command(*arguments: str, settings: Mapping[str, str], cwd: Path = ROOT) -> tuple[int, str, str]:
    """Return (exit code, output, errors) of a command with only these `settings` of those that begin with TRACKER_."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    out, err = io.StringIO(), io.StringIO()
    environment = patch.dict(os.environ, {**others, **settings}, clear=True)
    with environment, chdir(cwd), redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(list(arguments))
        except SystemExit as refused:  # argparse
            code = int(refused.code or 0)
    return code, out.getvalue(), err.getvalue()
