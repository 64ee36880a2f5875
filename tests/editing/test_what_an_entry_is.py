"""What a shared entry is, only the tracker's editors and who entered it change; its words and an empty field are everybody's."""

from dataclasses import replace
from typing import Any

import pytest

from tests.editing.test_whose_records import (
    AT,
    COLLEAGUE,
    EDITORS,
    QUOTED,
    REVIEWER,
    WHY,
    find,
    save,
    with_event,
)
from tests.editing.test_whose_records import FILES as OTHERS
from tests.support.small_dataset import BODIES, CENTRE, WATCH, said, store_of
from tracker.editing.undo import retire_record, reversal_of
from tracker.model.dataset import PRIVATE_SIGNATURE
from tracker.model.errors import NotAllowed
from tracker.model.events import Event
from tracker.model.lifecycle import UNKNOWN_PUBLISHER, is_withdrawn
from tracker.model.localized_text import TextVariant
from tracker.model.organisations import Privacy
from tracker.model.ownership import can_bring_back, fixed_fields
from tracker.model.permissions import READER, Person, Role
from tracker.model.records import EvidenceLink, Revision, SameDemand, Source, Uptake
from tracker.model.vocabulary import (
    DocumentKind,
    EventType,
    EvidenceEffect,
    EvidenceKind,
    Issuer,
    StateResponse,
    UptakeResult,
)

FILES = {**OTHERS, "treaty_bodies": BODIES.replace("treaty: Covenant", "kind: upr")}
"""Only a recommendation of the UPR has a position of the State."""
ISSUED = {"issued": "2025-01", "considered": "2024-02", "adopted": "2024-03", "received": "2024-01"}
LINKED = {"link": "https://example.org/1"}
WHAT_IT_IS: dict[str, dict[str, Any]] = {
    "co-2021": {
        "first": {**ISSUED, **LINKED, "authors": "The Committee", "original_language": "en"},
        "body": "cescr",
        "kind": DocumentKind.STATE_REPORT,
        "symbol": "CAT/C/RUR/CO/33",
        "cycle": "cat-2031",
        "authors": "Others",
        **dict.fromkeys(ISSUED, "2019"),
        "adopted": "2024-04",
        "issued": "2026",
        "original_language": "ru",
        "link": None,
    },
    "put": {
        "first": {
            "paragraph": "12",
            "recommending_states": ("Chile",),
            "response": StateResponse.NOTED,
            "source": Source(document="co-2024", paragraph="12", publisher="OHCHR", link="https://example.org/1"),
        },
        "document": "co-2021",
        "issued_by": Issuer.CIVIL_SOCIETY,
        "paragraph": "13",
        "recommending_states": ("Chile", "Peru"),
        "response": StateResponse.SUPPORTED,
        "source": Source(document="co-2024", paragraph="12", publisher="Others", link="https://example.org/1"),
    },
    "theirs": {
        "first": {
            **LINKED,
            "publisher": "A ministry",
            "document": "report-2024",
            "happened": "2023",
            "published": "2024",
            "archived": "https://example.org/3",
            "identifier": "No. 1",
        },
        "kind": EvidenceKind.NEWS,
        "publisher": "Human Rights Committee",
        "document": None,
        "happened": "2022",
        "published": "2025",
        "link": "https://example.org/2",
        "archived": None,
        "identifier": "No. 2",
    },
}
ONES = [(name, field) for name, fields in WHAT_IT_IS.items() for field in fields if field != "first"]


def shared(store, name):
    """Return an entry of the tracker's editors, with a value in each field that says what it is."""
    r = replace(find(store, "asked"), id="put", version="") if name == "put" else find(store, name)
    return save(store, replace(r, **WHAT_IT_IS[name]["first"], verification="reported"), EDITORS)


