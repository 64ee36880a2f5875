"""A folder written with the keys of version 0.1: `check` names the command, `check --fix` renames them and nothing else."""

import pytest

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
NEW_RECOMMENDATION = OLD_RECOMMENDATION
for old_key, new_key in {
    "by: civil": "issued_by: civil",
    "- by:": "- tagged_by:",
    "mark: ": "verification: ",
    "field: mark": "field: verification",
    "seen_part:": "parts_read:",
    "share:": "role:",
    "afterwards:": "events:",
    "what:": "type:",
    "was:": "old:",
}.items():
    NEW_RECOMMENDATION = NEW_RECOMMENDATION.replace(old_key, new_key)
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
