"""A folder written with the keys of version 0.1: `check` names the command, `check --fix` renames them and nothing else."""

import re

import pytest

from tests.support.server_process import ROOT
from tests.support.small_dataset import folder
from tracker.__main__ import main
from tracker.queries.as_recorded import as_recorded
from tracker.storage.dataset_reader import DatasetReader

OLD_RECOMMENDATION = """\
# kept: a comment on top
by: civil-society   # who asks
document: report-2024
title: T
summary: S
mark: seen
seen_part: opening
source: {document: report-2024, paragraph: 1}
tags:
  - by: ours
    themes: [health]
    authorities: [{name: Ministry, share: lead}]
assessments:
  - voice: state
    status: implemented
    date: 2025
    reason: R
    mark: reported
    recorded: 2026-01-02T12:00:00.000000Z
    afterwards:
      - {what: withdrawn, recorded: 2026-01-03T12:00:00.000000Z}
same_demand: [{recommendation: co-1, recorded: 2026-01-04T12:00:00.000000Z, afterwards: [{what: withdrawn, recorded: 2026-01-05T12:00:00.000000Z}]}]
recorded: 2026-01-01T12:00:00.000000Z
history:
  - recorded: 2026-02-01T12:00:00.000000Z
    recorded_by: editor-anna
    reason: A tag was wrong.
    field: tags
    was: |-
      - by: uhri
        themes: [health]
  - recorded: 2026-02-02T12:00:00.000000Z
    recorded_by: editor-anna
    reason: Not read.
    field: mark
    was: to-check
"""
NEW_RECOMMENDATION = """\
# kept: a comment on top
issued_by: civil-society   # who asks
document: report-2024
title: T
summary: S
verification: seen
parts_read: opening
source: {document: report-2024, paragraph: 1}
tags:
  - tagged_by: ours
    themes: [health]
    authorities: [{name: Ministry, role: lead}]
assessments:
  - voice: state
    status: implemented
    date: 2025
    reason: R
    verification: reported
    recorded: 2026-01-02T12:00:00.000000Z
    events:
      - {type: withdrawn, recorded: 2026-01-03T12:00:00.000000Z}
same_demand: [{recommendation: co-1, recorded: 2026-01-04T12:00:00.000000Z, events: [{type: withdrawn, recorded: 2026-01-05T12:00:00.000000Z}]}]
recorded: 2026-01-01T12:00:00.000000Z
history:
  - recorded: 2026-02-01T12:00:00.000000Z
    recorded_by: editor-anna
    reason: A tag was wrong.
    field: tags
    old: |-
      - tagged_by: uhri
        themes: [health]
  - recorded: 2026-02-02T12:00:00.000000Z
    recorded_by: editor-anna
    reason: Not read.
    field: verification
    old: to-check
"""
OLD_EVIDENCE = """\
kind: news
publisher: A paper
summary: S
dimension: law
mark: reported
bears_on:
  # it says the opposite
  - recommendation: x
    direction: setback
    recorded: 2026-01-06T12:00:00.000000Z
recorded: 2026-01-06T12:00:00.000000Z
"""
CONCLUDED = "by: committee\ndocument: co-2024\ntitle: T\nsummary: S\nmark: seen\nsource: {document: co-2024, paragraph: 1}\nrecorded: 2026-01-01T12:00:00.000000Z\n"
DOCUMENTS = """\
documents:
  - {id: report-2024, body: cescr, kind: alternative-report, title: Report, cycle: c, issued: 2024-02, mark: seen, afterwards: []}
  - id: co-2024
    body: cescr
    kind: concluding-observations
    title: CO
    cycle: c
    mark: seen
    follow_up: {mark: reported, steps: [{date: 2025, what: A letter}]}
"""
BODIES = "treaty_bodies:\n  - {id: cescr, code: CESCR, name: N, treaty: T, scales: [{mark: to-check}]}\n"


@pytest.fixture
def old(tmp_path):
    files = {
        "r/x": OLD_RECOMMENDATION,
        "r/co-1": CONCLUDED,
        "e/law": OLD_EVIDENCE,
        "documents": DOCUMENTS,
        "treaty_bodies": BODIES,
    }
    return folder(tmp_path / "data", files)


def test_an_old_key_is_named_with_its_new_name_and_the_command(old, capsys):
    assert main(["check", str(old)]) == 1
    told = capsys.readouterr().out
    assert (
        f"{old}/recommendations/x.yaml:6: the key 'mark' is called 'verification' now; run: python -m tracker check --fix"
        in told
    )
    assert "'verification' is missing" not in told


def test_fix_renames_the_keys_and_nothing_else(old, capsys):
    assert main(["check", "--fix", str(old)]) == 0, capsys.readouterr().out
    line = "# yaml-language-server: $schema=../schema/{}.json\n"
    assert (old / "recommendations/x.yaml").read_text() == line.format("recommendation") + NEW_RECOMMENDATION
    evidence = (
        OLD_EVIDENCE.replace("mark:", "verification:")
        .replace("bears_on:", "relevant_to:")
        .replace("direction:", "effect:")
    )
    assert (old / "evidence/law.yaml").read_text() == line.format("evidence") + evidence
    assert "steps: [{date: 2025, description: A letter}]" in (old / "documents.yaml").read_text()
    assert "scales: [{verification: to-check}]" in (old / "treaty_bodies.yaml").read_text()
    assert "recommendations/x.yaml: renamed 14 keys" in capsys.readouterr().out


def test_what_was_recorded_before_is_still_known(old):
    main(["check", "--fix", str(old)])
    r = DatasetReader(old).read().recommendations["x"]
    before = as_recorded(r, "2026-01-31T00:00:00.000000Z")
    assert (before.verification, before.tags[0].tagged_by) == ("to-check", "uhri")


def test_todays_data_written_with_the_old_keys_comes_back_byte_for_byte(tmp_path):
    back = [
        (r"^issued_by:", "by:"),
        (r"^(\s+)- tagged_by:", r"\1- by:"),
        (r"^(\s*)(- )?verification:", r"\1\2mark:"),
        (r"parts_read:", "seen_part:"),
        (r"^relevant_to:", "bears_on:"),
        (r"^(\s+)effect:", r"\1direction:"),
        (r"^(\s+)description:", r"\1what:"),
        (r"\bevents:", "afterwards:"),
        (r"^(\s+)old:", r"\1was:"),
    ]
    shipped = {path.relative_to(ROOT / "data"): path.read_text() for path in (ROOT / "data").rglob("*.yaml")}
    for name, text in shipped.items():
        for new, older in back:
            if name.name not in ("tracker.yaml", "safety.yaml"):
                text = re.sub(new, older, text, flags=re.M)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert main(["check", "--fix", str(tmp_path)]) == 0
    assert {name: (tmp_path / name).read_text() for name in shipped} == shipped
