"""Adding and editing recommendations and evidence: what was typed, as records; and what is missing, in sentences."""

from dataclasses import replace
from datetime import date

import pytest

from tests.editing.test_bulk_edit import lines_changed
from tests.support.small_dataset import ANNA, ASKED, CONCLUDED, SHOWN, TRACKER, Clock, folder, said
from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.evidence import EvidenceForm
from tracker.editing.forms.recommendation import RecommendationForm
from tracker.editing.store import Store
from tracker.i18n import get_language
from tracker.model.localized_text import TextVariant
from tracker.model.vocabulary import AuthorityRole, Issuer, TextOrigin, UptakeResult, Verification
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

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


@pytest.fixture
def store(tmp_path):
    return Store(DatasetReader(folder(tmp_path, FILES), look_every=10_000), clock=Clock())


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
    forms = (
        (RecommendationForm, dataset.recommendations),
        (EvidenceForm, dataset.evidence),
        (DocumentForm, dataset.documents),
    )
    for form_type, records in forms:
        for record in records.values():
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
    assert saved(store, x(parts={"en": "a) End the practice.\nb) Train judges and police."})) == [
        "-  - {id: b, summary: Train judges.}  # their letters",
        "+  - {id: b, summary: Train judges and police.}  # their letters",
    ]
    told = saved(store, x(themes=("drug-policy", "health"), sdg=("3.3",)))
    assert told == ["-    themes: [drug-policy]", "+    themes: [drug-policy, health]", "+    sdg:", "+      - 3.3"]
    found = saved(store, x(text={"en": "The State should…"}, text_origin={"en": TextOrigin.OFFICIAL}))
    assert found == ["+text:", "+  text: The State should…", "+  origin: official"]
    assert [change.field for change in view(store).recommendations["x"].history] == ["title", "parts", "tags", "text"]


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
    # a withdrawn one is in no field any more
    saved(store, x(uptake={}))
    v = view(store)
    fields = RecommendationForm.from_record(v, v.dataset.recommendations["x"], ENGLISH)
    assert fields.uptake[UptakeResult.PARTLY] == ()


# What is proposed as an id, and what is said to be missing.


@pytest.fixture
def shown(store):
    return view(store)


def missing(shown, typed, name="cescr-2024-46c", r=None, _=ENGLISH):
    return replace(typed, id=name).validate(shown, r, _)


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


def test_nothing_is_missing_in_a_whole_form(shown):
    assert missing(shown, NEW) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"document": None}, "Choose the source document. If it is not in the list, add it first."),
        ({"title": {"ru": " "}}, "Title: please fill this in, in one language at least."),
        ({"summary": {"en": " "}}, "Summary: please fill this in, in one language at least."),
        ({"summary": {"en": "a" * 20_001}}, f"“{'a' * 40}…” is too long: at most 20000 characters."),
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
    quoted = replace(NEW, text={"en": "End."}, text_origin={"en": TextOrigin.OFFICIAL})
    assert missing(shown, quoted) == []
    assert missing(shown, replace(quoted, text_origin={"en": TextOrigin.OWN}, verification=Verification.REPORTED)) == []
    assert missing(shown, replace(NEW, link="https://x.org", publisher="IDPC")) == []


def test_what_was_long_before_does_not_stand_in_the_way(shown):
    r = replace(shown.dataset.recommendations["x"], title=said("a" * 301))
    fields = RecommendationForm.from_record(shown, r, ENGLISH)
    assert missing(shown, replace(fields, paragraph="7"), r=r) == []
