"""The command `run`, which starts the dashboard, from a checkout or from an installed wheel."""

import argparse
import os
import sys
from datetime import datetime
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any, NoReturn

from tracker.config import Config
from tracker.model.errors import TrackerError

_HERE = Path(__file__).parents[2] / "app.py"


def add_run_command(commands: Any) -> None:
    """Add `run` to the commands of the command line."""
    command = commands.add_parser("run", help="start the dashboard; stop it with Ctrl+C")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    command.add_argument("--port", type=int, default=8501, help="port to listen on (default: %(default)s)")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, _config: Config, _at: datetime) -> NoReturn:
    """Become the server. Raises TrackerError if the pages are not installed."""
    sys.stdout.flush()
    where = ["--server.address", arguments.host, "--server.port", str(arguments.port)]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(find_app()), *where])


def find_app() -> Path:
    """Return the path of app.py: beside the package in a checkout, elsewhere where the wheel has put it.

    Raises TrackerError if it is in neither place.
    """
    if _HERE.is_file():
        return _HERE
    try:
        installed = files("recommendation-tracker") or []
    except PackageNotFoundError:
        installed = []
    for file in installed:
        if file.parts[-2:] == ("recommendation-tracker", "app.py"):
            return Path(str(file.locate())).resolve()
    raise TrackerError(
        "The pages of the dashboard are not installed. Install the wheel again, or start it in a checkout."
    )
