"""Only the organisation that made a record changes it; others contest it, propose a change, or bring back what others archived."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from tests.support.small_dataset import CENTRE, DOCUMENTS, PARTLY, TRACKER, WATCH, said
from tracker.editing.undo import retire_record, reversal_of
from tracker.model.errors import NotAllowed, ValidationFailed
from tracker.model.events import Event
from tracker.model.lifecycle import is_active, standing_contests
from tracker.model.localized_text import TextVariant
from tracker.model.organisations import own_organisation
from tracker.model.ownership import can_bring_back, named_in, require_own_organisation, texts_of_others
from tracker.model.permissions import Person, Role
from tracker.model.records import EvidenceLink, Part, Revision, SameDemand, Source
from tracker.model.registers import Deadline, FollowUp
from tracker.model.vocabulary import (
    DateSetBy,
    DeadlineKind,
    DocumentKind,
    EventType,
    EvidenceEffect,
    EvidenceKind,
    TextOrigin,
    Verification,
)
from tracker.queries.quotations import changed_by_hand, reading_of, with_mark_of_another

COLLEAGUE = Person(Role.EDITOR, "editor-w2", "watch")
REVIEWER = Person(Role.REVIEWER, "reviewer-c2", "centre")
EDITORS = Person(Role.EDITOR, "editor-n1")
EDITORS_REVIEWER = Person(Role.REVIEWER, "reviewer-n2")
WHY = said("It is wrong.")
AT = "recorded: 2026-01-0{}T00:00:00.000000Z"
BY_WATCH = f"{AT.format(2)}\nrecorded_by: editor-w1\nrecorded_for: watch\n"
ORGANISATIONS = """\
languages: [en, ru]
organisations:
  - {id: watch, name: Health Watch, kind: civil-society}
  - {id: centre, name: A Centre, abbreviation: AC, other_names: [Old Clinic League], kind: civil-society}
  - {id: network, name: Clean Water Network, kind: civil-society}
  - {id: union, name: {en: Union for Rights, ru: Союз по правам детей}, abbreviation: EHRA, kind: civil-society}
