"""`edit` tells mistakes as `check` does, asks what to do, and loses nothing that was typed."""

from pathlib import Path

import pytest

from tests.support.editing_desk import DOCUMENTS, R1, RECORDED, Desk
from tests.support.small_dataset import SHOWN
from tracker.editing import edit_cli
from tracker.storage.database import storage as database_storage
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder import storage as folder_storage
from tracker.storage.timestamps import utc_now
from tracker.validation.check import check_folder


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


HINT = "check the indentation, the colon and the quotes here and on the line above"
LATER = "- {voice: civil-society, status: not-implemented, date: 2999, reason: R}"
PHONE = "a phone number identifies someone; please remove it (telephone)"


@pytest.mark.folder_only
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            "s/^summary:/sumary:/",
            ["2: 'summary' is missing; write 'summary: …' here", "5: unknown key 'sumary'; did you mean 'summary'?"],
        ),
        ("s/^title: T/title: [/", [f"6: did not find expected ',' or ']'; {HINT}"]),
        (
            "s/^document: .*/document: report-2025/",
            ["3: there is no document 'report-2025'; did you mean 'report-2024'?"],
        ),
        (f"s/^{RECORDED}/  {LATER}\\n&/", ["15: the date 2999 is in the future; correct the date"]),
        ("s/summary: S/summary: Call +996 555 000 111/", [f"5: {PHONE}"]),
        ("s/by hand/call +996 555 000 111/", [f"1: in a comment: {PHONE}"]),
    ],
)
def test_mistakes_are_told_in_the_words_of_check_and_with_its_lines(desk, change, says):
    code, out, err = desk.edit(f"sed -i '{change}' $1", "r1")
    typed = desk.drafts["r1.yaml"]
    assert (code, out, desk.text("recommendations/r1.yaml")) == (2, "", R1)
    *lines, nothing, where = err.splitlines()
    assert nothing == "Nothing was saved."
    assert where.startswith("What you typed is in ~/drafts/tracker-edit-")
    (desk.data / "recommendations" / "r1.yaml").write_text(typed)
    found = [str(one).replace(f"{desk.root}/", "") for one in check_folder(desk.data, now=utc_now())]
    # the tracker adds the recorded time itself
    assert lines == [line for line in found if "r1.yaml" in line and "when it was recorded" not in line]
    assert lines == [f"data/recommendations/r1.yaml:{one}" for one in says]


@pytest.mark.folder_only
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("s/Nothing was done/Much was done/", "8: assessments are added, never overwritten"),
        ("/^assessments/,/recorded_by/d", "2: assessments are added, never overwritten"),
        ("s/^recorded: 2026/recorded: 2025/", "15: 'recorded' is written by the tracker; leave it as it was"),
        ("s/^recorded: .*/&\\nrecorded_by: me/", "16: 'recorded_by' is written by the tracker; leave it as it was"),
    ],
)
def test_what_was_recorded_cannot_be_rewritten(desk, change, says):
    code, _, err = desk.edit(f"sed -i '{change}' $1", "r1")
    assert (code, err.splitlines()[0]) == (2, f"data/recommendations/r1.yaml:{says}")
    assert desk.text("recommendations/r1.yaml") == R1


def test_a_file_that_is_not_there_cannot_be_named(desk):
    entry = f"{{sha256: {'0' * 64}, kind: pdf, name: a.pdf, size: 5, {RECORDED}}}"
    code, _, err = desk.edit(f"echo 'files: [{entry}]' >> $1", "e1")
    assert (code, err.splitlines()[0]) == (
        2,
        "data/evidence/e1.yaml:6: the file a.pdf is not there any more; attach it again",
    )


def test_a_reason_that_may_identify_someone_is_asked_again(desk):
    script = "[ -e once ] || sed -i 's/^title: T/title: New/' $1; touch once"
    code, out, _ = desk.edit(script, "r1", answers="He called +996 555 000 111\ne\nA slip.\n")
    assert (code, f"r1.yaml:2: in the reason: {PHONE}" in out, "+996" in out) == (0, True, False)
    assert [one.reason for one in DatasetReader(desk.data).read(fresh=True).recommendations["r1"].history] == [
        "A slip."
    ]


def test_at_a_terminal_it_asks_for_another_try_and_for_the_reason(desk):
    script = (
        "if grep -q sumary $1; then sed -i 's/^sumary: S/summary: New/' $1; else sed -i 's/^summary/sumary/' $1; fi"
    )
    code, out, err = desk.edit(script, "r1", answers="x\ne\n\nA better summary.\n")
    assert (code, err) == (0, "")
    assert "unknown key 'sumary'" in out
    (entry,) = DatasetReader(desk.data).read(fresh=True).recommendations["r1"].history
    assert (entry.field, entry.reason, desk.drafts) == ("summary", "A better summary.", {})