@pytest.mark.parametrize(("name", "field"), ONES)
def test_what_a_shared_entry_is_is_changed_by_the_editors_and_its_words_by_everybody(store, name, field):
    first, value = shared(store, name), WHAT_IT_IS[name][field]
    changed = replace(first, **{field: value})
    label = "publisher" if field == "source" else field
    for by in (WATCH, CENTRE, REVIEWER):
        with pytest.raises(
            NotAllowed, match=rf"only the tracker's editors.* change it: {label}\. .* Nothing was saved"
        ):
            save(store, changed, by)
    assert find(store, name) == first
    worded = save(store, replace(first, title={**(first.title or said("T")), "ru": TextVariant(text="П.")}), CENTRE)
    if (name, field) not in (("co-2021", "body"), ("co-2021", "kind"), ("put", "issued_by"), ("put", "document")):
        assert getattr(save(store, replace(worded, **{field: value}), EDITORS), field) == value
    assert save(store, retire_record(find(store, name), WHY), CENTRE)


def test_who_entered_a_shared_entry_and_who_filled_a_field_change_it_and_nobody_else_does(store):
    mine = replace(find(store, "co-2021"), id="co-2031", version="", symbol="CAT/C/RUR/CO/9")
    mine = save(store, mine, WATCH)
    with pytest.raises(NotAllowed, match="change it: symbol, issued"):
        save(store, replace(mine, symbol="CAT/C/RUR/CO/8", issued="2020"), CENTRE)
    save(store, replace(mine, symbol="CAT/C/RUR/CO/8", issued="2020"), COLLEAGUE)
    filled = save(store, replace(find(store, "co-2021"), adopted="2021-11", link="https://example.org/1"), CENTRE)
    with pytest.raises(NotAllowed, match="change it: adopted"):
        save(store, replace(filled, adopted="2020"), WATCH)
    filled = save(store, replace(filled, adopted="2021-10"), REVIEWER)
    undone = save(store, replace(filled, adopted="2021-11", link=None), CENTRE)
    corrected = save(store, replace(undone, adopted="2021-09"), EDITORS)
    with pytest.raises(NotAllowed, match="change it: adopted"):
        save(store, replace(corrected, adopted="2021-10"), CENTRE)
    assert save(store, replace(corrected, cycle="cat-2022"), EDITORS).adopted == "2021-09"


def test_a_source_is_filled_by_everybody_without_the_name_of_another_and_that_is_undone(store):
    r = replace(find(store, "asked"), id="put", version="", source=Source(publisher="OHCHR"), verification="reported")
    r = first = save(store, r, EDITORS)
    for publisher in ("Others", "EHRA", None):
        with pytest.raises(NotAllowed, match="change it: publisher"):
            save(store, replace(r, source=replace(r.source, publisher=publisher)), CENTRE)
    r = save(store, replace(r, source=replace(r.source, link="https://example.org/1")), CENTRE)
    with pytest.raises(NotAllowed, match="change it: link"):
        save(store, replace(r, source=replace(r.source, link="https://example.org/2")), CENTRE)
    r = save(store, replace(r, source=first.source), CENTRE)
    quoted = replace(r, text=QUOTED, source=Source(document="co-2024"), verification="seen")
    quoted = save(store, quoted, CENTRE, is_compared=True)  # an import brings the quotation and its document
    assert save(store, reversal_of(r, quoted, WHY), REVIEWER).source == first.source
    plain = save(store, replace(r, id="plain", version="", source=Source(document="co-2024")), EDITORS)
    with pytest.raises(NotAllowed, match="change it: publisher"):
        save(store, replace(plain, source=replace(plain.source, publisher="Report of EHRA")), CENTRE)
    for publisher, by in (("Report of AC", CENTRE), ("Report of EHRA", EDITORS)):
        other = save(store, replace(plain, id=f"by-{by.handle}", version=""), EDITORS)
        assert save(store, replace(other, source=replace(other.source, publisher=publisher)), by)


def test_each_part_of_a_source_is_fixed_and_a_position_that_was_open_is_filled_by_everybody(store):
    first = {"document": "co-2024", "paragraph": "12", "publisher": "OHCHR", "link": "https://example.org/1"}
    first |= {"date": "2024", "cited_by": "report-2024"}
    r = replace(find(store, "asked"), id="put", version="", source=Source(**first), verification="reported")
    r = save(store, replace(r, response=StateResponse.TO_BE_EXAMINED), EDITORS)
    for name, value in {**first, "document": "co-2021", "date": "2023", "cited_by": "co-2021"}.items():
        other = value if value != first[name] else f"{value}3"
        with pytest.raises(NotAllowed, match=rf"change it: {name}\."):
            save(store, replace(r, source=replace(r.source, **{name: other})), CENTRE)
    r = save(store, replace(r, response=StateResponse.NOTED), CENTRE)
    with pytest.raises(NotAllowed, match="change it: response"):
        save(store, replace(r, response=StateResponse.SUPPORTED), WATCH)


