"""The data as JSON: every answer has the documented shape, and holds what a reader may see as of the day and the moment."""

import json
from dataclasses import replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from tests.support.deadline_story import DEADLINES
from tests.support.server_process import ROOT
from tests.support.view_requests import ASSESSED, BEFORE, FILES, LATER, ask, small
from tracker.model.records import Evidence, Recommendation
from tracker.publishing.exports import json_api
from tracker.publishing.exports.json_api import HIDDEN_FIELDS
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml import json_schema

SHIPPED = DatasetReader(ROOT / "data").read()


def said(answer):
    return json.loads(answer.body)


def complaints(answer, shape):
    """What the published schema finds wrong in an answer."""
    published = said(json_api.render_schema(ask(SHIPPED)))
    published["anyOf"] = [{"$ref": f"#/$defs/{shape}"}]
    Draft202012Validator.check_schema(published)
    found = Draft202012Validator(published).iter_errors(said(answer))
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def keys(value):
    """Every key anywhere in an answer."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


@pytest.fixture
def data(tmp_path):
    return small(tmp_path, *FILES)


def test_the_list_has_the_documented_shape(data):
    assert complaints(json_api.render_list(ask(SHIPPED)), "ApiRecommendationList") == []
    past = ask(data, "ru", as_of=date(2025, 6, 1), recorded=BEFORE)
    assert complaints(json_api.render_list(past), "ApiRecommendationList") == []


@pytest.mark.parametrize(("kind", "shape"), [(Recommendation, "ApiRecommendation"), (Evidence, "ApiEvidence")])
def test_the_fields_of_the_files_keep_their_names(kind, shape):
    there = said(json_api.render_schema(ask(SHIPPED)))["$defs"][shape]["properties"]
    assert set(json_schema.json_schema_of(kind)["properties"]) - set(HIDDEN_FIELDS) <= set(there)


def test_what_follows_from_the_data_is_there(data):
    x = said(json_api.render_one(ask(data, "ru", one="x")))
    assert (x["id"], x["permalink"]) == ("x", "https://tracker.example/r/x?lang=ru")
    told = [x[name] for name in ("status", "direction", "checked", "stale", "claim_gap")]
    assert told == ["not-implemented", "backward", "2025-03-04", True, 2]
    # the editors are not civil society
    of_voices = {voice: a and a["status"] for voice, a in x["voices"].items()}
    assert of_voices == {"civil-society": None, "state": "implemented", "committee": None}
    assert [(a["organisation"], a["status"]) for a in x["latest_by_organisation"]] == [("editors", "not-implemented")]
    assert x["assessed_by"] == "Оценка редакции трекера; ни одна организация её не проверяла."
    where = x["treaty_body"]["code"], x["document"], x["document_details"]["issued"]
    assert where == ("CESCR", "report-2024", "2024-02")
    assert [(e["id"], e["relevant_to"][0]["effect"]) for e in x["evidence"]] == [("law", "setback")]
    assert x["title"]["ru"] == {"text": "Расширить программу", "origin": "own", "reviewed": False}


def test_the_list_says_what_it_is_and_where_the_rest_is(data):
    found = said(json_api.render_list(ask(data, body=["cescr"], by=["committee"])))
    assert [r["id"] for r in found["recommendations"]] == ["y"]
    assert (found["count"], found["as_of"], found["recorded"], found["licence"]) == (1, None, None, None)
    assert (found["title"]["en"]["text"], found["publisher"]["en"]["text"]) == ("A small dataset", "Nobody")
    links, filters = found["links"], "?by=committee&body=cescr&lang=en"
    paths = {"this": "api/recommendations.json", "page": "recommendations", "csv": "export.csv", "xlsx": "export.xlsx"}
    there = {name: f"https://tracker.example/{path}{filters}" for name, path in paths.items()}
    assert links == {**there, "schema": "https://tracker.example/api/schema.json", "current": None}


def test_one_is_what_the_list_holds_of_it(data):
    one = said(json_api.render_one(ask(data, one="x")))
    dataset = one.pop("dataset")
    listed = said(json_api.render_list(ask(data, id=["x"])))
    assert ([one], dataset["title"]) == (listed["recommendations"], listed["title"])


def test_an_editor_is_never_named_and_nothing_of_the_history_told(data):
    found = json_api.render_list(ask(data))
    assert (b"editor-" in found.body, keys(said(found)) & set(HIDDEN_FIELDS)) == (False, set())
    assert keys(said(json_api.render_list(ask(SHIPPED)))) & set(HIDDEN_FIELDS) == set()


def test_as_of_a_day_what_is_dated_later_is_not_there(data):
    found = said(json_api.render_list(ask(data, as_of=date(2025, 2, 1))))
    x = found["recommendations"][0]
    assert (x["status"], x["assessments"], x["evidence"], x["voices"]["state"]) == ("not-assessed", [], [], None)
    assert found["as_of"] == "2025-02-01"
    assert found["links"]["current"] == "https://tracker.example/api/recommendations.json?lang=en"
    later = said(json_api.render_one(ask(data, as_of=date(2025, 3, 4), one="x")))
    assert (later["assessments"][0]["evidence"], later["status"]) == (["law"], "not-implemented")
    assert later["permalink"] == "https://tracker.example/r/x?lang=en&as_of=2025-03-04"


def test_evidence_that_is_dated_later_is_not_named_by_an_assessment(tmp_path):
    later = (*FILES[:2], ("e/law", FILES[2][1].replace("published: 2025-02", "published: 2025-09")))
    x = said(json_api.render_one(ask(small(tmp_path, *later), as_of=date(2025, 6, 1), one="x")))
    assert (x["status"], x["assessments"][0]["evidence"], x["evidence"]) == ("not-implemented", [], [])


def test_as_recorded_before_a_back_dated_assessment_the_answer_is_that_of_then(tmp_path):
    before, after = small(tmp_path / "a", *FILES), small(tmp_path / "b", ("r/x", LATER), *FILES[1:])
    for make, one in ((json_api.render_list, ""), (json_api.render_one, "x")):
        assert make(ask(after, recorded=BEFORE, one=one)).body == make(ask(before, recorded=BEFORE, one=one)).body
    now = said(json_api.render_one(ask(after, one="x")))
    assert (now["status"], len(now["assessments"])) == ("implemented", 3)


def test_an_unknown_id_is_not_found_and_not_repeated(data):
    found = json_api.render_one(ask(data, one="<script>alert(1)</script>"))
    assert (found.status, found.media_type) == (404, "application/json")
    assert said(found) == {"error": "There is no recommendation with this id.", "near": []}
    assert complaints(found, "ApiError") == []


def test_an_archived_id_never_leads_to_another_one(tmp_path):
    gone = "events: [{type: retired, into: y, recorded: 2026-01-06T12:00:00.000000Z, recorded_by: editor-anna}]\n"
    data = small(tmp_path, ("r/x", ASSESSED.replace("assessments:", gone + "assessments:")), *FILES[1:])
    found = json_api.render_one(ask(data, "ru", one="x"))
    assert found.status == 410
    assert "https://tracker.example/recommendation?id=x&lang=ru" in said(found)["error"]
    assert said(json_api.render_one(ask(data, recorded=BEFORE, one="x")))["id"] == "x"


def test_other_sites_may_read_what_is_published_but_not_what_runs_on_somebodys_machine(data):
    published = ask(data)
    here = replace(published, origin="http://127.0.0.1:8501")
    assert json_api.render_list(published).headers == {"Access-Control-Allow-Origin": "*"}
    assert json_api.render_list(here).headers == {}


def test_the_deadlines_say_where_they_stand_and_whose_date_it_is(tmp_path):
    past = small(tmp_path / "1", ("documents", DEADLINES.replace("cescr", "cat").replace("ccpr", "cedaw")))
    answer = json_api.render_deadline_data(ask(past))
    assert complaints(answer, "ApiDeadlineList") == []
    assert complaints(json_api.render_deadline_data(ask(SHIPPED)), "ApiDeadlineList") == []
    told = {found["kind"] or "due": found for found in said(answer)["deadlines"]}
    by_committee = {"list-of-issues": "done", "session": "passed", "reply": "overdue", "due": "next"}
    assert {name: (found["state"], found["set_by"]) for name, found in told.items()} == {
        **{name: (state, "committee") for name, state in by_committee.items()},
        "next-report": ("next", "computed"),
    }
    assert (told["list-of-issues"]["done"], told["list-of-issues"]["met_by"]) == ("2026-02-02", "loi")
    reply = told["reply"]
    assert (reply["source"]["paragraph"], reply["sentence"]["en"]["text"]) == ("61", "Reply by 6 June 2026.")
    assert said(json_api.render_deadline_data(ask(past, body=["cat"])))["count"] == 4
