"""Where a tracker has several organisations, what one of them enters or changes is "source read" by another one."""

from dataclasses import replace
from typing import Any

import pytest

from tests.editing.test_whose_records import COLLEAGUE, EDITORS, FILES, PLACE, QUOTED, REVIEWER, find, part, save
from tests.support.small_dataset import CENTRE, WATCH, said, store_of
from tracker.model.errors import NotAllowed
from tracker.model.localized_text import TextVariant
from tracker.model.permissions import Person, Role
from tracker.model.registers import Deadline, FollowUp, FollowUpRound
from tracker.model.vocabulary import DeadlineKind, EvidenceKind, TextOrigin, Verification

OF_OTHERS: dict[str, dict[str, Any]] = {
    "co-2024": {
        "title": said("Other"),
        "symbol": "E/C.12/RUR/CO/5",
        "authors": "Others",
        "issued": "2025-09",
        "link": "https://example.org/2",
        "deadlines": (Deadline(kind=DeadlineKind.REPLY, date="2027", source=PLACE, verification=Verification.SEEN),),
    },
    "asked": {
        "title": said("Other"),
        "paragraph": "77",
        "text": QUOTED,
        "parts": (part("Close them."),),
    },
    "theirs": {
        "title": said("Other"),
        "happened": "2024",
        "published": "2024",
        "link": "https://example.org/2",
        "summary": said("Other."),
    },
}


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, fields in OF_OTHERS.items() for field in fields])
@pytest.mark.parametrize("mark", ["seen", "reported"])
def test_what_an_organisation_changes_in_what_is_not_its_own_is_not_checked_yet(store, name, field, mark):
    others = {"publisher": "A ministry"} if name == "theirs" else {}
    others |= (
        {field: None} if field in ("symbol", "issued") else {}
    )  # what says which document it is can only be filled
    first = save(store, replace(find(store, name), verification=mark, **others), EDITORS)
    after = save(store, replace(first, **{field: OF_OTHERS[name][field]}), CENTRE)
    changed = after.deadlines[-1] if field == "deadlines" else after
    assert changed.verification == "to-check"
    seen = replace(changed, verification="seen")
    seen = replace(after, deadlines=(seen,)) if field == "deadlines" else seen
    for by in (CENTRE, REVIEWER):
        with pytest.raises(NotAllowed, match="Your organisation entered or changed this"):
            save(store, seen, by)
    undone = save(store, replace(after, **{n: getattr(first, n) for n in (field, "verification")}), REVIEWER)
    assert undone.verification == mark, "an undo keeps what was"
    again = save(store, replace(undone, **{field: OF_OTHERS[name][field]}), CENTRE)
    seen = replace(seen, version=again.version, history=again.history)
    network = Person(Role.EDITOR, "editor-k1", "network")
    assert save(store, seen, network).verification == ("seen" if field != "deadlines" else mark)


def test_our_translation_keeps_the_mark_and_words_of_the_document_in_another_language_do_not(store):
    r = save(store, replace(find(store, "asked"), text=QUOTED), EDITORS, is_compared=True)
    r = save(store, replace(r, title={**r.title, "ru": TextVariant(text="П.")}), WATCH)
    assert r.verification == "seen"
    for title in ({**r.title, "ru": TextVariant(text="Не то.")}, {"en": TextVariant(text="T")}):
        assert save(store, replace(r, title=title), CENTRE).verification == "to-check", "it was changed"
        r = save(store, replace(r, version=find(store, "asked").version), EDITORS)
    in_russian = TextVariant(text="Закрыть.", origin=TextOrigin.OFFICIAL_TRANSLATION)
    assert save(store, replace(r, text={**QUOTED, "ru": in_russian}), CENTRE).verification == "to-check"