def test_the_state_of_a_document_is_what_it_is(tmp_path):
    states = {"tracker": FILES["tracker"] + "states: [{id: rur, name: Ruritania}, {id: kaz, name: Kazakhstan}]\n"}
    store = store_of(
        tmp_path, FILES | states | {"documents": FILES["documents"].replace(", body", ", state: rur, body")}
    )
    moved = replace(find(store, "report-2024"), state="kaz")
    with pytest.raises(NotAllowed, match=r"change it: state\."):
        save(store, moved, CENTRE)
    assert save(store, moved, EDITORS).state == "kaz"


def test_the_authors_of_a_report_that_the_editors_entered_say_what_it_and_its_demands_are(store):
    report = save(store, replace(find(store, "report-2024"), authors="A Centre"), EDITORS, agreed=("centre",))
    r = replace(find(store, "ours"), id="theirs-1", version="", paragraph="1", text=None, verification="reported")
    r = save(store, r, EDITORS)
    assert save(store, replace(r, paragraph="2"), CENTRE).paragraph == "2"
    assert save(store, replace(report, issued="2020"), CENTRE).issued == "2020"


def test_an_entry_is_not_its_publishers_and_a_demand_is_that_of_the_organisation_whose_report_it_is_in(store):
    with pytest.raises(NotAllowed, match=r"change it: kind\."):
        save(store, replace(find(store, "older"), kind=EvidenceKind.NEWS), WATCH)
    demand, data = replace(find(store, "ours"), document="ours-2025", recorded_for=None), store.reader.read()
    assert [bool(fixed_fields(data, demand, by)) for by in (COLLEAGUE, CENTRE)] == [False, True]
    e = find(store, "theirs")  # the private folder says who changes what is there
    private = replace(e, private=Privacy(organisation="watch", shared_with="all"))
    of = ((data, e), (data, private), (replace(data, signature=PRIVATE_SIGNATURE), e))
    assert [bool(fixed_fields(d, one, CENTRE)) for d, one in of] == [True, False, False]


def test_who_changed_a_field_that_was_filled_did_not_fill_it(store):
    edit = Revision(
        field="symbol", recorded=AT.format(3)[10:], recorded_by="editor-c1", recorded_for="centre", reason="Why."
    )
    for old, is_fixed in (("CAT/C/RUR/CO/9", True), (None, False)):
        record = replace(find(store, "co-2021"), history=(replace(edit, old=old),))
        assert ("symbol" in fixed_fields(store.reader.read(), record, CENTRE)) is is_fixed


def test_where_there_is_one_organisation_it_changes_what_an_entry_is(tmp_path):
    one = "\n".join(line for line in FILES["tracker"].splitlines() if line[:9] != "  - {id: " or "watch" in line)
    store = store_of(tmp_path, FILES | {"tracker": one})
    assert save(store, replace(find(store, "co-2021"), symbol="CAT/C/RUR/CO/4"), WATCH)


def test_who_publishes_or_wrote_a_shared_entry_brings_it_back(store):
    named = replace(find(store, "theirs"), kind=EvidenceKind.NEWS, publisher="EHRA; A Centre", verification="reported")
    union = Person(Role.EDITOR, "editor-u1", "union")
    for by, may in ((CENTRE, True), (WATCH, False)):
        e = save(
            store,
            retire_record(save(store, replace(named, version=find(store, "theirs").version), EDITORS), WHY),
            union,
        )
        assert can_bring_back(store.reader.read(), e, by) is may
        if may:
            named = save(store, with_event(EventType.RESTORED, reason=WHY)(e), by)


