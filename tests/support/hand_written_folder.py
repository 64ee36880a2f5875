"""A data folder that a person wrote, with comments, an order of their own and folded texts, and what a page changes in it."""

import re
from difflib import unified_diff
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import pages.shared.layout
import tracker.storage.dataset_reader
from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA
from tests.support.story_folder import made
from tracker.storage.dataset_reader import DatasetReader

RECOMMENDATION = """\
# The first of the report's demands.
issued_by: civil-society
verification: seen   # read in full
summary: >-
  Use should not be punished, neither under the
  criminal code nor under the administrative one.

title:
  en: Repeal the punishments  # as the report has it
  ru: Отменить наказания
source: {document: report, paragraph: 1}
document: report

assessments:
  # Our baseline.
  - date: 2024
    voice: civil-society
    status: not-implemented
    recorded: 2026-01-02T09:00:00.000000Z
    reason: |-
      The fines are there.
      So is the arrest.

tags:
- themes: [policing]
  tagged_by: ours
# The end.
"""
EVIDENCE = """\
# A paper's report.
kind: news
publisher: 24.kg
dimension: law
summary: >
  The law was
  signed.
verification: reported
relevant_to: []   # nothing yet
"""
OTHER = """\
issued_by: civil-society
document: report
title: Repeal them all
summary: S
verification: seen
source: {document: report, paragraph: 1}
"""
FILES = {"recommendations/r1.yaml": RECOMMENDATION, "recommendations/r2.yaml": OTHER, "evidence/law.yaml": EVIDENCE}
AS_WRITTEN = {
    "LF": lambda text: text.encode(),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "no last line break": lambda text: text.removesuffix("\n").encode(),
}


class Folder:
    """The folder, written on one system or another, the pages on it, and what changed since the last look."""

    def __init__(self, root: Path, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tracker.storage.dataset_reader, "CHECK_INTERVAL", 0.0)
        monkeypatch.setenv("TRACKER_DATA", str(root))
        monkeypatch.setenv("TRACKER_STATE", str(root.parent / "state"))
        monkeypatch.setattr(pages.shared.layout, "current_person", lambda: ANNA)
        monkeypatch.setattr("pages.shared.saving.current_person", lambda: ANNA)
        self.root = made(root)
        for name, text in FILES.items():
            (root / name).write_bytes(AS_WRITTEN[written](text))
        self.seen = {path: path.read_bytes() for path in root.rglob("*.yaml")}

    def opens(self, file: str = "recommendation", id: str = "r1", **params: str) -> AppTest:
        """A page with the form of a record open."""
        page = AppTest.from_file(str(ROOT / "pages" / f"{file}.py"), default_timeout=60)
        found = DatasetReader(self.root).read()
        there = {**found.recommendations, **found.evidence}[id]
        for name, value in {"id": id, "lang": "en", "editing": there.version, **params}.items():
            if value:
                page.query_params[name] = value
        return page.run()

    def changes(self) -> dict[str, list[str]]:
        """By file: what is different since the last look, with one line around it; times and days left out."""
        found = {}
        for path in sorted(self.root.rglob("*.yaml")):
            was, now = self.seen.get(path, b""), path.read_bytes()
            if was != now:
                found[path.stem] = difference(was, now)
            self.seen[path] = now
        return found


def fills(page: AppTest, **values: str | list[str]) -> AppTest:
    """Types into fields, which are named by the end of their keys."""
    for name, value in values.items():
        (field,) = (
            f
            for kind in ("text_input", "text_area", "selectbox", "multiselect", "radio", "toggle")
            for f in page.get(kind)
            if str(f.key).endswith(f"_{name}")
        )
        field.set_value(value)
        page.run()
    return page


def presses(page: AppTest, label: str) -> None:
    """Presses a button, and nothing stands in the way."""
    (button,) = (b for b in page.button if b.label == label)
    button.click().run()
    assert [e.message for e in page.exception] + [e.value for e in page.error] == []


def difference(was: bytes, now: bytes) -> list[str]:
    """The lines of the unified diff. Line ends and the mark at the start are as they were."""
    assert now.startswith(b"\xef\xbb\xbf") == was.startswith(b"\xef\xbb\xbf")
    if was:
        # every line ends as the person's own lines do
        assert (b"\r\n" in now, now.count(b"\n")) == (b"\r\n" in was, now.count(b"\r\n") or now.count(b"\n"))
    before, after = (text.decode("utf-8-sig").splitlines() for text in (was, now))
    lines = [
        line for line in unified_diff(before, after, n=1, lineterm="") if not line.startswith(("---", "+++", "@@"))
    ]
    lines = [re.sub(r"(recorded: )20\d\d-\S+Z", r"\1TIME", line) for line in lines]
    return [re.sub(r"( date: )20\d\d-\d\d-\d\d$", r"\1TODAY", line) for line in lines]


def undone(what: str, column: int, *before: str) -> list[str]:
    """The lines of the event that takes something back, behind others or as the first."""
    dash = " " * column
    head = list(before) if before else [f"+{dash[2:]}events:"]
    return [
        *head,
        f"+{dash}- type: {what}",
        f"+{dash}  reason: Undone right after it was saved.",
        f"+{dash}  recorded: TIME",
        f"+{dash}  recorded_by: editor-anna",
    ]


def edited(reason: str, field: str, *was: str) -> list[str]:
    """The lines of one edit in the history."""
    return [
        "+  - recorded: TIME",
        "+    recorded_by: editor-anna",
        f"+    reason: {reason}",
        f"+    field: {field}",
        "+    old: |-",
        *(f"+    {line}" for line in was),
    ]
