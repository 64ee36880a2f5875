"""Adding and editing recommendations and evidence: what was typed, as records; and what is missing, in sentences."""

from dataclasses import replace
from datetime import date

import pytest

from tests.editing.test_bulk_edit import lines_changed
from tests.editing.test_document_form import DATES
from tests.support.small_dataset import ANNA, ASKED, CONCLUDED, SHOWN, TRACKER, said
from tracker.editing.forms.assessment import EvidenceForm
from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.recommendation import RecommendationForm
from tracker.editing.forms.record_form import field_specs
from tracker.i18n import get_language
from tracker.model.localized_text import MAX_TEXT_LENGTH, TextVariant
from tracker.model.vocabulary import (
    AuthorityRole,
    EvidenceDimension,
    EvidenceEffect,
    EvidenceKind,
    Issuer,
    TextOrigin,
    UptakeResult,
    Verification,
)
from tracker.queries.view import View

ENGLISH, RUSSIAN = get_language("en"), get_language("ru")
WHY = said("It was a slip.")
TIMED = "recorded: 2026-01-01T00:00:00.000000Z\n"
PARTS = """\
parts:
  - {id: a, summary: End the practice.}
  - {id: b, summary: Train judges.}  # their letters
"""
TAGS = """\
tags:
  - {tagged_by: uhri, themes: [health]}
  - tagged_by: ours
    themes: [drug-policy]
    authorities:
      - name: Courts
        role: contributing
      - name: {en: Ministry of Health, ru: Минздрав}
"""
FILES = {
    "tracker": f"{TRACKER}languages: [en, ru]\n",
    "r/x": f"# the committee's\n{CONCLUDED}{TIMED}{PARTS}{TAGS}",
    "r/asked": f"{ASKED}{TIMED}",
    "r/cescr-2024-44": f"{CONCLUDED}{TIMED}",
    "e/law": f"{SHOWN}{TIMED}relevant_to:\n  - {{recommendation: x, part: b, effect: context, {TIMED.strip()}}}\n",
}
NEW = RecommendationForm(
    document="co-2024",
    paragraph="46 (c)",
    title={"en": "End it"},
    summary={"en": "It should end."},
    verification=Verification.SEEN,
)


def view(store):
    return View(store.reader.read(), date(2026, 2, 1))


@pytest.fixture
def x(store):
    """`x(title=…)` is the recommendation with that typed into its form."""

    def typed(_=ENGLISH, **fields):
        v = view(store)
        r = v.dataset.recommendations["x"]
        return replace(RecommendationForm.from_record(v, r, _), **fields).apply(v, r, WHY, _)[0]

    return typed


def saved(store, *records):
    """Saves the records, and gives the lines by which the first one's file changed, without its history."""
    path = view(store).dataset.path_of(records[0])
    before = path.read_text() if path.exists() else ""
    store.save(*records, by=ANNA, reason="It was a slip.")
    return lines_changed(*(text.partition("history:\n")[0] for text in (before, path.read_text())))


def test_a_form_in_which_nothing_was_touched_changes_nothing_in_all_the_shipped_data(dataset):
    v, language = View(dataset, date(2026, 11, 24)), get_language("ru", dataset.settings)
    forms = {"recommendations": RecommendationForm, "evidence": EvidenceForm, "documents": DocumentForm}
    for register, form_type in forms.items():
        for record in getattr(dataset, register).values():
            form = form_type.from_record(v, record, language)
            assert form.apply(v, record, WHY, language) == (record,), record.id
            assert form.validate(v, record, language) == [], record.id


def test_who_asks_follows_from_the_document(store):
    v = view(store)
    (ours,), (theirs,) = (
        replace(NEW, id=name, document=asks).apply(v, None, WHY, ENGLISH)
        for name, asks in (("n1", "co-2024"), ("n2", "report-2024"))
    )
    assert (ours.issued_by, ours.source.document) == (Issuer.COMMITTEE, "co-2024")
    assert (theirs.issued_by, theirs.source.document) == (Issuer.CIVIL_SOCIETY, "report-2024")
    assert (ours.title, ours.paragraph, ours.tags, ours.parts) == (said("End it"), "46 (c)", (), ())
    assert saved(store, ours) == [
        "+# yaml-language-server: $schema=../schema/recommendation.json", "+issued_by: committee",
        "+document: co-2024", "+paragraph: 46 (c)", "+title: End it", "+summary: It should end.",
        "+verification: seen", "+source:", "+  document: co-2024", "+recorded: 2026-01-31T12:00:01.000000Z",
        "+recorded_by: editor-anna",
    ]  # fmt: skip
    saved(store, theirs)
    assert {"n1", "n2"} <= view(store).recommendations.keys()


