"""Adding and editing evidence apart from an assessment: what was typed, as a record; and what is missing in it."""

from dataclasses import replace

import pytest

from tests.editing.test_recommendation_form import ENGLISH, FILES, WHY, saved, view
from tests.support.small_dataset import Clock, folder
from tracker.editing.forms.assessment import EvidenceForm
from tracker.editing.store import Store
from tracker.model.localized_text import TextVariant
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind, Verification
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def store(tmp_path):
    return Store(DatasetReader(folder(tmp_path, FILES), look_every=10_000), clock=Clock())


ITEM = EvidenceForm(
    id="parliament-2026",
    kind=EvidenceKind.LAW,
    publisher="Parliament",
    title={"en": ""},
    summary={"en": "It was passed."},
    happened="2026-01-20",
    dimension=EvidenceDimension.LAW,
    verification=Verification.REPORTED,
)


def test_new_evidence_bears_on_what_was_chosen(store):
    v = view(store)
    assert ITEM.validate(v, None, ENGLISH) == []
    form = replace(ITEM, relevant_to={EvidenceEffect.PROGRESS: ("x",)}, themes=("health",))
    (e,) = form.apply(v, None, WHY, ENGLISH)
    assert saved(store, e) == [
        "+# yaml-language-server: $schema=../schema/evidence.json", "+kind: law", "+publisher: Parliament",
        "+happened: 2026-01-20", "+summary: It was passed.", "+dimension: law", "+verification: reported",
        "+relevant_to:", "+  - recommendation: x", "+    effect: progress",
        "+    recorded: 2026-01-31T12:00:01.000000Z", "+tags:", "+  - tagged_by: ours", "+    themes:",
        "+      - health", "+recorded: 2026-01-31T12:00:01.000001Z", "+recorded_by: editor-anna",
    ]  # fmt: skip
    v = view(store)
    assert "parliament-2026" in {e.id for e, _b in v.evidence_for(v.recommendations["x"])}


def test_evidence_is_edited_and_keeps_the_part_that_it_bears_on(store):
    v = view(store)
    e = v.dataset.evidence["law"]
    form = replace(EvidenceForm.from_record(v, e, ENGLISH), happened="2026-01", title={"en": "A law"})
    (e,) = form.apply(v, e, WHY, ENGLISH)
    assert saved(store, e) == ["+title: A law", "+happened: 2026-01"]
    assert view(store).evidence["law"].relevant_to[0].part == "b"


def test_a_text_that_was_too_long_before_does_not_stand_in_the_way_of_an_edit(store):
    v = view(store)
    e = replace(v.dataset.evidence["law"], title={"en": TextVariant(text="a\n" + "b" * 301)})
    form = EvidenceForm.from_record(v, e, ENGLISH)
    assert replace(form, title={"en": "a\r\n" + "b" * 301, "ru": ""}, happened="2026-01").validate(v, e, ENGLISH) == []
    assert replace(form, title={"en": "c" * 301}).validate(v, e, ENGLISH) != []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"publisher": " "}, "Enter the publisher (who says it)."),
        (
            {"summary": {"en": " ", "ru": ""}},
            "Summary in your own words: please fill this in, in one language at least.",
        ),
        ({"title": {"en": "a" * 301}}, f"“{'a' * 40}…” is too long: at most 300 characters."),
        ({"kind": None}, "Choose the kind of source."),
        ({"dimension": None}, "Choose what it is about: law, practice or outcome."),
        ({"verification": None}, "Say whether the source itself has been read."),
        ({"added_for": "x", "relevant_to": {EvidenceEffect.PROGRESS: ("y",)}}, "Say what it shows for this recommendation."),
        ({"archived": "archive.org"}, "“archive.org” is not a link. Copy the address of the page, such as https://undocs.org/…"),
        (
            {"published": "2026-13"},
            "When it was published: “2026-13” is not understood as a date. "
            "Write, for example, 12 March 2026, March 2026, 2026, 11–12 March 2026, 2021–2024 or about May 2025.",
        ),
        ({"relevant_to": {EvidenceEffect.PROGRESS: ("x",), EvidenceEffect.SETBACK: ("x",)}}, "For one recommendation, evidence can show only one thing: T appears in two fields."),
    ],
)  # fmt: skip
def test_what_is_missing_in_evidence_is_said(store, fields, sentence):
    assert replace(ITEM, **fields).validate(view(store), None, ENGLISH) == [sentence]


def test_evidence_that_bears_in_two_ways_on_two_parts_can_still_be_edited(store):
    v = view(store)
    (context,) = v.dataset.evidence["law"].relevant_to
    e = replace(
        v.dataset.evidence["law"], relevant_to=(context, replace(context, part="a", effect=EvidenceEffect.SETBACK))
    )
    form = EvidenceForm.from_record(v, e, ENGLISH)
    assert form.validate(v, e, ENGLISH) == []
    assert form.apply(v, e, WHY, ENGLISH) == (e,)


@pytest.mark.parametrize(
    ("publisher", "published", "id"),
    [
        ("UN Geneva", "2024-09", "un-geneva-2024"),
        ("Азаттык", "2026", "evidence-2026"),
        ("Азаттык", "", "evidence"),
        (" ", "2026", ""),
        ("Law", "", "law-2"),
    ],
)
def test_an_id_comes_from_the_publisher_and_the_year(store, publisher, published, id):
    assert EvidenceForm(publisher=publisher, published=published).suggest_id(view(store)) == id