def test_what_is_thrown_away_is_gone(desk):
    code, out, _ = desk.edit("sed -i 's/^summary/sumary/' $1", "r1", answers="t\n")
    assert (code, out.endswith("Nothing was saved.\n"), desk.drafts) == (0, True, {})


def test_who_stops_at_a_question_keeps_what_was_typed(desk):
    code, _, err = desk.edit("sed -i 's/^title: T/title: New/' $1", "r1", answers="")
    assert (code, err.splitlines()[0]) == (2, "There was no answer. Nothing was saved.")
    assert desk.drafts["r1.yaml"] == R1.replace("title: T", "title: New")
    assert desk.text("recommendations/r1.yaml") == R1

    def interrupted(_question: str) -> str:
        raise KeyboardInterrupt

    desk.set.setattr(edit_cli, "_ask", interrupted)
    code, _, err = desk.edit("sed -i 's/^title: T/title: New/' $1", "r1", answers="")
    assert (code, err.splitlines()[1]) == (130, "Cancelled. Nothing was saved.")
    assert err.startswith("What you typed is in ~/drafts/tracker-edit-")


def test_mistakes_in_an_entry_have_the_lines_of_the_text_that_was_edited(desk):
    assert desk.edit("sed -i 's/^body: cescr/body: crc/' $1", "report-2024")[2].splitlines()[0] == (
        "report-2024.yaml:2: there is no treaty body 'crc'; add it, or correct the id"
    )
    assert desk.edit("sed -i 's/^cycle/cyle/' $1", "report-2024")[2].splitlines()[:2] == [
        "report-2024.yaml:1: 'cycle' is missing; write 'cycle: …' here",
        "report-2024.yaml:5: unknown key 'cyle'; did you mean 'cycle'?",
    ]
    assert (
        desk.edit("sed -i 's/^id: .*/id: other/' $1", "report-2024")[2]
        .splitlines()[0]
        .endswith(
            "the document 'report-2024' is missing; its id stays, and it is never deleted: add an event 'retired'"
        )
    )
    assert desk.text("documents.yaml") == DOCUMENTS


def test_what_an_edit_breaks_elsewhere_has_the_place_where_it_is(desk):
    kind = "sed -i 's/^kind: .*/kind: state-report/' $1"
    assert desk.edit(kind, "report-2024")[2].splitlines()[0] == (
        "data/recommendations/r1.yaml:2: report-2024 is not an alternative report: its recommendations are not issued by "
        "civil society"
    )
    retired = "echo 'events: [{type: retired, reason: R}]' >> $1"
    (desk.data / "recommendations" / "r1.yaml").unlink()
    path = desk.data / "documents.yaml"
    path.write_text(
        DOCUMENTS.replace("seen}", "seen, follow_up: {verification: seen, source: {document: report-2024}}}")
    )
    assert desk.edit(retired, "report-2024")[2].splitlines()[0] == (
        "data/documents.yaml:12: co-2024 names the document 'report-2024', which is retired; name another one, or restore it"
    )


@pytest.mark.folder_only
def test_without_an_editor_or_somebody_to_ask_it_says_what_is_missing(desk):
    assert desk.edit(":", "r1", EDITOR="")[2] == (
        "There is no text editor. Set EDITOR to the program with which you edit text, such as nano.\n"
    )
    assert desk.edit(":", "r1", EDITOR="nosuch-editor")[2] == (
        "The editor nosuch-editor cannot be started (No such file or directory). Set EDITOR.\n"
    )
    assert desk.edit("exit 1", "r1")[2] == "The editor sh ended with an error. Nothing was saved.\n"
    assert desk.edit("rm $1", "r1")[2].endswith("cannot be read (No such file or directory). Nothing was saved.\n")
    assert desk.edit(":", "r2", answers="", VISUAL="true", EDITOR="false")[:2] == (0, "Nothing was changed.\n")
    (desk.data / "evidence" / "r1.yaml").write_text(SHOWN)
    assert desk.edit(":", "r1")[2] == (
        "Several records have the id r1. Give the name of the file instead: recommendations/r1.yaml, evidence/r1.yaml\n"
    )
    assert desk.edit(":", "evidence/r1.yaml")[0] == 0
    assert desk.edit(":", "../r1")[0] == 2
    desk.reason = []
    assert desk.edit(":", "r2")[2].startswith("Without a terminal nobody can be asked. Give --reason")


def test_if_it_cannot_be_written_what_was_typed_is_kept(desk):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    assert desk.edit(":", "r1")[0] == 0
    desk.set.setattr(folder_storage, "replace_all", full)
    desk.set.setattr(database_storage.DatabaseTransaction, "commit", full)
    code, _, err = desk.edit("sed -i 's/^title: T/title: New/' $1", "r1")
    assert (code, err.splitlines()[0]) == (
        2,
        "Could not write to disk (No space left on device). Nothing was saved.",
    )
    assert desk.drafts == {"r1.yaml": R1.replace("title: T", "title: New")}
