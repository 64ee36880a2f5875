"""The tables for analysis, and the guide that shows them to a researcher."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import tracker
from tests.support.five_states import five_states
from tests.support.view_requests import BEFORE, CO, FILES, LATER, ask, small
from tracker.queries.tables.frames import Frames

ROOT = Path(__file__).parent.parent.parent
SAID = "voice: civil-society, recorded_by: editor-anna"
PARTS = f"""{CO}parts: [{{id: a, summary: First}}, {{id: b, summary: Second}}]
assessments:
  - {{{SAID}, part: a, status: implemented, date: 2025-03, reason: Done., recorded: 2026-01-02T12:00:00.000000Z}}
  - {{{SAID}, status: not-implemented, date: 2024, reason: Withdrawn since., recorded: 2026-01-02T13:00:00.000000Z,
     events: [{{type: withdrawn, reason: No., recorded: 2026-01-04T12:00:00.000000Z, recorded_by: editor-anna}}]}}
"""
TABLES = [
    "recommendations",
    "parts",
    "assessments",
    "latest_assessments",
    "evidence",
    "evidence_links",
    "documents",
    "events",
]


@pytest.fixture
def frames(tmp_path):
    request = ask(small(tmp_path, ("r/x", LATER), *FILES[1:], ("r/z", PARTS)))
    return Frames(request.view, request.language)


def rows(table, *columns):
    return [tuple(None if pd.isna(v) else v for v in row) for row in table[list(columns)].itertuples(index=False)]


def test_a_row_a_recommendation_with_the_latest_of_each_voice(frames):
    columns = [
        "id",
        "issued_by",
        "body",
        "status",
        "assessed",
        "state_status",
        "claim_gap",
        "setbacks",
        "themes",
        "stale",
    ]
    y = ("y", "committee", "cescr", "not-assessed", None, None, None, 0, None, None)
    assert rows(frames.recommendations, *columns) == [
        ("x", "civil-society", "cescr", "implemented", "2025-04-01", "implemented", 0, 1, "health; drug-policy", True),
        y,
        ("z", *y[1:]),
    ]


def test_a_row_an_assessment_that_counts_and_the_latest_of_each_voice_apart(frames):
    columns = ("recommendation", "voice", "part", "status", "date", "year", "is_latest", "evidence")
    assert rows(frames.assessments, *columns) == [
        ("x", "state", None, "implemented", "2025", 2025, True, None),
        ("x", "civil-society", None, "implemented", "2025-04-01", 2025, True, "law"),
        ("x", "civil-society", None, "not-implemented", "2025-03-04", 2025, False, "law"),
        ("z", "civil-society", "a", "implemented", "2025-03", 2025, False, None),
    ]
    assert rows(frames.latest_assessments, "recommendation", "voice") == [("x", "state"), ("x", "civil-society")]


def test_parts_evidence_documents_and_events(frames):
    assert rows(frames.parts, "recommendation", "part", "status") == [("z", "a", "implemented"), ("z", "b", None)]
    assert rows(frames.evidence, "id", "year", "relevant_to") == [("law", 2025, "x: setback")]
    assert rows(frames.evidence_links, "evidence", "recommendation", "effect", "judged_by") == [
        ("law", "x", "setback", None)
    ]
    assert dict(rows(frames.documents, "id", "recommendations"))["co-2024"] == 2
    assert dict(rows(frames.documents, "id", "citations"))["report-2024"] == 0  # its own recommendations do not count
    assert rows(frames.events, "record", "id", "item", "type") == [("recommendation", "z", "assessments", "withdrawn")]


def test_a_selection_has_only_what_belongs_to_it(frames):
    only = Frames(frames.view, frames.language, (frames.view.recommendations["y"],))
    assert [len(getattr(only, name)) for name in TABLES] == [1, 0, 0, 0, 0, 0, 1, 0]


def test_no_table_names_an_editor(frames):
    assert [name for name in TABLES if "editor-" in getattr(frames, name).to_csv()] == []


def test_the_past_is_that_of_the_view(tmp_path):
    small(tmp_path, ("r/x", LATER), *FILES[1:])
    loaded = tracker.load(tmp_path)
    assert rows(loaded.frames(recorded=BEFORE).recommendations, "status")[0] == ("not-implemented",)
    assert rows(loaded.frames(as_of=date(2025, 3, 3)).recommendations, "status")[0] == ("not-assessed",)
    assert rows(loaded.frames(language="ru").recommendations, "title")[0] == ("Расширить программу",)


def test_the_guide_runs_and_finds_what_it_says(tmp_path, monkeypatch):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "analysis.md").read_text("utf-8"), re.S)
    code = "\n".join(blocks).replace('tracker.load("data")', f"tracker.load({str(ROOT / 'data')!r})")
    five_states(tmp_path / "network")
    monkeypatch.chdir(tmp_path)
    found: dict[str, object] = {}
    exec(compile(code, "docs/analysis.md", "exec"), found)
    stand, voices = found["where_they_stand"], found["by_year_and_voice"]
    assert stand["not-assessed"] > sum(stand) / 2
    assert len(found["overlooked"]) >= 1
    assert ((voices["state"] > 0) & (voices["civil-society"] > 0)).sum() == 0
    assert voices["state"].idxmax() < voices["civil-society"].idxmax()
    assert found["most_cited"].citations > 1
    assert found["themes_by_committee"].to_numpy().sum() > 10
    themes, first, across = (found[name] for name in ("themes_by_state", "first_asked", "across"))
    assert themes.loc["harm-reduction"].to_dict() == {"est": 1, "kaz": 0, "kgz": 3, "svn": 1, "tjk": 2}
    assert first["tjk", "upr"] == "2021-05-07" and ("kaz", "upr") not in first
    assert set(zip(across.state_party, across.other, strict=True)) == {
        *(("tjk", "kgz"), ("kgz", "tjk"), ("est", "tjk"), ("tjk", "est"), ("kaz", "tjk"), ("tjk", "kaz"))
    }
    every = [getattr(found["network"], name) for name in TABLES]
    assert all("state_party" in table.columns for table in every)
    assert "<html" in (tmp_path / "evidence.html").read_text("utf-8")


def test_the_guide_names_every_table_and_only_columns_that_exist(frames):
    guide = (ROOT / "docs" / "analysis.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|(.*)\|$", guide, re.M))
    assert list(listed) == TABLES
    for name, columns in listed.items():
        assert set(re.findall(r"`(\w+)`", columns)) <= set(getattr(frames, name).columns)
    explained = {name for row in re.findall(r"^\| (`.*?) \|", guide, re.M) for name in re.findall(r"`(\w+)`", row)}
    assert {column for name in TABLES for column in getattr(frames, name).columns} <= explained