def test_the_rounds_of_a_follow_up_are_read_by_another_organisation(store):
    read = FollowUpRound(verification="seen", report="co-2021")
    first = FollowUp(verification=Verification.SEEN, source=PLACE, paragraphs=("3",))
    d = save(store, replace(find(store, "co-2024"), follow_up=first), EDITORS)
    with_round = replace(d, follow_up=replace(first, rounds=(read,)))
    d = save(store, with_round, WATCH)
    assert (d.follow_up.verification, d.follow_up.rounds[0].verification) == ("seen", "to-check")
    again = replace(with_round, version=d.version)
    with pytest.raises(NotAllowed, match="Your organisation entered or changed this"):
        save(store, again, COLLEAGUE)
    assert save(store, again, CENTRE).follow_up.rounds[0].verification == "seen"


def test_an_organisation_imports_its_own_report_with_its_demands_as_read(store):
    report = replace(find(store, "report-2024"), id="new", version="", authors="Health Watch")
    demand = replace(find(store, "ours"), id="new-1", version="", document="new", recorded_for="watch")
    foreign = replace(demand, id="new-2", document="report-2024")
    saved = store.save(report, demand, foreign, by=WATCH, reason="-", is_compared=True)
    assert [one.verification for one in saved] == ["seen", "seen", "to-check"]


def test_a_mark_that_another_organisation_took_away_is_not_set_by_who_entered_it(store):
    r = save(store, replace(find(store, "asked"), id="new-1", version=""), WATCH)
    r = save(store, replace(r, verification="seen"), CENTRE)
    r = save(store, replace(r, verification="to-check"), CENTRE)
    with pytest.raises(NotAllowed, match="Your organisation entered or changed this"):
        save(store, replace(r, verification="seen"), COLLEAGUE)
    assert save(store, replace(r, title={**r.title, "ru": TextVariant(text="П.")}, verification="seen"), EDITORS)


def test_with_one_organisation_another_person_of_it_is_enough(tmp_path):
    one = "\n".join(line for line in FILES["tracker"].splitlines() if line[:9] != "  - {id: " or "watch" in line)
    store = store_of(tmp_path, FILES | {"tracker": one})
    typed = replace(find(store, "asked"), id="new-1", version="")
    assert save(store, replace(typed, id="read-1"), WATCH, is_compared=True).verification == "seen"
    r = save(store, typed, WATCH)
    assert r.verification == "to-check"
    assert save(store, replace(r, verification="seen"), COLLEAGUE).verification == "seen"


UNION = Person(Role.EDITOR, "editor-u1", "union")
NAMES = {  # whose record, who is named before → after, by whom → whether it is saved
    "a joint report made one's own": ("", "A Centre; EHRA", "EHRA", UNION, False),
    "its own name added to it": ("", "A Centre", "A Centre; E.H.R.A.", CENTRE, False),
    "one's own name in other words": ("union", "EHRA", "Union for Rights", UNION, True),
    "no name is touched": ("", "A Centre; EHRA", "EHRA; A Centre and others", EDITORS, True),
    "the editors": ("", "A Centre; EHRA", "EHRA", EDITORS, True),
    "one's own record": ("union", "EHRA", "Others", UNION, True),
    "said to be another's": ("union", "EHRA", "A Centre", UNION, False),
    "its own name taken out of a joint one": ("union", "A Centre; EHRA", "A Centre", UNION, False),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["report-2024", "theirs"])
def test_names_of_organisations_are_added_and_taken_away_by_the_editors(store, kind, name):
    owner, before, after, by, is_saved = NAMES[name]
    field, first = ("publisher" if kind == "theirs" else "authors"), find(store, kind)
    first = replace(first, **({"kind": EvidenceKind.NEWS, "verification": "reported"} if kind == "theirs" else {}))
    entered_by = UNION if owner else EDITORS
    new = replace(first, id="new", version="", **{field: before}, **({"files": ()}))
    old = save(store, new, entered_by, agreed=("centre", "union"))
    if is_saved:
        assert getattr(save(store, replace(old, **{field: after}), by), field) == after
        return
    with pytest.raises(NotAllowed, match=r"would be added to the authors or publisher|An entry can name"):
        save(store, replace(old, **{field: after}), by)
