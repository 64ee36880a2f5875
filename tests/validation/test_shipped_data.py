"""The shipped data says what is known, marks how sure that is, and holds nothing that could lead to a person."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.support.server_process import ROOT
from tracker.model.dataset import Dataset
from tracker.model.lifecycle import is_active
from tracker.model.vocabulary import (
    EventType,
    EvidenceEffect,
    Issuer,
    Status,
    TextOrigin,
    UptakeResult,
    Verification,
    Voice,
)
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml.format import record_values
from tracker.validation.check import check_folder

DATA = ROOT / "data"
QUOTED = {
    "ngo-2024-r1": "Repeal discriminatory laws that provide for any form of punishment for any act committed in the context of drug consumption, including simple possession.",
    "ngo-2024-r2": "Amend criminal laws with the legal definition of drug trafficking to clearly distinguish it from social distribution in the context of drug use. Such a definition of trafficking could include the purpose of systematic enrichment on a scale that significantly exceeds the suspect's basic needs and their family's basic needs.",
    "ngo-2024-r3": "In aid of making such vital distinctions, the law may specify threshold quantities of substances, but only to indicate when the engagement of law enforcement, rather than other social and health measures, might be in the public interest.",
    "ngo-2024-r4": "The law must be clear that defined threshold quantities cannot be applied to amount to de jure or de facto derogation from the right to a fair trial, including the presumption of innocence. For example, possession of a quantity greater than a set threshold amount cannot give rise to a legal presumption that possession was for the purpose of trafficking, nor can it suffice on its own to prove such an offense beyond a reasonable doubt.",
    "ngo-2024-r5": "Focus on prevention, harm reduction, and science-based drug treatment and rehabilitation services, while focusing law enforcement on counteracting wholesale drug trafficking committed with the purpose of systemic enrichment.",
    "ngo-2024-r6": "Provide science-based and human rights-oriented alternatives to prosecution and punishment for people who use drugs, prioritizing human rights over criminalization, and aligning drug policies with international best practices.",
    "ngo-2024-r7": "Expand access to harm reduction programs with consistent and sustainable state funding.",
    "ngo-2024-r8": "Launch comprehensive public awareness, stigma, and discrimination campaigns to improve access to health services for people who use drugs.",
    "ngo-2024-r9": "Develop and implement mandatory human rights training for law enforcement personnel to ensure that interactions with individuals who use drugs are respectful, fair, and free from abuse.",
}
COMMITTEES = {
    # id: (document, paragraph, mark, same demand)
    "cat-2021-13": ("cat-c-kgz-co-3", "13", Verification.SEEN, []),
    "cat-2021-25": ("cat-c-kgz-co-3", "25", Verification.SEEN, []),
    "cat-2021-custody": ("cat-c-kgz-co-3", None, Verification.REPORTED, []),
    "ccpr-2014-15": ("ccpr-c-kgz-co-2", "15", Verification.SEEN, []),
    "ccpr-2014-24": ("ccpr-c-kgz-co-2", "24", Verification.SEEN, []),
    "ccpr-2022-12": ("ccpr-c-kgz-co-3", "12", Verification.REPORTED, ["ngo-2024-r9"]),
    "cedaw-2021-36c": ("cedaw-c-kgz-co-5", "36 (c)", Verification.REPORTED, ["ngo-2024-r8"]),
    "cedaw-2021-44": ("cedaw-c-kgz-co-5", "44", Verification.REPORTED, []),
    "cedaw-2021-custody": ("cedaw-c-kgz-co-5", None, Verification.REPORTED, []),
    "cedaw-2021-possession": ("cedaw-c-kgz-co-5", None, Verification.REPORTED, ["ngo-2024-r1"]),
    "cescr-2015-22": ("e-c12-kgz-co-2-3", "22", Verification.REPORTED, ["ngo-2024-r8"]),
    "cescr-2024-11": ("e-c12-kgz-co-4", "11", Verification.REPORTED, []),
    "cescr-2024-drugs": ("e-c12-kgz-co-4", None, Verification.TO_CHECK, []),
}
SYMBOLS = [
    "CAT/C/KGZ/3",
    "CAT/C/KGZ/CO/2",
    "CAT/C/KGZ/CO/3",
    "CAT/C/KGZ/QPR/4",
    "CCPR/C/120/2",
    "CCPR/C/KGZ/3",
    "CCPR/C/KGZ/CO/2",
    "CCPR/C/KGZ/CO/2/Add.1",
    "CCPR/C/KGZ/CO/3",
    "CEDAW/C/KGZ/CO/4",
    "CEDAW/C/KGZ/CO/4/Add.1",
    "CEDAW/C/KGZ/CO/5",
    "E/C.12/KGZ/4",
    "E/C.12/KGZ/CO/2-3",
    "E/C.12/KGZ/CO/4",
    "E/C.12/KGZ/Q/4",
]
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


@pytest.fixture(scope="module")
def data() -> Dataset:
    return DatasetReader(DATA).read()


def current(items: Iterable[Any]) -> list[Any]:
    """The items of a record that were not withdrawn."""
    return [item for item in items if is_active(item, None)]


def test_the_shipped_data_has_no_problems():
    assert check_folder(DATA) == []


def test_nine_recommendations_of_civil_society_are_quoted_in_full(data):
    nine = [r for r in data.recommendations.values() if r.issued_by is Issuer.CIVIL_SOCIETY]
    assert {r.id: r.text["en"].text for r in nine} == QUOTED
    assert {(r.document, r.verification, r.text["en"].origin, *r.text) for r in nine} == {
        ("ngo-2024", Verification.SEEN, TextOrigin.OFFICIAL, "en")
    }
    assert [r.paragraph for r in nine] == list("123456789")


def test_recommendations_of_committees_are_summed_up_and_two_are_quoted(data):
    theirs = [r for r in data.recommendations.values() if r.issued_by is Issuer.COMMITTEE]
    same = {r.id: [s.recommendation for s in current(r.same_demand)] for r in theirs}
    told = {r.id: (r.document, r.paragraph, r.verification, same[r.id]) for r in theirs}
    assert (told, [r.id for r in theirs if r.text]) == (COMMITTEES, ["ccpr-2014-15", "ccpr-2014-24"])
    assert [part.id for part in data.recommendations["cedaw-2021-44"].parts] == list("abcde")
    assert [part.id for part in data.recommendations["ccpr-2022-12"].parts] == list("abc")


def test_a_link_that_went_too_far_is_withdrawn_with_a_reason(data):
    (same,) = data.recommendations["cedaw-2021-44"].same_demand
    (event,) = same.events
    assert (same.recommendation, event.type, *event.reason) == ("ngo-2024-r8", EventType.WITHDRAWN, "en", "ru")


def test_a_demand_that_is_shared_in_part_says_in_which(data):
    partly = {r.id: s.note for r in data.recommendations.values() for s in current(r.same_demand) if s.note}
    assert [name for name, note in partly.items() if note["en"].text.startswith("In part: ")] == [
        "ccpr-2022-12",
        "cescr-2015-22",
    ]


def test_what_rests_on_one_source_says_so(data):
    summary = data.recommendations["cedaw-2021-possession"].summary
    assert "Only one source reports this" in summary["en"].text
    assert "только один источник" in summary["ru"].text


def test_every_text_that_readers_meet_is_there_in_english_and_russian(data):
    records = [*data.recommendations.values(), *data.evidence.values()]
    texts = {f"{r.id}.title": r.title for r in records} | {f"{r.id}.summary": r.summary for r in records}
    texts |= {f"{d.id}.title": d.title for d in data.documents.values()}
    texts |= {f"{label.id}.label": label.label for label in (*data.settings.themes, *data.settings.groups)}
    texts |= {f"{status}.label": words.label for status, words in data.settings.statuses.items()}
    texts |= {f"{r.id}.reason": a.reason for r in data.recommendations.values() for a in r.assessments}
    assert {name for name, text in texts.items() if not {"en", "ru"} <= set(text)} == set()


def test_the_first_assessments_are_a_baseline_of_2024(data):
    ours = [
        (r.id, a)
        for r in data.recommendations.values()
        for a in current(r.assessments)
        if a.voice is Voice.CIVIL_SOCIETY
    ]
    assert [(name, a.status, a.date) for name, a in ours] == [
        ("ngo-2024-r1", Status.NOT_IMPLEMENTED, "2024"),
        ("ngo-2024-r2", Status.NOT_IMPLEMENTED, "2024"),
        ("ngo-2024-r5", Status.NOT_IMPLEMENTED, "2024"),
        ("ngo-2024-r7", Status.PARTIALLY, "2024"),
    ]
    reading = "The tracker's reading of the 2024 alternative report, not its authors' rating: "
    assert [name for name, a in ours if not a.reason["en"].text.startswith(reading)] == []


def test_an_assessment_that_sees_progress_names_evidence_of_progress(data):
    for r in data.recommendations.values():
        effects = {(e.id, link.recommendation): link.effect for e in data.evidence.values() for link in e.relevant_to}
        for a in current(r.assessments):
            if a.voice is Voice.CIVIL_SOCIETY and a.status is Status.PARTIALLY:
                assert [effects[name, r.id] for name in a.evidence] == [EvidenceEffect.PROGRESS]


def test_what_the_state_says_is_reported_and_coded_by_us(data):
    theirs = [(r.id, a) for r in data.recommendations.values() for a in r.assessments if a.voice is Voice.STATE]
    replies = [(a.status, a.date, a.verification, a.source.cited_by) for name, a in theirs if name.startswith("ccpr")]
    assert replies == [(None, "2016-10-31", Verification.REPORTED, "ccpr-c-120-2")] * 3
    theirs = [(name, a) for name, a in theirs if not name.startswith("ccpr")]
    assert [(name, a.status, a.date, a.verification, a.source.cited_by) for name, a in theirs] == [
        ("ngo-2024-r1", None, "2020-04-20", Verification.REPORTED, "ngo-2024"),
        ("ngo-2024-r6", Status.PARTIALLY, "2020-04-20", Verification.REPORTED, "ngo-2024"),
        ("ngo-2024-r7", Status.PARTIALLY, "2020-04-20", Verification.REPORTED, "ngo-2024"),
        ("ngo-2024-r9", Status.PARTIALLY, "2020-04-20", Verification.REPORTED, "ngo-2024"),
    ]
    assert [name for name, a in theirs if "our classification" not in a.reason["en"].text.casefold()] == []


def test_one_committee_graded_two_paragraphs_and_the_clause_that_names_a_person_is_left_out(data):
    graded = [(r, a) for r in data.recommendations.values() for a in r.assessments if a.voice is Voice.COMMITTEE]
    assert [(r.id, a.part, a.grade, a.source.document) for r, a in graded] == [
        ("ccpr-2014-15", "1", "C", "ccpr-c-120-2"),
        ("ccpr-2014-15", "2", "B", "ccpr-c-120-2"),
        ("ccpr-2014-15", "3", "B", "ccpr-c-120-2"),
        ("ccpr-2014-24", None, "C", "ccpr-c-120-2"),
    ]
    text = data.recommendations["ccpr-2014-15"].text["en"]
    assert (text.origin, ", […]; initiate criminal" in text.text) == (TextOrigin.OFFICIAL, True)


def test_uptake_of_all_nine_is_still_to_be_checked(data):
    uptake = [(r.id, u.recommendation, u.result) for r in data.recommendations.values() for u in r.uptake]
    assert uptake == [("cescr-2024-drugs", name, UptakeResult.TO_CHECK) for name in QUOTED]


def test_the_documents_are_those_that_were_seen_and_open_at_the_un(data):
    assert sorted(d.symbol for d in data.documents.values() if d.symbol) == SYMBOLS
    assert [
        d.id for d in data.documents.values() if d.link != (f"https://undocs.org/{d.symbol}" if d.symbol else None)
    ] == []
    assert [d.id for d in data.documents.values() if not d.symbol] == ["ngo-2024"]


def test_follow_up_is_told_only_where_it_was_read(data):
    selected = {d.id: d.follow_up.paragraphs for d in data.documents.values() if d.follow_up and d.follow_up.paragraphs}
    steps = [step.date for d in data.documents.values() if d.follow_up for step in d.follow_up.steps]
    assert (selected, steps) == (
        {"ccpr-c-kgz-co-2": ("14", "15", "24"), "cat-c-kgz-co-3": ("13", "19", "25")},
        ["2023-03-17", "2023-10-26"],
    )


def test_only_the_scale_of_one_committee_is_known(data):
    scales = {b.code: ["".join(g.grade for g in scale.grades) for scale in b.scales] for b in data.bodies.values()}
    assert scales == {"CESCR": [""], "CCPR": ["ABCDE", "AB1B2C1C2D1D2E"], "CAT": [""], "CEDAW": [""]}


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
        text = re.sub(
            r"Criminal Code, article 149|статья 149 Уголовного|ICESCR art\. 12\b|article 19 of the Covenant",
            " ",
            " ".join(text.split()),
        )
        if found := re.findall(PRIVATE[what], text, re.IGNORECASE if what != "initials" else 0):
            told[path.name] = found
    assert told == {}
