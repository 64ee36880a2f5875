"""A data folder, and `edit` with an editor that is a script."""

import io
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tests.support.small_dataset import ASKED, CONCLUDED, SHOWN, folder

RECORDED = "recorded: 2026-01-01T00:00:00.000000Z"
ASSESSED = f"""\
assessments:
  - voice: civil-society
    status: not-implemented
    date: 2025
    reason: Nothing was done.
    {RECORDED}
    recorded_by: seed
"""
R1 = f"# by hand\n{ASKED}{ASSESSED}{RECORDED}\n"
DOCUMENTS = """\
documents:
  # the report
  - id: report-2024
    body: cescr
    kind: alternative-report
    title: Report   # in full
    cycle: cescr-2024
    issued: 2024-02
    verification: seen

  # the conclusions
  - {id: co-2024, body: cescr, kind: concluding-observations, title: CO, cycle: cescr-2024, issued: 2024-03-28, verification: seen}
"""


class Answers(io.StringIO):
    """A terminal at which these lines are typed."""

    def isatty(self) -> bool:
        return True


class Desk:
    """A data folder, and an editor that is a shell script. `$1` is the file to edit."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        files = {"r/r1": R1, "r/r2": CONCLUDED, "e/e1": SHOWN, "documents": DOCUMENTS}
        self.root, self.data, self.set = root, folder(root / "data", files), monkeypatch
        self.reason = ["--reason", "A slip."]
        (root / "drafts").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(root / "drafts"))

    def edit(self, script: str, *arguments: str, answers: str | None = None, **settings: str) -> tuple[int, str, str]:
        """Run `edit` with the script as the editor. With `answers` there is a terminal; without, a reason is given."""
        (self.root / "editor").write_text(f"cd '{self.root}'\n{script}\n")
        self.set.setattr(sys, "stdin", io.StringIO() if answers is None else Answers(answers))
        known = {"TRACKER_DATA": "data", "TRACKER_STATE": "state", "EDITOR": f"sh '{self.root}/editor'", "VISUAL": ""}
        reason = self.reason if answers is None else []
        code, out, err = run_command("edit", *arguments, *reason, settings={**known, **settings}, cwd=self.root)
        return code, out, err.replace(str(self.root), "~")

    def text(self, name: str) -> str:
        return (self.data / name).read_text()

    @property
    def drafts(self) -> dict[str, str]:
        """What is left of the texts that were typed."""
        return {path.name: path.read_text() for path in (self.root / "drafts").rglob("*.yaml")}