"""
FILE = "files:\n  - {{sha256: {}, kind: pdf, name: a.pdf, size: 1, {}, recorded_for: watch}}\n"
EVIDENCE = "kind: monitoring\npublisher: Health Watch\nsummary: We surveyed 120 clients.\ndimension: practice\nverification: seen\n"
DEMAND = """\
document: report-2024
title: T
summary: S
verification: seen
source: {document: report-2024, paragraph: 1}
"""
FILES = {
    "tracker": TRACKER + ORGANISATIONS,
    "documents": DOCUMENTS
    + "  - {id: ours-2025, body: cescr, kind: alternative-report, title: Ours, cycle: c, verification: seen, "
    + f"{AT.format(1)}, recorded_by: editor-w1, recorded_for: watch}}\n",
    "e/survey": EVIDENCE + BY_WATCH + FILE.format("a" * 64, AT.format(3)),
    "e/theirs": EVIDENCE + BY_WATCH.replace("watch", "editors") + FILE.format("b" * 64, AT.format(3)),
    "e/older": EVIDENCE + AT.format(2),
    "r/ours": "issued_by: civil-society\n" + DEMAND + BY_WATCH + "text: {en: {text: Quoted., origin: official}}\n",
    "r/asked": "issued_by: committee\n" + DEMAND.replace("report", "co") + BY_WATCH,
}


def find(store, name):
    dataset = store.reader.read()
    return {**dataset.evidence, **dataset.recommendations, **dataset.documents}[name]


def save(store, record, by, **how):
    (after,) = store.save(record, by=by, reason="Why.", **how)
    return after


def with_event(kind: EventType, **values: Any) -> Callable[[Any], Any]:
    return lambda r: replace(r, events=(*r.events, Event(type=kind, **values)))


LINK = EvidenceLink(recommendation="asked", effect=EvidenceEffect.CONTEXT)
ACTS = {  # beside those of test_who_may_do_what.py
    "corrected": lambda r: replace(r, verification="reported"),
    "undone": lambda r: reversal_of(None, r, WHY),
    "confirmed": with_event(EventType.CONFIRMED),
}
OF_EVIDENCE = {
    "12 clients": lambda e: replace(e, summary=said("12 clients; the results are not reliable.")),
    "linked": lambda e: replace(e, relevant_to=(LINK,)),
}
REFUSED = [*product(("survey", "ours", "ours-2025"), ACTS), *product(("survey",), OF_EVIDENCE)]


@pytest.mark.parametrize(("name", "act"), REFUSED)
@pytest.mark.parametrize("by", [CENTRE, REVIEWER, EDITORS, EDITORS_REVIEWER], ids=lambda by: by.handle)
def test_nobody_else_changes_what_an_organisation_made(store, name, act, by):
    before = find(store, name)
    with pytest.raises(NotAllowed, match="saved"):
        save(store, (ACTS | OF_EVIDENCE)[act](before), by)
    assert find(store, name) == before


def test_the_quotation_in_a_demand_and_what_asks_for_the_same_are_everybodys_and_its_words_are_not(store):
    r = find(store, "ours")
    quoted = {"en": TextVariant(text="Quoted to the letter.", origin=TextOrigin.OFFICIAL)}
    r = save(store, replace(r, text=quoted, same_demand=(SameDemand(recommendation="asked"),)), CENTRE)
    with pytest.raises(NotAllowed):
        save(store, replace(r, text={"en": TextVariant(text="In other words.", origin=TextOrigin.OWN)}), CENTRE)
    r = save(store, replace(r, assessments=(replace(PARTLY, organisation="centre"),)), CENTRE)
    assert [a.recorded_for for a in r.assessments] == ["centre"]


def part(text, origin=TextOrigin.OFFICIAL):
    return Part(id="a", summary={"en": TextVariant(text=text, origin=origin)})


def worded(text, origin=TextOrigin.OFFICIAL):
    return {"en": TextVariant(text="Quoted.", origin=TextOrigin.OFFICIAL), "ru": TextVariant(text=text, origin=origin)}


WORDS_TOO = {"en": TextVariant(text="Quoted. And more.", origin=TextOrigin.OFFICIAL)}
CHANGED_QUOTATIONS = {
    "a text": ({"text": WORDS_TOO}, "to-check"),
    "a part": ({"parts": (part("Close them."),)}, "to-check"),
    "a closing": ({"closing": WORDS_TOO}, "to-check"),
    "another language": ({"text": worded("Закрыть.")}, "to-check"),
    "with its mark": ({"text": WORDS_TOO, "verification": "to-check"}, "to-check"),
    "our translation": ({"text": worded("Закрыть.", TextOrigin.OWN_TRANSLATION)}, "seen"),
    "our part": ({"parts": (part("Close them.", TextOrigin.OWN),)}, "seen"),
    "no quotation": ({"text": None}, "seen"),
}


@pytest.mark.parametrize("name", CHANGED_QUOTATIONS)
@pytest.mark.parametrize("by", [WATCH, CENTRE], ids=lambda by: by.handle)
def test_a_changed_quotation_is_not_checked_until_another_person_says_so(store, name, by):
    changes, mark = CHANGED_QUOTATIONS[name]
    if by is CENTRE and name not in ("a text", "another language"):
        return
    r = save(store, replace(find(store, "ours"), **changes), by)
    assert r.verification == mark
    assert any(one.field == "verification" for one in r.history) is (mark == "to-check")
    assert bool(changed_by_hand(r)) is (mark == "to-check")
    r = save(store, replace(r, verification="seen"), COLLEAGUE)
    assert (r.verification, changed_by_hand(r)) == ("seen", None)
    r = save(store, replace(r, text=worded("Сверено.")), COLLEAGUE, is_compared=True)
    assert r.verification == "seen"
    with pytest.raises(NotAllowed, match="belongs to watch"):
        save(store, replace(r, verification="to-check"), CENTRE)


SEEN, OTHER = {"verification": "seen"}, worded("И ещё.")
SET_BACK_BY_ONESELF = {
    "in a second edit": [{"text": WORDS_TOO}],
    "after another edit": [{"text": WORDS_TOO}, {"title": said("New")}],
    "after taking the mark away": [{"verification": "to-check"}, {"text": WORDS_TOO}],
    "together with more words": [{"text": WORDS_TOO}, {"text": OTHER}],
    "after a turn in own words": [{"text": None}, {"text": WORDS_TOO}],
    "of a part": [{"parts": (part("Close them."),)}, {"parts": (part("Close all."),), **SEEN}],
}


@pytest.mark.parametrize("name", SET_BACK_BY_ONESELF)
def test_who_changed_a_quotation_does_not_say_that_it_was_compared_and_an_undo_needs_nobody(store, name):
    first = r = find(store, "ours")
    for changes in SET_BACK_BY_ONESELF[name]:
        r = save(store, replace(r, **changes), WATCH)
    assert r.verification == "to-check" or name == "after a turn in own words"
    with pytest.raises(NotAllowed, match="Another person compares"):
        save(store, replace(r, verification="seen"), WATCH)
    old = {field: getattr(first, field) for field in ("text", "parts", "closing", "verification")}
    r = save(store, replace(r, **old), WATCH)
    assert (r.verification, r.text, changed_by_hand(r)) == ("seen", first.text, None)
    r = save(store, replace(r, text=OTHER), WATCH)
    r = save(store, replace(r, text=WORDS_TOO), COLLEAGUE)
    for by in (WATCH, COLLEAGUE):
        with pytest.raises(NotAllowed, match="Another person compares"):
            save(store, replace(r, verification="seen"), by)


PLACE = Source(document="co-2024", paragraph="1")
QUOTED = {"en": TextVariant(text="Close the clinics.", origin=TextOrigin.OFFICIAL)}
DATED = Deadline(kind=DeadlineKind.REPLY, date="2027-02", sentence=said("Reply."), verification=Verification.SEEN)
OF_EVERYBODY = {
    "a part": ("asked", {"parts": (part("Close them.", TextOrigin.OWN),)}, lambda r: r.verification),
    "a date of a document": ("co-2024", {"adopted": "2024-02"}, lambda d: d.verification),
    "a note": ("co-2024", {"note": said("It is not so.")}, lambda d: d.verification),
    "the paragraphs": (
        "co-2024",
        {"follow_up": FollowUp(verification=Verification.SEEN, source=PLACE, paragraphs=("9",))},
        lambda d: d.follow_up.verification,
    ),
    "a date": (
        "co-2024",
        {"deadlines": (replace(DATED, sentence=QUOTED, date="2029"),)},
        lambda d: d.deadlines[0].verification,
    ),
    "the sentence of a date": (
        "co-2024",
        {"deadlines": (replace(DATED, sentence=WORDS_TOO, date="2029"),)},
        lambda d: d.deadlines[0].verification,
    ),
    "the kind of a date": (  # the first of its kind, but in place of another
        "co-2024",
        {"deadlines": (replace(DATED, sentence=QUOTED, kind=DeadlineKind.SESSION),)},
        lambda d: d.deadlines[0].verification,
    ),
    "who set a date": (
        "co-2024",
        {"deadlines": (replace(DATED, sentence=QUOTED, set_by=DateSetBy.OURS),)},
        lambda d: d.deadlines[0].verification,
    ),
}


@pytest.mark.parametrize("name", OF_EVERYBODY)
def test_what_a_document_says_is_not_checked_after_a_change_until_another_person_says_so(store, name):
    id, changes, mark = OF_EVERYBODY[name]
    first = FollowUp(verification=Verification.SEEN, source=PLACE, paragraphs=("3",))
    d = replace(
        find(store, "co-2024"), follow_up=first, deadlines=(replace(DATED, sentence=QUOTED),), verification="seen"
    )
    save(store, d, EDITORS, is_compared=True)
    one = save(store, replace(find(store, id), **changes), CENTRE)
    assert mark(one) == "to-check"
    marked = {field: getattr(replace(one, **changes), field) for field in changes}
    again = replace(one, verification="seen", **marked)
    for by in (CENTRE, REVIEWER):
        with pytest.raises(NotAllowed, match="Your organisation entered or changed this"):
            save(store, again, by)
    assert mark(save(store, again, WATCH)) == "seen"


IN_OUR_REPORT = {
    "the quotation": lambda r: replace(r, text=QUOTED),
    "its translation": lambda r: replace(r, text={**(r.text or {}), "ru": TextVariant(text="П.")}),
    "the parts": lambda r: replace(r, parts=(Part(id="a", summary=said("Close them.")),)),
    "the closing": lambda r: replace(r, closing=said("Close them.")),
    "the title": lambda r: replace(r, title=said("New")),
}


def test_demands_in_the_report_of_an_organisation_and_their_quotations_are_its_own(store):
    ours = replace(find(store, "ours"), id="put", version="", document="ours-2025")
    for by in (CENTRE, REVIEWER, EDITORS, EDITORS_REVIEWER):
        for put in (ours, replace(find(store, "asked"), document="ours-2025")):
            with pytest.raises(NotAllowed, match="belongs to watch"):
                save(store, put, by)
    r = save(store, ours, WATCH)
    for act in IN_OUR_REPORT.values():
        with pytest.raises(NotAllowed, match="belongs to watch"):
            save(store, act(r), CENTRE)
    assert texts_of_others(store.reader.read(), r, CENTRE) == {"title", "summary"}
    r = save(store, replace(r, same_demand=(SameDemand(recommendation="asked"),)), CENTRE)
    assert save(store, IN_OUR_REPORT["the parts"](r), COLLEAGUE).parts


def test_a_report_that_the_editors_entered_is_changed_by_them_and_by_its_authors(store):
    named = save(store, replace(find(store, "report-2024"), authors="Health Watch"), EDITORS, agreed=("watch",))
    r = replace(find(store, "ours"), id="put", version="", document="report-2024", recorded=None, recorded_for=None)
    for by in (CENTRE, REVIEWER):
        for change in (r, replace(named, title=said("New")), IN_OUR_REPORT["the parts"](find(store, "ours"))):
            with pytest.raises(NotAllowed, match="belongs to watch"):
                save(store, change, by)
    assert save(store, IN_OUR_REPORT["the parts"](save(store, r, EDITORS)), WATCH).parts
    assert save(store, replace(named, title=said("New")), WATCH).title == said("New")


def test_nobody_makes_the_report_of_another_organisation_of_a_document_that_is_everybodys(store):
    d = replace(find(store, "co-2021"), id="co-2026", version="", symbol=None)
    d = save(store, d, WATCH)
    with pytest.raises(NotAllowed, match="belongs to watch"):
        save(store, replace(d, kind=DocumentKind.ALTERNATIVE_REPORT), CENTRE)


LOOK_ALIKES = (
    "HeaIth Watch",
    "Hea1th Watch",
    "Неаlth Wаtсh",
    "Health-Watch",
    "H e a l t h Watch",
    "Héalth\u200b Watch",
)


@pytest.mark.parametrize(
    "authors", ["Health Watch", "A Centre; HEALTH  WATCH and others", "AC, Health Watch", *LOOK_ALIKES]
)
def test_nobody_names_another_organisation_as_the_author_of_a_report_or_as_who_monitored(store, authors):
    report = replace(find(store, "report-2024"), authors=authors)
    monitored = replace(find(store, "theirs"), publisher=authors)
    new = (
        replace(report, id="new", version=""),
        replace(monitored, id="new", version="", files=(), verification="reported"),
    )
    for record in (report, *new):
        for by in (CENTRE, EDITORS_REVIEWER):
            with pytest.raises(NotAllowed, match="An entry can name watch as its author only"):
                save(store, record, by)
    for other in ("Health Watchers", "Mental Health", "A C Line"):
        save(store, replace(new[1], id=f"e-{len(other)}", publisher=other), EDITORS_REVIEWER)
    save(store, replace(new[1], kind=EvidenceKind.NEWS), CENTRE)  # to say who published it is no signature
    agreed = save(store, report, CENTRE, agreed=("watch",))
    assert save(store, replace(agreed, authors=f"{authors}; others"), EDITORS).recorded_for is None
    assert save(store, replace(find(store, "survey"), publisher="Health Watch"), WATCH)


@pytest.mark.parametrize(
    ("who", "publishers"),
    [
        ("union", ["E.H.R.A.", "E H R A", "Report of Е.Н.R.А. and others", "E.H.R.A. Osh", "ehra", "СППД", "С.П.Д."]),
        ("network", ["CWN", "C. W. N.", "cwn", "CWN Osh", "Survey of C.W.N.", "Others; C.W.N."]),
        ("centre", ["A.C.", "a c", "Health and A.C.", "old clinic league", "O.C.L."]),
        (
            "",
            [
                "A. C. Line",
                "Line, A. C.",
                "Line A.C.",
                "C. W. N. Line",
                "A C LINE",
                "the cwn ltd",
                "WN",
                "ACT",
                "Aehra",
            ],
        ),
    ],
)
def test_an_abbreviation_or_initials_name_an_organisation_and_a_persons_initials_do_not(store, who, publishers):
    entry = replace(find(store, "theirs"), id="new", version="", files=())
    for publisher in publishers:
        named = replace(entry, publisher=publisher)
        dataset = store.reader.read()
        assert [*named_in(dataset, named)] == [who] * bool(who), publisher
        if who:
            with pytest.raises(NotAllowed, match=f"An entry can name {who} as its author only"):
                require_own_organisation([None], [named], EDITORS_REVIEWER, dataset=dataset)


def test_who_belongs_to_an_organisation_that_is_not_listed_is_somebody_without_one(store):
    gone = Person(Role.EDITOR, "editor-g1", "gone")
    orgs = store.reader.read().settings.organisations
    assert own_organisation(gone, orgs) == own_organisation(EDITORS, orgs) == "editors"
    r = replace(find(store, "asked"), title=said("New"))
    assert (
        save(store, replace(r, assessments=(replace(PARTLY, organisation="editors"),)), gone)
        .assessments[-1]
        .recorded_for
        == "editors"
    )
    with pytest.raises(NotAllowed, match="You assess for editors"):
        r = find(store, "asked")
        save(store, replace(r, assessments=(*r.assessments, replace(PARTLY, organisation="watch"))), gone)


def test_the_same_date_twice_is_refused_and_the_one_that_is_there_is_named(store):
    for kind in (DeadlineKind.REPLY, DeadlineKind.NEXT_REPORT):
        one = Deadline(kind=kind, date="2027-02", sentence=QUOTED, verification="seen")
        d = save(store, replace(find(store, "co-2024"), deadlines=(*find(store, "co-2024").deadlines, one)), WATCH)
    again = Deadline(kind=DeadlineKind.REPLY, date="2027-02", set_by=DateSetBy.OURS)
    with pytest.raises(ValidationFailed, match="co-2024 has this deadline already: reply, 2027-02"):
        save(store, replace(d, deadlines=(*d.deadlines, again)), CENTRE)
    other = replace(find(store, "report-2024"), deadlines=(again,))
    with pytest.raises(ValidationFailed, match="co-2024 has this deadline already: reply, 2027-02"):
        save(store, other, CENTRE)


def test_a_date_that_an_organisation_set_is_its_own_and_the_committees_is_everybodys(store):
    ours = Deadline(kind=DeadlineKind.SUBMISSION, date="2027-01", set_by=DateSetBy.OURS, recorded_for="centre")
    quoted = {"en": TextVariant(text="Reply by then.", origin=TextOrigin.OFFICIAL)}
    set_by_committee = Deadline(kind=DeadlineKind.REPLY, date="2027-02", sentence=quoted)
    unsourced = Deadline(kind=DeadlineKind.SESSION, date="2027-05")
    assert (
        save(store, replace(find(store, "co-2021"), deadlines=(unsourced,)), WATCH).deadlines[0].recorded_for == "watch"
    )
    with pytest.raises(NotAllowed, match="belongs to watch"):
        save(store, replace(find(store, "co-2021"), deadlines=()), CENTRE)
    d = save(store, replace(find(store, "co-2024"), deadlines=(ours, set_by_committee)), WATCH)
    assert [one.recorded_for for one in d.deadlines] == ["watch", None]
    mine, theirs = d.deadlines
    for forged in (
        (theirs,),
        (replace(mine, date="2028"), theirs),
        (replace(mine, set_by=DateSetBy.COMMITTEE), theirs),
    ):
        with pytest.raises(NotAllowed, match="belongs to watch"):
            save(store, replace(d, deadlines=forged), CENTRE)
    d = save(store, replace(d, deadlines=(mine, replace(theirs, date="2027-03"), replace(ours, date="2029"))), CENTRE)
    assert [(one.date, one.recorded_for) for one in d.deadlines[1:]] == [("2027-03", None), ("2029", "centre")]
    assert save(store, replace(d, deadlines=(replace(mine, recorded_for="centre"), *d.deadlines[1:])), CENTRE) == d
    d = save(store, replace(d, deadlines=(replace(mine, date="2028"), *d.deadlines[1:])), COLLEAGUE)
    assert [one.recorded_for for one in d.deadlines] == ["watch", None, "centre"]


@pytest.mark.parametrize("name", ["survey", "ours", "ours-2025"])
def test_a_reviewer_of_another_organisation_contests_once_with_a_reason_and_takes_that_back(store, name):
    contest, undone = with_event(EventType.CONTESTED, reason=WHY), with_event(EventType.CONTEST_UNDONE)
    with pytest.raises(ValidationFailed, match="needs a reason"):
        save(store, with_event(EventType.CONTESTED)(find(store, name)), REVIEWER)
    with pytest.raises(NotAllowed, match="your own organisation"):
        save(store, contest(find(store, name)), replace(WATCH, role=Role.REVIEWER))
    r = save(store, contest(find(store, name)), REVIEWER)
    assert is_active(r, None) and [e.recorded_for for e in standing_contests(r, None)] == ["centre"]
    with pytest.raises(NotAllowed, match="once"):
        save(store, contest(r), REVIEWER)
    with pytest.raises(NotAllowed):
        save(store, undone(r), EDITORS_REVIEWER)
    assert standing_contests(save(store, undone(r), REVIEWER), None) == ()


BRINGS_BACK = {  # record → who archived it → who may bring it back
    "survey": {WATCH: {WATCH, COLLEAGUE}},
    "older": {
        CENTRE: {WATCH, COLLEAGUE, CENTRE, REVIEWER, EDITORS, EDITORS_REVIEWER},  # its publisher is watch
        EDITORS: {WATCH, COLLEAGUE, REVIEWER, EDITORS, EDITORS_REVIEWER},
    },
}


@pytest.mark.parametrize(("name", "who"), [(name, who) for name, by in BRINGS_BACK.items() for who in by])
def test_who_brings_back_what_was_archived(store, name, who):
    for by in (WATCH, COLLEAGUE, CENTRE, REVIEWER, EDITORS, EDITORS_REVIEWER):
        r = save(store, retire_record(find(store, name), WHY), who)
        back = with_event(EventType.RESTORED, reason=WHY)(r)
        may = by in BRINGS_BACK[name][who]
        assert can_bring_back(store.reader.read(), r, by) is may
        if not may:
            with pytest.raises(NotAllowed, match="brings it back"):
                save(store, back, by)
        save(store, back, by if may else who)


def test_a_reviewer_brings_back_what_somebody_else_than_its_owner_archived(store):
    path = store.root / "evidence" / "survey.yaml"
    event = f"  - {{type: retired, {AT.format(9)}, recorded_by: editor-c1, recorded_for: centre}}\n"
    path.write_text(path.read_text() + "events:\n" + event)
    for by, may in ((EDITORS, False), (CENTRE, True), (EDITORS_REVIEWER, True), (COLLEAGUE, True)):
        assert can_bring_back(store.reader.read(), find(store, "survey"), by) is may


def test_nobody_else_confirms_a_translation_as_still_right(store):
    e = find(store, "survey")
    e = save(store, replace(e, summary={**e.summary, "ru": TextVariant(text="Мы опросили 120.")}), WATCH)
    for by in (CENTRE, EDITORS_REVIEWER):
        with pytest.raises(NotAllowed, match="belongs to watch"):
            save(store, e, by, still_right={"summary": ("ru",)})
    assert save(store, e, COLLEAGUE, still_right={"summary": ("ru",)}).history[-1].still_right == ("ru",)


BY_HAND = {
    "recommendation": ("asked", {}),
    "document": ("co-2021", {"symbol": None}),
    "without words": ("asked", {"text": None}),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_what_an_organisation_typed_in_is_not_read_until_another_person_compares_it(store, name):
    id, changes = BY_HAND[name]
    typed = replace(find(store, id), id="new-1", version="", verification="seen", history=(), **changes)
    assert save(store, replace(typed, id="editors-1"), EDITORS).verification == "seen"
    assert save(store, replace(typed, id="read-1"), WATCH, is_compared=True).verification == "to-check"
    r = save(store, typed, WATCH)
    assert r.verification == "to-check"
    seen = replace(r, verification="seen")
    for by in (WATCH, COLLEAGUE):
        with pytest.raises(NotAllowed, match="Your organisation entered or changed this"):
            save(store, seen, by)
        assert save(store, seen, by, is_compared=True).verification == "to-check", "imported again"
    r = save(store, replace(seen, version=find(store, r.id).version), CENTRE)
    assert reading_of(r) == "centre"
    r = save(store, replace(r, title=said("Another title")), WATCH)
    assert r.verification == "to-check", "what another organisation read was something else"
    with pytest.raises(NotAllowed, match="Your organisation entered or changed this"):
        save(store, replace(r, verification="seen"), COLLEAGUE)
    assert save(store, replace(seen, version=r.version), WATCH).verification == "seen"  # as it was, such as by an undo


def test_evidence_of_another_organisation_is_read_only_by_its_word_or_that_of_the_editors(store):
    entry = replace(
        find(store, "survey"),
        id="new",
        version="",
        files=(),
        kind=EvidenceKind.NEWS,
        link="https://example.org/1",
        publisher="EHRA and others",
    )
    union = Person(Role.EDITOR, "editor-u1", "union")
    for publisher in ("EHRA and others", "E.H.R.A.", "Union for Rights", "Old Clinic League"):
        with pytest.raises(NotAllowed, match=r"published by (union|centre)"):
            save(store, replace(entry, publisher=publisher), WATCH)
    e = save(store, replace(entry, verification="reported"), WATCH)
    with pytest.raises(NotAllowed, match="published by union"):
        save(store, replace(e, verification="seen"), WATCH)
    with pytest.raises(NotAllowed, match="belongs to watch"):
        save(store, replace(e, verification="seen"), CENTRE)
    with pytest.raises(NotAllowed, match="belongs to watch"):
        save(store, replace(e, verification="seen", summary=said("Better.")), union)
    for by in (union, EDITORS):
        assert reading_of(save(store, replace(e, verification="seen"), by)) in ("union", "editors")
        with pytest.raises(NotAllowed, match="published by union"):
            save(store, replace(find(store, "new"), summary=said("In other words.")), WATCH)
        e = save(store, replace(find(store, "new"), verification="reported"), by)
    assert save(store, replace(entry, id="own"), union).verification == "seen"


def test_what_is_archived_as_a_duplicate_says_of_which_record(store):
    r = save(store, replace(find(store, "ours"), id="again", version="", history=()), WATCH)
    for into in (None, "again"):
        with pytest.raises(ValidationFailed, match="as a duplicate of another one"):
            save(store, with_event(EventType.RETIRED, reason=WHY, into=into)(r), WATCH)
    assert retire_record(r, WHY).events[-1].type is EventType.WITHDRAWN  # archived for another reason
    assert save(store, retire_record(r, WHY, "ours"), WATCH).events[-1].into == "ours"


def test_a_translation_keeps_the_mark_that_another_gave_also_where_there_is_one_organisation(store):
    marked = Revision(
        field="verification",
        old="to-check",
        reason="R.",
        recorded="2026-02-01T00:00:00.000000Z",
        recorded_by="editor-c",
    )
    r = replace(find(store, "asked"), recorded_for="watch", verification=Verification.SEEN, history=(marked,))
    for title, mark in (
        ({**r.title, "ru": TextVariant(text="Ещё")}, Verification.SEEN),
        (said("Other"), Verification.TO_CHECK),
    ):
        changed = with_mark_of_another(r, replace(r, title=title), by="editor-w", organisation="watch")
        assert changed.verification is mark
