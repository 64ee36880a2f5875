"""Organisations: what is wrong with a signature, with file and line, and who signs for whom."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.small_dataset import ANNA, ASKED, TRACKER, folder, said
from tracker.editing.store import Store
from tracker.model.errors import NotAllowed
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment
from tracker.model.vocabulary import Status, Voice
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

ORGANISATIONS = """\
organisations:
  - {id: watch, name: {en: Health Watch, ru: Дозор}, abbreviation: HW, kind: civil-society}
  - {id: us, name: Our editors, kind: editors}
"""
RECORDED = "recorded: 2026-01-02T12:00:00.000000Z"
OURS = ASKED + f"assessments:\n  - {{voice: civil-society, status: not-implemented, date: 2024, reason: R., {RECORDED}"
STATE = (
    ASKED + f"assessments:\n  - {{voice: state, date: 2024, reason: R., source: {{cited_by: report-2024}}, {RECORDED}"
)


def told(tmp_path, record, organisations=ORGANISATIONS, now=None):
    root = folder(tmp_path, {"tracker": TRACKER + organisations, "r/x": record})
    return [str(problem).removeprefix(f"{root}/") for problem in check_folder(root, now=now)]


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (OURS + ", organisation: watch}\n", None),
        (OURS + ", organisation: us}\n", None),
        (STATE + ", assessor: A minister's office}\n", None),
        (OURS + ", organisation: wach}\n", "there is no organisation 'wach'; did you mean 'watch'?"),
        (OURS + "}\n", "the assessment names no organisation; write 'organisation', one of watch, us"),
        (OURS + ", assessor: Somebody}\n", "the key 'assessor' is only for the State and committees; write 'organisation' with an id from tracker.yaml"),
        (OURS + ", organisation: us, assessor: Somebody}\n", "the key 'assessor' is only for the State and committees; leave it out"),
        (STATE + ", organisation: watch}\n", "the State and committees are not organisations; leave out the key 'organisation'"),
        (OURS.replace("not-implemented", "assessments-differ") + ", organisation: us}\n", "'assessments-differ' follows from the assessments of several organisations; give the status of this one"),
    ],
)  # fmt: skip
def test_who_signs_is_checked(tmp_path, record, problem):
    assert told(tmp_path, record) == ([f"recommendations/x.yaml:8: {problem}"] if problem else [])


def test_an_id_occurs_once_and_a_kind_is_known(tmp_path):
    twice = ORGANISATIONS.replace("id: us", "id: watch")
    line = TRACKER.count("\n") + 3
    problem = f"tracker.yaml:{line}: the organisation 'watch' occurs twice; use each id once"
    assert told(tmp_path, ASKED, twice) == [problem]
    assert "unknown kind 'ngo'" in told(tmp_path, ASKED, ORGANISATIONS.replace("civil-society", "ngo"))[0]


def test_a_dataset_without_organisations_needs_no_signature(tmp_path):
    assert told(tmp_path, OURS + "}\n", "") == []
    assert told(tmp_path, OURS + ", organisation: editors}\n", "") == []


@pytest.mark.parametrize(
    ("day", "is_wrong"),
    [("2026-11-25", False), ("2026-11", False), ("2026", False), ("2026-11-26", True), ("2027", True)],
)
def test_a_date_in_the_future_is_a_problem(tmp_path, day, is_wrong):
    now = datetime(2026, 11, 25, 23, tzinfo=UTC)
    record = OURS.replace("date: 2024", f"date: {day}") + ", organisation: us"
    advice = "correct it, or record a planned date as a deadline"
    problem = f"recommendations/x.yaml:8: the date {day} is in the future; {advice}"
    assert told(tmp_path, record + "}\n", now=now) == [problem] * is_wrong
    assert told(tmp_path, record + ", events: [{type: withdrawn}]}\n", now=now) == []
    # in Bishkek it is the next day already
    bishkek = ORGANISATIONS + "timezone: Asia/Bishkek\n"
    assert told(tmp_path, record + "}\n", bishkek, now=now) == [problem] * (day == "2027")


def test_a_person_signs_only_for_their_organisation(tmp_path):
    root = folder(tmp_path, {"tracker": TRACKER + ORGANISATIONS, "r/x": ASKED})
    store = Store(DatasetReader(root))

    def signs(by, organisation):
        r = store.reader.read().recommendations["x"]
        status = {"status": Status.NOT_IMPLEMENTED, "date": "2025", "reason": said("R.")}
        a = Assessment(voice=Voice.CIVIL_SOCIETY, organisation=organisation, **status)
        store.save(replace(r, assessments=(*r.assessments, a)), by=by, reason="-")

    watch = Person(Role.EDITOR, "editor-w1", "watch")
    signs(watch, "watch")
    with pytest.raises(NotAllowed, match="You assess for watch, not for another organisation"):
        signs(watch, "us")
    signs(ANNA, "us")  # somebody without an organisation may sign for each
    assert [a.organisation for a in store.reader.read().recommendations["x"].assessments] == ["watch", "us"]
