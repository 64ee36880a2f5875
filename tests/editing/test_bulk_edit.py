"""Adding the same evidence or the same tag to several recommendations: who is chosen, what would change, what is saved."""

import difflib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.support.small_dataset import ANNA, Clock
from tests.support.story_folder import ASKED, GRADED, NEWS, RECOMMENDED, RECORDED, TRACKER, made
from tracker.editing.bulk_edit import preview_evidence, preview_tag
from tracker.editing.store import Store
from tracker.model.vocabulary import EvidenceEffect
from tracker.queries.lists.filters import MAX_BULK_SELECTION, Selection
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

DAY = date(2026, 11, 24)
ALL = ("r1", "co-4-12", "hrc-3-20")
TAGGED = f"""{ASKED}# Our tags stand last.
tags:
  - tagged_by: document
    themes: [policing]
  - tagged_by: ours   # both of us
    groups:
      - women
{RECORDED}
"""
THERE = f"{RECOMMENDED}tags:\n  - {{tagged_by: ours, themes: [policing]}}\n{RECORDED}\n"
FILES = {
    "recommendations/r1.yaml": TAGGED,
    "recommendations/co-4-12.yaml": THERE,
    "recommendations/hrc-3-20.yaml": f"{GRADED}{RECORDED}\n",
    "evidence/law.yaml": f"{NEWS}relevant_to:\n  - {{recommendation: r1, effect: setback, {RECORDED}}}\n{RECORDED}\n",
}


def view_of(root: Path) -> View:
    return View(DatasetReader(root).read(), DAY)


def lines_changed(before: str, after: str) -> list[str]:
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in found if not line.startswith(("---", "+++", "@@"))]


def test_the_address_says_who_is_chosen(tmp_path):
    view = view_of(made(tmp_path))
    asked = Selection.from_params(view, {"choosing": ["add"], "pick": ["r1", "gone", "r1", "co-4-12"]})
    assert asked == Selection("add", ("r1", "co-4-12"))
    assert asked.params() == [("choosing", "add"), ("pick", "r1"), ("pick", "co-4-12")]
    assert (Selection().params(), Selection("list").params()) == ([], [("choosing", "list")])


@pytest.mark.parametrize(
    ("params", "choice"),
    [
        ({}, Selection()),
        ({"pick": ["r1"]}, Selection()),
        ({"choosing": ["nonsense"], "pick": ["r1"]}, Selection()),
        ({"choosing": ["list"]}, Selection("list")),
        ({"choosing": ["add"], "pick": ["gone"]}, Selection("list")),
    ],
)
def test_without_anybody_chosen_there_is_nothing_to_add_to(tmp_path, params, choice):
    assert Selection.from_params(view_of(made(tmp_path)), params) == choice


def test_at_most_a_hundred_are_chosen_at_a_time(tmp_path):
    names = [f"r{n}" for n in range(MAX_BULK_SELECTION + 3)]
    view = view_of(made(tmp_path, {f"recommendations/{name}.yaml": ASKED for name in names}))
    assert Selection.from_params(view, {"choosing": ["list"], "pick": names}).ids == tuple(names[:MAX_BULK_SELECTION])
    every = Selection("list", ("r7", "r102")).with_all(view.recommendations[name] for name in names)
    assert (every.ids[:3], len(every.ids)) == (("r7", "r102", "r0"), MAX_BULK_SELECTION)


def test_the_evidence_bears_on_the_ones_on_which_it_does_not_bear_yet(tmp_path):
    view = view_of(made(tmp_path, FILES))
    preview = preview_evidence(view, Selection("add", ALL), "law", EvidenceEffect.PROGRESS)
    told = [(row.r.id, row.adds, [b.effect.value for b in row.links]) for row in preview.rows]
    assert told == [("r1", False, ["setback"]), ("co-4-12", True, []), ("hrc-3-20", True, [])]
    (law,) = preview.changed
    found = [(b.recommendation, b.effect.value) for b in law.relevant_to]
    assert found == [("r1", "setback"), ("co-4-12", "progress"), ("hrc-3-20", "progress")]
    assert preview.versions == {"co-4-12": "", "hrc-3-20": "", "law": view.dataset.evidence["law"].version}


