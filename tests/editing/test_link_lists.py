"""Links between records as somebody chose them in a form: added, withdrawn, brought back; nothing is deleted."""

from dataclasses import replace
from datetime import date

from tests.editing.test_bulk_edit import lines_changed
from tests.support.small_dataset import ANNA, ASKED, CONCLUDED, SHOWN, said
from tracker.editing.forms.recommendation import (
    candidates_for_uptake,
    linked_ids,
    update_evidence_links,
    update_same_demand,
    update_uptake,
)
from tracker.model.events import Event
from tracker.model.records import EvidenceLink
from tracker.model.vocabulary import EventType, EvidenceEffect, UptakeResult
from tracker.queries.view import View

WHY = said("It was a slip.")
GONE = Event(type=EventType.WITHDRAWN, reason=WHY)
TIMED = "recorded: 2026-01-01T00:00:00.000000Z"
FILES = {
    "r/x": f"{CONCLUDED}{TIMED}\n# the links follow\nsame_demand:\n  - {{recommendation: y, {TIMED}}}\n",
    "r/y": f"{CONCLUDED}{TIMED}\nsame_demand:\n  - recommendation: z\n    note: Word for word.\n    {TIMED}\n",
    "r/z": f"{CONCLUDED}{TIMED}\n",
    "r/asked": f"{ASKED}{TIMED}\n",
    "e/law": f"{SHOWN}{TIMED}\n",
}
"""x notes that y asks for the same, and y that z does."""


def view(store):
    return View(store.reader.read(), date(2026, 2, 1))


def saved(store, *records):
    """Saves the records, and gives the lines by which their files changed."""
    before = {path: path.read_text() for path in store.root.rglob("*.yaml")}
    store.save(*records, by=ANNA, reason="It was a slip.")
    changed = {path.stem: lines_changed(was, path.read_text()) for path, was in before.items()}
    return {name: lines for name, lines in changed.items() if lines}


def choose(store, name, *others):
    v = view(store)
    return update_same_demand(v, v.dataset.recommendations[name], others, WHY)


def same_as(store, name):
    v = view(store)
    return [r.id for r in v.same_demand(v.recommendations[name])]


def event(what, second):
    return [
        "+    events:",
        f"+      - type: {what}",
        "+        reason: It was a slip.",
        f"+        recorded: 2026-01-31T12:00:0{second}.000000Z",
        "+        recorded_by: editor-anna",
    ]


def test_what_is_chosen_as_it_was_changes_nothing(store):
    for name, others in {"x": "y", "y": "xz", "z": "y"}.items():
        assert choose(store, name, *others) == (view(store).dataset.recommendations[name],)


def test_a_new_same_demand_is_one_item_more(store):
    (x,) = choose(store, "x", "y", "z")
    assert saved(store, x) == {
        "x": ["+  - recommendation: z", "+    recorded: 2026-01-31T12:00:01.000000Z", "+    recorded_by: editor-anna"]
    }
    assert (same_as(store, "x"), same_as(store, "z")) == (["y", "z"], ["x", "y"])


def test_one_that_was_noted_at_the_other_end_is_withdrawn_and_brought_back_there(store):
    there = view(store).dataset.recommendations
    z, y = choose(store, "z")
    assert (z, y.same_demand[0]) == (there["z"], replace(there["y"].same_demand[0], events=(GONE,)))
    assert saved(store, z, y) == {"y": event("withdrawn", 1)}
    assert (same_as(store, "z"), same_as(store, "y")) == ([], ["x"])
    z, y = choose(store, "z", "y")
    assert (z, [e.type for e in y.same_demand[0].events]) == (there["z"], [EventType.WITHDRAWN, EventType.RESTORED])
    assert saved(store, z, y) == {"y": event("restored", 2)[1:]}
    assert (same_as(store, "z"), same_as(store, "y")) == (["y"], ["x", "z"])


def test_a_link_to_what_is_retired_stays_as_it_is(store):
    y = view(store).dataset.recommendations["y"]
    saved(store, replace(y, events=(Event(type=EventType.WITHDRAWN, reason=WHY),)))
    assert same_as(store, "x") == []
    assert choose(store, "x") == (view(store).dataset.recommendations["x"],)
    assert [s.recommendation for s in choose(store, "x", "z")[0].same_demand] == ["y", "z"]


