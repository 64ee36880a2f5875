"""Adding and editing evidence apart from an assessment: what was typed, as a record; and what is missing in it."""

from dataclasses import replace

import pytest

from tests.editing.test_recommendation_form import ENGLISH, FILES, WHY, saved, view
from tests.support.small_dataset import Clock, folder
from tracker.editing import evidence_form
from tracker.editing.store import Store
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind, Verification
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def store(tmp_path):
    return Store(DatasetReader(folder(tmp_path, FILES), look_every=10_000), clock=Clock())


ITEM = evidence_form.EvidenceForm(
    EvidenceKind.LAW,
    "Parliament",
    {"en": ""},
    {"en": "It was passed."},
    "2026-01-20",
    "",
    EvidenceDimension.LAW,
    Verification.SEEN,
)


def test_new_evidence_bears_on_what_was_chosen(store):
    v = view(store)
    assert evidence_form.validate_evidence_form(v, None, ITEM, "parliament-2026", ENGLISH) == []
    e = evidence_form.create_evidence(
        v, "parliament-2026", replace(ITEM, relevant_to={EvidenceEffect.PROGRESS: ("x",)}, themes=("health",))
    )
    assert saved(store, e) == [
        "+# yaml-language-server: $schema=../schema/evidence.json",
        "+kind: law",
        "+publisher: Parliament",
        "+happened: 2026-01-20",
        "+summary: It was passed.",
        "+dimension: law",
        "+verification: seen",
        "+relevant_to:",
        "+  - recommendation: x",
        "+    effect: progress",
        "+    recorded: 2026-01-31T12:00:01.000000Z",
        "+tags:",
        "+  - tagged_by: ours",
        "+    themes:",
        "+      - health",
        "+recorded: 2026-01-31T12:00:01.000001Z",
        "+recorded_by: editor-anna",
    ]
    v = view(store)
    assert "parliament-2026" in {e.id for e, _b in v.evidence_for(v.recommendations["x"])}


def test_evidence_is_edited_and_keeps_the_part_that_it_bears_on(store):
    v = view(store)
    e = v.dataset.evidence["law"]
    fields = evidence_form.evidence_form_from_record(v, e)
    e = evidence_form.apply_evidence_form(v, e, replace(fields, happened="2026-01", title={"en": "A law"}), WHY)
    assert saved(store, e) == ["+title: A law", "+happened: 2026-01"]
    assert view(store).evidence["law"].relevant_to[0].part == "b"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"publisher": " "}, "Evidence needs a publisher: who says it?"),
        ({"summary": {"ru": "О."}}, "The summary is needed in the dataset's main language, in your own words."),
        ({"title": {"en": "a" * 301}}, f"“{'a' * 40}…” is too long: at most 300 characters."),
        ({"archived": "archive.org"}, "The link does not look like a web address: it starts with https:// or http://."),
        (
            {"published": "2026-13"},
            "When it was published: “2026-13” is not a date. "
            "Write it as 2026-03-18, 2026-03, 2026, or 2021/2024 for a period.",
        ),
        (
            {"relevant_to": {EvidenceEffect.PROGRESS: ("x",), EvidenceEffect.SETBACK: ("x",)}},
            "It suggests one thing for a recommendation: T stands in two fields.",
        ),
    ],
)
def test_what_is_missing_in_evidence_is_said(store, fields, sentence):
    assert evidence_form.validate_evidence_form(view(store), None, replace(ITEM, **fields), "n", ENGLISH) == [sentence]


def test_an_id_of_evidence_that_is_taken_is_refused(store):
    v = view(store)
    assert evidence_form.validate_evidence_form(v, None, ITEM, "law", ENGLISH) == [
        "The id “law” is taken. Choose another one."
    ]
    assert evidence_form.validate_evidence_form(v, v.dataset.evidence["law"], ITEM, "", ENGLISH) == []


def test_evidence_that_bears_in_two_ways_on_two_parts_can_still_be_edited(store):
    v = view(store)
    (context,) = v.dataset.evidence["law"].relevant_to
    e = replace(
        v.dataset.evidence["law"], relevant_to=(context, replace(context, part="a", effect=EvidenceEffect.SETBACK))
    )
    fields = evidence_form.evidence_form_from_record(v, e)
    assert evidence_form.validate_evidence_form(v, e, fields, "", ENGLISH) == []
    assert evidence_form.apply_evidence_form(v, e, fields, WHY) == e