def test_a_new_one_that_somebody_reports_names_the_publisher_and_not_the_document(store):
    form = replace(NEW, id="n", publisher="IDPC", link="https://idpc.net/x")
    (r,) = form.apply(view(store), None, WHY, ENGLISH)
    assert (r.source.document, r.source.publisher, r.source.link) == (None, "IDPC", "https://idpc.net/x")
    saved(store, r)
    # the document was read since: the source is the document
    v = view(store)
    r = v.dataset.recommendations["n"]
    form = replace(RecommendationForm.from_record(v, r, ENGLISH), publisher="", link="")
    (r,) = form.apply(v, r, WHY, ENGLISH)
    assert saved(store, r) == ["-  publisher: IDPC", "-  link: https://idpc.net/x", "+  document: co-2024"]


def test_a_part_that_evidence_names_cannot_go(store):
    r = view(store).dataset.recommendations["x"]
    form = RecommendationForm.from_record(view(store), r, ENGLISH)
    said = [replace(form, parts={"en": text}).validate(view(store), r, ENGLISH) for text in ("a) End.", "b) Train.")]
    assert said == [["Part (b) cannot be removed: evidence refers to it."], []]


def test_each_edit_changes_only_its_lines(store, x):
    assert saved(store, x(title={"en": "Another title"})) == ["-title: T", "+title: Another title"]
    unchecked = ["-verification: seen", "+verification: to-check"]
    found = saved(store, x(parts={"en": "a) End the practice.\nb) Train judges and police."}))
    assert [line for line in found if line not in unchecked] == [
        "-  - {id: b, summary: Train judges.}  # their letters",
        "+  - {id: b, summary: Train judges and police.}  # their letters",
    ]
    told = saved(store, x(themes=("drug-policy", "health"), sdg=("3.3",)))
    assert told == ["-    themes: [drug-policy]", "+    themes: [drug-policy, health]", "+    sdg:", '+      - "3.3"']
    found = saved(store, x(text={"en": "The State should…"}, text_origin={"en": TextOrigin.OFFICIAL}))
    assert sorted(found) == sorted(["+text:", "+  text: The State should…", "+  origin: official"])
    fields = ["title", "verification", "parts", "tags", "text"]
    assert [change.field for change in view(store).recommendations["x"].history] == fields
    # it can still be edited before somebody has checked it
    assert saved(store, x(title={"en": "A third"})) == ["-title: Another title", "+title: A third"]


def test_the_tags_of_others_stay_and_an_authority_keeps_its_other_names(store, x):
    r = x(_=RUSSIAN, groups=(), rights=("ICESCR art. 12",), lead=("Минздрав", "МВД"), contributing=())
    uhri, ours = r.tags
    assert (uhri.themes, ours.rights) == (("health",), ("ICESCR art. 12",))
    assert [dict(a.name) for a in ours.authorities] == [
        {"en": TextVariant(text="Ministry of Health"), "ru": TextVariant(text="Минздрав")},
        {"ru": TextVariant(text="МВД")},
    ]
    moved = x(lead=(), contributing=("Ministry of Health",)).tags[1].authorities
    assert [(a.role, a.name["ru"].text) for a in moved] == [(AuthorityRole.CONTRIBUTING, "Минздрав")]


def test_an_authority_that_another_recommendation_names_is_the_same_one(store):
    v = view(store)
    (r,) = replace(NEW, id="n", lead=(" Ministry of Health ",)).apply(v, None, WHY, ENGLISH)
    assert r.tags[0].authorities[0].name["ru"].text == "Минздрав"


def test_civil_societys_has_no_uptake_of_its_own(store):
    v = view(store)
    r = v.dataset.recommendations["asked"]
    form = replace(RecommendationForm.from_record(v, r, ENGLISH), uptake={UptakeResult.PARTLY: ("asked",)})
    assert form.apply(v, r, WHY, ENGLISH) == (r,)


def test_uptake_and_same_demand_are_shown_where_they_were_chosen(store, x):
    saved(store, x(uptake={UptakeResult.PARTLY: ("asked",)}, same_demand=("cescr-2024-44",)))
    v = view(store)
    assert [u.result for _r, u in v.uptake_of(v.recommendations["asked"])] == [UptakeResult.PARTLY]
    fields = RecommendationForm.from_record(v, v.dataset.recommendations["x"], ENGLISH)
    assert (fields.uptake[UptakeResult.PARTLY], fields.same_demand) == (("asked",), ("cescr-2024-44",))
    saved(store, x(uptake={}))
    v = view(store)
    fields = RecommendationForm.from_record(v, v.dataset.recommendations["x"], ENGLISH)
    assert fields.uptake[UptakeResult.PARTLY] == (), "a withdrawn one is in no field any more"


# What is proposed as an id, and what is said to be missing.


@pytest.fixture
def shown(store):
    return view(store)


def missing(shown, typed, r=None):
    return replace(typed, id="cescr-2024-46c").validate(shown, r, ENGLISH)


@pytest.mark.parametrize(
    ("document", "paragraph", "title", "id"),
    [
        ("co-2024", "44", "", "cescr-2024-44"),
        ("co-2024", "46(c)", "", "cescr-2024-46c"),
        ("co-2021", "22-23", "", "cat-2021-22-23"),
        ("report-2024", "3", "", "report-2024-r3"),
        ("report-2024", "", "Repeal laws", "report-2024-repeal-laws"),
    ],
)
def test_an_id_is_proposed_from_committee_year_and_paragraph(shown, document, paragraph, title, id):
    v = View(replace(shown.dataset, recommendations={}), date(2026, 2, 1))
    form = RecommendationForm(document=document, paragraph=paragraph, title={"en": title})
    assert form.suggest_id(v) == id


