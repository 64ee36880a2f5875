"""What somebody typed into the form, and what is missing in it."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from tests.editing.test_document_form import DATES
from tests.support.small_dataset import ASKED, SHOWN, TRACKER
from tests.support.small_dataset import dataset as small_dataset
from tracker.editing.forms.assessment import AssessmentForm, EvidenceForm
from tracker.i18n import get_language
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.records import Source
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind, Status, Verification, Voice
from tracker.queries.view import View

ENGLISH = get_language("en")
typed = partial(AssessmentForm, organisation="editors")
WHOLE = typed(status=Status.NOT_IMPLEMENTED, date="2026-11", reason="The law is unchanged.")


@pytest.fixture
def view(tmp_path):
    return View(small_dataset(tmp_path, {"r/asked": ASKED, "e/24-kg-2026": SHOWN}), date(2026, 11, 24))


def missing(view, draft):
    return draft.validate(view, view.dataset.recommendations["asked"], ENGLISH)


def recorded(view, draft, language=ENGLISH):
    """The new assessment, and the new evidence if there is any."""
    r, *evidence = draft.apply(view, view.dataset.recommendations["asked"], {}, language)
    return (r.assessments[-1], *evidence)


def test_a_new_form_has_the_day_and_the_only_organisation(view):
    start = AssessmentForm.from_record(view, view.dataset.recommendations["asked"], ENGLISH)
    assert (start.date, start.organisation, missing(view, WHOLE)) == ("2026-11-24", "editors", [])


def test_among_several_organisations_none_is_chosen_beforehand_and_one_must_be(tmp_path):
    files = {"r/asked": ASKED, "tracker": TRACKER + "organisations: [{id: watch, name: Watch, kind: civil-society}]\n"}
    view = View(small_dataset(tmp_path, files), date(2026, 11, 24))
    start = AssessmentForm.from_record(view, None, ENGLISH)
    assert start.organisation is None
    for none in (None, "unknown"):
        told = missing(view, replace(WHOLE, organisation=none))
        assert told == ["Choose the organisation whose assessment this is."]
    assert missing(view, replace(WHOLE, organisation="watch")) == []
    for voice, organisation in ((Voice.CIVIL_SOCIETY, "watch"), (Voice.STATE, None)):
        (said,) = recorded(view, replace(WHOLE, organisation="watch", voice=voice))
        assert said.organisation == organisation


def test_whoever_read_the_source_says_where_and_nobody_has_read_it_by_default(view):
    read = replace(WHOLE, verification=Verification.SEEN)
    place = "Say where you read it: the paragraph, the page or the sentence."
    assert missing(view, read) == missing(view, replace(read, document="report")) == [place]
    assert missing(view, replace(read, document="report", paragraph="p. 4")) == []
    without = recorded(view, replace(WHOLE, document="report"))[0]
    assert without.verification is Verification.TO_CHECK


@pytest.mark.parametrize(
    ("typed_date", "named"),
    [
        *(("2026-11-24", ""), ("2025/2026", "")),
        *(("2026-11-25", "25 November 2026"), ("2025/2027", "2025–2027"), ("2027~", "about 2027")),
    ],
)
def test_a_date_in_the_future_is_refused(view, typed_date, named):
    told = missing(
        view, replace(WHOLE, date=typed_date, voice=Voice.STATE, verification=Verification.REPORTED, document="report")
    )
    refused = f"Date: {named} is in the future. Enter a planned date as a deadline."
    assert (told, {error.field for error in told} <= {"date"}) == ([refused] if named else [], True)


EARLY = "The date is earlier than the document, which is of February 2024. Correct the date, or confirm it."


@pytest.mark.parametrize(
    ("typed_date", "is_early"), [("2024-01-31", True), ("2023", True), ("2024-02", False), ("2024", False)]
)
def test_a_date_before_the_document_is_questioned_until_it_is_confirmed(view, typed_date, is_early):
    draft = replace(WHOLE, date=typed_date)
    assert missing(view, draft) == [EARLY] * is_early
    assert missing(view, replace(draft, is_early_confirmed=True)) == []
    # a State may have spoken before
    assert missing(view, replace(draft, voice=Voice.STATE, verification=Verification.REPORTED, document="report")) == []


@pytest.mark.parametrize(
    ("draft", "sentences"),
    [
        (typed(date="2026", reason="x"), ["Choose a status."]),
        (
            typed(voice=Voice.STATE, date="2026", reason="x"),
            [
                "Say whether the source itself has been read.",
                "Choose the document in which the State says so, or evidence: it stands under the State's name.",
            ],
        ),
        (typed(voice=Voice.STATE, date="2026", reason="x", verification=Verification.REPORTED, evidence=("e",)), []),
        (
            typed(voice=Voice.COMMITTEE, date="2026", reason="x", verification=Verification.REPORTED),
            [
                "Give the committee's grade, or say that the paragraph was not selected for follow-up.",
                "Choose the committee's document in which the grade stands.",
            ],
        ),
        (typed(status=Status.NOT_IMPLEMENTED, date="2026", reason=" \n"), ["Reasons: please fill this in, in one language at least."]),
        (typed(status=Status.IMPLEMENTED, date="2026", reason="x"), ["“implemented” needs evidence: choose at least one item, or add one."]),
        (typed(status=Status.NOT_IMPLEMENTED, date="yesterday", reason="x"), [f"Date: “yesterday” {DATES}"]),
        (typed(status=Status.NOT_IMPLEMENTED, date="", reason="x"), ["Write a date, such as 12 March 2026, March 2026 or 2026."]),
        (
            replace(WHOLE, new=EvidenceForm(id="e", publisher="P", summary={"ru": " "}, kind=EvidenceKind.NEWS)),
            [
                "Choose what it is about: law, practice or outcome.",
                "Say whether the source itself has been read.",
                "Summary in your own words: please fill this in, in one language at least.",
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_sentences(view, draft, sentences):
    assert missing(view, draft) == sentences


def test_a_state_may_claim_no_status(view):
    draft = typed(voice=Voice.STATE, date="2026", reason="It spoke of it.", verification=Verification.REPORTED)
    (said,) = recorded(view, draft)
    told = (said.status, said.verification, said.reason)
    assert told == (None, Verification.REPORTED, {"": TextVariant(text="It spoke of it.")})


def test_a_document_that_the_state_did_not_write_only_cites_it(view):
    place = Source(document="co-2024", paragraph="7")
    draft = typed(date="2026", reason="x", document="co-2024", paragraph="7")
    for voice, expected in ((Voice.STATE, Source(cited_by="co-2024", paragraph="7")), (Voice.CIVIL_SOCIETY, place)):
        (said,) = recorded(view, replace(draft, voice=voice))
        assert said.source == expected


def test_what_a_grade_is_for_is_kept_as_the_committee_prints_it_and_only_of_a_grade(view):
    for voice, expected in ((Voice.COMMITTEE, "(a) and (e)"), (Voice.STATE, None)):
        (said,) = recorded(view, typed(voice=voice, grade="B", scope=" (a) and (e) ", date="2026", reason="x"))
        assert said.scope == expected


def test_a_reason_is_written_in_any_language_and_in_several(view):
    only_in_russian = replace(WHOLE, reason="", other_reasons={"ru": "Закон прежний.", "ky": " "})
    assert missing(view, only_in_russian) == []
    (said,) = recorded(view, only_in_russian)
    assert said.reason == {"ru": TextVariant(text="Закон прежний.")}
    (said,) = recorded(view, replace(only_in_russian, reason="The law is unchanged."))
    assert said.reason == {"en": TextVariant(text="The law is unchanged."), "ru": TextVariant(text="Закон прежний.")}


def test_new_evidence_is_reported_and_cited(view):
    new = EvidenceForm(
        id="24-kg-2026-2",
        kind=EvidenceKind.NEWS,
        dimension=EvidenceDimension.LAW,
        verification=Verification.REPORTED,
        publisher="24.kg",
        summary={"ru": "Указ."},
        published="2026-03",
        relevant_to={EvidenceEffect.PROGRESS: ("asked",)},
    )
    assessment, item = recorded(view, replace(WHOLE, evidence=("24-kg-2026",), new=new))
    assert assessment.evidence == ("24-kg-2026", "24-kg-2026-2")
    told = (item.id, item.verification, item.summary)
    assert told == ("24-kg-2026-2", Verification.REPORTED, {"ru": TextVariant(text="Указ.")})
    assert [(link.recommendation, link.effect) for link in item.relevant_to] == [("asked", EvidenceEffect.PROGRESS)]


def test_pasted_control_characters_go_and_lines_stay():
    assert clean_input("one\r\ntwo\x0bthree\x00 \u2028four ") == "one\ntwo three  \nfour"
