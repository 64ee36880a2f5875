"""`edit`: a record in a text editor, saved with its history, next to what others save meanwhile."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.editing_desk import DOCUMENTS, R1, RECORDED, Desk
from tests.support.small_dataset import SHOWN, folder, said
from tracker.accounts.accounts import create_invite, revoke_account
from tracker.accounts.accounts_file import AccountsFile
from tracker.editing.store import Store
from tracker.model.permissions import Person, Role
from tracker.model.records import TagSet
from tracker.model.vocabulary import TagSource
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.timestamps import utc_now


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_what_was_typed_is_saved_as_it_was_typed_and_its_history_is_that_of_a_form(desk):
    done = desk.edit("sed -i 's/^title: T/# new\\ntitle:   Another title/' $1", "r1")
    assert done == (0, "data/recommendations/r1.yaml was saved by terminal.\n", "")
    (entry,) = DatasetReader(desk.data).read(fresh=True).recommendations["r1"].history
    assert (entry.recorded_by, entry.reason, entry.field, entry.old) == ("terminal", "A slip.", "title", "T")
    added = f"history:\n  - recorded: {entry.recorded}\n    recorded_by: terminal\n    reason: A slip.\n    field: title\n    old: T\n"
    assert desk.text("recommendations/r1.yaml") == R1.replace("title: T", "# new\ntitle:   Another title") + added
    assert desk.drafts == {}


def test_a_form_that_changes_the_same_fields_writes_the_same_file(desk):
    other = Store(DatasetReader(folder(desk.root / "other", {"r/r1": R1})))
    r = other.reader.read().recommendations["r1"]
    changed = replace(r, title=said("New"), tags=(TagSet(tagged_by=TagSource.OURS, themes=("health",)),))
    other.save(changed, by=Person(Role.REVIEWER, "terminal"), reason="A slip.")
    tags = "tags:\\n  - tagged_by: ours\\n    themes:\\n      - health"
    # the keys of a record have an order, in which a form writes new ones
    assert desk.edit(f"sed -i 's/^title: T/title: New/; s/^source: .*/&\\n{tags}/' $1", "r1")[0] == 0
    written = [without_times((root / "recommendations" / "r1.yaml").read_text()) for root in (desk.data, other.root)]
    assert written[0] == written[1]
    assert written[0].count("recorded_by: terminal") == 2


def without_times(text: str) -> str:
    return re.sub(r"recorded: \S+", "recorded: x", text)


def test_a_new_document_gets_its_time_in_the_whole_file(desk):
    new = "  - {id: co-2025, body: cat, kind: concluding-observations, title: New, cycle: c, issued: 2025, verification: seen}"
    assert desk.edit(f"echo '{new}' >> $1", "documents.yaml")[:2] == (0, "data/documents.yaml was saved by terminal.\n")
    found = DatasetReader(desk.data).read(fresh=True).documents["co-2025"]
    assert (found.recorded_by, found.history, desk.text("documents.yaml").startswith(DOCUMENTS)) == (
        "terminal",
        (),
        True,
    )


def test_what_is_added_gets_its_time_and_who_added_it(desk):
    new = "- voice: civil-society\\n    status: implemented\\n    date: 2025-02\\n    reason: R\\n    evidence: [e1]"
    assert desk.edit(f"sed -i 's/^{RECORDED}/  {new}\\n&/' $1", "r1")[::2] == (0, "")
    first, second = DatasetReader(desk.data).read(fresh=True).recommendations["r1"].assessments
    assert (first.recorded_by, second.recorded_by, second.recorded > first.recorded) == ("seed", "terminal", True)
    assert DatasetReader(desk.data).read().recommendations["r1"].history == ()


def test_who_changes_nothing_or_only_a_comment_adds_nothing_to_the_history(desk):
    assert desk.edit(":", "r1") == (0, "Nothing was changed.\n", "")
    assert desk.edit("sed -i 's/# by hand/# by me/' $1", "r1")[0] == 0
    assert desk.text("recommendations/r1.yaml") == R1.replace("by hand", "by me")


CHANGED_MEANWHILE = (
    "sed 's/^title: T/title: By a colleague/' data/recommendations/r1.yaml > new; mv new data/recommendations/r1.yaml"
)
TYPED_FIRST = f"if [ -e once ]; then sed -i 's/^summary: S/summary: Mine/' $1; else touch once; {CHANGED_MEANWHILE}; sed -i 's/^summary: S/summary: My own/' $1; fi"


def test_what_a_colleague_changed_meanwhile_is_shown_and_edited_further(desk):
    code, out, err = desk.edit(TYPED_FIRST, "r1", answers="Mine.\ne\n")
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if line.startswith(("-", "+"))] == [
        "--- as you opened it",
        "+++ data/recommendations/r1.yaml, as it is now",
        "-title: T",
        "+title: By a colleague",
        "--- as you opened it",
        "+++ data/recommendations/r1.yaml, as you typed it",
        "-summary: S",
        "+summary: My own",
    ]
    r = DatasetReader(desk.data).read(fresh=True).recommendations["r1"]
    assert (r.title[""].text, r.summary[""].text) == ("By a colleague", "Mine")
    assert [(one.field, one.reason) for one in r.history] == [("summary", "Mine.")]
    assert desk.drafts == {}


def test_a_conflict_that_nobody_can_be_asked_about_keeps_both_texts(desk):
    code, out, err = desk.edit(TYPED_FIRST, "r1")
    assert (code, out) == (2, "")
    assert "+title: By a colleague" in err.splitlines()
    assert "By a colleague" in desk.text("recommendations/r1.yaml")
    assert desk.drafts["r1.typed-1.yaml"] == R1.replace("summary: S", "summary: My own")
    assert "r1.typed-1.yaml" in err.splitlines()[-1]


def test_of_a_list_only_one_entry_is_edited_and_the_others_may_change_meanwhile(desk):
    other = "sed 's/title: CO/title: Conclusions/' data/documents.yaml > new; mv new data/documents.yaml"
    script = f"cp $1 opened; {other}; sed -i 's/Report   # in full/The report   # all/' $1"
    assert desk.edit(script, "report-2024")[:2] == (0, "report-2024 in data/documents.yaml was saved by terminal.\n")
    assert (desk.root / "opened").read_text() == (
        "id: report-2024\nbody: cescr\nkind: alternative-report\ntitle: Report   # in full\ncycle: cescr-2024\n"
        "issued: 2024-02\nverification: seen\n"
    )
    (entry,) = DatasetReader(desk.data).read(fresh=True).documents["report-2024"].history
    history = (
        f"    history:\n      - recorded: {entry.recorded}\n        recorded_by: terminal\n        reason: A slip.\n"
        "        field: title\n        old: Report\n"
    )
    assert desk.text("documents.yaml") == DOCUMENTS.replace("Report   # in full", "The report   # all").replace(
        "title: CO", "title: Conclusions"
    ).replace("    verification: seen\n", f"    verification: seen\n{history}")


def test_an_entry_in_braces_keeps_them(desk):
    assert desk.edit("sed -i 's/title: CO/title: Conclusions/' $1", "co-2024")[0] == 0
    (entry,) = DatasetReader(desk.data).read(fresh=True).documents["co-2024"].history
    history = f"{{recorded: '{entry.recorded}', recorded_by: terminal, reason: A slip., field: title, old: CO}}"
    line = DOCUMENTS.splitlines()[-1]
    assert desk.text("documents.yaml").splitlines()[-1] == line.replace("title: CO", "title: Conclusions").replace(
        "seen}", f"seen, history: [{history}]}}"
    )


def test_treaty_bodies_settings_and_safety_rules_are_edited_too(desk):
    assert desk.edit("sed -i 's/^name: .*/name: Committee/' $1", "cat")[0] == 0
    assert "  - id: cat\n    code: CAT\n    name: Committee\n" in desk.text("treaty_bodies.yaml")
    assert desk.edit("sed -i 's/Ruritania/Ruthenia/' $1", "settings")[0] == 0
    assert desk.edit("echo 'words: {not-a-name: [osh]}' >> $1", "safety")[0] == 0
    dataset = DatasetReader(desk.data).read(fresh=True)
    assert (dataset.settings.state_party[""].text, dataset.safety is not None) == ("Ruthenia", True)
    assert desk.text("safety.yaml").startswith("# yaml-language-server: $schema=schema/safety.json\n")
    assert desk.edit("sed -i 's/id: cescr/id: crc/' $1", "treaty_bodies.yaml")[2].splitlines()[0] == (
        "data/documents.yaml:4: there is no treaty body 'cescr'; add it, or correct the id"
    )
    empty = "printf 'treaty_bodies: []\\n' > $1"
    assert "there is no treaty body" in desk.edit(empty, "treaty_bodies.yaml")[2]
    assert desk.edit(":", "report-2025")[2] == "There is nothing with the id 'report-2025'. Did you mean report-2024?\n"


def test_a_file_that_cannot_be_read_is_mended(desk):
    broken = R1.replace("title: T", "titel: T").replace("summary: S", "sumary: S")
    (desk.data / "recommendations" / "r1.yaml").write_text(broken)
    assert (
        desk.edit("sed -i 's/titel/title/' $1", "r1")[2].splitlines()[1].startswith("data/recommendations/r1.yaml:5:")
    )
    assert desk.edit("sed -i 's/titel/title/; s/sumary/summary/' $1", "r1")[0] == 0
    assert desk.text("recommendations/r1.yaml") == R1


def test_private_evidence_is_edited_only_on_purpose(desk):
    (desk.root / "private" / "evidence").mkdir(parents=True)
    path = desk.root / "private" / "evidence" / "p1.yaml"
    path.write_text(SHOWN)
    change = ("sed -i 's/summary: S/summary: He called +996 555 000 111/' $1", "p1")
    assert desk.edit(*change)[2] == "There is nothing with the id 'p1'.\n"
    private = {"TRACKER_PRIVATE": "private"}
    assert desk.edit(*change, **private)[2] == "p1 is private evidence: add --private.\n"
    script = f"stat -c %a $1 $(dirname $1) > modes; {change[0]}"
    assert desk.edit(script, "p1", "--private", **private)[:2] == (
        0,
        "private/evidence/p1.yaml was saved by terminal.\n",
    )
    assert ((desk.root / "modes").read_text(), "field: summary\n" in path.read_text()) == ("600\n700\n", True)
    for settings in ({}, {"TRACKER_PRIVATE": "nowhere"}):
        assert desk.edit(*change, "--private", **settings)[2] == (
            "There is no private data. TRACKER_PRIVATE says where it is.\n"
        )


def test_who_edits_is_said_with_as(desk):
    accounts = AccountsFile(desk.root / "state")
    for handle, organisation in (("editor-x1", ""), ("editor-x2", ""), ("editor-x3", "watch")):
        accounts.update(
            lambda now, handle=handle, organisation=organisation: create_invite(
                now, handle, Role.EDITOR, at=utc_now(), organisation=organisation
            )
        )
    accounts.update(lambda now: (revoke_account(now, "editor-x2"), None))
    change = ("sed -i 's/^title: .*/title: New/' $1", "r1", "--as")
    assert desk.edit(*change, "editor-x1")[1] == "data/recommendations/r1.yaml was saved by editor-x1.\n"
    for handle in ("editor-x2", "nobody"):
        assert desk.edit(*change, handle)[2] == f"'{handle}' may not sign in. python -m tracker people lists who may.\n"
    new = "- voice: civil-society\\n    status: not-implemented\\n    date: 2025-02\\n    reason: R"
    assert desk.edit(f"sed -i 's/^{RECORDED}/  {new}\\n&/' $1", "r1", "--as", "editor-x3")[2].splitlines()[0] == (
        "You assess for 'watch', not for another organisation. Nothing was saved."
    )
