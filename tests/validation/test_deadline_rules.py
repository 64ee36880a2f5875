"""The rules for deadlines, each with a case that fails."""

from datetime import UTC, datetime

import pytest

from tests.support.deadline_story import DEADLINES
from tests.support.story_folder import made
from tracker.validation.check import check_folder

NOW = datetime(2026, 6, 18, 12, tzinfo=UTC)


def told(tmp_path, text):
    found = check_folder(made(tmp_path / "data", {"documents.yaml": text}), now=NOW)
    return [f"{problem.line}: {problem.message}" for problem in found]


@pytest.mark.parametrize("done", ["2026-02-02", "2026-01-02", "2026"])
def test_done_before_the_date_and_in_the_present_year_is_fine(tmp_path, done):
    assert told(tmp_path, DEADLINES.replace("done: 2026-02-02", f"done: {done}")) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("met_by: loi", "met_by: lio", "9: there is no document 'lio'; did you mean 'loi'?"),
        ("met_by: loi", "met_by: co-4", "9: a document cannot meet its own deadline; name the document that was sent, or leave it out"),
        ("document: co-4, paragraph: 61", "document: co-44", "6: there is no document 'co-44'; did you mean 'co-4'?"),
        ("document: co-4, paragraph: 61", "paragraph: 61", "6: a source names nobody; give the document of the register, or the publisher"),
        ("done: 2026-02-02", "done: 2026-06-19", "9: the date 2026-06-19 is in the future; correct it, or record a planned date as a deadline"),
        (", sentence: Within five years.", "", "7: a date calculated by us needs the sentence with the period, such as 'within two years'"),
        (
            'paragraph: 61}, sentence: "Reply by 6 June 2026."',
            "paragraph: 61}, verification: reported, sentence: {en: {text: Reply., origin: official}}",
            "6: a quoted sentence needs 'verification: seen'; write 'origin: own' if it is in your own words",
        ),
        ("kind: session", "kind: submission", "8: the date of our own submission is not the committee's; write 'set_by: ours'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_its_line(tmp_path, old, new, what):
    assert old in DEADLINES
    assert told(tmp_path, DEADLINES.replace(old, new)) == [what]


def test_a_retired_document_meets_no_deadline(tmp_path):
    retired = "verification: seen, events: [{type: retired, recorded: 2026-02-03T12:00:00.000000Z}]}"
    text = DEADLINES.replace("issued: 2026-02-01, verification: seen}", f"issued: 2026-02-01, {retired}")
    (line,) = told(tmp_path, text)
    assert line.endswith(": co-4 names the document 'loi', which is retired; name another one, or restore it")
