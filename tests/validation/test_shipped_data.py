"""The shipped data says what is known, marks how sure that is, and holds nothing that could lead to a person."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.server_process import ROOT
from tracker.model.dataset import Dataset
from tracker.model.vocabulary import Verification
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
