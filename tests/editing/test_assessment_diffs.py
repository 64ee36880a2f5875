"""What recording changes in a person's own files: the lines that they would have typed, and no others."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.hand_written_folder import AS_WRITTEN, Folder, fills, presses, undone
from tracker.model.vocabulary import Direction, EvidenceDimension, EvidenceEffect, EvidenceKind, Status, Verification


@pytest.fixture(params=AS_WRITTEN)
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    return Folder(tmp_path / "data", request.param, monkeypatch)


def assesses(folder: Folder) -> AppTest:
    page = folder.opens()
    return fills(page, status=Status.PARTIALLY, date="2026-03", reason="Fines were halved.")


def test_an_assessment(folder):
    page = assesses(folder)
    presses(page, "Record")
    assert folder.changes() == {
        "r1": [
            "       So is the arrest.",
            "+  - voice: civil-society",
            "+    organisation: editors",
            "+    status: partially-implemented",
            "+    date: 2026-03",
            "+    reason: Fines were halved.",
            "+    recorded: TIME",
            "+    recorded_by: editor-anna",
            " ",
        ]
    }
    presses(page, "Undo the last save")
    assert folder.changes() == {"r1": ["     recorded_by: editor-anna", *undone("withdrawn", 6), " "]}


def test_an_assessment_with_new_evidence(folder):
    page = fills(
        assesses(folder),
        direction=Direction.FORWARD,
        add=True,
        summary_en="The law: halved.",
        publisher="Gazette",
        link="https://example.org/law",
        published="февраль 2026",
        kind=EvidenceKind.NEWS,
        dimension=EvidenceDimension.PRACTICE,
        mark=Verification.REPORTED,
        suggests=EvidenceEffect.CONTEXT,
    )
    presses(page, "Record")
    assert folder.changes() == {
        "gazette-2026": [
            "+# yaml-language-server: $schema=../schema/evidence.json",
            "+kind: news",
            "+publisher: Gazette",
            "+published: 2026-02",
            "+summary: 'The law: halved.'",
            "+dimension: practice",
            "+verification: reported",
            "+link: https://example.org/law",
            "+relevant_to:",
            "+  - recommendation: r1",
            "+    effect: context",
            "+    recorded: TIME",
            "+recorded: TIME",
            "+recorded_by: editor-anna",
        ],
        "r1": [
            "       So is the arrest.",
            "+  - voice: civil-society",
            "+    organisation: editors",
            "+    status: partially-implemented",
            "+    direction: forward",
            "+    date: 2026-03",
            "+    reason: Fines were halved.",
            "+    evidence:",
            "+      - gazette-2026",
            "+    recorded: TIME",
            "+    recorded_by: editor-anna",
            " ",
        ],
    }
    presses(page, "Undo the last save")
    assert folder.changes() == {
        "gazette-2026": [" recorded_by: editor-anna", *undone("retired", 2)],
        "r1": ["     recorded_by: editor-anna", *undone("withdrawn", 6), " "],
    }


def test_an_assessment_with_evidence_from_the_register(folder):
    presses(fills(assesses(folder), evidence=["law"]), "Record")
    found = folder.changes()
    assert (list(found), found["r1"][6:8]) == (["r1"], ["+    evidence:", "+      - law"])


def test_still_so(folder):
    page = folder.opens(editing="")
    presses(page, "Reviewed today: no change")
    assert folder.changes() == {
        "r1": [
            "       So is the arrest.",
            "+    events:",
            "+      - type: checked",
            "+        date: TODAY",
            "+        recorded: TIME",
            "+        recorded_by: editor-anna",
            " ",
        ]
    }
    presses(page, "Undo the last save")
    assert sorted(line for line in folder.changes()["r1"] if line[0] != " ") == [
        "+        date: TODAY",
        "+        reason: Undone right after it was saved.",
        "+        recorded: TIME",
        "+        recorded_by: editor-anna",
        "+      - type: unchecked",
    ]


def test_a_withdrawal(folder):
    page = fills(folder.opens(withdraw="2026-01-02T09:00:00.000000Z"), r1="It was\nanother one.")
    presses(page, "Withdraw")
    assert folder.changes() == {
        "r1": [
            "       So is the arrest.",
            "+    events:",
            "+      - type: withdrawn",
            "+        reason: |-",
            "+          It was",
            "+          another one.",
            "+        recorded: TIME",
            "+        recorded_by: editor-anna",
            " ",
        ]
    }
    presses(page, "Undo the last save")
    assert sorted(line for line in folder.changes()["r1"] if line[0] != " ") == [
        "+        reason: Undone right after it was saved.",
        "+        recorded: TIME",
        "+        recorded_by: editor-anna",
        "+      - type: restored",
    ]
