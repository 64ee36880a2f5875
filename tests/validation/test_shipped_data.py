"""The shipped data says what is known, marks how sure that is, and holds nothing that could lead to a person."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.support.server_process import ROOT
from tracker.model.dataset import Dataset
from tracker.model.localized_text import TextVariant
from tracker.model.vocabulary import Verification
from tracker.queries.data_health import list_readings
from tracker.queries.follow_up import grade_meaning, printed_grades
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml.format import record_values
from tracker.validation.check import check_folder

DATA = ROOT / "data"
PRIVATE = {
    "an amount of money": r"\d[\d .,]*(?:soms?|KGS|USD|dollars?|euros?|сом(?:а|ов)?|долл\w*)\b|[$€]\s?\d",
    "a weight or a dose": r"\d\s?(?:kg|g|mg|ml|кг|мг|мл)\b|\b(?:kilo|milli)?gram(?:me)?s?\b|\b(?:кило|милли)?грамм",
    "an article": r"\b(?:arts?\.|articles?|ст\.|стат\w+)\s*\d",
    "a term of sentence": r"\d\s?(?:years?|months?)\W+(?:in prison|of imprisonment|imprisonment|sentence)|(?:лет|год\w*|месяц\w*) лишения",
    "a title before a name": r"\b(?:Mr|Mrs|Ms)\b\.?|\bг-(?:н|жа)\b",
    "initials": r"\b[A-ZА-Я]\. ?[A-ZА-Я]\.",
    "a place within the country": r"\b(?:district|oblast|rayon|village|район|област)\w*",
    "a person's age": r"\b(?:aged|years? old|лет от роду)\b|-летн",
    "a phone number or a mail address": r"\+996|\w@\w",
}


KNOWN = (
    r"Criminal Code, article 149|статья 149 Уголовного|ICESCR art\. 12\b|ICCPR art\. 14\b|article 19 of the Covenant"
)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return DatasetReader(DATA).read()


@pytest.mark.slow
def test_the_shipped_data_has_no_problems():
    assert check_folder(DATA) == []


def test_every_text_that_readers_meet_is_there_in_english_and_russian(data):
    records = [*data.recommendations.values(), *data.evidence.values()]
    texts = {f"{r.id}.title": r.title for r in records} | {f"{r.id}.summary": r.summary for r in records}
    texts |= {f"{d.id}.title": d.title for d in data.documents.values()}
    texts |= {f"{label.id}.label": label.label for label in (*data.settings.themes, *data.settings.groups)}
    texts |= {f"{status}.label": words.label for status, words in data.settings.statuses.items()}
    texts |= {f"{r.id}.reason": a.reason for r in data.recommendations.values() for a in r.assessments}
    assert {name for name, text in texts.items() if not {"en", "ru"} <= set(text)} == set()


def test_evidence_is_reported_bears_on_a_recommendation_and_opens(data):
    assert [e.id for e in data.evidence.values() if e.verification is not Verification.REPORTED] == []
    assert [e.id for e in data.evidence.values() if not e.relevant_to] == []
    assert [e.id for e in data.evidence.values() if not e.link and e.document != "ngo-2024"] == []


def recorded(value: Any) -> Iterator[str]:
    """Every recorded time in a record, wherever it stands."""
    if isinstance(value, dict):
        yield from (item for key, item in value.items() if key == "recorded")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from recorded(item)


def test_everything_recorded_has_a_time_of_its_own(data):
    records = [*data.recommendations.values(), *data.evidence.values()]
    times = [time for record in records for time in recorded(record_values(record))]
    assert len(times) == len(set(times))
    events = [a for r in data.recommendations.values() for a in (*r.assessments, *r.uptake, *r.same_demand)]
    events += [b for e in data.evidence.values() for b in e.relevant_to]
    assert [thing for thing in (*records, *events) if thing.recorded is None] == []


@pytest.mark.parametrize("what", PRIVATE)
def test_nothing_in_the_data_could_lead_to_a_person(what):
    told = {}
    for path in sorted(DATA.rglob("*.yaml")):
        text = re.sub(r"https?://\S+|\b24\.?kg\b|name@example\.org", " ", path.read_text("utf-8"))
        text = re.sub(KNOWN, " ", " ".join(text.split()))
        if found := re.findall(PRIVATE[what], text, re.IGNORECASE if what != "initials" else 0):
            told[path.name] = found
    assert told == {}


def test_the_clause_of_a_quoted_paragraph_that_names_a_person_is_left_out(data):
    assert ", […]; initiate criminal" in data.recommendations["ccpr-2014-15"].text["en"].text


def test_thirteen_recommendations_of_the_first_review_are_there_with_their_states_and_positions(data):
    upr = {r.paragraph: r for r in data.recommendations.values() if r.document == "a-hrc-15-2"}
    uk = "United Kingdom of Great Britain and Northern Ireland"
    states = {number: r.recommending_states for number, r in upr.items()}
    assert states == {
        **{"76.15": (uk,), "76.23": ("Switzerland",), "76.50": ("France",), "76.52": ("France",)},
        **{"76.53": ("Czech Republic",), "76.54": ("Denmark",), "76.57": ("Argentina",), "76.68": ("Jordan",)},
        **{"76.71": ("Czech Republic",), "76.117": ("Pakistan",), "76.126": ("Malaysia",)},
        **{"77.38": (uk,), "77.39": ("Germany",)},
    }
    assert {number: str(r.response) for number, r in upr.items() if r.response != "supported"} == {
        **{"77.38": "to-be-examined", "77.39": "to-be-examined"}
    }
    words = "Strengthen its efforts to eradicate the illegal spread of narcotic drugs (Pakistan)"
    assert upr["76.117"].text["en"].text == words
    assert {r.text["en"].origin for r in upr.values()} == {"official"}
    # the words carry no more
    same = {
        n: [(one.recommendation, str(one.extent)) for one in r.same_demand] for n, r in upr.items() if r.same_demand
    }
    assert same == {"76.68": [("ngo-2024-r9", "part")], "76.71": [("ngo-2024-r9", "part")]}
    assert not data.recommendations["crc-2014-50"].same_demand


def test_the_committees_own_evaluations_stand_in_place_of_our_summaries(data):
    graded = [(r, a) for r in data.recommendations.values() for a in r.assessments if a.grade and not a.events]
    found = {(r.id, a.part): (a.grade, str(a.reason["en"].origin), a.reason["en"].text[:46]) for r, a in graded}
    assert found == {
        ("ccpr-2014-15", "1"): ("C", "official", "The Committee notes the general information pr"),
        ("ccpr-2014-15", "2"): ("B", "official", "The Committee notes that funding has been prov"),
        ("ccpr-2014-15", "3"): ("B", "own", "An individual case. What the Committee says ab"),
        ("ccpr-2014-24", None): ("C", "official", "The Committee notes the information provided, "),
    }
    view = View(data, date(2026, 12, 2))
    meanings = {a.grade: grade_meaning(view, r, a)["en"] for r, a in graded}
    assert meanings["C"] == TextVariant(text="Reply/action not satisfactory", origin="official")
    # without the report, the scale is that of the committee and the year: this is a B
    r, a = graded[0]
    plain = grade_meaning(view, r, replace(a, source=replace(a.source, document="ccpr-c-kgz-co-2")))
    assert (a.grade, plain["en"].text) == ("B", "Partially satisfactory")
    assert [a.grade for a in printed_grades(view, data.recommendations["ccpr-2014-15"])] == ["C", "B", "B"]
    assert [part.id for part in data.recommendations["cedaw-2021-44"].parts] == ["a", "b", "c", "d", "e"]


def test_an_hour_with_internet_follows_from_the_marks(data):
    found = {
        d.id: [(one.what, one.paragraph) for one in lines] for d, lines in list_readings(View(data, date(2026, 12, 2)))
    }
    assert found["cat-c-kgz-co-3"] == [
        *[("document", ""), ("no-record", "19"), ("words", "13"), ("words", "25"), ("words", "")],
    ]
    assert found["e-c12-kgz-co-4"] == [("document", ""), ("follow_up", ""), ("words", "11"), ("words", "")]
    # the paragraph that the Committee has graded, and that is of another theme, is no work
    assert found["ccpr-c-kgz-co-2"] == [("document", "")]
    assert (found["a-hrc-15-2"], found["a-hrc-44-4"]) == ([("answers", "")], [("document", "")])
    assert len(found) == 13