def test_without_a_document_no_id_is_proposed_and_a_taken_one_is_followed_by_a_number(shown):
    assert RecommendationForm(paragraph="44", title={"en": "End it"}).suggest_id(shown) == ""
    assert RecommendationForm(document="co-2024", paragraph="44").suggest_id(shown) == "cescr-2024-44-2"


def test_the_year_is_that_of_the_last_day_of_a_document(shown):
    d = replace(shown.documents["co-2024"], issued=None, considered="2023-11/2025-02~")
    v = View(replace(shown.dataset, documents={"co-2024": d}), date(2026, 2, 1))
    assert RecommendationForm(document="co-2024", paragraph="7").suggest_id(v) == "cescr-2025-7"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"document": None}, "Choose the source document. If it is not in the list, add it first."),
        ({"title": {"ru": " "}}, "Title: please fill this in, in one language at least."),
        ({"summary": {"en": " "}}, "Summary: please fill this in, in one language at least."),
        ({"summary": {"en": "a" * 20_001}}, f"“{'a' * 40}…” is too long: 20,001 of 20,000 characters. Shorten it by 1."),
        ({"link": "javascript:x", "publisher": "P"}, "“javascript:x” is not a link. Copy the address of the page, such as https://undocs.org/…"),
        ({"link": "https://x.org"}, "The link needs a publisher: who reports it?"),
        ({"parts": {"en": "End it."}}, "Start each part with its own Latin letter, such as “a) …”. Not understood: End it."),
        ({"text": {"en": "End."}, "text_origin": {"en": TextOrigin.OFFICIAL}, "verification": Verification.REPORTED}, "A quotation needs the mark “source read”. If you know it only from others, put it into the summary in your own words."),
        ({"uptake": {UptakeResult.PARTLY: ("asked",), UptakeResult.TO_CHECK: ("asked",)}}, "For one recommendation there is one result: T appears in two fields."),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(shown, fields, sentence):
    assert missing(shown, replace(NEW, **fields)) == [sentence]


def test_what_is_allowed_is_not_refused(shown):
    assert missing(shown, NEW) == []
    quoted = replace(NEW, text={"en": "End."}, text_origin={"en": TextOrigin.OFFICIAL})
    assert missing(shown, quoted) == []
    assert missing(shown, replace(quoted, text_origin={"en": TextOrigin.OWN}, verification=Verification.REPORTED)) == []
    assert missing(shown, replace(NEW, link="https://x.org", publisher="IDPC")) == []


def test_what_was_long_before_does_not_stand_in_the_way(shown):
    r = replace(shown.dataset.recommendations["x"], title=said("a" * 301))
    fields = RecommendationForm.from_record(shown, r, ENGLISH)
    assert missing(shown, replace(fields, paragraph="7"), r=r) == []


# Evidence apart from an assessment.

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
        "+    recorded: 2026-01-31T12:00:01.000000Z", "+    recorded_by: editor-anna", "+tags:", "+  - tagged_by: ours", "+    themes:",
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


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"publisher": " "}, "Enter the publisher (who says it)."),
        ({"summary": {"en": " "}}, "Summary in your own words: please fill this in, in one language at least."),
        ({"title": {"en": "a" * 301}}, f"“{'a' * 40}…” is too long: 301 of 300 characters. Shorten it by 1."),
        ({"kind": None}, "Choose the kind of source."),
        ({"dimension": None}, "Choose what it is about: law, practice or outcome."),
        ({"verification": None}, "Say whether the source itself has been read."),
        ({"added_for": "x", "relevant_to": {EvidenceEffect.PROGRESS: ("y",)}}, "Say what it shows for this recommendation."),
        ({"published": "2026-13"}, f"When it was published: “2026-13” {DATES}"),
        ({"archived": "archive.org"}, "“archive.org” is not a link. Copy the address of the page, such as https://undocs.org/…"),
        ({"relevant_to": {EvidenceEffect.PROGRESS: ("x",), EvidenceEffect.SETBACK: ("x",)}}, "For one recommendation, evidence can show only one thing: T appears in two fields."),
    ],
)  # fmt: skip
def test_what_is_missing_in_evidence_is_said(store, fields, sentence):
    assert replace(ITEM, **fields).validate(view(store), None, ENGLISH) == [sentence]


def test_evidence_that_bears_in_two_ways_on_two_parts_can_still_be_edited(store):
    v = view(store)
    (context,) = v.dataset.evidence["law"].relevant_to
    both = (context, replace(context, part="a", effect=EvidenceEffect.SETBACK))
    e = replace(v.dataset.evidence["law"], relevant_to=both)
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


def test_the_parts_together_may_be_as_long_as_a_text():
    """They are typed into one field, a line for each."""
    assert field_specs(RecommendationForm)["parts"].most == MAX_TEXT_LENGTH