def test_what_its_own_people_took_back_comes_in_again_by_anybody_and_nothing_else_does(store):
    entered = ((WATCH, WATCH, {WATCH, CENTRE, EDITORS}), (WATCH, EDITORS, {EDITORS}), (EDITORS, EDITORS, {EDITORS}))
    for number, (by, undone_by, who) in enumerate(entered):
        new = replace(find(store, "co-2021"), id=f"co-{number}", version="", symbol=f"CAT/C/RUR/CO/1{number}")
        new = save(store, new, by)
        assert not can_bring_back(store.reader.read(), new, EDITORS)
        gone = save(store, reversal_of(None, new, WHY), undone_by)
        people = (WATCH, CENTRE, EDITORS, READER)
        assert {one for one in people if can_bring_back(store.reader.read(), gone, one)} == who, number
    named = replace(find(store, "survey"), id="named", version="", kind=EvidenceKind.NEWS, files=())
    named = save(store, replace(named, publisher="A Centre", verification="reported"), WATCH)
    assert not can_bring_back(store.reader.read(), save(store, retire_record(named, WHY), WATCH), CENTRE)
    gone = replace(find(store, "theirs"), events=(Event(type=EventType.RETIRED, reason=WHY),))
    stub = replace(gone, publisher=UNKNOWN_PUBLISHER, title=gone.summary)  # it was made private again
    assert [can_bring_back(store.reader.read(), e, EDITORS) for e in (gone, stub)] == [True, False]


@pytest.mark.parametrize(
    ("field", "link"),
    [
        ("same_demand", SameDemand(recommendation="ours")),
        ("uptake", Uptake(recommendation="ours", result=UptakeResult.TAKEN_UP)),
    ],
)
def test_a_link_belongs_to_the_organisation_that_judged_so(store, field, link):
    """Others do not take it back; the tracker's editors and its own people do."""
    for own in (COLLEAGUE, EDITORS):
        r = save(store, replace(find(store, "asked"), id=f"for-{own.handle}", version="", **{field: (link,)}), WATCH)
        (made,) = getattr(r, field)
        assert (made.recorded_for, made.recorded_by) == ("watch", "editor-w1")
        gone = replace(r, **{field: (replace(made, events=(Event(type=EventType.WITHDRAWN, reason=WHY),)),)})
        for by in (CENTRE, REVIEWER):
            with pytest.raises(NotAllowed, match="entered by"):
                save(store, gone, by)
        assert is_withdrawn(getattr(save(store, gone, own), field)[0].events)


def test_what_evidence_shows_belongs_to_the_organisation_that_judged_so(store):
    """Others link everybody's evidence, too, and take back a link of the tracker's editors, but not each other's."""
    link = EvidenceLink(recommendation="asked", effect=EvidenceEffect.PROGRESS)
    for by, refused, own in (
        (WATCH, (CENTRE, REVIEWER), EDITORS),
        (WATCH, (), COLLEAGUE),
        (EDITORS, (), WATCH),
        (EDITORS, (), EDITORS),
    ):
        e = replace(find(store, "theirs"), id=f"for-{by.handle}-{own.handle}", version="", files=())
        e = replace(e, kind=EvidenceKind.NEWS, publisher="A newspaper", verification="reported")
        e = save(store, replace(save(store, e, EDITORS), relevant_to=(link,)), by)
        (made,) = e.relevant_to
        assert (made.recorded_for, made.recorded_by) == ("watch" if by is WATCH else "editors", by.handle)
        gone = replace(e, relevant_to=(replace(made, events=(Event(type=EventType.WITHDRAWN, reason=WHY),)),))
        for other in refused:
            with pytest.raises(NotAllowed, match="entered by"):
                save(store, gone, other)
        e = save(store, gone, own)
        (taken,) = e.relevant_to
        assert (is_withdrawn(taken.events), taken.events[-1].recorded_by) == (True, own.handle)
        back = replace(taken, events=(*taken.events, Event(type=EventType.RESTORED, reason=WHY)))
        withdrawn_by_others = (by, own) == (EDITORS, WATCH)
        if not withdrawn_by_others:
            with pytest.raises(NotAllowed, match="entered by"):
                save(store, replace(e, relevant_to=(back,)), CENTRE)
        # what others withdrew of the editors, everybody brings back
        (again,) = save(store, replace(e, relevant_to=(back,)), CENTRE if withdrawn_by_others else own).relevant_to
        assert not is_withdrawn(again.events)
