"""What editing changes in a person's own files: the lines that they would have typed, and no others."""

from pathlib import Path

import pytest

from tests.support.hand_written_folder import AS_WRITTEN, Folder, edited, fills, presses, undone


@pytest.fixture(params=AS_WRITTEN)
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    return Folder(tmp_path / "data", request.param, monkeypatch)


LONG = "Use should not be punished, neither under the criminal code nor under the administrative one."


def test_an_edit_of_texts_and_tags(folder):
    page = fills(folder.opens(form="edit"), title_en="Repeal all of it", groups=["women"], reason="Shorter.")
    presses(page, "Save the edit")
    assert folder.changes() == {
        "r1": [
            " title:",
            "-  en: Repeal the punishments  # as the report has it",
            "+  en: Repeal all of it  # as the report has it",
            "   ru: Отменить наказания",
            "   tagged_by: ours",
            "+  groups: [women]",
            "+history:",
            *edited("Shorter.", "title", "  en: Repeal the punishments", "  ru: Отменить наказания"),
            *edited("Shorter.", "tags", "  - tagged_by: ours", "    themes:", "      - policing"),
            " # The end.",
        ]
    }
    presses(page, "Undo the last save")
    assert folder.changes() == {
        "r1": [
            " title:",
            "-  en: Repeal all of it  # as the report has it",
            "+  en: Repeal the punishments  # as the report has it",
            "   ru: Отменить наказания",
            "   tagged_by: ours",
            "-  groups: [women]",
            " history:",
            "           - policing",
            *edited("Undone right after it was saved.", "title", "  en: Repeal all of it", "  ru: Отменить наказания"),
            *edited(
                "Undone right after it was saved.",
                "tags",
                "  - tagged_by: ours",
                "    themes:",
                "      - policing",
                "    groups:",
                "      - women",
            ),
            " # The end.",
        ]
    }


def test_an_edit_of_a_folded_text(folder):
    page = fills(
        folder.opens(form="edit"), summary_en=LONG.replace("one.", "one, nor in prison."), reason="Prisons too."
    )
    presses(page, "Save the edit")
    assert folder.changes() == {
        "r1": [
            "   Use should not be punished, neither under the",
            "-  criminal code nor under the administrative one.",
            "+  criminal code nor under the administrative one, nor in prison.",
            " ",
            "   tagged_by: ours",
            "+history:",
            *edited("Prisons too.", "summary", "  >-", f"    {LONG}"),
            " # The end.",
        ]
    }
    presses(page, "Undo the last save")
    assert folder.changes()["r1"][:4] == [
        "   Use should not be punished, neither under the",
        "-  criminal code nor under the administrative one, nor in prison.",
        "+  criminal code nor under the administrative one.",
        " ",
    ]


def test_a_duplicate_that_is_retired(folder):
    page = fills(folder.opens(form="retire"), into="r2", reason="Twice.")
    presses(page, "Archive")
    retired = [
        "+events:",
        "+  - type: retired",
        "+    into: r2",
        "+    reason: Twice.",
        "+    recorded: TIME",
        "+    recorded_by: editor-anna",
    ]
    assert folder.changes() == {"r1": ["   tagged_by: ours", *retired, " # The end."]}
    presses(page, "Undo the last save")
    assert folder.changes() == {"r1": ["     recorded_by: editor-anna", *undone("restored", 2)[1:], " # The end."]}


def test_an_edit_of_evidence(folder):
    page = folder.opens("edit", id="law", what="evidence")
    page = fills(page, summary_en="The law was signed and printed.", bears_progress=["r1"], reason="It is in force.")
    presses(page, "Save the edit")
    assert folder.changes() == {
        "law": [
            "   The law was",
            "-  signed.",
            "+  signed and printed.",
            " verification: reported",
            "-relevant_to: []   # nothing yet",
            "+relevant_to:   # nothing yet",
            "+  - recommendation: r1",
            "+    effect: progress",
            "+    recorded: TIME",
            "+history:",
            *edited("It is in force.", "summary", "  |", "    The law was signed."),
        ]
    }
    presses(page, "Undo the last save")
    assert folder.changes() == {
        "law": [
            "   The law was",
            "-  signed and printed.",
            "+  signed.",
            " verification: reported",
            "     recorded: TIME",
            *undone("withdrawn", 6),
            " history:",
            "         The law was signed.",
            *edited("Undone right after it was saved.", "summary", "  |", "    The law was signed and printed."),
        ]
    }
