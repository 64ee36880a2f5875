"""Drafts of submissions: several people write in one, no text is lost, none is another organisation's; and what is recorded."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.small_dataset import ANNA
from tests.support.story_folder import ASKED, made
from tracker.editing.forms.document import Demand, DocumentForm, submission_records
from tracker.editing.private.drafts import APART, FieldEdit, Signing, SubmissionDrafts
from tracker.editing.store import Store
from tracker.i18n import get_language
from tracker.model.vocabulary import DocumentKind
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.render_context import ViewRequest
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

ADDRESS = ("follow-up", "ccpr", "en")


def edited(drafts, by, *edits, own="centre", owner=""):
    return drafts.write(ADDRESS, [FieldEdit(*e) for e in edits], by=by, own=own, owner=owner, name="follow-up")


@pytest.fixture
def copies(tmp_path):
    """The same private folder in two copies of the program."""
    return [SubmissionDrafts(tmp_path / "private") for _ in range(2)]


@pytest.mark.parametrize(
    ("first", "second", "kept", "apart"),
    [
        (("a", "", "Mine"), ("b", "", "Theirs"), {"a": "Mine", "b": "Theirs"}, []),
        (("a", "", "Mine"), ("a", "", "Theirs"), {"a": "Mine"}, [["a", "bolot", "Theirs"]]),
        (("a", "", "Same"), ("a", "", "Same"), {"a": "Same"}, []),
        (("a", "", "Mine"), ("a", "", ""), {"a": "Mine"}, []),
        (("a", "", "Mine"), ("a", "Mine", ""), {"a": ""}, []),
        (("a", "", True), ("a", True, False), {"a": False}, []),
        (("ids", ["1", "2"], ["1", "2", "3"]), ("ids", ["1", "2"], ["2"]), {"ids": ["2", "3"]}, []),
    ],
)
def test_what_two_people_typed_is_merged_or_kept_beside(copies, first, second, kept, apart):
    edited(copies[0], "anna", first)
    draft = edited(copies[1], "bolot", second)
    assert (dict(draft.choices), draft.content[APART]) == (kept, apart)
    assert copies[0].find(ADDRESS, "centre") == draft


def test_a_text_that_was_kept_beside_is_added_once_or_discarded(copies):
    edited(copies[0], "anna", ("a", "", "One"))
    draft = edited(copies[1], "bolot", ("a", "", "Two"))
    copies[0].settle(draft, draft.content[APART][0], by="wanda", own="watch", is_added=True)
    assert copies[0].find(ADDRESS, "centre") == draft, "another organisation changed the draft"
    for drafts in copies:  # both press the button
        drafts.settle(draft, draft.content[APART][0], by="anna", own="centre", is_added=True)
    settled = copies[0].find(ADDRESS, "centre")
    assert (settled.choices["a"], settled.content[APART]) == ("One\n\nTwo", [])


def test_another_organisation_reads_and_writes_only_what_is_shared_with_it_and_never_discards_it(copies):
    drafts = copies[0]
    draft = edited(drafts, "anna", ("a", "", "Ours"))
    assert drafts.list_readable("watch") == [] and drafts.find(ADDRESS, "watch", owner="centre") is None
    assert edited(drafts, "wanda", ("a", "Ours", "Theirs"), own="watch", owner="centre") is None
    drafts.share(draft, ("watch",), own="watch")
    assert drafts.find(ADDRESS, "centre") == draft, "another organisation changed or shared the draft"
    drafts.share(draft, ("watch",), own="centre")
    assert drafts.list_readable("watch") == [drafts.find(ADDRESS, "centre")]
    shared = edited(drafts, "wanda", ("a", "Ours", "Together"), own="watch", owner="centre")
    assert (shared.choices, shared.private.organisation) == ({"a": "Together"}, "centre")
    assert drafts.find(ADDRESS, "watch") is None, "its own draft of the same document is another one"
    drafts.discard(shared, own="watch")
    assert drafts.find(ADDRESS, "centre") == shared, "another organisation discarded the draft"
    drafts.discard(replace(shared, choices={}), own="centre")
    assert drafts.find(ADDRESS, "centre") is None
    assert edited(drafts, "wanda", ("a", "", "Late"), own="watch", owner="centre") is None


def test_an_organisation_signs_only_the_text_to_which_it_agreed(copies):
    mine, theirs = copies
    sign, other = ("organisations", [], ["watch", "centre"]), {"own": "watch", "owner": "centre"}
    draft = edited(mine, "anna", ("text_a", "", "Ours"), sign)

    def state(id="watch"):
        kept = mine.find(ADDRESS, "centre")
        return kept.signing_of(id, kept.choices), kept.signatories(kept.choices, "centre")

    assert state() == (Signing.UNASKED, ("centre",))
    theirs.ask(draft, ["watch", "third"], ["r1"], own="watch")  # only its owner asks
    theirs.answer(draft, draft.choices, own="watch")  # only who is asked answers
    assert (state(), theirs.find(ADDRESS, "watch", owner="centre")) == ((Signing.UNASKED, ("centre",)), None)
    three = {**draft.choices, "organisations": ["third", "watch", "centre"]}
    # who is asked reads it with its own name, and without that of who has not agreed
    assert draft.previewed(three, "watch") == ("centre", "watch"), "the owner leads"

    mine.ask(draft, ["watch"], ["r1"], own="centre")
    assert [len(mine.list_readable(id)) for id in ("watch", "third")] == [1, 0]
    seen = theirs.find(ADDRESS, "watch", owner="centre")
    assert (state(), edited(theirs, "wanda", ("text_a", "Ours", "Theirs"), **other)) == (
        (Signing.ASKED, ("centre",)),
        None,
    )
    assert mine.find(ADDRESS, "centre") == seen, "who is asked to sign it wrote in it"
    theirs.answer(seen, None, own="watch")
    assert state() == (Signing.REFUSED, ("centre",))
    mine.ask(seen, ["watch"], ["r1"], own="centre")
    theirs.answer(seen, seen.choices, own="watch")
    assert state() == (Signing.AGREED, ("centre", "watch"))
    edited(mine, "anna", ("sent_title", "", "Sent"), ("demand_r1", True, False))
    assert state() == (Signing.AGREED, ("centre", "watch")), "the text is the same"
    kept = mine.find(ADDRESS, "centre")
    assert kept.signatories(kept.choices, "third") == ("watch",), "who writes in it signs for its owner"
    edited(mine, "anna", ("text_a", "Ours", "Ours, sharper"))
    assert state() == (Signing.CHANGED, ("centre",))
    theirs.answer(seen, seen.choices, own="watch")  # of a page that shows the earlier text
    assert state() == (Signing.CHANGED, ("centre",))
    edited(mine, "anna", ("text_a", "Ours, sharper", "Ours"), ("organisations", ["centre", "watch"], ["centre"]))
    assert (state("centre"), theirs.list_readable("watch")) == ((Signing.OWN, ("centre",)), [])


@pytest.mark.parametrize("is_read", [False, True])
def test_what_was_sent_becomes_records_that_the_store_takes(tmp_path, is_read):
    store = Store(DatasetReader(made(tmp_path / "data", {"recommendations/asked.yaml": ASKED})))
    view = View(store.reader.read(), date(2026, 2, 1))
    form = DocumentForm(id="ngo-2026", kind=DocumentKind.ALTERNATIVE_REPORT, body="cescr", title={"en": "Ours"})
    form = replace(form, cycle="5", issued="2026-02", authors="Centre")
    demands = [Demand(2, "Repeal “all” of them.", view.recommendations["asked"], "Our heading")]
    store.save(*submission_records(view, form, demands, "en", is_read=is_read), by=ANNA, reason="It was sent.")
    now = View(store.reader.read(fresh=True), date(2026, 2, 1))
    report, demand = now.documents["ngo-2026"], now.recommendations["ngo-2026-r2"]
    assert (demand.issued_by, demand.document, demand.paragraph) == ("civil-society", "ngo-2026", "2")
    assert [same.recommendation for same in demand.same_demand] == ["asked"]
    page = render_recommendation(
        ViewRequest(now, get_language("en"), Filters(), "", params={"id": [demand.id]})
    ).content
    assert ("Summary in our own words" in page) is not is_read, "what is quoted is not said twice"
    marks = {report.verification, demand.verification}
    origin = demand.text[""].origin if demand.text else None
    assert (demand.title[""].text, demand.summary[""].text) == ("Our heading", demands[0].text)
    assert (marks, origin) == (({"seen"}, "official") if is_read else ({"to-check"}, None))