def test_a_new_recommendation_asks_for_the_same(store):
    r = replace(view(store).dataset.recommendations["z"], id="new", version="", same_demand=())
    assert saved(store, *update_same_demand(view(store), r, ["x"], {})) == {}
    assert (same_as(store, "new"), same_as(store, "x")) == (["x"], ["new", "y"])


def test_what_evidence_bears_on_is_added_withdrawn_and_brought_back(store):
    def choose(**by):
        e = view(store).dataset.evidence["law"]
        chosen = {EvidenceEffect(way): several for way, several in by.items()}
        return saved(store, replace(e, relevant_to=update_evidence_links(e.relevant_to, chosen, WHY)))

    def shown():
        v = view(store)
        return {n: [b.effect.value for _, b in v.evidence_for(v.recommendations[n])] for n in ("x", "y")}

    added = ["  - recommendation: x", "    effect: progress", "    recorded: 2026-01-31T12:00:01.000000Z"]
    added.append("    recorded_by: editor-anna")
    assert choose(progress=("x",)) == {"law": [f"+{line}" for line in ("relevant_to:", *added)]}
    assert (choose(progress=("x",)), shown()) == ({}, {"x": ["progress"], "y": []})
    assert choose(progress=(), setback=("y",))["law"][:5] == event("withdrawn", 3)
    assert shown() == {"x": [], "y": ["setback"]}
    assert choose(progress=("x",), setback=("y",)) == {"law": event("restored", 4)[1:]}
    assert shown() == {"x": ["progress"], "y": ["setback"]}
    assert len(view(store).dataset.evidence["law"].relevant_to) == 2


def test_the_part_that_evidence_bears_on_goes_along():
    there = (EvidenceLink(recommendation="x", part="a", effect=EvidenceEffect.PROGRESS),)
    now = update_evidence_links(there, {EvidenceEffect.SETBACK: ("x", "y")}, WHY)
    assert now == (
        replace(there[0], events=(GONE,)),
        EvidenceLink(recommendation="x", part="a", effect=EvidenceEffect.SETBACK),
        EvidenceLink(recommendation="y", effect=EvidenceEffect.SETBACK),
    )
    assert update_evidence_links(there, {EvidenceEffect.PROGRESS: ("x",)}, WHY) == there


def test_two_parts_of_one_recommendation_are_one_choice():
    there = tuple(EvidenceLink(recommendation="x", part=part, effect=EvidenceEffect.PROGRESS) for part in "ab")
    assert linked_ids(there) == ("x",)
    assert update_evidence_links(there, {EvidenceEffect.PROGRESS: linked_ids(there)}, WHY) == there
    assert linked_ids(update_evidence_links(there, {}, WHY)) == ()


def test_uptake_has_another_result(store):
    x = view(store).dataset.recommendations["x"]

    def choose(r, **by):
        chosen = {UptakeResult(result.replace("_", "-")): several for result, several in by.items()}
        return replace(r, uptake=update_uptake(r.uptake, chosen, WHY))

    saved(store, choose(x, to_check=("asked",)))
    x = view(store).dataset.recommendations["x"]
    assert choose(x, to_check=("asked",)) == x
    saved(store, choose(x, taken_up=("asked",)))
    v = view(store)
    ((r, uptake),) = v.uptake_of(v.recommendations["asked"])
    assert (r.id, uptake.result, len(v.dataset.recommendations["x"].uptake)) == ("x", UptakeResult.TAKEN_UP, 2)
    back = choose(v.dataset.recommendations["x"], to_check=("asked",)).uptake
    told = [(u.result, [e.type.value for e in u.events]) for u in back]
    assert told == [(UptakeResult.TO_CHECK, ["withdrawn", "restored"]), (UptakeResult.TAKEN_UP, ["withdrawn"])]


def test_a_document_can_take_up_what_its_committee_was_asked_before(store):
    v = view(store)
    documents = v.documents
    assert [r.id for r in candidates_for_uptake(v, documents["co-2024"])] == ["asked"]
    assert candidates_for_uptake(v, documents["co-2021"]) == ()  # of another committee
    assert candidates_for_uptake(v, documents["report-2024"]) == ()  # civil society's own
    assert candidates_for_uptake(v, replace(documents["co-2024"], issued="2024-01")) == ()  # earlier than the report
    assert [r.id for r in candidates_for_uptake(v, replace(documents["co-2024"], issued=None))] == ["asked"]
    assert candidates_for_uptake(v, None) == ()
