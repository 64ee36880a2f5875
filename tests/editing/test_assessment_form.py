"""What somebody typed into the form, and what is missing in it."""

import pytest

from tracker.editing.assessment_form import (
    AssessmentForm,
    NewEvidenceForm,
    assessment_from_form,
    evidence_from_form,
    suggest_evidence_id,
    validate_assessment_form,
)
from tracker.i18n import get_language
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.vocabulary import EvidenceEffect, Status, Verification, Voice

ENGLISH = get_language("en")
WHOLE = AssessmentForm(status=Status.NOT_IMPLEMENTED, date="2026-11", reason="The law is unchanged.")


def test_nothing_is_missing_in_a_whole_draft():
    assert validate_assessment_form(WHOLE, ENGLISH, "Implemented") == []


@pytest.mark.parametrize(
    ("draft", "sentences"),
    [
        (AssessmentForm(date="2026", reason="x"), ["Choose a status."]),
        (
            AssessmentForm(voice=Voice.COMMITTEE, date="2026", reason="x"),
            ["Give the committee's grade, or say that the paragraph was not selected for follow-up."],
        ),
        (
            AssessmentForm(status=Status.NOT_IMPLEMENTED, date="2026", reason=" \n"),
            ["An assessment needs a reason: say in a sentence what it rests on."],
        ),
        (
            AssessmentForm(status=Status.IMPLEMENTED, date="2026", reason="x"),
            ["“Carried out” needs evidence: choose at least one item, or add one."],
        ),
        (
            AssessmentForm(status=Status.NOT_IMPLEMENTED, date="yesterday", reason="x"),
            ["Date: “yesterday” is not a date. Write it as 2026-03-18, 2026-03, 2026, or 2021/2024 for a period."],
        ),
        (
            AssessmentForm(status=Status.NOT_IMPLEMENTED, date="", reason="x"),
            ["Date: write a date, such as 2026-03-18, 2026-03 or 2026."],
        ),
        (
            AssessmentForm(
                status=Status.NOT_IMPLEMENTED,
                date="2026",
                reason="x",
                new=NewEvidenceForm(link="javascript:alert(1)", published="2026-02-31"),
            ),
            [
                "The new evidence needs a publisher: who says it?",
                "The new evidence needs a summary in your own words.",
                "The link does not look like a web address: it starts with https:// or http://.",
                "When it was published: “2026-02-31” is not a date. "
                "Write it as 2026-03-18, 2026-03, 2026, or 2021/2024 for a period.",
            ],
        ),
    ],
)
def test_what_is_missing_is_said_in_sentences(draft, sentences):
    assert validate_assessment_form(draft, ENGLISH, "Carried out") == sentences


def test_a_state_may_claim_no_status():
    said = assessment_from_form(
        AssessmentForm(voice=Voice.STATE, date="2026", reason="It spoke of it.", verification=Verification.REPORTED),
        ENGLISH,
    )
    assert (said.status, said.verification, said.reason) == (
        None,
        Verification.REPORTED,
        {"": TextVariant(text="It spoke of it.")},
    )


def test_a_russian_text_is_kept_as_russian():
    assert assessment_from_form(WHOLE, get_language("ru")).reason == {"ru": TextVariant(text="The law is unchanged.")}


def test_new_evidence_is_reported_and_bears_on_the_recommendation(dataset):
    r = dataset.recommendations["ngo-2024-r7"]
    new = NewEvidenceForm(publisher="24.kg", summary="A decree.", published="2026-03", effect=EvidenceEffect.PROGRESS)
    item = evidence_from_form(new, r, {"24-kg-2026"}, ENGLISH)
    assert (item.id, item.verification, item.relevant_to[0].recommendation) == (
        "24-kg-2026-2",
        Verification.REPORTED,
        "ngo-2024-r7",
    )


@pytest.mark.parametrize(
    ("publisher", "published", "id"),
    [("UN Geneva", "2024-09", "un-geneva-2024"), ("Азаттык", "2026", "evidence-2026"), ("Азаттык", "", "evidence")],
)
def test_an_id_comes_from_the_publisher_and_the_year(publisher, published, id):
    assert suggest_evidence_id(NewEvidenceForm(publisher=publisher, published=published), set()) == id


def test_pasted_control_characters_go_and_lines_stay():
    assert clean_input("one\r\ntwo\x0bthree\x00 \u2028four ") == "one\ntwo three  \nfour"