def test_what_was_withdrawn_can_be_added_again(tmp_path):
    gone = f"events: [{{type: withdrawn, {RECORDED}}}]"
    law = f"{NEWS}relevant_to:\n  - {{recommendation: r1, effect: setback, {RECORDED}, {gone}}}\n{RECORDED}\n"
    view = view_of(made(tmp_path, {"evidence/law.yaml": law}))
    preview = preview_evidence(view, Selection("add", ("r1",)), "law", EvidenceEffect.CONTEXT)
    assert [(row.adds, row.links) for row in preview.rows] == [(True, ())]
    (changed,) = preview.changed
    assert [(b.effect.value, len(b.events)) for b in changed.relevant_to] == [("setback", 1), ("context", 0)]


def test_a_tag_goes_into_our_tagging_alone(tmp_path):
    view = view_of(made(tmp_path, FILES))
    preview = preview_tag(view, Selection("add", ALL), "themes", "policing", by=ANNA)
    told = [(row.r.id, row.adds, row.already_there) for row in preview.rows]
    assert told == [("r1", True, ()), ("co-4-12", False, ("policing",)), ("hrc-3-20", True, ())]
    assert [[(t.tagged_by.value, t.themes, t.groups) for t in r.tags] for r in preview.changed] == [
        [("document", ("policing",), ()), ("ours", ("policing",), ("women",))],
        [("ours", ("policing",), ())],
    ]


def test_a_tag_does_not_go_into_what_belongs_to_another_organisation(tmp_path):
    organisations = "organisations: [{id: watch, name: Health Watch, kind: civil-society}]\n"
    ours = {"tracker.yaml": TRACKER + organisations, "recommendations/r1.yaml": f"{ASKED}recorded_for: watch\n"}
    for by, adds in ((ANNA, []), (replace(ANNA, organisation="watch"), ["r1"])):
        preview = preview_tag(view_of(made(tmp_path, ours)), Selection("add", ("r1",)), "themes", "policing", by=by)
        assert [row.r.id for row in preview.rows if row.adds] == adds == [r.id for r in preview.changed]


def test_another_version_or_another_choice_is_another_preview(tmp_path):
    view, ids = view_of(made(tmp_path, FILES)), ("co-4-12", "hrc-3-20")

    def fingerprint(view, ids=ids, effect=EvidenceEffect.PROGRESS):
        return preview_evidence(view, Selection("add", ids), "law", effect).fingerprint

    first = fingerprint(view)
    assert first == fingerprint(view)
    made(tmp_path, FILES | {"evidence/law.yaml": FILES["evidence/law.yaml"] + "# A colleague was here.\n"})
    others = (
        fingerprint(view, effect=EvidenceEffect.SETBACK),
        fingerprint(view, ids[:1]),
        fingerprint(view_of(tmp_path)),
    )
    assert len({first, *others}) == 4


def test_a_save_changes_only_the_lines_that_it_must(tmp_path):
    view = view_of(made(tmp_path, FILES))
    store = Store(DatasetReader(tmp_path), clock=Clock())
    before = {name: (tmp_path / name).read_text() for name in FILES}
    tagged = preview_tag(view, Selection("add", ALL), "themes", "policing", by=ANNA)
    shown = preview_evidence(view, Selection("add", ALL), "law", EvidenceEffect.CONTEXT)
    for preview in (tagged, shown):
        store.save(*preview.changed, by=ANNA, reason="Police.")
    changed = {name: lines_changed(before[name], (tmp_path / name).read_text()) for name in FILES}
    assert changed["recommendations/co-4-12.yaml"] == []
    assert changed["evidence/law.yaml"] == [
        "+  - recommendation: co-4-12", "+    effect: context", "+    recorded: 2026-01-31T12:00:02.000000Z", "+    recorded_by: editor-anna",
        "+  - recommendation: hrc-3-20", "+    effect: context", "+    recorded: 2026-01-31T12:00:02.000001Z", "+    recorded_by: editor-anna",
    ]  # fmt: skip
    assert changed["recommendations/r1.yaml"][:2] == ["+    themes:", "+      - policing"]
    told = changed["recommendations/r1.yaml"][2:5]
    assert told == ["+history:", "+  - recorded: 2026-01-31T12:00:01.000000Z", "+    recorded_by: editor-anna"]
    assert [line for line in changed["recommendations/hrc-3-20.yaml"] if line.startswith("-")] == []
